//! Columns of Arrow as the columns of a table: numbers, flags and texts; dates are texts in ISO form.
//!
//! Numbers of 64 bits, flags and texts are taken as they lie in memory, without a copy.

use polars::prelude::{
    ChunkTake, Column, Float64Chunked, IdxCa, IdxSize, IntoColumn, NewChunkedArray, PlSmallStr,
    Series, StringChunked,
};
use polars_arrow::array::{
    Array, BooleanArray, DictionaryArray, DictionaryKey, PrimitiveArray, Utf8ViewArray,
};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::datatypes::{
    ArrowDataType, DTYPE_CATEGORICAL_LEGACY, DTYPE_CATEGORICAL_NEW, Field, IntegerType,
};
use polars_arrow::types::NativeType;
use std::collections::HashMap;

/// A column as a table takes it.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Numbers, flags, texts, days or times.
    pub column: Column,
    /// The levels in the order that whoever made the column gave them.
    pub levels: Option<Vec<String>>,
}

/// Whole numbers beyond are not exact as `f64`; such a column is read as text, as one of a file is.
const EXACT: i128 = 1 << 53;

type Chunk = Box<dyn Array>;
type Chunks = [Chunk];

/// Takes a column; all chunks have the type of the field.
///
/// # Errors
///
/// The end of a sentence about the column, for what holds neither numbers nor flags nor texts nor
/// dates.
pub fn take(field: &Field, chunks: &Chunks) -> Result<Taken, String> {
    let name = field.name.as_str();
    let plain = |column: Column| Ok(Taken { column, levels: None });
    match field.dtype.to_storage() {
        ArrowDataType::Float64 => plain(floats(name, chunks)),
        ArrowDataType::Int8 => plain(wholes::<i8>(name, chunks)),
        ArrowDataType::Int16 => plain(wholes::<i16>(name, chunks)),
        ArrowDataType::Int32 => plain(wholes::<i32>(name, chunks)),
        ArrowDataType::Int64 => plain(wholes::<i64>(name, chunks)),
        ArrowDataType::UInt8 => plain(wholes::<u8>(name, chunks)),
        ArrowDataType::UInt16 => plain(wholes::<u16>(name, chunks)),
        ArrowDataType::UInt32 => plain(wholes::<u32>(name, chunks)),
        ArrowDataType::UInt64 => plain(wholes::<u64>(name, chunks)),
        ArrowDataType::Decimal(_, scale) => plain(decimals(name, chunks, *scale)),
        ArrowDataType::Dictionary(key, values, _) => dictionary(field, *key, values, chunks),
        ArrowDataType::Utf8 | ArrowDataType::LargeUtf8 | ArrowDataType::Utf8View => {
            plain(texts(name, chunks)?)
        }
        ArrowDataType::Timestamp(_, Some(zone)) if !is_utc(zone) => Err(format!(
            "holds times in the time zone {zone}, whose days depend on it; turn it into dates first"
        )),
        ArrowDataType::Null
        | ArrowDataType::Boolean
        | ArrowDataType::Float32
        | ArrowDataType::Date32
        | ArrowDataType::Date64
        | ArrowDataType::Timestamp(..) => plain(as_polars(name, chunks, &field.dtype)?),
        other => Err(format!(
            "holds {other:?}, which is no kind of value that an analysis uses; turn it into numbers, \
             texts or dates first"
        )),
    }
}

fn is_utc(zone: &str) -> bool {
    ["UTC", "Etc/UTC", "Z", "+00:00", "GMT"].contains(&zone)
}

fn as_polars(name: &str, chunks: &Chunks, dtype: &ArrowDataType) -> Result<Column, String> {
    // A time in UTC is the wall clock that it says.
    let dtype = match dtype.to_storage() {
        ArrowDataType::Timestamp(unit, Some(_)) => ArrowDataType::Timestamp(*unit, None),
        other => other.clone(),
    };
    let chunks: Vec<Box<dyn Array>> = match dtype {
        ArrowDataType::Timestamp(..) => {
            let times = chunks.iter().map(|chunk| primitive::<i64>(chunk.as_ref()).clone());
            times.map(|times| Box::new(times.to(dtype.clone())) as Chunk).collect()
        }
        _ => chunks.to_vec(),
    };
    let series = Series::try_from((PlSmallStr::from_str(name), chunks));
    series.map(IntoColumn::into_column).map_err(|error| format!("cannot be read: {error}"))
}

fn primitive<T: NativeType>(array: &dyn Array) -> &PrimitiveArray<T> {
    array.as_any().downcast_ref().expect("the chunk has the type of its field")
}

/// NaN is missing, as in a file: the values stay where they are, and say which of them are known.
fn floats(name: &str, chunks: &Chunks) -> Column {
    let known = |array: &PrimitiveArray<f64>| {
        if !array.values().iter().any(|value| value.is_nan()) {
            return array.clone();
        }
        let known: Bitmap =
            array.iter().map(|value| value.is_some_and(|value| !value.is_nan())).collect();
        array.clone().with_validity(Some(known))
    };
    let arrays = chunks.iter().map(|chunk| primitive::<f64>(chunk.as_ref()));
    Float64Chunked::from_chunk_iter(name.into(), arrays.map(known)).into_column()
}

fn wholes<T: NativeType + Into<i128>>(name: &str, chunks: &Chunks) -> Column {
    let arrays = || chunks.iter().map(|chunk| primitive::<T>(chunk.as_ref()));
    let too_long = |value: &T| !(-EXACT..=EXACT).contains(&(*value).into());
    if arrays().any(|array| array.iter().flatten().any(too_long)) {
        let texts = arrays().flat_map(|array| array.iter());
        let texts = texts.map(|value| value.map(|&value| Into::<i128>::into(value).to_string()));
        return StringChunked::from_iter_options(name.into(), texts).into_column();
    }
    let number = |array: &PrimitiveArray<T>| {
        let values = array.values().iter().map(|&value| Into::<i128>::into(value) as f64);
        PrimitiveArray::from_vec(values.collect()).with_validity(array.validity().cloned())
    };
    Float64Chunked::from_chunk_iter(name.into(), arrays().map(number)).into_column()
}

fn decimals(name: &str, chunks: &Chunks, scale: usize) -> Column {
    let arrays = chunks.iter().map(|chunk| primitive::<i128>(chunk.as_ref()));
    let unit = 10f64.powi(scale as i32);
    let values = arrays.flat_map(|array| array.iter());
    let values = values.map(|value| value.map(|&value| value as f64 / unit));
    Float64Chunked::from_iter_options(name.into(), values).into_column()
}

/// An empty or blank text is missing, as in a file.
fn texts(name: &str, chunks: &Chunks) -> Result<Column, String> {
    let column = Series::try_from((PlSmallStr::from_str(name), chunks.to_vec()))
        .map_err(|error| format!("cannot be read: {error}"))?;
    let texts = column.str().map_err(|error| format!("cannot be read: {error}"))?;
    let is_blank = |text: Option<&str>| text.is_some_and(|text| text.trim().is_empty());
    if !texts.iter().any(is_blank) {
        return Ok(column.into_column());
    }
    let known = texts.iter().map(|text| text.filter(|text| !text.trim().is_empty()));
    Ok(StringChunked::from_iter_options(name.into(), known).into_column())
}

/// A category is a text whose levels have the order of the dictionary: of `pandas.Categorical`, an
/// `Enum` of polars or DuckDB. Only polars' `Categorical`, whose order is that of first appearance,
/// keeps the natural order of its texts.
fn dictionary(
    field: &Field,
    key: IntegerType,
    values: &ArrowDataType,
    chunks: &Chunks,
) -> Result<Taken, String> {
    let mut column: Option<StringChunked> = None;
    let mut levels: Vec<String> = Vec::new();
    let mut known: HashMap<String, ()> = HashMap::new();
    for chunk in chunks {
        let (codes, dictionary) = match key {
            IntegerType::Int8 => codes::<i8>(chunk.as_ref()),
            IntegerType::Int16 => codes::<i16>(chunk.as_ref()),
            IntegerType::Int32 => codes::<i32>(chunk.as_ref()),
            IntegerType::Int64 => codes::<i64>(chunk.as_ref()),
            IntegerType::UInt8 => codes::<u8>(chunk.as_ref()),
            IntegerType::UInt16 => codes::<u16>(chunk.as_ref()),
            IntegerType::UInt32 => codes::<u32>(chunk.as_ref()),
            IntegerType::UInt64 => codes::<u64>(chunk.as_ref()),
            other => return Err(format!("holds categories numbered by {other:?}")),
        };
        let words = words(field, values, dictionary)?;
        for word in words.iter().flatten() {
            if known.insert(word.clone(), ()).is_none() {
                levels.push(word.clone());
            }
        }
        // A row is a view of its word, so that no row asks for memory of its own.
        let words = words.iter().map(Option::as_deref);
        let words = StringChunked::from_iter_options(field.name.clone(), words);
        let rows = words.take(&codes).map_err(|error| format!("cannot be read: {error}"))?;
        match &mut column {
            Some(column) => {
                column.append(&rows).map_err(|error| format!("cannot be read: {error}"))?;
            }
            None => column = Some(rows),
        }
    }
    let none = || StringChunked::from_slice(field.name.clone(), &[] as &[&str]);
    let column = column.unwrap_or_else(none);
    let says = |key: &str| field.metadata.as_ref().is_some_and(|said| said.contains_key(key));
    let is_by_appearance = says(DTYPE_CATEGORICAL_NEW) || says(DTYPE_CATEGORICAL_LEGACY);
    let levels = Some(levels).filter(|_| !is_by_appearance);
    Ok(Taken { column: column.into_column(), levels })
}

fn codes<K: DictionaryKey>(array: &dyn Array) -> (IdxCa, Box<dyn Array>) {
    let array: &DictionaryArray<K> =
        array.as_any().downcast_ref().expect("the chunk has the type of its field");
    // SAFETY: a dictionary was checked to hold keys within its values when it was made.
    let code = |key: Option<&K>| key.map(|key| unsafe { key.as_usize() } as IdxSize);
    let codes = array.keys().iter().map(code);
    (IdxCa::from_iter_options(PlSmallStr::EMPTY, codes), array.values().clone())
}

/// The words of a dictionary; a number stands for itself.
fn words(
    field: &Field,
    values: &ArrowDataType,
    dictionary: Box<dyn Array>,
) -> Result<Vec<Option<String>>, String> {
    let inner = Field::new(field.name.clone(), values.clone(), true);
    let taken = take(&inner, &[dictionary])?.column;
    if let Ok(numbers) = taken.f64() {
        return Ok(numbers.iter().map(|number| number.map(|number| number.to_string())).collect());
    }
    if let Ok(flags) = taken.bool() {
        let word = |flag: bool| if flag { "TRUE" } else { "FALSE" }.to_owned();
        return Ok(flags.iter().map(|flag| flag.map(word)).collect());
    }
    let texts = taken.cast(&polars::prelude::DataType::String);
    let texts = texts.map_err(|error| format!("cannot be read: {error}"))?;
    let texts = texts.str().map_err(|error| format!("cannot be read: {error}"))?;
    Ok(texts.iter().map(|text| text.map(str::to_owned)).collect())
}

/// Plain values of Python as Arrow, for what has no Arrow of its own.
#[derive(Debug)]
pub enum Plain {
    Numbers(Vec<Option<f64>>),
    Flags(Vec<Option<bool>>),
    Texts(Vec<Option<String>>),
}

impl Plain {
    /// The field and the one chunk of a column.
    pub fn into_arrow(self, name: &str) -> (Field, Box<dyn Array>) {
        let array: Box<dyn Array> = match self {
            Plain::Numbers(values) => Box::new(PrimitiveArray::<f64>::from_iter(values)),
            Plain::Flags(values) => Box::new(BooleanArray::from_iter(values)),
            Plain::Texts(values) => Box::new(Utf8ViewArray::from_slice(values)),
        };
        (Field::new(name.into(), array.dtype().clone(), true), array)
    }
}
