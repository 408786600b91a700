//! A model without covariates: it has a likelihood and a baseline, and nothing of coefficients.

use super::{CoxRequest, ResidualKind};
use crate::Problem;
use riskset::Remedy;
use riskset_data::Design;

/// Refuses what is said of covariates when there are none.
pub fn refuse_of_covariates(request: &CoxRequest, design: &Design) -> Result<(), Problem> {
    if !design.names.is_empty() {
        return Ok(());
    }
    let per_row =
        |kind: &&ResidualKind| matches!(kind, ResidualKind::Martingale | ResidualKind::Deviance);
    let by_column = request.residuals.iter().any(|kind| !per_row(&kind));
    let asked = [
        (request.firth, "firth", "Firth's penalty keeps coefficients finite"),
        (request.zph.is_some(), "zph", "proportional hazards are tested of covariates"),
        (request.against.is_some(), "against", "a smaller model has fewer covariates"),
        (by_column, "residuals", "only martingale and deviance residuals need no covariates"),
    ];
    match asked.into_iter().find(|(asked, ..)| *asked) {
        None => Ok(()),
        Some((_, field, why)) => Err(Problem::analysis(
            format!("the formula has no covariates, and {why}"),
            Remedy::AnyOf(vec![
                Remedy::to("write at least one column right of ~"),
                Remedy::Unset(field.into()),
            ]),
        )),
    }
}
