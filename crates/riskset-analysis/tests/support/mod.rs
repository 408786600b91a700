//! R's answers, and what "agrees" means.
#![allow(dead_code)] // each test binary uses its own part

use riskset_analysis::{Answer, Data, Problem, Request};
use serde_json::Value;

/// Iterated answers, with R's convergence tightened in its script.
pub const ITERATED: f64 = 1e-8;

/// Reads `tests/golden/NAME.json`.
pub fn golden(name: &str) -> Value {
    let path = format!("{}/tests/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap()
}

/// The number at a place such as `/crude/age/hr/0`.
#[track_caller]
pub fn number(golden: &Value, place: &str) -> f64 {
    let found = golden.pointer(place).unwrap_or_else(|| panic!("no {place}"));
    found.as_f64().unwrap_or_else(|| panic!("{place} is {found}"))
}

/// A column of numbers.
#[track_caller]
pub fn numbers(golden: &Value, place: &str) -> Vec<f64> {
    let found = golden.pointer(place).and_then(Value::as_array);
    let found = found.unwrap_or_else(|| panic!("no {place}"));
    found.iter().map(|value| value.as_f64().unwrap()).collect()
}

/// Relative above 1, absolute below.
#[track_caller]
pub fn close(ours: f64, theirs: f64, tolerance: f64) {
    let scale = theirs.abs().max(1.0);
    assert!((ours - theirs).abs() <= tolerance * scale, "{ours} and R's {theirs}");
}

/// Answers a request of a bundled set.
pub fn answered(request: &Request) -> Result<Answer, Problem> {
    riskset_analysis::run(request, &Data::of(request)?)
}
