//! The step of the cumulative hazard at one time, and of its variance.

use super::SurvivalEstimator;
use crate::RiskSets;

/// The increments of the cumulative hazard and of its variance at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct HazardStep {
    pub hazard: f64,
    pub variance: f64,
}

impl HazardStep {
    /// `None` for a variance that cannot be told.
    pub fn std_error(self) -> Option<f64> {
        self.variance.is_finite().then(|| self.variance.sqrt())
    }
}

/// The step at the time of place `index`. The variance sums the squares of what the hazard sums
/// (Aalen 1978; with ties counted one after the other, Fleming and Harrington 1984).
pub(super) fn step(sets: &RiskSets, estimator: SurvivalEstimator, index: usize) -> HazardStep {
    let (n, d) = (sets.n_risk[index], sets.n_event[index]);
    if d <= 0.0 {
        return HazardStep { hazard: 0.0, variance: 0.0 };
    }
    match estimator {
        SurvivalEstimator::KaplanMeier | SurvivalEstimator::Breslow => {
            HazardStep { hazard: d / n, variance: d / n / n }
        }
        SurvivalEstimator::FlemingHarrington => {
            // Tied rows fail one after the other, each taking the mean weight of the ties.
            let rows = sets.rows.as_ref().map_or(d, |rows| f64::from(rows.events[index]));
            one_by_one(n, d / rows, rows as u32)
        }
    }
}

fn one_by_one(n: f64, weight: f64, rows: u32) -> HazardStep {
    let mut step = HazardStep { hazard: 0.0, variance: 0.0 };
    for before in 0..rows {
        let at_risk = n - f64::from(before) * weight;
        step.hazard += weight / at_risk;
        step.variance += weight / at_risk / at_risk;
    }
    step
}
