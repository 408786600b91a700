//! Calibration of predicted risks at a time: whether as many have the event as was predicted.
//!
//! In the large: the Kaplan-Meier risk of all over the mean predicted one. In groups of increasing
//! predicted risk: the Kaplan-Meier risk beside the mean prediction. The slope: the coefficient of
//! log(-log(1 - risk)) in a Cox model, 1 for predictions that are as far apart as the risks. The
//! smooth: a Cox model of a restricted cubic spline of that, whose risk at the time stands for the
//! observed one; ICI is the mean distance from the predictions, E50 and E90 its median and 90%
//! quantile.
//!
//! Sources: Austin, Harrell and van Klaveren (2020), Stat Med 39:2714-2742; McLernon, Giardiello,
//! Van Calster et al. (2023), Ann Intern Med 176:105-114. Reference: `coxph`, `survfit` and
//! `rcspline.eval` in R.

use crate::spline::{Basis, RestrictedCubic};
use crate::{
    Baseline, BaselineAt, CoxFit, CoxModel, DesignMatrix, Error, Interval, KaplanMeier,
    Observations, Response, normal, sort,
};

/// Calibration at a time: its options, and [`at`](Self::at).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    conf_level: f64,
    groups: usize,
}

/// Calibration at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct CalibrationAt {
    /// The time, in the unit of the data.
    pub time: f64,
    /// The mean predicted risk, by weight, as a fraction of 1.
    pub predicted: f64,
    /// The Kaplan-Meier risk of all rows. `None` when nobody was followed so long.
    pub observed: Option<f64>,
    /// Its interval, log-log.
    pub observed_interval: Interval,
    /// Observed over predicted. `None` without the one or with a prediction of 0.
    pub ratio: Option<f64>,
    /// Its interval, symmetric on the log scale; the predictions are taken as given.
    pub ratio_interval: Interval,
    /// The calibration slope. `None` where all predictions are the same, one of them is 0 or 1, or
    /// the slope runs to infinity.
    pub slope: Option<f64>,
    /// Its standard error.
    pub slope_std_error: Option<f64>,
    /// Its interval.
    pub slope_interval: Interval,
    /// By increasing predicted risk; equal predictions are never parted, so that there may be fewer
    /// groups than asked for.
    pub groups: Vec<CalibrationGroup>,
    /// The smooth curve. `None` as for the slope, and where the predictions have too few values.
    pub smooth: Option<Smooth>,
}

/// A group of rows with similar predictions.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CalibrationGroup {
    /// Its rows.
    pub n: usize,
    /// Its rows with the event by the time.
    pub n_event: usize,
    /// The mean predicted risk.
    pub predicted: f64,
    /// The Kaplan-Meier risk. `None` when nobody of the group was followed so long.
    pub observed: Option<f64>,
    /// Its interval, log-log.
    pub interval: Interval,
}

/// The smooth curve of calibration.
#[derive(Clone, Debug, PartialEq)]
pub struct Smooth {
    /// Predicted and smoothed observed risk of each row, by increasing prediction.
    pub points: Vec<(f64, f64)>,
    /// The mean absolute distance of the two (integrated calibration index).
    pub ici: f64,
    /// Its median over the rows.
    pub e50: f64,
    /// Its 90% quantile over the rows.
    pub e90: f64,
}

impl Default for Calibration {
    fn default() -> Self {
        Calibration { conf_level: 0.95, groups: 5 }
    }
}

/// Knots of the smooth curve: an S and no more (Austin et al. 2020).
const KNOTS: usize = 3;

impl Calibration {
    /// Sets the level of the intervals as a fraction: 0.95, not 95.
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Sets how many groups there are, at least 2.
    pub fn groups(mut self, groups: usize) -> Self {
        self.groups = groups;
        self
    }

    /// Compares predicted risks of the event by `time` with what happened. `risks` has one value
    /// per row in data order, between 0 and 1: one minus the predicted survival.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`], [`Error::Length`], [`Error::RequestedTime`], [`Error::OutOfRange`] for
    /// a risk outside 0 to 1 or fewer than 2 groups, and [`Error::NoEvents`].
    pub fn at(
        &self,
        response: &impl Response,
        time: f64,
        risks: &[f64],
    ) -> Result<CalibrationAt, Error> {
        self.linked(response, time, risks, links(risks))
    }

    /// The same with log(-log(1 - risk)) of each row as the model has it: a linear predictor up to a
    /// constant. A risk of almost 1 is rounded to 1, and its own is then lost.
    ///
    /// # Errors
    ///
    /// As [`at`](Self::at), and [`Error::Length`] for the links.
    pub fn at_with_links(
        &self,
        response: &impl Response,
        time: f64,
        risks: &[f64],
        links: &[f64],
    ) -> Result<CalibrationAt, Error> {
        if links.len() != risks.len() {
            let (expected, found) = (risks.len(), links.len());
            return Err(Error::Length { what: "links of the risks", expected, found });
        }
        self.linked(response, time, risks, usable(links.to_vec()))
    }

    fn linked(
        &self,
        response: &impl Response,
        time: f64,
        risks: &[f64],
        links: Option<Vec<f64>>,
    ) -> Result<CalibrationAt, Error> {
        let z = normal::two_sided_quantile(self.conf_level)?;
        let rows = response.observations();
        self.check(rows, time, risks)?;
        let all: Vec<usize> = (0..rows.len()).collect();
        let (observed, error, observed_interval) = self.observed(rows, &all, time)?;
        let predicted = mean(rows, &all, risks);
        let ratio = observed.filter(|_| predicted > 0.0).map(|observed| observed / predicted);
        let spread = observed.zip(error).filter(|pair| pair.0 > 0.0).map(|(o, e)| z * e / o);
        let limit = |sign: f64| ratio.zip(spread).map(|(ratio, by)| ratio * (sign * by).exp());
        let slope = links.as_ref().map(|links| slope(rows, links)).transpose()?.flatten();
        let slope_limit = |sign: f64| slope.map(|(slope, error)| slope + sign * z * error);
        Ok(CalibrationAt {
            time,
            predicted,
            observed,
            observed_interval,
            ratio,
            ratio_interval: Interval { lower: limit(-1.0), upper: limit(1.0) },
            slope: slope.map(|(slope, _)| slope),
            slope_std_error: slope.map(|(_, error)| error),
            slope_interval: Interval { lower: slope_limit(-1.0), upper: slope_limit(1.0) },
            groups: self.grouped(rows, time, risks)?,
            smooth: links.and_then(|links| smooth(rows, time, risks, &links)),
        })
    }

    fn check(&self, rows: &Observations, time: f64, risks: &[f64]) -> Result<(), Error> {
        if risks.len() != rows.len() {
            let (expected, found) = (rows.len(), risks.len());
            return Err(Error::Length { what: "predicted risks", expected, found });
        }
        if !time.is_finite() {
            return Err(Error::RequestedTime { value: time });
        }
        if self.groups < 2 {
            let value = self.groups as f64;
            let range = "be 2 or more; 4 to 10 suit most data";
            return Err(Error::OutOfRange { what: "the number of groups", value, range });
        }
        match risks.iter().find(|risk| !(0.0..=1.0).contains(*risk)) {
            Some(&value) => {
                let range = "lie between 0 and 1; give one minus the predicted survival";
                Err(Error::OutOfRange { what: "a predicted risk", value, range })
            }
            None => Ok(()),
        }
    }

    /// The Kaplan-Meier risk of some rows at a time, its standard error and interval.
    fn observed(
        &self,
        rows: &Observations,
        of: &[usize],
        time: f64,
    ) -> Result<(Option<f64>, Option<f64>, Interval), Error> {
        let curve = KaplanMeier::default()
            .conf_level(self.conf_level)
            .conf_type(crate::ConfType::LogLog)
            .fit(&rows.select(of)?)?;
        let at = curve.at(time)?;
        let turned = |limit: Option<f64>| limit.map(|survival| 1.0 - survival);
        let interval = at.interval.map_or(Interval { lower: None, upper: None }, |limits| {
            Interval { lower: turned(limits.upper), upper: turned(limits.lower) }
        });
        Ok((turned(at.survival), at.std_error, interval))
    }

    fn grouped(
        &self,
        rows: &Observations,
        time: f64,
        risks: &[f64],
    ) -> Result<Vec<CalibrationGroup>, Error> {
        let had = |row: &&usize| rows.event()[**row] && rows.time()[**row] <= time;
        let group = |of: Vec<usize>| {
            let (observed, _, interval) = self.observed(rows, &of, time)?;
            Ok(CalibrationGroup {
                n: of.len(),
                n_event: of.iter().filter(had).count(),
                predicted: mean(rows, &of, risks),
                observed,
                interval,
            })
        };
        parted(risks, self.groups).into_iter().map(group).collect()
    }
}

fn mean(rows: &Observations, of: &[usize], risks: &[f64]) -> f64 {
    let weight: f64 = of.iter().map(|&row| rows.weight(row)).sum();
    of.iter().map(|&row| rows.weight(row) * risks[row]).sum::<f64>() / weight
}

/// The rows in so many groups of increasing risk, as even as equal risks allow.
fn parted(risks: &[f64], groups: usize) -> Vec<Vec<usize>> {
    let sorted = sort::sort(risks.to_vec());
    let n = risks.len();
    let mut parts: Vec<Vec<usize>> = vec![Vec::new(); groups];
    let mut first = 0;
    for equal in sorted.values.chunk_by(|a, b| a == b) {
        // The group of the middle of a run of equal risks.
        let middle = first + (equal.len() - 1) / 2;
        let rows = sorted.order[first..first + equal.len()].iter().map(|&row| row as usize);
        parts[(middle * groups / n).min(groups - 1)].extend(rows);
        first += equal.len();
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// log(-log(1 - risk)) of each row; `None` where one is not finite, or all are the same.
fn links(risks: &[f64]) -> Option<Vec<f64>> {
    usable(risks.iter().map(|&risk| (-(-risk).ln_1p()).ln()).collect())
}

fn usable(links: Vec<f64>) -> Option<Vec<f64>> {
    let usable = links.iter().all(|link| link.is_finite()) && links.iter().any(|&l| l != links[0]);
    usable.then_some(links)
}

/// The coefficient of the links and its standard error.
fn slope(rows: &Observations, links: &[f64]) -> Result<Option<(f64, f64)>, Error> {
    let design = DesignMatrix::from_columns(links.to_vec(), links.len())?;
    let fit = CoxModel::default().fit(rows, &design)?;
    let coefficient = fit.coefficients()[0].estimate();
    Ok(coefficient.and_then(|found| Some((found.estimate, found.std_error?))))
}

/// The smooth curve; `None` where the spline cannot be made or fitted.
fn smooth(rows: &Observations, time: f64, risks: &[f64], links: &[f64]) -> Option<Smooth> {
    let spline = RestrictedCubic::from_data(links, KNOTS).ok()?;
    let design = DesignMatrix::from_columns(spline.design(links), links.len()).ok()?;
    let fit = CoxModel::default().fit(rows, &design).ok()?;
    let observed = risks_at(&fit, &design, time)?;
    let mut points: Vec<(f64, f64)> = risks.iter().copied().zip(observed.iter().copied()).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut apart: Vec<f64> = points.iter().map(|(p, o)| (p - o).abs()).collect();
    let ici = apart.iter().sum::<f64>() / apart.len() as f64;
    apart.sort_by(f64::total_cmp);
    let (e50, e90) = (quantile(&apart, 0.5), quantile(&apart, 0.9));
    Some(Smooth { points, ici, e50, e90 })
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

/// R's seventh kind of quantile, of sorted values.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let place = p * (sorted.len() - 1) as f64;
    let (low, part) = (place.floor() as usize, place.fract());
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + part * (sorted[high] - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_risks_are_never_parted() {
        assert_eq!(parted(&[0.4, 0.1, 0.3, 0.2], 2), [vec![1, 3], vec![2, 0]]);
        // The run of four has its middle at place 2 of 6, and goes to the first half whole.
        let parts = parted(&[0.2, 0.2, 0.2, 0.2, 0.1, 0.9], 2);
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [5, 1]);
        assert_eq!(parted(&[0.5; 3], 3), [vec![0, 1, 2]]);
    }

    #[test]
    fn a_quantile_lies_between_values() {
        assert_eq!(quantile(&[0.0, 1.0, 2.0], 0.5), 1.0);
        assert!((quantile(&[0.0, 1.0, 2.0], 0.9) - 1.8).abs() < 1e-15);
        assert_eq!(quantile(&[3.0], 0.9), 3.0);
    }
}
