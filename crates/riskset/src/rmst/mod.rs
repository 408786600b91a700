//! The restricted mean survival time: the area under the survival curve up to a horizon.
//!
//! With A(t) the area between t and the horizon, the variance is the sum over event times of
//! A(t)^2 d / (n (n - d)). Derivation: docs/methods/nonparametric.md.
//!
//! Sources: Klein and Moeschberger (2003), Survival Analysis, 117-119; Royston and Parmar (2013),
//! BMC Med Res Methodol 13:152 (difference and ratio).

mod pairs;

pub use pairs::{RmstPair, rmst_pairs};

use crate::{SurvivalCurve, normal};

/// A restricted mean survival time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Rmst {
    /// The horizon, in the unit of the data.
    pub tau: f64,
    /// The mean of the time to event, or of `tau` where that comes first; unit of the data.
    pub estimate: f64,
    /// Its standard error; 0 when there is no event before the horizon.
    pub std_error: f64,
    /// The lower limit, `estimate` - z `std_error`, at the level of the curve.
    pub lower: f64,
    /// The upper limit, `estimate` + z `std_error`.
    pub upper: f64,
}

impl SurvivalCurve {
    /// The area under the curve from 0 to `tau`.
    ///
    /// `None` where it does not exist: `tau` not positive, `tau` after the last time of a curve
    /// that has not reached 0, a curve with times before 0, or a robust standard error of a single
    /// cluster.
    ///
    /// ```
    /// use riskset::{KaplanMeier, RightCensored};
    ///
    /// // Alone until 1, one of two until 3: 1 + 2 / 2.
    /// let curve = KaplanMeier::default().fit(&RightCensored::new(&[1.0, 3.0], &[true, true])?)?;
    /// assert_eq!(curve.rmst(10.0).unwrap().estimate, 2.0);
    /// # Ok::<(), riskset::Error>(())
    /// ```
    pub fn rmst(&self, tau: f64) -> Option<Rmst> {
        self.rmst_with_flat_tail(tau).filter(|_| self.is_known_at(tau))
    }

    /// The same, but after its last time the curve is taken to stay where it was, up to `tau`.
    ///
    /// DIFFERENCE: this is what R prints without a word. It is an assumption in favour of the
    /// group, and the standard error knows nothing of it: whoever shows the number says so.
    /// `None` for a `tau` that is not positive, or a curve with times before 0.
    pub fn rmst_with_flat_tail(&self, tau: f64) -> Option<Rmst> {
        if !(tau > 0.0 && tau.is_finite() && self.time()[0] >= 0.0) {
            return None;
        }
        let rows = self.time().partition_point(|&time| time <= tau);
        // Backwards, so that the area after each time is known when its variance is added.
        let (mut after, mut end, mut shares) = (0.0, tau, vec![0.0; rows]);
        for row in (0..rows).rev() {
            let (time, survival) = (self.time()[row], self.survival()[row]);
            after += survival * (end - time);
            // Of the horizon, so that no time is too long to square. Once the curve is 0 there is no
            // area after it, and nothing to vary.
            shares[row] = after / tau;
            end = time;
        }
        let variance = self.variance_of_sum(&shares);
        if !variance.is_finite() {
            return None;
        }
        let (estimate, std_error) = (after + end, tau * variance.sqrt());
        let half = self.z() * std_error;
        Some(Rmst { tau, estimate, std_error, lower: estimate - half, upper: estimate + half })
    }
}

/// How the restricted mean survival times of two groups compare.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RmstContrast {
    /// The group of interest.
    pub group: Rmst,
    /// The group it is compared with.
    pub reference: Rmst,
    /// Group minus reference, in the unit of the data.
    pub difference: RmstComparison,
    /// Group over reference; its limits are built on the log scale. `None` when a mean is 0: all
    /// events of a group were at time 0.
    pub ratio: Option<RmstComparison>,
}

/// A difference or a ratio of restricted means.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RmstComparison {
    /// The difference or ratio.
    pub estimate: f64,
    /// Its standard error, on its own scale; for a ratio by the delta method.
    pub std_error: f64,
    /// The lower limit, at the level of the curve of interest.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
    /// Two-sided, from the normal distribution; for a ratio from its logarithm. `None` when there
    /// is no event before the horizon in either group, so that nothing varies.
    pub p_value: Option<f64>,
}

impl SurvivalCurve {
    /// Compares the restricted mean of this curve with that of `reference`, two curves of
    /// different patients. `None` when either does not exist; see [`rmst`](Self::rmst).
    ///
    /// ```
    /// use riskset::{KaplanMeier, RightCensored};
    ///
    /// let km = |times: &[f64]| KaplanMeier::default().fit(&RightCensored::new(times, &[true, true])?);
    /// // Means 2 and 1.5, with the variances 1/2 and 1/8.
    /// let found = km(&[1.0, 3.0])?.rmst_against(&km(&[1.0, 2.0])?, 5.0).unwrap();
    /// assert!((found.difference.estimate - 0.5).abs() < 1e-12);
    /// assert!((found.difference.std_error - 0.625_f64.sqrt()).abs() < 1e-12);
    /// # Ok::<(), riskset::Error>(())
    /// ```
    pub fn rmst_against(&self, reference: &SurvivalCurve, tau: f64) -> Option<RmstContrast> {
        let (group, reference) = (self.rmst(tau)?, reference.rmst(tau)?);
        Some(RmstContrast {
            group,
            reference,
            difference: difference(&group, &reference, self.z()),
            ratio: (group.estimate > 0.0 && reference.estimate > 0.0)
                .then(|| ratio(&group, &reference, self.z())),
        })
    }
}

fn difference(group: &Rmst, reference: &Rmst, z: f64) -> RmstComparison {
    let estimate = group.estimate - reference.estimate;
    let std_error = group.std_error.hypot(reference.std_error);
    RmstComparison {
        estimate,
        std_error,
        lower: estimate - z * std_error,
        upper: estimate + z * std_error,
        p_value: (std_error > 0.0).then(|| normal::two_sided_p(estimate / std_error)),
    }
}

fn ratio(group: &Rmst, reference: &Rmst, z: f64) -> RmstComparison {
    let estimate = group.estimate / reference.estimate;
    let relative = |mean: &Rmst| mean.std_error / mean.estimate;
    let log_std_error = relative(group).hypot(relative(reference));
    RmstComparison {
        estimate,
        std_error: estimate * log_std_error,
        lower: estimate * (-z * log_std_error).exp(),
        upper: estimate * (z * log_std_error).exp(),
        p_value: (log_std_error > 0.0).then(|| normal::two_sided_p(estimate.ln() / log_std_error)),
    }
}

#[cfg(test)]
mod tests {
    use crate::{KaplanMeier, RightCensored};

    /// An event at 1 of two patients, the other censored at 3: the curve is 1, then 1/2, and unknown
    /// after 3. To 5 with a flat tail: 1 + 4 / 2.
    #[test]
    fn beyond_the_follow_up_the_mean_exists_only_with_a_flat_tail() {
        let response = RightCensored::new(&[1.0, 3.0], &[true, false]).unwrap();
        let curve = KaplanMeier::default().fit(&response).unwrap();
        assert_eq!(curve.rmst(5.0), None);
        assert_eq!(curve.rmst_with_flat_tail(5.0).unwrap().estimate, 3.0);
        assert_eq!(curve.rmst_with_flat_tail(3.0), curve.rmst(3.0));
    }
}
