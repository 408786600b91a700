//! What is in a table, before any analysis: its columns as facts, for every front end to show.

mod column;
mod names;
mod suggest;

pub use column::{ColumnKind, LEVELS_SHOWN, LookedAt, LookedDates};
pub use suggest::{DatePair, Suggestions};

use serde::Serialize;

use crate::frame::doubts_of_column;
use crate::{FrameDoubt, ReadNote, Table};

/// What is in a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Look {
    /// The number of rows.
    pub rows: usize,
    /// What the reader chose and met.
    #[serde(skip)]
    pub notes: Vec<ReadNote>,
    /// The columns that were read, in their order.
    pub columns: Vec<LookedAt>,
    /// Names that several columns have; such a column cannot be used.
    pub duplicates: Vec<String>,
    /// What the columns could be. Nothing is chosen among them.
    #[serde(flatten)]
    pub suggestions: Suggestions,
    /// What is often a slip: levels that look alike, repeated patients, a row of totals.
    #[serde(skip)]
    pub doubts: Vec<FrameDoubt>,
}

/// Looks at the columns that were read.
///
/// ```
/// use riskset_data::{Source, Table, look};
///
/// let lung = Table::read(&Source::parse("@lung")?, None)?;
/// let seen = look(&lung);
/// assert_eq!(seen.suggestions.times[0], "time");
/// assert_eq!(seen.suggestions.formulas[1], "Surv(time, status == 2) ~ 1");
/// # Ok::<(), riskset_data::Error>(())
/// ```
pub fn look(table: &Table) -> Look {
    let names = table.frame().columns().iter().map(|column| column.name().to_string());
    let mut doubts = Vec::new();
    let mut columns = Vec::new();
    for name in names {
        // A column that was read has values.
        let Ok(values) = table.values(&name) else { continue };
        let is_text = matches!(values, crate::Values::Text(_));
        let (column, factor) = column::look_at(table, &name, values);
        let is_words = is_text && column.kind == ColumnKind::Text;
        doubts.extend(doubts_of_column(table, &name, &factor, is_words));
        columns.push(column);
    }
    let duplicates = duplicates(table);
    let suggestions = suggest::of(table, &columns);
    let mut notes = table.notes().to_vec();
    notes.extend(table.unusable().iter().map(|(column, reason)| ReadNote::Unusable {
        column: column.clone(),
        reason: reason.clone(),
    }));
    Look { rows: table.n_rows(), notes, columns, duplicates, suggestions, doubts }
}

/// Names that more than one column has, in their order.
fn duplicates(table: &Table) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let names = table.column_names().iter().filter(|name| !name.is_empty());
    let mut twice: Vec<String> = names.filter(|name| !seen.insert(*name)).cloned().collect();
    twice.dedup();
    twice
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Look {
        look(&Table::from_csv(text.as_bytes(), b',', "t.csv", None).unwrap())
    }

    #[test]
    fn a_look_shows_levels_odd_texts_dates_and_no_chosen_coding() {
        let mut text = "id,months,age,dead,seen\n".to_string();
        for row in 0..12 {
            let age = if row == 3 { "unknown".to_string() } else { (50 + row).to_string() };
            let dead = if row % 2 == 0 { "ja" } else { "nein" };
            text.push_str(&format!("{},{row}.5,{age},{dead},2020-01-{:02}\n", row / 2, row + 1));
        }
        let seen = seen(&text);
        assert_eq!(seen.rows, 12);
        assert!(
            matches!(&seen.doubts[..], [FrameDoubt::RepeatedIds { patients: 6, rows: 12, .. }]),
            "{:?}",
            seen.doubts
        );
        assert_eq!(seen.columns[2].kind, ColumnKind::MostlyNumber);
        assert_eq!(seen.columns[2].odd_texts, [("unknown".to_string(), 1)]);
        assert_eq!(seen.columns[3].levels, [("ja".to_string(), 6), ("nein".to_string(), 6)]);
        let dates = seen.columns[4].dates.as_ref().unwrap();
        assert_eq!((dates.first.as_str(), dates.last.as_str()), ("2020-01-01", "2020-01-12"));
        assert_eq!(seen.suggestions.times, ["months"]);
        assert_eq!(
            seen.suggestions.formulas,
            ["Surv(months, dead == \"ja\") ~ 1", "Surv(months, dead == \"nein\") ~ 1"]
        );
    }

    /// Twelve patients whose last contact is never before their surgery.
    #[test]
    fn dates_that_follow_one_another_make_a_time() {
        let mut text = "surgery,last,dead\n".to_string();
        for row in 1..13 {
            let (dead, month) = (if row < 5 { "1" } else { "0" }, row % 12 + 1);
            text.push_str(&format!("{:02}.{month:02}.2018,13.04.2020,{dead}\n", row + 10));
        }
        let seen = seen(&text);
        let dates = seen.columns[0].dates.as_ref().unwrap();
        assert_eq!((dates.format.as_str(), dates.problem.as_deref()), ("dmy", None));
        let pair = DatePair { from: "surgery".into(), to: "last".into() };
        assert_eq!(seen.suggestions.date_pairs, [pair]);
        assert_eq!(
            seen.suggestions.formulas,
            ["Surv((last - surgery) / 30.4375, dead) ~ 1"],
            "the only times are days between dates"
        );
    }

    #[test]
    fn dates_with_two_readings_are_shown_as_such() {
        let seen = seen("op\n05.06.2019\n01.02.2018\n03.04.2017\n");
        assert_eq!(seen.columns[0].kind, ColumnKind::Date);
        let dates = seen.columns[0].dates.as_ref().unwrap();
        assert!(dates.problem.as_ref().unwrap().contains("day and month"), "{dates:?}");
        assert!(seen.suggestions.date_pairs.is_empty());
    }

    #[test]
    fn a_blank_beside_one_value_may_mean_no_event() {
        let mut text = "months,dead\n".to_string();
        (0..12).for_each(|row| text.push_str(if row < 6 { "1.5,x\n" } else { "2.5,\n" }));
        (0..12).for_each(|row| text.push_str(&format!("{row}.25,\n")));
        assert_eq!(seen(&text).suggestions.formulas, ["Surv(months, !is.na(dead)) ~ 1"]);
    }

    #[test]
    fn every_formula_is_one_that_can_be_read() {
        let mut text = "\"OS time, months\",\"vital \"\"status\"\"\",a`b\n".to_string();
        (0..14).for_each(|row| {
            let status = if row < 6 { "\"dead \"\"x\"\"\"" } else { "alive" };
            text.push_str(&format!("{row}.25,{status},{}\n", row % 2));
        });
        let formulas = seen(&text).suggestions.formulas;
        assert!(!formulas.is_empty());
        for formula in formulas {
            crate::Formula::parse(&formula).unwrap_or_else(|error| panic!("{formula}: {error}"));
        }
    }
}
