//! Files of other programs: their missing values are missing, their dates dates, and where every
//! value of a column has a label, the labels are its levels.

#[cfg(feature = "arrow")]
mod arrow;
#[cfg(feature = "arrow")]
mod feather;
mod filled;
mod guarded;
mod parquet;
mod parquet_pages;
mod sas;
#[cfg(feature = "arrow")]
mod spss;
mod stata;
mod stata_lengths;
mod texts;
mod transport;

use self::guarded::guarded;
use super::kind::Kind;
use super::{Content, ReadError, ReadNote, ReadOptions, choose, duplicates};
use crate::csv::text_values;
use crate::frame::with_watched;
use crate::values::{Distinct, MISSING};
use crate::{Error, Factor, Values};

/// The most values of the columns that are read (4 GB). A file of a few bytes can promise any number.
const MOST_VALUES: u64 = 1 << 29;

/// What is read of a column before labels are put on.
enum Cells {
    Numbers(Vec<f64>),
    /// The number of each row's text, [`MISSING`] where there is none.
    Coded {
        codes: Vec<u32>,
        texts: Vec<String>,
    },
    /// What no question can be asked of, and why: `holds lists`.
    Unusable(String),
}

impl Cells {
    fn len(&self) -> usize {
        match self {
            Cells::Numbers(numbers) => numbers.len(),
            Cells::Coded { codes, .. } => codes.len(),
            Cells::Unusable(_) => 0,
        }
    }
}

/// A column as its file has it.
struct Column {
    name: String,
    label: String,
    cells: Cells,
    /// What codes mean, increasing by code.
    codes: Vec<(f64, String)>,
    /// How many values were declared missing by the user.
    user_missing: usize,
}

impl Column {
    fn new(name: impl Into<String>, label: impl Into<String>, cells: Cells) -> Column {
        let (name, label) = (name.into(), label.into());
        Column { name, label, cells, codes: Vec::new(), user_missing: 0 }
    }
}

/// Reads a file of that kind, only the columns `wanted` (all when `None`).
pub(super) fn read(
    kind: Kind,
    bytes: Vec<u8>,
    name: &str,
    wanted: Option<&[String]>,
    options: &ReadOptions,
) -> Result<Content, Error> {
    let applies = ["na", "date_format"];
    if let Some(field) = options.told().into_iter().find(|field| !applies.contains(field)) {
        let problem = "does not apply to this kind of file".to_string();
        return Err(ReadError::Option { source: name.to_string(), field, problem }.into());
    }
    let broken = |what| {
        move |reason| {
            Error::from(ReadError::Broken { source: name.to_string(), kind: what, reason })
        }
    };
    let fields =
        |names: &[String]| Ok::<_, Error>(with_watched(names, choose(name, names, wanted)?));
    let (rows, columns, fields, weights) = match kind {
        Kind::Parquet => {
            let file = guarded(|| parquet::File::open(bytes)).map_err(broken("Parquet"))?;
            let fields = fields(&file.names())?;
            (
                file.rows(),
                guarded(|| file.columns(&fields)).map_err(broken("Parquet"))?,
                fields,
                None,
            )
        }
        #[cfg(feature = "arrow")]
        Kind::Feather => {
            let file = guarded(|| feather::File::open(bytes)).map_err(broken("a Feather file"))?;
            let fields = fields(&file.names())?;
            (
                file.rows(),
                guarded(|| file.columns(&fields)).map_err(broken("a Feather file"))?,
                fields,
                None,
            )
        }
        #[cfg(feature = "arrow")]
        Kind::Spss => {
            let file = guarded(|| spss::File::open(bytes)).map_err(broken("a file of SPSS"))?;
            let weights = file.weights().map(str::to_string);
            let fields = fields(file.names())?;
            let (rows, columns) =
                guarded(|| file.columns(&fields)).map_err(broken("a file of SPSS"))?;
            (rows, columns, fields, weights)
        }
        kind => {
            let columns = match kind {
                Kind::Stata => {
                    guarded(|| stata::columns(&bytes)).map_err(broken("a file of Stata"))?
                }
                Kind::SasTransport => guarded(|| transport::columns(&bytes))
                    .map_err(broken("a SAS transport file"))?,
                _ => guarded(|| sas::columns(bytes)).map_err(broken("a file of SAS"))?,
            };
            let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
            let fields = fields(&names)?;
            (columns.first().map_or(0, |column| column.cells.len()), columns, fields, None)
        }
    };
    if rows == 0 {
        return Err(Error::NoRows { source: name.to_string() });
    }
    let mut content = content(rows, columns, &fields, &options.na);
    content.notes.extend(weights.map(|column: String| ReadNote::Weighted { column }));
    Ok(content)
}

/// Refuses more values than are kept, before there is room for one.
fn check_size(rows: u64, columns: u64) -> Result<(), String> {
    match rows.saturating_mul(columns) {
        values if values > MOST_VALUES => Err(format!(
            "it promises {values} values in the columns that are read, and {MOST_VALUES} is the most"
        )),
        _ => Ok(()),
    }
}

/// The columns `fields`, increasing, with their labels and codes.
fn content(rows: usize, columns: Vec<Column>, fields: &[usize], na: &[String]) -> Content {
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let mut content = Content { rows, notes: duplicates(&names), names, ..Content::default() };
    for (field, column) in columns.into_iter().enumerate() {
        if !column.label.trim().is_empty() {
            content.labels.push((column.name.clone(), column.label.trim().to_string()));
        }
        if fields.binary_search(&field).is_ok() {
            add(&mut content, column, na);
        }
    }
    content
}

fn add(content: &mut Content, column: Column, na: &[String]) {
    let Column { name, cells, codes, user_missing, .. } = column;
    if user_missing > 0 {
        content.notes.push(ReadNote::UserMissing { column: name.clone(), cells: user_missing });
    }
    let values = match cells {
        Cells::Unusable(reason) => return content.unusable.push((name, reason)),
        Cells::Coded { codes, texts } => {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            texts_as_values(&codes, &texts, na)
        }
        Cells::Numbers(mut numbers) => {
            for number in numbers.iter_mut() {
                if !na.is_empty() && na.iter().any(|word| word.trim() == number.to_string()) {
                    *number = f64::NAN;
                }
            }
            match labelled(&numbers, &codes) {
                Some(factor) => {
                    content.notes.push(ReadNote::ValueLabels { column: name.clone() });
                    content.codes.push((name.clone(), codes));
                    Values::Text(factor)
                }
                None => Values::Number(numbers),
            }
        }
    };
    content.values.push((name, values));
}

/// Texts without blanks at their ends; empty ones, and those that the user calls missing, are missing.
fn texts_as_values(codes: &[u32], texts: &[&str], na: &[String]) -> Values {
    let mut distinct: Distinct<&str> = Distinct::default();
    let is_missing = |text: &str| text.is_empty() || na.iter().any(|word| word.trim() == text);
    let known = texts.iter().map(|text| Some(text.trim()).filter(|text| !is_missing(text)));
    let of_text: Vec<u32> =
        known.map(|text| text.map_or(MISSING, |text| distinct.code(text))).collect();
    let code = |&code: &u32| if code == MISSING { MISSING } else { of_text[code as usize] };
    let codes = codes.iter().map(code).collect();
    text_values(codes, distinct.values.into_iter().map(str::to_string).collect())
}

/// The labels as levels, in the order of their codes, when every value that is there has one and
/// no two codes share one.
fn labelled(numbers: &[f64], codes: &[(f64, String)]) -> Option<Factor> {
    let mut labels: Vec<&str> = codes.iter().map(|(_, label)| label.trim()).collect();
    labels.sort_unstable();
    labels.dedup();
    if codes.is_empty() || labels.len() < codes.len() || labels.contains(&"") {
        return None;
    }
    let code = |number: &f64| {
        if number.is_nan() {
            return Some(MISSING);
        }
        codes.iter().position(|(code, _)| code == number).map(|index| index as u32)
    };
    let of_rows = numbers.iter().map(code).collect::<Option<Vec<u32>>>()?;
    let levels = codes.iter().map(|(_, label)| label.trim().to_string()).collect();
    Some(Factor { codes: of_rows, levels })
}

/// A single-precision number as it was typed: 64.4 and not 64.4000015258789.
fn shortest(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(f64::from(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_of_too_much_is_refused() {
        assert!(check_size(MOST_VALUES, 1).is_ok());
        assert!(check_size(MOST_VALUES / 2 + 1, 2).unwrap_err().contains("values in the columns"));
        assert!(check_size(u64::MAX, 3).is_err(), "no number is so large that it looks small");
    }

    #[test]
    fn labels_are_levels_only_when_all_values_have_one() {
        let codes = vec![(0.0, "alive".to_string()), (1.0, "dead".to_string())];
        let factor = labelled(&[1.0, f64::NAN, 0.0], &codes).unwrap();
        assert_eq!((factor.codes, factor.levels[1].as_str()), (vec![1, MISSING, 0], "dead"));
        assert!(labelled(&[1.0, 2.0], &codes).is_none());
        assert!(labelled(&[1.0], &[]).is_none());
    }
}
