//! One column: what it holds.

use riskset::Remedy;
use serde::Serialize;

use super::names;
use crate::dates::{found_order, looks_like_dates, read_dates};
use crate::{DateFormat, Factor, Table, Values, names_patients};

/// One column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LookedAt {
    /// Its name.
    pub name: String,
    /// What the source calls it in print.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What it holds.
    pub kind: ColumnKind,
    /// How many rows miss their value.
    pub missing: usize,
    /// How many values differ.
    pub distinct: usize,
    /// The levels in their order with their rows, as they are; at most [`LEVELS_SHOWN`].
    pub levels: Vec<(String, usize)>,
    /// Smallest and largest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<(f64, f64)>,
    /// Texts among numbers with their rows, where most values are numbers.
    pub odd_texts: Vec<(String, usize)>,
    /// Whether the name says patients and some value occurs twice.
    pub repeats: bool,
    /// The dates, where it holds such.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<LookedDates>,
    /// The code of each level, where the source has value labels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<(f64, String)>,
    /// Cells that hold an error, such as `#REF!`, or bytes without a reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bad_cells: Option<String>,
}

/// The dates of a column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LookedDates {
    /// How they are written: `ymd`, `dmy`, `mdy`, `excel`, a pattern that was told, or `names` for
    /// months by their name; empty where that is not clear.
    pub format: String,
    /// The first, in ISO form; empty where they cannot be read.
    pub first: String,
    /// The last.
    pub last: String,
    /// Why they cannot be read as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// What would make them readable.
    #[serde(skip)]
    pub remedy: Option<Remedy>,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Numbers.
    Number,
    /// True and false.
    Flag,
    /// Dates.
    Date,
    /// Numbers with some texts among them.
    MostlyNumber,
    /// Texts.
    Text,
    /// Nothing at all.
    Empty,
}

/// The most levels that a look lists.
pub const LEVELS_SHOWN: usize = 20;

/// A column and its values as categories.
pub(super) fn look_at(table: &Table, name: &str, values: Values) -> (LookedAt, Factor) {
    let range = match &values {
        Values::Number(numbers) => range(numbers),
        Values::Flag(_) | Values::Text(_) => None,
    };
    let kind = match &values {
        Values::Number(_) => ColumnKind::Number,
        Values::Flag(_) => ColumnKind::Flag,
        Values::Text(_) => ColumnKind::Text,
    };
    let rows = values.len();
    let factor = values.into_factor();
    let counts = factor.counts();
    let levels = factor.levels.iter().cloned().zip(counts.iter().copied());
    let bad = table.check_cells(name, None).err();
    let mut column = LookedAt {
        name: name.to_string(),
        label: table.label(name).map(str::to_string),
        kind,
        missing: rows - counts.iter().sum::<usize>(),
        distinct: factor.levels.len(),
        levels: levels.take(LEVELS_SHOWN).collect(),
        range,
        odd_texts: Vec::new(),
        repeats: names_patients(name) && counts.iter().any(|n| *n > 1),
        dates: None,
        codes: table.codes(name).to_vec(),
        bad_cells: bad.map(|error| error.to_string()),
    };
    if column.distinct == 0 {
        column.kind = ColumnKind::Empty;
    } else if kind == ColumnKind::Text {
        look_at_texts(&mut column, table, &factor, &counts);
    } else if let Some(dates) = serials(&column, table.date_format()) {
        // Once they are told to be days, they are.
        column.kind = if dates.problem.is_none() { ColumnKind::Date } else { kind };
        column.dates = Some(dates);
    }
    (column, factor)
}

/// Texts may be dates, or numbers with texts among them.
fn look_at_texts(column: &mut LookedAt, table: &Table, factor: &Factor, counts: &[usize]) {
    let told = table.date_format();
    if looks_like_dates(factor, told) {
        column.kind = ColumnKind::Date;
        let place = |row| table.place(row);
        let format = told.map(DateFormat::to_string).or_else(|| found_order(factor));
        let format = format.unwrap_or_default();
        column.dates = Some(match read_dates(&column.name, factor, told, place) {
            Ok(dates) => {
                let known = || dates.iter().flatten();
                let iso = |date: Option<_>| date.map_or_else(String::new, ToString::to_string);
                let (first, last) = (iso(known().min()), iso(known().max()));
                LookedDates { format, first, last, problem: None, remedy: None }
            }
            Err(error) => LookedDates {
                format,
                first: String::new(),
                last: String::new(),
                problem: Some(error.to_string()),
                remedy: error.remedy(),
            },
        });
    } else if let Some(odd) = odd_texts(factor, counts) {
        (column.kind, column.odd_texts) = (ColumnKind::MostlyNumber, odd);
    }
}

/// Whole numbers under the name of a day that Excel would show as days of 1950 to 2050.
fn serials(column: &LookedAt, told: Option<&DateFormat>) -> Option<LookedDates> {
    const DAYS: std::ops::RangeInclusive<f64> = 18_264.0..=55_153.0;
    let (low, high) = column.range?;
    if !DAYS.contains(&low) || !DAYS.contains(&high) || !names::hints_day(&column.name) {
        return None;
    }
    let day = |serial: f64| {
        let start = chrono::NaiveDate::from_ymd_opt(1899, 12, 30)?;
        start.checked_add_days(chrono::Days::new(serial as u64)).map(|day| day.to_string())
    };
    let problem = "these numbers could be days as spreadsheet programs count them".to_string();
    let problem = (told != Some(&DateFormat::Excel)).then_some(problem);
    Some(LookedDates {
        format: "excel".to_string(),
        first: day(low)?,
        last: day(high)?,
        remedy: problem.is_some().then(|| Remedy::set_to("date_format", "excel")),
        problem,
    })
}

fn range(numbers: &[f64]) -> Option<(f64, f64)> {
    let known = || numbers.iter().copied().filter(|number| !number.is_nan());
    let low = known().reduce(f64::min)?;
    Some((low, known().reduce(f64::max)?))
}

/// The texts among numbers, where at least half of the values that differ are numbers.
fn odd_texts(factor: &Factor, counts: &[usize]) -> Option<Vec<(String, usize)>> {
    let is_number = |text: &str| crate::csv::number(text.as_bytes()).is_some();
    let numbers = factor.levels.iter().filter(|level| is_number(level)).count();
    if numbers == 0 || numbers == factor.levels.len() || 2 * numbers < factor.levels.len() {
        return None;
    }
    let pairs = factor.levels.iter().zip(counts).filter(|(level, _)| !is_number(level));
    Some(pairs.map(|(level, n)| (level.clone(), *n)).take(LEVELS_SHOWN).collect())
}
