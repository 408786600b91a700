//! Restricted cubic splines: cubic between the knots, straight outside them.
//!
//! The columns are x itself and, for each knot t_j but the last two (t_a the last but one, t_b the
//! last), the combination of the cubes (x - t_j)+³, (x - t_a)+³ and (x - t_b)+³ that is a straight
//! line after t_b, divided by the squared range of the outer knots so that it has the unit of x.
//!
//! Sources: Stone and Koo (1985), Proceedings of the Statistical Computing Section ASA, 45-48;
//! Devlin and Weeks (1986); Harrell (2015), Regression Modeling Strategies, section 2.4.5.
//! Reference program: `rcs` of R rms 6.5.

use super::{Basis, knots};
use crate::Error;

/// A restricted cubic spline with its knots, increasing, at least 3.
#[derive(Clone, Debug, PartialEq)]
pub struct RestrictedCubic {
    knots: Vec<f64>,
}

impl RestrictedCubic {
    /// Harrell's knots, by the quantiles of `values`: `count` of them, 3 to 10. With fewer than 100
    /// rows the outer knots are the fifth values from the ends. Where at least 5% of the rows share
    /// an extreme value, its knot is the next value, and the others are quantiles of what is beyond.
    /// Quantiles that coincide are one knot, so that there may be fewer than `count`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for another number of knots, [`Error::Empty`], [`Error::Covariate`],
    /// and [`Error::Unsupported`] where fewer than 3 distinct knots are left.
    pub fn from_data(values: &[f64], count: usize) -> Result<RestrictedCubic, Error> {
        check_count(count)?;
        Ok(RestrictedCubic { knots: knots::harrell(values, count)? })
    }

    /// The given knots, in the unit of the covariate, in any order.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for fewer than 3 or more than 10 knots, or one that is not finite, and
    /// [`Error::Unsupported`] for two that are equal.
    pub fn with_knots(knots: &[f64]) -> Result<RestrictedCubic, Error> {
        check_count(knots.len())?;
        let mut knots = knots.to_vec();
        knots.sort_by(f64::total_cmp);
        if let Some(&value) = knots.iter().find(|knot| !knot.is_finite()) {
            return Err(Error::OutOfRange { what: "a knot", value, range: "be a finite number" });
        }
        if knots.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(super::too_few_values());
        }
        Ok(RestrictedCubic { knots })
    }

    /// The knots, increasing, in the unit of the covariate.
    pub fn knots(&self) -> &[f64] {
        &self.knots
    }
}

fn check_count(count: usize) -> Result<(), Error> {
    if (3..=10).contains(&count) {
        return Ok(());
    }
    Err(Error::OutOfRange {
        what: "the number of knots",
        value: count as f64,
        range: "be 3 to 10; 4 or 5 suit most covariates",
    })
}

impl Basis for RestrictedCubic {
    /// One less than the knots.
    fn columns(&self) -> usize {
        self.knots.len() - 1
    }

    fn at(&self, value: f64) -> Vec<f64> {
        let k = self.knots.len();
        let (first, a, b) = (self.knots[0], self.knots[k - 2], self.knots[k - 1]);
        let range = b - first;
        let cube = |knot: f64| ((value - knot).max(0.0) / range).powi(3) * range;
        let term =
            |&knot: &f64| cube(knot) + (cube(b) * (a - knot) - cube(a) * (b - knot)) / (b - a);
        std::iter::once(value).chain(self.knots[..k - 2].iter().map(term)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knots 0, 1, 2, so the squared range is 4. At 1: 1/4. At 2: (8 - 2)/4. At 3, where the curve
    /// is straight: (27 - 2 * 8 + 1)/4 = 3; at 4: (64 - 2 * 27 + 8)/4 = 4.5, again 1.5 more.
    #[test]
    fn three_knots_by_hand() {
        let basis = RestrictedCubic::with_knots(&[2.0, 0.0, 1.0]).unwrap();
        assert_eq!(basis.knots(), [0.0, 1.0, 2.0]);
        let curve: Vec<f64> = [-1.0, 0.0, 1.0, 2.0, 3.0, 4.0].map(|x| basis.at(x)[1]).to_vec();
        assert_eq!(curve, [0.0, 0.0, 0.25, 1.5, 3.0, 4.5]);
        assert_eq!(basis.design(&[1.0, 2.0]), [1.0, 2.0, 0.25, 1.5]);
    }
}
