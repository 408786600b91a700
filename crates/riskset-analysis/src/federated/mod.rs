//! Analyses of several places whose rows may not travel.
//!
//! A [`Plan`] says what is asked and what may leave a place. Each place answers it with sums, by
//! [`share`]; the coordinator adds them up, by [`pool`], and asks for another [`Round`] while a
//! regression has not reached its maximum. What is pooled and how is derived in
//! docs/methods/pooling.md; what an answer tells of a place is written in docs/federated.md.

mod counts;
mod plan;
mod pool;
mod round;
mod share;
mod step;

pub use counts::{SharedCell, SharedCounts};
pub use plan::{Plan, Question, Rules};
pub use pool::{Pooled, PooledAnswer, PooledCox, pool};
pub use riskset_data::endpoint::TimeUnit;
pub use round::{CoxState, Round};
pub use share::{Shared, SiteAnswer, share};
pub use step::SharedStep;

/// What an answer of a place says it is.
const SHARE_SCHEMA: &str = "riskset.share/1";
/// What the request for a further round says it is.
const ROUND_SCHEMA: &str = "riskset.round/1";
