//! The residuals of a Cox fit, in the JSON.

use riskset::ResidualMatrix;
use riskset_analysis::{CoxAnswer, ResidualKind, Residuals as Computed};
use schemars::JsonSchema;
use serde::Serialize;

/// The residuals that were asked for; the others are absent.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
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
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Matrix {
    /// The event time of each row.
    pub time: Vec<f64>,
    /// One array per event, one entry per column of the design.
    pub values: Vec<Vec<Option<f64>>>,
}

impl Residuals {
    /// Those of an answer; `None` when none were asked for.
    pub fn of(answer: &CoxAnswer) -> Option<Residuals> {
        let columns = answer.design.names.len();
        let mut residuals = Residuals::default();
        for (kind, computed) in &answer.residuals {
            residuals.put(*kind, computed, columns);
        }
        (!answer.residuals.is_empty()).then_some(residuals)
    }

    fn put(&mut self, kind: ResidualKind, computed: &Computed, columns: usize) {
        match computed {
            Computed::PerRow(values) => match kind {
                ResidualKind::Deviance => self.deviance = Some(values.clone()),
                _ => self.martingale = Some(values.clone()),
            },
            Computed::PerEvent(events) => {
                let matrix =
                    Matrix { time: events.time.clone(), values: rows(&events.values, columns) };
                match kind {
                    ResidualKind::ScaledSchoenfeld => self.scaled_schoenfeld = Some(matrix),
                    _ => self.schoenfeld = Some(matrix),
                }
            }
            Computed::Matrix(values) => {
                let values = Some(rows(values, columns));
                match kind {
                    ResidualKind::Dfbeta => self.dfbeta = values,
                    ResidualKind::Dfbetas => self.dfbetas = values,
                    _ => self.score = values,
                }
            }
        }
    }
}

/// One array per row with an entry per column of the design; a column without a coefficient has
/// `null`.
fn rows(residuals: &ResidualMatrix, columns: usize) -> Vec<Vec<Option<f64>>> {
    let row = |values: &[f64]| {
        let mut row = vec![None; columns];
        for (&column, &value) in residuals.columns().iter().zip(values) {
            row[column] = Some(value);
        }
        row
    };
    residuals.rows().map(row).collect()
}
