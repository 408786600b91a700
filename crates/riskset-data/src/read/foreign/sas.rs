//! Files of SAS (`.sas7bdat`).

use std::ops::ControlFlow;

use sas7bdat::{CellValue, Dataset};

use super::{Cells, Column, day_since_1960, moment_since_1960};

pub(super) fn columns(bytes: Vec<u8>) -> Result<Vec<Column>, String> {
    let data = Dataset::from_bytes(bytes).map_err(|error| error.to_string())?;
    let n = data.columns().len();
    let mut cells: Vec<Vec<Option<Cell>>> = (0..n).map(|_| Vec::new()).collect();
    data.visit_rows(|row| {
        for (column, value) in cells.iter_mut().zip(row.iter()) {
            column.push(cell(value));
        }
        Ok(ControlFlow::Continue(()))
    })
    .map_err(|error| error.to_string())?;
    let column = |(meta, cells): (&sas7bdat::ColumnMeta, Vec<Option<Cell>>)| {
        let label = meta.label.clone().unwrap_or_default();
        Column::new(meta.name.clone(), label, column_cells(cells))
    };
    Ok(data.columns().iter().zip(cells).map(column).collect())
}

/// A value that is there.
enum Cell {
    Number(f64),
    Text(String),
}

fn cell(value: &CellValue<'_>) -> Option<Cell> {
    let text = |text: Option<String>| text.map(Cell::Text);
    match value {
        CellValue::Null => None,
        CellValue::Int32(number) => Some(Cell::Number(f64::from(*number))),
        CellValue::Int64(number) => Some(Cell::Number(*number as f64)),
        CellValue::Float64(number) => Some(Cell::Number(*number)).filter(|_| !number.is_nan()),
        CellValue::Str(string) => text(Some(string.to_string())),
        CellValue::Bytes(bytes) => text(Some(String::from_utf8_lossy(bytes).into_owned())),
        CellValue::Date(date) => text(day_since_1960(f64::from(date.days_since_sas_epoch))),
        CellValue::DateTime(moment) => {
            text(moment_since_1960(moment.seconds_since_sas_epoch as f64))
        }
        CellValue::Time(time) => Some(Cell::Number(f64::from(time.seconds_since_midnight))),
    }
}

fn column_cells(cells: Vec<Option<Cell>>) -> Cells {
    let has_text = cells.iter().flatten().any(|cell| matches!(cell, Cell::Text(_)));
    if !has_text {
        let number = |cell: &Option<Cell>| match cell {
            Some(Cell::Number(number)) => *number,
            _ => f64::NAN,
        };
        return Cells::Numbers(cells.iter().map(number).collect());
    }
    let text = |cell: Option<Cell>| match cell? {
        Cell::Text(text) => Some(text),
        Cell::Number(number) => Some(number.to_string()),
    };
    Cells::Texts(cells.into_iter().map(text).collect())
}
