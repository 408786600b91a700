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
        all_shown(&tallies.iter().map(|tally| Some(count(tally))).collect::<Vec<_>>(), limit)
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
            None if tally.at_risk == 0.0 => Some(0.0),
            effective => effective,
        });
        let effective = all_shown(&effective.collect::<Vec<_>>(), limit);
        rows.push(row(Counted::Effective, "effective", "Effective", effective));
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

/// The counts of a row as a reader sees them: whole, or all with one decimal where weights make one of
/// them a fraction; 0 is 0, and what lies below the limit is masked.
fn all_shown(counts: &[Option<f64>], limit: f64) -> Vec<String> {
    let is_whole = |count: f64| (count - count.round()).abs() < 1e-6;
    let decimals = usize::from(!counts.iter().flatten().all(|&count| is_whole(count)));
    let shown = |&count: &Option<f64>| match count {
        None => NONE.to_owned(),
        Some(0.0) => "0".to_owned(),
        Some(count) if count < limit => format!("<{limit}"),
        Some(count) => format!("{count:.decimals$}"),
    };
    counts.iter().map(shown).collect()
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
        let shown = |counts: &[f64], limit| {
            all_shown(&counts.iter().map(|&count| Some(count)).collect::<Vec<_>>(), limit)
        };
        assert_eq!(shown(&[4.0, 0.0, 5.0], 5.0), ["<5", "0", "5"]);
        assert_eq!(
            shown(&[12.25, 2.0, 0.0], 0.0),
            ["12.2", "2.0", "0"],
            "decimals for all or none"
        );
        assert_eq!(all_shown(&[None, Some(3.0)], 0.0), [NONE, "3"]);
    }
}
