//! The answer of `riskset factors`.

mod table;

use super::{Document, Estimate, Head, Test};
use crate::format::Style;
use crate::table::Table;
use riskset::{AtTime, Coefficient, CoxTest, Quantile};
use riskset_analysis::{Factor, FactorLine, FactorsAnswer, Voice};
use serde::Serialize;

/// Prognostic factors, one by one and together.
#[derive(Clone, Debug, Serialize)]
pub struct FactorsDocument {
    /// What every document starts with; the rows are those of the multivariable model.
    #[serde(flatten)]
    pub head: Head,
    /// How tied event times were handled.
    pub ties: &'static str,
    /// The level of the intervals.
    pub conf_level: f64,
    /// The scale of the intervals of medians and survival.
    pub conf_type: &'static str,
    /// Whether the univariable models use the rows of the multivariable one.
    pub same_rows: bool,
    /// Events of the multivariable model.
    pub events: usize,
    /// Coefficients of the multivariable model.
    pub parameters: usize,
    /// Events for each coefficient; `null` without one.
    pub events_per_parameter: Option<f64>,
    /// One entry per factor, in the order of the formula.
    pub factors: Vec<FactorEntry>,
    /// Wald's test that all coefficients of the multivariable model are zero.
    pub tests: Vec<Test>,
    /// The columns whose levels are the strata.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strata: Vec<String>,
    /// How many clusters the robust variance sums over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clusters: Option<usize>,
}

/// A factor.
#[derive(Clone, Debug, Serialize)]
pub struct FactorEntry {
    /// The term as the formula names it.
    pub term: String,
    /// `factor` or `numeric`.
    pub kind: &'static str,
    /// Rows in which it is missing.
    pub missing: usize,
    /// Rows of its univariable model.
    pub n: usize,
    /// Events of its univariable model.
    pub events: usize,
    /// Wald's test of all its coefficients, in the univariable model.
    pub univariable: Option<Test>,
    /// The same in the multivariable model.
    pub multivariable: Option<Test>,
    /// One per level, or per column of a number.
    pub levels: Vec<LineEntry>,
}

/// A level of a factor, or a number per unit.
#[derive(Clone, Debug, Serialize)]
pub struct LineEntry {
    /// The level, or the column of a number.
    pub level: String,
    /// Whether the others are compared with it.
    pub reference: bool,
    /// Rows of the univariable model.
    pub n: usize,
    /// Those that end with the event.
    pub events: usize,
    /// The median of the time to the event.
    pub median: Estimate,
    /// Survival at the times asked for.
    pub times: Vec<SurvivalEntry>,
    /// The univariable hazard ratio; `null` for the reference.
    pub univariable: Option<RatioEntry>,
    /// The multivariable one.
    pub multivariable: Option<RatioEntry>,
}

/// Survival at a time.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct SurvivalEntry {
    /// The time.
    pub time: f64,
    /// Survival with its limits; `null` after the end of the curve.
    #[serde(flatten)]
    pub survival: Estimate,
}

/// A hazard ratio; everything is `null` where it is not estimable.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RatioEntry {
    /// The ratio with its limits.
    #[serde(flatten)]
    pub ratio: Estimate,
    /// Two-sided.
    pub p_value: Option<f64>,
}

impl FactorsDocument {
    /// The document of an answer.
    pub fn of(answer: &FactorsAnswer, voice: &dyn Voice) -> FactorsDocument {
        let request = &answer.request;
        FactorsDocument {
            head: Head::of(&answer.about, voice),
            ties: request.ties.name(),
            conf_level: request.conf_level,
            conf_type: request.conf_type.name(),
            same_rows: request.same_rows,
            events: answer.events,
            parameters: answer.parameters,
            events_per_parameter: answer.events_per_parameter(),
            factors: answer.factors.iter().map(FactorEntry::of).collect(),
            tests: answer.joint.map(test).into_iter().collect(),
            strata: answer.strata.clone(),
            clusters: answer.clusters,
        }
    }

    fn missing_sentence(&self) -> Option<String> {
        let missing = self.factors.iter().filter(|factor| factor.missing > 0);
        let parts: Vec<String> =
            missing.map(|factor| format!("{} {}", factor.term, factor.missing)).collect();
        (!parts.is_empty()).then(|| format!("Missing values: {}.", parts.join(", ")))
    }

    /// What the two kinds of models are made of.
    pub fn models_sentence(&self, style: &Style) -> String {
        let each = match self.same_rows {
            true => "of the same rows",
            false => "of the rows in which it is known",
        };
        let ratio = self.events_per_parameter.map_or(String::new(), |ratio| {
            format!(" ({} events for each)", style.number(ratio, 1))
        });
        let coefficients = if self.parameters == 1 { "coefficient" } else { "coefficients" };
        format!(
            "Univariable: a Cox model of each factor alone, {each}. Multivariable: one Cox model of \
             all factors, {} rows with {} events, {} {coefficients}{ratio}.",
            self.head.n, self.events, self.parameters
        )
    }
}

impl FactorEntry {
    fn of(factor: &Factor) -> FactorEntry {
        FactorEntry {
            term: factor.term.clone(),
            kind: if factor.categorical { "factor" } else { "numeric" },
            missing: factor.missing,
            n: factor.n,
            events: factor.events,
            univariable: factor.crude.map(test),
            multivariable: factor.adjusted.map(test),
            levels: factor.lines.iter().map(LineEntry::of).collect(),
        }
    }
}

impl LineEntry {
    fn of(line: &FactorLine) -> LineEntry {
        let ratio = |coefficient: &Option<Coefficient>| match line.reference {
            true => None,
            false => Some(RatioEntry::of(coefficient.as_ref())),
        };
        LineEntry {
            level: line.name.clone(),
            reference: line.reference,
            n: line.n,
            events: line.events,
            median: median(&line.median),
            times: line.at_times.iter().map(survival).collect(),
            univariable: ratio(&line.crude),
            multivariable: ratio(&line.adjusted),
        }
    }
}

impl RatioEntry {
    fn of(coefficient: Option<&Coefficient>) -> RatioEntry {
        RatioEntry {
            ratio: Estimate {
                estimate: coefficient.and_then(|c| c.hazard_ratio),
                lower: coefficient.and_then(|c| c.interval.lower),
                upper: coefficient.and_then(|c| c.interval.upper),
            },
            p_value: coefficient.and_then(|c| c.p_value),
        }
    }
}

fn median(quantile: &Quantile) -> Estimate {
    Estimate { estimate: quantile.estimate, lower: quantile.lower, upper: quantile.upper }
}

fn survival(at: &AtTime) -> SurvivalEntry {
    SurvivalEntry {
        time: at.time,
        survival: Estimate {
            estimate: at.survival,
            lower: at.interval.and_then(|limits| limits.lower),
            upper: at.interval.and_then(|limits| limits.upper),
        },
    }
}

fn test(test: CoxTest) -> Test {
    Test {
        name: "wald".to_owned(),
        statistic: test.statistic,
        df: test.df as f64,
        p_value: Some(test.p_value),
    }
}

impl Document for FactorsDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        vec![self.main_table(style)]
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = vec![self.models_sentence(style)];
        notes.extend(self.missing_sentence());
        if !self.strata.is_empty() {
            notes.push(format!("Every model is stratified by {}.", self.strata.join(", ")));
        }
        if let Some(clusters) = self.clusters {
            notes.push(format!("Robust standard errors, {clusters} clusters."));
        }
        notes
    }
}
