//! Options of an elastic net.

use super::figure::{FigureArgs, RenameArgs, length};
use super::{OutputArgs, RowsArgs, choice, fraction, positive};
use clap::Args;
use riskset::Ties;
use riskset_analysis::{ElasticNetRequest, RowsRequest};

/// `riskset elastic-net`
#[derive(Debug, Args)]
#[command(
    after_help = "Which of many columns predict: the coefficients are drawn towards 0, and lambda is chosen in patients who did not help.\n\n\
                  Example:\n  riskset elastic-net @pbc \"Surv(time, status == 2) ~ age + sex + edema + bili + albumin + protime\" \\\n      --folds 5"
)]
pub struct ElasticNetArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub rows: RowsArgs,

    /// The net.
    #[command(flatten)]
    pub net: NetArgs,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset plot elastic-net`
#[derive(Debug, Args)]
pub struct PlotElasticNetArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,

    /// The net.
    #[command(flatten)]
    pub net: NetArgs,

    /// Height, such as 60mm
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub height: Option<f64>,

    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
}

/// What is held back, and how lambda is chosen.
#[derive(Clone, Debug, Args)]
pub struct NetArgs {
    /// The mixture: 1 for the lasso, 0 for ridge regression
    #[arg(long, value_name = "SHARE", value_parser = share, default_value_t = 1.0)]
    pub alpha: f64,

    /// The lambdas, greatest first [default: made]
    #[arg(long, value_name = "L,...", value_delimiter = ',', value_parser = positive)]
    pub lambdas: Vec<f64>,

    /// How many lambdas are made
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub n_lambdas: usize,

    /// The last lambda as a part of the first [default: 0.0001, or 0.01 with fewer rows than columns]
    #[arg(long, value_name = "SHARE", value_parser = fraction)]
    pub least: Option<f64>,

    /// Take the columns as they are, and not per standard deviation
    #[arg(long)]
    pub no_standardise: bool,

    /// How tied event times are handled
    #[arg(long, value_parser = choice::<Ties>(), value_name = "TIES", default_value = "breslow")]
    pub ties: Ties,

    /// The parts into which the patients are divided to choose lambda; 0 for none
    #[arg(long, value_name = "K", default_value_t = 10)]
    pub folds: usize,

    /// The seed of the division
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,
}

impl NetArgs {
    /// The request of these rows.
    pub fn request(&self, rows: RowsRequest) -> ElasticNetRequest {
        ElasticNetRequest {
            rows,
            alpha: self.alpha,
            lambdas: self.lambdas.clone(),
            n_lambdas: self.n_lambdas,
            least: self.least,
            standardise: !self.no_standardise,
            ties: self.ties,
            folds: self.folds,
            seed: self.seed,
        }
    }
}

/// 0 to 1, both included.
fn share(text: &str) -> Result<f64, String> {
    match super::number(text)? {
        value if (0.0..=1.0).contains(&value) => Ok(value),
        value => Err(format!("{value} is not between 0 and 1")),
    }
}
