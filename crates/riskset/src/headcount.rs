//! Who stands behind a weighted count: rows, and Kish's effective number.
//!
//! With case weights a number at risk is a sum of weights, which says nothing about how many
//! patients it rests on. The rows at risk say that; and with weights w of the rows at risk, the
//! effective number (sum w)² / (sum w²) says how many equally weighted patients would carry as much
//! information. It equals the rows when all weights are equal, and is smaller otherwise.
//!
//! Source: Kish (1992), Weighting for unequal P_i, J Off Stat 8:183-200.

use crate::{Groups, Observations};

/// The rows of one group behind the counts at any time. See [`Observations::headcounts`].
#[derive(Clone, Debug, PartialEq)]
pub struct Headcounts {
    rows: usize,
    /// By event or censoring time.
    stops: Sums,
    /// By entry time; empty when all rows are followed from the origin.
    entries: Sums,
    /// The times of the events, increasing.
    events: Vec<f64>,
    /// The ends of rows after which the patient goes on in another, increasing.
    continuing: Vec<f64>,
}

/// What has happened to the rows of a group just before a time, each counted once whatever its
/// weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Headcount {
    /// At risk: entered before the time, and neither failed nor censored before it.
    pub at_risk: usize,
    /// Failed before the time.
    pub events: usize,
    /// Censored before the time.
    pub censored: usize,
    /// Kish's effective number at risk; `None` where nobody at risk has a weight above 0.
    pub effective: Option<f64>,
}

/// Rows by increasing time, with sums over each of them and all later ones.
#[derive(Clone, Debug, PartialEq, Default)]
struct Sums {
    time: Vec<f64>,
    /// The sums of the weights and of their squares, from each place on.
    from_here: Vec<(f64, f64)>,
}

impl Sums {
    /// `rows` come by decreasing time, as time and weight.
    fn new(rows: impl Iterator<Item = (f64, f64)>) -> Sums {
        let mut sums = Sums::default();
        let (mut weights, mut squares) = (0.0, 0.0);
        for (time, weight) in rows {
            weights += weight;
            squares += weight * weight;
            sums.time.push(time);
            sums.from_here.push((weights, squares));
        }
        sums.time.reverse();
        sums.from_here.reverse();
        sums
    }

    /// How many rows have this time or a later one, and their sums.
    fn from(&self, time: f64) -> (usize, (f64, f64)) {
        let first = self.time.partition_point(|&other| other < time);
        (self.time.len() - first, self.from_here.get(first).copied().unwrap_or_default())
    }
}

impl Headcounts {
    /// The rows of the group.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The counts just before a time, observed or not, in the unit of the data.
    pub fn at(&self, time: f64) -> Headcount {
        // Whoever enters at the time or later is still followed then, and not yet at risk.
        let (followed, staying) = self.stops.from(time);
        // At the origin, where nobody has entered before, those who enter there are at risk.
        let at_origin = time == 0.0 && self.entries.from(0.0).0 == self.entries.time.len();
        let (waiting, later) = self.entries.from(if at_origin { f64::MIN_POSITIVE } else { time });
        let at_risk = followed - waiting;
        let events = self.events.partition_point(|&event| event < time);
        let gone_on = self.continuing.partition_point(|&end| end < time);
        let weights = (staying.0 - later.0).max(0.0);
        let squares = (staying.1 - later.1).max(0.0);
        Headcount {
            at_risk,
            events,
            censored: self.rows - followed - events - gone_on,
            // A difference of sums may leave a rounding of nobody, and more than the rows.
            effective: (at_risk > 0 && squares > 0.0)
                .then(|| (weights * weights / squares).min(at_risk as f64)),
        }
    }
}

impl Observations {
    /// The rows behind the counts of each group, in group order.
    ///
    /// # Panics
    ///
    /// When `groups` has another number of rows.
    pub fn headcounts(&self, groups: &Groups) -> Vec<Headcounts> {
        assert_eq!(groups.index().len(), self.len(), "one group for each row");
        let of = |group: usize, order: &[u32]| -> Vec<usize> {
            let rows = order.iter().rev().map(|&row| row as usize);
            rows.filter(|&row| groups.index()[row] as usize == group).collect()
        };
        let one = |group: usize| {
            let rows = of(group, self.order());
            let weighted = |row: usize, time: &[f64]| (time[row], self.weight(row));
            let failed = rows.iter().rev().filter(|&&row| self.event()[row]);
            let goes_on = |row: &&usize| self.continuing().is_some_and(|rows| rows[**row]);
            let gone_on = rows.iter().rev().filter(goes_on);
            Headcounts {
                rows: rows.len(),
                stops: Sums::new(rows.iter().map(|&row| weighted(row, self.time()))),
                entries: match (self.entry(), self.entry_order()) {
                    (Some(entry), Some(order)) => {
                        Sums::new(of(group, order).into_iter().map(|row| weighted(row, entry)))
                    }
                    _ => Sums::default(),
                },
                events: failed.map(|&row| self.time()[row]).collect(),
                continuing: gone_on.map(|&row| self.time()[row]).collect(),
            }
        };
        (0..groups.count()).map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CountingProcess, RightCensored};

    /// Three rows of weight 1, 2 and 3: (1 + 2 + 3)² / (1 + 4 + 9) = 36/14, and after the first
    /// has left (2 + 3)² / (4 + 9) = 25/13.
    #[test]
    fn three_weighted_rows_by_hand() {
        let response = RightCensored::new(&[1.0, 2.0, 3.0], &[true, false, true]).unwrap();
        let rows = response.with_weights(&[1.0, 2.0, 3.0]).unwrap().into_observations();
        let counts = &rows.headcounts(&Groups::single(3))[0];
        let at = |time| counts.at(time);
        assert_eq!(counts.rows(), 3);
        let start = Headcount { at_risk: 3, events: 0, censored: 0, effective: Some(36.0 / 14.0) };
        assert_eq!(at(0.0), start);
        assert_eq!(at(1.0), start, "who fails at 1 is still at risk just before it");
        let later = Headcount { at_risk: 2, events: 1, censored: 0, effective: Some(25.0 / 13.0) };
        assert_eq!(at(1.5), later);
        let end = Headcount { at_risk: 0, events: 2, censored: 1, effective: None };
        assert_eq!(at(3.5), end);
    }

    #[test]
    fn equal_weights_leave_every_row_effective() {
        let response = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4]).unwrap();
        let rows = response.with_weights(&[0.5; 4]).unwrap().into_observations();
        let counts = &rows.headcounts(&Groups::single(4))[0];
        for time in [0.0, 1.5, 2.5, 3.5] {
            let count = counts.at(time);
            assert_eq!(count.effective, Some(count.at_risk as f64));
        }
    }

    /// Rows on (0, 4], (2, 5] and (3, 6]: at 2.5 only the first two have entered.
    #[test]
    fn who_has_not_entered_is_not_counted() {
        let response =
            CountingProcess::new(&[0.0, 2.0, 3.0], &[4.0, 5.0, 6.0], &[true, false, true]).unwrap();
        let rows = response.with_weights(&[1.0, 3.0, 1.0]).unwrap().into_observations();
        let counts = &rows.headcounts(&Groups::single(3))[0];
        let now = counts.at(2.5);
        assert_eq!((now.at_risk, now.events, now.censored), (2, 0, 0));
        assert_eq!(now.effective, Some(16.0 / 10.0));
        assert_eq!(counts.at(2.0).at_risk, 1, "who enters at 2 is not at risk at 2");
        assert_eq!(counts.at(5.5).at_risk, 1);
    }
}
