//! What is doubtful about a survival curve.

use crate::{About, Doubt};
use riskset::{ConfType, SurvivalCurve};

/// With fewer events than this an interval from the normal distribution is rough.
const FEW: f64 = 5.0;
/// A risk set of this many rows is small where people enter late.
const SMALL_RISK_SET: f64 = 2.0;

/// Doubts of the curve of a group, read at these times and quantiles; without times the whole of it is
/// shown.
pub(crate) fn doubt(
    about: &mut About,
    group: &str,
    curve: &SurvivalCurve,
    times: &[f64],
    quantiles: &[f64],
) {
    about.doubts.extend(limit_outside(group, curve, times));
    about.doubts.extend(few_failures(group, curve, times));
    about.doubts.extend(small_risk_set(group, curve));
    let flat =
        |&probability: &f64| quantile_moves(group, probability, curve.open_flat(probability));
    about.doubts.extend(quantiles.iter().filter_map(flat));
}

/// The quantiles that an answer shows: the median, and those asked for.
pub(crate) fn shown_quantiles(asked: &[f64]) -> Vec<f64> {
    let others = asked.iter().copied().filter(|&probability| probability != 0.5);
    std::iter::once(0.5).chain(others).collect()
}

/// A quantile that is the middle of a flat which lasts to the end of the follow-up.
pub(crate) fn quantile_moves(
    group: &str,
    probability: f64,
    flat: Option<[f64; 2]>,
) -> Option<Doubt> {
    let [from, to] = flat?;
    Some(Doubt::QuantileMoves { group: group.to_owned(), probability, from, to })
}

/// An interval that is symmetric for S(t) itself may leave [0, 1], where its limit is cut.
fn limit_outside(group: &str, curve: &SurvivalCurve, times: &[f64]) -> Option<Doubt> {
    if curve.conf_type() != ConfType::Plain {
        return None;
    }
    let cut = |index: &usize| {
        let survival = curve.survival()[*index];
        let limits = curve.interval_at(*index);
        let at = |limit: Option<f64>, end: f64| limit == Some(end) && survival != end;
        limits.is_some_and(|limits| at(limits.lower, 0.0) || at(limits.upper, 1.0))
    };
    let time = match times.is_empty() {
        true => curve.time()[(0..curve.len()).find(cut)?],
        false => *times.iter().find(|&&time| row_at(curve, time).is_some_and(|row| cut(&row)))?,
    };
    Some(Doubt::LimitOutside { group: group.to_owned(), time })
}

/// The last of the times asked for by which there are events, and few. The scales on which a
/// probability has no end (log-log, logit, arcsine) hold what they promise with few events, too
/// (Borgan and Liestol 1990, Scand J Stat 17:35-41).
fn few_failures(group: &str, curve: &SurvivalCurve, times: &[f64]) -> Option<Doubt> {
    if !matches!(curve.conf_type(), ConfType::Log | ConfType::Plain) {
        return None;
    }
    let few = times.iter().map(|&time| (time, events_by(curve, time)));
    let few = few.filter(|&(time, n)| n > 0.0 && n < FEW && curve.is_known_at(time));
    let (time, events) = few.max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(Doubt::FewFailures { group: group.to_owned(), time, events: events as usize })
}

/// Below this many events the interval of a restricted mean holds the truth too rarely: in 89% of
/// simulated groups with about six events, and in 93% of those with about thirteen
/// (docs/methods/coverage.md).
const FEW_FOR_MEAN: f64 = 15.0;

/// A restricted mean to `tau` of a group with few events by then.
pub(crate) fn few_for_mean(group: &str, curve: &SurvivalCurve, tau: f64) -> Option<Doubt> {
    let events = events_by(curve, tau);
    (events > 0.0 && events < FEW_FOR_MEAN).then(|| Doubt::FewForMean {
        group: group.to_owned(),
        tau,
        events: events as usize,
    })
}

/// Events by a time, in rows.
fn events_by(curve: &SurvivalCurve, time: f64) -> f64 {
    let rows = row_at(curve, time).map_or(0, |row| row + 1);
    match &curve.risk_sets().rows {
        Some(counts) => counts.events[..rows].iter().sum::<u32>() as f64,
        None => curve.n_event()[..rows].iter().sum(),
    }
}

/// With late entry the curve may fall by a half, or to 0, where one or two are under observation, and
/// stay there for all who come later. The first such time, and the most that are at risk later.
fn small_risk_set(group: &str, curve: &SurvivalCurve) -> Option<Doubt> {
    if !curve.is_left_truncated() {
        return None;
    }
    let rows = |index: usize| match &curve.risk_sets().rows {
        Some(counts) => f64::from(counts.at_risk[index]),
        None => curve.n_risk()[index],
    };
    let events = (0..curve.len()).filter(|&index| curve.n_event()[index] > 0.0);
    let small = events.filter(|&index| rows(index) <= SMALL_RISK_SET).min()?;
    let later = (small + 1..curve.len()).map(rows).fold(0.0, f64::max);
    (later > rows(small)).then(|| Doubt::SmallFirstRiskSet {
        group: group.to_owned(),
        time: curve.time()[small],
        at_risk: rows(small) as usize,
        later: later as usize,
    })
}

/// The place of the last time of the curve at or before a time.
fn row_at(curve: &SurvivalCurve, time: f64) -> Option<usize> {
    curve.time().partition_point(|&observed| observed <= time).checked_sub(1)
}
