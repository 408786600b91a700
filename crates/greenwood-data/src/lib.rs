//! Tables, endpoints, formulas and bundled data sets for greenwood.

pub mod cohort;
pub mod endpoint;
