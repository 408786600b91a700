//! Files of Stata (`.dta`), releases 102 to 119.

use std::io::Cursor;

use dta::stata::dta::dta_reader::DtaReader;
use dta::stata::dta::long_string_table::LongStringTable;
use dta::stata::dta::value::Value;
use dta::stata::dta::value_label_table::ValueLabelTable;
use dta::stata::dta::variable::Variable;

use super::{Cells, Column, day_since_1960, moment_since_1960};

/// A cell before long strings are looked up.
enum Cell {
    Number(f64),
    Text(String),
    Long(dta::stata::dta::long_string_ref::LongStringRef),
}

pub(super) fn columns(bytes: &[u8]) -> Result<Vec<Column>, String> {
    let failed = |error: dta::stata::dta::dta_error::DtaError| error.to_string();
    let reader = DtaReader::new().from_reader(Cursor::new(bytes)).read_header().map_err(failed)?;
    let mut reader = reader.read_schema().map_err(failed)?;
    reader.skip_to_end().map_err(failed)?;
    let mut reader = reader.into_record_reader().map_err(failed)?;
    let variables: Vec<Variable> = reader.schema().variables().to_vec();
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

/// A single-precision number as it was typed: 64.4 and not 64.4000015258789.
fn shortest(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(f64::from(number))
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
