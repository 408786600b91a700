//! A column while it is filled value by value: of numbers until a text comes.

use super::Cells;
use super::texts::Texts;

/// Seconds from the start of 1960, where SAS and Stata begin to count, to that of 1970.
const FROM_1960_TO_1970: i64 = 3_653 * 86_400;

#[derive(Default)]
pub(super) struct Filled {
    /// NaN where a value is missing; empty once there is a text.
    numbers: Vec<f64>,
    texts: Option<Texts>,
}

impl Filled {
    /// An empty column with room for that many numbers.
    pub(super) fn with_capacity(rows: usize) -> Filled {
        Filled { numbers: Vec::with_capacity(rows), texts: None }
    }

    /// A number, NaN for a missing one; among texts it is the text of its digits.
    pub(super) fn number(&mut self, number: f64) {
        match &mut self.texts {
            None => self.numbers.push(number),
            Some(texts) => push_number(texts, number),
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.texts().push(Some(text));
    }

    pub(super) fn missing(&mut self) {
        self.number(f64::NAN);
    }

    /// The moment that many seconds after the start of 1970 as ISO text, the day alone at midnight;
    /// missing where no calendar has it.
    pub(super) fn moment(&mut self, seconds: i64) {
        self.texts().push_moment(Some(seconds));
    }

    /// The day that many days after 1 January 1960, missing where it is NaN.
    pub(super) fn day_since_1960(&mut self, days: f64) {
        self.moment_since_1960(days.floor() * 86_400.0);
    }

    /// The moment that many seconds after the start of 1960, missing where it is NaN.
    pub(super) fn moment_since_1960(&mut self, seconds: f64) {
        match seconds.is_nan() {
            true => self.missing(),
            false => self.moment((seconds.floor() as i64).saturating_sub(FROM_1960_TO_1970)),
        }
    }

    pub(super) fn done(self) -> Cells {
        self.texts.map_or(Cells::Numbers(self.numbers), Texts::done)
    }

    /// The column as one of texts, from now on.
    fn texts(&mut self) -> &mut Texts {
        self.texts.get_or_insert_with(|| {
            let mut texts = Texts::default();
            let numbers = std::mem::take(&mut self.numbers);
            numbers.into_iter().for_each(|number| push_number(&mut texts, number));
            texts
        })
    }
}

fn push_number(texts: &mut Texts, number: f64) {
    let text = (!number.is_nan()).then(|| number.to_string());
    texts.push(text.as_deref());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::MISSING;

    fn texts_of(fill: impl FnOnce(&mut Filled)) -> (Vec<u32>, Vec<String>) {
        let mut column = Filled::default();
        fill(&mut column);
        match column.done() {
            Cells::Coded { codes, texts } => (codes, texts),
            _ => panic!("a column of numbers"),
        }
    }

    #[test]
    fn numbers_before_a_text_are_texts_too() {
        let (codes, texts) = texts_of(|column| {
            column.missing();
            column.number(1.5);
            column.text("none");
            column.missing();
            column.number(1.5);
        });
        assert_eq!(codes, [MISSING, 0, 1, MISSING, 0]);
        assert_eq!(texts, ["1.5", "none"]);
    }

    #[test]
    fn days_are_counted_from_1960() {
        let (codes, texts) = texts_of(|column| {
            column.day_since_1960(0.0);
            column.day_since_1960(-0.5);
            column.day_since_1960(21_287.0); // 58 years with 15 leap days, and 102 days
            column.day_since_1960(f64::NAN);
            column.day_since_1960(f64::INFINITY);
            column.moment_since_1960(86_400.0 + 61.9);
            column.moment_since_1960(86_400.0);
        });
        assert_eq!(codes, [0, 1, 2, MISSING, MISSING, 3, 4]);
        let days = ["1960-01-01", "1959-12-31", "2018-04-13", "1960-01-02 00:01:01", "1960-01-02"];
        assert_eq!(texts, days);
    }

    #[test]
    fn a_column_without_a_value_is_one_of_numbers() {
        let mut column = Filled::with_capacity(1);
        column.day_since_1960(f64::NAN);
        assert!(matches!(column.done(), Cells::Numbers(numbers) if numbers[0].is_nan()));
    }
}
