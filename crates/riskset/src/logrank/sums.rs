//! One pass over the rows of each stratum, adding up what the tests need.

use super::{LogRankGroup, LogRankWeight};
use crate::sweep::{Columns, Marks};
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

/// The rows of each stratum, in stratum order, and what is read of them.
pub(super) struct Strata<'a> {
    /// By increasing time.
    by_time: Vec<Cow<'a, [u32]>>,
    /// The times, in that order.
    times: Vec<Cow<'a, [f64]>>,
    /// By increasing entry time; empty when all are followed from the origin.
    by_entry: Vec<Cow<'a, [u32]>>,
    /// The stratum of each row, in data order; `None` when all are in one.
    index: Option<&'a [u32]>,
    /// Group and event of each row.
    columns: Columns<'a>,
}

impl<'a> Strata<'a> {
    pub fn new(rows: &'a Observations, groups: &'a Groups, strata: Option<&'a Groups>) -> Self {
        let (order, entry_order) = (rows.order(), rows.entry_order().unwrap_or_default());
        let split = |order: &'a [u32]| match strata {
            None => vec![Cow::Borrowed(order)],
            Some(strata) => strata.split(order).into_iter().map(Cow::Owned).collect(),
        };
        let by_time = split(order);
        let times = match strata {
            None => vec![Cow::Borrowed(rows.sorted_time())],
            Some(_) => {
                let time = |&row: &u32| rows.time()[row as usize];
                by_time.iter().map(|rows| Cow::Owned(rows.iter().map(time).collect())).collect()
            }
        };
        Strata {
            by_time,
            times,
            by_entry: split(entry_order),
            index: strata.map(Groups::index),
            columns: Columns::new(groups, Marks::Events(rows.event())),
        }
    }
}

impl Sums {
    /// Adds up over the strata. `slots` says where each group is counted: rows of a group without
    /// a slot are left out. The slots in use are 0, 1, ... .
    pub fn new(
        rows: &Observations,
        groups: &Groups,
        slots: &[Option<u32>],
        strata: &Strata<'_>,
        weight: LogRankWeight,
    ) -> Sums {
        let count = slots.iter().flatten().count();
        let slots: Vec<usize> =
            slots.iter().map(|slot| slot.map_or(count, |slot| slot as usize)).collect();
        let mut totals = vec![Totals::default(); count];
        let starts = count_rows(rows, groups, &slots, strata, &mut totals);
        let mut sweep = Sweep {
            rows,
            groups,
            slots,
            counts: Counts::default(),
            totals,
            variance: vec![0.0; count * (count + 1) / 2],
            weight,
        };
        for (stratum, at_risk) in starts.chunks(count).enumerate() {
            sweep.counts = Counts::new(at_risk);
            sweep.add_stratum(strata, stratum);
        }
        sweep.finish()
    }
}

/// Counts the rows of each group, and returns who is at risk from the start: slot by slot, one
/// stratum after the other. In data order, which is the order of memory.
fn count_rows(
    rows: &Observations,
    groups: &Groups,
    slots: &[usize],
    strata: &Strata<'_>,
    totals: &mut [Totals],
) -> Vec<f64> {
    let mut starts = vec![0.0; strata.by_time.len() * totals.len()];
    let late = rows.entry_order().is_some();
    let count = totals.len();
    for (row, &group) in groups.index().iter().enumerate() {
        let slot = slots[group as usize];
        let Some(totals) = totals.get_mut(slot) else { continue };
        let people = rows.people_at(row);
        totals.n += people;
        totals.events += people * usize::from(rows.event()[row]);
        if !late {
            let stratum = strata.index.map_or(0, |index| index[row] as usize);
            starts[stratum * count + slot] += rows.weight(row);
        }
    }
    starts
}

/// The counts of one time, by slot and in all. They are whole numbers, so that adding to them and
/// taking from them is exact.
#[derive(Default)]
struct Counts {
    at_risk: Vec<f64>,
    events: Vec<f64>,
    leaving: Vec<f64>,
    all_at_risk: f64,
    all_events: f64,
    all_leaving: f64,
}

impl Counts {
    fn new(at_risk: &[f64]) -> Counts {
        Counts {
            at_risk: at_risk.to_vec(),
            events: vec![0.0; at_risk.len()],
            leaving: vec![0.0; at_risk.len()],
            all_at_risk: at_risk.iter().sum(),
            ..Counts::default()
        }
    }

    /// Counts a row that leaves at this time.
    fn add(&mut self, slot: usize, event: u32, weight: f64) {
        let events = weight * f64::from(event);
        self.leaving[slot] += weight;
        self.events[slot] += events;
        self.all_leaving += weight;
        self.all_events += events;
    }

    /// Lets those go who leave at this time.
    fn next_time(&mut self) {
        for slot in 0..self.at_risk.len() {
            self.at_risk[slot] -= self.leaving[slot];
            self.leaving[slot] = 0.0;
            self.events[slot] = 0.0;
        }
        self.all_at_risk -= self.all_leaving;
        (self.all_leaving, self.all_events) = (0.0, 0.0);
    }
}

/// What has been added up of one group.
#[derive(Clone, Copy, Default)]
struct Totals {
    n: usize,
    events: usize,
    observed: f64,
    score: f64,
}

/// The pass: forward through the times of each stratum.
///
/// Invariant, when a time is added: `at_risk` holds the rows with entry < time that have not left
/// before it, `events` and `leaving` those of the time.
struct Sweep<'a> {
    rows: &'a Observations,
    groups: &'a Groups,
    /// The slot of each group; that of the groups left out is one more than the last.
    slots: Vec<usize>,
    counts: Counts,
    totals: Vec<Totals>,
    /// The lower triangle, one row after the other.
    variance: Vec<f64>,
    weight: LogRankWeight,
}

impl Sweep<'_> {
    fn add_stratum(&mut self, strata: &Strata<'_>, stratum: usize) {
        let rows = self.rows;
        let mut time_weight = TimeWeight::new(self.weight);
        let (mut current, mut next_entry) = (f64::NAN, 0);
        let (by_time, times) = (&strata.by_time[stratum], &strata.times[stratum]);
        let by_entry = &strata.by_entry[stratum];
        strata.columns.blocks(by_time, times, |block| {
            for (i, &time) in block.time.iter().enumerate() {
                if time != current {
                    self.enter(by_entry, &mut next_entry, current);
                    self.add_time(&mut time_weight);
                    current = time;
                }
                let slot = self.slots[block.group[i] as usize];
                if slot < self.totals.len() {
                    self.counts.add(slot, block.mark[i], rows.weight(block.rows[i] as usize));
                }
            }
        });
        self.enter(by_entry, &mut next_entry, current);
        self.add_time(&mut time_weight);
    }

    /// Puts at risk the rows that enter before `time`; none before the first, which is NaN.
    fn enter(&mut self, by_entry: &[u32], next: &mut usize, time: f64) {
        let Some(entry) = self.rows.entry() else { return };
        while let Some(&row) = by_entry.get(*next).filter(|&&row| entry[row as usize] < time) {
            *next += 1;
            let row = row as usize;
            let slot = self.slots[self.groups.index()[row] as usize];
            if let Some(at_risk) = self.counts.at_risk.get_mut(slot) {
                *at_risk += self.rows.weight(row);
                self.counts.all_at_risk += self.rows.weight(row);
            }
        }
    }

    fn add_time(&mut self, time_weight: &mut TimeWeight) {
        let (n, d) = (self.counts.all_at_risk, self.counts.all_events);
        if d > 0.0 {
            self.add_events(n, d, time_weight.next(n, d));
        }
        self.counts.next_time();
    }

    /// Adds observed minus expected events, and their hypergeometric variance.
    fn add_events(&mut self, n: f64, d: f64, weight: f64) {
        let scale = weight / n;
        let spread = if n > 1.0 { scale * scale * d * (n - d) / (n - 1.0) } else { 0.0 };
        let (at_risk, events) = (&self.counts.at_risk[..], &self.counts.events[..]);
        let mut cells = self.variance.iter_mut();
        for (a, totals) in self.totals.iter_mut().enumerate() {
            totals.observed += weight * events[a];
            // The bracket is exact, so that equal shares give 0.
            totals.score += scale * (events[a] * n - d * at_risk[a]);
            let share = spread * at_risk[a];
            for (other, cell) in at_risk[..a].iter().zip(cells.by_ref()) {
                *cell -= share * other;
            }
            if let Some(cell) = cells.next() {
                *cell += share * (n - at_risk[a]);
            }
        }
    }

    fn finish(self) -> Sums {
        let count = self.totals.len();
        let mut variance = vec![0.0; count * count];
        let mut cells = self.variance.iter();
        for a in 0..count {
            for (b, &cell) in (0..=a).zip(cells.by_ref()) {
                variance[a * count + b] = cell;
                variance[b * count + a] = cell;
            }
        }
        let group = |totals: &Totals| LogRankGroup {
            n: totals.n,
            events: totals.events,
            observed: totals.observed,
            expected: totals.observed - totals.score,
        };
        Sums {
            groups: self.totals.iter().map(group).collect(),
            score: self.totals.iter().map(|totals| totals.score).collect(),
            variance,
        }
    }
}

/// The weight of the event times of one stratum, in order.
pub(super) struct TimeWeight {
    weight: LogRankWeight,
    /// The pooled Kaplan-Meier estimate, or Peto and Peto's product, so far.
    product: f64,
}

impl TimeWeight {
    pub fn new(weight: LogRankWeight) -> TimeWeight {
        TimeWeight { weight, product: 1.0 }
    }

    /// The weight of the next event time, with `d` events among `n` at risk.
    pub fn next(&mut self, n: f64, d: f64) -> f64 {
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
