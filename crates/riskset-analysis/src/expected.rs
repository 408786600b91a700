//! The incidence of a cause that a model expects of new rows, wherever it comes from: a fit or a file.

use crate::{About, Doubt, Problem};
use riskset::{DesignMatrix, ExpectedIncidence, IncidencePredictor};
use riskset_data::{Coding, Table};

/// What a model of an incidence says of one row.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidencePrediction {
    /// The row of the new table, from 0.
    pub row: usize,
    /// The log subdistribution hazard ratio against the means of the data.
    pub linear_predictor: f64,
    /// Its standard error.
    pub linear_predictor_std_error: f64,
    /// The incidence at the times asked for, or at all times with the event.
    pub points: Vec<ExpectedIncidence>,
}

/// A model and what is asked of it.
#[derive(Clone, Copy)]
pub(crate) struct PredictingIncidence<'a> {
    pub predictor: &'a IncidencePredictor,
    pub coding: &'a Coding,
    /// Incidence by these times; at all times with the event when there are none.
    pub times: &'a [f64],
}

impl PredictingIncidence<'_> {
    /// One prediction per row of the table.
    pub fn rows(&self, table: &Table) -> Result<Vec<IncidencePrediction>, Problem> {
        let new = DesignMatrix::from_columns(self.coding.values_at(table)?, table.n_rows())?;
        let predictors = self.predictor.linear_predictors(&new)?;
        let incidences = self.predictor.incidences(&new, self.times)?;
        let one = |(row, points)| IncidencePrediction {
            row,
            linear_predictor: predictors[row].estimate,
            linear_predictor_std_error: predictors[row].std_error,
            points,
        };
        Ok(incidences.into_iter().enumerate().map(one).collect())
    }

    /// Times after the last event, or after everybody.
    pub fn doubt_times(&self, about: &mut About) {
        let parts = self.predictor.parts();
        let last_event = parts.time.last().copied().unwrap_or(parts.last);
        let last = parts.last;
        if let Some(&time) = self.times.iter().find(|&&time| time > last) {
            about.doubt(Doubt::BeyondModel { time, last });
        }
        let level = |time: &&f64| **time > last_event && **time <= last;
        if let Some(&time) = self.times.iter().find(level) {
            about.doubt(Doubt::AfterLastEvent { time, last: last_event });
        }
    }
}
