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
    assert_eq!(check("guide/commands.md", folder.path()), 36);
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
        let drawn = fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(drawn.contains("<title"), "{file}");
        let shown = fs::read_to_string(docs().join("figures").join(file)).expect(file);
        let (drawn, shown) = (outline(&drawn), outline(&shown));
        let place = drawn.iter().zip(&shown).position(|(one, two)| one != two);
        let differ = place.map(|place| (&drawn[place], &shown[place]));
        assert!(
            differ.is_none() && drawn.len() == shown.len(),
            "{file}, docs/gallery.sh: {differ:?}"
        );
    }
}

/// A figure as its words and numbers, numbers with two decimals: without what it carries, which is
/// packed.
fn outline(svg: &str) -> Vec<String> {
    let (head, rest) = svg.split_once("<metadata").unwrap_or((svg, ""));
    let tail = rest.split_once("</metadata>").map_or("", |(_, tail)| tail);
    let separator = |sign: char| !(sign.is_alphanumeric() || ['.', '-', '+'].contains(&sign));
    let parts = [head, tail].into_iter().flat_map(|part| part.split(separator));
    let rounded = |part: &str| match part.parse::<f64>() {
        Ok(number) => format!("{:.2}", number + 0.0),
        Err(_) => part.to_owned(),
    };
    parts.filter(|part| !part.is_empty()).map(rounded).collect()
}

/// The commands that make a request: they analyse or draw.
const ANALYSES: [&str; 18] = [
    "km",
    "logrank",
    "compare",
    "adjust",
    "cutpoint",
    "elastic-net",
    "tipping",
    "split",
    "cox",
    "clogit",
    "case-cohort",
    "cif",
    "fine-gray",
    "npv",
    "power",
    "meta",
    "endpoint",
    "plot",
];

/// A request is a file: what a command prints with --print-request gives with `run` what the command
/// gave, byte for byte, in every format, and the same figure.
#[test]
fn a_printed_request_gives_byte_for_byte_what_the_command_gave() {
    let folder = tempfile::tempdir().unwrap();
    let mut compared = 0;
    for page in ["guide/commands.md", "gallery.md"] {
        for (command, _) in commands(page) {
            if ANALYSES.contains(&command[0].as_str()) && !command.contains(&"--list-rules".into())
            {
                same_by_request(&command, folder.path());
                compared += 1;
            }
        }
    }
    assert!(compared >= 20, "{compared}");
}

fn same_by_request(command: &[String], folder: &Path) {
    // The figure of a meta-analysis is a request of its own; where an answer or a model goes is no part
    // of one.
    let options = ["--output", "-o", "--forest", "--dpi", "--save-model"];
    let (mut args, mut after) = (Vec::new(), false);
    for word in command {
        if !after && !options.contains(&word.as_str()) && word != "--lint" {
            args.push(word.as_str());
        }
        after = options.contains(&word.as_str());
    }
    let printed = riskset_in(folder, &[&args[..], &["--print-request"]].concat(), "");
    assert_eq!(printed.status, 0, "{args:?}: {}", printed.err);
    fs::write(folder.join("request.json"), &printed.out).unwrap();
    if args[0] == "plot" {
        let drawn = riskset_in(folder, &[&args[..], &["--output", "a.svg"]].concat(), "");
        assert_eq!(drawn.status, 0, "{args:?}: {}", drawn.err);
        let again = riskset_in(folder, &["run", "request.json", "--output", "b.svg"], "");
        assert_eq!(again.status, 0, "{args:?}: {}", again.err);
        let read = |name: &str| fs::read(folder.join(name)).unwrap();
        assert!(read("a.svg") == read("b.svg"), "{args:?}");
        let carried = riskset_in(folder, &["extract", "a.svg", "--format", "request"], "");
        assert_eq!(carried.out, printed.out, "the figure carries its request");
        return;
    }
    for format in ["text", "json", "csv"] {
        if args.contains(&"--format") && format != "text" {
            continue;
        }
        let format = if args.contains(&"--format") { &[][..] } else { &["--format", format] };
        let direct = riskset_in(folder, &[&args[..], format].concat(), "");
        let own = args.iter().position(|word| *word == "--format");
        let own = own.map_or(format.to_vec(), |at| args[at..at + 2].to_vec());
        let again = riskset_in(folder, &[&["run", "request.json"], &own[..]].concat(), "");
        assert_eq!((direct.status, again.status), (0, 0), "{args:?}: {}{}", direct.err, again.err);
        assert_eq!(direct.out, again.out, "{args:?}");
        assert_eq!(direct.err, again.err, "{args:?}");
    }
}
