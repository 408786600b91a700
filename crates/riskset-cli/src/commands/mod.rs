//! One file per command: from its arguments to its document.

pub mod answer;
pub mod cif;
pub mod cox;
pub mod datasets;
pub mod endpoint;
pub mod extract;
pub mod fine_gray;
pub mod km;
pub mod lint;
pub mod logrank;
pub mod meta;
pub mod npv;
pub mod plot;
pub mod power;
pub mod study;
