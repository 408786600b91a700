//! Estimated cumulative incidences, stored as columns.

use crate::columns::each;
use crate::{ConfType, CurveVariance, FlatRule, Interval, RiskSets};

/// The cumulative incidences of one group: one entry per distinct event or censoring time,
/// increasing, at least one, for every cause.
///
/// At every time the incidences and [`event_free`](Self::event_free) add up to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct CumulativeIncidence {
    pub(super) sets: RiskSets,
    pub(super) causes: Vec<CauseColumns>,
    pub(super) event_free: Vec<f64>,
    pub(super) scale: Scale,
    pub(super) variance: CurveVariance,
    /// Whether there are standard errors: not where a single cluster stands behind the group.
    pub(super) has_errors: bool,
}

/// How the intervals are built.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) conf_level: f64,
    pub(super) conf_type: ConfType,
    pub(super) flat: FlatRule,
    pub(super) z: f64,
}

/// What is known of one cause, by time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CauseColumns {
    pub(super) n_event: Vec<f64>,
    pub(super) estimate: Vec<f64>,
    pub(super) std_error: Vec<f64>,
    pub(super) n_rows: usize,
}

impl CauseColumns {
    /// Room for the counts of a group of so many rows, whatever the number of their times.
    pub(super) fn with_capacity(rows: usize) -> CauseColumns {
        CauseColumns {
            n_event: Vec::with_capacity(rows),
            estimate: Vec::new(),
            std_error: Vec::new(),
            n_rows: 0,
        }
    }

    /// Gives back what ties left unused, and makes room for the estimates.
    pub(super) fn fit_to(&mut self, times: usize) {
        if times < self.n_event.capacity() / 2 {
            self.n_event.shrink_to_fit();
        }
        self.estimate.reserve_exact(times);
        self.std_error.reserve_exact(times);
    }

    /// Adds to the events at a place, which is the last one or the next.
    pub(super) fn count(&mut self, place: usize, events: f64) {
        if place == self.n_event.len() {
            self.n_event.push(0.0);
        }
        self.n_event[place] += events;
    }
}

/// The cumulative incidence of one cause, borrowed from its group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CauseIncidence<'a> {
    pub(super) group: &'a CumulativeIncidence,
    pub(super) columns: &'a CauseColumns,
    code: u32,
}

/// The incidence of one cause at one observed time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct IncidencePoint {
    /// The time, in the unit of the data.
    pub time: f64,
    /// At risk of any cause just before the time.
    pub n_risk: f64,
    /// Events of this cause at the time.
    pub n_event: f64,
    /// The probability of an event of this cause by the time.
    pub estimate: f64,
    /// The standard error of the estimate itself; 0 before the first event. `None` where a single
    /// cluster stands behind a robust one.
    pub std_error: Option<f64>,
    /// The pointwise interval, within [0, 1]. `None` where the estimate is 0, or none was asked
    /// for.
    pub interval: Option<Interval>,
}

impl CumulativeIncidence {
    /// The distinct event and censoring times, increasing, in the unit of the data.
    pub fn time(&self) -> &[f64] {
        &self.sets.time
    }

    /// At risk just before each time; a sum of weights when there are weights.
    pub fn n_risk(&self) -> &[f64] {
        &self.sets.n_risk
    }

    /// Events of any cause at each time.
    pub fn n_event(&self) -> &[f64] {
        &self.sets.n_event
    }

    /// Censored at each time.
    pub fn n_censor(&self) -> &[f64] {
        &self.sets.n_censor
    }

    /// The probability of no event of any cause by each time: Kaplan-Meier of all causes.
    pub fn event_free(&self) -> &[f64] {
        &self.event_free
    }

    /// How the variances were estimated: from the counts, which is what `Greenwood` stands for here
    /// too, or robustly.
    pub fn variance(&self) -> CurveVariance {
        self.variance
    }

    /// How many rows the group has.
    pub fn n_rows(&self) -> usize {
        self.sets.n_rows
    }

    /// The number of distinct times, at least one.
    pub fn len(&self) -> usize {
        self.sets.len()
    }

    /// Never: every group has a row.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// The last event or censoring time: beyond it nothing is known, unless nobody is event-free.
    pub fn last_time(&self) -> f64 {
        *self.sets.time.last().expect("a group has at least one time")
    }

    /// The number at risk just before any time; see [`RiskSets::n_risk_at`].
    pub fn n_risk_at(&self, time: f64) -> f64 {
        self.sets.n_risk_at(time)
    }

    /// From when on anybody is under observation; see [`RiskSets::first_entry`].
    pub fn first_entry(&self) -> Option<f64> {
        self.sets.first_entry()
    }

    /// Whether the incidences are known at `time`: not before the first entry, where rows enter late,
    /// and not after the last time, unless nobody is event-free then.
    pub fn is_known_at(&self, time: f64) -> bool {
        self.sets.is_known_at(time, self.event_free.last().is_some_and(|&free| free <= 0.0))
    }

    /// The level of the intervals, as a fraction.
    pub fn conf_level(&self) -> f64 {
        self.scale.conf_level
    }

    /// The scale of the intervals.
    pub fn conf_type(&self) -> ConfType {
        self.scale.conf_type
    }

    /// How many causes there are; their codes are 1 to this.
    pub fn n_causes(&self) -> usize {
        self.causes.len()
    }

    /// The incidence of the cause with this code, which counts from 1.
    ///
    /// # Panics
    ///
    /// When there is no such cause.
    pub fn cause(&self, code: u32) -> CauseIncidence<'_> {
        let columns = &self.causes[code.checked_sub(1).expect("causes count from 1") as usize];
        CauseIncidence { group: self, columns, code }
    }

    /// The incidence of every cause, by code.
    pub fn causes(&self) -> impl Iterator<Item = CauseIncidence<'_>> {
        (1..).zip(&self.causes).map(|(code, columns)| CauseIncidence { group: self, columns, code })
    }
}

impl<'a> CauseIncidence<'a> {
    /// The code of the cause, from 1.
    pub fn code(&self) -> u32 {
        self.code
    }

    /// How many rows end with this cause, each counted once whatever its weight.
    pub fn n_events(&self) -> usize {
        self.columns.n_rows
    }

    /// Events of this cause at each time of the group.
    pub fn n_event(&self) -> &'a [f64] {
        &self.columns.n_event
    }

    /// The probability of an event of this cause by each time.
    pub fn estimate(&self) -> &'a [f64] {
        &self.columns.estimate
    }

    /// The standard error of each estimate itself; 0 before the first event. `None` where a single
    /// cluster stands behind a robust one: the influences of all its rows add up to 0, which says
    /// nothing.
    pub fn std_error(&self) -> Option<&'a [f64]> {
        self.group.has_errors.then_some(&self.columns.std_error)
    }

    /// The interval at the time of place `index`, within [0, 1]; `None` where the estimate is 0,
    /// or none was asked for.
    ///
    /// # Panics
    ///
    /// When `index` is not below the number of times.
    pub fn interval_at(&self, index: usize) -> Option<Interval> {
        let (estimate, std_error) = (self.columns.estimate[index], self.std_error()?[index]);
        let Scale { conf_type, z, .. } = self.group.scale;
        // An incidence of 1 is certain; an error that rounding left there has no scale.
        let log_variance = if estimate < 1.0 { (std_error / estimate).powi(2) } else { 0.0 };
        conf_type.interval(estimate, log_variance, z)
    }

    /// The interval at each time; see [`interval_at`](Self::interval_at).
    pub fn intervals(&self) -> Vec<Option<Interval>> {
        each(self.group.len(), |index| self.interval_at(index))
    }

    /// Every point, by increasing time.
    pub fn points(&self) -> impl Iterator<Item = IncidencePoint> + 'a {
        let this = *self;
        (0..self.group.len()).map(move |index| IncidencePoint {
            time: this.group.sets.time[index],
            n_risk: this.group.sets.n_risk[index],
            n_event: this.columns.n_event[index],
            estimate: this.columns.estimate[index],
            std_error: this.std_error().map(|errors| errors[index]),
            interval: this.interval_at(index),
        })
    }
}
