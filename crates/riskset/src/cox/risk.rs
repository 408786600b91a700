//! The risk of each row, what the risk sets add up to, and Efron's sums at one event time.

use super::choices::Ties;
use super::parts::Record;

/// What the risk sets add up to at given coefficients.
#[derive(Clone, Debug)]
pub(super) struct Risk {
    /// The coefficients, for the scaled columns.
    pub beta: Vec<f64>,
    /// Weight times exp(linear predictor) of each sorted row, up to a factor of its stratum.
    pub risk: Vec<f64>,
    /// S0 of each record.
    pub total: Vec<f64>,
    /// The hazard increment of each record, at the centre of its stratum.
    pub hazard: Vec<f64>,
    /// The log partial likelihood; not finite where it could not be computed.
    pub log_likelihood: f64,
    /// S0 and then S1 at the start of each shard.
    pub(super) starts: Vec<Vec<f64>>,
}

/// Efron's (or Breslow's) sums over the terms of one event time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tied {
    /// Sum of w/D: the hazard increment.
    pub hazard: f64,
    /// Sum of (k/d) w/D: how much less of it the failing rows meet.
    pub failing_less: f64,
    /// Sum of v = w/D².
    pub outer: f64,
    /// The v-weighted mean of k/d.
    pub fraction: f64,
    /// Sum of v (k/d - fraction)².
    pub spread: f64,
}

impl Tied {
    /// `total` is S0 and `failing` is E0. Under exact ties, times with several events are left to
    /// the recursion: all sums are 0.
    pub fn new(ties: Ties, record: &Record, total: f64, failing: f64) -> Tied {
        let d = f64::from(record.tied);
        if record.tied == 1 || ties == Ties::Breslow {
            let hazard = record.weight / total;
            return Tied {
                hazard,
                failing_less: 0.0,
                outer: hazard / total,
                fraction: 0.0,
                spread: 0.0,
            };
        }
        let mut sums =
            Tied { hazard: 0.0, failing_less: 0.0, outer: 0.0, fraction: 0.0, spread: 0.0 };
        if ties == Ties::Exact {
            return sums;
        }
        let w = record.weight / d;
        let mut weighted_fraction = 0.0;
        for k in 0..record.tied {
            let fraction = f64::from(k) / d;
            let denominator = total - fraction * failing;
            let hazard = w / denominator;
            sums.hazard += hazard;
            sums.failing_less += fraction * hazard;
            sums.outer += hazard / denominator;
            weighted_fraction += fraction * hazard / denominator;
        }
        sums.fraction = weighted_fraction / sums.outer;
        for k in 0..record.tied {
            let fraction = f64::from(k) / d;
            let denominator = total - fraction * failing;
            sums.spread += w / (denominator * denominator) * (fraction - sums.fraction).powi(2);
        }
        sums
    }
}
