//! Orthogonal polynomials of a covariate.
//!
//! By the recursion of three terms: the next polynomial is (x - a) times the last, less b times the
//! one before, a and b so that it is orthogonal to both over the rows; each is then divided by its
//! length. All have a positive leading coefficient.
//!
//! Source: Kennedy and Gentle (1980), Statistical Computing, 343-346. Reference program: `poly` of
//! R stats 4.2.

use super::{Basis, check_values, too_few_values};
use crate::Error;

/// Orthogonal polynomials with what is needed at new values.
#[derive(Clone, Debug, PartialEq)]
pub struct Polynomial {
    /// a of each degree.
    centers: Vec<f64>,
    /// The sum of squares over the rows of each polynomial, that of degree 0 first.
    squares: Vec<f64>,
}

impl Polynomial {
    /// Polynomials of the degrees 1 to `degree`, orthogonal over `values`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for degree 0 or above 10, [`Error::Empty`], [`Error::Covariate`], and
    /// [`Error::Unsupported`] unless there are more distinct values than the degree.
    pub fn from_data(values: &[f64], degree: usize) -> Result<Polynomial, Error> {
        if !(1..=10).contains(&degree) {
            return Err(Error::OutOfRange {
                what: "the degree of a polynomial",
                value: degree as f64,
                range: "be 1 to 10; a spline bends more gently than a degree above 3",
            });
        }
        check_values(values)?;
        let mut distinct = values.to_vec();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup();
        if distinct.len() <= degree {
            return Err(too_few_values());
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let mut found = Polynomial { centers: vec![mean], squares: vec![values.len() as f64] };
        for d in 1..=degree {
            let rows: Vec<f64> = values.iter().map(|&x| found.raw(x)[d]).collect();
            let square = rows.iter().map(|value| value * value).sum::<f64>();
            let moment = values.iter().zip(&rows).map(|(x, row)| (x - mean) * row * row);
            found.centers.push(mean + moment.sum::<f64>() / square);
            found.squares.push(square);
        }
        Ok(found)
    }

    /// The polynomials of all degrees whose centres are known, not divided.
    fn raw(&self, x: f64) -> Vec<f64> {
        let mut values = vec![1.0];
        for (d, center) in self.centers.iter().enumerate() {
            let before =
                if d == 0 { 0.0 } else { values[d - 1] * self.squares[d] / self.squares[d - 1] };
            values.push((x - center) * values[d] - before);
        }
        values
    }
}

impl Basis for Polynomial {
    fn columns(&self) -> usize {
        self.squares.len() - 1
    }

    fn at(&self, value: f64) -> Vec<f64> {
        let raw = self.raw(value);
        (1..self.squares.len()).map(|d| raw[d] / self.squares[d].sqrt()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Over -1, 0, 1 the polynomials are x and x² - 2/3, with sums of squares 2 and 6/9.
    #[test]
    fn three_points_by_hand() {
        let basis = Polynomial::from_data(&[-1.0, 0.0, 1.0], 2).unwrap();
        let found = basis.at(1.0);
        assert!((found[0] - 0.5_f64.sqrt()).abs() < 1e-15);
        assert!((found[1] - (1.0 / 3.0) / (2.0 / 3.0_f64).sqrt()).abs() < 1e-15);
    }
}
