//! The reference of study files in `docs/reference/study.md` is what the types say.
//!
//! The types are read from their source, because places in the file (`Spanned`) have no schema. After
//! an intended change run with `RISKSET_BLESS=1`, and read what moved.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// A struct of the study file: what it says of itself, and its keys.
#[derive(Default)]
struct Section {
    about: String,
    keys: Vec<Key>,
}

struct Key {
    name: String,
    kind: String,
    optional: bool,
    about: String,
}

#[test]
fn the_reference_of_study_files_is_that_of_the_types() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = fs::read_to_string(root.join("src/study/file.rs")).unwrap();
    let page = page(&sections(&source));
    let file = root.join("../../docs/reference/study.md");
    if std::env::var_os("RISKSET_BLESS").is_some() {
        fs::write(&file, &page).unwrap();
    }
    let stored = fs::read_to_string(&file).unwrap_or_default();
    assert!(stored == page, "docs/reference/study.md is not what the types say");
    // A key without a word leaves its reader to guess.
    let bare: Vec<&str> = page.lines().filter(|line| line.ends_with("|  |")).collect();
    assert!(bare.is_empty(), "{bare:?} are not described in src/study/file.rs");
    // Every section that a study may have is there, and keys with their words.
    for part in
        ["## `[study]`", "## `[[endpoint]]`", "## `[[comparison]]`", "| `conf_type` | text | yes |"]
    {
        assert!(page.contains(part), "{part}\n{page}");
    }
}

/// The public structs of a source file, by name.
fn sections(source: &str) -> BTreeMap<String, Section> {
    let mut all = BTreeMap::new();
    let (mut about, mut default) = (String::new(), false);
    let mut open: Option<(String, Section)> = None;
    for line in source.lines() {
        let text = line.trim();
        if let Some(words) = text.strip_prefix("/// ") {
            write!(about, "{}{words}", if about.is_empty() { "" } else { " " }).unwrap();
        } else if text.starts_with("#[serde(") {
            default |= text.contains("default");
        } else if let Some(name) = line.strip_prefix("pub struct ") {
            let name = name.trim_end_matches(" {").to_owned();
            open = Some((name, Section { about: std::mem::take(&mut about), keys: Vec::new() }));
            default = false;
        } else if line == "}" {
            if let Some((name, section)) = open.take() {
                all.insert(name, section);
            }
        } else if let (Some((_, section)), Some(field)) = (&mut open, text.strip_prefix("pub ")) {
            let (name, kind) = field.trim_end_matches(',').split_once(": ").expect("a field");
            let inner = kind.strip_prefix("Option<").map(|kind| &kind[..kind.len() - 1]);
            section.keys.push(Key {
                name: name.trim_start_matches("r#").to_owned(),
                kind: inner.unwrap_or(kind).to_owned(),
                optional: inner.is_some() || default,
                about: std::mem::take(&mut about),
            });
            default = false;
        } else if !text.starts_with("#[") {
            about.clear();
            default = false;
        }
    }
    all
}

fn page(sections: &BTreeMap<String, Section>) -> String {
    let mut page = String::from(
        "# Reference of study files\n\nEvery section and key of `study.toml`, made from the types of \
         the program; a test holds it. An unknown key is refused with the nearest one. [A whole study \
         from one file](../guide/study.md) explains them by an example, and `riskset study --init \
         study.toml` writes a file to start from.\n",
    );
    let root = &sections["StudyFile"];
    for key in &root.keys {
        let (kind, many) = bare(&key.kind);
        let Some(section) = sections.get(kind) else { continue };
        let heading = if many { format!("[[{}]]", key.name) } else { format!("[{}]", key.name) };
        let need = if key.optional { "" } else { " Required." };
        write!(page, "\n## `{heading}`\n\n{}{need}\n\n", section.about).unwrap();
        table(&mut page, section, sections, &key.name);
    }
    page
}

/// The keys of a section, and below it those of the tables within it.
fn table(page: &mut String, section: &Section, all: &BTreeMap<String, Section>, within: &str) {
    page.push_str("| key | kind | required | |\n| --- | --- | --- | --- |\n");
    for key in &section.keys {
        let required = if key.optional { "" } else { "yes" };
        let (kind, about) = (words(&key.kind, all), key.about.replace('|', "\\|"));
        writeln!(page, "| `{}` | {kind} | {required} | {about} |", key.name).unwrap();
    }
    for key in &section.keys {
        let (kind, many) = bare(&key.kind);
        if let Some(inner) = all.get(kind) {
            let name = format!("{within}.{}", key.name);
            let heading = if many { format!("[[{name}]]") } else { format!("[{name}]") };
            write!(page, "\n### `{heading}`\n\n{}\n\n", inner.about).unwrap();
            table(page, inner, all, &name);
        }
    }
}

/// A type without its wrappers, and whether there may be several.
fn bare(kind: &str) -> (&str, bool) {
    for (wrapper, many) in
        [("Vec<", true), ("Spanned<", false), ("Box<", false), ("Option<", false)]
    {
        if let Some(inner) = kind.strip_prefix(wrapper) {
            let (inner, more) = bare(&inner[..inner.len() - 1]);
            return (inner, many || more);
        }
    }
    (kind, false)
}

/// A type in words.
fn words(kind: &str, all: &BTreeMap<String, Section>) -> String {
    let (inner, many) = bare(kind);
    let word = match inner {
        "Text" | "String" => "text",
        "f64" => "number",
        "usize" | "u64" | "u32" => "whole number",
        "bool" => "`true` or `false`",
        "char" => "one character",
        "toml::Value" => "any value",
        "TimeUnit" => "`days`, `weeks`, `months` or `years`",
        "RuleSpec" => "a [rule of dates](../guide/endpoints.md)",
        "PermutationRequest" => "`exact` or a number of draws",
        "toml::Table" => "fields of a [request](requests.md)",
        "Axes" => "`shared` or `free`",
        "Separator" | "Decimal" | "Encoding" | "DateFormat" => "text",
        name if all.contains_key(name) => "table, below",
        name if name.starts_with("BTreeMap<String, ") => "words for names",
        _ => "see the guide",
    };
    if many { format!("list of {word}") } else { word.to_owned() }
}
