//! Parquet files with plain columns, packed by snappy or not at all.

use bytes::Bytes;
use chrono::DateTime;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use super::{Cells, Column};

pub(super) fn columns(bytes: Vec<u8>) -> Result<Vec<Column>, String> {
    let reader =
        SerializedFileReader::new(Bytes::from(bytes)).map_err(|error| error.to_string())?;
    if !places_are_possible(reader.metadata()) {
        return Err("a column of it begins before the file or has no length".to_owned());
    }
    let schema = reader.metadata().file_metadata().schema().clone();
    let names: Vec<String> = schema.get_fields().iter().map(|f| f.name().to_string()).collect();
    let mut cells: Vec<Vec<Option<Cell>>> = names.iter().map(|_| Vec::new()).collect();
    for row in reader.get_row_iter(None).map_err(|error| error.to_string())? {
        let row = row.map_err(|error| error.to_string())?;
        for (column, (name, field)) in cells.iter_mut().zip(row.get_column_iter()) {
            column.push(cell(name, field)?);
        }
    }
    let columns = names.into_iter().zip(cells);
    Ok(columns.map(|(name, cells)| Column::new(name, "", column_cells(cells))).collect())
}

/// Whether each column begins within the file and has a length: the reader panics where one is below
/// 0, as in a damaged file.
fn places_are_possible(metadata: &ParquetMetaData) -> bool {
    let columns = metadata.row_groups().iter().flat_map(|group| group.columns());
    let mut columns = columns.map(|column| {
        let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
        (start, column.compressed_size())
    });
    columns.all(|(start, length)| start >= 0 && length >= 0)
}

enum Cell {
    Number(f64),
    Flag(bool),
    Text(String),
}

fn cell(name: &str, field: &Field) -> Result<Option<Cell>, String> {
    let number = |number: f64| Ok(Some(Cell::Number(number)).filter(|_| !number.is_nan()));
    match field {
        Field::Null => Ok(None),
        Field::Bool(flag) => Ok(Some(Cell::Flag(*flag))),
        Field::Byte(n) => number(f64::from(*n)),
        Field::Short(n) => number(f64::from(*n)),
        Field::Int(n) => number(f64::from(*n)),
        Field::Long(n) => number(*n as f64),
        Field::UByte(n) => number(f64::from(*n)),
        Field::UShort(n) => number(f64::from(*n)),
        Field::UInt(n) => number(f64::from(*n)),
        Field::ULong(n) => number(*n as f64),
        Field::Float(n) => number(n.to_string().parse().unwrap_or(f64::from(*n))),
        Field::Double(n) => number(*n),
        Field::Str(text) => Ok(Some(Cell::Text(text.clone()))),
        Field::Date(days) => Ok(moment(i64::from(*days) * 86_400)),
        Field::TimestampMillis(n) => Ok(moment(n.div_euclid(1000))),
        Field::TimestampMicros(n) => Ok(moment(n.div_euclid(1_000_000))),
        Field::Bytes(data) => match data.as_utf8() {
            Ok(text) => Ok(Some(Cell::Text(text.to_string()))),
            Err(_) => Err(format!("the column `{name}` holds bytes that are no text")),
        },
        _ => Err(format!("the column `{name}` holds values of a kind that no table has")),
    }
}

/// A moment in seconds since 1970 as ISO text; the day alone at midnight.
fn moment(seconds: i64) -> Option<Cell> {
    let moment = DateTime::from_timestamp(seconds, 0)?;
    let pattern = if seconds.rem_euclid(86_400) == 0 { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M:%S" };
    Some(Cell::Text(moment.format(pattern).to_string()))
}

fn column_cells(cells: Vec<Option<Cell>>) -> Cells {
    if cells.iter().flatten().all(|cell| matches!(cell, Cell::Number(_))) {
        let number = |cell: &Option<Cell>| match cell {
            Some(Cell::Number(number)) => *number,
            _ => f64::NAN,
        };
        return Cells::Numbers(cells.iter().map(number).collect());
    }
    let text = |cell: Option<Cell>| {
        Some(match cell? {
            Cell::Number(number) => number.to_string(),
            Cell::Flag(flag) => flag.to_string(),
            Cell::Text(text) => text,
        })
    };
    Cells::Texts(cells.into_iter().map(text).collect())
}
