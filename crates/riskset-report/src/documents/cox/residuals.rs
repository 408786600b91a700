//! The residuals of a Cox fit, in the JSON.

use serde::Serialize;

/// The residuals that were asked for; the others are absent.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(missing_docs, reason = "the names are those of the literature")]
pub struct Residuals {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub martingale: Option<Vec<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deviance: Option<Vec<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schoenfeld: Option<Matrix>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaled_schoenfeld: Option<Matrix>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Vec<Vec<Option<f64>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dfbeta: Option<Vec<Vec<Option<f64>>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dfbetas: Option<Vec<Vec<Option<f64>>>>,
}

/// Residuals at event times: one row per event, by stratum, then time, then data order.
#[derive(Clone, Debug, Serialize)]
pub struct Matrix {
    /// The event time of each row.
    pub time: Vec<f64>,
    /// One array per event, one entry per column of the design.
    pub values: Vec<Vec<Option<f64>>>,
}
