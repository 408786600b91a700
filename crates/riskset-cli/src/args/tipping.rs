//! Options of tipping points.

use super::figure::{FigureArgs, RenameArgs, length};
use super::{DataArgs, LevelArgs, OutputArgs, not_negative};
use clap::Args;
use riskset_analysis::{RowsRequest, TippingRequest};

/// `riskset tipping`
#[derive(Debug, Args)]
#[command(
    after_help = "Who was lost is named by a comparison; those still followed at the end of the study were not.\n\n\
                  Example:\n  riskset tipping @lung \"Surv(time, status == 2) ~ sex\" --lost \"time < 365\" --imputations 20"
)]
pub struct TippingArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// Who was lost, and how they are imputed.
    #[command(flatten)]
    pub lost: LostArgs,

    /// The hazard of those lost over that of those followed, at which the ratio is given [default: 0.25,0.5,1,2,4]
    #[arg(long, value_name = "D,...", value_delimiter = ',', value_parser = not_negative)]
    pub deltas: Vec<f64>,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Who was lost, and how they are imputed.
#[derive(Clone, Debug, Args)]
pub struct LostArgs {
    /// Who of the censored was lost, such as "reason == 'lost'" [default: all of them]
    #[arg(long, value_name = "EXPR")]
    pub lost: Option<String>,

    /// Imputations of the times of those lost
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub imputations: usize,

    /// The seed of the imputations
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,
}

impl LostArgs {
    /// The part of a request.
    pub fn request(&self, rows: RowsRequest, conf_level: f64) -> TippingRequest {
        TippingRequest {
            rows,
            conf_level,
            lost: self.lost.clone(),
            imputations: self.imputations,
            seed: self.seed,
            ..TippingRequest::default()
        }
    }
}

/// `riskset plot tipping`
#[derive(Debug, Args)]
pub struct PlotTippingArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,

    /// Level of the bands.
    #[command(flatten)]
    pub level: LevelArgs,

    /// Who was lost, and how they are imputed.
    #[command(flatten)]
    pub lost: LostArgs,

    /// Height, such as 60mm
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub height: Option<f64>,

    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
}
