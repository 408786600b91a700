//! The answer of `riskset km`.

mod more;

pub use more::{BandEntry, ConditionalEntry, FewEntry, LimitsAt, MoreEntries};

use super::{Document, Estimate, Head, Test, decimals_for};
use crate::format::{NOT_ESTIMABLE, NOT_REACHED, Style};
use crate::table::{Align, Table};
use riskset::{AtTime, CurvePoint, CurveVariance, LogRankTest, Quantile, SurvivalCurve};
use riskset_analysis::{KmAnswer, KmGroup, Voice};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// Survival curves by group.
#[derive(Clone, Debug, Serialize)]
pub struct KmDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// How the curve was estimated.
    pub estimator: &'static str,
    /// The scale of the intervals.
    pub conf_type: &'static str,
    /// The level of the intervals.
    pub conf_level: f64,
    /// `robust` for standard errors by the infinitesimal jackknife, `greenwood` for those that take
    /// weights for counts.
    pub variance: &'static str,
    /// The clusters of robust standard errors; absent where each row stands for itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clusters: Option<usize>,
    /// Whether events and censorings were exchanged.
    pub reverse: bool,
    /// One entry per group, in level order.
    pub groups: Vec<Group>,
    /// The log-rank test, with two or more groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<Test>,
    /// Difference and ratio of restricted means, with two groups and `--rmst`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rmst_comparison: Option<RmstComparison>,
    /// The columns of `strata()`, within which the groups are compared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<String>,
    /// Whether the text shows every time of the curves.
    #[serde(skip)]
    pub show_curve: bool,
}

/// One group.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// `sex=1`; absent when there is one curve for all rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The level of each grouping column.
    pub levels: Map<String, Value>,
    /// Rows.
    pub n: usize,
    /// Rows that end with the event.
    pub events: usize,
    /// The median time to the event.
    pub median: Estimate,
    /// The quantiles asked for.
    pub quantiles: Vec<QuantileEntry>,
    /// The restricted mean survival time, when asked for and within the follow-up.
    pub rmst: Option<Rmst>,
    /// The curve at the times asked for.
    pub at_times: Vec<AtTimeEntry>,
    /// Limits for few patients, a simultaneous band and conditional survival, when asked for.
    #[serde(flatten)]
    pub more: MoreEntries,
    /// The whole curve, one entry per distinct observed time.
    pub curve: CurveColumns,
}

/// A quantile with its limits.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct QuantileEntry {
    /// Which: 0.5 is the median.
    pub probability: f64,
    /// The time with its limits.
    #[serde(flatten)]
    pub value: Estimate,
}

/// A restricted mean survival time.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Rmst {
    /// The horizon.
    pub tau: f64,
    /// The area under the curve to the horizon.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
}

/// Restricted means compared between two groups.
#[derive(Clone, Debug, Serialize)]
pub struct RmstComparison {
    /// The horizon.
    pub tau: f64,
    /// The group in the numerator.
    pub a: String,
    /// The group compared with.
    pub b: String,
    /// a - b.
    pub difference: Comparison,
    /// a / b.
    pub ratio: Option<Comparison>,
}

/// A contrast with its limits and its test against no difference.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Comparison {
    /// The contrast.
    pub estimate: f64,
    /// Its standard error; of the log for a ratio.
    pub std_error: f64,
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
    /// Two-sided; `None` without a standard error.
    pub p_value: Option<f64>,
}

/// The curve at a requested time.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct AtTimeEntry {
    /// The time.
    pub time: f64,
    /// At risk just before it.
    pub n_risk: f64,
    /// Events since the previous requested time.
    pub n_event: f64,
    /// Censored since the previous requested time.
    pub n_censor: f64,
    /// S(t); `null` beyond the curve.
    pub survival: Option<f64>,
    /// The standard error of S(t).
    pub std_error: Option<f64>,
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
}

/// A curve as columns: `time`, `n_risk`, `n_event`, `n_censor`, `survival`, `std_error`, `lower`,
/// `upper`, `cumulative_hazard` and `cumulative_hazard_std_error`, one entry per distinct observed
/// time. They are read off the curve as they are written, so that an answer without them, such as
/// the text, costs neither time nor memory for them.
#[derive(Clone, Debug)]
pub struct CurveColumns(SurvivalCurve);

impl Serialize for CurveColumns {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let points = Points(&self.0);
        let mut columns = serializer.serialize_struct("CurveColumns", 10)?;
        columns.serialize_field("time", self.0.time())?;
        columns.serialize_field("n_risk", self.0.n_risk())?;
        columns.serialize_field("n_event", self.0.n_event())?;
        columns.serialize_field("n_censor", self.0.n_censor())?;
        columns.serialize_field("survival", self.0.survival())?;
        columns.serialize_field("std_error", &points.column(|point| point.std_error))?;
        columns.serialize_field("lower", &points.column(|point| point.interval?.lower))?;
        columns.serialize_field("upper", &points.column(|point| point.interval?.upper))?;
        columns.serialize_field(
            "cumulative_hazard",
            &points.column(|point| Some(point.cumulative_hazard)),
        )?;
        columns.serialize_field(
            "cumulative_hazard_std_error",
            &points.column(|point| Some(point.cumulative_hazard_std_error)),
        )?;
        columns.end()
    }
}

/// The points of a curve, of which one column at a time is written.
struct Points<'a>(&'a SurvivalCurve);

struct PointColumn<'a, F>(&'a SurvivalCurve, F);

impl<'a> Points<'a> {
    fn column<F: Fn(&CurvePoint) -> Option<f64>>(&self, value: F) -> PointColumn<'a, F> {
        PointColumn(self.0, value)
    }
}

impl<F: Fn(&CurvePoint) -> Option<f64>> Serialize for PointColumn<'_, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.points().map(|point| self.1(&point)))
    }
}

impl KmDocument {
    /// The document of an answer.
    pub fn of(answer: KmAnswer, voice: &dyn Voice) -> KmDocument {
        let request = &answer.request;
        let contrast = answer.restricted_means.as_ref();
        KmDocument {
            head: Head::of(&answer.about, voice),
            estimator: request.estimator.name(),
            conf_type: request.conf_type.name(),
            conf_level: request.conf_level,
            variance: variance_name(answer.variance),
            clusters: clusters(answer.variance),
            reverse: request.reverse,
            show_curve: request.curve,
            strata: answer.strata.clone(),
            tests: answer.test.as_ref().and_then(test).into_iter().collect(),
            rmst_comparison: contrast.map(|contrast| {
                RmstComparison::new(
                    [answer.groups[0].name.name(), answer.groups[1].name.name()],
                    contrast,
                )
            }),
            groups: answer.groups.into_iter().map(Group::from).collect(),
        }
    }
}

/// The word for programs.
pub(super) fn variance_name(variance: CurveVariance) -> &'static str {
    match variance {
        CurveVariance::Greenwood => "greenwood",
        CurveVariance::Robust { .. } => "robust",
    }
}

/// How many clusters robust standard errors sum over.
pub(super) fn clusters(variance: CurveVariance) -> Option<usize> {
    match variance {
        CurveVariance::Robust { clusters } => clusters,
        CurveVariance::Greenwood => None,
    }
}

/// The sentence for people; none where standard errors take weights for counts.
pub(super) fn variance_note(variance: &str, clusters: Option<usize>) -> Option<String> {
    (variance == "robust").then(|| match clusters {
        Some(clusters) => format!("Robust standard errors by {clusters} clusters."),
        None => "Robust standard errors by row.".to_string(),
    })
}

/// The test, where it is defined.
pub(super) fn test(test: &LogRankTest) -> Option<Test> {
    Some(Test {
        name: test.weight().name().to_string(),
        statistic: test.statistic()?,
        df: test.df() as f64,
        p_value: test.p_value(),
    })
}

impl From<KmGroup> for Group {
    fn from(group: KmGroup) -> Group {
        let levels = group.name.levels.into_iter();
        Group {
            label: group.name.label,
            levels: levels.map(|(name, level)| (name, level.into())).collect(),
            n: group.curve.n_rows(),
            events: group.curve.n_events(),
            median: group.curve.median().into(),
            quantiles: group.quantiles.into_iter().map(Into::into).collect(),
            rmst: group.restricted_mean.map(Rmst::from),
            at_times: group.at_times.into_iter().map(Into::into).collect(),
            more: MoreEntries::of(group.more),
            curve: CurveColumns(group.curve),
        }
    }
}

impl Group {
    fn name(&self) -> &str {
        self.label.as_deref().unwrap_or("All")
    }
}

impl From<Quantile> for Estimate {
    fn from(quantile: Quantile) -> Estimate {
        Estimate { estimate: quantile.estimate, lower: quantile.lower, upper: quantile.upper }
    }
}

impl From<Quantile> for QuantileEntry {
    fn from(quantile: Quantile) -> QuantileEntry {
        QuantileEntry { probability: quantile.probability, value: quantile.into() }
    }
}

impl From<riskset::Rmst> for Rmst {
    fn from(rmst: riskset::Rmst) -> Rmst {
        Rmst {
            tau: rmst.tau,
            estimate: rmst.estimate,
            std_error: rmst.std_error,
            lower: rmst.lower,
            upper: rmst.upper,
        }
    }
}

impl RmstComparison {
    /// Compares the second group with the first, as R's reference level would have it.
    pub fn new(labels: [&str; 2], contrast: &riskset::RmstContrast) -> RmstComparison {
        RmstComparison {
            tau: contrast.group.tau,
            a: labels[1].to_string(),
            b: labels[0].to_string(),
            difference: contrast.difference.into(),
            ratio: contrast.ratio.map(Comparison::from),
        }
    }
}

impl From<riskset::RmstComparison> for Comparison {
    fn from(comparison: riskset::RmstComparison) -> Comparison {
        Comparison {
            estimate: comparison.estimate,
            std_error: comparison.std_error,
            lower: comparison.lower,
            upper: comparison.upper,
            p_value: comparison.p_value,
        }
    }
}

impl From<AtTime> for AtTimeEntry {
    fn from(at: AtTime) -> AtTimeEntry {
        AtTimeEntry {
            time: at.time,
            n_risk: at.n_risk,
            n_event: at.n_event,
            n_censor: at.n_censor,
            survival: at.survival,
            std_error: at.std_error,
            lower: at.interval.and_then(|interval| interval.lower),
            upper: at.interval.and_then(|interval| interval.upper),
        }
    }
}

impl KmDocument {
    fn level(&self, style: &Style) -> String {
        format!("{} CI", style.level(self.conf_level))
    }

    fn with_interval(&self) -> bool {
        self.conf_type != "none"
    }

    fn summary(&self, style: &Style) -> Table {
        let title = match (self.reverse, self.estimator) {
            (true, _) => "Potential follow-up (reverse Kaplan-Meier)",
            (_, "kaplan-meier") => "Kaplan-Meier estimate",
            (_, "breslow") => "Breslow estimate of survival",
            _ => "Fleming-Harrington estimate of survival",
        };
        let counted = if self.reverse { "Censored" } else { "Events" };
        let heading = |name: &str| match self.with_interval() {
            true => format!("{name} ({})", self.level(style)),
            false => name.to_string(),
        };
        let mut table = Table::new(title)
            .column("Group", Align::Left)
            .column("n", Align::Right)
            .column(counted, Align::Right)
            .column(heading("Median"), Align::Right);
        for quantile in self.groups.first().map_or(&[][..], |group| &group.quantiles) {
            if quantile.probability != 0.5 {
                table = table
                    .column(heading(&format!("Quantile {}", quantile.probability)), Align::Right);
            }
        }
        let cell = |value: &Estimate, decimals: usize| match self.with_interval() {
            true => value.text(style, decimals, NOT_REACHED),
            false => style.optional(value.estimate, decimals, NOT_REACHED),
        };
        let decimals = decimals_for(self.groups.iter().flat_map(|group| {
            let quantiles = group.quantiles.iter().map(|quantile| quantile.value);
            let values = quantiles.chain([group.median]);
            values.flat_map(|value| [value.estimate, value.lower, value.upper]).flatten()
        }));
        for group in &self.groups {
            let quantiles = group.quantiles.iter().filter(|quantile| quantile.probability != 0.5);
            let head = [group.name().to_string(), group.n.to_string(), group.events.to_string()];
            let values = [cell(&group.median, decimals)].into_iter();
            let values = values.chain(quantiles.map(|quantile| cell(&quantile.value, decimals)));
            table = table.row(head.into_iter().chain(values));
        }
        if table.rows.iter().any(|row| row.cells.iter().any(|cell| cell.contains(NOT_REACHED))) {
            table = table.footnote(format!("{NOT_REACHED}: not reached."));
        }
        table
    }

    fn times(&self, style: &Style) -> Option<Table> {
        if self.groups.iter().all(|group| group.at_times.is_empty()) {
            return None;
        }
        let heading = match self.with_interval() {
            true => format!("Survival, % ({})", self.level(style)),
            false => "Survival, %".to_string(),
        };
        let mut table = Table::new("Survival at given times");
        for (name, align) in [
            ("Time", Align::Left),
            ("At risk", Align::Right),
            ("Events", Align::Right),
            ("Censored", Align::Right),
        ] {
            table = table.column(name, align);
        }
        table = table.column(heading, Align::Right);
        for group in &self.groups {
            table = table.group(group.name());
            for at in &group.at_times {
                table = table.indented(at.cells(style, self.with_interval()));
            }
        }
        let table = table.footnote(
            "At risk just before the time; events and censorings since the previous time listed.",
        );
        let absent = |table: &Table| {
            table.rows.iter().any(|row| row.cells.iter().any(|cell| cell.contains(NOT_ESTIMABLE)))
        };
        Some(match absent(&table) {
            true => table.footnote(format!(
                "{NOT_ESTIMABLE}: not estimable, such as an interval before the first event."
            )),
            false => table,
        })
    }

    fn curves(&self, style: &Style) -> Vec<Table> {
        if !self.show_curve {
            return Vec::new();
        }
        self.groups
            .iter()
            .map(|group| group.curve.table(group.name(), self.with_interval(), style))
            .collect()
    }

    fn restricted_means(&self, style: &Style) -> Option<Table> {
        let tau = self.groups.iter().find_map(|group| group.rmst.map(|rmst| rmst.tau))?;
        let mut table = Table::new(format!("Restricted mean survival time to {tau}"))
            .column("Group", Align::Left)
            .column(format!("Mean ({})", self.level(style)), Align::Right)
            .column("Standard error", Align::Right);
        for group in &self.groups {
            let (mean, error) = match group.rmst {
                Some(mean) => (
                    style.interval(
                        Some(mean.estimate),
                        Some(mean.lower),
                        Some(mean.upper),
                        2,
                        NOT_ESTIMABLE,
                    ),
                    style.number(mean.std_error, 3),
                ),
                None => (NOT_ESTIMABLE.to_string(), NOT_ESTIMABLE.to_string()),
            };
            table = table.row([group.name().to_string(), mean, error]);
        }
        Some(table)
    }
}

impl AtTimeEntry {
    fn cells(&self, style: &Style, with_interval: bool) -> [String; 5] {
        let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
        let survival = match with_interval {
            true => style.interval(
                percent(self.survival),
                percent(self.lower),
                percent(self.upper),
                1,
                NOT_ESTIMABLE,
            ),
            false => style.optional(percent(self.survival), 1, NOT_ESTIMABLE),
        };
        [
            self.time.to_string(),
            count(self.n_risk, style),
            count(self.n_event, style),
            count(self.n_censor, style),
            survival,
        ]
    }
}

impl CurveColumns {
    fn table(&self, name: &str, with_interval: bool, style: &Style) -> Table {
        let mut table = Table::new(format!("Curve: {name}"));
        for (index, heading) in
            ["Time", "At risk", "Events", "Censored", "Survival", "Standard error"]
                .iter()
                .enumerate()
        {
            table = table.column(*heading, if index == 0 { Align::Left } else { Align::Right });
        }
        if with_interval {
            table = table.column("Lower", Align::Right).column("Upper", Align::Right);
        }
        for point in self.0.points() {
            let counts = &point.risk_set;
            let mut cells = vec![
                counts.time.to_string(),
                count(counts.n_risk, style),
                count(counts.n_event, style),
                count(counts.n_censor, style),
                style.number(point.survival, 4),
                style.optional(point.std_error, 4, NOT_ESTIMABLE),
            ];
            if with_interval {
                let interval = point.interval.as_ref();
                let limits = [interval.and_then(|i| i.lower), interval.and_then(|i| i.upper)];
                cells.extend(limits.map(|limit| style.optional(limit, 4, NOT_ESTIMABLE)));
            }
            table = table.row(cells);
        }
        table
    }
}

/// A count; with case weights it need not be whole.
fn count(value: f64, style: &Style) -> String {
    style.number(value, if value == value.round() { 0 } else { 2 })
}

impl Document for KmDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let mut tables = vec![self.summary(style)];
        tables.extend(self.times(style));
        tables.extend(more::tables(self, style));
        tables.extend(self.restricted_means(style));
        tables.extend(self.curves(style));
        tables
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes: Vec<String> =
            self.tests.iter().map(|test| super::logrank::sentence(test, style)).collect();
        if !self.strata.is_empty() && !self.tests.is_empty() {
            notes.push(format!("The test is stratified by {}.", self.strata.join(", ")));
        }
        if let Some(comparison) = &self.rmst_comparison {
            let difference = &comparison.difference;
            notes.push(format!(
                "Difference of restricted means to {}, {} less {}: {}, {}",
                comparison.tau,
                comparison.a,
                comparison.b,
                style.interval(
                    Some(difference.estimate),
                    Some(difference.lower),
                    Some(difference.upper),
                    2,
                    NOT_ESTIMABLE
                ),
                style.p_equation(difference.p_value),
            ));
        }
        notes.extend(variance_note(self.variance, self.clusters));
        notes.extend(more::notes(self, style));
        if self.with_interval() {
            notes.push(format!(
                "Intervals: {}, {} scale.",
                style.level(self.conf_level),
                self.conf_type
            ));
        }
        notes
    }
}
