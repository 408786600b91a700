//! Options of what reads a figure again: `extract` and `lint`.

use super::OutputArgs;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use riskset_report::study::checklist_names;
use std::path::PathBuf;

/// `riskset extract`
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  riskset extract colon.pdf --format csv\n  riskset extract colon.pdf --format request --output again.json"
)]
pub struct ExtractArgs {
    /// A figure that riskset wrote: .svg, .pdf or .png
    pub figure: PathBuf,
    /// json, csv or request
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "json")]
    pub format: ExtractFormat,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How extracted values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExtractFormat {
    /// Every table, settings and version
    Json,
    /// The tables, one below the other
    Csv,
    /// The request that drew the figure: `riskset run` draws it again
    Request,
}

/// `riskset lint`
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 no check fails, 1 a check fails.\n\nExample:\n  riskset lint colon.pdf"
)]
pub struct LintArgs {
    /// A figure that riskset wrote: .svg, .pdf or .png
    pub figure: PathBuf,
    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset verify`
#[derive(Debug, Args)]
#[command(
    after_help = "What counts as a claim, and how it is led back to a number: docs/guide/manuscript.md.\n\n\
                  Exit status: 0 every claim agrees, 1 a claim differs or has no source.\n\nExample:\n  \
                  riskset verify manuscript.docx --results report/results.json --html checked.html"
)]
pub struct VerifyArgs {
    /// The draft: .docx, .md, .tex or .txt
    pub draft: PathBuf,
    /// The results.json that a study wrote
    #[arg(long, value_name = "FILE")]
    pub results: PathBuf,
    /// Write the draft with its claims marked to this page
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset checklist`
#[derive(Debug, Args)]
#[command(
    after_help = "Each item of the guideline, in our words, with the place of the manuscript that answers it, or as a question to the authors. A study writes those that fit it into checklists/.\n\n\
                  Example:\n  riskset checklist strobe report -o strobe.docx"
)]
pub struct ChecklistArgs {
    /// Which guideline
    #[arg(value_parser = PossibleValuesParser::new(checklist_names()), value_name = "GUIDELINE")]
    pub name: String,
    /// A study file, the folder of its report, or the results.json in it
    pub study: PathBuf,
    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset diff`
#[derive(Debug, Args)]
#[command(after_help = "Exit status: 0 nothing changed, 1 something changed.\n\nExample:\n  \
                  riskset diff report-march report-june --html changes.html")]
pub struct DiffArgs {
    /// The folder of the earlier report
    pub old: PathBuf,
    /// The folder of the later report
    pub new: PathBuf,
    /// Write the changes to this page
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}
