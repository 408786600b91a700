//! Parquet files with plain columns, packed by snappy or not at all: only the columns that are asked
//! for, side by side.

use bytes::Bytes;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{AsBytes, DataType};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use rayon::prelude::*;

use super::filled::Filled;
use super::parquet_pages::Pages;
use super::{Cells, Column, check_size, shortest};

/// Rows that are read at a time.
const BATCH: usize = 1 << 14;

/// A file whose columns are known and not yet read.
pub(super) struct File {
    bytes: Bytes,
    reader: SerializedFileReader<Bytes>,
}

impl File {
    pub(super) fn open(bytes: Vec<u8>) -> Result<File, String> {
        let bytes = Bytes::from(bytes);
        let reader = SerializedFileReader::new(bytes.clone()).map_err(says)?;
        if !places_are_possible(reader.metadata()) {
            return Err("a column of it begins before the file or has no length".to_owned());
        }
        Ok(File { bytes, reader })
    }

    /// The names of the columns, in their order.
    pub(super) fn names(&self) -> Vec<String> {
        let schema = self.reader.metadata().file_metadata().schema();
        schema.get_fields().iter().map(|field| field.name().to_string()).collect()
    }

    /// The number of rows that the groups of rows promise.
    pub(super) fn rows(&self) -> usize {
        let groups = self.reader.metadata().row_groups().iter();
        groups.map(|group| usize::try_from(group.num_rows()).unwrap_or(0)).sum()
    }

    /// The columns `fields`, increasing, with their cells; of the others the name alone.
    pub(super) fn columns(&self, fields: &[usize]) -> Result<Vec<Column>, String> {
        check_size(self.rows() as u64, fields.len() as u64)?;
        let names = self.names();
        let cells = fields.par_iter().map(|&field| self.cells(&names[field], field));
        // All are read, so that of several that cannot be the first is named in every run.
        let cells: Vec<Result<Cells, String>> = cells.collect();
        let mut cells = cells.into_iter().collect::<Result<Vec<Cells>, String>>()?.into_iter();
        let column = |(field, name)| {
            let cells = fields.binary_search(&field).ok().and_then(|_| cells.next());
            Column::new(name, "", cells.unwrap_or(Cells::Numbers(Vec::new())))
        };
        Ok(names.into_iter().enumerate().map(column).collect())
    }

    fn cells(&self, name: &str, field: usize) -> Result<Cells, String> {
        let schema = self.reader.metadata().file_metadata().schema_descr();
        let mut leaves =
            (0..schema.num_columns()).filter(|&at| schema.get_column_root_idx(at) == field);
        let (Some(leaf), None) = (leaves.next(), leaves.next()) else {
            return Ok(Cells::Unusable("holds several values in a cell".to_owned()));
        };
        let column = schema.column(leaf);
        if column.max_rep_level() > 0 || column.path().parts().len() > 1 {
            return Ok(Cells::Unusable("holds lists or tables in its cells".to_owned()));
        }
        let Some(meaning) = meaning(&column) else {
            return Ok(Cells::Unusable("holds values of a kind that no table has".to_owned()));
        };
        let mut into = Filler::new(meaning);
        for group in self.reader.metadata().row_groups() {
            let rows = usize::try_from(group.num_rows()).unwrap_or(0);
            let pages = Pages::new(self.bytes.clone(), group.column(leaf), rows).map_err(says)?;
            let values = get_column_reader(column.clone(), Box::new(pages));
            into.read(values, column.max_def_level())
                .map_err(|reason| format!("the column `{name}` cannot be read: {reason}"))?;
        }
        let cells = into.done();
        match &cells {
            Cells::Unusable(_) => Ok(cells),
            _ if cells.len() == self.rows() => Ok(cells),
            _ => Err(format!("the column `{name}` has {} of {} values", cells.len(), self.rows())),
        }
    }
}

/// The words of the reader without its name: the message names the kind of file.
fn says(error: ParquetError) -> String {
    let words = error.to_string();
    words.strip_prefix("Parquet error: ").unwrap_or(&words).to_owned()
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

/// What the values of a column are, whatever they are stored as.
#[derive(Clone, Copy)]
enum Meaning {
    Number,
    /// A whole number from 0.
    Unsigned,
    /// A whole number of units of ten to the power of minus this.
    Decimal(i32),
    /// Days since 1970.
    Day,
    /// So many of these a second, since 1970.
    Moment(i64),
    Flag,
    Text,
}

/// `None` for times of day, intervals and what else no table has.
fn meaning(column: &ColumnDescriptor) -> Option<Meaning> {
    let stored = match column.physical_type() {
        Physical::BOOLEAN => Meaning::Flag,
        Physical::INT32 | Physical::INT64 | Physical::FLOAT | Physical::DOUBLE => Meaning::Number,
        Physical::INT96 => Meaning::Moment(1_000_000_000),
        Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY => Meaning::Text,
    };
    match column.logical_type_ref() {
        None => converted(column, stored),
        Some(LogicalType::Decimal(of)) => Some(Meaning::Decimal(of.scale)),
        Some(LogicalType::Date) => Some(Meaning::Day),
        Some(LogicalType::Timestamp(of)) => Some(Meaning::Moment(match of.unit {
            TimeUnit::MILLIS => 1_000,
            TimeUnit::MICROS => 1_000_000,
            TimeUnit::NANOS => 1_000_000_000,
        })),
        Some(LogicalType::Integer(of)) if !of.is_signed => Some(Meaning::Unsigned),
        Some(
            LogicalType::String
            | LogicalType::Enum
            | LogicalType::Json
            | LogicalType::Integer(_)
            | LogicalType::Unknown,
        ) => Some(stored),
        Some(_) => None,
    }
}

/// What the older mark of a column says.
fn converted(column: &ColumnDescriptor, stored: Meaning) -> Option<Meaning> {
    match column.converted_type() {
        ConvertedType::DECIMAL => Some(Meaning::Decimal(column.type_scale())),
        ConvertedType::DATE => Some(Meaning::Day),
        ConvertedType::TIMESTAMP_MILLIS => Some(Meaning::Moment(1_000)),
        ConvertedType::TIMESTAMP_MICROS => Some(Meaning::Moment(1_000_000)),
        ConvertedType::UINT_8
        | ConvertedType::UINT_16
        | ConvertedType::UINT_32
        | ConvertedType::UINT_64 => Some(Meaning::Unsigned),
        ConvertedType::TIME_MILLIS
        | ConvertedType::TIME_MICROS
        | ConvertedType::INTERVAL
        | ConvertedType::BSON => None,
        _ => Some(stored),
    }
}

/// A column as it is filled, and what its values are.
struct Filler {
    meaning: Meaning,
    cells: Filled,
    /// Why no question can be asked of it.
    unusable: Option<&'static str>,
}

impl Filler {
    fn new(meaning: Meaning) -> Filler {
        Filler { meaning, cells: Filled::default(), unusable: None }
    }

    /// Numbers, and texts as they are; a column without any value is one of numbers.
    fn done(self) -> Cells {
        match self.unusable {
            Some(reason) => Cells::Unusable(reason.to_owned()),
            None => self.cells.done(),
        }
    }

    fn read(&mut self, values: ColumnReader, known: i16) -> Result<(), String> {
        match values {
            ColumnReader::BoolColumnReader(values) => each(values, known, |flag| {
                self.text(flag.map(|flag| if *flag { "true" } else { "false" }))
            }),
            ColumnReader::Int32ColumnReader(values) => each(values, known, |n| {
                self.whole(n.map(|n| (i64::from(*n), u64::from(*n as u32))))
            }),
            ColumnReader::Int64ColumnReader(values) => {
                each(values, known, |n| self.whole(n.map(|n| (*n, *n as u64))))
            }
            ColumnReader::Int96ColumnReader(values) => {
                each(values, known, |n| self.moment(n.map(parquet::data_type::Int96::to_seconds)))
            }
            ColumnReader::FloatColumnReader(values) => {
                each(values, known, |n| self.number(n.map(|n| shortest(*n))))
            }
            ColumnReader::DoubleColumnReader(values) => {
                each(values, known, |n| self.number(n.copied()))
            }
            ColumnReader::ByteArrayColumnReader(values) => {
                each(values, known, |bytes| self.bytes(bytes.map(AsBytes::as_bytes)))
            }
            ColumnReader::FixedLenByteArrayColumnReader(values) => {
                each(values, known, |bytes| self.bytes(bytes.map(AsBytes::as_bytes)))
            }
        }
    }

    fn number(&mut self, number: Option<f64>) {
        self.cells.number(number.unwrap_or(f64::NAN));
    }

    fn text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.cells.text(text),
            None => self.cells.missing(),
        }
    }

    fn moment(&mut self, seconds: Option<i64>) {
        match seconds {
            Some(seconds) => self.cells.moment(seconds),
            None => self.cells.missing(),
        }
    }

    /// A whole number, and what it is when it is read without a sign.
    fn whole(&mut self, n: Option<(i64, u64)>) {
        match self.meaning {
            Meaning::Unsigned => self.number(n.map(|(_, n)| n as f64)),
            Meaning::Decimal(scale) => self.number(n.map(|(n, _)| decimal(i128::from(n), scale))),
            Meaning::Day => self.moment(n.map(|(n, _)| n.saturating_mul(86_400))),
            Meaning::Moment(a_second) => self.moment(n.map(|(n, _)| n.div_euclid(a_second))),
            Meaning::Number | Meaning::Flag | Meaning::Text => {
                self.number(n.map(|(n, _)| n as f64))
            }
        }
    }

    fn bytes(&mut self, bytes: Option<&[u8]>) {
        if let Meaning::Decimal(scale) = self.meaning {
            let number = bytes.map(|bytes| big_endian(bytes).map(|n| decimal(n, scale)));
            if number == Some(None) {
                self.unusable = Some("holds decimal numbers of more than 38 digits");
            }
            return self.number(number.flatten());
        }
        let text = bytes.map(std::str::from_utf8);
        if matches!(text, Some(Err(_))) {
            self.unusable = Some("holds bytes that are no text");
        }
        self.text(text.and_then(Result::ok));
    }
}

/// Puts each value of a group of rows, `None` where it is missing: `known` is the level of a value that
/// is there, 0 where none can be missing.
fn each<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    known: i16,
    mut put: impl FnMut(Option<&T::T>),
) -> Result<(), String> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    loop {
        levels.clear();
        values.clear();
        let (rows, ..) =
            reader.read_records(BATCH, Some(&mut levels), None, &mut values).map_err(says)?;
        if rows == 0 {
            return Ok(());
        }
        if known == 0 {
            values.iter().for_each(|value| put(Some(value)));
            continue;
        }
        let mut values = values.iter();
        for &level in &levels {
            put(if level == known { values.next() } else { None });
        }
    }
}

/// A whole number of units of ten to the power of minus `scale`, read as its digits are written.
fn decimal(n: i128, scale: i32) -> f64 {
    format!("{n}e{}", -scale).parse().unwrap_or(f64::NAN)
}

/// The signed number of these bytes, the highest first; `None` for more than 16.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    if bytes.len() > 16 {
        return None;
    }
    let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { -1 } else { 0 };
    Some(bytes.iter().fold(sign, |n, &byte| (n << 8) | i128::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_the_numbers_that_are_written() {
        assert_eq!(decimal(-12_345, 2), -123.45);
        assert_eq!(decimal(1, 1), 0.1);
        assert_eq!(decimal(7, -2), 700.0);
        assert_eq!(big_endian(&[0xff, 0xfe]), Some(-2));
        assert_eq!(big_endian(&[0x01, 0x00]), Some(256));
        assert_eq!(big_endian(&[]), Some(0));
        assert_eq!(big_endian(&[0; 17]), None);
    }
}
