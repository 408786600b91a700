//! The answer of `riskset km`.

mod columns;
mod more;
mod pairs;
mod tables;

pub use columns::CurveColumns;
pub use more::{BandEntry, ConditionalEntry, FewEntry, LimitsAt, MoreEntries};
pub use pairs::MeanPair;
pub(super) use pairs::table as mean_pairs_table;
pub(super) use tables::count as count_words;

use super::{Estimate, Head, Test};
use riskset::{AtTime, CurveVariance, LogRankTest, Quantile};
use riskset_analysis::{KmAnswer, KmGroup, Voice};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// Survival curves by group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
    /// Every pair of groups by their restricted means, when asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rmst_pairs: Vec<MeanPair>,
    /// How the p values of the pairs are adjusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjustment: Option<&'static str>,
    /// The columns of `strata()`, within which the groups are compared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<String>,
    /// Whether the text shows every time of the curves.
    #[serde(skip)]
    pub show_curve: bool,
}

/// One group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct QuantileEntry {
    /// Which: 0.5 is the median.
    pub probability: f64,
    /// The time with its limits.
    #[serde(flatten)]
    pub value: Estimate,
}

/// A restricted mean survival time.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
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
#[derive(Clone, Debug, Serialize, JsonSchema)]
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
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
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
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
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

impl KmDocument {
    /// The document of an answer.
    pub fn of(answer: KmAnswer, voice: &dyn Voice) -> KmDocument {
        let request = &answer.request;
        let contrast = answer.restricted_means.as_ref();
        let names: Vec<String> =
            answer.groups.iter().map(|group| group.name.name().to_owned()).collect();
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
            rmst_pairs: answer.mean_pairs.iter().map(|pair| MeanPair::new(pair, &names)).collect(),
            adjustment: request.pairwise.map(|pairwise| pairwise.0.name()),
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
