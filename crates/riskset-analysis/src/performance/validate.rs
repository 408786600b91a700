//! The optimism of a model that is judged by the rows that made it, by bootstrap and by
//! cross-validation.
//!
//! The whole model is made again: every coefficient and the baseline. The columns of the design are
//! those of all rows, so a choice made before (a cut-point, a selection of terms) is not repeated
//! and its optimism not seen. Sources: Efron and Gong (1983), Am Stat 37:36-48; Harrell, Lee and
//! Mark (1996), Stat Med 15:361-387.

use super::PerformanceRequest;
use super::measures::{in_short, names, uno};
use super::model::{Predicted, fitted};
use crate::Problem;
use rayon::prelude::*;
use riskset::{
    Brier, ConcordanceIndex, DesignMatrix, DynamicAuc, Groups, Observations, Tally, folds,
    resampled,
};

/// Measures corrected for optimism.
#[derive(Clone, Debug, PartialEq)]
pub struct Validation {
    /// How many models were asked for.
    pub asked: usize,
    /// How many could be made.
    pub made: usize,
    /// One per measure.
    pub measures: Vec<Corrected>,
}

/// A measure, corrected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corrected {
    /// `harrell`, `uno`, `slope`, `auc` or `brier`.
    pub measure: &'static str,
    /// The time of an area or a score.
    pub time: Option<f64>,
    /// On the rows that made the model.
    pub apparent: Option<f64>,
    /// By how much that is too high; for the Brier score, negative.
    pub optimism: Option<f64>,
    /// The apparent measure less its optimism; in cross-validation the measure of the predictions
    /// of models that had not seen the row.
    pub corrected: Option<f64>,
}

/// Optimism by refits on bootstrap samples; `None` unless asked for.
pub fn bootstrap(
    request: &PerformanceRequest,
    rows: &Observations,
    design: &DesignMatrix,
) -> Result<Option<Validation>, Problem> {
    if request.bootstrap == 0 {
        return Ok(None);
    }
    let apparent = apparent(request, rows, design)?;
    let tally = Tally::new(request.bootstrap);
    // In the order of the replicates, whatever the threads.
    let replicates: Vec<Option<Vec<Option<f64>>>> = (0..request.bootstrap as u64)
        .into_par_iter()
        .map(|replicate| tally.count(|| optimism(request, rows, design, replicate)))
        .collect();
    let made: Vec<&Vec<Option<f64>>> = replicates.iter().flatten().collect();
    let corrected = |(place, (measure, time)): (usize, (&'static str, Option<f64>))| {
        let found: Vec<f64> = made.iter().filter_map(|one| one[place]).collect();
        let mean = found.iter().sum::<f64>() / found.len() as f64;
        let optimism = (!found.is_empty()).then_some(mean);
        Corrected {
            measure,
            time,
            apparent: apparent[place],
            optimism,
            corrected: apparent[place].zip(optimism).map(|(a, o)| a - o),
        }
    };
    Ok(Some(Validation {
        asked: request.bootstrap,
        made: made.len(),
        measures: names(&request.times).into_iter().enumerate().map(corrected).collect(),
    }))
}

fn apparent(
    request: &PerformanceRequest,
    rows: &Observations,
    design: &DesignMatrix,
) -> Result<Vec<Option<f64>>, Problem> {
    let fit = fitted(request, rows, design)?;
    Ok(in_short(request, rows, &Predicted::of(&fit, design, &request.times)?))
}

/// The measures on a sample by the model of the sample, less those of the same model on all rows.
/// `None` where the sample makes no model.
fn optimism(
    request: &PerformanceRequest,
    rows: &Observations,
    design: &DesignMatrix,
    replicate: u64,
) -> Option<Vec<Option<f64>>> {
    let sample = resampled(rows.len(), request.seed, replicate);
    let own_rows = rows.select(&sample).ok()?;
    let own_design = chosen(design, &sample)?;
    let fit = fitted(request, &own_rows, &own_design).ok()?;
    if fit.any_infinite() || !fit.converged() {
        return None;
    }
    let own = Predicted::of(&fit, &own_design, &request.times).ok()?;
    let all = Predicted::of(&fit, design, &request.times).ok()?;
    let own = in_short(request, &own_rows, &own);
    let all = in_short(request, rows, &all);
    Some(own.into_iter().zip(all).map(|(own, all)| Some(own? - all?)).collect())
}

/// Some rows of a design.
fn chosen(design: &DesignMatrix, rows: &[usize]) -> Option<DesignMatrix> {
    let column = |column: usize| rows.iter().map(move |&row| design.column(column)[row]);
    let values = (0..design.columns()).flat_map(column).collect();
    DesignMatrix::from_columns(values, rows.len()).ok()
}

/// Predictions of every row by models of the other folds; `None` unless asked for.
pub fn cross(
    request: &PerformanceRequest,
    rows: &Observations,
    design: &DesignMatrix,
) -> Result<Option<Validation>, Problem> {
    if request.folds == 0 {
        return Ok(None);
    }
    let count = request.folds.min(rows.len());
    let fold = folds(rows.len(), count, request.seed);
    let predicted: Vec<Option<(Vec<usize>, Predicted)>> =
        (0..count).into_par_iter().map(|k| left_out(request, rows, design, &fold, k)).collect();
    let apparent = apparent(request, rows, design)?;
    let made = predicted.iter().flatten().count();
    // With a fold that made no model some rows have no prediction, and nothing can be said of all.
    let found = if made == count { together(request, rows, &fold, &predicted) } else { None };
    let names = names(&request.times);
    let found = found.unwrap_or_else(|| vec![None; names.len()]);
    let corrected = |(place, (measure, time)): (usize, (&'static str, Option<f64>))| Corrected {
        measure,
        time,
        apparent: apparent[place],
        optimism: apparent[place].zip(found[place]).map(|(a, f)| a - f),
        corrected: found[place],
    };
    let measures = names.into_iter().enumerate().map(corrected).collect();
    Ok(Some(Validation { asked: count, made, measures }))
}

/// The rows of a fold with the predictions of a model of the others.
fn left_out(
    request: &PerformanceRequest,
    rows: &Observations,
    design: &DesignMatrix,
    fold: &[usize],
    k: usize,
) -> Option<(Vec<usize>, Predicted)> {
    let (own, others): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|&r| fold[r] == k);
    let fit = fitted(request, &rows.select(&others).ok()?, &chosen(design, &others)?).ok()?;
    if fit.any_infinite() || !fit.converged() {
        return None;
    }
    let predicted = Predicted::of(&fit, &chosen(design, &own)?, &request.times).ok()?;
    Some((own, predicted))
}

/// The measures of the predictions of all folds. Linear predictors of two models have no common
/// zero, so concordances compare within folds; risks have one.
fn together(
    request: &PerformanceRequest,
    rows: &Observations,
    fold: &[usize],
    predicted: &[Option<(Vec<usize>, Predicted)>],
) -> Option<Vec<Option<f64>>> {
    let (n, times) = (rows.len(), &request.times);
    let mut all = Predicted {
        predictor: vec![0.0; n],
        risks: vec![0.0; n * times.len()],
        log_hazards: Vec::new(),
    };
    for (own, part) in predicted.iter().flatten() {
        for (place, &row) in own.iter().enumerate() {
            all.predictor[row] = part.predictor[place];
            for k in 0..times.len() {
                all.risks[k * n + row] = part.risks[k * own.len() + place];
            }
        }
    }
    let index: Vec<u32> = fold.iter().map(|&k| k as u32).collect();
    let groups = Groups::new(index, predicted.len()).ok()?;
    let within = |index: ConcordanceIndex| {
        index.strata(&groups).estimate(rows, &all.predictor).ok()?.estimate
    };
    // The slope of predictors of several models mixes their zeros with their spread.
    let mut found = vec![within(ConcordanceIndex::default()), within(uno(request)), None];
    for (k, &time) in times.iter().enumerate() {
        let (at, risks) = (std::slice::from_ref(&time), &all.risks[k * n..(k + 1) * n]);
        let area = DynamicAuc::default().estimate(rows, at, risks).ok();
        found.push(area.and_then(|curve| curve.at()[0].estimate));
        let score = Brier::default().survival(rows, at, risks).ok();
        found.push(score.map(|score| score.at()[0].score.estimate));
    }
    Some(found)
}
