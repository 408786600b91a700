//! The bootstrap of adjusted curves: patients drawn anew, propensities or model fitted anew in each
//! draw, and both curves read at the times of the data.
//!
//! Limits hold one time each. They are percentiles over the draws whose curve is known at the time. The
//! largest distance of a draw's curve from that of the data, in standard deviations, gives the band that
//! holds the whole curve.
//!
//! Sources: Efron and Tibshirani (1993), An Introduction to the Bootstrap, 13.3; Austin (2016), Stat Med
//! 35:5642-5655.

use super::adjusted_band::{AdjustedBand, of_curves, steady};
use super::bootstrap::{check, resampled};
use super::contrast::Estimand;
use super::propensity::Propensity;
use super::standardised::Standardised;
use crate::{
    DesignMatrix, Error, Groups, Interval, KaplanMeier, Observations, Response, Sample, Tally,
    normal,
};
use rayon::prelude::*;

/// How curves are adjusted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CurveAdjustment<'a> {
    /// Kaplan-Meier curves weighted by these propensities.
    Weights(&'a Propensity),
    /// Predictions of a Cox model with a baseline for each group.
    Standardise,
}

/// What the draws say of two adjusted curves.
#[derive(Clone, Debug, PartialEq)]
pub struct BootstrapCurves {
    /// For the first group and the second, percentile limits at each of its times. `None` where fewer
    /// than nine of ten draws have a curve.
    pub limits: [Vec<Option<Interval>>; 2],
    /// The standard deviation over the draws at each of these times. `None` where fewer than nine of ten
    /// draws have a curve, where it is 0, or where nothing varies.
    pub std_errors: [Vec<Option<f64>>; 2],
    /// The band of each whole curve, whose limits are those of a pointwise interval with
    /// `std_errors` and its critical value. `None` for a group that has not five events while five are at
    /// risk, or where nothing varies.
    pub bands: [Option<AdjustedBand>; 2],
    /// Draws that could be computed.
    pub replicates: usize,
    /// Draws that could not: groups separated, or a draw without one of them.
    pub failed: usize,
}

/// The part of the draws that must know the curve at a time.
const KNOWN: f64 = 0.9;

/// Limits of two adjusted curves at `times` of the first group and of the second, by `draws` draws of
/// this seed. The number of threads changes nothing.
///
/// # Errors
///
/// [`Error::Length`], [`Error::ConfLevel`], [`Error::OutOfRange`] for fewer than 2 draws,
/// [`Error::Unsupported`] for late entries or case weights, or when fewer than 2 draws could be
/// computed.
pub fn bootstrap_curves(
    response: &impl Response,
    groups: &Groups,
    design: &DesignMatrix,
    how: CurveAdjustment,
    times: [&[f64]; 2],
    conf_level: f64,
    (draws, seed): (usize, u64),
) -> Result<BootstrapCurves, Error> {
    let rows = response.observations();
    check(rows, draws)?;
    groups.check_rows("groups", rows.len())?;
    normal::two_sided_quantile(conf_level)?;
    let replicate = |number: u64| -> Option<[Vec<Option<f64>>; 2]> {
        let (rows, groups, design) = resampled(rows, groups, design, (seed, number))?;
        read(&rows, &groups, &design, how, times).ok()
    };
    let tally = Tally::new(draws);
    let replicate = |number: u64| tally.count(|| replicate(number));
    let made: Vec<[Vec<Option<f64>>; 2]> =
        (0..draws as u64).into_par_iter().filter_map(replicate).collect();
    if made.len() < 2 {
        return Err(Error::Unsupported {
            what: "a bootstrap whose replicates cannot be computed",
            instead: "leave out covariates that separate the groups",
        });
    }
    let of_group = |group: usize| -> Result<Vec<Option<Interval>>, Error> {
        (0..times[group].len())
            .map(|place| {
                let values: Vec<f64> = made.iter().filter_map(|one| one[group][place]).collect();
                if (values.len() as f64) < KNOWN * made.len() as f64 {
                    return Ok(None);
                }
                let sample = Sample::new(&values)?;
                let tail = (1.0 - conf_level) / 2.0;
                let lower = Some(sample.quantile(tail));
                let upper = Some(sample.quantile(1.0 - tail));
                Ok(Some(Interval { lower, upper }))
            })
            .collect()
    };
    let limits = [of_group(0)?, of_group(1)?];
    let observed = read(rows, groups, design, how, times)?;
    let members = groups.rows();
    let band = |group: usize| {
        let drawn: Vec<&[Option<f64>]> = made.iter().map(|one| &one[group][..]).collect();
        let range = steady(rows, &members[group]);
        of_curves(&observed[group], &drawn, times[group], range, KNOWN, conf_level)
    };
    let [(first_errors, first_band), (second_errors, second_band)] = [band(0)?, band(1)?];
    Ok(BootstrapCurves {
        limits,
        std_errors: [first_errors, second_errors],
        bands: [first_band, second_band],
        replicates: made.len(),
        failed: draws - made.len(),
    })
}

/// Both curves at their times; `None` after the last time of a curve that has not reached 0.
fn read(
    rows: &Observations,
    groups: &Groups,
    design: &DesignMatrix,
    how: CurveAdjustment,
    times: [&[f64]; 2],
) -> Result<[Vec<Option<f64>>; 2], Error> {
    match how {
        CurveAdjustment::Weights(propensity) => {
            let weights = propensity.fit(groups, design)?.weights;
            let curves =
                KaplanMeier::default().fit_groups(&rows.clone().with_weights(&weights)?, groups)?;
            let of = |group: usize| -> Result<Vec<Option<f64>>, Error> {
                times[group].iter().map(|&time| Ok(curves[group].at(time)?.survival)).collect()
            };
            Ok([of(0)?, of(1)?])
        }
        CurveAdjustment::Standardise => {
            let fit = Standardised::fit(rows, groups, design)?;
            let of = |group: usize| -> Result<Vec<Option<f64>>, Error> {
                let at = |&time: &f64| {
                    Ok(fit.at(group, Estimand::Survival(time))?.map(|(survival, _)| survival))
                };
                times[group].iter().map(at).collect()
            };
            Ok([of(0)?, of(1)?])
        }
    }
}
