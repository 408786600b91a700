//! Newton-Raphson with step halving, on centred and scaled covariates.
//!
//! The log partial likelihood is concave, so a step that lowers it was too long. Far from the
//! maximum its relative change says nothing about the digits of the coefficients, so the end is
//! judged by the next step: how much it would move the linear predictor.

use super::choices::{Penalty, Ties};
use super::moments::Moments;
use super::parts::NONE;
use super::risk::Risk;
use super::rows::Rows;
use super::{exact, firth};
use crate::regression::linear::{Definite, inner};

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

/// What is maximised.
#[derive(Clone, Copy, Debug)]
pub(super) struct Objective {
    pub ties: Ties,
    pub penalty: Option<Penalty>,
}

/// The likelihood at given coefficients, with the recursion for exact ties and with the penalty.
pub(super) struct Point {
    pub risk: Risk,
    /// Not finite where it could not be computed.
    pub log_likelihood: f64,
    exact: Option<exact::Sums>,
    /// Computed beforehand where the likelihood needs the information.
    moments: Option<Moments>,
}

impl Point {
    /// `spare` is what is no longer needed of another point; its memory is used again.
    pub fn new(rows: &Rows, beta: &[f64], objective: Objective, spare: Option<Risk>) -> Point {
        let risk = Risk::new(rows, beta, objective.ties, spare);
        let exact = (objective.ties == Ties::Exact).then(|| exact::sums(rows, &risk.risk));
        let log = exact.as_ref().map_or(0.0, |sums| sums.log);
        let log_likelihood = risk.log_likelihood - log;
        let mut point = Point { log_likelihood, risk, exact, moments: None };
        if objective.penalty.is_some() && point.log_likelihood.is_finite() {
            let mut moments = point.plain_moments(rows, objective.ties);
            match Definite::new(&moments.information, rows.p) {
                Some(information) => {
                    // Of the information in the unit of the data.
                    let unit: f64 = rows.scales.iter().map(|scale| scale.ln()).sum();
                    point.log_likelihood += 0.5 * information.log_determinant() + unit;
                    let inverse = information.inverse();
                    let extra = firth::gradient(rows, &point.risk, objective.ties, &inverse);
                    moments.gradient.iter_mut().zip(extra).for_each(|(g, extra)| *g += extra);
                }
                None => point.log_likelihood = f64::NAN,
            }
            point.moments = Some(moments);
        }
        point
    }

    /// The gradient of what is maximised, and the information of the likelihood itself.
    pub fn moments(&self, rows: &Rows, objective: Objective) -> Moments {
        self.moments.clone().unwrap_or_else(|| self.plain_moments(rows, objective.ties))
    }

    fn plain_moments(&self, rows: &Rows, ties: Ties) -> Moments {
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

/// Climbs from `point`, at `beta`, to the maximum, with one coefficient held where one is named.
///
/// With a penalty the information of the likelihood alone still gives the direction; the steps
/// then shrink by a factor instead of squaring.
pub(super) fn maximise(
    rows: &Rows,
    objective: Objective,
    control: Control,
    mut beta: Vec<f64>,
    mut point: Point,
    mut moments: Moments,
    held: Option<usize>,
) -> Maximum {
    let (mut iterations, mut converged, mut infinite) = (0, rows.p == 0, Vec::new());
    let mut previous = f64::INFINITY; // the last squared length of a step
    let mut spare = None;
    while !converged && iterations < control.max_iterations {
        let Some(step) = newton_step(&moments, rows.p, held) else { break };
        let length = inner(&step, &moments.gradient) / rows.event_weight.max(1.0);
        // At the floor of rounding a step no longer shrinks.
        let floor = length < 1e-20 && length > previous / 4.0;
        if floor {
            converged = true;
            break;
        }
        previous = length;
        let from = (&beta[..], point.log_likelihood);
        let Some((next_beta, next)) = climb(rows, objective, from, &step, spare.take()) else {
            break;
        };
        let gain = next.log_likelihood - point.log_likelihood;
        iterations += 1;
        beta = next_beta;
        spare = Some(std::mem::replace(&mut point, next).risk);
        if length.sqrt() <= control.tolerance {
            // The information is that of a point nearer than the tolerance.
            converged = true;
            break;
        }
        moments = point.moments(rows, objective);
        if objective.penalty.is_none() && gain.abs() <= 1e-9 * (point.log_likelihood.abs() + 0.1) {
            infinite = running_away(rows, &moments);
            converged = !infinite.is_empty();
        }
    }
    let log_likelihood = point.log_likelihood;
    Maximum { beta, risk: point.risk, moments, log_likelihood, iterations, converged, infinite }
}

/// The solution of information times step = gradient, 0 for the coefficient that is held.
fn newton_step(moments: &Moments, p: usize, held: Option<usize>) -> Option<Vec<f64>> {
    let Some(held) = held else {
        return Definite::new(&moments.information, p).map(|m| m.solve(&moments.gradient));
    };
    let free: Vec<usize> = (0..p).filter(|&j| j != held).collect();
    let pairs = free.iter().flat_map(|&j| free.iter().map(move |&k| (j, k)));
    let information: Vec<f64> = pairs.map(|(j, k)| moments.information[j * p + k]).collect();
    let gradient: Vec<f64> = free.iter().map(|&j| moments.gradient[j]).collect();
    let solved = Definite::new(&information, free.len())?.solve(&gradient);
    let mut step = vec![0.0; p];
    free.iter().zip(solved).for_each(|(&j, value)| step[j] = value);
    Some(step)
}

/// Goes along the step, or half of it, and so on, until the likelihood does not fall from where it
/// was.
fn climb(
    rows: &Rows,
    objective: Objective,
    (beta, log_likelihood): (&[f64], f64),
    step: &[f64],
    mut spare: Option<Risk>,
) -> Option<(Vec<f64>, Point)> {
    let rounding = 1e-12 * (1.0 + log_likelihood.abs());
    let mut part = 1.0;
    for _ in 0..40 {
        let next: Vec<f64> = beta.iter().zip(step).map(|(beta, step)| beta + part * step).collect();
        let point = Point::new(rows, &next, objective, spare);
        if point.log_likelihood.is_finite() && point.log_likelihood >= log_likelihood - rounding {
            return Some((next, point));
        }
        spare = Some(point.risk);
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
    // Nearly always the bound says enough, and nobody needs to look at the rows.
    let far = |j: usize, apart: f64| step[j].abs() * apart > 0.1;
    (0..rows.p).filter(|&j| far(j, rows.reaches[j]) && far(j, range(rows, j))).collect()
}

/// The greatest less the least value of a column, in the scaled unit, among rows that count at an
/// event time: what others hold says nothing about the likelihood.
fn range(rows: &Rows, column: usize) -> f64 {
    let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
    for block in &rows.blocks {
        let (len, start) = (block.rows.len(), block.rows.start);
        let values = &rows.tile(block)[column * len..(column + 1) * len];
        for (range, _) in rows.segments_of(block).filter(|(_, segment)| segment.record != NONE) {
            for row in range.filter(|&row| rows.weight(row) > 0.0) {
                let value = values[row - start];
                (least, greatest) = (least.min(value), greatest.max(value));
            }
        }
    }
    greatest - least
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
