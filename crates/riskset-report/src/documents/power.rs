//! The answers of `riskset power`.

use super::{Document, Head, full};
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use serde::Serialize;
use serde_json::{Map, Value};

/// A plan: what was assumed and what follows, as named numbers in order of reading.
#[derive(Clone, Debug, Serialize)]
pub struct PowerDocument {
    /// What every document starts with; `n` is the number of patients (or of observations to be
    /// evaluated) that the plan needs or has.
    #[serde(flatten)]
    pub head: Head,
    /// The formula used.
    pub method: &'static str,
    /// What was assumed, by key.
    pub assumptions: Map<String, Value>,
    /// What follows, by key; `null` is what does not exist.
    pub results: Map<String, Value>,
    /// The same for people, in order of reading.
    #[serde(skip)]
    lines: Vec<Line>,
}

/// One number of a plan.
#[derive(Clone, Debug)]
struct Line {
    key: &'static str,
    words: String,
    value: Option<f64>,
    decimals: usize,
    assumed: bool,
}

impl PowerDocument {
    /// A plan without numbers yet.
    pub fn new(head: Head, method: &'static str) -> PowerDocument {
        PowerDocument {
            head,
            method,
            assumptions: Map::new(),
            results: Map::new(),
            lines: Vec::new(),
        }
    }

    /// Adds an assumption: its key, its words, its value and the decimals that people see.
    pub fn assume(&mut self, key: &'static str, words: &str, value: f64, decimals: usize) {
        self.assumptions.insert(key.to_string(), value.into());
        let words = words.to_string();
        self.lines.push(Line { key, words, value: Some(value), decimals, assumed: true });
    }

    /// Adds a result in the same way; `None` is what does not exist.
    pub fn result(&mut self, key: &'static str, words: &str, value: Option<f64>, decimals: usize) {
        self.results.insert(key.to_string(), value.into());
        let words = words.to_string();
        self.lines.push(Line { key, words, value, decimals, assumed: false });
    }

    fn table(&self, title: &str, assumed: bool, style: &Style) -> Table {
        let mut table =
            Table::new(title).column("Quantity", Align::Left).column("Value", Align::Right);
        for line in self.lines.iter().filter(|line| line.assumed == assumed) {
            let value = style.optional(line.value, line.decimals, NOT_ESTIMABLE);
            table = table.row([line.words.clone(), value]);
        }
        table
    }
}

impl Document for PowerDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        self.head.asked.clone()
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        vec![self.table("Assumed", true, style), self.table("Result", false, style)]
    }

    fn notes(&self, _: &Style) -> Vec<String> {
        vec![format!("Method: {}.", self.method)]
    }

    fn record(&self) -> Table {
        let mut table = Table::new("").column("quantity", Align::Left).column("value", Align::Left);
        for line in &self.lines {
            table = table.row([line.key.to_string(), full(line.value)]);
        }
        table
    }
}
