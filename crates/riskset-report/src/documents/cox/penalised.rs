//! What penalties did to a model, as entries, a table and sentences.

use super::test_sentence;
use crate::documents::Test;
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset::{PenalisedTest, ShrunkTerm};
use riskset_analysis::{CoxAnswer, FrailtyAnswer, Penalised};
use schemars::JsonSchema;
use serde::Serialize;

/// A model with `ridge()`, `pspline()` or `frailty()`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PenalisedEntry {
    /// Effective degrees of freedom of the whole model.
    pub df: f64,
    /// What the penalties take from the log partial likelihood.
    pub penalty: f64,
    /// By coefficient: the standard error of the estimate itself, without the bias that the penalty
    /// brings; that of `coefficients` holds both.
    pub second_std_error: Vec<f64>,
    /// By coefficient: effective degrees of freedom; `null` for one with a penalty.
    pub column_df: Vec<Option<f64>>,
    /// The terms of `ridge()` and `pspline()`.
    pub terms: Vec<ShrunkEntry>,
    /// The frailty, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frailty: Option<FrailtyEntry>,
}

/// A penalised term.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ShrunkEntry {
    /// As the formula writes it.
    pub term: String,
    /// The weight of the penalty.
    pub theta: f64,
    /// Effective degrees of freedom.
    pub df: f64,
    /// That all its coefficients are 0.
    pub test: Option<Test>,
    /// Of a spline: its straight part.
    pub linear: Option<Test>,
    /// Of a spline: the rest.
    pub nonlinear: Option<Test>,
}

/// A shared frailty.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FrailtyEntry {
    /// As the formula writes it.
    pub term: String,
    /// `gamma` or `gaussian`.
    pub distribution: &'static str,
    /// The variance of the frailty (gamma) or of its logarithm.
    pub variance: f64,
    /// Whether it was estimated.
    pub estimated: bool,
    /// The log likelihood with gamma frailties integrated out; `null` for another distribution.
    pub integrated_log_likelihood: Option<f64>,
    /// Of no variance: twice the gain of the integrated likelihood, its P value half that of chi-square
    /// on 1 degree of freedom. `null` unless the variance of gamma frailties was estimated.
    pub variance_test: Option<Test>,
    /// Effective degrees of freedom.
    pub df: f64,
    /// That all log frailties are 0; approximate.
    pub test: Option<Test>,
    /// Each group.
    pub groups: Vec<FrailtyGroup>,
}

/// The frailty of a group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FrailtyGroup {
    /// The group.
    pub group: String,
    /// The logarithm of its frailty.
    pub log_frailty: f64,
}

impl PenalisedEntry {
    /// The entry of an answer, when there is one.
    pub fn of(answer: &CoxAnswer) -> Option<PenalisedEntry> {
        let found: &Penalised = answer.penalised.as_ref()?;
        Some(PenalisedEntry {
            df: found.df,
            penalty: found.penalty,
            second_std_error: found.second_std_error.clone(),
            column_df: found.column_df.clone(),
            terms: found.terms.iter().map(|(name, term)| shrunk(name, term)).collect(),
            frailty: found.frailty.as_ref().map(frailty),
        })
    }

    /// Whether a term is a penalised spline, whose coefficients say nothing one by one.
    pub fn is_spline(&self, term: &str) -> bool {
        self.terms.iter().any(|own| own.term == term && own.linear.is_some())
    }

    /// A table of the penalised terms.
    pub fn table(&self, style: &Style) -> Table {
        let mut table = Table::new("Penalised terms")
            .column("Term", Align::Left)
            .column("Chi-square", Align::Right)
            .column("df", Align::Right)
            .column("P", Align::Right);
        let cells = |test: &Option<Test>, df: f64| match test {
            Some(test) => [
                style.number(test.statistic, 2),
                style.number(test.df, 2),
                style.p_value(test.p_value),
            ],
            None => [NOT_ESTIMABLE.to_owned(), style.number(df, 2), String::new()],
        };
        for term in &self.terms {
            let own = cells(&term.test, term.df);
            table = table.row(std::iter::once(term.term.clone()).chain(own));
            for (name, test) in [("straight line", &term.linear), ("beyond it", &term.nonlinear)] {
                if test.is_some() {
                    let own = cells(test, 0.0);
                    table = table.indented(std::iter::once(name.to_owned()).chain(own));
                }
            }
        }
        if let Some(frailty) = &self.frailty {
            let own = cells(&frailty.test, frailty.df);
            table = table.row(std::iter::once(frailty.term.clone()).chain(own));
        }
        table.footnote(format!(
            "Effective degrees of freedom; {} of the whole model. The P values are approximate.",
            style.number(self.df, 2)
        ))
    }

    /// What is said of the frailty.
    pub fn notes(&self, style: &Style) -> Vec<String> {
        let Some(frailty) = &self.frailty else { return Vec::new() };
        let of = if frailty.distribution == "gamma" { "the frailty" } else { "the log frailty" };
        let how = if frailty.estimated { "estimated" } else { "given" };
        let mut notes = vec![format!(
            "Variance of {of} ({}, {} groups), {how}: {}.",
            frailty.distribution,
            frailty.groups.len(),
            style.number(frailty.variance, 4)
        )];
        if frailty.variance == 0.0 {
            notes.push(
                "No positive variance is more likely than none: the model is that without frailty."
                    .to_owned(),
            );
        }
        if let Some(value) = frailty.integrated_log_likelihood {
            let value = style.number(value, 2);
            notes.push(format!("Log likelihood with the frailties integrated out: {value}."));
        }
        if let Some(test) = &frailty.variance_test {
            let name = "Likelihood-ratio test of no variance (half of chi-square on 1)".to_owned();
            notes.push(test_sentence(&Test { name, ..test.clone() }, style));
        }
        notes.push(
            "Hazard ratios compare rows of the same group; standard errors take the variance as known."
                .to_owned(),
        );
        notes
    }
}

fn shrunk(name: &str, term: &ShrunkTerm) -> ShrunkEntry {
    ShrunkEntry {
        term: name.to_owned(),
        theta: term.theta,
        df: term.df,
        test: entry("wald", term.test),
        linear: entry("straight_line", term.linear),
        nonlinear: entry("beyond_straight_line", term.nonlinear),
    }
}

fn frailty(found: &FrailtyAnswer) -> FrailtyEntry {
    let fit = &found.fit;
    let group =
        |(group, &log_frailty): (&String, &f64)| FrailtyGroup { group: group.clone(), log_frailty };
    FrailtyEntry {
        term: found.term.clone(),
        distribution: fit.distribution.name(),
        variance: fit.variance,
        estimated: fit.estimated,
        integrated_log_likelihood: fit.integrated,
        variance_test: entry("no_variance", fit.variance_test),
        df: fit.df,
        test: entry("wald", fit.test),
        groups: found.groups.iter().zip(&fit.log_frailty).map(group).collect(),
    }
}

/// A test under its name.
pub fn entry(name: &str, test: Option<PenalisedTest>) -> Option<Test> {
    test.map(|test| Test {
        name: name.to_owned(),
        statistic: test.statistic,
        df: test.df,
        p_value: Some(test.p_value),
    })
}
