//! The effect of a searched cut-point, and how much of it is left in patients who did not help to
//! choose it.
//!
//! The cut is chosen where the groups differ most, so their hazard ratio is too far from 1. Each part
//! of the patients is cut where the search among the others would have cut it:
//!
//! - the hazard ratio between the two sides so found, the riskier side of each search set against
//!   the other, is the cross-validated one (Faraggi and Simon 1996, Stat Med 15:2203-2213);
//! - a Cox model whose only covariate is the coefficient of the others' search has the slope c;
//!   the coefficient times c is the shrunken one (van Houwelingen and le Cessie 1990, Stat Med
//!   9:1303-1325; Schumacher, Holländer and Sauerbrei 1997, Stat Med 16:2813-2827).
//!
//! Derivation: docs/methods/comparisons.md. Reference program: `coxph` of R survival, the search and
//! the folds written out.

use super::cut_point::CutPointSearch;
use crate::regression::Fitted;
use crate::{CoxModel, DesignMatrix, Error, Interval, Observations, Response, Tally, folds};
use rayon::prelude::*;

/// A hazard ratio of those above a cut against those at or below it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CutEffect {
    /// Its logarithm.
    pub log_ratio: f64,
    /// The standard error of the logarithm, as if the cut had been planned.
    pub std_error: f64,
    /// The limits of the ratio, as if the cut had been planned.
    pub interval: Interval,
}

/// What one division of the patients says of the effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CutFolds {
    /// The logarithm of the hazard ratio of the side that the others' search calls riskier against
    /// the other side. `None` where it is not estimable.
    pub log_ratio: Option<f64>,
    /// The slope c of the others' coefficients. `None` where one of them, or the slope, does not
    /// exist.
    pub slope: Option<f64>,
    /// The lowest and the highest cut that the searches chose.
    pub cuts: (f64, f64),
}

/// The effect in patients who did not help to choose the cut: means over divisions at random.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CutValidation {
    /// The mean logarithm of the hazard ratio, in the direction of the best cut: above against at or
    /// below. `None` where no division has one.
    pub log_ratio: Option<f64>,
    /// The mean slope: 1 when nothing has to be shrunk, 0 or less when nothing is left. `None` where
    /// no division has one.
    pub slope: Option<f64>,
    /// The lowest and the highest cut that any search chose; `None` where every search failed.
    pub cuts: Option<(f64, f64)>,
    /// Divisions that gave no hazard ratio, or no slope.
    pub without: usize,
}

/// The hazard ratio at a cut as if it had been planned (Efron's ties); `None` where it is not
/// estimable.
///
/// # Errors
///
/// Those of the Cox model, [`Error::ConfLevel`] among them.
pub fn cut_effect(
    response: &impl Response,
    values: &[f64],
    cut: f64,
    conf_level: f64,
) -> Result<Option<CutEffect>, Error> {
    let above: Vec<f64> = values.iter().map(|&value| side(value, cut)).collect();
    let design = DesignMatrix::from_columns(above, values.len())?;
    let fit = CoxModel::default().conf_level(conf_level).fit(response, &design)?;
    Ok(fit.coefficients()[0].estimate().and_then(|found| {
        Some(CutEffect {
            log_ratio: found.estimate,
            std_error: found.std_error?,
            interval: found.interval,
        })
    }))
}

impl CutPointSearch {
    /// Cuts each fold where the search among the others would have cut it: `fold` has the number of
    /// each row's fold, in data order.
    ///
    /// # Errors
    ///
    /// As [`search`](Self::search), among the rows of any fold's others too.
    pub fn in_folds(
        &self,
        response: &impl Response,
        values: &[f64],
        fold: &[usize],
    ) -> Result<CutFolds, Error> {
        let rows = response.observations();
        if fold.len() != rows.len() || values.len() != rows.len() {
            let (expected, found) = (rows.len(), fold.len().min(values.len()));
            return Err(Error::Length { what: "the folds", expected, found });
        }
        let count = fold.iter().max().map_or(0, |last| last + 1);
        let mut out = Parts {
            riskier: vec![0.0; rows.len()],
            coefficient: vec![0.0; rows.len()],
            finite: true,
            cuts: (f64::INFINITY, f64::NEG_INFINITY),
        };
        for part in 0..count {
            let (own, others): (Vec<usize>, Vec<usize>) =
                (0..rows.len()).partition(|&row| fold[row] == part);
            if !own.is_empty() {
                self.cut_part(rows, values, &own, &others, &mut out)?;
            }
        }
        let slope = out.finite.then(|| alone(rows, out.coefficient)).transpose()?.flatten();
        Ok(CutFolds { log_ratio: alone(rows, out.riskier)?, slope, cuts: out.cuts })
    }

    /// Searches among the others, and says what that says of a part.
    fn cut_part(
        &self,
        rows: &Observations,
        values: &[f64],
        own: &[usize],
        others: &[usize],
        out: &mut Parts,
    ) -> Result<(), Error> {
        let response = rows.select(others)?;
        let known: Vec<f64> = others.iter().map(|&row| values[row]).collect();
        let best = self.best(&response, &known)?;
        let above: Vec<f64> = known.iter().map(|&value| side(value, best.cut)).collect();
        let coefficient = alone(&response, above)?;
        out.finite &= coefficient.is_some();
        out.cuts = (out.cuts.0.min(best.cut), out.cuts.1.max(best.cut));
        for &row in own {
            let above = side(values[row], best.cut);
            out.riskier[row] = if best.z > 0.0 { above } else { 1.0 - above };
            out.coefficient[row] = coefficient.unwrap_or(0.0) * above;
        }
        Ok(())
    }

    /// The effect in patients who did not help to choose the cut: `repeats` divisions into `parts`
    /// folds, drawn from the seed. `direction` is the sign of the best cut's z.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for fewer than 2 parts, more parts than rows, or no repeats. A division
    /// whose searches fail gives nothing and is counted.
    pub fn validate(
        &self,
        response: &impl Response,
        values: &[f64],
        (parts, repeats): (usize, usize),
        seed: u64,
        direction: f64,
    ) -> Result<CutValidation, Error> {
        let rows = response.observations();
        if parts < 2 || parts > rows.len() {
            let range = "be 2 or more, and no more than there are patients";
            return Err(Error::OutOfRange {
                what: "the number of folds",
                value: parts as f64,
                range,
            });
        }
        if repeats == 0 {
            let range = "be 1 or more";
            return Err(Error::OutOfRange { what: "the number of divisions", value: 0.0, range });
        }
        let one = |repeat: usize| {
            // Each division has a seed of its own, so that the threads change nothing.
            let fold = folds(rows.len(), parts, seed.wrapping_add(repeat as u64));
            self.in_folds(rows, values, &fold).ok()
        };
        let tally = Tally::new(repeats);
        let one = |repeat: usize| tally.count(|| one(repeat));
        let all: Vec<Option<CutFolds>> = (0..repeats).into_par_iter().map(one).collect();
        let found: Vec<CutFolds> = all.into_iter().flatten().collect();
        let whole = found.iter().filter(|one| one.log_ratio.is_some() && one.slope.is_some());
        Ok(CutValidation {
            log_ratio: mean(found.iter().filter_map(|one| one.log_ratio))
                .map(|mean| mean * direction.signum()),
            slope: mean(found.iter().filter_map(|one| one.slope)),
            cuts: found
                .iter()
                .map(|one| one.cuts)
                .reduce(|(low, high), next| (low.min(next.0), high.max(next.1))),
            without: repeats - whole.count(),
        })
    }
}

/// What the searches say of every row.
struct Parts {
    /// 1 on the side that the others' search calls riskier.
    riskier: Vec<f64>,
    /// The coefficient of the others for those above their cut, 0 for the rest.
    coefficient: Vec<f64>,
    finite: bool,
    cuts: (f64, f64),
}

/// Above the cut or not, as a covariate.
fn side(value: f64, cut: f64) -> f64 {
    f64::from(u8::from(value > cut))
}

/// The coefficient of one covariate; `None` where it does not exist or runs to infinity.
fn alone(rows: &Observations, covariate: Vec<f64>) -> Result<Option<f64>, Error> {
    let design = DesignMatrix::from_columns(covariate, rows.len())?;
    let fit = CoxModel::default().fit(rows, &design)?;
    Ok(match &fit.coefficients()[0] {
        Fitted::Estimate(found) => Some(found.estimate),
        _ => None,
    })
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values {
        sum += value;
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}
