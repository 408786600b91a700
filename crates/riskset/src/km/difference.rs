//! The difference of two survival curves at every time.

use super::SurvivalCurve;

/// The difference of two survival curves from one time to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CurveDifference {
    /// A time of either curve, in the unit of the data.
    pub time: f64,
    /// S(t) of the curve less S(t) of the reference, from this time to the next.
    pub difference: f64,
    /// Its standard error, the two curves being of different patients. `None` where one of them
    /// has reached 0, and so has none.
    pub std_error: Option<f64>,
    /// The lower pointwise limit, at the level of the curve, cut to -1. `None` with `std_error`.
    pub lower: Option<f64>,
    /// The upper pointwise limit, cut to 1. `None` with `std_error`.
    pub upper: Option<f64>,
}

impl SurvivalCurve {
    /// This curve less `reference`, a curve of other patients: one entry per time of either, as
    /// long as both are known, increasing. The variances add; limits are symmetric, on the scale
    /// of the difference (Klein and Moeschberger 2003, Survival Analysis, section 7.8).
    pub fn difference_from(&self, reference: &SurvivalCurve) -> Vec<CurveDifference> {
        let mut times = [self.time(), reference.time()].concat();
        times.sort_unstable_by(f64::total_cmp);
        times.dedup();
        let known = |time: &f64| self.is_known_at(*time) && reference.is_known_at(*time);
        times.retain(known);
        let (mut here, mut there) = (Steps::new(self), Steps::new(reference));
        times
            .into_iter()
            .map(|time| {
                let ((survival, error), (other, other_error)) = (here.at(time), there.at(time));
                let difference = survival - other;
                let std_error = error.zip(other_error).map(|(a, b)| a.hypot(b));
                let half = std_error.map(|std_error| self.z() * std_error);
                CurveDifference {
                    time,
                    difference,
                    std_error,
                    lower: half.map(|half| (difference - half).max(-1.0)),
                    upper: half.map(|half| (difference + half).min(1.0)),
                }
            })
            .collect()
    }
}

/// A curve read forward through time.
struct Steps<'a> {
    curve: &'a SurvivalCurve,
    /// How many times of the curve have been passed.
    passed: usize,
}

impl Steps<'_> {
    fn new(curve: &SurvivalCurve) -> Steps<'_> {
        Steps { curve, passed: 0 }
    }

    /// S and its standard error at `time`, not before the last one asked for.
    fn at(&mut self, time: f64) -> (f64, Option<f64>) {
        while self.curve.time().get(self.passed).is_some_and(|&observed| observed <= time) {
            self.passed += 1;
        }
        match self.passed.checked_sub(1) {
            None => (1.0, Some(0.0)),
            Some(row) => (self.curve.survival()[row], self.curve.std_error_at(row)),
        }
    }
}
