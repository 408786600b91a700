//! The answer of `riskset case-cohort`.

use super::cox::{
    CoefficientEntry, TermEntry, coefficient_table, coefficients, terms, variance, wald,
};
use super::{Document, Head, Test};
use crate::format::Style;
use crate::table::{Align, Table};
use riskset::CaseCohortMethod;
use riskset_analysis::{CaseCohortAnswer, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// A Cox regression of a case-cohort sample.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CaseCohortDocument {
    /// What every document starts with; the rows are all that were read.
    #[serde(flatten)]
    pub head: Head,
    /// Who stands for those at risk.
    pub method: &'static str,
    /// What says who was drawn.
    pub subcohort: String,
    /// The cohort.
    pub cohort: usize,
    /// Rows that were drawn.
    pub drawn: usize,
    /// Cases.
    pub cases: usize,
    /// Cases that were drawn.
    pub cases_drawn: usize,
    /// Rows that are neither, which stand in the number of the cohort alone.
    pub outside: usize,
    /// The strata of the draw; absent for a subcohort that was drawn of all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<DrawnStratumEntry>,
    /// Whether the maximum was found.
    pub converged: bool,
    /// The level of the intervals.
    pub conf_level: f64,
    /// One entry per column of the design; the standard errors hold the draw of the subcohort.
    pub coefficients: Vec<CoefficientEntry>,
    /// The variance.
    pub variance: Vec<Vec<Option<f64>>>,
    /// The part of the variance that is due to the draw.
    pub draw_variance: Vec<Vec<Option<f64>>>,
    /// The Wald test that all coefficients are zero.
    pub tests: Vec<Test>,
    /// The terms with their levels and reference.
    pub terms: Vec<TermEntry>,
}

/// A stratum of the cohort, from which so many were drawn.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DrawnStratumEntry {
    /// Its value.
    pub level: String,
    /// How many of the cohort it is.
    pub cohort: usize,
    /// Rows that were drawn.
    pub drawn: usize,
    /// Cases.
    pub cases: usize,
}

impl CaseCohortDocument {
    /// The document of an answer.
    pub fn of(answer: &CaseCohortAnswer, voice: &dyn Voice) -> CaseCohortDocument {
        let (fit, design) = (&answer.fit, &answer.design);
        CaseCohortDocument {
            head: Head::of(&answer.about, voice),
            method: answer.request.method.name(),
            subcohort: answer.request.subcohort.clone(),
            cohort: answer.cohort,
            drawn: answer.drawn,
            cases: answer.cases,
            cases_drawn: answer.cases_drawn,
            outside: answer.outside,
            strata: answer
                .strata
                .iter()
                .map(|one| DrawnStratumEntry {
                    level: one.level.clone(),
                    cohort: one.cohort,
                    drawn: one.drawn,
                    cases: one.cases,
                })
                .collect(),
            converged: fit.converged(),
            conf_level: answer.request.conf_level,
            coefficients: coefficients(fit.coefficients(), design),
            variance: variance(design, |a, b| fit.variance(a, b)),
            draw_variance: variance(design, |a, b| fit.draw_variance(a, b)),
            tests: wald(fit.wald_test()),
            terms: terms(design),
        }
    }
}

impl Document for CaseCohortDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let mut tables = vec![coefficient_table(
            "Cox regression of a case-cohort sample",
            "Hazard ratio",
            (self.drawn + self.cases - self.cases_drawn, self.cases),
            self.conf_level,
            &self.terms,
            &self.coefficients,
            style,
        )];
        if !self.strata.is_empty() {
            let mut table = Table::new("Strata of the draw")
                .column("Stratum", Align::Left)
                .column("Cohort", Align::Right)
                .column("Drawn", Align::Right)
                .column("Cases", Align::Right);
            for one in &self.strata {
                let counts = [one.cohort, one.drawn, one.cases].map(|count| count.to_string());
                table =
                    table.row(std::iter::once(one.level.clone()).chain(counts).collect::<Vec<_>>());
            }
            tables.push(table);
        }
        tables
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let method = match self.method.parse() {
            Ok(CaseCohortMethod::SelfPrentice) => "Self and Prentice's",
            Ok(CaseCohortMethod::LinYing) => "Lin and Ying's",
            Ok(CaseCohortMethod::BorganI) => "Borgan and others' first",
            Ok(CaseCohortMethod::BorganII) => "Borgan and others' second",
            _ => "Prentice's",
        };
        let mut notes = vec![format!(
            "Of a cohort of {}, {} were drawn for the subcohort, {} of them cases; {} of all {} cases \
             lie outside it. {method} estimator; the standard errors hold the draw of the subcohort.",
            self.cohort,
            self.drawn,
            self.cases_drawn,
            self.cases - self.cases_drawn,
            self.cases
        )];
        notes.extend(self.tests.iter().map(|test| super::cox::test_sentence(test, style)));
        notes
    }
}
