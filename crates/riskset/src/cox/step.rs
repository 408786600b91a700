//! The likelihood and its derivatives at coefficients that somebody else chose.

use super::choices::Ties;
use super::design::DesignMatrix;
use super::model::CoxModel;
use super::newton::{Objective, Point};
use super::rows::Rows;
use crate::{CoxStep, Error, Groups, Response};

impl CoxModel<'_> {
    /// The log partial likelihood with its derivatives at `beta`, one coefficient per column in the
    /// unit of the data, with the ties, strata and offset of the model: what a place tells of its
    /// rows when several places fit one model. Columns that are constant here are kept, because
    /// they may vary elsewhere.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], [`Error::Offset`], [`Error::OutOfRange`] for a coefficient that is not
    /// finite, and [`Error::Unsupported`] for exact ties and for a penalty, which do not add over
    /// places.
    pub fn step(
        &self,
        response: &impl Response,
        design: &DesignMatrix,
        beta: &[f64],
    ) -> Result<CoxStep, Error> {
        let observations = response.observations();
        self.check_lengths(observations.len(), design)?;
        if beta.len() != design.columns() {
            let (expected, found) = (design.columns(), beta.len());
            return Err(Error::Length { what: "coefficients", expected, found });
        }
        if let Some(&value) = beta.iter().find(|value| !value.is_finite()) {
            return Err(Error::OutOfRange { what: "a coefficient", value, range: "be finite" });
        }
        if self.ties == Ties::Exact || self.penalty.is_some() {
            return Err(Error::Unsupported {
                what: "sums of a likelihood with exact ties or a penalty",
                instead: "use Efron's or Breslow's ties without a penalty",
            });
        }
        let single = Groups::single(observations.len());
        let rows = Rows::new(observations, design, self.strata.unwrap_or(&single), self.offset);
        let objective = Objective { ties: self.ties, penalty: None };
        let scaled: Vec<f64> = beta.iter().zip(&rows.scales).map(|(b, scale)| b * scale).collect();
        let point = Point::new(&rows, &scaled, objective, None);
        let moments = point.moments(&rows, objective);
        let (p, scale) = (rows.p, &rows.scales);
        Ok(CoxStep {
            n: observations.people(),
            events: rows.records.iter().map(|record| record.tied as usize).sum(),
            log_likelihood: point.log_likelihood,
            score: (0..p).map(|j| moments.gradient[j] * scale[j]).collect(),
            information: (0..p * p)
                .map(|at| moments.information[at] * scale[at / p] * scale[at % p])
                .collect(),
        })
    }
}
