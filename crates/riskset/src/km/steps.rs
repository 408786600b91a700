//! How a curve comes about, one time after the other: for teaching and for checking by hand.

use super::{CurveVariance, SurvivalCurve, SurvivalEstimator, hazard};
use crate::RiskSet;

/// One time of a curve with the arithmetic that leads to it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SurvivalStep {
    /// The counts at this time.
    pub risk_set: RiskSet,
    /// What S is multiplied by: (n - d) / n for Kaplan-Meier, exp(-hazard) for the others.
    pub factor: f64,
    /// S(t).
    pub survival: f64,
    /// What is added to the variance of log S(t): d / (n (n - d)) for Kaplan-Meier. `None` where
    /// S(t) is 0, and for a robust variance, which is not made of counts.
    pub term: Option<f64>,
    /// The sum of the terms so far, the variance of log S(t).
    pub sum: Option<f64>,
    /// S(t) times the root of the sum. `None` where the sum is.
    pub std_error: Option<f64>,
}

/// One rectangle of the area under a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AreaStep {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Its height, S from there on.
    pub survival: f64,
    /// Width times height.
    pub area: f64,
    /// The area so far.
    pub sum: f64,
}

impl SurvivalCurve {
    /// The times at which something happens to the curve or to who is at risk, with the arithmetic
    /// of each; in order, at least one.
    pub fn steps(&self) -> Vec<SurvivalStep> {
        let counted = self.variance() == CurveVariance::Greenwood;
        let (mut sum, mut steps) = (counted.then_some(0.0), Vec::with_capacity(self.len()));
        for index in 0..self.len() {
            let risk_set = self.risk_sets().get(index);
            let (n, d) = (risk_set.n_risk, risk_set.n_event);
            let (factor, term) = match self.estimator() {
                SurvivalEstimator::KaplanMeier if d == 0.0 => (1.0, Some(0.0)),
                SurvivalEstimator::KaplanMeier => ((n - d) / n, (d < n).then(|| d / (n * (n - d)))),
                other => {
                    let step = hazard::step(self.risk_sets(), other, index);
                    ((-step.hazard).exp(), Some(step.variance))
                }
            };
            let survival = self.survival()[index];
            let term = term.filter(|_| counted && survival > 0.0);
            sum = sum.and_then(|sum| Some(sum + term?));
            let std_error = sum.map(|sum: f64| survival * sum.sqrt());
            steps.push(SurvivalStep { risk_set, factor, survival, term, sum, std_error });
        }
        steps
    }

    /// The rectangles under the curve up to `tau`, in order: what a restricted mean is the sum of.
    /// After the last time the curve is taken to stay where it was. Empty for a `tau` that is not
    /// positive.
    pub fn area_steps(&self, tau: f64) -> Vec<AreaStep> {
        let (mut from, mut survival, mut sum, mut steps) = (0.0, 1.0, 0.0, Vec::new());
        let mut add = |from: f64, to: f64, survival: f64| {
            if to > from {
                let area = (to - from) * survival;
                sum += area;
                steps.push(AreaStep { from, to, survival, area, sum });
            }
        };
        for (index, &time) in self.time().iter().enumerate() {
            if time >= tau {
                break;
            }
            if self.n_event()[index] > 0.0 {
                add(from, time, survival);
                (from, survival) = (time, self.survival()[index]);
            }
        }
        add(from, tau, survival);
        steps
    }
}
