//! The cumulative incidence of competing causes.
//!
//! The curves share the way of the Kaplan-Meier figure, upwards; the counts are those of the
//! groups, whatever the number of causes.

use crate::embed::{DataTable, Datum};
use crate::geometry::Rect;
use crate::km::{EDGE, KmFigure, counts_table, finish};
use crate::options::Quantity;
use crate::panel::{Margins, Panel};
use crate::{AtRisk, CurveInput, Error, FigureOptions, Profile, Scene};
use greenwood::CumulativeIncidence;
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
    /// The number at risk just before any time, for patients who enter late.
    pub at_risk: Option<AtRisk>,
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
        let cause = |(code, name): (u32, &&str)| {
            let cause = incidence.cause(code);
            let intervals = cause.intervals();
            CauseCurve {
                label: (*name).to_owned(),
                n_event: cause.n_event().to_vec(),
                estimate: cause.estimate().to_vec(),
                lower: intervals.iter().map(|limits| limits.and_then(|l| l.lower)).collect(),
                upper: intervals.iter().map(|limits| limits.and_then(|l| l.upper)).collect(),
            }
        };
        let causes: Vec<CauseCurve> = (1..).zip(causes).map(cause).collect();
        let limits = causes.iter().any(|cause| cause.lower.iter().any(Option::is_some));
        let whole = incidence.clone();
        CifGroup {
            label: label.to_owned(),
            n: incidence.n_rows() as f64,
            time: incidence.time().to_vec(),
            n_risk: incidence.n_risk().to_vec(),
            n_censor: incidence.n_censor().to_vec(),
            conf_level: limits.then(|| incidence.conf_level()),
            conf_type: limits.then(|| incidence.conf_type().name().to_owned()),
            at_risk: Some(AtRisk(Arc::new(move |time| whole.n_risk_at(time)))),
            causes,
        }
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
            at_risk: self.at_risk.clone(),
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
    /// for, and [`Error::Value`] for masking, which incidences do not offer.
    pub fn scene(&self, profile: &Profile) -> Result<Scene, Error> {
        let width = self.options.width.unwrap_or(profile.page.single_column);
        let panel = self.panel(profile, width)?;
        let height = self.options.height.unwrap_or_else(|| panel.natural_height(profile, width));
        let mut scene = Scene::new(width, height);
        let place = Rect::new(0.0, 0.0, width, height).grown(-EDGE);
        panel.draw(&mut scene, profile, place, Margins::default())?;
        self.describe(&mut scene, profile, &panel)?;
        finish(&mut scene, self.options.embed.then(|| self.tables(&panel)));
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
        if let Some(counts) = &mut panel.counts {
            // One set of rows per group: that of its first cause.
            counts.rows.retain(|row| shown[row.group].cause == 0);
            for row in &mut counts.rows {
                if row.keyed && self.causes_shown() > 1 {
                    row.label.clone_from(&self.groups[shown[row.group].group].label);
                    row.keyed = false;
                }
            }
        }
        Ok(panel)
    }

    /// The same curves as a Kaplan-Meier figure of 1 - F, upwards.
    fn inner(&self) -> Result<KmFigure, Error> {
        if let Some(limit) = self.options.min_cell {
            let place = "the smallest cell shown".to_owned();
            let must = "left out for cumulative incidences, whose cells cannot be masked yet";
            return Err(Error::Value { place, value: f64::from(limit), must });
        }
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
        Ok(KmFigure { groups, options })
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
        self.inner()?.describe(scene, profile, panel);
        scene.title = scene.title.replace("Kaplan-Meier estimate", "Aalen-Johansen estimate");
        scene.facts.kind = "cif".to_owned();
        // Groups, not curves, have sizes.
        scene.facts.groups = self.groups.iter().map(|group| group.label.clone()).collect();
        scene.facts.group_sizes = self.groups.iter().map(|group| group.n).collect();
        Ok(())
    }

    /// The plotted values, in the unit of the data, and the counts at the ticks.
    pub(crate) fn tables(&self, panel: &Panel) -> Vec<DataTable> {
        let names = ["group", "cause", "time", "n_risk", "n_event", "estimate", "lower", "upper"];
        let mut curves = DataTable::new("curves", &names);
        let some = |value: f64| Some(Datum::Number(value));
        for shown in self.shown() {
            let group = &self.groups[shown.group];
            for row in 0..group.time.len() {
                curves.row([
                    Some(group.label.as_str().into()),
                    Some(shown.curve.label.as_str().into()),
                    some(group.time[row]),
                    some(group.n_risk[row]),
                    some(shown.curve.n_event[row]),
                    some(shown.curve.estimate[row]),
                    shown.curve.lower[row].map(Datum::Number),
                    shown.curve.upper[row].map(Datum::Number),
                ]);
            }
        }
        vec![curves, counts_table(panel)]
    }
}
