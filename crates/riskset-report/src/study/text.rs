//! Methods and Results in sentences, every number from the store.

mod comparison;

use super::compare::Compared;
use super::context::{Context, lower_first};
use super::file::{Comparison, Endpoint, FollowUp, Part, Proportion};
use super::proportion;
use crate::store::slug;
use comparison::comparison;
use riskset_analysis::PermutationRequest;

/// A heading and its paragraphs, as plain text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Section {
    pub heading: String,
    pub paragraphs: Vec<String>,
}

/// What Results say of proportions and comparisons, one section each.
pub fn results(context: &Context, compared: &[Vec<Compared>]) -> Vec<Section> {
    let mut sections = Vec::new();
    for spec in &context.file.proportion {
        let heading = spec.label.clone();
        sections.push(Section { heading, paragraphs: vec![proportions(context, spec)] });
    }
    for all in compared {
        let paragraphs = all.iter().map(|compared| comparison(context, compared)).collect();
        sections.push(Section { heading: all[0].spec.label.clone(), paragraphs });
    }
    sections
}

/// Median follow-up.
pub fn follow_up(context: &Context, spec: &FollowUp) -> String {
    let key = slug(spec.name.get_ref());
    let show = |part: &str| context.store.show(&format!("{key}.{part}"), &context.style);
    format!(
        "Median follow-up of {} (n = {}) was {} {} (interquartile range, {}; reverse Kaplan-Meier).",
        lower_first(&spec.label),
        show("n"),
        show("quartiles.estimate"),
        context.unit.name(),
        context.store.show_range(&format!("{key}.quartiles"), &context.style)
    )
}

fn proportions(context: &Context, spec: &Proportion) -> String {
    let name = slug(spec.name.get_ref());
    let level = proportion::options(context, spec).level;
    let measure = spec.measure.as_deref().unwrap_or("Proportion");
    let part = |(place, row): (usize, &Part)| {
        let key = format!("{name}.{}", slug(row.name.get_ref()));
        let show = |part: &str| context.store.show(&format!("{key}.{part}"), &context.style);
        format!(
            "{}, {}% ({} of {} {} in {} patients; {}{})",
            lower_first(&row.label),
            show("estimate"),
            show("k"),
            show("n"),
            context.file.many_units(),
            show("clusters"),
            if place == 0 {
                format!("{} ", context.style.ci_before_limits(level))
            } else {
                String::new()
            },
            with_percent(&context.store.show_range(&key, &context.style))
        )
    };
    // Rows under a heading are a sentence of their own, which names it.
    let mut sentences: Vec<(String, Vec<String>)> = vec![(measure.to_owned(), Vec::new())];
    for (place, row) in spec.rows.iter().enumerate() {
        match &row.heading {
            Some(heading) if place == 0 => {
                sentences[0].0 = format!("{measure}, {}", lower_first(heading));
            }
            Some(heading) => sentences.push((heading.clone(), Vec::new())),
            None => {}
        }
        sentences.last_mut().expect("there is a first one").1.push(part((place, row)));
    }
    let sentences = sentences.iter().map(|(name, parts)| format!("{name}: {}.", parts.join("; ")));
    let mut text = sentences.collect::<Vec<_>>().join(" ");
    if spec.threshold.is_some() {
        text.push_str(&threshold(context, spec, &name));
    }
    text
}

fn with_percent(range: &str) -> String {
    if range.ends_with(|sign: char| sign.is_ascii_digit()) {
        format!("{range}%")
    } else {
        range.into()
    }
}

/// Whether each lower limit exceeds the threshold that was asked for.
fn threshold(context: &Context, spec: &Proportion, name: &str) -> String {
    let value = context.store.number(&format!("{name}.threshold"));
    let (mut above, mut below) = (Vec::new(), Vec::new());
    for (row, label) in spec.rows.iter().zip(proportion::full_labels(spec)) {
        let lower = context.store.number(&format!("{name}.{}.lower", slug(row.name.get_ref())));
        match (lower, value) {
            (Some(lower), Some(value)) if lower > value => above.push(lower_first(&label)),
            _ => below.push(lower_first(&label)),
        }
    }
    let threshold = context.store.show(&format!("{name}.threshold"), &context.style);
    match (above.is_empty(), below.is_empty()) {
        (true, _) => format!(" No lower limit exceeded the threshold of {threshold}%."),
        (_, true) => format!(" Every lower limit exceeded the threshold of {threshold}%."),
        _ => format!(
            " The lower limit exceeded the threshold of {threshold}% for {}, and not for {}.",
            above.join(", "),
            below.join(", ")
        ),
    }
}

/// What an endpoint is, in a sentence for a caption.
pub fn short_definition(endpoint: &Endpoint) -> String {
    let origin = endpoint.origin.as_deref().unwrap_or("time zero");
    let rule = endpoint.dates.as_ref().and_then(|dates| dates.get_ref().resolve().ok());
    let words = match (&endpoint.definition, rule) {
        (Some(words), _) => words.clone(),
        (None, Some(rule)) if !rule.definition.is_empty() => lower_first(&rule.definition),
        _ => "the event and the censoring are those recorded in the data".to_owned(),
    };
    format!(
        "{}{} was counted from {origin}: {}.",
        endpoint.label,
        endpoint.abbreviation.as_ref().map_or(String::new(), |short| format!(" ({short})")),
        words.trim_end_matches('.')
    )
}

/// How the permutation test of a comparison was done, where it has one.
pub fn permutation(spec: &Comparison) -> Option<String> {
    let how = match spec.permutation.as_ref()? {
        PermutationRequest::All(_) => "all permutations of the groups".to_owned(),
        PermutationRequest::Draws(draws) => {
            format!("{draws} random permutations of the groups (seed {})", spec.seed.unwrap_or(1))
        }
    };
    Some(format!(
        "Because the log-rank test rests on large samples, it was also done by permutation, with {how}."
    ))
}

/// Whether the event of an endpoint is death.
pub fn is_death(endpoint: &Endpoint) -> bool {
    let rule = endpoint.dates.as_ref().and_then(|dates| dates.get_ref().rule.as_deref());
    rule == Some("os") || endpoint.abbreviation.as_deref() == Some("OS")
}

/// A section without its references to tables, figures and publications.
pub fn plain(section: &crate::manuscript::Section) -> Section {
    let paragraphs = section.paragraphs.iter().map(crate::manuscript::Paragraph::plain).collect();
    Section { heading: section.heading.clone(), paragraphs }
}

/// Sections as Markdown.
pub fn to_markdown(title: &str, sections: &[Section]) -> String {
    let escape = crate::escape::markdown;
    let mut text = format!("# {}\n", escape(title));
    for section in sections {
        text.push_str(&format!("\n## {}\n", escape(&section.heading)));
        for paragraph in &section.paragraphs {
            text.push_str(&format!("\n{}\n", escape(paragraph)));
        }
    }
    text
}

/// One line of a comparison for the terminal: medians, hazard ratio, P value.
pub fn line(context: &Context, compared: &Compared) -> String {
    if compared.incidences().is_some() {
        return super::incidence::text::line(context, compared);
    }
    let levels: Vec<String> = (0..compared.group.levels.len())
        .map(|level| {
            let key = format!("{}.median", compared.level_key(level));
            let label = &compared.group.levels[level].label;
            format!("{label} {}", context.store.show_interval(&key, &context.style))
        })
        .collect();
    let ratios: Vec<String> = compared
        .others()
        .map(|level| {
            let key = format!("{}.hr", compared.level_key(level));
            format!("HR {}", context.store.show_interval(&key, &context.style))
        })
        .collect();
    let p = context.store.number(&format!("{}.logrank.p_value", compared.prefix));
    format!(
        "{}, {}: median {}, {}; {}, log-rank {}",
        compared.spec.label,
        compared.endpoint.short(),
        context.unit.name(),
        levels.join("; "),
        ratios.join(", "),
        context.style.p_equation(p)
    )
}
