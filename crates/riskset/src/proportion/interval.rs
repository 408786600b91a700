//! Intervals for a proportion whose variance is not simply binomial.

use super::counts::ClusterCounts;
use crate::choices;
use crate::{Interval, beta};

/// How the interval of a clustered proportion is built.
///
/// Wilson's and the exact interval are those of a binomial sample with the effective size
/// p (1 - p) / variance and as many events as give the same proportion: under the binomial variance
/// they are the ordinary ones.
///
/// Sources: Wilson (1927), J Am Stat Assoc 22:209-212; Clopper and Pearson (1934), Biometrika
/// 26:404-413; with the effective sample size Kott and Carr (1997), J Off Stat 13:367-383 (Wilson),
/// and Korn and Graubard (1998), Surv Methodol 24:193-201 (exact; their further factor for degrees
/// of freedom is not used); compared by Dean and Pagano (2015), J Surv Stat Methodol 3:484-503.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum ProportionInterval {
    /// Symmetric about the proportion, cut to [0, 1].
    Wald,
    /// Symmetric about the logit.
    Logit,
    /// Wilson's score interval with the effective sample size.
    Wilson,
    /// Clopper and Pearson's interval with the effective sample size.
    Exact,
}

choices!(
    ProportionInterval,
    "interval",
    [
        (ProportionInterval::Wald, "wald", "Estimate plus and minus z standard errors"),
        (ProportionInterval::Logit, "logit", "The same on the scale of the log odds"),
        (
            ProportionInterval::Wilson,
            "wilson",
            "Wilson's score interval with the effective sample size"
        ),
        (
            ProportionInterval::Exact,
            "exact",
            "Clopper and Pearson's exact interval with the effective sample size"
        ),
    ]
);

impl ProportionInterval {
    pub(super) fn interval(
        self,
        p: f64,
        std_error: Option<f64>,
        counts: &ClusterCounts,
        z: f64,
        level: f64,
    ) -> Option<Interval> {
        let std_error = std_error?;
        let binomial = p * (1.0 - p);
        // All alike: the effective size is 0 over 0, and only independent units have one, n.
        let size =
            if binomial > 0.0 { binomial / (std_error * std_error) } else { counts.n as f64 };
        let (lower, upper) = match self {
            ProportionInterval::Wald if std_error > 0.0 => (p - z * std_error, p + z * std_error),
            ProportionInterval::Logit if std_error > 0.0 => {
                let (logit, width) = ((p / (1.0 - p)).ln(), z * std_error / binomial);
                (expit(logit - width), expit(logit + width))
            }
            // A variance of 0 is no information, and no interval.
            ProportionInterval::Wald | ProportionInterval::Logit => return None,
            _ if !size.is_finite() => return None,
            ProportionInterval::Wilson => wilson(p, size, z),
            ProportionInterval::Exact => exact(p, size, level),
        };
        Some(Interval { lower: Some(lower.clamp(0.0, 1.0)), upper: Some(upper.clamp(0.0, 1.0)) })
    }
}

fn expit(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn wilson(p: f64, size: f64, z: f64) -> (f64, f64) {
    let share = z * z / size;
    let middle = p + share / 2.0;
    let width = (share * (p * (1.0 - p) + share / 4.0)).sqrt();
    ((middle - width) / (1.0 + share), (middle + width) / (1.0 + share))
}

fn exact(p: f64, size: f64, level: f64) -> (f64, f64) {
    let (events, others, tail) = (p * size, (1.0 - p) * size, (1.0 - level) / 2.0);
    let lower = if p > 0.0 { beta::quantile(events, others + 1.0, tail) } else { 0.0 };
    let upper = if p < 1.0 { beta::quantile(events + 1.0, others, 1.0 - tail) } else { 1.0 };
    (lower, upper)
}
