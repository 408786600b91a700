//! The answers of `riskset table survival` and `riskset table cif`: a row for each group, and for each time
//! those at risk beside the number.

use super::{Document, Estimate, Head, Test, cif, decimals_for, km, logrank};
use crate::format::{NOT_ESTIMABLE, NOT_REACHED, Style};
use crate::table::{Align, Table};
use riskset_analysis::{FewAtRisk, TableCifAnswer, TableSurvivalAnswer, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// Survival at given times.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TableSurvivalDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// The scale of the intervals.
    pub conf_type: &'static str,
    /// The level of the intervals.
    pub conf_level: f64,
    /// A number with fewer at risk than this rests on few.
    pub few: u32,
    /// Whether numbers that rest on few are withheld.
    pub withheld: bool,
    /// One entry per group, in level order.
    pub groups: Vec<SurvivalRow>,
    /// The log-rank test, with two or more groups.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<Test>,
    #[serde(skip)]
    unit: Option<String>,
}

/// A group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SurvivalRow {
    /// `sex=1`; `null` for all rows.
    pub label: Option<String>,
    /// Rows.
    pub n: usize,
    /// Rows that end with the event.
    pub events: usize,
    /// The median time to the event.
    pub median: Estimate,
    /// The curve at the times asked for.
    pub times: Vec<AtTimeCell>,
}

/// A number at a time with those at risk.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct AtTimeCell {
    /// The time.
    pub time: f64,
    /// At risk just before it; `null` where it is withheld.
    pub n_risk: Option<f64>,
    /// The probability with its limits; `null` after the end of the curve, and where it is withheld.
    #[serde(flatten)]
    pub value: Estimate,
    /// Whether it rests on few.
    pub rests_on_few: bool,
}

/// Cumulative incidences at given times.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TableCifDocument {
    /// What every document starts with.
    #[serde(flatten)]
    pub head: Head,
    /// The scale of the intervals.
    pub conf_type: &'static str,
    /// The level of the intervals.
    pub conf_level: f64,
    /// A number with fewer at risk than this rests on few.
    pub few: u32,
    /// Whether numbers that rest on few are withheld.
    pub withheld: bool,
    /// One entry per cause, the cause of interest first.
    pub causes: Vec<CauseRows>,
    #[serde(skip)]
    unit: Option<String>,
}

/// A cause in every group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CauseRows {
    /// The cause, as the data have it.
    pub cause: String,
    /// Gray's test, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gray: Option<cif::Gray>,
    /// One entry per group, in level order.
    pub groups: Vec<IncidenceRow>,
}

/// A group.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct IncidenceRow {
    /// `sex=F`; `null` for all rows.
    pub label: Option<String>,
    /// Rows.
    pub n: usize,
    /// Rows that end with the cause.
    pub events: usize,
    /// The incidence at the times asked for.
    pub times: Vec<AtTimeCell>,
}

/// The mark of what rests on few.
const MARK: &str = "\u{1d43}";
/// What stands where a number is withheld.
const WITHHELD: &str = "\u{2014}";

impl AtTimeCell {
    fn new(time: f64, n_risk: f64, value: Estimate, few: &FewAtRisk) -> AtTimeCell {
        let rests_on_few = few.is_few(n_risk) && value.estimate.is_some();
        let nothing = Estimate { estimate: None, lower: None, upper: None };
        match rests_on_few && few.withhold {
            true => AtTimeCell { time, n_risk: None, value: nothing, rests_on_few },
            false => AtTimeCell { time, n_risk: Some(n_risk), value, rests_on_few },
        }
    }

    /// At risk, and the percentage with its limits.
    fn cells(&self, few: u32, with_interval: bool, style: &Style) -> [String; 2] {
        let Some(n_risk) = self.n_risk else { return [format!("<{few}"), WITHHELD.to_owned()] };
        let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
        let Estimate { estimate, lower, upper } = self.value;
        let shown = match with_interval {
            true => {
                style.interval(percent(estimate), percent(lower), percent(upper), 1, NOT_ESTIMABLE)
            }
            false => style.optional(percent(estimate), 1, NOT_ESTIMABLE),
        };
        let mark = if self.rests_on_few { MARK } else { "" };
        [km::count_words(n_risk, style), format!("{shown}{mark}")]
    }
}

/// Two columns for each time.
fn time_columns(
    mut table: Table,
    times: &[f64],
    unit: Option<&str>,
    what: &str,
    interval: &str,
) -> Table {
    for time in times {
        let at = unit.map_or(time.to_string(), |unit| format!("{time} {unit}"));
        table = table
            .column(format!("At risk at {at}"), Align::Right)
            .column(format!("{what} at {at}, %{interval}"), Align::Right);
    }
    table
}

/// What marks and abbreviations mean, as far as the table has them.
fn explained(mut table: Table, few: u32) -> Table {
    let has = |table: &Table, sign: &str| {
        table.rows.iter().any(|row| row.cells.iter().any(|cell| cell.contains(sign)))
    };
    if has(&table, MARK) {
        table = table.footnote(format!("{MARK} Fewer than {few} at risk."));
    }
    if has(&table, WITHHELD) {
        table = table.footnote(format!("{WITHHELD}, withheld: fewer than {few} at risk."));
    }
    let known = [(NOT_REACHED, "not reached"), (NOT_ESTIMABLE, "not estimable")];
    let used: Vec<String> = known
        .iter()
        .filter(|(word, _)| has(&table, word))
        .map(|(word, words)| format!("{word}, {words}"))
        .collect();
    table = table.footnote("At risk just before the time.");
    if used.is_empty() { table } else { table.footnote(format!("{}.", used.join("; "))) }
}

fn interval_note(level: f64, conf_type: &str, style: &Style) -> Option<String> {
    (conf_type != "none").then(|| format!("Intervals: {}, {conf_type} scale.", style.level(level)))
}

fn name(label: Option<&str>) -> String {
    label.unwrap_or("All").to_owned()
}

impl TableSurvivalDocument {
    /// The document of an answer.
    pub fn of(answer: TableSurvivalAnswer, voice: &dyn Voice) -> TableSurvivalDocument {
        let few = answer.few;
        let document = km::KmDocument::of(answer.curves, voice);
        let row = |group: km::Group| SurvivalRow {
            label: group.label,
            n: group.n,
            events: group.events,
            median: group.median,
            times: group
                .at_times
                .iter()
                .map(|at| {
                    let value =
                        Estimate { estimate: at.survival, lower: at.lower, upper: at.upper };
                    AtTimeCell::new(at.time, at.n_risk, value, &few)
                })
                .collect(),
        };
        TableSurvivalDocument {
            head: document.head,
            conf_type: document.conf_type,
            conf_level: document.conf_level,
            few: few.few,
            withheld: few.withhold,
            groups: document.groups.into_iter().map(row).collect(),
            tests: document.tests,
            unit: few.unit,
        }
    }
}

impl Document for TableSurvivalDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let with_interval = self.conf_type != "none";
        let interval = of_interval(with_interval, self.conf_level, style);
        let unit = self.unit.as_deref();
        let of = unit.map_or(String::new(), |unit| format!(", {unit}"));
        let mut table = Table::new("Survival at given times")
            .column("Group", Align::Left)
            .column("n", Align::Right)
            .column("Events", Align::Right)
            .column(format!("Median{of}{interval}"), Align::Right);
        let times: Vec<f64> = self
            .groups
            .first()
            .map_or(Vec::new(), |group| group.times.iter().map(|at| at.time).collect());
        table = time_columns(table, &times, unit, "Survival", &interval);
        let decimals = decimals_for(self.groups.iter().flat_map(|group| {
            [group.median.estimate, group.median.lower, group.median.upper].into_iter().flatten()
        }));
        for group in &self.groups {
            let median = match with_interval {
                true => group.median.text(style, decimals, NOT_REACHED),
                false => style.optional(group.median.estimate, decimals, NOT_REACHED),
            };
            let head = [
                name(group.label.as_deref()),
                group.n.to_string(),
                group.events.to_string(),
                median,
            ];
            let times = group.times.iter().flat_map(|at| at.cells(self.few, with_interval, style));
            table = table.row(head.into_iter().chain(times));
        }
        vec![explained(table, self.few)]
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let tests = self.tests.iter().map(|test| logrank::sentence(test, style));
        tests.chain(interval_note(self.conf_level, self.conf_type, style)).collect()
    }
}

impl TableCifDocument {
    /// The document of an answer.
    pub fn of(answer: TableCifAnswer, voice: &dyn Voice) -> TableCifDocument {
        let few = answer.few;
        let document = cif::CifDocument::of(answer.incidences, voice);
        let names: Vec<String> = document
            .groups
            .first()
            .map_or(Vec::new(), |group| group.causes.iter().map(|one| one.cause.clone()).collect());
        let of_cause = |place: usize, cause: &String| CauseRows {
            cause: cause.clone(),
            gray: document.gray.as_ref().and_then(|tests| tests.get(place)).cloned(),
            groups: document
                .groups
                .iter()
                .map(|group| IncidenceRow {
                    label: group.label.clone(),
                    n: group.n,
                    events: group.causes[place].events,
                    times: group.causes[place]
                        .at_times
                        .iter()
                        .map(|at| {
                            let value = Estimate {
                                estimate: at.estimate,
                                lower: at.lower,
                                upper: at.upper,
                            };
                            AtTimeCell::new(at.time, at.n_risk, value, &few)
                        })
                        .collect(),
                })
                .collect(),
        };
        let mut causes: Vec<CauseRows> =
            names.iter().enumerate().map(|(place, cause)| of_cause(place, cause)).collect();
        // A stable sort: the others keep their order.
        causes.sort_by_key(|one| one.cause != document.cause);
        TableCifDocument {
            head: document.head,
            conf_type: document.conf_type,
            conf_level: document.conf_level,
            few: few.few,
            withheld: few.withhold,
            causes,
            unit: few.unit,
        }
    }
}

impl Document for TableCifDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let with_interval = self.conf_type != "none";
        let interval = of_interval(with_interval, self.conf_level, style);
        let table = Table::new("Cumulative incidence at given times")
            .column("Group", Align::Left)
            .column("n", Align::Right)
            .column("Events", Align::Right);
        let first = self.causes.iter().flat_map(|cause| &cause.groups).next();
        let times: Vec<f64> =
            first.map_or(Vec::new(), |group| group.times.iter().map(|at| at.time).collect());
        let mut table = time_columns(table, &times, self.unit.as_deref(), "Incidence", &interval);
        for cause in &self.causes {
            table = table.group(&cause.cause);
            for group in &cause.groups {
                let head =
                    [name(group.label.as_deref()), group.n.to_string(), group.events.to_string()];
                let times =
                    group.times.iter().flat_map(|at| at.cells(self.few, with_interval, style));
                table = table.indented(head.into_iter().chain(times));
            }
        }
        vec![explained(table, self.few)]
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let gray = self.causes.iter().filter_map(|cause| {
            let test = cause.gray.as_ref()?;
            Some(format!("Gray's test, {}: {}.", cause.cause, style.p_equation(test.p_value)))
        });
        gray.chain(interval_note(self.conf_level, self.conf_type, style)).collect()
    }
}

/// What the heading of an estimate says of its interval.
fn of_interval(shown: bool, level: f64, style: &Style) -> String {
    if shown { format!(" ({} CI)", style.level(level)) } else { String::new() }
}
