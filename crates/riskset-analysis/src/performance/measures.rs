//! The measures of one set of predictions.

use super::PerformanceRequest;
use super::model::Predicted;
use crate::Problem;
use riskset::{
    AucCurve, Brier, BrierScore, Calibration, CalibrationAt, Concordance, ConcordanceIndex,
    ConcordanceWeight, CoxModel, DesignMatrix, DynamicAuc, Observations, Royston, RoystonD,
};

/// Discrimination, accuracy and calibration of the predictions of some rows, taken as given.
#[derive(Clone, Debug)]
pub struct Measures {
    /// Harrell's concordance.
    pub harrell: Concordance,
    /// Uno's concordance up to the horizon.
    pub uno: Concordance,
    /// The area under the ROC curve at each time.
    pub auc: AucCurve,
    /// The Brier score at each time and, for several times, its integral.
    pub brier: BrierScore,
    /// Calibration at each time.
    pub calibration: Vec<CalibrationAt>,
    /// Royston's D and explained variation. `None` where all predictions are the same.
    pub royston: Option<RoystonD>,
}

/// All measures with their limits.
pub fn measures(
    request: &PerformanceRequest,
    rows: &Observations,
    predicted: &Predicted,
) -> Result<Measures, Problem> {
    let (times, level) = (&request.times, request.conf_level);
    let (predictor, risks) = (&predicted.predictor, &predicted.risks);
    let calibration = Calibration::default().conf_level(level).groups(request.groups);
    let of_time = risks.chunks(rows.len()).zip(times).zip(&predicted.log_hazards);
    let calibrated = |((risks, &time), &log): ((&[f64], &f64), &f64)| {
        let links: Vec<f64> = predictor.iter().map(|x| x + log).collect();
        calibration.at_with_links(rows, time, risks, &links)
    };
    let alike = predictor.iter().all(|&value| value == predictor[0]);
    let royston = Royston::default().conf_level(level);
    Ok(Measures {
        harrell: ConcordanceIndex::default().estimate(rows, predictor)?,
        uno: uno(request).estimate(rows, predictor)?,
        auc: DynamicAuc::default().conf_level(level).estimate(rows, times, predictor)?,
        brier: Brier::default().conf_level(level).survival(rows, times, risks)?,
        calibration: of_time.map(calibrated).collect::<Result<_, riskset::Error>>()?,
        royston: (!alike).then(|| royston.estimate(rows, predictor)).transpose()?,
    })
}

/// Uno's index up to the horizon of the request.
pub fn uno(request: &PerformanceRequest) -> ConcordanceIndex<'static> {
    let tau = Some(request.horizon());
    ConcordanceIndex::default().weight(ConcordanceWeight::Uno { tau })
}

/// What is corrected for optimism: Harrell's and Uno's concordance, the slope, then area and Brier
/// score at each time. `None` where a number does not exist.
pub fn in_short(
    request: &PerformanceRequest,
    rows: &Observations,
    predicted: &Predicted,
) -> Vec<Option<f64>> {
    let (times, predictor) = (&request.times, &predicted.predictor);
    let concordance = |index: ConcordanceIndex| index.estimate(rows, predictor).ok()?.estimate;
    let mut found = vec![
        concordance(ConcordanceIndex::default()),
        concordance(uno(request)),
        slope(rows, predictor),
    ];
    for (place, &time) in times.iter().enumerate() {
        let at = std::slice::from_ref(&time);
        let area = DynamicAuc::default().estimate(rows, at, predictor).ok();
        found.push(area.and_then(|curve| curve.at()[0].estimate));
        let n = rows.len();
        let risks = &predicted.risks[place * n..(place + 1) * n];
        let score = Brier::default().survival(rows, at, risks).ok();
        found.push(score.map(|score| score.at()[0].score.estimate));
    }
    found
}

/// The coefficient of the linear predictor in these rows.
fn slope(rows: &Observations, predictor: &[f64]) -> Option<f64> {
    let design = DesignMatrix::from_columns(predictor.to_vec(), predictor.len()).ok()?;
    let fit = CoxModel::default().fit(rows, &design).ok()?;
    Some(fit.coefficients()[0].estimate()?.estimate)
}

/// The names of [`in_short`], each with its time.
pub fn names(times: &[f64]) -> Vec<(&'static str, Option<f64>)> {
    let once = [("harrell", None), ("uno", None), ("slope", None)];
    let each = times.iter().flat_map(|&time| [("auc", Some(time)), ("brier", Some(time))]);
    once.into_iter().chain(each).collect()
}
