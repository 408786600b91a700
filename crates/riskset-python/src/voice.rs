//! How Python words what a request holds.

use riskset_analysis::Voice;

/// Fields as keyword arguments, analyses as functions.
pub struct Python;

impl Voice for Python {
    fn field(&self, field: &str, value: Option<&str>) -> String {
        match value {
            None => format!("{field}=..."),
            Some("true") => format!("{field}=True"),
            Some("false") => format!("{field}=False"),
            Some(value) if value.parse::<f64>().is_ok() => format!("{field}={value}"),
            Some(value) => format!("{field}={value:?}"),
        }
    }

    fn analysis(&self, name: &str) -> String {
        format!("riskset.{}()", name.replace('-', "_"))
    }
}
