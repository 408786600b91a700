//! Whole columns at once, by several threads where there are enough rows to pay for them.

use rayon::prelude::*;

/// From so many rows on a second thread is worth waking.
pub(crate) const MANY: usize = 32_768;
/// Rows of one thread's turn, at least.
pub(crate) const TURN: usize = MANY / 8;

/// `value` of every place below `places`.
pub(crate) fn each<T: Send>(places: usize, value: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
    if places >= MANY {
        (0..places).into_par_iter().with_min_len(TURN).map(value).collect()
    } else {
        (0..places).map(value).collect()
    }
}

/// The place of the first value that is not usable.
///
/// Without a branch for each value, because nearly always all are usable.
pub(crate) fn first_refused(
    values: &[f64],
    usable: impl Fn(f64) -> bool + Sync + Send,
) -> Option<usize> {
    let refused = |values: &[f64]| !values.iter().fold(true, |all, &value| all & usable(value));
    let turn = if values.len() >= MANY {
        values.par_chunks(TURN).position_first(refused)
    } else {
        values.chunks(TURN).position(refused)
    };
    let start = turn? * TURN;
    values[start..].iter().position(|&value| !usable(value)).map(|place| start + place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_refused_value_is_found_in_few_rows_and_in_many() {
        for rows in [3, MANY + 5000] {
            let mut values = vec![1.0; rows];
            assert_eq!(first_refused(&values, f64::is_finite), None);
            values[rows - 1] = f64::NAN;
            values[rows / 2] = f64::INFINITY;
            assert_eq!(first_refused(&values, f64::is_finite), Some(rows / 2));
        }
    }
}
