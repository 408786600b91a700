//! A Cox model with one baseline hazard for all places: sums on the grid of the plan.

use super::step::{asked_design, protect};
use super::{Question, Rules};
use crate::{CoxRequest, Data, Problem, Request};
use riskset::{
    DesignMatrix, GridRisk, GridStep, Observations, Remedy, RightCensored, RiskSums,
    coarsened_times,
};
use serde::{Deserialize, Serialize};

/// What a place tells of its risk sets on the grid, at given coefficients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedGridStep {
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
    /// How far times moved on average to reach the grid and to keep small counts here, in the plan's
    /// unit.
    pub shift: f64,
    /// The sum of each column over the rows that end with the event.
    pub event_sum: Vec<f64>,
    /// The risk sets at the times of this place on the grid, increasing.
    pub times: Vec<SharedRisk>,
}

/// A risk set on the grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedRisk {
    /// The time.
    pub time: f64,
    /// Events at it.
    pub events: usize,
    /// Sums over those at risk.
    pub at_risk: SharedRiskSums,
    /// Sums over those with the event, for Efron's ties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing: Option<SharedRiskSums>,
}

/// Sums over some patients, r being exp(x'beta).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedRiskSums {
    /// Sum r.
    pub total: f64,
    /// Sum r x, one entry per column.
    pub first: Vec<f64>,
    /// Sum r x x', row by row.
    pub second: Vec<f64>,
}

impl SharedRiskSums {
    fn of(sums: RiskSums) -> SharedRiskSums {
        SharedRiskSums { total: sums.total, first: sums.first, second: sums.second }
    }

    fn sums(&self) -> RiskSums {
        RiskSums { total: self.total, first: self.first.clone(), second: self.second.clone() }
    }
}

impl SharedGridStep {
    /// The sums as the core adds them.
    pub(super) fn sums(&self) -> GridStep {
        let risk = |risk: &SharedRisk| GridRisk {
            time: risk.time,
            events: risk.events,
            at_risk: risk.at_risk.sums(),
            failing: risk.failing.as_ref().map(SharedRiskSums::sums),
        };
        GridStep {
            n: self.n,
            events: self.events,
            event_sum: self.event_sum.clone(),
            times: self.times.iter().map(risk).collect(),
        }
    }
}

fn asked(question: &Question) -> &CoxRequest {
    match &question.request {
        Request::Cox(request) => request,
        _ => unreachable!("only a regression has a baseline hazard"),
    }
}

/// The sums of a place; `round` has the columns and coefficients of a later round.
pub(super) fn grid_step(
    question: &Question,
    rules: &Rules,
    data: &Data,
    round: Option<(&[String], &[f64])>,
) -> Result<SharedGridStep, Problem> {
    let request = asked(question);
    let rows = request.rows.rows(data, "cox")?;
    let frame = &rows.frame;
    let (design, beta) = asked_design(frame, round)?;
    protect(rules, frame, &design)?;
    let (response, shift) = on_grid(frame.observations()?, rules)?;
    let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
    let step = GridStep::of(&response, &matrix, &beta, request.ties)?;
    let risk = |risk: GridRisk| SharedRisk {
        time: risk.time,
        events: risk.events,
        at_risk: SharedRiskSums::of(risk.at_risk),
        failing: risk.failing.map(SharedRiskSums::of),
    };
    Ok(SharedGridStep {
        question: question.name.clone(),
        columns: design.names,
        beta,
        n: step.n,
        events: step.events,
        shift,
        event_sum: step.event_sum,
        times: step.times.into_iter().map(risk).collect(),
    })
}

/// The rows with their times on the grid, no count of events or censorings being small, and how far
/// times moved on average.
fn on_grid(rows: &Observations, rules: &Rules) -> Result<(RightCensored, f64), Problem> {
    if rows.entry_order().is_some() {
        let what = "rows that enter late have no place on a common grid";
        return Err(Problem::analysis(what, Remedy::Unset("common_baseline".into())));
    }
    let moved = coarsened_times(rows, rules.grid, rules.min_cell)?.map_err(|small| {
        let kind = if small.cause == 0 { "censored" } else { "with the event" };
        Problem::analysis(
            format!(
                "there are {} {kind} in all; no count from 1 to {} may leave this place",
                small.count,
                rules.min_cell - 1
            ),
            Remedy::to("pool with another place before answering"),
        )
    })?;
    let apart: f64 = moved.iter().zip(rows.time()).map(|(to, from)| (to - from).abs()).sum();
    Ok((RightCensored::new(&moved, rows.event())?, apart / rows.len() as f64))
}

impl SharedGridStep {
    /// The sums of all places, as one step of the climb.
    pub(super) fn pooled(
        question: &Question,
        steps: &[&SharedGridStep],
        beta: &[f64],
    ) -> Result<riskset::CoxStep, Problem> {
        let steps: Vec<GridStep> = steps.iter().map(|step| step.sums()).collect();
        Ok(GridStep::pooled(&steps, beta, asked(question).ties)?)
    }
}
