//! How many patients, events or units a study needs, what power it has, what it could detect.
//!
//! Numbers are solved for without rounding and then rounded up where something is counted, so that
//! the power asked for is kept; both are reported. Derivations: docs/methods/power.md.

mod accrual;
mod logrank;
mod patients;
mod proportion;

pub use accrual::FollowUpPlan;
pub use logrank::{DetectableHazardRatio, EventCount, EventFormula, LogRankDesign};
pub use patients::PatientCount;
pub use proportion::{ProportionDesign, UnitCount};

use crate::{Error, normal};

/// Whether differences in both directions are tested for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum Sides {
    /// The level is spent on one direction.
    One,
    /// Half of the level is spent on each direction.
    Two,
}

impl Sides {
    /// The normal quantile that a statistic must exceed.
    fn critical(self, alpha: f64) -> Result<f64, Error> {
        check_fraction("alpha", alpha)?;
        Ok(match self {
            Sides::One => normal::quantile(1.0 - alpha),
            Sides::Two => normal::quantile(1.0 - alpha / 2.0),
        })
    }
}

/// The normal quantile of a power, which must exceed the level or the design is no test.
fn power_quantile(power: f64) -> Result<f64, Error> {
    check_fraction("the power", power)?;
    Ok(normal::quantile(power))
}

fn check_fraction(what: &'static str, value: f64) -> Result<(), Error> {
    let inside = value > 0.0 && value < 1.0;
    check(inside, what, value, "lie between 0 and 1; write 0.05 for 5%")
}

fn check_positive(what: &'static str, value: f64) -> Result<(), Error> {
    let inside = value > 0.0 && value.is_finite();
    check(inside, what, value, "be above 0 and finite; correct the value")
}

fn check(inside: bool, what: &'static str, value: f64, range: &'static str) -> Result<(), Error> {
    if inside { Ok(()) } else { Err(Error::OutOfRange { what, value, range }) }
}

/// A count that is at least `exact`, which rounding may have put a hair above a whole number.
fn round_up(exact: f64) -> u64 {
    (exact * (1.0 - 1e-12)).ceil() as u64
}
