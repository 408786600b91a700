//! What each row does to the logarithm of the baseline's cumulative hazard, event time by event time.
//!
//! H(t) is the sum over the event times up to t of d / S, S the weighted sum of the risks. A row
//! enters it in four ways: as one of the d; in S, for as long as it is at risk, with its weight after
//! another cause; through the coefficients, whose every change moves S by its mean covariates; and
//! through the censoring curve, a censoring at u lowering the weights at u and later of whoever met
//! another cause before u, as in `influence`.

use super::WeightError;
use super::rows::{End, Rows};
use super::score::Score;

pub(super) struct HazardInfluence<'a> {
    rows: &'a Rows,
    score: &'a Score,
    /// What each row does to the coefficients of the scaled covariates: `place * p + column`.
    beta: &'a [f64],
    /// Sums over the event times so far, from 0, of d / S^2.
    square: Vec<f64>,
    /// The same times G(t-): `event * groups + group`.
    weighted: Vec<f64>,
    /// What the censoring of a row does; `None` where the weights are taken as known.
    censoring: Option<Censored>,
}

/// Sums over distinct times, by group: `tied * groups + group`.
struct Censored {
    /// The sum of r / G of whoever met another cause before, over those at risk of censoring.
    jump: Vec<f64>,
    /// Running sums, from 0, of the jump times the hazard of censoring.
    drift: Vec<f64>,
    /// Those sums with each term times `weighted` before the time.
    drift_weighted: Vec<f64>,
    /// The event times before each distinct time.
    before: Vec<usize>,
}

impl<'a> HazardInfluence<'a> {
    pub fn new(
        rows: &'a Rows,
        score: &'a Score,
        beta: &'a [f64],
        weight_error: WeightError,
    ) -> HazardInfluence<'a> {
        let groups = rows.groups;
        let mut square = vec![0.0];
        let mut weighted = vec![0.0; groups];
        for (k, event) in rows.events.iter().enumerate() {
            let hazard = score.integrals.hazard[k + 1] - score.integrals.hazard[k];
            let squared = hazard * hazard / event.events;
            square.push(square[k] + squared);
            for group in 0..groups {
                let at = k * groups + group;
                weighted.push(weighted[at] + squared * rows.event_weight[at]);
            }
        }
        let estimated = weight_error == WeightError::Estimated;
        let censoring = estimated.then(|| Censored::new(rows, score, &weighted));
        HazardInfluence { rows, score, beta, square, weighted, censoring }
    }

    /// What the row of a sorted place does to log H after `k` event times, one at least.
    pub fn at(&self, place: usize, k: usize) -> f64 {
        let (rows, p) = (self.rows, self.rows.p);
        let hazard = &self.score.integrals.hazard;
        let up_to = rows.events_up_to(place);
        let mut own = -self.score.risk[place] * self.square[up_to.min(k)];
        if rows.end[place] == End::Event && up_to <= k {
            own += (hazard[up_to] - hazard[up_to - 1]) / rows.events[up_to - 1].events;
        }
        if rows.end[place] == End::Competing && k > up_to {
            let weight = self.score.risk[place] / rows.own_weight[place];
            own -= weight * self.between(up_to, k, rows.group[place] as usize);
        }
        own += self.through_censoring(place, k);
        for j in 0..p {
            own -= self.score.integrals.mean[k * p + j] * self.beta[place * p + j];
        }
        own / hazard[k]
    }

    /// The sum of G(t-) d / S^2 after one number of event times up to another.
    fn between(&self, from: usize, to: usize, group: usize) -> f64 {
        let groups = self.rows.groups;
        self.weighted[to * groups + group] - self.weighted[from * groups + group]
    }

    fn through_censoring(&self, place: usize, k: usize) -> f64 {
        let Some(censoring) = &self.censoring else { return 0.0 };
        let (rows, groups) = (self.rows, self.rows.groups);
        let (tied, group) = (rows.tied_of[place] as usize, rows.group[place] as usize);
        // The times at which the row could have been censored and that some event up to k follows.
        let times = (tied + 1).min(censoring.before.partition_point(|&before| before < k));
        let at = times * groups + group;
        let drift =
            censoring.drift[at] * self.weighted[k * groups + group] - censoring.drift_weighted[at];
        let before = censoring.before[tied];
        match rows.end[place] {
            End::Censored if before < k => {
                censoring.jump[tied * groups + group] * self.between(before, k, group) - drift
            }
            _ => -drift,
        }
    }
}

impl Censored {
    fn new(rows: &Rows, score: &Score, weighted: &[f64]) -> Censored {
        let groups = rows.groups;
        let mut sum = vec![0.0; groups];
        let mut found = Censored {
            jump: Vec::with_capacity(rows.tied.len() * groups),
            drift: vec![0.0; groups],
            drift_weighted: vec![0.0; groups],
            before: Vec::with_capacity(rows.tied.len()),
        };
        let mut before = 0;
        for (number, tied) in rows.tied.iter().enumerate() {
            found.before.push(before);
            for group in 0..groups {
                let at = number * groups + group;
                let censoring = rows.censoring[at];
                let any = censoring.censored > 0.0;
                let jump = if any { sum[group] / censoring.at_risk } else { 0.0 };
                let rate = if any { jump * censoring.censored / censoring.at_risk } else { 0.0 };
                found.jump.push(jump);
                found.drift.push(found.drift[at] + rate);
                let later = rate * weighted[before * groups + group];
                found.drift_weighted.push(found.drift_weighted[at] + later);
            }
            before = tied.events_before_next;
            for place in tied.rows.clone().filter(|&place| rows.end[place] == End::Competing) {
                sum[rows.group[place] as usize] += score.risk[place] / rows.own_weight[place];
            }
        }
        found
    }
}
