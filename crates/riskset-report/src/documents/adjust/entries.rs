//! The parts of the answer of `riskset adjust`.

use crate::documents::Estimate;
use riskset::{BootstrapContrast, Contrast, Estimand, Interval, WeightedContrast};
use riskset_analysis::{AdjustContrast, AdjustGroup, AdjustedCurve};
use schemars::JsonSchema;
use serde::Serialize;

/// What was cut from the weights.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Truncation {
    /// The tail, as a fraction.
    pub tail: f64,
    /// The limits at which weights were cut.
    pub lower: f64,
    /// The limits at which weights were cut.
    pub upper: f64,
    /// Weights that were cut.
    pub n: usize,
}

/// The draws of a bootstrap.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Draws {
    /// How many were asked for.
    pub draws: usize,
    /// The seed.
    pub seed: u64,
}

/// A hazard ratio.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct RatioEntry {
    /// The ratio with its limits.
    #[serde(flatten)]
    pub ratio: Estimate,
    /// Two-sided.
    pub p_value: Option<f64>,
}

/// A group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GroupEntry {
    /// `arm=A`.
    pub label: String,
    /// Patients.
    pub n: usize,
    /// Patients with the event.
    pub events: usize,
    /// The effective number of patients after weighting.
    pub effective: Option<f64>,
    /// The largest weight.
    pub largest_weight: Option<f64>,
    /// The crude median.
    pub crude_median: Estimate,
    /// The weighted median; `null` for a standardisation.
    pub adjusted_median: Option<Estimate>,
    /// The adjusted curve.
    pub curve: CurveEntry,
}

/// An adjusted curve, one entry per distinct time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CurveEntry {
    /// Event and censoring times.
    pub time: Vec<f64>,
    /// Adjusted S(t).
    pub survival: Vec<f64>,
    /// Its standard error.
    pub std_error: Vec<Option<f64>>,
    /// Its lower limit.
    pub lower: Vec<Option<f64>>,
    /// Its upper limit.
    pub upper: Vec<Option<f64>>,
    /// The band that holds the whole curve; absent when it was not asked for or does not exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band: Option<AdjustedBandEntry>,
}

/// A simultaneous band of an adjusted curve.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AdjustedBandEntry {
    /// From here.
    pub from: f64,
    /// To here.
    pub to: f64,
    /// What stands in place of the normal quantile of a pointwise interval.
    pub critical: f64,
    /// The draws that it rests on.
    pub draws: usize,
    /// The lower limit at each time of the curve; `null` outside the range.
    pub lower: Vec<Option<f64>>,
    /// The upper limit at each time of the curve.
    pub upper: Vec<Option<f64>>,
}

/// One estimand, crude and adjusted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ContrastEntry {
    /// `survival` or `restricted_mean`.
    pub estimand: &'static str,
    /// The time or the horizon.
    pub time: f64,
    /// As the patients are; `null` after the last time of a group.
    pub crude: Option<TwoGroups>,
    /// Adjusted; `null` after the last time of a group.
    pub adjusted: Option<TwoGroups>,
    /// What the bootstrap says of the adjusted one.
    pub bootstrap: Option<BootstrapEntry>,
}

/// Two groups compared.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct TwoGroups {
    /// The reference.
    pub reference: WithError,
    /// The other.
    pub compared: WithError,
    /// The other less the reference.
    pub difference: ContrastNumbers,
    /// The other over the reference.
    pub ratio: Option<ContrastNumbers>,
}

/// An estimate with its standard error.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct WithError {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
}

/// A difference or a ratio.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct ContrastNumbers {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error on its own scale.
    pub std_error: f64,
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
    /// Two-sided.
    pub p_value: Option<f64>,
}

/// What a bootstrap says.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct BootstrapEntry {
    /// The standard deviation of the difference over the draws.
    pub difference_std_error: f64,
    /// Percentile limits of the difference.
    pub difference_lower: f64,
    /// Percentile limits of the difference.
    pub difference_upper: f64,
    /// Percentile limits of the ratio.
    pub ratio_lower: Option<f64>,
    /// Percentile limits of the ratio.
    pub ratio_upper: Option<f64>,
    /// Draws that could be computed.
    pub replicates: usize,
    /// Draws that could not.
    pub failed: usize,
}

/// How alike the groups are in a column.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BalanceRow {
    /// The column of the covariates.
    pub column: String,
    /// Its mean in the reference.
    pub mean_reference: f64,
    /// Its mean in the other.
    pub mean_compared: f64,
    /// The same, weighted.
    pub weighted_mean_reference: Option<f64>,
    /// The same, weighted.
    pub weighted_mean_compared: Option<f64>,
    /// The standardised difference before weighting.
    pub before: Option<f64>,
    /// The same after weighting; `null` for a standardisation.
    pub after: Option<f64>,
}

pub(super) fn ratio(ratio: riskset_analysis::Ratio) -> RatioEntry {
    let limits = ratio.interval.unwrap_or(Interval { lower: None, upper: None });
    let limited = Estimate { estimate: ratio.estimate, lower: limits.lower, upper: limits.upper };
    RatioEntry { ratio: limited, p_value: ratio.p_value }
}

pub(super) fn group(group: &AdjustGroup) -> GroupEntry {
    GroupEntry {
        label: group.name.name().to_owned(),
        n: group.n,
        events: group.events,
        effective: group.effective,
        largest_weight: group.largest,
        crude_median: group.crude.median().into(),
        adjusted_median: group.adjusted.median.map(Estimate::from),
        curve: curve(&group.adjusted),
    }
}

fn curve(curve: &AdjustedCurve) -> CurveEntry {
    let limits = |of: fn(Interval) -> Option<f64>| {
        curve.interval.iter().map(|limits| limits.and_then(of)).collect()
    };
    CurveEntry {
        time: curve.time.clone(),
        survival: curve.survival.clone(),
        std_error: curve.std_error.clone(),
        lower: limits(|limits| limits.lower),
        upper: limits(|limits| limits.upper),
        band: curve.band.as_ref().map(|band| {
            let limits = |of: fn(Interval) -> Option<f64>| {
                band.interval.iter().map(|limits| limits.and_then(of)).collect()
            };
            AdjustedBandEntry {
                from: band.of.range.0,
                to: band.of.range.1,
                critical: band.of.critical,
                draws: band.of.draws,
                lower: limits(|limits| limits.lower),
                upper: limits(|limits| limits.upper),
            }
        }),
    }
}

pub(super) fn contrast(contrast: &AdjustContrast) -> ContrastEntry {
    let (estimand, time) = match contrast.estimand {
        Estimand::Survival(time) => ("survival", time),
        Estimand::RestrictedMean(tau) => ("restricted_mean", tau),
    };
    ContrastEntry {
        estimand,
        time,
        crude: contrast.crude.map(TwoGroups::from),
        adjusted: contrast.adjusted.map(TwoGroups::from),
        bootstrap: contrast.bootstrap.map(BootstrapEntry::from),
    }
}

pub(super) fn balance(column: &str, one: &riskset::Balance, weighted: bool) -> BalanceRow {
    BalanceRow {
        column: column.to_owned(),
        mean_reference: one.means[0],
        mean_compared: one.means[1],
        weighted_mean_reference: weighted.then_some(one.weighted_means[0]),
        weighted_mean_compared: weighted.then_some(one.weighted_means[1]),
        before: one.before,
        after: one.after.filter(|_| weighted),
    }
}

impl From<WeightedContrast> for TwoGroups {
    fn from(found: WeightedContrast) -> TwoGroups {
        let with = |(estimate, std_error)| WithError { estimate, std_error };
        TwoGroups {
            reference: with(found.reference),
            compared: with(found.group),
            difference: found.difference.into(),
            ratio: found.ratio.map(ContrastNumbers::from),
        }
    }
}

impl From<Contrast> for ContrastNumbers {
    fn from(found: Contrast) -> ContrastNumbers {
        let Contrast { estimate, std_error, lower, upper, p_value } = found;
        ContrastNumbers { estimate, std_error, lower, upper, p_value }
    }
}

impl From<BootstrapContrast> for BootstrapEntry {
    fn from(found: BootstrapContrast) -> BootstrapEntry {
        BootstrapEntry {
            difference_std_error: found.difference_std_error,
            difference_lower: found.difference_limits.0,
            difference_upper: found.difference_limits.1,
            ratio_lower: found.ratio_limits.map(|limits| limits.0),
            ratio_upper: found.ratio_limits.map(|limits| limits.1),
            replicates: found.replicates,
            failed: found.failed,
        }
    }
}
