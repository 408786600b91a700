//! The answer of `riskset npv`.

use super::{Document, Head};
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset::Proportion;
use riskset_analysis::{NpvAnswer, Voice};
use serde::Serialize;

/// Proportions of clustered observations.
#[derive(Clone, Debug, Serialize)]
pub struct NpvDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// How the variance allows for clusters.
    pub variance: &'static str,
    /// The form of the interval.
    pub interval: &'static str,
    /// The level of the two-sided interval.
    pub conf_level: f64,
    /// One entry per group, in level order.
    pub groups: Vec<Group>,
    /// The one-sided test against the threshold, when there is one.
    pub threshold: Option<Threshold>,
}

/// One group.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// `management=resected`; absent without groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Observations.
    pub n: usize,
    /// Clusters.
    pub clusters: usize,
    /// Observations with the property.
    pub events: usize,
    /// The intracluster correlation, as estimated; it may be negative.
    pub icc: Option<f64>,
    /// The variance as a multiple of the binomial variance.
    pub design_effect: Option<f64>,
    /// The proportion.
    pub estimate: f64,
    /// The standard error of the proportion.
    pub std_error: Option<f64>,
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
}

/// The test that the proportion exceeds a threshold.
#[derive(Clone, Debug, Serialize)]
pub struct Threshold {
    /// The threshold.
    pub value: f64,
    /// One entry per group, in level order.
    pub groups: Vec<ThresholdGroup>,
}

/// One group against the threshold.
#[derive(Clone, Debug, Serialize)]
pub struct ThresholdGroup {
    /// The group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The normal statistic; `null` for the exact test.
    pub statistic: Option<f64>,
    /// One-sided; `null` where no variance exists.
    pub p_value: Option<f64>,
    /// Whether the lower limit of the two-sided interval lies above the threshold.
    pub lower_exceeds: Option<bool>,
}

impl NpvDocument {
    /// The document of an answer.
    ///
    /// # Panics
    ///
    /// When there is no group; an answer has at least one.
    pub fn of(answer: NpvAnswer, voice: &dyn Voice) -> NpvDocument {
        let groups = &answer.groups;
        let first = &groups.first().expect("there is at least one group").1;
        let test = groups.iter().find_map(|(_, group)| group.threshold);
        let threshold = test.map(|test| Threshold {
            value: test.threshold,
            groups: groups
                .iter()
                .map(|(name, group)| ThresholdGroup::new(name.label.clone(), test.threshold, group))
                .collect(),
        });
        NpvDocument {
            head: Head::of(&answer.about, voice),
            variance: first.variance.name(),
            interval: first.interval_type.name(),
            conf_level: first.conf_level,
            groups: groups
                .iter()
                .map(|(name, group)| Group::new(name.label.clone(), group))
                .collect(),
            threshold,
        }
    }
}

impl Group {
    fn new(label: Option<String>, group: &Proportion) -> Group {
        Group {
            label,
            n: group.n,
            clusters: group.clusters,
            events: group.events,
            icc: group.icc,
            design_effect: group.design_effect,
            estimate: group.estimate,
            std_error: group.std_error,
            lower: group.interval.and_then(|interval| interval.lower),
            upper: group.interval.and_then(|interval| interval.upper),
        }
    }

    fn name(&self) -> &str {
        self.label.as_deref().unwrap_or("All")
    }
}

impl ThresholdGroup {
    fn new(label: Option<String>, threshold: f64, group: &Proportion) -> ThresholdGroup {
        let lower = group.interval.and_then(|interval| interval.lower);
        ThresholdGroup {
            label,
            statistic: group.threshold.and_then(|test| test.statistic),
            p_value: group.threshold.map(|test| test.p_value),
            lower_exceeds: lower.map(|lower| lower > threshold),
        }
    }
}

impl Document for NpvDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let mut table = Table::new("Proportions of clustered observations")
            .column("Group", Align::Left)
            .column("Observations", Align::Right)
            .column("Clusters", Align::Right)
            .column("Events", Align::Right)
            .column(format!("Proportion, % ({} CI)", style.level(self.conf_level)), Align::Right)
            .column("Design effect", Align::Right)
            .column("ICC", Align::Right);
        if let Some(threshold) = &self.threshold {
            let percent = style.number(100.0 * threshold.value, 1);
            table = table.column(format!("P, above {percent}%"), Align::Right);
        }
        let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
        for (index, group) in self.groups.iter().enumerate() {
            let estimate = style.interval(
                percent(Some(group.estimate)),
                percent(group.lower),
                percent(group.upper),
                1,
                NOT_ESTIMABLE,
            );
            let mut cells = vec![
                group.name().to_string(),
                group.n.to_string(),
                group.clusters.to_string(),
                group.events.to_string(),
                estimate,
                style.optional(group.design_effect, 2, NOT_ESTIMABLE),
                style.optional(group.icc, 2, NOT_ESTIMABLE),
            ];
            if let Some(threshold) = &self.threshold {
                let test = threshold.groups.get(index);
                cells.push(style.p_value(test.and_then(|test| test.p_value)));
            }
            table = table.row(cells);
        }
        vec![table]
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let variance = match self.variance {
            "donner" => {
                "design effect from the analysis-of-variance intracluster correlation (Donner and Donald)"
            }
            "gee" => "generalised estimating equations, exchangeable correlation, robust",
            "ratio" => "ratio estimator between clusters (Rao and Scott)",
            _ => "binomial, clusters counted but not allowed for",
        };
        let mut notes = vec![format!(
            "Variance: {variance}. Interval: {} {}, two-sided.",
            style.level(self.conf_level),
            self.interval
        )];
        for test in self.threshold.iter().flat_map(|threshold| &threshold.groups) {
            let verdict = match test.lower_exceeds {
                Some(true) => "lies above",
                Some(false) => "does not lie above",
                None => continue,
            };
            let name = test.label.as_deref().unwrap_or("The proportion");
            let value = self.threshold.as_ref().map_or(0.0, |threshold| threshold.value);
            notes.push(format!(
                "{name}: the lower limit {verdict} {}%, one-sided {}.",
                style.number(100.0 * value, 1),
                style.p_equation(test.p_value)
            ));
        }
        notes
    }
}
