//! The search for a cut-point of a column, and what is left of its effect.
//!
//! The statistic of every cut, the best of them with a P value that knows how many were tried, the
//! hazard ratio as it looks and as it is in patients who did not help to choose the cut.

use crate::{About, ContrastDoubt, Data, Doubt, Problem, RowsRequest};
use riskset::{
    CutEffect, CutPointSearch, CutPointTest, CutValidation, Observations, Remedy, cut_effect,
};
use riskset_data::{ModelFrame, TermKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The search for a cut-point of the one numeric column right of `~`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct CutpointRequest {
    /// Data, model and rows; right of `~` stands the column that is cut.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Level of the confidence interval, as a fraction.
    pub conf_level: f64,
    /// The share of patients at or below the lowest cut tried, a fraction.
    pub lowest: f64,
    /// The share of patients at or below the highest cut tried, a fraction.
    pub highest: f64,
    /// Permutations of which P is the share as extreme; 0 for none.
    pub permutations: usize,
    /// The parts into which the patients are divided for the cross-validation; 0 for none.
    pub folds: usize,
    /// Divisions of the patients, over which the cross-validation takes means.
    pub repeats: usize,
    /// The seed of permutations and divisions.
    pub seed: u64,
}

impl Default for CutpointRequest {
    fn default() -> CutpointRequest {
        CutpointRequest {
            rows: RowsRequest::default(),
            conf_level: 0.95,
            lowest: 0.1,
            highest: 0.9,
            permutations: 9999,
            folds: 10,
            repeats: 20,
            seed: 1,
        }
    }
}

/// A search for a cut-point.
#[derive(Clone, Debug)]
pub struct CutpointAnswer {
    /// Rows and doubts.
    pub about: About,
    /// What was asked.
    pub request: CutpointRequest,
    /// The column, as the formula has it.
    pub column: String,
    /// Every cut with its statistic, and the P values.
    pub test: CutPointTest,
    /// Patients and events at or below the best cut, and above it.
    pub sides: [Side; 2],
    /// The hazard ratio above the best cut against at or below it, as if it had been planned; `None`
    /// where it is not estimable.
    pub effect: Option<CutEffect>,
    /// What is left of it in those who did not help to choose; `None` when it was not asked for.
    pub validation: Option<CutValidation>,
}

/// One side of a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// Patients.
    pub n: usize,
    /// Patients with the event.
    pub events: usize,
}

/// A column with fewer distinct values than this has categories: what is searched among them is which
/// to put together.
const CATEGORIES: usize = 6;
/// Fewer events than this decide nothing among many cuts.
const FEW_EVENTS: usize = 20;

impl CutpointRequest {
    /// Searches.
    pub(crate) fn run(&self, data: &Data) -> Result<CutpointAnswer, Problem> {
        let (mut about, response, column, values) = self.prepare(data, "cutpoint")?;
        let test = self.searched(&response, &values, &column, self.permutations)?;
        let best = test.best_cut();
        let effect = cut_effect(&response, &values, best.cut, self.conf_level)?;
        let validation = match self.folds {
            0 => None,
            folds => {
                let ways = (folds, self.repeats);
                let search = self.search(0);
                Some(search.validate(&response, &values, ways, self.seed, best.z)?)
            }
        };
        self.doubt(&mut about, &response, &values, &column, &test);
        let side = |above: bool| {
            let own = (0..values.len()).filter(|&row| (values[row] > best.cut) == above);
            let events = own.clone().filter(|&row| response.event()[row]).count();
            Side { n: own.count(), events }
        };
        Ok(CutpointAnswer {
            about,
            request: self.clone(),
            column,
            sides: [side(false), side(true)],
            test,
            effect,
            validation,
        })
    }

    /// The rows, the name of the column and its values.
    pub(crate) fn prepare(
        &self,
        data: &Data,
        analysis: &'static str,
    ) -> Result<(About, Observations, String, Vec<f64>), Problem> {
        let mut rows = self.rows.rows(data, analysis)?;
        rows.refuse_model_terms()?;
        rows.doubt_competing();
        if rows.frame.strata.is_some() {
            return Err(Problem::request(
                "a search for a cut-point takes no strata()",
                Remedy::to("leave strata() out"),
            ));
        }
        if self.rows.weights.is_some() {
            let what = "a search for a cut-point takes no case weights: it permutes patients";
            return Err(Problem::request(what, Remedy::Unset("weights".into())));
        }
        let (column, values) = numeric(&rows.frame, &self.rows.formula)?;
        let response = rows.frame.observations()?.clone();
        if response.entry().is_some() {
            return Err(Problem::analysis(
                "patients who enter late cannot be permuted, and a search for a cut-point rests on it",
                Remedy::to("write Surv(time, event), time counted from entry"),
            ));
        }
        Ok((rows.about, response, column, values))
    }

    fn search(&self, permutations: usize) -> CutPointSearch {
        let search = CutPointSearch::default().between(self.lowest, self.highest);
        match permutations {
            0 => search,
            draws => search.permutations(draws, self.seed),
        }
    }

    /// The search; a column without a choice is refused by its name.
    pub(crate) fn searched(
        &self,
        response: &Observations,
        values: &[f64],
        column: &str,
        permutations: usize,
    ) -> Result<CutPointTest, Problem> {
        self.search(permutations).search(response, values).map_err(|error| match error {
            riskset::Error::Unsupported { .. } => Problem::analysis(
                format!(
                    "`{column}` has {} different values, which leave fewer than two cuts with {}% to \
                     {}% of the patients at or below them: there is nothing to search",
                    distinct(values),
                    percent(self.lowest),
                    percent(self.highest)
                ),
                Remedy::AnyOf(vec![Remedy::Ask("compare".into()), Remedy::set("lowest")]),
            ),
            error => error.into(),
        })
    }

    fn doubt(
        &self,
        about: &mut About,
        response: &Observations,
        values: &[f64],
        column: &str,
        test: &CutPointTest,
    ) {
        let different = distinct(values);
        if different < CATEGORIES {
            let column = column.to_owned();
            about.doubt(Doubt::Contrast(ContrastDoubt::Categories { column, values: different }));
        }
        let events = response.n_events();
        if events < FEW_EVENTS {
            about.doubt(Doubt::Contrast(ContrastDoubt::FewForSearch {
                events,
                cuts: test.cuts.len(),
            }));
        }
        let best = test.best_cut();
        let edge = test.best == 0 || test.best + 1 == test.cuts.len();
        if edge && different >= CATEGORIES {
            about.doubt(Doubt::Contrast(ContrastDoubt::CutAtEdge { cut: best.cut }));
        }
    }
}

/// The one numeric column right of `~`.
fn numeric(frame: &ModelFrame, formula: &str) -> Result<(String, Vec<f64>), Problem> {
    let design = frame.design()?;
    match &design.names[..] {
        [name] if matches!(design.terms[0].kind, TermKind::Numeric) => {
            Ok((name.clone(), design.values.to_vec()))
        }
        _ => Err(Problem::analysis(
            format!(
                "a cut-point is searched in one column of numbers, and the formula is {formula}"
            ),
            Remedy::to("write one numeric column right of ~, such as Surv(time, event) ~ age"),
        )),
    }
}

fn distinct(values: &[f64]) -> usize {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    sorted.len()
}

/// `10`, without digits that say nothing.
fn percent(share: f64) -> String {
    ((share * 1e11).round() / 1e9).to_string()
}
