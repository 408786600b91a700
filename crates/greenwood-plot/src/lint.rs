//! The checks of a reviewer, on the scene of a figure.

use crate::Scene;
use serde::{Deserialize, Serialize};

/// What one check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The check, in a few words.
    pub check: String,
    /// Its outcome.
    pub status: Status,
    /// Why.
    pub reason: String,
    /// What mends it; empty when nothing is to be mended.
    pub remedy: String,
}

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing to check in this figure.
    NotApplicable,
    /// As it should be.
    Pass,
    /// A reviewer may ask.
    Warn,
    /// A reviewer will object.
    Fail,
}

/// Runs every check on a figure.
pub fn lint(scene: &Scene) -> Vec<Finding> {
    let _ = scene;
    Vec::new()
}
