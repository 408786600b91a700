//! The plotted values behind curves, as data.

use super::counts;
use super::curve::{StepCurve, StepCurves};
use crate::data::{DataTable, Datum};
use crate::panel::spec::Panel;

/// Beyond this many rows a figure carries only those that can be told apart on paper.
const MOST_ROWS: usize = 20_000;
/// Places along the axis that can be told apart.
const PLACES: f64 = 10_000.0;

impl StepCurves {
    /// The plotted values, in the unit of the data, and the counts, at the ticks. Of more than
    /// 20 000 rows only those that can be told apart on paper.
    pub(crate) fn tables(&self, panel: &Panel) -> Vec<DataTable> {
        let causes = self.curves.iter().any(|curve| curve.cause.is_some());
        let value = self.estimate.column();
        let mut curves = match causes {
            true => DataTable::new(
                "curves",
                &["group", "cause", "time", "n_risk", "n_event", value, "lower", "upper"],
            ),
            false => DataTable::new(
                "curves",
                &["group", "time", "n_risk", "n_event", "n_censor", value, "lower", "upper"],
            ),
        };
        let thin = self.curves.iter().map(|curve| curve.time.len()).sum::<usize>() > MOST_ROWS;
        for curve in &self.curves {
            for row in (0..curve.time.len()).filter(|&row| !thin || self.kept(panel, curve, row)) {
                curves.row(cells(curve, row));
            }
        }
        vec![curves, counts::table(panel)]
    }

    /// Whether a row is the first of its curve, or the last on its place of the paper.
    fn kept(&self, panel: &Panel, curve: &StepCurve, row: usize) -> bool {
        let place = |time: f64| (panel.x.share(time / self.options.per) * PLACES) as i64;
        let next = curve.time.get(row + 1).map(|&time| place(time));
        row == 0 || next != Some(place(curve.time[row]))
    }
}

fn cells(curve: &StepCurve, row: usize) -> [Option<Datum>; 8] {
    let some = |value: f64| Some(Datum::Number(value));
    let time = some(curve.time[row]);
    let (risk, event) = (some(curve.n_risk[row]), some(curve.n_event[row]));
    let value = curve.value[row].map(Datum::Number);
    let [lower, upper] = [curve.lower[row], curve.upper[row]].map(|v| v.map(Datum::Number));
    match &curve.cause {
        Some((group, cause)) => {
            let (group, cause) = (Some(group.as_str().into()), Some(cause.as_str().into()));
            [group, cause, time, risk, event, value, lower, upper]
        }
        None => {
            let censored = some(curve.n_censor[row]);
            [Some(curve.label.as_str().into()), time, risk, event, censored, value, lower, upper]
        }
    }
}
