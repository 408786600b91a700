//! How the page words what a request holds.

use riskset_analysis::Voice;

/// Settings by the names that the page shows, analyses by what they are called there.
pub struct Page;

impl Voice for Page {
    fn field(&self, field: &str, value: Option<&str>) -> String {
        let name = field.replace('_', " ");
        match value {
            Some(value) => format!("“{name}” as “{value}”"),
            None => format!("“{name}”"),
        }
    }

    fn analysis(&self, name: &str) -> String {
        match name {
            "cif" => "cumulative incidence (competing risks)".to_owned(),
            "cox" => "a Cox model".to_owned(),
            "km" => "survival curves".to_owned(),
            "logrank" => "the log-rank test".to_owned(),
            other => format!("the analysis “{other}”"),
        }
    }
}
