//! Sorting rows by time: the cost of the nonparametric estimators.
//!
//! A time becomes a whole number that sorts as it does; its leading 32 bits and the row are packed
//! into one `u64`, and those are radix-sorted in at most three passes, each stable, so that ties
//! stay in data order. Rows whose leading bits agree are then put right by their whole times. For
//! whole days the leading bits are all there is. The answer is the one stable order of the rows,
//! whatever way it is reached.

/// Bits sorted in one pass: its 2048 counters stay in the first-level cache.
const DIGIT_BITS: u32 = 11;
const DIGITS: usize = 1 << DIGIT_BITS;
/// Passes over the leading 32 bits.
const PASSES: usize = 3;
/// Below so many rows a comparison sort is faster than clearing the counters.
const FEW: usize = 512;
/// From so many rows on a second thread is worth waking.
pub(crate) const MANY: usize = 32_768;

/// The rows in increasing order of `values`, data order within ties. The values are finite, and
/// not more than `u32::MAX`.
pub(crate) fn order(values: &[f64]) -> Vec<u32> {
    if values.len() < FEW {
        let mut rows: Vec<u32> = (0..values.len() as u32).collect();
        rows.sort_by_key(|&row| key(values[row as usize]));
        return rows;
    }
    let scale = Scale::of(values);
    let mut packed: Vec<u64> =
        values.iter().zip(0u64..).map(|(&value, row)| scale.leading(value) << 32 | row).collect();
    radix_sort(&mut packed);
    if !scale.exact {
        put_runs_right(&mut packed, values);
    }
    packed.into_iter().map(|packed| packed as u32).collect()
}

/// The orders of times and of entry times, side by side where there are enough rows to pay for a
/// second thread. Each is the one stable order, so the number of threads changes nothing.
pub(crate) fn orders(time: &[f64], entry: Option<&[f64]>) -> (Vec<u32>, Option<Vec<u32>>) {
    match entry {
        Some(entry) if time.len() >= MANY => {
            let (time, entry) = rayon::join(|| order(time), || order(entry));
            (time, Some(entry))
        }
        entry => (order(time), entry.map(order)),
    }
}

/// A whole number that sorts as the finite `value` does; -0.0 and 0.0 share one.
fn key(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

/// Which 32 bits of the keys lead.
struct Scale {
    smallest: u64,
    shift: u32,
    /// Whether the bits left out are the same in all keys.
    exact: bool,
}

impl Scale {
    fn of(values: &[f64]) -> Scale {
        let (mut smallest, mut largest, mut differing) = (u64::MAX, 0, 0);
        let first = key(values[0]);
        for &value in values {
            let key = key(value);
            smallest = smallest.min(key);
            largest = largest.max(key);
            differing |= key ^ first;
        }
        let width = u64::BITS - (largest - smallest).leading_zeros();
        let shift = width.saturating_sub(32);
        // Keys that agree in their low bits keep their distances in the high ones.
        Scale { smallest, shift, exact: differing & ((1 << shift) - 1) == 0 }
    }

    fn leading(&self, value: f64) -> u64 {
        (key(value) - self.smallest) >> self.shift
    }
}

/// Sorts by the high 32 bits, keeping the order of ties.
fn radix_sort(packed: &mut Vec<u64>) {
    let digit = |packed: u64, pass: usize| {
        (packed >> (32 + pass as u32 * DIGIT_BITS)) as usize & (DIGITS - 1)
    };
    let mut counts = vec![[0u32; DIGITS]; PASSES];
    for &value in packed.iter() {
        for (pass, counts) in counts.iter_mut().enumerate() {
            counts[digit(value, pass)] += 1;
        }
    }
    let mut sorted = vec![0u64; packed.len()];
    for (pass, counts) in counts.iter_mut().enumerate() {
        if counts[digit(packed[0], pass)] as usize == packed.len() {
            continue; // all alike: nothing to move
        }
        let mut start = 0;
        for count in counts.iter_mut() {
            start += std::mem::replace(count, start);
        }
        for &value in packed.iter() {
            let place = &mut counts[digit(value, pass)];
            sorted[*place as usize] = value;
            *place += 1;
        }
        std::mem::swap(packed, &mut sorted);
    }
}

/// Sorts each run of equal leading bits by the whole values, then by row.
fn put_runs_right(packed: &mut [u64], values: &[f64]) {
    for run in packed.chunk_by_mut(|a, b| a >> 32 == b >> 32) {
        if run.len() > 1 {
            run.sort_by_key(|&packed| key(values[packed as u32 as usize]));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    fn by_comparison(values: &[f64]) -> Vec<u32> {
        let mut rows: Vec<u32> = (0..values.len() as u32).collect();
        rows.sort_by(|&a, &b| values[a as usize].partial_cmp(&values[b as usize]).unwrap());
        rows
    }

    #[test]
    fn negative_values_come_first_and_ties_keep_their_order() {
        assert_eq!(order(&[2.0, -1.0, 0.0, -3.0, -0.0, 2.0]), [3, 1, 2, 4, 0, 5]);
    }

    /// Values whose leading bits agree: one far away leaves few bits for the others.
    #[test]
    fn an_outlier_does_not_disturb_the_others() {
        let mut values: Vec<f64> =
            (0..2000).map(|i| 1.0 + f64::from(i * 7919 % 2000) * 1e-12).collect();
        values[77] = f64::MAX;
        values[78] = f64::MIN_POSITIVE;
        values[79] = -f64::MAX;
        assert_eq!(order(&values), by_comparison(&values));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn the_order_is_the_stable_one(
            days in vec(0u16..500, 600..1500),
            unit in prop_oneof![Just(1.0), Just(365.25), Just(-1e-9), Just(1e300)],
        ) {
            let values: Vec<f64> = days.iter().map(|&day| f64::from(day) / unit).collect();
            prop_assert_eq!(order(&values), by_comparison(&values));
        }

        #[test]
        fn any_finite_values(values in vec(-1e3f64..1e3, 600..1500), scale in -300i32..300) {
            let values: Vec<f64> = values.iter().map(|value| value * 10f64.powi(scale)).collect();
            prop_assert_eq!(order(&values), by_comparison(&values));
        }
    }
}
