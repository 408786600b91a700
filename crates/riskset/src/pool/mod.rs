//! The same answer from sums: what several places can add up without moving their rows.
//!
//! Every estimator here is made of risk sets, and a risk set is a sum over rows. Kaplan-Meier,
//! log-rank, Aalen-Johansen and Gray need no more of the rows than how many events and censorings
//! there were at each time: an [`EventTable`], and tables add. The partial likelihood at given
//! coefficients is a sum over strata: with a stratum for each place, its [`CoxStep`]s add, and
//! [`CoxRounds`] climbs with the sums as a model climbs with the rows.
//! Derivation: docs/methods/pooling.md.

mod common;
mod event_table;
mod rounds;
mod step;

pub use common::{GridRisk, GridStep, RiskSums};
pub use event_table::{EventCell, EventTable, SmallCount, coarsened_times};
pub use rounds::{CoxProgress, CoxRounds};
pub use step::CoxStep;
