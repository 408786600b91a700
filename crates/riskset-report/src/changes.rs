//! Two reports of a study compared: which numbers, sentences, figures and tables changed, and why.

use crate::Error;
use crate::documents::{Document, Head};
use crate::files::read_file;
use crate::format::Style;
use crate::table::{Align, Table};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What changed from one report to another.
#[derive(Clone, Debug, Serialize)]
pub struct DiffDocument {
    /// What every document starts with; `n` is the number of changes.
    #[serde(flatten)]
    pub head: Head,
    /// What was different in what the reports were made of.
    pub because: Vec<Cause>,
    /// Numbers that changed, came or went.
    pub numbers: Vec<Change>,
    /// Sentences of Methods and Results that changed, came or went.
    pub sentences: Vec<Change>,
    /// Figures that changed, came or went.
    pub figures: Vec<Change>,
    /// Tables that changed, came or went.
    pub tables: Vec<Change>,
    /// What a manuscript says otherwise, by its headings, tables and figures; and its files.
    pub manuscript: Vec<Change>,
}

/// A difference in the data, the study file or the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// `data`, `rows`, `study file`, `settings` or `program version`.
    pub what: &'static str,
    /// In words.
    pub detail: String,
}

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The key of a number, the section of a sentence, the name of a figure or table.
    pub name: String,
    /// Before; `null` for what is new.
    pub old: Option<String>,
    /// After; `null` for what is gone.
    pub new: Option<String>,
    /// Why, for a number.
    pub because: String,
}

/// Compares the folders of two reports.
///
/// # Errors
///
/// [`Error::Data`] when a folder holds no `results.json` of a study, [`Error::Io`].
pub fn diff(old: &Path, new: &Path) -> Result<DiffDocument, Error> {
    let (before, after) = (results(old)?, results(new)?);
    let because = causes(&before, &after);
    let asked = format!("{} to {}", old.display(), new.display());
    let mut document = DiffDocument {
        head: Head::new("diff", 0, 0, asked),
        numbers: numbers(&before, &after, &because),
        sentences: sentences(old, new)?,
        figures: files(old, new, "figures", "svg")?,
        tables: files(old, new, "tables", "csv")?,
        manuscript: manuscript(old, new)?,
        because,
    };
    if before["title"] != after["title"] {
        let titles =
            [&before, &after].map(|one| one["title"].as_str().unwrap_or_default().to_owned());
        let message =
            format!("the reports are of two studies: {:?} and {:?}", titles[0], titles[1]);
        document.head.warn("two_studies", message);
    }
    document.head.n = document.count();
    Ok(document)
}

fn results(folder: &Path) -> Result<Value, Error> {
    let file = folder.join("results.json");
    let refuse = |why: String| Error::Data(format!("{}: {why}", file.display()));
    let bytes = read_file(&file)?;
    let json: Value = serde_json::from_slice(&bytes)
        .map_err(|error| refuse(format!("this is no JSON ({error}); run the study again")))?;
    match json["schema"].as_str() {
        Some("riskset.study/1") => Ok(json),
        _ => Err(refuse(
            "this is not the results.json of a study; give a folder that it wrote".into(),
        )),
    }
}

/// What the reports were made of, and where it differs.
fn causes(old: &Value, new: &Value) -> Vec<Cause> {
    let mut found = Vec::new();
    let mut add = |what, detail: String| found.push(Cause { what, detail });
    let version = |one: &Value| text(&one["provenance"]["version"]);
    if version(old) != version(new) {
        add("program version", format!("{} before, {} now", version(old), version(new)));
    }
    if old["provenance"]["study_file"]["sha256"] != new["provenance"]["study_file"]["sha256"] {
        add("study file", format!("{} is another", text(&new["provenance"]["study_file"]["name"])));
    }
    let settings = old["settings"].as_object().into_iter().flatten();
    for (name, value) in settings.filter(|(name, value)| new["settings"][name.as_str()] != **value)
    {
        add("settings", format!("{name}: {value} before, {} now", new["settings"][name.as_str()]));
    }
    let inputs = |one: &Value| -> BTreeMap<String, (String, u64)> {
        let sets = one["provenance"]["inputs"].as_array().cloned().unwrap_or_default();
        let entry = |set: Value| {
            (text(&set["name"]), (text(&set["sha256"]), set["rows"].as_u64().unwrap_or_default()))
        };
        sets.into_iter().map(entry).collect()
    };
    let (before, after) = (inputs(old), inputs(new));
    for (name, (hash, rows)) in &after {
        match before.get(name) {
            None => add("data", format!("{name} is new, {rows} rows")),
            Some((_, earlier)) if earlier != rows => {
                add("rows", format!("{name}: {earlier} rows before, {rows} now"));
            }
            Some((earlier, _)) if earlier != hash => {
                add("data", format!("{name}: values changed, {rows} rows as before"));
            }
            Some(_) => {}
        }
    }
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        add("data", format!("{name} is no longer read"));
    }
    found
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn numbers(old: &Value, new: &Value, because: &[Cause]) -> Vec<Change> {
    let of = |one: &'_ Value| one["numbers"].as_object().cloned().unwrap_or_default();
    let (before, after) = (of(old), of(new));
    let mut changes = Vec::new();
    for (key, entry) in &after {
        let earlier = before.get(key);
        if earlier.is_some_and(|earlier| earlier["value"] == entry["value"]) {
            continue;
        }
        let because = match earlier {
            None => "it was not computed before".to_owned(),
            Some(earlier) => why(key, earlier, entry, (&before, &after), because),
        };
        let (old, new) = (
            earlier.map(|earlier| shown(earlier, entry)),
            Some(shown(entry, earlier.unwrap_or(&Value::Null))),
        );
        changes.push(Change { name: key.clone(), old, new, because });
    }
    for (key, entry) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
        let because = "it is no longer computed".to_owned();
        let old = Some(shown(entry, &Value::Null));
        changes.push(Change { name: key.clone(), old, new: None, because });
    }
    changes
}

/// As it is shown; in full where both would look the same.
fn shown(entry: &Value, other: &Value) -> String {
    match (entry["value"].as_f64(), entry["shown"] == other["shown"]) {
        (Some(value), true) => value.to_string(),
        _ => text(&entry["shown"]),
    }
}

/// The nearest reason for a changed number: its method, its patients, and then what the whole report
/// was made of.
fn why(
    key: &str,
    old: &Value,
    new: &Value,
    (before, after): (&Map<String, Value>, &Map<String, Value>),
    because: &[Cause],
) -> String {
    if old["source"] != new["source"] {
        return format!("method: {} before, {} now", text(&old["source"]), text(&new["source"]));
    }
    let mut path = key;
    while let Some((parent, _)) = path.rsplit_once('.') {
        let name = format!("{parent}.n");
        if let (Some(earlier), Some(later)) = (before.get(&name), after.get(&name)) {
            if earlier["value"] != later["value"] && name != key {
                return format!(
                    "patients: {} before, {} now",
                    text(&earlier["shown"]),
                    text(&later["shown"])
                );
            }
            break;
        }
        path = parent;
    }
    let order = ["rows", "data", "study file", "settings", "program version"];
    let found = order.iter().find(|what| because.iter().any(|cause| cause.what == **what));
    found.map_or("nothing that the reports record".to_owned(), |what| (*what).to_owned())
}

/// The sentences of Methods and Results, section by section.
fn sentences(old: &Path, new: &Path) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    for name in ["text/methods.md", "text/results.md"] {
        let (before, after) = (sections(&old.join(name))?, sections(&new.join(name))?);
        let headings = after.keys().chain(before.keys().filter(|name| !after.contains_key(*name)));
        for heading in headings {
            let none = Vec::new();
            let (earlier, later) =
                (before.get(heading).unwrap_or(&none), after.get(heading).unwrap_or(&none));
            let gone: Vec<&String> = earlier.iter().filter(|one| !later.contains(one)).collect();
            let come: Vec<&String> = later.iter().filter(|one| !earlier.contains(one)).collect();
            for place in 0..gone.len().max(come.len()) {
                changes.push(Change {
                    name: heading.clone(),
                    old: gone.get(place).map(|one| (*one).clone()),
                    new: come.get(place).map(|one| (*one).clone()),
                    because: String::new(),
                });
            }
        }
    }
    Ok(changes)
}

/// The sentences under each heading. A report without this text has none.
fn sections(file: &Path) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if !file.is_file() {
        return Ok(found);
    }
    let bytes = read_file(file)?;
    let mut heading = String::new();
    for line in String::from_utf8_lossy(&bytes).lines() {
        if line.starts_with('#') {
            heading = line.trim_start_matches('#').trim().to_owned();
        } else {
            let sentences = crate::verify::sentences(line).into_iter();
            let sentences = sentences.map(|place| line[place].trim().to_owned());
            found
                .entry(heading.clone())
                .or_default()
                .extend(sentences.filter(|one| !one.is_empty()));
        }
    }
    Ok(found)
}

/// The files of the manuscript that changed, each with the parts of the text that did.
fn manuscript(old: &Path, new: &Path) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    let text = "manuscript.md";
    let (before, after) = (parts(&old.join(text))?, parts(&new.join(text))?);
    let changed = after.iter().filter(|(name, lines)| before.get(*name) != Some(*lines));
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    for (name, _) in changed {
        let because = if before.contains_key(name) { "changed" } else { "new" };
        changes.push(file(name, before.contains_key(name), true, because));
    }
    changes.extend(gone.map(|name| file(name, true, false, "gone")));
    for ending in ["docx", "html", "tex", "md", "bib", "ris"] {
        let name = format!("manuscript.{ending}");
        let read = |folder: &Path| -> Result<Option<Vec<u8>>, Error> {
            let path = folder.join(&name);
            if path.is_file() { read_file(&path).map(Some) } else { Ok(None) }
        };
        let (earlier, later) = (read(old)?, read(new)?);
        let because = match (&earlier, &later) {
            (one, other) if one == other => continue,
            (Some(_), Some(_)) => "changed",
            (None, _) => "new",
            (_, None) => "gone",
        };
        changes.push(file(&name, earlier.is_some(), later.is_some(), because));
    }
    Ok(changes)
}

/// The lines of a manuscript under its headings, and under the captions of its tables and figures.
fn parts(path: &Path) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if !path.is_file() {
        return Ok(found);
    }
    let (mut heading, mut part) = (String::new(), String::new());
    for line in String::from_utf8_lossy(&read_file(path)?).lines() {
        // "**Table 1. Title.**": what has a number.
        let label = line.strip_prefix("**").and_then(|rest| rest.split_once(". "));
        let label = label
            .map(|(label, _)| label)
            .filter(|label| label.starts_with("Table ") || label.starts_with("Figure "));
        // The text that describes a figure stands above its caption and changes with it.
        let described = line.starts_with("![");
        match (line.starts_with('#'), label) {
            (true, _) => {
                heading = line.trim_start_matches('#').trim().to_owned();
                part.clone_from(&heading);
            }
            (_, Some(label)) => part = label.to_owned(),
            _ if described => "drawings".clone_into(&mut part),
            // Words behind a figure belong to its heading again.
            _ if part.starts_with("Figure ") && !line.is_empty() => part.clone_from(&heading),
            _ => {}
        }
        if !line.is_empty() {
            found.entry(part.clone()).or_default().push(line.to_owned());
        }
    }
    Ok(found)
}

/// Files of a kind by their names, compared byte for byte.
fn files(old: &Path, new: &Path, folder: &str, ending: &str) -> Result<Vec<Change>, Error> {
    let (before, after) = (named(&old.join(folder), ending)?, named(&new.join(folder), ending)?);
    let mut changes = Vec::new();
    for (name, bytes) in &after {
        let because = match before.get(name) {
            Some(earlier) if earlier == bytes => continue,
            Some(_) => "changed",
            None => "new",
        };
        changes.push(file(name, before.contains_key(name), true, because));
    }
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        changes.push(file(name, true, false, "gone"));
    }
    Ok(changes)
}

fn file(name: &str, old: bool, new: bool, because: &str) -> Change {
    let there = |is: bool| is.then(|| name.to_owned());
    Change { name: name.to_owned(), old: there(old), new: there(new), because: because.to_owned() }
}

fn named(folder: &Path, ending: &str) -> Result<BTreeMap<String, Vec<u8>>, Error> {
    let mut found = BTreeMap::new();
    let Ok(entries) = fs::read_dir(folder) else { return Ok(found) };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|own| own == ending) && path.is_file() {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            found.insert(name, read_file(&path)?);
        }
    }
    Ok(found)
}

impl DiffDocument {
    /// How many things changed.
    pub fn count(&self) -> usize {
        self.numbers.len()
            + self.sentences.len()
            + self.figures.len()
            + self.tables.len()
            + self.manuscript.len()
    }

    /// All changes as one page that needs no other file.
    pub fn html(&self) -> String {
        let title = crate::escape::html(&self.head.asked);
        let tables: String = self.shown().iter().map(Table::to_html).collect();
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
             <style>body{{font:15px/1.5 sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}}\
             table{{border-collapse:collapse;margin:1.5rem 0}}td,th{{padding:.25rem .6rem;text-align:left;\
             border-bottom:1px solid #ccc;vertical-align:top}}</style></head><body>\n<h1>{title}</h1>\n\
             <p>{}</p>\n{tables}</body></html>\n",
            crate::escape::html(&self.sentence())
        )
    }

    fn sentence(&self) -> String {
        format!(
            "{} numbers, {} sentences, {} figures, {} tables and {} parts of the manuscript changed.",
            self.numbers.len(),
            self.sentences.len(),
            self.figures.len(),
            self.tables.len(),
            self.manuscript.len()
        )
    }

    fn shown(&self) -> Vec<Table> {
        let mut tables = Vec::new();
        if !self.because.is_empty() {
            let mut table = Table::new("What is different")
                .column("What", Align::Left)
                .column("How", Align::Left);
            for cause in &self.because {
                table = table.row([cause.what, cause.detail.as_str()]);
            }
            tables.push(table);
        }
        let kinds = [("Numbers", &self.numbers), ("Sentences", &self.sentences)];
        let files = [
            ("Figures", &self.figures),
            ("Tables", &self.tables),
            ("Manuscript", &self.manuscript),
        ];
        for (title, changes) in kinds.into_iter().chain(files) {
            if !changes.is_empty() {
                tables.push(table(title, changes));
            }
        }
        tables
    }
}

fn table(title: &str, changes: &[Change]) -> Table {
    let files = ["Figures", "Tables", "Manuscript"].contains(&title);
    let mut table = Table::new(title)
        .column(if title == "Sentences" { "Section" } else { "Name" }, Align::Left);
    if !files {
        table = table.column("Before", Align::Left).column("Now", Align::Left);
    }
    if title != "Sentences" {
        table = table.column("Why", Align::Left);
    }
    for change in changes {
        let mut cells = vec![change.name.clone()];
        if !files {
            cells.extend(
                [&change.old, &change.new].map(|text| text.clone().unwrap_or("(none)".into())),
            );
        }
        if title != "Sentences" {
            cells.push(change.because.clone());
        }
        table = table.row(cells);
    }
    table
}

impl Document for DiffDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn title(&self) -> String {
        self.head.asked.clone()
    }

    fn tables(&self, _: &Style) -> Vec<Table> {
        self.shown()
    }

    fn notes(&self, _: &Style) -> Vec<String> {
        vec![self.sentence()]
    }
}
