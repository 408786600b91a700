//! The models whose predictions are judged: of one event, or of a cause among several.

use super::outcome::Outcome;
use super::{IncidenceModel, PerformanceRequest};
use crate::{Doubt, Problem};
use riskset::{
    BaselineAt, CauseSpecific, CoxFit, CoxModel, CoxTest, DesignMatrix, FineGray, FineGrayFit,
    Fitted, Regression, Remedy,
};

/// A fitted model.
pub enum Fit {
    /// Of one event.
    Cox(Box<CoxFit>),
    /// Of the incidence of a cause, known until the last time of the rows, whose mean linear predictor
    /// is the zero of others.
    FineGray { fit: Box<FineGrayFit>, last: f64, mean: f64 },
    /// Of the hazards of all causes.
    CauseSpecific { fit: CauseSpecific, cause: u32, last: f64 },
}

impl Fit {
    /// A fit by the options of the request.
    pub fn of(
        request: &PerformanceRequest,
        outcome: &Outcome,
        design: &DesignMatrix,
    ) -> Result<Fit, riskset::Error> {
        let cox = CoxModel::default().ties(request.ties).conf_level(request.conf_level);
        let last = outcome.rows().time().iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Ok(match outcome {
            Outcome::Survival(rows) => Fit::Cox(Box::new(cox.fit(rows, design)?)),
            Outcome::Incidence(response, cause) => match request.model() {
                IncidenceModel::FineGray => {
                    let model = FineGray::default().conf_level(request.conf_level);
                    let fit = Box::new(model.fit(response, *cause, design)?);
                    let linear = fit.linear_predictors(design)?;
                    let mean = linear.iter().sum::<f64>() / linear.len() as f64;
                    Fit::FineGray { fit, last, mean }
                }
                IncidenceModel::CauseSpecific => {
                    let fit = CauseSpecific::fit(&cox, response, design)?;
                    Fit::CauseSpecific { fit, cause: *cause, last }
                }
            },
        })
    }

    /// The regressions of the model: one, or one for each cause.
    fn regressions(&self) -> Vec<&Regression> {
        match self {
            Fit::Cox(fit) => vec![fit],
            Fit::FineGray { fit, .. } => vec![fit],
            Fit::CauseSpecific { fit, .. } => fit.fits().map(|fit| &**fit).collect(),
        }
    }

    /// What is doubted of the model, with the names of its columns.
    pub fn doubts(&self, names: &[String]) -> Vec<Doubt> {
        let mut doubts: Vec<Doubt> = Vec::new();
        for found in self.regressions().into_iter().flat_map(|fit| Doubt::of_fit(fit, names)) {
            if !doubts.contains(&found) {
                doubts.push(found);
            }
        }
        doubts
    }

    /// Whether every coefficient was found, so that there are predictions.
    pub fn predicts(&self) -> bool {
        self.regressions().iter().all(|fit| !fit.any_infinite() && fit.converged())
    }

    /// Events of interest in the rows that made it.
    pub fn n_events(&self) -> usize {
        match self {
            Fit::Cox(fit) => fit.n_events(),
            Fit::FineGray { fit, .. } => fit.n_events(),
            Fit::CauseSpecific { fit, cause, .. } => {
                fit.cause(*cause).map_or(0, |fit| fit.n_events())
            }
        }
    }

    /// Its coefficients, those of all causes.
    pub fn parameters(&self) -> usize {
        let told = |fitted: &&Fitted| !matches!(fitted, Fitted::Aliased(_));
        let of = |fit: &Regression| fit.coefficients().iter().filter(told).count();
        self.regressions().into_iter().map(of).sum()
    }

    /// Akaike's criterion. The likelihoods of the causes multiply; that of a Fine-Gray model is
    /// weighted, and no likelihood of the data.
    pub fn aic(&self) -> Option<f64> {
        match self {
            Fit::Cox(fit) => fit.aic(),
            Fit::FineGray { .. } => None,
            Fit::CauseSpecific { fit, .. } => fit.fits().map(CoxFit::aic).sum(),
        }
    }

    /// The Bayesian criterion by the number of events of one cause; none of several models.
    pub fn bic(&self) -> Option<f64> {
        match self {
            Fit::Cox(fit) => fit.bic(),
            Fit::FineGray { .. } | Fit::CauseSpecific { .. } => None,
        }
    }

    /// The likelihood-ratio test against a smaller model; that of all causes adds up.
    pub fn likelihood_ratio_test_against(&self, smaller: &Fit) -> Option<CoxTest> {
        match (self, smaller) {
            (Fit::Cox(fit), Fit::Cox(smaller)) => fit.likelihood_ratio_test_against(smaller),
            (Fit::CauseSpecific { fit, .. }, Fit::CauseSpecific { fit: smaller, .. }) => {
                let pairs = fit.fits().zip(smaller.fits());
                let tests = pairs.map(|(fit, smaller)| fit.likelihood_ratio_test_against(smaller));
                let tests = tests.collect::<Option<Vec<CoxTest>>>()?;
                let statistic = tests.iter().map(|test| test.statistic).sum();
                CoxTest::of(statistic, tests.iter().map(|test| test.df).sum())
            }
            _ => None,
        }
    }

    /// The Cox model, where it is one.
    pub fn cox(&self) -> Option<&CoxFit> {
        match self {
            Fit::Cox(fit) => Some(fit),
            Fit::FineGray { .. } | Fit::CauseSpecific { .. } => None,
        }
    }

    /// The predicted incidences by the times, `[time * rows + row]`; of a Cox model there are none.
    pub fn incidence(
        &self,
        design: &DesignMatrix,
        times: &[f64],
    ) -> Result<Option<Vec<f64>>, Problem> {
        let (last, found) = match self {
            Fit::Cox(_) => return Ok(None),
            Fit::FineGray { fit, last, .. } => (last, fit.incidence_at(design, times)?),
            Fit::CauseSpecific { fit, cause, last } => {
                // The core takes times that increase; a request may have them in any order.
                let mut order: Vec<usize> = (0..times.len()).collect();
                order.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
                let sorted: Vec<f64> = order.iter().map(|&place| times[place]).collect();
                let found = fit.incidence(*cause, design, &sorted)?;
                let n = design.rows();
                let mut placed = vec![0.0; found.len()];
                for (from, &to) in order.iter().enumerate() {
                    placed[to * n..(to + 1) * n].copy_from_slice(&found[from * n..(from + 1) * n]);
                }
                (last, placed)
            }
        };
        match times.iter().find(|&time| time > last) {
            Some(&time) => Err(beyond(*last, time)),
            None => Ok(Some(found)),
        }
    }

    /// What orders the rows where it is the same at all times: the linear predictor of a Fine-Gray
    /// model.
    pub fn order(&self, design: &DesignMatrix) -> Result<Option<Vec<f64>>, Problem> {
        Ok(match self {
            Fit::Cox(fit) => {
                let found = fit.linear_predictors(design, BaselineAt::Mean)?;
                Some(found.iter().map(|one| one.estimate).collect())
            }
            Fit::FineGray { fit, mean, .. } => {
                let found = fit.linear_predictors(design)?;
                Some(found.iter().map(|linear| linear - mean).collect())
            }
            Fit::CauseSpecific { .. } => None,
        })
    }
}

/// A time after the last one of the rows that made a model.
pub fn beyond(last: f64, time: f64) -> Problem {
    Problem::analysis(
        format!("the rows that made the model end at {last}, so it has no risk by {time}"),
        Remedy::to(format!("ask for times up to {last}")),
    )
}
