//! SAS transport files (`.xpt`) with one data set.

use std::io::Write;

use xportrs::{ColumnData, Xpt};

use super::Column;
use super::filled::Filled;

/// Formats of SAS that show days since 1960.
pub(super) const DAYS: [&str; 12] = [
    "DATE", "DDMMYY", "MMDDYY", "YYMMDD", "E8601DA", "IS8601DA", "B8601DA", "DDMMYYP", "YYMMDDD",
    "WEEKDATE", "WORDDATE", "YYMMDDN",
];

/// Formats of SAS that show seconds since 1960.
pub(super) const MOMENTS: [&str; 4] = ["DATETIME", "E8601DT", "IS8601DT", "B8601DT"];

pub(super) fn columns(bytes: &[u8]) -> Result<Vec<Column>, String> {
    // The reader takes a path alone.
    let mut file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    file.write_all(bytes).map_err(|error| error.to_string())?;
    let reader = Xpt::reader(file.path()).map_err(|error| error.to_string())?;
    let members = reader.info().member_names().count();
    if members > 1 {
        return Err(format!("it holds {members} data sets; save one of them alone"));
    }
    let data = reader.read().map_err(|error| error.to_string())?;
    Ok(data.columns().iter().map(column).collect())
}

fn column(column: &xportrs::Column) -> Column {
    let format = column.format().map(|format| format.name_without_prefix().to_ascii_uppercase());
    let format = format.as_deref().unwrap_or_default();
    let mut cells = Filled::with_capacity(column.len());
    match column.data() {
        ColumnData::F64(values) => each(values, &mut cells, |into, n| number(into, *n, format)),
        ColumnData::I64(values) => {
            each(values, &mut cells, |into, n| number(into, *n as f64, format))
        }
        ColumnData::Bool(values) => {
            each(values, &mut cells, |into, flag| into.number(f64::from(u8::from(*flag))))
        }
        ColumnData::String(values) => each(values, &mut cells, |into, text| into.text(text)),
        ColumnData::Date(values) => each(values, &mut cells, shown),
        ColumnData::DateTime(values) => each(values, &mut cells, shown),
        ColumnData::Time(values) => each(values, &mut cells, shown),
        ColumnData::Bytes(values) => {
            each(values, &mut cells, |into, bytes| into.text(&String::from_utf8_lossy(bytes)))
        }
        _ => (0..column.len()).for_each(|_| cells.missing()),
    }
    Column::new(column.name(), column.label().unwrap_or_default(), cells.done())
}

fn each<T>(values: &[Option<T>], into: &mut Filled, put: impl Fn(&mut Filled, &T)) {
    for value in values {
        match value {
            Some(value) => put(into, value),
            None => into.missing(),
        }
    }
}

fn shown<T: ToString>(into: &mut Filled, value: &T) {
    into.text(&value.to_string());
}

fn number(into: &mut Filled, number: f64, format: &str) {
    if DAYS.contains(&format) {
        into.day_since_1960(number);
    } else if MOMENTS.contains(&format) {
        into.moment_since_1960(number);
    } else {
        into.number(number);
    }
}
