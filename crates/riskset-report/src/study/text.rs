//! Methods and Results in sentences, every number from the store.
//!
//! A difference that is not significant is never called "no difference": the sentence names what
//! the interval still allows (Altman and Bland 1995, BMJ 311:485).

use super::compare::{Compared, at_key};
use super::context::{Context, lower_first};
use super::file::{Endpoint, FollowUp, Proportion};
use super::incidence::table::time_words;
use super::proportion;
use crate::format::NOT_REACHED;
use crate::store::slug;

/// A heading and its paragraphs, as plain text.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Section {
    pub heading: String,
    pub paragraphs: Vec<String>,
}

/// The Results, one section per follow-up, comparison and proportion.
pub fn results(context: &Context, compared: &[Vec<Compared>]) -> Vec<Section> {
    let mut sections = Vec::new();
    if !context.file.follow_up.is_empty() {
        let paragraphs =
            context.file.follow_up.iter().map(|spec| follow_up(context, spec)).collect();
        sections.push(Section { heading: "Follow-up".into(), paragraphs });
    }
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

fn follow_up(context: &Context, spec: &FollowUp) -> String {
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
    let level = context.style.level(proportion::options(context, spec).level);
    let measure = spec.measure.as_deref().unwrap_or("Proportion");
    let parts: Vec<String> = spec
        .rows
        .iter()
        .enumerate()
        .map(|(place, row)| {
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
                if place == 0 { format!("{level} CI, ") } else { String::new() },
                with_percent(&context.store.show_range(&key, &context.style))
            )
        })
        .collect();
    let mut text = format!("{measure}: {}.", parts.join("; "));
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
    for row in &spec.rows {
        let lower = context.store.number(&format!("{name}.{}.lower", slug(row.name.get_ref())));
        match (lower, value) {
            (Some(lower), Some(value)) if lower > value => above.push(lower_first(&row.label)),
            _ => below.push(lower_first(&row.label)),
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

/// The paragraph of one endpoint.
fn comparison(context: &Context, compared: &Compared) -> String {
    if let Some(incidences) = compared.incidences() {
        return super::incidence::text::paragraph(context, compared, incidences);
    }
    let mut sentences = vec![counts(context, compared), medians(context, compared)];
    sentences.extend(survival_at_times(context, compared));
    sentences.extend(compared.others().map(|level| hazard_ratio(context, compared, level)));
    sentences.extend(doubts(context, compared));
    sentences.extend(permutation(context, compared));
    sentences.extend(compared.others().filter_map(|level| milestones(context, compared, level)));
    sentences.extend(compared.others().map(|level| restricted_mean(context, compared, level)));
    sentences.extend(super::tables::left_out(context, compared));
    sentences.join(" ")
}

fn counts(context: &Context, compared: &Compared) -> String {
    let show = |key: String| context.store.show(&key, &context.style);
    let levels: Vec<String> = (0..compared.group.levels.len())
        .map(|level| {
            let key = compared.level_key(level);
            format!(
                "{} of {} ({})",
                show(format!("{key}.events")),
                show(format!("{key}.n")),
                lower_first(&compared.group.levels[level].label)
            )
        })
        .collect();
    format!(
        "{}: {} of {} patients had an event, {}.",
        compared.endpoint.label,
        show(format!("{}.events", compared.prefix)),
        show(format!("{}.n", compared.prefix)),
        join_and(&levels)
    )
}

fn medians(context: &Context, compared: &Compared) -> String {
    let ci = context.ci();
    let parts: Vec<String> = (0..compared.group.levels.len())
        .map(|level| {
            let key = format!("{}.median", compared.level_key(level));
            let label = lower_first(&compared.group.levels[level].label);
            let number = |part: &str| context.store.number(&format!("{key}.{part}"));
            // Sentences spell out what tables abbreviate.
            let range = context.store.show_range(&key, &context.style);
            let range = range.replace(NOT_REACHED, "not reached");
            match number("estimate") {
                None if number("lower").is_none() && number("upper").is_none() => {
                    format!("not reached, nor was a limit of its {ci} ({label})")
                }
                None => format!("not reached ({ci}, {range}; {label})"),
                Some(_) => format!(
                    "{} {} ({ci}, {range}; {label})",
                    context.store.show(&format!("{key}.estimate"), &context.style),
                    context.unit.name()
                ),
            }
        })
        .collect();
    let p = context.store.number(&format!("{}.logrank.p_value", compared.prefix));
    format!(
        "The median was {} (two-sided log-rank test, {}).",
        join_and(&parts),
        context.style.p_equation(p)
    )
}

fn survival_at_times(context: &Context, compared: &Compared) -> Option<String> {
    let times: Vec<String> = context
        .file
        .study
        .times()
        .into_iter()
        .filter_map(|time| {
            let parts: Vec<String> = (0..compared.group.levels.len())
                .filter_map(|level| {
                    let key = format!("{}.{}", compared.level_key(level), at_key(time));
                    context.store.number(&format!("{key}.estimate"))?;
                    Some(format!(
                        "{}% ({})",
                        context.store.show(&format!("{key}.estimate"), &context.style),
                        context.store.show_range(&key, &context.style)
                    ))
                })
                .collect();
            (parts.len() == compared.group.levels.len())
                .then(|| format!("at {}, {}", time_words(context, time), join_and(&parts)))
        })
        .collect();
    let name = compared.endpoint.in_sentence();
    (!times.is_empty()).then(|| {
        format!(
            "In the same order, {name} was as follows ({}): {}.",
            context.ci(),
            times.join("; ")
        )
    })
}

fn hazard_ratio(context: &Context, compared: &Compared, level: usize) -> String {
    let key = format!("{}.hr", compared.level_key(level));
    let label = lower_first(&compared.group.levels[level].label);
    let reference = lower_first(&compared.group.levels[compared.reference].label);
    let Some(estimate) = context.store.number(&format!("{key}.estimate")) else {
        return format!("The hazard ratio ({label} against {reference}) cannot be estimated.");
    };
    let range = context.store.show_range(&key, &context.style);
    let p = context.store.number(&format!("{key}.p_value"));
    let (lower, upper) = (
        context.store.number(&format!("{key}.lower")),
        context.store.number(&format!("{key}.upper")),
    );
    let mut text = format!(
        "The hazard ratio ({label} against {reference}) was {} ({}, {range}; {}).",
        context.store.show(&format!("{key}.estimate"), &context.style),
        context.ci(),
        context.style.p_equation(p)
    );
    let significant =
        lower.is_some_and(|lower| lower > 1.0) || upper.is_some_and(|upper| upper < 1.0);
    if !significant {
        text.push_str(&format!(
            " This is no evidence of equal hazards: the interval reaches from {} to {}.",
            change(context, &key, "lower", lower),
            change(context, &key, "upper", upper)
        ));
    } else if estimate < 1.0 {
        text.push_str(&format!(" The hazard was lower in the first group ({label})."));
    } else {
        text.push_str(&format!(" The hazard was higher in the first group ({label})."));
    }
    text
}

/// "a 52% lower hazard", from a limit of a hazard ratio.
fn change(context: &Context, key: &str, side: &str, limit: Option<f64>) -> String {
    match limit {
        None => "a hazard without a limit".to_owned(),
        Some(limit) => format!(
            "a {}% {} hazard",
            context.store.show(&format!("{key}.{side}_change"), &context.style),
            if limit < 1.0 { "lower" } else { "higher" }
        ),
    }
}

/// Few events and hazards that are not proportional.
fn doubts(context: &Context, compared: &Compared) -> Vec<String> {
    let name = format!("{} ({}): ", compared.spec.label, compared.endpoint.short());
    let p = context.store.number(&format!("{}.zph.p_value", compared.prefix));
    let mut sentences: Vec<String> = context
        .warnings
        .iter()
        .filter(|warning| warning.code != "non_proportional")
        .filter_map(|warning| warning.message.strip_prefix(&name))
        .map(|message| format!("Caution: {message}."))
        .collect();
    match p {
        Some(p) if p < 0.05 => sentences.push(format!(
            "The hazards were not proportional (score test, {}), so the hazard ratio is an average \
             over time.",
            context.style.p_equation(Some(p))
        )),
        Some(p) => sentences.push(format!(
            "The score test of proportional hazards gave {}.",
            context.style.p_equation(Some(p))
        )),
        None => {}
    }
    sentences
}

/// The permutation test beside the log-rank test, and which of the two few patients call for.
fn permutation(context: &Context, compared: &Compared) -> Option<String> {
    let entry = context.store.get(&format!("{}.permutation.p_value", compared.prefix))?;
    let p = context.store.number(&format!("{}.permutation.p_value", compared.prefix));
    let how = entry.source.split_once(", ").map_or("", |(_, how)| how);
    Some(format!(
        "The permutation log-rank test, which needs no large number of patients, gave {} ({how}).",
        context.style.p_equation(p)
    ))
}

/// What differs at each of the study's times: the estimand in words, so that it is not taken for the
/// hazard ratio.
fn milestones(context: &Context, compared: &Compared, level: usize) -> Option<String> {
    if !compared.spec.milestones {
        return None;
    }
    let unit = context.unit.name();
    let parts: Vec<String> = context
        .file
        .study
        .times()
        .into_iter()
        .filter_map(|time| {
            let key = format!("{}.{}.difference", compared.level_key(level), at_key(time));
            context.store.number(&format!("{key}.estimate"))?;
            let p = context.store.number(&format!("{key}.p_value"));
            Some(format!(
                "{} percentage points at {time} {unit} ({}, {}; {})",
                context.store.show(&format!("{key}.estimate"), &context.style),
                context.ci(),
                context.store.show_range(&key, &context.style),
                context.style.p_equation(p)
            ))
        })
        .collect();
    let label = lower_first(&compared.group.levels[level].label);
    let reference = lower_first(&compared.group.levels[compared.reference].label);
    (!parts.is_empty()).then(|| {
        format!(
            "The part of the patients without an event differed by {} ({label} minus {reference}); \
             each difference is of that time alone.",
            join_and(&parts)
        )
    })
}

fn restricted_mean(context: &Context, compared: &Compared, level: usize) -> String {
    let key = format!("{}.rmst_difference", compared.level_key(level));
    let tau = context.store.show(&format!("{}.rmst.tau", compared.prefix), &context.style);
    let (unit, label) = (context.unit.name(), lower_first(&compared.group.levels[level].label));
    let reference = lower_first(&compared.group.levels[compared.reference].label);
    if context.store.number(&format!("{key}.estimate")).is_none() {
        return format!(
            "The restricted mean to {tau} {unit} cannot be estimated, because a curve ends earlier."
        );
    }
    format!(
        "Over the first {tau} {unit} the mean event-free times differed by {} {unit} ({}, {}; \
         {label} minus {reference}).",
        context.store.show(&format!("{key}.estimate"), &context.style),
        context.ci(),
        context.store.show_range(&key, &context.style)
    )
}

/// "a, b and c".
pub fn join_and(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// What an endpoint is, for Methods: its own definition, or that of the named rule with its source.
fn definition(endpoint: &Endpoint) -> String {
    let rule = endpoint.dates.as_ref().and_then(|dates| dates.get_ref().resolve().ok());
    match rule.filter(|_| endpoint.definition.is_none()) {
        Some(rule) if !rule.source.is_empty() => {
            let source = rule.source.trim_end_matches('.');
            format!("{} Definition: {source}.", short_definition(endpoint))
        }
        _ => short_definition(endpoint),
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

/// The Methods: definitions, estimators, software.
pub fn methods(context: &Context, compared: &[Vec<Compared>]) -> Vec<Section> {
    let endpoints: Vec<String> = context.file.endpoint.iter().map(definition).collect();
    let mut sections = Vec::new();
    if !endpoints.is_empty() {
        sections.push(Section { heading: "Endpoints".into(), paragraphs: endpoints });
    }
    sections.push(Section {
        heading: "Statistical analysis".into(),
        paragraphs: statistics(context, compared),
    });
    sections
}

fn statistics(context: &Context, compared: &[Vec<Compared>]) -> Vec<String> {
    let file = context.file;
    let level = context.style.level(context.level);
    let mut paragraphs = Vec::new();
    if compared.iter().flatten().any(|one| one.incidences().is_none()) {
        paragraphs.push(format!(
            "Survival was estimated by the Kaplan-Meier method, with pointwise {level} confidence \
             intervals on the {} scale and Greenwood's variance; medians with intervals by the \
             method of Brookmeyer and Crowley on the same scale. Times are in {} ({} days). Groups \
             were compared by the two-sided log-rank test. Hazard ratios come from Cox models with \
             the group as the only covariate and Efron's method for ties; proportional hazards were \
             checked by the score test of Grambsch and Therneau on the Kaplan-Meier time scale. \
             Differences of restricted mean survival times do not rest on proportional hazards and \
             stand beside the hazard ratios.",
            context.conf_type.name(),
            context.unit.name(),
            context.style.number(context.unit.days(), if context.unit.days() == 30.4375 { 4 } else { 2 })
        ));
    }
    paragraphs.extend(super::incidence::text::methods(context, compared));
    if !file.follow_up.is_empty() {
        paragraphs.push("Follow-up was estimated by the reverse Kaplan-Meier method.".to_owned());
    }
    for spec in &file.proportion {
        let options = proportion::options(context, spec);
        paragraphs.push(format!(
            "{}: proportions with two-sided {} confidence intervals that allow for several {} \
             of one patient ({}).",
            spec.label,
            context.style.level(options.level),
            file.many_units(),
            options.words(file.many_units())
        ));
    }
    paragraphs.extend(file.factors.iter().map(super::factors::methods));
    paragraphs.extend(file.meta.iter().map(super::meta::methods));
    for comparison in &file.comparison {
        let (_, group) = context.group(&comparison.group);
        if let Some(landmark) = &comparison.landmark {
            paragraphs.push(format!(
                "{}: landmark analysis at {} {} of the patients then at risk, time counted from there.",
                comparison.label,
                landmark.get_ref(),
                context.unit.name()
            ));
        }
        if group.known.get_ref() == "after" && comparison.landmark.is_none() {
            paragraphs.push(format!(
                "{}: the groups are known only after time zero, so the comparison is open to \
                 immortal-time bias.",
                comparison.label
            ));
        }
    }
    paragraphs.push(format!(
        "P values are two-sided unless said otherwise, without adjustment for multiple comparisons. \
         Analyses were done with riskset {}.",
        env!("CARGO_PKG_VERSION")
    ));
    paragraphs
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
