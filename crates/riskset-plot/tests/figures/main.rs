//! The other kinds of figures: their scenes, and what the checks say about them.

#[path = "../support/mod.rs"]
mod support;

mod checks;
mod drawn;

use riskset_plot::{Figure, Finding, Profile};

fn plain() -> Profile {
    Profile::plain()
}

/// What a check says of a figure.
fn found(figure: &Figure, check: &str) -> Finding {
    let findings = figure.findings();
    let names: Vec<&str> = findings.iter().map(|finding| finding.check.as_str()).collect();
    let position = names.iter().position(|name| *name == check);
    findings[position.unwrap_or_else(|| panic!("no `{check}` among {names:?}"))].clone()
}
