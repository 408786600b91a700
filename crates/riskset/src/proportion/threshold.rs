//! The one-sided test that a clustered proportion exceeds a threshold.

use super::{Moments, ProportionVariance, counts::ClusterCounts};
use crate::{Error, beta, normal};

/// The test of p <= threshold against p > threshold.
///
/// With the binomial variance it is the exact binomial test. Otherwise the statistic is
/// (p - p0) / sqrt(deff p0 (1 - p0) / N): the score statistic of one sample with the design effect
/// that the variance implies, which is what the sample size of [`crate::ProportionDesign`]
/// prepares for.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ThresholdTest {
    /// The threshold p0, as a fraction.
    pub threshold: f64,
    /// The normal statistic, positive when the estimate exceeds the threshold; `None` for the
    /// exact test.
    pub statistic: Option<f64>,
    /// The one-sided p value.
    pub p_value: f64,
}

pub(super) fn check(threshold: f64) -> Result<(), Error> {
    if threshold > 0.0 && threshold < 1.0 {
        return Ok(());
    }
    Err(Error::OutOfRange {
        what: "the threshold",
        value: threshold,
        range: "lie between 0 and 1; write 0.85 for 85%",
    })
}

pub(super) fn test(
    p0: f64,
    variance: ProportionVariance,
    moments: &Moments,
    counts: &ClusterCounts,
) -> Option<ThresholdTest> {
    if variance == ProportionVariance::Binomial {
        // P(X >= x) of the binomial distribution, as a beta probability.
        let (x, n) = (counts.events as f64, counts.n as f64);
        let p_value = if x == 0.0 { 1.0 } else { beta::cdf(x, n - x + 1.0, p0) };
        return Some(ThresholdTest { threshold: p0, statistic: None, p_value });
    }
    let effect = moments.design_effect.filter(|&effect| effect > 0.0)?;
    let null = (effect * p0 * (1.0 - p0) / counts.n as f64).sqrt();
    let statistic = (moments.estimate - p0) / null;
    let p_value = normal::cdf(-statistic);
    Some(ThresholdTest { threshold: p0, statistic: Some(statistic), p_value })
}
