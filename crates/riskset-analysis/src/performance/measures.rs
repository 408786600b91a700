//! The measures of one set of predictions.

use super::PerformanceRequest;
use super::model::Predicted;
use super::outcome::Outcome;
use crate::Problem;
use riskset::{
    AucCurve, Brier, BrierScore, Calibration, CalibrationAt, Concordance, ConcordanceIndex,
    ConcordanceWeight, Controls, DynamicAuc, Royston, RoystonD,
};

/// Discrimination, accuracy and calibration of the predictions of some rows, taken as given.
#[derive(Clone, Debug)]
pub struct Measures {
    /// Harrell's concordance; with competing risks, whoever met another cause is compared as well
    /// (Wolbers 2009).
    pub harrell: Concordance,
    /// Uno's concordance up to the horizon; with competing risks Wolbers' (2014).
    pub uno: Concordance,
    /// The area under the ROC curve at each time; with competing risks against all without the event
    /// of interest.
    pub auc: AucCurve,
    /// With competing risks, the same against only those free of any event.
    pub auc_event_free: Option<AucCurve>,
    /// The Brier score at each time and, for several times, its integral.
    pub brier: BrierScore,
    /// Calibration at each time.
    pub calibration: Vec<CalibrationAt>,
    /// Royston's D and explained variation. `None` where all predictions are the same, and with
    /// competing risks.
    pub royston: Option<RoystonD>,
}

/// All measures with their limits.
pub fn measures(
    request: &PerformanceRequest,
    rows: &Outcome,
    predicted: &Predicted,
) -> Result<Measures, Problem> {
    let (times, level) = (&request.times, request.conf_level);
    let predictor = &predicted.predictor;
    let calibration = Calibration::default()
        .conf_level(level)
        .groups(request.groups)
        .resampled(request.resample, request.seed);
    let calibrated = |at: (usize, &f64)| rows.calibration(calibration, (at.0, *at.1), predicted);
    let alike = predictor.iter().all(|&value| value == predictor[0]);
    let royston = Royston::default().conf_level(level);
    let area = DynamicAuc::default().conf_level(level);
    Ok(Measures {
        harrell: rows.concordance(ConcordanceIndex::default(), predictor)?,
        uno: rows.concordance(uno(request), predictor)?,
        auc: rows.areas(area, times, predicted)?,
        auc_event_free: match rows {
            Outcome::Survival(_) => None,
            Outcome::Incidence(..) => {
                Some(rows.areas(area.controls(Controls::EventFree), times, predicted)?)
            }
        },
        brier: rows.brier(Brier::default().conf_level(level), times, &predicted.risks)?,
        calibration: times.iter().enumerate().map(calibrated).collect::<Result<_, _>>()?,
        royston: match rows {
            Outcome::Survival(rows) if !alike => Some(royston.estimate(rows, predictor)?),
            _ => None,
        },
    })
}

/// Uno's index up to the horizon of the request.
pub fn uno(request: &PerformanceRequest) -> ConcordanceIndex<'static> {
    let tau = Some(request.horizon());
    ConcordanceIndex::default().weight(ConcordanceWeight::Uno { tau })
}

/// What is corrected for optimism: Harrell's and Uno's concordance, the slope, then area, Brier score
/// and ICI at each time. `None` where a number does not exist.
pub fn in_short(
    request: &PerformanceRequest,
    rows: &Outcome,
    predicted: &Predicted,
) -> Vec<Option<f64>> {
    let times = &request.times;
    let concordance =
        |index: ConcordanceIndex| rows.concordance(index, &predicted.predictor).ok()?.estimate;
    let mut found = vec![
        concordance(ConcordanceIndex::default()),
        concordance(uno(request)),
        rows.slope(predicted),
    ];
    for (place, &time) in times.iter().enumerate() {
        let at = std::slice::from_ref(&time);
        let own = predicted.at(place, rows.len());
        let area = rows.areas(DynamicAuc::default(), at, &own).ok();
        found.push(area.and_then(|curve| curve.at()[0].estimate));
        let score = rows.brier(Brier::default(), at, &own.risks).ok();
        found.push(score.map(|score| score.at()[0].score.estimate));
        found.push(rows.ici((0, time), &own));
    }
    found
}

/// The names of [`in_short`], each with its time.
pub fn names(times: &[f64]) -> Vec<(&'static str, Option<f64>)> {
    let once = [("harrell", None), ("uno", None), ("slope", None)];
    let of_time = |&time: &f64| ["auc", "brier", "ici"].map(|measure| (measure, Some(time)));
    once.into_iter().chain(times.iter().flat_map(of_time)).collect()
}
