//! Rounding as the papers print.

/// A number rounded to `decimals` places, halves away from zero, as text. The half is judged on the
/// decimal value: 31.25, which binary fractions hold exactly, and 0.285, which they do not, both
/// round upwards.
pub fn half_up(x: f64, decimals: u32) -> String {
    format!("{:.1$}", rounded(x, decimals), decimals as usize)
}

/// The same as a number.
pub(super) fn rounded(x: f64, decimals: u32) -> f64 {
    let unit = 10f64.powi(decimals as i32);
    let scaled = x.abs() * unit;
    // A value within rounding error of a half is that half.
    let units = (scaled + 0.5 + scaled.max(1.0) * 1e-12).floor();
    (units / unit).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::half_up;

    #[test]
    fn halves_go_up() {
        assert_eq!(half_up(31.25, 1), "31.3");
        assert_eq!(half_up(6.25, 1), "6.3");
        assert_eq!(half_up(0.285, 2), "0.29");
        assert_eq!(half_up(1.005, 2), "1.01");
        assert_eq!(half_up(-2.5, 0), "-3");
        assert_eq!(half_up(21.495, 0), "21");
        assert_eq!(half_up(8.0, 1), "8.0");
    }
}
