//! The incidence that a model expects of new rows: of `riskset fine-gray` and of `riskset predict`.

use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset::ExpectedIncidence;
use riskset_analysis::IncidencePrediction;
use schemars::JsonSchema;
use serde::Serialize;

/// The incidence that the model expects of one row of new data.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PredictedIncidence {
    /// The row of the new data, from 1.
    pub row: usize,
    /// The log subdistribution hazard ratio against the mean of the data.
    pub linear_predictor: f64,
    /// Its standard error.
    pub linear_predictor_std_error: f64,
    /// The subdistribution hazard ratio against the mean of the data.
    pub risk: f64,
    /// The group by the cut-offs, when they were given; `null` where its risk does not exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Option<String>>,
    /// Times.
    pub time: Vec<f64>,
    /// The incidence by each time; `null` after the last time that was observed.
    pub incidence: Vec<Option<f64>>,
    /// Its standard error.
    pub std_error: Vec<Option<f64>>,
    /// Lower limits, on the scale of log(-log(1 - incidence)).
    pub lower: Vec<Option<f64>>,
    /// Upper limits.
    pub upper: Vec<Option<f64>>,
}

impl PredictedIncidence {
    /// The predictions of an answer.
    pub fn all(predictions: &[IncidencePrediction]) -> Vec<PredictedIncidence> {
        predictions.iter().map(PredictedIncidence::of).collect()
    }

    fn of(prediction: &IncidencePrediction) -> PredictedIncidence {
        let points = &prediction.points;
        let column = |of: fn(&ExpectedIncidence) -> Option<f64>| points.iter().map(of).collect();
        PredictedIncidence {
            row: prediction.row + 1,
            linear_predictor: prediction.linear_predictor,
            linear_predictor_std_error: prediction.linear_predictor_std_error,
            risk: prediction.linear_predictor.exp(),
            group: None,
            time: points.iter().map(|point| point.time).collect(),
            incidence: column(|point| point.incidence),
            std_error: column(|point| point.std_error),
            lower: column(|point| point.interval?.lower),
            upper: column(|point| point.interval?.upper),
        }
    }
}

/// The tables of predictions: one line a row, and the incidence at the times asked for.
pub(super) fn tables(
    rows: &[PredictedIncidence],
    cause: &str,
    conf_level: f64,
    style: &Style,
) -> Vec<Table> {
    vec![by_row(rows, style), by_time(rows, cause, conf_level, style)]
}

fn by_row(rows: &[PredictedIncidence], style: &Style) -> Table {
    let mut table = Table::new("Predictions")
        .column("Row", Align::Left)
        .column("Linear predictor (SE)", Align::Right)
        .column("Subdistribution hazard ratio against the mean", Align::Right);
    if rows.iter().any(|row| row.group.is_some()) {
        table = table.column("Group", Align::Left);
    }
    for row in rows {
        let error = style.number(row.linear_predictor_std_error, 3);
        let mut cells = vec![
            row.row.to_string(),
            format!("{} ({error})", style.number(row.linear_predictor, 3)),
            style.number(row.risk, 2),
        ];
        if let Some(group) = &row.group {
            cells.push(group.clone().unwrap_or_else(|| NOT_ESTIMABLE.to_owned()));
        }
        table = table.row(cells);
    }
    table
}

fn by_time(rows: &[PredictedIncidence], cause: &str, conf_level: f64, style: &Style) -> Table {
    let mut table = Table::new(format!("Predicted incidence of {cause}"))
        .column("Row", Align::Left)
        .column("Time", Align::Right)
        .column(format!("Incidence, % ({} CI)", style.level(conf_level)), Align::Right);
    let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
    for row in rows {
        for (index, time) in row.time.iter().enumerate() {
            let (incidence, lower, upper) = (
                percent(row.incidence[index]),
                percent(row.lower[index]),
                percent(row.upper[index]),
            );
            let incidence = style.interval(incidence, lower, upper, 1, NOT_ESTIMABLE);
            table = table.row([row.row.to_string(), time.to_string(), incidence]);
        }
    }
    table
}
