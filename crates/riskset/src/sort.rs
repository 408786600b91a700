//! Sorting rows by time: the cost of the nonparametric estimators.
//!
//! A time becomes a whole number that sorts as it does. Parts of the rows, of a fixed size, are
//! dealt out by the leading bits of those numbers, each within its own stretch of memory; then the
//! rows of one bucket are collected from all parts and put in order where they fit the near cache,
//! by the bits that tell them apart. Every step is stable, so that ties stay in data order: the
//! answer is the one stable order of the rows, whatever way, and by however many threads, it is
//! reached. The times come along in order, so that nobody has to fetch them from all over memory.

use crate::columns::MANY;
use rayon::prelude::*;

/// Rows that are dealt out together: their times and the buckets' ends stay in the second-level
/// cache.
const PART: usize = 1 << 16;
/// Bits by which the parts are dealt out.
const BUCKET_BITS: u32 = 11;
const BUCKETS: usize = 1 << BUCKET_BITS;
/// Bits by which the rows of a bucket are dealt out, at most.
const DIGIT_BITS: u32 = 11;
/// So many rows are put in order by insertion.
const FEW: usize = 24;

/// Rows in increasing order of a column, data order within ties: the column itself is in here.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sorted {
    /// The rows.
    pub order: Vec<u32>,
    /// The value of each, increasing.
    pub values: Vec<f64>,
}

impl Sorted {
    /// The column in data order.
    pub fn column(&self) -> Vec<f64> {
        let mut column = vec![0.0; self.values.len()];
        for (&row, &value) in self.order.iter().zip(&self.values) {
            column[row as usize] = value;
        }
        column
    }
}

/// The rows in increasing order of `values`, data order within ties. The values are finite, and
/// not more than `u32::MAX`; their column is used for the answer.
pub(crate) fn sort(mut values: Vec<f64>) -> Sorted {
    if values.len() < MANY {
        let mut items: Vec<Item> =
            (0..).zip(&values).map(|(row, &value)| Item::new(value, row)).collect();
        settle(&mut items, &mut Scratch::default());
        values.iter_mut().zip(&items).for_each(|(value, item)| *value = item.value());
        return Sorted { order: items.iter().map(|item| item.row).collect(), values };
    }
    let scale = Scale::of(&values);
    let parts: Vec<Part> = values
        .par_chunks(PART)
        .enumerate()
        .map(|(part, values)| scale.deal(values, (part * PART) as u32))
        .collect();
    let mut sorted = Sorted { order: vec![0; values.len()], values };
    buckets(&parts, &mut sorted).into_par_iter().for_each_init(
        || (Vec::new(), Scratch::default()),
        |(bucket, scratch), (number, order, values)| {
            bucket.clear();
            parts.iter().for_each(|part| bucket.extend_from_slice(part.bucket(number)));
            settle(bucket, scratch);
            for ((item, row), value) in bucket.iter().zip(order).zip(values) {
                (*row, *value) = (item.row, item.value());
            }
        },
    );
    sorted
}

/// Times and entry times in order, side by side where there are enough rows to pay for a second
/// thread. Each order is the one stable order, so the number of threads changes nothing.
pub(crate) fn both(time: Vec<f64>, entry: Option<Vec<f64>>) -> (Sorted, Option<Sorted>) {
    match entry {
        Some(entry) if time.len() >= MANY => {
            let (time, entry) = rayon::join(|| sort(time), || sort(entry));
            (time, Some(entry))
        }
        entry => (sort(time), entry.map(sort)),
    }
}

/// A whole number that sorts as the finite `value` does; -0.0 and 0.0 share one.
fn key(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

/// A value and its row, in 12 bytes: what is moved about is most of the work.
#[derive(Clone, Copy, Default)]
struct Item {
    low: u32,
    high: u32,
    row: u32,
}

impl Item {
    fn new(value: f64, row: u32) -> Item {
        let bits = value.to_bits();
        Item { low: bits as u32, high: (bits >> 32) as u32, row }
    }

    fn value(&self) -> f64 {
        f64::from_bits(u64::from(self.high) << 32 | u64::from(self.low))
    }

    fn key(&self) -> u64 {
        key(self.value())
    }
}

/// How keys fall into buckets: the range of the keys cut into equal pieces.
struct Scale {
    smallest: u64,
    shift: u32,
}

impl Scale {
    fn of(values: &[f64]) -> Scale {
        let range = |values: &[f64]| {
            values.iter().fold((u64::MAX, 0), |(smallest, largest), &value| {
                (key(value).min(smallest), key(value).max(largest))
            })
        };
        let (smallest, largest) = values
            .par_chunks(PART)
            .map(range)
            .reduce(|| (u64::MAX, 0), |a, b| (a.0.min(b.0), a.1.max(b.1)));
        let width = u64::BITS - (largest - smallest).leading_zeros();
        Scale { smallest, shift: width.saturating_sub(BUCKET_BITS) }
    }

    fn bucket(&self, value: f64) -> usize {
        ((key(value) - self.smallest) >> self.shift) as usize
    }

    /// Deals out one part, whose first row is `first`.
    fn deal(&self, values: &[f64], first: u32) -> Part {
        let mut places = vec![0; BUCKETS];
        values.iter().for_each(|&value| places[self.bucket(value)] += 1);
        starts(&mut places);
        let mut items = vec![Item::default(); values.len()];
        for (row, &value) in (first..).zip(values) {
            let place = &mut places[self.bucket(value)];
            items[*place as usize] = Item::new(value, row);
            *place += 1;
        }
        Part { items, ends: places } // each place now stands at its end
    }
}

/// Consecutive rows, dealt out.
struct Part {
    items: Vec<Item>,
    /// Where each bucket ends.
    ends: Vec<u32>,
}

impl Part {
    fn bucket(&self, bucket: usize) -> &[Item] {
        let start = bucket.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.items[start as usize..self.ends[bucket] as usize]
    }
}

/// Turns counts into where each begins.
fn starts(counts: &mut [u32]) {
    let mut start = 0;
    for count in counts {
        start += std::mem::replace(count, start);
    }
}

/// The buckets that hold rows, and where these go.
fn buckets<'a>(
    parts: &[Part],
    sorted: &'a mut Sorted,
) -> Vec<(usize, &'a mut [u32], &'a mut [f64])> {
    let (mut order, mut values) = (&mut sorted.order[..], &mut sorted.values[..]);
    let mut buckets = Vec::new();
    for bucket in 0..BUCKETS {
        let size = parts.iter().map(|part| part.bucket(bucket).len()).sum();
        if size > 0 {
            let (rows, later_rows) = order.split_at_mut(size);
            let (of_rows, later_values) = values.split_at_mut(size);
            buckets.push((bucket, rows, of_rows));
            (order, values) = (later_rows, later_values);
        }
    }
    buckets
}

/// Space that is used again for every bucket.
#[derive(Default)]
struct Scratch {
    items: Vec<Item>,
    places: Vec<u32>,
}

/// Puts items in order, keeping the order of ties: deals them out by the leading bits of those in
/// which they differ, and again where many agree.
fn settle(items: &mut [Item], scratch: &mut Scratch) {
    if items.len() <= FEW {
        return insert(items);
    }
    let (mut smallest, mut largest) = (u64::MAX, 0);
    for item in items.iter() {
        (smallest, largest) = (item.key().min(smallest), item.key().max(largest));
    }
    if smallest == largest {
        return;
    }
    let width = u64::BITS - (largest - smallest).leading_zeros();
    let bits = items.len().ilog2().min(DIGIT_BITS).min(width);
    let shift = width - bits;
    let digit = |item: &Item| ((item.key() - smallest) >> shift) as usize;
    let places = &mut scratch.places;
    places.clear();
    places.resize(1 << bits, 0);
    items.iter().for_each(|item| places[digit(item)] += 1);
    let most = places.iter().max().map_or(0, |&most| most as usize);
    starts(places);
    scratch.items.clear();
    scratch.items.extend_from_slice(items);
    for item in &scratch.items {
        let place = &mut places[digit(item)];
        items[*place as usize] = *item;
        *place += 1;
    }
    if shift == 0 {
        return; // all bits in which they differ have been looked at
    }
    if most <= FEW {
        return insert(items);
    }
    for run in items.chunk_by_mut(|a, b| digit(a) == digit(b)) {
        settle(run, scratch);
    }
}

/// Puts items in order of which each is near its place.
fn insert(items: &mut [Item]) {
    for at in 1..items.len() {
        let (item, key) = (items[at], items[at].key());
        let mut place = at;
        while place > 0 && items[place - 1].key() > key {
            items[place] = items[place - 1];
            place -= 1;
        }
        items[place] = item;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    fn order(values: Vec<f64>) -> Vec<u32> {
        sort(values).order
    }

    fn by_comparison(values: &[f64]) -> Vec<u32> {
        let mut rows: Vec<u32> = (0..values.len() as u32).collect();
        rows.sort_by(|&a, &b| values[a as usize].partial_cmp(&values[b as usize]).unwrap());
        rows
    }

    #[test]
    fn negative_values_come_first_and_ties_keep_their_order() {
        assert_eq!(order(vec![2.0, -1.0, 0.0, -3.0, -0.0, 2.0]), [3, 1, 2, 4, 0, 5]);
    }

    /// Enough rows for several parts, many of them tied.
    #[test]
    fn many_rows_in_parts() {
        let value = |row: u64| (row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f64;
        for most in [3.0, 1e3, 1e9] {
            let rows = 3 * PART as u64 + 77;
            let values: Vec<f64> = (0..rows).map(|row| (value(row) % most) / 7.0 - 1.0).collect();
            let sorted = sort(values.clone());
            assert_eq!(sorted.order, by_comparison(&values));
            let expected: Vec<f64> = sorted.order.iter().map(|&row| values[row as usize]).collect();
            assert_eq!(sorted.values, expected);
            assert_eq!(sorted.column(), values);
        }
    }

    /// Values whose leading bits agree: one far away leaves few bits for the others.
    #[test]
    fn an_outlier_does_not_disturb_the_others() {
        let mut values: Vec<f64> =
            (0..2000).map(|i| 1.0 + f64::from(i * 7919 % 2000) * 1e-12).collect();
        values[77] = f64::MAX;
        values[78] = f64::MIN_POSITIVE;
        values[79] = -f64::MAX;
        assert_eq!(order(values.clone()), by_comparison(&values));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn the_order_is_the_stable_one(
            days in vec(0u16..500, 600..1500),
            unit in prop_oneof![Just(1.0), Just(365.25), Just(-1e-9), Just(1e300)],
        ) {
            let values: Vec<f64> = days.iter().map(|&day| f64::from(day) / unit).collect();
            prop_assert_eq!(order(values.clone()), by_comparison(&values));
        }

        #[test]
        fn any_finite_values(values in vec(-1e3f64..1e3, 600..1500), scale in -300i32..300) {
            let values: Vec<f64> = values.iter().map(|value| value * 10f64.powi(scale)).collect();
            prop_assert_eq!(order(values.clone()), by_comparison(&values));
        }
    }
}
