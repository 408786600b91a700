//! Columns of Apache Arrow as cells: what the readers of SPSS and Feather files hand over.

use arrow::array::{Array, ArrayRef, AsArray, types};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, TimeUnit};

use super::texts::Texts;
use super::{Cells, shortest};

/// One column, in the parts in which it was read.
///
/// Numbers and decimals are numbers, flags the texts `true` and `false`, days and moments ISO texts,
/// lengths of time seconds; a column of lists, times of day or bytes is one of which no question can
/// be asked.
///
/// # Errors
///
/// What Arrow says of a part that cannot be converted.
pub(super) fn cells(kind: &DataType, parts: &[ArrayRef]) -> Result<Cells, String> {
    let kind = match kind {
        DataType::Dictionary(_, of) => of.as_ref(),
        kind => kind,
    };
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            texts(parts, &DataType::Utf8View, |part, into| {
                part.as_string_view().iter().for_each(|text| into.push(text));
            })
        }
        DataType::Boolean => texts(parts, kind, |part, into| {
            let word = |flag| if flag { "true" } else { "false" };
            part.as_boolean().iter().for_each(|flag| into.push(flag.map(word)));
        }),
        DataType::Date32 | DataType::Date64 => texts(parts, &DataType::Date32, |part, into| {
            let days = part.as_primitive::<types::Date32Type>().iter();
            days.for_each(|day| into.push_moment(day.map(|day| i64::from(day) * 86_400)));
        }),
        DataType::Timestamp(unit, _) => texts(parts, &DataType::Int64, |part, into| {
            let moments = part.as_primitive::<types::Int64Type>().iter();
            moments.for_each(|n| into.push_moment(n.map(|n| n.div_euclid(a_second(*unit)))));
        }),
        DataType::Duration(unit) => {
            let scale = a_second(*unit) as f64;
            numbers(parts, &DataType::Int64, |part, into| {
                let lengths = part.as_primitive::<types::Int64Type>().iter();
                into.extend(lengths.map(|n| n.map_or(f64::NAN, |n| n as f64 / scale)));
            })
        }
        DataType::Float32 | DataType::Float16 => {
            numbers(parts, &DataType::Float32, |part, into| {
                let values = part.as_primitive::<types::Float32Type>().iter();
                into.extend(values.map(|n| n.map_or(f64::NAN, shortest)));
            })
        }
        // Digits as they are written: 123.45, and not a multiple of a power of ten that is near it.
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => numbers(parts, &DataType::Utf8View, |part, into| {
            let number = |text: &str| text.parse().unwrap_or(f64::NAN);
            into.extend(part.as_string_view().iter().map(|n| n.map_or(f64::NAN, number)));
        }),
        kind if kind.is_numeric() => numbers(parts, &DataType::Float64, |part, into| {
            let values = part.as_primitive::<types::Float64Type>().iter();
            into.extend(values.map(|n| n.unwrap_or(f64::NAN)));
        }),
        // Of a column without any value the kind says nothing.
        DataType::Null => Ok(Cells::Numbers(vec![f64::NAN; parts.iter().map(|p| p.len()).sum()])),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
            Ok(Cells::Unusable("holds bytes that are no text".to_owned()))
        }
        kind if kind.is_nested() => {
            Ok(Cells::Unusable("holds lists or tables in its cells".to_owned()))
        }
        _ => Ok(Cells::Unusable("holds values of a kind that no table has".to_owned())),
    }
}

fn texts(
    parts: &[ArrayRef],
    kind: &DataType,
    put: impl Fn(&ArrayRef, &mut Texts),
) -> Result<Cells, String> {
    let mut into = Texts::default();
    for part in parts {
        put(&converted(part, kind)?, &mut into);
    }
    Ok(into.done())
}

fn numbers(
    parts: &[ArrayRef],
    kind: &DataType,
    put: impl Fn(&ArrayRef, &mut Vec<f64>),
) -> Result<Cells, String> {
    let mut into = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
    for part in parts {
        put(&converted(part, kind)?, &mut into);
    }
    Ok(Cells::Numbers(into))
}

/// The part as that kind. A value that the kind has not is an error and does not become missing.
fn converted(part: &ArrayRef, kind: &DataType) -> Result<ArrayRef, String> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(part, kind, &options).map_err(|error| error.to_string())
}

/// How many of this unit are a second.
fn a_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        Decimal128Array, DictionaryArray, DurationMillisecondArray, Float32Array, Int8Array,
        ListArray, NullArray, StringArray, TimestampNanosecondArray, UInt64Array,
    };

    use super::*;
    use crate::values::MISSING;

    fn of(parts: Vec<ArrayRef>) -> Cells {
        cells(parts[0].data_type(), &parts).unwrap()
    }

    fn numbers_of(part: ArrayRef) -> Vec<f64> {
        match of(vec![part]) {
            Cells::Numbers(numbers) => numbers,
            _ => panic!("no numbers"),
        }
    }

    #[test]
    fn numbers_are_those_that_were_written() {
        let short = Float32Array::from(vec![Some(64.4), None]);
        let numbers = numbers_of(Arc::new(short));
        assert_eq!(numbers[0], 64.4);
        assert!(numbers[1].is_nan());
        let decimal = Decimal128Array::from(vec![-12_345, 700]).with_precision_and_scale(9, 2);
        assert_eq!(numbers_of(Arc::new(decimal.unwrap())), [-123.45, 7.0]);
        let length = DurationMillisecondArray::from(vec![1_500, 60_000]);
        assert_eq!(numbers_of(Arc::new(length)), [1.5, 60.0]);
        assert_eq!(
            numbers_of(Arc::new(UInt64Array::from(vec![u64::MAX]))),
            [18446744073709551615.0]
        );
        assert!(numbers_of(Arc::new(NullArray::new(2))).iter().all(|n| n.is_nan()));
    }

    #[test]
    fn texts_are_kept_once_over_all_parts() {
        let first: DictionaryArray<types::Int8Type> = vec!["b", "a", "b"].into_iter().collect();
        let keys = Int8Array::from(vec![Some(0), None]);
        let second = DictionaryArray::new(keys, Arc::new(StringArray::from(vec!["a"])));
        let Cells::Coded { codes, texts } = of(vec![Arc::new(first), Arc::new(second)]) else {
            panic!("no texts");
        };
        assert_eq!(codes, [0, 1, 0, 1, MISSING]);
        assert_eq!(texts, ["b", "a"]);
    }

    #[test]
    fn moments_are_in_the_calendar_whatever_their_unit() {
        let moments = TimestampNanosecondArray::from(vec![-1, 86_400_000_000_000]);
        let Cells::Coded { texts, .. } = of(vec![Arc::new(moments)]) else { panic!("no texts") };
        assert_eq!(texts, ["1969-12-31 23:59:59", "1970-01-02"]);
    }

    #[test]
    fn lists_are_no_columns_of_a_table() {
        let lists =
            ListArray::from_iter_primitive::<types::Int32Type, _, _>(vec![Some(vec![Some(1)])]);
        assert!(matches!(of(vec![Arc::new(lists)]), Cells::Unusable(why) if why.contains("lists")));
    }
}
