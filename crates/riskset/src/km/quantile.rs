//! Quantiles of a survival curve, with the interval of Brookmeyer and Crowley.
//!
//! Source: Brookmeyer and Crowley (1982), Biometrics 38:29-41: the interval for a quantile holds
//! the times whose interval for S(t) holds the quantile's level, so its ends are the quantiles of
//! the limit curves.

use super::SurvivalCurve;
use crate::{ConfType, Interval, choices};

/// A curve equals the level of a quantile when they differ by less than this: the square root of
/// the machine epsilon, so that a product of fractions meets the level it meets on paper.
const SAME_LEVEL: f64 = 1.490_116_119_384_765_6e-8;

/// Which time of a flat is the quantile, where a curve equals its level for a while. Programs differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum FlatRule {
    /// The middle of the flat, which ends with the follow-up if the curve does not fall again.
    #[default]
    Middle,
    /// The middle of a flat that an event ends; a flat that lasts to the end has not reached the
    /// quantile.
    Ended,
    /// The time at which the flat begins.
    Start,
}

choices!(
    FlatRule,
    "rule for a flat",
    [
        (FlatRule::Middle, "middle", "The middle of the flat, to the end of the follow-up, as R"),
        (FlatRule::Ended, "ended", "The middle of a flat that an event ends, as SAS"),
        (FlatRule::Start, "start", "The time at which it begins, as Stata and lifelines"),
    ]
);

impl FlatRule {
    /// The quantile of a flat that begins at `first` and is left at `left`, or lasts to `last`.
    pub(crate) fn time(self, first: f64, left: Option<f64>, last: f64) -> Option<f64> {
        match self {
            FlatRule::Middle => Some((first + left.unwrap_or(last)) / 2.0),
            FlatRule::Ended => left.map(|left| (first + left) / 2.0),
            FlatRule::Start => Some(first),
        }
    }
}

/// The time by which a fraction of the patients has had the event.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Quantile {
    /// The fraction with the event: 0.5 is the median.
    pub probability: f64,
    /// The first time with S(t) at or below 1 - `probability`, in the unit of the data; where the
    /// curve is flat exactly there, by the [`FlatRule`] of the curve. `None` when it is never reached.
    pub estimate: Option<f64>,
    /// The same of the lower limit curve; `None` when it is never reached.
    pub lower: Option<f64>,
    /// The same of the upper limit curve; `None` when it is never reached.
    pub upper: Option<f64>,
}

impl SurvivalCurve {
    /// The median with its interval.
    pub fn median(&self) -> Quantile {
        self.quantile(0.5)
    }

    /// The time by which the fraction `probability` has had the event, with its interval.
    /// Everything is `None` unless 0 < `probability` <= 1.
    pub fn quantile(&self, probability: f64) -> Quantile {
        let mut quantile = Quantile { probability, estimate: None, lower: None, upper: None };
        if !(probability > 0.0 && probability <= 1.0) {
            return quantile;
        }
        let level = 1.0 - probability;
        quantile.estimate = self.crossing(level, 0, |index| Some(self.survival[index]));
        if self.conf_type() != ConfType::None {
            quantile.lower = self.crossing(level, 0, |i| self.interval_at(i)?.lower);
            // The upper limit is not below the curve, so it cannot cross before the curve does.
            let from = self.survival.partition_point(|&survival| survival > level + SAME_LEVEL);
            quantile.upper = self.crossing(level, from, |i| self.interval_at(i)?.upper);
        }
        quantile
    }

    /// From when to when the curve stays at 1 - `probability`, where that is to the end of the
    /// follow-up: the quantile, the middle, then moves when the follow-up goes on without an event.
    /// `None` where it falls again, jumps over the level or never gets there, and by another
    /// [`FlatRule`] than the middle.
    pub fn open_flat(&self, probability: f64) -> Option<[f64; 2]> {
        if self.flat() != FlatRule::Middle {
            return None;
        }
        let level = 1.0 - probability;
        let first = self.survival.iter().position(|&s| s <= level + SAME_LEVEL)?;
        let stays = self.survival[first..].iter().all(|&s| (s - level).abs() < SAME_LEVEL);
        let flat = [self.sets.time[first], self.last_time()];
        (stays && flat[0] < flat[1]).then_some(flat)
    }

    fn crossing(
        &self,
        level: f64,
        from: usize,
        curve: impl Fn(usize) -> Option<f64>,
    ) -> Option<f64> {
        crossing(&self.sets.time, (level, self.flat()), from, curve)
    }
}

/// The median of a curve that is given at `time`, with that of its limits: the conventions of
/// [`SurvivalCurve::quantile`].
pub(crate) fn median_of(
    time: &[f64],
    survival: &[f64],
    limits: impl Fn(usize) -> Option<Interval>,
) -> Quantile {
    let level = 0.5;
    let rule = (level, FlatRule::Middle);
    let from = survival.partition_point(|&survival| survival > level + SAME_LEVEL);
    Quantile {
        probability: 0.5,
        estimate: crossing(time, rule, 0, |index| Some(survival[index])),
        lower: crossing(time, rule, 0, |index| limits(index)?.lower),
        upper: crossing(time, rule, from, |index| limits(index)?.upper),
    }
}

/// The time at which `curve` falls to `level`, looking from the place `from`; a flat where it equals
/// the level by the rule.
fn crossing(
    times: &[f64],
    (level, flat): (f64, FlatRule),
    from: usize,
    curve: impl Fn(usize) -> Option<f64>,
) -> Option<f64> {
    let at = |index: &usize| curve(*index);
    let first = (from..times.len()).find(|i| at(i).is_some_and(|s| s <= level + SAME_LEVEL))?;
    let time = times[first];
    if at(&first).is_some_and(|s| (s - level).abs() >= SAME_LEVEL) {
        return Some(time);
    }
    let left = (first + 1..times.len()).find(|i| at(i).is_some_and(|s| s < level - SAME_LEVEL));
    flat.time(time, left.map(|index| times[index]), times[times.len() - 1])
}
