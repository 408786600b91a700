//! Commands under the names that they have in R, and lines that a shell has taken apart.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;

/// What R calls an analysis, and the command that answers it.
const WORDS: [(&str, &str); 13] = [
    ("survfit", "riskset km DATA \"Surv(time, event) ~ group\""),
    ("survdiff", "riskset logrank DATA \"Surv(time, event) ~ group\""),
    ("coxph", "riskset cox DATA \"Surv(time, event) ~ age\""),
    ("coxphf", "riskset cox DATA \"Surv(time, event) ~ age\" --firth"),
    ("cox.zph", "riskset cox DATA \"Surv(time, event) ~ age\" --zph km"),
    ("basehaz", "riskset cox DATA \"Surv(time, event) ~ age\" --baseline"),
    ("cuminc", "riskset cif DATA \"Surv(time, event) ~ group\" --cause A --censor B --gray"),
    ("crr", "riskset fine-gray DATA \"Surv(time, event) ~ age\" --cause A --censor B"),
    ("finegray", "riskset fine-gray DATA \"Surv(time, event) ~ age\" --cause A --censor B"),
    ("cch", "riskset case-cohort DATA \"Surv(time, event) ~ age\" --subcohort COLUMN"),
    ("ggsurvplot", "riskset plot km DATA \"Surv(time, event) ~ group\" --output figure.pdf"),
    ("survminer", "riskset plot km DATA \"Surv(time, event) ~ group\" --output figure.pdf"),
    ("rmst2", "riskset km DATA \"Surv(time, event) ~ group\" --rmst TAU"),
];

/// The command for a name of R, where a command line has one instead of a command.
pub fn of_r(error: &clap::Error) -> Option<String> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let (word, line) = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(name))?;
    Some(format!("{word} is a name of R; the command here is\n\n    {line}"))
}

/// A formula, in the quotes that every shell leaves alone.
const QUOTED: &str = "\"Surv(time, status == 2) ~ sex\"";

/// What a shell did to a formula that was not quoted, or not in its quotes.
pub fn of_shell(error: &clap::Error, args: &[OsString]) -> Option<String> {
    let taken_apart = [
        ErrorKind::UnknownArgument,
        ErrorKind::MissingRequiredArgument,
        ErrorKind::TooManyValues,
        ErrorKind::InvalidValue,
    ];
    if !taken_apart.contains(&error.kind()) {
        return None;
    }
    let args: Vec<String> = args.iter().skip(1).map(|arg| arg.to_string_lossy().into()).collect();
    let any = |found: fn(&str) -> bool| args.iter().any(|arg| found(arg));
    if any(|arg| arg.contains(['“', '”', '„', '‘', '’'])) {
        return Some(format!(
            "the quotes “ ” are those of a text processor, and no shell knows them; write straight \
             quotes: {QUOTED}"
        ));
    }
    // cmd.exe passes single quotes on, as letters of the first and the last piece.
    if any(|arg| arg.starts_with('\'')) {
        return Some(format!(
            "this shell takes single quotes for letters; write double quotes: {QUOTED}, with \\\" \
             for those within: \"rx == \\\"Lev\\\"\""
        ));
    }
    let open = |arg: &str| arg.matches('(').count() != arg.matches(')').count();
    if args.iter().any(|arg| open(arg)) || any(|arg| arg == "~") {
        return Some(format!(
            "the formula came in pieces: it is one argument, between quotes: {QUOTED}"
        ));
    }
    let operator = |arg: &String| ["==", "!=", "<", ">", "<=", ">=", "&", "|"].contains(&&arg[..]);
    if args.iter().any(operator) {
        return Some(
            "the condition came in pieces: it is one argument, between quotes: --subset \"age >= 60\""
                .to_owned(),
        );
    }
    // PowerShell takes @name for a list of its own, and passes nothing.
    let formula_is_missing = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(names)) => names.iter().any(|name| name == "<FORMULA>"),
        _ => false,
    };
    if formula_is_missing && args.iter().any(|arg| arg.contains('~') && arg.contains('(')) {
        return Some(format!(
            "the data are missing before the formula; PowerShell takes @lung for something of its \
             own, so write '@lung' {QUOTED}"
        ));
    }
    None
}
