//! Analyses by their requests: whatever `riskset run` answers in numbers, about the patients of the
//! study, its endpoints and groups.
//!
//! Effects that change with time, tipping points, margins, bands, conditional survival, cut rows: each
//! is a request already, so a study needs no words of its own for them.

use super::context::{Context, lower_first};
use super::counted;
use super::data::{self, Input, Sheet};
use super::file::{Analysis, StudyFile, Text};
use super::incidence::table::time_words;
use super::methods::without_unit;
use super::read::Source;
use super::retold;
use super::subject::Subject;
use super::text::Section;
use super::voice::StudyWords;
use crate::Error;
use crate::documents::{AnyDocument, Document, Part, parts};
use crate::manuscript::{Paragraph, Span};
use crate::methods;
use crate::store::{Unit, slug};
use crate::table::Table;
use riskset_analysis::{Data, Problem, Request};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::Path;
use toml::Spanned;

/// An analysis with its document.
pub struct Answered<'a> {
    pub spec: &'a Analysis,
    document: AnyDocument,
    /// Its tables and sentences, and its doubts, in the words of the study.
    tables: Vec<Table>,
    sentences: Vec<String>,
    /// What was done, for the Methods.
    methods: Vec<Paragraph>,
    /// Further tables that it read.
    pub inputs: Vec<Input>,
}

/// A longer table stands in the answer's JSON and not in the report.
const LONGEST: usize = 100;
/// Fields of the study that a request takes over unless it has them, by the analyses that do.
const TIMES_OF: [&str; 3] = ["km", "compare", "adjust"];
/// Tables of an answer that are about the answer and no results.
const ABOUT: [&str; 6] = ["warnings", "notes", "balance", "steps", "audit", "pieces"];
/// A longer text of an answer is a sentence and names no row.
const LONGEST_NAME: usize = 60;
/// Fields of a request that hold times, which tables name without their unit.
const TIMES: [&str; 6] = ["times", "milestones", "rmst", "periods", "landmark", "given"];
/// Columns of counts.
const COUNTS: [&str; 9] =
    ["n", "events", "n_event", "n_risk", "n_censor", "n_missing", "lost", "patients", "pieces"];

/// Refuses a request that cannot be read, before any data are.
pub fn check(source: &Source, file: &StudyFile) -> Result<(), Error> {
    file.analysis.iter().try_for_each(|spec| {
        Subject::from(spec).check(source, file)?;
        request(source, file, spec, None).map(|_| ())
    })
}

/// The names of further tables, as the file has them.
pub fn further(spec: &Analysis) -> impl Iterator<Item = &str> {
    ["with", "predict", "validate"]
        .into_iter()
        .filter_map(|field| spec.request.get(field).and_then(toml::Value::as_str))
}

/// Runs the request; its numbers go under `NAME`.
pub fn answer<'a>(
    context: &mut Context<'a>,
    patients: &Sheet,
    folder: &Path,
    spec: &'a Analysis,
) -> Result<Answered<'a>, Error> {
    let subject = Subject::from(spec);
    let request = request(context.source, context.file, spec, Some(patients))?;
    let refuse = |problem: Problem| context.problem_in(&StudyWords, &spec.name, &problem);
    let mut data = match counted::data(patients, &request) {
        Some(counts) => counts,
        None => {
            subject.data(context, patients, request.data().unwrap_or_default()).map_err(refuse)?
        }
    };
    let mut inputs = Vec::new();
    for (role, name) in request.further_data() {
        let file: Text = Spanned::new(spec.name.span(), name.to_owned());
        let (table, input) = data::table(context.source, folder, &file)?;
        data = data.with(role, Data::table(table, name));
        inputs.push(input);
    }
    let answer = context.run(&request, &data).map_err(refuse)?;
    let document = AnyDocument::of(answer, &StudyWords).expect("only numbers pass the check");
    let plain = |text: &str| labelled(spec, &subject.plain_words(context.file, patients, text));
    let times = times(&request);
    let timed = |text: &str| with_unit(context, &times, &plain(text));
    let methods = methods::beside_a_study(&request, &document)
        .into_iter()
        .map(|paragraph| respoken(paragraph, timed))
        .collect();
    let unit = context.unit.name();
    let tables = document.tables(&context.style).into_iter();
    let mut tables: Vec<Table> =
        tables.map(|table| reworded(table, plain, timed, unit, subject.is_plain())).collect();
    let mut sentences = sentences(&document, subject.is_plain(), context.unit.name());
    let sentences_of = sentences.len();
    if document.data().is_none() {
        sentences.extend(retold::sentences(context, &tables));
        if !tables.is_empty() && sentences.is_empty() {
            sentences.push("The estimates stand in the table.".to_owned());
        }
    }
    if document.data().is_none() {
        // What an answer says of itself stands below its tables, and is no sentence of Results.
        let notes = document.notes(&context.style);
        match tables.last_mut() {
            Some(last) => last.footnotes.extend(notes.iter().map(|note| ended(timed(note)))),
            None => sentences.extend(notes),
        }
    }
    // What is told from the tables is in the words of the study already.
    let words = sentences.iter().enumerate().map(|(place, one)| match place < sentences_of {
        true => ended(plain(one)),
        false => ended(one),
    });
    let sentences: Vec<String> = words.collect();
    let warnings = document.head().warnings.iter();
    let warnings: Vec<_> = warnings.map(|one| (one.code, plain(&one.message))).collect();
    let parts = parts(&document).expect("a document is always JSON");
    let numbers = numbers(&slug(spec.name.get_ref()), &parts, plain);
    for (code, words) in warnings {
        context.warn(code, format!("{}: {words}", spec.label));
    }
    for (key, column, value) in numbers {
        put(context, key, &column, value, &spec.label);
    }
    Ok(Answered { spec, document, tables, sentences, methods, inputs })
}

/// The request with what the study says for all of its numbers.
fn request(
    source: &Source,
    file: &StudyFile,
    spec: &Analysis,
    patients: Option<&Sheet>,
) -> Result<Request, Error> {
    let refuse = |problem: Problem| {
        source.refuse(&spec.name, format!("the request: {}", problem.words(&StudyWords)))
    };
    let mut fields = Subject::from(spec).fields(source, file, patients)?;
    let plain = Request::from_fields(fields.clone()).map_err(refuse)?;
    if plain.page().is_some() || plain.data().is_none() || !plain.text_files().is_empty() {
        return Err(source.refuse(
            &spec.name,
            "the request is no analysis of the patients in numbers; a figure is a [[figure]], and \
             `analysis` names one of numbers, such as \"compare\"",
        ));
    }
    let analysis = fields.get("analysis").and_then(Value::as_str).unwrap_or_default().to_owned();
    let known = Request::fields_of(&analysis).unwrap_or_default();
    Subject::from(spec).of_the_study(file, &known, &mut fields);
    if Subject::from(spec).is_plain() {
        counted::put(file, &known, &mut fields);
    }
    times_of_the_study(file, &analysis, &mut fields);
    Request::from_fields(fields).map_err(refuse)
}

/// Times and horizon, where the analysis has them and the request does not say them.
fn times_of_the_study(file: &StudyFile, analysis: &str, fields: &mut Map<String, Value>) {
    let study = &file.study;
    if TIMES_OF.contains(&analysis) {
        fields.entry("times").or_insert_with(|| Value::from(study.times()));
        if let Some(tau) = &study.rmst {
            fields.entry("rmst").or_insert_with(|| Value::from(*tau.get_ref()));
        }
    }
}

/// What was asked of whom. What counts as the event is told with the endpoint.
fn sentences(document: &AnyDocument, plain: bool, unit: &str) -> Vec<String> {
    let title = document.title();
    let mut lines: Vec<String> = title.lines().skip(1).map(str::to_owned).collect();
    for line in lines.iter_mut().filter(|line| line.starts_with("Landmark analysis: ")) {
        *line = line.replacen("; ", &format!(" {unit}; "), 1);
    }
    if !plain {
        lines.retain(|line| !line.starts_with("Event: "));
        // One row a patient, whatever the analysis makes of it.
        let patients = |line: &str| {
            line.replace(" rows", " patients")
                .replace(" people", " patients")
                .replace(
                    " patients end by then and are left out",
                    " were no longer at risk and are left out",
                )
                .replace(
                    " row ends by then and is left out",
                    " was no longer at risk and is left out",
                )
        };
        lines.iter_mut().for_each(|line| *line = patients(line));
        let counts =
            |line: &&mut String| line.ends_with(" patients") || line.contains(" patients, ");
        if let Some(first) = lines.first_mut().filter(counts) {
            *first = first.replacen(" patients", " patients were analysed", 1);
        }
    }
    lines
}

/// A table in the words of the study: its columns of counts and P values as its other tables have them,
/// and times with their unit where no numbers stand.
fn reworded(
    mut table: Table,
    plain: impl Fn(&str) -> String,
    timed: impl Fn(&str) -> String,
    unit: &str,
    of_rows: bool,
) -> Table {
    let timed = |text: &str| timed(text).replace(" against ", " vs ");
    table.title = timed(&table.title);
    for column in &mut table.columns {
        column.heading = match column.heading.as_str() {
            "P" => retold::P_VALUE.to_owned(),
            "n" if !of_rows => "Patients".to_owned(),
            other => {
                let other = timed(other);
                let full = [("HR (", "Hazard ratio ("), ("AHR (", "Average hazard ratio (")];
                let short = full.into_iter().find(|(short, _)| other.starts_with(short));
                let of_time =
                    ["Median (", "Restricted mean"].iter().any(|one| other.starts_with(one));
                match short {
                    Some((short, long)) => other.replacen(short, long, 1),
                    None if of_time => format!("{other}, {unit}"),
                    None => other,
                }
            }
        };
    }
    table.footnotes.iter_mut().for_each(|note| *note = ended(timed(note)));
    for row in &mut table.rows {
        for (place, cell) in row.cells.iter_mut().enumerate() {
            *cell = if place == 0 { timed(cell) } else { plain(cell) };
        }
    }
    table
}

/// A column of the data by what the author calls it.
fn labelled(spec: &Analysis, text: &str) -> String {
    match spec.labels.get(text) {
        Some(label) => label.clone(),
        // A list of terms, in a sentence.
        None => spec.labels.iter().fold(text.to_owned(), |text, (name, label)| {
            text.replace(&format!(" {name},"), &format!(" {},", without_unit(label)))
                .replace(&format!(" {name} was"), &format!(" {} was", without_unit(label)))
        }),
    }
}

/// The times that a request names.
fn times(request: &Request) -> Vec<f64> {
    let value = serde_json::to_value(request).unwrap_or_default();
    let mut times = Vec::new();
    let numbers = TIMES.into_iter().filter_map(|field| value.get(field));
    for value in numbers {
        match value {
            Value::Array(all) => times.extend(all.iter().filter_map(Value::as_f64)),
            one => times.extend(one.as_f64()),
        }
    }
    times
}

/// "Survival at 12" as "Survival at 12 months", of the times that were asked for.
fn with_unit(context: &Context, times: &[f64], text: &str) -> String {
    times.iter().fold(text.to_owned(), |text, &time| {
        ["at", "to", "after", "first"].into_iter().fold(text, |text, word| {
            let (bare, unit) = (format!("{word} {time}"), time_words(context, time));
            let mut said = String::new();
            let mut rest = text.as_str();
            while let Some(place) = rest.find(&bare) {
                let end = place + bare.len();
                let before = rest[..place].chars().next_back();
                let mut after = rest[end..].chars();
                let next = (after.next(), after.next());
                let decimal = matches!(next, (Some('.'), Some(sign)) if sign.is_ascii_digit());
                let inside = next.0.is_some_and(|sign| sign.is_alphanumeric() || sign == ':');
                let already = rest[end..].starts_with(&format!(" {}", context.unit.name()));
                let apart = before.is_none_or(|sign| !sign.is_alphanumeric());
                said.push_str(&rest[..place]);
                match decimal || inside || already || !apart {
                    true => said.push_str(&bare),
                    false => said.push_str(&format!("{word} {unit}")),
                }
                rest = &rest[end..];
            }
            said + rest
        })
    })
}

/// A paragraph whose words are said otherwise.
fn respoken(paragraph: Paragraph, words: impl Fn(&str) -> String) -> Paragraph {
    let spans = paragraph.0.into_iter().map(|span| match span {
        Span::Text(text) => Span::Text(words(&text)),
        other => other,
    });
    Paragraph(spans.collect())
}

/// Every number of an answer that is no point of a curve: key, column, value.
fn numbers(
    name: &str,
    parts: &[Part],
    plain: impl Fn(&str) -> String,
) -> Vec<(String, String, Option<f64>)> {
    let mut taken = BTreeSet::new();
    let mut numbers = Vec::new();
    let mut rows = BTreeSet::new();
    for part in parts.iter().filter(|part| is_result(part)) {
        let length = part.columns.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
        for row in 0..length {
            let (mut row_key, cells) = entry(part, row, &plain);
            if !row_key.is_empty() && !rows.insert(row_key.clone()) {
                row_key.push_str(&format!(".{}", row + 1));
            }
            for (column, value) in cells {
                let parts = [name, &row_key, &column].into_iter().filter(|part| !part.is_empty());
                let mut key = parts.collect::<Vec<_>>().join(".");
                while !taken.insert(key.clone()) {
                    key.push_str(&format!("_{}", row + 1));
                }
                numbers.push((key, column, value));
            }
        }
    }
    numbers
}

impl Answered<'_> {
    /// The tables, each with its name. Those of rows of data are files of their own.
    pub fn tables(&self, context: &Context) -> Vec<(String, Table)> {
        let name = self.spec.name.get_ref();
        let short = self.tables.iter().filter(|table| table.rows.len() <= LONGEST).cloned();
        let named = short.enumerate().map(|(place, mut table)| {
            let title = match table.title.is_empty() {
                true => self.spec.label.clone(),
                false => format!("{}: {}", self.spec.label, table.title),
            };
            table.title = format!("{title}{}", context.synthetic());
            let name = if place == 0 { name.clone() } else { format!("{name}-{}", place + 1) };
            (name, table)
        });
        named.collect()
    }

    /// The rows, where the answer is a table of data.
    pub fn rows(&self) -> Option<(String, Table)> {
        let table = self.document.data()?;
        Some((format!("{}-rows", self.spec.name.get_ref()), table))
    }

    /// What was asked of whom, what came out, and what is doubtful.
    pub fn text(&self) -> Section {
        let paragraph = self.sentences.join(" ");
        Section { heading: self.spec.label.clone(), paragraphs: vec![paragraph] }
    }

    /// What was done, for the Methods, each paragraph begun by what the analysis is called.
    pub fn methods(&self) -> Vec<Paragraph> {
        let begin = |paragraph: &Paragraph| {
            let mut spans = vec![Span::Text(format!("{}: ", self.spec.label))];
            spans.extend(paragraph.0.iter().enumerate().map(|(place, span)| match span {
                Span::Text(text) if place == 0 => {
                    let text = text.trim_start();
                    let article = text.strip_prefix("A ").map(|rest| format!("a {rest}"));
                    Span::Text(article.unwrap_or_else(|| lower_first(text)))
                }
                other => other.clone(),
            }));
            Paragraph(spans)
        };
        self.methods.iter().map(begin).collect()
    }

    /// What was asked, for the provenance.
    pub fn asked(&self) -> (String, String) {
        (format!("Request {}", self.spec.name.get_ref()), self.document.head().asked.clone())
    }

    /// The whole answer in full precision.
    pub fn json(&self) -> (String, Value) {
        let value = serde_json::to_value(&self.document).expect("a document is always JSON");
        (self.spec.name.get_ref().clone(), value)
    }
}

fn ended(sentence: impl AsRef<str>) -> String {
    let sentence = sentence.as_ref();
    if sentence.ends_with(['.', ':']) { sentence.to_owned() } else { format!("{sentence}.") }
}

fn is_result(part: &Part) -> bool {
    let first = part.name.split('.').next().unwrap_or_default();
    let long = part.columns.iter().any(|(_, values)| values.len() > LONGEST);
    let of_curve = ["curve", "band"].iter().any(|end| part.name.ends_with(end));
    !ABOUT.contains(&first) && !long && !of_curve
}

/// The key of a row, by its texts, and its numbers by their columns. What stands once has its own name.
fn entry(
    part: &Part,
    row: usize,
    plain: &impl Fn(&str) -> String,
) -> (String, Vec<(String, Option<f64>)>) {
    let cell = |column: &str| {
        part.columns.iter().find(|(name, _)| name == column).map(|(_, values)| &values[row])
    };
    if let (Some(Value::String(item)), Some(content)) = (cell("item"), cell("content")) {
        let first = item.split('.').next().unwrap_or_default();
        let number = content.as_f64().filter(|_| !ABOUT.contains(&first));
        let numbers = number.map(|number| (dotted(item), Some(number)));
        return (String::new(), numbers.into_iter().collect());
    }
    let texts = part.columns.iter().filter_map(|(_, values)| values[row].as_str());
    let texts = texts.map(plain).filter(|text| text.len() <= LONGEST_NAME).map(|text| slug(&text));
    let mut key = vec![dotted(&part.name)];
    key.extend(texts.filter(|text| !text.is_empty()));
    // A group stands there by its label and by its level.
    key.dedup();
    // A number tells the rows of one group apart.
    for (column, word) in [("time", "at"), ("delta", "delta")] {
        let number = cell(column).and_then(Value::as_f64);
        key.extend(number.map(|number| format!("{word}_{}", slug(&number.to_string()))));
    }
    if key.len() == 1 {
        key.push((row + 1).to_string());
    }
    let numbers = part.columns.iter().filter(|(name, values)| {
        !["time", "delta", "row"].contains(&name.as_str()) && values.iter().any(Value::is_number)
    });
    let numbers = numbers
        .filter(|(_, values)| values[row].is_number() || values[row].is_null())
        .map(|(name, values)| (estimated(name), values[row].as_f64()));
    (key.join("."), numbers.collect())
}

/// The column of an estimate as a path of its own, as all other keys have it: `ratio.lower` of
/// `ratio_lower`.
fn estimated(name: &str) -> String {
    let parts = ["estimate", "lower", "upper", "std_error", "p_value"];
    let split = parts.iter().find_map(|part| {
        let of = name.strip_suffix(part)?.strip_suffix('_').filter(|of| !of.is_empty())?;
        Some(format!("{}.{part}", slug(of)))
    });
    split.unwrap_or_else(|| slug(name))
}

fn dotted(name: &str) -> String {
    name.split('.').map(slug).collect::<Vec<_>>().join(".")
}

fn put(context: &mut Context, key: String, column: &str, value: Option<f64>, label: &str) {
    let last = column.rsplit('.').next().unwrap_or(column);
    match value {
        Some(count) if COUNTS.contains(&last) && count >= 0.0 && count.fract() == 0.0 => {
            context.store.count(key, count as usize, label);
        }
        value if last.starts_with("p_value") => {
            context.store.value(key, value, Unit::PValue, 3, label);
        }
        value => context.store.value(key, value, Unit::Value, 3, label),
    }
}
