//! A curve of one covariate in a model, whatever its basis, and when it is a straight line.
//!
//! A test of non-linearity is Wald's test of the conditions under which the curve is straight. A
//! restricted cubic spline and a polynomial are straight when all coefficients but that of their first
//! column are 0. A natural spline in B-splines is straight when its second derivative, which is a
//! straight line between knots and 0 at the boundary, is 0 at every inner knot. Wald's test does not
//! depend on the basis, so that both give the same for the same knots.
//!
//! Source: Harrell (2015), Regression Modeling Strategies, section 2.4.5. Reference program: `anova` of
//! R rms 6.5.

use super::{BSplines, Basis, NaturalCubic, Polynomial, Powers, RestrictedCubic};

/// The basis of a term such as `rcs(age, 4)`, with its knots.
#[derive(Clone, Debug, PartialEq)]
pub enum CurveBasis {
    /// A restricted cubic spline.
    Restricted(RestrictedCubic),
    /// A natural cubic spline in B-splines.
    Natural(NaturalCubic),
    /// An orthogonal polynomial.
    Orthogonal(Polynomial),
    /// Powers.
    Powers(Powers),
    /// B-splines whose coefficients a penalty holds back.
    Penalised(BSplines),
}

impl CurveBasis {
    fn basis(&self) -> &dyn Basis {
        match self {
            CurveBasis::Restricted(basis) => basis,
            CurveBasis::Natural(basis) => basis,
            CurveBasis::Orthogonal(basis) => basis,
            CurveBasis::Powers(basis) => basis,
            CurveBasis::Penalised(basis) => basis,
        }
    }

    /// The knots in the unit of the covariate, increasing: all of a restricted cubic spline, the inner
    /// ones of a natural one; a polynomial has none, and those of a penalised spline are equally spaced over
    /// its range.
    pub fn knots(&self) -> &[f64] {
        match self {
            CurveBasis::Restricted(basis) => basis.knots(),
            CurveBasis::Natural(basis) => basis.knots().0,
            CurveBasis::Orthogonal(_) | CurveBasis::Powers(_) | CurveBasis::Penalised(_) => &[],
        }
    }

    /// The boundary of a natural or penalised spline, beyond which it is straight; other curves have none.
    pub fn boundary(&self) -> Option<(f64, f64)> {
        match self {
            CurveBasis::Natural(basis) => Some(basis.knots().1),
            CurveBasis::Penalised(basis) => Some(basis.range()),
            _ => None,
        }
    }

    /// The conditions under which the curve is straight: in each, a factor for every column, and the
    /// sum of factors times coefficients is 0. Empty for a curve that is always straight, and for a
    /// penalised one, whose test [`ShrunkTerm`](crate::ShrunkTerm) has.
    pub fn straight_when(&self) -> Vec<Vec<f64>> {
        match self {
            CurveBasis::Natural(basis) => {
                basis.knots().0.iter().map(|&knot| basis.second_derivatives(knot)).collect()
            }
            CurveBasis::Penalised(_) => Vec::new(),
            other => {
                let columns = other.columns();
                let only = |own: usize| {
                    (0..columns).map(|column| f64::from(u8::from(column == own))).collect()
                };
                (1..columns).map(only).collect()
            }
        }
    }
}

impl Basis for CurveBasis {
    fn columns(&self) -> usize {
        self.basis().columns()
    }

    fn at(&self, value: f64) -> Vec<f64> {
        self.basis().at(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second derivative of a natural spline at a knot against differences of its columns.
    #[test]
    fn second_derivatives_agree_with_differences() {
        let basis = NaturalCubic::with_knots(&[1.0, 2.5], (0.0, 4.0)).unwrap();
        let h = 1e-4;
        for condition in [0, 1] {
            let knot = basis.knots().0[condition];
            let found = &CurveBasis::Natural(basis.clone()).straight_when()[condition];
            let [before, here, after] = [knot - h, knot, knot + h].map(|x| basis.at(x));
            for j in 0..3 {
                // The third derivative jumps at the knot, so the difference is off by about h.
                let difference = (before[j] - 2.0 * here[j] + after[j]) / (h * h);
                assert!((found[j] - difference).abs() < 10.0 * h, "{} {difference}", found[j]);
            }
        }
    }

    /// A curve of one column is a line; of a parabola the square is what bends.
    #[test]
    fn conditions_by_hand() {
        let line = CurveBasis::Powers(Powers::new(1).unwrap());
        assert!(line.straight_when().is_empty());
        let parabola = CurveBasis::Powers(Powers::new(2).unwrap());
        assert_eq!(parabola.straight_when(), [[0.0, 1.0]]);
        let spline =
            CurveBasis::Restricted(RestrictedCubic::with_knots(&[0.0, 1.0, 2.0, 3.0]).unwrap());
        assert_eq!(spline.straight_when(), [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
    }
}
