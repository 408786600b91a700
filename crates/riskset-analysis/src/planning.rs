//! Sample size, power and detectable effects.

mod logrank;
mod npv;

pub use logrank::{LogrankPlan, PowerLogrankAnswer, PowerLogrankRequest};
pub use npv::{PowerNpvAnswer, PowerNpvRequest};
