//! How an answer came about: tables of steps below the answer.

use crate::format::Style;
use crate::table::{Align, Table};
use riskset_analysis::{StepKind, Steps};
use schemars::JsonSchema;
use serde::Serialize;

/// A table with more rows than this is cut for people, who see the first and the last.
const MOST: usize = 40;
const FIRST: usize = 20;
const LAST: usize = 10;

/// One table of steps.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StepsEntry {
    /// What comes about, and in which group.
    pub title: String,
    /// What happens in a row and why, a sentence each.
    pub why: Vec<String>,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows, in order; an entry per column.
    pub rows: Vec<Vec<Option<f64>>>,
    /// How many rows there are in all, where only the first and the last are here.
    pub of: usize,
    /// Rows are left out before this one, from 0; absent when all are here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<usize>,
    /// The sums of the columns that are summed, an entry per column; absent where nothing is summed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totals: Option<Vec<Option<f64>>>,
    #[serde(skip)]
    headings: Vec<(String, StepKind)>,
}

impl StepsEntry {
    /// The entries of an answer.
    pub fn all(steps: &[Steps]) -> Vec<StepsEntry> {
        steps.iter().map(StepsEntry::of).collect()
    }

    fn of(steps: &Steps) -> StepsEntry {
        StepsEntry {
            title: steps.title.clone(),
            why: steps.why.clone(),
            columns: steps.columns.iter().map(|column| column.key.clone()).collect(),
            rows: steps.rows.clone(),
            of: steps.of,
            gap: steps.gap,
            totals: steps.totals.clone(),
            headings: steps.columns.iter().map(|c| (c.heading.clone(), c.kind)).collect(),
        }
    }

    /// The table for people, its reasons below it.
    pub fn table(&self, style: &Style) -> Table {
        let mut table = Table::new(self.title.clone());
        for (heading, _) in &self.headings {
            table = table.column(heading.clone(), Align::Right);
        }
        let cut = self.rows.len() > MOST;
        let gap = if cut { Some(FIRST) } else { self.gap };
        for (index, row) in self.rows.iter().enumerate() {
            if gap == Some(index) {
                table = table.row(["..."]);
            }
            if cut && index >= FIRST && index < self.rows.len() - LAST {
                continue;
            }
            let cells = row.iter().zip(&self.headings);
            table = table.row(cells.map(|(value, (_, kind))| cell(*value, *kind, style)));
        }
        if let Some(totals) = &self.totals {
            table = table.row(self.sums(totals, style));
        }
        if gap.is_some() {
            let shown = if cut { FIRST + LAST } else { self.rows.len() };
            table = table
                .footnote(format!("The first and the last of {} rows, {shown} in all.", self.of));
        }
        self.why.iter().fold(table, |table, sentence| table.footnote(sentence.clone()))
    }

    /// The last row for people: `Sum`, then a sum below each column that has one.
    fn sums(&self, totals: &[Option<f64>], style: &Style) -> Vec<String> {
        let cells = totals.iter().zip(&self.headings).enumerate();
        let cells = cells.map(|(place, (total, (_, kind)))| match (place, total) {
            (0, None) => "Sum".to_owned(),
            (_, None) => String::new(),
            (_, total) => cell(*total, *kind, style),
        });
        cells.collect()
    }
}

fn cell(value: Option<f64>, kind: StepKind, style: &Style) -> String {
    let Some(value) = value else { return "-".to_owned() };
    match kind {
        // Times and whole counts as they are in the data.
        StepKind::Time => format!("{value}"),
        StepKind::Count if value.fract() == 0.0 => style.number(value, 0),
        StepKind::Count => style.number(value, 2),
        StepKind::Fraction => style.number(value, 4),
        StepKind::Number => style.number(value, 3),
    }
}
