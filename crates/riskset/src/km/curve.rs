//! An estimated survival curve, stored as columns.

use super::{
    CurveVariance, Scale, SurvivalEstimator,
    hazard::{self, HazardStep},
    influence::{Influence, Step},
};
use crate::columns::each;
use crate::{ConfType, FlatRule, Interval, RiskSet, RiskSets};
use std::sync::Arc;

/// An estimated survival curve of one group: one entry per distinct event or censoring time,
/// increasing, at least one.
///
/// It is 1 before its first time and unknown after its last, unless it has reached 0. What a
/// column does not hold (standard errors, limits, the cumulative hazard) is computed when asked
/// for, so that a curve of ten million times stays small.
///
/// ```
/// use riskset::{KaplanMeier, RightCensored};
///
/// let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true, true, false, true])?;
/// let curve = KaplanMeier::default().fit(&rows)?;
/// // 3/4, then 1/2, and 0 from 4 on: between events it stays where it is.
/// assert_eq!(curve.at(3.5)?.survival, Some(0.5));
/// assert_eq!(curve.median().estimate, Some(3.0));
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SurvivalCurve {
    pub(super) sets: RiskSets,
    pub(super) survival: Vec<f64>,
    /// The variance of log S(t); infinite once S(t) is 0.
    pub(super) log_variance: Vec<f64>,
    estimator: SurvivalEstimator,
    scale: Scale,
    /// The rows, where the variance is robust; shared by copies of the curve.
    influence: Option<Arc<Influence>>,
}

/// The estimate at one observed time, whether an event or only a censoring happened there.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CurvePoint {
    /// The counts at this time. The time is in the unit of the data.
    pub risk_set: RiskSet,
    /// S(t), as a fraction of 1.
    pub survival: f64,
    /// The standard error of S(t) itself, not of log S(t). `None` once S(t) is 0.
    pub std_error: Option<f64>,
    /// Pointwise interval for S(t), within [0, 1]. `None` once S(t) is 0, or when none was asked
    /// for.
    pub interval: Option<Interval>,
    /// The cumulative hazard: the Nelson-Aalen sum, or with the Fleming-Harrington estimator the
    /// sum that counts ties one after the other.
    pub cumulative_hazard: f64,
    /// The standard error of the cumulative hazard; `None` for a robust one where a single cluster
    /// stands behind the curve.
    pub cumulative_hazard_std_error: Option<f64>,
}

impl SurvivalCurve {
    pub(super) fn new(sets: RiskSets, estimator: SurvivalEstimator, scale: Scale) -> Self {
        let (survival, log_variance) = match estimator {
            SurvivalEstimator::KaplanMeier => product_limit(&sets),
            _ => from_hazard(&sets, estimator),
        };
        SurvivalCurve { sets, survival, log_variance, estimator, scale, influence: None }
    }

    /// The same curve with the variance that its rows show.
    pub(super) fn robust(mut self, influence: Influence) -> Self {
        let steps: Vec<Step> = (0..self.len()).map(|index| self.influence_step(index)).collect();
        self.log_variance = influence.running(&steps);
        self.influence = Some(Arc::new(influence));
        self
    }

    /// How the variance was estimated, on which every standard error and limit of the curve rests.
    pub fn variance(&self) -> CurveVariance {
        self.influence.as_ref().map_or(CurveVariance::Greenwood, |influence| influence.variance())
    }

    /// The distinct event and censoring times, increasing, in the unit of the data.
    pub fn time(&self) -> &[f64] {
        &self.sets.time
    }

    /// At risk just before each time; a sum of weights when there are weights.
    pub fn n_risk(&self) -> &[f64] {
        &self.sets.n_risk
    }

    /// Events at each time; a sum of weights when there are weights.
    pub fn n_event(&self) -> &[f64] {
        &self.sets.n_event
    }

    /// Censored at each time; a sum of weights when there are weights.
    pub fn n_censor(&self) -> &[f64] {
        &self.sets.n_censor
    }

    /// S(t) at each time, as a fraction of 1.
    pub fn survival(&self) -> &[f64] {
        &self.survival
    }

    /// The risk sets under the curve.
    pub fn risk_sets(&self) -> &RiskSets {
        &self.sets
    }

    /// The number of distinct times, at least one.
    pub fn len(&self) -> usize {
        self.survival.len()
    }

    /// Never: every group has a row.
    pub fn is_empty(&self) -> bool {
        self.survival.is_empty()
    }

    /// How many rows the curve is estimated from, each counted once whatever its weight.
    pub fn n_rows(&self) -> usize {
        self.sets.n_rows
    }

    /// How many rows end with the event, each counted once whatever its weight.
    pub fn n_events(&self) -> usize {
        self.sets.n_events
    }

    /// The last event or censoring time: beyond it the curve is unknown, unless it is 0.
    pub fn last_time(&self) -> f64 {
        *self.sets.time.last().expect("a curve has at least one time")
    }

    /// Whether the curve is known at `time`: not before the first entry, where rows enter late, and
    /// not after its last time, unless it has reached 0.
    pub fn is_known_at(&self, time: f64) -> bool {
        self.sets.is_known_at(time, self.survival.last().is_some_and(|&last| last <= 0.0))
    }

    /// From when on anybody is under observation; see [`RiskSets::first_entry`].
    pub fn first_entry(&self) -> Option<f64> {
        self.sets.first_entry()
    }

    /// Whether rows enter late, so that the number at risk can rise.
    pub fn is_left_truncated(&self) -> bool {
        self.sets.entries.is_some()
    }

    /// The number at risk just before any time; see [`RiskSets::n_risk_at`].
    pub fn n_risk_at(&self, time: f64) -> f64 {
        self.sets.n_risk_at(time)
    }

    /// The level of the intervals, as a fraction.
    pub fn conf_level(&self) -> f64 {
        self.scale.conf_level
    }

    /// The scale of the intervals.
    pub fn conf_type(&self) -> ConfType {
        self.scale.conf_type
    }

    /// Which time of a flat is a quantile.
    pub fn flat(&self) -> FlatRule {
        self.scale.flat
    }

    /// The estimator of the survival function.
    pub fn estimator(&self) -> SurvivalEstimator {
        self.estimator
    }

    /// The normal quantile of the intervals.
    pub(crate) fn z(&self) -> f64 {
        self.scale.z
    }

    /// The variance of a sum of the steps of log S, the time of place `index` having the factor
    /// `factors[index]`, those after the last given having none. With factors of 1 it is the variance
    /// of log S(t). Infinite where it cannot be told; a step with the factor 0 is left out.
    pub(crate) fn variance_of_sum(&self, factors: &[f64]) -> f64 {
        let places = || factors.iter().copied().chain(std::iter::repeat(0.0)).take(self.len());
        match &self.influence {
            None => places()
                .enumerate()
                .filter(|&(_, factor)| factor != 0.0)
                .map(|(index, factor)| factor * factor * self.log_variance_step(index))
                .sum(),
            Some(influence) => {
                let step = |(index, factor)| self.influence_step(index).times(factor);
                influence.total(&places().enumerate().map(step).collect::<Vec<Step>>())
            }
        }
    }

    fn influence_step(&self, index: usize) -> Step {
        let (n, d) = (self.sets.n_risk[index], self.sets.n_event[index]);
        Step::new(self.log_variance_step(index), n, d)
    }

    /// What the time of place `index` adds to the model-based variance of log S(t).
    pub(crate) fn log_variance_step(&self, index: usize) -> f64 {
        match self.estimator {
            SurvivalEstimator::KaplanMeier => {
                riskset_step(self.sets.n_risk[index], self.sets.n_event[index])
            }
            _ => hazard::step(&self.sets, self.estimator, index).variance,
        }
    }

    /// The standard error of S(t) itself at the time of place `index`; `None` once S(t) is 0, and
    /// for a robust one where a single cluster stands behind the curve.
    ///
    /// # Panics
    ///
    /// When `index` is not below [`len`](Self::len).
    pub fn std_error_at(&self, index: usize) -> Option<f64> {
        // DIFFERENCE: at S = 0 this is 0 times infinity. R gives NaN; we say there is none.
        let survival = self.survival[index];
        let known = survival > 0.0 && self.log_variance[index].is_finite();
        known.then(|| survival * self.log_variance[index].sqrt())
    }

    /// The interval for S(t) at the time of place `index`; `None` once S(t) is 0, or when none
    /// was asked for.
    ///
    /// # Panics
    ///
    /// When `index` is not below [`len`](Self::len).
    pub fn interval_at(&self, index: usize) -> Option<Interval> {
        let Scale { conf_type, z, .. } = self.scale;
        if !self.log_variance[index].is_finite() {
            return None;
        }
        conf_type.interval(self.survival[index], self.log_variance[index], z)
    }

    /// The standard error of S(t) at each time; `None` once S(t) is 0.
    pub fn std_errors(&self) -> Vec<Option<f64>> {
        each(self.len(), |index| self.std_error_at(index))
    }

    /// The interval at each time; see [`interval_at`](Self::interval_at).
    pub fn intervals(&self) -> Vec<Option<Interval>> {
        each(self.len(), |index| self.interval_at(index))
    }

    /// The cumulative hazard at each time; see [`CurvePoint::cumulative_hazard`].
    pub fn cumulative_hazard(&self) -> Vec<f64> {
        self.hazards().map(|total| total.hazard).collect()
    }

    /// The standard error of the cumulative hazard at each time; `None` for a robust one where a
    /// single cluster stands behind the curve.
    pub fn cumulative_hazard_std_error(&self) -> Vec<Option<f64>> {
        self.hazards().map(HazardStep::std_error).collect()
    }

    /// Every point of the curve, by increasing time, computed as it goes.
    pub fn points(&self) -> impl Iterator<Item = CurvePoint> + '_ {
        self.hazards().enumerate().map(|(index, total)| self.join(index, total))
    }

    /// One point of the curve. [`points`](Self::points) is the way to see them all: a single
    /// point sums the cumulative hazard from the start.
    ///
    /// # Panics
    ///
    /// When `index` is not below [`len`](Self::len).
    pub fn point(&self, index: usize) -> CurvePoint {
        self.points().nth(index).expect("the index is below the number of times")
    }

    fn join(&self, index: usize, total: HazardStep) -> CurvePoint {
        CurvePoint {
            risk_set: self.sets.get(index),
            survival: self.survival[index],
            std_error: self.std_error_at(index),
            interval: self.interval_at(index),
            cumulative_hazard: total.hazard,
            cumulative_hazard_std_error: total.std_error(),
        }
    }

    /// The cumulative hazard and its variance at each time.
    fn hazards(&self) -> impl Iterator<Item = HazardStep> + '_ {
        let robust = self.influence.as_ref().map(|influence| {
            let step = |index| {
                let variance = hazard::step(&self.sets, self.estimator, index).variance;
                Step::new(variance, self.sets.n_risk[index], self.sets.n_event[index])
            };
            influence.running(&(0..self.len()).map(step).collect::<Vec<Step>>())
        });
        (0..self.len()).scan(HazardStep { hazard: 0.0, variance: 0.0 }, move |total, index| {
            let step = hazard::step(&self.sets, self.estimator, index);
            total.hazard += step.hazard;
            total.variance += step.variance;
            let variance = robust.as_ref().map_or(total.variance, |robust| robust[index]);
            Some(HazardStep { hazard: total.hazard, variance })
        })
    }
}

/// S(t) and the variance of log S(t), by Kaplan and Meier, and Greenwood.
fn product_limit(sets: &RiskSets) -> (Vec<f64>, Vec<f64>) {
    let mut columns = (Vec::with_capacity(sets.len()), Vec::with_capacity(sets.len()));
    let (mut survival, mut log_variance) = (1.0, 0.0);
    for (&n, &d) in sets.n_risk.iter().zip(&sets.n_event) {
        // Whoever is censored at t leaves just after the events at t, so n still counts them.
        if d > 0.0 {
            survival *= (n - d) / n;
            log_variance += riskset_step(n, d);
        }
        columns.0.push(survival);
        columns.1.push(log_variance);
    }
    columns
}

/// Greenwood's term; infinite when all at risk fail, because S is 0 from there on.
fn riskset_step(n: f64, d: f64) -> f64 {
    if d > 0.0 { d / n / (n - d) } else { 0.0 }
}

/// S(t) = exp(-H(t)) and the variance of H(t), which is that of log S(t).
fn from_hazard(sets: &RiskSets, estimator: SurvivalEstimator) -> (Vec<f64>, Vec<f64>) {
    let mut columns = (Vec::with_capacity(sets.len()), Vec::with_capacity(sets.len()));
    let mut total = HazardStep { hazard: 0.0, variance: 0.0 };
    for index in 0..sets.len() {
        let step = hazard::step(sets, estimator, index);
        total.hazard += step.hazard;
        total.variance += step.variance;
        columns.0.push((-total.hazard).exp());
        columns.1.push(total.variance);
    }
    columns
}
