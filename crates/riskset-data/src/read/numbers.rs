//! How numbers are written: a decimal point or comma, and marks between groups of three digits.
//!
//! `64,4` is no other number than 64.4, and `1,234,567` none but 1234567; `1,960` can be 1.96 or
//! 1960 and is refused until its reader is told, unless another value of the source decides.

use riskset::Remedy;

use super::{Decimal, ReadOptions};
use crate::csv;

/// How the numbers of a source are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) decimal: Decimal,
    pub(crate) thousands: Option<char>,
}

impl Style {
    /// What the options say; a point as mark of thousands makes the comma the decimal mark.
    pub(crate) fn told(options: &ReadOptions) -> Option<Style> {
        let decimal = match (options.decimal, options.thousands) {
            (Some(decimal), _) => decimal,
            (None, Some('.')) => Decimal::Comma,
            (None, Some(_)) => Decimal::Point,
            (None, None) => return None,
        };
        Some(Style { decimal, thousands: options.thousands })
    }

    pub(crate) fn is_plain(self) -> bool {
        self == Style::default()
    }

    /// The number that a text without blanks around it writes.
    pub(crate) fn number(self, text: &[u8]) -> Option<f64> {
        if self.is_plain() {
            return csv::number(text);
        }
        csv::number(self.plain(std::str::from_utf8(text).ok()?)?.as_bytes())
    }

    /// The text as a plain number would be written; `None` where the marks do not fit.
    fn plain(self, text: &str) -> Option<String> {
        let mark = match self.decimal {
            Decimal::Point => '.',
            Decimal::Comma => ',',
        };
        let (whole, fraction) = match text.split_once(mark) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        let whole = match self.thousands {
            Some(thousands) => without_groups(whole, thousands)?,
            None => whole.to_string(),
        };
        // What is left of the other mark would be read as a decimal point.
        let foreign = |part: &str| part.contains(['.', ',']);
        match fraction {
            _ if foreign(&whole) || fraction.is_some_and(foreign) => None,
            Some(fraction) => Some(format!("{whole}.{fraction}")),
            None => Some(whole),
        }
    }
}

/// The digits without marks between groups of three.
fn without_groups(whole: &str, thousands: char) -> Option<String> {
    let is_mark = |c: char| c == thousands || (thousands == ' ' && c == '\u{A0}');
    let mut groups = whole.split(is_mark);
    let first = groups.next()?;
    let mut digits = first.to_string();
    for group in groups {
        let whole = group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit());
        let head = first.trim_start_matches(['-', '+', '\u{2212}']);
        if !whole || head.is_empty() || head.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

/// What the marks in a text say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marks {
    /// `64,4`, `0,125`, `1.234,5`: the comma is the decimal mark.
    DecimalComma,
    /// `64.4`, `1,234.5`: the point is.
    DecimalPoint,
    /// `1,234,567`: the comma marks thousands.
    Groups,
    /// `1,960`.
    Either,
    /// No number, or one without marks.
    Nothing,
}

fn marks(text: &str) -> Marks {
    let body = text.trim().trim_start_matches(['-', '+', '\u{2212}']);
    if !body.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'.') {
        return Marks::Nothing;
    }
    let reads = |decimal, thousands| Style { decimal, thousands }.number(body.as_bytes()).is_some();
    let comma = reads(Decimal::Comma, None) || reads(Decimal::Comma, Some('.'));
    let point = reads(Decimal::Point, None) || reads(Decimal::Point, Some(','));
    match (body.contains(','), body.contains('.'), comma, point) {
        (false, false, ..) => Marks::Nothing,
        // A number with a point alone is read as it always was.
        (false, true, _, true) => Marks::DecimalPoint,
        (_, _, true, false) => Marks::DecimalComma,
        (_, true, false, true) => Marks::DecimalPoint,
        (_, false, false, true) => Marks::Groups,
        // `0,125` has a group of three, but nobody writes thousands with a leading zero.
        (true, _, true, true) if body.starts_with('0') => Marks::DecimalComma,
        (true, _, true, true) => Marks::Either,
        _ => Marks::Nothing,
    }
}

/// What the texts of a source say about its numbers.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    comma: bool,
    point: bool,
    groups: bool,
    either: bool,
}

/// What follows from the evidence.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Style(Style),
    /// Some values can be read in two ways.
    Unclear,
}

impl Evidence {
    pub(crate) fn see(&mut self, text: &str) {
        match marks(text) {
            Marks::DecimalComma => self.comma = true,
            Marks::DecimalPoint => self.point = true,
            Marks::Groups => self.groups = true,
            Marks::Either => self.either = true,
            Marks::Nothing => {}
        }
    }

    pub(crate) fn verdict(&self) -> Verdict {
        let style = |decimal, thousands| Verdict::Style(Style { decimal, thousands });
        match self {
            Evidence { comma: true, point: false, groups: false, .. } => {
                style(Decimal::Comma, None)
            }
            Evidence { groups: true, comma: false, .. } => style(Decimal::Point, Some(',')),
            Evidence { either: true, .. } => Verdict::Unclear,
            _ => style(Decimal::Point, None),
        }
    }
}

/// Whether a text is a number with a decimal comma or with marks of thousands.
pub(crate) fn is_either(text: &str) -> bool {
    marks(text) == Marks::Either
}

/// Both readings of a text such as `1,960`, with the option that says so.
pub(crate) fn readings(text: &str) -> Vec<(String, Remedy)> {
    let read = |decimal, thousands| {
        Style { decimal, thousands }.number(text.trim().as_bytes()).unwrap_or(f64::NAN)
    };
    vec![
        (read(Decimal::Point, Some(',')).to_string(), Remedy::set_to("thousands", ",")),
        (read(Decimal::Comma, None).to_string(), Remedy::set_to("decimal", ",")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_say_what_they_can_say() {
        for (text, said) in [
            ("64,4", Marks::DecimalComma),
            ("-0,125", Marks::DecimalComma),
            ("1.234,5", Marks::DecimalComma),
            ("64.4", Marks::DecimalPoint),
            ("1,234.5", Marks::DecimalPoint),
            ("1,234,567", Marks::Groups),
            ("1,960", Marks::Either),
            ("1960", Marks::Nothing),
            ("13.04.2018", Marks::Nothing),
            ("a,b", Marks::Nothing),
        ] {
            assert_eq!(marks(text), said, "{text}");
        }
    }

    #[test]
    fn numbers_are_read_in_their_style() {
        let german = Style { decimal: Decimal::Comma, thousands: Some('.') };
        assert_eq!(german.number(b"1.234,5"), Some(1234.5));
        assert_eq!(german.number(b"12.34,5"), None);
        assert_eq!(german.number("\u{2212}7,5".as_bytes()), Some(-7.5));
        let swiss = Style { decimal: Decimal::Point, thousands: Some('\'') };
        assert_eq!(swiss.number(b"1'960"), Some(1960.0));
        let comma = Style { decimal: Decimal::Comma, thousands: None };
        assert_eq!((comma.number(b"64.4"), comma.number(b"64,4")), (None, Some(64.4)));
    }

    #[test]
    fn one_value_decides_for_the_others_and_two_readings_do_not() {
        let verdict = |texts: &[&str]| {
            let mut evidence = Evidence::default();
            texts.iter().for_each(|text| evidence.see(text));
            evidence.verdict()
        };
        let style = |decimal, thousands| Verdict::Style(Style { decimal, thousands });
        assert_eq!(verdict(&["1,960", "502"]), Verdict::Unclear);
        assert_eq!(verdict(&["1,960", "1,5"]), style(Decimal::Comma, None));
        assert_eq!(verdict(&["1,960", "1,234,567"]), style(Decimal::Point, Some(',')));
        assert_eq!(verdict(&["502", "a"]), style(Decimal::Point, None));
        assert_eq!(readings("1,960")[0].0, "1960");
        assert_eq!(readings("1,960")[1].0, "1.96");
    }
}
