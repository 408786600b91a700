//! What a performance document holds, in the JSON.

use super::ReclassifiedEntry;
use crate::documents::{Estimate, Test};
use riskset::{
    AucAt, AucDifference, BrierEstimate, CalibrationAt, CalibrationGroup, CalibrationTerm,
    Concordance, ConcordanceDifference, Interval, NetBenefit, NetBenefitDifference, RoystonD,
    Smooth, normal,
};
use riskset_analysis::{Corrected, ModelComparison, ModelPerformance, Validation};
use schemars::JsonSchema;
use serde::Serialize;

/// A model with all measures of its predictions.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ModelEntry {
    /// Its terms as written.
    pub terms: String,
    /// Its coefficients.
    pub parameters: usize,
    /// Akaike's criterion; `null` where the maximum was not found, and for a Fine-Gray model.
    pub aic: Option<f64>,
    /// The Bayesian criterion with the number of events.
    pub bic: Option<f64>,
    /// Harrell's concordance; with competing risks Wolbers' without weights.
    pub harrell: Estimate,
    /// Uno's concordance up to `tau`; with competing risks Wolbers' with weights.
    pub uno: Estimate,
    /// Royston's D; `null` where all predictions are the same.
    pub royston_d: Option<Estimate>,
    /// R2 of D.
    pub r2_d: Option<Estimate>,
    /// What is said of each time.
    pub times: Vec<TimeEntry>,
    /// The integrated Brier score; `null` for one time.
    pub integrated_brier: Option<Estimate>,
    /// Its R2 against the null model.
    pub integrated_r2: Option<Estimate>,
    /// Net benefit at the thresholds asked for, at the first time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<serde_json::Map<String, serde_json::Value>>")]
    pub net_benefit: Vec<NetBenefit>,
    /// Corrected for optimism by the bootstrap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bootstrap: Option<ValidationEntry>,
    /// By cross-validation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cross_validation: Option<ValidationEntry>,
}

/// The predictions by one time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TimeEntry {
    /// The time.
    pub time: f64,
    /// Rows with the event by then.
    pub n_case: usize,
    /// Controls of `auc`: rows followed beyond it, and with competing risks those with another cause.
    pub n_control: usize,
    /// The cumulative/dynamic area under the ROC curve; with competing risks against all without the
    /// event of interest.
    pub auc: Estimate,
    /// With competing risks: the same against those free of any event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auc_event_free: Option<Estimate>,
    /// The Brier score.
    pub brier: Estimate,
    /// That of the null model.
    pub brier_null: f64,
    /// One less the score over that of the null model.
    pub r2: Option<Estimate>,
    /// The mean predicted risk.
    pub predicted: f64,
    /// The Kaplan-Meier (Aalen-Johansen) risk.
    pub observed: Estimate,
    /// Observed over predicted.
    pub observed_over_predicted: Estimate,
    /// The calibration slope.
    pub slope: Estimate,
    /// With competing risks: the intercept at this time by pseudo-values, the slope held at 1; `null` where
    /// it does not exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pseudo_intercept: Option<Option<Estimate>>,
    /// With competing risks: the slope at this time by pseudo-values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pseudo_slope: Option<Option<Estimate>>,
    /// The mean distance of the smooth curve from the predictions, with limits when samples were asked
    /// for; `null` without a curve.
    pub ici: Option<Estimate>,
    /// Its median over the rows.
    pub e50: Option<Estimate>,
    /// Its 90% quantile over the rows.
    pub e90: Option<Estimate>,
    /// Groups of increasing predicted risk.
    pub groups: Vec<GroupEntry>,
}

/// A group of predicted risk.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct GroupEntry {
    /// Its number, from 1.
    pub group: usize,
    /// Its rows.
    pub n: usize,
    /// Its rows with the event by the time.
    pub events: usize,
    /// The mean predicted risk.
    pub predicted: f64,
    /// The Kaplan-Meier risk.
    pub observed: Estimate,
}

/// Measures corrected for optimism.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ValidationEntry {
    /// Models asked for.
    pub asked: usize,
    /// Models that could be made.
    pub made: usize,
    /// One per measure.
    pub measures: Vec<CorrectedEntry>,
}

/// A measure, corrected.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct CorrectedEntry {
    /// `harrell`, `uno`, `slope`, `auc`, `brier` or `ici`.
    pub measure: &'static str,
    /// The time of an area or a score.
    pub time: Option<f64>,
    /// On the rows that made the model.
    pub apparent: Option<f64>,
    /// By how much that is too high.
    pub optimism: Option<f64>,
    /// Without it.
    pub corrected: Option<f64>,
    /// The lower limit of `corrected`; `null` where none can be told.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
}

/// The model less the other one, on the same rows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ComparisonEntry {
    /// One per measure and time; positive where the model is better.
    pub differences: Vec<DifferenceEntry>,
    /// How risks move from the other model to the model, when cut-offs were given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reclassification: Vec<ReclassifiedEntry>,
    /// The net benefit at the thresholds asked for, at the first time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<serde_json::Map<String, serde_json::Value>>")]
    pub net_benefit: Vec<NetBenefitDifference>,
    /// The likelihood-ratio test where the other model is part of the model.
    pub nested: Option<Test>,
}

/// A difference.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct DifferenceEntry {
    /// `harrell`, `uno`, `auc`, `brier` or `integrated_brier`.
    pub measure: &'static str,
    /// The time of an area or a score.
    pub time: Option<f64>,
    /// The difference with its limits.
    #[serde(flatten)]
    pub difference: Estimate,
    /// Two-sided; `null` where none is given.
    pub p_value: Option<f64>,
}

impl ModelEntry {
    pub(super) fn of(model: &ModelPerformance, level: f64) -> ModelEntry {
        let measures = &model.measures;
        let times = measures.auc.at().iter().zip(measures.brier.at()).zip(&measures.calibration);
        let event_free = |place: usize| {
            let at = measures.auc_event_free.as_ref()?.at()[place];
            Some(limits(at.estimate, at.interval))
        };
        let integrated = measures.brier.integrated();
        let royston = measures.royston.as_ref();
        ModelEntry {
            terms: model.terms.clone(),
            parameters: model.parameters,
            aic: model.aic,
            bic: model.bic,
            harrell: concordance(&measures.harrell, level),
            uno: concordance(&measures.uno, level),
            royston_d: royston.map(|royston| limits(royston.d, royston.interval)),
            r2_d: royston.map(|royston: &RoystonD| limits(royston.r2_d, royston.r2_d_interval)),
            times: times
                .enumerate()
                .map(|(place, ((auc, brier), calibration))| TimeEntry {
                    auc_event_free: event_free(place),
                    // There is an area against those free of any event with competing risks alone.
                    ..TimeEntry::of(auc, brier, calibration, measures.auc_event_free.is_some())
                })
                .collect(),
            integrated_brier: integrated.map(|at| brier(&at.score)),
            integrated_r2: integrated.and_then(|at| at.r2.as_ref()).map(brier),
            net_benefit: model.net_benefit.clone(),
            bootstrap: model.bootstrap.as_ref().map(ValidationEntry::of),
            cross_validation: model.cross_validation.as_ref().map(ValidationEntry::of),
        }
    }
}

impl TimeEntry {
    fn of(
        auc: &AucAt,
        score: &riskset::BrierAt,
        calibration: &CalibrationAt,
        competing: bool,
    ) -> TimeEntry {
        let smooth = calibration.smooth.as_ref();
        let pseudo = |of: fn(&riskset::PseudoCalibration) -> CalibrationTerm| {
            let term = calibration.pseudo.as_ref().map(of);
            competing.then(|| term.map(|term| limits(Some(term.estimate), term.interval)))
        };
        TimeEntry {
            time: auc.time,
            n_case: auc.n_case,
            n_control: auc.n_control,
            auc: limits(auc.estimate, auc.interval),
            auc_event_free: None,
            brier: brier(&score.score),
            brier_null: score.null,
            r2: score.r2.as_ref().map(brier),
            predicted: calibration.predicted,
            observed: limits(calibration.observed, calibration.observed_interval),
            observed_over_predicted: limits(calibration.ratio, calibration.ratio_interval),
            slope: limits(calibration.slope, calibration.slope_interval),
            pseudo_intercept: pseudo(|found| found.intercept),
            pseudo_slope: pseudo(|found| found.slope),
            ici: smooth.map(|smooth| distance(smooth, 0)),
            e50: smooth.map(|smooth| distance(smooth, 1)),
            e90: smooth.map(|smooth| distance(smooth, 2)),
            groups: (1..).zip(&calibration.groups).map(GroupEntry::of).collect(),
        }
    }
}

impl GroupEntry {
    fn of((group, found): (usize, &CalibrationGroup)) -> GroupEntry {
        GroupEntry {
            group,
            n: found.n,
            events: found.n_event,
            predicted: found.predicted,
            observed: limits(found.observed, found.interval),
        }
    }
}

impl ValidationEntry {
    fn of(found: &Validation) -> ValidationEntry {
        let entry = |one: &Corrected| CorrectedEntry {
            measure: one.measure,
            time: one.time,
            apparent: one.apparent,
            optimism: one.optimism,
            corrected: one.corrected,
            lower: one.interval.lower,
            upper: one.interval.upper,
        };
        let measures = found.measures.iter().map(entry).collect();
        ValidationEntry { asked: found.asked, made: found.made, measures }
    }
}

impl ComparisonEntry {
    pub(super) fn of(comparison: &ModelComparison) -> ComparisonEntry {
        let mut differences = vec![
            of_concordance("harrell", &comparison.harrell),
            of_concordance("uno", &comparison.uno),
        ];
        let times: Vec<f64> = comparison.auc.iter().map(|at| at.time).collect();
        differences.extend(comparison.auc.iter().map(of_area));
        for (place, gain) in comparison.brier.iter().enumerate() {
            let time = times.get(place).copied();
            differences.push(DifferenceEntry {
                measure: if time.is_some() { "brier" } else { "integrated_brier" },
                time,
                difference: brier(gain),
                p_value: None,
            });
        }
        let nested = comparison.nested.map(|test| Test {
            name: "likelihood_ratio".to_owned(),
            statistic: test.statistic,
            df: test.df as f64,
            p_value: Some(test.p_value),
        });
        let reclassification = comparison.reclassified.iter().map(ReclassifiedEntry::of).collect();
        let net_benefit = comparison.net_benefit.clone();
        ComparisonEntry { differences, reclassification, net_benefit, nested }
    }
}

fn of_concordance(measure: &'static str, found: &ConcordanceDifference) -> DifferenceEntry {
    let difference = limits(found.estimate, found.interval);
    DifferenceEntry { measure, time: None, difference, p_value: found.p_value }
}

fn of_area(found: &AucDifference) -> DifferenceEntry {
    let difference = limits(found.estimate, found.interval);
    DifferenceEntry { measure: "auc", time: Some(found.time), difference, p_value: found.p_value }
}

fn limits(estimate: Option<f64>, interval: Interval) -> Estimate {
    Estimate { estimate, lower: interval.lower, upper: interval.upper }
}

/// ICI, E50 or E90.
fn distance(smooth: &Smooth, place: usize) -> Estimate {
    let estimate = [smooth.ici, smooth.e50, smooth.e90][place];
    let none = Interval { lower: None, upper: None };
    limits(Some(estimate), smooth.limits.map_or(none, |limits| limits[place]))
}

fn brier(found: &BrierEstimate) -> Estimate {
    limits(Some(found.estimate), found.interval)
}

/// Symmetric limits, cut at 0 and 1.
fn concordance(found: &Concordance, level: f64) -> Estimate {
    let z = normal::two_sided_quantile(level).ok();
    let limit = |sign: f64| {
        let (estimate, error, z) = (found.estimate?, found.std_error?, z?);
        Some((estimate + sign * z * error).clamp(0.0, 1.0))
    };
    Estimate { estimate: found.estimate, lower: limit(-1.0), upper: limit(1.0) }
}
