//! The flow of the patients through a study.

mod figure;
mod toml;

pub use figure::{FlowBranch, FlowExclusion, FlowFigure, FlowStep};
