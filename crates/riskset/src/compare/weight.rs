//! The weight of an event time in tests that combine, permute or average.

use super::events::EventTime;
use crate::Error;

/// What an event time counts, from the pooled Kaplan-Meier estimate of its stratum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TimeWeight {
    /// S^rho (1 - S)^gamma, S just before the time: (0, 0) is the log-rank test, (1, 0) counts early
    /// differences more, (0, 1) late ones, (1, 1) those in the middle (Fleming and Harrington 1991).
    FlemingHarrington {
        /// The power of S, finite and 0 or more.
        rho: f64,
        /// The power of 1 - S, finite and 0 or more.
        gamma: f64,
    },
    /// 1 / max(S just before the time, S at `until`): grows up to `until`, and then stays, so that
    /// late differences count more while no early harm is turned into a benefit (Magirr and Burman
    /// 2019, Stat Med 38:3782-3790).
    ModestlyWeighted {
        /// The time from which on the weight stays, finite, in the unit of the data.
        until: f64,
    },
}

impl TimeWeight {
    /// The weight of the log-rank test: every event counts the same.
    pub const LOG_RANK: TimeWeight = TimeWeight::FlemingHarrington { rho: 0.0, gamma: 0.0 };

    pub(crate) fn check(self) -> Result<(), Error> {
        match self {
            TimeWeight::FlemingHarrington { rho, gamma } => {
                for (name, value) in [("rho", rho), ("gamma", gamma)] {
                    if !(value >= 0.0 && value.is_finite()) {
                        return Err(Error::LogRankPower { name, value });
                    }
                }
                Ok(())
            }
            TimeWeight::ModestlyWeighted { until } if !until.is_finite() => {
                Err(Error::RequestedTime { value: until })
            }
            TimeWeight::ModestlyWeighted { .. } => Ok(()),
        }
    }

    /// The weight of each event time of one stratum, in order.
    pub(crate) fn along(self, times: &[EventTime]) -> Vec<f64> {
        let before = survival_before(times);
        match self {
            TimeWeight::FlemingHarrington { rho, gamma } => {
                // 0 to the power 0 is 1.
                before.iter().map(|s| s.powf(rho) * (1.0 - s).powf(gamma)).collect()
            }
            TimeWeight::ModestlyWeighted { until } => {
                let passed = times.partition_point(|at| at.time <= until);
                // S at `until` is S just before the next event time.
                let floor = before.get(passed).copied().unwrap_or(0.0);
                before.iter().map(|s| 1.0 / s.max(floor)).collect()
            }
        }
    }
}

/// The pooled Kaplan-Meier estimate just before each event time.
///
/// With late entry it can be 0 before a later event; the times from there on have no weight that
/// exists, which [`TimeWeight::along`] would make infinite, so it stays at its last value above 0.
pub(crate) fn survival_before(times: &[EventTime]) -> Vec<f64> {
    let mut survival = 1.0;
    let step = |at: &EventTime| {
        let before = survival;
        let after = survival * ((at.n() - at.d()) / at.n());
        if after > 0.0 {
            survival = after;
        }
        before
    };
    times.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times() -> Vec<EventTime> {
        let at = |time, n, d| EventTime { time, at_risk: vec![n], events: vec![d] };
        vec![at(1.0, 4.0, 1.0), at(2.0, 3.0, 1.0), at(4.0, 1.0, 1.0)]
    }

    /// S before the times is 1, 3/4, 1/2.
    #[test]
    fn weights_by_hand() {
        let weight = |rho, gamma| TimeWeight::FlemingHarrington { rho, gamma }.along(&times());
        assert_eq!(weight(0.0, 0.0), [1.0, 1.0, 1.0]);
        assert_eq!(weight(1.0, 0.0), [1.0, 0.75, 0.5]);
        assert_eq!(weight(0.0, 1.0), [0.0, 0.25, 0.5]);
        assert_eq!(weight(1.0, 1.0), [0.0, 0.1875, 0.25]);
        let modest = |until| TimeWeight::ModestlyWeighted { until }.along(&times());
        // Until 1.5: S is 3/4 there, so that the weight stops at 4/3.
        assert_eq!(modest(1.5), [1.0, 4.0 / 3.0, 4.0 / 3.0]);
        assert_eq!(modest(2.0), [1.0, 4.0 / 3.0, 2.0]);
        assert_eq!(modest(0.5), [1.0, 1.0, 1.0]);
    }

    #[test]
    fn impossible_weights_are_refused() {
        let fh = TimeWeight::FlemingHarrington { rho: 0.0, gamma: -1.0 };
        assert_eq!(fh.check(), Err(Error::LogRankPower { name: "gamma", value: -1.0 }));
        let modest = TimeWeight::ModestlyWeighted { until: f64::INFINITY };
        assert_eq!(modest.check(), Err(Error::RequestedTime { value: f64::INFINITY }));
    }
}
