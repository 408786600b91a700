//! What was seen of rows whose risks were predicted: with one event, or with competing risks.

use super::pseudo::{PseudoCalibration, calibrate};
use super::{Smooth, mean_distance};
use crate::spline::{Basis, RestrictedCubic};
use crate::{
    AalenJohansen, Baseline, BaselineAt, Coefficient, CompetingRisks, ConfType, CoxFit, CoxModel,
    DesignMatrix, Error, FineGray, Interval, KaplanMeier, Observations, Response,
};

/// Knots of the smooth curve: an S and no more (Austin et al. 2020).
const KNOTS: usize = 3;

/// The rows with how they end.
#[derive(Clone, Copy)]
pub(super) enum Seen<'a> {
    /// One event.
    Survival(&'a Observations),
    /// The cause with this code, and others.
    Incidence(&'a CompetingRisks, u32),
}

impl Seen<'_> {
    pub fn rows(&self) -> &Observations {
        match self {
            Seen::Survival(rows) => rows,
            Seen::Incidence(response, _) => response.observations(),
        }
    }

    /// Whether a row had the event by a time.
    pub fn had(&self, row: usize, time: f64) -> bool {
        let event = match self {
            Seen::Survival(rows) => rows.event()[row],
            Seen::Incidence(response, cause) => response.cause()[row] == *cause,
        };
        event && self.rows().time()[row] <= time
    }

    /// The risk of some rows at a time, its standard error and its interval, log-log.
    pub fn observed(
        &self,
        of: &[usize],
        time: f64,
        conf_level: f64,
    ) -> Result<(Option<f64>, Option<f64>, Interval), Error> {
        match self {
            Seen::Survival(rows) => survival(&rows.select(of)?, time, conf_level),
            Seen::Incidence(response, cause) => {
                incidence(&response.select(of)?, *cause, time, conf_level)
            }
        }
    }

    /// The coefficient of the links and its standard error.
    pub fn slope(&self, links: &[f64]) -> Result<Option<(f64, f64)>, Error> {
        let design = DesignMatrix::from_columns(links.to_vec(), links.len())?;
        let coefficient = match self {
            Seen::Survival(rows) => {
                CoxModel::default().fit(*rows, &design)?.coefficients()[0].clone()
            }
            Seen::Incidence(response, cause) => {
                FineGray::default().fit(response, *cause, &design)?.coefficients()[0].clone()
            }
        };
        // That of a Fine-Gray model is the sandwich: its likelihood is weighted.
        let error = |found: &Coefficient| found.robust_std_error.or(found.std_error);
        Ok(coefficient.estimate().and_then(|found| Some((found.estimate, error(found)?))))
    }

    /// Intercept and slope by pseudo-values; of one event they are not told.
    pub fn pseudo(&self, time: f64, links: &[f64], z: f64) -> Option<PseudoCalibration> {
        match self {
            Seen::Survival(_) => None,
            Seen::Incidence(response, cause) => calibrate(response, *cause, time, links, z),
        }
    }

    /// The smooth curve without limits; `None` where the spline cannot be made or fitted.
    pub fn smooth(&self, time: f64, risks: &[f64], links: &[f64]) -> Option<Smooth> {
        let spline = RestrictedCubic::from_data(links, KNOTS).ok()?;
        let design = DesignMatrix::from_columns(spline.design(links), links.len()).ok()?;
        let observed = match self {
            Seen::Survival(rows) => {
                risks_at(&CoxModel::default().fit(*rows, &design).ok()?, &design, time)?
            }
            Seen::Incidence(response, cause) => {
                let fit = FineGray::default().fit(response, *cause, &design).ok()?;
                let known = fit.all_estimated() && fit.converged();
                known.then(|| fit.incidence_at(&design, &[time]).ok()).flatten()?
            }
        };
        Some(mean_distance(risks, &observed))
    }

    /// The same of some rows, whose risks and links are given.
    pub fn smooth_of(
        &self,
        of: &[usize],
        time: f64,
        risks: &[f64],
        links: &[f64],
    ) -> Option<Smooth> {
        match self {
            Seen::Survival(rows) => {
                Seen::Survival(&rows.select(of).ok()?).smooth(time, risks, links)
            }
            Seen::Incidence(response, cause) => {
                let part = response.select(of).ok()?;
                Seen::Incidence(&part, *cause).smooth(time, risks, links)
            }
        }
    }
}

fn survival(
    rows: &Observations,
    time: f64,
    conf_level: f64,
) -> Result<(Option<f64>, Option<f64>, Interval), Error> {
    let curve =
        KaplanMeier::default().conf_level(conf_level).conf_type(ConfType::LogLog).fit(rows)?;
    let at = curve.at(time)?;
    let turned = |limit: Option<f64>| limit.map(|survival| 1.0 - survival);
    let interval = at.interval.map_or(Interval { lower: None, upper: None }, |limits| Interval {
        lower: turned(limits.upper),
        upper: turned(limits.lower),
    });
    Ok((turned(at.survival), at.std_error, interval))
}

fn incidence(
    response: &CompetingRisks,
    cause: u32,
    time: f64,
    conf_level: f64,
) -> Result<(Option<f64>, Option<f64>, Interval), Error> {
    let model = AalenJohansen::default().conf_level(conf_level).conf_type(ConfType::LogLog);
    let found = model.fit(response)?.cause(cause).at_times(&[time])?.swap_remove(0);
    let interval = found.interval.unwrap_or(Interval { lower: None, upper: None });
    Ok((found.estimate, found.std_error, interval))
}

/// The risk of each row of a design by a time; `None` without estimates or so long a follow-up.
fn risks_at(fit: &CoxFit, design: &DesignMatrix, time: f64) -> Option<Vec<f64>> {
    if !fit.all_estimated() {
        return None;
    }
    let baseline = fit.baseline(BaselineAt::Mean).ok()?.pop()?;
    let hazard = hazard_at(&baseline, time)?;
    let predictors = fit.linear_predictors(design, BaselineAt::Mean).ok()?;
    Some(predictors.iter().map(|p| -(-hazard * p.estimate.exp()).exp_m1()).collect())
}

/// The cumulative hazard at a time: 0 before the first, unknown after the last.
fn hazard_at(baseline: &Baseline, time: f64) -> Option<f64> {
    if baseline.time.last().is_none_or(|&last| time > last) {
        return None;
    }
    let passed = baseline.time.partition_point(|&at| at <= time);
    Some(passed.checked_sub(1).map_or(0.0, |place| baseline.cumulative_hazard[place]))
}
