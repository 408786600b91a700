//! Comparing groups when the simple comparison does not hold: hazards that cross, few patients,
//! groups that were not drawn by lot, cut-points that were searched, groups known after time zero.
//!
//! Derivations: docs/methods/comparisons.md.

mod adjusted_band;
mod bands;
mod bootstrap;
mod bootstrap_curves;
mod contrast;
mod cut_bound;
mod cut_effect;
mod cut_exact;
mod cut_point;
mod draw;
mod events;
mod few_patients;
mod landmark;
mod logistic;
mod margin;
mod max_combo;
mod mean_regression;
mod multinormal;
mod over_time;
mod permutation;
mod propensity;
mod pseudo;
mod quadrature;
mod scores;
mod split;
mod standardised;
mod tipping;
mod weight;
mod weighted;

pub(crate) use draw::Draw;

pub use adjusted_band::{AdjustedBand, weighted_bands};
pub use bands::{Band, BandKind, HazardScale};
pub use bootstrap::{BootstrapContrast, bootstrap_contrast, bootstrap_standardised};
pub use bootstrap_curves::{BootstrapCurves, CurveAdjustment, bootstrap_curves};
pub use contrast::{
    ConditionalSurvival, Contrast, Estimand, Milestone, StratifiedContrast, StratumShare,
    conditional_survival, milestone, stratified,
};
pub use cut_effect::{CutEffect, CutFolds, CutValidation, cut_effect};
pub use cut_point::{CutPoint, CutPointSearch, CutPointTest};
pub use few_patients::FewPatients;
pub use landmark::{Landmark, SwitchingGroups, landmark, switching_groups};
pub use margin::{Better, MarginTest, Verdict, margin_test};
pub use max_combo::{MaxCombo, MaxComboComponent, MaxComboTest};
pub use mean_regression::{MeanMethod, mean_regression};
pub use over_time::{AverageHazardRatio, EffectsByPeriod, PeriodEffect, PeriodEffects};
pub use permutation::{PermutationLogRank, PermutationTest, Permutations};
pub use propensity::{Balance, Population, Propensity, PropensityWeights, balance, effective_size};
pub use pseudo::{censoring_weights, pseudo_values};
pub use split::{Piece, SplitRows, split_at, split_at_events, split_rows};
pub use standardised::Standardised;
pub use tipping::{Conclusion, DeltaImputation, LostCase, TippedRatio, Towards, lost_case};
pub use weight::TimeWeight;
pub use weighted::{WeightedComparison, WeightedContrast};
