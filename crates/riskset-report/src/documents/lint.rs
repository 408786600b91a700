//! The answer of `riskset lint`.

use super::{Document, Head};
use crate::format::Style;
use crate::table::{Align, Table};
use riskset_plot::{Finding, Status};
use serde::Serialize;

/// The checklist, run on a figure.
#[derive(Clone, Debug, Serialize)]
pub struct LintDocument {
    /// What every document starts with; `n` is the number of checks.
    #[serde(flatten)]
    pub head: Head,
    /// One entry per check.
    pub checks: Vec<Finding>,
}

impl LintDocument {
    /// The document of these findings.
    pub fn new(figure: &str, findings: &[Finding]) -> LintDocument {
        let head = Head::new("lint", findings.len(), 0, figure);
        LintDocument { head, checks: findings.to_vec() }
    }

    fn table(&self, all: bool) -> Table {
        let mut table = Table::new("Checklist");
        for heading in ["Check", "Outcome", "Reason", "What mends it"] {
            table = table.column(heading, Align::Left);
        }
        for finding in &self.checks {
            if all || finding.status != Status::NotApplicable {
                table = table.row([
                    finding.check.as_str(),
                    outcome(finding.status),
                    finding.reason.as_str(),
                    finding.remedy.as_str(),
                ]);
            }
        }
        table
    }
}

fn outcome(status: Status) -> &'static str {
    match status {
        Status::NotApplicable => "not applicable",
        Status::Pass => "pass",
        Status::Warn => "warn",
        Status::Fail => "FAIL",
    }
}

impl Document for LintDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        self.head.asked.clone()
    }

    fn tables(&self, _: &Style) -> Vec<Table> {
        vec![self.table(false)]
    }

    fn notes(&self, _: &Style) -> Vec<String> {
        let count = |status| self.checks.iter().filter(|check| check.status == status).count();
        vec![format!(
            "{} pass, {} warn, {} fail, {} do not apply.",
            count(Status::Pass),
            count(Status::Warn),
            count(Status::Fail),
            count(Status::NotApplicable)
        )]
    }

    fn record(&self) -> Table {
        self.table(true)
    }
}
