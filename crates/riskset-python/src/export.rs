//! Tables of answers as Arrow, which polars, pandas, pyarrow and DuckDB take without a copy.

use crate::Returned;
use crate::convert::Plain;
use polars_arrow::array::{Array, StructArray};
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_arrow::ffi::{ArrowArrayStream, export_iterator};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use riskset_plot::{DataTable, Datum};
use riskset_report::table::Table;

/// Columns of one length.
pub type Columns = Vec<(Field, Box<dyn Array>)>;

/// The record of a document. Its cells are written in full precision; a column in which every cell
/// is a number or empty is one of numbers.
pub fn of_record(table: &Table) -> Columns {
    let column = |at: usize, heading: &str| {
        let cells = || table.rows.iter().map(|row| row.cells[at].as_str());
        let known = cells().filter(|cell| !cell.is_empty());
        let numbers = known.clone().all(|cell| cell.parse::<f64>().is_ok());
        let plain = match numbers && known.count() > 0 {
            true => Plain::Numbers(cells().map(|cell| cell.parse().ok()).collect()),
            false => {
                let text = |cell: &str| Some(cell.to_owned()).filter(|cell| !cell.is_empty());
                Plain::Texts(cells().map(text).collect())
            }
        };
        plain.into_arrow(heading)
    };
    table.columns.iter().enumerate().map(|(at, known)| column(at, &known.heading)).collect()
}

/// The numbers behind a figure.
pub fn of_data(table: &DataTable) -> Columns {
    let rows = table.columns.iter().map(|column| column.values.len()).max().unwrap_or(0);
    let one = |column: &riskset_plot::DataColumn| {
        let cell = |row: usize| column.values.get(row).cloned().flatten();
        let is_text = |value: &Option<Datum>| matches!(value, Some(Datum::Text(_)));
        let plain = match column.values.iter().any(is_text) {
            false => Plain::Numbers((0..rows).map(|row| number(cell(row))).collect()),
            true => Plain::Texts((0..rows).map(|row| text(cell(row))).collect()),
        };
        plain.into_arrow(&column.name)
    };
    table.columns.iter().map(one).collect()
}

fn number(value: Option<Datum>) -> Option<f64> {
    match value {
        Some(Datum::Number(number)) => Some(number),
        _ => None,
    }
}

fn text(value: Option<Datum>) -> Option<String> {
    value.map(|value| match value {
        Datum::Number(number) => number.to_string(),
        Datum::Text(text) => text,
    })
}

/// A stream of one batch, in the capsule that the Arrow C interface of Python asks for.
pub fn stream(py: Python<'_>, columns: Columns) -> Returned {
    let rows = columns.first().map_or(0, |(_, array)| array.len());
    let (fields, arrays): (Vec<Field>, Vec<Box<dyn Array>>) = columns.into_iter().unzip();
    let dtype = ArrowDataType::Struct(fields);
    let batch: Box<dyn Array> = Box::new(StructArray::new(dtype.clone(), rows, arrays, None));
    let field = Field::new("".into(), dtype, false);
    let stream = Stream(export_iterator(Box::new(std::iter::once(Ok(batch))), field));
    Ok(PyCapsule::new_with_value(py, stream, c"arrow_array_stream")?.into_any().unbind())
}

/// The stream itself and nothing else, as the capsule has to hold it. It is released when the capsule
/// goes, unless the consumer has taken it.
#[repr(transparent)]
struct Stream(ArrowArrayStream);
