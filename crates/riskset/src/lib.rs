//! Survival analysis for the people who make the curves: responses, risk sets, estimators, tests
//! and models, each from its paper and each checked against R.
//!
//! The crate takes slices of `f64` and returns values. It reads no files, knows no column names,
//! prints nothing and has no hidden random seed: the same arguments give the same bits, whatever
//! the number of threads.
//!
//! The way of the data: a response is checked once ([`RightCensored`], [`CountingProcess`]), its
//! risk sets feed the nonparametric estimators and tests, and every result is a typed value whose
//! `None` means that the quantity does not exist.
//!
//! ```
//! use riskset::{Groups, KaplanMeier, LogRank, RightCensored};
//!
//! let response = RightCensored::new(&[3.0, 5.0, 7.0, 9.0], &[true, true, false, true])?;
//! let curve = KaplanMeier::default().fit(&response)?;
//! assert_eq!(curve.median().estimate, Some(7.0));
//! println!("{curve}");
//!
//! let arms = Groups::from_labels(&["new", "old", "new", "old"])?;
//! let test = LogRank::default().test(&response, &arms)?;
//! assert!(test.p_value() > Some(0.05));
//! # Ok::<(), riskset::Error>(())
//! ```

mod beta;
mod brier;
mod case_cohort;
mod choice;
mod columns;
mod compare;
mod competing;
mod concordance;
mod cox;
mod decision;
mod differences;
mod display;
mod error;
mod fine_gray;
mod gonen_heller;
mod gray;
mod groups;
mod headcount;
mod interval;
mod km;
mod logrank;
mod merge;
mod meta;
pub mod normal;
mod performance;
mod pool;
mod power;
mod proportion;
mod regression;
mod remedy;
mod response;
mod risk_set;
mod rmst;
mod royston;
mod sort;
mod spline;
mod summary;
mod sweep;
mod tally;
mod typed;

pub use brier::{Brier, BrierAt, BrierEstimate, BrierScore};
pub use case_cohort::{CaseCohort, CaseCohortFit, CaseCohortMethod};
pub use choice::{Choice, UnknownChoice};
pub use compare::*;
pub use competing::{
    AalenJohansen, CauseIncidence, CauseSpecific, CompetingRisks, CumulativeIncidence, IncidenceAt,
    IncidencePoint, IncidenceStep, IncidenceVariance, Overstatement,
};
pub use concordance::{Concordance, ConcordanceDifference, ConcordanceIndex, ConcordanceWeight};
pub use cox::{
    Baseline, BaselineAt, CoxFit, CoxModel, CoxPredictor, CrossValidated, DesignMatrix, ElasticNet,
    Frailty, FrailtyDistribution, FrailtyFit, LikelihoodStep, LinearPredictor, MOST_FRAILTIES,
    NetPath, NetPoint, NewtonStep, PenalisedFit, PenalisedTest, Penalty, PredictedCurve,
    PredictorParts, ResidualMatrix, RowResidual, Schoenfeld, Shrinkage, ShrunkTerm, SmoothPoint,
    StratumHazard, Ties, Zph, ZphTransform,
};
pub use decision::{
    NetBenefit, NetBenefitDifference, net_benefit, net_benefit_difference,
    net_benefit_difference_of_incidence, net_benefit_of_incidence,
};
pub use differences::{
    GroupTest, fisher, kruskal_wallis, pearson, smallest_expected, standardised_means,
    standardised_shares, welch,
};
pub use error::Error;
pub use fine_gray::{
    CensoringTies, ExpectedIncidence, FineGray, FineGrayFit, IncidenceCurve, IncidenceParts,
    IncidencePredictor, WeightError,
};
pub use gray::{GrayGroup, GrayTest, GrayTestResult};
pub use groups::Groups;
pub use headcount::{Headcount, Headcounts};
pub use interval::{ConfType, Interval};
pub use km::{
    AreaStep, AtTime, CurveDifference, CurvePoint, CurveVariance, FlatRule, KaplanMeier, Quantile,
    SurvivalCurve, SurvivalEstimator, SurvivalStep,
};
pub use logrank::{
    Adjustment, GroupStep, LogRank, LogRankGroup, LogRankStep, LogRankTest, LogRankWeight,
    PairTest, TrendTest,
};
pub use meta::{
    Heterogeneity, MetaFit, MetaInterval, MetaModel, MetaStudy, MetaWarning, PooledRatio,
    ProportionMeta, PublishedPoint, PublishedRatio, RatioMeta, RatioMetaFit, RatioStudy,
    ratio_of_curves,
};
pub use performance::{
    AucAt, AucCurve, AucDifference, Calibration, CalibrationAt, CalibrationGroup, CalibrationTerm,
    ChangeEstimate, Controls, DynamicAuc, NetChange, PseudoCalibration, Reclassification,
    ReclassifiedAt, Smooth, folds, percentile_interval, resampled,
};
pub use pool::{
    CoxProgress, CoxRounds, CoxStep, EventCell, EventTable, GridRisk, GridStep, RiskSums,
    SmallCount, coarsened_times,
};
pub use power::{
    DetectableHazardRatio, EventCount, EventFormula, FollowUpPlan, LogRankDesign, PatientCount,
    ProportionDesign, Sides, UnitCount,
};
pub use proportion::{
    ClusterSums, ClusteredProportion, Proportion, ProportionInterval, ProportionVariance,
    ProportionWarning, ThresholdTest,
};
pub use regression::{
    Aliased, Coefficient, CoxTest, CoxWarning, Direction, Fitted, Infinite, Profile, Regression,
    Unsettled,
};
pub use remedy::{Remedy, Voice};
pub use response::{CountingProcess, Observations, Response, RightCensored};
pub use risk_set::{Entries, RiskSet, RiskSets, RowCounts};
pub use rmst::{Rmst, RmstComparison, RmstContrast, RmstPair, rmst_pairs};
pub use royston::{Royston, RoystonD};
pub use spline::{
    BSplines, Basis, CurveBasis, NaturalCubic, Polynomial, Powers, RatioCurve, RatioPoint,
    RestrictedCubic,
};
pub use summary::{QuantileRule, Sample};
pub use tally::{Tally, tallied};
pub use typed::{line_at, toml_help, toml_refusal};
