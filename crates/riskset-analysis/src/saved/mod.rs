//! A fitted model as a file: what predictions need, and what its reader has to know of the rows that
//! made it. The rows themselves are not in it, but the mean of every risk set is: a model of few
//! patients says something of each of them.

mod file;
mod incidence;
mod read;
mod validation;

pub use file::{
    SavedBasis, SavedCoefficient, SavedCovariate, SavedIncidence, SavedMeasure, SavedModel,
    SavedStratum, SavedValidation,
};
pub(crate) use incidence::FineGrayMade;
pub(crate) use read::{Model, Predictor};
pub(crate) use validation::validations;

use crate::{About, Problem};
use riskset::{Basis, CoxFit, CurveBasis, PredictorParts, Remedy, StratumHazard};
use riskset_data::{Coding, Covariate, ModelFrame};

/// What the schema of a file of this kind is called.
pub(crate) const SCHEMA: &str = "riskset.model/1";

impl SavedModel {
    /// The file of a fit.
    ///
    /// # Errors
    ///
    /// A [`Problem`] where the fit predicts nothing: a coefficient at infinity, exact ties, an effect
    /// that changes with time.
    pub(crate) fn of(
        about: &About,
        frame: &ModelFrame,
        fit: &CoxFit,
    ) -> Result<SavedModel, Problem> {
        let coding = frame.coding()?;
        let predictor = fit.predictor()?;
        let parts = predictor.parts();
        let concordance = match coding.names().is_empty() {
            true => None,
            false => fit.concordance(Default::default())?.estimate,
        };
        Ok(SavedModel {
            schema: SCHEMA.to_owned(),
            program: concat!("riskset ", env!("CARGO_PKG_VERSION")).to_owned(),
            formula: about.formula.clone(),
            data: about.data.clone(),
            subset: about.subset.clone(),
            landmark: about.landmark.map(|landmark| landmark.time),
            n: about.n,
            n_missing: about.n_missing,
            events: fit.n_events(),
            ties: fit.ties().name().to_owned(),
            penalty: fit.penalty().map(|_| "firth".to_owned()),
            robust: fit.is_robust(),
            offset: frame.offset.is_some(),
            conf_level: fit.conf_level(),
            concordance,
            covariates: covariates(&coding)?,
            coefficients: coefficients(&coding, (&parts.kept, &parts.beta, &parts.means)),
            variance: chunks(&parts.variance, parts.kept.len()),
            strata: strata(&coding, parts),
            incidence: None,
            validation: Vec::new(),
        })
    }

    /// The file as text.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a model is always JSON") + "\n"
    }
}

/// An effect that changes with time has no one coefficient to keep.
pub(crate) fn refuse_over_time(over_time: bool) -> Result<(), Problem> {
    match over_time {
        false => Ok(()),
        true => Err(Problem::request(
            "tv() in the formula is an effect that changes with time, and a saved model holds none",
            Remedy::Unset("save_model".into()),
        )),
    }
}

fn covariates(coding: &Coding) -> Result<Vec<SavedCovariate>, Problem> {
    let covariate = |(name, seen): (&str, &Covariate)| {
        let name = name.to_owned();
        Ok(match seen {
            Covariate::Number(seen) => SavedCovariate::Number {
                name,
                mean: seen.mean,
                std_dev: seen.std_dev,
                min: seen.least,
                max: seen.greatest,
            },
            Covariate::Curve(seen, basis) => SavedCovariate::Curve {
                basis: saved_basis(&name, basis)?,
                name,
                mean: seen.mean,
                std_dev: seen.std_dev,
                min: seen.least,
                max: seen.greatest,
            },
            Covariate::Levels(levels) => SavedCovariate::Levels { name, levels: levels.clone() },
        })
    };
    coding.covariates().map(covariate).collect()
}

/// What a curve is made of again; an orthogonal polynomial is that of its rows alone.
fn saved_basis(name: &str, basis: &CurveBasis) -> Result<SavedBasis, Problem> {
    Ok(match basis {
        CurveBasis::Restricted(basis) => SavedBasis::Restricted { knots: basis.knots().to_vec() },
        CurveBasis::Natural(basis) => {
            let (knots, boundary) = basis.knots();
            SavedBasis::Natural { knots: knots.to_vec(), boundary }
        }
        CurveBasis::Powers(_) => SavedBasis::Powers { degree: basis.design(&[0.0]).len() },
        _ => {
            return Err(Problem::analysis(
                format!("`{name}` is an orthogonal polynomial, which a saved model does not hold"),
                Remedy::Write("poly(x, 2, raw = TRUE)".to_owned()),
            ));
        }
    })
}

/// Each column of the design with its coefficient and mean, which are those of the columns `kept`.
fn coefficients(
    coding: &Coding,
    (kept, beta, means): (&[usize], &[f64], &[f64]),
) -> Vec<SavedCoefficient> {
    let coefficient = |(column, term): (usize, String)| {
        let place = kept.iter().position(|&kept| kept == column);
        SavedCoefficient {
            term,
            estimate: place.map(|place| beta[place]),
            mean: place.map(|place| means[place]),
        }
    };
    coding.names().into_iter().enumerate().map(coefficient).collect()
}

fn strata(coding: &Coding, parts: &PredictorParts) -> Vec<SavedStratum> {
    let values = coding.strata();
    let stratum = |(index, hazard): (usize, &StratumHazard)| SavedStratum {
        values: values.get(index).cloned().unwrap_or_default(),
        center: hazard.center.clone(),
        offset: hazard.offset,
        time: hazard.time.clone(),
        steps: hazard.steps.clone(),
        hazard: hazard.hazard.clone(),
        variance: hazard.variance.clone(),
        means: hazard.means.clone(),
    };
    parts.strata.iter().enumerate().map(stratum).collect()
}

/// The rows of a square matrix; none of one without coefficients.
fn chunks(matrix: &[f64], size: usize) -> Vec<Vec<f64>> {
    matrix.chunks(size.max(1)).map(<[f64]>::to_vec).collect()
}
