//! How the command line words what a request holds.

use crate::args::options_of;
use riskset_analysis::{Problem, RequestWords, Voice};
use std::cell::{Cell, RefCell};

thread_local! {
    /// The request that is answered, by its name; empty until it is known. A process answers one, and
    /// refusals are made far from its arguments.
    static REQUEST: RefCell<String> = const { RefCell::new(String::new()) };
    /// Whether the request was read from a file.
    static FROM_FILE: Cell<bool> = const { Cell::new(false) };
}

/// From now on remedies name the options of the command that makes this request, `plot km` of `plot-km`;
/// every option for a name that is none, as of `lint` and `exercise`, whose advice is about other
/// commands.
pub fn speak_for(request: &str) {
    REQUEST.replace(request.to_owned());
}

/// From now on a request of this name is answered that stood in a file: its answer is that of the
/// command, byte for byte, and its refusals name the fields of the file.
pub fn speak_for_file(request: &str) {
    speak_for(request);
    FROM_FILE.set(true);
}

/// A refusal in the words of what was typed.
pub fn refusal(problem: &Problem) -> String {
    match FROM_FILE.get() {
        true => problem.words(&RequestWords),
        false => problem.words(&CommandLine),
    }
}

/// Options with dashes, analyses as commands.
pub struct CommandLine;

impl Voice for CommandLine {
    fn field(&self, field: &str, value: Option<&str>) -> String {
        let option = option(field);
        match value {
            // A switch is on when it is there.
            None | Some("true" | "flag") => option,
            Some(value) => format!("{option} {}", quoted(value)),
        }
    }

    fn knows(&self, field: &str) -> bool {
        match REQUEST.with_borrow(|request| options_of(request)) {
            Some(options) => options.iter().any(|one| *one == option(field)[2..]),
            None => true,
        }
    }

    fn analysis(&self, name: &str) -> String {
        format!("`riskset {name}`")
    }

    fn call(&self, name: &str, arguments: &[&str], fields: &[(String, String)]) -> String {
        let mut words = vec!["riskset".to_owned(), name.to_owned()];
        words.extend(arguments.iter().map(|argument| quoted(argument)));
        let option =
            |(field, value): &(String, String)| format!("{} {}", option(field), quoted(value));
        words.extend(fields.iter().map(option));
        words.join(" ")
    }
}

/// `--conf-type` of `conf_type`.
fn option(field: &str) -> String {
    match field {
        // One of its two values is the default, so that the other is a switch.
        "on_problem" => "--flag".to_owned(),
        _ => format!("--{}", field.replace('_', "-")),
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
    fn a_command_names_what_it_takes() {
        assert!(CommandLine.knows("conf_type") && CommandLine.knows("firth"));
        speak_for("plot-km");
        assert!(CommandLine.knows("conf_type") && !CommandLine.knows("firth"));
        assert!(CommandLine.knows("match"), "an option of all commands");
        speak_for("cox");
        assert!(CommandLine.knows("firth"));
        speak_for("lint");
        assert!(CommandLine.knows("width"));
    }

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
