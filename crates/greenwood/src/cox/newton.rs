//! Newton-Raphson with step halving, on centred and scaled covariates.
//!
//! The log partial likelihood is concave, so a step that lowers it was too long. Far from the
//! maximum its relative change says nothing about the digits of the coefficients, so the end is
//! judged by the next step: how much it would move the linear predictor.

use super::Ties;
use super::exact;
use super::linear::{Definite, inner};
use super::moments::{Moments, Risk};
use super::rows::Rows;

/// Where the iteration ended. Everything is in the scaled unit of the columns.
pub(super) struct Maximum {
    pub beta: Vec<f64>,
    pub risk: Risk,
    pub moments: Moments,
    pub log_likelihood: f64,
    pub iterations: usize,
    pub converged: bool,
    /// Columns whose coefficient runs to infinity.
    pub infinite: Vec<usize>,
}

/// The likelihood at given coefficients, with the recursion for exact ties.
pub(super) struct Point {
    pub risk: Risk,
    pub log_likelihood: f64,
    exact: Option<exact::Sums>,
}

impl Point {
    pub fn new(rows: &Rows, beta: &[f64], ties: Ties) -> Point {
        let risk = Risk::new(rows, beta, ties);
        let exact = (ties == Ties::Exact).then(|| exact::sums(rows, &risk.risk));
        let log = exact.as_ref().map_or(0.0, |sums| sums.log);
        Point { log_likelihood: risk.log_likelihood - log, risk, exact }
    }

    pub fn moments(&self, rows: &Rows, ties: Ties) -> Moments {
        let mut moments = self.risk.moments(rows, ties, None);
        if let Some(sums) = &self.exact {
            sums.add_to(&mut moments);
        }
        moments
    }
}

/// The options of the iteration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Control {
    pub max_iterations: usize,
    /// The iteration ends when the next step moves the linear predictor by less than this, as the
    /// root of its information-weighted mean square per event.
    pub tolerance: f64,
}

/// Climbs from `point`, at coefficients of zero, to the maximum.
pub(super) fn maximise(
    rows: &Rows,
    ties: Ties,
    control: Control,
    mut point: Point,
    mut moments: Moments,
) -> Maximum {
    let mut beta = vec![0.0; rows.p];
    let (mut iterations, mut converged, mut infinite) = (0, rows.p == 0, Vec::new());
    let mut previous = f64::INFINITY; // the last squared length of a step
    while !converged && iterations < control.max_iterations {
        let Some(step) =
            Definite::new(&moments.information, rows.p).map(|m| m.solve(&moments.gradient))
        else {
            break;
        };
        let length = inner(&step, &moments.gradient) / rows.event_weight.max(1.0);
        // At the floor of rounding a step no longer shrinks.
        let floor = length < 1e-20 && length > previous / 4.0;
        if floor {
            converged = true;
            break;
        }
        previous = length;
        let Some((next_beta, next)) = climb(rows, ties, &beta, &step, point.log_likelihood) else {
            break;
        };
        let gain = next.log_likelihood - point.log_likelihood;
        iterations += 1;
        (beta, point) = (next_beta, next);
        if length.sqrt() <= control.tolerance {
            // The information is that of a point nearer than the tolerance.
            converged = true;
            break;
        }
        moments = point.moments(rows, ties);
        if gain.abs() <= 1e-9 * (point.log_likelihood.abs() + 0.1) {
            infinite = running_away(rows, &moments);
            converged = !infinite.is_empty();
        }
    }
    let log_likelihood = point.log_likelihood;
    Maximum { beta, risk: point.risk, moments, log_likelihood, iterations, converged, infinite }
}

/// Goes along the step, or half of it, and so on, until the likelihood does not fall.
fn climb(
    rows: &Rows,
    ties: Ties,
    beta: &[f64],
    step: &[f64],
    log_likelihood: f64,
) -> Option<(Vec<f64>, Point)> {
    let rounding = 1e-12 * (1.0 + log_likelihood.abs());
    let mut part = 1.0;
    for _ in 0..40 {
        let next: Vec<f64> = beta.iter().zip(step).map(|(beta, step)| beta + part * step).collect();
        let point = Point::new(rows, &next, ties);
        if point.log_likelihood.is_finite() && point.log_likelihood >= log_likelihood - rounding {
            return Some((next, point));
        }
        part /= 2.0;
    }
    None
}

/// The columns whose coefficient still moves although the likelihood stands still: the next step
/// changes the linear predictor between two rows by more than a tenth. At a finite maximum, steps
/// shrink with the square root of the gain or faster.
fn running_away(rows: &Rows, moments: &Moments) -> Vec<usize> {
    let Some(information) = Definite::new(&moments.information, rows.p) else {
        return (0..rows.p).filter(|j| moments.information[j * rows.p + j] < 1e-8).collect();
    };
    let step = information.solve(&moments.gradient);
    (0..rows.p).filter(|&j| step[j].abs() * range(rows, j) > 0.1).collect()
}

/// The greatest less the least value of a column, in the scaled unit.
fn range(rows: &Rows, column: usize) -> f64 {
    let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
    for block in &rows.blocks {
        let len = block.rows.len();
        for &value in &rows.tile(block)[column * len..(column + 1) * len] {
            (least, greatest) = (least.min(value), greatest.max(value));
        }
    }
    greatest - least
}
