//! The hazard ratio over a covariate against a reference value.
//!
//! With b the columns of a basis, beta their coefficients and V the variance of these, the log
//! hazard ratio of x against r is d'beta, d = b(x) - b(r), with variance d'Vd. The band is
//! pointwise, symmetric on the log scale, and of width 0 at the reference.
//!
//! Source: Harrell (2015), Regression Modeling Strategies, section 20.3; Desquilbet and Mariotti
//! (2010), Stat Med 29:1037-1057. Reference program: `Predict` of R rms 6.5 with `ref.zero`.

use super::Basis;
use crate::{Error, Interval, normal};

/// The hazard ratio at one value of the covariate.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RatioPoint {
    /// The value, in the unit of the covariate.
    pub value: f64,
    /// The log hazard ratio against the reference.
    pub log_hazard_ratio: f64,
    /// The standard error of the log hazard ratio; 0 at the reference.
    pub std_error: f64,
    /// The hazard ratio; `None` when it is too large for a number.
    pub hazard_ratio: Option<f64>,
    /// Its pointwise limits.
    pub interval: Interval,
}

/// Coefficients of the columns of a basis, and their variance: what a curve is drawn from.
#[derive(Clone, Debug)]
pub struct RatioCurve<'a> {
    coefficients: &'a [f64],
    variance: &'a [f64],
    conf_level: f64,
}

impl<'a> RatioCurve<'a> {
    /// `coefficients` of the columns of the basis in their order, and their variance, row by row.
    pub fn new(coefficients: &'a [f64], variance: &'a [f64]) -> RatioCurve<'a> {
        RatioCurve { coefficients, variance, conf_level: 0.95 }
    }

    /// Sets the level of the band as a fraction: 0.95, not 95.
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// The hazard ratio at each of `values` against `reference`.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`], [`Error::Length`] unless there is a coefficient for each column and a
    /// square of variances, [`Error::Covariate`] for a value (or, as row 0, a reference) that is
    /// not finite.
    pub fn at(
        &self,
        basis: &impl Basis,
        reference: f64,
        values: &[f64],
    ) -> Result<Vec<RatioPoint>, Error> {
        let z = normal::two_sided_quantile(self.conf_level)?;
        let p = basis.columns();
        check_length("coefficients of the spline", p, self.coefficients.len())?;
        check_length("variances of the spline", p * p, self.variance.len())?;
        super::check_values(&[reference])?;
        if !values.is_empty() {
            super::check_values(values)?;
        }
        let origin = basis.at(reference);
        let point = |&value: &f64| {
            let d: Vec<f64> = basis.at(value).iter().zip(&origin).map(|(a, b)| a - b).collect();
            self.point(value, &d, z)
        };
        Ok(values.iter().map(point).collect())
    }

    fn point(&self, value: f64, d: &[f64], z: f64) -> RatioPoint {
        let log: f64 = d.iter().zip(self.coefficients).map(|(d, b)| d * b).sum();
        let rows = self.variance.chunks_exact(d.len());
        let variance: f64 = d
            .iter()
            .zip(rows)
            .map(|(x, row)| x * row.iter().zip(d).map(|(v, y)| v * y).sum::<f64>())
            .sum();
        let std_error = variance.max(0.0).sqrt();
        let ratio = |log: f64| Some(log.exp()).filter(|ratio| ratio.is_finite());
        RatioPoint {
            value,
            log_hazard_ratio: log,
            std_error,
            hazard_ratio: ratio(log),
            interval: Interval {
                lower: ratio(log - z * std_error),
                upper: ratio(log + z * std_error),
            },
        }
    }
}

fn check_length(what: &'static str, expected: usize, found: usize) -> Result<(), Error> {
    if expected == found { Ok(()) } else { Err(Error::Length { what, expected, found }) }
}
