//! What a person chose on the page.

use riskset_data::ReadOptions;
use riskset_data::endpoint::RuleSpec;
use riskset_data::endpoint::TimeUnit;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Everything that was chosen, as the page sends it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// The open file.
    pub file: u64,
    /// What the reader is told.
    pub reading: ReadOptions,
    /// What a row stands for, as it was said; a patient where it was not.
    pub rows: Option<RowsAre>,
    /// Where rows are counts of people: what they count.
    pub counts: Counts,
    /// The column that names the patient.
    pub id: Option<String>,
    /// One for each panel of the figure.
    pub endpoints: Vec<Endpoint>,
    /// What is compared.
    pub group: Option<Group>,
    /// Columns within whose levels groups are compared.
    pub strata: Vec<String>,
    /// Conditions that were clicked; all must hold.
    pub only: Vec<Only>,
    /// A condition that was written.
    pub subset: Option<String>,
    /// Time is counted from here.
    pub landmark: Option<f64>,
    /// Survival at these times, in the unit of the data.
    pub times: Vec<f64>,
    /// Horizon of restricted means, in the unit of the data.
    pub rmst: Option<f64>,
    /// Level of the intervals.
    pub conf_level: Option<f64>,
    /// Scale of the intervals, by its name.
    pub conf_type: Option<String>,
    /// The program whose defaults hold in all that was not chosen.
    #[serde(rename = "match")]
    pub matched: Option<String>,
    /// The unit of the time axis.
    pub unit: Option<TimeUnit>,
    /// Columns of an adjusted model, beside the group.
    pub covariates: Vec<String>,
    /// What two groups are made alike in before they are compared.
    pub alike: Alike,
    /// Further analyses by their topics, each with what it is told: fields of its requests.
    pub further: BTreeMap<String, Map<String, Value>>,
    /// How the patients were sampled, where they are no whole cohort.
    pub sampled: Sampled,
    /// Columns whose levels are subgroups.
    pub subgroups: Vec<String>,
    /// When a patient's group is known: `before`, `at` or `after` time zero.
    pub known: Option<String>,
    /// Columns of Table 1.
    pub table1: Vec<String>,
    /// Fields of the figure's request, by their names.
    pub look: Map<String, Value>,
    /// The title of the study.
    pub title: Option<String>,
}

/// What a row of the table stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RowsAre {
    /// One patient each.
    Patients,
    /// Some people each.
    Counts,
}

/// The columns of a table of counts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Counts {
    /// Those that count people by the event they had, each event a column.
    pub events: Vec<String>,
    /// The column that counts the others of the row: who was censored, or, with `all`, everybody.
    pub rest: Option<String>,
    /// Whether `rest` counts everybody of the row, those with events too.
    pub all: bool,
}

/// A time to an event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Endpoint {
    /// In words.
    pub label: String,
    /// The column of times, and its unit.
    pub time: Option<String>,
    /// The unit of that column; not known when absent.
    pub unit: Option<TimeUnit>,
    /// What counts as the event.
    pub event: Option<Only>,
    /// The value of the event's column that means censored. With it every further value is an event
    /// that competes; without it whatever is not the event counts as censored.
    pub censor: Option<String>,
    /// Instead of time and event: the rule by which dates become both.
    pub dates: Option<RuleSpec>,
    /// Of dates: whether the competing events of the rule compete, instead of counting as censored.
    pub compete: bool,
}

/// An adjusted comparison; not asked for without covariates.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Alike {
    /// The columns that the groups are made alike in.
    pub covariates: Vec<String>,
    /// `iptw` or `standardise`.
    pub method: Option<String>,
    /// Whom the weighted groups look like.
    pub target: Option<String>,
    /// Weights multiplied by the share of the own group.
    pub stabilised: bool,
    /// Weights cut at this quantile and at 1 less it.
    pub truncate: Option<f64>,
}

/// How the patients of the table were chosen.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sampled {
    /// How; the whole cohort when absent.
    pub drawn: Option<SampledAs>,
    /// Of a case-cohort sample: who belongs to the subcohort.
    pub subcohort: Option<Only>,
    /// Of a case-cohort sample: the size of the cohort; all rows of the table when absent.
    pub cohort_size: Option<usize>,
    /// Of a case-cohort sample: who stands for those at risk, by its name.
    pub method: Option<String>,
    /// The column of the matched sets.
    pub sets: Option<String>,
}

/// A way of sampling patients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SampledAs {
    /// All with the event, and a part of the cohort that was drawn when it began.
    CaseCohort,
    /// Cases with the controls that were matched to them.
    Matched,
}

/// A column with some of its values.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Only {
    /// The column.
    pub column: String,
    /// The values as a look shows them.
    pub is: Vec<String>,
}

/// A column whose levels are compared.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Group {
    /// The column.
    pub column: String,
    /// The levels in their order, where it is not the natural one.
    pub order: Vec<String>,
    /// What the levels are called, in that order; the levels themselves when empty.
    pub labels: Vec<String>,
    /// Levels that are left out.
    pub off: Vec<String>,
    /// The level that the others are compared with.
    pub reference: Option<String>,
}
