//! Firth's penalised likelihood, which keeps coefficients finite where the likelihood has no
//! maximum.
//!
//! The log likelihood gains half the logarithm of the determinant of the information I. Its
//! gradient gains, for each coefficient r, half the trace of I^-1 dI/dbeta_r. The derivative of a
//! risk set's variance is its third central moment, so with A = I^-1 the part of one event time is
//! half of E[(x - m)'A(x - m) (x_r - m_r)], expanded here into running sums over the risk set.
//!
//! Sources: Firth (1993), Biometrika 80:27-38; Heinze and Schemper (2001), Biometrics 57:114-119,
//! also for the profile intervals.

use super::linear::{inner, quadratic};
use super::moments::Risk;
use super::newton::{Control, Objective, Point, maximise};
use super::rows::{Record, Rows};
use super::{CoxFit, Penalty, Ties};
use crate::{CoxTest, Error, Interval};

/// What a penalised coefficient's profile says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// The limits of the coefficient (not of the hazard ratio) at which twice the penalised log
    /// likelihood, maximised over the others, has fallen by the chi-square quantile. `None` for
    /// one that was not found.
    pub interval: Interval,
    /// The penalised likelihood ratio test of this coefficient against 0.
    pub test: Option<CoxTest>,
}

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
            let d = f64::from(record.deaths);
            (0..record.deaths).map(|k| (f64::from(k) / d, record.weight / d)).collect()
        }
        _ => vec![(0.0, record.weight)],
    }
}

impl CoxFit {
    /// The profile of each coefficient of a fit with [`Penalty::Firth`]: by column of the design,
    /// `None` for one that was not estimated. Each costs a few dozen fits.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] without Firth's penalty.
    pub fn profiles(&self) -> Result<Vec<Option<Profile>>, Error> {
        if self.penalty != Some(Penalty::Firth) {
            return Err(Error::Unsupported {
                what: "a penalised profile of a fit without Firth's penalty",
                instead: "fit with the penalty, or use the intervals of the coefficients",
            });
        }
        let mut profiles = vec![None; self.columns];
        for (place, &column) in self.kept.iter().enumerate() {
            profiles[column] = Some(self.profile(place));
        }
        Ok(profiles)
    }

    /// The same fit with the profile limits and the penalised likelihood-ratio P value in each
    /// coefficient, in place of those from its standard error; it then has no z. Those from the
    /// standard error are poor where the likelihood is as lopsided as it is near separation (Heinze
    /// and Schemper 2001).
    ///
    /// # Errors
    ///
    /// Those of [`profiles`](Self::profiles).
    pub fn with_profile_limits(mut self) -> Result<CoxFit, Error> {
        let profiles = self.profiles()?;
        self.regression.put_profiles(&profiles);
        Ok(self)
    }

    fn profile(&self, place: usize) -> Profile {
        let scale = self.rows.scales[place];
        let best = self.risk.beta[place];
        let std_error = self
            .model_variance
            .as_ref()
            .map_or(1.0, |variance| (variance[place * self.kept.len() + place]).sqrt() * scale);
        let limit = |sign: f64| {
            let found = self.crossing(place, best, sign * std_error);
            found.map(|value| value / scale)
        };
        let test = self.fallen(place, 0.0).and_then(|fallen| CoxTest::of(fallen.max(0.0), 1));
        Profile { interval: Interval { lower: limit(-1.0), upper: limit(1.0) }, test }
    }

    /// Twice the fall of the penalised likelihood, with one scaled coefficient held and the others
    /// at their best.
    fn fallen(&self, place: usize, held: f64) -> Option<f64> {
        let objective = Objective { ties: self.ties, penalty: self.penalty };
        let mut beta = self.risk.beta.clone();
        beta[place] = held;
        let point = Point::new(&self.rows, &beta, objective, None);
        if !point.log_likelihood.is_finite() {
            return None;
        }
        let moments = point.moments(&self.rows, objective);
        let control = Control { max_iterations: 200, tolerance: 1e-8 };
        let end = maximise(&self.rows, objective, control, beta, point, moments, Some(place));
        end.converged.then(|| 2.0 * (self.log_likelihood() - end.log_likelihood))
    }

    /// Where the fall reaches the chi-square quantile, outwards from the estimate.
    fn crossing(&self, place: usize, best: f64, step: f64) -> Option<f64> {
        let goal = self.z * self.z; // the quantile of one degree of freedom
        let (mut inside, mut outside) = (best, best + self.z * step);
        let mut doublings = 0;
        while self.fallen(place, outside)? < goal {
            (inside, outside) = (outside, best + 2.0 * (outside - best));
            doublings += 1;
            if doublings > 30 {
                return None;
            }
        }
        // Bisection is enough: 50 halvings leave no more than rounding of the fall itself.
        for _ in 0..50 {
            let middle = 0.5 * (inside + outside);
            if (outside - inside).abs() <= 1e-12 * middle.abs().max(1e-3) {
                break;
            }
            if self.fallen(place, middle)? < goal {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        Some(0.5 * (inside + outside))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CountingProcess, DesignMatrix, Groups, Response};

    /// The gradient against differences of the penalised likelihood, with ties, weights, strata
    /// and late entries.
    #[test]
    fn the_gradient_agrees_with_differences() {
        let n = 40;
        let value = |row: usize, salt: usize| ((row * 37 + salt * 53) * 11 % 97) as f64 / 97.0;
        let start: Vec<f64> = (0..n).map(|row| (value(row, 1) * 4.0).floor()).collect();
        let stop: Vec<f64> =
            (0..n).map(|row| start[row] + 1.0 + (value(row, 2) * 6.0).floor()).collect();
        let event: Vec<bool> = (0..n).map(|row| value(row, 3) < 0.6).collect();
        let weights: Vec<f64> = (0..n).map(|row| 0.5 + value(row, 4)).collect();
        let x: Vec<f64> = (0..3 * n).map(|at| value((at % n) * (1 + at / n), 5 + at / n)).collect();
        let strata = Groups::new((0..n as u32).map(|row| row % 2).collect(), 2).unwrap();
        let response = CountingProcess::new(&start, &stop, &event).unwrap();
        let response = response.with_weights(&weights).unwrap();
        let x = DesignMatrix::from_columns(x, n).unwrap();
        let rows = Rows::new(response.observations(), &x, &strata, None);
        for ties in [Ties::Efron, Ties::Breslow] {
            let objective = Objective { ties, penalty: Some(Penalty::Firth) };
            let beta = [0.3, -0.2, 0.1];
            let gradient =
                Point::new(&rows, &beta, objective, None).moments(&rows, objective).gradient;
            for j in 0..3 {
                let at = |h: f64| {
                    let mut moved = beta;
                    moved[j] += h;
                    Point::new(&rows, &moved, objective, None).log_likelihood
                };
                let difference = (at(1e-5) - at(-1e-5)) / 2e-5;
                assert!((difference - gradient[j]).abs() < 1e-7, "{difference} {}", gradient[j]);
            }
        }
    }
}
