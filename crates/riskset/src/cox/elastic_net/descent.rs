//! One lambda: the quadratic approximation of the likelihood, whose penalised minimum is found a
//! coefficient at a time, again and again until nothing moves.
//!
//! With g and H the gradient and information at c0 (over the sum of the weights), the coefficient j that is
//! best for the others as they are is S(g_j - sum over k of H_jk (c_k - c0_k) + H_jj c_j, lambda alpha) /
//! (H_jj + lambda (1 - alpha)), S(x, t) being x drawn towards 0 by t.

use super::Problem;

/// The gradient and the information (row by row) of the log likelihood, over the sum of the weights.
pub(super) struct Weighted {
    pub gradient: Vec<f64>,
    pub information: Vec<f64>,
}

/// The penalty.
#[derive(Clone, Copy)]
pub(super) struct Descent {
    pub alpha: f64,
    pub lambda: f64,
}

/// A sweep that moves no coefficient by more than this, as the information weighs it, is the last.
const STILL: f64 = 1e-22;

/// Approximations that are not enough, and sweeps.
const MOST_ROUNDS: usize = 200;
const MOST_SWEEPS: usize = 10_000;

impl Descent {
    /// The coefficients and the log likelihood at the minimum, from `start`; `None` where it is not found.
    pub fn to_the_bottom(&self, problem: &Problem, start: &[f64]) -> Option<(Vec<f64>, f64)> {
        let mut c = start.to_vec();
        let mut risk = problem.risk(&c);
        for _ in 0..MOST_ROUNDS {
            if !risk.log_likelihood.is_finite() {
                return None;
            }
            let at = problem.weighted(&risk);
            let target = self.swept(&at, &c)?;
            let height = risk.log_likelihood / problem.total - self.cost(&c);
            let far = distance(&at, &c, &target);
            let (next, found) = self.forward(problem, (&c, &target), height)?;
            (c, risk) = (next, found);
            if far <= STILL {
                return Some((c, risk.log_likelihood));
            }
        }
        None
    }

    fn cost(&self, c: &[f64]) -> f64 {
        let part = |c: &f64| self.alpha * c.abs() + 0.5 * (1.0 - self.alpha) * c * c;
        self.lambda * c.iter().map(part).sum::<f64>()
    }

    /// The minimum of the approximation around `c`.
    fn swept(&self, at: &Weighted, c: &[f64]) -> Option<Vec<f64>> {
        let p = c.len();
        let mut next = c.to_vec();
        // H (next - c), kept up to date.
        let mut moved = vec![0.0; p];
        for _ in 0..MOST_SWEEPS {
            let mut most = 0.0_f64;
            for j in 0..p {
                let own = at.information[j * p + j];
                if own <= 0.0 {
                    continue;
                }
                let pull = at.gradient[j] - moved[j] + own * next[j];
                let drawn = pull.signum() * (pull.abs() - self.lambda * self.alpha).max(0.0);
                let value = drawn / (own + self.lambda * (1.0 - self.alpha));
                let step = value - next[j];
                if step != 0.0 {
                    next[j] = value;
                    (0..p).for_each(|k| moved[k] += at.information[k * p + j] * step);
                    most = most.max(own * step * step);
                }
            }
            if most <= STILL {
                return Some(next);
            }
        }
        None
    }

    /// The whole way to the target, or half of it, and so on, until the objective does not fall.
    fn forward(
        &self,
        problem: &Problem,
        (from, to): (&[f64], &[f64]),
        height: f64,
    ) -> Option<(Vec<f64>, crate::cox::risk::Risk)> {
        let rounding = 1e-13 * (1.0 + height.abs());
        let mut part = 1.0;
        for _ in 0..40 {
            // The whole way keeps a coefficient that is exactly 0 so.
            let next: Vec<f64> = match part == 1.0 {
                true => to.to_vec(),
                false => from.iter().zip(to).map(|(a, b)| a + part * (b - a)).collect(),
            };
            let risk = problem.risk(&next);
            let reached = risk.log_likelihood / problem.total - self.cost(&next);
            if reached.is_finite() && reached >= height - rounding {
                return Some((next, risk));
            }
            part /= 2.0;
        }
        None
    }
}

/// The largest squared step of a coefficient, as the information weighs it.
fn distance(at: &Weighted, from: &[f64], to: &[f64]) -> f64 {
    let p = from.len();
    (0..p).map(|j| at.information[j * p + j] * (to[j] - from[j]).powi(2)).fold(0.0, f64::max)
}
