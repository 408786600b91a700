//! Combinations of coefficients: the ratio of two rows, and whether several combinations are 0.

use super::linear::{Definite, inner};
use super::{Coefficient, CoxTest, Fitted, Regression};

impl Regression {
    /// The sum of coefficients times factors, with its standard error and limits: the log hazard ratio
    /// of two rows whose covariates differ by the factors. Columns without a factor are equal in both;
    /// an aliased column says nothing of its own and counts as 0. `None` when one of the columns has no
    /// estimate for another reason.
    pub fn combination(&self, parts: &[(usize, f64)]) -> Option<Coefficient> {
        let parts = self.told(parts);
        let of = |&(column, factor): &(usize, f64)| {
            Some(factor * self.coefficients[column].estimate()?.estimate)
        };
        let estimate: f64 = parts.iter().map(of).sum::<Option<f64>>()?;
        let error = |of: &dyn Fn(usize, usize) -> Option<f64>| {
            Some(covariance(&parts, &parts, of)?.max(0.0).sqrt())
        };
        let model = error(&|a, b| self.model_variance(a, b));
        let robust = error(&|a, b| self.robust_variance(a, b)).filter(|_| self.is_robust());
        Some(Coefficient::new(estimate, model, robust, self.z))
    }

    /// Wald's test that several combinations are all 0, such as what bends a curve. Its degrees of
    /// freedom are their number; `None` without any, when one of the columns has no estimate, or when
    /// the combinations depend on each other.
    pub fn combinations_test(&self, combinations: &[Vec<(usize, f64)>]) -> Option<CoxTest> {
        let combinations: Vec<_> =
            combinations.iter().map(|parts| self.told(parts)).filter(|p| !p.is_empty()).collect();
        if combinations.is_empty() {
            return None;
        }
        let estimates: Vec<f64> = combinations
            .iter()
            .map(|parts| Some(self.combination(parts)?.estimate))
            .collect::<Option<_>>()?;
        let pairs = combinations.iter().flat_map(|a| combinations.iter().map(move |b| (a, b)));
        let variance: Vec<f64> = pairs
            .map(|(a, b)| covariance(a, b, &|a, b| self.variance(a, b)))
            .collect::<Option<_>>()?;
        let solved = Definite::new(&variance, estimates.len())?.solve(&estimates);
        CoxTest::of(inner(&solved, &estimates), estimates.len())
    }

    fn told(&self, parts: &[(usize, f64)]) -> Vec<(usize, f64)> {
        let aliased = |column: usize| matches!(self.coefficients[column], Fitted::Aliased(_));
        parts.iter().copied().filter(|&(column, _)| !aliased(column)).collect()
    }
}

/// The covariance of two combinations.
fn covariance(
    a: &[(usize, f64)],
    b: &[(usize, f64)],
    of: &dyn Fn(usize, usize) -> Option<f64>,
) -> Option<f64> {
    let mut sum = 0.0;
    for &(column, factor) in a {
        for &(other, factor_of) in b {
            sum += factor * factor_of * of(column, other)?;
        }
    }
    Some(sum)
}
