//! A survival curve read at requested times.

use super::SurvivalCurve;
use crate::{Error, Interval};

/// A survival curve at one requested time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AtTime {
    /// The requested time, in the unit of the data.
    pub time: f64,
    /// At risk just before the time.
    pub n_risk: f64,
    /// Events since the next smaller requested time (excluded), this time included.
    pub n_event: f64,
    /// Censored since the next smaller requested time (excluded), this time included.
    pub n_censor: f64,
    /// S(t); `None` after the last time of a curve that has not reached 0, and before the first entry
    /// where rows enter late.
    pub survival: Option<f64>,
    /// The standard error of S(t) itself; 0 before the first event, `None` where S(t) is 0 or
    /// unknown.
    pub std_error: Option<f64>,
    /// The interval for S(t); `None` where S(t) is 0 or unknown, or none was asked for.
    pub interval: Option<Interval>,
}

impl SurvivalCurve {
    /// The curve at one time; the counts are those since the start.
    ///
    /// # Errors
    ///
    /// [`Error::RequestedTime`] for a time that is not a number or not finite.
    pub fn at(&self, time: f64) -> Result<AtTime, Error> {
        Ok(self.at_times(&[time])?[0])
    }

    /// The curve at each of `times`, in the order given, which need not be increasing.
    ///
    /// # Errors
    ///
    /// [`Error::RequestedTime`] for a time that is not a number or not finite.
    pub fn at_times(&self, times: &[f64]) -> Result<Vec<AtTime>, Error> {
        if let Some(&value) = times.iter().find(|time| !time.is_finite()) {
            return Err(Error::RequestedTime { value });
        }
        let mut order: Vec<usize> = (0..times.len()).collect();
        order.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
        let mut answers: Vec<AtTime> = times.iter().map(|&time| self.read(time)).collect();
        let mut from = 0;
        // A time asked for twice gets the same answer twice.
        for places in order.chunk_by(|&a, &b| times[a] == times[b]) {
            let to = self.rows_up_to(times[places[0]]);
            for &place in places {
                answers[place].n_event = total(&self.sets.n_event[from..to]);
                answers[place].n_censor = total(&self.sets.n_censor[from..to]);
            }
            from = to;
        }
        Ok(answers)
    }

    /// How many times of the curve are at or before `time`.
    fn rows_up_to(&self, time: f64) -> usize {
        self.sets.time.partition_point(|&observed| observed <= time)
    }

    /// Everything at `time` but the counts since another time.
    fn read(&self, time: f64) -> AtTime {
        let mut answer = AtTime {
            time,
            n_risk: self.n_risk_at(time),
            n_event: 0.0,
            n_censor: 0.0,
            survival: None,
            std_error: None,
            interval: None,
        };
        if !self.is_known_at(time) {
            return answer;
        }
        match self.rows_up_to(time).checked_sub(1) {
            None => {
                answer.survival = Some(1.0);
                answer.std_error = Some(0.0);
                answer.interval = self.conf_type().interval(1.0, 0.0, self.z());
            }
            Some(row) => {
                answer.survival = Some(self.survival[row]);
                answer.std_error = self.std_error_at(row);
                answer.interval = self.interval_at(row);
            }
        }
        answer
    }
}

/// The sum of counts, 0 of none: an empty sum of floats is -0, which prints as such.
pub(crate) fn total(counts: &[f64]) -> f64 {
    counts.iter().sum::<f64>() + 0.0
}
