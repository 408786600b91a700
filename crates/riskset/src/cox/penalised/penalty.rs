//! What is taken from the log partial likelihood, in the unit of the data, with its derivatives.

use super::{FrailtyDistribution, Shrinkage};
use crate::DesignMatrix;
use std::ops::Range;

/// Half a quadratic form of the coefficients, and what gamma frailties cost.
pub(super) struct Taken {
    p: usize,
    /// Row by row.
    quadratic: Vec<f64>,
    /// The columns of gamma log frailties, and 1 over their variance.
    gamma: Option<(Range<usize>, f64)>,
}

impl Taken {
    pub fn none(p: usize) -> Taken {
        Taken { p, quadratic: vec![0.0; p * p], gamma: None }
    }

    /// Adds a penalty of this weight.
    pub fn shrink(&mut self, shrinkage: &Shrinkage, weight: f64, design: &DesignMatrix) {
        match shrinkage {
            Shrinkage::Ridge { columns, scaled, .. } => {
                for &column in columns {
                    let spread = if *scaled { variance(design.column(column)) } else { 1.0 };
                    self.quadratic[column * self.p + column] += weight * spread;
                }
            }
            Shrinkage::Smooth { columns, .. } => {
                // The coefficients with the 0 of the bump that was left out before them.
                let place = |at: usize| at.checked_sub(1).map(|own| columns.start + own);
                for first in 0..columns.len() - 1 {
                    let parts = [(first, 1.0), (first + 1, -2.0), (first + 2, 1.0)];
                    let parts = parts.map(|(at, factor)| (place(at), factor));
                    for (a, x) in parts {
                        for (b, y) in parts {
                            if let (Some(a), Some(b)) = (a, b) {
                                self.quadratic[a * self.p + b] += weight * x * y;
                            }
                        }
                    }
                }
            }
        }
    }

    /// Adds frailties in these columns.
    pub fn frailty(&mut self, columns: Range<usize>, of: FrailtyDistribution, variance: f64) {
        match of {
            FrailtyDistribution::Gamma => self.gamma = Some((columns, 1.0 / variance)),
            FrailtyDistribution::LogNormal => {
                columns
                    .for_each(|column| self.quadratic[column * self.p + column] += 1.0 / variance);
            }
        }
    }

    /// Gamma frailties cost exp(w) - 1 - w each, over the variance: nothing at w = 0.
    pub fn value(&self, b: &[f64]) -> f64 {
        let half = 0.5 * self.times(b).iter().zip(b).map(|(x, b)| x * b).sum::<f64>();
        let gamma = self.gamma.as_ref().map_or(0.0, |(columns, nu)| {
            nu * b[columns.clone()].iter().map(|w| w.exp_m1() - w).sum::<f64>()
        });
        half + gamma
    }

    pub fn gradient(&self, b: &[f64]) -> Vec<f64> {
        let mut gradient = self.times(b);
        if let Some((columns, nu)) = &self.gamma {
            columns.clone().for_each(|column| gradient[column] += nu * b[column].exp_m1());
        }
        gradient
    }

    pub fn curvature(&self, b: &[f64]) -> Vec<f64> {
        let mut curvature = self.quadratic.clone();
        if let Some((columns, nu)) = &self.gamma {
            columns.clone().for_each(|j| curvature[j * self.p + j] += nu * b[j].exp());
        }
        curvature
    }

    fn times(&self, b: &[f64]) -> Vec<f64> {
        let rows = self.quadratic.chunks_exact(self.p.max(1));
        rows.map(|row| row.iter().zip(b).map(|(q, b)| q * b).sum()).collect()
    }
}

/// With n - 1, over the rows.
fn variance(column: &[f64]) -> f64 {
    let n = column.len() as f64;
    let mean = column.iter().sum::<f64>() / n;
    column.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of coefficients 1, 4 after the 0 that was left out the second difference is 0 - 2 + 4 = 2; a third
    /// coefficient 7 adds 1 - 8 + 7 = 0: weight 3 times half of 4 + 0.
    #[test]
    fn second_differences_by_hand() {
        let design = DesignMatrix::from_columns(vec![0.0; 6], 2).unwrap();
        let mut taken = Taken::none(3);
        taken.shrink(&Shrinkage::Smooth { columns: 0..3, df: 2.0 }, 3.0, &design);
        assert_eq!(taken.value(&[1.0, 4.0, 7.0]), 6.0);
        // A straight line from 0 costs nothing.
        assert_eq!(taken.value(&[2.0, 4.0, 6.0]), 0.0);
    }

    /// Gradients and curvatures against differences.
    #[test]
    fn derivatives_agree_with_differences() {
        let design = DesignMatrix::from_columns(vec![1.0, 3.0, 0.0, 0.0], 2).unwrap();
        let mut taken = Taken::none(2);
        let ridge = Shrinkage::Ridge { columns: vec![0], theta: 2.0, scaled: true };
        taken.shrink(&ridge, 2.0, &design);
        taken.frailty(1..2, FrailtyDistribution::Gamma, 0.5);
        let (b, h) = ([0.7, -0.4], 1e-5);
        for j in 0..2 {
            let moved = |step: f64| {
                let mut moved = b;
                moved[j] += step;
                moved
            };
            let slope = (taken.value(&moved(h)) - taken.value(&moved(-h))) / (2.0 * h);
            assert!((slope - taken.gradient(&b)[j]).abs() < 1e-8);
            let bend = (taken.gradient(&moved(h))[j] - taken.gradient(&moved(-h))[j]) / (2.0 * h);
            assert!((bend - taken.curvature(&b)[j * 2 + j]).abs() < 1e-8);
        }
        // theta/2 times the variance 2 times 0.49, and (exp(-0.4) - 1 + 0.4) / 0.5.
        let expected = 0.98 + 2.0 * ((-0.4_f64).exp() - 0.6);
        assert!((taken.value(&b) - expected).abs() < 1e-15);
    }
}
