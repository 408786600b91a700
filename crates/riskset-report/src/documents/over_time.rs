//! Effects that change with time, as entries, tables and sentences: by period, on average, and as
//! functions of time. Shared by `cox` and `compare`.

use super::{Estimate, Test, decimals_for};
use crate::format::{NOT_ESTIMABLE, Style};
use crate::table::{Align, Table};
use riskset::{Interval, PeriodEffects};
use riskset_analysis::{EffectOverTime, OverTime};
use schemars::JsonSchema;
use serde::Serialize;

/// Hazard ratios by period and on average.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct OverTimeEntries {
    /// One entry per column or group, when asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub periods: Vec<PeriodsEntry>,
    /// One entry per column or group, when asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub average_hazard_ratios: Vec<AverageEntry>,
}

/// A column by period.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PeriodsEntry {
    /// The column or the group.
    pub term: String,
    /// Each period in the order of time.
    pub periods: Vec<PeriodEntry>,
    /// Wald's test that the coefficients of all periods are equal; `null` unless all exist.
    pub equality: Option<Test>,
}

/// A hazard ratio in a period.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct PeriodEntry {
    /// Where it starts, excluded.
    pub start: f64,
    /// Where it ends, included; `null` for the last.
    pub stop: Option<f64>,
    /// Events in it, of all patients.
    pub events: usize,
    /// The hazard ratio.
    pub hazard_ratio: Estimate,
    /// The standard error of its logarithm.
    pub std_error: Option<f64>,
    /// Two-sided.
    pub p_value: Option<f64>,
}

/// An average hazard ratio.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AverageEntry {
    /// The column or the group.
    pub term: String,
    /// The average hazard ratio.
    pub hazard_ratio: Estimate,
    /// The robust standard error of its logarithm.
    pub std_error: Option<f64>,
    /// Two-sided.
    pub p_value: Option<f64>,
}

/// A hazard ratio that is a function of time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EffectEntry {
    /// The column.
    pub term: String,
    /// Its terms of `tv()`.
    pub of: Vec<String>,
    /// At times.
    pub at_times: Vec<EffectAt>,
}

/// A hazard ratio at a time.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct EffectAt {
    /// The time.
    pub time: f64,
    /// The hazard ratio of one more, with its pointwise limits.
    #[serde(flatten)]
    pub hazard_ratio: Estimate,
}

fn estimate(value: Option<f64>, limits: Option<Interval>) -> Estimate {
    let limits = limits.unwrap_or(Interval { lower: None, upper: None });
    Estimate { estimate: value, lower: limits.lower, upper: limits.upper }
}

impl OverTimeEntries {
    /// The entries of an answer.
    pub fn of(found: &OverTime) -> OverTimeEntries {
        OverTimeEntries {
            periods: found.periods.iter().map(|(name, effects)| periods(name, effects)).collect(),
            average_hazard_ratios: found
                .average
                .iter()
                .map(|(name, ratio)| AverageEntry {
                    term: name.clone(),
                    hazard_ratio: estimate(ratio.estimate, ratio.interval),
                    std_error: ratio.std_error,
                    p_value: ratio.p_value,
                })
                .collect(),
        }
    }

    /// The table of the periods, and that of the averages.
    pub fn tables(&self, conf_level: f64, style: &Style) -> Vec<Table> {
        let level = style.level(conf_level);
        let mut tables = Vec::new();
        if !self.periods.is_empty() {
            let mut table = Table::new("Hazard ratio by period")
                .column("Period", Align::Left)
                .column("Events", Align::Right)
                .column(format!("HR ({level} CI)"), Align::Right)
                .column("P", Align::Right);
            for entry in &self.periods {
                table = table.group(entry.term.clone());
                for period in &entry.periods {
                    table = table.indented([
                        name_of(period),
                        period.events.to_string(),
                        period.hazard_ratio.text(style, 2, NOT_ESTIMABLE),
                        style.p_value(period.p_value),
                    ]);
                }
            }
            tables.push(table);
        }
        if !self.average_hazard_ratios.is_empty() {
            let mut table = Table::new("Average hazard ratio")
                .column("", Align::Left)
                .column(format!("AHR ({level} CI)"), Align::Right)
                .column("P", Align::Right);
            for entry in &self.average_hazard_ratios {
                table = table.row([
                    entry.term.clone(),
                    entry.hazard_ratio.text(style, 2, NOT_ESTIMABLE),
                    style.p_value(entry.p_value),
                ]);
            }
            tables.push(table);
        }
        tables
    }

    /// The tests of equality, and what the average is.
    pub fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes: Vec<String> = self
            .periods
            .iter()
            .map(|entry| match &entry.equality {
                Some(test) => format!(
                    "Hazard ratios of {} equal in all periods (Wald): chi-square = {} on {} df, {}",
                    entry.term,
                    style.number(test.statistic, 2),
                    test.df,
                    style.p_equation(test.p_value)
                ),
                None => format!(
                    "Hazard ratios of {} equal in all periods: {NOT_ESTIMABLE}, because one of them is",
                    entry.term
                ),
            })
            .collect();
        if !self.average_hazard_ratios.is_empty() {
            notes.push(
                "The average hazard ratio weights each event by S(t) over the chance of being still \
                 followed: a mean over the events there would have been without censoring, whether or \
                 not the hazards are proportional. Its limits are robust."
                    .to_owned(),
            );
        }
        notes
    }
}

fn periods(name: &str, found: &PeriodEffects) -> PeriodsEntry {
    let one = |effect: &riskset::PeriodEffect| PeriodEntry {
        start: effect.start,
        stop: effect.stop,
        events: effect.events,
        hazard_ratio: estimate(effect.coefficient.map(f64::exp), effect.interval),
        std_error: effect.std_error,
        p_value: effect.p_value,
    };
    PeriodsEntry {
        term: name.to_owned(),
        periods: found.periods.iter().map(one).collect(),
        equality: found.equality.map(|test| Test {
            name: "equal_in_all_periods".to_owned(),
            statistic: test.statistic,
            df: test.df as f64,
            p_value: Some(test.p_value),
        }),
    }
}

/// `0 to 180`, `after 365`.
fn name_of(period: &PeriodEntry) -> String {
    match period.stop {
        Some(stop) => format!("{} to {stop}", period.start),
        None => format!("after {}", period.start),
    }
}

/// The effects of `tv()`.
pub fn effects(found: &[EffectOverTime]) -> Vec<EffectEntry> {
    let one = |effect: &EffectOverTime| EffectEntry {
        term: effect.column.clone(),
        of: effect.terms.clone(),
        at_times: effect
            .points
            .iter()
            .map(|point| EffectAt {
                time: point.time,
                hazard_ratio: estimate(Some(point.hazard_ratio), Some(point.interval)),
            })
            .collect(),
    };
    found.iter().map(one).collect()
}

/// The hazard ratios of `tv()` at times, when there are some.
pub fn effects_table(effects: &[EffectEntry], conf_level: f64, style: &Style) -> Option<Table> {
    if effects.is_empty() {
        return None;
    }
    let level = style.level(conf_level);
    let mut table = Table::new("Hazard ratio over time")
        .column("Time", Align::Left)
        .column(format!("HR ({level} CI)"), Align::Right);
    for effect in effects {
        table = table.group(format!("{}, by {}", effect.term, effect.of.join(" + ")));
        let decimals = decimals_for(effect.at_times.iter().map(|at| at.time));
        for at in &effect.at_times {
            let ratio = at.hazard_ratio.text(style, 2, NOT_ESTIMABLE);
            table = table.indented([style.number(at.time, decimals), ratio]);
        }
    }
    Some(table)
}
