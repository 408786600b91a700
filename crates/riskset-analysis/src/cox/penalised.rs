//! Cox models with terms that hold coefficients back: `ridge()`, `pspline()`, `frailty()`.

use super::CoxRequest;
use crate::{About, Doubt, Problem};
use riskset::{
    CoxFit, CoxModel, DesignMatrix, Frailty, FrailtyFit, PenalisedFit, PenalisedTest, Remedy,
    ShrunkTerm,
};
use riskset_data::{Design, ModelFrame};

/// What penalties did to a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Penalised {
    /// The terms of `ridge()` and then of `pspline()`, as the formula writes them.
    pub terms: Vec<(String, ShrunkTerm)>,
    /// The frailty, when there is one.
    pub frailty: Option<FrailtyAnswer>,
    /// The square root of the diagonal of V2, by column of the design: the standard error of the estimate
    /// itself, without the bias that the penalty brings.
    pub second_std_error: Vec<f64>,
    /// Effective degrees of freedom of each column without a penalty; `None` with one.
    pub column_df: Vec<Option<f64>>,
    /// Effective degrees of freedom of the whole model.
    pub df: f64,
    /// What the penalties take from the log partial likelihood.
    pub penalty: f64,
    /// Twice the gain of the log partial likelihood, on the effective degrees of freedom.
    pub likelihood_ratio: Option<PenalisedTest>,
    /// Akaike's criterion with the effective degrees of freedom.
    pub aic: f64,
}

/// A frailty with its groups.
#[derive(Clone, Debug, PartialEq)]
pub struct FrailtyAnswer {
    /// The term, as the formula writes it.
    pub term: String,
    /// The groups, in the order of `fit.log_frailty`.
    pub groups: Vec<String>,
    /// The fit.
    pub fit: FrailtyFit,
}

impl Penalised {
    /// The test of all coefficients of a penalised spline; `None` for another term.
    pub fn test_of(&self, term: &str) -> Option<PenalisedTest> {
        self.terms.iter().find(|(name, _)| name == term)?.1.test
    }
}

/// Fits a model, with the penalties of its terms when there are some.
pub(crate) fn fit(
    frame: &ModelFrame,
    design: &Design,
    matrix: &DesignMatrix,
    model: &CoxModel<'_>,
) -> Result<(CoxFit, Option<Penalised>), Problem> {
    let response = frame.observations()?;
    if !frame.is_penalised() {
        return Ok((model.fit(response, matrix)?, None));
    }
    let (names, shrinkages): (Vec<String>, Vec<_>) = frame.shrinkages(design).into_iter().unzip();
    let frailty = frame.frailty_term().zip(frame.frailty.as_ref()).map(|(term, groups)| Frailty {
        groups: &groups.groups,
        distribution: term.distribution,
        variance: term.variance,
    });
    let found = model.fit_penalised(response, matrix, &shrinkages, frailty)?;
    let (likelihood_ratio, aic) = (found.likelihood_ratio_test(), found.aic());
    let PenalisedFit { fit, second_variance, terms, frailty, column_df, df, penalty, .. } = found;
    let q = column_df.len();
    let frailty = frailty.zip(frame.frailty_term().zip(frame.frailty.as_ref()));
    let penalised = Penalised {
        terms: names.into_iter().zip(terms).collect(),
        frailty: frailty.map(|(fit, (term, groups))| FrailtyAnswer {
            term: term.written(),
            groups: groups.labels.clone(),
            fit,
        }),
        second_std_error: (0..q).map(|at| second_variance[at * q + at].max(0.0).sqrt()).collect(),
        column_df,
        df,
        penalty,
        likelihood_ratio,
        aic,
    };
    Ok((fit, Some(penalised)))
}

/// Fewer events than this for each effective degree of freedom are few.
const FEW: f64 = 10.0;

/// A penalised model uses as many events as the effective degrees of freedom of its columns ask for, not
/// their number.
pub(crate) fn doubt_events(about: &mut About, fit: &CoxFit, penalised: Option<&Penalised>) {
    let Some(penalised) = penalised else { return };
    about.doubts.retain(|doubt| !matches!(doubt, Doubt::FewEvents { .. }));
    let events = fit.n_events();
    // Frailties are drawn from a distribution of which one number is estimated.
    let frailty = penalised.frailty.as_ref().map_or(0.0, |frailty| frailty.fit.df);
    let used = penalised.df - frailty;
    if (events as f64) < FEW * used {
        let parameters = used.round().max(1.0) as usize;
        about.doubt(Doubt::FewEvents { events, parameters });
    }
}

impl CoxRequest {
    /// What is not derived for penalised likelihoods.
    pub(super) fn refuse_with_penalties(&self, frame: &ModelFrame) -> Result<(), Problem> {
        if !frame.is_penalised() {
            return Ok(());
        }
        let frailty = frame.frailty.is_some();
        let asked = [
            ("firth", self.firth),
            ("robust", self.robust),
            ("zph", self.zph.is_some()),
            ("residuals", !self.residuals.is_empty()),
            ("against", self.against.is_some()),
            ("explain", self.explain),
            ("save_model", self.save_model),
            ("periods", !self.over_time.periods.is_empty()),
            ("average", self.over_time.average),
            ("predict", frailty && self.predict.is_some()),
            ("baseline", frailty && self.baseline),
        ];
        match asked.into_iter().find(|(_, set)| *set) {
            None => Ok(()),
            Some((field, _)) => Err(Problem::request(
                format!("`{field}` is of a model without ridge(), pspline() and frailty()"),
                Remedy::AnyOf(vec![
                    Remedy::Unset(field.into()),
                    Remedy::to("write the terms without a penalty, and cluster(id) for a frailty"),
                ]),
            )),
        }
    }
}
