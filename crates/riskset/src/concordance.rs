//! Concordance: how often, of two patients, the one with the higher score has the event first.
//!
//! A pair can be compared when one of the two has the event while the other is still followed: the
//! other's time is later, or the same without an event, and it had entered before. Pairs with
//! events at the same time are left out; equal scores count one half. Harrell's index counts every
//! pair alike. Uno's divides each by the squared probability of being uncensored just before the
//! event, so that its limit does not depend on the censoring.
//!
//! The standard error is the infinitesimal jackknife: the index is a ratio N/D of sums over pairs,
//! so the derivative with respect to the weight of row i is (n_i - C d_i)/D, where n_i and d_i are
//! the parts of N and D of the pairs in which i takes part. Uno's weights are held fixed.
//!
//! Sources: Harrell, Califf, Pryor, Lee and Rosati (1982), J Am Med Assoc 247:2543-2546; Uno, Cai,
//! Pencina, D'Agostino and Wei (2011), Stat Med 30:1105-1117; Therneau and Watson (2015), Mayo
//! Clinic Technical Report 85. Reference program: `concordance` of R survival 3.5.

mod competing;
mod count;
mod difference;
mod pairs;

pub use difference::ConcordanceDifference;

use crate::choices;
use crate::{Error, Groups, Observations, Response, columns, sort};
use count::{Item, Weight};
use pairs::Pairs;
use rayon::prelude::*;
use std::borrow::Cow;

/// How pairs are weighted.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub enum ConcordanceWeight {
    /// Every pair counts alike.
    #[default]
    Harrell,
    /// A pair counts 1/G(t-)², t being the time of the event and G the Kaplan-Meier estimate of
    /// remaining uncensored. With `tau`, only events before it count.
    Uno {
        /// The end of the period for which the index is meant, in the unit of the data.
        tau: Option<f64>,
    },
}

choices!(
    ConcordanceWeight,
    "concordance",
    [
        (ConcordanceWeight::Harrell, "harrell", "Harrell's C"),
        (
            ConcordanceWeight::Uno { tau: None },
            "uno",
            "Uno's C, weighted by the inverse probability of censoring"
        ),
    ]
);

/// Concordance of scores with survival: its options, and [`estimate`](Self::estimate).
///
/// ```
/// use riskset::{ConcordanceIndex, RightCensored};
///
/// // Of the pairs (1, 2), (1, 3) and (2, 3) the last has its scores the wrong way round.
/// let rows = RightCensored::new(&[1.0, 2.0, 3.0], &[true, true, false])?;
/// let found = ConcordanceIndex::default().estimate(&rows, &[3.0, 1.0, 2.0])?;
/// assert!((found.estimate.unwrap() - 2.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct ConcordanceIndex<'a> {
    weight: ConcordanceWeight,
    strata: Option<&'a Groups>,
    cluster: Option<&'a Groups>,
}

/// An estimated concordance.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Concordance {
    /// The part of the pairs in which the higher score has the event first. `None` when no pair
    /// can be compared.
    pub estimate: Option<f64>,
    /// Its standard error, by cluster when there are clusters. `None` without an estimate.
    pub std_error: Option<f64>,
    /// The (weighted) number of pairs in which the higher score has the event first.
    pub concordant: f64,
    /// In which the lower score has.
    pub discordant: f64,
    /// In which the scores are equal.
    pub tied: f64,
}

impl<'a> ConcordanceIndex<'a> {
    /// Sets how pairs are weighted.
    pub fn weight(mut self, weight: ConcordanceWeight) -> Self {
        self.weight = weight;
        self
    }

    /// Compares only within strata.
    pub fn strata(mut self, strata: impl Into<Option<&'a Groups>>) -> Self {
        self.strata = strata.into();
        self
    }

    /// Takes rows of one cluster together in the standard error.
    pub fn cluster(mut self, cluster: impl Into<Option<&'a Groups>>) -> Self {
        self.cluster = cluster.into();
        self
    }

    /// Estimates the concordance of `scores`, one per row in data order; a higher score stands for
    /// an earlier event.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], [`Error::Covariate`] for a score that is not finite, and
    /// [`Error::Unsupported`] for Uno's weights with late entries.
    pub fn estimate(&self, response: &impl Response, scores: &[f64]) -> Result<Concordance, Error> {
        Ok(self.influences(response.observations(), scores)?.0)
    }

    /// The concordance, and its derivative with respect to each row's weight times that weight, in
    /// data order; no derivatives without an estimate.
    fn influences(
        &self,
        rows: &Observations,
        scores: &[f64],
    ) -> Result<(Concordance, Vec<f64>), Error> {
        self.check(rows, scores)?;
        let time_weights = self.time_weights(rows, rows)?;
        Ok(self.pairs(rows, time_weights.as_deref(), scores).told(rows, self.cluster))
    }

    /// Whether there is one value for each row.
    fn check(&self, rows: &Observations, scores: &[f64]) -> Result<(), Error> {
        let n = rows.len();
        let lengths = [
            ("scores", scores.len()),
            ("strata", self.strata.map_or(n, |strata| strata.index().len())),
            ("clusters", self.cluster.map_or(n, |cluster| cluster.index().len())),
        ];
        for (what, found) in lengths {
            if found != n {
                return Err(Error::Length { what, expected: n, found });
            }
        }
        match scores.iter().position(|score| !score.is_finite()) {
            Some(row) => Err(Error::Covariate { row, column: 0, value: scores[row] }),
            None => Ok(()),
        }
    }

    /// The sums over the pairs of an event with a row that is followed longer.
    fn pairs(&self, rows: &Observations, time_weights: Option<&[f64]>, scores: &[f64]) -> Pairs {
        let by_stratum = self.strata_index();
        let every_row_counts_once = rows.weights().is_none() && rows.entry_order().is_none();
        if every_row_counts_once && time_weights.is_none() {
            Sequence::<u32>::new(rows, by_stratum, None, scores).pairs(rows)
        } else {
            Sequence::<f64>::new(rows, by_stratum, time_weights, scores).pairs(rows)
        }
    }

    fn strata_index(&self) -> Option<&[u32]> {
        self.strata.filter(|strata| strata.count() > 1).map(Groups::index)
    }

    /// What each row's pairs as an event are multiplied by; `None` for 1.
    /// `ends` are the same rows with every event that is no censoring.
    fn time_weights(
        &self,
        rows: &Observations,
        ends: &Observations,
    ) -> Result<Option<Vec<f64>>, Error> {
        let ConcordanceWeight::Uno { tau } = self.weight else { return Ok(None) };
        if rows.entry_order().is_some() {
            return Err(Error::Unsupported {
                what: "Uno's concordance with late entries",
                instead: "use Harrell's, or rows that are followed from the origin",
            });
        }
        let uncensored = uncensored_before(ends);
        let weight = |row: usize| {
            // A row that weighs nothing may stand where nobody who weighs is uncensored.
            let counts = tau.is_none_or(|tau| rows.time()[row] < tau) && rows.weight(row) > 0.0;
            if counts { 1.0 / (uncensored[row] * uncensored[row]) } else { 0.0 }
        };
        Ok(Some((0..rows.len()).map(weight).collect()))
    }
}

/// The Kaplan-Meier estimate, for each row, of being uncensored just before its time. Whoever has
/// the event at a time is not at risk of being censored at it.
fn uncensored_before(rows: &Observations) -> Vec<f64> {
    let time = rows.time();
    let mut left: f64 = (0..rows.len()).map(|row| rows.weight(row)).sum();
    let (mut survival, mut before) = (1.0, vec![1.0; rows.len()]);
    for tied in rows.order().chunk_by(|&a, &b| time[a as usize] == time[b as usize]) {
        let (mut events, mut censored) = (0.0, 0.0);
        for &row in tied {
            let row = row as usize;
            before[row] = survival;
            *(if rows.event()[row] { &mut events } else { &mut censored }) += rows.weight(row);
        }
        if censored > 0.0 {
            survival *= 1.0 - censored / (left - events);
        }
        left -= events + censored;
    }
    before
}

/// What an item of the sequence stands for.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    /// A row that ends, in comparison with earlier events.
    Ends,
    /// A row that has not entered yet, which takes back those comparisons.
    Enters,
    /// An event, in comparison with rows that end later.
    Event,
    /// An event alone at its time: both of the above.
    Both,
}

/// The rows by increasing time, so that an event is compared with what stands after it.
struct Sequence<W> {
    items: Vec<Item<W>>,
    roles: Vec<Role>,
    /// The data row of each item.
    row: Vec<u32>,
    /// Where each stratum starts, and the end.
    starts: Vec<usize>,
    time_weight: Option<Vec<f64>>,
}

impl<W: Weight> Sequence<W> {
    fn new(
        rows: &Observations,
        strata: Option<&[u32]>,
        time_weight: Option<&[f64]>,
        scores: &[f64],
    ) -> Sequence<W> {
        // Putting the rows in sequence is one thread's work, beside which another ranks the scores.
        let (mut sequence, ranks) =
            rayon::join(|| Sequence::unranked(rows, strata, time_weight), || ranks(scores));
        let ranked = |(item, &row): (&mut Item<W>, &u32)| item.rank = ranks[row as usize];
        sequence
            .items
            .par_iter_mut()
            .zip(&sequence.row)
            .with_min_len(columns::TURN)
            .for_each(ranked);
        sequence
    }

    /// The sequence, all ranks 0.
    fn unranked(
        rows: &Observations,
        strata: Option<&[u32]>,
        time_weight: Option<&[f64]>,
    ) -> Sequence<W> {
        let mut sequence = Sequence {
            items: Vec::with_capacity(rows.len()),
            roles: Vec::with_capacity(rows.len()),
            row: Vec::with_capacity(rows.len()),
            starts: vec![0],
            time_weight: time_weight.map(<[f64]>::to_vec),
        };
        let (order, entries) = (by_stratum(rows.order(), strata), rows.entry_order());
        let entries = by_stratum(entries.unwrap_or(&[]), strata);
        let mut entries = entries.iter().copied().peekable();
        let stratum = |row: u32| strata.map_or(0, |strata| strata[row as usize]);
        let times = match strata {
            None => Cow::Borrowed(rows.sorted_time()),
            Some(_) => order.iter().map(|&row| rows.time()[row as usize]).collect(),
        };
        let entry = |row: u32| rows.entry().map_or(f64::NEG_INFINITY, |entry| entry[row as usize]);
        let mut start = 0;
        for members in order.chunk_by(|&a, &b| stratum(a) == stratum(b)) {
            let times = &times[start..start + members.len()];
            start += members.len();
            let mut rest = members;
            for tied in times.chunk_by(|a, b| a == b) {
                let now = tied[0];
                let (tied, later) = rest.split_at(tied.len());
                rest = later;
                // An entry before now takes back only comparisons with events before now.
                while let Some(row) =
                    entries.next_if(|&row| stratum(row) == stratum(tied[0]) && entry(row) < now)
                {
                    sequence.push(rows, row, Role::Enters);
                }
                if let [row] = tied {
                    let event = rows.event()[*row as usize];
                    let role = if event { Role::Both } else { Role::Ends };
                    sequence.push(rows, *row, role);
                    continue;
                }
                let events = || tied.iter().filter(|&&row| rows.event()[row as usize]);
                let alone = events().count() == 1;
                if alone {
                    events().for_each(|&row| sequence.push(rows, row, Role::Both));
                } else {
                    events().for_each(|&row| sequence.push(rows, row, Role::Ends));
                    events().for_each(|&row| sequence.push(rows, row, Role::Event));
                }
                let censored = tied.iter().filter(|&&row| !rows.event()[row as usize]);
                censored.for_each(|&row| sequence.push(rows, row, Role::Ends));
            }
            sequence.starts.push(sequence.items.len());
        }
        sequence
    }

    fn push(&mut self, rows: &Observations, row: u32, role: Role) {
        let weight = rows.weight(row as usize);
        let as_event = weight * self.time_weight.as_ref().map_or(1.0, |w| w[row as usize]);
        let (event, other) = match role {
            Role::Ends => (0.0, weight),
            Role::Enters => (0.0, -weight),
            Role::Event => (as_event, 0.0),
            Role::Both => (as_event, weight),
        };
        let place = self.items.len() as u32;
        let (event, other) = (W::of(event), W::of(other));
        self.items.push(Item { place, event, other, ..Item::default() });
        self.roles.push(role);
        self.row.push(row);
    }

    fn pairs(mut self, rows: &Observations) -> Pairs {
        let (before, after) = self.totals();
        let mut rest = &mut self.items[..];
        let mut strata = Vec::new();
        for range in self.starts.windows(2) {
            let (stratum, after) = rest.split_at_mut(range[1] - range[0]);
            strata.push(stratum);
            rest = after;
        }
        strata.into_par_iter().for_each(count::count);
        // Counting left the items ordered by rank: their sums go back to their rows.
        let mut placed = vec![[W::default(); 4]; self.items.len()];
        for item in &self.items {
            placed[item.place as usize] =
                [item.lower_events, item.tied_events, item.lower_others, item.tied_others];
        }
        let mut pairs = Pairs::none(rows.len());
        for (at, &role) in self.roles.iter().enumerate() {
            let row = self.row[at] as usize;
            let [lower_events, tied_events, lower_others, tied_others] = placed[at].map(W::number);
            if matches!(role, Role::Event | Role::Both) {
                let factor = self.time_weight.as_ref().map_or(1.0, |weights| weights[row]);
                let event = rows.weight(row) * factor;
                pairs.add(event, lower_others, tied_others, after[at]);
                pairs.part(row, factor, lower_others + 0.5 * tied_others, after[at]);
            }
            if role != Role::Event {
                let sign = if role == Role::Enters { -1.0 } else { 1.0 };
                let higher = before[at] - lower_events - tied_events;
                pairs.part(row, sign, higher + 0.5 * tied_events, before[at]);
            }
        }
        pairs
    }

    /// For each item, the weight of the events before it and of the others after it, within its
    /// stratum; the items are still in the order of the sequence.
    fn totals(&self) -> (Vec<f64>, Vec<f64>) {
        let (mut before, mut after) = (vec![0.0; self.items.len()], vec![0.0; self.items.len()]);
        for range in self.starts.windows(2) {
            let (mut events, mut others) = (0.0, 0.0);
            let range = range[0]..range[1];
            let items = &self.items[range.clone()];
            for (item, before) in items.iter().zip(&mut before[range.clone()]) {
                *before = events;
                events += item.event.number();
            }
            for (item, after) in items.iter().zip(&mut after[range]).rev() {
                *after = others;
                others += item.other.number();
            }
        }
        (before, after)
    }
}

/// Dense ranks of the scores, from 0.
fn ranks(scores: &[f64]) -> Vec<u32> {
    let mut ranks = vec![0; scores.len()];
    let (mut rank, mut last) = (0, None);
    let sorted = sort::sort(scores.to_vec());
    for (&row, &score) in sorted.order.iter().zip(&sorted.values) {
        if last.is_some_and(|last| last != score) {
            rank += 1;
        }
        last = Some(score);
        ranks[row as usize] = rank;
    }
    ranks
}

/// The rows of an order, stratum by stratum.
fn by_stratum(order: &[u32], strata: Option<&[u32]>) -> Vec<u32> {
    let mut rows = order.to_vec();
    if let Some(strata) = strata {
        rows.sort_by_key(|&row| strata[row as usize]); // stable: the order stays within strata
    }
    rows
}
