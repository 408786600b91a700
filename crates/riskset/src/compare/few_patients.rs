//! Intervals of S(t) for few patients: likelihood ratio, beta product, and Rothman's.
//!
//! - **Likelihood ratio**: the interval holds the values of S(t) whose likelihood, the largest with
//!   S(t) held there, is not too far below the largest of all: twice the difference of the logs is at
//!   most the quantile of chi-square on one degree of freedom.
//! - **Beta product**: S(t) lies below a product of beta variables, one for each event time, and above
//!   that product times one more for those who remain. The product is taken as the beta variable
//!   with its mean and variance. Without censoring it is the interval of Clopper and Pearson; it
//!   holds the truth at least as often as it says.
//! - **Rothman-Wilson**: Wilson's interval of a proportion among as many patients as would give the
//!   standard error of S(t) were nobody censored.
//!
//! Derivation: docs/methods/comparisons.md. Sources: Thomas and Grunkemeier (1975), J Am Stat Assoc
//! 70:865-871; Fay, Brittain and Proschan (2013), Biostatistics 14:723-736; Rothman (1978), J
//! Chronic Dis 31:557-560; Wilson (1927), J Am Stat Assoc 22:209-212; Brookmeyer and Crowley (1982),
//! Biometrics 38:29-41 (quantiles by inverting the intervals). Reference program: none is at hand;
//! the formulas are written out in R.

use crate::{CurveVariance, Error, Interval, SurvivalCurve, SurvivalEstimator, beta};

/// How an interval of S(t) for few patients is made.
///
/// ```
/// use riskset::{FewPatients, KaplanMeier, RightCensored};
///
/// let rows = RightCensored::new(&[1.0, 2.0, 2.0, 2.0], &[true, false, false, false])?;
/// let curve = KaplanMeier::default().fit(&rows)?;
/// let limits = FewPatients::BetaProduct.at(&curve, 1.0)?.unwrap();
/// // Nobody is censored by then: the limits of Clopper and Pearson of 3 in 4.
/// assert!((limits.upper.unwrap() - 0.975_f64.powf(0.25)).abs() < 1e-9);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FewPatients {
    /// Thomas and Grunkemeier's likelihood ratio.
    LikelihoodRatio,
    /// The beta product confidence procedure of Fay, Brittain and Proschan.
    BetaProduct,
    /// Wilson's interval with Rothman's effective number of patients.
    RothmanWilson,
}

crate::choices!(
    FewPatients,
    "interval for few patients",
    [
        (
            FewPatients::LikelihoodRatio,
            "likelihood-ratio",
            "The likelihood ratio of Thomas and Grunkemeier"
        ),
        (
            FewPatients::BetaProduct,
            "beta-product",
            "The beta product confidence procedure, which keeps its level"
        ),
        (
            FewPatients::RothmanWilson,
            "rothman-wilson",
            "Wilson's interval with Rothman's effective number of patients"
        ),
    ]
);

impl FewPatients {
    /// The interval of S(t) at a time, within [0, 1], at the level of the curve.
    ///
    /// `None` where the curve is unknown (after its last time), except that the beta product then
    /// still has the upper limit of the last time and a lower limit of 0. The likelihood ratio and
    /// Rothman's interval do not exist before the first event, where S(t) is 1 and nothing varies,
    /// and Rothman's not once S(t) is 0; the beta product exists there.
    ///
    /// # Errors
    ///
    /// [`Error::RequestedTime`] for a time that is not finite; [`Error::Unsupported`] for a curve
    /// with case weights or late entries, or of another estimator than Kaplan and Meier's.
    pub fn at(self, curve: &SurvivalCurve, time: f64) -> Result<Option<Interval>, Error> {
        if !time.is_finite() {
            return Err(Error::RequestedTime { value: time });
        }
        check(curve)?;
        Ok(self.read(curve, time))
    }

    /// The interval of the time by which the fraction `probability` has had the event: the times
    /// whose interval for S(t) holds 1 - `probability`. A limit that is never reached is `None`.
    ///
    /// # Errors
    ///
    /// As [`at`](Self::at), and [`Error::OutOfRange`] unless 0 < `probability` < 1.
    pub fn quantile(self, curve: &SurvivalCurve, probability: f64) -> Result<Interval, Error> {
        check(curve)?;
        if !(probability > 0.0 && probability < 1.0) {
            return Err(Error::OutOfRange {
                what: "the probability of a quantile",
                value: probability,
                range: "lie between 0 and 1; write 0.5 for the median",
            });
        }
        let level = 1.0 - probability;
        let first = |limit: &dyn Fn(Interval) -> Option<f64>| {
            let below = |&&time: &&f64| {
                self.read(curve, time)
                    .and_then(limit)
                    .is_some_and(|limit| limit <= level + ROUNDING)
            };
            curve.time().iter().find(below).copied()
        };
        Ok(Interval { lower: first(&|i| i.lower), upper: first(&|i| i.upper) })
    }

    fn read(self, curve: &SurvivalCurve, time: f64) -> Option<Interval> {
        let passed = curve.time().partition_point(|&at| at <= time);
        let known = curve.is_known_at(time);
        match self {
            FewPatients::BetaProduct => Some(beta_product(curve, passed)),
            FewPatients::LikelihoodRatio if known => likelihood_ratio(curve, passed),
            FewPatients::RothmanWilson if known => rothman_wilson(curve, passed),
            _ => None,
        }
    }
}

/// A limit equals a level on paper when it does in the digits of a double.
const ROUNDING: f64 = 1e-12;

fn check(curve: &SurvivalCurve) -> Result<(), Error> {
    let refuse = |what| {
        Err(Error::Unsupported {
            what,
            instead: "use an interval on the log, log-log or another scale, which takes them",
        })
    };
    if curve.estimator() != SurvivalEstimator::KaplanMeier {
        return refuse("an interval for few patients around another curve than Kaplan-Meier's");
    }
    let robust = curve.variance() != CurveVariance::Greenwood;
    if curve.risk_sets().rows.is_some() || curve.is_left_truncated() || robust {
        return refuse("an interval for few patients with clusters, case weights or late entries");
    }
    Ok(())
}

/// (n, d) of the event times among the first `passed` times.
fn events(curve: &SurvivalCurve, passed: usize) -> Vec<(f64, f64)> {
    let pairs = curve.n_risk()[..passed].iter().zip(&curve.n_event()[..passed]);
    pairs.filter(|&(_, &d)| d > 0.0).map(|(&n, &d)| (n, d)).collect()
}

fn interval(lower: f64, upper: f64) -> Interval {
    Interval { lower: Some(lower.clamp(0.0, 1.0)), upper: Some(upper.clamp(0.0, 1.0)) }
}

/// Held at another S(t), the likelihood is largest with hazards d / (n + lambda): a negative lambda
/// makes S(t) smaller. The limits are where twice the loss of log likelihood is chi-square's quantile.
fn likelihood_ratio(curve: &SurvivalCurve, passed: usize) -> Option<Interval> {
    let events = events(curve, passed);
    if events.is_empty() {
        return None;
    }
    let allowed = curve.z() * curve.z();
    // Below this, a hazard would be above 1. Where S(t) is 0 the lowest lambda is 0.
    let lowest = events.iter().map(|(n, d)| d - n).fold(f64::NEG_INFINITY, f64::max);
    let within = |lambda: f64| loss(&events, lambda) <= allowed;
    let lower = match lowest < 0.0 {
        true => survival(&events, border(lowest, 0.0, within)),
        false => 0.0,
    };
    let mut far = 1.0;
    while within(far) {
        far *= 2.0; // the loss grows without bound, as the logarithm of lambda
    }
    Some(interval(lower, survival(&events, border(far, 0.0, within))))
}

/// Twice the loss of log likelihood at `lambda`. For each time the hazard d / n becomes
/// d / (n + lambda).
fn loss(events: &[(f64, f64)], lambda: f64) -> f64 {
    let term = |&(n, d): &(f64, f64)| {
        let stay = n - d;
        let kept = if stay > 0.0 { stay * (lambda / stay).ln_1p() } else { 0.0 };
        n * (lambda / n).ln_1p() - kept
    };
    2.0 * events.iter().map(term).sum::<f64>()
}

fn survival(events: &[(f64, f64)], lambda: f64) -> f64 {
    events.iter().map(|(n, d)| (n + lambda - d) / (n + lambda)).product()
}

/// The last lambda from `inside` to `outside` that is within, by halving to the last bit.
fn border(mut outside: f64, mut inside: f64, within: impl Fn(f64) -> bool) -> f64 {
    loop {
        let middle = 0.5 * (outside + inside);
        if middle == outside || middle == inside {
            return inside;
        }
        if within(middle) { inside = middle } else { outside = middle }
    }
}

fn beta_product(curve: &SurvivalCurve, passed: usize) -> Interval {
    let tail = 0.5 * (1.0 - curve.conf_level());
    let mut product = Product { mean: 1.0, square: 1.0 };
    for (n, d) in events(curve, passed) {
        product.times(n - d + 1.0, d);
    }
    let upper = product.quantile(1.0 - tail);
    let remain = curve.n_risk().get(passed).copied().unwrap_or(0.0);
    if remain > 0.0 {
        product.times(remain, 1.0);
    }
    let lower = if remain > 0.0 { product.quantile(tail) } else { 0.0 };
    interval(lower, upper)
}

/// The first two moments of a product of independent beta variables.
struct Product {
    mean: f64,
    square: f64,
}

impl Product {
    fn times(&mut self, a: f64, b: f64) {
        self.mean *= a / (a + b);
        self.square *= a * (a + 1.0) / ((a + b) * (a + b + 1.0));
    }

    /// The quantile of the beta variable with these moments; 1 when the product is empty.
    fn quantile(&self, probability: f64) -> f64 {
        let variance = self.square - self.mean * self.mean;
        if variance <= 0.0 {
            return self.mean;
        }
        let total = (self.mean - self.square) / variance; // a + b
        beta::quantile(self.mean * total, (1.0 - self.mean) * total, probability)
    }
}

fn rothman_wilson(curve: &SurvivalCurve, passed: usize) -> Option<Interval> {
    let row = passed.checked_sub(1)?;
    let (s, error) = (curve.survival()[row], curve.std_error_at(row)?);
    if error <= 0.0 {
        return None;
    }
    let n = s * (1.0 - s) / (error * error);
    let z2 = curve.z() * curve.z();
    let middle = s + z2 / (2.0 * n);
    let half = curve.z() * (s * (1.0 - s) / n + z2 / (4.0 * n * n)).sqrt();
    Some(interval((middle - half) / (1.0 + z2 / n), (middle + half) / (1.0 + z2 / n)))
}
