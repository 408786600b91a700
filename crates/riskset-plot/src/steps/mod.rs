//! Figures of step functions over time: survival, incidence, cumulative hazard, log(-log).
//!
//! [`curve`] holds the estimated curves with their counts, [`mask`] hides small cells, [`panel`]
//! decides on axes and series, [`caption`] says it in words, [`draw`] puts the figure together.

pub(crate) mod caption;
pub(crate) mod counts;
pub(crate) mod curve;
pub(crate) mod draw;
pub(crate) mod mask;
mod notes;
pub(crate) mod panel;
mod tables;
mod trace;
