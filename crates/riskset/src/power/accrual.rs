//! From patients to events: accrual, follow-up, and loss, with exponential survival.
//!
//! Patients enter evenly over the accrual time and are followed until the end of the study, so
//! follow-up is even between the follow-up and the follow-up plus the accrual; events and losses
//! have constant hazards.
//!
//! Source: Lachin and Foulkes (1986), Biometrics 42:507-519.

use super::{check, check_positive};
use crate::Error;

/// Accrual, follow-up and loss of a planned study. All times are in one unit, hazards per unit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct FollowUpPlan {
    control_hazard: f64,
    accrual: f64,
    follow_up: f64,
    loss_hazard: f64,
}

impl FollowUpPlan {
    /// The hazard of the control arm; how long patients are enrolled; and how long the last one
    /// is followed. One of the two times may be 0.
    pub fn new(control_hazard: f64, accrual: f64, follow_up: f64) -> FollowUpPlan {
        FollowUpPlan { control_hazard, accrual, follow_up, loss_hazard: 0.0 }
    }

    /// Sets the hazard of loss to follow-up, the same in both arms.
    pub fn loss_hazard(mut self, hazard: f64) -> Self {
        self.loss_hazard = hazard;
        self
    }

    /// The constant hazard under which this median is met.
    ///
    /// ```
    /// use riskset::FollowUpPlan;
    ///
    /// assert!((FollowUpPlan::hazard_of_median(12.0) - 2.0_f64.ln() / 12.0).abs() < 1e-15);
    /// assert!((FollowUpPlan::hazard_of_survival(12.0, 0.25) - 4.0_f64.ln() / 12.0).abs() < 1e-15);
    /// ```
    pub fn hazard_of_median(median: f64) -> f64 {
        std::f64::consts::LN_2 / median
    }

    /// The constant hazard under which the fraction `survival` is left at `time`; for losses the
    /// fraction not lost.
    pub fn hazard_of_survival(time: f64, survival: f64) -> f64 {
        -survival.ln() / time
    }

    /// The probability that a patient's event is seen, for the arm with this hazard ratio.
    pub(super) fn event_probability(&self, hazard_ratio: f64) -> f64 {
        let hazard = self.control_hazard * hazard_ratio;
        let total = hazard + self.loss_hazard;
        let (shortest, spread) = (total * self.follow_up, total * self.accrual);
        // The mean over entry times of 1 - exp(-total time), by expm1 against cancellation.
        let left = if spread > 0.0 { -(-spread).exp_m1() / spread } else { 1.0 };
        hazard / total * (1.0 - (-shortest).exp() * left)
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        check_positive("the control hazard", self.control_hazard)?;
        for (what, value) in [
            ("the accrual time", self.accrual),
            ("the follow-up time", self.follow_up),
            ("the hazard of loss", self.loss_hazard),
        ] {
            check(value >= 0.0 && value.is_finite(), what, value, "be 0 or more, and finite")?;
        }
        check_positive("accrual and follow-up together", self.accrual + self.follow_up)
    }
}
