//! What a rule gives: one outcome a patient, and the table to write.

use chrono::NaiveDate;

use super::{Problem, Rule};
use crate::{Factor, Values};

/// One patient's time and event.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The patient's id.
    pub id: String,
    /// The row of the file, from 0.
    pub row: usize,
    /// Whole days from time zero, 0 or more. `None` when the dates give no time (see `flags`).
    pub days: Option<i64>,
    /// Days from time zero with the part of a day, where the dates that decide are written with their
    /// time of day; otherwise whole days.
    pub exact_days: Option<f64>,
    /// The same in the unit of the rule.
    pub time: Option<f64>,
    /// Whether the time ends with an event of the rule; a competing event is none. `None` without a
    /// time.
    pub event: Option<bool>,
    /// What the time ends with: the label of the event or of the competing event, or `censored`.
    /// `None` without a time.
    pub cause: Option<String>,
    /// The day on which the time ends. `None` without a time.
    pub date: Option<NaiveDate>,
    /// The columns whose date decided; several when they hold the same day. Empty when the data cut
    /// decided, or without a time.
    pub decided_by: Vec<String>,
    /// One sentence: which date decided, and why the patient is censored.
    pub audit: String,
    /// What is wrong with the dates; empty for most.
    pub flags: Vec<Problem>,
}

/// The word for a time that ends without any event.
pub(super) const CENSORED: &str = "censored";

/// The outcomes of all rows, in data order, with the rule they follow.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// The rule.
    pub rule: Rule,
    /// The name of the id column.
    pub id_name: String,
    /// One outcome a row.
    pub outcomes: Vec<Outcome>,
}

impl Derived {
    /// The number of events.
    pub fn n_events(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.event == Some(true)).count()
    }

    /// The number of competing events.
    pub fn n_competing(&self) -> usize {
        let competes = |outcome: &&Outcome| {
            outcome.event == Some(false) && outcome.cause.as_deref() != Some(CENSORED)
        };
        self.outcomes.iter().filter(competes).count()
    }

    /// The number of censored times.
    pub fn n_censored(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.cause.as_deref() == Some(CENSORED)).count()
    }

    /// The number of rows without a time.
    pub fn n_without_time(&self) -> usize {
        self.outcomes.iter().filter(|outcome| outcome.time.is_none()).count()
    }

    /// Everything that is wrong, in row order.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.outcomes.iter().flat_map(|outcome| &outcome.flags)
    }

    /// The names of the output columns: the id, then the rule's name with its unit (`dfs_months`),
    /// `_event`, `_cause`, `_date`, `_decided_by`, `_audit` and `_flags`.
    pub fn header(&self) -> Vec<String> {
        let mut header = vec![self.id_name.clone()];
        header.extend(self.rule.header());
        header
    }

    /// Time, event and cause as columns of a table of `n_rows` rows, named as in
    /// [`header`](Self::header): missing where a row has no time, and where it was not derived.
    pub fn columns(&self, n_rows: usize) -> Vec<(String, Values)> {
        let (mut times, mut events) = (vec![f64::NAN; n_rows], vec![f64::NAN; n_rows]);
        let mut causes: Vec<Option<&str>> = vec![None; n_rows];
        for outcome in &self.outcomes {
            times[outcome.row] = outcome.time.unwrap_or(f64::NAN);
            events[outcome.row] =
                outcome.event.map_or(f64::NAN, |event| f64::from(u8::from(event)));
            causes[outcome.row] = outcome.cause.as_deref();
        }
        let values =
            [Values::Number(times), Values::Number(events), Values::Text(Factor::of_texts(causes))];
        self.rule.column_names().into_iter().zip(values).collect()
    }

    /// The output rows, each in the order of [`header`](Self::header). Times are written with all
    /// their digits, events as 1 and 0, and what does not exist as an empty text.
    pub fn rows(&self) -> impl Iterator<Item = Vec<String>> {
        self.outcomes.iter().map(|outcome| {
            let text = |value: Option<String>| value.unwrap_or_default();
            let codes: Vec<&str> = outcome.flags.iter().map(|flag| flag.kind.code()).collect();
            vec![
                outcome.id.clone(),
                text(outcome.time.map(|time| time.to_string())),
                text(outcome.event.map(|event| u8::from(event).to_string())),
                text(outcome.cause.clone()),
                text(outcome.date.map(|date| date.to_string())),
                outcome.decided_by.join("; "),
                outcome.audit.clone(),
                codes.join("; "),
            ]
        })
    }

    /// The output as comma-separated text (RFC 4180), the header first.
    pub fn to_csv(&self) -> String {
        let mut text = String::new();
        for row in std::iter::once(self.header()).chain(self.rows()) {
            let fields: Vec<String> = row.iter().map(|field| quoted(field)).collect();
            text.push_str(&fields.join(","));
            text.push('\n');
        }
        text
    }
}

fn quoted(field: &str) -> String {
    if field.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
