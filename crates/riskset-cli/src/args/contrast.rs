//! Options of comparisons beyond the simple one: searched cut-points, effects over time.

use super::figure::{FigureArgs, RenameArgs, length};
use super::{DataArgs, LevelArgs, OutputArgs, RowsArgs, fraction, number, positive};
use clap::Args;
use riskset_analysis::{CutpointRequest, OverTimeRequest, RowsRequest};
use std::collections::BTreeMap;

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

/// Effects over time.
#[derive(Clone, Debug, Args)]
pub struct OverTimeArgs {
    /// Hazard ratios by period, a new one beginning at each of these times, and the test that they are equal
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = positive)]
    pub periods: Vec<f64>,

    /// The average hazard ratio, for hazards that are not proportional
    #[arg(long)]
    pub average: bool,
}

impl OverTimeArgs {
    /// The part of a request.
    pub fn request(&self) -> OverTimeRequest {
        OverTimeRequest { periods: self.periods.clone(), average: self.average }
    }
}

/// `riskset plot effect`
#[derive(Debug, Args)]
pub struct PlotEffectArgs {
    /// Data, page and files.
    #[command(flatten)]
    pub figure: FigureArgs,

    /// Level of the bands.
    #[command(flatten)]
    pub level: LevelArgs,

    /// Hazard ratios by period as well, a new one beginning at each of these times
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = positive)]
    pub periods: Vec<f64>,

    /// The values that curves are compared with.
    #[command(flatten)]
    pub references: ReferenceValueArgs,

    /// Height, such as 60mm
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub height: Option<f64>,

    /// The unit of the time axis in words, such as months
    #[arg(long, value_name = "UNIT")]
    pub unit: Option<String>,

    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
}

/// With what the curve of a covariate is compared.
#[derive(Clone, Debug, Args)]
pub struct ReferenceValueArgs {
    /// For a curve such as rcs(age, 4): the value that the others are compared with [default: the
    /// median]
    #[arg(long, value_name = "COLUMN=VALUE,...", value_delimiter = ',', value_parser = value_of)]
    pub reference_values: Vec<(String, f64)>,
}

impl ReferenceValueArgs {
    /// By covariate.
    pub fn request(&self) -> BTreeMap<String, f64> {
        self.reference_values.iter().cloned().collect()
    }
}

/// A covariate and a value, from `age=60`.
fn value_of(text: &str) -> Result<(String, f64), String> {
    match text.rsplit_once('=').map(|(column, value)| (column.trim(), value)) {
        Some((column, value)) if !column.is_empty() => Ok((column.to_owned(), number(value)?)),
        _ => Err(format!("`{text}` is not COLUMN=VALUE, such as age=60")),
    }
}

/// `riskset split`
#[derive(Debug, Args)]
#[command(
    after_help = "A measurement holds from its time on; the rows go to every command as Surv(start, stop, event).\n\n\
                  Example:\n  riskset split @lung \"Surv(time, status == 2) ~ 1\" --cuts 180,365 --output lung-split.csv"
)]
pub struct SplitArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub rows: RowsArgs,

    /// Cut every row at these times, in the unit of the data
    #[arg(long, value_name = "T,...", value_delimiter = ',', value_parser = number)]
    pub cuts: Vec<f64>,

    /// Merge this table of dated measurements or events, one a row; --id names the patients in both
    #[arg(long, value_name = "DATA")]
    pub with: Option<String>,

    /// Its column of times, or of dates when --with-zero is given
    #[arg(long, value_name = "COLUMN")]
    pub with_time: Option<String>,

    /// The column of dates in DATA from which its time counts, where the merged table has dates
    #[arg(long, value_name = "COLUMN")]
    pub with_zero: Option<String>,

    /// The unit of the time in DATA, where dates are merged: days, weeks, months or years [default: days]
    #[arg(long, value_name = "UNIT")]
    pub with_unit: Option<String>,

    /// Columns of measurements to carry forward
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub measures: Vec<String>,

    /// A new column of this name that counts the rows of the merged table so far
    #[arg(long, value_name = "NAME")]
    pub count: Option<String>,

    /// A new column of this name that is 1 where a row ends at a time of the merged table
    #[arg(long, value_name = "NAME")]
    pub dated_event: Option<String>,

    /// Format and file.
    #[command(flatten)]
    pub output: OutputArgs,
}
