//! Smooth functions of one covariate, as columns of a design.
//!
//! A basis turns a covariate into a few columns whose combinations are smooth curves: restricted
//! cubic splines ([`RestrictedCubic`]), natural cubic B-splines ([`NaturalCubic`]), orthogonal
//! polynomials ([`Polynomial`]) and equally spaced B-splines ([`BSplines`], for penalised ones).
//! Each is made from the rows of a fit, keeps its knots, and gives the same columns at any other
//! value. [`RatioCurve`] is the hazard ratio over the covariate. Derivations:
//! docs/methods/prognosis.md, "Splines".

mod bspline;
mod curve;
mod knots;
mod natural;
mod polynomial;
mod powers;
mod ratio;
mod restricted;

pub use bspline::BSplines;
pub use curve::CurveBasis;
pub use natural::NaturalCubic;
pub use polynomial::Polynomial;
pub use powers::Powers;
pub use ratio::{RatioCurve, RatioPoint};
pub use restricted::RestrictedCubic;

use crate::Error;

/// A basis of functions of one covariate.
pub trait Basis {
    /// The number of columns, at least 1.
    fn columns(&self) -> usize;

    /// The columns at one value of the covariate, which is finite.
    fn at(&self, value: f64) -> Vec<f64>;

    /// The columns one after the other, as a [`DesignMatrix`](crate::DesignMatrix) takes them:
    /// `[column * values.len() + row]`.
    fn design(&self, values: &[f64]) -> Vec<f64> {
        let mut columns = vec![0.0; values.len() * self.columns()];
        for (row, &value) in values.iter().enumerate() {
            for (column, entry) in self.at(value).into_iter().enumerate() {
                columns[column * values.len() + row] = entry;
            }
        }
        columns
    }
}

/// Refuses an empty covariate, or a value that is not finite.
fn check_values(values: &[f64]) -> Result<(), Error> {
    if values.is_empty() {
        return Err(Error::Empty);
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(row) => Err(Error::Covariate { row, column: 0, value: values[row] }),
        None => Ok(()),
    }
}

/// What is said when a covariate has too few distinct values for its spline.
fn too_few_values() -> Error {
    Error::Unsupported {
        what: "a spline of a covariate with too few distinct values for its knots",
        instead: "ask for fewer knots, give the knots, or take the covariate as it is",
    }
}
