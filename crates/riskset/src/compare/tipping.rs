//! What if those who were lost had fared otherwise: best and worst case, and the delta at which the
//! conclusion turns.
//!
//! Censoring is taken to say nothing about what comes after it. Two ways to ask how much hangs on that:
//!
//! - **Cases**: all who were lost have the event where they were lost, or none until the end of
//!   follow-up, in either group.
//! - **Delta**: after they were lost, the hazard of a group is delta times what it is for those still
//!   followed. Their times are imputed: S(t | lost at c) = (S(t) / S(c))^delta, S the Kaplan-Meier curve
//!   of the own group, drawn anew from its patients for each imputation. The hazard ratios of the
//!   imputed data are put together by Rubin's rules.
//!
//! The same seed draws the same patients and the same numbers for every delta, so that estimates move
//! with delta alone. Derivation: docs/methods/comparisons.md. Sources: Jackson, White, Seaman et al.
//! (2014), Stat Med 33:4681-4694; Lipkovich, Ratitch and O'Kelly (2016), Pharm Stat 15:216-229; Rubin
//! (1987), Multiple Imputation for Nonresponse in Surveys, 3.1. Reference: `coxph` of R survival and
//! the rules written out.

use super::draw::Draw;
use crate::{
    CoxModel, DesignMatrix, Error, Groups, Interval, KaplanMeier, Observations, Response,
    RightCensored, SurvivalCurve, Tally, beta, normal,
};
use rayon::prelude::*;

/// Imputations of the times of those who were lost, and [`at`](Self::at). By default 50 of seed 1, at
/// the level 0.95.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeltaImputation {
    imputations: usize,
    seed: u64,
    conf_level: f64,
}

/// A hazard ratio of the second group against the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TippedRatio {
    /// Its logarithm.
    pub log_ratio: f64,
    /// The standard error of the logarithm.
    pub std_error: f64,
    /// The limits of the ratio.
    pub interval: Interval,
    /// Two-sided.
    pub p_value: f64,
}

/// How those who were lost might have fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostCase {
    /// As observed: censored where they were lost.
    Observed,
    /// The second group's have the event, the first group's none: worst for the second.
    WorstForSecond,
    /// The first group's have the event, the second group's none: best for the second.
    BestForSecond,
    /// All have the event.
    AllEvents,
    /// None has the event until the end of follow-up.
    NoEvents,
}

/// Which side of 1 the limits of a ratio lie on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// Both below 1.
    Lower,
    /// One on each side, so that nothing is concluded.
    Open,
    /// Both above 1.
    Higher,
}

impl TippedRatio {
    /// What the limits say.
    pub fn conclusion(&self) -> Conclusion {
        match (self.interval.lower, self.interval.upper) {
            (_, Some(upper)) if upper < 1.0 => Conclusion::Lower,
            (Some(lower), _) if lower > 1.0 => Conclusion::Higher,
            _ => Conclusion::Open,
        }
    }
}

impl Default for DeltaImputation {
    fn default() -> Self {
        DeltaImputation { imputations: 50, seed: 1, conf_level: 0.95 }
    }
}

/// The hazard ratio in one of the cases; `None` where it is not estimable. `lost` has one entry per
/// row; of those with the event it says nothing.
///
/// # Errors
///
/// Those of [`DeltaImputation::at`].
pub fn lost_case(
    response: &impl Response,
    groups: &Groups,
    lost: &[bool],
    case: LostCase,
    conf_level: f64,
) -> Result<Option<TippedRatio>, Error> {
    let rows = response.observations();
    check(rows, groups, lost)?;
    let end = rows.time().iter().copied().fold(0.0, f64::max);
    let happens = |row: usize| match (case, groups.index()[row]) {
        (LostCase::Observed, _) => None,
        (LostCase::AllEvents, _) => Some(true),
        (LostCase::NoEvents, _) => Some(false),
        (LostCase::WorstForSecond, group) => Some(group == 1),
        (LostCase::BestForSecond, group) => Some(group == 0),
    };
    let (mut times, mut events) = (rows.time().to_vec(), rows.event().to_vec());
    for row in (0..rows.len()).filter(|&row| lost[row] && !rows.event()[row]) {
        match happens(row) {
            None => {}
            Some(true) => events[row] = true,
            Some(false) => times[row] = end,
        }
    }
    let z = normal::two_sided_quantile(conf_level)?;
    let found = estimate(&RightCensored::from_columns(times, events)?, groups)?;
    Ok(found.map(|(log, error)| ratio(log, error, z, normal::two_sided_p(log / error))))
}

impl DeltaImputation {
    /// Sets the number of imputations, 2 or more. Checked by [`at`](Self::at).
    pub fn imputations(mut self, imputations: usize) -> Self {
        self.imputations = imputations;
        self
    }

    /// Sets the seed.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the level of the limits, as a fraction. Checked by [`at`](Self::at).
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// The pooled hazard ratio when the hazard of those who were lost is `delta` times that of those
    /// still followed, one for each of the two groups: 1 is censoring that says nothing, 0 that none
    /// has the event any more. `None` where an imputation has no hazard ratio.
    ///
    /// # Errors
    ///
    /// [`Error::Length`]; [`Error::OutOfRange`] for fewer than 2 imputations or a delta that is not
    /// finite or below 0; [`Error::Unsupported`] for other than two groups, late entries and case
    /// weights, and when nobody was lost; [`Error::ConfLevel`].
    pub fn at(
        &self,
        response: &impl Response,
        groups: &Groups,
        lost: &[bool],
        delta: [f64; 2],
    ) -> Result<Option<TippedRatio>, Error> {
        let rows = response.observations();
        check(rows, groups, lost)?;
        normal::two_sided_quantile(self.conf_level)?;
        if self.imputations < 2 {
            let range = "be 2 or more; 50 give two digits";
            let value = self.imputations as f64;
            return Err(Error::OutOfRange { what: "the number of imputations", value, range });
        }
        if let Some(&value) = delta.iter().find(|delta| !(delta.is_finite() && **delta >= 0.0)) {
            let range = "be finite and not below 0";
            return Err(Error::OutOfRange { what: "delta", value, range });
        }
        if !(0..rows.len()).any(|row| lost[row] && !rows.event()[row]) {
            return Err(Error::Unsupported {
                what: "an imputation of times when nobody was lost",
                instead: "say who was lost: rows that are censored and not at the end of the study",
            });
        }
        let members = groups.rows();
        let one = |number: usize| {
            let imputed = self.imputed(rows, groups, &members, lost, delta, number)?;
            estimate(&imputed, groups)
        };
        let tally = Tally::new(self.imputations);
        let one = |number: usize| tally.count(|| one(number));
        let all: Vec<Option<(f64, f64)>> =
            (0..self.imputations).into_par_iter().map(one).collect::<Result<_, Error>>()?;
        let all: Option<Vec<(f64, f64)>> = all.into_iter().collect();
        Ok(all.map(|all| pooled(&all, self.conf_level)))
    }

    /// The delta of the losses in `group` (0 or 1), beyond 1 on the way to `towards`, at which the
    /// conclusion is no longer that of a delta of 1 in both; the other group's stays 1. Found to about
    /// one part in a hundred. `None` where it does not turn on the way: up to a hazard 64 times as
    /// high, or none at all.
    ///
    /// # Errors
    ///
    /// As [`at`](Self::at).
    pub fn turns(
        &self,
        response: &impl Response,
        groups: &Groups,
        lost: &[bool],
        group: usize,
        towards: Towards,
    ) -> Result<Option<f64>, Error> {
        let rows = response.observations();
        let conclusion = |delta: f64| {
            let mut both = [1.0, 1.0];
            both[group.min(1)] = delta;
            let found = self.at(rows, groups, lost, both)?;
            Ok::<_, Error>(found.map(|found| found.conclusion()))
        };
        let Some(now) = conclusion(1.0)? else { return Ok(None) };
        let turned =
            |delta: f64| Ok::<_, Error>(conclusion(delta)?.is_some_and(|then| then != now));
        let step = match towards {
            Towards::More => std::f64::consts::SQRT_2,
            Towards::Fewer => std::f64::consts::FRAC_1_SQRT_2,
        };
        let mut held = 1.0;
        for _ in 0..STEPS {
            let next = held * step;
            if turned(next)? {
                return between(held, next, turned).map(Some);
            }
            held = next;
        }
        Ok((towards == Towards::Fewer && turned(0.0)?).then_some(0.0))
    }

    /// The data with the times of those who were lost filled in.
    fn imputed(
        &self,
        rows: &Observations,
        groups: &Groups,
        members: &[Vec<usize>],
        lost: &[bool],
        delta: [f64; 2],
        number: usize,
    ) -> Result<RightCensored, Error> {
        let mut draw = Draw::new(self.seed, number as u64);
        let curve = |own: &Vec<usize>| {
            let drawn: Vec<usize> = (0..own.len()).map(|_| own[draw.below(own.len())]).collect();
            KaplanMeier::default().fit(&rows.select(&drawn)?)
        };
        let curves = members.iter().map(curve).collect::<Result<Vec<SurvivalCurve>, Error>>()?;
        let (mut times, mut events) = (rows.time().to_vec(), rows.event().to_vec());
        for row in 0..rows.len() {
            if !lost[row] || rows.event()[row] {
                continue;
            }
            // One number for each, whatever delta is, so that estimates move with delta alone.
            let chance = draw.uniform();
            let group = groups.index()[row] as usize;
            let (time, event) = residual(&curves[group], times[row], delta[group], chance);
            (times[row], events[row]) = (time, event);
        }
        RightCensored::from_columns(times, events)
    }
}

/// Which way delta is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Towards {
    /// More events: delta above 1.
    More,
    /// Fewer: delta below 1.
    Fewer,
}

/// Factors of the square root of 2 from 1 to 64.
const STEPS: usize = 12;

/// Halves the way on the log scale five times: 2^(1/64) is 1.1%.
fn between(
    mut held: f64,
    mut turned_at: f64,
    turned: impl Fn(f64) -> Result<bool, Error>,
) -> Result<f64, Error> {
    for _ in 0..5 {
        let middle = (held * turned_at).sqrt();
        if turned(middle)? {
            turned_at = middle;
        } else {
            held = middle;
        }
    }
    Ok(turned_at)
}

/// The time drawn for who was lost at `lost_at`, and whether the event happens there: the first event
/// time t with (S(t) / S(c))^delta at or below `chance`; else the end of the curve, without it.
fn residual(curve: &SurvivalCurve, lost_at: f64, delta: f64, chance: f64) -> (f64, bool) {
    let (times, survival) = (curve.time(), curve.survival());
    let passed = times.partition_point(|&time| time <= lost_at);
    let from = if passed == 0 { 1.0 } else { survival[passed - 1] };
    if from <= 0.0 || delta == 0.0 {
        let end = curve.last_time().max(lost_at);
        return (end, false);
    }
    let happened = (passed..times.len()).find(|&place| {
        curve.n_event()[place] > 0.0 && (survival[place] / from).powf(delta) <= chance
    });
    match happened {
        Some(place) => (times[place], true),
        None => (curve.last_time().max(lost_at), false),
    }
}

/// The log hazard ratio of the second group and its standard error; `None` where not estimable.
fn estimate(rows: &RightCensored, groups: &Groups) -> Result<Option<(f64, f64)>, Error> {
    let second: Vec<f64> = groups.index().iter().map(|&group| f64::from(group)).collect();
    let design = DesignMatrix::from_columns(second, groups.index().len())?;
    if rows.observations().n_events() == 0 {
        return Ok(None);
    }
    let fit = CoxModel::default().fit(rows, &design)?;
    let found = fit.coefficients()[0].estimate();
    Ok(found.and_then(|found| Some((found.estimate, found.std_error?))))
}

/// Rubin's rules for a logarithm: the mean, the variance within and between, and Student's t.
fn pooled(all: &[(f64, f64)], level: f64) -> TippedRatio {
    let m = all.len() as f64;
    let mean = all.iter().map(|(log, _)| log).sum::<f64>() / m;
    let within = all.iter().map(|(_, error)| error * error).sum::<f64>() / m;
    let between = all.iter().map(|(log, _)| (log - mean).powi(2)).sum::<f64>() / (m - 1.0);
    let extra = (1.0 + 1.0 / m) * between;
    let error = (within + extra).sqrt();
    if extra <= 1e-12 * within {
        let z = normal::two_sided_quantile(level).unwrap_or(f64::NAN);
        return ratio(mean, error, z, normal::two_sided_p(mean / error));
    }
    let df = (m - 1.0) * (1.0 + within / extra).powi(2);
    let t = beta::two_sided_t(level, df);
    ratio(mean, error, t, beta::two_sided_t_p(mean / error, df))
}

fn ratio(log_ratio: f64, std_error: f64, quantile: f64, p_value: f64) -> TippedRatio {
    let half = quantile * std_error;
    let interval =
        Interval { lower: Some((log_ratio - half).exp()), upper: Some((log_ratio + half).exp()) };
    TippedRatio { log_ratio, std_error, interval, p_value }
}

fn check(rows: &Observations, groups: &Groups, lost: &[bool]) -> Result<(), Error> {
    for found in [groups.index().len(), lost.len()] {
        if found != rows.len() {
            let expected = rows.len();
            return Err(Error::Length { what: "groups and losses", expected, found });
        }
    }
    if groups.count() != 2 {
        return Err(Error::Unsupported {
            what: "a tipping point of other than two groups",
            instead: "choose two of the groups",
        });
    }
    if rows.entry().is_some() || rows.weights().is_some() {
        return Err(Error::Unsupported {
            what: "a tipping point with late entries or case weights",
            instead: "give one row for each patient, followed from time 0",
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Events at 1, 2, 4 of four patients, one lost at 3: S is 3/4, 1/2, 0.
    fn curve() -> SurvivalCurve {
        let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true, true, false, true]).unwrap();
        KaplanMeier::default().fit(&rows).unwrap()
    }

    /// Lost at 1: S(2)/S(1) = 2/3 and S(4)/S(1) = 0. With delta 2 these are 4/9 and 0.
    #[test]
    fn residual_times_by_hand() {
        assert_eq!(residual(&curve(), 1.0, 1.0, 0.7), (2.0, true));
        assert_eq!(residual(&curve(), 1.0, 1.0, 0.6), (4.0, true));
        assert_eq!(residual(&curve(), 1.0, 2.0, 0.5), (2.0, true));
        assert_eq!(residual(&curve(), 1.0, 2.0, 0.4), (4.0, true));
        assert_eq!(residual(&curve(), 1.0, 0.0, 0.999), (4.0, false));
        // Lost after the last event of those drawn: nothing is known, and nothing is made up.
        assert_eq!(residual(&curve(), 5.0, 1.0, 0.01), (5.0, false));
    }

    /// Two imputations, logs 0.2 and 0.4 with variances 0.04 and 0.06: mean 0.3, within 0.05, between
    /// 0.02, extra 0.03, df (1 + 5/3)^2 = 64/9.
    #[test]
    fn rubins_rules_by_hand() {
        let found = pooled(&[(0.2, 0.2), (0.4, 0.06_f64.sqrt())], 0.95);
        assert!((found.log_ratio - 0.3).abs() < 1e-15);
        assert!((found.std_error - 0.08_f64.sqrt()).abs() < 1e-15);
        // qt(0.975, 64/9) and 2 pt(-0.3 / sqrt(0.08), 64/9) of R 4.2.2.
        let upper = (0.3 + 2.35715495391 * 0.08_f64.sqrt()).exp();
        assert!((found.interval.upper.unwrap() - upper).abs() < 1e-9 * upper);
        assert!((found.p_value - 0.323534588069).abs() < 1e-10, "{}", found.p_value);
    }
}
