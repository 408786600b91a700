//! Decision curves: what it is worth to treat those whose predicted risk reaches a threshold.
//!
//! Net benefit at threshold p is the part of all patients who are treated and would have the event
//! by t, less the part treated who would not, the latter times the odds p/(1 - p). Under censoring
//! the first is the part treated times their Kaplan-Meier risk at t; with competing risks, times
//! their Aalen-Johansen incidence of the cause of interest.
//!
//! The standard error is the infinitesimal jackknife. With part q treated, their risk r and odds o the
//! net benefit is q (r (1 + o) - o). The influences of the rows on q and on r are orthogonal, because
//! those of the treated on their own r add up to 0, so its variance is the sum of
//! (r (1 + o) - o)² var q and q² (1 + o)² var r, var r being robust. The thresholds are fixed before, and
//! the predictions are taken as given. Derivation: docs/methods/prognosis.md, "Net benefit".
//!
//! Sources: Vickers and Elkin (2006), Med Decis Making 26:565-574; Vickers, Cronin, Elkin and Gonen
//! (2008), BMC Med Inform Decis Mak 8:53 (censoring and competing risks). Reference: the formula
//! written out with `survfit` of R survival 3.5, and its differences by the weight of each row.

mod difference;

pub use difference::{
    NetBenefitDifference, net_benefit_difference, net_benefit_difference_of_incidence,
};

use crate::{
    AalenJohansen, CompetingRisks, Error, Interval, KaplanMeier, Observations, Response, normal,
};

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
    /// Its standard error. `None` without it, and where that of the risk is not known, as when nobody of
    /// the treated is left without the event.
    pub model_std_error: Option<f64>,
    /// Its interval, symmetric.
    pub model_interval: Interval,
    /// The net benefit of treating everybody; that of treating nobody is 0. `None` as above.
    pub treat_all: Option<f64>,
    /// Its interval, symmetric.
    pub treat_all_interval: Interval,
}

/// The net benefit of treating by predicted risks of the event by `time`. `risks` has one value per
/// row in data order, between 0 and 1: one minus the predicted survival. `conf_level` as a fraction.
///
/// ```
/// use riskset::{RightCensored, net_benefit};
///
/// let rows = RightCensored::new(&[1.0, 2.0, 5.0, 5.0], &[true, true, false, false])?;
/// // At 1/2 the two with the event are treated, and nobody else; treating all treats two too many.
/// let found = net_benefit(&rows, 3.0, &[0.9, 0.6, 0.4, 0.1], &[0.5], 0.95)?[0];
/// assert!((found.model.unwrap() - 0.5).abs() < 1e-12);
/// assert!(found.treat_all.unwrap().abs() < 1e-12);
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::ConfLevel`], [`Error::Length`], [`Error::RequestedTime`], and [`Error::OutOfRange`] for a risk outside 0 to 1
/// or a threshold that is not between.
pub fn net_benefit(
    response: &impl Response,
    time: f64,
    risks: &[f64],
    thresholds: &[f64],
    conf_level: f64,
) -> Result<Vec<NetBenefit>, Error> {
    let rows = response.observations();
    let risk = |treated: &[usize]| {
        let curve = KaplanMeier::default().robust(true).fit(&rows.select(treated)?)?;
        let at = curve.at(time)?;
        Ok(Risk { estimate: at.survival.map(|survival| 1.0 - survival), std_error: at.std_error })
    };
    curve(rows, (time, risks), thresholds, conf_level, &risk)
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
    conf_level: f64,
) -> Result<Vec<NetBenefit>, Error> {
    response.check_cause(cause)?;
    let rows = response.observations();
    let risk = |treated: &[usize]| {
        let curves = AalenJohansen::default().robust(true).fit(&response.select(treated)?)?;
        let at = curves.cause(cause).at_times(&[time])?.swap_remove(0);
        Ok(Risk { estimate: at.estimate, std_error: at.std_error })
    };
    curve(rows, (time, risks), thresholds, conf_level, &risk)
}

/// The risk of some rows at the time; `None` where it is unknown.
#[derive(Clone, Copy)]
struct Risk {
    estimate: Option<f64>,
    std_error: Option<f64>,
}

type RiskOf<'a> = dyn Fn(&[usize]) -> Result<Risk, Error> + 'a;

/// A part of the patients who are treated, with the variance of the part.
struct Treated {
    part: f64,
    variance: f64,
    risk: Risk,
}

impl Treated {
    fn benefit(&self, odds: f64) -> Option<f64> {
        self.risk.estimate.map(|risk| self.part * (risk * (1.0 + odds) - odds))
    }

    fn std_error(&self, odds: f64) -> Option<f64> {
        let (risk, error) = (self.risk.estimate?, self.risk.std_error?);
        let by_part = (risk * (1.0 + odds) - odds).powi(2) * self.variance;
        let by_risk = (self.part * (1.0 + odds) * error).powi(2);
        Some((by_part + by_risk).sqrt())
    }

    fn interval(&self, odds: f64, z: f64) -> Interval {
        let limit = |sign: f64| Some(self.benefit(odds)? + sign * z * self.std_error(odds)?);
        Interval { lower: limit(-1.0), upper: limit(1.0) }
    }
}

fn curve(
    rows: &Observations,
    (time, risks): (f64, &[f64]),
    thresholds: &[f64],
    conf_level: f64,
    risk: &RiskOf<'_>,
) -> Result<Vec<NetBenefit>, Error> {
    let z = normal::two_sided_quantile(conf_level)?;
    check(rows, time, risks, thresholds)?;
    let all: Vec<usize> = (0..rows.len()).collect();
    let total: f64 = all.iter().map(|&row| rows.weight(row)).sum();
    let everybody = Treated { part: 1.0, variance: 0.0, risk: risk(&all)? };
    let at = |&threshold: &f64| {
        let odds = threshold / (1.0 - threshold);
        let is_chosen = |row: usize| risks[row] >= threshold;
        let chosen: Vec<usize> = all.iter().copied().filter(|&row| is_chosen(row)).collect();
        let part = chosen.iter().map(|&row| rows.weight(row)).sum::<f64>() / total;
        let moved = |&row: &usize| {
            let own = if is_chosen(row) { 1.0 } else { 0.0 };
            (rows.weight(row) * (own - part) / total).powi(2)
        };
        let model = Treated {
            part,
            variance: all.iter().map(moved).sum(),
            // Treating nobody is worth nothing, whatever their risk.
            risk: match part > 0.0 {
                true => risk(&chosen)?,
                false => Risk { estimate: Some(0.0), std_error: Some(0.0) },
            },
        };
        Ok(NetBenefit {
            threshold,
            treated: part,
            model: model.benefit(odds),
            model_std_error: model.std_error(odds),
            model_interval: model.interval(odds, z),
            treat_all: everybody.benefit(odds),
            treat_all_interval: everybody.interval(odds, z),
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
