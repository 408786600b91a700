//! A hazard ratio from two published survival curves with the numbers at risk under them.
//!
//! Between two times at which numbers at risk are printed, those censored leave evenly, so that half
//! of them count: with R and R' at risk and S and S' the survival, the events are
//! (R + R')(S - S')/(S + S'). The hazard ratio of an interval is the ratio of the two increments of
//! -ln S, whose logarithms have the variance of a complementary log-log of a proportion; intervals are
//! weighted by the inverse variances. Derivation: docs/methods/meta-analysis.md, "From curves".
//!
//! Sources: Parmar, Torri and Stewart (1998), Stat Med 17:2815-2834 (a ratio for each interval,
//! weighted; theirs is of risks, which in long intervals lies nearer to 1); Williamson and others
//! (2002), Stat Med 21:3337-3351 (the events from the numbers at risk).

use crate::Error;

/// What is read off the two curves at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublishedPoint {
    /// The time, in any unit.
    pub time: f64,
    /// Survival as a fraction: the group of interest, the control.
    pub survival: [f64; 2],
    /// The numbers at risk printed under the curves, likewise.
    pub at_risk: [f64; 2],
}

/// A hazard ratio read off curves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublishedRatio {
    /// The natural logarithm of the hazard ratio, group of interest against control.
    pub log_ratio: f64,
    /// Its standard error.
    pub std_error: f64,
    /// The events that the curves and the numbers at risk amount to, which are no whole numbers.
    pub events: [f64; 2],
    /// The intervals that it rests on, joined until each has events in both groups.
    pub intervals: usize,
}

/// The hazard ratio of two curves, read at the same increasing times. The first time is the start,
/// with survival 1 in both.
///
/// ```
/// use riskset::{PublishedPoint, ratio_of_curves};
///
/// // Proportional hazards: the second curve to the power of a half.
/// let at = |time: f64, n: f64| {
///     let control = (-0.1 * time).exp();
///     PublishedPoint { time, survival: [control.sqrt(), control], at_risk: [n, n] }
/// };
/// let found = ratio_of_curves(&[at(0.0, 100.0), at(6.0, 50.0), at(12.0, 20.0)])?;
/// assert!((found.log_ratio - 0.5_f64.ln()).abs() < 1e-12);
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::OutOfRange`] for times that do not increase, survival that rises, is not above 0 or does
/// not begin at 1, and numbers at risk that rise or leave no room for the events;
/// [`Error::Unsupported`] where there is no event in one of the groups.
pub fn ratio_of_curves(points: &[PublishedPoint]) -> Result<PublishedRatio, Error> {
    check(points)?;
    let joined = joined(points);
    let (mut total, mut sum, mut events) = (0.0, 0.0, [0.0; 2]);
    for (from, to) in &joined {
        let [a, b] = [0, 1].map(|group| Increment::new(from, to, group));
        events = [events[0] + a.events, events[1] + b.events];
        let weight = (a.variance + b.variance).recip();
        total += weight;
        sum += weight * (a.hazard / b.hazard).ln();
    }
    if joined.is_empty() {
        return Err(Error::Unsupported {
            what: "a hazard ratio of curves of which one has no event",
            instead: "leave the study out, or take the hazard ratio that it prints",
        });
    }
    let (log_ratio, std_error) = (sum / total, total.sqrt().recip());
    Ok(PublishedRatio { log_ratio, std_error, events, intervals: joined.len() })
}

/// One group between two times.
struct Increment {
    /// The increment of -ln S.
    hazard: f64,
    /// The variance of its logarithm.
    variance: f64,
    events: f64,
}

impl Increment {
    fn new(from: &PublishedPoint, to: &PublishedPoint, group: usize) -> Increment {
        let share = to.survival[group] / from.survival[group];
        let events = events(from, to, group);
        let (risk, hazard) = (1.0 - share, -share.ln());
        // Binomial, of the number at risk less half of those censored.
        let n = events / risk;
        Increment { hazard, variance: risk / (n * share * hazard * hazard), events }
    }
}

fn events(from: &PublishedPoint, to: &PublishedPoint, group: usize) -> f64 {
    let (before, after) = (from.survival[group], to.survival[group]);
    (from.at_risk[group] + to.at_risk[group]) * (before - after) / (before + after)
}

/// The intervals, joined to the right until both groups have events; what is left over at the end
/// belongs to the last one.
fn joined(points: &[PublishedPoint]) -> Vec<(PublishedPoint, PublishedPoint)> {
    let mut joined: Vec<(PublishedPoint, PublishedPoint)> = Vec::new();
    let mut from = points[0];
    for &to in &points[1..] {
        if (0..2).all(|group| to.survival[group] < from.survival[group]) {
            joined.push((from, to));
            from = to;
        }
    }
    if let (Some(last), Some(end)) = (joined.last_mut(), points.last()) {
        last.1 = *end;
    }
    joined
}

fn check(points: &[PublishedPoint]) -> Result<(), Error> {
    let refuse = |what, value, range| Err(Error::OutOfRange { what, value, range });
    if points.len() < 2 {
        let range = "be at least 2: the start and a time after it";
        return refuse("the number of times read off the curves", points.len() as f64, range);
    }
    for group in 0..2 {
        if points[0].survival[group] != 1.0 {
            let range = "be 1: give the time 0 with the numbers at risk of all patients";
            return refuse("survival at the first time", points[0].survival[group], range);
        }
    }
    for pair in points.windows(2) {
        let [before, after] = pair else { continue };
        if !(after.time > before.time && after.time.is_finite() && before.time.is_finite()) {
            return refuse("the times read off the curves", after.time, "increase");
        }
        for group in 0..2 {
            let (s, n) = (after.survival[group], after.at_risk[group]);
            if !(s > 0.0 && s <= before.survival[group]) {
                let range = "lie above 0 and never rise; end the curves before one reaches 0";
                return refuse("survival read off a curve", s, range);
            }
            let gone = before.at_risk[group] - n;
            if !(n >= 0.0 && gone >= 0.0 && before.at_risk[group].is_finite()) {
                return refuse("the numbers at risk", n, "never rise");
            }
            // Survival is read to a percent or so, and a patient may stand on either side of a time.
            if events(before, after, group) > gone + 1.0 + 0.02 * before.at_risk[group] {
                let range = "fall by at least the events that the curve shows";
                return refuse("the numbers at risk", n, range);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(time: f64, survival: [f64; 2], at_risk: [f64; 2]) -> PublishedPoint {
        PublishedPoint { time, survival, at_risk }
    }

    #[test]
    fn one_interval_by_hand() {
        let start = point(0.0, [1.0, 1.0], [100.0, 100.0]);
        let found = ratio_of_curves(&[start, point(12.0, [0.8, 0.6], [60.0, 50.0])]).unwrap();
        // Events: 160 x 0.2/1.8 and 150 x 0.4/1.6; at risk 160/1.8 and 150/1.6, halves of the censored.
        assert!((found.events[0] - 160.0 / 9.0).abs() < 1e-12);
        assert!((found.events[1] - 37.5).abs() < 1e-12);
        let (a, b) = (-(0.8_f64.ln()), -(0.6_f64.ln()));
        assert!((found.log_ratio - (a / b).ln()).abs() < 1e-15);
        let variance = 0.2 / (160.0 / 1.8 * 0.8 * a * a) + 0.4 / (150.0 / 1.6 * 0.6 * b * b);
        assert!((found.std_error - variance.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn intervals_without_events_are_joined() {
        let points = [
            point(0.0, [1.0, 1.0], [50.0, 50.0]),
            point(6.0, [1.0, 0.9], [48.0, 44.0]),
            point(12.0, [0.9, 0.8], [40.0, 36.0]),
            point(18.0, [0.9, 0.7], [30.0, 28.0]),
        ];
        let found = ratio_of_curves(&points).unwrap();
        assert_eq!(found.intervals, 1, "6 joins 12, and what is left over joins the last");
        let whole = ratio_of_curves(&[points[0], points[3]]).unwrap();
        assert_eq!(found, whole);
    }

    #[test]
    fn what_cannot_be_a_curve_is_refused() {
        let start = point(0.0, [1.0, 1.0], [50.0, 50.0]);
        let end = |survival, at_risk| ratio_of_curves(&[start, point(6.0, survival, at_risk)]);
        assert!(end([0.8, 0.7], [35.0, 30.0]).is_ok());
        assert!(end([87.0, 0.7], [35.0, 30.0]).is_err(), "percent");
        assert!(end([0.0, 0.7], [0.0, 30.0]).is_err(), "a curve at 0 has no weight");
        assert!(end([0.8, 0.7], [55.0, 30.0]).is_err(), "more at risk than before");
        assert!(end([0.5, 0.7], [45.0, 30.0]).is_err(), "30 events, and 5 are gone");
        assert!(matches!(end([1.0, 0.7], [45.0, 30.0]), Err(Error::Unsupported { .. })));
        assert!(ratio_of_curves(&[start]).is_err());
        assert!(ratio_of_curves(&[point(0.0, [0.9, 1.0], [50.0; 2]), start]).is_err());
        assert!(ratio_of_curves(&[start, point(0.0, [0.8, 0.7], [35.0, 30.0])]).is_err());
    }
}
