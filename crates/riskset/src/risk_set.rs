//! The table of risk sets, from which Kaplan-Meier and Nelson-Aalen are made.
//!
//! Conventions, decided once: whoever is censored at t is at risk at t; a row with an entry time
//! is at risk on (entry, time]; a row without one is at risk from the origin, so that a row of
//! time 0 is at risk at 0; entry times add no rows to the table.

use crate::columns;
use crate::sweep::{Columns, Marks};
use crate::{Groups, Observations};
use rayon::prelude::*;

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
    /// Censored at the time; they are still in `n_risk`. A row after which its patient goes on in
    /// another is not censored, where [`Observations::followed_by`] knows it.
    pub n_censor: f64,
}

/// The risk sets of one group as columns of equal length: one entry per distinct event or
/// censoring time, increasing, at least one.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RiskSets {
    /// The times, in the unit of the data.
    pub time: Vec<f64>,
    /// At risk just before each time.
    pub n_risk: Vec<f64>,
    /// Events at each time.
    pub n_event: Vec<f64>,
    /// Censored at each time; they are still in `n_risk`.
    pub n_censor: Vec<f64>,
    /// With case weights, the counts in rows; `None` without, where the columns say it.
    pub rows: Option<RowCounts>,
    /// Late entries; `None` when all rows are followed from the origin.
    pub entries: Option<Entries>,
    /// The rows of the group, each counted once; the people, where rows are counted.
    pub n_rows: usize,
    /// The rows of the group that end with the event, likewise.
    pub n_events: usize,
    /// The rows of the group after which the patient goes on in another row; 0 where it is not known
    /// which rows are of one patient.
    pub n_continuing: usize,
}

/// The counts of a weighted table with each row counted once, whatever its weight. They decide
/// what must be exact: how many tied events there are, and when nobody is left.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RowCounts {
    /// At risk just before each time.
    pub at_risk: Vec<u32>,
    /// Events at each time.
    pub events: Vec<u32>,
}

/// Who enters when, for the number at risk between the observed times.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Entries {
    time: Vec<f64>,
    /// The sum of the weights of this entry and of all later ones.
    from_here: Vec<f64>,
}

impl Entries {
    /// The sum of weights of the rows that enter at `time` or later, and their number.
    fn at_or_after(&self, time: f64) -> (f64, usize) {
        let first = self.time.partition_point(|&entry| entry < time);
        self.after(first)
    }

    /// The same of the rows from the place `first` on.
    fn after(&self, first: usize) -> (f64, usize) {
        (self.from_here.get(first).copied().unwrap_or(0.0), self.time.len() - first)
    }
}

impl RiskSets {
    /// The number of distinct times, at least one.
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// Never: every group has a row.
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// One entry of the table, by its place in time.
    ///
    /// # Panics
    ///
    /// When `index` is not below [`len`](Self::len).
    pub fn get(&self, index: usize) -> RiskSet {
        RiskSet {
            time: self.time[index],
            n_risk: self.n_risk[index],
            n_event: self.n_event[index],
            n_censor: self.n_censor[index],
        }
    }

    /// The number at risk just before any time, observed or not: rows with entry < `time`, still
    /// under observation; 0 after the last time. At the origin, where nobody has entered before, it
    /// is the rows that enter there: those who are followed from time 0.
    pub fn n_risk_at(&self, time: f64) -> f64 {
        // Between two observed times nobody leaves, but people may enter.
        let next = self.time.partition_point(|&observed| observed < time);
        let Some(&n_risk) = self.n_risk.get(next) else { return 0.0 };
        let Some(entries) = &self.entries else { return n_risk };
        let later = match time == 0.0 && entries.at_or_after(0.0).1 == entries.time.len() {
            true => entries.at_or_after(f64::MIN_POSITIVE),
            false => entries.at_or_after(time),
        };
        let observed = entries.at_or_after(self.time[next]);
        // In rows, so that rounding of weights never leaves a part of a patient at risk.
        match &self.rows {
            Some(rows) if rows.at_risk[next] as usize == later.1 - observed.1 => 0.0,
            _ => (n_risk - (later.0 - observed.0)).max(0.0),
        }
    }

    /// From when on anybody is under observation, where rows enter late: the first entry. `None` where
    /// all rows are followed from the origin.
    pub fn first_entry(&self) -> Option<f64> {
        self.entries.as_ref()?.time.first().copied()
    }

    /// Whether an estimate is known at `time`: not before the first entry, where rows enter late, and not
    /// after the last time, unless nothing can change any more.
    pub(crate) fn is_known_at(&self, time: f64, settled: bool) -> bool {
        let observed = self.first_entry().is_none_or(|entry| entry <= time);
        let last = *self.time.last().expect("every group has at least one time");
        observed && (time <= last || settled)
    }

    fn with_capacity(rows: usize, weighted: bool) -> RiskSets {
        RiskSets {
            time: Vec::with_capacity(rows),
            n_event: Vec::with_capacity(rows),
            n_censor: Vec::with_capacity(rows),
            rows: weighted.then(RowCounts::default),
            ..RiskSets::default()
        }
    }

    /// Adds one row that stands for so many people; rows come by increasing time.
    fn add(&mut self, time: f64, is_event: u32, weight: f64, people: usize) {
        if self.time.last() != Some(&time) {
            self.time.push(time);
            self.n_event.push(0.0);
            self.n_censor.push(0.0);
            if let Some(rows) = &mut self.rows {
                rows.at_risk.push(0);
                rows.events.push(0);
            }
        }
        let last = self.time.len() - 1;
        // Without a branch on the event, which no processor could guess.
        self.n_rows += people;
        self.n_events += people * is_event as usize;
        self.n_event[last] += weight * f64::from(is_event);
        self.n_censor[last] += weight * f64::from(1 - is_event);
        if let Some(rows) = &mut self.rows {
            rows.at_risk[last] += 1; // who leaves here; summed up later
            rows.events[last] += is_event;
        }
    }

    /// Fills in the number at risk, backwards through time: a sum of those who leave at the time
    /// or later, never a difference, so that it is exact and positive with any weights.
    fn count_at_risk(&mut self) {
        if self.len() < self.time.capacity() / 2 {
            self.time.shrink_to_fit();
            self.n_event.shrink_to_fit();
            self.n_censor.shrink_to_fit();
        }
        self.n_risk = vec![0.0; self.len()];
        let mut left = 0.0;
        for i in (0..self.len()).rev() {
            left += self.n_event[i] + self.n_censor[i];
            self.n_risk[i] = left;
        }
        if let Some(rows) = &mut self.rows {
            for i in (1..rows.at_risk.len()).rev() {
                rows.at_risk[i - 1] += rows.at_risk[i];
            }
        }
    }

    /// Takes out of the number at risk the rows that enter at the time or later.
    ///
    /// With weights, a sum less another sum is not exact. So the number at risk is at least those
    /// who leave; and it is just those where nobody stays, so that the curve reaches 0 there.
    fn take_out(&mut self, entries: Entries) {
        let mut next = 0;
        for i in 0..self.len() {
            while entries.time.get(next).is_some_and(|&entry| entry < self.time[i]) {
                next += 1;
            }
            let (weight, rows) = entries.after(next);
            let leaving = self.n_event[i] + self.n_censor[i];
            self.n_risk[i] = (self.n_risk[i] - weight).max(leaving);
            if let Some(counts) = &mut self.rows {
                counts.at_risk[i] -= rows as u32;
                // The next count still holds everyone who leaves later, entered or not.
                if counts.at_risk.get(i + 1).map_or(0, |&later| later as usize) == rows {
                    self.n_risk[i] = leaving;
                }
            }
        }
        self.entries = Some(entries);
    }
}

/// A row with its place in the table of its group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Placed {
    pub group: usize,
    /// The entry of the table that has the row's time: the last one so far.
    pub place: usize,
    pub mark: u32,
    pub weight: f64,
    /// How many people it stands for.
    pub people: usize,
}

impl Observations {
    /// The risk sets of each group, in group order: one entry per distinct event or censoring
    /// time of the group.
    ///
    /// # Panics
    ///
    /// When `groups` has another number of rows; the estimators check it.
    pub fn risk_sets(&self, groups: &Groups) -> Vec<RiskSets> {
        self.risk_sets_with(groups, Marks::Events(self.event()), |_| {})
    }

    /// The same, in one pass with whatever else is counted: `also` sees each row once it has its
    /// place. A mark is 0 exactly where there is no event.
    pub(crate) fn risk_sets_with(
        &self,
        groups: &Groups,
        marks: Marks<'_>,
        mut also: impl FnMut(Placed),
    ) -> Vec<RiskSets> {
        // Where rows are counted the columns are of people, as if each had a row.
        let weighted = self.weights().is_some() && !self.is_counted();
        let mut sets: Vec<RiskSets> = groups
            .sizes()
            .into_iter()
            .map(|rows| RiskSets::with_capacity(rows, weighted))
            .collect();
        Columns::new(groups, marks).blocks(self.order(), self.sorted_time(), |block| {
            for (i, &row) in block.rows.iter().enumerate() {
                let (weight, mark) = (self.weight(row as usize), block.mark[i]);
                let people = self.people_at(row as usize);
                let group = block.group[i] as usize;
                let set = &mut sets[group];
                set.add(block.time[i], u32::from(mark != 0), weight, people);
                also(Placed { group, place: set.len() - 1, mark, weight, people });
            }
        });
        if self.len() >= columns::MANY {
            sets.par_iter_mut().for_each(RiskSets::count_at_risk);
        } else {
            sets.iter_mut().for_each(RiskSets::count_at_risk);
        }
        self.take_out_late_entries(groups, &mut sets);
        self.take_out_continuing(groups, &mut sets);
        sets
    }

    /// Whoever goes on in another row leaves the risk set, and is not censored.
    fn take_out_continuing(&self, groups: &Groups, sets: &mut [RiskSets]) {
        let Some(continuing) = self.continuing() else { return };
        let mut places = vec![0; sets.len()];
        let mut going = vec![0usize; sets.len()];
        for (&row, &time) in self.order().iter().zip(self.sorted_time()) {
            let row = row as usize;
            if !continuing[row] {
                continue;
            }
            let group = groups.index()[row] as usize;
            let (set, place) = (&mut sets[group], &mut places[group]);
            while set.time[*place] < time {
                *place += 1;
            }
            set.n_censor[*place] = (set.n_censor[*place] - self.weight(row)).max(0.0);
            going[group] += self.people_at(row);
        }
        for (set, going) in sets.iter_mut().zip(going) {
            set.n_continuing = going;
        }
    }

    /// Takes from each risk set the rows that enter at its time or later.
    fn take_out_late_entries(&self, groups: &Groups, sets: &mut [RiskSets]) {
        let (Some(times), Some(order)) = (self.sorted_entry(), self.entry_order()) else { return };
        let mut entries: Vec<Entries> = vec![Entries::default(); groups.count()];
        for (&row, &time) in order.iter().zip(times).rev() {
            let (row, group) = (row as usize, groups.index()[row as usize] as usize);
            let entries = &mut entries[group];
            let later = entries.from_here.last().copied().unwrap_or(0.0);
            entries.time.push(time);
            entries.from_here.push(later + self.weight(row));
        }
        for (sets, mut entries) in sets.iter_mut().zip(entries) {
            entries.time.reverse();
            entries.from_here.reverse();
            sets.take_out(entries);
        }
    }
}
