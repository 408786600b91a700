//! The cumulative incidence of competing causes.
//!
//! The curves are step curves like those of the Kaplan-Meier figure; the counts are those of the
//! groups, whatever the number of causes.

use crate::bounds::check_label;
use crate::colour::Colour;
use crate::curve::{Counts, CountsAt, check_times, columns_before};
use crate::error::Error;
use crate::figure::Figure;
use crate::options::{FigureOptions, check_count};
use crate::profile::Profile;
use crate::steps::curve::{CountedGroup, Estimate, StepCurve, StepCurves, Tally};
use crate::words::capital;
use riskset::{CumulativeIncidence, CurveVariance, Headcounts};
use std::sync::Arc;

/// The cumulative incidences of one group.
#[derive(Clone, Debug)]
pub struct CifGroup {
    /// The group's name as a reader is to see it.
    pub label: String,
    /// Patients analysed.
    pub n: f64,
    /// From when on anybody is under observation, where patients enter late; no curve is drawn before
    /// it. `None` where all are followed from the origin.
    pub first_entry: Option<f64>,
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
    /// How the variance behind the limits was estimated.
    pub variance: CurveVariance,
    /// Whether the estimates are weighted, so that the counts say how many patients stand behind.
    pub weighted: bool,
    /// The colour of its curves; `None` takes the profile's by place.
    pub colour: Option<Colour>,
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
            first_entry: incidence.first_entry(),
            time: incidence.time().to_vec(),
            n_risk: incidence.n_risk().to_vec(),
            n_censor: incidence.n_censor().to_vec(),
            conf_level: limits.then(|| incidence.conf_level()),
            conf_type: limits.then(|| incidence.conf_type().name().to_owned()),
            variance: incidence.variance(),
            weighted: false,
            colour: None,
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

    /// The columns of one cause belong together and can be drawn.
    fn check(&self, cause: &CauseCurve) -> Result<(), Error> {
        let label = || format!("{}, {}", self.label, cause.label);
        check_label(&label())?;
        let expected = self.time.len();
        if expected == 0 {
            return Err(Error::Nothing { what: "times of a group" });
        }
        for (column, found) in [
            ("n_risk", self.n_risk.len()),
            ("n_censor", self.n_censor.len()),
            ("n_event", cause.n_event.len()),
            ("estimate", cause.estimate.len()),
            ("lower", cause.lower.len()),
            ("upper", cause.upper.len()),
        ] {
            if found != expected {
                return Err(Error::Length { label: label(), column, expected, found });
            }
        }
        check_times(&label(), &self.time)?;
        match cause.estimate.iter().find(|value| !(0.0..=1.0).contains(*value)) {
            Some(&value) => {
                let place = format!("curve `{}`: an incidence", label());
                Err(Error::Value { place, value, must: "from 0 to 1" })
            }
            None => Ok(()),
        }
    }

    /// One cause as a curve of its incidence.
    fn curve(&self, cause: &CauseCurve, label: String, hue: usize, dash: usize) -> StepCurve {
        StepCurve {
            simultaneous: None,
            label,
            cause: Some((self.label.clone(), cause.label.clone())),
            n: self.n,
            start: self.first_entry.map_or(0.0, |entry| entry.max(0.0)),
            time: self.time.clone(),
            n_risk: self.n_risk.clone(),
            n_event: cause.n_event.clone(),
            n_censor: self.n_censor.clone(),
            value: cause.estimate.iter().copied().map(Some).collect(),
            lower: cause.lower.clone(),
            upper: cause.upper.clone(),
            conf_level: self.conf_level,
            conf_type: self.conf_type.clone(),
            variance: self.variance,
            counts: Some(cause.counts.clone()),
            late_entry: self.first_entry.is_some(),
            weighted: self.weighted,
            colour: self.colour,
            hue,
            dash,
        }
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
    /// As [`KmFigure::draw`](crate::KmFigure::draw); also [`Error::Nothing`] when no group has a cause of the names asked
    /// for.
    pub fn draw(&self, profile: &Profile) -> Result<Figure, Error> {
        self.curves()?.prepared()?.figure(profile)
    }

    /// The curves of all groups and causes shown, with the counts of the groups.
    pub(crate) fn curves(&self) -> Result<StepCurves, Error> {
        let shown = self.shown();
        if shown.is_empty() {
            return Err(Error::Nothing { what: "causes of these names" });
        }
        self.options.check()?;
        check_count(shown.len())?;
        let (many_groups, many_causes) = (self.groups.len() > 1, self.causes_shown() > 1);
        let mut curves = Vec::with_capacity(shown.len());
        for (place, shown) in shown.iter().enumerate() {
            let group = &self.groups[shown.group];
            group.check(shown.curve)?;
            let label = match (many_groups, many_causes) {
                (true, true) => format!("{}: {}", group.label, shown.curve.label),
                (false, true) => capital(&shown.curve.label),
                _ => group.label.clone(),
            };
            let hue = if many_groups { shown.group } else { place };
            let dash = if many_groups && many_causes { shown.cause } else { place };
            curves.push(group.curve(shown.curve, label, hue, dash));
        }
        let mut options = self.options.clone();
        if options.y_title.is_none() && options.endpoint.is_none() && !many_causes {
            options.endpoint = Some(format!("Cumulative incidence of {}", shown[0].curve.label));
        }
        let groups = 0..self.groups.len();
        let counted = groups.filter_map(|group| self.counted(group, &shown)).collect();
        Ok(StepCurves { estimate: Estimate::CompetingIncidence, curves, counted, options })
    }

    /// A group as it is counted: at risk of any cause, events of each cause shown and of all others,
    /// censored. `None` when none of its causes is shown.
    fn counted(&self, index: usize, shown: &[Shown<'_>]) -> Option<CountedGroup> {
        let group = &self.groups[index];
        let own = || shown.iter().filter(|shown| shown.group == index);
        let first = shown.iter().position(|shown| shown.group == index)?;
        let is_hidden = |cause: &&CauseCurve| own().all(|one| one.curve.label != cause.label);
        let hidden: Vec<&CauseCurve> = group.causes.iter().filter(is_hidden).collect();
        let mut events: Vec<Option<String>> =
            own().map(|one| Some(capital(&one.curve.label))).collect();
        match hidden[..] {
            [] => {}
            [one] => events.push(Some(capital(&one.label))),
            _ => events.push(Some("Other events".to_owned())),
        }
        let counts: Vec<CountsAt> = own().map(|one| one.curve.counts.clone()).collect();
        let others: Vec<CountsAt> = hidden.iter().map(|cause| cause.counts.clone()).collect();
        Some(CountedGroup {
            curve: first,
            label: group.label.clone(),
            n: group.n,
            keyed: self.causes_shown() == 1,
            weighted: group.weighted,
            events,
            at: Arc::new(move |time| {
                let now = |counts: &CountsAt| (counts.0)(time);
                let Counts { at_risk, censored, effective, .. } = now(&counts[0]);
                let mut events: Vec<f64> = counts.iter().map(|one| now(one).events).collect();
                if !others.is_empty() {
                    events.push(others.iter().map(|one| now(one).events).sum());
                }
                Tally { at_risk, events, censored, effective }
            }),
        })
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
}
