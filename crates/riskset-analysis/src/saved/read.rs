//! A file of a model, read again and checked: it may have been written by hand, or be another file.

use super::{SCHEMA, SavedBasis, SavedCovariate, SavedIncidence, SavedModel, SavedStratum};
use crate::Problem;
use riskset::{
    CoxPredictor, CurveBasis, IncidenceParts, IncidencePredictor, NaturalCubic, Powers,
    PredictorParts, Remedy, RestrictedCubic, StratumHazard,
};
use riskset_data::{Coding, Covariate, Formula, NumberSeen};
use serde_json::Value;

/// A model that predicts.
pub(crate) struct Model {
    /// The file.
    pub saved: SavedModel,
    /// Its coefficients and hazards.
    pub predictor: Predictor,
    /// How its covariates are made of columns.
    pub coding: Coding,
}

/// What a file predicts.
pub(crate) enum Predictor {
    /// Survival, by a Cox model.
    Survival(CoxPredictor),
    /// The incidence of a cause.
    Incidence(IncidencePredictor),
}

impl Model {
    /// Reads a file; `name` is what messages call it.
    pub fn from_json(text: &str, name: &str) -> Result<Model, Problem> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| none(name, format!("it is no JSON ({error})")))?;
        match value.get("schema").and_then(Value::as_str) {
            Some(SCHEMA) => {}
            Some(other) => return Err(none(name, format!("its `schema` is `{other}`"))),
            None => return Err(none(name, "it has no `schema`".to_owned())),
        }
        let saved: SavedModel = serde_json::from_value(value)
            .map_err(|error| broken(name, &format!("it cannot be read: {error}")))?;
        let predictor = predictor(&saved).map_err(|error| broken(name, &error.to_string()))?;
        let coding = coding(&saved)
            .ok_or_else(|| broken(name, "its covariates or strata are not those of its formula"))?;
        let terms = saved.coefficients.iter().map(|one| &one.term);
        let baselines = match saved.incidence {
            None => coding.strata().len().max(1),
            Some(_) => 0,
        };
        let same_strata = baselines == saved.strata.len();
        if !terms.eq(&coding.names()) || !same_strata {
            return Err(broken(name, "its coefficients or strata are not those of its formula"));
        }
        Ok(Model { saved, predictor, coding })
    }
}

/// A file of another kind.
fn none(name: &str, why: String) -> Problem {
    Problem::analysis(
        format!("{name} is no saved model: {why}"),
        Remedy::to("check the name; `save_model` of a Cox or Fine-Gray model makes such a file"),
    )
}

/// A file of this kind that was changed.
fn broken(name: &str, why: &str) -> Problem {
    Problem::analysis(
        format!("{name} is a saved model that does not hold together: {why}"),
        Remedy::to("save the model anew from its data"),
    )
}

fn predictor(saved: &SavedModel) -> Result<Predictor, riskset::Error> {
    match &saved.incidence {
        None => cox(saved).map(Predictor::Survival),
        Some(incidence) => of_incidence(saved, incidence).map(Predictor::Incidence),
    }
}

/// The columns that have a coefficient.
fn kept(saved: &SavedModel) -> Vec<usize> {
    let columns = saved.coefficients.iter().enumerate();
    columns.filter(|(_, one)| one.estimate.is_some()).map(|(column, _)| column).collect()
}

fn of_incidence(
    saved: &SavedModel,
    incidence: &SavedIncidence,
) -> Result<IncidencePredictor, riskset::Error> {
    IncidencePredictor::new(IncidenceParts {
        columns: saved.coefficients.len(),
        kept: kept(saved),
        beta: saved.coefficients.iter().filter_map(|one| one.estimate).collect(),
        means: saved.coefficients.iter().filter_map(|one| one.mean).collect(),
        variance: saved.variance.concat(),
        conf_level: saved.conf_level,
        center: incidence.center.clone(),
        time: incidence.time.clone(),
        hazard: incidence.hazard.clone(),
        log_variance: incidence.log_variance.clone(),
        log_covariance: incidence.log_covariance.clone(),
        last: incidence.last,
    })
}

fn cox(saved: &SavedModel) -> Result<CoxPredictor, riskset::Error> {
    CoxPredictor::new(PredictorParts {
        columns: saved.coefficients.len(),
        kept: kept(saved),
        beta: saved.coefficients.iter().filter_map(|one| one.estimate).collect(),
        means: saved.coefficients.iter().filter_map(|one| one.mean).collect(),
        variance: saved.variance.concat(),
        conf_level: saved.conf_level,
        strata: saved.strata.iter().map(hazard).collect(),
    })
}

fn hazard(stratum: &SavedStratum) -> StratumHazard {
    StratumHazard {
        time: stratum.time.clone(),
        steps: stratum.steps.clone(),
        center: stratum.center.clone(),
        offset: stratum.offset,
        hazard: stratum.hazard.clone(),
        variance: stratum.variance.clone(),
        means: stratum.means.clone(),
    }
}

/// `None` where the covariates are not those of the formula.
fn coding(saved: &SavedModel) -> Option<Coding> {
    let formula = Formula::parse(&saved.formula).ok()?;
    let names = formula.variables().iter().map(|variable| variable.name.as_str());
    if !names.eq(saved.covariates.iter().map(SavedCovariate::name)) {
        return None;
    }
    let covariates = saved.covariates.iter().map(covariate).collect::<Option<Vec<Covariate>>>()?;
    let strata = saved.strata.iter().map(|stratum| stratum.values.clone());
    let strata = strata.filter(|values| !values.is_empty()).collect();
    Coding::kept(&formula, covariates, strata)
}

/// `None` for a basis that no knots can have.
fn covariate(covariate: &SavedCovariate) -> Option<Covariate> {
    let seen = |mean: f64, std_dev: f64, least: f64, greatest: f64| NumberSeen {
        mean,
        std_dev,
        least,
        greatest,
    };
    Some(match covariate {
        &SavedCovariate::Number { mean, std_dev, min, max, .. } => {
            Covariate::Number(seen(mean, std_dev, min, max))
        }
        &SavedCovariate::Curve { mean, std_dev, min, max, ref basis, .. } => {
            let basis = match basis {
                SavedBasis::Restricted { knots } => {
                    CurveBasis::Restricted(RestrictedCubic::with_knots(knots).ok()?)
                }
                SavedBasis::Natural { knots, boundary } => {
                    CurveBasis::Natural(NaturalCubic::with_knots(knots, *boundary).ok()?)
                }
                SavedBasis::Powers { degree } => CurveBasis::Powers(Powers::new(*degree).ok()?),
            };
            Covariate::Curve(seen(mean, std_dev, min, max), basis)
        }
        SavedCovariate::Levels { levels, .. } => Covariate::Levels(levels.clone()),
    })
}

impl SavedCovariate {
    /// The variable as the formula has it.
    pub fn name(&self) -> &str {
        match self {
            SavedCovariate::Number { name, .. }
            | SavedCovariate::Curve { name, .. }
            | SavedCovariate::Levels { name, .. } => name,
        }
    }
}
