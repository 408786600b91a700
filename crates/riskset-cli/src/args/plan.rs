//! Options of `power` and `meta`.

use super::{OutputArgs, choice, fraction, not_negative, positive};
use clap::{Args, Subcommand};
use riskset::{EventFormula, MetaModel};

/// `riskset power`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  riskset power npv --p0 0.85 --p1 0.95 --alpha 0.05 --power 0.90 --icc 0.2 --cluster-size 2"
)]
pub struct PowerArgs {
    /// For what.
    #[command(subcommand)]
    pub command: PowerCommand,
}

/// What is planned.
#[derive(Debug, Subcommand)]
pub enum PowerCommand {
    /// One proportion against a threshold, clustered observations
    Npv(PowerNpvArgs),
    /// Two survival curves
    Logrank(PowerLogrankArgs),
}

/// `riskset power npv`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  riskset power npv --p0 0.85 --p1 0.95 --alpha 0.05 --power 0.90 --icc 0.2 --cluster-size 2 \\\n      --evaluable 0.8 --carriers 0.15 --loss 0.04"
)]
pub struct PowerNpvArgs {
    /// The threshold that the proportion has to exceed
    #[arg(long, value_parser = fraction)]
    pub p0: f64,
    /// The proportion expected
    #[arg(long, value_parser = fraction)]
    pub p1: f64,
    /// One-sided error of the first kind
    #[arg(long, default_value_t = 0.05, value_parser = fraction)]
    pub alpha: f64,
    /// Power
    #[arg(long, default_value_t = 0.9, value_parser = fraction)]
    pub power: f64,
    /// Intracluster correlation
    #[arg(long, default_value_t = 0.0, value_parser = not_negative)]
    pub icc: f64,
    /// Observations in each cluster
    #[arg(long, default_value_t = 1.0, value_parser = positive)]
    pub cluster_size: f64,
    /// Share of the observations that can be evaluated
    #[arg(long, value_parser = share)]
    pub evaluable: Option<f64>,
    /// Share of the patients who carry any observation
    #[arg(long, value_parser = share)]
    pub carriers: Option<f64>,
    /// Share of the patients lost
    #[arg(long, value_parser = fraction)]
    pub loss: Option<f64>,
    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

fn share(text: &str) -> Result<f64, String> {
    match positive(text)? {
        value if value <= 1.0 => Ok(value),
        value => Err(format!("{value} is more than 1; write 0.8 for 80%")),
    }
}

/// `riskset power logrank`
#[derive(Debug, Args)]
#[command(
    after_help = "Give two of --hazard-ratio, --power and the size (--events or --n); the third is computed.\n\n\
                  Examples:\n  riskset power logrank --hazard-ratio 0.67 --power 0.8 --median 12 --accrual 24 --follow-up 12\n  \
                  riskset power logrank --n 45 --events 37 --allocation 23:22 --power 0.8"
)]
pub struct PowerLogrankArgs {
    /// Hazard ratio, experimental against control
    #[arg(long, value_parser = positive)]
    pub hazard_ratio: Option<f64>,
    /// Power
    #[arg(long, value_parser = fraction)]
    pub power: Option<f64>,
    /// Error of the first kind
    #[arg(long, default_value_t = 0.05, value_parser = fraction)]
    pub alpha: f64,
    /// One-sided test
    #[arg(long)]
    pub one_sided: bool,
    /// Number of events
    #[arg(long, value_parser = positive)]
    pub events: Option<f64>,
    /// Number of patients
    #[arg(long, value_parser = positive)]
    pub n: Option<f64>,
    /// Patients in control : experimental, such as 1:1 or 23:22
    #[arg(long, value_name = "A:B", default_value = "1:1", value_parser = allocation)]
    pub allocation: (f64, f64),
    /// Non-inferiority margin for the hazard ratio
    #[arg(long, value_name = "HR", value_parser = positive)]
    pub margin: Option<f64>,
    /// Median survival of the control group (exponential)
    #[arg(long, value_parser = positive)]
    pub median: Option<f64>,
    /// Length of accrual, in the unit of --median
    #[arg(long, value_parser = not_negative)]
    pub accrual: Option<f64>,
    /// Follow-up after the last patient, in the unit of --median
    #[arg(long, value_parser = not_negative)]
    pub follow_up: Option<f64>,
    /// Share of patients lost per unit of time (exponential)
    #[arg(long, value_parser = not_negative)]
    pub loss_rate: Option<f64>,
    /// The formula
    #[arg(long, value_parser = choice::<EventFormula>(), default_value = "schoenfeld")]
    pub method: EventFormula,
    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

fn allocation(text: &str) -> Result<(f64, f64), String> {
    let (a, b) = text.split_once(':').ok_or_else(|| format!("`{text}` is not of the form 1:2"))?;
    Ok((positive(a)?, positive(b)?))
}

/// `riskset meta`
#[derive(Debug, Args)]
pub struct MetaArgs {
    /// Of what.
    #[command(subcommand)]
    pub command: MetaCommand,
}

/// What is pooled.
#[derive(Debug, Subcommand)]
pub enum MetaCommand {
    /// Proportions: events among n, one row per study
    Proportion(Box<MetaProportionArgs>),
    /// Hazard ratios, from whatever is published of them, one row per study (or per time of its curves)
    Hr(Box<MetaHrArgs>),
}

/// `riskset meta hr`
#[derive(Debug, Args)]
#[command(
    after_help = "A study gives a hazard ratio with limits or a standard error, or O - E and V, or medians and events;\n\
                  the columns named are tried in this order, row by row. Published curves are read at the times whose\n\
                  numbers at risk are printed, 0 among them: one row each with --time, --survival, --at-risk.\n\n\
                  Example:\n  riskset meta hr trials.csv --study trial --hr hr --lower lower --upper upper --forest trials.pdf"
)]
pub struct MetaHrArgs {
    /// A file (.csv, .tsv, .xlsx), `-` for CSV on standard input, or a bundled set
    pub data: String,
    /// Column that names the study
    #[arg(long, value_name = "COLUMN")]
    pub study: String,
    /// Column with the hazard ratio
    #[arg(long, value_name = "COLUMN")]
    pub hr: Option<String>,
    /// Column with its lower limit
    #[arg(long, value_name = "COLUMN")]
    pub lower: Option<String>,
    /// Column with its upper limit
    #[arg(long, value_name = "COLUMN")]
    pub upper: Option<String>,
    /// Level of the published limits, as a fraction
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95, value_parser = fraction)]
    pub published_level: f64,
    /// Column with the standard error of the log hazard ratio
    #[arg(long, value_name = "COLUMN")]
    pub std_error: Option<String>,
    /// Column with observed less expected events of the arm of interest
    #[arg(long, value_name = "COLUMN")]
    pub o_minus_e: Option<String>,
    /// Column with the variance of --o-minus-e
    #[arg(long, value_name = "COLUMN")]
    pub variance: Option<String>,
    /// Columns with the medians: arm of interest, control
    #[arg(long, value_name = "COLUMN,COLUMN", value_delimiter = ',')]
    pub medians: Vec<String>,
    /// Columns with the events: arm of interest, control
    #[arg(long, value_name = "COLUMN,COLUMN", value_delimiter = ',')]
    pub events: Vec<String>,
    /// Column with the times at which published curves were read, one row each, 0 among them
    #[arg(long, value_name = "COLUMN")]
    pub time: Option<String>,
    /// Columns with survival at --time, as fractions: arm of interest, control
    #[arg(long, value_name = "COLUMN,COLUMN", value_delimiter = ',')]
    pub survival: Vec<String>,
    /// Columns with the numbers at risk printed under the curves: arm of interest, control
    #[arg(long, value_name = "COLUMN,COLUMN", value_delimiter = ',')]
    pub at_risk: Vec<String>,
    /// Analyse only the rows where this holds
    #[arg(long, value_name = "EXPR")]
    pub subset: Option<String>,
    /// Level of the confidence intervals, as a fraction
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95, value_parser = fraction)]
    pub conf_level: f64,
    /// Write a forest plot to this file (.svg, .pdf, .png, .tiff)
    #[arg(long, value_name = "FILE")]
    pub forest: Option<std::path::PathBuf>,
    /// Reading the data.
    #[command(flatten)]
    pub reading: super::ReadingArgs,
    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset meta proportion`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  riskset meta proportion @dlm_literature --events events --n n --study study \\\n      --subset 'outcome == \"viable\" & management == \"any\" & lesions == \"DLM\"' \\\n      --forest studies.pdf"
)]
pub struct MetaProportionArgs {
    /// A file (.csv, .tsv, .xlsx), `-` for CSV on standard input, or a bundled set
    pub data: String,
    /// Column with the number of events
    #[arg(long, value_name = "COLUMN")]
    pub events: String,
    /// Column with the number of observations
    #[arg(long, value_name = "COLUMN")]
    pub n: String,
    /// Column that names the study
    #[arg(long, value_name = "COLUMN")]
    pub study: String,
    /// Analyse only the rows where this holds
    #[arg(long, value_name = "EXPR")]
    pub subset: Option<String>,
    /// Level of the confidence intervals, as a fraction
    #[arg(long, value_name = "LEVEL", default_value_t = 0.95, value_parser = fraction)]
    pub conf_level: f64,
    /// How the proportions are pooled
    #[arg(long, value_parser = choice::<MetaModel>(), default_value = "reml")]
    pub method: MetaModel,
    /// Write a forest plot to this file (.svg, .pdf, .png, .tiff)
    #[arg(long, value_name = "FILE")]
    pub forest: Option<std::path::PathBuf>,
    /// Reading the data.
    #[command(flatten)]
    pub reading: super::ReadingArgs,
    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}
