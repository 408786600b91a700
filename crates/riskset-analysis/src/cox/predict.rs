//! What a fitted model says of the rows of another table.

use super::CoxRequest;
use crate::{Data, Problem};
use riskset::{
    BaselineAt, ConfType, CoxFit, DesignMatrix, Interval, LinearPredictor, PredictedCurve,
};
use riskset_data::ModelFrame;

/// What a model says of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct CoxPrediction {
    /// The row of the new table, from 0.
    pub row: usize,
    /// The stratum whose baseline it has, as an index into the answer's labels; `None` without
    /// strata.
    pub stratum: Option<usize>,
    /// The log hazard ratio against the means of the data.
    pub linear_predictor: f64,
    /// Its standard error.
    pub linear_predictor_std_error: f64,
    /// The curve at the times asked for, or at all its times.
    pub points: Vec<PredictedPoint>,
}

/// Predicted survival at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PredictedPoint {
    /// The time, in the unit of the data.
    pub time: f64,
    /// The survival expected; `None` after the curve's last time.
    pub survival: Option<f64>,
    /// Its standard error; 0 before the first event.
    pub std_error: Option<f64>,
    /// Its interval.
    pub interval: Option<Interval>,
}

/// One prediction per row of the new data, in its own stratum, when asked for. A table with none
/// of the columns of the strata is answered in every stratum, stratum after stratum.
pub fn predictions(
    request: &CoxRequest,
    data: &Data,
    frame: &ModelFrame,
    fit: &CoxFit,
) -> Result<Option<Vec<CoxPrediction>>, Problem> {
    if request.predict.is_none() {
        return match request.times.is_empty() {
            true => Ok(None),
            false => Err(Problem::request(
                "times of a prediction were given, and no table to predict for",
                riskset::Remedy::set("predict"),
            )),
        };
    }
    let table = data.further("predict")?.read(None)?;
    let design = frame.design_at(&table)?;
    let n_rows = design.n_rows;
    let new = DesignMatrix::from_shared(design.values, n_rows)?;
    let unnamed = !frame.strata_columns().iter().any(|name| table.has_column(name));
    if let Some(strata) = frame.strata.as_ref().filter(|_| unnamed) {
        let every = (0..strata.levels.len()).map(|stratum| Some(vec![stratum; n_rows]));
        let parts: Result<Vec<_>, Problem> =
            every.map(|strata| predicted(request, fit, &new, strata)).collect();
        return Ok(Some(parts?.concat()));
    }
    predicted(request, fit, &new, frame.strata_at(&table)?).map(Some)
}

/// The predictions of the rows of `new`, each in the stratum given.
fn predicted(
    request: &CoxRequest,
    fit: &CoxFit,
    new: &DesignMatrix,
    strata: Option<Vec<usize>>,
) -> Result<Vec<CoxPrediction>, Problem> {
    let predictors = fit.linear_predictors(new, BaselineAt::Mean)?;
    let baselines = strata.clone().unwrap_or_else(|| vec![0; new.rows()]);
    let curves = fit.curves_within(new, &baselines, ConfType::Log)?;
    let one = |(row, (curve, predictor)): (usize, (&PredictedCurve, &LinearPredictor))| {
        let times = if request.times.is_empty() { &curve.time } else { &request.times };
        CoxPrediction {
            row,
            stratum: strata.as_ref().map(|strata| strata[row]),
            linear_predictor: predictor.estimate,
            linear_predictor_std_error: predictor.std_error,
            points: times.iter().map(|&time| point(curve, time)).collect(),
        }
    };
    Ok(curves.iter().zip(&predictors).enumerate().map(one).collect())
}

/// The curve at a time: 1 before its first, unknown after its last.
fn point(curve: &PredictedCurve, time: f64) -> PredictedPoint {
    let survival = curve.survival_at(time);
    match curve.time.iter().rposition(|&known| known <= time) {
        _ if survival.is_none() => {
            PredictedPoint { time, survival, std_error: None, interval: None }
        }
        None => {
            let certain = Interval { lower: Some(1.0), upper: Some(1.0) };
            PredictedPoint { time, survival, std_error: Some(0.0), interval: Some(certain) }
        }
        Some(at) => PredictedPoint {
            time,
            survival,
            std_error: curve.survival_std_error(at),
            interval: curve.interval[at],
        },
    }
}
