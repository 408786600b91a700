//! Prognostic factors side by side: each in a model of its own, and all of them in one.
//!
//! A univariable model uses every row in which its factor is known, the multivariable one those in
//! which all are; `same_rows` takes the latter for both, so that a changed hazard ratio cannot come
//! from changed patients. Both models have the strata and clusters of the formula.

mod line;
mod rows;

pub use line::FactorLine;

use crate::cox::doubt_fit;
use crate::doubt::curves::quantile_moves;
use crate::{About, Data, Doubt, Problem, RowsRequest};
use riskset::{
    ConfType, CoxFit, CoxModel, CoxTest, DesignMatrix, Fitted, FlatRule, Observations, Remedy, Ties,
};
use riskset_data::{Design, Formula, ModelFrame, TermKind};
use rows::Side;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Factors, one by one and together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct FactorsRequest {
    /// Data, model and rows; each term of the formula is a factor.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// Scale on which the intervals of medians and survival are symmetric.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<ConfType>")]
    pub conf_type: ConfType,
    /// Which time of a flat is a quantile.
    #[serde(with = "crate::choice", skip_serializing_if = "crate::choice::is_default")]
    #[schemars(schema_with = "crate::choice::schema::<FlatRule>")]
    pub flat: FlatRule,
    /// How tied event times enter the likelihood.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<Ties>")]
    pub ties: Ties,
    /// Survival at these times by level, beside the median.
    pub times: Vec<f64>,
    /// The univariable models use the rows of the multivariable one.
    pub same_rows: bool,
}

impl Default for FactorsRequest {
    fn default() -> FactorsRequest {
        FactorsRequest {
            rows: RowsRequest::default(),
            conf_level: 0.95,
            conf_type: ConfType::Log,
            flat: FlatRule::Middle,
            ties: Ties::Efron,
            times: Vec::new(),
            same_rows: false,
        }
    }
}

/// Factors, one by one and together.
#[derive(Clone, Debug)]
pub struct FactorsAnswer {
    /// Rows and doubts; the rows are those of the multivariable model.
    pub about: About,
    /// What was asked.
    pub request: FactorsRequest,
    /// One per term, in the order of the formula.
    pub factors: Vec<Factor>,
    /// Events of the multivariable model.
    pub events: usize,
    /// Coefficients of the multivariable model; a column that others determine has none.
    pub parameters: usize,
    /// The test that all coefficients of the multivariable model are zero.
    pub joint: Option<CoxTest>,
    /// The columns whose levels are the strata.
    pub strata: Vec<String>,
    /// How many clusters the robust variance sums over.
    pub clusters: Option<usize>,
}

/// A factor.
#[derive(Clone, Debug)]
pub struct Factor {
    /// The term as the formula names it.
    pub term: String,
    /// Whether it has levels; a number has one line.
    pub categorical: bool,
    /// Rows in which its own value is missing.
    pub missing: usize,
    /// Rows of its univariable model.
    pub n: usize,
    /// Events of its univariable model.
    pub events: usize,
    /// The test that all its coefficients are zero, in the univariable model.
    pub crude: Option<CoxTest>,
    /// The same in the multivariable model.
    pub adjusted: Option<CoxTest>,
    /// One per level, or per column of a number.
    pub lines: Vec<FactorLine>,
}

impl FactorsAnswer {
    /// Events for each coefficient of the multivariable model; `None` without a coefficient.
    pub fn events_per_parameter(&self) -> Option<f64> {
        (self.parameters > 0).then(|| self.events as f64 / self.parameters as f64)
    }
}

/// Where the multivariable model loses more than this part of a factor's rows, it is said: its
/// hazard ratios are of other patients.
const MANY_LOST: f64 = 0.1;

impl FactorsRequest {
    /// Fits the models.
    pub(crate) fn run(&self, data: &Data) -> Result<FactorsAnswer, Problem> {
        let formula = self.rows.parsed()?;
        refuse_terms(&formula)?;
        let options = self.rows.options()?;
        let read = self.rows.read(data, &formula, &options)?;
        let table = read.table;
        let mut all = self.rows.rows_of(&table, "factors", &formula, &options)?;
        all.about.doubts.extend(read.doubts);
        all.refuse_offset()?;
        all.doubt_competing();
        let design = all.frame.design()?;
        let fit = self.fit(&all.frame, &design)?;
        let mut about = all.about;
        doubt_fit(&mut about, &fit, &design);
        let together = Side { frame: &all.frame, design: &design, fit: &fit, term: 0 };
        let mut factors = Vec::with_capacity(design.terms.len());
        for (index, name) in formula.term_names().into_iter().enumerate() {
            let alone = match self.same_rows {
                true => all.frame.clone(),
                false => {
                    self.rows.rows_of(&table, "factors", &formula.only(index), &options)?.frame
                }
            };
            let own = match self.same_rows {
                true => alone.design_of(&[index])?,
                false => alone.design()?,
            };
            let crude = self.fit(&alone, &own)?;
            doubt_crude(&mut about, &crude, &own);
            let side = Side { frame: &alone, design: &own, fit: &crude, term: 0 };
            let together = Side { term: index, ..together };
            refuse_other_reference(&name, &side, &together)?;
            factors.push(self.factor(name, &side, &together)?);
        }
        self.doubt_rows(&mut about, &factors);
        self.doubt_times(&mut about, all.frame.observations()?);
        about.doubts.extend(factors.iter().flat_map(doubt_medians));
        Ok(FactorsAnswer {
            events: fit.n_events(),
            parameters: parameters(&fit),
            joint: fit.wald_test(),
            strata: crate::comparison::stratum_columns(&all.frame),
            clusters: all.frame.cluster.as_ref().map(|cluster| cluster.count()),
            request: self.clone(),
            about,
            factors,
        })
    }

    fn fit(&self, frame: &ModelFrame, design: &Design) -> Result<CoxFit, Problem> {
        let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
        let model = CoxModel::default()
            .ties(self.ties)
            .strata(frame.strata.as_ref().map(|strata| &strata.groups))
            .cluster(frame.cluster.as_ref().map(|cluster| &cluster.groups))
            .conf_level(self.conf_level);
        Ok(model.fit(frame.observations()?, &matrix)?)
    }

    fn factor(&self, term: String, alone: &Side, together: &Side) -> Result<Factor, Problem> {
        let categorical = matches!(alone.info().kind, TermKind::Factor { .. });
        let of_term = |(name, _): &&(String, usize)| *name == term;
        let missing = together.frame.missing.iter().find(of_term).map_or(0, |(_, rows)| *rows);
        Ok(Factor {
            categorical,
            missing,
            n: alone.frame.n,
            events: alone.fit.n_events(),
            crude: alone.joint(),
            adjusted: together.joint(),
            lines: line::lines(self, alone, together)?,
            term,
        })
    }

    /// A curve is level after the last event because nobody was seen to fail, and unknown after the last
    /// row.
    fn doubt_times(&self, about: &mut About, rows: &Observations) {
        let times = || rows.time().iter().copied().zip(rows.event().iter().copied());
        let last = times().map(|(time, _)| time).fold(f64::NEG_INFINITY, f64::max);
        let events = times().filter(|(_, event)| *event).map(|(time, _)| time);
        let last_event = events.fold(f64::NEG_INFINITY, f64::max);
        let between = |time: &&f64| **time > last_event && **time <= last;
        if let Some(&time) = self.times.iter().find(|&&time| time > last) {
            about.doubt(Doubt::BeyondModel { time, last });
        }
        if let Some(&time) = self.times.iter().find(between) {
            about.doubt(Doubt::AfterLastEvent { time, last: last_event });
        }
    }

    /// Crude and adjusted hazard ratios of different patients differ for that reason too.
    fn doubt_rows(&self, about: &mut About, factors: &[Factor]) {
        let most = factors.iter().map(|factor| factor.n).max().unwrap_or(0);
        let lost = most.saturating_sub(about.n);
        if lost as f64 > MANY_LOST * most as f64 {
            about.doubt(Doubt::OtherRows { together: about.n, alone: most });
        }
    }
}

/// Medians that are the middle of a flat which lasts to the end of the follow-up.
fn doubt_medians(factor: &Factor) -> impl Iterator<Item = Doubt> {
    factor.lines.iter().filter_map(|line| quantile_moves(&line.name, 0.5, line.median_flat))
}

fn parameters(fit: &CoxFit) -> usize {
    let told = |fitted: &&Fitted| !matches!(fitted, Fitted::Aliased(_));
    fit.coefficients().iter().filter(told).count()
}

/// What is wrong with a coefficient of a univariable model, unless it was said of the whole one. Few
/// events are counted once, for the model with the most coefficients.
fn doubt_crude(about: &mut About, fit: &CoxFit, design: &Design) {
    let new = Doubt::of_fit(fit, &design.names).into_iter();
    let new = new.filter(|doubt| !matches!(doubt, Doubt::FewEvents { .. }));
    for doubt in new {
        if !about.doubts.contains(&doubt) {
            about.doubt(doubt);
        }
    }
}

/// Hazard ratios against two references stand in no one row.
fn refuse_other_reference(name: &str, alone: &Side, together: &Side) -> Result<(), Problem> {
    match (alone.reference(), together.reference()) {
        (Some(own), Some(other)) if own != other => Err(Problem::analysis(
            format!(
                "the reference level \"{own}\" of `{name}` stands in no row in which all factors \
                 are known, so the two models would compare with different levels"
            ),
            Remedy::AnyOf(vec![
                Remedy::Write(format!("factor({}, ref = \"{other}\")", bare(name))),
                Remedy::set_to("same_rows", "true"),
            ]),
        )),
        _ => Ok(()),
    }
}

/// The column within `factor()`.
fn bare(name: &str) -> &str {
    name.strip_prefix("factor(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(name)
}

/// A factor by itself has a hazard ratio; a product of factors has none without them.
fn refuse_terms(formula: &Formula) -> Result<(), Problem> {
    if formula.terms().is_empty() {
        return Err(Problem::request(
            "the formula names no factors",
            Remedy::to(
                "write at least one column right of ~, such as Surv(time, event) ~ age + stage",
            ),
        ));
    }
    let products = formula.terms().iter().zip(formula.term_names());
    let product = products.into_iter().find(|(term, _)| term.len() > 1);
    match product {
        None => Ok(()),
        Some((_, name)) => Err(Problem::request(
            format!("`{name}` is an interaction, which has no hazard ratio by itself"),
            Remedy::AnyOf(vec![Remedy::to("name the factors with +"), Remedy::Ask("cox".into())]),
        )),
    }
}
