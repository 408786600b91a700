//! The optimism of a model that is judged by the rows that made it, by bootstrap and by
//! cross-validation.
//!
//! The whole model is made again: every coefficient and the baseline. The columns of the design are
//! those of all rows, so a choice made before (a cut-point, a selection of terms) is not repeated
//! and its optimism not seen.
//!
//! The limits after the bootstrap are the percentiles of the measures of the samples by their own
//! models, moved by the optimism. Those of a cross-validation are the infinitesimal jackknife of the
//! predictions of rows that were left out. The slope of a sample on itself is 1 whatever the sample, so
//! that its samples tell no limits.
//!
//! Sources: Efron and Gong (1983), Am Stat 37:36-48; Harrell, Lee and Mark (1996), Stat Med
//! 15:361-387; Noma, Shinozaki, Iba, Teramukai and Furukawa (2021), Stat Med 40:5691-5701 (limits);
//! LeDell, Petersen and van der Laan (2015), Electron J Stat 9:1583-1607 (of a cross-validation).

use super::PerformanceRequest;
use super::fits::Fit;
use super::measures::{in_short, names, uno};
use super::model::Predicted;
use super::outcome::Outcome;
use crate::Problem;
use rayon::prelude::*;
use riskset::{
    Brier, Concordance, ConcordanceIndex, DesignMatrix, DynamicAuc, Groups, Interval, Tally, folds,
    normal, percentile_interval, resampled,
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
    /// `harrell`, `uno`, `slope`, `auc`, `brier` or `ici`.
    pub measure: &'static str,
    /// The time of an area or a score.
    pub time: Option<f64>,
    /// On the rows that made the model.
    pub apparent: Option<f64>,
    /// By how much that is too high; for the Brier score and ICI, negative.
    pub optimism: Option<f64>,
    /// The apparent measure less its optimism; in cross-validation the measure of the predictions
    /// of models that had not seen the row.
    pub corrected: Option<f64>,
    /// The limits of `corrected`. None for the slope, with fewer samples than the level needs (40 for
    /// 95%), and for ICI after a cross-validation.
    pub interval: Interval,
}

/// What a measure cannot fall below or rise above.
fn within(measure: &str, interval: Interval) -> Interval {
    let top = if matches!(measure, "harrell" | "uno" | "auc" | "ici") { 1.0 } else { f64::MAX };
    let cut = |limit: Option<f64>| limit.map(|limit| limit.clamp(0.0, top));
    Interval { lower: cut(interval.lower), upper: cut(interval.upper) }
}

const NO_LIMITS: Interval = Interval { lower: None, upper: None };

/// Optimism by refits on bootstrap samples; `None` unless asked for.
pub fn bootstrap(
    request: &PerformanceRequest,
    rows: &Outcome,
    design: &DesignMatrix,
) -> Result<Option<Validation>, Problem> {
    if request.bootstrap == 0 {
        return Ok(None);
    }
    let apparent = apparent(request, rows, design)?;
    let tally = Tally::new(request.bootstrap);
    // In the order of the replicates, whatever the threads.
    let replicates: Vec<Option<Vec<Replicate>>> = (0..request.bootstrap as u64)
        .into_par_iter()
        .map(|replicate| tally.count(|| optimism(request, rows, design, replicate)))
        .collect();
    let made: Vec<&Vec<Replicate>> = replicates.iter().flatten().collect();
    let corrected = |(place, (measure, time)): (usize, (&'static str, Option<f64>))| {
        let found: Vec<(f64, f64)> = made.iter().filter_map(|one| one[place]).collect();
        let sum: f64 = found.iter().map(|(own, all)| own - all).sum();
        let optimism = (!found.is_empty()).then(|| sum / found.len() as f64);
        let own: Vec<f64> = found.iter().map(|found| found.0).collect();
        let limits = percentile_interval(own, request.conf_level).filter(|_| measure != "slope");
        let moved = |limit: Option<f64>| Some(limit? - optimism?);
        let interval = limits.map_or(NO_LIMITS, |limits| Interval {
            lower: moved(limits.lower),
            upper: moved(limits.upper),
        });
        Corrected {
            interval: within(measure, interval),
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
    rows: &Outcome,
    design: &DesignMatrix,
) -> Result<Vec<Option<f64>>, Problem> {
    let fit = Fit::of(request, rows, design)?;
    Ok(in_short(request, rows, &Predicted::of(&fit, design, &request.times)?))
}

/// A measure of a sample by its own model, and of all rows by the same model.
type Replicate = Option<(f64, f64)>;

/// The measures on a sample by the model of the sample, and those of the same model on all rows.
/// `None` where the sample makes no model.
fn optimism(
    request: &PerformanceRequest,
    rows: &Outcome,
    design: &DesignMatrix,
    replicate: u64,
) -> Option<Vec<Replicate>> {
    let sample = resampled(rows.len(), request.seed, replicate);
    let own_rows = rows.select(&sample).ok()?;
    let own_design = chosen(design, &sample)?;
    let fit = Fit::of(request, &own_rows, &own_design).ok().filter(Fit::predicts)?;
    let own = Predicted::of(&fit, &own_design, &request.times).ok()?;
    let all = Predicted::of(&fit, design, &request.times).ok()?;
    let own = in_short(request, &own_rows, &own);
    let all = in_short(request, rows, &all);
    Some(own.into_iter().zip(all).map(|(own, all)| own.zip(all)).collect())
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
    rows: &Outcome,
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
    let found = found.unwrap_or_else(|| vec![(None, NO_LIMITS); names.len()]);
    let corrected = |(place, (measure, time)): (usize, (&'static str, Option<f64>))| Corrected {
        measure,
        time,
        apparent: apparent[place],
        optimism: apparent[place].zip(found[place].0).map(|(a, f)| a - f),
        corrected: found[place].0,
        interval: within(measure, found[place].1),
    };
    let measures = names.into_iter().enumerate().map(corrected).collect();
    Ok(Some(Validation { asked: count, made, measures }))
}

/// The rows of a fold with the predictions of a model of the others.
fn left_out(
    request: &PerformanceRequest,
    rows: &Outcome,
    design: &DesignMatrix,
    fold: &[usize],
    k: usize,
) -> Option<(Vec<usize>, Predicted)> {
    let (own, others): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|&r| fold[r] == k);
    let fit = Fit::of(request, &rows.select(&others).ok()?, &chosen(design, &others)?);
    let fit = fit.ok().filter(Fit::predicts)?;
    let predicted = Predicted::of(&fit, &chosen(design, &own)?, &request.times).ok()?;
    Some((own, predicted))
}

/// A measure of predictions of rows that were left out, with its limits.
type Crossed = (Option<f64>, Interval);

/// The measures of the predictions of all folds. Linear predictors of two models have no common
/// zero, so concordances compare within folds; risks have one.
fn together(
    request: &PerformanceRequest,
    rows: &Outcome,
    fold: &[usize],
    predicted: &[Option<(Vec<usize>, Predicted)>],
) -> Option<Vec<Crossed>> {
    let (n, times) = (rows.len(), &request.times);
    let mut all = Predicted {
        predictor: vec![0.0; n],
        scores: Some(vec![0.0; n * times.len()]),
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
    // Risks have a common zero: they order the rows of all folds at their time.
    all.scores = Some(all.risks.clone());
    let index: Vec<u32> = fold.iter().map(|&k| k as u32).collect();
    let groups = Groups::new(index, predicted.len()).ok()?;
    let level = request.conf_level;
    let within = |index: ConcordanceIndex| {
        let found = rows.concordance(index.strata(&groups), &all.predictor).ok()?;
        Some((found.estimate, symmetric(&found, level)))
    };
    let none = (None, NO_LIMITS);
    // The slope of predictors of several models mixes their zeros with their spread.
    let mut found = vec![
        within(ConcordanceIndex::default()).unwrap_or(none),
        within(uno(request)).unwrap_or(none),
        none,
    ];
    for (k, &time) in times.iter().enumerate() {
        let at = std::slice::from_ref(&time);
        let own = all.at(k, n);
        // The areas of survival are those of the predictor: here the risks take its place.
        let own = Predicted { predictor: own.risks.clone(), ..own };
        let area = rows.areas(DynamicAuc::default().conf_level(level), at, &own).ok();
        found.push(area.map_or(none, |curve| (curve.at()[0].estimate, curve.at()[0].interval)));
        let score = rows.brier(Brier::default().conf_level(level), at, &own.risks).ok();
        let score = score.map(|score| score.at()[0].score);
        found.push(score.map_or(none, |score| (Some(score.estimate), score.interval)));
        // Its links would be those of several models.
        found.push(none);
    }
    Some(found)
}

/// Symmetric limits of a concordance.
fn symmetric(found: &Concordance, level: f64) -> Interval {
    let z = normal::two_sided_quantile(level).ok();
    let limit = |sign: f64| Some(found.estimate? + sign * z? * found.std_error?);
    Interval { lower: limit(-1.0), upper: limit(1.0) }
}
