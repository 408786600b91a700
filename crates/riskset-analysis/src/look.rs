//! What is in a file, before any analysis of it.

use crate::{About, Data, Doubt, EndpointRequest, KmRequest, Problem, Request, RowsRequest};
use riskset_data::endpoint::RuleSpec;
use riskset_data::{Look, ReadOptions, look};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A look at every column of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct LookRequest {
    /// A file, `-` for standard input, or a bundled set.
    pub data: String,
    /// What the reader of the data is told; what is not told is seen from the file.
    #[serde(skip_serializing_if = "crate::rows::is_default")]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub reading: ReadOptions,
}

/// What is in a table.
#[derive(Clone, Debug)]
pub struct LookAnswer {
    /// Rows, what the reader chose, and the doubts that an analysis of all rows would have.
    pub about: About,
    /// What was asked.
    pub request: LookRequest,
    /// The columns, and what they could be.
    pub look: Look,
    /// Analyses to ask next, each a request that can be answered as it is. Of an event that is
    /// coded by words there is one for each word, and its author chooses.
    pub next: Vec<Request>,
}

impl LookRequest {
    /// Reads all columns and looks at them.
    pub(crate) fn run(&self, data: &Data) -> Result<LookAnswer, Problem> {
        let table = data.read(None)?;
        let look = look(&table);
        let about = About {
            analysis: "look",
            request: String::new(),
            data: self.data.clone(),
            formula: String::new(),
            subset: None,
            n: look.rows,
            n_missing: 0,
            notes: look.notes.clone(),
            landmark: None,
            known_at: None,
            matching: None,
            steps: Vec::new(),
            balance: None,
            doubts: look.doubts.iter().cloned().map(Doubt::Frame).collect(),
        };
        let next = self.next(&look);
        Ok(LookAnswer { about, request: self.clone(), look, next })
    }

    fn next(&self, look: &Look) -> Vec<Request> {
        let suggestions = &look.suggestions;
        let curves = suggestions.formulas.iter().map(|formula| {
            let rows = RowsRequest::new(self.data.clone(), formula.clone());
            let rows = RowsRequest { reading: self.reading.clone(), ..rows };
            Request::Km(KmRequest { rows, ..KmRequest::default() })
        });
        curves.chain(self.overall_survival(look)).collect()
    }

    /// Overall survival from dates, where a name says death, another says last contact, and one day
    /// is never after either.
    fn overall_survival(&self, look: &Look) -> Option<Request> {
        let suggestions = &look.suggestions;
        let (death, last) = (suggestions.death.clone()?, suggestions.last_contact.clone()?);
        let leads = |from: &str, to: &str| {
            suggestions.date_pairs.iter().any(|pair| pair.from == from && pair.to == to)
        };
        let mut firsts = suggestions.date_pairs.iter().map(|pair| &pair.from);
        let zero = firsts.find(|from| leads(from, &death) && leads(from, &last))?;
        let rule = RuleSpec {
            rule: Some("os".to_owned()),
            time_zero: zero.clone(),
            death: Some(death),
            last_visit: vec![last],
            ..RuleSpec::default()
        };
        let id = look.columns.iter().find(|column| riskset_data::names_patients(&column.name));
        let id = id.map_or_else(|| EndpointRequest::default().id, |column| column.name.clone());
        let (data, reading) = (self.data.clone(), self.reading.clone());
        Some(Request::Endpoint(EndpointRequest {
            data,
            reading,
            id,
            rule,
            ..EndpointRequest::default()
        }))
    }
}
