//! Groups of options that figures share: the page, the files, the time axis, the look of curves.

use super::{LevelArgs, RowsArgs, choice, number, positive};
use clap::{Args, ValueEnum};
use riskset::{BandKind, ConfType, FlatRule, Ties};
use riskset_analysis::figure::{
    Annotate, CurveEstimates, CurveLook, FurtherEvent, PageRequest, PanelRequest, Rename, TimeAxis,
};
use riskset_plot::{Intervals, Legend, RiskTable, Tail};
use std::path::PathBuf;

/// What every figure of a model has.
#[derive(Clone, Debug, Args)]
pub struct FigureArgs {
    /// Data, formula and rows.
    #[command(flatten)]
    pub rows: RowsArgs,
    /// Profile and page.
    #[command(flatten)]
    pub page: PageArgs,
    /// Files.
    #[command(flatten)]
    pub output: FigureOutputArgs,
}

/// Where a figure goes.
#[derive(Clone, Debug, Args)]
pub struct FigureOutputArgs {
    /// The file to write: .svg, .pdf, .png or .tiff; may be repeated
    #[arg(long, short, value_name = "FILE")]
    pub output: Vec<PathBuf>,

    /// Dots per inch of PNG and TIFF
    #[arg(long, value_name = "DPI", default_value_t = 600.0, value_parser = positive)]
    pub dpi: f64,

    /// Run the reviewer's checklist on the figure and print it
    #[arg(long)]
    pub lint: bool,
}

/// The page of a figure.
#[derive(Clone, Debug, Args)]
pub struct PageArgs {
    /// The journal profile (plain, jama, nejm, lancet, jco, bmj, nature, slides) or a TOML file
    #[arg(long, visible_alias = "profile", value_name = "PROFILE", default_value = "plain")]
    pub theme: String,

    /// Width, such as 85mm, 18cm or 7in [default: one column of the profile]
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub width: Option<f64>,

    /// Leave out the numbers behind the figure, which otherwise travel inside the file
    #[arg(long)]
    pub no_embed: bool,
}

impl PageArgs {
    /// The part of a request.
    pub fn request(&self) -> PageRequest {
        PageRequest { theme: self.theme.clone(), width: self.width, no_embed: self.no_embed }
    }
}

/// Words for codes.
#[derive(Clone, Debug, Args)]
pub struct RenameArgs {
    /// Words for a code: sex=Sex (a term), sex:1=Men (a level), pcm="Plasma cell malignancy" (a
    /// cause); may be repeated
    #[arg(long, value_name = "CODE=WORDS", value_parser = rename)]
    pub rename: Vec<Rename>,
}

/// The time axis.
#[derive(Clone, Debug, Args)]
pub struct TimeArgs {
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
}

impl TimeArgs {
    /// The part of a request.
    pub fn request(&self) -> TimeAxis {
        TimeAxis {
            unit: self.unit.clone(),
            per: self.per,
            origin: self.origin.clone(),
            endpoint: self.endpoint.clone(),
            xlab: self.xlab.clone(),
        }
    }
}

/// The look of curves over time.
#[derive(Clone, Debug, Args)]
pub struct LookArgs {
    /// Height, such as 60mm
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    pub height: Option<f64>,

    /// The whole title of the other axis
    #[arg(long, value_name = "TEXT")]
    pub ylab: Option<String>,

    /// Range of the time axis, in its unit
    #[arg(long, value_name = "FROM,TO", value_parser = range)]
    pub xlim: Option<(f64, f64)>,

    /// Range of the other axis: probabilities as fractions, or in per cent where the axis is
    #[arg(long, value_name = "FROM,TO", value_parser = range)]
    pub ylim: Option<(f64, f64)>,

    /// The counts under the curves
    #[arg(long, value_parser = choice::<RiskTable>(), value_name = "KIND", num_args = 0..=1, default_value = "at-risk", default_missing_value = "at-risk")]
    pub risk_table: RiskTable,

    /// Where the groups are named
    #[arg(long, value_parser = choice::<Legend>(), value_name = "PLACE", default_value = "auto")]
    pub legend: Legend,

    /// Names of the groups by their levels, such as 1=Men,2=Women, or all of them in their order
    #[arg(long, value_name = "LEVEL=NAME,...", value_delimiter = ',')]
    pub labels: Vec<String>,

    /// What happens where fewer than 10 (of a small group: a fifth), or 10% of the group, are at risk
    #[arg(long, value_parser = choice::<Tail>(), value_name = "TAIL", default_value = "lighter")]
    pub tail: Tail,

    /// A time marked by a line, in the unit of the axis
    #[arg(long, value_name = "T", value_parser = number)]
    pub mark_time: Option<f64>,

    /// Words for codes.
    #[command(flatten)]
    pub rename: RenameArgs,
}

/// Bands and marks of curves.
#[derive(Clone, Debug, Args)]
pub struct MarkArgs {
    /// Distance of the ticks of the time axis, in its unit
    #[arg(long, value_name = "N", value_parser = positive)]
    pub break_time: Option<f64>,

    /// Time on a logarithmic scale
    #[arg(long)]
    pub log_time: bool,

    /// How confidence intervals are drawn
    #[arg(long, value_parser = choice::<Intervals>(), value_name = "WAY", default_value = "auto")]
    pub intervals: Intervals,

    /// Draws a part of the scale again, larger, in a free place: for rare events
    #[arg(long)]
    pub inset: bool,

    /// Confidence intervals
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_value = "true", default_missing_value = "true", action = clap::ArgAction::Set)]
    pub conf_band: bool,

    /// Censoring marks [default: shown unless a group has more than 200]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub censor_marks: Option<bool>,
}

/// A figure that may be one plot or several panels.
#[derive(Clone, Debug, Args)]
pub struct PanelArgs {
    /// A title above the plot; journals want none
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,

    /// Mask counts, steps and marks of fewer patients than this
    #[arg(long, value_name = "N")]
    pub min_cell: Option<u32>,

    /// A panel of its own: "TITLE: EXPR" for some of the rows, or "TITLE: FORMULA" for another
    /// endpoint; repeat it for panels A, B, C
    #[arg(long, value_name = "PANEL")]
    pub panel: Vec<String>,

    /// Whether panels share their axes [default: shared]
    #[arg(long, value_enum, value_name = "AXES", requires = "panel")]
    pub axes: Option<AxesArg>,
}

impl PanelArgs {
    /// The part of a request.
    pub fn request(&self) -> PanelRequest {
        PanelRequest { panel: self.panel.clone(), free_axes: self.axes == Some(AxesArg::Free) }
    }
}

/// Whether panels share their axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AxesArg {
    /// The same range and ticks in every panel, to be compared
    Shared,
    /// Each panel as its own data need
    Free,
}

impl LookArgs {
    /// The part of a request, with the groups of options that the figure has.
    pub fn request(&self, marks: Option<&MarkArgs>, panels: Option<&PanelArgs>) -> CurveLook {
        let usual = CurveLook::default();
        CurveLook {
            height: self.height,
            ylab: self.ylab.clone(),
            title: panels.and_then(|panels| panels.title.clone()),
            break_time: marks.and_then(|marks| marks.break_time),
            xlim: self.xlim,
            log_time: marks.is_some_and(|marks| marks.log_time),
            ylim: self.ylim,
            risk_table: self.risk_table,
            conf_band: marks.map_or(usual.conf_band, |marks| marks.conf_band),
            intervals: marks.map_or(usual.intervals, |marks| marks.intervals),
            inset: marks.is_some_and(|marks| marks.inset),
            censor_marks: marks.and_then(|marks| marks.censor_marks),
            legend: self.legend,
            labels: self.labels.clone(),
            tail: self.tail,
            mark_time: self.mark_time,
            min_cell: panels.and_then(|panels| panels.min_cell),
            rename: self.rename.rename.clone(),
        }
    }
}

/// How curves are estimated, and what is written about them.
#[derive(Clone, Debug, Args)]
pub struct EstimateArgs {
    /// Level of the intervals.
    #[command(flatten)]
    pub level: LevelArgs,

    /// Scale of the intervals
    #[arg(long, value_parser = choice::<ConfType>(), value_name = "TYPE", default_value = "log")]
    pub conf_type: ConfType,

    /// Which time is a quantile where a curve is flat at its level
    #[arg(long, value_parser = choice::<FlatRule>(), value_name = "RULE", default_value = "middle")]
    pub flat: FlatRule,

    /// How tied event times are handled in hazard ratios
    #[arg(long, value_parser = choice::<Ties>(), value_name = "TIES", default_value = "efron")]
    pub ties: Ties,

    /// Lines written in the plot
    #[arg(long, value_parser = choice::<Annotate>(), value_name = "WHAT,...", value_delimiter = ',')]
    pub annotate: Vec<Annotate>,

    /// Robust standard errors, as fractional weights and cluster(id) in the formula have anyway
    #[arg(long)]
    pub robust: bool,

    /// A band that holds the whole curve, instead of intervals that hold one time each
    #[arg(long, value_parser = choice::<BandKind>(), value_name = "BAND")]
    pub band: Option<BandKind>,
}

impl EstimateArgs {
    /// The part of a request.
    pub fn request(&self) -> CurveEstimates {
        CurveEstimates {
            conf_level: self.level.conf_level,
            conf_type: self.conf_type,
            flat: self.flat,
            ties: self.ties,
            annotate: self.annotate.clone(),
            robust: self.robust.then_some(true),
            band: self.band,
        }
    }
}

/// The axis of a forest plot.
#[derive(Clone, Debug, Args)]
pub struct AxisArgs {
    /// The whole title of the axis
    #[arg(long, value_name = "TEXT")]
    pub xlab: Option<String>,

    /// Range of the axis
    #[arg(long, value_name = "FROM,TO", value_parser = range)]
    pub xlim: Option<(f64, f64)>,
}

/// A length in millimetres from `85mm`, `18cm`, `7in` or `510pt`.
pub(super) fn length(text: &str) -> Result<f64, String> {
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

/// A further event, from `pctime=Malignancy`.
pub fn further(text: &str) -> Result<FurtherEvent, String> {
    match text.split_once('=').map(|(column, words)| (column.trim(), words.trim())) {
        Some((column, words)) if !column.is_empty() && !words.is_empty() => {
            Ok(FurtherEvent { column: column.to_owned(), words: words.to_owned() })
        }
        _ => Err(format!("`{text}` is not COLUMN=WORDS, such as relapse_months=Relapse")),
    }
}

/// Words for a code, from `sex=Sex`, `sex:1=Men` or `pcm=Plasma cell malignancy`.
fn rename(text: &str) -> Result<Rename, String> {
    match text.split_once('=').map(|(code, words)| (code.trim(), words.trim())) {
        Some((code, words)) if !code.is_empty() && !words.is_empty() => {
            Ok(Rename { code: code.to_owned(), words: words.to_owned() })
        }
        _ => Err(format!("`{text}` is not CODE=WORDS, such as sex=Sex or sex:1=Men")),
    }
}
