//! A cumulative incidence read at requested times, and its quantiles.

use super::CauseIncidence;
use crate::km::total;
use crate::{ConfType, Error, FlatRule, Interval, Quantile};

/// An incidence equals the level of a quantile when they differ by less than this: the square
/// root of the machine epsilon, as for survival curves.
const SAME_LEVEL: f64 = 1.490_116_119_384_765_6e-8;

/// The incidence of one cause at one requested time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct IncidenceAt {
    /// The requested time, in the unit of the data.
    pub time: f64,
    /// At risk of any cause just before the time.
    pub n_risk: f64,
    /// Events of this cause since the next smaller requested time (excluded), this time included.
    pub n_event: f64,
    /// F(t); `None` after the last time, unless nobody is event-free then, and before the first entry
    /// where rows enter late.
    pub estimate: Option<f64>,
    /// The standard error of F(t) itself; 0 before the first event of the cause.
    pub std_error: Option<f64>,
    /// The interval for F(t); `None` where F(t) is 0 or unknown, or none was asked for.
    pub interval: Option<Interval>,
}

impl CauseIncidence<'_> {
    /// The incidence at each of `times`, in the order given, which need not be increasing.
    ///
    /// # Errors
    ///
    /// [`Error::RequestedTime`] for a time that is not a number or not finite.
    pub fn at_times(&self, times: &[f64]) -> Result<Vec<IncidenceAt>, Error> {
        if let Some(&value) = times.iter().find(|time| !time.is_finite()) {
            return Err(Error::RequestedTime { value });
        }
        let mut order: Vec<usize> = (0..times.len()).collect();
        order.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
        let mut answers: Vec<IncidenceAt> = times.iter().map(|&time| self.read(time)).collect();
        let mut from = 0;
        // A time asked for twice gets the same answer twice.
        for places in order.chunk_by(|&a, &b| times[a] == times[b]) {
            let to = self.rows_up_to(times[places[0]]);
            for &place in places {
                answers[place].n_event = total(&self.columns.n_event[from..to]);
            }
            from = to;
        }
        Ok(answers)
    }

    /// The time by which the probability of an event of this cause reaches `probability`, by the
    /// rules of [`Quantile`]: the limits are the quantiles of the limit curves, so that `lower` is
    /// where the upper limit curve gets there. Everything is `None` where a curve never does.
    pub fn quantile(&self, probability: f64) -> Quantile {
        let mut quantile = Quantile { probability, estimate: None, lower: None, upper: None };
        if !(0.0..=1.0).contains(&probability) {
            return quantile;
        }
        quantile.estimate = self.crossing(probability, |i| Some(self.columns.estimate[i]));
        if self.group.scale.conf_type != ConfType::None {
            quantile.lower = self.crossing(probability, |i| self.interval_at(i)?.upper);
            quantile.upper = self.crossing(probability, |i| self.interval_at(i)?.lower);
        }
        quantile
    }

    /// From when to when the incidence stays at `probability`, where that is to the end of the
    /// follow-up, as [`SurvivalCurve::open_flat`](crate::SurvivalCurve::open_flat) says.
    pub fn open_flat(&self, probability: f64) -> Option<[f64; 2]> {
        if self.group.scale.flat != FlatRule::Middle {
            return None;
        }
        let estimate = &self.columns.estimate;
        let first = estimate.iter().position(|&f| f >= probability - SAME_LEVEL)?;
        let stays = estimate[first..].iter().all(|&f| (f - probability).abs() < SAME_LEVEL);
        let flat = [self.group.time()[first], self.group.last_time()];
        (stays && flat[0] < flat[1]).then_some(flat)
    }

    /// The time at which `curve` rises to `level`; a flat where it equals it by the rule, as for
    /// survival curves.
    fn crossing(&self, level: f64, curve: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        let (times, time) = (self.group.len(), self.group.time());
        let first = (0..times).find(|&i| curve(i).is_some_and(|f| f >= level - SAME_LEVEL))?;
        if curve(first).is_some_and(|f| (f - level).abs() >= SAME_LEVEL) {
            return Some(time[first]);
        }
        let left = (first + 1..times).find(|&i| curve(i).is_some_and(|f| f > level + SAME_LEVEL));
        let left = left.map(|index| time[index]);
        self.group.scale.flat.time(time[first], left, self.group.last_time())
    }

    /// How many times of the group are at or before `time`.
    fn rows_up_to(&self, time: f64) -> usize {
        self.group.time().partition_point(|&observed| observed <= time)
    }

    /// Everything at `time` but the events since another time.
    fn read(&self, time: f64) -> IncidenceAt {
        let mut answer = IncidenceAt {
            time,
            n_risk: self.group.n_risk_at(time),
            n_event: 0.0,
            estimate: None,
            std_error: None,
            interval: None,
        };
        if !self.group.is_known_at(time) {
            return answer;
        }
        match self.rows_up_to(time).checked_sub(1) {
            None => {
                (answer.estimate, answer.std_error) = (Some(0.0), self.std_error().map(|_| 0.0))
            }
            Some(row) => {
                answer.estimate = Some(self.columns.estimate[row]);
                answer.std_error = self.std_error().map(|errors| errors[row]);
                answer.interval = self.interval_at(row);
            }
        }
        answer
    }
}
