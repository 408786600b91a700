//! The partial likelihood at given coefficients, as sums that add over strata.

use crate::Error;
use crate::regression::linear::Definite;

/// The log partial likelihood of some rows at given coefficients with its first two derivatives, in
/// the unit of the data. With a baseline hazard for each place, the steps of several places at the
/// same coefficients add up to the step of the model stratified by place.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CoxStep {
    /// Rows.
    pub n: usize,
    /// Rows that end with the event, of a weight above 0.
    pub events: usize,
    /// The log partial likelihood.
    pub log_likelihood: f64,
    /// Its gradient, one entry per column.
    pub score: Vec<f64>,
    /// Minus its second derivatives, row by row.
    pub information: Vec<f64>,
}

impl CoxStep {
    /// Adds the step of another place at the same coefficients.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] when it has another number of columns.
    pub fn add(&mut self, other: &CoxStep) -> Result<(), Error> {
        let (expected, found) = (self.score.len(), other.score.len());
        if expected != found || other.information.len() != self.information.len() {
            return Err(Error::Length { what: "columns", expected, found });
        }
        self.n += other.n;
        self.events += other.events;
        self.log_likelihood += other.log_likelihood;
        self.score.iter_mut().zip(&other.score).for_each(|(sum, more)| *sum += more);
        self.information.iter_mut().zip(&other.information).for_each(|(sum, more)| *sum += more);
        Ok(())
    }

    /// What these rows alone estimate, with standard errors, one entry per column: one step of Newton's
    /// from `beta`, at which the sums were taken, which is their own maximum where that is near. `None`
    /// where they do not tell all columns apart.
    pub fn one_step(&self, beta: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
        let p = self.score.len();
        let inverse = self.inverse().filter(|_| beta.len() == p)?;
        let step = |j: usize| -> f64 {
            inverse[j * p..(j + 1) * p].iter().zip(&self.score).map(|(v, u)| v * u).sum()
        };
        let estimates = (0..p).map(|j| beta[j] + step(j)).collect();
        Some((estimates, (0..p).map(|j| inverse[j * p + j].sqrt()).collect()))
    }

    /// The information, scaled so that columns of any unit are judged alike; `None` where it is
    /// singular.
    pub(super) fn inverse(&self) -> Option<Vec<f64>> {
        let p = self.score.len();
        let scales: Vec<f64> =
            (0..p).map(|j| self.information[j * p + j].max(0.0).sqrt()).collect();
        if scales.iter().any(|scale| !(*scale > 0.0 && scale.is_finite())) {
            return None;
        }
        let product = |at: usize| scales[at / p] * scales[at % p];
        let scaled: Vec<f64> = (0..p * p).map(|at| self.information[at] / product(at)).collect();
        let inverse = Definite::new(&scaled, p)?.inverse();
        // Where a column is a combination of others to rounding, its scaled variance explodes.
        let singular = (0..p).any(|j| inverse[j * p + j] > 1e12);
        (!singular).then(|| (0..p * p).map(|at| inverse[at] / product(at)).collect())
    }
}
