//! Counting, for every item of a sequence, what stands before or after it with a lower rank.
//!
//! Ranks are read digit by digit from the top. Items whose ranks agree so far lie together, in the
//! order of the sequence; one walk over them with a sum per digit settles every pair that the next
//! digit tells apart, and the items are then dealt out by that digit. Small bundles are settled
//! pair by pair. Sums run in an order fixed by the data.

use rayon::prelude::*;

/// One item: weights as given, and the sums found.
#[derive(Clone, Copy, Default)]
pub(super) struct Item {
    pub rank: u32,
    /// Its place in the sequence.
    pub place: u32,
    /// Its weight as an event.
    pub event: f64,
    /// Its weight as what an event is compared with.
    pub other: f64,
    /// Events before it with a lower rank.
    pub lower_events: f64,
    /// Events before it with the same rank.
    pub tied_events: f64,
    /// Others after it with a lower rank.
    pub lower_others: f64,
    /// Others after it with the same rank.
    pub tied_others: f64,
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
pub(super) fn count(items: &mut [Item]) {
    let greatest = items.iter().map(|item| item.rank).max().unwrap_or(0);
    let bits = (u32::BITS - greatest.leading_zeros()).next_multiple_of(BITS);
    let mut space = vec![Item::default(); items.len()];
    settle(items, &mut space, bits.max(BITS) - BITS);
}

/// Settles a bundle whose ranks agree above the digit at `shift`. `space` is as long as `items`.
fn settle(items: &mut [Item], space: &mut [Item], shift: u32) {
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

fn digit(item: &Item, shift: u32) -> usize {
    (item.rank >> shift) as usize % DIGITS
}

/// Adds what a digit tells apart, and at the last digit what stays together.
fn walk(items: &mut [Item], shift: u32) {
    let mut sums = Sums::default();
    for item in items.iter_mut() {
        let (lower, same) = sums.step(digit(item, shift), item.event);
        item.lower_events += lower;
        item.tied_events += if shift == 0 { same } else { 0.0 };
    }
    let mut sums = Sums::default();
    for item in items.iter_mut().rev() {
        let (lower, same) = sums.step(digit(item, shift), item.other);
        item.lower_others += lower;
        item.tied_others += if shift == 0 { same } else { 0.0 };
    }
}

/// The first half of [`walk`], as a column.
fn forwards(items: &[Item], shift: u32) -> Vec<(f64, f64)> {
    let mut sums = Sums::default();
    let step = |item: &Item| {
        let (lower, same) = sums.step(digit(item, shift), item.event);
        (lower, if shift == 0 { same } else { 0.0 })
    };
    items.iter().map(step).collect()
}

/// The second half of [`walk`], as a column in the order of the items.
fn backwards(items: &[Item], shift: u32) -> Vec<(f64, f64)> {
    let mut sums = Sums::default();
    let mut column = vec![(0.0, 0.0); items.len()];
    for (item, out) in items.iter().zip(&mut column).rev() {
        let (lower, same) = sums.step(digit(item, shift), item.other);
        *out = (lower, if shift == 0 { same } else { 0.0 });
    }
    column
}

fn bundles<'a>(
    mut items: &'a mut [Item],
    mut space: &'a mut [Item],
    sizes: &[usize],
) -> Vec<(&'a mut [Item], &'a mut [Item])> {
    let mut bundles = Vec::with_capacity(sizes.len());
    for &size in sizes.iter().filter(|&&size| size > 0) {
        let (bundle, rest) = items.split_at_mut(size);
        let (bundle_space, rest_space) = space.split_at_mut(size);
        bundles.push((bundle, bundle_space));
        (items, space) = (rest, rest_space);
    }
    bundles
}

fn pair_by_pair(items: &mut [Item]) {
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

/// A sum per digit, and per group of digits.
struct Sums {
    each: [f64; DIGITS],
    group: [f64; DIGITS / GROUP],
}

impl Default for Sums {
    fn default() -> Sums {
        Sums { each: [0.0; DIGITS], group: [0.0; DIGITS / GROUP] }
    }
}

impl Sums {
    /// What has been added so far to lower digits and to this one; then adds a weight to it.
    fn step(&mut self, digit: usize, weight: f64) -> (f64, f64) {
        let found = (self.below(digit), self.each[digit]);
        self.each[digit] += weight;
        self.group[digit / GROUP] += weight;
        found
    }

    /// The sum over the lower digits.
    fn below(&self, digit: usize) -> f64 {
        let first = digit / GROUP * GROUP;
        let groups: f64 = self.group[..digit / GROUP].iter().sum();
        groups + self.each[first..digit].iter().sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Long runs of equal ranks, and more items than digits, against every pair.
    #[test]
    fn every_pair_is_counted_once() {
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
                event: f64::from(place % 3),
                other: f64::from(place % 5),
                ..Item::default()
            };
            let plain: Vec<Item> = (0..n).map(item).collect();
            let mut items = plain.clone();
            count(&mut items);
            for found in items.iter().step_by(1 + items.len() / 300) {
                let at = found.place as usize;
                let (before, after) = (&plain[..at], &plain[at + 1..]);
                let sum = |items: &[Item], weight: fn(&Item) -> f64, keep: &dyn Fn(u32) -> bool| {
                    items.iter().filter(|i| keep(i.rank)).map(weight).sum::<f64>()
                };
                let (lower, tied) = (|rank| rank < found.rank, |rank| rank == found.rank);
                assert_eq!(found.lower_events, sum(before, |i| i.event, &lower));
                assert_eq!(found.tied_events, sum(before, |i| i.event, &tied));
                assert_eq!(found.lower_others, sum(after, |i| i.other, &lower));
                assert_eq!(found.tied_others, sum(after, |i| i.other, &tied));
            }
        }
    }
}
