//! SAS transport files (`.xpt`) with one data set.

use std::io::Write;

use xportrs::{ColumnData, Xpt};

use super::{Cells, Column, day_since_1960, moment_since_1960};

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
    let cells = match column.data() {
        ColumnData::F64(values) => dated(values, format.as_deref().unwrap_or_default()),
        ColumnData::I64(values) => {
            let values: Vec<Option<f64>> = values.iter().map(|v| v.map(|v| v as f64)).collect();
            dated(&values, format.as_deref().unwrap_or_default())
        }
        ColumnData::Bool(values) => {
            let number = |value: &Option<bool>| value.map_or(f64::NAN, |b| f64::from(u8::from(b)));
            Cells::Numbers(values.iter().map(number).collect())
        }
        ColumnData::String(values) => Cells::Texts(values.clone()),
        ColumnData::Date(values) => texts(values),
        ColumnData::DateTime(values) => texts(values),
        ColumnData::Time(values) => texts(values),
        ColumnData::Bytes(values) => {
            let text = |value: &Option<Vec<u8>>| {
                value.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            };
            Cells::Texts(values.iter().map(text).collect())
        }
        _ => Cells::Texts(vec![None; column.len()]),
    };
    Column::new(column.name(), column.label().unwrap_or_default(), cells)
}

fn texts<T: ToString>(values: &[Option<T>]) -> Cells {
    Cells::Texts(values.iter().map(|value| value.as_ref().map(T::to_string)).collect())
}

fn dated(values: &[Option<f64>], format: &str) -> Cells {
    let known = |value: &Option<f64>| value.filter(|number| !number.is_nan());
    if DAYS.contains(&format) {
        Cells::Texts(values.iter().map(|v| known(v).and_then(day_since_1960)).collect())
    } else if MOMENTS.contains(&format) {
        Cells::Texts(values.iter().map(|v| known(v).and_then(moment_since_1960)).collect())
    } else {
        Cells::Numbers(values.iter().map(|v| known(v).unwrap_or(f64::NAN)).collect())
    }
}
