//! Options of adjusted comparisons.

use super::{DataArgs, OutputArgs, choice, fraction, number, positive};
use clap::Args;
use riskset::{BandKind, ConfType, MeanMethod, Population};
use riskset_analysis::{AdjustFor, AdjustMethod};

/// `riskset adjust`
#[derive(Debug, Args)]
#[command(
    after_help = "The crude comparison stands beside the adjusted one; rows that miss a covariate are left out of both.\n\n\
                  Examples:\n  riskset adjust @lung \"Surv(time, status == 2) ~ sex\" --adjust \"age + ph.ecog\" --times 365\n\n  \
                  riskset adjust @lung \"Surv(time, status == 2) ~ sex\" --adjust \"age + ph.ecog\" \\\n      --method standardise --times 365 --rmst 365"
)]
pub struct AdjustArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// The covariates to adjust for, such as "age + cea"
    #[arg(long, visible_alias = "covariates", value_name = "TERMS")]
    pub adjust: String,

    /// How.
    #[command(flatten)]
    pub adjust_for: HowArgs,

    /// Scale on which the interval of S(t) is symmetric
    #[arg(long, value_parser = choice::<ConfType>(), value_name = "TYPE", default_value = "log")]
    pub conf_type: ConfType,

    /// Compare survival at these times, in the unit of the data
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number)]
    pub times: Vec<f64>,

    /// Horizon of the restricted means [default: the shorter follow-up of the two groups]
    #[arg(long, value_name = "TAU", value_parser = positive)]
    pub rmst: Option<f64>,

    /// A band that holds each adjusted curve as a whole
    #[arg(long, value_parser = choice::<BandKind>(), value_name = "BAND")]
    pub band: Option<BandKind>,

    /// The difference of restricted means by regression on group and covariates as well
    #[arg(long, value_parser = choice::<MeanMethod>(), value_name = "METHOD")]
    pub mean_regression: Option<MeanMethod>,

    /// Draws.
    #[command(flatten)]
    pub draws: DrawsArgs,

    /// How the weights come about as well, a patient a row, and why
    #[arg(long)]
    pub explain: bool,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Patients drawn anew.
#[derive(Clone, Copy, Debug, Args)]
pub struct DrawsArgs {
    /// Limits from so many draws of patients, propensities or model fitted anew in each
    #[arg(long, value_name = "N")]
    pub bootstrap: Option<usize>,

    /// The seed of the draws
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,
}

impl DrawsArgs {
    /// The part of a request.
    pub fn of(self, adjust_for: AdjustFor) -> AdjustFor {
        AdjustFor { bootstrap: self.bootstrap, seed: self.seed, ..adjust_for }
    }
}

/// How groups are made comparable.
#[derive(Clone, Debug, Args)]
pub struct HowArgs {
    /// How groups are made comparable
    #[arg(long, value_parser = choice::<AdjustMethod>(), value_name = "METHOD", default_value = "iptw")]
    pub method: AdjustMethod,

    /// Whom the weighted groups look like
    #[arg(long, value_parser = choice::<Population>(), value_name = "TARGET", default_value = "ate")]
    pub target: Population,

    /// Multiply the weights by the share of the own group, so that they are 1 on average
    #[arg(long)]
    pub stabilised: bool,

    /// Cut weights at this quantile and at 1 less it, such as 0.01
    #[arg(long, value_name = "TAIL", value_parser = fraction)]
    pub truncate: Option<f64>,
}

impl HowArgs {
    /// The part of a request.
    pub fn request(&self, adjust: &str) -> AdjustFor {
        AdjustFor {
            adjust: adjust.to_owned(),
            method: self.method,
            target: self.target,
            stabilised: self.stabilised,
            truncate: self.truncate,
            ..AdjustFor::default()
        }
    }
}
