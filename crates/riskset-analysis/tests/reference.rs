//! The reference of the requests in `docs/reference/requests.md` is what the types say.
//!
//! After an intended change run with `RISKSET_BLESS=1`, and read what moved.

use riskset_analysis::Request;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;

#[test]
fn the_reference_of_requests_is_that_of_the_types() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/requests.md");
    let page = page(&Request::schema().to_value());
    if std::env::var_os("RISKSET_BLESS").is_some() {
        std::fs::write(&file, &page).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(stored == page, "docs/reference/requests.md is not what the types say");
}

fn page(schema: &Value) -> String {
    let mut page = String::from(
        "# Reference of requests\n\nEvery analysis and figure with its fields, made from the types; a \
         test holds it. A request file is JSON, `{\"analysis\": \"km\", \"data\": \"@lung\", ...}`; the \
         command line has the same names with dashes, and Python as arguments. What is left out has \
         its default; a field without one in the table is not set.\n",
    );
    for variant in schema["oneOf"].as_array().unwrap() {
        let name = variant["properties"]["analysis"]["const"].as_str().unwrap();
        write!(page, "\n## {name}\n\n{}\n\n", line(&variant["description"])).unwrap();
        page.push_str("| field | kind | default | |\n| --- | --- | --- | --- |\n");
        for (field, says) in fields(variant, schema) {
            let kind = kind(&says, schema).replace('|', "\\|");
            let default = says.get("default").filter(|value| !value.is_null());
            let default = default.map_or(String::new(), |value| format!("`{value}`"));
            let about = line(&says["description"]).replace('|', "\\|");
            writeln!(page, "| `{field}` | {kind} | {default} | {about} |").unwrap();
        }
    }
    page
}

/// The fields of a request in the order of its type.
fn fields(part: &Value, schema: &Value) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    let properties = part["properties"].as_object().into_iter().flatten();
    for (name, says) in properties.filter(|(name, _)| *name != "analysis") {
        all.push((name.clone(), says.clone()));
    }
    for inner in part["$ref"].as_str().map(|name| named(name, schema)).into_iter() {
        all.extend(fields(inner, schema));
    }
    for inner in part["allOf"].as_array().into_iter().flatten() {
        all.extend(fields(inner, schema));
    }
    all
}

fn named<'a>(reference: &str, schema: &'a Value) -> &'a Value {
    &schema["$defs"][reference.rsplit('/').next().unwrap()]
}

/// What may stand in a field, in words.
fn kind(says: &Value, schema: &Value) -> String {
    if let Some(values) = says["enum"].as_array() {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        return values.join(" or ");
    }
    if let Some(reference) = says["$ref"].as_str() {
        return kind(named(reference, schema), schema);
    }
    if let Some(any) = says["anyOf"].as_array().or_else(|| says["oneOf"].as_array()) {
        let kinds = any.iter().filter(|one| one["type"] != "null").map(|one| kind(one, schema));
        return kinds.collect::<Vec<_>>().join(" or ");
    }
    let types: Vec<&str> = match &says["type"] {
        Value::String(one) => vec![one],
        Value::Array(all) => {
            all.iter().filter_map(Value::as_str).filter(|one| *one != "null").collect()
        }
        _ => return says.get("const").map_or("any".to_owned(), |value| format!("`{value}`")),
    };
    match types[..] {
        ["array"] => match says["prefixItems"].as_array() {
            Some(items) => {
                let kinds: Vec<String> = items.iter().map(|item| kind(item, schema)).collect();
                format!("[{}]", kinds.join(", "))
            }
            None => format!("list of {}", kind(&says["items"], schema)),
        },
        ["integer"] => "whole number".to_owned(),
        ["boolean"] => "`true` or `false`".to_owned(),
        ["string"] => "text".to_owned(),
        _ => types.join(" or "),
    }
}

/// A description in one line.
fn line(text: &Value) -> String {
    text.as_str().unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ")
}
