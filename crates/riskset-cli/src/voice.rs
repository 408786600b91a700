//! How the command line words what a request holds.

use riskset_analysis::Voice;

/// Options with dashes, analyses as commands.
pub struct CommandLine;

impl Voice for CommandLine {
    fn field(&self, field: &str, value: Option<&str>) -> String {
        let option = format!("--{}", field.replace('_', "-"));
        match value {
            // A switch is on when it is there.
            None | Some("true") => option,
            Some(value) => format!("{option} {}", quoted(value)),
        }
    }

    fn analysis(&self, name: &str) -> String {
        format!("`riskset {name}`")
    }

    fn call(&self, name: &str, arguments: &[&str], fields: &[(String, String)]) -> String {
        let mut words = vec!["riskset".to_owned(), name.to_owned()];
        words.extend(arguments.iter().map(|argument| quoted(argument)));
        words.extend(fields.iter().map(|(field, value)| self.field(field, Some(value))));
        words.join(" ")
    }
}

/// A word as a shell takes it.
fn quoted(value: &str) -> String {
    let plain = |sign: char| sign.is_alphanumeric() || "-_.,:/%+@".contains(sign);
    match !value.is_empty() && value.chars().all(plain) {
        true => value.to_owned(),
        // Within double quotes a shell obeys these.
        false if !value.contains(['"', '`', '$', '\\', '!']) => format!("\"{value}\""),
        false => format!("'{}'", value.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_options() {
        assert_eq!(CommandLine.field("conf_type", Some("log-log")), "--conf-type log-log");
        assert_eq!(CommandLine.field("robust", None), "--robust");
        assert_eq!(CommandLine.field("firth", Some("true")), "--firth");
        assert_eq!(CommandLine.field("na", Some("not known")), "--na \"not known\"");
        assert_eq!(CommandLine.field("subset", Some("a == \"b\"")), "--subset 'a == \"b\"'");
        assert_eq!(CommandLine.analysis("cif"), "`riskset cif`");
        let fields = [("sheet".to_owned(), "Data 2".to_owned())];
        assert_eq!(
            CommandLine.call("km", &["a.xlsx", "Surv(`t (m)`, dead) ~ 1"], &fields),
            "riskset km a.xlsx 'Surv(`t (m)`, dead) ~ 1' --sheet \"Data 2\""
        );
    }
}
