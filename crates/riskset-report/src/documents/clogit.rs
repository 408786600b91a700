//! The answer of `riskset clogit`.

use super::cox::{
    CoefficientEntry, JointTest, LogLikelihood, TermEntry, coefficient_table, coefficients, joint,
    joint_tests, log_likelihood, terms, tests, variance,
};
use super::{Document, Head, Test};
use crate::format::Style;
use crate::table::Table;
use riskset::Ties;
use riskset_analysis::{ClogitAnswer, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// A conditional logistic regression of matched sets.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ClogitDocument {
    /// What every document starts with; the rows are those of all sets.
    #[serde(flatten)]
    pub head: Head,
    /// The columns whose levels are the sets.
    pub strata: Vec<String>,
    /// Sets with a case and one who is none.
    pub sets: usize,
    /// Their rows.
    pub rows: usize,
    /// Their cases.
    pub cases: usize,
    /// The most cases of one set.
    pub most_cases: usize,
    /// Sets without a case, which say nothing.
    pub sets_without_case: usize,
    /// Sets of cases alone, which say nothing.
    pub sets_of_cases_alone: usize,
    /// How several cases of one set entered.
    pub ties: &'static str,
    /// Whether the maximum was found.
    pub converged: bool,
    /// Newton steps.
    pub iterations: usize,
    /// The level of the intervals.
    pub conf_level: f64,
    /// Log conditional likelihoods.
    pub log_likelihood: LogLikelihood,
    /// One entry per column of the design; `hazard_ratio` is the odds ratio.
    pub coefficients: Vec<CoefficientEntry>,
    /// The variance.
    pub variance: Vec<Vec<Option<f64>>>,
    /// The tests that all coefficients are zero.
    pub tests: Vec<Test>,
    /// Wald's test of each term with several coefficients.
    pub joint_tests: Vec<JointTest>,
    /// The terms with their levels and reference.
    pub terms: Vec<TermEntry>,
}

impl ClogitDocument {
    /// The document of an answer.
    pub fn of(answer: &ClogitAnswer, voice: &dyn Voice) -> ClogitDocument {
        let (fit, design, sets) = (&answer.fit, &answer.design, &answer.sets);
        ClogitDocument {
            head: Head::of(&answer.about, voice),
            strata: answer.strata.clone(),
            sets: sets.used,
            rows: sets.rows,
            cases: sets.cases,
            most_cases: sets.most_cases,
            sets_without_case: sets.without_case,
            sets_of_cases_alone: sets.cases_alone,
            ties: answer.request.ties.name(),
            converged: fit.converged(),
            iterations: fit.iterations(),
            conf_level: answer.request.conf_level,
            log_likelihood: log_likelihood(fit.log_likelihood_null(), fit.log_likelihood()),
            coefficients: coefficients(fit.coefficients(), design),
            variance: variance(design, |a, b| fit.variance(a, b)),
            tests: tests(fit),
            joint_tests: joint_tests(fit, design),
            terms: terms(design),
        }
    }
}

impl Document for ClogitDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        vec![coefficient_table(
            "Conditional logistic regression",
            "Odds ratio",
            (self.rows, self.cases),
            self.conf_level,
            &self.terms,
            &self.coefficients,
            style,
        )]
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let likelihood = match self.ties.parse() {
            Ok(Ties::Exact) => "the exact conditional likelihood".to_owned(),
            _ if self.most_cases == 1 => {
                "the conditional likelihood, exact with one case a set".to_owned()
            }
            _ => format!(
                "{}'s approximation of the conditional likelihood, with up to {} cases a set",
                if self.ties == "efron" { "Efron" } else { "Breslow" },
                self.most_cases
            ),
        };
        let mut notes = vec![format!(
            "{} sets with {} rows and {} cases, by {likelihood}; odds ratios are within sets.",
            self.sets, self.rows, self.cases
        )];
        notes.extend(self.tests.iter().map(|test| super::cox::test_sentence(test, style)));
        notes.extend(joint(&self.joint_tests, style));
        notes
    }
}
