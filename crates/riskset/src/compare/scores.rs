//! Log-rank scores: each row's own part of a weighted log-rank statistic.
//!
//! A row scores W(t) for its event, less the sum of W d / n over the event times at which it is at
//! risk. The scores of a group add up to its observed less expected events, and do not depend on
//! who is in which group, so that permuting the groups permutes nothing else.

use super::events::{EventTime, event_times};
use super::weight::TimeWeight;
use crate::{Error, Groups, Observations};

/// The score of each row, in data order; they add up to 0 in each stratum.
pub(crate) fn scores(
    rows: &Observations,
    strata: Option<&Groups>,
    weight: TimeWeight,
) -> Result<Vec<f64>, Error> {
    let tables = event_times(rows, &Groups::single(rows.len()), strata)?;
    let paths: Vec<Path> = tables.into_iter().map(|times| Path::new(times, weight)).collect();
    let score = |row: usize| {
        let path = &paths[strata.map_or(0, |strata| strata.index()[row] as usize)];
        let time = rows.time()[row];
        let passed = path.up_to(time);
        // A row without an entry time is at risk from the origin, at time 0 too.
        let before = rows.entry().map_or(0, |entry| path.up_to(entry[row]));
        let own = if rows.event()[row] { path.weights[passed - 1] } else { 0.0 };
        own - (path.sums[passed] - path.sums[before])
    };
    // A row of weight 0 may have an event that is in no table.
    let counted = |row: usize| if rows.weight(row) > 0.0 { score(row) } else { 0.0 };
    Ok((0..rows.len()).map(counted).collect())
}

/// The weights of one stratum, and the sums of W d / n before its first event time, after it, ... .
struct Path {
    times: Vec<EventTime>,
    weights: Vec<f64>,
    sums: Vec<f64>,
}

impl Path {
    fn new(times: Vec<EventTime>, weight: TimeWeight) -> Path {
        let weights = weight.along(&times);
        let mut sums = vec![0.0];
        for (at, weight) in times.iter().zip(&weights) {
            sums.push(sums[sums.len() - 1] + weight * at.d() / at.n());
        }
        Path { times, weights, sums }
    }

    /// How many event times lie at or before `time`.
    fn up_to(&self, time: f64) -> usize {
        self.times.partition_point(|at| at.time <= time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Response, RightCensored};

    /// Times 1 (event), 2 (event), 2 (censored), 3 (event): d / n is 1/4, 1/3, 1.
    #[test]
    fn four_rows_by_hand() {
        let rows = RightCensored::new(&[1.0, 2.0, 2.0, 3.0], &[true, true, false, true]).unwrap();
        let found = scores(rows.observations(), None, TimeWeight::LOG_RANK).unwrap();
        let expected = [0.75, 1.0 - 7.0 / 12.0, -7.0 / 12.0, 1.0 - 19.0 / 12.0];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-15);
        }
    }
}
