//! Counts by time: what a place tells for curves and their tests.

use super::{Question, Rules, told_missing};
use crate::incidence::competing;
use crate::rows::Rows;
use crate::{Data, Problem, Request};
use riskset::{CompetingRisks, EventCell, EventTable, Groups, Remedy, Response};
use riskset_data::Grouping;
use serde::{Deserialize, Serialize};

/// Events and censorings of a place by group and time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedCounts {
    /// Which question of the plan.
    pub question: String,
    /// Rows counted.
    pub n: u64,
    /// Rows left out because a column used is missing; `None` where that is a small count.
    pub n_missing: Option<u64>,
    /// How far times moved on average to reach the grid and to keep small counts here, in the plan's
    /// unit.
    pub shift: f64,
    /// The causes, in the order of the cells' events; one for an ordinary response.
    pub causes: Vec<String>,
    /// The columns of the groups and their levels, one entry per group.
    pub groups: Vec<Vec<(String, String)>>,
    /// The columns of the strata and their levels, one entry per stratum; empty without strata.
    pub strata: Vec<Vec<(String, String)>>,
    /// The counts.
    pub cells: Vec<SharedCell>,
}

/// One time of one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedCell {
    /// The group, from 0.
    pub group: usize,
    /// The stratum, from 0.
    pub stratum: usize,
    /// The time, on the plan's grid.
    pub time: f64,
    /// Events of each cause.
    pub events: Vec<u64>,
    /// Those censored.
    pub censored: u64,
}

/// What the one cause of an ordinary response is called.
pub(super) const EVENT: &str = "event";

/// The counts of a place, on the grid and without small ones.
pub(super) fn counts(
    question: &Question,
    rules: &Rules,
    data: &Data,
) -> Result<SharedCounts, Problem> {
    let rows = frame(&question.request, data)?;
    let (response, causes) = response(&rows)?;
    let groups = rows.frame.groups()?;
    let strata = rows.frame.strata.as_ref();
    let single = Groups::single(rows.frame.n);
    let of_groups = groups.as_ref().map_or(&single, |grouping| &grouping.groups);
    let table = EventTable::of(&response, of_groups, strata.map(|strata| &strata.groups))?;
    let exact = table;
    let table = exact.on_grid(rules.grid)?.joined(rules.min_cell).map_err(|small| {
        let of = |grouping: Option<&Grouping>, index: usize| {
            grouping.map_or("all rows".to_owned(), |grouping| grouping.labels[index].clone())
        };
        let place = match strata {
            Some(strata) => {
                let stratum = of(Some(strata), small.stratum);
                format!("{} within {stratum}", of(groups.as_ref(), small.group))
            }
            None => of(groups.as_ref(), small.group),
        };
        let kind = match small.cause {
            0 => "censored".to_owned(),
            cause => format!("with {}", causes[cause - 1]),
        };
        Problem::analysis(
            format!(
                "{place} has {} {kind} in all; no count from 1 to {} may leave this place",
                small.count,
                rules.min_cell - 1
            ),
            Remedy::to("agree on wider groups, or pool with another place before answering"),
        )
    })?;
    let levels =
        |grouping: Option<&Grouping>| grouping.map_or(Vec::new(), |groups| groups.levels.clone());
    Ok(SharedCounts {
        question: question.name.clone(),
        n: table.n(),
        shift: table.shift(&exact).expect("joining keeps every total"),
        n_missing: told_missing(rows.frame.n_missing, rules),
        causes,
        groups: match &groups {
            Some(groups) => groups.levels.clone(),
            None => vec![Vec::new()],
        },
        strata: levels(strata),
        cells: table.cells().iter().map(SharedCell::of).collect(),
    })
}

impl SharedCell {
    fn of(cell: &EventCell) -> SharedCell {
        let EventCell { stratum, group, time, events, censored } = cell.clone();
        SharedCell { group, stratum, time, events, censored }
    }
}

/// The checked rows of the question.
fn frame(request: &Request, data: &Data) -> Result<Rows, Problem> {
    let rows = request.rows().expect("the plan was checked: its questions have rows");
    let frame = match request {
        Request::Cif(asked) => rows.competing(data, "cif", asked.causes.competing()?, true)?,
        Request::PlotCif(asked) => rows.competing(data, "cif", asked.causes.competing()?, true)?,
        _ => rows.rows_with(data, "km", rows.counting_options(true)?)?,
    };
    frame.refuse_model_terms()?;
    Ok(frame)
}

fn response(rows: &Rows) -> Result<(CompetingRisks, Vec<String>), Problem> {
    if rows.frame.competing.is_some() {
        let (response, events) = competing(&rows.frame)?;
        return Ok((response, events.causes.clone()));
    }
    let observations = rows.frame.observations()?.observations().clone();
    let codes: Vec<u32> = observations.event().iter().map(|&event| u32::from(event)).collect();
    let response = CompetingRisks::from_observations(observations, &codes, 1)?;
    Ok((response, vec![EVENT.to_owned()]))
}
