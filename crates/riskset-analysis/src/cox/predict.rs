//! What a fitted model says of the rows of another table.

use super::CoxRequest;
use crate::predict::{doubt_new_rows, doubt_times};
use crate::{About, Data, Problem};
use riskset::{
    ConfType, CoxFit, CoxPredictor, DesignMatrix, Interval, PredictedCurve, Quantile, Rmst,
};
use riskset_data::{Coding, ModelFrame, Table};

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
    /// The median of the curve.
    pub median: Quantile,
    /// The restricted mean, when asked for; `None` after the last time of the rows that made the
    /// model too.
    pub restricted_mean: Option<Rmst>,
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

/// A model and what is asked of it, wherever it comes from: a fit or a file.
#[derive(Clone, Copy)]
pub(crate) struct Predicting<'a> {
    pub predictor: &'a CoxPredictor,
    pub coding: &'a Coding,
    /// Survival at these times; the whole curve when there are none.
    pub times: &'a [f64],
    /// The restricted mean up to this time.
    pub tau: Option<f64>,
}

impl Predicting<'_> {
    /// One prediction per row of the table, in its own stratum. A table with none of the columns of
    /// the strata is answered in every stratum, stratum after stratum.
    pub fn rows(&self, table: &Table) -> Result<Vec<CoxPrediction>, Problem> {
        let n_rows = table.n_rows();
        let new = DesignMatrix::from_columns(self.coding.values_at(table)?, n_rows)?;
        let strata = self.coding.strata().len();
        if strata > 0 && !self.coding.names_strata(table) {
            let every =
                (0..strata).map(|stratum| self.predicted(&new, Some(vec![stratum; n_rows])));
            return Ok(every.collect::<Result<Vec<_>, Problem>>()?.concat());
        }
        self.predicted(&new, self.coding.strata_at(table)?)
    }

    /// The predictions of the rows of `new`, each in the stratum given.
    fn predicted(
        &self,
        new: &DesignMatrix,
        strata: Option<Vec<usize>>,
    ) -> Result<Vec<CoxPrediction>, Problem> {
        let predictors = self.predictor.linear_predictors(new)?;
        let baselines = strata.clone().unwrap_or_else(|| vec![0; new.rows()]);
        let curves = self.predictor.curves(new, &baselines, ConfType::Log)?;
        let means = match self.tau {
            Some(tau) => self.predictor.restricted_means(new, &baselines, tau)?,
            None => vec![None; new.rows()],
        };
        let one = |(row, curve): (usize, &PredictedCurve)| {
            let times = if self.times.is_empty() { &curve.time } else { self.times };
            CoxPrediction {
                row,
                stratum: strata.as_ref().map(|strata| strata[row]),
                linear_predictor: predictors[row].estimate,
                linear_predictor_std_error: predictors[row].std_error,
                points: times.iter().map(|&time| point(curve, time)).collect(),
                median: curve.median(),
                restricted_mean: means[row],
            }
        };
        Ok(curves.iter().enumerate().map(one).collect())
    }
}

/// The predictions of the further table, when asked for.
pub fn predictions(
    request: &CoxRequest,
    data: &Data,
    frame: &ModelFrame,
    fit: &CoxFit,
    about: &mut About,
) -> Result<Option<Vec<CoxPrediction>>, Problem> {
    if request.predict.is_none() {
        let what = match (request.times.is_empty(), request.tau) {
            (true, None) => return Ok(None),
            (false, _) => "times of a prediction were given, and no table to predict for",
            _ => "the end of a restricted mean was given, and no table to predict for",
        };
        return Err(Problem::request(what, riskset::Remedy::set("predict")));
    }
    let table = data.further("predict")?.read(None)?;
    let (coding, predictor) = (frame.coding()?, fit.predictor()?);
    let asked = Predicting {
        predictor: &predictor,
        coding: &coding,
        times: &request.times,
        tau: request.tau,
    };
    let found = asked.rows(&table)?;
    doubt_new_rows(about, &coding, &table)?;
    doubt_times(about, &asked, &found);
    Ok(Some(found))
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
