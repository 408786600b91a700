//! How a remedy is worded for somebody who types commands.

use riskset::Voice;

/// The words of the command line.
pub struct Typed;

impl Voice for Typed {
    fn field(&self, field: &str, value: Option<&str>) -> String {
        let option = format!("--{}", field.replace('_', "-"));
        match value {
            None => option,
            Some(value) if is_plain(value) => format!("{option} {value}"),
            Some(value) => format!("{option} \"{}\"", value.replace('"', "\\\"")),
        }
    }

    fn analysis(&self, name: &str) -> String {
        format!("riskset {name}")
    }
}

/// Whether no shell takes the word apart.
fn is_plain(value: &str) -> bool {
    !value.is_empty()
        && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | ','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_written_as_it_is_typed() {
        assert_eq!(Typed.field("conf_type", Some("log-log")), "--conf-type log-log");
        assert_eq!(Typed.field("na", Some("n/a,[x]")), "--na \"n/a,[x]\"");
        assert_eq!(Typed.field("landmark", None), "--landmark");
    }
}
