//! Times and events from dates, by a rule.

use crate::{About, Data, Doubt, Problem};
use riskset_data::endpoint::{DateColumns, Derived, EndpointError, RuleSpec};
use riskset_data::{Expr, ReadOptions};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An endpoint for every patient of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct EndpointRequest {
    /// A file, `-` for standard input, or a bundled set.
    pub data: String,
    /// What the reader of the data is told; what is not told is seen from the file.
    #[serde(skip_serializing_if = "crate::rows::is_default")]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub reading: ReadOptions,
    /// The column that names the patient.
    pub id: String,
    /// Only the rows where this holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subset: Option<String>,
    /// The rule with its columns, as `[endpoints]` of a study has it.
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub rule: RuleSpec,
}

impl Default for EndpointRequest {
    fn default() -> EndpointRequest {
        EndpointRequest {
            data: String::new(),
            reading: ReadOptions::default(),
            id: "patient".to_owned(),
            subset: None,
            rule: RuleSpec::default(),
        }
    }
}

/// An endpoint with one audit line per patient.
#[derive(Clone, Debug)]
pub struct EndpointAnswer {
    /// Rows and doubts; `n` counts the patients with a time.
    pub about: About,
    /// What was asked.
    pub request: EndpointRequest,
    /// Times, events and audit lines, in data order.
    pub derived: Derived,
}

impl EndpointRequest {
    /// Applies the rule.
    pub(crate) fn run(&self, data: &Data) -> Result<EndpointAnswer, Problem> {
        let rule = self.rule.resolve().map_err(|error| Problem::analysis(error, None))?;
        let table = data.read(None)?;
        let rows: Vec<u32> = match &self.subset {
            Some(text) => {
                table.rows_where(&Expr::parse(text).map_err(riskset_data::Error::from)?)?
            }
            None => (0..table.n_rows() as u32).collect(),
        };
        let derived = DateColumns::from_table_rows(&table, &self.id, &rule, &rows)
            .and_then(|columns| rule.derive(&columns))
            .map_err(refusal)?;
        let without = derived.n_without_time();
        let about = About {
            analysis: "endpoint",
            data: self.data.clone(),
            formula: derived.rule.name.clone(),
            subset: self.subset.clone(),
            n: derived.outcomes.len() - without,
            n_missing: without,
            notes: table.notes().to_vec(),
            landmark: None,
            known_at: None,
            balance: None,
            steps: Vec::new(),
            doubts: derived.problems().map(|problem| Doubt::Date(problem.clone())).collect(),
        };
        Ok(EndpointAnswer { about, request: self.clone(), derived })
    }
}

/// A refusal of the table keeps its remedy.
pub(crate) fn refusal(error: EndpointError) -> Problem {
    match error {
        EndpointError::Table(error) => error.into(),
        other => Problem::analysis(other, None),
    }
}
