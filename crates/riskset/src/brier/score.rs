//! The scores at the given times, their integral, and differences between models.

use super::Status;
use super::censoring::Censoring;
use crate::{Interval, Observations};

/// A score, an R2 or a difference, with its infinitesimal jackknife.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct BrierEstimate {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error, with that of the censoring weights; the predictions are taken as given.
    pub std_error: f64,
    /// Its interval, symmetric; that of a score is cut at 0, that of an R2 at 1.
    pub interval: Interval,
}

/// What the predictions are worth at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct BrierAt {
    /// The time, in the unit of the data; `None` for the integral over all times.
    pub time: Option<f64>,
    /// The score: 0 for perfect predictions, 1/4 for a risk of one half for all.
    pub score: BrierEstimate,
    /// The score of the null model.
    pub null: f64,
    /// 1 less the score over that of the null model; negative when worse. `None` where the null
    /// model is perfect, as before the first event.
    pub r2: Option<BrierEstimate>,
}

/// Brier scores of one set of predictions.
#[derive(Clone, Debug, PartialEq)]
pub struct BrierScore {
    at: Vec<BrierAt>,
    integrated: Option<BrierAt>,
    /// Of each time, and then of the integral.
    influences: Vec<Vec<f64>>,
    z: f64,
}

/// The score of some predictions at one time, and the influence of each row on it.
struct Mean {
    value: f64,
    influence: Vec<f64>,
}

impl BrierScore {
    pub(super) fn new(
        rows: &Observations,
        status: &[Status],
        times: &[f64],
        risks: &[f64],
        null: &[f64],
        z: f64,
    ) -> BrierScore {
        let censoring = Censoring::new(rows, status);
        let n = rows.len();
        let mut means: Vec<(Mean, Mean)> = Vec::with_capacity(times.len() + 1);
        for (k, &time) in times.iter().enumerate() {
            let of = |risk: &dyn Fn(usize) -> f64| mean(rows, status, &censoring, time, risk);
            means.push((of(&|row| risks[k * n + row]), of(&|_| null[k])));
        }
        let at = times
            .iter()
            .zip(&means)
            .map(|(&time, (model, null))| of_time(Some(time), model, null, z));
        let at = at.collect();
        let integrated = (times.len() > 1).then(|| {
            let model = integral(times, means.iter().map(|mean| &mean.0));
            let null = integral(times, means.iter().map(|mean| &mean.1));
            (of_time(None, &model, &null, z), model)
        });
        let mut influences: Vec<Vec<f64>> =
            means.into_iter().map(|mean| mean.0.influence).collect();
        let integrated = integrated.map(|(at, model)| {
            influences.push(model.influence);
            at
        });
        BrierScore { at, integrated, influences, z }
    }

    /// One entry per time asked for, in their order.
    pub fn at(&self) -> &[BrierAt] {
        &self.at
    }

    /// The integral over the range of the times, divided by its length. `None` for one time.
    pub fn integrated(&self) -> Option<&BrierAt> {
        self.integrated.as_ref()
    }

    /// By how much these predictions score less than `other` of the same rows at the same times:
    /// other less this at each time, and last the integral if there is one. Positive when these are
    /// better. `None` when rows or times are not the same in number.
    pub fn gain_over(&self, other: &BrierScore) -> Option<Vec<BrierEstimate>> {
        let lengths = |of: &BrierScore| of.influences.iter().map(Vec::len).collect::<Vec<usize>>();
        if lengths(self) != lengths(other) {
            return None;
        }
        let scores = |of: &BrierScore| -> Vec<f64> {
            of.at.iter().chain(&of.integrated).map(|at| at.score.estimate).collect()
        };
        let pairs = scores(self).into_iter().zip(scores(other)); // this, other
        let influences = self.influences.iter().zip(&other.influences);
        let gain = |((a, b), (of_a, of_b)): (_, (&Vec<f64>, &Vec<f64>))| {
            let influence = of_a.iter().zip(of_b).map(|(a, b)| b - a);
            BrierEstimate::new(b - a, influence, self.z, (-1.0, 1.0))
        };
        Some(pairs.zip(influences).map(gain).collect())
    }
}

impl BrierEstimate {
    fn new(
        estimate: f64,
        influence: impl Iterator<Item = f64>,
        z: f64,
        within: (f64, f64),
    ) -> BrierEstimate {
        let std_error = influence.map(|value| value * value).sum::<f64>().sqrt();
        let limit = |sign: f64| Some((estimate + sign * z * std_error).clamp(within.0, within.1));
        BrierEstimate {
            estimate,
            std_error,
            interval: Interval { lower: limit(-1.0), upper: limit(1.0) },
        }
    }
}

/// The weighted mean of squared errors at one time.
fn mean(
    rows: &Observations,
    status: &[Status],
    censoring: &Censoring,
    t: f64,
    risk: &dyn Fn(usize) -> f64,
) -> Mean {
    let error = |row: usize| {
        let (time, risk) = (rows.time()[row], risk(row));
        match status[row] {
            _ if time > t => risk * risk / censoring.at(t),
            Status::Event => (1.0 - risk).powi(2) / censoring.before(time),
            Status::Other => risk * risk / censoring.before(time),
            Status::Censored => 0.0,
        }
    };
    // A row that weighs nothing may stand where nobody who weighs is uncensored.
    let counts = |row: usize| if rows.weight(row) > 0.0 { error(row) } else { 0.0 };
    let errors: Vec<f64> = (0..rows.len()).map(counts).collect();
    let total: f64 = (0..rows.len()).map(|row| rows.weight(row)).sum();
    let parts: Vec<f64> = errors.iter().enumerate().map(|(row, e)| rows.weight(row) * e).collect();
    let value = parts.iter().sum::<f64>() / total;
    let through = censoring.through(rows, status, t, &parts);
    let own = errors.iter().zip(through).enumerate();
    let influence = own.map(|(row, (e, g))| rows.weight(row) * (e - value + g) / total).collect();
    Mean { value, influence }
}

/// The area under the line through the means, divided by the range of the times.
fn integral<'a>(times: &[f64], means: impl Iterator<Item = &'a Mean>) -> Mean {
    let last = times.len() - 1;
    let range = times[last] - times[0];
    let mut sum: Option<Mean> = None;
    for (k, mean) in means.enumerate() {
        let share = (times[(k + 1).min(last)] - times[k.saturating_sub(1)]) / (2.0 * range);
        let sum = sum
            .get_or_insert_with(|| Mean { value: 0.0, influence: vec![0.0; mean.influence.len()] });
        sum.value += share * mean.value;
        sum.influence.iter_mut().zip(&mean.influence).for_each(|(s, i)| *s += share * i);
    }
    sum.expect("an integral has at least two times")
}

fn of_time(time: Option<f64>, model: &Mean, null: &Mean, z: f64) -> BrierAt {
    let score =
        BrierEstimate::new(model.value, model.influence.iter().copied(), z, (0.0, f64::MAX));
    // The null risk is where the null score is least, so its own error does not move that score.
    let ratio = model.value / null.value;
    let pairs = model.influence.iter().zip(&null.influence);
    let influence = pairs.map(|(model, zero)| (ratio * zero - model) / null.value);
    let r2 =
        (null.value > 0.0).then(|| BrierEstimate::new(1.0 - ratio, influence, z, (f64::MIN, 1.0)));
    BrierAt { time, score, null: null.value, r2 }
}
