//! Files of Stata (`.dta`), releases 102 to 119.

use std::cell::Cell as Shared;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

use dta::stata::dta::dta_reader::DtaReader;
use dta::stata::dta::long_string_table::LongStringTable;
use dta::stata::dta::value::Value;
use dta::stata::dta::value_label_table::ValueLabelTable;
use dta::stata::dta::variable::Variable;

use super::stata_lengths;
use super::{Cells, Column, day_since_1960, moment_since_1960, shortest};

/// A cell before long strings are looked up.
enum Cell {
    Number(f64),
    Text(String),
    Long(dta::stata::dta::long_string_ref::LongStringRef),
}

pub(super) fn columns(bytes: &[u8]) -> Result<Vec<Column>, String> {
    let failed = |error: dta::stata::dta::dta_error::DtaError| error.to_string();
    if !stata_lengths::within(bytes, None) {
        return Err("a text of it is longer than the file".to_owned());
    }
    if !stata_lengths::columns_within(bytes) {
        return Err("it promises more columns than it has room for".to_owned());
    }
    let place = Rc::new(Shared::new(0));
    let source = Placed { bytes: Cursor::new(bytes), place: Rc::clone(&place) };
    let reader = DtaReader::new().from_reader(source).read_header().map_err(failed)?;
    let mut reader = reader.read_schema().map_err(failed)?;
    reader.skip_to_end().map_err(failed)?;
    let mut reader = reader.into_record_reader().map_err(failed)?;
    let variables: Vec<Variable> = reader.schema().variables().to_vec();
    if variables.is_empty() {
        // Any number of rows of nothing would be read one by one.
        return Ok(Vec::new());
    }
    let mut cells: Vec<Vec<Cell>> = variables.iter().map(|_| Vec::new()).collect();
    while let Some(record) = reader.read_record().map_err(failed)? {
        for (column, value) in cells.iter_mut().zip(record.values()) {
            column.push(cell(value));
        }
    }
    let encoding = reader.encoding();
    let mut reader = reader.into_long_string_reader().map_err(failed)?;
    let mut long = LongStringTable::for_reading();
    reader.read_remaining_into(&mut long).map_err(failed)?;
    let mut reader = reader.into_value_label_reader().map_err(failed)?;
    if !stata_lengths::within(bytes, usize::try_from(place.get()).ok()) {
        return Err("a set of its value labels is longer than the file".to_owned());
    }
    let mut labels = ValueLabelTable::new();
    reader.read_remaining_into(&mut labels).map_err(failed)?;
    let text = |cell: Cell| match cell {
        Cell::Text(text) => Some(text),
        Cell::Number(number) => (!number.is_nan()).then(|| number.to_string()),
        Cell::Long(place) => {
            let found = long.get(&place)?;
            found.data_str(encoding).map(|text| text.into_owned())
        }
    };
    let column = |(variable, cells): (&Variable, Vec<Cell>)| column(variable, cells, &labels, text);
    Ok(variables.iter().zip(cells).map(column).collect())
}

/// The bytes of a file, and beside them the place up to which they were read.
struct Placed<'a> {
    bytes: Cursor<&'a [u8]>,
    place: Rc<Shared<u64>>,
}

impl Read for Placed<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.bytes.read(into);
        self.place.set(self.bytes.position());
        read
    }
}

impl Seek for Placed<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let place = self.bytes.seek(to);
        self.place.set(self.bytes.position());
        place
    }
}

fn cell(value: &Value<'_>) -> Cell {
    let number = |number: Option<f64>| Cell::Number(number.unwrap_or(f64::NAN));
    match value {
        Value::Byte(value) => number(value.present().map(f64::from)),
        Value::Int(value) => number(value.present().map(f64::from)),
        Value::Long(value) => number(value.present().map(f64::from)),
        Value::Float(value) => number(value.present().map(shortest)),
        Value::Double(value) => number(value.present()),
        Value::String(text) => Cell::Text(text.to_string()),
        Value::LongStringRef(place) => Cell::Long(*place),
    }
}

fn column(
    variable: &Variable,
    cells: Vec<Cell>,
    labels: &ValueLabelTable,
    text: impl Fn(Cell) -> Option<String>,
) -> Column {
    let numeric = cells.iter().all(|cell| matches!(cell, Cell::Number(_)));
    let cells = if numeric {
        let number = |cell: &Cell| match cell {
            Cell::Number(number) => *number,
            Cell::Text(_) | Cell::Long(_) => f64::NAN,
        };
        dated(cells.iter().map(number).collect(), variable.format())
    } else {
        Cells::Texts(cells.into_iter().map(text).collect())
    };
    let mut column = Column::new(variable.name(), variable.label(), cells);
    if let Some(set) = labels.get(variable.value_label_name()) {
        // Codes above the largest long are the extended missing values, which no row has.
        let entries = set.entries().iter().map(|e| (f64::from(e.value()), e.label().to_string()));
        column.codes = entries.filter(|(code, _)| *code <= 2_147_483_620.0).collect();
        column.codes.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    column
}

/// Numbers with a format of days or moments as texts of dates.
fn dated(numbers: Vec<f64>, format: &str) -> Cells {
    let days = format.starts_with("%td") || format.starts_with("%d") || format.starts_with("%-td");
    let moments = format.starts_with("%tc") || format.starts_with("%-tc");
    let known = |number: &f64| Some(*number).filter(|number| !number.is_nan());
    if days {
        Cells::Texts(numbers.iter().map(|n| known(n).and_then(day_since_1960)).collect())
    } else if moments {
        let text = |n: &f64| known(n).and_then(|n| moment_since_1960(n / 1000.0));
        Cells::Texts(numbers.iter().map(text).collect())
    } else {
        Cells::Numbers(numbers)
    }
}
