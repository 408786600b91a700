//! A model against one with some of its terms.

use super::CoxRequest;
use crate::Problem;
use riskset::{CoxFit, CoxTest, DesignMatrix, Remedy};
use riskset_data::{Formula, ModelFrame};

/// The likelihood-ratio test of a model against a nested one of the same rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Nested {
    /// The terms of the smaller model, as asked.
    pub against: String,
    /// Twice the gain in log likelihood; `None` when it has no finite value.
    pub test: Option<CoxTest>,
}

/// The test, when asked for.
pub fn nested(
    request: &CoxRequest,
    frame: &ModelFrame,
    fit: &CoxFit,
) -> Result<Option<Nested>, Problem> {
    let Some(against) = &request.against else { return Ok(None) };
    refuse_other_likelihoods(request, fit)?;
    let formula = terms(against)?;
    let kept = frame.terms_named(&formula).map_err(|term| {
        Problem::analysis(
            format!("the models are not nested: the model does not have `{term}`"),
            Remedy::to("compare with some of the terms of the model"),
        )
    })?;
    let design = frame.design_of(&kept)?;
    let matrix = match design.names.is_empty() {
        true => DesignMatrix::empty(design.n_rows),
        false => DesignMatrix::from_shared(design.values.clone(), design.n_rows)?,
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

/// The right-hand side alone; strata, clusters and offsets are those of the model.
fn terms(against: &str) -> Result<Formula, Problem> {
    let right = against.trim().trim_start_matches('~');
    let formula = Formula::parse(&format!("y ~ {right}")).map_err(riskset_data::Error::from)?;
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
