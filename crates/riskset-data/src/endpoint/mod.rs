//! Endpoints by rule: from the dates of a patient to a time and an event.
//!
//! A [`Rule`] says where time starts, which dates are events, which compete with them, and where
//! follow-up ends. [`Rule::derive`] applies it to the date columns of a study ([`DateColumns`]) and
//! gives each patient a time, an event, the date that decided, and one audit line in words. The
//! named rules ([`Endpoint`]) state their definition and its source; a study file may hold its own.
//!
//! Dates that contradict each other are refused, or flagged with the patient's id, as the rule says:
//! nothing is repaired silently.

mod columns;
mod derive;
mod error;
mod named;
mod outcome;
mod problem;
mod rule;
mod spec;
mod table;

pub use columns::{DateColumns, parse_date};
pub use error::EndpointError;
pub use named::{Endpoint, Roles};
pub use outcome::{Derived, Outcome};
pub use problem::{Problem, ProblemKind};
pub use rule::{Condition, Dated, OnProblem, Rule, TimeUnit};
pub use spec::RuleSpec;
