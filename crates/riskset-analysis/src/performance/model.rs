//! A fitted model, its predictions, and what they are worth.

use super::PerformanceRequest;
use super::measures::{self, Measures};
use super::validate::{self, Validation};
use crate::cox::doubt_fit;
use crate::{About, Problem};
use riskset::{
    Baseline, BaselineAt, CoxFit, CoxModel, DesignMatrix, Fitted, NetBenefit, Observations, Remedy,
    net_benefit,
};
use riskset_data::ModelFrame;

/// What one model is worth.
#[derive(Clone, Debug)]
pub struct ModelPerformance {
    /// Its terms as written.
    pub terms: String,
    /// Its coefficients.
    pub parameters: usize,
    /// Akaike's criterion of the rows that made it.
    pub aic: Option<f64>,
    /// The Bayesian criterion with the number of events.
    pub bic: Option<f64>,
    /// The linear predictor of each row that it is judged on.
    pub predictor: Vec<f64>,
    /// Predicted risks, `[time * rows + row]`.
    pub risks: Vec<f64>,
    /// Discrimination, accuracy and calibration.
    pub measures: Measures,
    /// The net benefit at the thresholds asked for, at the first time.
    pub net_benefit: Vec<NetBenefit>,
    /// Corrected for optimism by the bootstrap, when asked for.
    pub bootstrap: Option<Validation>,
    /// By cross-validation, when asked for.
    pub cross_validation: Option<Validation>,
}

/// A model that was made.
pub struct Made {
    pub fit: CoxFit,
    pub matrix: DesignMatrix,
    rows: Observations,
}

impl Made {
    pub fn of(
        request: &PerformanceRequest,
        frame: &ModelFrame,
        about: &mut About,
    ) -> Result<Made, Problem> {
        let design = frame.design()?;
        if design.names.is_empty() {
            return Err(Problem::analysis(
                "a model without covariates predicts the same for everybody",
                Remedy::to("name at least one column right of ~"),
            ));
        }
        let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)?;
        let rows = frame.observations()?.clone();
        let fit = fitted(request, &rows, &matrix)?;
        doubt_fit(about, &fit, &design);
        if fit.any_infinite() || !fit.converged() {
            return Err(Problem::analysis(
                "a coefficient of the model has no finite estimate, so there are no predictions",
                Remedy::to("combine levels or use fewer terms"),
            ));
        }
        Ok(Made { fit, matrix, rows })
    }

    /// What the model is worth on some rows.
    pub fn judged(
        &self,
        request: &PerformanceRequest,
        terms: String,
        rows: &Observations,
        design: &DesignMatrix,
    ) -> Result<ModelPerformance, Problem> {
        let predicted = Predicted::of(&self.fit, design, &request.times)?;
        let measures = measures::measures(request, rows, &predicted)?;
        let first = &predicted.risks[..rows.len()];
        let net_benefit = net_benefit(rows, request.times[0], first, &request.thresholds)?;
        let told = |fitted: &&Fitted| !matches!(fitted, Fitted::Aliased(_));
        Ok(ModelPerformance {
            terms,
            parameters: self.fit.coefficients().iter().filter(told).count(),
            aic: self.fit.aic(),
            bic: self.fit.bic(),
            bootstrap: validate::bootstrap(request, &self.rows, &self.matrix)?,
            cross_validation: validate::cross(request, &self.rows, &self.matrix)?,
            predictor: predicted.predictor,
            risks: predicted.risks,
            measures,
            net_benefit,
        })
    }
}

/// A fit by the options of the request.
pub fn fitted(
    request: &PerformanceRequest,
    rows: &Observations,
    design: &DesignMatrix,
) -> Result<CoxFit, riskset::Error> {
    CoxModel::default().ties(request.ties).conf_level(request.conf_level).fit(rows, design)
}

/// What a model says of some rows.
pub struct Predicted {
    /// The linear predictor against the mean of the rows that made the model.
    pub predictor: Vec<f64>,
    /// The risk by each time: `[time * rows + row]`.
    pub risks: Vec<f64>,
    /// The log of the baseline's cumulative hazard by each time: with the linear predictor it is
    /// log(-log(1 - risk)).
    pub log_hazards: Vec<f64>,
}

impl Predicted {
    pub fn of(fit: &CoxFit, design: &DesignMatrix, times: &[f64]) -> Result<Predicted, Problem> {
        let predictors = fit.linear_predictors(design, BaselineAt::Mean)?;
        let predictor: Vec<f64> = predictors.iter().map(|one| one.estimate).collect();
        let baseline = fit.baseline(BaselineAt::Mean)?.pop();
        let baseline = baseline.expect("a fit without strata has one baseline");
        let mut risks = Vec::with_capacity(times.len() * predictor.len());
        let mut log_hazards = Vec::with_capacity(times.len());
        for &time in times {
            let hazard = hazard_at(&baseline, time).ok_or_else(|| beyond(&baseline, time))?;
            risks.extend(predictor.iter().map(|x| -(-hazard * x.exp()).exp_m1()));
            log_hazards.push(hazard.ln());
        }
        Ok(Predicted { predictor, risks, log_hazards })
    }
}

/// The cumulative hazard at a time: 0 before the first, unknown after the last.
fn hazard_at(baseline: &Baseline, time: f64) -> Option<f64> {
    if baseline.time.last().is_none_or(|&last| time > last) {
        return None;
    }
    let passed = baseline.time.partition_point(|&at| at <= time);
    Some(passed.checked_sub(1).map_or(0.0, |place| baseline.cumulative_hazard[place]))
}

fn beyond(baseline: &Baseline, time: f64) -> Problem {
    let last = baseline.time.last().copied().unwrap_or(0.0);
    Problem::analysis(
        format!("the rows that made the model end at {last}, so it has no risk by {time}"),
        Remedy::to(format!("ask for times up to {last}")),
    )
}
