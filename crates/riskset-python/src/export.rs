//! Tables of answers as Arrow, which polars, pandas, pyarrow and DuckDB take without a copy.

use crate::Returned;
use crate::convert::Plain;
use polars_arrow::array::{Array, StructArray};
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_arrow::ffi::{ArrowArrayStream, export_iterator};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use riskset_plot::{DataTable, Datum};
use riskset_report::documents::Part;
use serde_json::Value;

/// Columns of one length.
pub type Columns = Vec<(Field, Box<dyn Array>)>;

/// A table of an answer. A column of numbers is one of numbers, of truths one of flags; what has both
/// is one of texts.
pub fn of_part(part: &Part) -> Columns {
    let column = |(name, values): &(String, Vec<Value>)| {
        let known = || values.iter().filter(|value| !value.is_null());
        let plain = if known().next().is_some() && known().all(Value::is_boolean) {
            Plain::Flags(values.iter().map(Value::as_bool).collect())
        } else if known().all(Value::is_number) {
            Plain::Numbers(values.iter().map(Value::as_f64).collect())
        } else {
            Plain::Texts(values.iter().map(text_of).collect())
        };
        plain.into_arrow(name)
    };
    part.columns.iter().map(column).collect()
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
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
