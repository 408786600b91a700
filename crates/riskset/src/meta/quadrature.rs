//! Gauss-Hermite quadrature: nodes and weights for integrals against exp(-t^2).
//!
//! Sources: Golub and Welsch (1969), Math Comput 23:221-230 (nodes as eigenvalues); Liu and Pierce
//! (1994), Biometrika 81:624-629 (nodes moved to the integrand's mode).

use nalgebra::{DMatrix, SymmetricEigen};

/// The nodes t, increasing, and the logarithms of the weights times exp(t^2), which is what an
/// integrand moved to its mode needs.
pub(super) struct Rule {
    pub(super) node: Vec<f64>,
    pub(super) log_weight: Vec<f64>,
}

impl Rule {
    /// A rule with `n` nodes.
    pub(super) fn new(n: usize) -> Rule {
        let side = |i: usize| (i as f64 / 2.0).sqrt();
        let jacobi = DMatrix::from_fn(n, n, |i, j| match i.abs_diff(j) {
            1 => side(i.max(j)),
            _ => 0.0,
        });
        let mut node: Vec<f64> = SymmetricEigen::new(jacobi).eigenvalues.iter().copied().collect();
        node.sort_by(f64::total_cmp);
        // The eigenvalues are near; Newton's steps on the polynomial give the last digits, and
        // its derivative the weight, which the eigenvectors would give without relative precision.
        let log_weight = node
            .iter_mut()
            .map(|t| {
                for _ in 0..3 {
                    let (value, slope) = hermite(n, *t);
                    *t -= value / slope;
                }
                let (_, slope) = hermite(n, *t);
                2f64.ln() - 2.0 * slope.abs().ln() + *t * *t
            })
            .collect();
        Rule { node, log_weight }
    }
}

/// The orthonormal Hermite polynomial of degree n at t, and its derivative.
fn hermite(n: usize, t: f64) -> (f64, f64) {
    let (mut before, mut now) = (0.0, std::f64::consts::PI.powf(-0.25));
    for degree in 1..=n {
        let degree = degree as f64;
        let next = t * (2.0 / degree).sqrt() * now - ((degree - 1.0) / degree).sqrt() * before;
        (before, now) = (now, next);
    }
    (now, (2.0 * n as f64).sqrt() * before)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Moments of exp(-t^2): sqrt(pi) times 1, 1/2, 3/4, 15/8.
    #[test]
    fn even_moments() {
        let rule = Rule::new(40);
        for (power, moment) in [(0, 1.0), (2, 0.5), (4, 0.75), (6, 1.875)] {
            let sum: f64 = (rule.node.iter().zip(&rule.log_weight))
                .map(|(t, log)| t.powi(power) * (log - t * t).exp())
                .sum();
            assert!((sum - moment * std::f64::consts::PI.sqrt()).abs() < 1e-13, "{power}");
        }
    }
}
