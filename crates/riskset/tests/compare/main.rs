//! Comparisons of groups: against R and against their definitions.

#[path = "../support/mod.rs"]
mod support;

mod adjusted_band;
mod bands;
mod bootstrap_curves;
mod contrast;
mod cut_effect;
mod cut_point;
mod few_patients;
mod max_combo;
mod mean_regression;
mod over_time;
mod permutation;
mod propensity;
mod pseudo;
mod rmst_pairs;
mod small;
mod standardised;
mod tipping;
