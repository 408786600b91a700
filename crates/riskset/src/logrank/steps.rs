//! The log-rank test, one event time after the other: for teaching and for checking by hand.

use super::LogRank;
use super::sums::TimeWeight;
use crate::{Error, Groups, Observations, Response, RiskSets};

/// One event time of one stratum, and what it adds to the test.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct LogRankStep {
    /// The stratum, from 0.
    pub stratum: usize,
    /// The time, in the unit of the data.
    pub time: f64,
    /// At risk just before it: all groups.
    pub n_risk: f64,
    /// Events at it: all groups.
    pub n_event: f64,
    /// Its weight W; 1 for the log-rank test itself.
    pub weight: f64,
    /// Each group, in group order.
    pub groups: Vec<GroupStep>,
}

/// One group at one event time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct GroupStep {
    /// At risk just before the time, n_g.
    pub n_risk: f64,
    /// Events at it, d_g.
    pub n_event: f64,
    /// The share of the events if the groups did not differ, d n_g / n.
    pub expected: f64,
    /// The hypergeometric variance of d_g: d (n_g/n) (1 - n_g/n) (n - d) / (n - 1); 0 where only one
    /// is at risk.
    pub variance: f64,
}

impl LogRank<'_> {
    /// What each event time adds to [`test`](Self::test), stratum by stratum in order of time: the
    /// observed, expected and variance of a group are the sums of W d_g, W expected and W^2
    /// variance.
    ///
    /// # Errors
    ///
    /// As [`test`](Self::test).
    pub fn steps(
        &self,
        response: &impl Response,
        groups: &Groups,
    ) -> Result<Vec<LogRankStep>, Error> {
        let rows = self.check(response, groups)?;
        let all = [(0..rows.len()).collect()];
        let of_strata = self.strata.map_or_else(|| all.to_vec(), Groups::rows);
        let mut steps = Vec::new();
        for (stratum, rows_of) in of_strata.iter().enumerate() {
            let sets = by_group(rows, groups, rows_of)?;
            let mut weight = TimeWeight::new(self.weight);
            for time in event_times(&sets) {
                let counts: Vec<(f64, f64)> = sets.iter().map(|set| at(set, time)).collect();
                let n: f64 = counts.iter().map(|(n, _)| n).sum();
                let d: f64 = counts.iter().map(|(_, d)| d).sum();
                let group = |&(n_risk, n_event): &(f64, f64)| {
                    let share = n_risk / n;
                    let spread = if n > 1.0 { d * (n - d) / (n - 1.0) } else { 0.0 };
                    let variance = share * (1.0 - share) * spread;
                    GroupStep { n_risk, n_event, expected: d * share, variance }
                };
                steps.push(LogRankStep {
                    stratum,
                    time,
                    n_risk: n,
                    n_event: d,
                    weight: weight.next(n, d),
                    groups: counts.iter().map(group).collect(),
                });
            }
        }
        Ok(steps)
    }
}

/// The risk sets of each group within some rows; `None` for a group without any.
fn by_group(
    rows: &Observations,
    groups: &Groups,
    within: &[usize],
) -> Result<Vec<Option<RiskSets>>, Error> {
    (0..groups.count() as u32)
        .map(|group| {
            let of_group: Vec<usize> =
                within.iter().copied().filter(|&row| groups.index()[row] == group).collect();
            if of_group.is_empty() {
                return Ok(None);
            }
            let single = Groups::single(of_group.len());
            Ok(rows.select(&of_group)?.risk_sets(&single).pop())
        })
        .collect()
}

/// The distinct times at which some group has an event, increasing.
fn event_times(sets: &[Option<RiskSets>]) -> Vec<f64> {
    let of = |set: &RiskSets| -> Vec<f64> {
        (0..set.len()).filter(|&at| set.n_event[at] > 0.0).map(|at| set.time[at]).collect()
    };
    let mut times: Vec<f64> = sets.iter().flatten().flat_map(of).collect();
    times.sort_by(f64::total_cmp);
    times.dedup();
    times
}

/// At risk just before a time, and events at it.
fn at(set: &Option<RiskSets>, time: f64) -> (f64, f64) {
    let Some(set) = set else { return (0.0, 0.0) };
    let place = set.time.partition_point(|&before| before < time);
    let event = (set.time.get(place) == Some(&time)).then(|| set.n_event[place]);
    (set.n_risk_at(time), event.unwrap_or(0.0))
}
