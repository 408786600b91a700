//! Small cells hidden, coherently: steps, marks, counts and the data that travel with the figure.

use super::curve::{CountedGroup, Estimate, StepCurve, StepCurves, Tally};
use crate::curve::{Counts, CountsAt};
use crate::error::Error;
use crate::options::Tail;
use std::sync::Arc;

/// The curves with no step made by fewer than `limit` events, no marks, no curve beyond the point
/// where fewer than `limit` remain, and counts rounded down to multiples of `limit`.
pub(crate) fn masked(figure: &StepCurves, limit: f64) -> Result<StepCurves, Error> {
    let refusal = |must: &'static str| {
        let place = "the smallest cell shown".to_owned();
        Err(Error::Value { place, value: limit, must })
    };
    if limit < 2.0 {
        return refusal("2 or more");
    }
    let estimate = figure.estimate;
    let curves: Vec<StepCurve> =
        figure.curves.iter().map(|curve| masked_curve(curve, estimate, limit)).collect();
    if curves.iter().any(|curve| curve.time.is_empty()) {
        return refusal("no larger than the smallest group");
    }
    let counted = figure.counted.iter().map(|group| masked_group(group, limit)).collect();
    let mut options = figure.options.clone();
    if options.tail == Tail::Full {
        options.tail = Tail::Lighter { count: limit, share: 0.0 };
    }
    Ok(StepCurves { estimate, curves, counted, options })
}

fn masked_group(group: &CountedGroup, limit: f64) -> CountedGroup {
    let hide = move |count: f64| rounded_count(count, limit);
    let at = Arc::clone(&group.at);
    CountedGroup {
        n: (group.n / limit).floor() * limit,
        at: Arc::new(move |time| {
            let tally = at(time);
            Tally {
                at_risk: hide(tally.at_risk),
                events: tally.events.into_iter().map(hide).collect(),
                censored: hide(tally.censored),
                effective: tally.effective.map(hide),
            }
        }),
        ..group.clone()
    }
}

fn masked_curve(curve: &StepCurve, estimate: Estimate, limit: f64) -> StepCurve {
    let whole = |count: f64| (count / limit).floor() * limit;
    let mut masked = StepCurve {
        n: whole(curve.n),
        time: Vec::new(),
        n_risk: Vec::new(),
        n_event: Vec::new(),
        n_censor: Vec::new(),
        value: Vec::new(),
        lower: Vec::new(),
        upper: Vec::new(),
        ..curve.clone()
    };
    let rows = curve.time.len();
    let (mut met, mut shown) = (0.0, 0.0); // events so far, and those that steps stand for
    for row in 0..rows {
        let at_risk = curve.patients_at_risk(row);
        if at_risk < limit {
            break;
        }
        met = match curve.time.get(row + 1) {
            _ if !curve.weighted => met + curve.n_event[row],
            Some(&next) => curve.counts_at(next).events,
            None => curve.counts_at(f64::INFINITY).events,
        };
        if met - shown >= limit {
            masked.push(curve, row, whole(at_risk), whole(met - shown));
            shown = met;
        }
    }
    // The last time with enough at risk ends the curve.
    if let Some(last) = (0..rows).rposition(|row| curve.patients_at_risk(row) >= limit)
        && masked.time.last().is_none_or(|&time| time < curve.time[last])
    {
        let level = (
            masked.value.last().copied().unwrap_or_else(|| estimate.at_start()),
            masked.lower.last().copied().unwrap_or_else(|| estimate.at_start()),
            masked.upper.last().copied().unwrap_or_else(|| estimate.at_start()),
        );
        masked.push(curve, last, whole(curve.patients_at_risk(last)), 0.0);
        let end = masked.time.len() - 1;
        (masked.value[end], masked.lower[end], masked.upper[end]) = level;
    }
    // Counts at any time come from the full data, rounded; a closure keeps them out of the file.
    let source = curve.clone();
    masked.counts = Some(CountsAt(Arc::new(move |time| rounded(source.counts_at(time), limit))));
    masked
}

/// Every count rounded down to a multiple of the limit; what is below it becomes 1, which is shown
/// as less than the limit.
fn rounded(counts: Counts, limit: f64) -> Counts {
    let hide = |count: f64| rounded_count(count, limit);
    Counts {
        at_risk: hide(counts.at_risk),
        events: hide(counts.events),
        censored: hide(counts.censored),
        effective: counts.effective.map(hide),
    }
}

/// One count rounded like the others.
fn rounded_count(count: f64, limit: f64) -> f64 {
    if count >= limit { (count / limit).floor() * limit } else { count.min(1.0) }
}

impl StepCurve {
    /// Adds a row of another curve with counts that may be shown.
    fn push(&mut self, curve: &StepCurve, row: usize, n_risk: f64, n_event: f64) {
        self.time.push(curve.time[row]);
        self.n_risk.push(n_risk);
        self.n_event.push(n_event);
        self.n_censor.push(0.0);
        self.value.push(curve.value[row]);
        self.lower.push(curve.lower[row]);
        self.upper.push(curve.upper[row]);
    }
}
