//! `riskset lint`

use super::extract;
use crate::Failure;
use crate::args::OutputArgs;
use crate::args::stored::LintArgs;
use crate::output::Console;
use crate::voice::CommandLine;
use riskset_plot::{Finding, Status, lint_file};
use riskset_report::documents::lint::LintDocument;

/// Prints what the checklist found when the figure was made, and what became of its size since.
pub fn run(args: &LintArgs, console: &mut Console) -> Result<(), Failure> {
    let bytes = extract::bytes(&args.figure)?;
    let findings = lint_file(&bytes)
        .map_err(|error| Failure::analysis(format!("{}: {error}", args.figure.display())))?;
    let document = LintDocument::new(&args.figure.display().to_string(), &findings, &CommandLine);
    console.document(&document, &args.output)?;
    failing(&findings)
}

/// Prints the findings, and fails when one of them does.
pub fn report(findings: &[Finding], console: &mut Console) -> Result<(), Failure> {
    let document = LintDocument::new("figure", findings, &CommandLine);
    console.document(&document, &OutputArgs::default())?;
    failing(findings)
}

fn failing(findings: &[Finding]) -> Result<(), Failure> {
    match findings.iter().filter(|finding| finding.status == Status::Fail).count() {
        0 => Ok(()),
        1 => Err(Failure::analysis("1 check fails; the table says which option mends it")),
        count => {
            Err(Failure::analysis(format!("{count} checks fail; the table says what mends them")))
        }
    }
}
