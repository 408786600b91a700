//! A fitted model, its predictions, and what they are worth.

use super::PerformanceRequest;
use super::fits::{Fit, beyond};
use super::measures::{self, Measures};
use super::outcome::Outcome;
use super::validate::{self, Validation};
use crate::incidence::predictor;
use crate::saved::{FineGrayMade, SavedModel};
use crate::{About, Problem};
use riskset::{Baseline, BaselineAt, DesignMatrix, FineGray, NetBenefit, Remedy};
use riskset_data::ModelFrame;

/// What one model is worth.
#[derive(Clone, Debug)]
pub struct ModelPerformance {
    /// Its terms as written.
    pub terms: String,
    /// Its coefficients.
    pub parameters: usize,
    /// Akaike's criterion of the rows that made it; `None` for a Fine-Gray model.
    pub aic: Option<f64>,
    /// The Bayesian criterion with the number of events; `None` with competing risks.
    pub bic: Option<f64>,
    /// What orders the rows that it is judged on: the linear predictor; of cause-specific models the
    /// incidence by the last time.
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
    pub fit: Fit,
    pub matrix: DesignMatrix,
    rows: Outcome,
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
        let rows = Outcome::of(frame)?;
        let fit = Fit::of(request, &rows, &matrix)?;
        about.doubts.extend(fit.doubts(&design.names));
        if !fit.predicts() {
            let (events, columns) = (fit.n_events(), fit.parameters());
            return Err(Problem::analysis(
                format!(
                    "a coefficient of the model has no finite estimate, so there are no predictions: it \
                     has {columns} coefficients for {events} events"
                ),
                Remedy::to("combine levels or use fewer terms"),
            ));
        }
        if fit.parameters() == 0 {
            return Err(Problem::analysis(
                format!(
                    "no column of the model has more than one value in these rows ({}), so it predicts \
                     the same for everybody",
                    design.names.join(", ")
                ),
                Remedy::to("name a column that varies"),
            ));
        }
        Ok(Made { fit, matrix, rows })
    }

    /// The model as a file.
    pub fn saved(
        &self,
        request: &PerformanceRequest,
        about: &About,
        frame: &ModelFrame,
    ) -> Result<SavedModel, Problem> {
        match (&self.fit, &self.rows) {
            (Fit::Cox(fit), _) => SavedModel::of(about, frame, fit),
            (Fit::FineGray { fit, .. }, Outcome::Incidence(response, _)) => {
                let model = FineGray::default().conf_level(request.conf_level);
                let predictor = &predictor(&model, response, &self.matrix, fit)?;
                let causes = &request.causes().expect("competing risks have causes");
                let (fit, matrix) = (&**fit, &self.matrix);
                let made = FineGrayMade { fit, predictor, response, matrix, causes };
                SavedModel::of_incidence(about, frame, &made)
            }
            _ => unreachable!("another model was refused"),
        }
    }

    /// What the model is worth on some rows.
    pub fn judged(
        &self,
        request: &PerformanceRequest,
        terms: String,
        rows: &Outcome,
        design: &DesignMatrix,
    ) -> Result<ModelPerformance, Problem> {
        let predicted = Predicted::of(&self.fit, design, &request.times)?;
        let measures = measures::measures(request, rows, &predicted)?;
        let first = &predicted.risks[..rows.len()];
        let level = request.conf_level;
        let net_benefit = rows.net_benefit(request.times[0], first, &request.thresholds, level)?;
        Ok(ModelPerformance {
            terms,
            parameters: self.fit.parameters(),
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

/// What a model says of some rows.
pub struct Predicted {
    /// The linear predictor, of a Cox model against the mean of the rows that made it; of
    /// cause-specific models the incidence by the last time.
    pub predictor: Vec<f64>,
    /// What orders the rows at each time, `[time * rows + row]`, where the order may change.
    pub scores: Option<Vec<f64>>,
    /// The risk by each time: `[time * rows + row]`.
    pub risks: Vec<f64>,
    /// The log of the baseline's cumulative hazard by each time: with the linear predictor it is
    /// log(-log(1 - risk)). Empty with competing risks.
    pub log_hazards: Vec<f64>,
}

impl Predicted {
    pub fn of(fit: &Fit, design: &DesignMatrix, times: &[f64]) -> Result<Predicted, Problem> {
        let order = fit.order(design)?;
        if let Some(risks) = fit.incidence(design, times)? {
            let last = (0..times.len()).max_by(|&a, &b| times[a].total_cmp(&times[b])).unwrap_or(0);
            let n = design.rows();
            let scores = order.is_none().then(|| risks.clone());
            let predictor = order.unwrap_or_else(|| risks[last * n..(last + 1) * n].to_vec());
            return Ok(Predicted { predictor, scores, risks, log_hazards: Vec::new() });
        }
        let fit = fit.cox().expect("what predicts no incidence is a Cox model");
        let predictor = order.expect("a Cox model has a linear predictor");
        let baseline = fit.baseline(BaselineAt::Mean)?.pop();
        let baseline = baseline.expect("a fit without strata has one baseline");
        let mut risks = Vec::with_capacity(times.len() * predictor.len());
        let mut log_hazards = Vec::with_capacity(times.len());
        for &time in times {
            let hazard = hazard_at(&baseline, time)
                .ok_or_else(|| beyond(baseline.time.last().copied().unwrap_or(0.0), time))?;
            risks.extend(predictor.iter().map(|x| -(-hazard * x.exp()).exp_m1()));
            log_hazards.push(hazard.ln());
        }
        Ok(Predicted { predictor, scores: None, risks, log_hazards })
    }

    /// The predictions of `n` rows by the time at a place alone.
    pub fn at(&self, place: usize, n: usize) -> Predicted {
        let own = |all: &Vec<f64>| all[place * n..(place + 1) * n].to_vec();
        Predicted {
            predictor: self.predictor.clone(),
            scores: self.scores.as_ref().map(own),
            risks: own(&self.risks),
            log_hazards: self.log_hazards.get(place).copied().into_iter().collect(),
        }
    }

    /// log(-log(1 - risk)) of each row by the time at a place, of a Cox model.
    pub fn links(&self, place: usize) -> Vec<f64> {
        let log = self.log_hazards.get(place).copied().unwrap_or(f64::NAN);
        self.predictor.iter().map(|x| x + log).collect()
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
