//! Each estimand of a comparison in words: what is compared, and what the numbers say.

use super::CompareDocument;
use crate::documents::Estimate;
use crate::format::{NOT_ESTIMABLE, Style, told_time};
use crate::table::{Align, Table};
use riskset::{Contrast, Estimand, Milestone, Verdict};
use riskset_analysis::{CompareAnswer, MarginOf, MarginResult, OverStrata};
use schemars::JsonSchema;
use serde::Serialize;

/// Survival of a group against the reference's at a time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MilestoneEntry {
    /// The group.
    pub group: String,
    /// The time.
    pub time: f64,
    /// Group less reference, a fraction; `null` where a curve is unknown or 0.
    pub difference: Option<ContrastEntry>,
    /// Group over reference.
    pub ratio: Option<ContrastEntry>,
    /// Two-sided, from log(-log S(t)), which keeps its level best.
    pub p_log_log: Option<f64>,
}

/// A contrast put together over the strata.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OverStrataEntry {
    /// The group.
    pub group: String,
    /// `rmst` or `survival`.
    pub of: &'static str,
    /// The horizon, or the time.
    pub time: f64,
    /// Group less reference: the mean over the strata by their share of the patients; `null` where a
    /// stratum has none.
    pub difference: Option<ContrastEntry>,
    /// Group over reference: the geometric mean.
    pub ratio: Option<ContrastEntry>,
}

/// A difference or a ratio.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct ContrastEntry {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error on its own scale.
    pub std_error: f64,
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
    /// Two-sided.
    pub p_value: Option<f64>,
}

/// An estimate against its margin.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MarginEntry {
    /// The group.
    pub group: String,
    /// `hr`, `survival` or `rmst`.
    pub of: &'static str,
    /// The time of a milestone.
    pub time: Option<f64>,
    /// The margin.
    pub margin: f64,
    /// The one-sided level.
    pub one_sided: f64,
    /// The one-sided limit towards the bad side.
    pub limit: Option<f64>,
    /// The one-sided P of being as bad as the margin or worse.
    pub p_non_inferior: Option<f64>,
    /// The one-sided P of being no better than no difference.
    pub p_superior: Option<f64>,
    /// `superior`, `non-inferior`, `inconclusive` or `inferior`; `null` is not estimable.
    pub verdict: Option<&'static str>,
}

impl From<Contrast> for ContrastEntry {
    fn from(found: Contrast) -> ContrastEntry {
        let Contrast { estimate, std_error, lower, upper, p_value } = found;
        ContrastEntry { estimate, std_error, lower, upper, p_value }
    }
}

pub(super) fn milestones(answer: &CompareAnswer, names: &[String]) -> Vec<MilestoneEntry> {
    let of = |(group, all): (usize, &Vec<Option<Milestone>>)| {
        let name = names[group].clone();
        let times = answer.request.milestones.clone();
        all.clone().into_iter().zip(times).map(move |(found, time)| MilestoneEntry {
            group: name.clone(),
            time,
            difference: found.map(|found| found.difference.into()),
            ratio: found.map(|found| found.ratio.into()),
            p_log_log: found.and_then(|found| found.p_log_log),
        })
    };
    answer.milestones.iter().enumerate().flat_map(of).collect()
}

pub(super) fn over_strata(answer: &CompareAnswer, names: &[String]) -> Vec<OverStrataEntry> {
    let entry = |one: &OverStrata| {
        let (of, time) = match one.estimand {
            Estimand::Survival(time) => ("survival", time),
            Estimand::RestrictedMean(tau) => ("rmst", tau),
        };
        OverStrataEntry {
            group: names[one.group].clone(),
            of,
            time,
            difference: one.found.map(|found| found.difference.into()),
            ratio: one.found.and_then(|found| found.ratio).map(ContrastEntry::from),
        }
    };
    answer.over_strata.iter().map(entry).collect()
}

pub(super) fn margins(answer: &CompareAnswer, names: &[String]) -> Vec<MarginEntry> {
    let entry = |one: &MarginResult| MarginEntry {
        group: names[one.group].clone(),
        of: one.margin.of.name(),
        time: one.time,
        margin: one.margin.value,
        one_sided: answer.request.one_sided,
        limit: one.test.map(|test| test.limit),
        p_non_inferior: one.test.map(|test| test.p_non_inferior),
        p_superior: one.test.map(|test| test.p_superior),
        verdict: one.test.map(|test| verdict(test.verdict)),
    };
    answer.margins.iter().map(entry).collect()
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Superior => "superior",
        Verdict::NonInferior => "non-inferior",
        Verdict::Inconclusive => "inconclusive",
        Verdict::Inferior => "inferior",
    }
}

/// Where a comparison has something beside its summary to put into words.
pub(super) fn is_asked(document: &CompareDocument) -> bool {
    !document.milestones.is_empty()
        || !document.over_strata.is_empty()
        || !document.further.rows(&Style::default()).is_empty()
}

/// Every estimand in words, with its numbers.
pub(super) fn table(document: &CompareDocument, style: &Style) -> Table {
    let level = style.level(document.conf_level);
    let mut table = Table::new("Estimands")
        .column("What is compared", Align::Left)
        .column(format!("Estimate ({level} CI)"), Align::Right)
        .column("P", Align::Right);
    table = table.group("Do the curves differ at all?");
    for test in &document.tests {
        let cells = ["Log-rank test".to_owned(), String::new(), style.p_value(test.p_value)];
        table = table.indented(cells);
    }
    for (name, _, p) in document.further.rows(style) {
        table = table.indented([name, String::new(), style.p_value(p)]);
    }
    for group in document.hazard_ratios.iter().map(|ratio| &ratio.group) {
        table = table.group(format!("{group} against {}", document.reference));
        for row in of_group(document, group, style) {
            table = table.indented(row);
        }
    }
    table.footnote(
        "The estimand is chosen beforehand, not by its P value. The hazard ratio is one number only \
         where it is the same at all times; survival at a time says nothing of other times; a \
         restricted mean is the mean event-free time up to its horizon.",
    )
}

fn of_group(document: &CompareDocument, group: &str, style: &Style) -> Vec<[String; 3]> {
    let mut rows = Vec::new();
    for ratio in document.hazard_ratios.iter().filter(|ratio| ratio.group == group) {
        rows.push([
            "Ratio of the hazards, taken as the same at all times".to_owned(),
            ratio.ratio.text(style, 2, NOT_ESTIMABLE),
            style.p_value(ratio.p_value),
        ]);
    }
    for one in document.milestones.iter().filter(|one| one.group == group) {
        let percent = one.difference.map(|found| scaled(found, 100.0));
        let p = style.p_value(one.difference.and_then(|found| found.p_value));
        let what = format!("Difference of survival at {}, percentage points", one.time);
        rows.push([what, written(percent, 1, style), p]);
        let p = style.p_value(one.ratio.and_then(|found| found.p_value));
        let what = format!("Ratio of survival at {}", one.time);
        rows.push([what, written(one.ratio, 2, style), p]);
    }
    let tau = told_time(document.rmst.tau);
    let means = document.rmst.differences.iter().zip(&document.rmst.ratios);
    for (difference, ratio) in means.filter(|(one, _)| one.group == group) {
        let kinds = [("Difference", difference.difference), ("Ratio", ratio.ratio)];
        for ((kind, found), decimals) in kinds.into_iter().zip([1, 2]) {
            let text = found.map(|found| Estimate {
                estimate: Some(found.estimate),
                lower: Some(found.lower),
                upper: Some(found.upper),
            });
            rows.push([
                format!("{kind} of the restricted means to {tau}"),
                text.map_or_else(
                    || NOT_ESTIMABLE.to_owned(),
                    |text| text.text(style, decimals, NOT_ESTIMABLE),
                ),
                style.p_value(found.and_then(|found| found.p_value)),
            ]);
        }
    }
    for one in document.over_strata.iter().filter(|one| one.group == group) {
        let time = told_time(one.time);
        let (words, scale, decimals) = match one.of {
            "survival" => (format!("survival at {time}"), 100.0, 1),
            _ => (format!("the restricted means to {time}"), 1.0, 1),
        };
        let unit = if one.of == "survival" { ", percentage points" } else { "" };
        let difference = one.difference.map(|found| scaled(found, scale));
        let p = style.p_value(one.difference.and_then(|found| found.p_value));
        let what = format!("Difference of {words} over the strata{unit}");
        rows.push([what, written(difference, decimals, style), p]);
        let p = style.p_value(one.ratio.and_then(|found| found.p_value));
        rows.push([format!("Ratio of {words} over the strata"), written(one.ratio, 2, style), p]);
    }
    rows
}

fn scaled(found: ContrastEntry, by: f64) -> ContrastEntry {
    let (estimate, std_error) = (found.estimate * by, found.std_error * by);
    ContrastEntry { estimate, std_error, lower: found.lower * by, upper: found.upper * by, ..found }
}

fn written(found: Option<ContrastEntry>, decimals: usize, style: &Style) -> String {
    let numbers = found.map(|found| (found.estimate, found.lower, found.upper));
    style.interval(
        numbers.map(|n| n.0),
        numbers.map(|n| n.1),
        numbers.map(|n| n.2),
        decimals,
        NOT_ESTIMABLE,
    )
}

/// Each margin as a sentence.
pub(super) fn sentences(document: &CompareDocument, style: &Style) -> Vec<String> {
    let sentence = |one: &MarginEntry| {
        let (of, scale, decimals) = match one.of.parse::<MarginOf>() {
            Ok(MarginOf::HazardRatio) => ("Hazard ratio".to_owned(), 1.0, 2),
            Ok(MarginOf::Survival) => (
                format!("Difference of survival at {} in %", one.time.unwrap_or_default()),
                100.0,
                1,
            ),
            _ => ("Difference of restricted means".to_owned(), 1.0, 1),
        };
        let margin = style.number(one.margin * scale, decimals);
        let (Some(limit), Some(verdict)) = (one.limit, one.verdict) else {
            return format!("{of}, {}: not estimable, margin {margin}", one.group);
        };
        let limit = style.number(limit * scale, decimals);
        let level = style.level(1.0 - one.one_sided);
        let p = style.p_equation(one.p_non_inferior);
        let what = match verdict {
            "superior" => "better than the reference",
            "non-inferior" => "not worse than the reference by the margin or more",
            "inferior" => "worse than the reference by more than the margin",
            _ => "neither shown: the estimate could lie on either side of the margin",
        };
        format!(
            "{of}, {} against {}: one-sided {level} limit {limit}, margin {margin} ({p} for the \
             margin): {verdict}, {what}",
            one.group, document.reference
        )
    };
    document.margins.iter().map(sentence).collect()
}
