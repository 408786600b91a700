//! Non-inferiority and superiority: an estimate against a margin that was chosen beforehand.
//!
//! The estimate is on a scale where it is about normal: a difference, or the logarithm of a ratio. The
//! one-sided test against the margin and the limit of the same level agree: non-inferior is who has a
//! limit on the good side of the margin. Superiority is the same with no difference as the margin.
//! After non-inferiority it may be tested without another correction, because the second test is made
//! only if the first succeeds.
//!
//! Sources: Rothmann, Wiens and Chan (2012), Design and Analysis of Non-Inferiority Trials; Morikawa
//! and Yoshida (1995), J Biopharm Stat 5:297-306. Reference: `pnorm` of R.

use crate::{Error, normal};

/// Which values of the estimate are good for the group of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Small ones: a hazard ratio of death.
    Lower,
    /// Large ones: a difference of survival or of restricted means.
    Higher,
}

/// What the limit says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The limit is on the good side of no difference.
    Superior,
    /// The limit is on the good side of the margin, not of no difference.
    NonInferior,
    /// The estimate could be on either side of the margin.
    Inconclusive,
    /// The opposite limit too is on the bad side of the margin.
    Inferior,
}

/// An estimate against its margin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarginTest {
    /// The one-sided limit towards the bad side, on the scale of the estimate.
    pub limit: f64,
    /// The one-sided P of being as bad as the margin or worse.
    pub p_non_inferior: f64,
    /// The one-sided P of being no better.
    pub p_superior: f64,
    /// What follows at this level.
    pub verdict: Verdict,
}

/// Tests an estimate with its standard error against a margin at this one-sided level (0.025, not
/// 0.05 for both sides). All on the scale of a difference, or of the logarithm of a ratio: no
/// difference is 0.
///
/// ```
/// use riskset::{Better, Verdict, margin_test};
///
/// // A difference of 0.1 on a scale where lower is better, against a margin of 0.4.
/// let found = margin_test(0.1, 0.1, 0.4, Better::Lower, 0.025)?;
/// assert!((found.limit - (0.1 + 1.959963984540054 * 0.1)).abs() < 1e-12);
/// assert_eq!(found.verdict, Verdict::NonInferior);
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::OutOfRange`] unless the estimate is finite, the standard error finite and above 0, the
/// margin finite and on the bad side of 0, and 0 < level < 0.5.
pub fn margin_test(
    estimate: f64,
    std_error: f64,
    margin: f64,
    better: Better,
    level: f64,
) -> Result<MarginTest, Error> {
    let sign = match better {
        Better::Lower => -1.0,
        Better::Higher => 1.0,
    };
    let refuse = |what, value, range| Err(Error::OutOfRange { what, value, range });
    if !estimate.is_finite() {
        return refuse("the estimate", estimate, "be finite");
    }
    if !(std_error > 0.0 && std_error.is_finite()) {
        return refuse("the standard error", std_error, "be finite and above 0");
    }
    if !(margin.is_finite() && sign * margin < 0.0) {
        let range =
            "be finite and on the bad side of no difference; for a ratio give its logarithm";
        return refuse("the margin", margin, range);
    }
    if !(level > 0.0 && level < 0.5) {
        let range = "lie between 0 and 0.5 for one side; write 0.025 for the usual 5% on both";
        return refuse("the one-sided level", level, range);
    }
    let z = -normal::quantile(level);
    let (limit, opposite) = (estimate - sign * z * std_error, estimate + sign * z * std_error);
    let beyond = |value: f64, other: f64| sign * (value - other) > 0.0;
    let verdict = if beyond(limit, 0.0) {
        Verdict::Superior
    } else if beyond(limit, margin) {
        Verdict::NonInferior
    } else if beyond(margin, opposite) {
        Verdict::Inferior
    } else {
        Verdict::Inconclusive
    };
    let p = |than: f64| normal::cdf(-sign * (estimate - than) / std_error);
    Ok(MarginTest { limit, p_non_inferior: p(margin), p_superior: p(0.0), verdict })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hazard ratio of 0.9 with a margin of 1.3, standard error 0.15 of its logarithm: z is
    /// (0.10536 + 0.26236) / 0.15 = 2.4515, whose upper tail is 0.0071131383 (pnorm of R 4.2.2).
    #[test]
    fn a_hazard_ratio_by_hand() {
        let test =
            |hr: f64| margin_test(hr.ln(), 0.15, 1.3_f64.ln(), Better::Lower, 0.025).unwrap();
        let found = test(0.9);
        let z = 1.959963984540054;
        assert!((found.limit - (0.9_f64.ln() + z * 0.15)).abs() < 1e-12);
        assert!(
            (found.p_non_inferior - 0.00711313829617).abs() < 1e-13,
            "{}",
            found.p_non_inferior
        );
        assert_eq!(found.verdict, Verdict::NonInferior);
        assert_eq!(test(0.7).verdict, Verdict::Superior);
        assert_eq!(test(1.1).verdict, Verdict::Inconclusive);
        assert_eq!(test(1.9).verdict, Verdict::Inferior);
    }

    /// The verdict follows from P as from the limit, for a difference where more is better.
    #[test]
    fn limit_and_p_agree() {
        for step in -40..40 {
            let estimate = f64::from(step) / 200.0;
            let found = margin_test(estimate, 0.04, -0.1, Better::Higher, 0.05).unwrap();
            let not_inferior = matches!(found.verdict, Verdict::NonInferior | Verdict::Superior);
            assert_eq!(not_inferior, found.p_non_inferior < 0.05);
            assert_eq!(found.verdict == Verdict::Superior, found.p_superior < 0.05);
        }
    }

    #[test]
    fn impossible_margins_are_refused() {
        let refuse = |estimate, error, margin, level| {
            margin_test(estimate, error, margin, Better::Lower, level).unwrap_err().to_string()
        };
        assert!(refuse(0.0, 0.1, -0.2, 0.025).contains("on the bad side of no difference"));
        assert!(refuse(0.0, 0.0, 0.2, 0.025).starts_with("the standard error is 0"));
        assert!(refuse(f64::NAN, 0.1, 0.2, 0.025).starts_with("the estimate is NaN"));
        assert!(refuse(0.0, 0.1, 0.2, 0.95).contains("write 0.025"));
    }
}
