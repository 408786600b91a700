//! The answer of `riskset split`.

use super::{Document, Head};
use crate::format::Style;
use crate::table::{Align, Table};
use riskset_analysis::{SplitAnswer, SplitAudit, Voice};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// Rows of (start, stop].
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SplitDocument {
    /// What every document starts with; `n` counts the rows that were cut.
    #[serde(flatten)]
    pub head: Head,
    /// Patients.
    pub patients: usize,
    /// The names of the columns, in order.
    pub columns: Vec<String>,
    /// One object per piece, in the order of the rows and in each by time. `start` and `stop` are
    /// numbers, `event` is 0 or 1, the others are texts as the data have them; `null` is missing.
    pub pieces: Vec<Map<String, Value>>,
    /// One entry per patient.
    pub audit: Vec<SplitAuditEntry>,
    #[serde(skip)]
    rows: Vec<Vec<Option<String>>>,
}

/// What became of a patient's rows.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SplitAuditEntry {
    /// The patient.
    pub id: String,
    /// Rows before.
    pub rows: usize,
    /// Pieces after.
    pub pieces: usize,
    /// Where the first row starts.
    pub start: f64,
    /// Where the last ends.
    pub stop: f64,
    /// Rows that end with the event.
    pub events: usize,
    /// Rows of the merged table.
    pub merged: usize,
    /// The same in a sentence.
    pub line: String,
}

/// The columns that hold numbers.
const NUMBERS: [&str; 3] = ["start", "stop", "event"];

impl SplitDocument {
    /// The document of an answer.
    pub fn of(answer: SplitAnswer, voice: &dyn Voice) -> SplitDocument {
        let piece = |row: &Vec<Option<String>>| {
            let cells = answer.header.iter().zip(row);
            let value = |(name, cell): (&String, &Option<String>)| {
                let number = || cell.as_ref().and_then(|text| text.parse::<f64>().ok());
                let value = match (NUMBERS.contains(&name.as_str()), cell) {
                    (_, None) => Value::Null,
                    (true, Some(_)) => number().map_or(Value::Null, Value::from),
                    (false, Some(text)) => Value::from(text.clone()),
                };
                (name.clone(), value)
            };
            cells.map(value).collect()
        };
        let entry = |one: SplitAudit| SplitAuditEntry {
            id: one.id,
            rows: one.rows,
            pieces: one.pieces,
            start: one.start,
            stop: one.stop,
            events: one.events,
            merged: one.merged,
            line: one.line,
        };
        SplitDocument {
            head: Head::of(&answer.about, voice),
            patients: answer.audit.len(),
            pieces: answer.rows.iter().map(piece).collect(),
            columns: answer.header,
            audit: answer.audit.into_iter().map(entry).collect(),
            rows: answer.rows,
        }
    }

    fn table(&self, title: &str) -> Table {
        let mut table = Table::new(title);
        for name in &self.columns {
            table = table.column(name, Align::Left);
        }
        let rows = self.rows.iter();
        rows.fold(table, |table, row| {
            table.row(row.iter().map(|cell| cell.clone().unwrap_or_default()))
        })
    }
}

impl Document for SplitDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        format!(
            "{}\n{} of {} patients became {} pieces",
            self.head.asked,
            self.head.rows(),
            self.patients,
            self.pieces.len()
        )
    }

    fn tables(&self, _: &Style) -> Vec<Table> {
        let mut audit = Table::new("Audit")
            .column("Patient", Align::Left)
            .column("What became of the rows", Align::Left);
        for one in &self.audit {
            audit = audit.row([one.id.clone(), one.line.clone()]);
        }
        vec![self.table("Rows of (start, stop]"), audit]
    }

    fn notes(&self, _: &Style) -> Vec<String> {
        vec![
            "The CSV holds the rows, which every command takes as Surv(start, stop, event); the JSON \
             holds the audit too."
                .to_owned(),
        ]
    }

    fn data(&self) -> Option<Table> {
        Some(self.table(""))
    }
}
