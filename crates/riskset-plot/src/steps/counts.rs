//! The counts under the curves, and as a table of data.

use super::curve::{CountedGroup, Tally};
use crate::data::{DataTable, Datum};
use crate::options::{FigureOptions, RiskTable};
use crate::panel::spec::{CountRow, CountTable, Panel};
use crate::profile::Profile;
use crate::scene::Counted;

/// The counts of all groups at these times, in the unit of the axis.
pub(crate) fn counts(
    groups: &[CountedGroup],
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
    let rows = groups.iter().flat_map(|group| group_rows(group, options, profile, times));
    Some(CountTable { header, times: times.to_vec(), rows: rows.collect() })
}

fn group_rows(
    group: &CountedGroup,
    options: &FigureOptions,
    profile: &Profile,
    times: &[f64],
) -> Vec<CountRow> {
    let limit = options.min_cell.map_or(0.0, f64::from);
    let tallies: Vec<Tally> = times.iter().map(|time| (group.at)(time * options.per)).collect();
    let text = |count: &dyn Fn(&Tally) -> f64| -> Vec<String> {
        tallies.iter().map(|tally| shown(count(tally), limit)).collect()
    };
    let row = |counted: Counted, name: &str, label: &str, cells: Vec<String>| CountRow {
        group: group.curve,
        counted,
        name: name.to_owned(),
        label: label.to_owned(),
        keyed: false,
        cells,
    };
    let named = |cells: Vec<String>| CountRow {
        keyed: group.keyed,
        ..row(Counted::AtRisk, "at_risk", &group.label, cells)
    };
    let at_risk = text(&|tally| tally.at_risk);
    let censored = text(&|tally| tally.censored);
    let main = match options.risk_table {
        RiskTable::None => return Vec::new(),
        RiskTable::AtRiskCensored => {
            at_risk.iter().zip(&censored).map(|(n, c)| format!("{n} ({c})")).collect()
        }
        RiskTable::AtRisk | RiskTable::KmUnicate => at_risk,
    };
    let extended = options.risk_table == RiskTable::KmUnicate;
    if !extended && !group.weighted {
        return vec![named(main)];
    }
    let first = if extended { "At risk" } else { "Patients" };
    let mut rows = vec![named(Vec::new()), row(Counted::AtRisk, "at_risk", first, main)];
    if group.weighted {
        let effective = tallies.iter().map(|tally| match tally.effective {
            Some(effective) => shown(effective, limit),
            None if tally.at_risk == 0.0 => "0".to_owned(),
            None => NONE.to_owned(),
        });
        rows.push(row(Counted::Effective, "effective", "Effective", effective.collect()));
    }
    if extended {
        for (index, label) in group.events.iter().enumerate() {
            let label = label.as_ref().unwrap_or(&profile.wording.events);
            let name = match group.events.len() {
                1 => "events".to_owned(),
                _ => format!("events: {label}"),
            };
            rows.push(row(Counted::Events, &name, label, text(&|tally| tally.events[index])));
        }
        rows.push(row(Counted::Censored, "censored", &profile.wording.censored, censored));
    }
    rows
}

/// Where there are patients, but none with a weight.
const NONE: &str = "\u{2013}";

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
        for (&time, cell) in counts.times.iter().zip(&row.cells) {
            table.row([
                name.clone(),
                Some(row.name.as_str().into()),
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
