//! Royston and Sauerbrei's D, and measures of explained variation of a linear predictor.
//!
//! D: the linear predictor is replaced by the normal scores of its ranks (Blom's, averaged over
//! equal predictors), divided by kappa = sqrt(8/pi). The coefficient of these in a Cox model is D,
//! the log hazard ratio between the halves of the patients with the poorer and the better prognosis.
//! R2_D = b² / (pi²/6 + b²) with b = D/kappa. Kent and O'Quigley's approximate measure has the
//! variance of the predictor itself in place of b²; Gonen and Heller's is the concordance that the
//! model implies, from the predictors alone.
//!
//! Sources: Royston and Sauerbrei (2004), Stat Med 23:723-748; Kent and O'Quigley (1988),
//! Biometrika 75:525-534; Gonen and Heller (2005), Biometrika 92:965-970; Blom (1958). Reference
//! program: `royston` of R survival 3.5.

use crate::gonen_heller::gonen_heller;
use crate::{CoxModel, DesignMatrix, Error, Interval, Response, normal, sort};
use std::f64::consts::PI;

/// The variance of the log of an exponential variable: that of the error of a Cox model.
const ERROR_VARIANCE: f64 = PI * PI / 6.0;

/// Prognostic separation of a linear predictor: its options, and
/// [`estimate`](Self::estimate).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Royston {
    conf_level: f64,
}

/// Prognostic separation and explained variation.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RoystonD {
    /// D, a log hazard ratio. `None` where it runs to infinity.
    pub d: Option<f64>,
    /// Its standard error, the scores taken as given.
    pub std_error: Option<f64>,
    /// The interval of D.
    pub interval: Interval,
    /// R2_D, as a fraction of 1. It has no sign: see D for a predictor that orders the wrong way.
    pub r2_d: Option<f64>,
    /// R2_D at the limits of D. The lower one is 0 where the interval of D holds 0.
    pub r2_d_interval: Interval,
    /// Kent and O'Quigley's explained variation, approximate, as a fraction of 1. It believes the
    /// predictor: meaningful only where its slope is 1.
    pub r2_pm: f64,
    /// Gonen and Heller's concordance; 1/2 for a predictor that tells nothing. It believes the
    /// predictor too, and does not depend on the censoring.
    pub gonen_heller: f64,
}

impl Default for Royston {
    fn default() -> Self {
        Royston { conf_level: 0.95 }
    }
}

impl Royston {
    /// Sets the level of the intervals as a fraction: 0.95, not 95.
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Estimates D and the explained variation of `predictor`, one log hazard per row in data order,
    /// up to a constant. The model may come from other data.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`], [`Error::Length`], [`Error::Covariate`] for a predictor that is not
    /// finite, [`Error::NoEvents`], and [`Error::Unsupported`] when all predictors are the same.
    pub fn estimate(&self, response: &impl Response, predictor: &[f64]) -> Result<RoystonD, Error> {
        let z = normal::two_sided_quantile(self.conf_level)?;
        let rows = response.observations().len();
        if predictor.len() != rows {
            let found = predictor.len();
            return Err(Error::Length { what: "linear predictors", expected: rows, found });
        }
        if let Some(row) = predictor.iter().position(|value| !value.is_finite()) {
            return Err(Error::Covariate { row, column: 0, value: predictor[row] });
        }
        if predictor.iter().all(|&value| value == predictor[0]) {
            return Err(Error::Unsupported {
                what: "the separation of a linear predictor that is the same for all rows",
                instead: "check that the model has covariates, and that they vary in these rows",
            });
        }
        let d = separation(response, predictor)?;
        let limit = |sign: f64| d.map(|(d, error)| d + sign * z * error);
        let interval = Interval { lower: limit(-1.0), upper: limit(1.0) };
        Ok(RoystonD {
            d: d.map(|(d, _)| d),
            std_error: d.map(|(_, error)| error),
            interval,
            r2_d: d.map(|(d, _)| explained(d)),
            r2_d_interval: explained_between(interval),
            r2_pm: variance(predictor) / (ERROR_VARIANCE + variance(predictor)),
            gonen_heller: gonen_heller(predictor),
        })
    }
}

/// D and its standard error; `None` where it runs to infinity.
fn separation(response: &impl Response, predictor: &[f64]) -> Result<Option<(f64, f64)>, Error> {
    let kappa = (8.0 / PI).sqrt();
    let scores = normal_scores(predictor).into_iter().map(|score| score / kappa).collect();
    let design = DesignMatrix::from_columns(scores, predictor.len())?;
    let fit = CoxModel::default().fit(response, &design)?;
    if !fit.all_estimated() {
        return Ok(None);
    }
    let linear = fit
        .linear_predictors(&DesignMatrix::from_columns(vec![1.0], 1)?, crate::BaselineAt::Zero)?[0];
    Ok(Some((linear.estimate, linear.std_error)))
}

/// Blom's scores of the ranks, averaged over equal values.
fn normal_scores(values: &[f64]) -> Vec<f64> {
    let sorted = sort::sort(values.to_vec());
    let n = values.len() as f64;
    let score = |place: usize| normal::quantile((place as f64 + 0.625) / (n + 0.25));
    let mut scores = vec![0.0; values.len()];
    let mut first = 0;
    for equal in sorted.values.chunk_by(|a, b| a == b) {
        let places = first..first + equal.len();
        let mean = places.clone().map(score).sum::<f64>() / equal.len() as f64;
        places.for_each(|place| scores[sorted.order[place] as usize] = mean);
        first += equal.len();
    }
    scores
}

fn explained(d: f64) -> f64 {
    let squared = d * d * PI / 8.0;
    squared / (ERROR_VARIANCE + squared)
}

fn explained_between(interval: Interval) -> Interval {
    let Some((lower, upper)) = interval.lower.zip(interval.upper) else { return interval };
    let least = if lower <= 0.0 && upper >= 0.0 { 0.0 } else { lower.abs().min(upper.abs()) };
    let most = lower.abs().max(upper.abs());
    Interval { lower: Some(explained(least)), upper: Some(explained(most)) }
}

fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three values, two of them equal: ranks 1, 2 and 3 of 3 have probabilities 0.625/3.25, 1/2
    /// and 2.625/3.25, so the first two share half of the first score.
    #[test]
    fn scores_and_measures_by_hand() {
        let low = normal::quantile(0.625 / 3.25);
        let found = normal_scores(&[5.0, 5.0, 9.0]);
        assert_eq!(found[..2], [low / 2.0; 2]);
        assert!((found[2] + low).abs() < 1e-15);
        // Predictors 0 and ln 3: variance (ln 3)²/2.
        let pair = [0.0, 3.0_f64.ln()];
        assert!((variance(&pair) - 3.0_f64.ln().powi(2) / 2.0).abs() < 1e-15);
        // An interval across 0 explains between nothing and what its farther limit does.
        let across = Interval { lower: Some(-1.0), upper: Some(0.5) };
        let found = explained_between(across);
        assert_eq!((found.lower, found.upper), (Some(0.0), Some(explained(1.0))));
    }
}
