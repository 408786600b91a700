//! The linear predictor of a row, with its standard error.

use super::design::DesignMatrix;
use crate::regression::linear::quadratic;

/// The linear predictor at given covariates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearPredictor {
    /// x'beta less that of the reference; no offset is added.
    pub estimate: f64,
    /// Its standard error (robust when the fit is); 0 at the reference.
    pub std_error: f64,
}

impl LinearPredictor {
    /// That of a row of `new` against given covariates: the columns kept, their coefficients and the
    /// reference, with the variance of the coefficients.
    pub(crate) fn at(
        new: &DesignMatrix,
        row: usize,
        (kept, beta, reference): (&[usize], &[f64], &[f64]),
        variance: &[f64],
    ) -> LinearPredictor {
        let kept = kept.iter().zip(reference);
        let x: Vec<f64> = kept.map(|(&j, mean)| new.column(j)[row] - mean).collect();
        LinearPredictor {
            estimate: x.iter().zip(beta).map(|(x, beta)| x * beta).sum(),
            std_error: quadratic(variance, &x, &x).max(0.0).sqrt(),
        }
    }
}
