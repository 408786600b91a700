//! What a survival figure is made of: the columns of an estimated curve.

use crate::{Colour, Error};
use greenwood::SurvivalCurve;
use std::fmt;
use std::sync::Arc;

/// The estimated curve of one group, as columns with one entry per distinct event or censoring
/// time, increasing. Counts are sums of weights where there are weights.
#[derive(Clone, Debug)]
pub struct CurveInput {
    /// The group's name as a reader is to see it: "Female", not `sex=2`.
    pub label: String,
    /// Patients analysed.
    pub n: f64,
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
    /// The number at risk just before any time, for patients who enter late; `None` takes it from
    /// the columns, which is right when all are followed from the origin.
    pub at_risk: Option<AtRisk>,
    /// The group's own colour, the same in all figures of a study; `None` takes the profile's.
    pub colour: Option<Colour>,
}

/// The number at risk just before a time in the unit of the data.
#[derive(Clone)]
pub struct AtRisk(pub Arc<dyn Fn(f64) -> f64 + Send + Sync>);

impl fmt::Debug for AtRisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AtRisk(..)")
    }
}

impl From<&SurvivalCurve> for CurveInput {
    /// The columns of an estimated curve, with an empty label.
    fn from(curve: &SurvivalCurve) -> CurveInput {
        let intervals = curve.intervals();
        let limits = intervals.iter().any(Option::is_some);
        let at_risk = curve.is_left_truncated().then(|| {
            let curve = curve.clone();
            AtRisk(Arc::new(move |time| curve.n_risk_at(time)))
        });
        let n = match at_risk {
            Some(_) => curve.n_rows() as f64,
            None => curve.n_risk().first().copied().unwrap_or(0.0),
        };
        CurveInput {
            label: String::new(),
            n,
            time: curve.time().to_vec(),
            n_risk: curve.n_risk().to_vec(),
            n_event: curve.n_event().to_vec(),
            n_censor: curve.n_censor().to_vec(),
            survival: curve.survival().to_vec(),
            lower: intervals.iter().map(|interval| interval.and_then(|i| i.lower)).collect(),
            upper: intervals.iter().map(|interval| interval.and_then(|i| i.upper)).collect(),
            conf_level: limits.then(|| curve.conf_level()),
            conf_type: limits.then(|| curve.conf_type().name().to_owned()),
            at_risk,
            colour: None,
        }
    }
}

impl CurveInput {
    /// The same curve under this name.
    pub fn named(mut self, label: &str) -> CurveInput {
        self.label = label.to_owned();
        self
    }

    /// The number at risk just before a time in the unit of the data.
    pub fn n_risk_at(&self, time: f64) -> f64 {
        if let Some(AtRisk(count)) = &self.at_risk {
            return count(time);
        }
        let next = self.time.partition_point(|&observed| observed < time);
        self.n_risk.get(next).copied().unwrap_or(0.0)
    }

    /// Events before a time, so that at risk, events and censored add up to the patients analysed.
    pub fn events_before(&self, time: f64) -> f64 {
        let next = self.time.partition_point(|&observed| observed < time);
        self.n_event[..next].iter().sum()
    }

    /// Censored before a time.
    pub fn censored_before(&self, time: f64) -> f64 {
        let next = self.time.partition_point(|&observed| observed < time);
        self.n_censor[..next].iter().sum()
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
        let place = |what: &str| format!("curve `{}`: {what}", self.label);
        if let Some(&value) = self.time.iter().find(|time| !(time.is_finite() && **time >= 0.0)) {
            return Err(Error::Value {
                place: place("a time"),
                value,
                must: "finite and 0 or more",
            });
        }
        if let Some(pair) = self.time.windows(2).find(|pair| pair[0] >= pair[1]) {
            let must = "later than the one before it";
            return Err(Error::Value { place: place("a time"), value: pair[1], must });
        }
        if let Some(&value) = self.survival.iter().find(|s| !(0.0..=1.0).contains(*s)) {
            return Err(Error::Value { place: place("a survival"), value, must: "from 0 to 1" });
        }
        Ok(())
    }
}
