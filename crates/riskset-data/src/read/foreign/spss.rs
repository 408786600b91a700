//! Files of SPSS (`.sav`, and packed `.zsav`).
//!
//! Values that the author declared missing are missing, value labels are levels where every number
//! that is there has one, and dates are dates. Labels of texts stay where they are: `M` is `M`.

use std::io::Cursor;

use ambers::{MissingSpec, Scanner, SpssMetadata, Value, scan_sav_from_reader};
use memchr::memmem;

use super::texts::Texts;
use super::{Cells, Column, arrow, check_size};
use crate::values::MISSING;

/// Rows that are read at a time.
const BATCH: usize = 1 << 14;

/// The most that one byte can become when a file is unpacked by zlib (1,032, rounded up).
const MOST_FROM_A_BYTE: u64 = 1_100;

/// A file whose columns are known and not yet read.
pub(super) struct File {
    scanner: Scanner<Cursor<Vec<u8>>>,
    about: SpssMetadata,
}

impl File {
    pub(super) fn open(bytes: Vec<u8>) -> Result<File, String> {
        if !blocks_are_possible(&bytes) {
            return Err("a packed part of it is longer than the file can hold".to_owned());
        }
        let scanner = scan_sav_from_reader(Cursor::new(bytes), BATCH).map_err(says)?;
        let about = scanner.metadata().clone();
        Ok(File { scanner, about })
    }

    /// The names of the columns, in their order.
    pub(super) fn names(&self) -> &[String] {
        &self.about.variable_names
    }

    /// The column by which SPSS weights every analysis of the file.
    pub(super) fn weights(&self) -> Option<&str> {
        self.about.weight_variable.as_deref()
    }

    /// How many rows there are, and the columns `fields`, increasing, with their cells; of the others
    /// the name alone.
    pub(super) fn columns(mut self, fields: &[usize]) -> Result<(usize, Vec<Column>), String> {
        if self.names().is_empty() {
            return Ok((0, Vec::new()));
        }
        // A file of one column that is not asked for still has its rows to be counted.
        let read = if fields.is_empty() { &[0][..] } else { fields };
        let names = &self.about.variable_names;
        let read: Vec<&str> = read.iter().map(|&field| names[field].as_str()).collect();
        let promised = self.about.number_rows.and_then(|rows| u64::try_from(rows).ok());
        check_size(promised.unwrap_or(0), read.len() as u64)?;
        let scanner = &mut self.scanner;
        scanner.select(&read).map_err(says)?;
        let kinds: Vec<_> =
            scanner.schema().fields().iter().map(|field| field.data_type().clone()).collect();
        let mut parts = vec![Vec::new(); read.len()];
        let mut rows = 0_usize;
        while let Some(batch) = scanner.next_batch().map_err(says)? {
            rows += batch.num_rows();
            check_size(rows as u64, read.len() as u64)?;
            for (parts, column) in parts.iter_mut().zip(batch.columns()) {
                parts.push(column.clone());
            }
        }
        if let Some(promised) = promised.filter(|&promised| promised != rows as u64) {
            return Err(format!("it promises {promised} rows and holds {rows}"));
        }
        let mut cells = kinds.iter().zip(&parts).map(|(kind, parts)| arrow::cells(kind, parts));
        let mut columns = Vec::with_capacity(self.names().len());
        for (field, name) in self.names().iter().enumerate() {
            let cells = match fields.binary_search(&field) {
                Ok(_) => cells.next().transpose()?,
                Err(_) => None,
            };
            columns.push(self.column(name, cells.unwrap_or(Cells::Numbers(Vec::new()))));
        }
        Ok((rows, columns))
    }

    fn column(&self, name: &str, cells: Cells) -> Column {
        let about = &self.about;
        let missing = about.variable_missing_values.get(name).map_or(&[][..], Vec::as_slice);
        let (cells, user_missing) = without(cells, missing);
        let label = about.variable_labels.get(name).cloned().unwrap_or_default();
        let mut column = Column::new(name, label, cells);
        column.user_missing = user_missing;
        let labels = about.variable_value_labels.get(name).into_iter().flatten();
        let is_missing = |code: f64| missing.iter().any(|spec| is_number(spec, code));
        let code = |(value, label): (&Value, &String)| match value {
            Value::Numeric(code) if !is_missing(*code) => Some((*code, label.clone())),
            Value::Numeric(_) | Value::String(_) => None,
        };
        column.codes = labels.filter_map(code).collect();
        column.codes.sort_by(|a, b| a.0.total_cmp(&b.0));
        column
    }
}

fn says(error: ambers::error::SpssError) -> String {
    error.to_string()
}

/// The cells without what the author declared missing, and how many cells that were.
fn without(cells: Cells, missing: &[MissingSpec]) -> (Cells, usize) {
    match cells {
        Cells::Numbers(mut numbers) if !missing.is_empty() => {
            let declared = |number: &&mut f64| missing.iter().any(|spec| is_number(spec, **number));
            let found = numbers.iter_mut().filter(declared).map(|number| *number = f64::NAN);
            let found = found.count();
            (Cells::Numbers(numbers), found)
        }
        Cells::Coded { codes, texts } if !missing.is_empty() => {
            let declared = |text: &String| missing.iter().any(|spec| is_text(spec, text));
            let declared: Vec<bool> = texts.iter().map(declared).collect();
            let (mut kept, mut found) = (Texts::default(), 0);
            for code in codes {
                let text = (code != MISSING).then_some(code as usize);
                found += usize::from(text.is_some_and(|text| declared[text]));
                kept.push(text.filter(|&text| !declared[text]).map(|text| texts[text].as_str()));
            }
            (kept.done(), found)
        }
        cells => (cells, 0),
    }
}

fn is_number(spec: &MissingSpec, number: f64) -> bool {
    match spec {
        MissingSpec::Value(value) => *value == number,
        MissingSpec::Range { lo, hi } => *lo <= number && number <= *hi,
        MissingSpec::StringValue(_) => false,
    }
}

fn is_text(spec: &MissingSpec, text: &str) -> bool {
    matches!(spec, MissingSpec::StringValue(value) if value.trim_end() == text.trim_end())
}

/// Whether each packed part of a `.zsav` has a length that its bytes can become: the reader makes room
/// for what a part promises before it unpacks it. Other files have no such parts.
fn blocks_are_possible(bytes: &[u8]) -> bool {
    let Some(order) = Order::of(bytes) else { return true };
    if order.short(bytes, 72) != Some(2) {
        return true;
    }
    // The dictionary ends with 999 and 0; after it stand three places, the first of which is that place
    // itself and the second that of the table of the parts.
    let end = match order {
        Order::Little => 999_i32.to_le_bytes(),
        Order::Big => 999_i32.to_be_bytes(),
    };
    let places = memmem::find_iter(bytes, &end).map(|at| at + 8);
    let mut tables = places.filter(|&at| order.long(bytes, at) == i64::try_from(at).ok());
    tables.all(|at| {
        let table = order.long(bytes, at + 8).and_then(|at| usize::try_from(at).ok());
        table.is_some_and(|table| parts_are_possible(bytes, order, table))
    })
}

/// The parts of the table that begins there.
fn parts_are_possible(bytes: &[u8], order: Order, table: usize) -> bool {
    let Some(parts) = table.checked_add(20).and_then(|at| order.short(bytes, at)) else {
        return false;
    };
    (0..usize::try_from(parts).unwrap_or(0)).all(|part| {
        let Some(at) = part.checked_mul(24).and_then(|at| at.checked_add(table + 24)) else {
            return false;
        };
        let becomes = order.short(bytes, at + 16).and_then(|n| u64::try_from(n).ok());
        let length = order.short(bytes, at + 20).and_then(|n| u64::try_from(n).ok());
        match (becomes, length) {
            (Some(becomes), Some(length)) => {
                length <= bytes.len() as u64 && becomes <= length.saturating_mul(MOST_FROM_A_BYTE)
            }
            _ => false,
        }
    })
}

/// Which byte of a number comes first.
#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    /// As the code of the layout, 2 or 3, is written.
    fn of(bytes: &[u8]) -> Option<Order> {
        let is_code = |code| matches!(code, Some(2 | 3));
        [Order::Little, Order::Big].into_iter().find(|order| is_code(order.short(bytes, 64)))
    }

    fn short(self, bytes: &[u8], at: usize) -> Option<i32> {
        let number = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(match self {
            Order::Little => i32::from_le_bytes(number),
            Order::Big => i32::from_be_bytes(number),
        })
    }

    fn long(self, bytes: &[u8], at: usize) -> Option<i64> {
        let number = bytes.get(at..at.checked_add(8)?)?.try_into().ok()?;
        Some(match self {
            Order::Little => i64::from_le_bytes(number),
            Order::Big => i64::from_be_bytes(number),
        })
    }
}
