//! What a survival figure is made of: the columns of an estimated curve.

use crate::bounds::check_label;
use crate::colour::Colour;
use crate::error::Error;
use riskset::{CurveVariance, Headcounts, SurvivalCurve};
use std::fmt;
use std::sync::Arc;

/// The estimated curve of one group, as columns with one entry per distinct event or censoring
/// time, increasing. The columns of counts are sums of weights where there are weights.
#[derive(Clone, Debug)]
pub struct CurveInput {
    /// The group's name as a reader is to see it: "Female", not `sex=2`.
    pub label: String,
    /// Patients analysed, each counted once whatever the weight.
    pub n: f64,
    /// From when on anybody is under observation, in the unit of the data: 0, or the first entry when
    /// patients enter late. The curve is not drawn before it.
    pub start: f64,
    /// The distinct times, in the unit of the data.
    pub time: Vec<f64>,
    /// At risk just before each time.
    pub n_risk: Vec<f64>,
    /// Events at each time.
    pub n_event: Vec<f64>,
    /// Censored at each time; they are still in `n_risk`.
    pub n_censor: Vec<f64>,
    /// S(t) from each time on, as a fraction of 1.
    pub survival: Vec<f64>,
    /// Lower confidence limit of S(t); `None` where it does not exist.
    pub lower: Vec<Option<f64>>,
    /// Upper confidence limit of S(t); `None` where it does not exist.
    pub upper: Vec<Option<f64>>,
    /// The level of the limits, as a fraction; `None` when there are no limits.
    pub conf_level: Option<f64>,
    /// The scale of the limits, as a user types it: `log`, `log-log`, ...
    pub conf_type: Option<String>,
    /// The name of the band whose limits hold the whole curve; `None` where they hold one time each.
    pub simultaneous: Option<String>,
    /// How the variance behind the limits was estimated.
    pub variance: CurveVariance,
    /// What is counted just before any time, for patients who enter late or have weights; `None`
    /// takes it from the columns, which is right for all others.
    pub counts: Option<CountsAt>,
    /// Whether patients enter late, so that the counts need not add up to those analysed.
    pub late_entry: bool,
    /// Whether the curve is weighted, so that it says how many patients it rests on.
    pub weighted: bool,
    /// The group's own colour, the same in all figures of a study; `None` takes the profile's.
    pub colour: Option<Colour>,
}

/// What is counted in a group just before a time, each patient once whatever the weight.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// At risk: whoever fails or is censored at the time still is.
    pub at_risk: f64,
    /// Events before the time.
    pub events: f64,
    /// Censored before the time.
    pub censored: f64,
    /// Kish's effective number at risk of a weighted curve; `None` without weights, and where
    /// nobody with a weight above 0 is left.
    pub effective: Option<f64>,
}

/// The counts just before a time in the unit of the data.
#[derive(Clone)]
pub struct CountsAt(pub Arc<dyn Fn(f64) -> Counts + Send + Sync>);

impl fmt::Debug for CountsAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CountsAt(..)")
    }
}

impl From<&Headcounts> for CountsAt {
    /// The rows behind a weighted curve.
    fn from(headcounts: &Headcounts) -> CountsAt {
        let rows = headcounts.clone();
        CountsAt(Arc::new(move |time| {
            let now = rows.at(time);
            Counts {
                at_risk: now.at_risk as f64,
                events: now.events as f64,
                censored: now.censored as f64,
                effective: now.effective,
            }
        }))
    }
}

impl From<&SurvivalCurve> for CurveInput {
    /// The columns of an estimated curve, with an empty label.
    fn from(curve: &SurvivalCurve) -> CurveInput {
        let intervals = curve.intervals();
        let limits = intervals.iter().any(Option::is_some);
        let counts = curve.is_left_truncated().then(|| {
            let curve = curve.clone();
            CountsAt(Arc::new(move |time| {
                let counts = columns_before(curve.time(), curve.n_event(), curve.n_censor(), time);
                Counts { at_risk: curve.n_risk_at(time), ..counts }
            }))
        });
        CurveInput {
            label: String::new(),
            n: curve.n_rows() as f64,
            start: curve.first_entry().map_or(0.0, |entry| entry.max(0.0)),
            time: curve.time().to_vec(),
            n_risk: curve.n_risk().to_vec(),
            n_event: curve.n_event().to_vec(),
            n_censor: curve.n_censor().to_vec(),
            survival: curve.survival().to_vec(),
            lower: intervals.iter().map(|interval| interval.and_then(|i| i.lower)).collect(),
            upper: intervals.iter().map(|interval| interval.and_then(|i| i.upper)).collect(),
            conf_level: limits.then(|| curve.conf_level()),
            conf_type: limits.then(|| curve.conf_type().name().to_owned()),
            simultaneous: None,
            variance: curve.variance(),
            counts,
            late_entry: curve.is_left_truncated(),
            weighted: false,
            colour: None,
        }
    }
}

/// Events and censorings before a time, from the columns.
pub(crate) fn columns_before(times: &[f64], events: &[f64], censored: &[f64], time: f64) -> Counts {
    let next = times.partition_point(|&observed| observed < time);
    Counts {
        at_risk: 0.0,
        events: events[..next].iter().sum(),
        censored: censored[..next].iter().sum(),
        effective: None,
    }
}

/// What is counted just before a time, from the columns.
pub(crate) fn counts_before(
    times: &[f64],
    n_risk: &[f64],
    events: &[f64],
    censored: &[f64],
    time: f64,
) -> Counts {
    let next = times.partition_point(|&observed| observed < time);
    let at_risk = n_risk.get(next).copied().unwrap_or(0.0);
    Counts { at_risk, ..columns_before(times, events, censored, time) }
}

impl CurveInput {
    /// The same curve under this name.
    pub fn named(mut self, label: &str) -> CurveInput {
        self.label = label.to_owned();
        self
    }

    /// The same curve as a weighted one, with the rows that stand behind it.
    pub fn weighted(mut self, rows: &Headcounts) -> CurveInput {
        self.n = rows.rows() as f64;
        self.counts = Some(rows.into());
        self.weighted = true;
        self
    }

    /// The same curve with these counts, for rows that are not patients or enter late.
    pub fn counted(mut self, counts: CountsAt) -> CurveInput {
        self.counts = Some(counts);
        self
    }

    /// What is counted just before a time in the unit of the data. When all are followed from the
    /// origin, at risk, events and censored add up to the patients analysed.
    pub fn counts_at(&self, time: f64) -> Counts {
        if let Some(CountsAt(counts)) = &self.counts {
            return counts(time);
        }
        counts_before(&self.time, &self.n_risk, &self.n_event, &self.n_censor, time)
    }

    /// S(t): 1 before the first time, `None` after the last follow-up unless it has reached 0.
    pub fn survival_at(&self, time: f64) -> Option<f64> {
        let next = self.time.partition_point(|&observed| observed <= time);
        if next == 0 {
            return Some(1.0);
        }
        let survival = self.survival[next - 1];
        let past = next == self.time.len() && time > self.time[next - 1];
        (!past || survival == 0.0).then_some(survival)
    }

    /// The last event or censoring time.
    pub fn last_time(&self) -> f64 {
        self.time.last().copied().unwrap_or(0.0)
    }

    /// Checks what drawing relies on.
    pub(crate) fn check(&self) -> Result<(), Error> {
        check_label(&self.label)?;
        let expected = self.time.len();
        if expected == 0 {
            return Err(Error::Nothing { what: "times of a group" });
        }
        for (column, found) in [
            ("n_risk", self.n_risk.len()),
            ("n_event", self.n_event.len()),
            ("n_censor", self.n_censor.len()),
            ("survival", self.survival.len()),
            ("lower", self.lower.len()),
            ("upper", self.upper.len()),
        ] {
            if found != expected {
                return Err(Error::Length { label: self.label.clone(), column, expected, found });
            }
        }
        check_times(&self.label, &self.time)?;
        let place = |what: &str| format!("curve `{}`: {what}", self.label);
        if let Some(&value) = self.survival.iter().find(|s| !(0.0..=1.0).contains(*s)) {
            return Err(Error::Value { place: place("a survival"), value, must: "from 0 to 1" });
        }
        Ok(())
    }
}

/// Times are finite, 0 or more, and increase.
pub(crate) fn check_times(label: &str, times: &[f64]) -> Result<(), Error> {
    let place = || format!("curve `{label}`: a time");
    if let Some(&value) = times.iter().find(|time| !(time.is_finite() && **time >= 0.0)) {
        return Err(Error::Value { place: place(), value, must: "finite and 0 or more" });
    }
    if let Some(pair) = times.windows(2).find(|pair| pair[0] >= pair[1]) {
        let must = "later than the one before it";
        return Err(Error::Value { place: place(), value: pair[1], must });
    }
    Ok(())
}
