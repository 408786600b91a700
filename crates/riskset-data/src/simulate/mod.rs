//! Data with a known truth: patients drawn from a model that a file declares, by a seed.
//!
//! The same file and seed give the same bits on every machine: random numbers are SplitMix64,
//! exponentials and logarithms come from `libm`. The truth (survival of each group, restricted
//! means, incidences, effects) is computed from the model and not from the patients.
//!
//! Sources: Bender, Augustin and Blettner (2005), Stat Med 24:1713-1723 (times by inversion of the
//! cumulative hazard); Marsaglia and Tsang (2000), ACM Trans Math Softw 26:363-372 (gamma
//! variates); Burton, Altman, Royston and Holder (2006), Stat Med 25:4279-4292 (what a simulation
//! reports).

mod draw;
mod hazard;
mod patient;
mod spec;
mod truth;

pub use hazard::Baseline;
pub use spec::{
    Cause, Censoring, Covariate, CovariateKind, Entry, Frailty, Group, Simulation, SimulationError,
};
pub use truth::{GroupTruth, Truth};
