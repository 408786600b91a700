//! What this machine can do: the limits that the phases are held against.

use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Instant;

/// 256 MiB of numbers: many times the last-level cache.
const LARGE: usize = 1 << 25;
/// As many keys as the cohort has rows.
const KEYS: usize = 1_000_000;

/// Bytes a second of one thread and of two, and keys a second of a comparison sort and of a radix
/// pass. The best of five.
pub fn measure() -> Value {
    let numbers: Vec<f64> = (0..LARGE).map(|index| index as f64).collect();
    let half = numbers.split_at(LARGE / 2);
    let bytes = (LARGE * size_of::<f64>()) as f64;
    let one = best(|| sum(&numbers));
    let two = best(|| {
        std::thread::scope(|scope| {
            let other = scope.spawn(|| sum(half.0));
            sum(half.1) + other.join().expect("a sum does not panic")
        })
    });
    let keys: Vec<u64> =
        (0..KEYS as u64).map(|index| index.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
    let sort = best(|| {
        let mut keys = keys.clone();
        keys.sort_unstable();
        keys[0]
    });
    let mut sorted = vec![0; KEYS];
    let pass = best(|| radix_pass(&keys, &mut sorted));
    json!({
        "read_bytes_per_second": bytes / one,
        "read_bytes_per_second_two_threads": bytes / two,
        "sort_unstable_keys_per_second": KEYS as f64 / sort,
        "radix_pass_keys_per_second": KEYS as f64 / pass,
    })
}

/// Eight sums at once, so that reading and not adding is what takes the time.
fn sum(numbers: &[f64]) -> f64 {
    let mut sums = [0.0; 8];
    for block in numbers.as_chunks::<8>().0 {
        sums.iter_mut().zip(block).for_each(|(sum, number)| *sum += number);
    }
    sums.iter().sum()
}

/// One pass over eleven bits: count, then scatter.
fn radix_pass(keys: &[u64], sorted: &mut [u64]) -> u64 {
    let digit = |key: u64| (key >> 53) as usize;
    let mut places = [0usize; 2048];
    keys.iter().for_each(|&key| places[digit(key)] += 1);
    let mut total = 0;
    for place in &mut places {
        total += std::mem::replace(place, total);
    }
    for &key in keys {
        sorted[places[digit(key)]] = key;
        places[digit(key)] += 1;
    }
    sorted[0]
}

fn best<T>(mut work: impl FnMut() -> T) -> f64 {
    let seconds = (0..5).map(|_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed().as_secs_f64()
    });
    seconds.fold(f64::INFINITY, f64::min)
}
