//! How well predictions made elsewhere hold: discrimination over time and calibration.
//!
//! Concordance, the Brier score, D and net benefit stand in modules of their own; here are the
//! cumulative/dynamic area under the ROC curve and calibration at a time. The predictions are taken
//! as given: the optimism of a model judged on the rows that made it is not in any of them.
//! [`resampled`] and [`folds`] say which rows a refit takes, so that it can be corrected for.
//! Derivations: docs/methods/prognosis.md.

mod auc;
mod calibration;
mod reclassification;
mod resample;

pub use auc::{AucAt, AucCurve, AucDifference, Controls, DynamicAuc};
pub use calibration::{
    Calibration, CalibrationAt, CalibrationGroup, CalibrationTerm, PseudoCalibration, Smooth,
    percentile_interval,
};
pub use reclassification::{ChangeEstimate, NetChange, Reclassification, ReclassifiedAt};
pub use resample::{folds, resampled};
