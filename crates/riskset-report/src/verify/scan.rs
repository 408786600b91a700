//! The numbers in a text, as authors write them: `1,384`, `.03`, `19·9`, `−0.5`.

/// A number where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    pub value: f64,
    pub decimals: usize,
    /// `<` or `>` before it, as in `P < .001`.
    pub bound: Option<char>,
}

impl Number {
    /// Whether a value is this number when it is rounded to its decimals, halves either way.
    pub fn is(&self, value: f64) -> bool {
        let half = 0.5 * 0.1_f64.powi(self.decimals as i32);
        match self.bound {
            Some('<') => value < self.value,
            Some('>') => value > self.value,
            // A value that lies on the half may have gone either way.
            _ => (value - self.value).abs() <= half * (1.0 + 1e-9),
        }
    }
}

/// All numbers, in order. Digits that belong to a word (`T4N2`, `5FU`, `CD4`) are none.
pub fn numbers(text: &str) -> Vec<Number> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let starts = bytes[at].is_ascii_digit()
            || (bytes[at] == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit));
        if !starts {
            at += 1;
            continue;
        }
        let (end, digits, decimals) = body(text, at);
        let before = text[..at].chars().next_back();
        let after = text[end..].chars().next();
        let in_word = |sign: Option<char>| sign.is_some_and(|s| s.is_alphabetic() || s == '_');
        if !in_word(before)
            && !in_word(after)
            && let Ok(value) = digits.parse::<f64>()
        {
            let (start, negative) = sign(text, at);
            let value = if negative { -value } else { value };
            // Nobody writes "009 patients": a digit was mistyped, and no value is this number.
            let padded = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
            let value = if padded { f64::INFINITY } else { value };
            found.push(Number { start, end, value, decimals, bound: bound(text, start) });
        }
        at = end;
    }
    found
}

/// Where the digits end, the digits as a program writes them, and how many are decimals.
fn body(text: &str, start: usize) -> (usize, String, usize) {
    let (mut digits, mut decimals, mut point) = (String::new(), 0, false);
    let mut end = start;
    let signs: Vec<(usize, char)> = text[start..].char_indices().collect();
    let digit = |place: usize| signs.get(place).is_some_and(|(_, sign)| sign.is_ascii_digit());
    let mut place = 0;
    while place < signs.len() {
        let (offset, sign) = signs[place];
        match sign {
            '0'..='9' => {
                digits.push(sign);
                decimals += usize::from(point);
            }
            '.' | '\u{b7}' if !point && digit(place + 1) => {
                digits.push('.');
                point = true;
            }
            // A comma before exactly three digits parts thousands.
            ',' if !point
                && place > 0
                && (1..4).all(|next| digit(place + next))
                && !digit(place + 4) => {}
            _ => break,
        }
        end = start + offset + sign.len_utf8();
        place += 1;
    }
    (end, digits, decimals)
}

/// A minus belongs to a number unless it stands between two of them.
fn sign(text: &str, start: usize) -> (usize, bool) {
    let mut before = text[..start].char_indices().rev();
    match before.next() {
        Some((at, '\u{2212}')) => (at, true),
        Some((at, '-' | '\u{2013}')) => {
            let free =
                before.next().is_none_or(|(_, sign)| sign.is_whitespace() || "([".contains(sign));
            if free { (at, true) } else { (start, false) }
        }
        _ => (start, false),
    }
}

fn bound(text: &str, start: usize) -> Option<char> {
    match text[..start].trim_end().chars().next_back() {
        Some('<' | '\u{2264}') => Some('<'),
        Some('>' | '\u{2265}') => Some('>'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(f64, usize)> {
        numbers(text).iter().map(|number| (number.value, number.decimals)).collect()
    }

    #[test]
    fn numbers_as_authors_write_them() {
        assert_eq!(
            found("1,384 patients, 19\u{b7}9% (16.0-24.1)"),
            [(1384.0, 0), (19.9, 1), (16.0, 1), (24.1, 1)]
        );
        assert_eq!(
            found("0.4 (\u{2212}0.5 to 1.2; P=.03)"),
            [(0.4, 1), (-0.5, 1), (1.2, 1), (0.03, 2)]
        );
        assert_eq!(found("T4N2, 5FU and CD4 in 2 of 3."), [(2.0, 0), (3.0, 0)]);
        assert_eq!(found("4.5\u{2013}7.6"), [(4.5, 1), (7.6, 1)]);
        assert_eq!(numbers("P < .001")[0].bound, Some('<'));
    }

    #[test]
    fn a_number_is_a_value_that_rounds_to_it() {
        let number = |text: &str| numbers(text)[0];
        assert!(number("31.3").is(31.25) && number("31.2").is(31.25));
        assert!(number("31").is(31.25) && !number("31.4").is(31.25));
        assert!(number("P < 0.001").is(0.0005) && !number("P < 0.001").is(0.002));
    }
}
