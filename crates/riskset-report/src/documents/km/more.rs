//! What may be asked of a curve besides its own intervals, as entries, tables and sentences.

use super::KmDocument;
use crate::format::{NOT_ESTIMABLE, NOT_REACHED, Style};
use crate::table::{Align, Table};
use riskset_analysis::{FewPatientsLimits, MoreOfCurve};
use schemars::JsonSchema;
use serde::Serialize;

/// What was asked of a curve; what was not is absent.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MoreEntries {
    /// Limits for few patients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub few_patients: Option<FewEntry>,
    /// The simultaneous band.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band: Option<BandEntry>,
    /// Survival given survival so far, at the later times asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditional: Vec<ConditionalEntry>,
}

/// Limits for few patients.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FewEntry {
    /// `likelihood-ratio`, `beta-product` or `rothman-wilson`.
    pub method: &'static str,
    /// Of the median.
    pub median_lower: Option<f64>,
    /// Of the median.
    pub median_upper: Option<f64>,
    /// Of S(t) at the times asked for, in that order.
    pub at_times: Vec<LimitsAt>,
}

/// Limits of S(t).
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct LimitsAt {
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
}

/// A simultaneous band.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BandEntry {
    /// `hall-wellner` or `equal-precision`.
    pub kind: &'static str,
    /// From when on it holds.
    pub from: f64,
    /// Until when it holds.
    pub to: f64,
    /// The critical value of the supremum.
    pub critical: f64,
    /// Its times, increasing.
    pub time: Vec<f64>,
    /// The lower limit from each time to the next.
    pub lower: Vec<Option<f64>>,
    /// The upper limit from each time to the next.
    pub upper: Vec<Option<f64>>,
}

/// Survival given survival so far.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct ConditionalEntry {
    /// The time that has been reached.
    pub from: f64,
    /// The time asked for.
    pub time: f64,
    /// At risk just after `from`.
    pub n_risk: f64,
    /// S(time) / S(from).
    pub survival: f64,
    /// Its standard error.
    pub std_error: Option<f64>,
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
}

impl MoreEntries {
    pub(super) fn of(more: MoreOfCurve) -> MoreEntries {
        let band = more.band.map(|band| BandEntry {
            kind: band.kind.name(),
            from: band.range.0,
            to: band.range.1,
            critical: band.critical,
            time: band.time,
            lower: band.interval.iter().map(|limits| limits.lower).collect(),
            upper: band.interval.iter().map(|limits| limits.upper).collect(),
        });
        let conditional = more.conditional.into_iter().flatten().map(|found| ConditionalEntry {
            from: found.from,
            time: found.from + found.further,
            n_risk: found.n_risk,
            survival: found.survival,
            std_error: found.std_error,
            lower: found.interval.and_then(|limits| limits.lower),
            upper: found.interval.and_then(|limits| limits.upper),
        });
        MoreEntries { few_patients: more.few.map(few), band, conditional: conditional.collect() }
    }
}

fn few(found: FewPatientsLimits) -> FewEntry {
    let limits = |limits: Option<riskset::Interval>| LimitsAt {
        lower: limits.and_then(|limits| limits.lower),
        upper: limits.and_then(|limits| limits.upper),
    };
    FewEntry {
        method: found.method.name(),
        median_lower: found.median.lower,
        median_upper: found.median.upper,
        at_times: found.at_times.into_iter().map(limits).collect(),
    }
}

pub(super) fn tables(document: &KmDocument, style: &Style) -> Vec<Table> {
    [few_table(document, style), conditional(document, style), band(document, style)]
        .into_iter()
        .flatten()
        .collect()
}

fn percent(value: Option<f64>) -> Option<f64> {
    value.map(|value| 100.0 * value)
}

fn few_table(document: &KmDocument, style: &Style) -> Option<Table> {
    let method = document.groups.iter().find_map(|group| group.more.few_patients.as_ref())?.method;
    let level = style.level(document.conf_level);
    let name = match method {
        "likelihood-ratio" => "likelihood ratio (Thomas and Grunkemeier)",
        "beta-product" => "beta product",
        _ => "Rothman and Wilson",
    };
    let mut table = Table::new(format!("Limits for few patients: {name}"))
        .column("", Align::Left)
        .column("Estimate", Align::Right)
        .column(format!("{level} CI"), Align::Right);
    for group in &document.groups {
        let Some(few) = &group.more.few_patients else { continue };
        table = table.group(group.name());
        table = table.indented([
            "Median".to_owned(),
            style.optional(group.median.estimate, 1, NOT_REACHED),
            style.range(few.median_lower, few.median_upper, 1, NOT_REACHED),
        ]);
        for (at, limits) in group.at_times.iter().zip(&few.at_times) {
            table = table.indented([
                format!("Survival at {}, %", at.time),
                style.optional(percent(at.survival), 1, NOT_ESTIMABLE),
                style.range(percent(limits.lower), percent(limits.upper), 1, NOT_ESTIMABLE),
            ]);
        }
    }
    Some(table.footnote("The limits of the median are the times whose interval holds 50%."))
}

fn conditional(document: &KmDocument, style: &Style) -> Option<Table> {
    let all = || document.groups.iter().flat_map(|group| &group.more.conditional);
    let from = all().next()?.from;
    let level = style.level(document.conf_level);
    let mut table = Table::new(format!("Survival of those who have come to {from}"))
        .column("Time", Align::Left)
        .column(format!("At risk after {from}"), Align::Right)
        .column(format!("Survival, % ({level} CI)"), Align::Right);
    for group in document.groups.iter().filter(|group| !group.more.conditional.is_empty()) {
        table = table.group(group.name());
        for one in &group.more.conditional {
            let [estimate, lower, upper] = [Some(one.survival), one.lower, one.upper].map(percent);
            table = table.indented([
                one.time.to_string(),
                super::tables::count(one.n_risk, style),
                style.interval(estimate, lower, upper, 1, NOT_ESTIMABLE),
            ]);
        }
    }
    Some(table.footnote("Times are counted from time zero; the figure is the one of a landmark."))
}

fn band(document: &KmDocument, style: &Style) -> Option<Table> {
    let kind = document.groups.iter().find_map(|group| group.more.band.as_ref())?.kind;
    let level = style.level(document.conf_level);
    let mut table = Table::new(format!("Simultaneous {level} band ({kind})"))
        .column("Group", Align::Left)
        .column("From", Align::Right)
        .column("To", Align::Right)
        .column("Critical value", Align::Right)
        .column("Times", Align::Right);
    for group in &document.groups {
        let Some(band) = &group.more.band else { continue };
        table = table.row([
            group.name().to_owned(),
            style.number(band.from, 1),
            style.number(band.to, 1),
            style.number(band.critical, 4),
            band.time.len().to_string(),
        ]);
    }
    Some(table)
}

pub(super) fn notes(document: &KmDocument, style: &Style) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(band) = document.groups.iter().find_map(|group| group.more.band.as_ref()) {
        notes.push(format!(
            "The band ({}) holds the whole curve between its times with {} confidence; its limits \
             stand in the JSON and in the figure.",
            band.kind,
            style.level(document.conf_level)
        ));
    }
    notes
}
