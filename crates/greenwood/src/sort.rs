//! Sorting rows by time: the cost of the nonparametric estimators.

/// The rows in increasing order of `values`, data order within ties. The values are finite.
pub(crate) fn order(values: &[f64]) -> Vec<u32> {
    let mut keys: Vec<(u64, u32)> =
        values.iter().zip(0u32..).map(|(&value, row)| (key(value), row)).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, row)| row).collect()
}

/// A whole number that sorts as the finite `value` does; -0.0 and 0.0 share one.
fn key(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 0 { bits | 1 << 63 } else { !bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negative_values_come_first_and_ties_keep_their_order() {
        assert_eq!(order(&[2.0, -1.0, 0.0, -3.0, -0.0, 2.0]), [3, 1, 2, 4, 0, 5]);
    }
}
