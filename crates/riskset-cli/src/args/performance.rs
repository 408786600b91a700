//! Options of `performance` and of its figures.

use super::figure::FigureArgs;
use super::{DataArgs, LevelArgs, OutputArgs, choice, fraction, number, positive};
use clap::Args;
use riskset::Ties;
use riskset_analysis::figure::PerformanceFigure;
use riskset_analysis::{IncidenceModel, PerformanceRequest, RowsRequest};
use std::path::PathBuf;

/// `riskset performance`
#[derive(Debug, Args)]
#[command(
    after_help = "Judged on the rows that made it a model looks better than it is: ask for --bootstrap, --folds or --validate.\n\n\
                  Examples:\n  riskset performance @rotterdam \"Surv(rtime, recur) ~ age + nodes\" --times 1000,1800 \\\n      --validate @gbsg --validate-response \"Surv(rfstime, status)\"\n  \
                  riskset performance @lung \"Surv(time, status == 2) ~ age + sex + ph.ecog\" --times 365 \\\n      --against \"age + sex\" --bootstrap 20\n  \
                  riskset performance @mgus2 \"Surv(etime, event) ~ age + mspike\" --cause pcm --censor censor \\\n      --times 120"
)]
pub struct PerformanceArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// The models and where they are judged.
    #[command(flatten)]
    pub judging: JudgingArgs,

    /// Limits of ICI and E90 from this many samples of the rows judged
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub resample: usize,

    /// Correct for optimism by this many bootstrap samples
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub bootstrap: usize,

    /// Cross-validate in this many folds
    #[arg(long, value_name = "K", default_value_t = 0)]
    pub folds: usize,

    /// Net reclassification against --against between the categories of risk with these cut-offs
    #[arg(long, value_name = "P,...", value_delimiter = ',', value_parser = fraction, requires = "against")]
    pub reclassify: Vec<f64>,

    /// Where the random numbers of --bootstrap, --folds and --resample start
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub seed: u64,

    /// Net benefit of treating whose risk by the first time is at least this
    #[arg(long, value_name = "P,...", value_delimiter = ',', value_parser = fraction)]
    pub thresholds: Vec<f64>,

    /// Write the model, with how it was judged, to this file, for `riskset predict`
    #[arg(long, value_name = "FILE.json")]
    pub save_model: Option<PathBuf>,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The models and where they are judged.
#[derive(Clone, Debug, Args)]
pub struct JudgingArgs {
    /// Times of the predicted risks, in the unit of the data
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number, required = true)]
    pub times: Vec<f64>,

    /// Uno's C counts pairs whose first event is before TAU [default: the last of --times]
    #[arg(long, value_name = "TAU", value_parser = positive)]
    pub tau: Option<f64>,

    /// Groups of predicted risk for calibration
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub groups: usize,

    /// The terms of another model of the same rows, such as "age + sex"
    #[arg(long, value_name = "TERMS")]
    pub against: Option<String>,

    /// Judge on the rows of this table instead of those that made the model
    #[arg(long, value_name = "DATA")]
    pub validate: Option<String>,

    /// The response of --validate where its columns have other names
    #[arg(long, value_name = "RESPONSE", requires = "validate")]
    pub validate_response: Option<String>,

    /// How tied event times are handled
    #[arg(long, value_parser = choice::<Ties>(), value_name = "TIES", default_value = "efron")]
    pub ties: Ties,

    /// With competing risks: the value of the event column whose incidence is predicted
    #[arg(long, value_name = "VALUE", requires = "censor")]
    pub cause: Option<String>,

    /// With competing risks: the value of the event column that means censored
    #[arg(long, value_name = "VALUE", requires = "cause")]
    pub censor: Option<String>,

    /// With competing risks: the model of the incidence [default: fine-gray]
    #[arg(long, value_parser = choice::<IncidenceModel>(), value_name = "MODEL", requires = "cause")]
    pub incidence_model: Option<IncidenceModel>,
}

impl JudgingArgs {
    /// The request with these models, without resampling.
    pub fn request(&self, rows: RowsRequest, conf_level: f64) -> PerformanceRequest {
        PerformanceRequest {
            rows,
            cause: self.cause.clone(),
            censor: self.censor.clone(),
            incidence_model: self.incidence_model,
            conf_level,
            ties: self.ties,
            times: self.times.clone(),
            tau: self.tau,
            groups: self.groups,
            against: self.against.clone(),
            validate: self.validate.clone(),
            validate_response: self.validate_response.clone(),
            ..PerformanceRequest::default()
        }
    }
}

/// `riskset plot performance`
#[derive(Debug, Args)]
pub struct PlotPerformanceArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,
    /// Level of the intervals.
    #[command(flatten)]
    pub level: LevelArgs,
    /// The models and where they are judged.
    #[command(flatten)]
    pub judging: JudgingArgs,
    /// What is drawn
    #[arg(long, value_parser = choice::<PerformanceFigure>(), value_name = "KIND", default_value = "calibration")]
    pub kind: PerformanceFigure,
    /// The unit of time, such as days
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,
    /// What the model and the one beside it are called in the legend [default: their terms]
    #[arg(long, value_names = ["MODEL", "AGAINST"], num_args = 2)]
    pub model_names: Vec<String>,
    /// Height in millimetres
    #[arg(long, value_name = "LENGTH", value_parser = super::figure::length)]
    pub height: Option<f64>,
}
