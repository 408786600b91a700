//! How far a reading is, for a bar.

use crate::shelf::Opened;
use serde_json::{Value, json};

/// Bytes read, of how many; 0 of 0 before a reading starts.
pub fn of(opened: &Opened) -> Value {
    json!({ "done": opened.progress.done(), "total": opened.progress.total() })
}
