//! Simultaneous bands of adjusted curves: what to put in place of the normal quantile of a pointwise
//! interval, so that the interval holds the whole curve.
//!
//! The error of an adjusted curve is no Brownian bridge in a scale of time, because weights, or
//! coefficients that all times share, correlate it otherwise. Its largest absolute value over its
//! standard error is therefore drawn: of a weighted curve by random multipliers of what each patient
//! adds to its logarithm (the influence functions of the infinitesimal jackknife), of a standardised
//! curve from the normal distribution of its baseline and its coefficients. A bootstrap draws it from
//! the curves of patients drawn anew ([`bootstrap_curves`](super::bootstrap_curves)). Derivation:
//! docs/methods/comparisons.md.
//!
//! Sources: Lin, Fleming and Wei (1994), Biometrika 81:73-81 (multipliers); Lin, Wei and Ying (1993),
//! Biometrika 80:557-572; Nair (1984), Technometrics 26:265-275 (equal precision). Reference: the
//! covariance of the influence functions of R's `survfit`, and normal draws with it.

use super::draw::Draw;
use super::events::{check, event_times};
use super::standardised::{PathStep, Standardised};
use crate::{Error, Groups, KaplanMeier, Observations, Response, Sample, Tally, normal};
use nalgebra::{DMatrix, SymmetricEigen};
use rayon::prelude::*;

/// The critical value of a simultaneous band of an adjusted curve.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AdjustedBand {
    /// What stands in place of the normal quantile of a pointwise interval; it is never less.
    pub critical: f64,
    /// From where to where the band holds: the fifth event of the group, and its last event time at which
    /// five are at risk. Before and after it a single patient decides.
    pub range: (f64, f64),
    /// The draws that it rests on.
    pub draws: usize,
}

impl AdjustedBand {
    /// The quantile of the largest values drawn. `None` without any.
    pub(super) fn of(
        largest: &[f64],
        range: (f64, f64),
        conf_level: f64,
    ) -> Result<Option<AdjustedBand>, Error> {
        let z = normal::two_sided_quantile(conf_level)?;
        if largest.is_empty() {
            return Ok(None);
        }
        // Where all times move together the quantile is that of one of them, but for the draws.
        let critical = Sample::new(largest)?.quantile(conf_level).max(z);
        Ok(Some(AdjustedBand { critical, range, draws: largest.len() }))
    }
}

/// The band of each group's weighted Kaplan-Meier curve at this level, by `draws` draws of multipliers
/// with this seed. Rows are patients, and the weights are taken as known. `None` for a group that has not
/// five events while five are at risk. The number of threads changes nothing.
///
/// The limits at a time are those of a pointwise interval with [`critical`](AdjustedBand::critical) in
/// place of the normal quantile.
///
/// ```
/// use riskset::{Groups, RightCensored, Response, weighted_bands};
///
/// // One event time: the largest of one normal variable, whose quantile is 1.96.
/// let times = [1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0];
/// let events = [true, true, true, true, true, false, false, false];
/// let rows = RightCensored::new(&times, &events)?.into_observations();
/// let rows = rows.with_weights(&[1.5, 0.5, 1.0, 1.0, 1.0, 2.0, 1.0, 1.0])?;
/// let band = weighted_bands(&rows, &Groups::single(8), 0.95, (20_000, 1))?[0].unwrap();
/// assert!((band.critical - 1.96).abs() < 0.03);
/// assert_eq!(band.range, (1.0, 1.0));
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Length`], [`Error::ConfLevel`], [`Error::OutOfRange`] for fewer than 2 draws.
pub fn weighted_bands(
    response: &impl Response,
    groups: &Groups,
    conf_level: f64,
    (draws, seed): (usize, u64),
) -> Result<Vec<Option<AdjustedBand>>, Error> {
    let rows = response.observations();
    check(rows, groups, None)?;
    enough(draws)?;
    let members = groups.rows();
    let band = |(group, members): (usize, &Vec<usize>)| {
        let own = rows.select(members)?;
        let all: Vec<usize> = (0..own.len()).collect();
        let Some(range) = steady(&own, &all) else { return Ok(None) };
        let Some(errors) = Multiplied::new(&own, range)? else { return Ok(None) };
        let (first, tally) = ((group * draws) as u64, Tally::new(draws));
        let largest =
            |number: u64| tally.count(|| errors.largest(&mut Draw::new(seed, first + number)));
        let largest: Vec<f64> = (0..draws as u64).into_par_iter().map(largest).collect();
        AdjustedBand::of(&largest, range, conf_level)
    };
    members.iter().enumerate().map(band).collect()
}

/// The fewest events before a band begins, and at risk where it ends.
const FEW: usize = 5;

/// From where to where a curve of these rows rests on more than a few of them.
pub(super) fn steady(rows: &Observations, members: &[usize]) -> Option<(f64, f64)> {
    let events = members.iter().filter(|&&row| rows.event()[row] && rows.weight(row) > 0.0);
    let mut times: Vec<f64> = events.map(|&row| rows.time()[row]).collect();
    times.sort_unstable_by(f64::total_cmp);
    let from = *times.get(FEW - 1)?;
    let entered = |row: usize, at: f64| rows.entry().is_none_or(|entry| entry[row] < at);
    let at_risk =
        |at: f64| members.iter().filter(|&&row| rows.time()[row] >= at && entered(row, at)).count();
    let to = times.into_iter().rev().find(|&at| at_risk(at) >= FEW)?;
    (from <= to).then_some((from, to))
}

pub(super) fn enough(draws: usize) -> Result<(), Error> {
    if draws < 2 {
        let range = "be 2 or more; 1000 give a critical value";
        return Err(Error::OutOfRange { what: "the number of draws", value: draws as f64, range });
    }
    Ok(())
}

/// The logarithm of a weighted curve as a sum over patients, at each event time.
struct Multiplied {
    /// The place of the first event time that counts.
    counts: usize,
    times: Vec<f64>,
    /// What being at risk at a time adds per weight, what an event takes away, and the standard error
    /// of the logarithm there.
    steps: Vec<(f64, f64, f64)>,
    /// Each row's weight, from which time on and before which it is at risk, and whether it ends with
    /// the event at the last of them.
    rows: Vec<(f64, usize, usize, bool)>,
}

impl Multiplied {
    /// `None` where no time has a standard error.
    fn new(rows: &Observations, range: (f64, f64)) -> Result<Option<Multiplied>, Error> {
        let table = event_times(rows, &Groups::single(rows.len()), None)?.remove(0);
        let curve = KaplanMeier::default().robust(true).fit(rows)?;
        let errors = curve.std_errors();
        let (mut times, mut steps) = (Vec::new(), Vec::new());
        for at in table.iter().take_while(|at| at.time <= range.1) {
            let (n, left) = (at.n(), at.n() - at.d());
            let row = curve.time().partition_point(|&time| time <= at.time);
            let row = row.checked_sub(1);
            let error = row.and_then(|row| Some(errors[row]? / curve.survival()[row]));
            match error {
                Some(error) if left > 0.0 && error > 0.0 && error.is_finite() => {
                    times.push(at.time);
                    steps.push((at.d() / (n * left), 1.0 / left, error));
                }
                // Once the curve is 0 its logarithm has no error.
                _ => break,
            }
        }
        let counts = times.partition_point(|&time| time < range.0);
        if counts == times.len() {
            return Ok(None);
        }
        let passed = |time: f64| times.partition_point(|&at| at <= time);
        let row = |row: usize| {
            let time = rows.time()[row];
            let last = passed(time);
            let ends = rows.event()[row] && last > 0 && times[last - 1] == time;
            let first = rows.entry().map_or(0, |entry| passed(entry[row]));
            (rows.weight(row), first, last, ends)
        };
        let rows = (0..rows.len()).map(row).collect();
        Ok(Some(Multiplied { counts, times, steps, rows }))
    }

    /// The largest error in standard errors with these multipliers.
    fn largest(&self, draw: &mut Draw) -> f64 {
        // What enters and leaves the risk set at each time, and the events at it.
        let mut moves = vec![0.0; self.times.len() + 1];
        let mut events = vec![0.0; self.times.len()];
        for &(weight, first, last, ends) in &self.rows {
            let part = weight * normal::quantile(draw.uniform());
            moves[first] += part;
            moves[last] -= part;
            if ends {
                events[last - 1] += part;
            }
        }
        let (mut at_risk, mut error, mut largest) = (0.0, 0.0, 0.0_f64);
        let steps = moves.iter().zip(&events).zip(&self.steps).enumerate();
        for (place, ((moved, events), &(risk, event, sd))) in steps {
            at_risk += moved;
            error += risk * at_risk - event * events;
            if place >= self.counts {
                largest = largest.max((error / sd).abs());
            }
        }
        largest
    }
}

impl Standardised {
    /// The band of each group's standardised curve at this level, by `draws` draws of its baseline and of
    /// the coefficients with this seed; the patients are taken as they are. `None` for a group without
    /// an event. Limits are made of it as of [`weighted_bands`].
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`], [`Error::OutOfRange`] for fewer than 2 draws.
    pub fn bands(
        &self,
        conf_level: f64,
        (draws, seed): (usize, u64),
    ) -> Result<Vec<Option<AdjustedBand>>, Error> {
        enough(draws)?;
        let root = root(self.covariance());
        let band = |group: usize| {
            let Some(range) = self.steady(group) else { return Ok(None) };
            let predicted = Predicted::new(self.path(group), range, &root);
            let (first, tally) = ((group * draws) as u64, Tally::new(draws));
            let largest = |number: u64| {
                tally.count(|| predicted.largest(&mut Draw::new(seed, first + number)))
            };
            let largest: Vec<f64> = (0..draws as u64).into_par_iter().map(largest).collect();
            AdjustedBand::of(&largest, range, conf_level)
        };
        (0..self.count()).map(band).collect()
    }
}

/// A root of a covariance, one row a coefficient: that times its transpose is the covariance.
fn root(covariance: &[f64]) -> DMatrix<f64> {
    let p = covariance.len().isqrt();
    if p == 0 {
        return DMatrix::zeros(0, 0);
    }
    let eigen = SymmetricEigen::new(DMatrix::from_row_slice(p, p, covariance));
    let scale = eigen.eigenvalues.map(|value| value.max(0.0).sqrt());
    eigen.eigenvectors * DMatrix::from_diagonal(&scale)
}

/// The error of a standardised curve: the baseline's own up to each time, and what the coefficients move.
struct Predicted {
    /// The place of the first event time that counts.
    counts: usize,
    /// How the curve falls with the hazard, the deviation of the hazard's increment, and the standard
    /// error of the curve.
    steps: Vec<(f64, f64, f64)>,
    /// The slope of each time by independent variables of variance 1 that make the coefficients.
    slopes: Vec<Vec<f64>>,
}

impl Predicted {
    fn new(path: Vec<PathStep>, range: (f64, f64), root: &DMatrix<f64>) -> Predicted {
        let counts = path.partition_point(|step| step.time < range.0);
        let path = path.into_iter().take_while(|step| step.time <= range.1);
        let (mut own, mut steps, mut slopes) = (0.0, Vec::new(), Vec::new());
        for PathStep { fall, own: step, slope, .. } in path {
            own += step;
            let slope: Vec<f64> = (0..root.ncols())
                .map(|column| {
                    slope.iter().enumerate().map(|(row, s)| s * root[(row, column)]).sum()
                })
                .collect();
            let shared: f64 = slope.iter().map(|part| part * part).sum();
            steps.push((fall, step.sqrt(), (fall * fall * own + shared).sqrt()));
            slopes.push(slope);
        }
        Predicted { counts, steps, slopes }
    }

    /// The largest error in standard errors of one draw.
    fn largest(&self, draw: &mut Draw) -> f64 {
        let mut normal = || normal::quantile(draw.uniform());
        let shared: Vec<f64> = (0..self.slopes[0].len()).map(|_| normal()).collect();
        let (mut hazard, mut largest) = (0.0, 0.0_f64);
        let steps = self.steps.iter().zip(&self.slopes).enumerate();
        for (place, (&(fall, sd, error), slope)) in steps {
            hazard += sd * normal();
            let moved: f64 = slope.iter().zip(&shared).map(|(slope, by)| slope * by).sum();
            if place >= self.counts && error > 0.0 {
                largest = largest.max(((fall * hazard + moved) / error).abs());
            }
        }
        largest
    }
}

/// The standard deviations over curves of patients drawn anew, at the times of the observed one, and the
/// band that they make within a range: `None` where fewer than `known` of the draws have a curve, or
/// nothing varies.
pub(super) fn of_curves(
    observed: &[Option<f64>],
    drawn: &[&[Option<f64>]],
    times: &[f64],
    range: Option<(f64, f64)>,
    known: f64,
    conf_level: f64,
) -> Result<(Vec<Option<f64>>, Option<AdjustedBand>), Error> {
    let error = |place: usize| -> Result<Option<f64>, Error> {
        let values: Vec<f64> = drawn.iter().filter_map(|curve| curve[place]).collect();
        if observed[place].is_none_or(|survival| survival <= 0.0)
            || (values.len() as f64) < known * drawn.len() as f64
        {
            return Ok(None);
        }
        Ok(Sample::new(&values)?.std_deviation().filter(|&sd| sd > 0.0))
    };
    let errors = (0..times.len()).map(error).collect::<Result<Vec<_>, Error>>()?;
    let usable: Vec<(usize, f64, f64)> = (0..times.len())
        .filter(|&place| range.is_some_and(|range| (range.0..=range.1).contains(&times[place])))
        .filter_map(|place| Some((place, observed[place]?, errors[place]?)))
        .collect();
    let (Some(first), Some(last)) = (usable.first(), usable.last()) else {
        return Ok((errors, None));
    };
    let largest = |curve: &&[Option<f64>]| {
        let at = |&(place, survival, sd): &(usize, f64, f64)| {
            curve[place].map_or(0.0, |drawn| ((drawn - survival) / sd).abs())
        };
        usable.iter().map(at).fold(0.0, f64::max)
    };
    let largest: Vec<f64> = drawn.iter().map(largest).collect();
    let band = AdjustedBand::of(&largest, (times[first.0], times[last.0]), conf_level)?;
    Ok((errors, band))
}
