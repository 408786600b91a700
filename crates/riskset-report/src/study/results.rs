//! Results: who was studied, how long, and what was found, each paragraph with the tables and figures
//! that it rests on.

use super::compare::Compared;
use super::computed::Computed;
use super::context::{Context, lower_first};
use super::figures::{Figure, curve_name};
use super::file::{FollowUp, Model, Part, StudyFile, TableSpec, Variable};
use super::model::{Fitted, Line, LineKind};
use super::text;
use super::{adjust, cutpoint, factors, forest, meta, performance};
use crate::manuscript::{Paragraph, Section, Target};
use crate::methods::words;
use crate::store::{slug, unique_slugs};
use crate::table::{RowKind, Table};

/// The sections of Results.
pub fn results(context: &Context, computed: &Computed, drawn: &[Figure]) -> Vec<Section> {
    let file = context.file;
    let mut sections = Vec::new();
    let patients = participants(context, computed);
    if !patients.is_empty() {
        sections.push(Section { heading: "Participants".to_owned(), paragraphs: patients });
    }
    if !file.follow_up.is_empty() {
        let mut paragraphs: Vec<Paragraph> =
            file.follow_up.iter().map(|spec| Paragraph::new(follow_up(context, spec))).collect();
        paragraphs = cited(paragraphs, [Target::table("follow-up"), Target::table("outcomes")]);
        sections.push(Section { heading: "Follow-up".to_owned(), paragraphs });
    } else if let Some(section) = sections.last_mut().filter(|_| !file.endpoint.is_empty()) {
        let paragraphs = std::mem::take(&mut section.paragraphs);
        section.paragraphs = cited(paragraphs, [Target::table("outcomes")]);
    }
    let of = text::results(context, &computed.compared);
    for spec in &file.proportion {
        let name = spec.name.get_ref();
        let found = of.iter().find(|section| section.heading == spec.label);
        sections.extend(found.map(|section| {
            let mut section = section.clone();
            if let Some(last) = section.paragraphs.last_mut() {
                last.extend(hypothesis(context, spec));
            }
            with(&section, [Target::table(name), Target::figure(name)])
        }));
    }
    for all in &computed.compared {
        let found = of.iter().find(|section| section.heading == all[0].spec.label);
        sections.extend(found.map(|section| comparison(context, all, section, drawn)));
    }
    let both = |name: &str| {
        let balance = format!("{name}-balance");
        [
            Target::table(name),
            Target::figure(name),
            Target::table(balance.clone()),
            Target::figure(balance),
        ]
    };
    for adjusted in &computed.adjusted {
        let section = adjust::text(context, adjusted);
        sections.push(with(&section, both(adjusted.spec.name.get_ref())));
    }
    for fitted in &computed.models {
        sections.push(model(context, fitted));
    }
    let one = |name: &str| [Target::table(name), Target::figure(name)];
    for told in &computed.told {
        let section = factors::text(context, told);
        sections.push(with(&section, one(told.spec.name.get_ref())));
    }
    for judged in &computed.judged {
        let tables = performance::tables(context, judged);
        let figures = judged.spec.figures();
        let mut cited: Vec<Target> = Vec::new();
        for (name, _) in &tables {
            cited.push(Target::table(name));
            let drawn = figures.iter().filter(|(figure, _)| figure == name);
            cited.extend(drawn.map(|(figure, _)| Target::figure(figure)));
        }
        sections.push(with(&performance::text(context, judged), cited));
    }
    for searched in &computed.searched {
        let section = cutpoint::text(context, searched);
        sections.push(with(&section, one(searched.spec.name.get_ref())));
    }
    for answered in &computed.answered {
        let tables = answered.tables(context).into_iter().map(|(name, _)| Target::table(&name));
        sections.push(with(&answered.text(), tables.collect::<Vec<_>>()));
    }
    for pooled in &computed.pooled {
        let section = meta::text(context, pooled);
        sections.push(with(&section, one(pooled.spec.name.get_ref())));
    }
    for figure in &file.figure {
        let Some(heading) = figure.with.as_ref().and_then(|name| heading(file, name.get_ref()))
        else {
            continue;
        };
        let cites = sections.iter_mut().find(|section| section.heading == heading);
        if let Some(section) = cites {
            let paragraphs = std::mem::take(&mut section.paragraphs);
            section.paragraphs = cited(paragraphs, [Target::figure(figure.name.get_ref())]);
        }
    }
    sections
}

/// The names by which a figure may say which part of Results it goes with.
pub fn parts(file: &StudyFile) -> Vec<&str> {
    let named = named(file).into_iter().map(|(name, _)| name);
    std::iter::once(PARTICIPANTS.0).chain(named).collect()
}

/// Who was studied: the name of the part, and its heading.
const PARTICIPANTS: (&str, &str) = ("participants", "Participants");

/// The heading of the part of a name.
fn heading<'a>(file: &'a StudyFile, name: &str) -> Option<&'a str> {
    let all = std::iter::once(PARTICIPANTS).chain(named(file));
    all.into_iter().find(|(one, _)| *one == name).map(|(_, heading)| heading)
}

fn named(file: &StudyFile) -> Vec<(&str, &str)> {
    let follow_up = file.follow_up.iter().map(|one| (one.name.get_ref().as_str(), "Follow-up"));
    let mut all: Vec<(&str, &str)> = follow_up.collect();
    all.extend(file.proportion.iter().map(|one| (one.name.get_ref().as_str(), one.label.as_str())));
    all.extend(file.comparison.iter().map(|one| (one.name.get_ref().as_str(), one.label.as_str())));
    all.extend(file.adjust.iter().map(|one| (one.name.get_ref().as_str(), one.label.as_str())));
    all.extend(file.model.iter().map(|one| (one.name.get_ref().as_str(), one.label.as_str())));
    all.extend(file.factors.iter().map(|one| (one.name.get_ref().as_str(), one.label.as_str())));
    all.extend(file.analysis.iter().map(|one| (one.name.get_ref().as_str(), one.label.as_str())));
    all.extend(file.meta.iter().map(|one| (one.name.get_ref().as_str(), one.label.as_str())));
    all
}

/// What became of the hypothesis of the primary analysis, where that is of a proportion.
fn hypothesis(context: &Context, spec: &super::file::Proportion) -> Option<String> {
    let primary = context.file.manuscript.as_ref()?.primary.as_ref()?;
    spec.threshold.filter(|_| primary.get_ref() == spec.name.get_ref())?;
    let name = slug(spec.name.get_ref());
    let row = spec.rows.first()?;
    let p = context.store.number(&format!("{name}.{}.p_value", slug(row.name.get_ref())))?;
    let alpha = (1.0 - super::proportion::options(context, spec).level) / 2.0;
    Some(format!(
        " The null hypothesis of the primary analysis was {} ({}; one-sided {}).",
        if p < alpha { "rejected" } else { "not rejected" },
        lower_first(&row.label),
        context.style.p_equation(Some(p))
    ))
}

/// The last paragraph refers to the items.
fn cited(
    mut paragraphs: Vec<Paragraph>,
    items: impl IntoIterator<Item = Target>,
) -> Vec<Paragraph> {
    if let Some(last) = paragraphs.pop() {
        paragraphs.push(last.see(items));
    }
    paragraphs
}

fn with(section: &text::Section, items: impl IntoIterator<Item = Target>) -> Section {
    let paragraphs = section.paragraphs.iter().map(Paragraph::new).collect();
    Section { heading: section.heading.clone(), paragraphs: cited(paragraphs, items) }
}

/// Each endpoint's paragraph with its figures; the first with the table and the panels.
fn comparison(
    context: &Context,
    all: &[Compared],
    section: &text::Section,
    drawn: &[Figure],
) -> Section {
    let name = all[0].spec.name.get_ref();
    let panels = context
        .file
        .panel
        .iter()
        .filter(|panel| panel.curves.iter().any(|curve| curve.comparison.get_ref() == name));
    let mut first: Vec<Target> = vec![Target::table(name)];
    first.extend(panels.map(|panel| Target::figure(panel.name.get_ref())));
    let paragraphs = section.paragraphs.iter().zip(all).map(|(text, compared)| {
        let own = curve_name(compared);
        let mut items = std::mem::take(&mut first);
        if !is_in_a_panel(context.file, compared) {
            items.push(Target::figure(own.clone()));
        }
        let events = compared.endpoint.competing.iter();
        items.extend(events.map(|event| Target::figure(format!("{own}-{}", event.name.get_ref()))));
        let is_drawn = |item: &Target| {
            *item == Target::table(name)
                || drawn.iter().any(|figure| *item == Target::figure(&figure.name))
        };
        let paragraphs: Vec<Paragraph> =
            text.split(super::incidence::text::PARAGRAPH).map(Paragraph::new).collect();
        cited(paragraphs, items.into_iter().filter(is_drawn))
    });
    Section { heading: section.heading.clone(), paragraphs: paragraphs.flatten().collect() }
}

/// Whether a figure in panels shows the same curves, so that a reader needs them no second time.
pub fn is_in_a_panel(file: &StudyFile, compared: &Compared) -> bool {
    let curves = file.panel.iter().flat_map(|panel| &panel.curves);
    let mut same = curves.filter(|curve| {
        curve.comparison.get_ref() == compared.spec.name.get_ref()
            && curve.endpoint.get_ref() == compared.endpoint.name.get_ref()
    });
    same.next().is_some()
}

/// Flow and characteristics.
fn participants(context: &Context, computed: &Computed) -> Vec<Paragraph> {
    let mut paragraphs = Vec::new();
    paragraphs.extend(flow(context));
    let mut tables = context.file.table.iter().zip(&computed.described);
    let baseline = |(spec, _): &(&TableSpec, &(String, Table))| spec.kind.get_ref() == "baseline";
    // Patients before their lesions.
    let of_patients = |one: &(&TableSpec, &(String, Table))| baseline(one) && !one.0.of_units();
    let first = tables.clone().find(of_patients).or(tables.clone().find(baseline));
    if let Some((spec, (_, table))) = first {
        paragraphs.push(characteristics(context, spec, table));
    }
    let name = first.map(|(spec, _)| spec.name.get_ref().clone());
    let (mut counted, mut others) = (Vec::new(), Vec::new());
    for (spec, _) in tables.by_ref().filter(|(spec, _)| Some(spec.name.get_ref()) != name.as_ref())
    {
        match counts(context, spec) {
            Some(paragraph) => counted.push(paragraph),
            None => others.push(Target::table(spec.name.get_ref())),
        }
    }
    paragraphs.extend(counted);
    if !others.is_empty() {
        paragraphs.push(Paragraph::new("Further descriptions are given in tables.").see(others));
    }
    paragraphs
}

/// Rows of a table of counts that the prose repeats.
const COUNTED: usize = 8;

/// Whether the prose repeats the rows of a table.
fn is_told(spec: &TableSpec) -> bool {
    spec.kind.get_ref() == "counts" && spec.rows.len() <= COUNTED
}

/// A short table of counts in prose: "Surgery: two-stage hepatectomy, 6 of 109 (5.5%); ...".
fn counts(context: &Context, spec: &TableSpec) -> Option<Paragraph> {
    if !is_told(spec) {
        return None;
    }
    let name = slug(spec.name.get_ref());
    let part = |row: &Part| {
        let key = format!("{name}.{}", slug(row.name.get_ref()));
        let show = |part: &str| context.store.show(&format!("{key}{part}"), &context.style);
        let label = lower_first(&row.label);
        match (row.distinct.is_some(), row.filter.is_some()) {
            (true, _) => format!("{label}, {}", show("")),
            (false, true) => {
                format!("{label}, {} of {} ({}%)", show(".k"), show(".n"), show(".percent"))
            }
            (false, false) => format!("{label}, {}", show(".k")),
        }
    };
    let parts: Vec<String> = spec.rows.iter().map(part).collect();
    let text = format!("{}: {}.", spec.title, parts.join("; "));
    Some(Paragraph::new(text).see([Target::table(spec.name.get_ref())]))
}

/// The label of a population inside "n patients (...)".
fn label_inside(context: &Context, name: &super::file::Text) -> String {
    let label = lower_first(&context.population(name).1.label);
    label.strip_prefix("patients ").map_or(label.clone(), str::to_owned)
}

/// A label in parentheses, unless it says nothing: all of them are all.
fn inside(label: &str) -> String {
    match label {
        "all patients" | "everybody" => String::new(),
        _ => format!(" ({label})"),
    }
}

fn flow(context: &Context) -> Option<Paragraph> {
    let show = |key: String| context.store.show(&key, &context.style);
    let size = |name: &str| show(format!("population.{name}"));
    let file = context.file;
    let Some(spec) = &file.flow else {
        let part = |one: &super::file::Population| {
            format!("{} ({})", size(one.name.get_ref()), lower_first(&one.label))
        };
        let parts: Vec<String> = file.population.iter().map(part).collect();
        return (!parts.is_empty()).then(|| {
            Paragraph::new(match &file.population[..] {
                [one] => format!(
                    "There were {} patients{}.",
                    size(one.name.get_ref()),
                    inside(&label_inside(context, &one.name))
                ),
                _ => format!("The numbers of patients were {}.", words::join_and(&parts)),
            })
        });
    };
    let label = |name: &super::file::Text| label_inside(context, name);
    let first = spec.populations.first()?;
    let mut text =
        format!("There were {} patients{}.", size(first.get_ref()), inside(&label(first)));
    for name in &spec.populations[1..] {
        let population = context.population(name).1;
        let key = format!("flow.excluded.{}", name.get_ref());
        let left = match context.store.number(&key) {
            Some(0.0) => "none was left out".to_owned(),
            _ => {
                let why =
                    population.excluded.as_deref().map_or("not included".to_owned(), lower_first);
                let left = show(key.clone());
                let (noun, verb) = match context.store.number(&key) == Some(1.0) {
                    true => ("patient", "was"),
                    false => ("patients", "were"),
                };
                format!("{left} {noun} {verb} left out ({why})")
            }
        };
        text.push_str(&format!(
            " Of these, {left}, and {} patients remained ({}).",
            size(name.get_ref()),
            label(name)
        ));
    }
    if let Some(split) = &spec.split {
        let level = |level: &super::file::Level| {
            format!("{} ({})", show(format!("flow.{}", level.name.get_ref())), level.label)
        };
        let levels: Vec<String> = context.group(split).1.levels.iter().map(level).collect();
        text.push_str(&format!(" They divided into {}.", words::join_and(&levels)));
    }
    let chain = |name: &super::file::Text| {
        spec.populations.iter().any(|one| one.get_ref() == name.get_ref())
    };
    let others: Vec<String> = file
        .population
        .iter()
        .filter(|one| !chain(&one.name))
        .map(|one| format!("{} ({})", size(one.name.get_ref()), lower_first(&one.label)))
        .collect();
    if !others.is_empty() {
        text.push_str(&format!(" Further populations had {} patients.", words::join_and(&others)));
    }
    let mut figures = vec![Target::figure("flow")];
    if let Some(units) = &spec.units {
        text.push_str(&flow_units(context, units));
        figures.push(Target::figure("flow-units"));
    }
    Some(Paragraph::new(text).see(figures))
}

/// "The lesions of the 67 patients (...) were: disappeared, 296; confirmed, 203 (not confirmed, 93)."
fn flow_units(context: &Context, spec: &super::file::FlowUnits) -> String {
    let many = context.file.many_units();
    let mut parts = Vec::new();
    for stage in &spec.stages {
        let name = slug(stage.name.get_ref());
        let show = |key: &str| context.store.show(key, &context.style);
        let shown = show(&format!("flow.units.{name}"));
        let left = format!("flow.units.excluded.{name}");
        let why = stage.excluded.as_deref().map_or("not included".to_owned(), lower_first);
        let left = match context.store.number(&left) > Some(0.0) {
            true => format!(" ({why}, {} {many})", show(&left)),
            false => String::new(),
        };
        parts.push(format!("{}, {shown} {many}{left}", lower_first(&stage.label)));
    }
    let last = spec.populations.last();
    let whom = last.map_or(String::new(), |name| {
        let size = context.store.show(&format!("population.{}", name.get_ref()), &context.style);
        format!(" of the {size} patients ({})", label_inside(context, name))
    });
    format!(" The {many}{whom} were: {}.", parts.join("; "))
}

/// How many variables of Table 1 the prose repeats.
const TOLD: usize = 6;

/// Table 1 in prose, with what is missing.
fn characteristics(context: &Context, spec: &TableSpec, table: &Table) -> Paragraph {
    let name = slug(spec.name.get_ref());
    let names = spec.variables.iter().map(|variable| variable.column.get_ref().as_str());
    let keys = unique_slugs(["total", "by", "patients"].into_iter().chain(names));
    let mut parts = Vec::new();
    let mut missing = Vec::new();
    for (variable, key) in spec.variables.iter().zip(&keys[3..]) {
        let key = format!("{name}.{key}");
        let label = variable.label.clone().unwrap_or_else(|| variable.column.get_ref().clone());
        if parts.len() < TOLD {
            parts.extend(characteristic(context, variable, &label, &key, table));
        }
        if context.store.number(&format!("{key}.missing.k")) > Some(0.0) {
            let shown = context.store.show(&format!("{key}.missing.k"), &context.style);
            let noun = match (spec.of_units(), shown == "1") {
                (false, true) => "patient",
                (false, false) => "patients",
                (true, true) => context.file.one_unit(),
                (true, false) => context.file.many_units(),
            };
            missing.push(format!("{} ({shown} {noun})", in_sentence(variable, &label)));
        }
    }
    let total = context.store.show(&format!("{name}.total"), &context.style);
    let whom = match &spec.population {
        Some(population) => lower_first(&context.population(population).1.label),
        None => "all patients".to_owned(),
    };
    let described = match spec.of_units() {
        false => format!("{total} patients{}", inside(&whom)),
        true => {
            let patients = context.store.show(&format!("{name}.patients"), &context.style);
            let units = context.file.many_units();
            match &spec.population {
                Some(_) => format!("{total} {units} of {patients} patients ({whom})"),
                None => format!("{total} {units} of {patients} patients"),
            }
        }
    };
    let mut text = format!("Characteristics were described in {described}. {}", parts.join(" "));
    if !missing.is_empty() {
        text.push_str(&format!(" Values were missing of {}.", words::join_and(&missing)));
    }
    Paragraph::new(text.trim()).see([Target::table(spec.name.get_ref())])
}

/// One variable in a sentence; `None` where nothing is known of it.
fn characteristic(
    context: &Context,
    variable: &Variable,
    label: &str,
    key: &str,
    table: &Table,
) -> Option<String> {
    let show = |part: &str| context.store.show(&format!("{key}.{part}"), &context.style);
    let unit = variable.unit.as_ref().map_or(String::new(), |unit| format!(" {unit}"));
    if context.store.get(&format!("{key}.quartiles.estimate")).is_some() {
        context.store.number(&format!("{key}.quartiles.estimate"))?;
        let mean = variable.summary.as_ref().is_some_and(|text| text.get_ref() == "mean");
        return Some(match mean {
            true => format!(
                "Mean {} was {}{unit} (SD, {}).",
                in_sentence(variable, label),
                show("mean"),
                show("sd")
            ),
            false => format!(
                "Median {} was {}{unit} (IQR, {}).",
                in_sentence(variable, label),
                show("quartiles.estimate"),
                context.store.show_range(&format!("{key}.quartiles"), &context.style)
            ),
        });
    }
    most_frequent(context, variable, label, key, table)
}

/// The label inside a sentence: a column's own name keeps its case.
fn in_sentence(variable: &Variable, label: &str) -> String {
    match label == variable.column.get_ref() {
        true => label.to_owned(),
        false => lower_first(label),
    }
}

/// "Sex was male in 70 (62.5%)." of two levels, and the most frequent of more.
fn most_frequent(
    context: &Context,
    variable: &Variable,
    label: &str,
    key: &str,
    table: &Table,
) -> Option<String> {
    let labels = level_labels(variable, label, table);
    let inside = |other: &str| {
        let rest = other.strip_prefix(key)?.strip_prefix('.')?.strip_suffix(".k")?;
        (!rest.contains('.') && rest != "missing").then(|| rest.to_owned())
    };
    let levels: Vec<String> = context.store.iter().filter_map(|(other, _)| inside(other)).collect();
    if levels.len() != labels.len() {
        return None;
    }
    let count = |level: &str| context.store.number(&format!("{key}.{level}.k")).unwrap_or(0.0);
    // Of equal counts the first is told.
    let most =
        (0..levels.len()).rev().max_by(|&a, &b| count(&levels[a]).total_cmp(&count(&levels[b])))?;
    let share = |level: &str| {
        let show =
            |part: &str| context.store.show(&format!("{key}.{level}.{part}"), &context.style);
        format!("{} of {} ({}%)", show("k"), show("n"), show("percent"))
    };
    // What the data write is a name of theirs; what the author wrote stands in a sentence.
    let own = |label: &str| match variable.levels.is_empty() {
        true => label.to_owned(),
        false => lower_first(label),
    };
    let yes = labels.iter().position(|label| label.eq_ignore_ascii_case("yes"));
    Some(match (labels.len(), yes) {
        (2, Some(yes)) => format!("{label}: yes in {}.", share(&levels[yes])),
        (2, None) => {
            format!("{label} was {} in {}.", own(&labels[most]), share(&levels[most]))
        }
        _ => format!("{label} was most often {}, in {}.", own(&labels[most]), share(&levels[most])),
    })
}

/// The labels of the levels: as the study file lists them, or as the table has them.
fn level_labels(variable: &Variable, label: &str, table: &Table) -> Vec<String> {
    if !variable.levels.is_empty() {
        return variable.levels.iter().map(|level| level.label.clone()).collect();
    }
    let heading = table
        .rows
        .iter()
        .position(|row| row.kind == RowKind::Group && row.cells[0].starts_with(label));
    let below = heading.map_or(&[][..], |at| &table.rows[at + 1..]);
    let rows = below.iter().take_while(|row| row.kind == RowKind::Indented);
    rows.map(|row| row.cells[0].clone()).filter(|cell| cell != "Missing").collect()
}

/// Median follow-up, events and losses.
fn follow_up(context: &Context, spec: &FollowUp) -> String {
    let key = slug(spec.name.get_ref());
    let show = |part: &str| context.store.show(&format!("{key}.{part}"), &context.style);
    let number = |part: &str| context.store.number(&format!("{key}.{part}"));
    let mut text = text::follow_up(context, spec);
    let (_, endpoint) = context.endpoint(&spec.endpoint);
    text.push_str(&format!(
        " Of these patients, {} {} and {} were censored",
        show("events"),
        if text::is_death(endpoint) { "died" } else { "had an event" },
        show("censored")
    ));
    let early = context.file.study.times().into_iter().find_map(|time| {
        let part = format!("{}.censored", super::compare::at_key(time));
        (number(&part) > Some(0.0)).then(|| (show(&part), time))
    });
    text.push_str(&match early {
        Some((count, time)) => {
            let words = super::incidence::table::time_words(context, time);
            format!(", {count} of them before {words}.")
        }
        None => ".".to_owned(),
    });
    text
}

/// A model with several terms, its hazard ratios beside those that are not adjusted.
fn model(context: &Context, fitted: &Fitted) -> Section {
    let spec = fitted.spec;
    let name = slug(spec.name.get_ref());
    let show = |part: &str| context.store.show(&format!("{name}.{part}"), &context.style);
    // A column's own name keeps its case.
    let own = |label: &str| match spec.labels.values().any(|one| one == label) {
        true => lower_first(label),
        false => label.to_owned(),
    };
    let mut reference: Option<&Line> = None;
    let mut parts = Vec::new();
    let mut under = String::new();
    let mut waiting: Vec<&Line> = Vec::new();
    for (at, line) in fitted.lines.iter().enumerate() {
        match line.kind {
            LineKind::Heading => {
                under = line.label.clone();
                // The reference may stand below the levels that are compared with it.
                let below = fitted.lines[at + 1..].iter();
                let levels = below.take_while(|line| line.kind != LineKind::Heading);
                reference = levels.clone().find(|line| line.kind == LineKind::Reference);
                waiting = levels.collect();
            }
            LineKind::Reference => {}
            LineKind::Level | LineKind::Number => {
                let inside = waiting.iter().any(|one| std::ptr::eq(*one, line));
                let level = inside && line.kind == LineKind::Level;
                let what = match reference.filter(|_| level) {
                    Some(reference) => {
                        format!("{}, {} vs {}", own(&under), line.label, reference.label)
                    }
                    None => own(&line.label),
                };
                parts.extend(ratio(context, line, &what));
            }
        }
    }
    let missing = match context.store.number(&format!("{name}.missing")) {
        Some(0.0) => String::new(),
        Some(1.0) => "1 patient left out for missing values; ".to_owned(),
        _ => format!("{} patients left out for missing values; ", show("missing")),
    };
    let kind = if fitted.competing { "cause-specific hazard ratios" } else { "hazard ratios" };
    let text = format!(
        "In a model of {} patients with {} events ({missing}{} events for each of {} coefficients) the {kind} \
         were: {}.",
        show("n"),
        show("events"),
        show("events_per_parameter"),
        show("parameters"),
        parts.join("; ")
    );
    let items = [
        Target::table(spec.name.get_ref()),
        Target::figure(spec.name.get_ref()),
        Target::figure(forest::subdistribution_name(fitted)),
    ];
    Section { heading: spec.label.clone(), paragraphs: vec![Paragraph::new(text).see(items)] }
}

fn ratio(context: &Context, line: &Line, what: &str) -> Option<String> {
    let key = format!("{}.hr", line.key.as_ref()?);
    if context.store.number(&format!("{key}.estimate")).is_none() {
        return Some(format!("{what}, not estimable"));
    }
    let p = context.store.number(&format!("{key}.p_value"));
    let crude = format!("{}.crude.hr", line.key.as_ref()?);
    let crude = match context.store.number(&format!("{crude}.estimate")) {
        Some(_) => format!("; unadjusted, {}", context.store.show_interval(&crude, &context.style)),
        None => String::new(),
    };
    Some(format!(
        "{what}, {} ({}, {}; {}{crude})",
        context.store.show(&format!("{key}.estimate"), &context.style),
        context.ci(),
        context.store.show_range(&key, &context.style),
        context.style.p_equation(p)
    ))
}

/// Puts the unadjusted ratio of a level beside the adjusted one, where a comparison of the same patients
/// has it: under `KEY.crude.hr`.
pub fn put_crude(context: &mut Context, models: &[Fitted], compared: &[Vec<Compared>]) {
    for fitted in models {
        for line in &fitted.lines {
            let Some(from) = crude(fitted.spec, line, compared) else { continue };
            let Some(key) = &line.key else { continue };
            for part in ["estimate", "lower", "upper"] {
                let entry = context.store.get(&format!("{from}.{part}")).cloned();
                let Some(entry) = entry else { continue };
                context.store.put(format!("{key}.crude.hr.{part}"), entry);
            }
        }
    }
}

/// The key of the ratio of the same level in the same patients.
fn crude(spec: &Model, line: &Line, compared: &[Vec<Compared>]) -> Option<String> {
    let same = compared.iter().flatten().find(|one| {
        one.spec.population.get_ref() == spec.population.get_ref()
            && one.endpoint.name.get_ref() == spec.endpoint.get_ref()
            && one.endpoint.competing.is_empty()
            && one.spec.landmark.is_none()
            && one.group.levels.iter().any(|level| level.label == line.label)
    })?;
    let level = same.group.levels.iter().position(|level| level.label == line.label)?;
    (level != same.reference).then(|| format!("{}.hr", same.level_key(level)))
}
