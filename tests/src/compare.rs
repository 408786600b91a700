//! Compares the JSON that riskset answers with the JSON that a reference case expects, by the
//! rules of `tests/reference/README.md`.

use serde_json::{Map, Value};

/// How far a number may be from the expected one.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// As a part of the expected number.
    pub relative: f64,
    /// Whatever the expected number.
    pub absolute: f64,
}

/// The arrays whose objects are found by one of their keys, in any order.
const BY_KEY: [(&str, &str); 4] =
    [("tests", "name"), ("warnings", "code"), ("causes", "cause"), ("gray", "cause")];

/// Says where `found` first departs from `expected`: a path of keys, what was expected, what was
/// found.
///
/// # Errors
///
/// The first difference, as a sentence.
pub fn agree(expected: &Value, found: &Value, tolerance: Tolerance) -> Result<(), String> {
    value(expected, found, tolerance, "", "")
}

fn value(
    expected: &Value,
    found: &Value,
    tolerance: Tolerance,
    path: &str,
    key: &str,
) -> Result<(), String> {
    match (expected, found) {
        (Value::Object(object), _) if is_matcher(object) => matcher(object, found, path),
        (Value::Object(expected), Value::Object(found)) => object(expected, found, tolerance, path),
        (Value::Array(expected), Value::Array(found)) => {
            array(expected, found, tolerance, path, key)
        }
        (Value::Number(_), Value::Number(_)) => number(expected, found, tolerance, path),
        _ if expected == found => Ok(()),
        _ => differs(path, expected, found),
    }
}

fn object(
    expected: &Map<String, Value>,
    found: &Map<String, Value>,
    tolerance: Tolerance,
    path: &str,
) -> Result<(), String> {
    for (key, want) in expected {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match found.get(key) {
            Some(got) => value(want, got, tolerance, &path, key)?,
            None => return Err(format!("{path}: expected {}, found no such key", short(want))),
        }
    }
    Ok(())
}

fn array(
    expected: &[Value],
    found: &[Value],
    tolerance: Tolerance,
    path: &str,
    key: &str,
) -> Result<(), String> {
    let name = BY_KEY.iter().find(|(array, _)| *array == key).map(|(_, name)| *name);
    if let Some(name) = name.filter(|name| expected.iter().all(|entry| entry.get(name).is_some())) {
        for want in expected {
            let path = format!("{path}[{name}={}]", want[name]);
            match found.iter().find(|got| got.get(name) == want.get(name)) {
                Some(got) => value(want, got, tolerance, &path, "")?,
                None => return Err(format!("{path}: expected {}, found none", short(want))),
            }
        }
        return Ok(());
    }
    if expected.len() != found.len() {
        return Err(format!("{path}: expected {} entries, found {}", expected.len(), found.len()));
    }
    for (index, (want, got)) in expected.iter().zip(found).enumerate() {
        value(want, got, tolerance, &format!("{path}[{index}]"), "")?;
    }
    Ok(())
}

fn number(expected: &Value, found: &Value, tolerance: Tolerance, path: &str) -> Result<(), String> {
    let (Some(want), Some(got)) = (expected.as_f64(), found.as_f64()) else {
        return differs(path, expected, found);
    };
    let allowed = tolerance.absolute.max(tolerance.relative * want.abs());
    if (got - want).abs() <= allowed { Ok(()) } else { differs(path, expected, found) }
}

fn is_matcher(object: &Map<String, Value>) -> bool {
    !object.is_empty() && object.keys().all(|key| key.starts_with('$'))
}

/// An object whose keys start with `$` is a condition, not a value.
fn matcher(conditions: &Map<String, Value>, found: &Value, path: &str) -> Result<(), String> {
    for (condition, want) in conditions {
        let length = found.as_array().map(|array| array.len() as f64);
        let holds = match condition.as_str() {
            "$any" => true,
            "$length" => length == want.as_f64(),
            "$min_length" => length.is_some_and(|length| Some(length) >= want.as_f64()),
            "$above" => found.as_f64().is_some_and(|found| Some(found) > want.as_f64()),
            "$below" => found.as_f64().is_some_and(|found| Some(found) < want.as_f64()),
            "$contains" => match (found.as_str(), want.as_str()) {
                (Some(found), Some(want)) => found.to_lowercase().contains(&want.to_lowercase()),
                _ => false,
            },
            _ => return Err(format!("{path}: the case uses the unknown condition {condition}")),
        };
        if !holds {
            return Err(format!("{path}: expected {condition} {want}, found {}", short(found)));
        }
    }
    Ok(())
}

fn differs(path: &str, expected: &Value, found: &Value) -> Result<(), String> {
    Err(format!("{path}: expected {}, found {}", short(expected), short(found)))
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(100) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const CLOSE: Tolerance = Tolerance { relative: 1e-9, absolute: 1e-12 };

    /// The comparison itself must be able to fail, in each way that it can.
    #[test]
    fn every_kind_of_difference_is_seen() {
        let differs = |expected: Value, found: Value| agree(&expected, &found, CLOSE).is_err();
        assert!(differs(json!({"a": 1.0}), json!({"a": 1.0 + 2e-9})));
        assert!(differs(json!({"a": 1.0}), json!({})));
        assert!(differs(json!({"a": null}), json!({"a": 0.0})));
        assert!(differs(json!({"a": 0.0}), json!({"a": null})));
        assert!(differs(json!({"a": null}), json!({})));
        assert!(differs(json!([1, 2]), json!([1])));
        assert!(differs(json!({"tests": [{"name": "wald"}]}), json!({"tests": []})));
        assert!(differs(json!({"n": {"$above": 2}}), json!({"n": 2})));
        assert!(differs(json!({"n": {"$length": 0}}), json!({"n": [1]})));
        assert!(differs(json!({"m": {"$contains": "Place"}}), json!({"m": "nowhere"})));
        assert!(differs(json!({"m": {"$surprise": 1}}), json!({"m": 1})));
    }

    #[test]
    fn objects_agree_by_subset_and_tests_by_name() {
        let expected = json!({"n": 3, "tests": [{"name": "b", "df": 2}], "x": {"$any": true}});
        let found = json!({"n": 3.0, "more": 1, "x": null,
            "tests": [{"name": "a", "df": 1}, {"name": "b", "df": 2}]});
        assert_eq!(agree(&expected, &found, CLOSE), Ok(()));
    }
}
