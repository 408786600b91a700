//! Every example in a help page works, and so does every command of the README.

use crate::support::{Answer, riskset, riskset_in, words};
use std::fs;
use std::path::Path;

const COMMANDS: &[&[&str]] = &[
    &["km"],
    &["logrank"],
    &["compare"],
    &["adjust"],
    &["cutpoint"],
    &["elastic-net"],
    &["tipping"],
    &["split"],
    &["cox"],
    &["factors"],
    &["performance"],
    &["risk-groups"],
    &["clogit"],
    &["case-cohort"],
    &["predict"],
    &["cif"],
    &["fine-gray"],
    &["npv"],
    &["power"],
    &["power", "npv"],
    &["power", "logrank"],
    &["meta", "proportion"],
    &["endpoint"],
    &["look"],
    &["table"],
    &["table", "one"],
    &["table", "survival"],
    &["table", "factors"],
    &["table", "cif"],
    &["study"],
    &["plot"],
    &["plot", "km"],
    &["plot", "cif"],
    &["plot", "forest"],
    &["plot", "factors"],
    &["plot", "performance"],
    &["plot", "risk-groups"],
    &["plot", "nomogram"],
    &["plot", "cumhaz"],
    &["plot", "loglog"],
    &["plot", "love"],
    &["plot", "overlap"],
    &["plot", "schoenfeld"],
    &["plot", "residuals"],
    &["plot", "difference"],
    &["plot", "subgroups"],
    &["plot", "npv"],
    &["plot", "swimmer"],
    &["plot", "explain"],
    &["extract"],
    &["lint"],
    &["datasets"],
    &["exercise"],
    &["datasets", "list"],
    &["datasets", "show"],
    &["datasets", "export"],
    &["licences"],
    &[],
];

/// The commands that a text shows after an indent: `  riskset ...`, continued after a backslash.
fn examples(text: &str) -> Vec<Vec<String>> {
    let joined = text.replace("\\\n", " ");
    let lines = joined
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.trim_start().strip_prefix("riskset "));
    lines.map(words).collect()
}

/// A folder that holds the repository's data, as far as examples name them.
fn workplace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let datasets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets");
    copy(&datasets, &folder.path().join("datasets"));
    fs::create_dir_all(folder.path().join("docs/figures")).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &target),
            false => drop(fs::copy(&path, &target).unwrap()),
        }
    }
}

fn run_all(examples: &[Vec<String>], folder: &Path) {
    for example in examples {
        let args: Vec<&str> = example.iter().map(String::as_str).collect();
        let Answer { status, out, err } = riskset_in(folder, &args, "");
        assert_eq!(status, 0, "{args:?}\n{out}{err}");
    }
}

#[test]
fn every_help_page_ends_with_an_example_that_works() {
    let folder = workplace();
    // The figure that the examples of `extract` and `lint` read.
    let figure = ["plot", "km", "@colon", "Surv(time, status) ~ rx", "--subset", "etype == 2"];
    let mut args = figure.to_vec();
    args.extend(["--output", "colon.pdf"]);
    assert_eq!(riskset_in(folder.path(), &args, "").status, 0);
    for command in COMMANDS {
        let mut args = command.to_vec();
        args.push("--help");
        let help = riskset(&args).out;
        let shown = examples(&help);
        let parent = matches!(command, ["datasets", _]);
        assert!(parent || !shown.is_empty(), "{command:?} shows no example:\n{help}");
        run_all(&shown, folder.path());
    }
}

/// The README's commands, in its order, in a folder with the repository's data.
#[test]
fn every_command_of_the_readme_works() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = fs::read_to_string(readme).unwrap();
    let shown = examples(&text);
    assert!(shown.len() >= 5, "the README shows only {} commands", shown.len());
    run_all(&shown, workplace().path());
}

/// What the README prints below a command is what the command prints.
#[test]
fn the_readme_shows_what_the_command_prints() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = fs::read_to_string(readme).unwrap();
    let command = "    riskset km @lung \"Surv(time, status == 2) ~ sex\"\n\n";
    let after = text.split(command).nth(1).expect("the README shows the curves of @lung");
    let block = after.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let printed = riskset(&["km", "@lung", "Surv(time, status == 2) ~ sex"]).out;
    assert_eq!(block, printed);
}
