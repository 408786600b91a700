//! How the command line words what to do next.

use riskset::Voice;

/// Options with dashes, analyses as commands.
#[derive(Clone, Copy, Debug)]
pub struct CommandLine;

impl Voice for CommandLine {
    fn field(&self, field: &str, value: Option<&str>) -> String {
        let option = format!("--{}", field.replace('_', "-"));
        match value {
            Some(value) => format!("{option} {value}"),
            None => option,
        }
    }

    fn analysis(&self, name: &str) -> String {
        format!("riskset {name}")
    }
}
