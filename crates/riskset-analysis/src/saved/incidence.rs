//! A Fine-Gray model as a file.

use super::{SCHEMA, SavedIncidence, SavedModel, chunks, coefficients, covariates};
use crate::{About, CauseRequest, Problem};
use riskset::{
    CompetingRisks, ConcordanceIndex, DesignMatrix, FineGrayFit, IncidencePredictor, Response,
};
use riskset_data::ModelFrame;

/// A Fine-Gray model with the rows that made it.
pub(crate) struct FineGrayMade<'a> {
    pub fit: &'a FineGrayFit,
    pub predictor: &'a IncidencePredictor,
    pub response: &'a CompetingRisks,
    pub matrix: &'a DesignMatrix,
    pub causes: &'a CauseRequest,
}

impl SavedModel {
    /// The file of a model of an incidence.
    ///
    /// # Errors
    ///
    /// A [`Problem`] for a term whose columns are those of its rows alone.
    pub(crate) fn of_incidence(
        about: &About,
        frame: &ModelFrame,
        made: &FineGrayMade,
    ) -> Result<SavedModel, Problem> {
        let coding = frame.coding()?;
        let (fit, parts) = (made.fit, made.predictor.parts());
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
            ties: "breslow".to_owned(),
            penalty: None,
            robust: true,
            offset: false,
            conf_level: parts.conf_level,
            concordance: concordance(made)?,
            covariates: covariates(&coding)?,
            coefficients: coefficients(&coding, (&parts.kept, &parts.beta, &parts.means)),
            variance: chunks(&parts.variance, parts.kept.len()),
            strata: Vec::new(),
            incidence: Some(SavedIncidence {
                model: "fine-gray".to_owned(),
                cause: made.causes.cause.clone(),
                censor: made.causes.censor.clone(),
                competing: made.response.observations().n_events() - fit.n_events(),
                center: parts.center.clone(),
                time: parts.time.clone(),
                hazard: parts.hazard.clone(),
                log_variance: parts.log_variance.clone(),
                log_covariance: parts.log_covariance.clone(),
                last: parts.last,
            }),
            validation: Vec::new(),
        })
    }
}

/// Harrell's concordance, in which whoever met another cause is compared as well.
fn concordance(made: &FineGrayMade) -> Result<Option<f64>, Problem> {
    if made.matrix.columns() == 0 {
        return Ok(None);
    }
    let scores = made.fit.linear_predictors(made.matrix)?;
    let index = ConcordanceIndex::default();
    Ok(index.of_incidence(made.response, made.fit.cause(), &scores)?.estimate)
}
