//! How a model was judged, for the file that holds it.

use super::{SavedMeasure, SavedValidation};
use crate::performance::{Judged, ModelPerformance, PerformanceRequest, Validation};

/// Every judgement of a model: by resampling, and on new data.
pub(crate) fn validations(
    request: &PerformanceRequest,
    judged: &Judged,
    model: &ModelPerformance,
) -> Vec<SavedValidation> {
    let on = |method: &str, samples: Option<usize>, measures: Vec<SavedMeasure>| SavedValidation {
        method: method.to_owned(),
        samples,
        seed: samples.map(|_| request.seed),
        data: judged.data.clone(),
        n: judged.n,
        events: judged.events,
        measures,
    };
    let resampled =
        |method: &str, found: &Validation| on(method, Some(found.made), corrected(found));
    let bootstrap = model.bootstrap.as_ref().map(|found| resampled("bootstrap", found));
    let cross = model.cross_validation.as_ref().map(|found| resampled("cross-validation", found));
    let new = judged.new.then(|| on("new data", None, found(model)));
    bootstrap.into_iter().chain(cross).chain(new).collect()
}

fn corrected(found: &Validation) -> Vec<SavedMeasure> {
    let one = |measure: &crate::Corrected| SavedMeasure {
        measure: measure.measure.to_owned(),
        time: measure.time,
        apparent: measure.apparent,
        estimate: measure.corrected,
    };
    found.measures.iter().map(one).collect()
}

/// The measures of new data, in the order of the corrected ones.
fn found(model: &ModelPerformance) -> Vec<SavedMeasure> {
    let measures = &model.measures;
    let one = |measure: &str, time: Option<f64>, estimate: Option<f64>| SavedMeasure {
        measure: measure.to_owned(),
        time,
        apparent: None,
        estimate,
    };
    let slope = measures.calibration.first().and_then(|at| at.slope);
    let mut found = vec![
        one("harrell", None, measures.harrell.estimate),
        one("uno", None, measures.uno.estimate),
        one("slope", None, slope),
    ];
    let times = measures.auc.at().iter().zip(measures.brier.at()).zip(&measures.calibration);
    for ((auc, brier), calibration) in times {
        found.push(one("auc", Some(auc.time), auc.estimate));
        found.push(one("brier", brier.time, Some(brier.score.estimate)));
        let ici = calibration.smooth.as_ref().map(|smooth| smooth.ici);
        found.push(one("ici", Some(calibration.time), ici));
    }
    found
}
