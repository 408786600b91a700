//! The answers of `riskset endpoint`.

use super::{Document, Head};
use crate::format::Style;
use crate::table::{Align, Table};
use riskset_analysis::{EndpointAnswer, Voice};
use riskset_data::endpoint::Endpoint;
use serde::Serialize;
use serde_json::{Map, Value};

/// Times and events by a rule, with one audit line per patient.
#[derive(Clone, Debug, Serialize)]
pub struct EndpointDocument {
    /// What every document starts with; `n_missing` counts the patients without a time.
    #[serde(flatten)]
    pub head: Head,
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
    header: Vec<String>,
    #[serde(skip)]
    rows: Vec<Vec<String>>,
}

impl EndpointDocument {
    /// The document of an answer.
    pub fn of(answer: &EndpointAnswer, voice: &dyn Voice) -> EndpointDocument {
        let (head, derived) = (Head::of(&answer.about, voice), &answer.derived);
        let header = derived.header();
        let rows: Vec<Vec<String>> = derived.rows().collect();
        EndpointDocument {
            head,
            rule: derived.rule.name.clone(),
            definition: derived.rule.definition.clone(),
            source: derived.rule.source.clone(),
            unit: derived.rule.unit.to_string(),
            events: derived.n_events(),
            competing: derived.n_competing(),
            censored: derived.n_censored(),
            patients: derived
                .outcomes
                .iter()
                .zip(&rows)
                .map(|(outcome, row)| {
                    let mut patient: Map<String, Value> = header
                        .iter()
                        .zip(row)
                        .map(|(key, text)| {
                            let value =
                                if text.is_empty() { Value::Null } else { text.clone().into() };
                            (key.clone(), value)
                        })
                        .collect();
                    patient.insert(header[1].clone(), outcome.time.into());
                    let event = outcome.event.map(u8::from);
                    patient.insert(header[2].clone(), event.into());
                    patient
                })
                .collect(),
            header,
            rows,
        }
    }

    fn table(&self) -> Table {
        let mut table = Table::new("");
        for name in &self.header {
            table = table.column(name, Align::Left);
        }
        self.rows.iter().fold(table, |table, row| table.row(row.clone()))
    }
}

impl Document for EndpointDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        format!(
            "{}\n{} Source: {}\n{} patients with a time, {} without; {} events, {} competing, {} \
             censored; time in {}",
            self.head.asked,
            self.definition,
            self.source,
            self.head.n,
            self.head.n_missing,
            self.events,
            self.competing,
            self.censored,
            self.unit
        )
    }

    /// Times as people read them; the CSV has all their digits.
    fn tables(&self, style: &Style) -> Vec<Table> {
        let mut table = self.table();
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
        vec![table]
    }

    fn notes(&self, _: &Style) -> Vec<String> {
        Vec::new()
    }

    fn data(&self) -> Option<Table> {
        Some(self.table())
    }
}

/// The named rules.
#[derive(Clone, Debug, Serialize)]
pub struct RulesDocument {
    /// What every document starts with; `n` is the number of rules.
    #[serde(flatten)]
    pub head: Head,
    /// One entry per rule.
    pub rules: Vec<RuleEntry>,
}

/// A named rule.
#[derive(Clone, Debug, Serialize)]
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
