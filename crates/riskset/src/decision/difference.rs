//! The difference of the net benefits of two predictions for the same patients.
//!
//! The risk of the treated is their mean of the events by t, each divided by G just before its time, G the
//! Kaplan-Meier estimate of being uncensored among them: the same number as their Kaplan-Meier risk or
//! Aalen-Johansen incidence (Satten and Datta 2001), written so that the weight of a row can be moved. With
//! q the part treated, r their risk and o the odds of the threshold, the net benefit is q (r (1 + o) - o),
//! and what a row does to it is r (1 + o) - o times what it does to q, and q (1 + o) times what it does to
//! r, the derivative through G included. Both predictions are judged on the same rows, so the influences
//! are subtracted before they are squared and added up (the infinitesimal jackknife).
//!
//! Sources: Vickers, Cronin, Elkin and Gonen (2008), BMC Med Inform Decis Mak 8:53; Satten and Datta
//! (2001), Am Stat 55:207-210. Reference: differences of the formula by the weight of each row, in R.

use super::{NetBenefit, check, net_benefit, net_benefit_of_incidence};
use crate::brier::{Censoring, Status};
use crate::{CompetingRisks, Error, Interval, Observations, Response, normal};

/// By how much the net benefit of one prediction is greater than that of another, per patient.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct NetBenefitDifference {
    /// The threshold of risk, in (0, 1).
    pub threshold: f64,
    /// The second prediction's net benefit less the first's. `None` where one does not exist.
    pub estimate: Option<f64>,
    /// Its standard error; the predictions are taken as given. `None` where that of one does not exist.
    pub std_error: Option<f64>,
    /// Its interval, symmetric.
    pub interval: Interval,
    /// Two-sided; `None` where the same patients are treated.
    pub p_value: Option<f64>,
}

/// A standard error below this is the rounding of sums that cancel.
const ROUNDING: f64 = 1e-13;

/// The net benefit of treating by the second of two predictions less that by the first. Arguments as of
/// [`net_benefit`], with a pair of risks.
///
/// # Errors
///
/// As [`net_benefit`], and [`Error::Unsupported`] for late entries.
pub fn net_benefit_difference(
    response: &impl Response,
    time: f64,
    (first, second): (&[f64], &[f64]),
    thresholds: &[f64],
    conf_level: f64,
) -> Result<Vec<NetBenefitDifference>, Error> {
    let rows = response.observations();
    let status: Vec<Status> = rows.event().iter().map(|&event| Status::of(event, event)).collect();
    let benefits = |risks| net_benefit(rows, time, risks, thresholds, conf_level);
    let pair = (benefits(first)?, benefits(second)?);
    let rows = Rows { rows, status: &status, time };
    rows.differences((first, second), pair, thresholds, conf_level)
}

/// The same by predicted cumulative incidences of one cause.
///
/// # Errors
///
/// As [`net_benefit_difference`], and [`Error::NoSuchCause`].
pub fn net_benefit_difference_of_incidence(
    response: &CompetingRisks,
    cause: u32,
    time: f64,
    (first, second): (&[f64], &[f64]),
    thresholds: &[f64],
    conf_level: f64,
) -> Result<Vec<NetBenefitDifference>, Error> {
    let benefits =
        |risks| net_benefit_of_incidence(response, cause, time, risks, thresholds, conf_level);
    let pair = (benefits(first)?, benefits(second)?);
    let causes = response.cause().iter();
    let status: Vec<Status> = causes.map(|&found| Status::of(found != 0, found == cause)).collect();
    let rows = Rows { rows: response.observations(), status: &status, time };
    rows.differences((first, second), pair, thresholds, conf_level)
}

/// The rows with how they end, and the time of the risks.
struct Rows<'a> {
    rows: &'a Observations,
    status: &'a [Status],
    time: f64,
}

impl Rows<'_> {
    fn differences(
        &self,
        (first, second): (&[f64], &[f64]),
        (of_first, of_second): (Vec<NetBenefit>, Vec<NetBenefit>),
        thresholds: &[f64],
        conf_level: f64,
    ) -> Result<Vec<NetBenefitDifference>, Error> {
        let z = normal::two_sided_quantile(conf_level)?;
        if self.rows.entry().is_some() {
            return Err(Error::Unsupported {
                what: "a difference of net benefits with late entries",
                instead: "use rows that are followed from the origin",
            });
        }
        for risks in [first, second] {
            check(self.rows, self.time, risks, thresholds)?;
        }
        let pairs = of_first.iter().zip(&of_second);
        let of_threshold = |(one, other): (&NetBenefit, &NetBenefit)| {
            let threshold = one.threshold;
            let estimate = one.model.zip(other.model).map(|(one, other)| other - one);
            let known = one.model_std_error.is_some() && other.model_std_error.is_some();
            let std_error = (known && estimate.is_some()).then(|| {
                let influences = [first, second].map(|risks| self.influences(risks, threshold));
                let pairs = influences[0].iter().zip(&influences[1]);
                pairs.map(|(one, other)| (other - one).powi(2)).sum::<f64>().sqrt()
            });
            let limit = |sign: f64| Some(estimate? + sign * z * std_error?);
            let differs = std_error.filter(|&error| error > ROUNDING);
            NetBenefitDifference {
                threshold,
                estimate,
                std_error,
                interval: Interval { lower: limit(-1.0), upper: limit(1.0) },
                p_value: estimate.zip(differs).map(|(by, error)| normal::two_sided_p(by / error)),
            }
        };
        Ok(pairs.map(of_threshold).collect())
    }

    /// What each row does to the net benefit of treating by some risks: q (r (1 + o) - o), q the part
    /// treated and r their risk.
    fn influences(&self, risks: &[f64], threshold: f64) -> Vec<f64> {
        let (rows, n) = (self.rows, self.rows.len());
        let odds = threshold / (1.0 - threshold);
        let treated: Vec<usize> = (0..n).filter(|&row| risks[row] >= threshold).collect();
        let weight = |of: &[usize]| of.iter().map(|&row| rows.weight(row)).sum::<f64>();
        let all: f64 = (0..n).map(|row| rows.weight(row)).sum();
        let (own, mut influences) = (weight(&treated), vec![0.0; n]);
        if own <= 0.0 {
            return influences;
        }
        let Some((risk, of_risk)) = self.risk(&treated, own) else { return influences };
        let part = own / all;
        let gain = risk * (1.0 + odds) - odds;
        for (row, influence) in influences.iter_mut().enumerate() {
            let inside = if risks[row] >= threshold { 1.0 } else { 0.0 };
            *influence = gain * rows.weight(row) * (inside - part) / all;
        }
        for (place, &row) in treated.iter().enumerate() {
            influences[row] += part * (1.0 + odds) * of_risk[place];
        }
        influences
    }

    /// The risk of some rows by the time, and what each of them does to it.
    fn risk(&self, of: &[usize], own: f64) -> Option<(f64, Vec<f64>)> {
        let part = self.rows.select(of).ok()?;
        let status: Vec<Status> = of.iter().map(|&row| self.status[row]).collect();
        let censoring = Censoring::new(&part, &status);
        let event = |row: usize| {
            let had = part.time()[row] <= self.time && status[row] == Status::Event;
            let weight = part.weight(row);
            // A row that weighs nothing may stand where nobody who weighs is uncensored.
            if had && weight > 0.0 { weight / censoring.before(part.time()[row]) } else { 0.0 }
        };
        let events: Vec<f64> = (0..of.len()).map(event).collect();
        let risk = events.iter().sum::<f64>() / own;
        let through = censoring.through(&part, &status, self.time, &events);
        let influence = |row: usize| {
            let weight = part.weight(row);
            (events[row] + weight * through[row] - risk * weight) / own
        };
        Some((risk, (0..of.len()).map(influence).collect()))
    }
}
