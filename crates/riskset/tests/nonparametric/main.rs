//! The nonparametric estimators and tests: by hand, against R, and properties.

mod errors;
mod golden;
mod hard;
mod km;
mod km_golden;
mod km_properties;
mod km_robust;
mod logrank;
mod logrank_properties;
mod rmst;
mod threads;
