//! The study file of a plan: the same figures by their requests, and, where a person said when the
//! groups are known, the comparison with its tables and sentences.

use crate::ask::{Asked, missing};
use crate::hand;
use crate::plan::{Endpoint, Group};
use riskset::Remedy;
use riskset_analysis::{Problem, Request};
use riskset_data::endpoint::RuleSpec;
use riskset_report::store::unique_slugs;
use serde_json::{Map, Value, json};
use toml::Table;

type Fields = Map<String, Value>;

/// Fields of a request that a study says once for all.
const OF_THE_STUDY: [&str; 4] = ["data", "reading", "counts", "match"];

/// The text of `study.toml`.
///
/// # Errors
///
/// A plan that asks for nothing yet.
pub fn study(asked: &Asked, synthetic: bool) -> Result<String, Problem> {
    let plan = asked.plan;
    let first = plan.endpoints.first().ok_or_else(|| {
        Problem::request("the endpoint was not said yet", Remedy::to("choose it first"))
    })?;
    let title = plan.title.clone().unwrap_or_else(|| format!("Survival in {}", asked.name));
    // Where a program is matched, the scale is its own unless another was chosen.
    let usual = plan.matched.is_none().then_some("log");
    let mut head = fields(json!({
        "title": title,
        "conf_type": plan.conf_type.as_deref().or(usual),
        "match": plan.matched,
        "level": plan.conf_level,
        "unit": own_unit(first),
        "times": plan.times,
        "rmst": plan.rmst,
        "profile": plan.look.get("theme"),
    }));
    if synthetic {
        head.insert("synthetic".into(), json!(true));
    }
    let mut data = fields(json!({ "file": asked.name, "id": plan.id, "counts": plan.counted()? }));
    data.extend(fields(json!(plan.reading)));
    let mut whole = fields(json!({ "schema": "riskset.study/1", "study": head, "data": data }));
    whole.insert("figure".into(), Value::Array(figures(asked)?));
    whole.insert("analysis".into(), Value::Array(analyses(asked)?));
    // Of a sample there is its model alone.
    let compared = plan.group.as_ref().filter(|_| plan.sampled.drawn.is_none());
    if let (Some(group), Some(known)) = (compared, &plan.known) {
        whole.extend(comparison(asked, group, known)?);
    }
    let table: Table = serde_json::from_value(bare(Value::Object(whole)))
        .map_err(|error| Problem::analysis(error, None))?;
    let text = toml::to_string(&table).map_err(|error| Problem::analysis(error, None))?;
    Ok(format!("# riskset study study.toml --output report\n\n{text}"))
}

/// Every figure that the plan asks for, named as the page names its parts.
fn figures(asked: &Asked) -> Result<Vec<Value>, Problem> {
    let mut figures = Vec::new();
    if asked.plan.sampled.drawn.is_some() {
        return Ok(figures);
    }
    if !asked.survival_endpoints().is_empty() {
        figures.push(figure("figure", "The curves", &asked.curves()?));
    }
    let names = |part: &str, index: usize| match index {
        0 => part.to_owned(),
        index => format!("{part}-{}", index + 1),
    };
    for (index, endpoint) in asked.plan.endpoints.iter().enumerate() {
        if endpoint.competes() {
            let request = asked.incidence_figure(endpoint)?;
            figures.push(figure(&names("incidence", index), "The incidence", &request));
        }
        if asked.plan.alike.is_asked() && asked.plan.group.is_some() && !endpoint.competes() {
            let request = asked.adjusted_curves(endpoint)?;
            figures.push(figure(&names("adjusted", index), "The adjusted curves", &request));
            if asked.plan.alike.weights() {
                let request = asked.balance(endpoint)?;
                figures.push(figure(&names("balance", index), "The balance", &request));
            }
        }
        if !asked.plan.covariates.is_empty() {
            let request = asked.model("plot-forest", endpoint)?;
            figures.push(figure(&names("forest", index), "The adjusted model", &request));
        }
        if !asked.plan.subgroups.is_empty() && asked.plan.group.is_some() {
            let request = asked.subgroups(endpoint)?;
            figures.push(figure(&names("subgroups", index), "The effect in subgroups", &request));
        }
    }
    let further = asked.all_further()?.into_iter().filter(|(.., request)| request.page().is_some());
    figures.extend(further.map(|(kind, title, request)| figure(kind, title, &request)));
    Ok(figures)
}

/// Every further analysis in numbers, and the model of a sample.
fn analyses(asked: &Asked) -> Result<Vec<Value>, Problem> {
    let analysis = |name: &str, label: &str, request: &Request| json!({ "name": name, "label": label, "request": own_fields(request) });
    if asked.plan.sampled.drawn.is_some() {
        let endpoint = asked.plan.endpoints.first().ok_or_else(|| missing("the endpoint"))?;
        let request = asked.of_sample(endpoint)?;
        return Ok(vec![analysis("model", "The model of the sample", &request)]);
    }
    let further = asked.all_further()?.into_iter().filter(|(.., request)| request.page().is_none());
    Ok(further.map(|(kind, title, request)| analysis(kind, title, &request)).collect())
}

/// A figure by its request.
fn figure(name: &str, title: &str, request: &Request) -> Value {
    json!({ "name": name, "title": title, "request": own_fields(request) })
}

/// The fields of a request that are not as usual, and that no study says for all.
fn own_fields(request: &Request) -> Fields {
    let asked = fields(request.to_value());
    let usual = hand::usual(&asked).unwrap_or_default();
    let own = asked.into_iter().filter(|(field, value)| {
        field == "analysis"
            || (field != "match" && hand::SAID.contains(&field.as_str()))
            || (!OF_THE_STUDY.contains(&field.as_str()) && usual.get(field) != Some(value))
    });
    own.collect()
}

/// Endpoints, population, group and comparison.
fn comparison(asked: &Asked, group: &Group, known: &str) -> Result<Fields, Problem> {
    let plan = asked.plan;
    let labels = plan.endpoints.iter().map(|endpoint| match endpoint.label.as_str() {
        "" => endpoint.time.as_deref().unwrap_or("endpoint"),
        label => label,
    });
    let labels: Vec<&str> = labels.collect();
    let names = unique_slugs(labels.iter().copied());
    let mut endpoints = Vec::new();
    for ((endpoint, name), label) in plan.endpoints.iter().zip(&names).zip(&labels) {
        endpoints.push(self::endpoint(asked, endpoint, name, label)?);
    }
    let order = asked.all_levels(group)?;
    let shown: Vec<(usize, &String)> =
        order.iter().enumerate().filter(|(_, level)| !group.off.contains(level)).collect();
    let level_names = unique_slugs(shown.iter().map(|(_, level)| level.as_str()));
    let name_of = |level: &String| {
        shown.iter().position(|(_, own)| *own == level).map(|place| level_names[place].clone())
    };
    let reference = group.reference.as_ref().or(shown.first().map(|(_, level)| *level));
    let levels = shown.iter().zip(&level_names).map(|((place, level), name)| {
        json!({ "name": name, "label": group.labels.get(*place).unwrap_or(level), "value": level })
    });
    let mut found = fields(json!({
        "endpoint": endpoints,
        "population": [{
            "name": "analysed", "label": "Patients analysed", "filter": asked.subset_of_patients()?,
        }],
        "group": [{
            "name": "group", "label": group.column, "variable": group.column, "known": known,
            "reference": reference.and_then(name_of), "levels": levels.collect::<Vec<_>>(),
        }],
        "comparison": [{
            "name": "comparison", "label": format!("Comparison by {}", group.column),
            "population": "analysed", "group": "group", "endpoints": names,
            "landmark": plan.landmark,
        }],
        "follow_up": [{
            "name": "followup", "label": "Patients analysed", "population": "analysed",
            "endpoint": names[0],
        }],
    }));
    if plan.alike.is_asked() && shown.len() == 2 {
        found.insert("adjust".into(), Value::Array(adjusted(asked, group, &names)));
    }
    if !plan.table1.is_empty() {
        let variables = plan.table1.iter().map(|column| json!({ "column": column }));
        let table = json!([{
            "name": "table-1", "kind": "baseline", "title": "Patients", "population": "analysed",
            "by": "group", "variables": variables.collect::<Vec<_>>(),
        }]);
        found.insert("table".into(), table);
    }
    Ok(found)
}

/// The adjusted comparison of each endpoint without competing events.
fn adjusted(asked: &Asked, group: &Group, names: &[String]) -> Vec<Value> {
    let alike = &asked.plan.alike;
    let plain = asked.plan.endpoints.iter().zip(names).filter(|(endpoint, _)| !endpoint.competes());
    let one = |(_, name): (&Endpoint, &String)| {
        let mut section = fields(json!({
            "name": format!("alike-{name}"), "label": format!("Adjusted comparison by {}", group.column),
            "population": "analysed", "group": "group", "endpoint": name,
            "landmark": asked.plan.landmark, "covariates": alike.terms(),
        }));
        section.extend(alike.way());
        Value::Object(section)
    };
    plain.map(one).collect()
}

fn endpoint(asked: &Asked, endpoint: &Endpoint, name: &str, label: &str) -> Result<Value, Problem> {
    let mut found = fields(json!({
        "name": name, "label": label, "origin": asked.plan.look.get("origin"),
        "population": "analysed",
    }));
    match &endpoint.dates {
        Some(rule) => {
            let rule = RuleSpec { name: None, ..rule.clone() };
            let mut dates = fields(json!(rule));
            // The unit is that of the study.
            dates.remove("unit");
            found.insert("dates".into(), Value::Object(dates));
            found.insert("competing".into(), Value::Array(asked.competing_events(endpoint)?));
        }
        None => {
            found.insert("time".into(), json!(endpoint.time));
            let event = endpoint.event.as_ref().map(|event| asked.condition(event)).transpose()?;
            found.insert("event".into(), json!(event));
            found.insert("time_unit".into(), json!(own_unit(endpoint)));
            found.insert("competing".into(), Value::Array(asked.competing_events(endpoint)?));
        }
    }
    Ok(Value::Object(found))
}

/// The unit of the times; months, as a study has it, where nobody said.
fn own_unit(endpoint: &Endpoint) -> &'static str {
    match (&endpoint.dates, endpoint.unit) {
        (Some(rule), _) => crate::ask::unit(&rule.unit.to_string()).name(),
        (None, Some(unit)) => unit.name(),
        (None, None) => "months",
    }
}

fn fields(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

/// Without what is absent or empty, which TOML has no words for and a study file does not need.
fn bare(value: Value) -> Value {
    let is_bare = |value: &Value| match value {
        Value::Null => true,
        Value::Array(all) => all.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().map(|(name, value)| (name, bare(value)));
            Value::Object(kept.filter(|(_, value)| !is_bare(value)).collect())
        }
        Value::Array(all) => Value::Array(all.into_iter().map(bare).collect()),
        other => other,
    }
}
