//! Options of `predict`.

use super::{OutputArgs, ReadingArgs, number, positive};
use clap::Args;
use std::path::PathBuf;

/// `riskset predict`
#[derive(Debug, Args)]
#[command(
    after_help = "The model is a file that --save-model of `riskset cox`, `fine-gray` or `performance` wrote. Its data are not needed.\n\n\
                  Example:\n  riskset cox @lung \"Surv(time, status == 2) ~ age + sex\" --save-model model.json\n  \
                  riskset predict model.json @lung --times 365 --tau 365"
)]
pub struct PredictArgs {
    /// The file of the model
    pub model: PathBuf,

    /// The new rows: a file (.csv, .tsv, .xlsx), `-` for CSV on standard input, or a bundled set
    pub data: String,

    /// Survival at these times [default: the whole curve]
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number)]
    pub times: Vec<f64>,

    /// Restricted means up to this time
    #[arg(long, value_name = "TAU", value_parser = positive)]
    pub tau: Option<f64>,

    /// Cut-offs of groups, increasing: risks by --at, such as 0.2,0.5, or linear predictors without it
    #[arg(long, value_name = "CUT,...", value_delimiter = ',', value_parser = number, allow_negative_numbers = true)]
    pub groups: Vec<f64>,

    /// The time by which the risk of --groups is predicted
    #[arg(long, value_name = "T", value_parser = positive)]
    pub at: Option<f64>,

    /// Reading the data.
    #[command(flatten)]
    pub reading: ReadingArgs,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}
