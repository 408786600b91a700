//! The answer of `riskset risk-groups`.

use super::factors::{RatioEntry, SurvivalEntry};
use super::performance::{IncidenceEntry, JudgedEntry};
use super::{Document, Estimate, Head, Test};
use crate::format::{NOT_ESTIMABLE, NOT_REACHED, Style};
use crate::table::{Align, Table};
use riskset_analysis::{RiskGroup, RiskGroupsAnswer, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// Groups by what a model predicts, with what became of them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RiskGroupsDocument {
    /// What every document starts with; the rows are those that made the model.
    #[serde(flatten)]
    pub head: Head,
    /// With competing risks: what the predictions are of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incidence: Option<IncidenceEntry>,
    /// How tied event times were handled.
    pub ties: &'static str,
    /// The level of the intervals.
    pub conf_level: f64,
    /// The scale of the intervals of medians and survival, or of incidences.
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
    /// The log-rank test, or Gray's.
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
    /// Those that end with the event; with competing risks, with the cause of interest.
    pub events: usize,
    /// With competing risks: those that end with another cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub competing: Option<usize>,
    /// The median of the time to the event; absent with competing risks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median: Option<Estimate>,
    /// The hazard ratio, with competing risks that of the subdistribution, against the lowest group with rows; `null` for that one.
    pub hazard_ratio: Option<RatioEntry>,
    /// Survival by Kaplan-Meier, at the times asked for; absent with competing risks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub survival: Vec<SurvivalEntry>,
    /// The mean of the predicted survival at the same times; absent with competing risks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub predicted: Vec<PredictedEntry>,
    /// With competing risks: the incidence of the cause, seen and predicted, at the times asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub incidence: Vec<GroupIncidenceEntry>,
}

/// The incidence of a group by a time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GroupIncidenceEntry {
    /// The time.
    pub time: f64,
    /// By Aalen and Johansen.
    pub seen: Estimate,
    /// The mean over the rows of the group.
    pub predicted: f64,
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
            incidence: request.cause.clone().zip(request.censor.clone()).map(|(cause, censor)| {
                let model = request.incidence_model.unwrap_or_default().name();
                IncidenceEntry { cause, censor, model }
            }),
            ties: request.ties.name(),
            conf_level: request.conf_level,
            conf_type: request.conf_type.name(),
            events: answer.events,
            judged: JudgedEntry::of(&answer.judged),
            at: request.at,
            groups: answer
                .groups
                .iter()
                .map(|group| RiskGroupEntry::of(group, &times, request.cause.is_some()))
                .collect(),
            tests: match &answer.gray {
                Some(test) => gray(test).into_iter().collect(),
                None => answer.test.as_ref().and_then(super::km::test).into_iter().collect(),
            },
        }
    }

    fn table(&self, style: &Style) -> Table {
        let level = style.level(self.conf_level);
        let mut table = Table::new("Groups by prediction")
            .column("", Align::Left)
            .column("n", Align::Right)
            .column("Events", Align::Right);
        table = match self.incidence {
            None => table.column(format!("Median ({level} CI)"), Align::Right),
            Some(_) => table.column("Other causes", Align::Right),
        };
        let (what, ratio) = match self.incidence {
            None => ("Survival at", "Hazard ratio"),
            Some(_) => ("Incidence by", "Subdistribution hazard ratio"),
        };
        for time in self.times() {
            table = table.column(format!("{what} {time}, % ({level} CI)"), Align::Right).column(
                format!(
                    "Predicted {}, %",
                    match self.incidence {
                        None => format!("at {time}"),
                        Some(_) => format!("by {time}"),
                    }
                ),
                Align::Right,
            );
        }
        table =
            table.column(format!("{ratio} ({level} CI)"), Align::Right).column("P", Align::Right);
        for (place, group) in self.groups.iter().enumerate() {
            table = table.row(self.cells(place, group, style));
        }
        table.footnote(match &self.incidence {
            None => "Survival by Kaplan-Meier beside the mean of the predicted survival. NE, not \
                     estimable; NR, not reached."
                .to_owned(),
            Some(found) => format!(
                "Incidence of {} by Aalen and Johansen beside the mean of the predicted one; ratios of \
                 subdistribution hazards by Fine and Gray. NE, not estimable.",
                found.cause
            ),
        })
    }

    /// The times of the first group that has any; all have the same.
    fn times(&self) -> Vec<f64> {
        let of = |group: &RiskGroupEntry| -> Vec<f64> {
            let survival = group.survival.iter().map(|entry| entry.time);
            survival.chain(group.incidence.iter().map(|entry| entry.time)).collect()
        };
        self.groups.iter().map(of).find(|times| !times.is_empty()).unwrap_or_default()
    }

    fn cells(&self, place: usize, group: &RiskGroupEntry, style: &Style) -> Vec<String> {
        let mut cells = vec![group.label.clone(), group.n.to_string(), group.events.to_string()];
        let present = group.n > 0;
        let shown = |text: String| if present { text } else { String::new() };
        let reached = |median: Estimate| shown(median.text(style, 1, NOT_REACHED));
        let others = group.competing.map(|count| count.to_string());
        cells.push(others.or_else(|| group.median.map(reached)).unwrap_or_default());
        let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
        for index in 0..self.times().len() {
            let survival = group.survival.get(index).map(|entry| entry.survival);
            let incidence = group.incidence.get(index);
            let seen = survival.or_else(|| incidence.map(|entry| entry.seen));
            let text = seen.map_or(String::new(), |seen| {
                let (estimate, lower, upper) =
                    (percent(seen.estimate), percent(seen.lower), percent(seen.upper));
                style.interval(estimate, lower, upper, 1, NOT_ESTIMABLE)
            });
            let predicted = group.predicted.get(index).map(|entry| entry.survival);
            let predicted = predicted.or_else(|| incidence.map(|entry| entry.predicted));
            let predicted = predicted.map(|mean| style.number(100.0 * mean, 1));
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
    fn of(group: &RiskGroup, times: &[f64], competing: bool) -> RiskGroupEntry {
        let median = group.seen.as_ref().and_then(|seen| seen.quantiles.first());
        let survival = group.seen.iter().flat_map(|seen| &seen.at_times);
        let predicted = times.iter().zip(&group.predicted).filter(|_| !competing);
        let no_median = Estimate { estimate: None, lower: None, upper: None };
        RiskGroupEntry {
            label: group.label.clone(),
            from: group.from,
            below: group.below,
            n: group.n,
            events: group.events,
            competing: competing.then_some(group.competing),
            median: (!competing).then(|| {
                median.map_or(no_median, |found| Estimate {
                    estimate: found.estimate,
                    lower: found.lower,
                    upper: found.upper,
                })
            }),
            incidence: group
                .incidence
                .iter()
                .zip(&group.predicted)
                .map(|(at, &predicted)| GroupIncidenceEntry {
                    time: at.time,
                    seen: Estimate {
                        estimate: at.estimate,
                        lower: at.interval.and_then(|interval| interval.lower),
                        upper: at.interval.and_then(|interval| interval.upper),
                    },
                    predicted,
                })
                .collect(),
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

/// Gray's test; `None` where there is nothing to compare.
fn gray(test: &riskset::GrayTestResult) -> Option<Test> {
    Some(Test {
        name: "gray".to_owned(),
        statistic: test.statistic?,
        df: test.df as f64,
        p_value: test.p_value,
    })
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
            Some(at) => match &self.incidence {
                None => format!("the risk of the event by {at} that the model predicts"),
                Some(found) => {
                    format!("the incidence of {} by {at} that the model predicts", found.cause)
                }
            },
            None => "the linear predictor of the model, from the means of the rows that made it"
                .to_owned(),
        };
        let mut notes =
            vec![format!("Groups by {cuts}. {}", self.judged.sentence(&self.head, self.events))];
        notes.extend(self.tests.iter().map(|test| super::logrank::sentence(test, style)));
        notes
    }
}
