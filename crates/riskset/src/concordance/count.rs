//! Counting, for every item of a sequence, what stands before or after it with a lower rank.
//!
//! Ranks are read digit by digit from the top. Items whose ranks agree so far lie together, in the
//! order of the sequence; one walk over them with a sum per digit settles every pair that the next
//! digit tells apart, and the items are then dealt out by that digit. Small bundles are settled
//! pair by pair. Sums run in an order fixed by the data.

use rayon::prelude::*;
use std::ops::{Add, AddAssign};

/// What items weigh: numbers, or where every row counts once whole numbers, which are half as
/// large and are added several at a time. Their sums are below the number of items.
pub(super) trait Weight:
    Copy + Default + Send + Sync + Add<Output = Self> + AddAssign
{
    /// The weight as this kind.
    fn of(weight: f64) -> Self;
    /// The weight as a number.
    fn number(self) -> f64;
}

impl Weight for f64 {
    fn of(weight: f64) -> f64 {
        weight
    }

    fn number(self) -> f64 {
        self
    }
}

impl Weight for u32 {
    fn of(weight: f64) -> u32 {
        weight as u32
    }

    fn number(self) -> f64 {
        f64::from(self)
    }
}

/// One item: weights as given, and the sums found.
#[derive(Clone, Copy, Default)]
pub(super) struct Item<W> {
    pub rank: u32,
    /// Its place in the sequence.
    pub place: u32,
    /// Its weight as an event.
    pub event: W,
    /// Its weight as what an event is compared with.
    pub other: W,
    /// Events before it with a lower rank.
    pub lower_events: W,
    /// Events before it with the same rank.
    pub tied_events: W,
    /// Others after it with a lower rank.
    pub lower_others: W,
    /// Others after it with the same rank.
    pub tied_others: W,
}

/// Bits of a digit.
const BITS: u32 = 6;
const DIGITS: usize = 1 << BITS;
/// Digits whose sums are kept together once more.
const GROUP: usize = 8;
/// Bundles of at most this many items are settled pair by pair.
const FEW: usize = 24;
/// Bundles of fewer items are not worth a task of their own.
const TASK: usize = 1 << 14;

/// Fills the sums of all items, which are in the order of the sequence. Leaves them in another
/// order.
pub(super) fn count<W: Weight>(items: &mut [Item<W>]) {
    let greatest = items.iter().map(|item| item.rank).max().unwrap_or(0);
    let bits = (u32::BITS - greatest.leading_zeros()).next_multiple_of(BITS);
    let mut space = vec![Item::default(); items.len()];
    settle(items, &mut space, bits.max(BITS) - BITS);
}

/// Settles a bundle whose ranks agree above the digit at `shift`. `space` is as long as `items`.
fn settle<W: Weight>(items: &mut [Item<W>], space: &mut [Item<W>], shift: u32) {
    if items.len() <= FEW {
        return pair_by_pair(items);
    }
    let large = items.len() >= TASK;
    if large {
        // The two walks side by side, each with a column of its own.
        let walks = rayon::join(|| forwards(items, shift), || backwards(items, shift));
        for (item, ((events, tied_events), (others, tied_others))) in
            items.iter_mut().zip(walks.0.into_iter().zip(walks.1))
        {
            item.lower_events += events;
            item.tied_events += tied_events;
            item.lower_others += others;
            item.tied_others += tied_others;
        }
    } else {
        walk(items, shift);
    }
    if shift == 0 {
        return;
    }
    let mut sizes = [0; DIGITS];
    items.iter().for_each(|item| sizes[digit(item, shift)] += 1);
    let mut next = [0; DIGITS];
    for digit in 1..DIGITS {
        next[digit] = next[digit - 1] + sizes[digit - 1];
    }
    for item in items.iter() {
        let place = &mut next[digit(item, shift)];
        space[*place] = *item;
        *place += 1;
    }
    items.copy_from_slice(space);
    let bundles = bundles(items, space, &sizes);
    if large {
        bundles.into_par_iter().for_each(|(items, space)| settle(items, space, shift - BITS));
    } else {
        bundles.into_iter().for_each(|(items, space)| settle(items, space, shift - BITS));
    }
}

fn digit<W>(item: &Item<W>, shift: u32) -> usize {
    (item.rank >> shift) as usize % DIGITS
}

/// Adds what a digit tells apart, and at the last digit what stays together.
fn walk<W: Weight>(items: &mut [Item<W>], shift: u32) {
    let mut sums = Sums::default();
    for item in items.iter_mut() {
        let (lower, same) = sums.step(digit(item, shift), item.event);
        item.lower_events += lower;
        item.tied_events += if shift == 0 { same } else { W::default() };
    }
    let mut sums = Sums::default();
    for item in items.iter_mut().rev() {
        let (lower, same) = sums.step(digit(item, shift), item.other);
        item.lower_others += lower;
        item.tied_others += if shift == 0 { same } else { W::default() };
    }
}

/// The first half of [`walk`], as a column.
fn forwards<W: Weight>(items: &[Item<W>], shift: u32) -> Vec<(W, W)> {
    let mut sums = Sums::default();
    let step = |item: &Item<W>| {
        let (lower, same) = sums.step(digit(item, shift), item.event);
        (lower, if shift == 0 { same } else { W::default() })
    };
    items.iter().map(step).collect()
}

/// The second half of [`walk`], as a column in the order of the items.
fn backwards<W: Weight>(items: &[Item<W>], shift: u32) -> Vec<(W, W)> {
    let mut sums = Sums::default();
    let mut column = vec![(W::default(), W::default()); items.len()];
    for (item, out) in items.iter().zip(&mut column).rev() {
        let (lower, same) = sums.step(digit(item, shift), item.other);
        *out = (lower, if shift == 0 { same } else { W::default() });
    }
    column
}

/// Items whose ranks agree so far, and space for as many.
type Bundle<'a, W> = (&'a mut [Item<W>], &'a mut [Item<W>]);

fn bundles<'a, W>(
    mut items: &'a mut [Item<W>],
    mut space: &'a mut [Item<W>],
    sizes: &[usize],
) -> Vec<Bundle<'a, W>> {
    let mut bundles = Vec::with_capacity(sizes.len());
    for &size in sizes.iter().filter(|&&size| size > 0) {
        let (bundle, rest) = items.split_at_mut(size);
        let (bundle_space, rest_space) = space.split_at_mut(size);
        bundles.push((bundle, bundle_space));
        (items, space) = (rest, rest_space);
    }
    bundles
}

fn pair_by_pair<W: Weight>(items: &mut [Item<W>]) {
    for i in 0..items.len() {
        let (before, after) = items.split_at_mut(i + 1);
        let first = &mut before[i];
        for second in after {
            if first.rank < second.rank {
                second.lower_events += first.event;
            } else if first.rank > second.rank {
                first.lower_others += second.other;
            } else {
                second.tied_events += first.event;
                first.tied_others += second.other;
            }
        }
    }
}

/// What has been added to each digit, and to the digits below each: within its group of digits,
/// and in the groups below. Adding to all sums that grow is a few instructions without a branch,
/// because a processor adds to several at a time.
struct Sums<W> {
    each: [[W; GROUP]; DIGITS / GROUP],
    below: [[W; GROUP]; DIGITS / GROUP],
    groups_below: [W; DIGITS / GROUP],
}

const _: () = assert!(DIGITS == GROUP * GROUP, "as many groups as digits in a group");

impl<W: Weight> Default for Sums<W> {
    fn default() -> Sums<W> {
        let digits = [[W::default(); GROUP]; DIGITS / GROUP];
        Sums { each: digits, below: digits, groups_below: [W::default(); DIGITS / GROUP] }
    }
}

impl<W: Weight> Sums<W> {
    /// What has been added so far to lower digits and to this one; then adds a weight to it.
    #[inline(always)]
    fn step(&mut self, digit: usize, weight: W) -> (W, W) {
        let (group, within) = (digit / GROUP, digit % GROUP);
        let same = &mut self.each[group][within];
        let found = (self.groups_below[group] + self.below[group][within], *same);
        *same += weight;
        raise(&mut self.groups_below, group, weight);
        raise(&mut self.below[group], within, weight);
        found
    }
}

/// Adds a weight to the sums of all that are above a place.
#[inline(always)]
fn raise<W: Weight>(sums: &mut [W; GROUP], above: usize, weight: W) {
    for (place, sum) in sums.iter_mut().enumerate() {
        *sum += if place > above { weight } else { W::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Long runs of equal ranks, and more items than digits, against every pair.
    #[test]
    fn every_pair_is_counted_once() {
        every_pair::<f64>();
        every_pair::<u32>();
    }

    fn every_pair<W: Weight>() {
        for (n, ranks) in [
            (1, 1),
            (24, 5),
            (25, 3),
            (300, 300),
            (700, 40),
            (9_000, 9_000),
            (17_000, 5000),
            (17_000, 40),
        ] {
            let item = |place: u32| Item {
                rank: (u64::from(place) * 2_654_435_761 % 1_000_003 % ranks) as u32,
                place,
                event: W::of(f64::from(place % 3)),
                other: W::of(f64::from(place % 5)),
                ..Item::default()
            };
            let plain: Vec<Item<W>> = (0..n).map(item).collect();
            let mut items = plain.clone();
            count(&mut items);
            for found in items.iter().step_by(1 + items.len() / 300) {
                let at = found.place as usize;
                let (before, after) = (&plain[..at], &plain[at + 1..]);
                let sum = |items: &[Item<W>],
                           weight: fn(&Item<W>) -> W,
                           keep: &dyn Fn(u32) -> bool| {
                    items.iter().filter(|i| keep(i.rank)).map(weight).map(W::number).sum::<f64>()
                };
                let (lower, tied) = (|rank| rank < found.rank, |rank| rank == found.rank);
                assert_eq!(found.lower_events.number(), sum(before, |i| i.event, &lower));
                assert_eq!(found.tied_events.number(), sum(before, |i| i.event, &tied));
                assert_eq!(found.lower_others.number(), sum(after, |i| i.other, &lower));
                assert_eq!(found.tied_others.number(), sum(after, |i| i.other, &tied));
            }
        }
    }
}
