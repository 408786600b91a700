//! Options of what reads a figure again: `extract` and `lint`.

use super::OutputArgs;
use clap::{Args, ValueEnum};
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
