//! From a curve to its steps: right-continuous, from the origin, never beyond the last follow-up.

use super::curve::{Estimate, StepCurve};
use crate::options::{FigureOptions, Tail};
use crate::panel::spec::{Band, Trace};

/// The pieces of a curve in axis units.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Steps {
    pub lines: Vec<(Vec<(f64, f64)>, bool)>,
    pub bands: Vec<(Vec<(f64, f64)>, bool)>,
    pub marks: Vec<(f64, f64)>,
}

impl Steps {
    pub fn traces(&self) -> Vec<Trace> {
        let trace = |(points, tail): &(Vec<_>, bool)| Trace { points: points.clone(), tail: *tail };
        self.lines.iter().map(trace).collect()
    }

    pub fn band_pieces(&self) -> Vec<Band> {
        let band = |(border, tail): &(Vec<_>, bool)| Band { border: border.clone(), tail: *tail };
        self.bands.iter().map(band).collect()
    }
}

/// One level stretch of the curve: from a time on, up to the next.
struct Stretch {
    from: f64,
    to: f64,
    value: f64,
    limits: Option<(f64, f64)>,
    tail: bool,
}

/// Fewer patients at risk than this are few in a group of `n`; `None` where no number is.
///
/// A tenth of a large group, and ten patients of a middling one. In a small group ten patients may
/// be nearly all: there a fifth of the group is enough, so that of 25 patients the curve of the last
/// five is marked, and of ten that of the last one.
pub(crate) fn few(n: f64, tail: Tail) -> Option<f64> {
    match tail {
        Tail::Full => None,
        Tail::Lighter { count, share } | Tail::Cut { count, share } => {
            Some(count.min(SMALL_SHARE * n).max(share * n))
        }
    }
}

/// The share of a small group that is few.
const SMALL_SHARE: f64 = 0.2;

/// The time from which on few remain, in the unit of the data: just after the last time with
/// enough at risk. `None` when there are enough to the end.
pub(crate) fn tail_from(curve: &StepCurve, tail: Tail) -> Option<f64> {
    let limit = few(curve.n, tail)?;
    // n_risk is counted just before its time, so it speaks of the stretch that ends there.
    match (0..curve.time.len()).rposition(|row| curve.patients_at_risk(row) >= limit) {
        Some(last) if last + 1 == curve.time.len() => None,
        Some(last) => Some(curve.time[last]),
        None => Some(0.0),
    }
}

/// The steps of a curve within the range of the axis.
pub(super) fn steps(
    curve: &StepCurve,
    estimate: Estimate,
    options: &FigureOptions,
    from: f64,
    to: f64,
) -> Steps {
    let stretches = stretches(curve, estimate, options, from, to);
    let mut steps = Steps::default();
    let mut before: Option<&Stretch> = None;
    for stretch in &stretches {
        extend_line(&mut steps.lines, stretch, before);
        extend_band(&mut steps.bands, stretch, before);
        before = Some(stretch);
    }
    steps.bands = steps.bands.into_iter().map(close).collect();
    steps.marks = marks(curve, options, from, to);
    steps
}

fn stretches(
    curve: &StepCurve,
    estimate: Estimate,
    options: &FigureOptions,
    from: f64,
    to: f64,
) -> Vec<Stretch> {
    let tail = tail_from(curve, options.tail);
    let cut = match options.tail {
        Tail::Cut { .. } => tail.unwrap_or(f64::INFINITY),
        _ => f64::INFINITY,
    };
    let end = curve.last_time().min(cut) / options.per;
    let mut stretches = Vec::new();
    for index in 0..=curve.time.len() {
        let first = estimate.at_start();
        let (start, value, lower, upper) = match index.checked_sub(1) {
            None => (curve.start, first, first, first),
            Some(row) => (curve.time[row], curve.value[row], curve.lower[row], curve.upper[row]),
        };
        let stop = curve.time.get(index).copied().unwrap_or(start);
        let limits = lower.zip(upper).map(|(one, other)| (one.min(other), one.max(other)));
        let Some(value) = value else { continue };
        let start = (start / options.per).max(from);
        let stop = (stop / options.per).min(to).min(end);
        if start > to.min(end) || stop < start {
            continue;
        }
        let tail = tail.is_some_and(|tail| start >= tail / options.per);
        stretches.push(Stretch { from: start, to: stop, value, limits, tail });
    }
    stretches
}

/// Adds a stretch to the line: level, then upright at the next event. A change to the tail starts
/// a new piece where the old one ends.
fn extend_line(
    lines: &mut Vec<(Vec<(f64, f64)>, bool)>,
    stretch: &Stretch,
    before: Option<&Stretch>,
) {
    let joined = before.is_some_and(|before| before.tail == stretch.tail);
    match lines.last_mut() {
        Some((points, _)) if joined => {
            if before.is_some_and(|before| before.value != stretch.value) {
                points.push((stretch.from, stretch.value));
            } else if stretch.to > stretch.from
                && points.len() >= 2
                && points[points.len() - 2].1 == stretch.value
            {
                // Only censorings in between: the level stretch goes on, up to its new end.
                points.pop();
            }
        }
        _ => {
            let mut points = Vec::new();
            if let Some(before) = before {
                points.push((stretch.from, before.value));
            }
            if before.is_none_or(|before| before.value != stretch.value) {
                points.push((stretch.from, stretch.value));
            }
            lines.push((points, stretch.tail));
        }
    }
    if stretch.to > stretch.from {
        let (points, _) = lines.last_mut().expect("a piece was just made");
        points.push((stretch.to, stretch.value));
    }
}

/// Adds a stretch to the band. While it grows, a piece holds (time, upper) and (time, lower) in
/// turn; [`close`] makes a border of it.
fn extend_band(
    bands: &mut Vec<(Vec<(f64, f64)>, bool)>,
    stretch: &Stretch,
    before: Option<&Stretch>,
) {
    let Some((lower, upper)) = stretch.limits else { return };
    if stretch.to <= stretch.from {
        return;
    }
    let joined = before.is_some_and(|before| {
        before.tail == stretch.tail && before.limits.is_some() && before.to >= stretch.from
    });
    if !joined || bands.is_empty() {
        bands.push((Vec::new(), stretch.tail));
    }
    let (points, _) = bands.last_mut().expect("a piece was just made");
    for time in [stretch.from, stretch.to] {
        points.push((time, upper));
        points.push((time, lower));
    }
}

/// The border around a piece: along the upper limits, and back along the lower ones.
fn close((points, tail): (Vec<(f64, f64)>, bool)) -> (Vec<(f64, f64)>, bool) {
    let upper = points.iter().step_by(2);
    let lower = points.iter().skip(1).step_by(2).rev();
    (upper.chain(lower).copied().collect(), tail)
}

/// Censoring marks, on the curve.
fn marks(curve: &StepCurve, options: &FigureOptions, from: f64, to: f64) -> Vec<(f64, f64)> {
    let cut = match options.tail {
        Tail::Cut { .. } => tail_from(curve, options.tail).unwrap_or(f64::INFINITY),
        _ => f64::INFINITY,
    };
    let mut marks = Vec::new();
    for row in 0..curve.time.len() {
        let time = curve.time[row] / options.per;
        if curve.n_censor[row] > 0.0
            && time >= from
            && time <= to
            && curve.time[row] <= cut
            && let Some(value) = curve.value[row]
        {
            marks.push((time, value));
        }
    }
    marks
}
