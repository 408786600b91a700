//! The answer of `riskset fine-gray`.

use super::cox::{
    CoefficientEntry, JointTest, LogLikelihood, TermEntry, coefficient_table, coefficients, joint,
    joint_tests, log_likelihood, terms, variance, wald,
};
use super::curve::{self, CurveEntry};
use super::expected::{self, PredictedIncidence};
use super::{Document, Head, Test};
use crate::format::Style;
use crate::table::Table;
use riskset_analysis::{FineGrayAnswer, SavedModel, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// A regression of the incidence of one cause.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FineGrayDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// The cause of interest.
    pub cause: String,
    /// Rows that end with it.
    pub events: usize,
    /// Rows that end with another cause.
    pub competing_events: usize,
    /// Whether the maximum was found.
    pub converged: bool,
    /// Newton steps.
    pub iterations: usize,
    /// The level of the intervals.
    pub conf_level: f64,
    /// Log pseudo-likelihoods.
    pub log_likelihood: LogLikelihood,
    /// One entry per column of the design; `hazard_ratio` is that of the subdistribution, and
    /// `robust_std_error` the one used.
    pub coefficients: Vec<CoefficientEntry>,
    /// The robust variance.
    pub variance: Vec<Vec<Option<f64>>>,
    /// The Wald test that all coefficients are zero.
    pub tests: Vec<Test>,
    /// Wald's test of each term with several coefficients.
    pub joint_tests: Vec<JointTest>,
    /// Predictions, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predictions: Option<Vec<PredictedIncidence>>,
    /// The model as a file can hold it, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<SavedModel>,
    /// The terms with their levels and reference.
    pub terms: Vec<TermEntry>,
    /// The subdistribution hazard ratio over the covariate of each curve, such as `rcs(age, 4)`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub curves: Vec<CurveEntry>,
}

impl FineGrayDocument {
    /// The document of an answer.
    pub fn of(answer: &FineGrayAnswer, voice: &dyn Voice) -> FineGrayDocument {
        let (fit, design) = (&answer.fit, &answer.design);
        FineGrayDocument {
            head: Head::of(&answer.about, voice),
            cause: answer.request.causes.cause.clone(),
            events: fit.n_events(),
            competing_events: fit.n_competing_events(),
            converged: fit.converged(),
            iterations: fit.iterations(),
            conf_level: answer.request.conf_level,
            log_likelihood: log_likelihood(fit.log_likelihood_null(), fit.log_likelihood()),
            coefficients: coefficients(fit.coefficients(), design),
            variance: variance(design, |a, b| fit.variance(a, b)),
            tests: wald(fit.wald_test()),
            joint_tests: joint_tests(fit, design),
            predictions: answer.predictions.as_deref().map(PredictedIncidence::all),
            model: answer.saved.clone(),
            terms: terms(design),
            curves: curve::entries(&answer.curves),
        }
    }
}

impl Document for FineGrayDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let title = "Fine-Gray regression";
        let ratio = "Subdistribution hazard ratio";
        let counts = (self.head.n, self.events);
        let level = self.conf_level;
        let coefficients = &self.coefficients;
        let mut tables =
            vec![coefficient_table(title, ratio, counts, level, &self.terms, coefficients, style)];
        tables.extend(curve::tables(&self.curves, ratio, level, style));
        if let Some(rows) = &self.predictions {
            tables.extend(expected::tables(rows, &self.cause, level, style));
        }
        tables
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = vec![format!(
            "{} events of {}, {} of other causes; robust standard errors.",
            self.events, self.cause, self.competing_events
        )];
        notes.extend(self.tests.iter().map(|test| super::cox::test_sentence(test, style)));
        notes.extend(joint(&self.joint_tests, style));
        notes.extend(curve::notes(&self.curves, style));
        notes
    }
}
