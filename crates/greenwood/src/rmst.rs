//! The restricted mean survival time: the area under the survival curve up to a horizon.
//!
//! With A(t) the area between t and the horizon, the variance is the sum over event times of
//! A(t)^2 d / (n (n - d)). Derivation: docs/methods/nonparametric.md.
//!
//! Sources: Klein and Moeschberger (2003), Survival Analysis, 117-119; Royston and Parmar (2013),
//! BMC Med Res Methodol 13:152 (difference and ratio).

use crate::SurvivalCurve;

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
    /// that has not reached 0, or a curve with times before 0.
    pub fn rmst(&self, tau: f64) -> Option<Rmst> {
        let known = tau <= self.last_time() || *self.survival().last()? <= 0.0;
        if !(tau > 0.0 && tau.is_finite() && known && self.time()[0] >= 0.0) {
            return None;
        }
        let rows = self.time().partition_point(|&time| time <= tau);
        // Backwards, so that the area after each time is known when its variance is added.
        let (mut after, mut variance, mut end) = (0.0, 0.0, tau);
        for row in (0..rows).rev() {
            let (time, survival) = (self.time()[row], self.survival()[row]);
            after += survival * (end - time);
            // Once the curve is 0 there is no area after it, and nothing to vary.
            if after > 0.0 {
                variance += after * after * self.log_variance_step(row);
            }
            end = time;
        }
        let (estimate, std_error) = (after + end, variance.sqrt());
        let half = self.z() * std_error;
        Some(Rmst { tau, estimate, std_error, lower: estimate - half, upper: estimate + half })
    }
}
