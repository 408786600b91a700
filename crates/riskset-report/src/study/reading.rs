//! Curves that a reader of the page can read off: what a figure shows at any time, as data, and at the
//! ticks of its axis as a table for whoever has no scripts.

use super::figures::Figure;
use crate::format::Style;
use crate::table::{Align, Table};
use riskset_plot::scene::{Axis, Role};
use riskset_plot::{DataTable, Datum};
use serde::Serialize;

/// Curves of probabilities over time, and where time stands in the drawing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reading {
    /// What the curves are of: `Survival`, `Incidence`.
    pub what: &'static str,
    /// The title of the time axis.
    pub axis: String,
    /// The first and the last tick, in the unit of the axis.
    pub range: (f64, f64),
    /// Where they stand, as shares of the width of the drawing.
    pub place: (f64, f64),
    /// The curve before its first time.
    pub start: f64,
    /// One per curve.
    pub curves: Vec<ReadCurve>,
    /// The ticks, in the unit of the axis.
    #[serde(skip)]
    ticks: Vec<f64>,
}

/// A curve, by its distinct times.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ReadCurve {
    /// Its name.
    pub label: String,
    /// Increasing, in the unit of the axis.
    pub time: Vec<f64>,
    /// At risk just before each; `None` where it is masked.
    pub n_risk: Vec<Option<f64>>,
    /// The probability from each on.
    pub value: Vec<Option<f64>>,
    /// Its lower limit.
    pub lower: Vec<Option<f64>>,
    /// Its upper limit.
    pub upper: Vec<Option<f64>>,
}

/// What a curve says at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
struct At {
    n_risk: Option<f64>,
    value: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
}

/// A share of the width by which a tick may miss the line through the others and the axis still be
/// linear: half a millimetre of the widest page, which is what a label may be moved by.
const STRAIGHT: f64 = 0.003;

impl Reading {
    /// Of a figure of one panel with curves of probabilities over a linear axis; `None` for any other.
    pub fn of(figure: &Figure) -> Option<Reading> {
        let scene = &figure.drawn.scene;
        if scene.items.iter().any(|item| item.panel > 0) {
            return None;
        }
        let table = figure.drawn.data.as_ref()?.iter().find(|table| table.name == "curves")?;
        let (what, start) = match () {
            () if has(table, "survival") => ("Survival", 1.0),
            () if has(table, "incidence") || has(table, "estimate") => ("Incidence", 0.0),
            () => return None,
        };
        let mut ticks = Vec::new();
        let mut axis = None;
        for (role, text) in scene.texts() {
            match role {
                Role::TickLabel(Axis::X, value) => ticks.push((*value, text.at.x / scene.width)),
                Role::AxisTitle(Axis::X) => axis = Some(text.letters()),
                _ => {}
            }
        }
        ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (first, last) = (*ticks.first()?, *ticks.last()?);
        let slope = (last.1 - first.1) / (last.0 - first.0);
        let straight = |(value, place): &(f64, f64)| {
            (first.1 + slope * (value - first.0) - place).abs() < STRAIGHT
        };
        if !slope.is_finite() || slope <= 0.0 || !ticks.iter().all(straight) {
            return None;
        }
        let per = figure.drawn.settings["per"].as_f64().unwrap_or(1.0);
        Some(Reading {
            what,
            axis: axis.unwrap_or_else(|| "Time".to_owned()),
            range: (first.0, last.0),
            place: (first.1, last.1),
            start,
            curves: curves(table, per)?,
            ticks: ticks.iter().map(|tick| tick.0).collect(),
        })
    }

    /// The curves at the ticks, a row each.
    pub fn table(&self, style: &Style) -> Table {
        let mut table = Table::new(format!("{} at the ticks of the axis", self.what))
            .column(&self.axis, Align::Right);
        for curve in &self.curves {
            table = table
                .column(format!("{}, at risk", curve.label), Align::Right)
                .column(format!("{}, %", curve.label), Align::Right);
        }
        for &tick in &self.ticks {
            let cells = self.curves.iter().flat_map(|curve| {
                let At { n_risk, value, lower, upper } = curve.at(tick, self.start);
                let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
                let shown = match lower.is_some() || upper.is_some() {
                    true => style.interval(percent(value), percent(lower), percent(upper), 1, "NE"),
                    false => style.optional(percent(value), 1, "NE"),
                };
                [n_risk.map_or(String::new(), |n| style.number(n, decimals(n))), shown]
            });
            table = table.row(std::iter::once(tick.to_string()).chain(cells));
        }
        table.footnote(
            "At risk just before the time. NE, not estimable: after the end of the curve.",
        )
    }

    /// The reading as JSON that can stand in a script element.
    pub fn json(&self) -> String {
        let text = serde_json::to_string(self).expect("numbers and texts are always JSON");
        // Nothing in a name may end the element.
        text.replace('<', "\\u003c")
    }
}

/// A count; with weights it need not be whole.
fn decimals(count: f64) -> usize {
    if count == count.round() { 0 } else { 1 }
}

impl ReadCurve {
    fn at(&self, time: f64, start: f64) -> At {
        // Times of an axis are quotients: what differs in the last digits is one time.
        let slack = 1e-9 * time.abs().max(1.0);
        let before = self.time.partition_point(|&own| own <= time + slack);
        let risk = self.time.partition_point(|&own| own < time - slack);
        let n_risk = self.n_risk.get(risk).copied().unwrap_or(Some(0.0));
        let Some(row) = before.checked_sub(1) else {
            return At { n_risk, value: Some(start), lower: None, upper: None };
        };
        let ended = before == self.time.len() && self.time[row] < time - slack;
        let settled = self.value[row] == Some(0.0) && start == 1.0;
        match ended && !settled {
            true => At { n_risk, value: None, lower: None, upper: None },
            false => At {
                n_risk,
                value: self.value[row],
                lower: self.lower[row],
                upper: self.upper[row],
            },
        }
    }
}

fn has(table: &DataTable, name: &str) -> bool {
    table.columns.iter().any(|column| column.name == name)
}

/// The rows of the table by curve, in the order in which curves begin.
fn curves(table: &DataTable, per: f64) -> Option<Vec<ReadCurve>> {
    let column = |name: &str| table.columns.iter().find(|column| column.name == name);
    let value = ["survival", "incidence", "estimate"].into_iter().find_map(column)?;
    let (group, cause) = (column("group")?, column("cause"));
    let (time, n_risk) = (column("time")?, column("n_risk")?);
    let (lower, upper) = (column("lower")?, column("upper")?);
    let text = |datum: Option<&Option<Datum>>| match datum {
        Some(Some(Datum::Text(text))) => text.clone(),
        _ => String::new(),
    };
    let number = |datum: Option<&Option<Datum>>| match datum {
        Some(Some(Datum::Number(number))) => Some(*number),
        _ => None,
    };
    let mut curves: Vec<ReadCurve> = Vec::new();
    for row in 0..time.values.len() {
        let words =
            [text(group.values.get(row)), cause.map_or(String::new(), |c| text(c.values.get(row)))];
        let label: Vec<&str> =
            words.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
        let label = if label.is_empty() { "All".to_owned() } else { label.join(", ") };
        if curves.last().is_none_or(|curve| curve.label != label) {
            curves.push(ReadCurve { label, ..ReadCurve::default() });
        }
        let curve = curves.last_mut().expect("one was just there");
        curve.time.push(number(time.values.get(row))? / per);
        curve.n_risk.push(number(n_risk.values.get(row)));
        curve.value.push(number(value.values.get(row)));
        curve.lower.push(number(lower.values.get(row)));
        curve.upper.push(number(upper.values.get(row)));
    }
    (!curves.is_empty()).then_some(curves)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At risk 4 until 2, 2 until 5; survival 0.75 from 2, censored at 5.
    fn curve() -> ReadCurve {
        ReadCurve {
            label: "A".to_owned(),
            time: vec![2.0, 5.0],
            n_risk: vec![Some(4.0), Some(2.0)],
            value: vec![Some(0.75), Some(0.75)],
            lower: vec![Some(0.3), Some(0.3)],
            upper: vec![Some(0.9), Some(0.9)],
        }
    }

    #[test]
    fn a_curve_is_one_before_its_first_time_and_unknown_after_its_last() {
        let curve = curve();
        let read = |time: f64| {
            let at = curve.at(time, 1.0);
            (at.n_risk, at.value)
        };
        assert_eq!(read(0.0), (Some(4.0), Some(1.0)));
        // At risk just before the time: the one with the event at 2 still counts.
        assert_eq!(read(2.0), (Some(4.0), Some(0.75)));
        assert_eq!(read(2.1), (Some(2.0), Some(0.75)));
        assert_eq!(read(5.0), (Some(2.0), Some(0.75)));
        assert_eq!(read(5.1), (Some(0.0), None));
        let dead = ReadCurve { value: vec![Some(0.75), Some(0.0)], ..curve };
        assert_eq!(dead.at(9.0, 1.0).value, Some(0.0));
    }
}
