//! Differences and ratios of what two curves say: survival at a time (milestones) and restricted
//! means, also put together over strata, and the survival of those who have come so far.
//!
//! - The difference of S(t) has the sum of both variances; the ratio has it on the log scale.
//! - The test of a milestone compares log(-log S(t)), which keeps its level best (Klein et al. 2007).
//! - Strata: the difference, or log ratio, of each stratum counts its share of the patients, or the
//!   inverse of its variance.
//! - S(t + s | t) = S(t + s) / S(t); the variance of its logarithm is what lies between the times.
//!
//! Derivation: docs/methods/comparisons.md. Sources: Klein, Logan, Harhoff and Andersen (2007), Stat
//! Med 26:4505-4519; Klein and Moeschberger (2003), Survival Analysis, 7.8; Zabor, Gonen, Chapman
//! and Panageas (2013), Cancer 119:3589-3592 (conditional survival). Reference: formulas written
//! out in R from `survfit`.

use crate::{Error, Interval, SurvivalCurve, normal};

/// A number that compares two groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrast {
    /// The difference or the ratio.
    pub estimate: f64,
    /// Its standard error on its own scale.
    pub std_error: f64,
    /// The lower limit; of a ratio on the log scale.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
    /// Two-sided, on the scale of the limits; `None` when nothing varies.
    pub p_value: Option<f64>,
}

impl Contrast {
    pub(crate) fn difference(estimate: f64, std_error: f64, z: f64) -> Contrast {
        Contrast {
            estimate,
            std_error,
            lower: estimate - z * std_error,
            upper: estimate + z * std_error,
            p_value: (std_error > 0.0).then(|| normal::two_sided_p(estimate / std_error)),
        }
    }

    /// From the logarithm of a ratio and its standard error.
    pub(crate) fn ratio(log: f64, std_error: f64, z: f64) -> Contrast {
        Contrast {
            estimate: log.exp(),
            std_error: log.exp() * std_error,
            lower: (log - z * std_error).exp(),
            upper: (log + z * std_error).exp(),
            p_value: (std_error > 0.0).then(|| normal::two_sided_p(log / std_error)),
        }
    }
}

/// How the survival of two groups compares at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Milestone {
    /// The time, in the unit of the data.
    pub time: f64,
    /// S(t) of the group of interest and its standard error.
    pub group: (f64, f64),
    /// S(t) of the reference and its standard error.
    pub reference: (f64, f64),
    /// Group less reference, a fraction of 1; limits cut to [-1, 1].
    pub difference: Contrast,
    /// Group over reference.
    pub ratio: Contrast,
    /// Two-sided, from log(-log S(t)). `None` where S(t) of a group is 1, or nothing varies.
    pub p_log_log: Option<f64>,
}

/// Compares S(t) of two curves of different patients at a time, at the level of the first.
///
/// `None` where a curve is unknown or has reached 0, so that its variance does not exist.
///
/// ```
/// use riskset::{KaplanMeier, RightCensored, milestone};
///
/// let km = |times: &[f64], events: &[bool]| {
///     KaplanMeier::default().fit(&RightCensored::new(times, events)?)
/// };
/// // One event in four, and one in two, at time 1.
/// let new = km(&[1.0, 2.0, 2.0, 2.0], &[true, false, false, false])?;
/// let old = km(&[1.0, 2.0], &[true, false])?;
/// let found = milestone(&new, &old, 1.0)?.unwrap();
/// assert_eq!((found.difference.estimate, found.ratio.estimate), (0.25, 1.5));
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::RequestedTime`] for a time that is not finite.
pub fn milestone(
    group: &SurvivalCurve,
    reference: &SurvivalCurve,
    time: f64,
) -> Result<Option<Milestone>, Error> {
    let (a, b) = (group.at(time)?, reference.at(time)?);
    let read = |at: &crate::AtTime| Some((at.survival?, at.std_error?));
    let (Some(a), Some(b)) = (read(&a), read(&b)) else { return Ok(None) };
    let z = normal::two_sided_quantile(group.conf_level())?;
    let mut difference = Contrast::difference(a.0 - b.0, a.1.hypot(b.1), z);
    difference.lower = difference.lower.max(-1.0);
    difference.upper = difference.upper.min(1.0);
    let ratio = Contrast::ratio((a.0 / b.0).ln(), (a.1 / a.0).hypot(b.1 / b.0), z);
    Ok(Some(Milestone {
        time,
        group: a,
        reference: b,
        difference,
        ratio,
        p_log_log: log_log(a, b),
    }))
}

fn log_log(a: (f64, f64), b: (f64, f64)) -> Option<f64> {
    let scale = |(s, error): (f64, f64)| {
        let hazard = -s.ln();
        (hazard > 0.0).then(|| (hazard.ln(), error / (s * hazard)))
    };
    let ((a, a_error), (b, b_error)) = (scale(a)?, scale(b)?);
    Some(normal::two_sided_p((a - b) / a_error.hypot(b_error)))
}

/// How the strata count in a contrast put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum StratumShare {
    /// Each by its share of the patients: the contrast in a population like the data.
    #[default]
    Patients,
    /// Each by the inverse of its variance: the most precise, if it is the same in all.
    InverseVariance,
}

/// What is compared within each stratum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Estimand {
    /// S(t) at this time.
    Survival(f64),
    /// The restricted mean to this horizon.
    RestrictedMean(f64),
}

/// A difference and a ratio over strata.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StratifiedContrast {
    /// The mean of the differences of the strata.
    pub difference: Contrast,
    /// The geometric mean of the ratios of the strata. `None` when a mean is 0.
    pub ratio: Option<Contrast>,
}

/// Puts the strata together, each a pair of curves of the group of interest and the reference.
///
/// `None` when in a stratum the estimand of a group does not exist, or when by the inverse variance
/// a stratum has none.
///
/// ```
/// use riskset::{Estimand, KaplanMeier, RightCensored, StratumShare, stratified};
///
/// let km = |times: &[f64], events: &[bool]| {
///     KaplanMeier::default().fit(&RightCensored::new(times, events)?)
/// };
/// let half = km(&[1.0, 2.0], &[true, false])?;
/// let quarters = km(&[1.0, 2.0, 2.0, 2.0], &[true, false, false, false])?;
/// // A difference of 1/4 among six patients, and none among four.
/// let strata = [(&quarters, &half), (&half, &half)];
/// let found = stratified(&strata, Estimand::Survival(1.0), StratumShare::Patients)?.unwrap();
/// assert!((found.difference.estimate - 0.6 * 0.25).abs() < 1e-12);
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Empty`] without strata, [`Error::RequestedTime`] for a time that is not finite.
pub fn stratified(
    strata: &[(&SurvivalCurve, &SurvivalCurve)],
    estimand: Estimand,
    share: StratumShare,
) -> Result<Option<StratifiedContrast>, Error> {
    let (group, _) = strata.first().ok_or(Error::Empty)?;
    let z = normal::two_sided_quantile(group.conf_level())?;
    let (mut differences, mut ratios) = (Vec::new(), Vec::new());
    for (group, reference) in strata {
        let size = (group.n_rows() + reference.n_rows()) as f64;
        let (Some(a), Some(b)) = (read(group, estimand)?, read(reference, estimand)?) else {
            return Ok(None);
        };
        differences.push((a.0 - b.0, a.1.hypot(b.1), size));
        if a.0 > 0.0 && b.0 > 0.0 {
            ratios.push(((a.0 / b.0).ln(), (a.1 / a.0).hypot(b.1 / b.0), size));
        }
    }
    let Some((difference, error)) = mean(&differences, share) else { return Ok(None) };
    let ratio = (ratios.len() == strata.len()).then(|| mean(&ratios, share)).flatten();
    Ok(Some(StratifiedContrast {
        difference: Contrast::difference(difference, error, z),
        ratio: ratio.map(|(log, error)| Contrast::ratio(log, error, z)),
    }))
}

/// The estimand of one curve and its standard error.
fn read(curve: &SurvivalCurve, estimand: Estimand) -> Result<Option<(f64, f64)>, Error> {
    match estimand {
        Estimand::Survival(time) => {
            let at = curve.at(time)?;
            Ok(at.survival.zip(at.std_error))
        }
        Estimand::RestrictedMean(tau) if !tau.is_finite() => {
            Err(Error::RequestedTime { value: tau })
        }
        Estimand::RestrictedMean(tau) => {
            Ok(curve.rmst(tau).map(|mean| (mean.estimate, mean.std_error)))
        }
    }
}

/// The weighted mean of (estimate, standard error, size), and its standard error.
fn mean(parts: &[(f64, f64, f64)], share: StratumShare) -> Option<(f64, f64)> {
    let weight = |&(_, error, size): &(f64, f64, f64)| match share {
        StratumShare::Patients => size,
        StratumShare::InverseVariance => 1.0 / (error * error),
    };
    let weights: Vec<f64> = parts.iter().map(weight).collect();
    let total: f64 = weights.iter().sum();
    let sum = |value: &dyn Fn(f64, f64, f64) -> f64| -> f64 {
        parts.iter().zip(&weights).map(|(part, w)| value(part.0, part.1, w / total)).sum()
    };
    let variance = sum(&|_, error, w| w * w * error * error);
    total.is_finite().then(|| (sum(&|estimate, _, w| w * estimate), variance.sqrt()))
}

/// The survival of those who have come so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConditionalSurvival {
    /// The time that they have reached.
    pub from: f64,
    /// The further time.
    pub further: f64,
    /// At risk just after `from`: those from whom it is estimated.
    pub n_risk: f64,
    /// S(from + further | from).
    pub survival: f64,
    /// Its standard error. `None` where it is 0.
    pub std_error: Option<f64>,
    /// On the scale of the curve. `None` where it is 0, or none was asked for.
    pub interval: Option<Interval>,
}

/// S(from + further) / S(from), with its limits at the level and on the scale of the curve. `None`
/// where the curve is unknown at the end, or 0 already at `from`.
///
/// ```
/// use riskset::{KaplanMeier, RightCensored, conditional_survival};
///
/// let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4])?;
/// let curve = KaplanMeier::default().fit(&rows)?;
/// // Of the two who have come to time 2 one is left after time 3.
/// let found = conditional_survival(&curve, 2.0, 1.0)?.unwrap();
/// assert!((found.survival - 0.5).abs() < 1e-12);
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::RequestedTime`] unless both are finite, [`Error::OutOfRange`] for a negative `further`.
pub fn conditional_survival(
    curve: &SurvivalCurve,
    from: f64,
    further: f64,
) -> Result<Option<ConditionalSurvival>, Error> {
    if further < 0.0 {
        let range = "be 0 or more; give how much longer to survive";
        return Err(Error::OutOfRange { what: "the further time", value: further, range });
    }
    let (start, end) = (curve.at(from)?.survival, curve.at(from + further)?.survival);
    let (Some(start), Some(end)) = (start.filter(|&s| s > 0.0), end) else { return Ok(None) };
    let passed = |time: f64| curve.time().partition_point(|&at| at <= time);
    let (first, last) = (passed(from), passed(from + further));
    let factors: Vec<f64> = (0..last).map(|row| if row < first { 0.0 } else { 1.0 }).collect();
    let log_variance = curve.variance_of_sum(&factors);
    let survival = end / start;
    let z = normal::two_sided_quantile(curve.conf_level())?;
    Ok(Some(ConditionalSurvival {
        from,
        further,
        // Between two times nobody leaves, so that those at risk after `from` are those of the next.
        n_risk: curve.time().get(first).map_or(0.0, |_| curve.n_risk()[first]),
        survival,
        std_error: (survival > 0.0).then(|| survival * log_variance.sqrt()),
        interval: curve.conf_type().interval(survival, log_variance, z),
    }))
}
