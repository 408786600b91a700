//! The teaching pages: every command runs on the data of its page, every block and figure below a
//! command is what the command gives, every number in the words comes from a block.
//!
//! With `RISKSET_BLESS=1` the blocks and figures are written anew; read what moved.

use crate::support::{riskset_in, words};
use crate::workbook::{self, Cell};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The pages, with the least number of blocks that each must compare.
const PAGES: [(&str, usize); 15] = [
    ("teaching/censoring.md", 3),
    ("teaching/kaplan-meier-by-hand.md", 1),
    ("teaching/comparing-two-groups.md", 4),
    ("teaching/logrank-by-hand.md", 3),
    ("teaching/cox-by-hand.md", 3),
    ("teaching/competing-risks.md", 3),
    ("teaching/immortal-time.md", 4),
    ("teaching/crossing-hazards.md", 4),
    ("teaching/small-samples.md", 5),
    ("teaching/lesions.md", 3),
    ("teaching/prognostic-comparison.md", 4),
    ("teaching/exercises.md", 2),
    ("guide/from-excel.md", 2),
    ("guide/prognosis.md", 7),
    ("guide/simulate.md", 2),
];

/// A page whose blocks another test compares, with the numbers in its words that are no results: options,
/// levels and units.
const OPTIONS: (&str, [&str; 6]) =
    ("guide/commands.md", ["0.0001", "0.05", "0.1", "0.2", "0.9", "30.4375"]);

/// Pages from before the numbers in the words were looked up; their arithmetic is by hand.
const BY_HAND: [&str; 2] = ["teaching/kaplan-meier-by-hand.md", "teaching/comparing-two-groups.md"];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn blesses() -> bool {
    std::env::var_os("RISKSET_BLESS").is_some()
}

/// The tables that a page holds: an indented block after a line that ends in `` `NAME.csv`: ``, or a fenced
/// block after one that ends in `` `NAME.toml`: ``.
fn write_files(text: &str, folder: &Path) {
    for (end, _) in text.match_indices("`:\n\n```toml\n") {
        let name = text[..end].rsplit('`').next().unwrap();
        let block = &text[end + "`:\n\n```toml\n".len()..];
        fs::write(folder.join(name), block.split("```").next().unwrap()).unwrap();
    }
    for (end, _) in text.match_indices("`:\n\n    ") {
        let name = text[..end].rsplit('`').next().unwrap();
        let rows = text[end + 4..].lines().take_while(|line| line.starts_with("    "));
        if name.ends_with(".xlsx") {
            let rows: Vec<Vec<Cell>> = rows.map(|row| row.split(',').map(cell).collect()).collect();
            workbook::write(&folder.join(name), &rows);
            continue;
        }
        if !name.ends_with(".csv") && !name.ends_with(".toml") {
            continue;
        }
        let table: String = rows.map(|line| format!("{}\n", line.trim())).collect();
        fs::write(folder.join(name), table).unwrap();
    }
}

/// A cell as one types it: a number, or a text.
fn cell(text: &str) -> Cell<'_> {
    text.trim().parse().map_or(Cell::Text(text.trim()), Cell::Number)
}

/// Where a page's commands begin; a command within a block is part of an answer.
fn commands(text: &str) -> Vec<usize> {
    let starts = text.match_indices("\n    riskset ").map(|(start, _)| start + 1);
    starts.filter(|&start| text[..start].matches("\n```").count().is_multiple_of(2)).collect()
}

/// The block of text right below a command: where it is, and what it holds.
fn block(text: &str, command: usize) -> Option<(usize, &str)> {
    let after = command + text[command..].find('\n')? + 1;
    let start = after + text[after..].strip_prefix("\n```text\n").map(|_| "\n```text\n".len())?;
    let end = text[start..].find("```")?;
    Some((start, &text[start..start + end]))
}

/// What a block is to hold: all of the answer, its first lines where the block ends in `...`, or
/// from the line on that the block begins with where it begins with `...`.
fn cut(block: &str, answer: &str) -> String {
    if let Some(rest) = block.strip_prefix("...\n") {
        let first = rest.lines().next().expect("a block goes on after its dots");
        let start = answer.find(first).unwrap_or_else(|| panic!("no `{first}` in\n{answer}"));
        return format!("...\n{}", &answer[start..]);
    }
    match block.strip_suffix("...\n") {
        Some(shown) => {
            let lines = shown.lines().count();
            let first: Vec<&str> = answer.lines().take(lines).collect();
            format!("{}\n...\n", first.join("\n"))
        }
        None => answer.to_owned(),
    }
}

/// Runs the commands of a page from the last to the first in the text but in their order, and
/// gives the page as it should be, with the number of blocks.
fn rewritten(page: &str, text: &str, folder: &Path) -> (String, usize) {
    write_files(text, folder);
    let mut pieces = Vec::new();
    for command in commands(text) {
        let line = text[command..].lines().next().unwrap().trim();
        let args = words(line.trim_start_matches("riskset "));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        // The page waits for a browser.
        if args[0] == "app" {
            continue;
        }
        let answer = riskset_in(folder, &args, "");
        // A wrong answer to an exercise is said by the exit status.
        let expected = i32::from(args[0] == "exercise" && answer.out.contains("Not yet"));
        assert_eq!(answer.status, expected, "{page}: {line}: {}", answer.err);
        assert!(!answer.err.contains("panicked"), "{page}: {line}: {}", answer.err);
        if let Some((start, shown)) = block(text, command) {
            // Doubts are part of what a reader sees.
            let said: String = answer
                .err
                .lines()
                .filter(|line| line.starts_with("Warning: "))
                .map(|line| format!("{line}\n"))
                .collect();
            let whole = format!("{}\n{said}", answer.out.trim_end());
            pieces.push((start, shown.len(), cut(shown, &whole)));
        }
    }
    let count = pieces.len();
    let mut page = text.to_owned();
    for (start, length, piece) in pieces.into_iter().rev() {
        page.replace_range(start..start + length, &piece);
    }
    (page, count)
}

/// The figures that a page shows and its commands draw.
fn check_figures(page: &str, text: &str, folder: &Path) {
    for (start, _) in text.match_indices("](../figures/") {
        let name = text[start + "](../figures/".len()..].split(')').next().unwrap();
        let Ok(drawn) = fs::read(folder.join(name)) else { continue };
        let stored = docs().join("figures").join(name);
        if blesses() {
            fs::write(&stored, &drawn).unwrap();
        }
        assert!(fs::read(&stored).unwrap() == drawn, "{page}: {name} is drawn otherwise now");
    }
}

#[test]
fn teaching_pages_show_what_their_commands_print() {
    for (page, least) in PAGES {
        let folder = tempfile::tempdir().unwrap();
        let file = docs().join(page);
        let text = fs::read_to_string(&file).unwrap();
        let (should, blocks) = rewritten(page, &text, folder.path());
        if blesses() {
            fs::write(&file, &should).unwrap();
        }
        let stored = fs::read_to_string(&file).unwrap();
        assert!(stored == should, "{page} does not show what its commands print:\n{should}");
        assert!(blocks >= least, "{page}: {blocks} blocks");
        check_figures(page, &text, folder.path());
    }
}

/// The numbers with a decimal point in a text.
fn decimals(text: &str) -> BTreeSet<String> {
    let parts = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    let numbers = parts.map(|part| part.trim_matches('.')).filter(|part| part.contains('.'));
    numbers.map(str::to_owned).collect()
}

/// Nobody types a result: a number with decimals in the words of a page stands in one of its blocks.
#[test]
fn numbers_in_the_words_of_teaching_pages_are_printed_by_a_command() {
    for page in PAGES.map(|(page, _)| page).into_iter().chain([OPTIONS.0]) {
        if BY_HAND.contains(&page) {
            continue;
        }
        let text = fs::read_to_string(docs().join(page)).unwrap();
        let (mut said, mut shown) = (String::new(), String::new());
        let mut inside = false;
        for line in text.lines() {
            if line.starts_with("```") {
                inside = !inside;
            }
            let target = if inside || line.starts_with("    ") { &mut shown } else { &mut said };
            target.push_str(line);
            target.push('\n');
        }
        let shown = decimals(&shown);
        let option = |number: &String| page == OPTIONS.0 && OPTIONS.1.contains(&number.as_str());
        let typed = decimals(&said);
        let typed: Vec<&String> =
            typed.difference(&shown).filter(|number| !option(number)).collect();
        assert!(typed.is_empty(), "{page}: {typed:?} stand in no block");
    }
}

/// Every page of the book is there, and every page that belongs into it is in its table.
#[test]
fn the_summary_names_every_page_once_and_links_lead_somewhere() {
    let summary = fs::read_to_string(docs().join("SUMMARY.md")).unwrap();
    let mut named = BTreeSet::new();
    for (start, _) in summary.match_indices("](") {
        let target = summary[start + 2..].split(')').next().unwrap();
        assert!(docs().join(target).is_file(), "SUMMARY.md: {target}");
        assert!(named.insert(target.to_owned()), "SUMMARY.md names {target} twice");
    }
    let mut pages = Vec::new();
    let mut open = vec![docs()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path.strip_prefix(docs()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    for page in pages {
        assert!(page == "SUMMARY.md" || named.contains(&page), "SUMMARY.md leaves out {page}");
        let text = fs::read_to_string(docs().join(&page)).unwrap();
        check_links(&page, &text);
    }
}

fn check_links(page: &str, text: &str) {
    for (start, _) in text.match_indices("](") {
        let target = text[start + 2..].split(')').next().unwrap();
        if target.starts_with("http") || target.contains(' ') || target.contains('\n') {
            continue;
        }
        let (file, anchor) = target.split_once('#').map_or((target, None), |(f, a)| (f, Some(a)));
        let linked = docs().join(page).parent().unwrap().join(file);
        let linked = if file.is_empty() { docs().join(page) } else { linked };
        assert!(linked.exists(), "{page}: {target} leads nowhere");
        let (Some(anchor), true) = (anchor, linked.extension().is_some_and(|e| e == "md")) else {
            continue;
        };
        let headings = fs::read_to_string(&linked).unwrap();
        let headings = headings.lines().filter(|line| line.starts_with('#')).map(slug);
        assert!(headings.into_iter().any(|slug| slug == anchor), "{page}: no heading {target}");
    }
}

/// The anchor of a heading, as mdBook and code hosts make it.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}
