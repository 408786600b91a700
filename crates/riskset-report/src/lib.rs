//! What a manuscript is made of: study files, a store that holds every number once, tables,
//! sentences and the HTML report.
//!
//! The crate computes no statistic and draws nothing: numbers come from `riskset`, figures from
//! `riskset-plot`.

pub mod changes;
pub mod documents;
mod error;
pub mod escape;
pub mod exercises;
pub mod files;
pub mod format;
pub mod store;
pub mod study;
pub mod table;
pub mod verify;

pub use error::Error;
