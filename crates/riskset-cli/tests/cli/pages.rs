//! What the pages of the guide print below a command is what the command prints.

use crate::support::{riskset_in, words};
use std::fs;
use std::path::{Path, PathBuf};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

/// A page's commands, each with the block of text that follows it at once, if one does.
fn commands(page: &str) -> Vec<(Vec<String>, Option<String>)> {
    let text = fs::read_to_string(docs().join(page)).unwrap();
    let mut found = Vec::new();
    for (start, _) in text.match_indices("\n    riskset ") {
        let rest = &text[start + 1..];
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let block = after
            .strip_prefix("\n```text\n")
            .map(|block| block.split("```").next().expect("a split has a first part").to_string());
        found.push((words(line.trim().trim_start_matches("riskset ")), block));
    }
    found
}

/// Runs the commands of a page in their order, and compares what stands below them. A block that
/// ends in `...` holds only the first lines; one that begins later is part of the answer.
fn check(page: &str, folder: &Path) -> usize {
    let mut compared = 0;
    for (command, block) in commands(page) {
        let Some(block) = block else { continue };
        let args: Vec<&str> = command.iter().map(String::as_str).collect();
        let answer = riskset_in(folder, &args, "");
        assert_eq!(answer.status, 0, "{page}: {args:?}: {}", answer.err);
        let shown = block.strip_suffix("...\n").unwrap_or(&block);
        assert!(answer.out.contains(shown), "{page}: {args:?} prints\n{}", answer.out);
        compared += 1;
    }
    compared
}

#[test]
fn the_page_of_commands_shows_what_they_print() {
    let folder = tempfile::tempdir().unwrap();
    // The figure that `extract` and `lint` read is drawn by the page's own command.
    let (plot, _) = commands("guide/commands.md")
        .into_iter()
        .find(|(command, _)| command[0] == "plot")
        .expect("the page draws a figure");
    let args: Vec<&str> = plot.iter().map(String::as_str).collect();
    assert_eq!(riskset_in(folder.path(), &args, "").status, 0);
    assert_eq!(check("guide/commands.md", folder.path()), 12);
}

/// The eight patients of the page are in the page.
#[test]
fn two_groups_by_hand_are_what_the_program_prints() {
    let page = "teaching/comparing-two-groups.md";
    let text = fs::read_to_string(docs().join(page)).unwrap();
    let rows = text.split("`eight.csv`:\n\n").nth(1).expect("the page holds the table");
    let rows = rows.split("\n\n").next().expect("a split has a first part");
    let table: String = rows.lines().map(|line| format!("{}\n", line.trim())).collect();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("eight.csv"), table).unwrap();
    assert_eq!(check(page, folder.path()), 2);
}

/// Every figure of the gallery has a command that draws it.
#[test]
fn the_commands_of_the_gallery_draw() {
    let folder = tempfile::tempdir().unwrap();
    let plots: Vec<_> =
        commands("gallery.md").into_iter().filter(|(command, _)| command[0] == "plot").collect();
    assert!(plots.len() >= 20);
    for (command, _) in plots {
        let args: Vec<&str> = command.iter().map(String::as_str).collect();
        let answer = riskset_in(folder.path(), &args, "");
        assert_eq!(answer.status, 0, "{args:?}: {}", answer.err);
        let file = args.last().expect("a command has words");
        let title = "<title";
        assert!(fs::read_to_string(folder.path().join(file)).unwrap().contains(title), "{file}");
    }
}
