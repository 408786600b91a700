//! The answer of `riskset lint`.

use super::{Document, Head};
use crate::format::Style;
use crate::table::{Align, Table};
use riskset::Voice;
use riskset_plot::{Finding, Status};
use serde::Serialize;

/// The checklist, run on a figure.
#[derive(Clone, Debug, Serialize)]
pub struct LintDocument {
    /// What every document starts with; `n` is the number of checks.
    #[serde(flatten)]
    pub head: Head,
    /// One entry per check.
    pub checks: Vec<Check>,
}

/// One check, with its remedy in the words of the front end.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// The check, in a few words.
    pub check: String,
    /// Its outcome.
    pub status: Status,
    /// Why.
    pub reason: String,
    /// What mends it; empty when nothing is to be mended.
    pub remedy: String,
}

impl LintDocument {
    /// The document of these findings, with remedies in the words of a front end.
    pub fn new(figure: &str, findings: &[Finding], voice: &dyn Voice) -> LintDocument {
        let head = Head::new("lint", findings.len(), 0, figure);
        let check = |finding: &Finding| Check {
            check: finding.check.clone(),
            status: finding.status,
            reason: finding.reason.clone(),
            remedy: finding.remedy_words(voice),
        };
        LintDocument { head, checks: findings.iter().map(check).collect() }
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

    fn data(&self) -> Option<Table> {
        Some(self.table(true))
    }
}
