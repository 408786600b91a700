//! What a remedy may name: the fields that the analysis takes which was asked.

use crate::Request;
use riskset::Voice;
use riskset_data::ReadOptions;
use std::cell::OnceCell;

/// The words of the request itself: fields as they stand in its file.
pub struct RequestWords;

impl Voice for RequestWords {
    fn field(&self, field: &str, value: Option<&str>) -> String {
        let reading = if ReadOptions::NAMES.contains(&field) { "reading." } else { "" };
        match value {
            Some(value) => format!("`{reading}{field}: {value}`"),
            None => format!("`{reading}{field}`"),
        }
    }

    fn analysis(&self, name: &str) -> String {
        format!("the analysis `{name}`")
    }
}

/// The fields of an analysis, by its name in a request; of a name that is none every field.
pub struct Fields {
    analysis: String,
    /// Found when they are first asked for: most answers have nothing to remedy.
    names: OnceCell<Option<Vec<String>>>,
}

impl Fields {
    pub fn of(analysis: &str) -> Fields {
        Fields { analysis: analysis.to_owned(), names: OnceCell::new() }
    }

    /// Whether the analysis takes a field, by itself or in one of its parts: what the reader is told
    /// stands in `reading`, and the rules of endpoints stand in `derive`.
    pub fn knows(&self, field: &str) -> bool {
        let Some(names) = self.names.get_or_init(|| Request::fields_of(&self.analysis)) else {
            return true;
        };
        let has = |name: &str| names.iter().any(|one| one == name);
        let rules: &[&str] = &["on_problem"];
        let parts = [("reading", &ReadOptions::NAMES[..]), ("derive", rules), ("rule", rules)];
        has(field) || parts.iter().any(|(part, fields)| has(part) && fields.contains(&field))
    }
}

/// A front end's words for one analysis: no remedy names a field that the analysis does not take.
pub struct VoiceOf<'a> {
    voice: &'a dyn Voice,
    fields: Fields,
}

impl VoiceOf<'_> {
    /// The words for an analysis, by its name in a request: `plot-km`.
    pub fn new<'a>(voice: &'a dyn Voice, analysis: &str) -> VoiceOf<'a> {
        VoiceOf { voice, fields: Fields::of(analysis) }
    }
}

impl Voice for VoiceOf<'_> {
    fn field(&self, field: &str, value: Option<&str>) -> String {
        self.voice.field(field, value)
    }

    fn knows(&self, field: &str) -> bool {
        self.fields.knows(field) && self.voice.knows(field)
    }

    fn analysis(&self, name: &str) -> String {
        self.voice.analysis(name)
    }

    fn call(&self, name: &str, arguments: &[&str], fields: &[(String, String)]) -> String {
        self.voice.call(name, arguments, fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_analysis_knows_its_fields_and_what_a_reader_is_told() {
        let of_figure = VoiceOf::new(&RequestWords, "plot-km");
        assert!(of_figure.knows("annotate") && of_figure.knows("na") && of_figure.knows("subset"));
        assert!(!of_figure.knows("firth"));
        assert!(VoiceOf::new(&RequestWords, "cox").knows("firth"));
        assert!(Fields::of("endpoint").knows("on_problem") && Fields::of("km").knows("on_problem"));
        assert!(Fields::of("").knows("firth"));
        assert!(!Fields::of("power-logrank").knows("na"));
        assert_eq!(of_figure.field("na", Some("9")), "`reading.na: 9`");
    }
}
