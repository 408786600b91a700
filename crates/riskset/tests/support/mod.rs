//! What the golden tests share: the reference program's answers, and what "agrees" means.
#![allow(dead_code)] // each test binary uses its own part

use serde_json::Value;
use std::path::PathBuf;

/// Closed forms differ by rounding alone: relative, and absolute below 1.
pub const CLOSED_FORM: f64 = 1e-12;

/// Iterated answers, with the reference program's convergence tightened in its script.
pub const ITERATED: f64 = 1e-9;

/// One file of `tests/golden/`: data and answers by name.
pub struct Golden(Value);

/// Reads `tests/golden/NAME.json`.
pub fn golden(name: &str) -> Golden {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let path = folder.join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Golden(serde_json::from_str(&text).unwrap())
}

impl Golden {
    /// What stands at a key; `a.b.0` descends.
    pub fn at(&self, key: &str) -> Golden {
        let path = format!("/{}", key.replace('.', "/"));
        Golden(self.0.pointer(&path).unwrap_or_else(|| panic!("no {key}")).clone())
    }

    /// The entries of an array.
    pub fn entries(&self) -> Vec<Golden> {
        self.0.as_array().expect("an array").iter().cloned().map(Golden).collect()
    }

    /// The text at a key.
    pub fn text(&self, key: &str) -> String {
        self.at(key).0.as_str().unwrap_or_else(|| panic!("{key} is not text")).to_string()
    }

    /// The number at a key, `None` for null.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.at(key).0.as_f64()
    }

    /// A column of numbers.
    pub fn numbers(&self, key: &str) -> Vec<f64> {
        let number = |value: &Value| value.as_f64().unwrap_or_else(|| panic!("{key}: {value}"));
        self.array(key).iter().map(number).collect()
    }

    /// A column of numbers, `None` for null.
    pub fn optional(&self, key: &str) -> Vec<Option<f64>> {
        self.array(key).iter().map(Value::as_f64).collect()
    }

    /// A column of whole numbers.
    pub fn codes(&self, key: &str) -> Vec<u32> {
        self.numbers(key).iter().map(|&value| value as u32).collect()
    }

    /// Whether there is such a key at the top.
    pub fn has(&self, key: &str) -> bool {
        self.0.get(key).is_some()
    }

    /// Whether the key holds null.
    pub fn is_null(&self, key: &str) -> bool {
        self.at(key).0.is_null()
    }

    /// An array of columns (or rows) of numbers.
    pub fn matrix(&self, key: &str) -> Vec<Vec<f64>> {
        let rows = 0..self.array(key).len();
        rows.map(|row| self.numbers(&format!("{key}.{row}"))).collect()
    }

    /// A column of yes and no.
    pub fn flags(&self, key: &str) -> Vec<bool> {
        self.array(key)
            .iter()
            .map(|value| value.as_bool().unwrap_or_else(|| value.as_f64() == Some(1.0)))
            .collect()
    }

    fn array(&self, key: &str) -> Vec<Value> {
        self.at(key).0.as_array().unwrap_or_else(|| panic!("{key} is not an array")).clone()
    }
}

/// Whole columns agree: |found - expected| <= tolerance * max(1, |expected|), signed, in order.
#[track_caller]
pub fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "lengths");
    for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
        let allowed = tolerance * expected.abs().max(1.0);
        assert!((found - expected).abs() <= allowed, "entry {row}: {found}, expected {expected}");
    }
}

/// Two optional numbers agree: both exist and are close, or neither does.
#[track_caller]
pub fn assert_same(found: Option<f64>, expected: Option<f64>, tolerance: f64) {
    match (found, expected) {
        (Some(found), Some(expected)) => assert_close(&[found], &[expected], tolerance),
        _ => assert_eq!(found, expected),
    }
}
