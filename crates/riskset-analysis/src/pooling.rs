//! Meta-analysis of proportions.

use crate::{About, Data, Doubt, Problem};
use riskset::{MetaFit, MetaModel, ProportionMeta, Remedy};
use riskset_data::{ReadOptions, Table, row_of_sums};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Proportions of several studies pooled: one row a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct MetaProportionRequest {
    /// A file, `-` for standard input, or a bundled set.
    pub data: String,
    /// What the reader of the data is told; what is not told is seen from the file.
    #[serde(skip_serializing_if = "crate::rows::is_default")]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub reading: ReadOptions,
    /// The column with the number of events.
    pub events: String,
    /// The column with the number of observations.
    pub n: String,
    /// The column that names the study.
    pub study: String,
    /// Only the rows where this holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subset: Option<String>,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// How the proportions are pooled.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<MetaModel>")]
    pub method: MetaModel,
}

impl Default for MetaProportionRequest {
    fn default() -> MetaProportionRequest {
        MetaProportionRequest {
            data: String::new(),
            reading: ReadOptions::default(),
            events: String::new(),
            n: String::new(),
            study: String::new(),
            subset: None,
            conf_level: 0.95,
            method: MetaModel::TwoStep,
        }
    }
}

/// A pooled proportion.
#[derive(Clone, Debug)]
pub struct MetaProportionAnswer {
    /// Rows (studies) and doubts.
    pub about: About,
    /// What was asked.
    pub request: MetaProportionRequest,
    /// The name of each study, in data order, as the fit has them.
    pub studies: Vec<String>,
    /// The fit, with an entry for each study.
    pub fit: MetaFit,
}

/// The counts of the studies asked for.
#[derive(Default)]
struct Studies {
    names: Vec<String>,
    events: Vec<u64>,
    sizes: Vec<u64>,
    missing: usize,
}

impl MetaProportionRequest {
    /// Pools.
    pub(crate) fn run(&self, data: &Data) -> Result<MetaProportionAnswer, Problem> {
        for (field, column) in [("events", &self.events), ("n", &self.n), ("study", &self.study)] {
            if column.is_empty() {
                let what = "which columns hold events, observations and studies was not said";
                return Err(Problem::request(what, Remedy::set(field)));
            }
        }
        let table = data.read(None)?;
        let rows = table.asked(self.subset.as_deref())?;
        let sums = row_of_sums(&table, rows.iter().copied(), &self.study)?;
        let studies = self.studies(&table, &rows)?;
        let fit = ProportionMeta::default()
            .conf_level(self.conf_level)
            .model(self.method)
            .fit(&studies.events, &studies.sizes)?;
        let about = About {
            analysis: "meta-proportion",
            request: String::new(),
            data: self.data.clone(),
            formula: format!("{} of {} by {}", self.events, self.n, self.study),
            subset: self.subset.clone(),
            n: studies.names.len(),
            n_missing: studies.missing,
            notes: table.notes().to_vec(),
            landmark: None,
            known_at: None,
            matching: None,
            balance: None,
            steps: Vec::new(),
            doubts: Doubt::of_studies(&fit.warnings, &studies.names, true, sums),
        };
        Ok(MetaProportionAnswer { about, request: self.clone(), studies: studies.names, fit })
    }

    fn studies(&self, table: &Table, rows: &[u32]) -> Result<Studies, Problem> {
        let names = table.texts(&self.study)?;
        let (events, sizes) = (table.numbers(&self.events)?, table.numbers(&self.n)?);
        let mut studies = Studies::default();
        for &row in rows {
            let row = row as usize;
            let (Some(name), false, false) =
                (&names[row], events[row].is_nan(), sizes[row].is_nan())
            else {
                studies.missing += 1;
                continue;
            };
            studies.names.push(name.clone());
            studies.events.push(count(table, row, &self.events, events[row])?);
            studies.sizes.push(count(table, row, &self.n, sizes[row])?);
        }
        Ok(studies)
    }
}

fn count(table: &Table, row: usize, column: &str, value: f64) -> Result<u64, Problem> {
    if value >= 0.0 && value.fract() == 0.0 && value < 9e15 {
        return Ok(value as u64);
    }
    let what = format!("column {column}, {}: {value} is not a count", table.place(row));
    Err(Problem::analysis(what, Remedy::to("a count is a whole number, 0 or more")))
}
