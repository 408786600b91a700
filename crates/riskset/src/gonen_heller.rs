//! Gonen and Heller's concordance: the mean over all pairs of rows of the probability, by the model,
//! that the row with the higher predictor fails first, `1 / (1 + exp(-|difference|))`. What is summed
//! is what it lacks to 1, `1 / (1 + exp(|difference|))`, which is small where pairs are far apart.
//!
//! A sum over pairs takes the square of the rows. The curve `1 / (1 + exp(d))` is smooth, its nearest
//! poles are pi away from the real line, so over cells of width 1 its polynomial through 16 Chebyshev
//! points is the curve to the last digit of a double. The rows of a cell are therefore told to others
//! by 16 weights, and the work grows with the rows and no longer with their square. Within a cell the
//! rows are taken in order, so that every difference has its sign.
//!
//! Source: Gonen and Heller (2005), Biometrika 92:965-970; for the error of the polynomial Trefethen
//! (2013), Approximation Theory and Approximation Practice, theorem 8.2: at most 4 M r^-15 / (r - 1)
//! with r = 2 pi + sqrt(4 pi² + 1) = 12.6.

use crate::sort;
use std::f64::consts::PI;

/// The points of a cell.
const POINTS: usize = 16;

/// The difference from which on nothing is lacking to the last digit: exp(-40) is 4e-18.
const CERTAIN: f64 = 40.0;

/// The concordance of at least two finite predictors, one per row in any order; between 1/2 and 1.
pub(crate) fn gonen_heller(predictor: &[f64]) -> f64 {
    let sorted = sort::sort(predictor.to_vec()).values;
    let first = sorted[0];
    let points = Points::new();
    let cells: Vec<Cell> = sorted
        .chunk_by(|a, b| (a - first).floor() == (b - first).floor())
        .map(|values| Cell::new(values, first + (values[0] - first).floor() + 0.5, &points))
        .collect();
    let of_cell = |(at, cell): (usize, &Cell)| -> f64 {
        let is_near = |other: &&Cell| other.middle - cell.middle < CERTAIN + 1.0;
        let near = cells[at + 1..].iter().take_while(is_near);
        cell.within(&points) + near.map(|other| cell.with(other, &points)).sum::<f64>()
    };
    let lacking: f64 = cells.iter().enumerate().map(of_cell).sum();
    let n = predictor.len() as f64;
    1.0 - lacking * 2.0 / (n * (n - 1.0))
}

/// The probability that the row whose predictor is lower by that much fails first.
fn lower_first(difference: f64) -> f64 {
    1.0 / (1.0 + difference.exp())
}

/// Chebyshev points of a cell, from its middle, with the weights of the barycentric formula.
struct Points {
    at: [f64; POINTS],
    weight: [f64; POINTS],
}

impl Points {
    fn new() -> Points {
        let angle = |k: usize| (2 * k + 1) as f64 * PI / (2 * POINTS) as f64;
        let sign = |k: usize| if k.is_multiple_of(2) { 1.0 } else { -1.0 };
        Points {
            at: std::array::from_fn(|k| 0.5 * angle(k).cos()),
            weight: std::array::from_fn(|k| sign(k) * angle(k).sin()),
        }
    }

    /// How much each point stands for a value that is so far from the middle; they sum to 1.
    fn shares(&self, value: f64) -> [f64; POINTS] {
        if let Some(hit) = self.at.iter().position(|&at| at == value) {
            return std::array::from_fn(|k| f64::from(u8::from(k == hit)));
        }
        let parts: [f64; POINTS] = std::array::from_fn(|k| self.weight[k] / (value - self.at[k]));
        let sum: f64 = parts.iter().sum();
        parts.map(|part| part / sum)
    }
}

/// Rows whose predictors are within 1.
struct Cell<'a> {
    /// Increasing.
    values: &'a [f64],
    middle: f64,
    /// The rows as shares of the points.
    shares: [f64; POINTS],
}

impl<'a> Cell<'a> {
    fn new(values: &'a [f64], middle: f64, points: &Points) -> Cell<'a> {
        let mut shares = [0.0; POINTS];
        for value in values {
            add(&mut shares, points.shares(value - middle));
        }
        Cell { values, middle, shares }
    }

    /// The sum over the pairs within the cell.
    fn within(&self, points: &Points) -> f64 {
        if self.values.len() <= 2 * POINTS {
            let pairs = self.values.iter().enumerate();
            let of_row = |(at, low): (usize, &f64)| -> f64 {
                self.values[at + 1..].iter().map(|high| lower_first(high - low)).sum()
            };
            return pairs.map(of_row).sum();
        }
        let (mut lower, mut sum) = ([0.0; POINTS], 0.0);
        for value in self.values {
            let value = value - self.middle;
            sum += (0..POINTS).map(|k| lower[k] * lower_first(value - points.at[k])).sum::<f64>();
            add(&mut lower, points.shares(value));
        }
        sum
    }

    /// The sum over the pairs of a row here and one of a higher cell.
    fn with(&self, higher: &Cell, points: &Points) -> f64 {
        if self.values.len() * higher.values.len() <= POINTS * POINTS {
            let of_row = |low: &f64| -> f64 {
                higher.values.iter().map(|high| lower_first(high - low)).sum()
            };
            return self.values.iter().map(of_row).sum();
        }
        let apart = higher.middle - self.middle;
        let of_point = |k: usize| -> f64 {
            let difference = |l: usize| apart + points.at[l] - points.at[k];
            let sum: f64 = (0..POINTS).map(|l| higher.shares[l] * lower_first(difference(l))).sum();
            self.shares[k] * sum
        };
        (0..POINTS).map(of_point).sum()
    }
}

fn add(into: &mut [f64; POINTS], shares: [f64; POINTS]) {
    into.iter_mut().zip(shares).for_each(|(into, share)| *into += share);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, pair by pair, with what each addition loses.
    fn pair_by_pair(predictor: &[f64]) -> f64 {
        let (mut sum, mut lost) = (0.0_f64, 0.0);
        for (i, one) in predictor.iter().enumerate() {
            for other in &predictor[i + 1..] {
                let term = 1.0 / (1.0 + (-(one - other).abs()).exp());
                let next = sum + term;
                lost += (sum - next) + term;
                sum = next;
            }
        }
        let n = predictor.len() as f64;
        (sum + lost) * 2.0 / (n * (n - 1.0))
    }

    /// Predictors 0 and ln 3: 1 / (1 + 1/3). Of three equal ones each pair is a toss.
    #[test]
    fn by_hand() {
        assert!((gonen_heller(&[0.0, 3.0_f64.ln()]) - 0.75).abs() < 1e-15);
        assert_eq!(gonen_heller(&[2.5; 3]), 0.5);
        assert_eq!(gonen_heller(&[0.0, 1e300]), 1.0);
    }

    /// Many rows, few rows in many cells, ties, rows far from all others, values at the ends of cells.
    #[test]
    fn the_weights_of_points_are_the_pairs() {
        let chance = |k: usize| ((k * 7_919 + 13) % 10_007) as f64 / 10_007.0;
        let spread: Vec<f64> = (0..3_000).map(|k| 6.0 * chance(k) - 2.0).collect();
        let wide: Vec<f64> = (0..700).map(|k| 300.0 * chance(k).powi(3)).collect();
        let tied: Vec<f64> = (0..2_000).map(|k| (4.0 * chance(k)).round()).collect();
        let mut far = spread.clone();
        far.extend([-1e9, 1e9, 45.0, -41.7]);
        let narrow: Vec<f64> = (0..900).map(|k| 1e6 + 0.01 * chance(k)).collect();
        for predictor in [spread, wide, tied, far, narrow] {
            let (found, right) = (gonen_heller(&predictor), pair_by_pair(&predictor));
            assert!((found - right).abs() < 2e-15, "{found} is not {right}");
        }
    }
}
