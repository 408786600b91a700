//! Newton's steps to the maximum of the penalised likelihood, halved where they fall.

use super::penalty::Taken;
use crate::cox::choices::Ties;
use crate::cox::newton::Control;
use crate::cox::risk::Risk;
use crate::cox::rows::Rows;
use crate::regression::linear::{Definite, inner};

/// The maximum, everything in the unit of the data.
pub(super) struct Top {
    pub beta: Vec<f64>,
    /// The log partial likelihood without the penalty.
    pub log_likelihood: f64,
    pub penalty: f64,
    /// The information of the likelihood plus the curvature of the penalty, inverted.
    pub variance: Vec<f64>,
    /// The curvature of the penalty.
    pub curvature: Vec<f64>,
    pub iterations: usize,
}

/// Climbs from `beta`; `None` where the maximum is not found.
pub(super) fn climb(
    rows: &Rows,
    ties: Ties,
    control: Control,
    taken: &Taken,
    mut beta: Vec<f64>,
) -> Option<Top> {
    let mut at = Place::new(rows, ties, taken, &beta)?;
    for iteration in 1..=control.max_iterations.max(1) {
        let (gradient, hessian, _) = at.derivatives(rows, ties, taken, &beta);
        let inverse = Definite::new(&hessian, rows.p)?;
        let step = inverse.solve(&gradient);
        let decrement = inner(&step, &gradient).max(0.0);
        let (next, place) = forward(rows, ties, taken, (&beta, &at), &step)?;
        (beta, at) = (next, place);
        let events = rows.event_weight.max(1.0);
        if (decrement / events).sqrt() <= control.tolerance.max(1e-11) {
            let (_, hessian, curvature) = at.derivatives(rows, ties, taken, &beta);
            let scaled = Definite::new(&hessian, rows.p)?.inverse();
            let (p, s) = (rows.p, &rows.scales);
            return Some(Top {
                variance: (0..p * p).map(|k| scaled[k] / (s[k / p] * s[k % p])).collect(),
                log_likelihood: at.risk.log_likelihood,
                penalty: at.penalty,
                curvature,
                iterations: iteration,
                beta,
            });
        }
    }
    None
}

/// The likelihood and its penalty at some coefficients.
struct Place {
    risk: Risk,
    penalty: f64,
}

impl Place {
    /// `None` where the likelihood is not finite.
    fn new(rows: &Rows, ties: Ties, taken: &Taken, beta: &[f64]) -> Option<Place> {
        let scaled: Vec<f64> = beta.iter().zip(&rows.scales).map(|(b, s)| b * s).collect();
        let risk = Risk::new(rows, &scaled, ties, None);
        let penalty = taken.value(beta);
        (risk.log_likelihood.is_finite() && penalty.is_finite()).then_some(Place { risk, penalty })
    }

    fn height(&self) -> f64 {
        self.risk.log_likelihood - self.penalty
    }

    /// The gradient and the information of what is maximised, in the scaled unit, and the curvature of
    /// the penalty in that of the data.
    fn derivatives(
        &self,
        rows: &Rows,
        ties: Ties,
        taken: &Taken,
        beta: &[f64],
    ) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let (p, s) = (rows.p, &rows.scales);
        let moments = self.risk.moments(rows, ties, None);
        let (slope, curvature) = (taken.gradient(beta), taken.curvature(beta));
        let gradient = (0..p).map(|j| moments.gradient[j] - slope[j] / s[j]).collect();
        let hessian = (0..p * p)
            .map(|k| moments.information[k] + curvature[k] / (s[k / p] * s[k % p]))
            .collect();
        (gradient, hessian, curvature)
    }
}

/// The step, or half of it, and so on, until the height does not fall.
fn forward(
    rows: &Rows,
    ties: Ties,
    taken: &Taken,
    (beta, at): (&[f64], &Place),
    step: &[f64],
) -> Option<(Vec<f64>, Place)> {
    let rounding = 1e-12 * (1.0 + at.height().abs());
    let mut part = 1.0;
    for _ in 0..40 {
        let next: Vec<f64> =
            (0..rows.p).map(|j| beta[j] + part * step[j] / rows.scales[j]).collect();
        if let Some(place) = Place::new(rows, ties, taken, &next)
            && place.height() >= at.height() - rounding
        {
            return Some((next, place));
        }
        part /= 2.0;
    }
    None
}
