//! Options of `share` and `pool`.

use super::{OutputArgs, ReadingArgs};
use clap::Args;
use std::path::PathBuf;

/// `riskset share`
#[derive(Debug, Args)]
#[command(
    after_help = "What leaves is sums: counts of events and censorings on the plan's grid, and for a Cox model the\n\
                  likelihood with its derivatives. What would tell of few patients is refused.\n\n\
                  Examples:\n  riskset share plan.toml --check\n  \
                  riskset share plan.toml patients.csv --site Leeds --output leeds-1.json --log audit.txt\n  \
                  riskset share plan.toml patients.csv --site Leeds --round round-2.json --output leeds-2.json"
)]
pub struct ShareArgs {
    /// The plan that all places agreed on (TOML)
    pub plan: PathBuf,
    /// This place's rows: a file, `-` or a bundled set
    #[arg(required_unless_present = "check")]
    pub data: Option<String>,
    /// The name of this place, the same in every round
    #[arg(long, value_name = "NAME", required_unless_present = "check")]
    pub site: Option<String>,
    /// The coordinator's request for a further round
    #[arg(long, value_name = "FILE")]
    pub round: Option<PathBuf>,
    /// Read the plan and say what it asks, without data
    #[arg(long, conflicts_with_all = ["data", "site", "round", "log", "output"])]
    pub check: bool,
    /// Add to this file, in words, what was sent
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Write the answer to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Reading the data.
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// `riskset pool`
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  riskset pool plan.toml leeds-1.json utrecht-1.json osaka-1.json --next round-2.json --figures .\n  \
                  riskset pool plan.toml leeds-2.json utrecht-2.json osaka-2.json --round round-2.json --next round-3.json"
)]
pub struct PoolArgs {
    /// The plan that all places agreed on (TOML)
    pub plan: PathBuf,
    /// The answers of the places to one round
    #[arg(required = true)]
    pub answers: Vec<PathBuf>,
    /// The request that they answer; left out in the first round
    #[arg(long, value_name = "FILE")]
    pub round: Option<PathBuf>,
    /// Write the request for the next round to this file, where a regression needs one
    #[arg(long, value_name = "FILE")]
    pub next: Option<PathBuf>,
    /// Draw the plan's figures into this folder, each as NAME.svg and NAME.pdf
    #[arg(long, value_name = "FOLDER")]
    pub figures: Option<PathBuf>,
    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}
