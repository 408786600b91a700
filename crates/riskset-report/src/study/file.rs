//! The study file: what `study.toml` may say.
//!
//! Every key is described in `docs/guide/study.md`. An unknown key is refused, because an option
//! that is misspelt would otherwise be ignored. References between sections keep their place in the
//! file, so that a message can show the line.

use crate::manuscript::Spelling;
use riskset_analysis::PermutationRequest;
use riskset_analysis::Software;
use riskset_data::endpoint::{RuleSpec, TimeUnit};
use riskset_data::{DateFormat, Decimal, Encoding, ReadOptions, Separator};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A text whose place in the file is known.
pub type Text = Spanned<String>;

/// A whole study file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyFile {
    /// `riskset.study/1`.
    pub schema: Text,
    pub study: Study,
    pub data: Data,
    pub units: Option<Units>,
    #[serde(default)]
    pub endpoint: Vec<Endpoint>,
    #[serde(default)]
    pub population: Vec<Population>,
    pub flow: Option<Flow>,
    #[serde(default)]
    pub group: Vec<Group>,
    #[serde(default)]
    pub comparison: Vec<Comparison>,
    #[serde(default)]
    pub follow_up: Vec<FollowUp>,
    #[serde(default)]
    pub adjust: Vec<Adjust>,
    #[serde(default)]
    pub cutpoint: Vec<Cutpoint>,
    #[serde(default)]
    pub analysis: Vec<Analysis>,
    #[serde(default)]
    pub model: Vec<Model>,
    #[serde(default)]
    pub factors: Vec<FactorsSpec>,
    #[serde(default)]
    pub performance: Vec<PerformanceSpec>,
    #[serde(default)]
    pub proportion: Vec<Proportion>,
    #[serde(default)]
    pub table: Vec<TableSpec>,
    #[serde(default)]
    pub panel: Vec<Panel>,
    #[serde(default)]
    pub figure: Vec<Requested>,
    #[serde(default)]
    pub meta: Vec<Meta>,
    pub published: Option<Published>,
    pub manuscript: Option<ManuscriptSpec>,
}

/// What the study is and how its numbers are computed and written.
#[derive(Debug, Deserialize)]
#[serde(try_from = "StudyAsWritten")]
pub struct Study {
    /// The title of the report and of the page.
    pub title: String,
    /// A second line under the title.
    pub subtitle: Option<String>,
    /// How the study is to be cited, under the title.
    pub citation: Option<String>,
    /// Whether the data are made up; said in every title and caption.
    pub synthetic: bool,
    /// What a reader must know about the data, shown at the top of the report.
    pub note: Option<String>,
    /// The scale of the intervals of survival probabilities and medians. No default: software
    /// differs, and so do the limits; that of the program to match, where one is named.
    pub conf_type: Text,
    /// The program whose defaults the analyses take where the study does not say otherwise.
    pub matched: Option<Text>,
    /// The level of the intervals as a fraction; 0.95 without it.
    pub level: Option<Spanned<f64>>,
    /// Months, unless it is said.
    pub unit: TimeUnit,
    /// Where survival is reported, in `unit`.
    pub times: Vec<Spanned<f64>>,
    /// The horizon of the restricted mean, in `unit`; without it, the last time that all groups of a
    /// comparison have.
    pub rmst: Option<Spanned<f64>>,
    /// The journal whose profile the figures and numbers follow, such as `jama`; a plain one
    /// without it.
    pub profile: Option<Text>,
}

/// `[study]` as it stands in the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StudyAsWritten {
    title: String,
    subtitle: Option<String>,
    citation: Option<String>,
    #[serde(default)]
    synthetic: bool,
    note: Option<String>,
    conf_type: Option<Text>,
    #[serde(rename = "match")]
    matched: Option<Text>,
    level: Option<Spanned<f64>>,
    #[serde(default = "months")]
    unit: TimeUnit,
    #[serde(default)]
    times: Vec<Spanned<f64>>,
    rmst: Option<Spanned<f64>>,
    profile: Option<Text>,
}

impl TryFrom<StudyAsWritten> for Study {
    type Error = String;

    /// The scale of intervals is that of the program to match where none was chosen. A program that
    /// does not exist is refused where names are checked, and leaves the scale to that refusal.
    fn try_from(written: StudyAsWritten) -> Result<Study, String> {
        let of_the_program = |name: &Text| {
            let software = name.get_ref().parse().unwrap_or(Software::R);
            Spanned::new(name.span(), Software::conf_type(software).to_owned())
        };
        let conf_type = written.conf_type.or_else(|| written.matched.as_ref().map(of_the_program));
        let conf_type = conf_type.ok_or("missing field `conf_type`")?;
        let StudyAsWritten { title, subtitle, citation, synthetic, note, .. } = written;
        let StudyAsWritten { matched, level, unit, times, rmst, profile, .. } = written;
        Ok(Study {
            title,
            subtitle,
            citation,
            synthetic,
            note,
            conf_type,
            matched,
            level,
            unit,
            times,
            rmst,
            profile,
        })
    }
}

fn wanted() -> bool {
    true
}

fn months() -> TimeUnit {
    TimeUnit::Months
}

impl Study {
    /// The program whose defaults the analyses take; its name was checked.
    pub fn software(&self) -> Option<Software> {
        self.matched.as_ref().and_then(|name| name.get_ref().parse().ok())
    }

    /// Where survival is reported.
    pub fn times(&self) -> Vec<f64> {
        self.times.iter().map(|time| *time.get_ref()).collect()
    }
}

/// The table with one row per patient, or with counts of them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// A file beside the study file, or a bundled set (`@dream`).
    pub file: Text,
    /// The column that names the patient; without it a patient is called by the row.
    pub id: Option<Text>,
    /// Which rows of the file are the patients, when it holds others too.
    pub rows: Option<Text>,
    /// Where the file counts people instead of having a row for each: the columns of the counts, as a
    /// request has them.
    #[serde(default)]
    pub counts: Vec<Text>,
    /// The sheet of a workbook, seen from the file where it is not said, as all that follows.
    pub sheet: Option<String>,
    /// The file within a `.zip` that holds several.
    pub member: Option<String>,
    /// What stands between two fields: `,`, `;`, `tab`, `|` or `blanks`.
    pub separator: Option<Separator>,
    /// The decimal sign: `.` or `,`.
    pub decimal: Option<Decimal>,
    /// What stands between groups of three digits: `,`, `.`, `'` or a blank.
    pub thousands: Option<char>,
    /// The encoding of the text, such as `utf-8` or `windows-1252`.
    pub encoding: Option<Encoding>,
    /// Words that mean missing, beside an empty field, `NA` and `#N/A`.
    #[serde(default)]
    pub na: Vec<String>,
    /// The row of the names, from 1.
    pub header_row: Option<usize>,
    /// How many rows at the start are left out; the names follow. Either this or `header_row`.
    pub skip: Option<usize>,
    /// The row of the first patient, from 1: rows between the names and it are left out.
    pub data_row: Option<usize>,
    /// Lines that start with this are left out.
    pub comment: Option<String>,
    /// How dates are written: `dmy`, `mdy`, `ymd`, `excel`, or a pattern such as `%d %b %Y`.
    pub date_format: Option<DateFormat>,
}

impl Data {
    /// What the reader is told.
    pub fn reading(&self) -> ReadOptions {
        ReadOptions {
            sheet: self.sheet.clone(),
            member: self.member.clone(),
            separator: self.separator,
            decimal: self.decimal,
            thousands: self.thousands,
            encoding: self.encoding,
            na: self.na.clone(),
            header_row: self.header_row,
            skip: self.skip,
            data_row: self.data_row,
            comment: self.comment.clone(),
            date_format: self.date_format.clone(),
        }
    }
}

/// A second table with several rows per patient: lesions, teeth, eyes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Units {
    /// The file, beside the study file, or a bundled set.
    pub file: Text,
    /// The column that names the unit.
    pub id: Text,
    /// The column that names the patient.
    pub patient: Text,
    /// What one is called, such as `tooth`; `unit` when absent.
    pub one: Option<String>,
    /// What several are called, such as `teeth`; `units` when absent.
    pub many: Option<String>,
}

impl Units {
    /// What one is called.
    pub fn one(&self) -> &str {
        self.one.as_deref().unwrap_or("unit")
    }
}

impl StudyFile {
    /// What one row of the second table is called.
    pub fn one_unit(&self) -> &str {
        self.units.as_ref().map_or("unit", Units::one)
    }

    /// What several rows of the second table are called.
    pub fn many_units(&self) -> &str {
        self.units.as_ref().and_then(|units| units.many.as_deref()).unwrap_or("units")
    }
}

/// A time to an event: by rule from dates, or from a time column and an event column.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// What other sections call it; its numbers stand under it in `results.json`.
    pub name: Text,
    /// What readers see.
    pub label: String,
    /// How the text calls it: `DFS`.
    pub abbreviation: Option<String>,
    /// Where time starts, for the axis: `surgery` gives "Months since surgery".
    pub origin: Option<String>,
    /// What counts as an event and who is censored, for Methods.
    pub definition: Option<String>,
    /// The dates it is derived from; or `time` and `event`.
    pub dates: Option<Spanned<RuleSpec>>,
    /// The column of times, or an expression of columns; with `event`, instead of `dates`.
    pub time: Option<Text>,
    /// A column of 0 and 1, or a comparison such as `status == 2`.
    pub event: Option<Text>,
    /// The unit of `time`; that of the study without it.
    pub time_unit: Option<TimeUnit>,
    /// The population it is defined for; everybody without it.
    pub population: Option<Text>,
    /// Which rows of the file hold this endpoint, when it holds several per patient.
    pub rows: Option<Text>,
    /// The events that make this one impossible. With them the study tells its incidence; without
    /// them they are censorings.
    #[serde(default)]
    pub competing: Vec<Competing>,
}

/// An event that makes the event of an endpoint impossible: one of the three keys says which it is,
/// and none of them takes every competing event of the endpoint's rule of dates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Competing {
    /// What its numbers are called in `results.json`.
    pub name: Text,
    /// What readers see: "Death without recurrence".
    pub label: String,
    /// A comparison in the rows of the endpoint, such as `status == 2`.
    pub event: Option<Text>,
    /// Another endpoint, whose event it is.
    pub endpoint: Option<Text>,
    /// The column of its date in the endpoint's rule.
    pub date: Option<Text>,
}

/// A set of patients.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    /// What other sections call it.
    pub name: Text,
    /// What readers see.
    pub label: String,
    /// The larger population it is taken from; all patients without it.
    pub of: Option<Text>,
    /// A comparison such as `operated == 1 & extrahepatic == 0`; everybody without it.
    pub filter: Option<Text>,
    /// Why the others are left out, for the flow figure.
    pub excluded: Option<String>,
}

/// The flow of patients.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Populations from the largest to the smallest, each part of the one before.
    pub populations: Vec<Text>,
    /// The group into which the last one divides.
    pub split: Option<Text>,
    /// The title of the figure.
    pub title: Option<String>,
    /// What the patients have several of, counted in a unit of its own: a figure beside the flow.
    pub units: Option<FlowUnits>,
}

/// The flow of units: from patients to what they have several of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowUnits {
    /// Populations from the largest to that of the patients whose units are counted.
    pub populations: Vec<Text>,
    /// From the largest set of units to the smallest, each part of the one before.
    pub stages: Vec<UnitStage>,
    /// The title of the figure.
    pub title: Option<String>,
}

/// A set of units.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitStage {
    /// The name of its count in `results.json`.
    pub name: Text,
    /// What readers see in its box.
    pub label: String,
    /// A comparison; all units of the patients without it.
    pub filter: Option<Text>,
    /// Why the others are left out.
    pub excluded: Option<String>,
}

/// A division of the patients.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// What other sections call it.
    pub name: Text,
    /// What readers see.
    pub label: String,
    /// The column, unless each level has a filter.
    pub variable: Option<Text>,
    /// Its levels, at least two, in the order of figures and tables.
    pub levels: Vec<Level>,
    /// The name of the level that the others are compared with.
    pub reference: Text,
    /// When a patient's group is known: `before` time zero, `at` time zero, or only `after` it.
    pub known: Text,
}

/// One level of a group, in the order of figures and tables.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// What `reference` and the keys of numbers call it.
    pub name: Text,
    /// What figures and tables call it.
    pub label: String,
    /// The value in the data; the name without it.
    pub value: Option<toml::Value>,
    /// A comparison that says who is in the level, instead of `value`.
    pub filter: Option<Text>,
    /// `#rrggbb`.
    pub colour: Option<Text>,
}

/// Curves, tests and hazard ratios of groups in a population.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The name of its files and of the keys of its numbers.
    pub name: Text,
    /// What readers see.
    pub label: String,
    /// The population that is compared.
    pub population: Text,
    /// The group whose levels are compared.
    pub group: Text,
    /// The endpoints, each compared for itself.
    pub endpoints: Vec<Text>,
    /// Patients still at risk at this time (in `unit`), followed from there.
    pub landmark: Option<Spanned<f64>>,
    /// The permutation test beside the log-rank test: `"exact"`, or a number of draws.
    pub permutation: Option<PermutationRequest>,
    /// The seed of the draws.
    pub seed: Option<u64>,
    /// Differences of survival at the study's times, unless it is said that they are not wanted.
    #[serde(default = "wanted")]
    pub milestones: bool,
}

/// Two groups compared as they are and adjusted for covariates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adjust {
    /// The name of its files and of the keys of its numbers.
    pub name: Text,
    /// What readers see.
    pub label: String,
    /// The population that is compared.
    pub population: Text,
    /// A group of two levels.
    pub group: Text,
    /// The endpoint.
    pub endpoint: Text,
    /// Patients still at risk at this time (in `unit`), followed from there.
    pub landmark: Option<Spanned<f64>>,
    /// The covariates, as the right-hand side of a formula.
    pub covariates: Text,
    /// `iptw` or `standardise`.
    pub method: Option<Text>,
    /// `ate`, `att` or `overlap`.
    pub target: Option<Text>,
    /// Whether the weights are multiplied by the share of the patient's own group, which keeps
    /// their sum near the number of patients.
    #[serde(default)]
    pub stabilised: bool,
    /// The tail at which weights are cut.
    pub truncate: Option<f64>,
    /// Why these covariates, for Methods.
    pub reason: Option<String>,
    /// Limits of the curves, and of the differences, by so many draws of the patients.
    pub bootstrap: Option<usize>,
    /// A band that holds each whole curve, in its figure: `equal-precision`.
    pub band: Option<Text>,
    /// The seed of the draws.
    pub seed: Option<u64>,
    /// The difference of restricted means by regression as well: `pseudo-values` or
    /// `censoring-weights`.
    pub mean_regression: Option<Text>,
    /// Labels of the columns of the covariates.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// A cut-point that is searched.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cutpoint {
    /// The name of its files and of the keys of its numbers.
    pub name: Text,
    /// What readers see.
    pub label: String,
    /// The population in which it is searched.
    pub population: Text,
    /// The endpoint that it is to divide.
    pub endpoint: Text,
    /// The column that is cut.
    pub column: Text,
    /// What readers see instead of it.
    pub column_label: Option<String>,
    /// Patients still at risk at this time (in `unit`), followed from there.
    pub landmark: Option<Spanned<f64>>,
    /// Permutations for the corrected P value; 0 for none.
    pub permutations: Option<usize>,
    /// The seed of permutations and divisions.
    pub seed: Option<u64>,
}

/// Follow-up by the reverse Kaplan-Meier estimate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// The name of its files and of the keys of its numbers.
    pub name: Text,
    /// What readers see.
    pub label: String,
    /// The population whose follow-up is told.
    pub population: Text,
    /// The endpoint whose censoring ends follow-up, usually death.
    pub endpoint: Text,
}

/// A Cox model with several terms.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// The name of its files and of the keys of its numbers.
    pub name: Text,
    /// What readers see.
    pub label: String,
    /// The population that is modelled.
    pub population: Text,
    /// The endpoint.
    pub endpoint: Text,
    /// The right-hand side of a formula.
    pub terms: Text,
    /// Why these covariates, for Methods.
    pub reason: Option<String>,
    /// Whether the model is written to `models/NAME.json`, from which `riskset predict` predicts.
    #[serde(default)]
    pub save: bool,
    /// Labels for columns and terms.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// Prognostic factors, each alone and all together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorsSpec {
    /// The name of its files and of the keys of its numbers.
    pub name: Text,
    /// What readers see.
    pub label: String,
    /// The population that is modelled.
    pub population: Text,
    /// The endpoint.
    pub endpoint: Text,
    /// The right-hand side of a formula; each term is a factor.
    pub terms: Text,
    /// Whether the univariable models use the patients in whom all factors are known.
    #[serde(default)]
    pub same_rows: bool,
    /// Why these covariates, for Methods.
    pub reason: Option<String>,
    /// Labels for terms, levels and columns.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// What the predictions of a Cox model, or of two, are worth.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerformanceSpec {
    /// The name of its files and of the keys of its numbers.
    pub name: Text,
    /// What readers see.
    pub label: String,
    /// The population that is modelled.
    pub population: Text,
    /// The endpoint.
    pub endpoint: Text,
    /// The right-hand side of a formula.
    pub terms: Text,
    /// That of another model of the same patients.
    pub against: Option<Text>,
    /// What readers see instead of `terms`.
    pub model_label: Option<String>,
    /// What readers see instead of `against`.
    pub against_label: Option<String>,
    /// The times of the predicted risks, in `unit`; those of the study without them.
    pub times: Option<Vec<f64>>,
    /// Bootstrap samples for the correction of optimism; none when 0.
    #[serde(default)]
    pub bootstrap: usize,
    /// Where their random numbers start.
    pub seed: Option<u64>,
    /// Cut-offs of the risk by the first of `times`, as fractions: groups with their curves.
    #[serde(default)]
    pub groups: Vec<f64>,
    /// Cut-offs of the risk, as fractions, between the categories in which patients move from the model
    /// of `against` to that of `terms`.
    #[serde(default)]
    pub reclassify: Vec<f64>,
    /// Thresholds of the risk by the first of `times`, as fractions, at which the net benefit is told.
    #[serde(default)]
    pub thresholds: Vec<f64>,
    /// What predicts the incidence of an endpoint with competing events: `fine-gray` (the default) or
    /// `cause-specific`.
    pub incidence_model: Option<Text>,
    /// Whether the model, with how it was judged, is written to `models/NAME.json`, from which
    /// `riskset predict` predicts.
    #[serde(default)]
    pub save: bool,
}

/// Proportions of units with intervals that allow for several units of one patient.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proportion {
    /// The name of its files and of the keys of its numbers.
    pub name: Text,
    /// What readers see.
    pub label: String,
    /// What the axis and the table call it.
    pub measure: Option<String>,
    /// The column or comparison that is counted.
    pub event: Text,
    /// A comparison that says which units it is about; all without it.
    pub filter: Option<Text>,
    /// How the variance allows for several units of one patient: `donner` (the default), `gee`,
    /// `ratio` or `binomial`.
    pub variance: Option<Text>,
    /// `wald`, `logit`, `wilson` or `exact`; the usual one of the variance without it.
    pub interval: Option<Text>,
    /// The level of the intervals as a fraction; that of the study without it.
    pub level: Option<Spanned<f64>>,
    /// A fraction that the lower limit is compared with.
    pub threshold: Option<f64>,
    /// Its rows: the subsets in which the proportion is told.
    pub rows: Vec<Part>,
}

/// A labelled part of the rows of a table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What the keys of its numbers call it.
    pub name: Text,
    /// What the table calls it.
    pub label: String,
    /// A comparison that says which rows are counted; all without it.
    pub filter: Option<Text>,
    /// The denominator of a count, as a filter; the rows of the table without it.
    pub of: Option<Text>,
    /// A column whose different values are counted in the rows, instead of the rows: centres.
    pub distinct: Option<Text>,
    /// A heading under which this row and the next ones stand.
    pub heading: Option<String>,
}

/// A table that is not made by a comparison.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSpec {
    /// The name of its files.
    pub name: Text,
    /// What readers see as its title.
    pub title: String,
    /// `baseline` (variables of a population), `counts` (rows with filters) or `per-patient`
    /// (units per patient).
    pub kind: Text,
    /// The population it is about; everybody without it.
    pub population: Option<Text>,
    /// `patients` (the default) or `units`.
    pub data: Option<Text>,
    /// A comparison that says which of its rows; all without it.
    pub filter: Option<Text>,
    /// A group whose levels get a column each; `baseline` only.
    pub by: Option<Text>,
    /// The variables of a `baseline` table, in their order.
    #[serde(default)]
    pub variables: Vec<Variable>,
    /// The rows of a `counts` or `per-patient` table, in their order.
    #[serde(default)]
    pub rows: Vec<Part>,
    /// Decimals of percentages.
    pub decimals: Option<usize>,
    /// Sentences under the table.
    #[serde(default)]
    pub footnotes: Vec<String>,
}

impl TableSpec {
    /// Whether its rows are units and not patients.
    pub fn of_units(&self) -> bool {
        self.data.as_ref().is_some_and(|data| data.get_ref() == "units")
    }
}

/// A row or a group of rows of a baseline table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// The column.
    pub column: Text,
    /// What the table calls it; the column's name without it.
    pub label: Option<String>,
    /// `median` (with quartiles), `mean` (with standard deviation) or `levels`; from the column's
    /// type without it.
    pub summary: Option<Text>,
    /// Decimals of its numbers; 1 without it.
    pub decimals: Option<usize>,
    /// The unit, behind the label.
    pub unit: Option<String>,
    /// The levels in order with their labels; natural order without them.
    #[serde(default)]
    pub levels: Vec<VariableLevel>,
    /// The part of the population it was recorded in.
    pub filter: Option<Text>,
}

/// One level of a categorical variable.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariableLevel {
    /// The value in the data.
    pub value: toml::Value,
    /// What the table calls it.
    pub label: String,
}

/// Several curves in one figure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// The name of its files.
    pub name: Text,
    /// What readers see as its title.
    pub title: String,
    /// The curves of the panels, in their order.
    pub curves: Vec<Curve>,
    /// Whether panels share their ranges and ticks (`shared`, the default) or have their own
    /// (`free`).
    #[serde(default)]
    pub axes: Axes,
}

/// Whether panels share the ranges and ticks of their axes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Axes {
    /// They do, so that they can be compared.
    #[default]
    Shared,
    /// Each as its own data need.
    Free,
}

/// One panel of a figure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Curve {
    /// The comparison whose curves are shown.
    pub comparison: Text,
    /// The endpoint of that comparison.
    pub endpoint: Text,
}

/// A figure by its request, as `riskset run` takes it, about the patients of the study.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requested {
    /// The name of its files.
    pub name: Text,
    /// What readers see as its title.
    pub title: String,
    /// `units` for the table of units; the patients without it.
    pub data: Option<Text>,
    /// Whom the figure shows; everybody without it.
    pub population: Option<Text>,
    /// The endpoint by whose name the formula begins.
    pub endpoint: Option<Text>,
    /// The group that is a column of this name, with the labels of its levels.
    pub group: Option<Text>,
    /// The name of the analysis whose part of Results refers to the figure; without it the supplement
    /// does.
    pub with: Option<Text>,
    /// The fields of the request; what the study has said need not be said again.
    pub request: toml::Table,
}

/// An analysis by its request, as `riskset run` takes it, about the patients of the study.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analysis {
    /// The name of its files and of the keys of its numbers.
    pub name: Text,
    /// What readers see.
    pub label: String,
    /// Whom it is about; all patients without it.
    pub population: Option<Text>,
    /// The endpoint left of `~`; without it the request has a formula of its own.
    pub endpoint: Option<Text>,
    /// The group right of `~`, its levels by their labels.
    pub group: Option<Text>,
    /// Further terms right of `~`.
    pub terms: Option<Text>,
    /// What readers call the columns, by their names.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// The fields of the request; data and reading are those of the study.
    pub request: toml::Table,
}

/// Counts of several series, pooled beside the study's own numbers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// The name of its files and of the keys of its numbers.
    pub name: Text,
    /// What readers see.
    pub label: String,
    /// What the sentence and the axis call the proportion.
    pub measure: Option<String>,
    /// A file beside the study file, or a bundled set; one row per series.
    pub file: Text,
    /// The column that names the series.
    pub study: Text,
    /// The column of the events.
    pub events: Text,
    /// The column of the units they are counted among.
    pub n: Text,
    /// Which rows are pooled; all without it.
    pub subset: Option<Text>,
    /// `reml` (the default) or `glmm`.
    pub method: Option<Text>,
    /// What a reader must know about the counts.
    pub note: Option<String>,
}

/// Numbers in print, to be set beside those computed here.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// A file with `[[quantity]]` and `[[discrepancy]]` entries.
    pub file: Text,
    /// From the id of a printed quantity to the key of the number computed here.
    pub keys: BTreeMap<String, Text>,
    /// Why a printed quantity is not recomputed, by the start of its id.
    #[serde(default)]
    pub not_recomputed: BTreeMap<String, String>,
}

/// What only the authors can say in a manuscript, and how it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManuscriptSpec {
    /// Another title than that of the study.
    pub title: Option<String>,
    /// The authors in order, with their degrees.
    #[serde(default)]
    pub authors: Vec<String>,
    /// Where they work, for the title page.
    #[serde(default)]
    pub affiliations: Vec<String>,
    /// Name, address and e-mail of the corresponding author.
    pub corresponding: Option<String>,
    /// Key words, for the title page.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// The journal that it is written for; stands on the title page.
    pub journal: Option<String>,
    /// `british` (the default) or `american`.
    #[serde(default)]
    pub spelling: Spelling,
    /// `docx`, `html`, `tex`, `md`; all of them without it.
    #[serde(default)]
    pub formats: Vec<Text>,
    /// Design, setting, dates of recruitment and data cut, for Methods.
    pub setting: Option<String>,
    /// Who was eligible, for Methods.
    pub eligibility: Option<String>,
    /// Registration of study and protocol.
    pub registration: Option<String>,
    /// Approval by an ethics committee, and consent.
    pub ethics: Option<String>,
    /// Who paid, for the title page.
    pub funding: Option<String>,
    /// Conflicts of interest, for the title page.
    pub conflicts: Option<String>,
    /// Where data and code can be had.
    pub data_availability: Option<String>,
    /// The name of the comparison, proportion, adjustment or model that was planned as the primary
    /// analysis.
    pub primary: Option<Text>,
    /// The level of significance of two-sided tests; without it, 1 less the level of the intervals.
    pub alpha: Option<Spanned<f64>>,
    /// Why there is no, or which, correction for several tests.
    pub multiplicity: Option<String>,
    /// `strobe`, `remark`, `stard`, `tripod`; those that fit the analyses without it.
    pub checklists: Option<Vec<Text>>,
    /// Short forms of your own words, from the form to what it stands for.
    #[serde(default)]
    pub abbreviations: BTreeMap<String, String>,
    /// The names of the tables and figures of the main text; the others stand in the supplement. Where a
    /// table and a figure have one name, `table:NAME` or `figure:NAME` is one of them.
    #[serde(default)]
    pub main: Vec<Text>,
    /// What is to be said of the size of the study besides its plans.
    pub sample_size: Option<String>,
    /// Plans of the size of the study, by the requests of `riskset power`.
    #[serde(default)]
    pub design: Vec<Design>,
}

/// A plan of the size of the study.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// The name of its numbers in `results.json`.
    pub name: Text,
    /// The fields of the request, `analysis = "power-npv"` or `"power-logrank"` among them.
    pub request: toml::Table,
    /// What is to be said of it besides.
    pub note: Option<String>,
}
