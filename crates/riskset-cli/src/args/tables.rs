//! Options of `table`.

use super::estimate::{CauseArgs, FactorsArgs};
use super::figure::RenameArgs;
use super::{DataArgs, OutputArgs, ReadingArgs, choice, number};
use clap::{Args, Subcommand};
use riskset::{ConfType, FlatRule, IncidenceVariance, QuantileRule};
use riskset_analysis::{ColumnSummary, FewAtRisk};

/// `riskset table`
#[derive(Debug, Args)]
#[command(
    after_help = "With -o TABLE.docx (.xlsx, .tex, .html, .md) the table goes into a file, with --journal its numbers are written as the journal writes them.\n\n\
                  Example:\n  riskset table one @lung --by sex --variables age,ph.ecog,wt.loss --levels ph.ecog --smd"
)]
pub struct TableArgs {
    /// Which table.
    #[command(subcommand)]
    pub command: TableCommand,
}

/// The tables.
#[derive(Debug, Subcommand)]
pub enum TableCommand {
    /// Table 1: the patients by group
    One(Box<TableOneArgs>),
    /// Survival at given times by group, those at risk beside each number
    Survival(Box<TableSurvivalArgs>),
    /// Prognostic factors, as `riskset factors` has them
    Factors(Box<FactorsArgs>),
    /// Cumulative incidences at given times by cause and group, those at risk beside each number
    Cif(Box<TableCifArgs>),
}

impl TableCommand {
    /// The table that is read.
    pub fn data(&self) -> &str {
        match self {
            TableCommand::One(args) => &args.data,
            TableCommand::Survival(args) => &args.data.rows.data,
            TableCommand::Factors(args) => &args.data.rows.data,
            TableCommand::Cif(args) => &args.data.rows.data,
        }
    }
}

/// `riskset table one`
#[derive(Debug, Args)]
#[command(
    after_help = "Columns of texts, of true and false and of at most two different numbers are counted by level; columns of numbers have their median and quartiles.\n\n\
                  Examples:\n  riskset table one @lung --by sex --variables age,ph.ecog,wt.loss --levels ph.ecog --p-values \\\n      --summary age=mean,range --rename sex:1=Men --rename sex:2=Women\n  \
                  riskset table one @veteran --by trt -o table1.docx --journal jama"
)]
pub struct TableOneArgs {
    /// A file (.csv, .tsv, .xlsx), `-` for CSV on standard input, or a bundled set such as @lung
    pub data: String,

    /// The column whose levels are the columns of the table
    #[arg(long, value_name = "COLUMN")]
    pub by: Option<String>,

    /// The levels of --by in their order
    #[arg(long, value_name = "LEVEL,...", value_delimiter = ',')]
    pub order: Vec<String>,

    /// The columns that are described, in this order [default: all that describe patients]
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub variables: Vec<String>,

    /// Columns of numbers that are codes, counted by level
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub levels: Vec<String>,

    /// How a column is described: median, mean, range, one or more; may be repeated
    #[arg(long, value_name = "COLUMN=SUMMARY,...", value_parser = summary)]
    pub summary: Vec<ColumnSummary>,

    /// How quartiles lie between two values
    #[arg(long, value_parser = choice::<QuantileRule>(), value_name = "RULE", default_value = "type-7")]
    pub quartiles: QuantileRule,

    /// Words for columns and levels.
    #[command(flatten)]
    pub rename: RenameArgs,

    /// No column for everybody beside the groups
    #[arg(long)]
    pub no_total: bool,

    /// A column with the rows that have a value
    #[arg(long)]
    pub with_data: bool,

    /// P values of the differences between groups
    #[arg(long)]
    pub p_values: bool,

    /// Standardised mean differences between groups
    #[arg(long)]
    pub smd: bool,

    /// Column that names the patient, where the rows are units of patients
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,

    /// What the rows are called, such as lesions
    #[arg(long, value_name = "WORD")]
    pub units: Option<String>,

    /// Describe only the rows where this holds, such as "age >= 60"
    #[arg(long, value_name = "EXPR")]
    pub subset: Option<String>,

    /// Reading the data.
    #[command(flatten)]
    pub reading: ReadingArgs,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset table survival`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  riskset table survival @lung \"Surv(time, status == 2) ~ sex\" --times 180,365,730 --unit days"
)]
pub struct TableSurvivalArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// Survival at these times, in the unit of the data
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number, required = true)]
    pub times: Vec<f64>,

    /// Scale on which the interval of S(t) is symmetric
    #[arg(long, value_parser = choice::<ConfType>(), value_name = "TYPE", default_value = "log")]
    pub conf_type: ConfType,

    /// Which time is a quantile where a curve is flat at its level
    #[arg(long, value_parser = choice::<FlatRule>(), value_name = "RULE", default_value = "middle")]
    pub flat: FlatRule,

    /// What rests on few.
    #[command(flatten)]
    pub few: FewArgs,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// `riskset table cif`
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  riskset table cif @mgus2 \"Surv(etime, event) ~ sex\" --cause pcm --censor censor --times 60,120 --gray"
)]
pub struct TableCifArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub data: DataArgs,

    /// Causes.
    #[command(flatten)]
    pub cause: CauseArgs,

    /// Incidence at these times, in the unit of the data
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number, required = true)]
    pub times: Vec<f64>,

    /// Gray's test for each cause
    #[arg(long)]
    pub gray: bool,

    /// Scale on which the interval of an incidence is symmetric
    #[arg(long, value_parser = choice::<ConfType>(), value_name = "TYPE", default_value = "log")]
    pub conf_type: ConfType,

    /// How the variance of an incidence is estimated from the counts
    #[arg(long, value_parser = choice::<IncidenceVariance>(), value_name = "VARIANCE", default_value = "multinomial")]
    pub incidence_variance: IncidenceVariance,

    /// What rests on few.
    #[command(flatten)]
    pub few: FewArgs,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What rests on few.
#[derive(Clone, Debug, Args)]
pub struct FewArgs {
    /// Mark what rests on fewer at risk than this
    #[arg(long, value_name = "N", default_value_t = FewAtRisk::default().few)]
    pub few: u32,

    /// Withhold it instead
    #[arg(long)]
    pub withhold: bool,

    /// What one unit of time is called, such as months
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,
}

impl FewArgs {
    /// The part of a request.
    pub fn request(&self) -> FewAtRisk {
        FewAtRisk { few: self.few, withhold: self.withhold, unit: self.unit.clone() }
    }
}

/// The summaries of a column, from `age=median,range`.
fn summary(text: &str) -> Result<ColumnSummary, String> {
    match text.split_once('=').map(|(column, names)| (column.trim(), names.trim())) {
        Some((column, names)) if !column.is_empty() && !names.is_empty() => Ok(ColumnSummary {
            column: column.to_owned(),
            summaries: names.split(',').map(|name| name.trim().to_owned()).collect(),
        }),
        _ => Err(format!("`{text}` is not COLUMN=SUMMARY,..., such as age=mean,range")),
    }
}
