//! Plain powers of a covariate: x, x², x³, ...
//!
//! They span the same curves as the orthogonal polynomials of [`Polynomial`](super::Polynomial), with
//! coefficients that can be written down beside the formula; high powers of a covariate far from 0 are
//! nearly collinear, which the orthogonal ones are not. Reference program: `poly(raw = TRUE)` of R.

use super::Basis;
use crate::Error;

/// The powers from 1 to a degree. They need nothing of the data.
#[derive(Clone, Debug, PartialEq)]
pub struct Powers {
    degree: usize,
}

impl Powers {
    /// The powers 1 to `degree`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for degree 0 or above 10.
    pub fn new(degree: usize) -> Result<Powers, Error> {
        if (1..=10).contains(&degree) {
            return Ok(Powers { degree });
        }
        Err(Error::OutOfRange {
            what: "the degree of a polynomial",
            value: degree as f64,
            range: "be 1 to 10; a spline bends more gently than a degree above 3",
        })
    }
}

impl Basis for Powers {
    fn columns(&self) -> usize {
        self.degree
    }

    fn at(&self, value: f64) -> Vec<f64> {
        (1..=self.degree as i32).map(|power| value.powi(power)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_by_hand() {
        assert_eq!(Powers::new(3).unwrap().at(-2.0), [-2.0, 4.0, -8.0]);
        assert!(Powers::new(0).is_err());
    }
}
