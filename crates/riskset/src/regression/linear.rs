//! Small symmetric systems: which columns are combinations of others, solving, inverting.

use crate::regression::Aliased;
use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

/// A pivot below this part of a column's raw sum of squares is rounding, not information.
const PIVOT: f64 = 1e-12;

/// Finds, from left to right, the columns that add information, and what the others equal.
/// `raw` is the diagonal against which rounding is judged.
pub(crate) fn aliased(information: &[f64], raw: &[f64]) -> (Vec<usize>, Vec<Aliased>) {
    let p = raw.len();
    let (mut kept, mut aliased): (Vec<usize>, Vec<Aliased>) = (Vec::new(), Vec::new());
    let mut factor: Vec<Vec<f64>> = Vec::new(); // rows of the Cholesky factor of the kept columns
    for j in 0..p {
        let mut row = forward(&factor, kept.iter().map(|&k| information[k * p + j]));
        let pivot = information[j * p + j] - row.iter().map(|value| value * value).sum::<f64>();
        if pivot > PIVOT * raw[j] {
            row.push(pivot.sqrt());
            factor.push(row);
            kept.push(j);
        } else {
            let solution = backward(&factor, row);
            let size = |k: usize| (raw[k] / raw[j].max(f64::MIN_POSITIVE)).sqrt();
            let terms = kept.iter().zip(solution).map(|(&k, value)| (k, value));
            let combination = terms.filter(|&(k, value)| (value * size(k)).abs() > 1e-5).collect();
            aliased.push(Aliased { column: j, combination });
        }
    }
    (kept, aliased)
}

fn forward(factor: &[Vec<f64>], right: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut solution: Vec<f64> = Vec::with_capacity(factor.len() + 1);
    for (row, value) in factor.iter().zip(right) {
        let done: f64 = row.iter().zip(&solution).map(|(l, y)| l * y).sum();
        solution.push((value - done) / row[row.len() - 1]);
    }
    solution
}

fn backward(factor: &[Vec<f64>], mut right: Vec<f64>) -> Vec<f64> {
    for i in (0..factor.len()).rev() {
        right[i] /= factor[i][i];
        let solved = right[i];
        right[..i].iter_mut().zip(&factor[i]).for_each(|(value, l)| *value -= l * solved);
    }
    right
}

/// A factored positive definite matrix.
pub(crate) struct Definite(Cholesky<f64, Dyn>);

impl Definite {
    /// `None` when the matrix (n by n, both triangles) is not positive definite in this precision.
    pub fn new(matrix: &[f64], n: usize) -> Option<Definite> {
        let matrix = DMatrix::from_row_slice(n, n, matrix);
        if matrix.iter().all(|value| value.is_finite()) {
            Cholesky::new(matrix).map(Definite)
        } else {
            None
        }
    }

    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        self.0.solve(&DVector::from_column_slice(right)).as_slice().to_vec()
    }

    /// The logarithm of the determinant.
    pub fn log_determinant(&self) -> f64 {
        2.0 * self.0.l_dirty().diagonal().iter().map(|value| value.ln()).sum::<f64>()
    }

    /// The inverse, symmetric to the last bit.
    pub fn inverse(&self) -> Vec<f64> {
        let inverse = self.0.inverse();
        let n = inverse.nrows();
        (0..n * n).map(|at| inverse[((at / n).min(at % n), (at / n).max(at % n))]).collect()
    }
}

/// x' A y for A n by n, row-major.
pub(crate) fn quadratic(a: &[f64], x: &[f64], y: &[f64]) -> f64 {
    let n = y.len();
    x.iter().zip(a.chunks_exact(n.max(1))).map(|(x, row)| x * inner(row, y)).sum()
}

pub(crate) fn inner(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// A B A for symmetric A, both n by n, row-major.
pub(crate) fn sandwich(a: &[f64], b: &[f64], n: usize) -> Vec<f64> {
    let (a, b) = (DMatrix::from_row_slice(n, n, a), DMatrix::from_row_slice(n, n, b));
    let product = &a * b * &a;
    let entry = |i: usize, j: usize| 0.5 * (product[(i, j)] + product[(j, i)]);
    (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).map(|(i, j)| entry(i, j)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The third column is twice the first less the second; the fourth is constant.
    #[test]
    fn combinations_are_named() {
        let x = [[1.0, 2.0, 0.0], [0.0, 1.0, 0.0], [3.0, -1.0, 0.0], [-1.0, 0.5, 0.0]];
        let full: Vec<[f64; 4]> = x.iter().map(|r| [r[0], r[1], 2.0 * r[0] - r[1], r[2]]).collect();
        let mut gram = vec![0.0; 16];
        for row in &full {
            for j in 0..4 {
                for k in 0..4 {
                    gram[j * 4 + k] += row[j] * row[k];
                }
            }
        }
        let (kept, found) = aliased(&gram, &[gram[0], gram[5], gram[10], 1.0]);
        assert_eq!(kept, [0, 1]);
        assert_eq!(found[0].column, 2);
        let names: Vec<usize> = found[0].combination.iter().map(|term| term.0).collect();
        assert_eq!(names, [0, 1]);
        assert!((found[0].combination[0].1 - 2.0).abs() < 1e-12);
        assert!((found[0].combination[1].1 + 1.0).abs() < 1e-12);
        assert_eq!(found[1], Aliased { column: 3, combination: vec![] });
    }

    /// A small coefficient of a large column is no rounding.
    #[test]
    fn what_counts_in_a_combination_depends_on_the_units() {
        let (large, small) = (4e18, 4.0); // sums of squares of a column, and of 1e-9 times it
        let (kept, found) = aliased(&[large, 4e9, 4e9, small], &[large, small]);
        assert_eq!(kept, [0]);
        assert_eq!(found[0].combination.len(), 1);
        assert!((found[0].combination[0].1 - 1e-9).abs() < 1e-20);
    }
}
