//! Natural order of text: runs of digits compare as numbers, so `dose 2` comes before `dose 10`.

use std::cmp::Ordering;

/// Compares two texts: digits by the number they write, everything else by code point.
///
/// Texts that differ only in leading zeros are ordered by code point, so that the order is total.
///
/// ```
/// let mut levels = vec!["dose 10", "dose 2", "control"];
/// levels.sort_by(|a, b| riskset_data::natural_order(a, b));
/// assert_eq!(levels, ["control", "dose 2", "dose 10"]);
/// ```
pub fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        match (left.chars().next(), right.chars().next()) {
            (Some(l), Some(r)) if l.is_ascii_digit() && r.is_ascii_digit() => {
                let (l, r) = (take_digits(&mut left), take_digits(&mut right));
                match l.len().cmp(&r.len()).then(l.cmp(r)) {
                    Ordering::Equal => {}
                    unequal => return unequal,
                }
            }
            (Some(l), Some(r)) if l == r => {
                left = &left[l.len_utf8()..];
                right = &right[r.len_utf8()..];
            }
            (Some(l), Some(r)) => return l.cmp(&r),
            (None, None) => return a.cmp(b),
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
        }
    }
}

/// Takes the leading run of digits off `text` and returns it without leading zeros.
fn take_digits<'a>(text: &mut &'a str) -> &'a str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    digits.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_compare_as_numbers_and_the_rest_by_code_point() {
        let mut levels = ["10", "9", "a10b", "a9b", "a9", "Z", "a09", "", "é"];
        levels.sort_by(|a, b| natural_order(a, b));
        assert_eq!(levels, ["", "9", "10", "Z", "a09", "a9", "a9b", "a10b", "é"]);
    }
}
