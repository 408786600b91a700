//! The table of risk sets, from which Kaplan-Meier, Nelson-Aalen and the log-rank test are made.

use crate::{Groups, Observations};

/// The counts at one observed time. With case weights every count is a sum of weights.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RiskSet {
    /// The time, in the unit of the data.
    pub time: f64,
    /// At risk just before the time: entered before it, and neither failed nor censored before it.
    pub n_risk: f64,
    /// Events at the time.
    pub n_event: f64,
    /// Censored at the time; they are still in `n_risk`.
    pub n_censor: f64,
}

impl Observations {
    /// The risk sets of each group: one entry per distinct event or censoring time of the group,
    /// increasing. Entry times add none.
    ///
    /// A row is at risk at t when entry < t <= time; without entry times, when t <= time, so that
    /// a row of time 0 is at risk at 0.
    pub fn risk_sets(&self, groups: &Groups) -> Vec<Vec<RiskSet>> {
        let mut sets: Vec<Vec<RiskSet>> = vec![Vec::new(); groups.count()];
        // Backwards through time, so that at risk is a sum of what has been met, never a difference.
        let mut left: Vec<f64> = vec![0.0; groups.count()];
        for &row in self.order().iter().rev() {
            let row = row as usize;
            let group = groups.index()[row] as usize;
            let (time, weight) = (self.time()[row], self.weight(row));
            left[group] += weight;
            let (event, censor) = if self.event()[row] { (weight, 0.0) } else { (0.0, weight) };
            match sets[group].last_mut() {
                Some(set) if set.time == time => {
                    set.n_risk = left[group];
                    set.n_event += event;
                    set.n_censor += censor;
                }
                _ => sets[group].push(RiskSet {
                    time,
                    n_risk: left[group],
                    n_event: event,
                    n_censor: censor,
                }),
            }
        }
        self.take_out_late_entries(groups, &mut sets);
        for sets in &mut sets {
            sets.reverse();
        }
        sets
    }

    /// Takes from each risk set (decreasing times) the rows that enter at its time or later.
    fn take_out_late_entries(&self, groups: &Groups, sets: &mut [Vec<RiskSet>]) {
        let (Some(entry), Some(order)) = (self.entry(), self.entry_order()) else { return };
        let mut late: Vec<f64> = vec![0.0; groups.count()];
        let mut next: Vec<usize> = vec![0; groups.count()]; // the first set not yet final
        for &row in order.iter().rev() {
            let row = row as usize;
            let group = groups.index()[row] as usize;
            while let Some(set) = sets[group].get_mut(next[group]) {
                if set.time <= entry[row] {
                    break;
                }
                set.n_risk -= late[group];
                next[group] += 1;
            }
            late[group] += self.weight(row);
        }
        for (group, sets) in sets.iter_mut().enumerate() {
            for set in &mut sets[next[group]..] {
                set.n_risk -= late[group];
            }
        }
    }
}
