//! The studies, each on the logit scale, and what follows from logits and variances alone.

use super::MetaWarning;
use crate::{Error, Interval, beta, normal};

/// One study of a meta-analysis.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct MetaStudy {
    /// Events.
    pub events: u64,
    /// Units.
    pub n: u64,
    /// The study's own proportion.
    pub estimate: f64,
    /// Its exact interval (Clopper and Pearson).
    pub interval: Interval,
    /// Its logit; with half an event added to both counts where one is empty.
    pub logit: f64,
    /// The standard error of the logit.
    pub std_error: f64,
    /// Its share of the weight in the two-step mean at the model's tau^2, as a fraction; under the
    /// exact model an indication.
    pub weight: f64,
}

/// The studies' logits and their variances.
pub(super) struct Logits {
    pub(super) y: Vec<f64>,
    pub(super) v: Vec<f64>,
    halved: Vec<usize>,
}

pub(super) fn expit(x: f64) -> f64 {
    if x >= 0.0 { 1.0 / (1.0 + (-x).exp()) } else { x.exp() / (1.0 + x.exp()) }
}

impl Logits {
    pub(super) fn new(events: &[u64], sizes: &[u64]) -> Result<Logits, Error> {
        if events.len() != sizes.len() {
            let (expected, found) = (events.len(), sizes.len());
            return Err(Error::Length { what: "sizes of studies", expected, found });
        }
        if events.len() < 2 {
            return Err(Error::Unsupported {
                what: "a meta-analysis of fewer than two studies",
                instead: "report the study's own proportion with its exact interval",
            });
        }
        let mut logits = Logits { y: Vec::new(), v: Vec::new(), halved: Vec::new() };
        for (row, (&events, &n)) in events.iter().zip(sizes).enumerate() {
            if n == 0 || events > n {
                return Err(Error::Counts { row, events, n });
            }
            let half = if events == 0 || events == n { 0.5 } else { 0.0 };
            if half > 0.0 {
                logits.halved.push(row);
            }
            let (with, without) = (events as f64 + half, (n - events) as f64 + half);
            logits.y.push((with / without).ln());
            logits.v.push(1.0 / with + 1.0 / without);
        }
        Ok(logits)
    }

    /// Estimates on any scale with their variances.
    pub(super) fn of(y: &[f64], v: &[f64]) -> Logits {
        Logits { y: y.to_vec(), v: v.to_vec(), halved: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.y.len()
    }

    pub(super) fn warnings(&self) -> Vec<MetaWarning> {
        self.halved.iter().map(|&study| MetaWarning::HalfAdded { study }).collect()
    }

    /// The weights at tau^2, their sum, and the weighted mean.
    pub(super) fn mean(&self, tau_squared: f64) -> (Vec<f64>, f64, f64) {
        let weights: Vec<f64> = self.v.iter().map(|v| 1.0 / (v + tau_squared)).collect();
        let total: f64 = weights.iter().sum();
        let mean = weights.iter().zip(&self.y).map(|(w, y)| w * y).sum::<f64>() / total;
        (weights, total, mean)
    }

    /// The weighted sum of squares about the weighted mean; at 0 Cochran's Q.
    pub(super) fn q(&self, tau_squared: f64) -> f64 {
        let (weights, _, mean) = self.mean(tau_squared);
        weights.iter().zip(&self.y).map(|(w, y)| w * (y - mean).powi(2)).sum()
    }

    /// tau^2 over tau^2 and the typical variance within studies.
    pub(super) fn i_squared(&self, tau_squared: f64) -> f64 {
        let (weights, total, _) = self.mean(0.0);
        let squares: f64 = weights.iter().map(|w| w * w).sum();
        let typical = (self.len() as f64 - 1.0) * total / (total * total - squares);
        tau_squared / (tau_squared + typical)
    }

    /// The tau^2 at which Q has the tails of the level above and below it.
    pub(super) fn tau_squared_interval(&self, level: f64) -> Interval {
        let tail = (1.0 - level) / 2.0;
        Interval {
            lower: Some(self.tau_squared_with_tail(tail)),
            upper: Some(self.tau_squared_with_tail(1.0 - tail)),
        }
    }

    /// Where the upper tail of Q is `tail`; 0 when it is larger from the start. Q falls with tau^2,
    /// to 0, so the tail rises to 1.
    fn tau_squared_with_tail(&self, tail: f64) -> f64 {
        let df = self.len() as f64 - 1.0;
        let reached = |tau_squared: f64| normal::chi_square_p(self.q(tau_squared), df) >= tail;
        if reached(0.0) {
            return 0.0;
        }
        let mut high = 1.0;
        while !reached(high) {
            high *= 2.0;
        }
        let mut low = 0.0;
        loop {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                return high;
            }
            if reached(middle) { high = middle } else { low = middle }
        }
    }

    pub(super) fn studies(
        &self,
        events: &[u64],
        sizes: &[u64],
        tau_squared: f64,
        level: f64,
    ) -> Vec<MetaStudy> {
        let (weights, total, _) = self.mean(tau_squared);
        let study = |row: usize| MetaStudy {
            events: events[row],
            n: sizes[row],
            estimate: events[row] as f64 / sizes[row] as f64,
            interval: exact_interval(events[row], sizes[row], level),
            logit: self.y[row],
            std_error: self.v[row].sqrt(),
            weight: weights[row] / total,
        };
        (0..self.len()).map(study).collect()
    }
}

fn exact_interval(events: u64, n: u64, level: f64) -> Interval {
    let (x, rest, tail) = (events as f64, (n - events) as f64, (1.0 - level) / 2.0);
    let lower = if events > 0 { beta::quantile(x, rest + 1.0, tail) } else { 0.0 };
    let upper = if events < n { beta::quantile(x + 1.0, rest, 1.0 - tail) } else { 1.0 };
    Interval { lower: Some(lower), upper: Some(upper) }
}
