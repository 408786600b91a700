//! How a study file words what a request holds.

use riskset_analysis::Voice;

/// Keys of the file, analyses as its sections.
pub struct StudyWords;

impl Voice for StudyWords {
    fn field(&self, field: &str, value: Option<&str>) -> String {
        match value {
            None => format!("`{field}`"),
            Some(value) if value.parse::<f64>().is_ok() || value == "true" => {
                format!("`{field} = {value}`")
            }
            Some(value) => format!("`{field} = {value:?}`"),
        }
    }

    fn analysis(&self, name: &str) -> String {
        format!("`riskset {name}`")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_keys() {
        assert_eq!(StudyWords.field("method", Some("glmm")), "`method = \"glmm\"`");
        assert_eq!(StudyWords.field("conf_level", Some("0.9")), "`conf_level = 0.9`");
        assert_eq!(StudyWords.field("landmark", None), "`landmark`");
    }
}
