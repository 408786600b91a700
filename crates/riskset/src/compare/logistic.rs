//! Logistic regression, and what it says when the groups are separated.
//!
//! The log odds of being in the second group are b0 + x'b, by maximum likelihood with Newton's steps
//! on centred, scaled columns. When a combination of the columns tells the groups apart the
//! likelihood has no maximum: the coefficients run to infinity. That is found as a direction in which
//! no row of either group moves to the wrong side, and refused.
//!
//! Sources: McCullagh and Nelder (1989), Generalized Linear Models, 4.4; Albert and Anderson (1984),
//! Biometrika 71:1-10 (separation). Reference program: `glm` of R.

use crate::regression::linear::{Definite, aliased};
use crate::{DesignMatrix, Error};

/// Newton's steps, at most; about six are needed where there is a maximum.
const STEPS: usize = 60;
/// A step that moves no linear predictor by more is the last.
const STILL: f64 = 1e-11;
/// From this distance from 0 on a linear predictor may be on its way to infinity.
const FAR: f64 = 12.0;

/// A fitted logistic regression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Logistic {
    /// The constant, and one coefficient per column, in the unit of the data.
    pub coefficients: Vec<f64>,
    /// The fitted chance of the second group of each row.
    pub fitted: Vec<f64>,
}

/// Fits the chance of `second` with these frequencies of the rows (weights of 0 leave rows out).
pub(crate) fn fit(
    second: &[bool],
    design: &DesignMatrix,
    frequency: &[f64],
) -> Result<Logistic, Error> {
    let scaled = Scaled::new(design, frequency);
    scaled.check_columns(frequency)?;
    let p = scaled.columns.len();
    let mut beta = vec![0.0; p];
    for _ in 0..STEPS {
        let eta = scaled.predict(&beta);
        let (gradient, information) = scaled.moments(second, &eta, frequency);
        let step = Definite::new(&information, p).map(|matrix| matrix.solve(&gradient));
        let moves = step.as_deref().map(|step| scaled.predict(step));
        let direction = moves.as_deref().unwrap_or(&eta);
        if eta.iter().any(|eta| eta.abs() > FAR) || step.is_none() {
            scaled.refuse_separated(second, direction, &eta, frequency)?;
        }
        let (Some(step), Some(moves)) = (step, moves) else { break };
        beta.iter_mut().zip(&step).for_each(|(beta, step)| *beta += step);
        if moves.iter().all(|change| change.abs() <= STILL) {
            let fitted = scaled.predict(&beta).into_iter().map(expit).collect();
            return Ok(Logistic { coefficients: scaled.unscale(&beta), fitted });
        }
    }
    Err(Error::NotConverged { what: "the propensity model", iterations: STEPS })
}

pub(crate) fn expit(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// A constant and the columns, centred and scaled.
struct Scaled {
    columns: Vec<Vec<f64>>,
    centers: Vec<(f64, f64)>,
}

impl Scaled {
    fn new(design: &DesignMatrix, frequency: &[f64]) -> Scaled {
        let total: f64 = frequency.iter().sum();
        let mut scaled =
            Scaled { columns: vec![vec![1.0; design.rows()]], centers: vec![(0.0, 1.0)] };
        for column in 0..design.columns() {
            let values = design.column(column);
            let mean = values.iter().zip(frequency).map(|(x, f)| x * f).sum::<f64>() / total;
            let square = |(x, f): (&f64, &f64)| f * (x - mean) * (x - mean);
            let spread = values.iter().zip(frequency).map(square).sum::<f64>() / total;
            let scale = if spread > 0.0 { spread.sqrt() } else { 1.0 };
            scaled.columns.push(values.iter().map(|x| (x - mean) / scale).collect());
            scaled.centers.push((mean, scale));
        }
        scaled
    }

    /// Refuses a column that is a combination of others or does not vary.
    fn check_columns(&self, frequency: &[f64]) -> Result<(), Error> {
        let p = self.columns.len();
        let product = |a: usize, b: usize| -> f64 {
            let pairs = self.columns[a].iter().zip(&self.columns[b]);
            pairs.zip(frequency).map(|((x, y), f)| x * y * f).sum()
        };
        let matrix: Vec<f64> = (0..p * p).map(|at| product(at / p, at % p)).collect();
        let total: f64 = frequency.iter().sum();
        match aliased(&matrix, &vec![total; p]).1.first() {
            Some(spare) => Err(Error::Aliased { column: spare.column - 1 }),
            None => Ok(()),
        }
    }

    fn predict(&self, beta: &[f64]) -> Vec<f64> {
        let mut eta = vec![0.0; self.columns[0].len()];
        for (column, beta) in self.columns.iter().zip(beta) {
            eta.iter_mut().zip(column).for_each(|(eta, x)| *eta += beta * x);
        }
        eta
    }

    /// The gradient of the log likelihood and its information.
    fn moments(&self, second: &[bool], eta: &[f64], frequency: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let p = self.columns.len();
        let (mut gradient, mut information) = (vec![0.0; p], vec![0.0; p * p]);
        for (row, &eta) in eta.iter().enumerate() {
            let chance = expit(eta);
            let residual = frequency[row] * (f64::from(u8::from(second[row])) - chance);
            let weight = frequency[row] * chance * expit(-eta);
            for a in 0..p {
                let x = self.columns[a][row];
                gradient[a] += residual * x;
                for b in 0..=a {
                    information[a * p + b] += weight * x * self.columns[b][row];
                }
            }
        }
        for a in 0..p {
            for b in 0..a {
                information[b * p + a] = information[a * p + b];
            }
        }
        (gradient, information)
    }

    /// A direction in which every row moves to its own side, or not at all, and some do, has no end.
    /// The step of the iteration becomes such a direction; so may the linear predictor itself.
    fn refuse_separated(
        &self,
        second: &[bool],
        step: &[f64],
        eta: &[f64],
        frequency: &[f64],
    ) -> Result<(), Error> {
        for direction in [step, eta] {
            let size = direction.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
            let own = |row: usize| if second[row] { direction[row] } else { -direction[row] };
            let counted = (0..direction.len()).filter(|&row| frequency[row] > 0.0);
            if size > 0.0 && counted.clone().all(|row| own(row) >= -1e-6 * size) {
                let rows = counted.filter(|&row| own(row) > 1e-3 * size).count();
                return Err(Error::Separated { rows });
            }
        }
        Ok(())
    }

    fn unscale(&self, beta: &[f64]) -> Vec<f64> {
        let mut unscaled: Vec<f64> =
            beta.iter().zip(&self.centers).map(|(beta, (_, scale))| beta / scale).collect();
        let shift = unscaled.iter().zip(&self.centers).map(|(beta, (mean, _))| beta * mean);
        let shift: f64 = shift.sum();
        unscaled[0] -= shift;
        unscaled
    }
}
