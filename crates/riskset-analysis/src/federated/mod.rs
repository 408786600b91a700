//! Analyses of several places whose rows may not travel.
//!
//! A [`Plan`] says what is asked and what may leave a place. Each place answers it with sums, by
//! [`share`]; the coordinator adds them up, by [`pool`], and asks for another [`Round`] while a
//! regression has not reached its maximum. What is pooled and how is derived in
//! docs/methods/pooling.md; what an answer tells of a place is written in docs/guide/data-protection.md.

mod common;
mod counts;
mod plan;
mod pool;
mod proportions;
mod round;
mod share;
mod step;
mod table;
mod two_stage;
mod words;

pub use common::{SharedGridStep, SharedRisk, SharedRiskSums};
pub use counts::{SharedCell, SharedCounts};
pub use plan::{BaselineTable, Plan, Question, Rules};
pub use pool::{Pooled, PooledAnswer, PooledCox, pool};
pub use proportions::{SharedProportions, SharedSums};
pub use riskset_data::endpoint::TimeUnit;
pub use round::{CoxState, Round};
pub use share::{Shared, SiteAnswer, share};
pub use step::SharedStep;
pub use table::{Blocks, LevelCounts, MeanOf, Means, PooledMeans, PooledTable, SharedTable};
pub use two_stage::TwoStage;

/// The columns of a group and their levels.
pub type SharedLevels = Vec<(String, String)>;

/// How many rows miss a value, unless that is a small count, which stays where it is.
fn told_missing(missing: usize, rules: &Rules) -> Option<u64> {
    let missing = missing as u64;
    (missing == 0 || missing >= rules.min_cell).then_some(missing)
}

/// What an answer of a place says it is.
const SHARE_SCHEMA: &str = "riskset.share/1";
/// What the request for a further round says it is.
const ROUND_SCHEMA: &str = "riskset.round/1";
