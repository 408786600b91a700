//! The answer of `riskset logrank`.

use super::further::FurtherEntries;
use super::{Document, Head, Test};
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset::{LogRankTest, LogRankWeight, PairTest, TrendTest};
use riskset_analysis::{LogrankAnswer, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// A comparison of survival curves.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LogrankDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// One entry per group, in level order.
    pub groups: Vec<Group>,
    /// The test of equal survival.
    pub test: TestEntry,
    /// The test for a trend, when asked for.
    pub trend: Option<Trend>,
    /// Pairs of groups, when asked for.
    pub pairwise: Vec<Pair>,
    /// How the p values of the pairs are adjusted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjustment: Option<&'static str>,
    /// The tests beside it.
    #[serde(flatten)]
    pub further: FurtherEntries,
    /// The columns whose levels are the strata.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<String>,
}

/// One group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Group {
    /// `sex=1`.
    pub label: String,
    /// Rows.
    pub n: usize,
    /// Rows that end with the event.
    pub events: usize,
    /// Weighted events.
    pub observed: f64,
    /// Weighted events expected under equal survival.
    pub expected: f64,
}

/// The test; without a degree of freedom there is no statistic.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TestEntry {
    /// The name of the weights.
    pub name: &'static str,
    /// The exponents of a Fleming-Harrington test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rho: Option<f64>,
    /// The exponents of a Fleming-Harrington test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gamma: Option<f64>,
    /// The chi-square statistic.
    pub statistic: Option<f64>,
    /// Groups with an expected event, less one.
    pub df: usize,
    /// The p value.
    pub p_value: Option<f64>,
}

/// The test for a trend with scores 1, 2, ... in level order.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Trend {
    /// `trend`.
    pub name: &'static str,
    /// Signed: positive when events are in excess in later groups.
    pub z: f64,
    /// Chi-square on one degree of freedom.
    pub statistic: f64,
    /// Always 1.
    pub df: usize,
    /// The p value.
    pub p_value: f64,
}

/// Two groups compared.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Pair {
    /// The first group.
    pub a: String,
    /// The second group.
    pub b: String,
    /// Chi-square on one degree of freedom.
    pub statistic: Option<f64>,
    /// The p value.
    pub p_value: Option<f64>,
    /// The p value after adjustment.
    pub p_adjusted: Option<f64>,
}

impl LogrankDocument {
    /// The document of an answer.
    pub fn of(answer: LogrankAnswer, voice: &dyn Voice) -> LogrankDocument {
        let labels: Vec<String> =
            answer.groups.iter().map(|group| group.name().to_owned()).collect();
        let entries = labels.iter().zip(answer.test.groups());
        LogrankDocument {
            head: Head::of(&answer.about, voice),
            groups: entries
                .map(|(label, group)| Group {
                    label: label.clone(),
                    n: group.n,
                    events: group.events,
                    observed: group.observed,
                    expected: group.expected,
                })
                .collect(),
            test: TestEntry::new(&answer.test),
            trend: answer.trend.map(Into::into),
            pairwise: answer.pairs.iter().map(|pair| Pair::new(pair, &labels)).collect(),
            adjustment: answer.request.pairwise.map(|pairwise| pairwise.0.name()),
            further: FurtherEntries::of(&answer.further, &answer.request.further),
            strata: answer.strata,
        }
    }
}

impl TestEntry {
    /// The entry of a test.
    pub fn new(test: &LogRankTest) -> TestEntry {
        let (rho, gamma) = match test.weight() {
            LogRankWeight::FlemingHarrington { rho, gamma } => (Some(rho), Some(gamma)),
            _ => (None, None),
        };
        TestEntry {
            name: test.weight().name(),
            rho,
            gamma,
            statistic: test.statistic(),
            df: test.df(),
            p_value: test.p_value(),
        }
    }
}

impl From<TrendTest> for Trend {
    fn from(test: TrendTest) -> Trend {
        Trend { name: "trend", z: test.z, statistic: test.statistic, df: 1, p_value: test.p_value }
    }
}

impl Pair {
    /// The entry of one pair.
    pub fn new(test: &PairTest, labels: &[String]) -> Pair {
        Pair {
            a: labels[test.a].clone(),
            b: labels[test.b].clone(),
            statistic: test.statistic,
            p_value: test.p_value,
            p_adjusted: test.p_adjusted,
        }
    }
}

/// The name of a test as people write it.
pub(crate) fn display_name(name: &str) -> &str {
    match name {
        "logrank" => "Log-rank test",
        "gehan-wilcoxon" => "Gehan-Wilcoxon test",
        "tarone-ware" => "Tarone-Ware test",
        "peto-peto" => "Peto-Peto test",
        "fleming-harrington" => "Fleming-Harrington test",
        "trend" => "Test for trend",
        "gray" => "Gray's test",
        other => other,
    }
}

/// `Log-rank test: chi-square 10.33 on 1 degree of freedom, P = 0.001`.
pub(crate) fn sentence(test: &Test, style: &Style) -> String {
    let unit = if test.df == 1.0 { "degree" } else { "degrees" };
    format!(
        "{}: chi-square {} on {} {unit} of freedom, {}",
        display_name(&test.name),
        style.number(test.statistic, 2),
        style.number(test.df, 0),
        style.p_equation(test.p_value)
    )
}

impl Document for LogrankDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let mut groups = Table::new(display_name(self.test.name))
            .column("Group", Align::Left)
            .column("n", Align::Right)
            .column("Events", Align::Right)
            .column("Observed", Align::Right)
            .column("Expected", Align::Right);
        let plain = self.test.name == "logrank";
        for group in &self.groups {
            let observed = style.number(group.observed, if plain { 0 } else { 2 });
            let expected = style.number(group.expected, 2);
            let counts = [group.n.to_string(), group.events.to_string()];
            groups = groups
                .row([group.label.clone()].into_iter().chain(counts).chain([observed, expected]));
        }
        if !plain {
            groups =
                groups.footnote("Observed and expected are weighted as the test weights them.");
        }
        let mut tables = vec![groups];
        if !self.pairwise.is_empty() {
            let adjustment = self.adjustment.unwrap_or_default();
            tables.push(pairs_table(&self.pairwise, adjustment, style));
        }
        tables
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = vec![match self.test.statistic {
            Some(statistic) => {
                let name = self.test.name.to_string();
                let (df, p_value) = (self.test.df as f64, self.test.p_value);
                sentence(&Test { name, statistic, df, p_value }, style)
            }
            None => "The test is not estimable: fewer than two groups have an expected event."
                .to_string(),
        }];
        if let (Some(rho), Some(gamma)) = (self.test.rho, self.test.gamma) {
            notes
                .push(format!("Weights S(t)^{rho} (1 - S(t))^{gamma}, S the pooled Kaplan-Meier."));
        }
        if !self.strata.is_empty() {
            notes.push(format!("Stratified by {}.", self.strata.join(", ")));
        }
        notes.extend(self.further.notes(style));
        if let Some(trend) = &self.trend {
            let (name, p_value) = (trend.name.to_string(), Some(trend.p_value));
            notes.push(sentence(
                &Test { name, statistic: trend.statistic, df: 1.0, p_value },
                style,
            ));
        }
        notes
    }
}

/// The heading of P values that were adjusted, by the word for programs.
pub(super) fn adjusted_heading(adjustment: &str) -> &'static str {
    match adjustment {
        "bonferroni" => "P, Bonferroni",
        "holm" => "P, Holm",
        "bh" => "P, Benjamini-Hochberg",
        _ => "P, not adjusted",
    }
}

/// One row a pair. `adjustment` is the word for programs.
pub(super) fn pairs_table(pairs: &[Pair], adjustment: &str, style: &Style) -> Table {
    let mut table = Table::new("Pairs of groups")
        .column("Groups", Align::Left)
        .column("Chi-square", Align::Right)
        .column("P", Align::Right)
        .column(adjusted_heading(adjustment), Align::Right);
    for pair in pairs {
        table = table.row([
            format!("{} against {}", pair.a, pair.b),
            style.optional(pair.statistic, 2, NOT_ESTIMABLE),
            style.p_value(pair.p_value),
            style.p_value(pair.p_adjusted),
        ]);
    }
    table.footnote("Each pair is tested in the rows of its two groups, on 1 degree of freedom.")
}
