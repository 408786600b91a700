//! Generalised estimating equations for one proportion: logit link, exchangeable correlation.
//!
//! With an intercept alone the equation says that the mean is the cluster means weighted by
//! m / (1 + (m - 1) a), m the cluster's size and a the working correlation, which is estimated by
//! moments from the residuals at that mean: the two are iterated to a fixed point.
//!
//! Source: Liang and Zeger (1986), Biometrika 73:13-22; the moments lose one degree of freedom.

use super::{Moments, counts::ClusterCounts};
use crate::Error;

const ITERATIONS: usize = 1000;

/// Not for units that are all alike: their residuals are 0.
pub(super) fn fit(counts: &ClusterCounts) -> Result<Moments, Error> {
    let (mut mean, mut best) = (counts.share(), f64::INFINITY);
    for _ in 0..ITERATIONS {
        let icc = working_correlation(counts, mean);
        let (next, std_error) = weighted_mean(counts, icc)?;
        let step = (next - mean).abs();
        mean = next;
        // Rounding makes the last steps jump between neighbours, so stop when none is smaller.
        if step == 0.0 || (step < 1e-13 && step >= best) {
            let binomial = mean * (1.0 - mean) / counts.n as f64;
            let design_effect = std_error.map(|std_error| std_error * std_error / binomial);
            return Ok(Moments { icc, design_effect, estimate: mean, std_error });
        }
        best = best.min(step);
    }
    Err(Error::NotConverged { what: "the estimating equations (GEE)", iterations: ITERATIONS })
}

/// The mean product of two residuals of one cluster, over the mean square: `None` when fewer than
/// two pairs leave nothing to estimate it from, and the units are taken as independent.
fn working_correlation(counts: &ClusterCounts, mean: f64) -> Option<f64> {
    let pairs: f64 = counts.of.iter().map(|(m, _)| m * (m - 1.0) / 2.0).sum::<f64>() - 1.0;
    if pairs <= 0.0 {
        return None;
    }
    let (mut squares, mut products) = (0.0, 0.0);
    for (m, x) in &counts.of {
        let square = x * (1.0 - mean).powi(2) + (m - x) * mean * mean;
        squares += square;
        products += ((x - m * mean).powi(2) - square) / 2.0;
    }
    Some(products / (pairs * squares / (counts.n as f64 - 1.0)))
}

/// The mean of the cluster means under this correlation, and its sandwich standard error, `None`
/// for a single cluster.
fn weighted_mean(counts: &ClusterCounts, icc: Option<f64>) -> Result<(f64, Option<f64>), Error> {
    let icc = icc.unwrap_or(0.0);
    let largest = counts.of.iter().map(|(m, _)| *m).fold(0.0, f64::max);
    if 1.0 + (largest - 1.0) * icc <= 0.0 {
        return Err(Error::WorkingCorrelation { icc, largest: largest as usize });
    }
    let weight = |m: f64| m / (1.0 + (m - 1.0) * icc);
    let total: f64 = counts.of.iter().map(|(m, _)| weight(*m)).sum();
    let mean = counts.of.iter().map(|(m, x)| weight(*m) * x / m).sum::<f64>() / total;
    let residual: f64 = counts.of.iter().map(|(m, x)| (weight(*m) * (x / m - mean)).powi(2)).sum();
    Ok((mean, (counts.clusters() > 1).then(|| residual.sqrt() / total)))
}
