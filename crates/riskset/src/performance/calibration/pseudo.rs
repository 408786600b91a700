//! Calibration of predicted incidences at one time by pseudo-values: how far all predictions are off
//! together, and whether they spread too much.
//!
//! The pseudo-value of a row, n times the Aalen-Johansen incidence of all less n - 1 times that of the
//! others, stands for whether it had the event by t. It is regressed on the link l = log(-log(1 - risk)):
//! the intercept a of a + l is 0 for predictions that are right on the whole (calibration in the large),
//! above 0 for risks that are too low; the slope b of a + b l is below 1 for predictions that spread too
//! much. The estimates are those of least squares, the variance is the sandwich, the predictions taken as
//! given. Unlike the slope of a Fine-Gray model, both are about the time t alone.
//!
//! Leaving a row out changes the counts up to its time and no later one, so that all pseudo-values together
//! take one pass over the distinct times.
//!
//! Sources: Andersen, Klein and Rosthoj (2003), Biometrika 90:15-27; Royston (2014), Stata J 14:738-755;
//! van Geloven et al. (2022), BMJ 377:e069249. Reference: `jackknife` of R prodlim, `geese` of geepack.

use crate::regression::linear::{Definite, sandwich};
use crate::{CompetingRisks, Interval, Response};

/// Calibration of incidences at a time by pseudo-values.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PseudoCalibration {
    /// The intercept with the slope held at 1: calibration in the large, 0 where it is right.
    pub intercept: CalibrationTerm,
    /// The slope, 1 where it is right.
    pub slope: CalibrationTerm,
}

/// A term of a calibration, on the scale of log(-log(1 - risk)).
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CalibrationTerm {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error; the predictions are taken as given.
    pub std_error: f64,
    /// Its interval, symmetric.
    pub interval: Interval,
}

/// `None` where a pseudo-value or a fit does not exist.
pub(super) fn calibrate(
    response: &CompetingRisks,
    cause: u32,
    time: f64,
    links: &[f64],
    z: f64,
) -> Option<PseudoCalibration> {
    let values = pseudo_values(response, cause, time)?;
    let ones = vec![1.0; links.len()];
    let term = |(estimate, std_error): (f64, f64)| CalibrationTerm {
        estimate,
        std_error,
        interval: Interval {
            lower: Some(estimate - z * std_error),
            upper: Some(estimate + z * std_error),
        },
    };
    let zero = vec![0.0; links.len()];
    let intercept = Regressed { values: &values, offset: links, columns: &[&ones] }.fit(&[0.0])?;
    let start = [intercept[0].0, 1.0];
    let slope = Regressed { values: &values, offset: &zero, columns: &[&ones, links] };
    let slope = slope.fit(&start)?;
    Some(PseudoCalibration { intercept: term(intercept[0]), slope: term(slope[1]) })
}

/// The pseudo-value of each row, in data order, of the incidence of a cause by a time. `None` with fewer
/// than two rows followed to the time: without the last of them there is no incidence.
pub(super) fn pseudo_values(response: &CompetingRisks, cause: u32, time: f64) -> Option<Vec<f64>> {
    let rows = response.observations();
    let (times, order, n) = (rows.time(), rows.order(), rows.len());
    let plain = rows.entry().is_none() && rows.weights().is_none();
    if !plain || times.iter().filter(|&&at| at >= time).count() < 2 {
        return None;
    }
    let all = counts(response, cause, time);
    let (mut free, mut incidence) = (vec![1.0], vec![0.0]); // after so many distinct times
    for at in &all {
        let (last, sum) = (free[free.len() - 1], incidence[incidence.len() - 1]);
        incidence.push(sum + last * at.own / at.left);
        free.push(last * (1.0 - at.any / at.left));
    }
    let total = incidence[all.len()];
    let mut values = vec![0.0; n];
    // The curves of everybody but one, as long as that one is at risk.
    let (mut without_free, mut without) = (1.0, 0.0);
    let mut place = 0;
    for tied in order.chunk_by(|&a, &b| times[a as usize] == times[b as usize]) {
        let at = all.get(place).filter(|_| times[tied[0] as usize] <= time);
        for &row in tied {
            let row = row as usize;
            let rest = match at {
                // Followed beyond the time: every count up to it is one less.
                None => without,
                Some(at) => {
                    let found = response.cause()[row];
                    let left = at.left - 1.0;
                    let own = at.own - f64::from(u8::from(found == cause));
                    let any = at.any - f64::from(u8::from(found != 0));
                    let (step, stays) =
                        if left > 0.0 { (own / left, 1.0 - any / left) } else { (0.0, 1.0) };
                    let after = free[place + 1];
                    let later = total - incidence[place + 1];
                    let later =
                        if after > 0.0 { without_free * stays * later / after } else { 0.0 };
                    without + without_free * step + later
                }
            };
            values[row] = n as f64 * total - (n as f64 - 1.0) * rest;
        }
        if let Some(at) = at {
            let left = at.left - 1.0;
            // Whoever is followed beyond the time is one of those left, so that some are.
            if left > 0.0 {
                without += without_free * at.own / left;
                without_free *= 1.0 - at.any / left;
            }
            place += 1;
        }
    }
    Some(values)
}

/// What happens at a distinct time.
struct Count {
    left: f64,
    /// With the cause, and with any.
    own: f64,
    any: f64,
}

/// The counts at the distinct times up to a time.
fn counts(response: &CompetingRisks, cause: u32, time: f64) -> Vec<Count> {
    let rows = response.observations();
    let (times, mut left) = (rows.time(), rows.len() as f64);
    let mut found = Vec::new();
    for tied in rows.order().chunk_by(|&a, &b| times[a as usize] == times[b as usize]) {
        if times[tied[0] as usize] > time {
            break;
        }
        let of = |which: &dyn Fn(u32) -> bool| {
            tied.iter().filter(|&&row| which(response.cause()[row as usize])).count() as f64
        };
        found.push(Count { left, own: of(&|c| c == cause), any: of(&|c| c != 0) });
        left -= tied.len() as f64;
    }
    found
}

/// Values with the mean 1 - exp(-exp(offset + columns times coefficients)), by least squares.
struct Regressed<'a> {
    values: &'a [f64],
    offset: &'a [f64],
    columns: &'a [&'a [f64]],
}

/// A step that moves the link by less than this ends the search.
const TOLERANCE: f64 = 1e-10;

impl Regressed<'_> {
    /// Each coefficient with its standard error; `None` where the search does not end.
    fn fit(&self, start: &[f64]) -> Option<Vec<(f64, f64)>> {
        let p = self.columns.len();
        let mut beta = start.to_vec();
        let mut error = self.squares(&beta);
        for _ in 0..100 {
            let (bread, gradient, meat) = self.moments(&beta);
            let bread = Definite::new(&bread, p)?;
            let step = bread.solve(&gradient);
            if step.iter().all(|step| step.abs() < TOLERANCE) {
                let variance = sandwich(&bread.inverse(), &meat, p);
                let error = |j: usize| variance[j * p + j].sqrt();
                let found: Vec<(f64, f64)> = (0..p).map(|j| (beta[j], error(j))).collect();
                return found.iter().all(|(b, e)| b.is_finite() && e.is_finite()).then_some(found);
            }
            (beta, error) = self.halved(&beta, &step, error)?;
        }
        None
    }

    /// The next coefficients: a part of the step that does not lose by more than rounding.
    fn halved(&self, beta: &[f64], step: &[f64], before: f64) -> Option<(Vec<f64>, f64)> {
        let mut part = 1.0;
        for _ in 0..40 {
            let next: Vec<f64> = beta.iter().zip(step).map(|(b, s)| b + part * s).collect();
            let error = self.squares(&next);
            if error <= before * (1.0 + 1e-14) {
                return Some((next, error));
            }
            part /= 2.0;
        }
        None
    }

    fn link(&self, row: usize, beta: &[f64]) -> f64 {
        let terms = self.columns.iter().zip(beta).map(|(column, beta)| column[row] * beta);
        self.offset[row] + terms.sum::<f64>()
    }

    fn squares(&self, beta: &[f64]) -> f64 {
        let rows = 0..self.values.len();
        rows.map(|row| (self.values[row] - mean(self.link(row, beta))).powi(2)).sum()
    }

    /// The derivatives' products, the score, and its sum of squares.
    fn moments(&self, beta: &[f64]) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let p = self.columns.len();
        let (mut bread, mut gradient, mut meat) =
            (vec![0.0; p * p], vec![0.0; p], vec![0.0; p * p]);
        for row in 0..self.values.len() {
            let link = self.link(row, beta);
            let slope = (link - link.exp()).exp();
            let off = self.values[row] - mean(link);
            for j in 0..p {
                let x = slope * self.columns[j][row];
                gradient[j] += x * off;
                for l in 0..p {
                    let square = x * slope * self.columns[l][row];
                    bread[j * p + l] += square;
                    meat[j * p + l] += square * off * off;
                }
            }
        }
        (bread, gradient, meat)
    }
}

/// The risk of a link.
fn mean(link: f64) -> f64 {
    -(-link.exp()).exp_m1()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each pseudo-value against the incidence of the others, estimated anew; ties of all kinds.
    #[test]
    fn pseudo_values_are_those_of_leaving_out() {
        let times = [1.0, 2.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 6.0, 7.0];
        let causes = [1, 1, 2, 0, 2, 0, 1, 0, 1, 0];
        let incidence = |rows: &[usize], time: f64| {
            let of = CompetingRisks::new(&times, &causes, 2).unwrap().select(rows).unwrap();
            let fit = crate::AalenJohansen::default().fit(&of).unwrap();
            fit.cause(1).at_times(&[time]).unwrap()[0].estimate.unwrap()
        };
        let response = CompetingRisks::new(&times, &causes, 2).unwrap();
        for time in [0.5, 2.0, 3.5, 4.0, 6.0] {
            let all: Vec<usize> = (0..10).collect();
            let values = pseudo_values(&response, 1, time).unwrap();
            for (row, value) in values.iter().enumerate() {
                let others: Vec<usize> =
                    all.iter().copied().filter(|&other| other != row).collect();
                let by_hand = 10.0 * incidence(&all, time) - 9.0 * incidence(&others, time);
                assert!((value - by_hand).abs() < 1e-12, "{time}, row {row}: {value} {by_hand}");
            }
        }
        assert!(pseudo_values(&response, 1, 6.5).is_none());
    }
}
