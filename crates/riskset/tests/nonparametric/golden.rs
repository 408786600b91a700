//! Reads what the R scripts in `tests/golden/` wrote, and compares columns with it.

use riskset::{CountingProcess, Groups, Observations, RightCensored};
use serde_json::Value;

/// Closed formulas: the same operations in another order. Relative.
pub const CLOSED_FORM: f64 = 1e-12;
/// What remains of a 0 that is a sum of numbers of size 1.
pub const ZERO: f64 = 1e-14;

/// One file of `tests/golden/`.
pub struct Golden(pub Value);

impl Golden {
    pub fn read(name: &str) -> Golden {
        let path = format!("{}/tests/golden/{name}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
        Golden(serde_json::from_str(&text).unwrap())
    }

    /// A column of the data.
    pub fn data(&self, column: &str) -> Option<Vec<f64>> {
        let column = self.0["data"].get(column)?;
        Some(numbers(column).into_iter().map(|number| number.unwrap()).collect())
    }

    pub fn response(&self) -> Observations {
        let time = self.data("time").unwrap();
        let event: Vec<bool> =
            self.data("event").unwrap().into_iter().map(|event| event == 1.0).collect();
        let rows = match self.data("start") {
            Some(start) => CountingProcess::new(&start, &time, &event).unwrap().into_observations(),
            None => RightCensored::new(&time, &event).unwrap().into_observations(),
        };
        match self.data("weight") {
            Some(weights) => rows.with_weights(&weights).unwrap(),
            None => rows,
        }
    }

    pub fn groups(&self, column: &str) -> Groups {
        let index: Vec<u32> =
            self.data(column).unwrap().into_iter().map(|group| group as u32).collect();
        let count = *index.iter().max().unwrap() as usize + 1;
        Groups::new(index, count).unwrap()
    }
}

/// A JSON array of numbers; `null` is what does not exist.
pub fn numbers(column: &Value) -> Vec<Option<f64>> {
    let column = column.as_array().unwrap_or_else(|| panic!("not an array: {column}"));
    column.iter().map(Value::as_f64).collect()
}

/// Compares whole columns: what does not exist must be missing on both sides.
#[track_caller]
pub fn assert_close(what: &str, found: &[Option<f64>], expected: &[Option<f64>]) {
    assert_eq!(found.len(), expected.len(), "{what}: length");
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let close = match (found, expected) {
            (Some(a), Some(b)) => (a - b).abs() <= (CLOSED_FORM * b.abs()).max(ZERO),
            (None, None) => true,
            _ => false,
        };
        assert!(close, "{what}[{i}]: found {found:?}, expected {expected:?}");
    }
}

/// A column without gaps, as one that could have some.
pub fn all(column: &[f64]) -> Vec<Option<f64>> {
    column.iter().copied().map(Some).collect()
}
