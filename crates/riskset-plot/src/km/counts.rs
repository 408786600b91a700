//! The counts under the curves, and as a table of data.

use crate::curve::Counts;
use crate::embed::{DataTable, Datum};
use crate::options::RiskTable;
use crate::panel::{CountRow, CountTable, Panel};
use crate::{CurveInput, FigureOptions, Profile};

/// One group as it is counted: the rows of the table that belong together.
pub(crate) struct Counted<'a> {
    /// Its place among the series, for the colour of its name.
    pub group: usize,
    pub label: &'a str,
    /// Whether the key of a curve stands before the name.
    pub keyed: bool,
    /// Whether rows of their own say how many patients weights rest on.
    pub weighted: bool,
    /// The names of the kinds of events, in the order of [`Tally::events`].
    pub events: Vec<String>,
    /// The counts just before a time in the unit of the data.
    pub at: Box<dyn Fn(f64) -> Tally + 'a>,
}

/// The counts of a group just before a time.
pub(crate) struct Tally {
    pub at_risk: f64,
    pub events: Vec<f64>,
    pub censored: f64,
    pub effective: Option<f64>,
}

impl<'a> Counted<'a> {
    /// A group with one curve and one kind of event.
    pub fn curve(group: usize, curve: &'a CurveInput, profile: &Profile) -> Counted<'a> {
        Counted {
            group,
            label: &curve.label,
            keyed: true,
            weighted: curve.weighted,
            events: vec![profile.wording.events.clone()],
            at: Box::new(|time| {
                let Counts { at_risk, events, censored, effective } = curve.counts_at(time);
                Tally { at_risk, events: vec![events], censored, effective }
            }),
        }
    }
}

/// The counts of all groups at these times, in the unit of the axis.
pub(crate) fn counts(
    groups: &[Counted<'_>],
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
    group: &Counted<'_>,
    options: &FigureOptions,
    profile: &Profile,
    times: &[f64],
) -> Vec<CountRow> {
    let limit = options.min_cell.map_or(0.0, f64::from);
    let tallies: Vec<Tally> = times.iter().map(|time| (group.at)(time * options.per)).collect();
    let text = |count: &dyn Fn(&Tally) -> f64| -> Vec<String> {
        tallies.iter().map(|tally| shown(count(tally), limit)).collect()
    };
    let row = |kind: usize, name: &str, label: &str, cells: Vec<String>| CountRow {
        group: group.group,
        kind,
        name: name.to_owned(),
        label: label.to_owned(),
        keyed: false,
        cells,
    };
    let named = |cells: Vec<String>| CountRow {
        keyed: group.keyed,
        ..row(0, "at_risk", group.label, cells)
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
    let mut rows = vec![named(Vec::new()), row(0, "at_risk", first, main)];
    if group.weighted {
        let effective = tallies.iter().map(|tally| match tally.effective {
            Some(effective) => shown(effective, limit),
            None if tally.at_risk == 0.0 => "0".to_owned(),
            None => NONE.to_owned(),
        });
        rows.push(row(3, "effective", "Effective", effective.collect()));
    }
    if extended {
        for (index, label) in group.events.iter().enumerate() {
            let name = match group.events.len() {
                1 => "events".to_owned(),
                _ => format!("events: {label}"),
            };
            rows.push(row(1, &name, label, text(&|tally| tally.events[index])));
        }
        rows.push(row(2, "censored", &profile.wording.censored, censored));
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
