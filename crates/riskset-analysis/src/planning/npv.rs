//! One proportion of clustered observations against a threshold, one-sided.

use crate::Problem;
use riskset::{ProportionDesign, Remedy, Sides, UnitCount};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The size of a study of one proportion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PowerNpvRequest {
    /// The threshold that the proportion has to exceed.
    pub p0: Option<f64>,
    /// The proportion expected.
    pub p1: Option<f64>,
    /// One-sided error of the first kind.
    pub alpha: f64,
    /// Power.
    pub power: f64,
    /// Intracluster correlation.
    pub icc: f64,
    /// Observations in each cluster.
    pub cluster_size: f64,
    /// Share of the observations that can be evaluated.
    pub evaluable: Option<f64>,
    /// Share of the patients who carry any observation.
    pub carriers: Option<f64>,
    /// Share of the patients lost.
    pub loss: Option<f64>,
}

impl Default for PowerNpvRequest {
    fn default() -> PowerNpvRequest {
        PowerNpvRequest {
            p0: None,
            p1: None,
            alpha: 0.05,
            power: 0.9,
            icc: 0.0,
            cluster_size: 1.0,
            evaluable: None,
            carriers: None,
            loss: None,
        }
    }
}

/// The size of a study of one proportion.
#[derive(Clone, Debug)]
pub struct PowerNpvAnswer {
    /// What was asked.
    pub request: PowerNpvRequest,
    /// The threshold.
    pub p0: f64,
    /// The proportion expected.
    pub p1: f64,
    /// Observations, clusters and patients.
    pub count: UnitCount,
}

impl PowerNpvRequest {
    /// Plans.
    pub(crate) fn run(&self) -> Result<PowerNpvAnswer, Problem> {
        let (Some(p0), Some(p1)) = (self.p0, self.p1) else {
            let field = if self.p0.is_none() { "p0" } else { "p1" };
            let what = "the threshold and the proportion expected were not both given";
            return Err(Problem::request(what, Remedy::set(field)));
        };
        let count = ProportionDesign::new(p0, p1)
            .alpha(self.alpha)
            .sides(Sides::One)
            .icc(self.icc)
            .cluster_size(self.cluster_size)
            .evaluable(self.evaluable.unwrap_or(1.0))
            .carriers(self.carriers.unwrap_or(1.0))
            .loss(self.loss.unwrap_or(0.0))
            .sample_size(self.power)?;
        Ok(PowerNpvAnswer { request: self.clone(), p0, p1, count })
    }

    /// Whether patients to enrol were asked for.
    pub fn plans_patients(&self) -> bool {
        self.evaluable.is_some() || self.carriers.is_some() || self.loss.is_some()
    }
}
