//! How an incidence comes about, one time after the other: for teaching and for checking by hand.

use super::CauseIncidence;

/// One time of an incidence with the arithmetic that leads to it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct IncidenceStep {
    /// The time, in the unit of the data.
    pub time: f64,
    /// At risk of any cause just before it.
    pub n_risk: f64,
    /// Events of this cause.
    pub n_event: f64,
    /// Events of the other causes.
    pub n_competing: f64,
    /// Censored.
    pub n_censor: f64,
    /// The probability of no event of any cause before the time, S(t-).
    pub event_free_before: f64,
    /// The hazard of this cause at the time, d_k / n.
    pub hazard: f64,
    /// What the incidence grows by, S(t-) d_k / n.
    pub increment: f64,
    /// The incidence, the sum of the increments.
    pub incidence: f64,
}

impl CauseIncidence<'_> {
    /// Every observed time with its arithmetic, in order, at least one.
    pub fn steps(&self) -> Vec<IncidenceStep> {
        let group = self.group;
        let mut before = 1.0;
        (0..group.len())
            .map(|index| {
                let (n, d) = (group.n_risk()[index], self.columns.n_event[index]);
                let hazard = if d > 0.0 { d / n } else { 0.0 };
                let step = IncidenceStep {
                    time: group.time()[index],
                    n_risk: n,
                    n_event: d,
                    n_competing: group.n_event()[index] - d,
                    n_censor: group.n_censor()[index],
                    event_free_before: before,
                    hazard,
                    increment: before * hazard,
                    incidence: self.columns.estimate[index],
                };
                before = group.event_free()[index];
                step
            })
            .collect()
    }
}
