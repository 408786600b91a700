//! Firth's penalised likelihood, which keeps coefficients finite where the likelihood has no
//! maximum.
//!
//! The log likelihood gains half the logarithm of the determinant of the information I. Its
//! gradient gains, for each coefficient r, half the trace of I^-1 dI/dbeta_r. The derivative of a
//! risk set's variance is its third central moment, so with A = I^-1 the part of one event time is
//! half of E[(x - m)'A(x - m) (x_r - m_r)], expanded here into running sums over the risk set.
//!
//! Sources: Firth (1993), Biometrika 80:27-38; Heinze and Schemper (2001), Biometrics 57:114-119.

use super::choices::Ties;
use super::parts::Record;
use super::risk::Risk;
use super::rows::Rows;
use crate::regression::linear::{inner, quadratic};

/// Sums over a risk set, or over those who fail in it.
#[derive(Clone)]
struct Sums {
    risk: f64,
    x: Vec<f64>,
    /// r x x', row-major.
    product: Vec<f64>,
    /// r x'Ax.
    form: f64,
    /// r x'Ax x.
    cubic: Vec<f64>,
}

impl Sums {
    fn new(p: usize) -> Sums {
        Sums {
            risk: 0.0,
            x: vec![0.0; p],
            product: vec![0.0; p * p],
            form: 0.0,
            cubic: vec![0.0; p],
        }
    }

    fn clear(&mut self) {
        (self.risk, self.form) = (0.0, 0.0);
        for values in [&mut self.x, &mut self.product, &mut self.cubic] {
            values.fill(0.0);
        }
    }

    fn add(&mut self, risk: f64, x: &[f64], form: f64) {
        let p = x.len();
        self.risk += risk;
        self.form += risk * form;
        for j in 0..p {
            self.x[j] += risk * x[j];
            self.cubic[j] += risk * form * x[j];
            for k in 0..p {
                self.product[j * p + k] += risk * x[j] * x[k];
            }
        }
    }

    /// These less a fraction of those who fail.
    fn less(&self, failing: &Sums, fraction: f64) -> Sums {
        let minus = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - fraction * b).collect();
        Sums {
            risk: self.risk - fraction * failing.risk,
            x: minus(&self.x, &failing.x),
            product: minus(&self.product, &failing.product),
            form: self.form - fraction * failing.form,
            cubic: minus(&self.cubic, &failing.cubic),
        }
    }

    /// Adds `weight` times E[(x - m)'A(x - m) (x - m)].
    fn third_moment(&self, a: &[f64], weight: f64, to: &mut [f64]) {
        let p = self.x.len();
        let m: Vec<f64> = self.x.iter().map(|x| x / self.risk).collect();
        let am: Vec<f64> = (0..p).map(|j| inner(&a[j * p..(j + 1) * p], &m)).collect();
        let (mam, form) = (inner(&m, &am), self.form / self.risk);
        for r in 0..p {
            let crossed = inner(&am, &self.product[r * p..(r + 1) * p]) / self.risk;
            let cubic = self.cubic[r] / self.risk;
            to[r] += weight * (cubic - m[r] * form - 2.0 * crossed + 2.0 * mam * m[r]);
        }
    }
}

/// What the penalty adds to the gradient. `a` is the inverse of the information, scaled unit.
pub(super) fn gradient(rows: &Rows, risk: &Risk, ties: Ties, a: &[f64]) -> Vec<f64> {
    let p = rows.p;
    let (mut all, mut failing, mut x) = (Sums::new(p), Sums::new(p), vec![0.0; p]);
    let mut total = vec![0.0; p];
    for stratum in &rows.strata {
        all.clear();
        let mut at = stratum.rows.start;
        for record in &rows.records[stratum.records.clone()] {
            let mut add = |sums: &mut Sums, row: usize, sign: f64| {
                x.iter_mut().enumerate().for_each(|(j, x)| *x = rows.covariate(row, j));
                sums.add(sign * risk.risk[row], &x, quadratic(a, &x, &x));
            };
            (at..record.end as usize).for_each(|row| add(&mut all, row, 1.0));
            at = record.end as usize;
            if let Some(late) = &rows.late {
                let leaving = &late.row[record.late.0 as usize..record.late.1 as usize];
                leaving.iter().for_each(|&row| add(&mut all, row as usize, -1.0));
            }
            failing.clear();
            record.failing().for_each(|row| add(&mut failing, row, 1.0));
            for (fraction, weight) in terms(record, ties) {
                all.less(&failing, fraction).third_moment(a, 0.5 * weight, &mut total);
            }
        }
    }
    total
}

/// The fraction of those who fail that has left the risk set, and the weight, of each term.
fn terms(record: &Record, ties: Ties) -> Vec<(f64, f64)> {
    match ties {
        Ties::Efron => {
            let d = f64::from(record.tied);
            (0..record.tied).map(|k| (f64::from(k) / d, record.weight / d)).collect()
        }
        _ => vec![(0.0, record.weight)],
    }
}
