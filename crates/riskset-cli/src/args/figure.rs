//! Options of `plot`, `extract` and `lint`.

use super::rename::Rename;
use super::{DataArgs, choice, number, positive};
use clap::{Args, ValueEnum};
use riskset::{ConfType, ProportionInterval, ProportionVariance, ZphTransform};
use std::path::PathBuf;

/// The kinds of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlotKind {
    /// Kaplan-Meier curves by group
    Km,
    /// Cumulative incidence with competing causes
    Cif,
    /// Hazard ratios of a Cox model on a log axis
    Forest,
    /// Cumulative hazard by group
    Cumhaz,
    /// log(-log S(t)) against log time, by group
    Loglog,
    /// Scaled Schoenfeld residuals of each term, with smooth and band
    Schoenfeld,
    /// Martingale or deviance residuals or dfbeta of a Cox model
    Residuals,
    /// Potential follow-up (reverse Kaplan-Meier) by group
    FollowUp,
    /// Kaplan-Meier curves of two groups with their difference below
    Difference,
    /// Treatment effect (Cox) by subgroup, with the P value of the interaction
    Subgroups,
    /// Proportions of clustered observations, against a threshold
    Npv,
    /// A bar for each patient, with the event; rows of one patient by cluster() in the formula
    Swimmer,
    /// The flow of the patients (CONSORT); DATA is a TOML file of counts, and there is no FORMULA
    Flow,
}

/// The counts under the curves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RiskTableArg {
    /// None
    None,
    /// At risk just before the time of the tick
    AtRisk,
    /// At risk, and in brackets the number censored before
    Censored,
    /// At risk, events before, censored before (KMunicate): they add up to n
    Kmunicate,
}

/// Where groups are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LegendArg {
    /// At the curves' ends where they fit, otherwise in a legend
    Auto,
    /// At the curves' ends
    Direct,
    /// In a legend inside the plot
    Inside,
    /// In a legend above the plot
    Top,
    /// Nowhere but in the table of counts
    None,
}

/// Lines written in the plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AnnotateArg {
    /// The log-rank P value
    Logrank,
    /// The Cox hazard ratio with its interval, against the first group
    Hr,
    /// The medians with their intervals
    Median,
}

/// What happens where few remain at risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TailArg {
    /// Drawn lighter where fewer than 10, or 10% of the group, are at risk
    Lighter,
    /// Not drawn there
    Cut,
    /// Drawn like the rest
    Full,
}

/// Whether panels share their axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AxesArg {
    /// The same range and ticks in every panel, to be compared
    Shared,
    /// Each panel as its own data need
    Free,
}

/// Which residuals are plotted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ResidualPlotArg {
    Martingale,
    Deviance,
    Dfbeta,
}

/// `riskset plot`
#[derive(Debug, Args)]
#[command(
    after_help = "Counts under a tick are taken just before its time: whoever fails or is censored at t is still at risk at t.\n\n\
                  An option that a kind of figure cannot honour is refused.\n\n\
                  Examples:\n  riskset plot km @colon \"Surv(time, status) ~ rx\" --subset \"etype == 2\" \\\n      --unit years --per 365.25 --output colon.pdf\n\n  \
                  riskset plot km @colon \"Surv(time, status) ~ rx\" --panel \"Recurrence: etype == 1\" \\\n      --panel \"Death: etype == 2\" --unit years --per 365.25 --output panels.pdf\n\n  \
                  riskset plot subgroups @colon \"Surv(time, status) ~ rx\" --by sex,node4 \\\n      --subset 'etype == 2 & rx != \"Lev\"' --output subgroups.pdf\n\n  \
                  riskset plot npv @dream_lesions \"nonviable ~ 1\" --cluster patient --by management \\\n      --subset 'kind == \"cDLM\" & evaluable == 1' --threshold 0.85 --output npv.pdf\n\n  \
                  riskset plot swimmer @lung \"Surv(time, status == 2) ~ sex\" --subset \"inst == 12\" \\\n      --labels Men,Women --endpoint Death --unit months --per 30.4375 --output swimmer.pdf"
)]
pub struct PlotArgs {
    /// The kind of figure
    #[arg(value_enum)]
    pub kind: PlotKind,

    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// The file to write: .svg, .pdf, .png or .tiff; may be repeated
    #[arg(long, short, value_name = "FILE", required = true)]
    pub output: Vec<PathBuf>,

    /// The journal profile (plain, jama, nejm, lancet, jco, bmj, nature, slides) or a TOML file
    #[arg(long, visible_alias = "profile", value_name = "PROFILE", default_value = "plain")]
    pub theme: String,

    /// Width, such as 85mm, 18cm or 7in [default: one column of the profile]
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub width: Option<f64>,

    /// Height, such as 60mm
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub height: Option<f64>,

    /// Dots per inch of PNG and TIFF
    #[arg(long, value_name = "DPI", default_value_t = 600.0, value_parser = positive)]
    pub dpi: f64,

    /// The unit of the time axis in words, such as months
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,

    /// Units of the data in one unit of the axis, such as 30.4375 for days shown as months
    #[arg(long, value_name = "N", value_parser = positive)]
    pub per: Option<f64>,

    /// The origin of time, such as randomisation, for the axis title
    #[arg(long, value_name = "WORDS")]
    pub origin: Option<String>,

    /// The endpoint in words, such as "Overall survival", for the axis title
    #[arg(long, value_name = "WORDS")]
    pub endpoint: Option<String>,

    /// The whole title of the time axis
    #[arg(long, value_name = "TEXT")]
    pub xlab: Option<String>,

    /// The whole title of the other axis
    #[arg(long, value_name = "TEXT")]
    pub ylab: Option<String>,

    /// A title above the plot; journals want none
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,

    /// Distance of the ticks of the time axis, in its unit
    #[arg(long, value_name = "N", value_parser = positive)]
    pub break_time: Option<f64>,

    /// Range of the time axis, in its unit
    #[arg(long, value_name = "FROM,TO", value_parser = range)]
    pub xlim: Option<(f64, f64)>,

    /// Range of the other axis; fractions for probabilities
    #[arg(long, value_name = "FROM,TO", value_parser = range)]
    pub ylim: Option<(f64, f64)>,

    /// The counts under the curves [default: at-risk]
    #[arg(long, value_enum, value_name = "KIND", num_args = 0..=1, default_missing_value = "at-risk")]
    pub risk_table: Option<RiskTableArg>,

    /// Confidence bands [default: true]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub conf_band: Option<bool>,

    /// Censoring marks [default: shown unless a group has more than 200]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub censor_marks: Option<bool>,

    /// Where the groups are named [default: auto]
    #[arg(long, value_enum, value_name = "PLACE")]
    pub legend: Option<LegendArg>,

    /// Names of the groups, in their order, instead of the levels
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub labels: Vec<String>,

    /// Lines written in the plot
    #[arg(long, value_enum, value_name = "WHAT,...", value_delimiter = ',')]
    pub annotate: Vec<AnnotateArg>,

    /// What happens where few remain at risk [default: lighter]
    #[arg(long, value_enum, value_name = "TAIL")]
    pub tail: Option<TailArg>,

    /// Draw the incidence upwards instead of survival downwards (km)
    #[arg(long)]
    pub incidence: bool,

    /// A landmark time, in the unit of the axis
    #[arg(long, value_name = "T", value_parser = number)]
    pub landmark: Option<f64>,

    /// Scale of the intervals [default: log]
    #[arg(long, value_parser = choice::<ConfType>(), value_name = "TYPE")]
    pub conf_type: Option<ConfType>,

    /// The cause of interest (cif)
    #[arg(long, value_name = "VALUE")]
    pub cause: Option<String>,

    /// The value of the event column that means censored (cif)
    #[arg(long, value_name = "VALUE")]
    pub censor: Option<String>,

    /// Which residuals (residuals) [default: martingale]
    #[arg(long, value_enum, value_name = "KIND")]
    pub residual: Option<ResidualPlotArg>,

    /// The transform of time (schoenfeld) [default: km]
    #[arg(long, value_parser = choice::<ZphTransform>(), value_name = "TRANSFORM")]
    pub transform: Option<ZphTransform>,

    /// Columns whose levels are the subgroups, each column by itself (subgroups, npv)
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub by: Vec<String>,

    /// Column that names the cluster (patient) of each row (npv)
    #[arg(long, value_name = "COLUMN")]
    pub cluster: Option<String>,

    /// How the variance allows for clusters (npv) [default: donner]
    #[arg(long, value_parser = choice::<ProportionVariance>(), value_name = "VARIANCE")]
    pub variance: Option<ProportionVariance>,

    /// The form of the interval (npv) [default: wald; logit for gee; exact for binomial]
    #[arg(long, value_parser = choice::<ProportionInterval>(), value_name = "INTERVAL")]
    pub interval: Option<ProportionInterval>,

    /// A threshold that the proportion is compared with, as a fraction (npv)
    #[arg(long, value_name = "P", value_parser = super::fraction)]
    pub threshold: Option<f64>,

    /// A panel of its own: "TITLE: EXPR" for some of the rows, or "TITLE: FORMULA" for another
    /// endpoint; repeat it for panels A, B, C
    #[arg(long, value_name = "PANEL")]
    pub panel: Vec<String>,

    /// Whether panels share their axes [default: shared]
    #[arg(long, value_enum, value_name = "AXES", requires = "panel")]
    pub axes: Option<AxesArg>,

    /// Words for a code: sex=Sex (a term), sex:1=Men (a level), pcm="Plasma cell malignancy" (a
    /// cause); may be repeated
    #[arg(long, value_name = "CODE=WORDS", value_parser = Rename::parse)]
    pub rename: Vec<Rename>,

    /// Mask counts, steps and marks of fewer patients than this
    #[arg(long, value_name = "N")]
    pub min_cell: Option<u32>,

    /// Leave out the numbers behind the figure, which otherwise travel inside the file
    #[arg(long)]
    pub no_embed: bool,

    /// Run the reviewer's checklist on the figure and print it
    #[arg(long)]
    pub lint: bool,
}

/// `riskset extract`
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  riskset extract colon.pdf --format csv")]
pub struct ExtractArgs {
    /// A figure that riskset wrote: .svg, .pdf or .png
    pub figure: PathBuf,
    /// csv or json
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "json")]
    pub format: ExtractFormat,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How extracted values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExtractFormat {
    /// Every table, settings and version
    Json,
    /// The tables, one below the other
    Csv,
}

/// `riskset lint`
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 no check fails, 1 a check fails.\n\nExample:\n  riskset lint colon.pdf"
)]
pub struct LintArgs {
    /// A figure that riskset wrote: .svg, .pdf or .png
    pub figure: PathBuf,
    /// Format and file.
    #[command(flatten)]
    pub output: super::OutputArgs,
}

/// A length in millimetres from `85mm`, `18cm`, `7in` or `510pt`.
fn length(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let split = text.find(|sign: char| sign.is_ascii_alphabetic()).unwrap_or(text.len());
    let value = positive(&text[..split])?;
    match text[split..].trim() {
        "mm" | "" => Ok(value),
        "cm" => Ok(10.0 * value),
        "in" => Ok(25.4 * value),
        "pt" => Ok(25.4 / 72.0 * value),
        unit => Err(format!("`{unit}` is no unit of length; use mm, cm, in or pt")),
    }
}

fn range(text: &str) -> Result<(f64, f64), String> {
    let (from, to) = text.split_once(',').ok_or_else(|| format!("`{text}` is not FROM,TO"))?;
    match (number(from)?, number(to)?) {
        (from, to) if from < to => Ok((from, to)),
        (from, to) => Err(format!("{from} is not below {to}")),
    }
}
