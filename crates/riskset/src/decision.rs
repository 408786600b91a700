//! Decision curves: what it is worth to treat those whose predicted risk reaches a threshold.
//!
//! Net benefit at threshold p is the part of all patients who are treated and would have the event
//! by t, less the part treated who would not, the latter times the odds p/(1 - p). Under censoring
//! the first is the part treated times their Kaplan-Meier risk at t; with competing risks, times
//! their Aalen-Johansen incidence of the cause of interest.
//!
//! Sources: Vickers and Elkin (2006), Med Decis Making 26:565-574; Vickers, Cronin, Elkin and Gonen
//! (2008), BMC Med Inform Decis Mak 8:53 (censoring and competing risks). Reference: the formula
//! written out with `survfit` of R survival 3.5.

use crate::{AalenJohansen, CompetingRisks, Error, KaplanMeier, Observations, Response};

/// The net benefit of a prediction at a threshold, per patient.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct NetBenefit {
    /// The threshold of risk, in (0, 1).
    pub threshold: f64,
    /// The part of the patients whose risk is at or above it, as a fraction of 1.
    pub treated: f64,
    /// The net benefit of treating them. `None` when their risk at the time is unknown, because
    /// nobody of them was followed so long.
    pub model: Option<f64>,
    /// The net benefit of treating everybody; that of treating nobody is 0. `None` as above.
    pub treat_all: Option<f64>,
}

/// The net benefit of treating by predicted risks of the event by `time`. `risks` has one value per
/// row in data order, between 0 and 1: one minus the predicted survival.
///
/// ```
/// use riskset::{RightCensored, net_benefit};
///
/// let rows = RightCensored::new(&[1.0, 2.0, 5.0, 5.0], &[true, true, false, false])?;
/// // At 1/2 the two with the event are treated, and nobody else; treating all treats two too many.
/// let found = net_benefit(&rows, 3.0, &[0.9, 0.6, 0.4, 0.1], &[0.5])?[0];
/// assert!((found.model.unwrap() - 0.5).abs() < 1e-12);
/// assert!(found.treat_all.unwrap().abs() < 1e-12);
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Length`], [`Error::RequestedTime`], and [`Error::OutOfRange`] for a risk outside 0 to 1
/// or a threshold that is not between.
pub fn net_benefit(
    response: &impl Response,
    time: f64,
    risks: &[f64],
    thresholds: &[f64],
) -> Result<Vec<NetBenefit>, Error> {
    let rows = response.observations();
    let risk = |treated: &[usize]| {
        let curve = KaplanMeier::default().fit(&rows.select(treated)?)?;
        Ok(curve.at(time)?.survival.map(|survival| 1.0 - survival))
    };
    curve(rows, time, risks, thresholds, &risk)
}

/// The same by predicted cumulative incidences of one cause.
///
/// # Errors
///
/// As [`net_benefit`], and [`Error::NoSuchCause`].
pub fn net_benefit_of_incidence(
    response: &CompetingRisks,
    cause: u32,
    time: f64,
    risks: &[f64],
    thresholds: &[f64],
) -> Result<Vec<NetBenefit>, Error> {
    response.check_cause(cause)?;
    let rows = response.observations();
    let risk = |treated: &[usize]| {
        let causes: Vec<u32> = treated.iter().map(|&row| response.cause()[row]).collect();
        let part = rows.select(treated)?;
        let part = CompetingRisks::from_observations(part, &causes, response.n_causes())?;
        let curves = AalenJohansen::default().fit(&part)?;
        let passed = curves.time().partition_point(|&at| at <= time);
        // After the last time the incidence is known only when nobody was left without an event.
        let over = curves.event_free().last().is_some_and(|&left| left == 0.0);
        let known = time <= curves.last_time() || over;
        let estimate = curves.cause(cause).estimate();
        Ok(known.then(|| passed.checked_sub(1).map_or(0.0, |last| estimate[last])))
    };
    curve(rows, time, risks, thresholds, &risk)
}

/// The risk of these rows at the time; `None` where it is unknown.
type RiskOf<'a> = dyn Fn(&[usize]) -> Result<Option<f64>, Error> + 'a;

fn curve(
    rows: &Observations,
    time: f64,
    risks: &[f64],
    thresholds: &[f64],
    risk: &RiskOf<'_>,
) -> Result<Vec<NetBenefit>, Error> {
    check(rows, time, risks, thresholds)?;
    let all: Vec<usize> = (0..rows.len()).collect();
    let of_all = risk(&all)?;
    let weight = |chosen: &[usize]| chosen.iter().map(|&row| rows.weight(row)).sum::<f64>();
    let at = |&threshold: &f64| {
        let odds = threshold / (1.0 - threshold);
        let benefit = |part: f64, risk: f64| part * (risk - (1.0 - risk) * odds);
        let chosen: Vec<usize> =
            all.iter().copied().filter(|&row| risks[row] >= threshold).collect();
        let treated = weight(&chosen) / weight(&all);
        // Treating nobody is worth nothing, whatever their risk.
        let of_chosen = if treated > 0.0 { risk(&chosen)? } else { Some(0.0) };
        Ok(NetBenefit {
            threshold,
            treated,
            model: of_chosen.map(|risk| benefit(treated, risk)),
            treat_all: of_all.map(|risk| benefit(1.0, risk)),
        })
    };
    thresholds.iter().map(at).collect()
}

fn check(rows: &Observations, time: f64, risks: &[f64], at: &[f64]) -> Result<(), Error> {
    if risks.len() != rows.len() {
        let (expected, found) = (rows.len(), risks.len());
        return Err(Error::Length { what: "predicted risks", expected, found });
    }
    if !time.is_finite() {
        return Err(Error::RequestedTime { value: time });
    }
    if let Some(&value) = risks.iter().find(|risk| !(0.0..=1.0).contains(*risk)) {
        let range = "lie between 0 and 1; give one minus the predicted survival";
        return Err(Error::OutOfRange { what: "a predicted risk", value, range });
    }
    match at.iter().find(|&&threshold| !(threshold > 0.0 && threshold < 1.0)) {
        Some(&value) => {
            let range = "lie between 0 and 1; write 0.2 for 20%";
            Err(Error::OutOfRange { what: "a threshold of risk", value, range })
        }
        None => Ok(()),
    }
}
