//! The checks of a reviewer, on the scene of a figure.
//!
//! Each check asks what is drawn (positions, counts, words) and what the caption tells, as facts: no
//! check reads a sentence back. A check that does not concern the kind of figure says so. What
//! mends it is a [`Remedy`](riskset::Remedy), which each front end words.

mod counts;
mod curves;
pub(crate) mod finding;
mod look;
mod report;
mod words;

pub use finding::{Finding, Status, Told};

use crate::scene::Scene;
use finding::Checked;

/// Runs every check on a figure; the findings keep one order.
pub fn lint(scene: &Scene, told: &Told) -> Vec<Finding> {
    let figure = Checked { scene, told };
    let mut findings = counts::findings(scene);
    findings.extend(curves::findings(figure));
    findings.extend(words::findings(figure));
    findings.extend(report::findings(figure));
    findings.extend(look::findings(figure));
    findings
}

/// The worst outcome of all checks.
pub fn worst(findings: &[Finding]) -> Status {
    findings.iter().map(|finding| finding.status).max().unwrap_or(Status::NotApplicable)
}
