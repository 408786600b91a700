//! The variance between studies by restricted maximum likelihood, and the mean that goes with it.
//!
//! With weights w = 1 / (v + tau^2), the derivative of the restricted log likelihood is half of
//! sum w^2 (y - mean)^2 - sum w + sum w^2 / sum w: the estimate is where it is 0, or 0 itself when
//! it is negative from the start.

use super::{Pooled, studies::Logits};
use crate::Error;

const ITERATIONS: usize = 1000;

pub(super) fn fit(logits: &Logits) -> Result<Pooled, Error> {
    let tau_squared = tau_squared(logits)?;
    let (_, total, mean) = logits.mean(tau_squared);
    Ok(Pooled { logit: mean, std_error: total.sqrt().recip(), tau_squared, log_likelihood: None })
}

/// Hartung and Knapp's standard error of the mean.
pub(super) fn hartung_knapp(logits: &Logits, pooled: &Pooled) -> f64 {
    let (_, total, _) = logits.mean(pooled.tau_squared);
    (logits.q(pooled.tau_squared) / ((logits.len() as f64 - 1.0) * total)).sqrt()
}

/// Scoring steps from the variance of the logits themselves, halved where the likelihood falls.
fn tau_squared(logits: &Logits) -> Result<f64, Error> {
    let k = logits.len() as f64;
    let mean = logits.y.iter().sum::<f64>() / k;
    let spread = logits.y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / (k - 1.0);
    let mut tau_squared = (spread - logits.v.iter().sum::<f64>() / k).max(0.0);
    let mut likelihood = log_likelihood(logits, tau_squared);
    // Weights know the variances only together, so rounding is that of their sum.
    let own = logits.v.iter().sum::<f64>() / k;
    let mut floor = f64::INFINITY; // the last step
    for _ in 0..ITERATIONS {
        let (score, information) = derivatives(logits, tau_squared);
        let full = (tau_squared + score / information).max(0.0);
        let mut next = full;
        let mut reached = log_likelihood(logits, next);
        while reached < likelihood - 1e-13 * (1.0 + likelihood.abs()) && next != tau_squared {
            next = 0.5 * (next + tau_squared);
            reached = log_likelihood(logits, next);
        }
        let step = (next - tau_squared).abs();
        (tau_squared, likelihood) = (next, reached);
        let scale = own + tau_squared;
        // Steps shrink, until only rounding is left, which does not.
        if step <= 1e-14 * scale || (step <= 1e-9 * scale && step >= floor) {
            return Ok(tau_squared);
        }
        floor = step;
    }
    let what = "the variance between studies (REML)";
    Err(Error::NotConverged { what, iterations: ITERATIONS })
}

/// The derivative of the restricted log likelihood and its expected information, both doubled.
fn derivatives(logits: &Logits, tau_squared: f64) -> (f64, f64) {
    let (weights, total, mean) = logits.mean(tau_squared);
    let power = |n: i32| weights.iter().map(|w| w.powi(n)).sum::<f64>();
    let (squares, cubes) = (power(2), power(3));
    let residual: f64 = weights.iter().zip(&logits.y).map(|(w, y)| (w * (y - mean)).powi(2)).sum();
    let score = residual - total + squares / total;
    let information = squares - 2.0 * cubes / total + (squares / total).powi(2);
    (score, information)
}

fn log_likelihood(logits: &Logits, tau_squared: f64) -> f64 {
    let (weights, total, _) = logits.mean(tau_squared);
    let logs: f64 = weights.iter().map(|w| w.ln()).sum();
    0.5 * (logs - total.ln() - logits.q(tau_squared))
}
