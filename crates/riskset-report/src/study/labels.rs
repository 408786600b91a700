//! What readers call the parts of a key: `arms.os.lev` is "Levamisole" of "Overall survival". With
//! them a sentence of a draft can be led back to the numbers that it speaks of.

use super::compare::Compared;
use super::model::Fitted;
use super::{context::Context, incidence};
use crate::store::slug;
use serde_json::{Map, Value, json};

/// Every labelled prefix of a key with what it is and its words.
pub fn labels(context: &Context, compared: &[Vec<Compared>], models: &[Fitted]) -> Value {
    let file = context.file;
    let mut labels = Map::new();
    let mut put = |key: String, kind: &str, words: Vec<&str>, heading: Option<&str>| {
        let mut label = json!({ "kind": kind, "words": words });
        if let Some(heading) = heading {
            label["heading"] = heading.into();
        }
        labels.insert(key, label);
    };
    for spec in &file.follow_up {
        put(slug(spec.name.get_ref()), "analysis", vec![&spec.label], None);
    }
    if let Some(split) = file.flow.as_ref().and_then(|flow| flow.split.as_ref()) {
        for level in &context.group(split).1.levels {
            put(format!("flow.{}", level.name.get_ref()), "group", vec![&level.label], None);
        }
    }
    for spec in &file.proportion {
        let name = slug(spec.name.get_ref());
        put(name.clone(), "analysis", vec![&spec.label], None);
        let mut heading = None;
        for row in &spec.rows {
            heading = row.heading.as_deref().or(heading);
            let key = format!("{name}.{}", slug(row.name.get_ref()));
            put(key, "group", vec![&row.label], heading);
        }
    }
    for one in compared.iter().flatten() {
        put(slug(one.spec.name.get_ref()), "analysis", vec![&one.spec.label], None);
        let mut words = vec![one.endpoint.label.as_str()];
        words.extend(one.endpoint.abbreviation.as_deref());
        put(one.prefix.clone(), "event", words, None);
        let causes = incidence::causes(one.endpoint);
        let others = causes.iter().filter(|cause| !cause.of_interest());
        for cause in others {
            let path = cause.path.trim_end_matches('.');
            put(format!("{}.{path}", one.prefix), "event", vec![&cause.label], None);
            for level in 0..one.group.levels.len() {
                put(format!("{}.{path}", one.level_key(level)), "event", vec![&cause.label], None);
            }
        }
        for (level, spec) in one.group.levels.iter().enumerate() {
            put(one.level_key(level), "group", vec![&spec.label], None);
        }
    }
    for spec in &file.factors {
        put(slug(spec.name.get_ref()), "analysis", vec![&spec.label], None);
    }
    for spec in &file.adjust {
        let name = slug(spec.name.get_ref());
        let (_, group) = context.group(&spec.group);
        for level in &group.levels {
            let side = match level.name.get_ref() == group.reference.get_ref() {
                true => "reference",
                false => "compared",
            };
            put(format!("{name}.{side}"), "group", vec![&level.label], None);
        }
        put(name, "analysis", vec![&spec.label], None);
    }
    // Their numbers are many, and meant only where they are told.
    for spec in &file.analysis {
        put(slug(spec.name.get_ref()), "request", vec![&spec.label], None);
    }
    for spec in &file.performance {
        put(slug(spec.name.get_ref()), "analysis", vec![&spec.label], None);
    }
    for fitted in models {
        let (_, endpoint) = context.endpoint(&fitted.spec.endpoint);
        let name = slug(fitted.spec.name.get_ref());
        put(name, "analysis", vec![&fitted.spec.label, &endpoint.label], None);
        for line in &fitted.lines {
            if let Some(key) = &line.key {
                put(key.clone(), "group", vec![&line.label], None);
            }
        }
    }
    Value::Object(labels)
}
