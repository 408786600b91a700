//! The answer of `riskset predict`, and the predictions of `riskset cox`.

use super::expected::{self, PredictedIncidence};
use super::km::Rmst;
use super::{Document, Estimate, Head};
use crate::format::{NOT_ESTIMABLE, NOT_REACHED, Style};
use crate::table::{Align, Table};
use riskset_analysis::{
    CoxPrediction, PredictAnswer, PredictedPoint, Predictions, SavedMeasure, SavedModel,
    SavedValidation, Voice,
};
use schemars::JsonSchema;
use serde::Serialize;

/// What a saved model predicts for new rows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PredictDocument {
    /// What every document starts with; `n` is the number of new rows.
    #[serde(flatten)]
    pub head: Head,
    /// The model.
    pub model: ModelUsed,
    /// The level of the intervals.
    pub conf_level: f64,
    /// The predictions: of survival, or of the incidence of a cause.
    pub predictions: PredictedRows,
}

/// What was predicted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum PredictedRows {
    /// Survival.
    Survival(Vec<Prediction>),
    /// The incidence of the cause of the model.
    Incidence(Vec<PredictedIncidence>),
}

/// The model that predicts.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ModelUsed {
    /// Its file.
    pub file: String,
    /// The program that made it.
    pub program: String,
    /// The data that made it.
    pub data: String,
    /// Its formula.
    pub formula: String,
    /// Rows that made it.
    pub n: usize,
    /// Events of them.
    pub events: usize,
    /// With competing risks: the cause whose incidence is predicted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Rows with another event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub competing_events: Option<usize>,
    /// The landmark from which its time is counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub landmark: Option<f64>,
    /// Whether its formula has an offset, which is 0 in predictions.
    pub offset: bool,
    /// How it was validated; empty when it was not.
    pub validation: Vec<SavedValidation>,
}

/// What the model says of one row of new data.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Prediction {
    /// The row of the new data, from 1.
    pub row: usize,
    /// The stratum; `null` without strata.
    pub stratum: Option<String>,
    /// The log hazard ratio against the mean of the data.
    pub linear_predictor: f64,
    /// Its standard error.
    pub linear_predictor_std_error: Option<f64>,
    /// The hazard ratio against the mean of the data.
    pub risk: f64,
    /// The group by the cut-offs, when they were given; `null` where its risk does not exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Option<String>>,
    /// The median of the predicted curve; `null` where it does not fall to one half.
    pub median: Estimate,
    /// The area under the predicted curve to tau, when asked for; `null` where nobody was followed so
    /// long.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restricted_mean: Option<Option<Rmst>>,
    /// Times of the survival.
    pub time: Vec<f64>,
    /// The survival expected.
    pub survival: Vec<Option<f64>>,
    /// Its standard error.
    pub std_error: Vec<Option<f64>>,
    /// Lower limits.
    pub lower: Vec<Option<f64>>,
    /// Upper limits.
    pub upper: Vec<Option<f64>>,
}

impl Prediction {
    /// The predictions of an answer, with the labels of its strata; `tau` is the end of the restricted
    /// means, when they were asked for.
    pub fn all(
        predictions: &[CoxPrediction],
        labels: &[String],
        tau: Option<f64>,
    ) -> Vec<Prediction> {
        predictions.iter().map(|one| Prediction::of(one, labels, tau)).collect()
    }

    fn of(prediction: &CoxPrediction, labels: &[String], tau: Option<f64>) -> Prediction {
        let points = &prediction.points;
        let column = |of: fn(&PredictedPoint) -> Option<f64>| points.iter().map(of).collect();
        let median = &prediction.median;
        Prediction {
            row: prediction.row + 1,
            stratum: prediction.stratum.map(|stratum| labels[stratum].clone()),
            linear_predictor: prediction.linear_predictor,
            linear_predictor_std_error: Some(prediction.linear_predictor_std_error),
            risk: prediction.linear_predictor.exp(),
            group: None,
            median: Estimate {
                estimate: median.estimate,
                lower: median.lower,
                upper: median.upper,
            },
            restricted_mean: tau.map(|_| prediction.restricted_mean.map(Rmst::from)),
            time: points.iter().map(|point| point.time).collect(),
            survival: column(|point| point.survival),
            std_error: column(|point| point.std_error),
            lower: column(|point| point.interval?.lower),
            upper: column(|point| point.interval?.upper),
        }
    }
}

/// The tables of predictions: one line a row, and the survival at the times asked for.
pub(super) fn tables(rows: &[Prediction], conf_level: f64, style: &Style) -> Vec<Table> {
    vec![by_row(rows, conf_level, style), by_time(rows, conf_level, style)]
}

/// A table that starts with the row and, where there are strata, its stratum.
fn started(title: &str, rows: &[Prediction]) -> Table {
    let table = Table::new(title).column("Row", Align::Left);
    match rows.iter().any(|row| row.stratum.is_some()) {
        true => table.column("Stratum", Align::Left),
        false => table,
    }
}

fn by_row(rows: &[Prediction], conf_level: f64, style: &Style) -> Table {
    let level = style.level(conf_level);
    let tau = rows.iter().find_map(|row| row.restricted_mean.flatten().map(|mean| mean.tau));
    let with_mean = rows.iter().any(|row| row.restricted_mean.is_some());
    let mut table = started("Predictions", rows)
        .column("Linear predictor (SE)", Align::Right)
        .column("Hazard ratio against the mean", Align::Right)
        .column(format!("Median ({level} CI)"), Align::Right);
    if with_mean {
        let to = tau.map_or(String::new(), |tau| format!(" to {tau}"));
        table = table.column(format!("Restricted mean{to} ({level} CI)"), Align::Right);
    }
    let grouped = rows.iter().any(|row| row.group.is_some());
    if grouped {
        table = table.column("Group", Align::Left);
    }
    for row in rows {
        let mut cells = vec![row.row.to_string()];
        cells.extend(row.stratum.clone());
        let error = style.optional(row.linear_predictor_std_error, 3, NOT_ESTIMABLE);
        cells.push(format!("{} ({error})", style.number(row.linear_predictor, 3)));
        cells.push(style.number(row.risk, 2));
        cells.push(row.median.text(style, 1, NOT_REACHED));
        if let Some(mean) = row.restricted_mean {
            let (estimate, lower, upper) =
                (mean.map(|m| m.estimate), mean.map(|m| m.lower), mean.map(|m| m.upper));
            cells.push(style.interval(estimate, lower, upper, 1, NOT_ESTIMABLE));
        }
        if let Some(group) = &row.group {
            cells.push(group.clone().unwrap_or_else(|| NOT_ESTIMABLE.to_owned()));
        }
        table = table.row(cells);
    }
    table
}

fn by_time(rows: &[Prediction], conf_level: f64, style: &Style) -> Table {
    let level = style.level(conf_level);
    let mut table = started("Predicted survival", rows)
        .column("Time", Align::Right)
        .column(format!("Survival, % ({level} CI)"), Align::Right);
    let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
    for row in rows {
        for (index, time) in row.time.iter().enumerate() {
            let mut cells = vec![row.row.to_string()];
            cells.extend(row.stratum.clone());
            let (survival, lower, upper) =
                (row.survival[index], row.lower[index], row.upper[index]);
            let (survival, lower, upper) = (percent(survival), percent(lower), percent(upper));
            let survival = style.interval(survival, lower, upper, 1, NOT_ESTIMABLE);
            cells.extend([time.to_string(), survival]);
            table = table.row(cells);
        }
    }
    table
}

impl PredictDocument {
    /// The document of an answer.
    pub fn of(answer: &PredictAnswer, voice: &dyn Voice) -> PredictDocument {
        let (model, request) = (&answer.model, &answer.request);
        let groups = answer.groups.iter().flatten().cloned().map(Some);
        let predictions = match &answer.predictions {
            Predictions::Survival(found) => {
                let mut rows = Prediction::all(found, &answer.stratum_labels, request.tau);
                rows.iter_mut().zip(groups).for_each(|(row, group)| row.group = group);
                PredictedRows::Survival(rows)
            }
            Predictions::Incidence(found) => {
                let mut rows = PredictedIncidence::all(found);
                rows.iter_mut().zip(groups).for_each(|(row, group)| row.group = group);
                PredictedRows::Incidence(rows)
            }
        };
        PredictDocument {
            head: Head::of(&answer.about, voice),
            conf_level: model.conf_level,
            predictions,
            model: ModelUsed::of(model, &request.model),
        }
    }
}

impl ModelUsed {
    fn of(model: &SavedModel, file: &str) -> ModelUsed {
        ModelUsed {
            file: file.to_owned(),
            program: model.program.clone(),
            data: model.data.clone(),
            formula: model.formula.clone(),
            n: model.n,
            events: model.events,
            cause: model.incidence.as_ref().map(|incidence| incidence.cause.clone()),
            competing_events: model.incidence.as_ref().map(|incidence| incidence.competing),
            landmark: model.landmark,
            offset: model.offset,
            validation: model.validation.clone(),
        }
    }

    fn sentence(&self) -> String {
        let landmark = self.landmark.map_or(String::new(), |time| {
            format!(
                " Time is counted from the landmark {time} for those without the event by then."
            )
        });
        let offset = if self.offset { " Its offset is taken as 0." } else { "" };
        let events = match (&self.cause, self.competing_events) {
            (Some(cause), Some(others)) => {
                format!("{} with {cause} and {others} with another event first,", self.events)
            }
            _ => format!("{} events", self.events),
        };
        let incidence = match &self.cause {
            Some(cause) => format!(
                " It predicts the incidence of {cause} where the other events happen as they did there; a \
                 median survival and a restricted mean it does not have."
            ),
            None => String::new(),
        };
        format!(
            "The model of {} was made of {} rows with {events} of {}.{landmark}{offset}{incidence}",
            self.file, self.n, self.data
        )
    }

    fn validated(&self, style: &Style) -> Vec<String> {
        if self.validation.is_empty() {
            return vec![
                "How well it predicts is not in the file: it was saved without a validation."
                    .to_owned(),
            ];
        }
        self.validation.iter().map(|found| validated(found, style)).collect()
    }
}

/// `Validated by 100 bootstrap samples: Harrell's C 0.66, ...`
fn validated(found: &SavedValidation, style: &Style) -> String {
    let how = match (found.method.as_str(), found.samples) {
        ("bootstrap", Some(samples)) => format!("by {samples} bootstrap samples"),
        ("cross-validation", Some(folds)) => format!("by cross-validation in {folds} folds"),
        _ => format!("on {} rows with {} events of {}", found.n, found.events, found.data),
    };
    let measures: Vec<String> =
        found.measures.iter().filter_map(|measure| measured(measure, style)).collect();
    format!("Validated {how}: {}.", measures.join(", "))
}

/// A measure that exists, in words.
fn measured(measure: &SavedMeasure, style: &Style) -> Option<String> {
    let value = style.number(measure.estimate?, 3);
    let name = match measure.measure.as_str() {
        "harrell" => "Harrell's C",
        "uno" => "Uno's C",
        "slope" => "calibration slope",
        "auc" => "AUC",
        "brier" => "Brier score",
        "ici" => "ICI",
        other => other,
    };
    let at = measure.time.map_or(String::new(), |time| format!(" at {time}"));
    Some(format!("{name}{at} {value}"))
}

impl Document for PredictDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        match &self.predictions {
            PredictedRows::Survival(rows) => tables(rows, self.conf_level, style),
            PredictedRows::Incidence(rows) => {
                let cause = self.model.cause.as_deref().unwrap_or_default();
                expected::tables(rows, cause, self.conf_level, style)
            }
        }
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = vec![self.model.sentence()];
        notes.extend(self.model.validated(style));
        notes
    }
}
