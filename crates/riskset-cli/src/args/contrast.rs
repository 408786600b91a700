//! Options of comparisons beyond the simple one: searched cut-points.

use super::figure::{FigureArgs, RenameArgs, length};
use super::{DataArgs, OutputArgs, fraction};
use clap::Args;
use riskset_analysis::{CutpointRequest, RowsRequest};

/// `riskset cutpoint`
#[derive(Debug, Args)]
#[command(
    after_help = "A cut that was searched fits these patients better than any others: the P value is corrected for the search, and the effect is cross-validated.\n\n\
                  Example:\n  riskset cutpoint @lung \"Surv(time, status == 2) ~ age\""
)]
pub struct CutpointArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// The search.
    #[command(flatten)]
    pub search: SearchArgs,

    /// The parts into which the patients are divided to validate the effect; 0 for none
    #[arg(long, value_name = "K", default_value_t = 10)]
    pub folds: usize,

    /// Divisions of the patients, over which the validation takes means
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub repeats: usize,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset plot cutpoint`
#[derive(Debug, Args)]
pub struct PlotCutpointArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,

    /// The search.
    #[command(flatten)]
    pub search: SearchArgs,

    /// Height, such as 60mm
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub height: Option<f64>,

    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
}

/// The search for a cut-point.
#[derive(Clone, Debug, Args)]
pub struct SearchArgs {
    /// The share of patients at or below the lowest cut that is tried
    #[arg(long, value_name = "SHARE", value_parser = fraction, default_value_t = 0.1)]
    pub lowest: f64,

    /// The share of patients at or below the highest cut that is tried
    #[arg(long, value_name = "SHARE", value_parser = fraction, default_value_t = 0.9)]
    pub highest: f64,

    /// Permutations for the corrected P value; 0 for none
    #[arg(long, value_name = "N", default_value_t = 9999)]
    pub permutations: usize,

    /// The seed of permutations and divisions
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,
}

impl SearchArgs {
    /// The part of a request.
    pub fn request(&self, rows: RowsRequest, conf_level: f64) -> CutpointRequest {
        CutpointRequest {
            rows,
            conf_level,
            lowest: self.lowest,
            highest: self.highest,
            permutations: self.permutations,
            seed: self.seed,
            ..CutpointRequest::default()
        }
    }
}
