//! Digits of numbers and of P values: the one place where anything is rounded for people, in figures,
//! tables and sentences alike. Signs and joins that differ between journals are put on by `format` here
//! and by the styles of tables.
//!
//! Sources: Altman, Gore, Gardner and Pocock (1983), BMJ 286:1489-1493, and the reporting guidance
//! of the Annals of Internal Medicine for P values.

/// From here on numbers have an exponent.
pub const HUGE: f64 = 1e18;

/// A number with so many decimals, a point and a hyphen as its minus: halves are rounded away from zero
/// on the decimal value, so that 31.25 with one decimal is 31.3 and 2.675 with two 2.68. A value that
/// rounds to zero has no sign. A number of more than 18 digits before the point is written as
/// `1.234e300`, because nobody counts so many. `None` when it is not finite.
pub fn fixed(value: f64, decimals: usize) -> Option<String> {
    if value.is_finite() && value.abs() >= HUGE {
        return Some(format!("{value:.3e}"));
    }
    round_half_up(value, decimals)
}

/// The digits of a P value with its relation: `=`, `<` below 0.001, `>` above 0.99, so that it is never 0
/// and never 1. Three decimals up to 0.20, two above. `None` for what is no probability.
pub fn p_value(p: f64) -> Option<(char, String)> {
    if !(0.0..=1.0).contains(&p) {
        return None;
    }
    Some(match p {
        p if p < 0.001 => ('<', "0.001".to_owned()),
        p if p > 0.99 => ('>', "0.99".to_owned()),
        p => ('=', fixed(p, if p <= 0.20 { 3 } else { 2 })?),
    })
}

/// Whether the limits of an interval can be joined by a dash: not beside a minus, and not beside a word.
pub fn dash_joins(lower: Option<f64>, upper: Option<f64>) -> bool {
    [lower, upper].iter().all(|limit| limit.is_some_and(|value| value >= 0.0))
}

/// A level in percent with the fewest decimals: 95, 97.5.
pub fn percent_of(level: f64) -> String {
    shortest(100.0 * level)
}

/// The fewest decimals that show a number to 12 significant digits: 97.5, 95, 0.2.
fn shortest(value: f64) -> String {
    let digits = format!("{value:.11e}").parse::<f64>().unwrap_or(value);
    digits.to_string()
}

/// Rounds halves away from zero on the decimal value to 15 significant digits, so that a percentage
/// computed as 100 k / n is rounded as a hand with pencil and paper would. `None` when not finite.
fn round_half_up(value: f64, decimals: usize) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    // 15 digits survive every decimal -> binary -> decimal journey; digits after them are noise.
    let scientific = format!("{:.14e}", value.abs());
    let (mantissa, exponent) = scientific.split_once('e').expect("the format writes an exponent");
    let exponent: i32 = exponent.parse().expect("the exponent is a whole number");
    let mut digits: Vec<u8> = mantissa.bytes().filter(|byte| *byte != b'.').collect();
    // `keep` digits of the mantissa stand before the place where we cut.
    let keep = exponent + 1 + decimals as i32;
    if keep < 0 {
        digits = Vec::new();
    } else if (keep as usize) < digits.len() {
        let up = digits[keep as usize] >= b'5';
        digits.truncate(keep as usize);
        if up {
            increment(&mut digits);
        }
    } else {
        digits.resize(keep as usize, b'0');
    }
    while digits.len() <= decimals {
        digits.insert(0, b'0');
    }
    let whole = digits.len() - decimals;
    let mut text: String = digits[..whole].iter().map(|&digit| digit as char).collect();
    if decimals > 0 {
        text.push('.');
        text.extend(digits[whole..].iter().map(|&digit| digit as char));
    }
    let is_zero = digits.iter().all(|&digit| digit == b'0');
    Some(if value < 0.0 && !is_zero { format!("-{text}") } else { text })
}

/// Adds one to the last of the decimal digits, carrying.
fn increment(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_p_value_has_one_form() {
        let written = [
            (0.0, ('<', "0.001")),
            (0.001, ('=', "0.001")),
            (0.0496, ('=', "0.050")),
            (0.19971, ('=', "0.200")),
            (0.2, ('=', "0.200")),
            (0.2004, ('=', "0.20")),
            (0.9999, ('>', "0.99")),
        ];
        for (p, (relation, digits)) in written {
            assert_eq!(p_value(p), Some((relation, digits.to_owned())), "{p}");
        }
        assert_eq!((p_value(f64::NAN), p_value(1.5)), (None, None));
    }

    #[test]
    fn a_dash_is_no_minus() {
        assert!(dash_joins(Some(0.0), Some(2.0)));
        assert!(!dash_joins(Some(-1.0), Some(2.0)) && !dash_joins(Some(1.0), None));
        assert_eq!((percent_of(0.95), percent_of(0.975)), ("95".to_owned(), "97.5".to_owned()));
    }
}
