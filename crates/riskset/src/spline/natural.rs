//! Natural cubic splines in B-splines: cubic between the knots, straight beyond the boundary.
//!
//! Of the cubic B-splines without the first, the combinations whose second derivative is 0 at both
//! ends are taken: an orthogonal basis of what is left by Householder's reflections of the two
//! conditions. Beyond the boundary the columns go on as straight lines.
//!
//! Sources: de Boor (1978), A Practical Guide to Splines; Hastie (1992), in Statistical Models in
//! S, section 7.6.2; Golub and Van Loan (2013), Matrix Computations, section 5.1. Reference
//! program: `ns` of R splines 4.2.

use super::bspline::{slopes, straight_beyond};
use super::{Basis, knots, too_few_values};
use crate::Error;

/// A natural cubic spline with its knots.
#[derive(Clone, Debug, PartialEq)]
pub struct NaturalCubic {
    inner: Vec<f64>,
    boundary: (f64, f64),
    /// All knots, those of the boundary four times.
    knots: Vec<f64>,
    /// Householder's vectors of the two conditions.
    reflections: [Vec<f64>; 2],
}

impl NaturalCubic {
    /// `df` columns: the boundary at the least and the largest of `values`, and `df - 1` knots at
    /// their equally spaced quantiles.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for no column or more than 20, [`Error::Empty`],
    /// [`Error::Covariate`], and [`Error::Unsupported`] where knots would coincide.
    pub fn from_data(values: &[f64], df: usize) -> Result<NaturalCubic, Error> {
        if !(1..=20).contains(&df) {
            return Err(Error::OutOfRange {
                what: "the degrees of freedom of a natural spline",
                value: df as f64,
                range: "be 1 to 20; 3 or 4 suit most covariates",
            });
        }
        let sorted = knots::sorted(values)?;
        let quantiles = knots::spaced(0.0, 1.0, df + 1).skip(1).take(df - 1);
        let inner: Vec<f64> = quantiles.map(|p| knots::quantile(&sorted, p)).collect();
        NaturalCubic::with_knots(&inner, (sorted[0], sorted[sorted.len() - 1]))
    }

    /// The given inner knots, increasing, between the two of the boundary.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] unless all of them increase and are finite.
    pub fn with_knots(inner: &[f64], boundary: (f64, f64)) -> Result<NaturalCubic, Error> {
        let ends = |end: f64| std::iter::repeat_n(end, 4);
        let inside = inner.iter().copied();
        let knots: Vec<f64> = ends(boundary.0).chain(inside).chain(ends(boundary.1)).collect();
        let increasing = knots[3..knots.len() - 3].windows(2).all(|pair| pair[0] < pair[1]);
        if !increasing || !(boundary.1 - boundary.0).is_finite() {
            return Err(too_few_values());
        }
        let condition = |end: f64| slopes(&knots, 3, end, 2).split_off(1);
        let first = reflection(condition(boundary.0), 0);
        let mut second = condition(boundary.1);
        reflect(&first, 0, &mut second);
        let reflections = [first, reflection(second, 1)];
        Ok(NaturalCubic { inner: inner.to_vec(), boundary, knots, reflections })
    }

    /// The inner knots, increasing, and the two of the boundary, in the unit of the covariate.
    pub fn knots(&self) -> (&[f64], (f64, f64)) {
        (&self.inner, self.boundary)
    }

    /// The second derivative of every column at a value within the boundary.
    pub(super) fn second_derivatives(&self, value: f64) -> Vec<f64> {
        self.reflected(slopes(&self.knots, 3, value, 2))
    }

    /// The columns from those of all B-splines: without the first, and without what the two
    /// conditions at the boundary take up.
    fn reflected(&self, mut all: Vec<f64>) -> Vec<f64> {
        let mut own = all.split_off(1);
        for (from, vector) in self.reflections.iter().enumerate() {
            reflect(vector, from, &mut own);
        }
        own.split_off(2)
    }
}

/// Householder's vector that leaves of `x` nothing after the entry number `from`.
fn reflection(mut x: Vec<f64>, from: usize) -> Vec<f64> {
    x[..from].fill(0.0);
    let norm = x.iter().map(|value| value * value).sum::<f64>().sqrt();
    let signed = if x[from] < 0.0 { -norm } else { norm };
    x.iter_mut().for_each(|value| *value /= signed);
    x[from] += 1.0;
    x
}

/// y less its part along the vector, twice: the vector's squared length is twice its first entry.
fn reflect(vector: &[f64], from: usize, y: &mut [f64]) {
    let along: f64 = vector.iter().zip(&*y).map(|(v, y)| v * y).sum();
    let factor = along / vector[from];
    y.iter_mut().zip(vector).for_each(|(y, v)| *y -= factor * v);
}

impl Basis for NaturalCubic {
    fn columns(&self) -> usize {
        self.inner.len() + 1
    }

    fn at(&self, value: f64) -> Vec<f64> {
        self.reflected(straight_beyond(&self.knots, self.boundary, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One column is a straight line: at the two ends of the range and twice as far.
    #[test]
    fn one_column_is_a_line() {
        let basis = NaturalCubic::with_knots(&[], (0.0, 1.0)).unwrap();
        let at = |x: f64| basis.at(x)[0];
        let slope = at(1.0) - at(0.0);
        assert!(slope.abs() > 0.1);
        for x in [-2.0, 0.25, 0.5, 3.0] {
            assert!((at(x) - at(0.0) - slope * x).abs() < 1e-14);
        }
    }
}
