//! Times and events from dates, by a rule.

use crate::{About, Data, Doubt, Problem};
use riskset::Remedy;
use riskset_data::endpoint::{DateColumns, Derived, EndpointError, Rule, RuleSpec};
use riskset_data::{ReadOptions, Table, row_of_sums};
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
    /// Further rules for the same patients.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<serde_json::Map<String, serde_json::Value>>")]
    pub further: Vec<RuleSpec>,
}

impl Default for EndpointRequest {
    fn default() -> EndpointRequest {
        EndpointRequest {
            data: String::new(),
            reading: ReadOptions::default(),
            id: "patient".to_owned(),
            subset: None,
            rule: RuleSpec::default(),
            further: Vec::new(),
        }
    }
}

/// A column with its values as texts, `None` where missing.
type Column = (String, Vec<Option<String>>);

/// An endpoint with one audit line per patient.
#[derive(Clone, Debug)]
pub struct EndpointAnswer {
    /// Rows and doubts; `n` counts the patients with a time.
    pub about: About,
    /// What was asked.
    pub request: EndpointRequest,
    /// Times, events and audit lines, in data order.
    pub derived: Derived,
    /// The same by the further rules, in their order.
    pub further: Vec<Derived>,
    /// The columns of the data with the values of these patients as texts, `None` where missing.
    pub columns: Vec<Column>,
}

impl EndpointRequest {
    /// Applies the rule.
    pub(crate) fn run(&self, data: &Data) -> Result<EndpointAnswer, Problem> {
        let specs = std::iter::once(&self.rule).chain(&self.further);
        let rules: Vec<Rule> =
            specs.map(|spec| spec.resolve().map_err(refusal)).collect::<Result<_, _>>()?;
        let table = data.read(None)?;
        self.refuse_id(&table)?;
        let made = made(&rules)?;
        let rows = table.asked(self.subset.as_deref())?;
        let mut doubts = crate::derive::instead(&table, made.iter().cloned());
        doubts.extend(row_of_sums(&table, rows.iter().copied(), &self.id)?.map(Doubt::Frame));
        let mut derived = Vec::with_capacity(rules.len());
        for rule in &rules {
            let columns = DateColumns::from_table_rows(&table, &self.id, rule, &rows);
            let one = columns.and_then(|columns| rule.derive(&columns)).map_err(refusal)?;
            let dates = one.problems().cloned().map(Doubt::Date);
            for doubt in crate::derive::doubts_of(&table, rule)?.into_iter().chain(dates) {
                if !doubts.contains(&doubt) {
                    doubts.push(doubt);
                }
            }
            derived.push(one);
        }
        let mut derived = derived.into_iter();
        let first = derived.next().expect("there is one rule at least");
        let without = first.n_without_time();
        let about = About {
            analysis: "endpoint",
            request: String::new(),
            data: self.data.clone(),
            formula: first.rule.name.clone(),
            subset: self.subset.clone(),
            n: first.outcomes.len() - without,
            n_missing: without,
            notes: table.notes().to_vec(),
            landmark: None,
            known_at: None,
            matching: None,
            balance: None,
            steps: Vec::new(),
            doubts,
        };
        Ok(EndpointAnswer {
            about,
            request: self.clone(),
            derived: first,
            further: derived.collect(),
            columns: columns_of(&table, &rows, &made)?,
        })
    }
}

impl EndpointRequest {
    /// The column that names the patient, if it is not there.
    fn refuse_id(&self, table: &Table) -> Result<(), Problem> {
        let Err(error) = table.texts(&self.id) else { return Ok(()) };
        let mut names = table.column_names().iter();
        let remedy = match names.find(|name| riskset_data::names_patients(name)) {
            Some(name) => Remedy::set_to("id", name),
            None => Remedy::set("id"),
        };
        Err(Problem::analysis(format!("{error}; which one names the patient?"), remedy))
    }
}

/// The names of the columns that the rules make; two endpoints of one name would be one column.
fn made(rules: &[Rule]) -> Result<Vec<String>, Problem> {
    let mut names: Vec<String> = Vec::new();
    for rule in rules {
        let made = rule.header();
        if let Some(name) = made.iter().find(|name| names.contains(name)) {
            let what = format!("two endpoints would both be called `{name}`");
            let remedy = Remedy::to("write one of the rules into a file with another `name`");
            return Err(Problem::request(what, remedy));
        }
        names.extend(made);
    }
    Ok(names)
}

/// The columns that were read at these rows, without those whose place another takes. Of several
/// columns with one name none is read.
fn columns_of(table: &Table, rows: &[u32], made: &[String]) -> Result<Vec<Column>, Problem> {
    let names = table.frame().columns().iter().map(|column| column.name().to_string());
    names
        .filter(|name| !made.contains(name))
        .map(|name| {
            let mut texts = table.texts(&name)?;
            let values = rows.iter().map(|&row| texts[row as usize].take()).collect();
            Ok((name, values))
        })
        .collect()
}

/// A refusal of the table keeps its remedy.
pub(crate) fn refusal(error: EndpointError) -> Problem {
    let remedy = error.remedy();
    match error {
        EndpointError::Table(error) => error.into(),
        other => Problem::analysis(other, remedy),
    }
}
