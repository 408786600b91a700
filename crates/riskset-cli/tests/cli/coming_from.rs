//! The tables of counterparts: no exported function of the R packages is left out, and every command
//! in a table runs.

use crate::support::{riskset_in, words};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const PAGES: [&str; 2] = ["coming-from/r.md", "coming-from/sas-spss-stata-prism.md"];

fn guide() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide")
}

/// The texts between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_exported_function_has_a_row() {
    let page = fs::read_to_string(guide().join("coming-from/r.md")).unwrap();
    let exports = fs::read_to_string(guide().join("coming-from/exports.txt")).unwrap();
    for package in ["survival", "survminer", "cmprsk"] {
        let section = page.split(&format!("\n## {package}\n")).nth(1).expect("a section");
        let section = section.split("\n## ").next().unwrap();
        let rows: BTreeSet<&str> = section
            .lines()
            .filter_map(|line| quoted(line.strip_prefix("| `").map(|_| line)?).next())
            .collect();
        let exported: BTreeSet<&str> = exports
            .lines()
            .filter_map(|line| {
                let mut words = line.split(' ');
                (words.next() == Some(package)).then(|| words.nth(1).unwrap())
            })
            .collect();
        assert!(exported.len() > 8, "{package}: {exported:?}");
        let missing: Vec<_> = exported.difference(&rows).collect();
        assert!(missing.is_empty(), "{package}: no row for {missing:?}");
        // A name that the package does not export is one of its generics: `summary(survfit)`.
        let more: Vec<_> = rows.difference(&exported).filter(|name| !name.contains('(')).collect();
        assert!(more.is_empty(), "{package}: {more:?} are not exported");
        // A row says what there is, or that there is nothing.
        for line in section.lines().filter(|line| line.starts_with("| `")) {
            assert!(
                line.contains("riskset")
                    || line.contains("*not here*")
                    || line.contains("| `Surv(time"),
                "{line}"
            );
        }
    }
}

#[test]
fn every_command_of_the_tables_runs() {
    let folder = tempfile::tempdir().unwrap();
    let mut ran = BTreeSet::new();
    for page in PAGES {
        let text = fs::read_to_string(guide().join(page)).unwrap();
        for line in text.lines().filter(|line| line.starts_with("| ")) {
            for command in quoted(line).filter(|text| text.starts_with("riskset ")) {
                let args = words(command.trim_start_matches("riskset "));
                // A command that is named without data is a pointer, not an example.
                if args.len() < 3 || !ran.insert(command.to_owned()) {
                    continue;
                }
                let args: Vec<&str> = args.iter().map(String::as_str).collect();
                let answer = riskset_in(folder.path(), &args, "");
                assert_eq!(answer.status, 0, "{page}: {command}: {}", answer.err);
            }
        }
    }
    assert!(ran.len() >= 70, "{}", ran.len());
}
