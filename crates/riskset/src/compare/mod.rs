//! Comparing groups when the simple comparison does not hold: hazards that cross, few patients,
//! groups that were not drawn by lot, cut-points that were searched, groups known after time zero.
//!
//! Derivations: docs/methods/comparisons.md.

mod bands;
mod cut_point;
mod draw;
mod events;
mod few_patients;
mod max_combo;
mod multinormal;
mod permutation;
mod quadrature;
mod scores;
mod weight;

pub use bands::{Band, BandKind, HazardScale};
pub use cut_point::{CutPoint, CutPointSearch, CutPointTest};
pub use few_patients::FewPatients;
pub use max_combo::{MaxCombo, MaxComboComponent, MaxComboTest};
pub use permutation::{PermutationLogRank, PermutationTest, Permutations};
pub use weight::TimeWeight;
