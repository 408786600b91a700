//! The counts under the curves, and as a table of data.

use crate::embed::{DataTable, Datum};
use crate::options::RiskTable;
use crate::panel::{CountRow, CountTable, Panel};
use crate::{CurveInput, FigureOptions, Profile};

/// The counts of all groups at these times, in the unit of the axis.
pub(super) fn counts(
    groups: &[CurveInput],
    options: &FigureOptions,
    profile: &Profile,
    times: &[f64],
) -> Option<CountTable> {
    let header = match options.risk_table {
        RiskTable::None => return None,
        RiskTable::AtRiskCensored => profile.wording.at_risk_censored.clone(),
        // A wording that promises the censored in brackets would not be kept here.
        RiskTable::AtRisk if profile.wording.at_risk == profile.wording.at_risk_censored => {
            "Number at risk".to_owned()
        }
        RiskTable::AtRisk => profile.wording.at_risk.clone(),
        RiskTable::KmUnicate => "Counts just before each time".to_owned(),
    };
    let mut rows = Vec::new();
    for (group, curve) in groups.iter().enumerate() {
        rows.extend(group_rows(group, curve, options, profile, times));
    }
    Some(CountTable { header, times: times.to_vec(), rows })
}

fn group_rows(
    group: usize,
    curve: &CurveInput,
    options: &FigureOptions,
    profile: &Profile,
    times: &[f64],
) -> Vec<CountRow> {
    let limit = options.min_cell.map_or(0.0, f64::from);
    let text = |count: &dyn Fn(f64) -> f64| -> Vec<String> {
        times.iter().map(|time| shown(count(time * options.per), limit)).collect()
    };
    let at_risk = text(&|time| curve.n_risk_at(time));
    let row = |kind: usize, label: &str, keyed: bool, cells: Vec<String>| CountRow {
        group,
        kind,
        label: label.to_owned(),
        keyed,
        cells,
    };
    match options.risk_table {
        RiskTable::None => Vec::new(),
        RiskTable::AtRisk => vec![row(0, &curve.label, true, at_risk)],
        RiskTable::AtRiskCensored => {
            let censored = text(&|time| curve.censored_before(time));
            let both = at_risk.iter().zip(censored).map(|(n, c)| format!("{n} ({c})")).collect();
            vec![row(0, &curve.label, true, both)]
        }
        RiskTable::KmUnicate => vec![
            row(0, &curve.label, true, Vec::new()),
            row(0, "At risk", false, at_risk),
            row(1, &profile.wording.events, false, text(&|time| curve.events_before(time))),
            row(2, &profile.wording.censored, false, text(&|time| curve.censored_before(time))),
        ],
    }
}

/// A count as a reader sees it: whole, unless weights make it a fraction; masked below the limit.
fn shown(count: f64, limit: f64) -> String {
    if count > 0.0 && count < limit {
        return format!("<{limit}");
    }
    if (count - count.round()).abs() < 1e-6 {
        format!("{}", count.round() as i64)
    } else {
        format!("{count:.1}")
    }
}

/// The counts that the panel shows, as data.
pub(crate) fn table(panel: &Panel) -> DataTable {
    let mut table = DataTable::new("counts", &["group", "count", "time", "value"]);
    let Some(counts) = &panel.counts else { return table };
    for row in &counts.rows {
        let name = panel.series_of(row.group).map(|series| Datum::Text(series.name.clone()));
        let kind = ["at_risk", "events", "censored"][row.kind];
        for (&time, cell) in counts.times.iter().zip(&row.cells) {
            table.row([
                name.clone(),
                Some(kind.into()),
                Some(Datum::Number(time)),
                Some(match cell.parse::<f64>() {
                    Ok(count) => Datum::Number(count),
                    Err(_) => Datum::Text(cell.clone()),
                }),
            ]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_below_the_limit_are_masked_and_zero_is_not() {
        assert_eq!(shown(4.0, 5.0), "<5");
        assert_eq!(shown(0.0, 5.0), "0");
        assert_eq!(shown(5.0, 5.0), "5");
        assert_eq!(shown(12.25, 0.0), "12.2");
    }
}
