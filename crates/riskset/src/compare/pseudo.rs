//! Censoring weights and pseudo-values: what stands for an outcome that was not observed.
//!
//! - The weight of a patient at a time is 1 / G, G the chance not to be censored until the outcome is
//!   known; who was censored before has the weight 0.
//! - A pseudo-value is n times the estimate of all less n - 1 times that of the others.
//!
//! Sources: Robins and Rotnitzky (1992), AIDS Epidemiology, 297-331; Andersen, Klein and Rosthoj
//! (2003), Biometrika 90:15-27. Reference program: `survfit` of R survival, with each row left out in
//! turn, and of the censoring.

use super::contrast::Estimand;
use crate::{Error, Groups, KaplanMeier, Observations, Response, SurvivalCurve};
use rayon::prelude::*;

/// The weight of each row at `time`, in data order: 1 / G just before the event for those with the
/// event at or before it, 1 / G(`time`) for those followed beyond it, 0 for those censored before.
/// G is the Kaplan-Meier estimate of the censoring, of all rows or within `by`; at the same time an
/// event comes before a censoring.
///
/// ```
/// use riskset::{RightCensored, censoring_weights};
///
/// let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true, false, true, false])?;
/// // One of three is censored at 2: who is followed to 3 stands for one and a half.
/// let weights = censoring_weights(&rows, 3.0, None)?;
/// let expected = [1.0, 0.0, 1.5, 1.5];
/// assert!(weights.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-12));
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Length`], [`Error::RequestedTime`], and [`Error::Unsupported`] with late entries or case
/// weights.
pub fn censoring_weights(
    response: &impl Response,
    time: f64,
    by: Option<&Groups>,
) -> Result<Vec<f64>, Error> {
    let rows = plain(response, "censoring weights")?;
    if !time.is_finite() {
        return Err(Error::RequestedTime { value: time });
    }
    let single = Groups::single(rows.len());
    let groups = by.unwrap_or(&single);
    groups.check_rows("groups of the censoring", rows.len())?;
    let curves = KaplanMeier::default().fit_groups(rows, groups)?;
    let censoring: Vec<Censoring> = curves.iter().map(Censoring::new).collect();
    let weight = |row: usize| {
        let (at, censoring) = (rows.time()[row], &censoring[groups.index()[row] as usize]);
        match (at > time, rows.event()[row]) {
            (true, _) => 1.0 / censoring.after(time),
            (false, true) => 1.0 / censoring.before(at),
            (false, false) => 0.0,
        }
    };
    Ok((0..rows.len()).map(weight).collect())
}

/// The pseudo-value of each row, in data order, of survival at a time or a restricted mean. `None`
/// where the estimate does not exist for all rows, or without one of them.
///
/// The time grows with the square of the number of rows.
///
/// ```
/// use riskset::{Estimand, RightCensored, pseudo_values};
///
/// // Without censoring a pseudo-value is what was observed: no, yes, yes.
/// let rows = RightCensored::new(&[1.0, 2.0, 3.0], &[true; 3])?;
/// let values = pseudo_values(&rows, Estimand::Survival(1.5))?.unwrap();
/// assert!(values.iter().zip([0.0, 1.0, 1.0]).all(|(found, seen)| (found - seen).abs() < 1e-12));
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::RequestedTime`], and [`Error::Unsupported`] with late entries or case weights, or for a
/// single row.
pub fn pseudo_values(
    response: &impl Response,
    estimand: Estimand,
) -> Result<Option<Vec<f64>>, Error> {
    let rows = plain(response, "pseudo-values")?;
    let n = rows.len();
    if n < 2 {
        return Err(Error::Unsupported {
            what: "pseudo-values of a single row",
            instead: "give the rows of all patients",
        });
    }
    let Some(all) = read(rows, estimand)? else { return Ok(None) };
    let value = |left_out: usize| -> Result<Option<f64>, Error> {
        let others: Vec<usize> = (0..n).filter(|&row| row != left_out).collect();
        let rest = read(&rows.select(&others)?, estimand)?;
        Ok(rest.map(|rest| n as f64 * all - (n as f64 - 1.0) * rest))
    };
    (0..n).into_par_iter().map(value).collect()
}

fn read(rows: &Observations, estimand: Estimand) -> Result<Option<f64>, Error> {
    let curve = KaplanMeier::default().fit(rows)?;
    match estimand {
        Estimand::Survival(time) => Ok(curve.at(time)?.survival),
        Estimand::RestrictedMean(tau) if !tau.is_finite() => {
            Err(Error::RequestedTime { value: tau })
        }
        Estimand::RestrictedMean(tau) => Ok(curve.rmst(tau).map(|mean| mean.estimate)),
    }
}

pub(super) fn plain<'a>(
    response: &'a impl Response,
    what: &'static str,
) -> Result<&'a Observations, Error> {
    let rows = response.observations();
    if rows.entry().is_none() && rows.weights().is_none() {
        return Ok(rows);
    }
    Err(Error::Unsupported {
        what: match what {
            "pseudo-values" => "pseudo-values with late entries or case weights",
            _ => "censoring weights with late entries or case weights",
        },
        instead: "give one row for each patient, followed from time 0",
    })
}

/// The chance not to be censored, at each time of the curve of a group.
pub(super) struct Censoring<'a> {
    time: &'a [f64],
    free: Vec<f64>,
}

impl Censoring<'_> {
    /// Those with the event at a time have left when others are censored there.
    pub(super) fn new(curve: &SurvivalCurve) -> Censoring<'_> {
        let mut free = 1.0;
        let step = |row: usize| {
            let (n, c) = (curve.n_risk()[row] - curve.n_event()[row], curve.n_censor()[row]);
            if c > 0.0 {
                free *= (n - c) / n;
            }
            free
        };
        Censoring { time: curve.time(), free: (0..curve.len()).map(step).collect() }
    }

    fn after(&self, time: f64) -> f64 {
        self.read(self.time.partition_point(|&at| at <= time))
    }

    pub(super) fn before(&self, time: f64) -> f64 {
        self.read(self.time.partition_point(|&at| at < time))
    }

    fn read(&self, passed: usize) -> f64 {
        passed.checked_sub(1).map_or(1.0, |row| self.free[row])
    }
}
