//! The numbers behind a figure, as tables.

use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// A table of plotted values, by column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataTable {
    /// What it holds: `curves`, `counts`, `rows`.
    pub name: String,
    /// The columns, of equal length.
    pub columns: Vec<DataColumn>,
}

/// A column of plotted values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataColumn {
    /// Its name.
    pub name: String,
    /// One value per row; `None` does not exist.
    pub values: Vec<Option<Datum>>,
}

/// A number or a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Datum {
    /// A number, at full precision.
    Number(f64),
    /// A text.
    Text(String),
}

impl DataTable {
    /// An empty table with these columns.
    pub fn new(name: &str, columns: &[&str]) -> DataTable {
        let column = |name: &&str| DataColumn { name: (*name).to_owned(), values: Vec::new() };
        DataTable { name: name.to_owned(), columns: columns.iter().map(column).collect() }
    }

    /// Adds a row: one value per column, in column order.
    pub(crate) fn row<const N: usize>(&mut self, values: [Option<Datum>; N]) {
        debug_assert_eq!(N, self.columns.len());
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.values.push(value);
        }
    }

    /// The table as CSV: a header line, then one line per row; what does not exist is empty. A text
    /// that a spreadsheet would run as a formula starts with an apostrophe.
    pub fn to_csv(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|column| quoted(&column.name)).collect();
        let mut csv = names.join(",");
        csv.push('\n');
        let rows = self.columns.iter().map(|column| column.values.len()).max().unwrap_or(0);
        for row in 0..rows {
            for (index, column) in self.columns.iter().enumerate() {
                if index > 0 {
                    csv.push(',');
                }
                // A column of a damaged file may be shorter than the others.
                match column.values.get(row) {
                    Some(Some(Datum::Number(value))) => {
                        let _ = write!(csv, "{value}");
                    }
                    Some(Some(Datum::Text(text))) => csv.push_str(&quoted(text)),
                    Some(None) | None => {}
                }
            }
            csv.push('\n');
        }
        csv
    }
}

/// What makes a spreadsheet run a cell, in the wide forms of Chinese and Japanese text as well.
const RUN: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
/// Characters without width that count as no blank: zero-width spaces, joiners, marks of direction
/// and of byte order.
const INVISIBLE: [char; 10] = [
    '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{feff}', '\u{ad}',
    '\u{180e}', '\u{34f}',
];

/// A field of a CSV file, quoted where it must be. Spreadsheets skip what cannot be seen before
/// they ask whether a cell is a formula, and so does the guard.
fn quoted(text: &str) -> String {
    let unseen = |c: char| c.is_whitespace() || c.is_control() || INVISIBLE.contains(&c);
    let first = text.chars().find(|&c| !unseen(c));
    let text = if text.starts_with(['\t', '\r']) || first.is_some_and(|c| RUN.contains(&c)) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

impl From<f64> for Datum {
    fn from(value: f64) -> Datum {
        Datum::Number(value)
    }
}

impl From<&str> for Datum {
    fn from(text: &str) -> Datum {
        Datum::Text(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_a_spreadsheet_would_run_is_guarded_behind_blanks_too() {
        for text in ["=1+1", " =1+1", "\u{a0}=1+1", "\u{200b}@x", "\tx", "\u{feff}+1", " \u{ff1d}1"]
        {
            assert!(quoted(text).trim_start_matches('"').starts_with('\''), "{text:?}");
        }
        assert_eq!(quoted("Men = 3"), "Men = 3");
        assert_eq!(quoted(" a, b"), "\" a, b\"");
    }

    #[test]
    fn a_short_column_of_a_damaged_file_leaves_cells_empty() {
        let column = |name: &str, count: usize| DataColumn {
            name: name.to_owned(),
            values: vec![Some(Datum::Number(1.0)); count],
        };
        let columns = vec![column("a", 2), column("b", 0), column("c", 3)];
        let table = DataTable { name: "t".to_owned(), columns };
        assert_eq!(table.to_csv(), "a,b,c\n1,,1\n1,,1\n,,1\n");
    }
}
