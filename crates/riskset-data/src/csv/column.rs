//! A column as it grows, block by block, and the kind of values it turns out to hold.

use std::collections::HashMap;

use super::block::{self, Cells, Kind};
use crate::read::Style;
use crate::values::{Distinct, MISSING};
use crate::{Factor, Values, natural_order};

/// A column as it grows.
pub(super) struct Column {
    pub(super) field: usize,
    pub(super) kind: Kind,
    pub(super) failed: bool,
    numbers: Vec<f64>,
    codes: Vec<u32>,
    levels: Vec<String>,
    index: HashMap<String, u32>,
    /// Some text stood without quotes.
    bare: bool,
}

impl Column {
    pub(super) fn new(field: usize, kind: Kind) -> Column {
        Column {
            field,
            kind,
            failed: false,
            numbers: Vec::new(),
            codes: Vec::new(),
            levels: Vec::new(),
            index: HashMap::new(),
            bare: false,
        }
    }

    pub(super) fn reserve(&mut self, rows: usize) {
        match self.kind {
            Kind::Number => self.numbers.reserve(rows),
            Kind::Text => self.codes.reserve(rows),
        }
    }

    pub(super) fn append(&mut self, cells: Cells<'_>) {
        match cells {
            Cells::Number { failed: true, .. } => {
                self.failed = true;
                self.numbers = Vec::new();
            }
            Cells::Number { .. } if self.failed => {}
            Cells::Number { values, .. } => self.numbers.extend_from_slice(&values),
            Cells::Text { codes, distinct, bare } => {
                self.bare |= bare;
                let of_block: Vec<u32> = distinct
                    .values
                    .iter()
                    .map(|field| self.level(block::unquoted(field)))
                    .collect();
                let code =
                    |&code: &u32| if code == MISSING { MISSING } else { of_block[code as usize] };
                self.codes.extend(codes.iter().map(code));
            }
        }
    }

    fn level(&mut self, text: String) -> u32 {
        if let Some(&code) = self.index.get(&text) {
            return code;
        }
        let code = self.levels.len() as u32;
        self.levels.push(text.clone());
        self.index.insert(text, code);
        code
    }

    pub(super) fn into_values(self) -> Values {
        match self.kind {
            Kind::Number => Values::Number(self.numbers),
            Kind::Text if self.bare => text_values(self.codes, self.levels),
            Kind::Text => text_values_trimmed(self.codes, &self.levels),
        }
    }
}

/// Texts that all stood in quotes, so that the quotes say nothing about the blanks inside them.
fn text_values_trimmed(codes: Vec<u32>, levels: &[String]) -> Values {
    let mut distinct: Distinct<&str> = Distinct::default();
    let of_level: Vec<u32> = levels.iter().map(|level| distinct.code(level.trim())).collect();
    let code = |&code: &u32| if code == MISSING { MISSING } else { of_level[code as usize] };
    let codes = codes.iter().map(code).collect();
    text_values(codes, distinct.values.into_iter().map(str::to_string).collect())
}

/// Texts as values: a yes/no column when every text is true or false in some letter case.
pub(crate) fn text_values(codes: Vec<u32>, levels: Vec<String>) -> Values {
    let flags: Option<Vec<bool>> = levels.iter().map(|level| flag(level)).collect();
    match flags.filter(|flags| !flags.is_empty()) {
        Some(flags) => Values::Flag(
            codes.iter().map(|&code| (code != MISSING).then(|| flags[code as usize])).collect(),
        ),
        None => Values::Text(Factor { codes, levels }.sorted_by(natural_order)),
    }
}

fn flag(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// A column is numeric when every text of the sample that is not missing writes a number.
pub(super) fn kind_of(cells: &Cells<'_>, style: Style) -> Kind {
    let Cells::Text { distinct, .. } = cells else { return Kind::Number };
    let is_number = |field: &&[u8]| style.number(block::inside(field)).is_some();
    if distinct.values.iter().all(is_number) { Kind::Number } else { Kind::Text }
}
