//! The three kinds of column: numbers, flags and text.

use std::collections::HashMap;
use std::hash::Hash;

use crate::natural_order;

/// The code of a missing value in [`Factor::codes`].
pub const MISSING: u32 = u32::MAX;

/// One value per row, of one kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers; NaN is missing.
    Number(Vec<f64>),
    /// True or false; `None` is missing.
    Flag(Vec<Option<bool>>),
    /// Text, as categories.
    Text(Factor),
}

/// Categories: a level number per row, and the levels in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Factor {
    /// The level of each row, from 0; [`MISSING`] where there is none.
    pub codes: Vec<u32>,
    /// The levels: natural order for text, increasing for numbers, `FALSE` before `TRUE`.
    pub levels: Vec<String>,
}

impl Values {
    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Values::Number(numbers) => numbers.len(),
            Values::Flag(flags) => flags.len(),
            Values::Text(factor) => factor.codes.len(),
        }
    }

    /// The levels of a text; none for numbers and flags.
    pub(crate) fn levels(&self) -> &[String] {
        match self {
            Values::Text(factor) => &factor.levels,
            Values::Number(_) | Values::Flag(_) => &[],
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the value of `row` is missing.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Values::Number(numbers) => numbers[row].is_nan(),
            Values::Flag(flags) => flags[row].is_none(),
            Values::Text(factor) => factor.codes[row] == MISSING,
        }
    }

    /// Sets `complete` to false for each row that misses its value, and counts those rows.
    pub(crate) fn mark_missing(&self, complete: &mut [bool]) -> usize {
        fn mark<T>(values: &[T], complete: &mut [bool], missing: impl Fn(&T) -> bool) -> usize {
            let mut count = 0;
            for (value, complete) in values.iter().zip(complete) {
                if missing(value) {
                    *complete = false;
                    count += 1;
                }
            }
            count
        }
        match self {
            Values::Number(numbers) => mark(numbers, complete, |number| number.is_nan()),
            Values::Flag(flags) => mark(flags, complete, Option::is_none),
            Values::Text(factor) => mark(&factor.codes, complete, |&code| code == MISSING),
        }
    }

    /// The rows for which `keep` is true, in order.
    pub(crate) fn filter(self, keep: &[bool]) -> Values {
        fn filter<T: Copy>(mut values: Vec<T>, keep: &[bool]) -> Vec<T> {
            let mut row = 0;
            values.retain(|_| {
                row += 1;
                keep[row - 1]
            });
            values
        }
        match self {
            Values::Number(numbers) => Values::Number(filter(numbers, keep)),
            Values::Flag(flags) => Values::Flag(filter(flags, keep)),
            Values::Text(Factor { codes, levels }) => {
                Values::Text(Factor { codes: filter(codes, keep), levels })
            }
        }
    }

    /// The values as categories; levels that no row has are left out.
    pub fn into_factor(self) -> Factor {
        match self {
            Values::Number(numbers) => Factor::of_numbers(&numbers),
            Values::Flag(flags) => Factor::of_flags(&flags),
            Values::Text(factor) => factor.drop_unused(),
        }
    }
}

impl Factor {
    /// Categories from texts as they come; levels are put into natural order.
    pub fn of_texts<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Factor {
        let mut seen: Distinct<&str> = Distinct::default();
        let codes = texts.into_iter().map(|text| text.map_or(MISSING, |text| seen.code(text)));
        let codes = codes.collect();
        let levels = seen.values.into_iter().map(str::to_string).collect();
        Factor { codes, levels }.sorted_by(natural_order)
    }

    fn of_numbers(numbers: &[f64]) -> Factor {
        let mut seen: Distinct<u64> = Distinct::default();
        // Most categories are small whole numbers: their codes are looked up.
        let mut of_small = [MISSING; 1 << u8::BITS];
        let code = |&number: &f64| {
            let small = number as u8; // 0 for NaN, and the nearest for what does not fit
            if f64::from(small) == number && of_small[small as usize] != MISSING {
                return of_small[small as usize];
            }
            if number.is_nan() {
                return MISSING;
            }
            let code = seen.code((number + 0.0).to_bits()); // adding 0 makes one zero of the two
            if f64::from(small) == number {
                of_small[small as usize] = code;
            }
            code
        };
        let codes = numbers.iter().map(code).collect();
        let values: Vec<f64> = seen.values.into_iter().map(f64::from_bits).collect();
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
        let levels = values.iter().map(f64::to_string).collect();
        Factor { codes, levels }.reordered(&order)
    }

    fn of_flags(flags: &[Option<bool>]) -> Factor {
        let codes = flags.iter().map(|flag| flag.map_or(MISSING, u32::from)).collect();
        Factor { codes, levels: vec!["FALSE".to_string(), "TRUE".to_string()] }.drop_unused()
    }

    /// The same rows with the levels in the order of `compare`.
    pub(crate) fn sorted_by(self, compare: impl Fn(&str, &str) -> std::cmp::Ordering) -> Factor {
        let mut order: Vec<usize> = (0..self.levels.len()).collect();
        order.sort_by(|&a, &b| compare(&self.levels[a], &self.levels[b]));
        self.reordered(&order)
    }

    /// The same rows with only the levels `order`, in that order; the others have no rows.
    pub(crate) fn reordered(mut self, order: &[usize]) -> Factor {
        if order.len() == self.levels.len() && order.iter().enumerate().all(|(i, &o)| i == o) {
            return self;
        }
        let mut new_code = vec![MISSING; self.levels.len()];
        for (new, &old) in order.iter().enumerate() {
            new_code[old] = new as u32;
        }
        for code in self.codes.iter_mut().filter(|code| **code != MISSING) {
            *code = new_code[*code as usize];
        }
        let levels = order.iter().map(|&old| std::mem::take(&mut self.levels[old])).collect();
        Factor { codes: self.codes, levels }
    }

    /// How many rows each level has.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.levels.len()];
        for &code in self.codes.iter().filter(|&&code| code != MISSING) {
            counts[code as usize] += 1;
        }
        counts
    }

    /// Whether every level has a row, which the first rows nearly always tell.
    fn all_used(&self) -> bool {
        let (mut used, mut left) = (vec![false; self.levels.len()], self.levels.len());
        for &code in &self.codes {
            if left == 0 {
                break;
            }
            if code != MISSING && !std::mem::replace(&mut used[code as usize], true) {
                left -= 1;
            }
        }
        left == 0
    }

    /// The same rows without the levels that no row has.
    pub fn drop_unused(self) -> Factor {
        if self.all_used() {
            return self;
        }
        let counts = self.counts();
        let used: Vec<usize> = (0..counts.len()).filter(|&level| counts[level] > 0).collect();
        self.reordered(&used)
    }
}

/// Numbers distinct values in order of first appearance.
pub(crate) struct Distinct<T> {
    pub(crate) values: Vec<T>,
    codes: HashMap<T, u32>,
    last: u32,
}

impl<T> Default for Distinct<T> {
    fn default() -> Self {
        Distinct { values: Vec::new(), codes: HashMap::new(), last: 0 }
    }
}

impl<T: Copy + Eq + Hash> Distinct<T> {
    /// Up to this many values, looking through them is faster than hashing.
    const FEW: usize = 8;

    pub(crate) fn code(&mut self, value: T) -> u32 {
        if self.values.get(self.last as usize) == Some(&value) {
            return self.last;
        }
        if self.values.len() <= Self::FEW {
            if let Some(code) = self.values.iter().position(|known| *known == value) {
                self.last = code as u32;
                return self.last;
            }
        } else if let Some(&code) = self.codes.get(&value) {
            self.last = code;
            return code;
        }
        self.last = self.values.len() as u32;
        self.values.push(value);
        self.codes.insert(value, self.last);
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_in_natural_order_and_unused_ones_go() {
        let texts = [Some("dose 10"), None, Some("dose 2"), Some("dose 10")];
        let factor = Factor::of_texts(texts);
        assert_eq!(factor.levels, ["dose 2", "dose 10"]);
        assert_eq!(factor.codes, [1, MISSING, 0, 1]);
        let kept = Values::Text(factor).filter(&[true, true, false, true]).into_factor();
        assert_eq!((kept.levels, kept.codes), (vec!["dose 10".to_string()], vec![0, MISSING, 0]));
    }

    #[test]
    fn numbers_are_ordered_by_value() {
        let factor = Values::Number(vec![10.0, 9.0, f64::NAN, -0.5, 0.0, -0.0]).into_factor();
        assert_eq!(factor.levels, ["-0.5", "0", "9", "10"]);
        assert_eq!(factor.codes, [3, 2, MISSING, 0, 1, 1]);
    }

    #[test]
    fn many_values_keep_their_codes() {
        let numbers: Vec<f64> = (0..100).chain(0..100).rev().map(f64::from).collect();
        let factor = Values::Number(numbers.clone()).into_factor();
        assert_eq!(factor.codes, numbers.iter().map(|&x| x as u32).collect::<Vec<_>>());
    }
}
