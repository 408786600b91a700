//! The answer of `riskset cox`.

mod entries;
mod penalised;
mod residuals;
mod sentences;

pub(super) use entries::{
    coefficients, joint_tests, log_likelihood, named_coefficients, terms, test_entry, tests,
    variance, wald,
};
pub use penalised::{FrailtyEntry, FrailtyGroup, PenalisedEntry, ShrunkEntry};
pub use residuals::{Matrix, Residuals};
pub(super) use sentences::joint;

use super::curve::{self, CurveEntry};
use super::over_time::{self, EffectEntry, OverTimeEntries};
use super::predict::{self, Prediction};
use super::{Document, Head, Test};
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset_analysis::{CoxAnswer, SavedModel, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// A Cox regression.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CoxDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// Rows that end with the event.
    pub events: usize,
    /// How tied event times were handled.
    pub ties: &'static str,
    /// `firth` when the likelihood is penalised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub penalty: Option<&'static str>,
    /// `profile` when the limits and P values of the coefficients are those of the profile
    /// likelihood; otherwise they are Wald's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<&'static str>,
    /// Whether the maximum was found.
    pub converged: bool,
    /// Newton steps.
    pub iterations: usize,
    /// The level of the intervals.
    pub conf_level: f64,
    /// Log partial likelihoods.
    pub log_likelihood: LogLikelihood,
    /// One entry per column of the design, in order.
    pub coefficients: Vec<CoefficientEntry>,
    /// The variance of the coefficients, the robust one when there is one; `null` for a column
    /// without a coefficient.
    pub variance: Vec<Vec<Option<f64>>>,
    /// Tests that all coefficients are zero.
    pub tests: Vec<Test>,
    /// Wald's test of each term with several coefficients.
    pub joint_tests: Vec<JointTest>,
    /// Akaike's criterion, with effective degrees of freedom where there are penalised terms; `null` with
    /// Firth's penalty.
    pub aic: Option<f64>,
    /// The Bayesian criterion with the number of events; `null` with a penalty.
    pub bic: Option<f64>,
    /// The likelihood-ratio test against a smaller model, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nested: Option<NestedTest>,
    /// The concordance of the linear predictor with the times.
    pub concordance: Option<Concordance>,
    /// Tests of proportional hazards, when asked for.
    pub zph: Option<Vec<Zph>>,
    /// Baseline cumulative hazards, when asked for.
    pub baseline: Option<Vec<Baseline>>,
    /// Residuals, when asked for.
    pub residuals: Option<Residuals>,
    /// Predictions, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predictions: Option<Vec<Prediction>>,
    /// The model as a file can hold it, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<SavedModel>,
    /// The terms with their levels and reference, for people.
    pub terms: Vec<TermEntry>,
    /// The columns whose levels are the strata.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<String>,
    /// How many clusters the robust variance sums over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clusters: Option<usize>,
    /// The hazard ratio of each column of `tv()` at times.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub effects_over_time: Vec<EffectEntry>,
    /// Hazard ratios by period and on average.
    #[serde(flatten)]
    pub over_time: OverTimeEntries,
    /// The hazard ratio over the covariate of each curve, such as `rcs(age, 4)`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub curves: Vec<CurveEntry>,
    /// What `ridge()`, `pspline()` and `frailty()` did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub penalised: Option<PenalisedEntry>,
}

/// Log partial likelihoods.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct LogLikelihood {
    /// All coefficients zero.
    pub null: f64,
    /// At the estimate.
    pub model: f64,
}

/// One coefficient; everything is `null` for a column that has none.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CoefficientEntry {
    /// The column as R names it.
    pub term: String,
    /// The log hazard ratio.
    pub estimate: Option<f64>,
    /// Model-based.
    pub std_error: Option<f64>,
    /// The sandwich standard error, when asked for.
    pub robust_std_error: Option<f64>,
    /// The estimate over its standard error.
    pub z: Option<f64>,
    /// Two-sided.
    pub p_value: Option<f64>,
    /// The hazard ratio for one unit.
    pub hazard_ratio: super::Estimate,
}

/// The concordance.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Concordance {
    /// `harrell` or `uno`.
    pub kind: &'static str,
    /// The share of usable pairs in the right order, ties as one half.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: Option<f64>,
}

/// A test of proportional hazards.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Zph {
    /// The term, or `GLOBAL`.
    pub term: String,
    /// Chi-square.
    pub statistic: Option<f64>,
    /// Degrees of freedom.
    pub df: usize,
    /// The p value.
    pub p_value: Option<f64>,
}

/// The test that all coefficients of a term are zero; a number is `null` where one of them has no
/// estimate.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct JointTest {
    /// The term.
    pub term: String,
    /// Chi-square.
    pub statistic: Option<f64>,
    /// Degrees of freedom.
    pub df: Option<usize>,
    /// The p value.
    pub p_value: Option<f64>,
}

/// The likelihood-ratio test against a smaller model; a number is `null` where a maximum was not
/// found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NestedTest {
    /// The terms of the smaller model.
    pub against: String,
    /// Chi-square.
    pub statistic: Option<f64>,
    /// Degrees of freedom.
    pub df: Option<usize>,
    /// The p value.
    pub p_value: Option<f64>,
}

/// The baseline cumulative hazard of a stratum.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Baseline {
    /// The stratum; `null` without strata.
    pub stratum: Option<String>,
    /// Distinct times, increasing.
    pub time: Vec<f64>,
    /// The cumulative hazard.
    pub cumulative_hazard: Vec<f64>,
}

/// A term of the formula, as people read it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TermEntry {
    /// The term as written.
    pub term: String,
    /// `numeric`, `factor`, `curve`, `penalised_curve` or `interaction`.
    pub kind: &'static str,
    /// The reference level of a factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The levels of a factor, with rows and events.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<LevelEntry>,
    /// The coefficients of the term, as indices.
    #[serde(skip)]
    pub columns: std::ops::Range<usize>,
}

/// A level of a factor.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LevelEntry {
    /// The level.
    pub level: String,
    /// Rows.
    pub n: usize,
    /// Rows that end with the event.
    pub events: usize,
}

impl CoxDocument {
    /// The document of an answer.
    pub fn of(answer: &CoxAnswer, voice: &dyn Voice) -> CoxDocument {
        let (fit, design, request) = (&answer.fit, &answer.design, &answer.request);
        CoxDocument {
            head: Head::of(&answer.about, voice),
            events: fit.n_events(),
            ties: fit.ties().name(),
            penalty: fit.penalty().map(|_| "firth"),
            limits: fit.penalty().map(|_| "profile"),
            converged: fit.converged(),
            iterations: fit.iterations(),
            conf_level: request.conf_level,
            log_likelihood: log_likelihood(fit.log_likelihood_null(), fit.log_likelihood()),
            coefficients: coefficients(fit.coefficients(), design),
            variance: variance(design, |a, b| fit.variance(a, b)),
            tests: entries::all_tests(answer),
            joint_tests: entries::joint_tests(fit, design),
            aic: fit.aic().or(answer.penalised.as_ref().map(|found| found.aic)),
            bic: fit.bic(),
            nested: answer.nested.as_ref().map(entries::nested),
            concordance: entries::concordance(answer),
            zph: entries::zph(answer),
            baseline: answer.baseline.as_ref().map(|baselines| {
                baselines.iter().map(|one| entries::baseline(answer, one)).collect()
            }),
            residuals: Residuals::of(answer),
            predictions: answer.predictions.as_ref().map(|predictions| {
                Prediction::all(predictions, &answer.stratum_labels, request.tau)
            }),
            model: answer.saved.clone(),
            terms: terms(design),
            strata: answer.strata.clone(),
            clusters: answer.clusters,
            effects_over_time: over_time::effects(&answer.effects),
            over_time: OverTimeEntries::of(&answer.over_time),
            curves: curve::entries(&answer.curves),
            penalised: PenalisedEntry::of(answer),
        }
    }

    fn proportional_hazards(&self, style: &Style) -> Option<Table> {
        let mut table = Table::new("Test of proportional hazards")
            .column("Term", Align::Left)
            .column("Chi-square", Align::Right)
            .column("df", Align::Right)
            .column("P", Align::Right);
        for row in self.zph.as_ref()? {
            table = table.row([
                row.term.clone(),
                style.optional(row.statistic, 2, NOT_ESTIMABLE),
                row.df.to_string(),
                style.p_value(row.p_value),
            ]);
        }
        Some(table)
    }
}

impl CoefficientEntry {
    fn cells(&self, style: &Style) -> [String; 4] {
        let ratio = &self.hazard_ratio;
        let decimals = |value: f64| if value < 0.095 { 3 } else { 2 };
        let places = ratio.estimate.map_or(2, decimals).max(places_for(ratio));
        [
            style.optional(self.estimate, 4, NOT_ESTIMABLE),
            style.optional(self.robust_std_error.or(self.std_error), 4, NOT_ESTIMABLE),
            ratio.text(style, places, NOT_ESTIMABLE),
            style.p_value(self.p_value),
        ]
    }
}

/// Two decimals, three when the interval is so narrow that two would hide which side of 1 it is.
fn places_for(ratio: &super::Estimate) -> usize {
    match (ratio.lower, ratio.upper) {
        (Some(lower), Some(upper)) if upper - lower < 0.1 => 3,
        _ => 2,
    }
}

impl Document for CoxDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let counts = (self.head.n, self.events);
        let mut tables = Vec::new();
        // A model without covariates has no coefficients to list.
        if !self.terms.is_empty() {
            tables.push(coefficient_table(
                "Cox regression",
                "Hazard ratio",
                counts,
                self.conf_level,
                &self.terms,
                &self.coefficients,
                style,
            ));
        }
        let level = self.conf_level;
        tables.extend(over_time::effects_table(&self.effects_over_time, level, style));
        tables.extend(self.over_time.tables(level, style));
        tables.extend(self.penalised.as_ref().map(|penalised| penalised.table(style)));
        tables.extend(curve::tables(&self.curves, "Hazard ratio", level, style));
        tables.extend(self.proportional_hazards(style));
        let predictions = self.predictions.iter();
        tables.extend(predictions.flat_map(|rows| predict::tables(rows, level, style)));
        tables
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = vec![format!("{} events; ties by {}.", self.events, tie_name(self.ties))];
        if self.penalty.is_some() {
            notes.push(
                "Firth's penalised likelihood; limits and P of the coefficients by its profile."
                    .to_string(),
            );
        }
        for test in &self.tests {
            notes.push(test_sentence(test, style));
        }
        notes.extend(sentences::joint(&self.joint_tests, style));
        notes.extend(self.penalised.iter().flat_map(|penalised| penalised.notes(style)));
        notes.extend(curve::notes(&self.curves, style));
        notes.extend(self.nested_sentence(style));
        notes.push(self.likelihood_sentence(style));
        if let Some(concordance) = &self.concordance {
            let error = style.optional(concordance.std_error, 3, NOT_ESTIMABLE);
            let kind = if concordance.kind == "uno" { "Uno's" } else { "Harrell's" };
            let estimate = style.number(concordance.estimate, 3);
            notes.push(format!("Concordance ({kind}): {estimate}, standard error {error}"));
        }
        notes.extend(self.over_time.notes(style));
        if !self.strata.is_empty() {
            notes.push(format!("Stratified by {}.", self.strata.join(", ")));
        }
        if let Some(clusters) = self.clusters {
            notes.push(format!("Robust variance summed over {clusters} clusters."));
        }
        if self.baseline.is_some() || self.residuals.is_some() {
            notes.push(
                "The baseline hazard and the residuals are in the answer as JSON and as CSV."
                    .to_string(),
            );
        }
        notes
    }
}

/// A test of all coefficients in words.
pub(crate) fn test_sentence(test: &Test, style: &Style) -> String {
    super::logrank::sentence(&entries::named(test), style)
}

/// The coefficients of a regression, by term, with the levels and the reference of each factor.
/// `counts` are the rows and the events.
pub(crate) fn coefficient_table(
    title: &str,
    ratio: &str,
    counts: (usize, usize),
    conf_level: f64,
    terms: &[TermEntry],
    coefficients: &[CoefficientEntry],
    style: &Style,
) -> Table {
    let level = style.level(conf_level);
    let robust = coefficients.iter().any(|entry| entry.robust_std_error.is_some());
    let mut table = Table::new(title)
        .column("Term", Align::Left)
        .column("n", Align::Right)
        .column("Events", Align::Right)
        .column("Coefficient", Align::Right)
        .column(if robust { "Robust SE" } else { "SE" }, Align::Right)
        .column(format!("{ratio} ({level} CI)"), Align::Right)
        .column("P", Align::Right);
    for term in terms {
        table = match term.kind {
            "factor" => factor_rows(table, term, coefficients, style),
            // Its coefficients say nothing one by one, and are in the JSON.
            "penalised_curve" => table,
            _ => term.columns.clone().fold(table, |table, column| {
                let entry = &coefficients[column];
                let head = [entry.term.clone(), counts.0.to_string(), counts.1.to_string()];
                table.row(head.into_iter().chain(entry.cells(style)))
            }),
        };
    }
    table
}

fn factor_rows(
    table: Table,
    term: &TermEntry,
    coefficients: &[CoefficientEntry],
    style: &Style,
) -> Table {
    let mut table = table.group(&term.term);
    let mut columns = term.columns.clone();
    for level in &term.levels {
        let head = [level.level.clone(), level.n.to_string(), level.events.to_string()];
        let cells = match Some(&level.level) == term.reference.as_ref() {
            true => ["", "", "reference", ""].map(String::from),
            false => match columns.next() {
                Some(column) => coefficients[column].cells(style),
                None => ["", "", NOT_ESTIMABLE, ""].map(String::from),
            },
        };
        table = table.indented(head.into_iter().chain(cells));
    }
    table
}

fn tie_name(ties: &str) -> &str {
    match ties {
        "efron" => "Efron's method",
        "breslow" => "Breslow's method",
        _ => "the exact conditional likelihood",
    }
}
