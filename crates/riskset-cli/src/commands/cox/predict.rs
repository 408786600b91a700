//! What a fitted model says of the rows of another table.

use crate::Failure;
use crate::args::CoxArgs;
use riskset::{BaselineAt, ConfType, CoxFit, DesignMatrix, PredictedCurve};
use riskset_data::{ModelFrame, Source, Table};
use riskset_report::documents::cox::Prediction;

/// One prediction per row of the new data and stratum of the model, when asked for.
pub fn predictions(
    args: &CoxArgs,
    frame: &ModelFrame,
    fit: &CoxFit,
) -> Result<Option<Vec<Prediction>>, Failure> {
    let Some(data) = &args.predict else { return Ok(None) };
    let table = Table::read(&Source::parse(data)?, Some(&frame.covariate_columns()))?;
    let design = frame.design_at(&table)?;
    let new = DesignMatrix::from_shared(design.values, design.n_rows)?;
    let predictors = fit.linear_predictors(&new, BaselineAt::Mean)?;
    let strata = frame.strata.as_ref();
    let mut predictions = Vec::new();
    for stratum in 0..strata.map_or(1, |strata| strata.count()) {
        let curves = fit.curves(&new, stratum, ConfType::Log)?;
        for (row, (curve, predictor)) in curves.iter().zip(&predictors).enumerate() {
            let mut prediction = Prediction {
                row: row + 1,
                stratum: strata.map(|strata| strata.labels[stratum].clone()),
                linear_predictor: predictor.estimate,
                linear_predictor_std_error: Some(predictor.std_error),
                risk: predictor.estimate.exp(),
                time: Vec::new(),
                survival: Vec::new(),
                std_error: Vec::new(),
                lower: Vec::new(),
                upper: Vec::new(),
            };
            let times = if args.times.is_empty() { &curve.time } else { &args.times };
            times.iter().for_each(|&time| read(&mut prediction, curve, time));
            predictions.push(prediction);
        }
    }
    Ok(Some(predictions))
}

/// Adds the curve at a time: 1 before its first, unknown after its last.
fn read(prediction: &mut Prediction, curve: &PredictedCurve, time: f64) {
    let survival = curve.survival_at(time);
    let at = curve.time.iter().rposition(|&known| known <= time);
    let before_any = survival.is_some() && at.is_none();
    let interval = at.and_then(|at| curve.interval[at]).filter(|_| survival.is_some());
    let std_error = at.and_then(|at| curve.survival_std_error(at)).filter(|_| survival.is_some());
    prediction.time.push(time);
    prediction.survival.push(survival);
    prediction.std_error.push(if before_any { Some(0.0) } else { std_error });
    let limit = |limit: Option<f64>| if before_any { Some(1.0) } else { limit };
    prediction.lower.push(limit(interval.and_then(|interval| interval.lower)));
    prediction.upper.push(limit(interval.and_then(|interval| interval.upper)));
}
