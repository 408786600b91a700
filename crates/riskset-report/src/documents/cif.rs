//! The answer of `riskset cif`.

use super::km::{QuantileEntry, clusters, variance_name, variance_note};
use super::{Document, Head, decimals_for};
use crate::format::{NOT_ESTIMABLE, NOT_REACHED, Style, told_time};
use crate::table::{Align, Table};
use riskset::{GrayTestResult, IncidenceAt};
use riskset_analysis::{CifAnswer, CifGroup, Voice};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// Cumulative incidences by group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CifDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// The cause of interest.
    pub cause: String,
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
    /// One entry per group, in level order.
    pub groups: Vec<Group>,
    /// Gray's test for each cause, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gray: Option<Vec<Gray>>,
    /// The columns whose levels are the strata of Gray's test.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<String>,
}

/// One group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Group {
    /// `sex=F`; absent when there is one curve for all rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The level of each grouping column.
    pub levels: Map<String, Value>,
    /// Rows.
    pub n: usize,
    /// One entry per cause.
    pub causes: Vec<Cause>,
}

/// One cause in one group: columns over the distinct times of the group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Cause {
    /// The cause, as the data have it.
    pub cause: String,
    /// Rows that end with it.
    pub events: usize,
    /// Distinct observed times, increasing.
    pub time: Vec<f64>,
    /// At risk just before each.
    pub n_risk: Vec<f64>,
    /// Events of the cause at each.
    pub n_event: Vec<f64>,
    /// The cumulative incidence.
    pub estimate: Vec<f64>,
    /// Its standard error; `null` where a single cluster stands behind the group.
    pub std_error: Vec<Option<f64>>,
    /// Lower limits.
    pub lower: Vec<Option<f64>>,
    /// Upper limits.
    pub upper: Vec<Option<f64>>,
    /// The incidence at the times asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at_times: Vec<AtTime>,
    /// The times by which the incidence reaches the probabilities asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quantiles: Vec<QuantileEntry>,
}

/// The incidence at a requested time.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct AtTime {
    /// The time.
    pub time: f64,
    /// At risk just before it.
    pub n_risk: f64,
    /// Events of the cause up to it.
    pub n_event: f64,
    /// The incidence; `null` beyond the curve.
    pub estimate: Option<f64>,
    /// Its standard error.
    pub std_error: Option<f64>,
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
}

/// Gray's test for one cause.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Gray {
    /// The cause.
    pub cause: String,
    /// Chi-square.
    pub statistic: Option<f64>,
    /// Degrees of freedom.
    pub df: usize,
    /// The p value.
    pub p_value: Option<f64>,
}

impl CifDocument {
    /// The document of an answer.
    pub fn of(answer: CifAnswer, voice: &dyn Voice) -> CifDocument {
        let causes = &answer.causes;
        CifDocument {
            head: Head::of(&answer.about, voice),
            cause: answer.request.causes.cause,
            conf_type: answer.request.conf_type.name(),
            conf_level: answer.request.conf_level,
            variance: variance_name(answer.variance),
            clusters: clusters(answer.variance),
            groups: answer.groups.into_iter().map(|group| Group::of(group, causes)).collect(),
            gray: answer
                .gray
                .map(|tests| tests.iter().map(|test| Gray::new(test, causes)).collect()),
            strata: answer.strata,
        }
    }
}

impl Group {
    /// One group's entry. `causes` names the causes in the order of their codes, from 1.
    fn of(group: CifGroup, causes: &[String]) -> Group {
        let incidence = &group.incidence;
        let read = group.at_times.into_iter().zip(group.quantiles);
        let entries = causes.iter().zip(1u32..).zip(read);
        let entries = entries.map(|((name, code), (at_times, quantiles))| {
            let cause = incidence.cause(code);
            let intervals = cause.intervals();
            Cause {
                cause: name.clone(),
                events: cause.n_events(),
                time: incidence.time().to_vec(),
                n_risk: incidence.n_risk().to_vec(),
                n_event: cause.n_event().to_vec(),
                estimate: cause.estimate().to_vec(),
                std_error: match cause.std_error() {
                    Some(errors) => errors.iter().copied().map(Some).collect(),
                    None => vec![None; incidence.len()],
                },
                lower: intervals.iter().map(|interval| interval.and_then(|i| i.lower)).collect(),
                upper: intervals.iter().map(|interval| interval.and_then(|i| i.upper)).collect(),
                at_times: at_times.into_iter().map(Into::into).collect(),
                quantiles: quantiles.into_iter().map(Into::into).collect(),
            }
        });
        let levels = group.name.levels.into_iter();
        Group {
            label: group.name.label,
            levels: levels.map(|(name, level)| (name, level.into())).collect(),
            n: incidence.n_rows(),
            causes: entries.collect(),
        }
    }

    fn name(&self) -> &str {
        self.label.as_deref().unwrap_or("All")
    }
}

impl From<IncidenceAt> for AtTime {
    fn from(at: IncidenceAt) -> AtTime {
        AtTime {
            time: at.time,
            n_risk: at.n_risk,
            n_event: at.n_event,
            estimate: at.estimate,
            std_error: at.std_error,
            lower: at.interval.and_then(|interval| interval.lower),
            upper: at.interval.and_then(|interval| interval.upper),
        }
    }
}

impl Gray {
    /// The entry of one test.
    pub fn new(test: &GrayTestResult, causes: &[String]) -> Gray {
        Gray {
            cause: causes[test.cause as usize - 1].clone(),
            statistic: test.statistic,
            df: test.df,
            p_value: test.p_value,
        }
    }
}

impl Cause {
    /// The incidence at the end of the follow-up of the group, with its limits, in percent.
    fn last(&self, style: &Style) -> String {
        let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
        let last = |limits: &[Option<f64>]| percent(limits.last().copied().flatten());
        let estimate = percent(self.estimate.last().copied());
        style.interval(estimate, last(&self.lower), last(&self.upper), 1, NOT_ESTIMABLE)
    }
}

impl Document for CifDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let level = style.level(self.conf_level);
        let mut table = Table::new("Cumulative incidence (Aalen-Johansen)")
            .column("Cause", Align::Left)
            .column("n", Align::Right)
            .column("Events", Align::Right)
            .column("Last time", Align::Right)
            .column(format!("Incidence then, % ({level} CI)"), Align::Right);
        for group in &self.groups {
            table = table.group(group.name());
            for cause in &group.causes {
                table = table.indented([
                    cause.cause.clone(),
                    group.n.to_string(),
                    cause.events.to_string(),
                    cause.time.last().map_or_else(String::new, |&time| told_time(time).to_string()),
                    cause.last(style),
                ]);
            }
        }
        let mut tables = vec![table];
        tables.extend(self.at_times(style));
        tables.extend(self.quantiles(style));
        tables.extend(self.tests(style));
        tables
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = vec![
            format!("Cause of interest: {}.", self.cause),
            format!("Intervals: {}, {} scale.", style.level(self.conf_level), self.conf_type),
        ];
        notes.extend(variance_note(self.variance, self.clusters));
        if !self.strata.is_empty() {
            notes.push(format!("Gray's test is stratified by {}.", self.strata.join(", ")));
        }
        notes
    }
}

impl CifDocument {
    fn at_times(&self, style: &Style) -> Option<Table> {
        let asked = |group: &Group| group.causes.iter().any(|cause| !cause.at_times.is_empty());
        if !self.groups.iter().any(asked) {
            return None;
        }
        let level = style.level(self.conf_level);
        let mut table = Table::new("Incidence at given times")
            .column("Time", Align::Left)
            .column("At risk", Align::Right)
            .column("Events", Align::Right)
            .column(format!("Incidence, % ({level} CI)"), Align::Right);
        let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
        for group in &self.groups {
            for cause in &group.causes {
                table = table.group(format!("{}: {}", group.name(), cause.cause));
                for at in &cause.at_times {
                    table = table.indented([
                        at.time.to_string(),
                        style.number(at.n_risk, 0),
                        style.number(at.n_event, 0),
                        style.interval(
                            percent(at.estimate),
                            percent(at.lower),
                            percent(at.upper),
                            1,
                            NOT_ESTIMABLE,
                        ),
                    ]);
                }
            }
        }
        Some(table)
    }

    fn quantiles(&self, style: &Style) -> Option<Table> {
        let causes = || self.groups.iter().flat_map(|group| &group.causes);
        let asked = &causes().next()?.quantiles;
        if asked.is_empty() {
            return None;
        }
        let level = style.level(self.conf_level);
        let mut table =
            Table::new("Time by which the incidence is reached").column("Cause", Align::Left);
        for quantile in asked {
            let percent = style.level(quantile.probability);
            table = table.column(format!("{percent} ({level} CI)"), Align::Right);
        }
        let decimals = decimals_for(causes().flat_map(|cause| &cause.quantiles).flat_map(|one| {
            [one.value.estimate, one.value.lower, one.value.upper].into_iter().flatten()
        }));
        for group in &self.groups {
            table = table.group(group.name());
            for cause in &group.causes {
                let cells = cause.quantiles.iter();
                let cells = cells.map(|one| one.value.text(style, decimals, NOT_REACHED));
                table = table.indented([cause.cause.clone()].into_iter().chain(cells));
            }
        }
        Some(table.footnote(format!("{NOT_REACHED}: not reached.")))
    }

    fn tests(&self, style: &Style) -> Option<Table> {
        let mut table = Table::new("Gray's test")
            .column("Cause", Align::Left)
            .column("Chi-square", Align::Right)
            .column("df", Align::Right)
            .column("P", Align::Right);
        for test in self.gray.as_ref()? {
            table = table.row([
                test.cause.clone(),
                style.optional(test.statistic, 2, NOT_ESTIMABLE),
                test.df.to_string(),
                style.p_value(test.p_value),
            ]);
        }
        Some(table)
    }
}
