//! The answer of `riskset risk-groups`.

use super::factors::{RatioEntry, SurvivalEntry};
use super::performance::JudgedEntry;
use super::{Document, Estimate, Head, Test};
use crate::format::{NOT_ESTIMABLE, NOT_REACHED, Style};
use crate::table::{Align, Table};
use riskset_analysis::{RiskGroup, RiskGroupsAnswer, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// Groups by what a Cox model predicts, with what became of them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RiskGroupsDocument {
    /// What every document starts with; the rows are those that made the model.
    #[serde(flatten)]
    pub head: Head,
    /// How tied event times were handled.
    pub ties: &'static str,
    /// The level of the intervals.
    pub conf_level: f64,
    /// The scale of the intervals of medians and survival.
    pub conf_type: &'static str,
    /// Events of the rows that made the model.
    pub events: usize,
    /// The rows that are grouped.
    pub judged: JudgedEntry,
    /// The time by which the risk of the cut-offs is predicted; absent where they are linear
    /// predictors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<f64>,
    /// The groups by increasing risk.
    pub groups: Vec<RiskGroupEntry>,
    /// The log-rank test.
    pub tests: Vec<Test>,
}

/// A group; what it has no patients for is `null`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RiskGroupEntry {
    /// Its name.
    pub label: String,
    /// The cut-off at which it starts; `null` for the lowest.
    pub from: Option<f64>,
    /// The cut-off below which it ends; `null` for the highest.
    pub below: Option<f64>,
    /// Rows.
    pub n: usize,
    /// Those that end with the event.
    pub events: usize,
    /// The median of the time to the event.
    pub median: Estimate,
    /// The hazard ratio against the lowest group with rows; `null` for that one.
    pub hazard_ratio: Option<RatioEntry>,
    /// Survival by Kaplan-Meier, at the times asked for.
    pub survival: Vec<SurvivalEntry>,
    /// The mean of the predicted survival at the same times.
    pub predicted: Vec<PredictedEntry>,
}

/// Predicted survival at a time.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct PredictedEntry {
    /// The time.
    pub time: f64,
    /// The mean over the rows of the group.
    pub survival: f64,
}

impl RiskGroupsDocument {
    /// The document of an answer.
    pub fn of(answer: &RiskGroupsAnswer, voice: &dyn Voice) -> RiskGroupsDocument {
        let (request, times) = (&answer.request, answer.request.shown());
        RiskGroupsDocument {
            head: Head::of(&answer.about, voice),
            ties: request.ties.name(),
            conf_level: request.conf_level,
            conf_type: request.conf_type.name(),
            events: answer.events,
            judged: JudgedEntry::of(&answer.judged),
            at: request.at,
            groups: answer.groups.iter().map(|group| RiskGroupEntry::of(group, &times)).collect(),
            tests: answer.test.as_ref().and_then(super::km::test).into_iter().collect(),
        }
    }

    fn table(&self, style: &Style) -> Table {
        let level = style.level(self.conf_level);
        let mut table = Table::new("Groups by prediction")
            .column("", Align::Left)
            .column("n", Align::Right)
            .column("Events", Align::Right)
            .column(format!("Median ({level} CI)"), Align::Right);
        for SurvivalEntry { time, .. } in &self.times() {
            table = table
                .column(format!("Survival at {time}, % ({level} CI)"), Align::Right)
                .column(format!("Predicted at {time}, %"), Align::Right);
        }
        table = table
            .column(format!("Hazard ratio ({level} CI)"), Align::Right)
            .column("P", Align::Right);
        for (place, group) in self.groups.iter().enumerate() {
            table = table.row(self.cells(place, group, style));
        }
        table.footnote(
            "Survival by Kaplan-Meier beside the mean of the predicted survival. NE, not estimable; \
             NR, not reached.",
        )
    }

    /// The times of the first group that has any; all have the same.
    fn times(&self) -> Vec<SurvivalEntry> {
        let with = self.groups.iter().find(|group| !group.survival.is_empty());
        with.map_or(Vec::new(), |group| group.survival.clone())
    }

    fn cells(&self, place: usize, group: &RiskGroupEntry, style: &Style) -> Vec<String> {
        let mut cells = vec![group.label.clone(), group.n.to_string(), group.events.to_string()];
        let present = group.n > 0;
        let shown = |text: String| if present { text } else { String::new() };
        cells.push(shown(group.median.text(style, 1, NOT_REACHED)));
        let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
        for index in 0..self.times().len() {
            let seen = group.survival.get(index).map(|entry| entry.survival);
            let text = seen.map_or(String::new(), |seen| {
                let (estimate, lower, upper) =
                    (percent(seen.estimate), percent(seen.lower), percent(seen.upper));
                style.interval(estimate, lower, upper, 1, NOT_ESTIMABLE)
            });
            let predicted = group.predicted.get(index);
            let predicted = predicted.map(|entry| style.number(100.0 * entry.survival, 1));
            cells.extend([text, predicted.unwrap_or_default()]);
        }
        let first = self.groups.iter().position(|group| group.n > 0);
        cells.extend(match group.hazard_ratio {
            Some(found) => {
                [found.ratio.text(style, 2, NOT_ESTIMABLE), style.p_value(found.p_value)]
            }
            None if Some(place) == first => ["1 (reference)".to_owned(), String::new()],
            None if present => [NOT_ESTIMABLE.to_owned(), String::new()],
            None => [String::new(), String::new()],
        });
        cells
    }
}

impl RiskGroupEntry {
    fn of(group: &RiskGroup, times: &[f64]) -> RiskGroupEntry {
        let median = group.seen.as_ref().and_then(|seen| seen.quantiles.first());
        let survival = group.seen.iter().flat_map(|seen| &seen.at_times);
        let predicted = times.iter().zip(&group.predicted);
        RiskGroupEntry {
            label: group.label.clone(),
            from: group.from,
            below: group.below,
            n: group.n,
            events: group.events,
            median: median.map_or(Estimate { estimate: None, lower: None, upper: None }, |found| {
                Estimate { estimate: found.estimate, lower: found.lower, upper: found.upper }
            }),
            hazard_ratio: group.ratio.as_ref().map(|found| RatioEntry {
                ratio: Estimate {
                    estimate: found.hazard_ratio,
                    lower: found.interval.lower,
                    upper: found.interval.upper,
                },
                p_value: found.p_value,
            }),
            survival: survival
                .map(|at| SurvivalEntry {
                    time: at.time,
                    survival: Estimate {
                        estimate: at.survival,
                        lower: at.interval.and_then(|interval| interval.lower),
                        upper: at.interval.and_then(|interval| interval.upper),
                    },
                })
                .collect(),
            predicted: predicted
                .map(|(&time, &survival)| PredictedEntry { time, survival })
                .collect(),
        }
    }
}

impl Document for RiskGroupsDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        vec![self.table(style)]
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let cuts = match self.at {
            Some(at) => format!("the risk of the event by {at} that the model predicts"),
            None => "the linear predictor of the model, from the means of the rows that made it"
                .to_owned(),
        };
        let mut notes =
            vec![format!("Groups by {cuts}. {}", self.judged.sentence(&self.head, self.events))];
        notes.extend(self.tests.iter().map(|test| super::logrank::sentence(test, style)));
        notes
    }
}
