//! The checks of a reviewer, on the scene of a figure.
//!
//! Each check asks what is drawn (positions, counts, words), not what was meant. A check that does
//! not concern the kind of figure says so.

mod counts;
mod curves;
mod file;
mod look;
mod report;
mod words;

pub use file::lint_file;

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

/// Runs every check on a figure; the findings keep one order.
pub fn lint(scene: &Scene) -> Vec<Finding> {
    let mut findings = counts::findings(scene);
    findings.extend(curves::findings(scene));
    findings.extend(words::findings(scene));
    findings.extend(report::findings(scene));
    findings.extend(look::findings(scene));
    findings
}

/// The worst outcome of all checks.
pub fn worst(findings: &[Finding]) -> Status {
    findings.iter().map(|finding| finding.status).max().unwrap_or(Status::NotApplicable)
}

fn finding(check: &str, status: Status, reason: String, remedy: &str) -> Finding {
    let mended = matches!(status, Status::Pass | Status::NotApplicable);
    let remedy = if mended { String::new() } else { remedy.to_owned() };
    Finding { check: check.to_owned(), status, reason, remedy }
}

/// A check that passes, or fails with a reason.
fn judged(
    check: &str,
    wrong: Option<String>,
    status: Status,
    right: &str,
    remedy: &str,
) -> Finding {
    match wrong {
        None => finding(check, Status::Pass, right.to_owned(), ""),
        Some(reason) => finding(check, status, reason, remedy),
    }
}

/// A check that does not concern this figure.
fn not_applicable(check: &str, reason: &str) -> Finding {
    finding(check, Status::NotApplicable, reason.to_owned(), "")
}

/// Whether the figure shows curves over time with groups of patients.
fn over_time(scene: &Scene) -> bool {
    ["km", "cif", "cumhaz"].contains(&scene.facts.kind.as_str())
}
