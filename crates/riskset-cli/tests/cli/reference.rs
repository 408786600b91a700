//! The reference of the commands in `docs/reference/commands.md` is what `--help` says.
//!
//! After an intended change run with `RISKSET_BLESS=1`, and read what moved.

use crate::support::riskset;
use std::fs;
use std::path::Path;

#[test]
fn the_reference_of_commands_is_what_help_says() {
    let mut page = String::from(
        "# Reference of commands\n\nWhat `--help` says of every command, written by the test that \
         compares it. [Commands](../guide/commands.md) has the options used most, with examples and \
         what they print.\n",
    );
    add(&[], &mut page);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/commands.md");
    if std::env::var_os("RISKSET_BLESS").is_some() {
        fs::write(&file, &page).unwrap();
    }
    let stored = fs::read_to_string(&file).unwrap_or_default();
    assert!(stored == page, "docs/reference/commands.md is not what --help says");
    assert!(page.matches("\n## ").count() > 40, "{page}");
}

/// The help of a command, and of the commands below it.
fn add(command: &[&str], page: &mut String) {
    let help = riskset(&[command, &["--help"]].concat());
    assert_eq!(help.status, 0, "{command:?}: {}", help.err);
    let name = [&["riskset"], command].concat().join(" ");
    let lines: Vec<&str> = help.out.trim_end().lines().map(str::trim_end).collect();
    page.push_str(&format!("\n## {name}\n\n```text\n{}\n```\n", lines.join("\n")));
    let below = lines.iter().skip_while(|line| **line != "Commands:").skip(1);
    for line in below.take_while(|line| !line.is_empty()) {
        let indented = line.strip_prefix("  ").filter(|line| !line.starts_with(' '));
        let Some(next) = indented.and_then(|line| line.split_whitespace().next()) else { continue };
        if next != "help" {
            add(&[command, &[next]].concat(), page);
        }
    }
}
