//! What a person could have typed instead: the command of a request.

use riskset_analysis::Request;
use serde_json::{Map, Value};

/// The command of the study file.
pub const STUDY: &str = "riskset study study.toml --output report";

/// Fields that a command takes as a list between commas; the other lists are repeated options.
const COMMAS: [&str; 10] = [
    "order",
    "labels",
    "times",
    "quantiles",
    "annotate",
    "by",
    "na",
    "counts",
    "thresholds",
    "groups",
];

/// The command that makes this request, or the one that answers its file where no command can: a
/// rule of dates stands in a file of its own, and an option cannot hold a comma within a list.
///
/// ```
/// use riskset_analysis::Request;
///
/// let asked = r#"{"analysis": "km", "data": "@lung", "formula": "Surv(time, status == 2) ~ sex"}"#;
/// let request = Request::from_json(asked)?;
/// let typed = "riskset km @lung \"Surv(time, status == 2) ~ sex\"";
/// assert_eq!(riskset_app::command(&request), typed);
/// # Ok::<(), riskset_analysis::Problem>(())
/// ```
pub fn command(request: &Request) -> String {
    typed(request).unwrap_or_else(|| {
        let output = if request.page().is_some() { " --output figure.svg" } else { "" };
        format!("riskset run request.json{output}")
    })
}

fn typed(request: &Request) -> Option<String> {
    let Value::Object(fields) = request.to_value() else { return None };
    let analysis = fields.get("analysis")?.as_str()?;
    let usual = usual(&fields)?;
    let mut words = vec!["riskset".to_owned()];
    words.extend(analysis_words(analysis)?);
    for place in ["data", "formula"] {
        words.push(quoted(fields.get(place)?.as_str()?));
    }
    for (field, value) in &fields {
        match field.as_str() {
            "analysis" | "data" | "formula" => {}
            field if SAID.contains(&field) => words.extend(option(field, value)?),
            _ if usual.get(field) == Some(value) => {}
            "reading" => {
                for (field, value) in value.as_object()? {
                    words.extend(option(field, value)?);
                }
            }
            _ => words.extend(option(field, value)?),
        }
    }
    if request.page().is_some() {
        words.extend(["--output".to_owned(), "figure.svg".to_owned()]);
    }
    Some(words.join(" "))
}

/// Fields on which others hang: the defaults of a program, and among them its own level to compare with,
/// which is none where order or reference were named.
pub const SAID: [&str; 3] = ["match", "order", "reference"];

/// The fields of a request of this kind as they are when nothing is said but its [`SAID`].
pub fn usual(asked: &Map<String, Value>) -> Option<Map<String, Value>> {
    let said = ["analysis"].into_iter().chain(SAID);
    let said = said.filter_map(|field| Some((field.to_owned(), asked.get(field)?.clone())));
    match Request::from_fields(said.collect()).ok()?.to_value() {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

fn analysis_words(analysis: &str) -> Option<Vec<String>> {
    match analysis {
        "km" | "compare" | "logrank" | "cox" | "cif" | "fine-gray" | "adjust" | "cutpoint"
        | "factors" | "performance" | "risk-groups" | "case-cohort" | "clogit" => {
            Some(vec![analysis.to_owned()])
        }
        _ => analysis.strip_prefix("plot-").map(|kind| vec!["plot".to_owned(), kind.to_owned()]),
    }
}

/// A field as options; `None` where a command line cannot say it.
fn option(field: &str, value: &Value) -> Option<Vec<String>> {
    let name = format!("--{}", field.replace('_', "-"));
    Some(match (field, value) {
        ("derive" | "predict" | "rename", _) => return None,
        ("free_axes", Value::Bool(true)) => vec!["--axes".into(), "free".into()],
        ("conf_band" | "censor_marks", Value::Bool(flag)) => vec![name, flag.to_string()],
        (_, Value::Bool(true)) => vec![name],
        (_, Value::Bool(false) | Value::Null | Value::Object(_)) => return None,
        (_, Value::Number(number)) => vec![name, number.to_string()],
        (_, Value::String(text)) => vec![name, quoted(text)],
        ("xlim" | "ylim", Value::Array(ends)) => vec![name, commas(ends)?],
        (_, Value::Array(all)) if COMMAS.contains(&field) => vec![name, quoted(&commas(all)?)],
        (_, Value::Array(all)) => {
            let each = all.iter().map(|value| Some([name.clone(), quoted(value.as_str()?)]));
            each.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect()
        }
    })
}

fn commas(all: &[Value]) -> Option<String> {
    let texts = all.iter().map(|value| match value {
        Value::String(text) if text.contains([',', '"']) || text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    });
    Some(texts.collect::<Option<Vec<String>>>()?.join(","))
}

/// A word as a shell of Unix takes it.
pub fn quoted(word: &str) -> String {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "-_.,:/%+@=".contains(sign);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false if !word.contains(['"', '$', '`', '\\', '!']) => format!("\"{word}\""),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        command(&Request::from_json(text).unwrap())
    }

    #[test]
    fn what_was_clicked_is_a_command() {
        assert_eq!(
            of(
                r#"{"analysis": "plot-km", "data": "my table.csv", "unit": "months", "per": 30.4375,
                "formula": "Surv(time, status == 2) ~ sex", "labels": ["Men", "Women"],
                "annotate": ["hr", "logrank"], "xlim": [0, 36], "conf_band": false}"#
            ),
            "riskset plot km \"my table.csv\" \"Surv(time, status == 2) ~ sex\" --unit months \
             --per 30.4375 --xlim 0.0,36.0 --conf-band false --labels Men,Women \
             --annotate hr,logrank --output figure.svg"
        );
        assert_eq!(
            of(
                r#"{"analysis": "compare", "data": "t.xlsx", "formula": "Surv(t, d == \"$yes\") ~ arm",
                "reading": {"sheet": "Sheet 2", "na": ["."]}}"#
            ),
            "riskset compare t.xlsx 'Surv(t, d == \"$yes\") ~ arm' --sheet \"Sheet 2\" --na ."
        );
    }

    #[test]
    fn what_no_option_can_say_is_a_file() {
        let labels =
            r#"{"analysis": "plot-km", "data": "t", "formula": "f", "labels": ["a, b", "c"]}"#;
        assert_eq!(of(labels), "riskset run request.json --output figure.svg");
    }
}
