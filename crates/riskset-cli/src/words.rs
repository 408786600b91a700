//! Commands under the names that they have in R.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// What R calls an analysis, and the command that answers it.
const WORDS: [(&str, &str); 12] = [
    ("survfit", "riskset km DATA \"Surv(time, event) ~ group\""),
    ("survdiff", "riskset logrank DATA \"Surv(time, event) ~ group\""),
    ("coxph", "riskset cox DATA \"Surv(time, event) ~ age\""),
    ("coxphf", "riskset cox DATA \"Surv(time, event) ~ age\" --firth"),
    ("cox.zph", "riskset cox DATA \"Surv(time, event) ~ age\" --zph km"),
    ("basehaz", "riskset cox DATA \"Surv(time, event) ~ age\" --baseline"),
    ("cuminc", "riskset cif DATA \"Surv(time, event) ~ group\" --cause A --censor B --gray"),
    ("crr", "riskset fine-gray DATA \"Surv(time, event) ~ age\" --cause A --censor B"),
    ("finegray", "riskset fine-gray DATA \"Surv(time, event) ~ age\" --cause A --censor B"),
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
