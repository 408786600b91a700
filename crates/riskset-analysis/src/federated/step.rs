//! The likelihood of a place at given coefficients: what it tells for a regression.

use super::{Question, Rules};
use crate::{CoxRequest, Data, Problem, Request};
use riskset::{CoxModel, CoxStep, DesignMatrix, Remedy};
use riskset_data::{Design, ModelFrame};
use serde::{Deserialize, Serialize};

/// The log partial likelihood of a place with its derivatives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedStep {
    /// Which question of the plan.
    pub question: String,
    /// The columns of the design, in order.
    pub columns: Vec<String>,
    /// The coefficients that were asked about, one per column.
    pub beta: Vec<f64>,
    /// Rows.
    pub n: usize,
    /// Rows that end with the event.
    pub events: usize,
    /// The log partial likelihood.
    pub log_likelihood: f64,
    /// Its gradient, one entry per column.
    pub score: Vec<f64>,
    /// Minus its second derivatives, row by row.
    pub information: Vec<f64>,
}

impl SharedStep {
    pub(super) fn sums(&self) -> CoxStep {
        CoxStep {
            n: self.n,
            events: self.events,
            log_likelihood: self.log_likelihood,
            score: self.score.clone(),
            information: self.information.clone(),
        }
    }
}

/// The step of a place; `asked` has the columns and coefficients of a later round.
pub(super) fn step(
    question: &Question,
    rules: &Rules,
    data: &Data,
    asked: Option<(&[String], &[f64])>,
) -> Result<SharedStep, Problem> {
    let Request::Cox(request) = &question.request else {
        unreachable!("only a regression takes steps")
    };
    let rows = request.rows.rows(data, "cox")?;
    let frame = &rows.frame;
    let (design, beta) = asked_design(frame, asked)?;
    protect(rules, frame, &design)?;
    let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
    let sums = model(request, frame).step(frame.observations()?, &matrix, &beta)?;
    Ok(SharedStep {
        question: question.name.clone(),
        columns: design.names,
        beta,
        n: sums.n,
        events: sums.events,
        log_likelihood: sums.log_likelihood,
        score: sums.score,
        information: sums.information,
    })
}

/// The design with the coefficients at which it is asked about.
pub(super) fn asked_design(
    frame: &ModelFrame,
    asked: Option<(&[String], &[f64])>,
) -> Result<(Design, Vec<f64>), Problem> {
    let design = frame.design()?;
    if design.n_columns() == 0 {
        let what = "a model without covariates has nothing to pool";
        return Err(Problem::request(what, Remedy::to("name covariates right of ~")));
    }
    if asked.is_some_and(|(columns, _)| columns != design.names) {
        let found = design.names.join(", ");
        let what =
            format!("the columns of the model here are {found}, and the round asks of others");
        let remedy = Remedy::Write("factor(x, levels = c(\"a\", \"b\"))".to_owned());
        return Err(Problem::analysis(what, remedy));
    }
    let beta = asked.map_or_else(|| vec![0.0; design.n_columns()], |(_, beta)| beta.to_vec());
    Ok((design, beta))
}

fn model<'a>(request: &CoxRequest, frame: &'a ModelFrame) -> CoxModel<'a> {
    let strata = frame.strata.as_ref().map(|strata| &strata.groups);
    CoxModel::default().ties(request.ties).strata(strata)
}

/// What the sums would tell of few patients stays here.
pub(super) fn protect(rules: &Rules, frame: &ModelFrame, design: &Design) -> Result<(), Problem> {
    let observations = frame.observations()?;
    let (events, columns) = (observations.n_events(), design.n_columns());
    if columns * 10 > events {
        let what = format!(
            "the model has {columns} coefficients for {events} events here; at most a tenth of the \
             events may be told as sums"
        );
        let remedy = Remedy::to("agree on fewer covariates, or pool with another place first");
        return Err(Problem::analysis(what, remedy));
    }
    let least = rules.min_cell as usize;
    for (index, name) in design.names.iter().enumerate() {
        let column = design.column(index);
        if !column.iter().all(|&value| value == 0.0 || value == 1.0) {
            continue;
        }
        for (value, words) in [(1.0, "have"), (0.0, "do not have")] {
            let rows = (0..column.len()).filter(|&row| column[row] == value);
            let (mut patients, mut with_event) = (0, 0);
            rows.for_each(|row| {
                patients += 1;
                with_event += usize::from(observations.event()[row]);
            });
            // A column that is constant here tells nothing.
            if patients > 0 && patients < column.len() && (patients < least || with_event < least) {
                let what = format!(
                    "fewer than {least} patients or events {words} {name} here, and the sums would \
                     tell of them"
                );
                let remedy = Remedy::to("agree on wider levels, or pool with another place first");
                return Err(Problem::analysis(what, remedy));
            }
        }
    }
    Ok(())
}
