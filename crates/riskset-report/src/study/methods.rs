//! Methods: who was analysed, what was planned, what an endpoint is, how numbers were estimated, with
//! the publications of the methods.

use super::compare::Compared;
use super::computed::Computed;
use super::context::{Context, lower_first};
use super::file::{Endpoint, Group, Proportion};
use super::proportion;
use super::text::{permutation, short_definition};
use super::{design, factors, incidence, meta, performance};
use crate::manuscript::{Paragraph, Section};
use crate::methods::words;

/// The sections of Methods.
pub fn methods(context: &Context, computed: &Computed) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut add = |heading: &str, paragraphs: Vec<Paragraph>| {
        if !paragraphs.is_empty() {
            sections.push(Section { heading: heading.to_owned(), paragraphs });
        }
    };
    add("Patients", patients(context));
    add("Endpoints", context.file.endpoint.iter().map(endpoint).collect());
    add("Sample size", sample_size(context));
    add("Statistical analysis", statistics(context, computed));
    sections
}

fn spec<'a>(context: &Context<'a>) -> Option<&'a super::file::ManuscriptSpec> {
    context.file.manuscript.as_ref()
}

/// Setting, eligibility, populations, groups.
fn patients(context: &Context) -> Vec<Paragraph> {
    let said = spec(context);
    let mut paragraphs: Vec<Paragraph> = said
        .iter()
        .flat_map(|spec| [&spec.setting, &spec.eligibility])
        .flatten()
        .map(Paragraph::new)
        .collect();
    let mut text = Vec::new();
    if !context.file.population.is_empty() {
        text.push(populations(context));
    }
    text.extend(context.file.group.iter().filter(|group| is_used(context, group)).map(group));
    if let Some(units) = &context.file.units {
        text.push(format!(
            "One patient could have several {}.",
            units.many.as_deref().unwrap_or("units")
        ));
    }
    if !text.is_empty() {
        paragraphs.push(Paragraph::new(text.join(" ")));
    }
    let ethics = said.iter().flat_map(|spec| [&spec.registration, &spec.ethics]).flatten();
    paragraphs.extend(ethics.map(Paragraph::new));
    paragraphs
}

/// The populations with what they are taken from and who is left out.
fn populations(context: &Context) -> String {
    let all = &context.file.population;
    let number =
        |name: &str| all.iter().position(|one| one.name.get_ref() == name).map(|at| at + 1);
    let words = all.iter().enumerate().map(|(at, one)| {
        let mut inside = Vec::new();
        if let Some(of) = one.of.as_ref().and_then(|of| number(of.get_ref())) {
            inside.push(format!("of population {of}"));
        }
        inside.extend(one.excluded.as_ref().map(|why| format!("left out: {}", lower_first(why))));
        let inside = match inside.is_empty() {
            true => String::new(),
            false => format!(" ({})", inside.join("; ")),
        };
        match all.len() {
            1 => format!("{}{inside}", lower_first(&one.label)),
            _ => format!("({}) {}{inside}", at + 1, lower_first(&one.label)),
        }
    });
    let words: Vec<String> = words.collect();
    match all.len() {
        1 => format!("The population analysed was: {}.", words[0]),
        _ => format!("The populations analysed were {}.", words.join("; ")),
    }
}

fn is_used(context: &Context, group: &Group) -> bool {
    let file = context.file;
    let compared = file.comparison.iter().map(|one| &one.group);
    let adjusted = file.adjust.iter().map(|one| &one.group);
    compared.chain(adjusted).any(|name| name.get_ref() == group.name.get_ref())
}

fn group(group: &Group) -> String {
    let when = match group.known.get_ref().as_str() {
        "before" => "were known before time zero",
        "at" => "were known at time zero",
        _ => "became known only after time zero",
    };
    let level = |level: &super::file::Level| match level.name.get_ref() == group.reference.get_ref()
    {
        true => format!("{} [the reference]", level.label),
        false => level.label.clone(),
    };
    let levels: Vec<String> = group.levels.iter().map(level).collect();
    format!("The groups by {} ({}) {when}.", lower_first(&group.label), levels.join("; "))
}

/// What an endpoint is: its definition, the dates that were used, where the definition is from.
fn endpoint(endpoint: &Endpoint) -> Paragraph {
    let mut text = short_definition(endpoint);
    let rule = endpoint.dates.as_ref().and_then(|dates| dates.get_ref().resolve().ok());
    let Some(rule) = rule else { return Paragraph::new(text) };
    if rule.events.len() > 1 {
        let components: Vec<String> =
            rule.events.iter().map(|one| lower_first(&one.words())).collect();
        text.push_str(&format!(" The dates used were those of {}.", words::join_and(&components)));
    }
    if let Some(cut) = rule.data_cut {
        text.push_str(&format!(" The data were cut on {cut}."));
    }
    if rule.source.is_empty() || endpoint.definition.is_some() {
        return Paragraph::new(text);
    }
    match words::defined_by(&rule.source) {
        Some(key) => Paragraph::new(text).cite(&[key]),
        None => {
            Paragraph::new(text).say(format!("Definition: {}.", rule.source.trim_end_matches('.')))
        }
    }
}

fn sample_size(context: &Context) -> Vec<Paragraph> {
    let Some(spec) = spec(context) else { return Vec::new() };
    let mut text: Vec<String> = spec.design.iter().map(|one| design::words(context, one)).collect();
    text.extend(spec.sample_size.clone());
    if text.is_empty() { Vec::new() } else { vec![Paragraph::new(text.join(" "))] }
}

fn statistics(context: &Context, computed: &Computed) -> Vec<Paragraph> {
    let compared = &computed.compared;
    let mut paragraphs = Vec::new();
    paragraphs.extend(descriptive(context));
    paragraphs.extend(primary(context));
    paragraphs.extend(survival(context, compared));
    paragraphs.extend(
        incidence::text::methods(context, compared).map(|text| {
            Paragraph::new(text).cite(&["aalen1978", "gray1988", "cox1972", "fine1999"])
        }),
    );
    if !context.file.follow_up.is_empty() {
        paragraphs.push(words::follow_up());
    }
    paragraphs.extend(context.file.proportion.iter().map(|spec| proportions(context, spec)));
    paragraphs.extend(adjustments(context));
    paragraphs.extend(models(context));
    paragraphs.extend(context.file.factors.iter().map(|spec| {
        let mut text = factors::methods(spec);
        text.extend(spec.reason.iter().map(|why| format!(" {why}")));
        Paragraph::new(text)
    }));
    paragraphs.extend(computed.judged.iter().map(performance::methods));
    if !context.file.cutpoint.is_empty() {
        paragraphs.push(words::cutpoint());
    }
    for answered in &computed.answered {
        // What the study does for all of its comparisons is said already.
        let further = answered.methods().into_iter().filter(|one| !is_said(&paragraphs, one));
        let further: Vec<Paragraph> = further.collect();
        paragraphs.extend(further);
    }
    paragraphs.extend(pooled(context));
    paragraphs.extend(time_zero(context));
    paragraphs.extend(missing(context));
    paragraphs.push(tests(context));
    let mut software = words::software();
    if let Some(matched) = context.file.study.software() {
        software = software.say(words::matched(matched.title()));
    }
    paragraphs.push(software);
    paragraphs
}

/// Whether a paragraph ends in words that another one begins with: the same sentences below a label.
fn is_said(paragraphs: &[Paragraph], one: &Paragraph) -> bool {
    let words = |paragraph: &Paragraph| paragraph.plain().to_lowercase();
    let own = words(one);
    paragraphs.iter().map(words).any(|other| other.len() > 40 && own.ends_with(&other))
}

/// How characteristics are described, by the summaries that the tables use.
fn descriptive(context: &Context) -> Option<Paragraph> {
    let tables = context.file.table.iter().filter(|table| table.kind.get_ref() == "baseline");
    let variables: Vec<_> = tables.flat_map(|table| &table.variables).collect();
    if variables.is_empty() {
        return None;
    }
    let uses = |word: &str| {
        variables.iter().any(|one| one.summary.as_ref().is_some_and(|text| text.get_ref() == word))
    };
    Some(Paragraph::new(words::described(uses("mean"))))
}

/// The analysis that was planned first, its hypothesis and its side.
fn primary(context: &Context) -> Option<Paragraph> {
    let name = spec(context)?.primary.as_ref()?.get_ref();
    let file = context.file;
    let label = |label: &str| format!("The primary analysis was: {}.", lower_first(label));
    if let Some(spec) = file.proportion.iter().find(|one| one.name.get_ref() == name) {
        let mut text = label(&spec.label);
        if spec.threshold.is_some() {
            let options = proportion::options(context, spec);
            let key = format!("{}.threshold", crate::store::slug(name));
            text.push_str(&format!(
                " The null hypothesis that the proportion is at most {}% was tested one-sided at a level of \
                 {}; the {} confidence interval is two-sided.",
                context.store.show(&key, &context.style),
                level(context, (1.0 - options.level) / 2.0),
                context.style.level(options.level)
            ));
        }
        return Some(Paragraph::new(text));
    }
    let labels = file
        .comparison
        .iter()
        .map(|one| (&one.name, &one.label))
        .chain(file.adjust.iter().map(|one| (&one.name, &one.label)))
        .chain(file.model.iter().map(|one| (&one.name, &one.label)))
        .chain(file.factors.iter().map(|one| (&one.name, &one.label)));
    let mut found = labels.filter(|(one, _)| one.get_ref() == name);
    found.next().map(|(_, words)| Paragraph::new(label(words)))
}

/// A level of significance: 0.05, as the journal writes it.
fn level(context: &Context, alpha: f64) -> String {
    let decimals = (2..6).find(|&digits| {
        let scaled = alpha * 10f64.powi(digits as i32);
        (scaled - scaled.round()).abs() < 1e-9
    });
    context.style.number(alpha, decimals.unwrap_or(3))
}

fn survival(context: &Context, compared: &[Vec<Compared>]) -> Vec<Paragraph> {
    if compared.iter().flatten().all(|one| one.incidences().is_some()) {
        return Vec::new();
    }
    let first = words::curves(&context.style.level(context.level), context.conf_type.name());
    let first = words::effects(words::logrank(first), context.ties());
    let mut paragraphs = vec![first];
    let mut permuted: Vec<String> =
        context.file.comparison.iter().filter_map(permutation).collect();
    permuted.dedup();
    paragraphs.extend(permuted.into_iter().map(Paragraph::new));
    paragraphs
}

fn proportions(context: &Context, spec: &Proportion) -> Paragraph {
    let options = proportion::options(context, spec);
    let many = context.file.many_units();
    Paragraph::new(format!(
        "{}: proportions have two-sided {} confidence intervals that allow for several {many} of one \
         patient ({}).",
        spec.label,
        context.style.level(options.level),
        options.words(many)
    ))
    .cite(words::proportion_cited(options.variance))
}

/// Adjusted comparisons: for what, how, and why.
fn adjustments(context: &Context) -> Vec<Paragraph> {
    let of = |spec: &super::file::Adjust| {
        let by_model = spec.method.as_ref().is_some_and(|text| text.get_ref() == "standardise");
        let target = spec.target.as_ref().and_then(|text| text.get_ref().parse().ok());
        let (how, cited) = words::adjusted(by_model, target.unwrap_or_default());
        let names = names_of(spec.covariates.get_ref(), &spec.labels);
        let mut text = format!("{}: adjusted for {} {how}.", spec.label, words::join_and(&names));
        text.extend(spec.reason.iter().map(|why| format!(" {why}")));
        Paragraph::new(text).cite(cited)
    };
    context.file.adjust.iter().map(of).collect()
}

/// Models with several terms: of what, with what, and why.
fn models(context: &Context) -> Vec<Paragraph> {
    let of = |spec: &super::file::Model| {
        let (_, endpoint) = context.endpoint(&spec.endpoint);
        let names = names_of(spec.terms.get_ref(), &spec.labels);
        let mut text = format!(
            "{}: a Cox model of {} with {}.",
            spec.label,
            endpoint.in_sentence(),
            words::join_and(&names)
        );
        // The label stands at the head of this paragraph already.
        let start = format!("{}: ", spec.label);
        let curves = super::model::curve_methods(spec).unwrap_or_default();
        let curves = curves.split(&start).map(str::trim).filter(|part| !part.is_empty());
        text.extend(curves.map(|part| format!(" {}", super::figures::capital(part))));
        text.extend(spec.reason.iter().map(|why| format!(" {why}")));
        Paragraph::new(text)
    };
    context.file.model.iter().map(of).collect()
}

/// "age" of "Age, per year": inside a sentence a unit would look like a further term.
pub fn without_unit(label: &str) -> String {
    lower_first(label.split(", ").next().unwrap_or(label))
}

/// The terms of a formula as readers see them.
fn names_of(terms: &str, labels: &std::collections::BTreeMap<String, String>) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut start) = (0usize, 0usize);
    let mut add = |term: &str| {
        let term = term.trim();
        // `factor(rx, ref = "Obs")` has the label of `factor(rx)`.
        let short = term.split_once(',').map(|(first, _)| format!("{first})"));
        let label = labels.get(term).or_else(|| labels.get(short.as_ref()?));
        let bare = short.as_deref().unwrap_or(term);
        let bare = bare
            .strip_prefix("factor(")
            .and_then(|inside| inside.strip_suffix(')'))
            .unwrap_or(bare);
        names.push(label.map_or_else(|| bare.to_owned(), |label| without_unit(label)));
    };
    for (at, sign) in terms.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '+' if depth == 0 => {
                add(&terms[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    add(&terms[start..]);
    names
}

/// Pooled series: one sentence for all that were pooled alike.
fn pooled(context: &Context) -> Vec<Paragraph> {
    let mut alike: Vec<(&'static str, Vec<String>)> = Vec::new();
    for spec in &context.file.meta {
        let method = meta::method(spec);
        match alike.iter_mut().find(|(one, _)| *one == method) {
            Some((_, labels)) => labels.push(lower_first(&spec.label)),
            None => alike.push((method, vec![spec.label.clone()])),
        }
    }
    let of = |(method, labels): (&str, Vec<String>)| {
        Paragraph::new(format!(
            "{}: the counts of the series were pooled ({method}). The prediction interval says where the \
             proportion of a further series is expected.",
            labels.join("; ")
        ))
        .cite(if method.contains("Hartung") { &["hartung2001"] } else { &[] })
    };
    alike.into_iter().map(of).collect()
}

/// Landmarks, and groups that are known too late.
fn time_zero(context: &Context) -> Vec<Paragraph> {
    let mut paragraphs = Vec::new();
    for comparison in &context.file.comparison {
        let (_, group) = context.group(&comparison.group);
        if let Some(landmark) = &comparison.landmark {
            let text = format!(
                "{}: landmark analysis at {} {} of the patients then at risk, time counted from there.",
                comparison.label,
                landmark.get_ref(),
                context.unit.name()
            );
            paragraphs.push(Paragraph::new(text).cite(&["anderson1983"]));
        }
        if group.known.get_ref() == "after" && comparison.landmark.is_none() {
            let text = format!(
                "{}: the groups are known only after time zero, so the comparison is open to immortal-time \
                 bias.",
                comparison.label
            );
            paragraphs.push(Paragraph::new(text).cite(&["anderson1983"]));
        }
    }
    paragraphs
}

/// What became of patients who miss a value.
fn missing(context: &Context) -> Option<Paragraph> {
    let file = context.file;
    let of_covariates =
        !(file.model.is_empty() && file.factors.is_empty() && file.adjust.is_empty());
    of_covariates.then(|| {
        Paragraph::new(
            "Patients who miss the value of a covariate were left out of the analyses that use it; no value \
             was imputed.",
        )
    })
}

/// Level, sides, several tests.
fn tests(context: &Context) -> Paragraph {
    let said = spec(context);
    let alpha = said.and_then(|spec| spec.alpha.as_ref()).map(|alpha| *alpha.get_ref());
    let alpha = level(context, alpha.unwrap_or(1.0 - context.level));
    let one_sided = context.file.proportion.iter().any(|spec| spec.threshold.is_some());
    let except =
        if one_sided { ", except those against a threshold, which are one-sided" } else { "" };
    let several = match said.and_then(|spec| spec.multiplicity.clone()) {
        Some(words) => words,
        None => {
            let primary = said.is_some_and(|spec| spec.primary.is_some());
            let of = if primary { "the P values of all but the primary analysis" } else { "they" };
            format!(
                "P values were not adjusted for multiple comparisons, so that {of} are to be read as \
                 exploratory."
            )
        }
    };
    Paragraph::new(format!("Tests are two-sided{except}, at a level of {alpha}. {several}"))
}
