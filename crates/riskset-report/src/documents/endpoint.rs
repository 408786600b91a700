//! The answers of `riskset endpoint`.

use super::{Document, Head};
use crate::format::Style;
use crate::table::{Align, Table};
use riskset_analysis::{EndpointAnswer, Voice};
use riskset_data::endpoint::{Derived, Endpoint, Outcome};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// Times and events by a rule, with one audit line per patient.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EndpointDocument {
    /// What every document starts with; `n_missing` counts the patients without a time.
    #[serde(flatten)]
    pub head: Head,
    /// What the rule gives.
    #[serde(flatten)]
    pub endpoint: EndpointEntry,
    /// What further rules give, where some were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further: Vec<EndpointEntry>,
    /// The columns of the data at the patients, for the CSV.
    #[serde(skip)]
    columns: Vec<(String, Vec<Option<String>>)>,
}

/// What one rule gives.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EndpointEntry {
    /// The name of the rule.
    pub rule: String,
    /// What it counts.
    pub definition: String,
    /// Where the definition is from.
    pub source: String,
    /// The unit of time.
    pub unit: String,
    /// Patients with the event.
    pub events: usize,
    /// Patients with a competing event.
    pub competing: usize,
    /// Patients censored.
    pub censored: usize,
    /// One object per patient, in data order.
    pub patients: Vec<Map<String, Value>>,
    #[serde(skip)]
    without_time: usize,
    #[serde(skip)]
    header: Vec<String>,
    #[serde(skip)]
    rows: Vec<Vec<String>>,
}

impl EndpointDocument {
    /// The document of an answer.
    pub fn of(answer: &EndpointAnswer, voice: &dyn Voice) -> EndpointDocument {
        EndpointDocument {
            head: Head::of(&answer.about, voice),
            endpoint: EndpointEntry::of(&answer.derived),
            further: answer.further.iter().map(EndpointEntry::of).collect(),
            columns: answer.columns.clone(),
        }
    }

    fn all(&self) -> impl Iterator<Item = &EndpointEntry> {
        std::iter::once(&self.endpoint).chain(&self.further)
    }
}

impl EndpointEntry {
    fn of(derived: &Derived) -> EndpointEntry {
        let header = derived.header();
        let rows: Vec<Vec<String>> = derived.rows().collect();
        let patients =
            derived.outcomes.iter().zip(&rows).map(|(outcome, row)| patient(&header, outcome, row));
        EndpointEntry {
            rule: derived.rule.name.clone(),
            definition: derived.rule.definition.clone(),
            source: derived.rule.source.clone(),
            unit: derived.rule.unit.to_string(),
            events: derived.n_events(),
            competing: derived.n_competing(),
            censored: derived.n_censored(),
            patients: patients.collect(),
            without_time: derived.n_without_time(),
            header,
            rows,
        }
    }

    /// Times as people read them; the CSV has all their digits.
    fn table(&self, style: &Style) -> Table {
        let table = Table::new(self.rule.as_str());
        let table = self.header.iter().fold(table, |t, name| t.column(name, Align::Left));
        let mut table = self.rows.iter().fold(table, |table, row| table.row(row.clone()));
        let times = table.rows.iter().filter_map(|row| row.cells[1].parse::<f64>().ok());
        let decimals = match (self.unit.as_str(), times.into_iter().all(|time| time.fract() == 0.0))
        {
            ("days", true) => 0,
            // 0.0001 days are nine seconds.
            ("days", false) => 4,
            _ => 2,
        };
        for row in &mut table.rows {
            if let Ok(time) = row.cells[1].parse::<f64>() {
                row.cells[1] = style.number(time, decimals);
            }
        }
        table
    }

    fn words(&self) -> String {
        format!(
            "{} Source: {}\n{} patients with a time, {} without; {} events, {} competing, {} \
             censored; time in {}",
            self.definition,
            self.source,
            self.rows.len() - self.without_time,
            self.without_time,
            self.events,
            self.competing,
            self.censored,
            self.unit
        )
    }
}

/// A patient as an object: the time and the event as numbers, what is empty as null.
fn patient(header: &[String], outcome: &Outcome, row: &[String]) -> Map<String, Value> {
    let value = |text: &String| match text.is_empty() {
        true => Value::Null,
        false => text.clone().into(),
    };
    let mut patient: Map<String, Value> =
        header.iter().zip(row).map(|(key, text)| (key.clone(), value(text))).collect();
    patient.insert(header[1].clone(), outcome.time.into());
    patient.insert(header[2].clone(), outcome.event.map(u8::from).into());
    patient
}

impl Document for EndpointDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        let further = self.further.iter().map(|one| format!("\n{}: {}", one.rule, one.words()));
        format!("{}\n{}{}", self.head.asked, self.endpoint.words(), further.collect::<String>())
    }

    /// The patients with what each rule gives; the other columns of the data are in the CSV.
    fn tables(&self, style: &Style) -> Vec<Table> {
        self.all().map(|one| one.table(style)).collect()
    }

    fn notes(&self, _: &Style) -> Vec<String> {
        Vec::new()
    }

    /// The columns of the data as they are, and after them those of the rules.
    fn data(&self) -> Option<Table> {
        let mut table = Table::new("");
        let own = self.columns.iter().map(|(name, _)| name);
        for name in own.chain(self.all().flat_map(|one| &one.header[1..])) {
            table = table.column(name, Align::Left);
        }
        for row in 0..self.endpoint.rows.len() {
            let own =
                self.columns.iter().map(|(_, values)| values[row].clone().unwrap_or_default());
            let derived = self.all().flat_map(|one| one.rows[row][1..].iter().cloned());
            table = table.row(own.chain(derived));
        }
        Some(table)
    }
}

/// The named rules.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RulesDocument {
    /// What every document starts with; `n` is the number of rules.
    #[serde(flatten)]
    pub head: Head,
    /// One entry per rule.
    pub rules: Vec<RuleEntry>,
}

/// A named rule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleEntry {
    /// Its name.
    pub name: &'static str,
    /// In words.
    pub title: &'static str,
    /// What it counts.
    pub definition: &'static str,
    /// Where the definition is from.
    pub source: &'static str,
}

impl RulesDocument {
    /// The document of these rules.
    pub fn new(endpoints: &[Endpoint]) -> RulesDocument {
        let entry = |endpoint: &Endpoint| RuleEntry {
            name: endpoint.name(),
            title: endpoint.title(),
            definition: endpoint.definition(),
            source: endpoint.source(),
        };
        RulesDocument {
            head: Head::new("endpoint-rules", endpoints.len(), 0, "Endpoints by rule"),
            rules: endpoints.iter().map(entry).collect(),
        }
    }
}

impl Document for RulesDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        let rule = |rule: &RuleEntry| {
            format!(
                "{}: {}\n  {}\n  Source: {}",
                rule.name, rule.title, rule.definition, rule.source
            )
        };
        self.rules.iter().map(rule).collect::<Vec<String>>().join("\n\n")
    }

    fn tables(&self, _: &Style) -> Vec<Table> {
        Vec::new()
    }

    fn notes(&self, _: &Style) -> Vec<String> {
        Vec::new()
    }

    fn data(&self) -> Option<Table> {
        let mut table = Table::new("");
        for column in ["name", "title", "definition", "source"] {
            table = table.column(column, Align::Left);
        }
        Some(self.rules.iter().fold(table, |table, rule| {
            table.row([rule.name, rule.title, rule.definition, rule.source])
        }))
    }
}
