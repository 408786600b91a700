//! The cumulative incidence of competing causes.
//!
//! The curves share the way of the Kaplan-Meier figure, upwards; the counts are those of the
//! groups, whatever the number of causes.

use crate::curve::columns_before;
use crate::embed::{DataTable, Datum};
use crate::geometry::Rect;
use crate::km::{
    Counted, EDGE, KmFigure, Tally, counts, counts_table, finish, masked, rounded_count as rounded,
};
use crate::options::Quantity;
use crate::panel::{Margins, Panel};
use crate::{Counts, CountsAt, CurveInput, Error, FigureOptions, Profile, Scene};
use riskset::{CumulativeIncidence, Headcounts};
use std::sync::Arc;

/// The cumulative incidences of one group.
#[derive(Clone, Debug)]
pub struct CifGroup {
    /// The group's name as a reader is to see it.
    pub label: String,
    /// Patients analysed.
    pub n: f64,
    /// The distinct event and censoring times, increasing, in the unit of the data.
    pub time: Vec<f64>,
    /// At risk of any cause just before each time.
    pub n_risk: Vec<f64>,
    /// Censored at each time.
    pub n_censor: Vec<f64>,
    /// The level of the limits, as a fraction; `None` when there are no limits.
    pub conf_level: Option<f64>,
    /// The scale of the limits, as a user types it.
    pub conf_type: Option<String>,
    /// Whether the estimates are weighted, so that the counts say how many patients stand behind.
    pub weighted: bool,
    /// The causes, in the same order in every group.
    pub causes: Vec<CauseCurve>,
}

/// The cumulative incidence of one cause; one entry per time of the group.
#[derive(Clone, Debug)]
pub struct CauseCurve {
    /// The cause as a reader is to see it.
    pub label: String,
    /// Events of this cause at each time.
    pub n_event: Vec<f64>,
    /// The probability of an event of this cause by each time.
    pub estimate: Vec<f64>,
    /// Lower confidence limit; `None` where it does not exist.
    pub lower: Vec<Option<f64>>,
    /// Upper confidence limit; `None` where it does not exist.
    pub upper: Vec<Option<f64>>,
    /// The counts just before any time: at risk of any cause, events of this cause, and censored.
    pub counts: CountsAt,
}

/// A figure of cumulative incidences: one curve per group and cause shown.
#[derive(Clone, Debug)]
pub struct CifFigure {
    /// The groups, in the order of legend and counts.
    pub groups: Vec<CifGroup>,
    /// The causes shown, by their labels; empty for all.
    pub causes: Vec<String>,
    /// Everything else. The quantity is the incidence, whatever it says.
    pub options: FigureOptions,
}

impl CifGroup {
    /// The incidences of one group under these names, `causes` in the order of the cause numbers.
    pub fn new(incidence: &CumulativeIncidence, label: &str, causes: &[&str]) -> CifGroup {
        let whole = Arc::new(incidence.clone());
        let cause = |(code, name): (u32, &&str)| {
            let (cause, whole) = (incidence.cause(code), Arc::clone(&whole));
            let intervals = cause.intervals();
            let n_event = cause.n_event().to_vec();
            let events = n_event.clone();
            let counts = CountsAt(Arc::new(move |time| Counts {
                at_risk: whole.n_risk_at(time),
                ..columns_before(whole.time(), &events, whole.n_censor(), time)
            }));
            CauseCurve {
                label: (*name).to_owned(),
                n_event,
                estimate: cause.estimate().to_vec(),
                lower: intervals.iter().map(|limits| limits.and_then(|l| l.lower)).collect(),
                upper: intervals.iter().map(|limits| limits.and_then(|l| l.upper)).collect(),
                counts,
            }
        };
        let causes: Vec<CauseCurve> = (1..).zip(causes).map(cause).collect();
        let limits = causes.iter().any(|cause| cause.lower.iter().any(Option::is_some));
        CifGroup {
            label: label.to_owned(),
            n: incidence.n_rows() as f64,
            time: incidence.time().to_vec(),
            n_risk: incidence.n_risk().to_vec(),
            n_censor: incidence.n_censor().to_vec(),
            conf_level: limits.then(|| incidence.conf_level()),
            conf_type: limits.then(|| incidence.conf_type().name().to_owned()),
            weighted: false,
            causes,
        }
    }

    /// The same group as a weighted one: for each cause, in order, the rows behind the group when
    /// only events of that cause count as events.
    ///
    /// # Panics
    ///
    /// When there are not as many as causes.
    pub fn weighted(mut self, rows: &[Headcounts]) -> CifGroup {
        assert_eq!(rows.len(), self.causes.len(), "rows for each cause");
        let rows: Arc<Vec<Headcounts>> = Arc::new(rows.to_vec());
        for (index, cause) in self.causes.iter_mut().enumerate() {
            let rows = Arc::clone(&rows);
            cause.counts = CountsAt(Arc::new(move |time| {
                let now = rows[index].at(time);
                // Events of the other causes are no events there, so they stand among the censored.
                let events: usize = rows.iter().map(|rows| rows.at(time).events).sum();
                Counts {
                    at_risk: now.at_risk as f64,
                    events: now.events as f64,
                    censored: (now.censored + now.events - events) as f64,
                    effective: now.effective,
                }
            }));
        }
        self.weighted = true;
        self
    }

    /// One cause as a curve of 1 - F.
    fn curve(&self, cause: &CauseCurve, label: String) -> Result<CurveInput, Error> {
        if cause.estimate.len() != self.time.len() {
            return Err(Error::Length {
                label: format!("{}, {}", self.label, cause.label),
                column: "estimate",
                expected: self.time.len(),
                found: cause.estimate.len(),
            });
        }
        let remaining = |value: &Option<f64>| value.map(|value| 1.0 - value);
        Ok(CurveInput {
            label,
            n: self.n,
            time: self.time.clone(),
            n_risk: self.n_risk.clone(),
            n_event: cause.n_event.clone(),
            n_censor: self.n_censor.clone(),
            survival: cause.estimate.iter().map(|value| 1.0 - value).collect(),
            lower: cause.upper.iter().map(remaining).collect(),
            upper: cause.lower.iter().map(remaining).collect(),
            conf_level: self.conf_level,
            conf_type: self.conf_type.clone(),
            counts: Some(cause.counts.clone()),
            weighted: self.weighted,
            colour: None,
        })
    }
}

/// A curve of the figure: which group and which of the shown causes.
struct Shown<'a> {
    group: usize,
    cause: usize,
    curve: &'a CauseCurve,
}

impl CifFigure {
    /// Lays the figure out.
    ///
    /// # Errors
    ///
    /// As [`KmFigure::scene`]; also [`Error::Nothing`] when no group has a cause of the names asked
    /// for.
    pub fn scene(&self, profile: &Profile) -> Result<Scene, Error> {
        let width = self.options.width.unwrap_or(profile.page.single_column);
        let panel = self.panel(profile, width)?;
        let height = self.options.height.unwrap_or_else(|| panel.natural_height(profile, width));
        let mut scene = Scene::new(width, height);
        let place = Rect::new(0.0, 0.0, width, height).grown(-EDGE);
        panel.draw(&mut scene, profile, place, Margins::default())?;
        self.describe(&mut scene, profile, &panel)?;
        let tables = if self.options.embed { Some(self.tables(&panel)?) } else { None };
        finish(&mut scene, tables);
        Ok(scene)
    }

    /// The panel: curves of all groups and causes, counts of the groups.
    pub(crate) fn panel(&self, profile: &Profile, width: f64) -> Result<Panel, Error> {
        let inner = self.inner()?;
        let shown = self.shown();
        let mut panel = inner.panel(profile, width)?;
        let many_groups = self.groups.len() > 1;
        for (series, shown) in panel.series.iter_mut().zip(&shown) {
            if many_groups {
                series.colour = profile.colour(shown.group);
            }
            if many_groups && self.causes_shown() > 1 {
                series.dashes = profile.dashes(shown.cause).to_vec();
            }
        }
        let times: Vec<f64> = panel.x.ticks.iter().map(|tick| tick.0).collect();
        panel.counts = counts(&self.counted(&inner, &shown), &self.options, profile, &times);
        Ok(panel)
    }

    /// The groups as they are counted: at risk of any cause, events of each cause shown and of all
    /// others, censored.
    fn counted<'a>(&'a self, inner: &'a KmFigure, shown: &[Shown<'_>]) -> Vec<Counted<'a>> {
        let keyed = self.causes_shown() == 1;
        let of = |index: usize| {
            let group = &self.groups[index];
            let own = shown.iter().enumerate().filter(|(_, shown)| shown.group == index);
            let places: Vec<usize> = own.map(|(place, _)| place).collect();
            let hidden: Vec<&CauseCurve> = group
                .causes
                .iter()
                .filter(|cause| places.iter().all(|&place| shown[place].curve.label != cause.label))
                .collect();
            let mut events: Vec<String> =
                places.iter().map(|&place| crate::km::capital(&shown[place].curve.label)).collect();
            match hidden[..] {
                [] => {}
                [one] => events.push(crate::km::capital(&one.label)),
                _ => events.push("Other events".to_owned()),
            }
            let first = *places.first()?;
            let limit = self.options.min_cell.map(f64::from);
            Some(Counted {
                group: first,
                label: &group.label,
                keyed,
                weighted: group.weighted,
                events,
                at: Box::new(move |time| {
                    let now = |place: usize| inner.groups[place].counts_at(time);
                    let Counts { at_risk, censored, effective, .. } = now(first);
                    let mut events: Vec<f64> = places.iter().map(|&at| now(at).events).collect();
                    if !hidden.is_empty() {
                        let others = hidden.iter().map(|cause| (cause.counts.0)(time).events).sum();
                        events.push(limit.map_or(others, |limit| rounded(others, limit)));
                    }
                    Tally { at_risk, events, censored, effective }
                }),
            })
        };
        (0..self.groups.len()).filter_map(of).collect()
    }

    /// The same curves as a Kaplan-Meier figure of 1 - F, upwards.
    fn inner(&self) -> Result<KmFigure, Error> {
        let shown = self.shown();
        if shown.is_empty() {
            return Err(Error::Nothing { what: "causes of these names" });
        }
        let (many_groups, many_causes) = (self.groups.len() > 1, self.causes_shown() > 1);
        let curve = |shown: &Shown<'_>| {
            let group = &self.groups[shown.group];
            let label = match (many_groups, many_causes) {
                (true, true) => format!("{}: {}", group.label, shown.curve.label),
                (false, true) => crate::km::capital(&shown.curve.label),
                _ => group.label.clone(),
            };
            group.curve(shown.curve, label)
        };
        let groups: Vec<CurveInput> = shown.iter().map(curve).collect::<Result<_, _>>()?;
        groups.iter().try_for_each(CurveInput::check)?;
        let mut options = FigureOptions { quantity: Quantity::Incidence, ..self.options.clone() };
        if options.y_title.is_none() && !many_causes {
            options.endpoint = Some(match &options.endpoint {
                Some(endpoint) => endpoint.clone(),
                None => format!("Cumulative incidence of {}", shown[0].curve.label),
            });
        }
        let figure = KmFigure { groups, options };
        match self.options.min_cell {
            Some(limit) => masked(&figure, f64::from(limit)),
            None => Ok(figure),
        }
    }

    fn shown(&self) -> Vec<Shown<'_>> {
        let mut shown = Vec::new();
        for (group, curves) in self.groups.iter().enumerate() {
            let wanted =
                |curve: &&CauseCurve| self.causes.is_empty() || self.causes.contains(&curve.label);
            for (cause, curve) in curves.causes.iter().filter(wanted).enumerate() {
                shown.push(Shown { group, cause, curve });
            }
        }
        shown
    }

    fn causes_shown(&self) -> usize {
        self.shown().iter().map(|shown| shown.cause + 1).max().unwrap_or(0)
    }

    pub(crate) fn describe(
        &self,
        scene: &mut Scene,
        profile: &Profile,
        panel: &Panel,
    ) -> Result<(), Error> {
        let inner = self.inner()?;
        inner.describe(scene, profile, panel);
        scene.title = scene.title.replace("Kaplan-Meier estimate", "Aalen-Johansen estimate");
        scene.facts.kind = "cif".to_owned();
        // Groups, not curves, have sizes.
        scene.facts.groups = self.groups.iter().map(|group| group.label.clone()).collect();
        let first = |group: usize| self.shown().iter().position(|shown| shown.group == group);
        let sizes = (0..self.groups.len()).filter_map(first).map(|place| inner.groups[place].n);
        scene.facts.group_sizes = sizes.collect();
        Ok(())
    }

    /// The plotted values, in the unit of the data, and the counts at the ticks.
    pub(crate) fn tables(&self, panel: &Panel) -> Result<Vec<DataTable>, Error> {
        let names = ["group", "cause", "time", "n_risk", "n_event", "estimate", "lower", "upper"];
        let mut curves = DataTable::new("curves", &names);
        let some = |value: f64| Some(Datum::Number(value));
        // What is shown, masked where that was asked for: 1 - S is the incidence.
        let inner = self.inner()?;
        for (shown, curve) in self.shown().iter().zip(&inner.groups) {
            for row in 0..curve.time.len() {
                curves.row([
                    Some(self.groups[shown.group].label.as_str().into()),
                    Some(shown.curve.label.as_str().into()),
                    some(curve.time[row]),
                    some(curve.n_risk[row]),
                    some(curve.n_event[row]),
                    some(1.0 - curve.survival[row]),
                    curve.upper[row].map(|limit| Datum::Number(1.0 - limit)),
                    curve.lower[row].map(|limit| Datum::Number(1.0 - limit)),
                ]);
            }
        }
        Ok(vec![curves, counts_table(panel)])
    }
}
