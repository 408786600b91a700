//! Conditional logistic regression of matched sets.
//!
//! The exact partial likelihood of a Cox model in which every row has the same time and every set is a
//! stratum. A set without a case, or without one who is none, says nothing and is left out.

use crate::{About, Data, Doubt, Problem, RowsRequest};
use riskset::{CoxFit, CoxModel, DesignMatrix, Groups, Remedy, RightCensored, Ties};
use riskset_data::{Design, FrameDoubt, ModelFrame};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A conditional logistic regression: `case ~ x + strata(set)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct ClogitRequest {
    /// Data, model and rows.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Level of the confidence intervals, as a fraction.
    pub conf_level: f64,
    /// How several cases of one set enter the likelihood: `exact` is the conditional likelihood, the
    /// others approximate it. With one case a set they are the same.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<Ties>")]
    pub ties: Ties,
}

impl Default for ClogitRequest {
    fn default() -> ClogitRequest {
        ClogitRequest { rows: RowsRequest::default(), conf_level: 0.95, ties: Ties::Exact }
    }
}

/// A conditional logistic regression.
#[derive(Debug)]
pub struct ClogitAnswer {
    /// Rows and doubts; the rows are all that were read, also those of sets that say nothing.
    pub about: About,
    /// What was asked.
    pub request: ClogitRequest,
    /// The fit of the sets that say something.
    pub fit: CoxFit,
    /// The names of its columns and their terms.
    pub design: Design,
    /// The columns whose levels are the sets.
    pub strata: Vec<String>,
    /// The sets.
    pub sets: MatchedSets,
}

/// Matched sets, by whether they say something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MatchedSets {
    /// Sets with a case and one who is none.
    pub used: usize,
    /// Their rows.
    pub rows: usize,
    /// Their cases.
    pub cases: usize,
    /// The most cases of one set.
    pub most_cases: usize,
    /// Sets without a case.
    pub without_case: usize,
    /// Sets of cases alone.
    pub cases_alone: usize,
    /// Rows of sets that say nothing.
    pub rows_left_out: usize,
}

impl ClogitRequest {
    /// Fits the model.
    pub(crate) fn run(&self, data: &Data) -> Result<ClogitAnswer, Problem> {
        let rows = self.rows.rows(data, "clogit")?;
        let frame = &rows.frame;
        refuse(frame)?;
        let case = frame.outcome().map_err(|_| {
            Problem::analysis(
                "the formula has a time, and matched sets have none",
                Remedy::Write("case ~ x + strata(set)".to_owned()),
            )
        })?;
        let Some(strata) = &frame.strata else {
            return Err(Problem::analysis(
                "the formula names no sets, within which cases are compared",
                Remedy::Write("case ~ x + strata(set)".to_owned()),
            ));
        };
        let (sets, kept) = matched(case, &strata.groups);
        if sets.used == 0 {
            return Err(Problem::analysis(
                "no set has both a case and one who is none, so there is nothing to compare",
                Remedy::to("check which column names the sets, and which the cases"),
            ));
        }
        let design = frame.design()?;
        let fit = self.fit(&design, case, &strata.groups, &kept)?;
        let strata = crate::rows::column_names(Some(strata));
        let mut about = rows.about;
        // Nobody is censored in a matched set, and its rows are meant to belong together.
        about.balance = None;
        about.doubts.retain(|doubt| match doubt {
            Doubt::Frame(FrameDoubt::RepeatedIds { column, .. }) => !strata.contains(column),
            _ => true,
        });
        if sets.rows_left_out > 0 {
            about.doubt(Doubt::SetsSayNothing {
                without_case: sets.without_case,
                cases_alone: sets.cases_alone,
                rows: sets.rows_left_out,
            });
        }
        about.doubts.extend(Doubt::of_fit(&fit, &design.names));
        Ok(ClogitAnswer { about, request: self.clone(), fit, design, strata, sets })
    }

    fn fit(
        &self,
        design: &Design,
        case: &[bool],
        groups: &Groups,
        kept: &[usize],
    ) -> Result<CoxFit, Problem> {
        if design.names.is_empty() {
            return Err(Problem::analysis(
                "the formula names no covariates",
                Remedy::to("name at least one column beside strata()"),
            ));
        }
        let column = |at: usize| kept.iter().map(move |&row| design.column(at)[row]);
        let values = (0..design.names.len()).flat_map(column).collect();
        let matrix = DesignMatrix::from_columns(values, kept.len())?;
        let events: Vec<bool> = kept.iter().map(|&row| case[row]).collect();
        let response = RightCensored::new(&vec![1.0; kept.len()], &events)?;
        let (index, count) = renumbered(groups, kept);
        let strata = Groups::new(index, count)?;
        let model = CoxModel::default().ties(self.ties).conf_level(self.conf_level);
        Ok(model.strata(&strata).fit(&response, &matrix)?)
    }
}

fn refuse(frame: &ModelFrame) -> Result<(), Problem> {
    if frame.cluster.is_some() || frame.offset.is_some() {
        let what = "cluster() and offset() have no use in a conditional logistic regression";
        return Err(Problem::analysis(what, Remedy::to("leave them out")));
    }
    match frame.weights {
        Some(_) => Err(Problem::request(
            "a matched set is compared once, and takes no case weights",
            Remedy::Unset("weights".into()),
        )),
        None => Ok(()),
    }
}

/// The sets, and the rows of those that say something, in data order.
fn matched(case: &[bool], groups: &Groups) -> (MatchedSets, Vec<usize>) {
    let mut counts = vec![(0, 0); groups.count()]; // rows and cases
    for (&group, &case) in groups.index().iter().zip(case) {
        let own = &mut counts[group as usize];
        *own = (own.0 + 1, own.1 + usize::from(case));
    }
    let mut sets = MatchedSets::default();
    for &(rows, cases) in &counts {
        match (rows, cases) {
            (rows, 0) => {
                sets.without_case += 1;
                sets.rows_left_out += rows;
            }
            (rows, cases) if rows == cases => {
                sets.cases_alone += 1;
                sets.rows_left_out += rows;
            }
            (rows, cases) => {
                sets.used += 1;
                sets.rows += rows;
                sets.cases += cases;
                sets.most_cases = sets.most_cases.max(cases);
            }
        }
    }
    let says = |row: &usize| {
        let (rows, cases) = counts[groups.index()[*row] as usize];
        cases > 0 && cases < rows
    };
    (sets, (0..case.len()).filter(says).collect())
}

/// The groups of some rows, numbered without gaps in the order of their first rows, and how many.
fn renumbered(groups: &Groups, rows: &[usize]) -> (Vec<u32>, usize) {
    let mut number: Vec<Option<u32>> = vec![None; groups.count()];
    let mut count = 0;
    let of = |&row: &usize| {
        *number[groups.index()[row] as usize].get_or_insert_with(|| {
            count += 1;
            count - 1
        })
    };
    let index = rows.iter().map(of).collect();
    (index, count as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_without_contrast_are_left_out() {
        let groups = Groups::new(vec![0, 0, 1, 1, 2, 2, 2], 3).unwrap();
        let case = [true, true, false, true, false, false, false];
        let (sets, kept) = matched(&case, &groups);
        assert_eq!((sets.used, sets.rows, sets.cases, sets.most_cases), (1, 2, 1, 1));
        assert_eq!((sets.without_case, sets.cases_alone, sets.rows_left_out), (1, 1, 5));
        assert_eq!(kept, [2, 3]);
        assert_eq!(renumbered(&groups, &[5, 2, 3]), (vec![0, 1, 1], 2));
    }
}
