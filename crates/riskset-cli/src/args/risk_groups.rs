//! Options of `risk-groups` and of its figure.

use super::figure::{FigureArgs, LookArgs, MarkArgs, TimeArgs};
use super::{DataArgs, LevelArgs, OutputArgs, choice, number, positive};
use clap::Args;
use riskset::{ConfType, FlatRule, Ties};
use riskset_analysis::figure::Annotate;
use riskset_analysis::{IncidenceModel, RiskGroupsRequest, RowsRequest};

/// `riskset risk-groups`
#[derive(Debug, Args)]
#[command(
    after_help = "A cut-off that was found in the same patients is the business of `riskset cutpoint`.\n\n\
                  Example:\n  riskset risk-groups @rotterdam \"Surv(rtime, recur) ~ age + nodes\" --groups 0.3,0.5 --at 1800 \\\n      --validate @gbsg --validate-response \"Surv(rfstime, status)\"\n  \
                  riskset risk-groups @mgus2 \"Surv(etime, event) ~ age + mspike\" --cause pcm --censor censor \\\n      --groups 0.05,0.1 --at 120"
)]
pub struct RiskGroupsArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// The groups.
    #[command(flatten)]
    pub groups: GroupingArgs,

    /// Survival or incidence, seen and predicted, at these times [default: --at]
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number)]
    pub times: Vec<f64>,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The model and the cut-offs.
#[derive(Clone, Debug, Args)]
pub struct GroupingArgs {
    /// Cut-offs, increasing: risks by --at, such as 0.2,0.5, or linear predictors without it
    #[arg(long, value_name = "CUT,...", value_delimiter = ',', value_parser = number, required = true, allow_negative_numbers = true)]
    pub groups: Vec<f64>,

    /// The time by which the risk is predicted
    #[arg(long, value_name = "T", value_parser = positive)]
    pub at: Option<f64>,

    /// Group the rows of this table instead of those that made the model
    #[arg(long, value_name = "DATA")]
    pub validate: Option<String>,

    /// The response of --validate where its columns have other names
    #[arg(long, value_name = "RESPONSE", requires = "validate")]
    pub validate_response: Option<String>,

    /// How tied event times are handled
    #[arg(long, value_parser = choice::<Ties>(), value_name = "TIES", default_value = "efron")]
    pub ties: Ties,

    /// Scale on which the intervals of survival are symmetric
    #[arg(long, value_parser = choice::<ConfType>(), value_name = "TYPE", default_value = "log")]
    pub conf_type: ConfType,

    /// Which time is a quantile where a curve is flat at its level
    #[arg(long, value_parser = choice::<FlatRule>(), value_name = "RULE", default_value = "middle")]
    pub flat: FlatRule,

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

impl GroupingArgs {
    /// The request with these groups.
    pub fn request(&self, rows: RowsRequest, conf_level: f64) -> RiskGroupsRequest {
        RiskGroupsRequest {
            rows,
            cause: self.cause.clone(),
            censor: self.censor.clone(),
            incidence_model: self.incidence_model,
            conf_level,
            conf_type: self.conf_type,
            flat: self.flat,
            ties: self.ties,
            groups: self.groups.clone(),
            at: self.at,
            times: Vec::new(),
            validate: self.validate.clone(),
            validate_response: self.validate_response.clone(),
        }
    }
}

/// `riskset plot risk-groups`
#[derive(Debug, Args)]
pub struct PlotRiskGroupsArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,
    /// Level of the intervals.
    #[command(flatten)]
    pub level: LevelArgs,
    /// The groups.
    #[command(flatten)]
    pub groups: GroupingArgs,
    /// The time axis.
    #[command(flatten)]
    pub time: TimeArgs,
    /// The look of the curves.
    #[command(flatten)]
    pub look: LookArgs,
    /// Bands and marks.
    #[command(flatten)]
    pub marks: MarkArgs,
    /// Lines written in the plot
    #[arg(long, value_parser = choice::<Annotate>(), value_name = "WHAT,...", value_delimiter = ',')]
    pub annotate: Vec<Annotate>,
}
