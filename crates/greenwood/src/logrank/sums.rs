//! One pass over the rows of each stratum, adding up what the tests need.

use super::{LogRankGroup, LogRankWeight};
use crate::{Groups, Observations};
use std::borrow::Cow;

/// Observed, expected, their differences and the variance of these, over all strata.
pub(super) struct Sums {
    pub groups: Vec<LogRankGroup>,
    /// Observed minus expected, added up as differences, which loses no digits to cancellation.
    pub score: Vec<f64>,
    /// Group by group, one row after the other.
    pub variance: Vec<f64>,
}

/// The rows of one stratum.
pub(super) struct Stratum<'a> {
    /// By increasing time.
    by_time: Cow<'a, [u32]>,
    /// By increasing entry time; empty when all are followed from the origin.
    by_entry: Cow<'a, [u32]>,
}

/// The rows of each stratum, in stratum order; all rows when there are no strata.
pub(super) fn rows_by_stratum<'a>(
    rows: &'a Observations,
    strata: Option<&Groups>,
) -> Vec<Stratum<'a>> {
    let by_entry = rows.entry_order().unwrap_or_default();
    let Some(strata) = strata else {
        return vec![Stratum { by_time: rows.order().into(), by_entry: by_entry.into() }];
    };
    let (times, entries) = (strata.split(rows.order()), strata.split(by_entry));
    let join = |(by_time, by_entry): (Vec<u32>, Vec<u32>)| Stratum {
        by_time: by_time.into(),
        by_entry: by_entry.into(),
    };
    times.into_iter().zip(entries).map(join).collect()
}

/// The counts at one time, by slot.
struct Counts {
    at_risk: Vec<f64>,
    events: Vec<f64>,
    leaving: Vec<f64>,
}

impl Sums {
    /// Adds up over the strata. `slots` says where each group is counted: rows of a group without
    /// a slot are left out. The slots in use are 0, 1, ... .
    pub fn new(
        rows: &Observations,
        groups: &Groups,
        slots: &[Option<u32>],
        strata: &[Stratum<'_>],
        weight: LogRankWeight,
    ) -> Sums {
        let count = slots.iter().flatten().count();
        let empty = LogRankGroup { n: 0, events: 0, observed: 0.0, expected: 0.0 };
        let mut sums = Sums {
            groups: vec![empty; count],
            score: vec![0.0; count],
            variance: vec![0.0; count * count],
        };
        let slot = |row: usize| slots[groups.index()[row] as usize].map(|slot| slot as usize);
        for stratum in strata {
            sums.add_stratum(rows, stratum, slot, weight);
        }
        sums
    }

    /// Forward through the times of a stratum. Counts are whole numbers, so that adding and
    /// taking away is exact. Invariant: at the top of the loop `at_risk` holds, by slot, the rows
    /// with entry < time that have not left before it.
    fn add_stratum(
        &mut self,
        rows: &Observations,
        stratum: &Stratum<'_>,
        slot: impl Fn(usize) -> Option<usize>,
        weight: LogRankWeight,
    ) {
        let count = self.groups.len();
        let mut counts = Counts {
            at_risk: vec![0.0; count],
            events: vec![0.0; count],
            leaving: vec![0.0; count],
        };
        let mut time_weight = TimeWeight::new(weight);
        let late = rows.entry();
        for &row in stratum.by_time.iter() {
            let row = row as usize;
            let Some(slot) = slot(row) else { continue };
            self.groups[slot].n += 1;
            self.groups[slot].events += usize::from(rows.event()[row]);
            if late.is_none() {
                counts.at_risk[slot] += rows.weight(row);
            }
        }
        let (mut next, mut next_entry) = (0, 0);
        while let Some(&first) = stratum.by_time.get(next) {
            let time = rows.time()[first as usize];
            while let Some(&row) = stratum.by_time.get(next) {
                let row = row as usize;
                if rows.time()[row] != time {
                    break;
                }
                next += 1;
                let Some(slot) = slot(row) else { continue };
                let weight = rows.weight(row);
                counts.leaving[slot] += weight;
                if rows.event()[row] {
                    counts.events[slot] += weight;
                }
            }
            if let Some(entry) = late {
                while let Some(&row) = stratum.by_entry.get(next_entry) {
                    let row = row as usize;
                    if entry[row] >= time {
                        break;
                    }
                    next_entry += 1;
                    let Some(slot) = slot(row) else { continue };
                    counts.at_risk[slot] += rows.weight(row);
                }
            }
            self.add_time(&counts, &mut time_weight);
            for slot in 0..count {
                counts.at_risk[slot] -= counts.leaving[slot];
                counts.leaving[slot] = 0.0;
                counts.events[slot] = 0.0;
            }
        }
    }

    /// Adds the observed and expected events of one time, and the hypergeometric variance.
    fn add_time(&mut self, counts: &Counts, time_weight: &mut TimeWeight) {
        let n: f64 = counts.at_risk.iter().sum();
        let d: f64 = counts.events.iter().sum();
        if d <= 0.0 {
            return;
        }
        let weight = time_weight.next(n, d);
        let (inverse, rate) = (1.0 / n, d / n);
        let spread = if n > 1.0 { weight * weight * rate * (n - d) / (n - 1.0) } else { 0.0 };
        let count = self.groups.len();
        for a in 0..count {
            let (n_a, d_a) = (counts.at_risk[a], counts.events[a]);
            self.groups[a].observed += weight * d_a;
            self.groups[a].expected += weight * rate * n_a;
            // (d_a n - d n_a) / n is exact in its numerator, so that equal shares give 0.
            self.score[a] += weight * (d_a * n - d * n_a) * inverse;
            let share = spread * n_a * inverse;
            self.variance[a * count + a] += share * (n - n_a);
            for b in 0..a {
                let between = share * counts.at_risk[b];
                self.variance[a * count + b] -= between;
                self.variance[b * count + a] -= between;
            }
        }
    }
}

/// The weight of the event times of one stratum, in order.
struct TimeWeight {
    weight: LogRankWeight,
    /// The pooled Kaplan-Meier estimate, or Peto and Peto's product, so far.
    product: f64,
}

impl TimeWeight {
    fn new(weight: LogRankWeight) -> TimeWeight {
        TimeWeight { weight, product: 1.0 }
    }

    /// The weight of the next event time, with `d` events among `n` at risk.
    fn next(&mut self, n: f64, d: f64) -> f64 {
        match self.weight {
            LogRankWeight::LogRank => 1.0,
            LogRankWeight::GehanWilcoxon => n,
            LogRankWeight::TaroneWare => n.sqrt(),
            LogRankWeight::PetoPeto => {
                self.product *= 1.0 - d / (n + 1.0);
                self.product
            }
            LogRankWeight::FlemingHarrington { rho, gamma } => {
                let before = self.product;
                self.product *= (n - d) / n;
                before.powf(rho) * (1.0 - before).powf(gamma) // 0 to the power 0 is 1
            }
        }
    }
}
