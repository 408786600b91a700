//! Reading a study file: messages that show the line and offer the nearest name.

use super::file::{StudyFile, Text};
use super::missing::{self, Missing};
use crate::Error;
use std::fmt::Display;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A study file with its text, so that a message can show the line it is about.
#[derive(Debug)]
pub struct Source {
    /// Where it was read.
    pub path: PathBuf,
    /// Its content.
    pub text: String,
}

impl Source {
    /// Reads the file's text.
    pub fn read(path: &Path) -> Result<Source, Error> {
        let bytes = crate::files::read_file(path)?;
        let text = String::from_utf8(bytes).map_err(|_| {
            Error::Study(format!(
                "{} is not UTF-8 text; save the study file as UTF-8",
                path.display()
            ))
        })?;
        Ok(Source { path: path.into(), text })
    }

    /// Parses the text.
    pub fn parse(&self) -> Result<StudyFile, Error> {
        super::init::unanswered(self)?;
        let file: StudyFile = toml::from_str(&self.text).map_err(|error| self.syntax(&error))?;
        if file.schema.get_ref() != "riskset.study/1" {
            return Err(self.refuse(
                &file.schema,
                "this program reads the schema \"riskset.study/1\"; write that, or use a program \
                 that reads yours",
            ));
        }
        // A path with a backslash before n or t is valid TOML, and names another file.
        let names = [Some(&file.data.file), file.units.as_ref().map(|units| &units.file)];
        for name in names.into_iter().flatten() {
            if name.get_ref().contains(char::is_control) {
                let line = riskset::line_at(&self.text, name.span().start);
                let help = riskset::toml_help(line).unwrap_or("name a file");
                let message = format!("the name of the file holds control characters; {help}");
                return Err(self.refuse(name, message));
            }
        }
        Ok(file)
    }

    /// A refusal about a text of the file.
    pub fn refuse(&self, text: &Text, message: impl Display) -> Error {
        self.refuse_at(text.span(), message)
    }

    /// A refusal about a place of the file.
    pub fn refuse_at(&self, span: Range<usize>, message: impl Display) -> Error {
        Error::Study(self.located(span, &message.to_string()))
    }

    /// A refusal about a name that is none of those allowed; the nearest is offered.
    pub fn unknown(&self, text: &Text, what: &str, known: &[&str]) -> Error {
        let name = text.get_ref();
        self.refuse(text, format!("{what} {name:?} is unknown; {}", offer(name, known)))
    }

    /// Where a text stands, for a message about another place: `line 3: name = "a"`.
    pub fn line_of(&self, text: &Text) -> String {
        let start = text.span().start.min(self.text.len());
        let number = self.text[..start].matches('\n').count();
        let line = self.text.lines().nth(number).unwrap_or("");
        format!("line {}: {}", number + 1, line.trim())
    }

    fn syntax(&self, error: &toml::de::Error) -> Error {
        let missing = missing::all(&self.text);
        if missing.len() > 1 {
            let one = |missing: &Missing| match missing.line {
                Some(line) => format!("  line {line}, {}: {}", missing.table, missing.key),
                None => format!("  at the top of the file: {}", missing.key),
            };
            let list: Vec<String> = missing.iter().map(one).collect();
            let (path, count) = (self.path.display(), missing.len());
            return Error::Study(format!(
                "{path}: {count} keys are missing; add them:\n{}",
                list.join("\n")
            ));
        }
        let message = match unknown_field(error.message()) {
            Some((key, known)) => format!("the key {key:?} is unknown; {}", offer(key, &known)),
            None => error.message().trim().to_owned(),
        };
        let line = error.span().map(|span| riskset::line_at(&self.text, span.start));
        let message = match line.and_then(riskset::toml_help) {
            Some(help) => format!("{message}; {help}"),
            None => message,
        };
        match error.span() {
            Some(span) => self.refuse_at(span, message),
            None => Error::Study(format!("{}: {message}", self.path.display())),
        }
    }

    fn located(&self, span: Range<usize>, message: &str) -> String {
        let before = &self.text[..span.start.min(self.text.len())];
        let number = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |position| position + 1);
        let line = self.text[start..].lines().next().unwrap_or("");
        let column = before[start..].chars().count();
        let first_line = self.text[span.clone()].lines().next().unwrap_or("");
        let carets = "^".repeat(first_line.chars().count().max(1));
        let margin = " ".repeat(number.to_string().len());
        format!(
            "{}, line {number}: {message}\n{number} | {line}\n{margin} | {}{carets}",
            self.path.display(),
            " ".repeat(column)
        )
    }
}

/// The key and the keys allowed, out of serde's message about an unknown field.
fn unknown_field(message: &str) -> Option<(&str, Vec<&str>)> {
    let rest = message.strip_prefix("unknown field `")?;
    let (key, rest) = rest.split_once('`')?;
    Some((key, rest.split('`').skip(1).step_by(2).collect()))
}

/// "the nearest is ..., allowed are ...".
pub fn offer(name: &str, known: &[&str]) -> String {
    let nearest = riskset_data::nearest(name, known.iter().copied());
    let list = known.join(", ");
    match nearest {
        Some(candidate) => format!("the nearest is {candidate:?} (known: {list})"),
        None if known.is_empty() => "none is defined".to_owned(),
        None => format!("known: {list}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        let source = Source { path: "study.toml".into(), text: text.to_owned() };
        source.parse().unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_key_is_shown_with_the_nearest() {
        let text = "schema = \"riskset.study/1\"\n[study]\ntitle = \"t\"\nconf_typ = \"log\"\n";
        let message = message(text);
        assert!(
            message.starts_with(
                "study.toml, line 4: the key \"conf_typ\" is unknown; the nearest is \"conf_type\""
            ),
            "{message}"
        );
        assert!(message.contains("\n4 | conf_typ = \"log\"\n  | ^^^^^^^^"), "{message}");
    }

    #[test]
    fn a_missing_interval_type_is_asked_for() {
        let message = message(
            "schema = \"riskset.study/1\"\n[study]\ntitle = \"t\"\n[data]\nfile=\"a.csv\"\nid=\"a\"\n",
        );
        assert!(message.contains("missing field `conf_type`"), "{message}");
    }

    #[test]
    fn another_schema_is_refused() {
        let text = "schema = \"riskset.study/9\"\n[study]\ntitle=\"t\"\nconf_type=\"log\"\n[data]\nfile=\"a.csv\"\nid=\"a\"\n";
        assert!(message(text).contains("line 1: this program reads the schema"));
    }

    #[test]
    fn text_that_is_not_toml_is_refused_at_its_line() {
        assert!(
            message("schema = \"riskset.study/1\"\n[study\n").starts_with("study.toml, line 2: ")
        );
    }
}
