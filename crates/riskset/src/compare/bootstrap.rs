//! The bootstrap of an adjusted comparison: patients drawn anew, and their propensities, or the model
//! that standardises them, fitted anew.
//!
//! The infinitesimal jackknife takes the weights as known; here their own uncertainty is part of the
//! standard error. Each replicate has its own random stream, so that the number of threads changes
//! nothing.
//!
//! Sources: Efron and Tibshirani (1993), An Introduction to the Bootstrap, 13.3 (percentiles); Austin
//! (2016), Stat Med 35:5642-5655 (weighted survival).

use super::contrast::Estimand;
use super::draw::Draw;
use super::propensity::Propensity;
use super::standardised::Standardised;
use super::weighted::{WeightedComparison, WeightedContrast};
use crate::{DesignMatrix, Error, Groups, Observations, Response, Sample, Tally, normal};
use rayon::prelude::*;

/// A comparison with what the bootstrap says of its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BootstrapContrast {
    /// The comparison of the data themselves, with the standard errors of the jackknife.
    pub observed: WeightedContrast,
    /// The standard deviation of the difference over the replicates.
    pub difference_std_error: f64,
    /// Percentile limits of the difference.
    pub difference_limits: (f64, f64),
    /// Percentile limits of the ratio. `None` when a replicate has none.
    pub ratio_limits: Option<(f64, f64)>,
    /// The replicates that could be computed.
    pub replicates: usize,
    /// The replicates that could not: groups separated, or no such estimand.
    pub failed: usize,
}

/// Compares two groups weighted by `propensity`, with `draws` replicates of this seed.
///
/// Rows are patients: a response with several rows a patient is refused by late entries. `None` where
/// the data themselves have no such estimand.
///
/// # Errors
///
/// Those of [`Propensity::fit`] and [`WeightedComparison::compare`]; [`Error::OutOfRange`] for fewer than 2
/// draws; [`Error::Unsupported`] for late entries or case weights, or when fewer than 2 replicates
/// could be computed.
pub fn bootstrap_contrast(
    response: &impl Response,
    groups: &Groups,
    design: &DesignMatrix,
    propensity: &Propensity,
    estimand: Estimand,
    conf_level: f64,
    (draws, seed): (usize, u64),
) -> Result<Option<BootstrapContrast>, Error> {
    let rows = response.observations();
    check(rows, draws)?;
    let run = |rows: Observations, groups: &Groups, design: &DesignMatrix| {
        let weights = propensity.fit(groups, design)?.weights;
        WeightedComparison::new(estimand)
            .conf_level(conf_level)
            .compare(&rows.with_weights(&weights)?, groups)
    };
    normal::two_sided_quantile(conf_level)?;
    let Some(observed) = run(rows.clone(), groups, design)? else { return Ok(None) };
    let replicate = |number: u64| -> Option<WeightedContrast> {
        let (rows, groups, design) = resampled(rows, groups, design, (seed, number))?;
        run(rows, &groups, &design).ok()?
    };
    let tally = Tally::new(draws);
    let all: Vec<Option<WeightedContrast>> =
        (0..draws as u64).into_par_iter().map(|n| tally.count(|| replicate(n))).collect();
    let made: Vec<WeightedContrast> = all.into_iter().flatten().collect();
    summary(observed, &made, draws, conf_level).map(Some)
}

/// The same of a standardisation: the model is fitted anew to each draw, whose patients are those it is
/// standardised over, so that the limits also hold the chance of which patients there are.
///
/// # Errors
///
/// Those of [`Standardised::fit`] and as [`bootstrap_contrast`].
pub fn bootstrap_standardised(
    response: &impl Response,
    groups: &Groups,
    design: &DesignMatrix,
    estimand: Estimand,
    conf_level: f64,
    (draws, seed): (usize, u64),
) -> Result<Option<BootstrapContrast>, Error> {
    let rows = response.observations();
    check(rows, draws)?;
    let run = |rows: &Observations, groups: &Groups, design: &DesignMatrix| {
        Standardised::fit(rows, groups, design)?.contrast(1, 0, estimand, conf_level)
    };
    let Some(observed) = run(rows, groups, design)? else { return Ok(None) };
    let replicate = |number: u64| -> Option<WeightedContrast> {
        let (rows, groups, design) = resampled(rows, groups, design, (seed, number))?;
        run(&rows, &groups, &design).ok()?
    };
    let tally = Tally::new(draws);
    let all: Vec<Option<WeightedContrast>> =
        (0..draws as u64).into_par_iter().map(|n| tally.count(|| replicate(n))).collect();
    let made: Vec<WeightedContrast> = all.into_iter().flatten().collect();
    summary(observed, &made, draws, conf_level).map(Some)
}

pub(super) fn check(rows: &Observations, draws: usize) -> Result<(), Error> {
    if draws < 2 {
        let range = "be 2 or more; 1000 give limits";
        return Err(Error::OutOfRange { what: "the number of draws", value: draws as f64, range });
    }
    if rows.entry().is_some() || rows.weights().is_some() {
        return Err(Error::Unsupported {
            what: "a bootstrap with late entries or case weights",
            instead: "give one row for each patient, followed from time 0",
        });
    }
    Ok(())
}

/// The patients of one draw, with replacement; `None` where the draw cannot be analysed, such as one
/// without a second group.
pub(super) fn resampled(
    rows: &Observations,
    groups: &Groups,
    design: &DesignMatrix,
    (seed, number): (u64, u64),
) -> Option<(Observations, Groups, DesignMatrix)> {
    let mut draw = Draw::new(seed, number);
    let drawn: Vec<usize> = (0..rows.len()).map(|_| draw.below(rows.len())).collect();
    let index = drawn.iter().map(|&row| groups.index()[row]).collect();
    let design = design_of(design, &drawn)?;
    Some((rows.select(&drawn).ok()?, Groups::new(index, 2).ok()?, design))
}

fn design_of(design: &DesignMatrix, rows: &[usize]) -> Option<DesignMatrix> {
    let column = |column| rows.iter().map(move |&row| design.column(column)[row]);
    let values = (0..design.columns()).flat_map(column).collect();
    DesignMatrix::from_columns(values, rows.len()).ok()
}

fn summary(
    observed: WeightedContrast,
    made: &[WeightedContrast],
    draws: usize,
    conf_level: f64,
) -> Result<BootstrapContrast, Error> {
    if made.len() < 2 {
        return Err(Error::Unsupported {
            what: "a bootstrap whose replicates cannot be computed",
            instead: "choose an earlier time, or leave out covariates that separate the groups",
        });
    }
    let tail = (1.0 - conf_level) / 2.0;
    let limits = |values: &[f64]| -> Result<(f64, f64), Error> {
        let sample = Sample::new(values)?;
        Ok((sample.quantile(tail), sample.quantile(1.0 - tail)))
    };
    let differences: Vec<f64> = made.iter().map(|found| found.difference.estimate).collect();
    let ratios: Option<Vec<f64>> = made.iter().map(|found| Some(found.ratio?.estimate)).collect();
    Ok(BootstrapContrast {
        observed,
        difference_std_error: Sample::new(&differences)?.std_deviation().unwrap_or(0.0),
        difference_limits: limits(&differences)?,
        ratio_limits: ratios.map(|ratios| limits(&ratios)).transpose()?,
        replicates: made.len(),
        failed: draws - made.len(),
    })
}
