//! Files of SAS (`.sas7bdat`).

use std::ops::ControlFlow;

use sas7bdat::{CellValue, Dataset};

use super::Column;
use super::filled::Filled;

pub(super) fn columns(bytes: Vec<u8>) -> Result<Vec<Column>, String> {
    let data = Dataset::from_bytes(bytes).map_err(|error| error.to_string())?;
    let mut cells: Vec<Filled> = data.columns().iter().map(|_| Filled::default()).collect();
    data.visit_rows(|row| {
        for (column, value) in cells.iter_mut().zip(row.iter()) {
            push(column, value);
        }
        Ok(ControlFlow::Continue(()))
    })
    .map_err(|error| error.to_string())?;
    let column = |(meta, cells): (&sas7bdat::ColumnMeta, Filled)| {
        Column::new(meta.name.clone(), meta.label.clone().unwrap_or_default(), cells.done())
    };
    Ok(data.columns().iter().zip(cells).map(column).collect())
}

fn push(column: &mut Filled, value: &CellValue<'_>) {
    match value {
        CellValue::Null => column.missing(),
        CellValue::Int32(number) => column.number(f64::from(*number)),
        CellValue::Int64(number) => column.number(*number as f64),
        CellValue::Float64(number) => column.number(*number),
        CellValue::Str(text) => column.text(text),
        CellValue::Bytes(bytes) => column.text(&String::from_utf8_lossy(bytes)),
        CellValue::Date(date) => column.day_since_1960(f64::from(date.days_since_sas_epoch)),
        CellValue::DateTime(moment) => {
            column.moment_since_1960(moment.seconds_since_sas_epoch as f64)
        }
        CellValue::Time(time) => column.number(f64::from(time.seconds_since_midnight)),
    }
}
