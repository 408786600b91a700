//! Small cells hidden, coherently: steps, marks, counts and the data that travel with the figure.

use crate::curve::{Counts, CountsAt};
use crate::km::KmFigure;
use crate::options::Tail;
use crate::{CurveInput, Error};
use std::sync::Arc;

/// The figure with no step made by fewer than `limit` events, no marks, no curve beyond the point
/// where fewer than `limit` remain, and counts rounded down to multiples of `limit`.
pub(crate) fn masked(figure: &KmFigure, limit: f64) -> Result<KmFigure, Error> {
    if limit < 2.0 {
        let place = "the smallest cell shown".to_owned();
        return Err(Error::Value { place, value: limit, must: "2 or more" });
    }
    let groups: Vec<CurveInput> =
        figure.groups.iter().map(|curve| masked_curve(curve, limit)).collect();
    if groups.iter().any(|curve| curve.time.is_empty()) {
        return Err(Error::Value {
            place: "the smallest cell shown".to_owned(),
            value: limit,
            must: "no larger than the smallest group",
        });
    }
    let mut options = figure.options.clone();
    if options.tail == Tail::Full {
        options.tail = Tail::Lighter { count: limit, share: 0.0 };
    }
    Ok(KmFigure { groups, options })
}

fn masked_curve(curve: &CurveInput, limit: f64) -> CurveInput {
    let whole = |count: f64| (count / limit).floor() * limit;
    let mut masked = CurveInput {
        label: curve.label.clone(),
        n: whole(curve.n),
        time: Vec::new(),
        n_risk: Vec::new(),
        n_event: Vec::new(),
        n_censor: Vec::new(),
        survival: Vec::new(),
        lower: Vec::new(),
        upper: Vec::new(),
        conf_level: curve.conf_level,
        conf_type: curve.conf_type.clone(),
        counts: None,
        weighted: curve.weighted,
        colour: curve.colour,
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
            masked.survival.last().copied().unwrap_or(1.0),
            masked.lower.last().copied().unwrap_or(Some(1.0)),
            masked.upper.last().copied().unwrap_or(Some(1.0)),
        );
        masked.push(curve, last, whole(curve.patients_at_risk(last)), 0.0);
        let end = masked.time.len() - 1;
        (masked.survival[end], masked.lower[end], masked.upper[end]) = level;
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
pub(crate) fn rounded_count(count: f64, limit: f64) -> f64 {
    if count >= limit { (count / limit).floor() * limit } else { count.min(1.0) }
}

impl CurveInput {
    /// Adds a row of another curve with counts that may be shown.
    fn push(&mut self, curve: &CurveInput, row: usize, n_risk: f64, n_event: f64) {
        self.time.push(curve.time[row]);
        self.n_risk.push(n_risk);
        self.n_event.push(n_event);
        self.n_censor.push(0.0);
        self.survival.push(curve.survival[row]);
        self.lower.push(curve.lower[row]);
        self.upper.push(curve.upper[row]);
    }
}
