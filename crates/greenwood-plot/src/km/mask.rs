//! Small cells hidden, coherently: steps, marks, counts and the data that travel with the figure.

use crate::km::KmFigure;
use crate::options::{RiskTable, Tail};
use crate::{CurveInput, Error};

/// The figure with no step made by fewer than `limit` events, no marks, no curve beyond the point
/// where fewer than `limit` remain, and counts rounded down to multiples of `limit`.
pub(super) fn masked(figure: &KmFigure, limit: f64) -> Result<KmFigure, Error> {
    if limit < 2.0 {
        let place = "the smallest cell shown".to_owned();
        return Err(Error::Value { place, value: limit, must: "2 or more" });
    }
    if matches!(figure.options.risk_table, RiskTable::AtRiskCensored | RiskTable::KmUnicate) {
        // Rounded counts of three kinds would not add up, and exact ones would give the cells away.
        return Err(Error::Value {
            place: "the smallest cell shown, with events or censored in the counts,".to_owned(),
            value: limit,
            must: "used with counts at risk only",
        });
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
        at_risk: None,
        colour: curve.colour,
    };
    let mut events = 0.0;
    for row in 0..curve.time.len() {
        if curve.n_risk[row] < limit {
            break;
        }
        events += curve.n_event[row];
        if events >= limit {
            masked.time.push(curve.time[row]);
            masked.n_risk.push(whole(curve.n_risk[row]));
            masked.n_event.push(whole(events));
            masked.n_censor.push(0.0);
            masked.survival.push(curve.survival[row]);
            masked.lower.push(curve.lower[row]);
            masked.upper.push(curve.upper[row]);
            events = 0.0;
        }
    }
    // The last time with enough at risk ends the curve.
    if let Some(last) = curve.n_risk.iter().rposition(|&n_risk| n_risk >= limit)
        && masked.time.last().is_none_or(|&time| time < curve.time[last])
    {
        masked.time.push(curve.time[last]);
        masked.n_risk.push(whole(curve.n_risk[last]));
        masked.n_event.push(0.0);
        masked.n_censor.push(0.0);
        masked.survival.push(masked.survival.last().copied().unwrap_or(1.0));
        masked.lower.push(masked.lower.last().copied().unwrap_or(Some(1.0)));
        masked.upper.push(masked.upper.last().copied().unwrap_or(Some(1.0)));
    }
    // Counts at any time come from the full data, rounded; a closure keeps them out of the file.
    let source = curve.clone();
    masked.at_risk = Some(crate::curve::AtRisk(std::sync::Arc::new(move |time| {
        let count = source.n_risk_at(time);
        if count >= limit { (count / limit).floor() * limit } else { count.min(1.0) }
    })));
    masked
}
