//! What becomes of a column of the design: an estimate, or the reason why there is none.

use super::Profile;
use crate::{Interval, normal};

/// One coefficient, in the unit of its column.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Coefficient {
    /// The log hazard ratio for one unit of the column; of the subdistribution hazard in Fine and
    /// Gray's model.
    pub estimate: f64,
    /// Its model-based standard error. `None` where the information is singular.
    pub std_error: Option<f64>,
    /// Its sandwich standard error, when one was asked for; always there in Fine and Gray's model,
    /// whose inverse information takes the weights for real patients.
    pub robust_std_error: Option<f64>,
    /// The estimate divided by its standard error, the robust one when there is one. `None` after
    /// [`CoxFit::with_profile_limits`](crate::CoxFit::with_profile_limits).
    pub z: Option<f64>,
    /// The two-sided p value of z, or of the profile likelihood.
    pub p_value: Option<f64>,
    /// exp(estimate); `None` when it is too large for a number.
    pub hazard_ratio: Option<f64>,
    /// The interval of the hazard ratio, symmetric on the log scale, with the robust standard
    /// error when there is one; or that of the profile likelihood.
    pub interval: Interval,
}

/// What became of a column of the design.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(tag = "fitted", rename_all = "snake_case"))]
pub enum Fitted {
    /// It has a coefficient.
    Estimate(Coefficient),
    /// The likelihood rises without end as the coefficient runs to plus or minus infinity.
    Infinite(Infinite),
    /// Other columns say all that this one says.
    Aliased(Aliased),
    /// The iterations ended before the maximum was found, so that nothing is known.
    Unsettled(Unsettled),
}

/// A coefficient that runs to infinity, because its column separates those who have the event from
/// the others at risk. It has no hazard ratio, no standard error and no P value; the likelihood and
/// its ratio test are those of the limit. Firth's penalised likelihood gives a finite estimate
/// (Heinze and Schemper 2001, Biometrics 57:114-119).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Infinite {
    /// The column of the design.
    pub column: usize,
    /// To which side.
    pub direction: Direction,
    /// Where the iteration was broken off. It says nothing about the data: another tolerance gives
    /// another number.
    pub stopped_at: f64,
}

/// The side on which a coefficient leaves the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Direction {
    /// The hazard ratio grows without bound.
    Up,
    /// The hazard ratio goes to 0.
    Down,
}

/// A column without a coefficient of its own, in every risk set.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Aliased {
    /// The column of the design.
    pub column: usize,
    /// Up to a constant (of the stratum), the column is the sum of these columns before it times
    /// these numbers. Empty when it is itself constant.
    pub combination: Vec<(usize, f64)>,
}

/// A coefficient whose iteration ended before the maximum was found.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Unsettled {
    /// The column of the design.
    pub column: usize,
    /// Where the iteration was broken off; no estimate.
    pub stopped_at: f64,
}

impl Fitted {
    /// The coefficient, when there is one.
    pub fn estimate(&self) -> Option<&Coefficient> {
        match self {
            Fitted::Estimate(coefficient) => Some(coefficient),
            _ => None,
        }
    }

    /// What is known of a coefficient that runs to infinity.
    pub fn infinite(&self) -> Option<&Infinite> {
        match self {
            Fitted::Infinite(infinite) => Some(infinite),
            _ => None,
        }
    }

    /// What the column equals, when it has no coefficient of its own.
    pub fn aliased(&self) -> Option<&Aliased> {
        match self {
            Fitted::Aliased(aliased) => Some(aliased),
            _ => None,
        }
    }

    /// The hazard ratio for one unit; `None` without an estimate, or when it is too large for a
    /// number.
    pub fn hazard_ratio(&self) -> Option<f64> {
        self.estimate()?.hazard_ratio
    }

    /// The interval of the hazard ratio; `None` without an estimate.
    pub fn interval(&self) -> Option<Interval> {
        Some(self.estimate()?.interval)
    }

    /// The two-sided P value; `None` without an estimate or its standard error.
    pub fn p_value(&self) -> Option<f64> {
        self.estimate()?.p_value
    }
}

impl Aliased {
    /// From columns that were divided by these scales to the unit of the data.
    pub(crate) fn unscale(&mut self, scales: &[f64]) {
        for (column, factor) in &mut self.combination {
            *factor *= scales[self.column] / scales[*column];
        }
    }
}

impl Direction {
    pub(super) fn of(stopped_at: f64) -> Direction {
        if stopped_at < 0.0 { Direction::Down } else { Direction::Up }
    }
}

impl Coefficient {
    /// The limits and the P value of a profile likelihood, which has no z.
    pub(super) fn put_profile(&mut self, profile: &Profile) {
        let ratio = |log: f64| Some(log.exp()).filter(|ratio| ratio.is_finite());
        let Interval { lower, upper } = profile.interval;
        self.interval = Interval { lower: lower.and_then(ratio), upper: upper.and_then(ratio) };
        self.p_value = profile.test.map(|test| test.p_value);
        self.z = None;
    }

    pub(crate) fn new(
        estimate: f64,
        model: Option<f64>,
        robust: Option<f64>,
        quantile: f64,
    ) -> Coefficient {
        let used = robust.or(model).filter(|&error| error > 0.0);
        let z = used.map(|error| estimate / error);
        let ratio = |log: f64| Some(log.exp()).filter(|ratio| ratio.is_finite());
        let limit = |sign: f64| used.and_then(|error| ratio(estimate + sign * quantile * error));
        Coefficient {
            estimate,
            std_error: model,
            robust_std_error: robust,
            z,
            p_value: z.map(normal::two_sided_p),
            hazard_ratio: ratio(estimate),
            interval: Interval { lower: limit(-1.0), upper: limit(1.0) },
        }
    }
}
