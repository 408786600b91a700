//! Baseline hazards, by their cumulative hazard and its inverse.

use serde::{Deserialize, Serialize};

/// How the hazard of a patient without any effect runs over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Baseline {
    /// A constant hazard.
    Exponential {
        /// The median time.
        median: f64,
    },
    /// A hazard that rises (shape above 1) or falls as a power of time.
    Weibull {
        /// The median time.
        median: f64,
        /// The shape.
        shape: f64,
    },
    /// A hazard that rises exponentially: H(t) = a (exp(b t) - 1).
    Gompertz {
        /// The median time.
        median: f64,
        /// The rate b at which the logarithm of the hazard grows, above 0.
        growth: f64,
    },
    /// A hazard that rises and then falls: S(t) = 1 / (1 + (t / median)^shape).
    LogLogistic {
        /// The median time.
        median: f64,
        /// The shape.
        shape: f64,
    },
    /// A hazard that is constant between cuts.
    Piecewise {
        /// Where it changes, increasing, above 0.
        cuts: Vec<f64>,
        /// The hazard before the first cut, between the cuts and after the last: one more than cuts.
        rates: Vec<f64>,
    },
}

const LN_2: f64 = std::f64::consts::LN_2;

impl Baseline {
    /// What is wrong with the parameters, if anything.
    pub(super) fn fault(&self) -> Option<String> {
        let positive = |pairs: &[(&str, f64)]| {
            let wrong = |(_, value): &&(&str, f64)| !(value.is_finite() && *value > 0.0);
            pairs.iter().find(wrong).map(|(name, value)| format!("`{name}` is {value}"))
        };
        match self {
            Baseline::Exponential { median } => positive(&[("median", *median)]),
            Baseline::Weibull { median, shape } | Baseline::LogLogistic { median, shape } => {
                positive(&[("median", *median), ("shape", *shape)])
            }
            Baseline::Gompertz { median, growth } => {
                positive(&[("median", *median), ("growth", *growth)])
            }
            Baseline::Piecewise { cuts, rates } => {
                if rates.len() != cuts.len() + 1 {
                    return Some(format!("{} cuts have {} rates", cuts.len(), rates.len()));
                }
                let cut = positive(&cuts.iter().map(|&cut| ("cuts", cut)).collect::<Vec<_>>());
                let ordered = cuts.windows(2).all(|pair| pair[0] < pair[1]);
                let rate = rates.iter().find(|rate| !(rate.is_finite() && **rate >= 0.0));
                cut.or_else(|| (!ordered).then(|| "the cuts do not increase".to_owned()))
                    .or_else(|| rate.map(|rate| format!("a rate is {rate}")))
                    .or_else(|| {
                        let ends = *rates.last().expect("there is one more rate than cuts") > 0.0;
                        (!ends).then(|| "the last rate is 0, so that some never have it".to_owned())
                    })
            }
        }
    }

    /// H(t).
    pub(super) fn cumulative(&self, t: f64) -> f64 {
        match self {
            Baseline::Exponential { median } => LN_2 * t / median,
            Baseline::Weibull { median, shape } => LN_2 * libm::pow(t / median, *shape),
            Baseline::Gompertz { median, growth } => {
                LN_2 * libm::expm1(growth * t) / libm::expm1(growth * median)
            }
            Baseline::LogLogistic { median, shape } => libm::log1p(libm::pow(t / median, *shape)),
            Baseline::Piecewise { cuts, rates } => {
                let (mut sum, mut from) = (0.0, 0.0);
                for (index, rate) in rates.iter().enumerate() {
                    let to = cuts.get(index).copied().unwrap_or(f64::INFINITY).min(t);
                    sum += rate * (to - from).max(0.0);
                    from = to.max(from);
                }
                sum
            }
        }
    }

    /// The time at which H reaches `h`.
    pub(super) fn inverse(&self, h: f64) -> f64 {
        match self {
            Baseline::Exponential { median } => h * median / LN_2,
            Baseline::Weibull { median, shape } => median * libm::pow(h / LN_2, 1.0 / shape),
            Baseline::Gompertz { median, growth } => {
                libm::log1p(h / LN_2 * libm::expm1(growth * median)) / growth
            }
            Baseline::LogLogistic { median, shape } => {
                median * libm::pow(libm::expm1(h), 1.0 / shape)
            }
            Baseline::Piecewise { cuts, rates } => {
                let (mut left, mut from) = (h, 0.0);
                for (index, &rate) in rates.iter().enumerate() {
                    let to = cuts.get(index).copied().unwrap_or(f64::INFINITY);
                    let within = rate * (to - from);
                    if left <= within && rate > 0.0 {
                        return from + left / rate;
                    }
                    left -= within;
                    from = to;
                }
                f64::INFINITY
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_inverts_and_the_median_is_the_median() {
        let kinds = [
            Baseline::Exponential { median: 24.0 },
            Baseline::Weibull { median: 24.0, shape: 1.4 },
            Baseline::Gompertz { median: 24.0, growth: 0.05 },
            Baseline::LogLogistic { median: 24.0, shape: 1.8 },
            Baseline::Piecewise { cuts: vec![6.0, 18.0], rates: vec![0.01, 0.05, 0.02] },
        ];
        for kind in &kinds {
            assert_eq!(kind.fault(), None);
            for t in [0.5, 3.0, 12.0, 40.0, 100.0] {
                let back = kind.inverse(kind.cumulative(t));
                assert!((back - t).abs() < 1e-9 * t, "{kind:?} {t} {back}");
            }
        }
        for kind in &kinds[..4] {
            assert!((kind.cumulative(24.0) - LN_2).abs() < 1e-12, "{kind:?}");
        }
        // 6 months at 0.01, 12 at 0.05, 2 at 0.02.
        assert!((kinds[4].cumulative(20.0) - (0.06 + 0.6 + 0.04)).abs() < 1e-15);
    }

    #[test]
    fn parameters_that_are_no_hazard_are_named() {
        let fault = |kind: Baseline| kind.fault().unwrap();
        assert!(fault(Baseline::Exponential { median: 0.0 }).contains("median"));
        let rates = Baseline::Piecewise { cuts: vec![6.0], rates: vec![0.1] };
        assert_eq!(fault(rates), "1 cuts have 1 rates");
        let cuts = Baseline::Piecewise { cuts: vec![6.0, 3.0], rates: vec![0.1; 3] };
        assert!(fault(cuts).contains("increase"));
    }
}
