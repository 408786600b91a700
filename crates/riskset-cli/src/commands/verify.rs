//! `riskset verify` and `riskset diff`

use super::{read_bytes, read_text};
use crate::Failure;
use crate::args::stored::{DiffArgs, VerifyArgs};
use crate::output::{Console, refuse_one_file};
use riskset_report::changes::diff;
use riskset_report::documents::Head;
use riskset_report::verify::verify;
use std::path::Path;

/// Checks the numbers of a draft; fails when one of them is not the study's.
pub fn run(args: &VerifyArgs, console: &mut Console) -> Result<(), Failure> {
    refuse_one_file(outputs(args.output.output.as_deref(), args.html.as_deref()))?;
    let draft = read_bytes(&args.draft, "the draft")?;
    let results = read_text(&args.results, "--results")?;
    let name = args.results.display().to_string();
    let document = verify(&args.draft, &draft, &name, &results)?;
    console.document(&document, &args.output)?;
    if let Some(file) = &args.html {
        console.write_file(file, document.html().as_bytes())?;
    }
    say(&document.head, console);
    match document.differ + document.no_source {
        0 => Ok(()),
        _ => Err(Failure::analysis(format!(
            "{} of {} claims differ and {} have no source; the table says where",
            document.differ,
            document.claims.len(),
            document.no_source
        ))),
    }
}

/// Compares two reports; fails when something changed, as a script expects of a comparison.
pub fn run_diff(args: &DiffArgs, console: &mut Console) -> Result<(), Failure> {
    refuse_one_file(outputs(args.output.output.as_deref(), args.html.as_deref()))?;
    let document = diff(&args.old, &args.new)?;
    console.document(&document, &args.output)?;
    if let Some(file) = &args.html {
        console.write_file(file, document.html().as_bytes())?;
    }
    say(&document.head, console);
    match document.count() {
        0 => Ok(()),
        count => Err(Failure::analysis(format!(
            "{count} numbers, sentences, figures and tables changed"
        ))),
    }
}

fn outputs<'a>(answer: Option<&'a Path>, page: Option<&'a Path>) -> impl Iterator<Item = &'a Path> {
    answer.into_iter().chain(page)
}

fn say(head: &Head, console: &mut Console) {
    console.warnings(head.warnings.iter().map(|warning| warning.message.clone()));
}
