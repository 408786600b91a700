//! A Cox model with one baseline hazard for all places, from sums on a common grid of times.
//!
//! Let every time lie on the grid. At grid time t with d events among all places, S0, S1, S2 the sums of
//! exp(x'beta), x exp(x'beta) and x x' exp(x'beta) over all at risk, Breslow's log partial likelihood is
//!
//! ```text
//! beta' (sum of x over events) - sum over t of d(t) log S0(t),
//! ```
//!
//! and Efron's takes E0, E1, E2, the same sums over those who fail at t, away by parts k/d. S and E are
//! sums over patients, so those of places add; between two of its own times a place's S is that of the
//! later one. So a place tells the sum of x over its events, and S, d and E at its own grid times. What
//! is lost is what the grid and the joining of small counts moved.
//! Derivation: docs/methods/pooling.md, "One baseline hazard for all places".

use super::CoxStep;
use crate::{DesignMatrix, Error, Response, Ties};

/// The sums of some patients: of exp(x'beta), and of it times x and x x'.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RiskSums {
    /// Sum exp(x'beta).
    pub total: f64,
    /// Sum x exp(x'beta), one entry per column.
    pub first: Vec<f64>,
    /// Sum x x' exp(x'beta), row by row.
    pub second: Vec<f64>,
}

impl RiskSums {
    fn zero(columns: usize) -> RiskSums {
        RiskSums { total: 0.0, first: vec![0.0; columns], second: vec![0.0; columns * columns] }
    }

    fn add_row(&mut self, x: &[f64], risk: f64) {
        let p = x.len();
        self.total += risk;
        for (j, a) in x.iter().enumerate() {
            self.first[j] += risk * a;
            for (k, b) in x.iter().enumerate() {
                self.second[j * p + k] += risk * a * b;
            }
        }
    }

    /// Adds a part of other sums.
    fn add(&mut self, other: &RiskSums, part: f64) {
        self.total += part * other.total;
        let pairs = |sum: &mut Vec<f64>, more: &[f64]| {
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += part * more);
        };
        pairs(&mut self.first, &other.first);
        pairs(&mut self.second, &other.second);
    }
}

/// One grid time of a place.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct GridRisk {
    /// The time.
    pub time: f64,
    /// Events at it.
    pub events: usize,
    /// The sums over those at risk, with this time or a later one.
    pub at_risk: RiskSums,
    /// The sums over those with the event; nothing under Breslow's ties and where there is none.
    pub failing: Option<RiskSums>,
}

/// What a place tells of its rows at given coefficients for a model with a common baseline hazard.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct GridStep {
    /// Rows.
    pub n: usize,
    /// Rows that end with the event.
    pub events: usize,
    /// The sum of x over the events, one entry per column.
    pub event_sum: Vec<f64>,
    /// Its times, increasing.
    pub times: Vec<GridRisk>,
}

impl GridStep {
    /// The sums of rows whose times lie on the grid, all followed from the origin, at `beta`, one
    /// coefficient per column.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], [`Error::OutOfRange`] for a coefficient that is not finite, and
    /// [`Error::Unsupported`] for exact ties, late entries and case weights.
    pub fn of(
        response: &impl Response,
        design: &DesignMatrix,
        beta: &[f64],
        ties: Ties,
    ) -> Result<GridStep, Error> {
        let rows = response.observations();
        let p = design.columns();
        for (what, expected, found) in
            [("rows", rows.len(), design.rows()), ("coefficients", p, beta.len())]
        {
            if expected != found {
                return Err(Error::Length { what, expected, found });
            }
        }
        if let Some(&value) = beta.iter().find(|value| !value.is_finite()) {
            return Err(Error::OutOfRange { what: "a coefficient", value, range: "be finite" });
        }
        if ties == Ties::Exact || rows.entry_order().is_some() || rows.weights().is_some() {
            return Err(Error::Unsupported {
                what: "a common baseline hazard with exact ties, late entries or case weights",
                instead: "pool with a baseline hazard for each place",
            });
        }
        let row_of = |row: usize| -> Vec<f64> { (0..p).map(|j| design.column(j)[row]).collect() };
        let mut step = GridStep {
            n: rows.len(),
            events: rows.n_events(),
            event_sum: vec![0.0; p],
            times: vec![],
        };
        let mut at_risk = RiskSums::zero(p);
        // Backwards through time: whoever leaves at a time or later is at risk at it.
        let time = rows.time();
        for tied in rows.order().chunk_by(|&a, &b| time[a as usize] == time[b as usize]).rev() {
            let (mut events, mut failing) = (0, RiskSums::zero(p));
            for &row in tied {
                let x = row_of(row as usize);
                let risk = x.iter().zip(beta).map(|(x, beta)| x * beta).sum::<f64>().exp();
                at_risk.add_row(&x, risk);
                if rows.event()[row as usize] {
                    events += 1;
                    failing.add_row(&x, risk);
                    step.event_sum.iter_mut().zip(&x).for_each(|(sum, x)| *sum += x);
                }
            }
            step.times.push(GridRisk {
                time: time[tied[0] as usize],
                events,
                at_risk: at_risk.clone(),
                failing: (ties == Ties::Efron && events > 0).then_some(failing),
            });
        }
        step.times.reverse();
        Ok(step)
    }

    /// The likelihood of all places with its derivatives at the coefficients that they were asked
    /// about.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without places, [`Error::Length`] when they have other numbers of columns, and
    /// [`Error::Unsupported`] for sums that are not those of the ties asked for.
    pub fn pooled(steps: &[GridStep], beta: &[f64], ties: Ties) -> Result<CoxStep, Error> {
        let p = beta.len();
        check(steps, p, ties)?;
        let mut sums = CoxStep {
            n: steps.iter().map(|step| step.n).sum(),
            events: steps.iter().map(|step| step.events).sum(),
            log_likelihood: 0.0,
            score: vec![0.0; p],
            information: vec![0.0; p * p],
        };
        for step in steps {
            for (j, sum) in step.event_sum.iter().enumerate() {
                sums.log_likelihood += beta[j] * sum;
                sums.score[j] += sum;
            }
        }
        for time in event_times(steps) {
            let (mut at_risk, mut failing) = (RiskSums::zero(p), RiskSums::zero(p));
            let mut events = 0;
            for step in steps {
                // Between two of its times nobody leaves a place.
                let next = step.times.partition_point(|own| own.time < time);
                let Some(own) = step.times.get(next) else { continue };
                at_risk.add(&own.at_risk, 1.0);
                if own.time == time {
                    events += own.events;
                    own.failing.iter().for_each(|sums| failing.add(sums, 1.0));
                }
            }
            add_time(&mut sums, events, &at_risk, (ties == Ties::Efron).then_some(&failing));
        }
        Ok(sums)
    }
}

fn check(steps: &[GridStep], p: usize, ties: Ties) -> Result<(), Error> {
    if steps.is_empty() {
        return Err(Error::Empty);
    }
    let risks = || steps.iter().flat_map(|step| &step.times);
    let of_risks = risks().flat_map(|time| [Some(&time.at_risk), time.failing.as_ref()]).flatten();
    let lengths = of_risks.flat_map(|sums| [(p, sums.first.len()), (p * p, sums.second.len())]);
    let columns = steps.iter().map(|step| (p, step.event_sum.len()));
    if let Some((expected, found)) = columns.chain(lengths).find(|(a, b)| a != b) {
        return Err(Error::Length { what: "columns", expected, found });
    }
    if risks().any(|time| (time.events > 0 && ties == Ties::Efron) != time.failing.is_some()) {
        return Err(Error::Unsupported {
            what: "sums for one kind of ties in a model with the other",
            instead: "ask all places about the same plan",
        });
    }
    Ok(())
}

/// The times at which any place has an event, increasing.
fn event_times(steps: &[GridStep]) -> Vec<f64> {
    let with_event = steps.iter().flat_map(|step| &step.times).filter(|time| time.events > 0);
    let mut times: Vec<f64> = with_event.map(|time| time.time).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    times
}

/// Adds the terms of one event time.
fn add_time(sums: &mut CoxStep, events: usize, at_risk: &RiskSums, failing: Option<&RiskSums>) {
    let p = sums.score.len();
    for k in 0..events {
        let part = k as f64 / events as f64;
        let mut left = at_risk.clone();
        if let Some(failing) = failing {
            left.add(failing, -part);
        }
        sums.log_likelihood -= left.total.ln();
        let mean: Vec<f64> = left.first.iter().map(|first| first / left.total).collect();
        for j in 0..p {
            sums.score[j] -= mean[j];
            for l in 0..p {
                let at = j * p + l;
                sums.information[at] += left.second[at] / left.total - mean[j] * mean[l];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CoxModel, RightCensored};

    /// Eight patients of three places with ties within and between them: the sums of the places are
    /// the likelihood of all eight in one model without strata.
    #[test]
    fn sums_of_places_are_the_likelihood_of_all() {
        let time = [1.0, 2.0, 2.0, 2.0, 3.0, 3.0, 5.0, 6.0];
        let event = [true, true, true, false, true, true, false, true];
        let x = [0.3, 1.0, 0.0, 2.0, -1.0, 0.5, 1.5, 0.2];
        let z = [1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0];
        let place = [0, 1, 2, 0, 1, 2, 2, 0];
        let beta = [0.4, -0.7];
        let all: Vec<usize> = (0..8).collect();
        let rows = |used: &[usize]| {
            let time: Vec<f64> = used.iter().map(|&row| time[row]).collect();
            let event: Vec<bool> = used.iter().map(|&row| event[row]).collect();
            let columns = used.iter().map(|&row| x[row]).chain(used.iter().map(|&row| z[row]));
            let design = DesignMatrix::from_columns(columns.collect(), used.len()).unwrap();
            (RightCensored::new(&time, &event).unwrap(), design)
        };
        for ties in [Ties::Breslow, Ties::Efron] {
            let (response, design) = rows(&all);
            let whole = CoxModel::default().ties(ties).step(&response, &design, &beta).unwrap();
            let steps: Vec<GridStep> = (0..3)
                .map(|of| {
                    let used: Vec<usize> =
                        all.iter().copied().filter(|&r| place[r] == of).collect();
                    let (response, design) = rows(&used);
                    GridStep::of(&response, &design, &beta, ties).unwrap()
                })
                .collect();
            let pooled = GridStep::pooled(&steps, &beta, ties).unwrap();
            assert_eq!((pooled.n, pooled.events), (8, 6));
            assert!((pooled.log_likelihood - whole.log_likelihood).abs() < 1e-12);
            let pairs = pooled.score.iter().zip(&whole.score);
            for (a, b) in pairs.chain(pooled.information.iter().zip(&whole.information)) {
                assert!((a - b).abs() < 1e-12, "{a} {b}");
            }
            let other = if ties == Ties::Efron { Ties::Breslow } else { Ties::Efron };
            assert!(GridStep::pooled(&steps, &beta, other).is_err());
        }
    }
}
