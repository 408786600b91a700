//! Calibration of predicted risks at a time: whether as many have the event as was predicted.
//!
//! In the large: the Kaplan-Meier risk of all over the mean predicted one. In groups of increasing
//! predicted risk: the Kaplan-Meier risk beside the mean prediction. The slope: the coefficient of
//! log(-log(1 - risk)) in a Cox model, 1 for predictions that are as far apart as the risks. The
//! smooth: a Cox model of a restricted cubic spline of that, whose risk at the time stands for the
//! observed one; ICI is the mean distance from the predictions, E50 and E90 its median and 90%
//! quantile.
//!
//! With competing risks the observed risks are Aalen-Johansen's of the cause, and slope and smooth
//! are of a Fine-Gray model, whose incidence has the same link. Beside them stand the intercept and the
//! slope at the time by pseudo-values (`pseudo`).
//!
//! The predictions are those of a model that knew other patients or the same; the limits hold the
//! chance of these patients alone. Those of ICI, E50 and E90 have no formula: they are the percentiles
//! of these in samples drawn from the rows with replacement ([`Calibration::resampled`]).
//!
//! Sources: Austin, Harrell and van Klaveren (2020), Stat Med 39:2714-2742; McLernon, Giardiello,
//! Van Calster et al. (2023), Ann Intern Med 176:105-114; Austin, Putter, Giardiello and van Klaveren
//! (2022), Diagn Progn Res 6:2 (competing risks). Reference: `coxph`, `survfit` and `rcspline.eval`
//! in R; with competing risks `survfit` and `crr` of cmprsk.

mod pseudo;
mod seen;

pub use pseudo::{CalibrationTerm, PseudoCalibration};

use crate::{CompetingRisks, Error, Interval, Observations, Response, normal, sort};
use rayon::prelude::*;
use seen::Seen;

/// Calibration at a time: its options, and [`at`](Self::at).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    conf_level: f64,
    groups: usize,
    samples: usize,
    seed: u64,
}

/// Calibration at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct CalibrationAt {
    /// The time, in the unit of the data.
    pub time: f64,
    /// The mean predicted risk, by weight, as a fraction of 1.
    pub predicted: f64,
    /// The Kaplan-Meier (Aalen-Johansen) risk of all rows. `None` when nobody was followed so long.
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
    /// With competing risks: intercept and slope at this time by pseudo-values. `None` without them, as
    /// for the slope, and where fewer than two rows are followed so long.
    pub pseudo: Option<PseudoCalibration>,
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
    /// The Kaplan-Meier (Aalen-Johansen) risk. `None` when nobody of the group was followed so long.
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
    /// The limits of `ici`, `e50` and `e90`, in this order, by resampling. `None` where none was asked
    /// for, or too few samples (2 / (1 - level), 40 for 95%) have a smooth curve to tell them.
    pub limits: Option<[Interval; 3]>,
}

impl Default for Calibration {
    fn default() -> Self {
        Calibration { conf_level: 0.95, groups: 5, samples: 0, seed: 1 }
    }
}

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

    /// Sets how many samples of the rows give the limits of ICI, E50 and E90; none by default.
    pub fn resampled(mut self, samples: usize, seed: u64) -> Self {
        (self.samples, self.seed) = (samples, seed);
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
        self.linked(Seen::Survival(response.observations()), time, risks, links(risks))
    }

    /// The same for predicted incidences of one cause.
    ///
    /// # Errors
    ///
    /// As [`at`](Self::at), [`Error::NoSuchCause`], and [`Error::Unsupported`] for late entries and case
    /// weights.
    pub fn incidence(
        &self,
        response: &CompetingRisks,
        cause: u32,
        time: f64,
        risks: &[f64],
    ) -> Result<CalibrationAt, Error> {
        response.check_cause(cause)?;
        self.linked(Seen::Incidence(response, cause), time, risks, links(risks))
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
        self.linked(Seen::Survival(response.observations()), time, risks, usable(links.to_vec()))
    }

    /// The smooth curve alone, without limits; `None` where there is none, also for what [`at`](Self::at)
    /// refuses. Arguments as of [`at_with_links`](Self::at_with_links).
    pub fn smoothed(
        &self,
        response: &impl Response,
        time: f64,
        risks: &[f64],
        links: &[f64],
    ) -> Option<Smooth> {
        let rows = response.observations();
        self.check(rows, time, risks).ok().filter(|()| links.len() == risks.len())?;
        Seen::Survival(rows).smooth(time, risks, &usable(links.to_vec())?)
    }

    /// The same of predicted incidences of one cause, as [`incidence`](Self::incidence).
    pub fn smoothed_incidence(
        &self,
        response: &CompetingRisks,
        cause: u32,
        time: f64,
        risks: &[f64],
    ) -> Option<Smooth> {
        let known = response
            .check_cause(cause)
            .and_then(|()| self.check(response.observations(), time, risks));
        known.ok()?;
        Seen::Incidence(response, cause).smooth(time, risks, &links(risks)?)
    }

    fn linked(
        &self,
        seen: Seen<'_>,
        time: f64,
        risks: &[f64],
        links: Option<Vec<f64>>,
    ) -> Result<CalibrationAt, Error> {
        let z = normal::two_sided_quantile(self.conf_level)?;
        let rows = seen.rows();
        self.check(rows, time, risks)?;
        let all: Vec<usize> = (0..rows.len()).collect();
        let (observed, error, observed_interval) = seen.observed(&all, time, self.conf_level)?;
        let predicted = mean(rows, &all, risks);
        let ratio = observed.filter(|_| predicted > 0.0).map(|observed| observed / predicted);
        let spread = observed.zip(error).filter(|pair| pair.0 > 0.0).map(|(o, e)| z * e / o);
        let limit = |sign: f64| ratio.zip(spread).map(|(ratio, by)| ratio * (sign * by).exp());
        let slope = links.as_ref().map(|links| seen.slope(links)).transpose()?.flatten();
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
            pseudo: links.as_ref().and_then(|links| seen.pseudo(time, links, z)),
            groups: self.grouped(&seen, time, risks)?,
            smooth: links.and_then(|links| self.smooth(&seen, time, risks, &links)),
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

    /// The smooth curve with the limits of its distances.
    fn smooth(&self, seen: &Seen<'_>, time: f64, risks: &[f64], links: &[f64]) -> Option<Smooth> {
        let smooth = seen.smooth(time, risks, links)?;
        Some(Smooth { limits: self.limits(seen, time, risks, links), ..smooth })
    }

    fn limits(
        &self,
        seen: &Seen<'_>,
        time: f64,
        risks: &[f64],
        links: &[f64],
    ) -> Option<[Interval; 3]> {
        let of_sample = |replicate: u64| {
            let rows = super::resampled(risks.len(), self.seed, replicate);
            let chosen = |of: &[f64]| rows.iter().map(|&row| of[row]).collect::<Vec<f64>>();
            let found = seen.smooth_of(&rows, time, &chosen(risks), &usable(chosen(links))?)?;
            Some([found.ici, found.e50, found.e90])
        };
        // In the order of the samples, whatever the threads.
        let found: Vec<Option<[f64; 3]>> =
            (0..self.samples as u64).into_par_iter().map(of_sample).collect();
        let found: Vec<[f64; 3]> = found.into_iter().flatten().collect();
        let of = |place: usize| {
            percentile_interval(found.iter().map(|one| one[place]).collect(), self.conf_level)
        };
        Some([of(0)?, of(1)?, of(2)?])
    }

    fn grouped(
        &self,
        seen: &Seen<'_>,
        time: f64,
        risks: &[f64],
    ) -> Result<Vec<CalibrationGroup>, Error> {
        let group = |of: Vec<usize>| {
            let (observed, _, interval) = seen.observed(&of, time, self.conf_level)?;
            Ok(CalibrationGroup {
                n: of.len(),
                n_event: of.iter().filter(|&&row| seen.had(row, time)).count(),
                predicted: mean(seen.rows(), &of, risks),
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

/// The distances of predicted and smoothed observed risks.
fn mean_distance(risks: &[f64], observed: &[f64]) -> Smooth {
    let mut points: Vec<(f64, f64)> = risks.iter().copied().zip(observed.iter().copied()).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut apart: Vec<f64> = points.iter().map(|(p, o)| (p - o).abs()).collect();
    let ici = apart.iter().sum::<f64>() / apart.len() as f64;
    apart.sort_by(f64::total_cmp);
    let (e50, e90) = (quantile(&apart, 0.5), quantile(&apart, 0.9));
    Smooth { points, ici, e50, e90, limits: None }
}

/// The limits that leave half of what is outside the level on either side; `None` when there are too
/// few values for them to lie between values: 40 are enough for 95%. `conf_level` as a fraction.
pub fn percentile_interval(mut values: Vec<f64>, conf_level: f64) -> Option<Interval> {
    let outside = (1.0 - conf_level) / 2.0;
    // 40 values are enough for 95%, whatever the rounding.
    if (values.len() as f64) * outside < 1.0 - 1e-9 {
        return None;
    }
    values.sort_by(f64::total_cmp);
    let at = |p: f64| Some(quantile(&values, p));
    Some(Interval { lower: at(outside), upper: at(1.0 - outside) })
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
