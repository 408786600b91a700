//! Digits of numbers and of P values: the one place where anything is rounded for people, in figures,
//! tables and sentences alike. Signs and joins that differ between journals are put on by `format` here
//! and by the styles of tables.
//!
//! Sources: Altman, Gore, Gardner and Pocock (1983), BMJ 286:1489-1493. The rules of P values have
//! theirs beside them, and in the profile of each journal.

use serde::{Deserialize, Serialize};

/// How many decimals a P value has, from journal to journal. Under every rule it is never 0 and never 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PRule {
    /// Three decimals up to 0.20, two above, `<0.001`: the Annals of Internal Medicine's information for
    /// authors, and riskset's own look.
    #[default]
    Annals,
    /// Two decimals from 0.01 on, three below, more where rounding would lift a P value below 0.05 to it,
    /// `<.001`: AMA Manual of Style, 11th edition, chapter 19, and the JAMA Network.
    Ama,
    /// Two decimals from 0.01 on, three below, `<0.001`: the statistical reporting guidelines of the New
    /// England Journal of Medicine (2019).
    Nejm,
    /// Two significant digits, at most four decimals, `<0.0001`: The Lancet, as generally known.
    Lancet,
}

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

/// The digits of a P value with its relation: `=`, `<` below the rule's least value, `>` above 0.99, so
/// that it is never 0 and never 1. `None` for what is no probability.
pub fn p_value(p: f64, rule: PRule) -> Option<(char, String)> {
    if !(0.0..=1.0).contains(&p) {
        return None;
    }
    let (least, shown) = if rule == PRule::Lancet { (0.0001, "0.0001") } else { (0.001, "0.001") };
    Some(match p {
        p if p < least => ('<', shown.to_owned()),
        p if p > 0.99 => ('>', "0.99".to_owned()),
        p => ('=', fixed(p, p_decimals(p, rule))?),
    })
}

fn p_decimals(p: f64, rule: PRule) -> usize {
    match rule {
        PRule::Annals => 2 + usize::from(p <= 0.20),
        PRule::Nejm => 2 + usize::from(p < 0.01),
        PRule::Ama if p < 0.01 => 3,
        PRule::Ama => (2..MOST_P_DECIMALS)
            .find(|&decimals| keeps_its_side(p, decimals))
            .unwrap_or(MOST_P_DECIMALS),
        // What rounds to 0.10 or to 0.010 has a digit less than what lies below.
        PRule::Lancet => 2 + usize::from(p < 0.0995) + usize::from(p < 0.00995),
    }
}

/// No P value is written with more decimals, however near it lies to 0.05.
const MOST_P_DECIMALS: usize = 6;
/// The level that a reader holds a printed P value against.
const USUAL_LEVEL: f64 = 0.05;

/// Whether a P value below the usual level is below it when it is written with so many decimals.
fn keeps_its_side(p: f64, decimals: usize) -> bool {
    let written = fixed(p, decimals).and_then(|text| text.parse::<f64>().ok());
    p >= USUAL_LEVEL || written.is_some_and(|written| written < USUAL_LEVEL)
}

/// Whether the limits of an interval, written with so many decimals, can be joined by a dash: not beside
/// a minus, and not beside a word. A limit of -0.01 with one decimal is written 0.0, without a minus.
pub fn dash_joins(lower: Option<f64>, upper: Option<f64>, decimals: usize) -> bool {
    let is_plain = |limit: f64| fixed(limit, decimals).is_some_and(|text| !text.starts_with('-'));
    [lower, upper].iter().all(|limit| limit.is_some_and(is_plain))
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
            let written = p_value(p, PRule::Annals);
            assert_eq!(written, Some((relation, digits.to_owned())), "{p}");
        }
        for rule in [PRule::Annals, PRule::Ama, PRule::Nejm, PRule::Lancet] {
            assert_eq!((p_value(f64::NAN, rule), p_value(1.5, rule)), (None, None));
            assert_eq!(p_value(1.0, rule), Some(('>', "0.99".to_owned())));
        }
    }

    /// P by AMA, NEJM and The Lancet: each side of every border of every rule.
    #[test]
    fn journals_have_rules_of_their_own() {
        let rows = [
            (0.00004, "<0.001", "<0.001", "<0.0001"),
            (0.00015, "<0.001", "<0.001", "=0.0002"),
            (0.00131, "=0.001", "=0.001", "=0.0013"),
            (0.0085, "=0.009", "=0.009", "=0.0085"),
            (0.00996, "=0.010", "=0.010", "=0.010"),
            (0.0131, "=0.01", "=0.01", "=0.013"),
            (0.0312, "=0.03", "=0.03", "=0.031"),
            (0.0449, "=0.04", "=0.04", "=0.045"),
            (0.0461, "=0.046", "=0.05", "=0.046"),
            (0.0496, "=0.0496", "=0.05", "=0.050"),
            (0.04999, "=0.04999", "=0.05", "=0.050"),
            (0.05, "=0.05", "=0.05", "=0.050"),
            (0.0541, "=0.05", "=0.05", "=0.054"),
            (0.0996, "=0.10", "=0.10", "=0.10"),
            (0.19971, "=0.20", "=0.20", "=0.20"),
            (0.99, "=0.99", "=0.99", "=0.99"),
            (0.996, ">0.99", ">0.99", ">0.99"),
        ];
        for (p, ama, nejm, lancet) in rows {
            for (rule, wanted) in [(PRule::Ama, ama), (PRule::Nejm, nejm), (PRule::Lancet, lancet)]
            {
                let (relation, digits) = p_value(p, rule).unwrap();
                assert_eq!(format!("{relation}{digits}"), wanted, "{p} {rule:?}");
            }
        }
        // Nearer to the level than any printed decimal: the digits end, and say what they round to.
        assert_eq!(p_value(0.049999999, PRule::Ama), Some(('=', "0.050000".to_owned())));
    }

    #[test]
    fn a_dash_is_no_minus() {
        assert!(dash_joins(Some(0.0), Some(2.0), 1));
        assert!(!dash_joins(Some(-1.0), Some(2.0), 1) && !dash_joins(Some(1.0), None, 1));
        assert!(dash_joins(Some(-0.01), Some(2.0), 1), "written 0.0");
        assert!(!dash_joins(Some(-0.01), Some(2.0), 2), "written -0.01");
        assert_eq!((percent_of(0.95), percent_of(0.975)), ("95".to_owned(), "97.5".to_owned()));
    }
}
