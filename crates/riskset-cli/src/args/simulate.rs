//! Options of `simulate`.

use super::OutputArgs;
use clap::Args;
use std::path::PathBuf;

/// `riskset simulate`
#[derive(Debug, Args)]
#[command(
    after_help = "The file declares the model; docs/guide/simulate.md has every key. The table goes to --output FILE.csv,\n\
                  the truth beside it to --truth; with --repeat an analysis is asked of many tables.\n\n\
                  Examples:\n  riskset simulate model.toml --output patients.csv --truth truth.json\n  \
                  riskset simulate model.toml --repeat 1000 --ask request.json"
)]
pub struct SimulateArgs {
    /// The file that declares the model (TOML)
    pub model: PathBuf,
    /// Patients, in place of those that the file says
    #[arg(long, value_name = "N")]
    pub n: Option<usize>,
    /// The seed, in place of the file's; of the first table, where there are several
    #[arg(long, value_name = "SEED")]
    pub seed: Option<u64>,
    /// Ask the request of this many tables, and report bias, coverage and power
    #[arg(long, value_name = "N", requires = "ask", value_parser = clap::value_parser!(u32).range(1..))]
    pub repeat: Option<u32>,
    /// The file with the request that is asked of each table (as --print-request writes it)
    #[arg(long, value_name = "FILE", requires = "repeat")]
    pub ask: Option<PathBuf>,
    /// Write the truth to this file (JSON)
    #[arg(long, value_name = "FILE")]
    pub truth: Option<PathBuf>,
    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}
