//! A model against a smaller one, whose terms are some of its own or are made from them.

use super::CoxRequest;
use crate::{Data, Problem};
use riskset::{CoxFit, CoxTest, DesignMatrix, Remedy};
use riskset_data::{Design, Formula, FrameOptions, ModelFrame, Table};

/// The likelihood-ratio test of a model against a nested one of the same rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Nested {
    /// The terms of the smaller model, as asked.
    pub against: String,
    /// Twice the gain in log likelihood; `None` when it has no finite value.
    pub test: Option<CoxTest>,
}

impl CoxRequest {
    /// The columns that the smaller model needs beside those of the model.
    pub(super) fn columns_of_smaller(&self, model: &Formula) -> Result<Vec<String>, Problem> {
        let Some(against) = &self.against else { return Ok(Vec::new()) };
        let formula = smaller(model, against)?;
        Ok(formula.variables().iter().flat_map(|variable| variable.expr.columns()).collect())
    }
}

/// The test, when asked for; the table is the one that the frame was made from.
pub(super) fn nested(
    request: &CoxRequest,
    table: Option<&Table>,
    frame: &ModelFrame,
    (design, fit): (&Design, &CoxFit),
) -> Result<Option<Nested>, Problem> {
    let (Some(against), Some(table)) = (&request.against, table) else { return Ok(None) };
    refuse_other_likelihoods(request, fit)?;
    let model = request.rows.parsed()?;
    let other = design_on(table, frame, &smaller(&model, against)?, design)?;
    let matrix = match other.names.is_empty() {
        true => DesignMatrix::empty(other.n_rows),
        false => DesignMatrix::from_shared(other.values.clone(), other.n_rows)?,
    };
    let smaller = request.model(frame).fit(frame.observations()?, &matrix)?;
    if [fit, &smaller].iter().any(|fit| !fit.converged()) {
        return Ok(Some(Nested { against: against.clone(), test: None }));
    }
    let test = fit.likelihood_ratio_test_against(&smaller).ok_or_else(|| {
        Problem::analysis(
            "the model has no more coefficients than the one it is compared with",
            Remedy::to("leave out at least one of its terms"),
        )
    })?;
    Ok(Some(Nested { against: against.clone(), test: Some(test) }))
}

/// The design of the smaller model on exactly the rows of the model, in whose terms it must lie.
fn design_on(
    table: &Table,
    frame: &ModelFrame,
    formula: &Formula,
    larger: &Design,
) -> Result<Design, Problem> {
    let rows = Data::rows_of(table, &frame.rows, Vec::new())?.read(None)?;
    let smaller = ModelFrame::build(&rows, formula, &FrameOptions::default())?;
    let design = smaller.design()?;
    refuse_not_nested(frame, larger, &smaller.rows, &design)?;
    if smaller.n < frame.n {
        let columns: Vec<&str> = smaller.missing.iter().map(|(name, _)| name.as_str()).collect();
        return Err(Problem::analysis(
            format!(
                "the models would be of different rows: `{}` of the smaller one is missing in {} of \
                 the {} rows of the model",
                columns.join("`, `"),
                frame.n - smaller.n,
                frame.n
            ),
            Remedy::to("leave out the rows that miss it from both"),
        ));
    }
    Ok(design)
}

/// How far a column may be from the combinations of others, as a part of its own length, and count
/// as one of them: rounding of sums of many rows stays far below.
const SPANNED: f64 = 1e-7;

/// Two models are nested when every column of the smaller is a combination of those of the larger;
/// what is constant within each stratum belongs to the baseline hazards.
fn refuse_not_nested(
    frame: &ModelFrame,
    larger: &Design,
    known: &[u32],
    other: &Design,
) -> Result<(), Problem> {
    let strata = frame.strata.as_ref().map(|strata| strata.groups.index());
    let stratum = |row: &u32| strata.map_or(0, |strata| strata[*row as usize] as usize);
    let strata: Vec<usize> = known.iter().map(stratum).collect();
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for column in 0..larger.n_columns() {
        let column = larger.column(column);
        let mut rest = centred(known.iter().map(|&row| column[row as usize]), &strata);
        let own = length(&rest);
        reduce(&mut rest, &basis);
        let left = length(&rest);
        if left > SPANNED * own {
            rest.iter_mut().for_each(|value| *value /= left);
            basis.push(rest);
        }
    }
    for column in 0..other.n_columns() {
        let mut rest = centred(other.column(column).iter().copied(), &strata);
        let own = length(&rest);
        reduce(&mut rest, &basis);
        if length(&rest) > SPANNED * own {
            return Err(Problem::analysis(
                format!(
                    "the models are not nested: `{}` of the smaller one is no combination of the \
                     terms of the model",
                    other.names[column]
                ),
                Remedy::AnyOf(vec![
                    Remedy::to(
                        "compare with some of the terms of the model, or with what they hold",
                    ),
                    Remedy::to("fit both models and compare their AIC"),
                ]),
            ));
        }
    }
    Ok(())
}

/// A column less its mean in each stratum.
fn centred(column: impl Iterator<Item = f64>, strata: &[usize]) -> Vec<f64> {
    let mut column: Vec<f64> = column.collect();
    let mut sums = vec![(0.0, 0.0); strata.iter().max().map_or(0, |last| last + 1)];
    for (value, &stratum) in column.iter().zip(strata) {
        sums[stratum] = (sums[stratum].0 + value, sums[stratum].1 + 1.0);
    }
    for (value, &stratum) in column.iter_mut().zip(strata) {
        *value -= sums[stratum].0 / sums[stratum].1;
    }
    column
}

fn length(column: &[f64]) -> f64 {
    column.iter().map(|value| value * value).sum::<f64>().sqrt()
}

/// Takes away what combinations of orthonormal columns can say of this one; twice, because what
/// rounding left of the first time may be as long as the rest itself.
fn reduce(column: &mut [f64], basis: &[Vec<f64>]) {
    for _ in 0..2 {
        for direction in basis {
            let share: f64 = column.iter().zip(direction).map(|(value, unit)| value * unit).sum();
            column.iter_mut().zip(direction).for_each(|(value, unit)| *value -= share * unit);
        }
    }
}

/// The ratio has its chi-square distribution only for independent rows and the likelihood itself.
fn refuse_other_likelihoods(request: &CoxRequest, fit: &CoxFit) -> Result<(), Problem> {
    if fit.is_robust() {
        return Err(Problem::analysis(
            "rows that depend on each other, or a robust variance, have no likelihood-ratio test",
            Remedy::to("read the joint Wald test of the terms instead"),
        ));
    }
    match request.firth {
        false => Ok(()),
        true => Err(Problem::analysis(
            "two penalised likelihoods differ in their penalties too, so their ratio is no test",
            Remedy::Unset("firth".into()),
        )),
    }
}

/// The smaller model with the response of the model; strata, clusters and offsets are those of the
/// model.
fn smaller(model: &Formula, against: &str) -> Result<Formula, Problem> {
    let right = against.trim().trim_start_matches('~');
    let response = model.text().split_once('~').map_or("", |(response, _)| response);
    let formula =
        Formula::parse(&format!("{response}~ {right}")).map_err(riskset_data::Error::from)?;
    let special = !formula.strata().is_empty()
        || formula.cluster().is_some()
        || !formula.offsets().is_empty();
    match special {
        false => Ok(formula),
        true => Err(Problem::request(
            "the model that is compared with has the strata, clusters and offsets of the model",
            Remedy::to("name only its terms"),
        )),
    }
}
