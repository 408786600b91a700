//! What is in a table, before any analysis: its columns as facts, for every front end to show.

use serde::Serialize;

use crate::dates::read_dates;
use crate::formula::written_name;
use crate::{Factor, ReadNote, Table, Values};

/// What is in a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Look {
    /// The number of rows.
    pub rows: usize,
    /// What the reader chose and met.
    pub notes: Vec<ReadNote>,
    /// The columns that were read, in their order.
    pub columns: Vec<LookedAt>,
    /// Columns that could be a time (numbers of 0 or more) and an event (two values), and columns
    /// that could be the day of entry and of the last contact. Nothing is chosen among them.
    pub times: Vec<String>,
    /// See [`times`](Self::times).
    pub events: Vec<String>,
    /// Columns of dates.
    pub dates: Vec<String>,
    /// Formulas to start from, one per pair of time and event; an event that is not coded 0 and 1
    /// or true and false has one for each of its values, because a coding is never guessed.
    pub formulas: Vec<String>,
}

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
    /// The levels in their order with their rows, as they are, blanks among them; at most
    /// [`LEVELS_SHOWN`].
    pub levels: Vec<(String, usize)>,
    /// Smallest and largest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<(f64, f64)>,
    /// Texts among numbers with their rows, where most values are numbers.
    pub odd_texts: Vec<(String, usize)>,
    /// Whether the name says identifier and some value occurs twice.
    pub repeats: bool,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Numbers.
    Number,
    /// True and false.
    Flag,
    /// Dates with one reading.
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

/// The most formulas that a look suggests.
const FORMULAS: usize = 12;

/// Names of columns that say which patient a row belongs to, in small letters.
const IDENTIFIERS: [&str; 9] = [
    "id",
    "patient",
    "patient_id",
    "usubjid",
    "record_id",
    "record id",
    "case_submitter_id",
    "subject",
    "patient-nr.",
];

/// Looks at the columns that were read.
///
/// ```
/// use riskset_data::{Source, Table, look};
///
/// let lung = Table::read(&Source::parse("@lung")?, None)?;
/// let seen = look(&lung);
/// assert!(seen.times.contains(&"time".to_string()));
/// assert!(seen.formulas.contains(&"Surv(time, status == 2) ~ 1".to_string()));
/// # Ok::<(), riskset_data::Error>(())
/// ```
pub fn look(table: &Table) -> Look {
    let names = table.frame().columns().iter().map(|column| column.name().to_string());
    let columns: Vec<LookedAt> = names.filter_map(|name| column(table, &name)).collect();
    let named = |is: &dyn Fn(&LookedAt) -> bool| -> Vec<String> {
        columns.iter().filter(|column| is(column)).map(|column| column.name.clone()).collect()
    };
    let times = named(&|column| {
        let positive = column.range.is_some_and(|(low, _)| low >= 0.0);
        column.kind == ColumnKind::Number && positive && column.distinct > 10
    });
    let events = named(&|column| {
        column.kind != ColumnKind::Date && !column.name.is_empty() && column.distinct == 2
    });
    let dates = named(&|column| column.kind == ColumnKind::Date);
    let formulas = formulas(&columns, &times, &events);
    Look {
        rows: table.n_rows(),
        notes: table.notes().to_vec(),
        columns,
        times,
        events,
        dates,
        formulas,
    }
}

fn column(table: &Table, name: &str) -> Option<LookedAt> {
    let values = table.values(name).ok()?;
    let rows = values.len();
    let missing = (0..rows).filter(|&row| values.is_missing(row)).count();
    let range = match &values {
        Values::Number(numbers) => range(numbers),
        Values::Flag(_) | Values::Text(_) => None,
    };
    let mut kind = match &values {
        _ if missing == rows => ColumnKind::Empty,
        Values::Number(_) => ColumnKind::Number,
        Values::Flag(_) => ColumnKind::Flag,
        Values::Text(_) => ColumnKind::Text,
    };
    let is_text = matches!(values, Values::Text(_)) && missing < rows;
    let factor = values.into_factor();
    let counts = factor.counts();
    let mut odd_texts = Vec::new();
    if is_text {
        if read_dates(name, &factor, table.date_format(), |row| table.place(row)).is_ok() {
            kind = ColumnKind::Date;
        } else if let Some(odd) = odd_texts_of(&factor, &counts) {
            (kind, odd_texts) = (ColumnKind::MostlyNumber, odd);
        }
    }
    let pairs = factor.levels.iter().cloned().zip(counts.iter().copied());
    Some(LookedAt {
        name: name.to_string(),
        label: table.label(name).map(str::to_string),
        kind,
        missing,
        distinct: factor.levels.len(),
        levels: pairs.take(LEVELS_SHOWN).collect(),
        range,
        odd_texts,
        repeats: is_identifier(name) && counts.iter().any(|n| *n > 1),
    })
}

fn range(numbers: &[f64]) -> Option<(f64, f64)> {
    let known = || numbers.iter().copied().filter(|number| !number.is_nan());
    let low = known().reduce(f64::min)?;
    Some((low, known().reduce(f64::max)?))
}

/// The texts among numbers, where at least half of the values that differ are numbers.
fn odd_texts_of(factor: &Factor, counts: &[usize]) -> Option<Vec<(String, usize)>> {
    let is_number = |text: &str| crate::csv::number(text.as_bytes()).is_some();
    let numbers = factor.levels.iter().filter(|level| is_number(level)).count();
    if numbers == 0 || 2 * numbers < factor.levels.len() {
        return None;
    }
    let pairs = factor.levels.iter().zip(counts).filter(|(level, _)| !is_number(level));
    Some(pairs.map(|(level, n)| (level.clone(), *n)).take(LEVELS_SHOWN).collect())
}

fn is_identifier(name: &str) -> bool {
    IDENTIFIERS.contains(&name.to_lowercase().as_str())
}

/// A formula for each pair of time and event.
fn formulas(columns: &[LookedAt], times: &[String], events: &[String]) -> Vec<String> {
    let mut formulas = Vec::new();
    let events = columns.iter().filter(|column| events.contains(&column.name));
    for event in events {
        for time in times {
            let time = written_name(time);
            let name = written_name(&event.name);
            let levels: Vec<&str> = event.levels.iter().map(|(level, _)| level.as_str()).collect();
            if event.kind == ColumnKind::Flag || levels == ["0", "1"] {
                formulas.push(format!("Surv({time}, {name}) ~ 1"));
                continue;
            }
            let mark = if event.kind == ColumnKind::Number { "" } else { "\"" };
            for level in levels {
                formulas.push(format!("Surv({time}, {name} == {mark}{level}{mark}) ~ 1"));
            }
        }
    }
    formulas.truncate(FORMULAS);
    formulas
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_shows_levels_odd_texts_dates_and_no_chosen_coding() {
        let mut text = "id,months,age,dead,seen\n".to_string();
        for row in 0..12 {
            let age = if row == 3 { "unknown".to_string() } else { (50 + row).to_string() };
            let dead = if row % 2 == 0 { "ja" } else { "nein" };
            text.push_str(&format!("{},{row}.5,{age},{dead},2020-01-{:02}\n", row / 2, row + 1));
        }
        let table = Table::from_csv(text.as_bytes(), b',', "t.csv", None).unwrap();
        let seen = look(&table);
        assert_eq!((seen.rows, seen.columns[0].repeats), (12, true));
        assert_eq!(seen.columns[2].kind, ColumnKind::MostlyNumber);
        assert_eq!(seen.columns[2].odd_texts, [("unknown".to_string(), 1)]);
        assert_eq!(seen.columns[3].levels, [("ja".to_string(), 6), ("nein".to_string(), 6)]);
        assert_eq!((seen.times, seen.dates), (vec!["months".into()], vec!["seen".to_string()]));
        assert_eq!(
            seen.formulas,
            ["Surv(months, dead == \"ja\") ~ 1", "Surv(months, dead == \"nein\") ~ 1"]
        );
    }
}
