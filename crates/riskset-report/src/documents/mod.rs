//! The versioned answers of the single commands: one JSON document each, in full precision, and
//! the same numbers as tables for people.
//!
//! The names in the JSON are a promise to users: keys are added, never renamed. What does not exist
//! is `null`.

pub mod adjust;
mod any;
pub mod case_cohort;
pub mod checklist;
pub mod cif;
pub mod clogit;
pub mod compare;
pub mod cox;
pub mod curve;
pub mod cutpoint;
pub mod datasets;
pub mod elastic_net;
pub mod endpoint;
pub mod expected;
pub mod factors;
pub mod fine_gray;
pub mod further;
mod html;
pub mod km;
pub mod lint;
pub mod logrank;
pub mod look;
mod matching;
pub mod meta;
pub mod meta_hr;
pub mod npv;
pub mod over_time;
pub mod performance;
pub mod pool;
mod pool_table;
pub mod power;
pub mod predict;
pub mod risk_groups;
pub mod simulate;
pub mod split;
pub mod steps;
pub mod table_one;
pub mod table_times;
pub mod tipping;

mod long;
mod stream;

pub use any::AnyDocument;
pub use long::Part;
pub use matching::{MatchEntry, MovedEntry, NotMatchedEntry};
pub use stream::write_json;

use self::steps::StepsEntry;
use crate::escape::{self, shown};
use crate::format::Style;
use crate::table::Table;
use riskset_analysis::{About, Voice};
use riskset_data::{Balance, ReadNote};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Aligned text, rounded for people.
    Text,
    /// The document itself, in full precision.
    Json,
    /// Everything that was asked, in full precision, as one table.
    Csv,
    /// The tables of the text, as Markdown.
    Markdown,
    /// The tables of the text, as LaTeX.
    Latex,
    /// The tables and sentences of the text, as a page.
    Html,
    /// The tables and sentences of the text, as a Word document.
    Docx,
    /// The tables of the text, a sheet each, as a workbook.
    Xlsx,
}

/// An answer: what it says to programs and what it says to people.
pub trait Document: Serialize {
    /// The head of the document.
    fn head(&self) -> &Head;

    /// The lines above the tables: what was asked, and of how many rows.
    fn title(&self) -> String {
        let head = self.head();
        let balance = head.balance.as_ref().map_or(String::new(), |b| format!("\n{}", b.words()));
        let landmark = head.landmark.map_or(String::new(), |l| format!("\n{}", l.words()));
        let known = head.known_at.as_ref().map_or(String::new(), |column| {
            format!(
                "\nA patient counts in the second group from the time in {column} on, and in the first \
                 until then."
            )
        });
        format!("{}\n{}{landmark}{known}{balance}", head.asked, head.rows())
    }

    /// What people read: rounded tables, in the order of reading.
    fn tables(&self, style: &Style) -> Vec<Table>;

    /// Sentences below the tables, such as the result of a test.
    fn notes(&self, style: &Style) -> Vec<String>;

    /// The table that the answer is, where it is one of data: patients of an endpoint, data sets,
    /// checks. Its CSV is that table; that of any other answer is the whole answer as one long table.
    fn data(&self) -> Option<Table> {
        None
    }
}

/// What every document starts with.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Head {
    /// `riskset.COMMAND/1`.
    pub schema: String,
    /// Rows analysed.
    pub n: usize,
    /// Rows left out because a column used is missing.
    pub n_missing: usize,
    /// What the reader chose about the data; absent where it chose nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The landmark from which time is counted; absent where it is counted from time zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub landmark: Option<LandmarkEntry>,
    /// The column with the time at which a patient's group becomes known; absent where groups are
    /// known from time zero on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known_at: Option<String>,
    /// What taking the defaults of another program changed; absent where none was named.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub matching: Option<MatchEntry>,
    /// Which values count as the event and which as censored; absent where there is no response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<BalanceEntry>,
    /// Doubts about the analysis; none of them is a refusal.
    pub warnings: Vec<Warning>,
    /// How the answer comes about, one table after the other; absent unless asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<StepsEntry>,
    /// What was asked, for the title of the text: the data and the formula. Not in the JSON.
    #[serde(skip)]
    pub asked: String,
    /// What `n` counts, for the title: rows, or the people of a table of counts. Not in the JSON.
    #[serde(skip)]
    pub counted: &'static str,
}

impl Head {
    /// The head of the answer of `command`.
    pub fn new(command: &str, n: usize, n_missing: usize, asked: impl Into<String>) -> Head {
        Head {
            schema: format!("riskset.{command}/1"),
            n,
            n_missing,
            notes: Vec::new(),
            landmark: None,
            known_at: None,
            matching: None,
            balance: None,
            warnings: Vec::new(),
            steps: Vec::new(),
            asked: asked.into(),
            counted: "rows",
        }
    }

    /// The head of an answer, its doubts in the words of a front end.
    pub fn of(about: &About, voice: &dyn Voice) -> Head {
        let subset = about.subset.as_ref().map_or(String::new(), |text| format!(", where {text}"));
        let asked = format!("{}: {}{subset}", about.data, about.formula);
        let voice = &about.words(voice);
        let mut head = Head::new(about.analysis, about.n, about.n_missing, asked);
        head.notes = about.notes.iter().map(ToString::to_string).collect();
        if about.notes.iter().any(|note| matches!(note, ReadNote::Counts { .. })) {
            head.counted = "people";
        }
        head.landmark = about
            .landmark
            .map(|landmark| LandmarkEntry { time: landmark.time, left_out: landmark.left_out });
        head.known_at = about.known_at.clone();
        head.matching = about.matching.as_ref().map(MatchEntry::of);
        head.balance = about.balance.as_ref().map(BalanceEntry::of);
        head.steps = StepsEntry::all(&about.steps);
        head.warnings = about
            .doubts
            .iter()
            .map(|doubt| Warning {
                code: doubt.code(),
                about: doubt.about().map(str::to_owned),
                message: doubt.words(voice),
            })
            .collect();
        head
    }

    /// Adds a doubt.
    pub fn warn(&mut self, code: &'static str, message: impl Into<String>) {
        self.warnings.push(Warning { code, about: None, message: message.into() });
    }

    /// `228 rows, 14 more left out for missing values`.
    pub fn rows(&self) -> String {
        let (n, what) = (self.n, self.counted);
        match self.n_missing {
            0 => format!("{n} {what}"),
            1 => format!("{n} {what}, 1 more left out for a missing value"),
            missing => format!("{n} {what}, {missing} more left out for missing values"),
        }
    }
}

/// A time at which an analysis starts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct LandmarkEntry {
    /// The time, in the unit of the data.
    pub time: f64,
    /// Rows that had the event or were censored by then.
    pub left_out: usize,
}

impl LandmarkEntry {
    fn words(&self) -> String {
        let rows = if self.left_out == 1 { "row ends" } else { "rows end" };
        format!(
            "Landmark analysis: time is counted from {}; {} {rows} by then and {} left out.",
            self.time,
            self.left_out,
            if self.left_out == 1 { "is" } else { "are" }
        )
    }
}

/// What each value of the response counts as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BalanceEntry {
    /// The column or expression. Not in the JSON.
    #[serde(skip)]
    pub column: String,
    /// Values that are the event.
    pub event: Vec<ValueCount>,
    /// Values that are censored.
    pub censored: Vec<ValueCount>,
    /// Rows among the censored after which the patient goes on in another row; absent where there is
    /// none.
    #[serde(skip_serializing_if = "is_zero")]
    pub continuing: usize,
    /// Rows without a value.
    pub missing: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A value of the response with its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ValueCount {
    /// The value, as the data have it.
    pub value: String,
    /// Its rows.
    pub n: usize,
}

impl BalanceEntry {
    fn of(balance: &Balance) -> BalanceEntry {
        let counts = |pairs: &[(String, usize)]| {
            pairs.iter().map(|(value, n)| ValueCount { value: value.clone(), n: *n }).collect()
        };
        BalanceEntry {
            column: balance.column.clone(),
            event: counts(&balance.event),
            censored: counts(&balance.censored),
            continuing: balance.continuing,
            missing: balance.missing,
        }
    }

    /// `Event: Dead 43. Censored: Alive 14, not reported 1. Missing 1.`
    pub fn words(&self) -> String {
        let part = |name: &str, counts: &[ValueCount]| match counts.is_empty() {
            true => format!("{name}: none."),
            false => {
                let counts: Vec<String> = counts.iter().map(|count| self.count(count)).collect();
                format!("{name}: {}.", counts.join(", "))
            }
        };
        let mut words =
            format!("{} {}", part("Event", &self.event), part("Censored", &self.censored));
        if self.continuing > 0 {
            let words_of = if self.continuing == 1 { "row goes" } else { "rows go" };
            words.push_str(&format!(
                " Of the censored, {} {words_of} on in another of the patient.",
                self.continuing
            ));
        }
        if self.missing > 0 {
            words.push_str(&format!(" Missing {}.", self.missing));
        }
        words
    }

    /// A word with its rows, or a code with its column, so that no two numbers stand side by side.
    fn count(&self, count: &ValueCount) -> String {
        let ValueCount { value, n } = count;
        let is_code = value.parse::<f64>().is_ok() || ["TRUE", "FALSE"].contains(&value.as_str());
        match is_code {
            true => format!("{n} with {} = {value}", self.column),
            false => format!("{value} {n}"),
        }
    }
}

/// A doubt about an analysis that was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Warning {
    /// A fixed word for programs, such as `few_events`.
    pub code: &'static str,
    /// What it is about: a term, a group, a column; absent for the whole answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What was found and what to do, for people.
    pub message: String,
}

/// A test.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Test {
    /// Its name, such as `logrank`.
    pub name: String,
    /// The chi-square statistic.
    pub statistic: f64,
    /// Its degrees of freedom.
    pub df: f64,
    /// The p value; `null` without a degree of freedom.
    pub p_value: Option<f64>,
}

/// An estimate with its limits; `null` is what does not exist.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Estimate {
    /// The estimate.
    pub estimate: Option<f64>,
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
}

impl Estimate {
    /// `270 (212-310)`, or what is written when it does not exist.
    pub fn text(&self, style: &Style, decimals: usize, absent: &str) -> String {
        style.interval(self.estimate, self.lower, self.upper, decimals, absent)
    }
}

/// Writes a document. It ends with a line end.
///
/// # Errors
///
/// Those of the writer.
pub fn write(document: &impl Document, format: Format, out: &mut dyn Write) -> io::Result<()> {
    write_in(document, format, &Style::default(), out)
}

/// The same with the numbers of people written as a journal writes them.
///
/// # Errors
///
/// As [`write()`]; one in words for a table that no sheet of a workbook holds.
pub fn write_in(
    document: &impl Document,
    format: Format,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Json => write_json(document, out),
        Format::Csv => csv(document, out),
        Format::Text => out.write_all(text(document, style).as_bytes()),
        Format::Markdown => out.write_all(markdown(document, style).as_bytes()),
        Format::Latex => out.write_all(latex(document, style).as_bytes()),
        Format::Html => out.write_all(html::page(document, style).as_bytes()),
        Format::Docx => {
            let notes = sentences(document, style);
            let mut tables = document.tables(style);
            tables.extend(steps(document, style));
            out.write_all(&crate::table::docx(&tables, &notes))
        }
        Format::Xlsx => {
            let mut tables = document.tables(style);
            tables.extend(steps(document, style));
            let title = document.title().lines().map(str::to_owned).collect::<Vec<String>>();
            let notes = [title, sentences(document, style)].concat();
            out.write_all(&crate::table::xlsx(&tables, &notes).map_err(io::Error::other)?)
        }
    }
}

/// The tables of an answer one by one, in full precision, as they stand in the long CSV.
///
/// # Errors
///
/// Those of serialisation, of which a document has none.
pub fn parts(document: &impl Document) -> io::Result<Vec<Part>> {
    Ok(long::parts(&serde_json::to_value(document)?))
}

/// The table that the answer is, or all of it as one long table.
fn csv(document: &impl Document, out: &mut dyn Write) -> io::Result<()> {
    match document.data() {
        Some(table) => out.write_all(table.to_csv().as_bytes()),
        None => long::write(&serde_json::to_value(document)?, out),
    }
}

fn markdown(document: &impl Document, style: &Style) -> String {
    let tables = document.tables(style);
    let tables = tables.iter().map(Table::to_markdown);
    let notes = sentences(document, style).into_iter().map(|note| format!("{note}\n"));
    let steps = steps(document, style);
    let steps = steps.iter().map(Table::to_markdown);
    tables.chain(notes).chain(steps).collect::<Vec<String>>().join("\n")
}

/// The document as a part of a page of HTML: its title, its tables, and its sentences.
pub fn fragment(document: &impl Document) -> String {
    let style = Style::default();
    let paragraph = |text: &str| format!("<p dir=\"auto\">{}</p>\n", escape::html(text));
    let title: String = document.title().lines().map(paragraph).collect();
    let tables: String = document.tables(&style).iter().map(Table::to_html).collect();
    let notes: String = sentences(document, &style).iter().map(|note| paragraph(note)).collect();
    let steps: String = steps(document, &style).iter().map(Table::to_html).collect();
    format!("<div class=\"riskset\">\n{title}{tables}{notes}{steps}</div>\n")
}

fn latex(document: &impl Document, style: &Style) -> String {
    let label = |index: usize| format!("tab:{}-{}", command(document), index + 1);
    let mut tables = document.tables(style);
    tables.extend(steps(document, style));
    let tables = tables.iter().enumerate().map(|(index, table)| table.to_latex(&label(index)));
    let notes = sentences(document, style).into_iter();
    let notes = notes.map(|note| format!("\\noindent {}\n", escape::latex(&note)));
    tables.chain(notes).collect::<Vec<String>>().join("\n")
}

fn command(document: &impl Document) -> &str {
    let schema = document.head().schema.as_str();
    schema.trim_start_matches("riskset.").split('/').next().unwrap_or(schema)
}

fn text(document: &impl Document, style: &Style) -> String {
    let mut text = format!("{}\n", shown(&document.title()));
    for table in document.tables(style) {
        text.push('\n');
        text.push_str(&table.to_text());
    }
    for (index, note) in sentences(document, style).iter().enumerate() {
        text.push_str(if index == 0 { "\n" } else { "" });
        text.push_str(&shown(note));
        text.push('\n');
    }
    for table in steps(document, style) {
        text.push('\n');
        text.push_str(&table.to_text());
    }
    text
}

/// The tables of how the answer comes about.
fn steps(document: &impl Document, style: &Style) -> Vec<Table> {
    document.head().steps.iter().map(|steps| steps.table(style)).collect()
}

/// Warnings of one code that people are shown; programs find all of them in JSON.
pub const SHOWN_WARNINGS: usize = 10;

fn sentences(document: &impl Document, style: &Style) -> Vec<String> {
    let mut sentences = document.notes(style);
    sentences.extend(document.head().matching.iter().flat_map(|entry| entry.words.clone()));
    let warnings = &document.head().warnings;
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for warning in warnings {
        let at = counts.iter().position(|(code, _)| *code == warning.code).unwrap_or(counts.len());
        if at == counts.len() {
            counts.push((warning.code, 0));
        }
        counts[at].1 += 1;
        if counts[at].1 <= SHOWN_WARNINGS {
            sentences.push(format!("Warning: {}", warning.message));
        }
    }
    let more = counts.iter().filter(|(_, count)| *count > SHOWN_WARNINGS);
    sentences.extend(more.map(|(code, count)| {
        format!("... and {} more warnings like these ({code})", count - SHOWN_WARNINGS)
    }));
    sentences
}

/// A number in full precision for a table of data; empty when it does not exist.
pub(crate) fn full(value: Option<f64>) -> String {
    value.filter(|value| value.is_finite()).map_or_else(String::new, |value| value.to_string())
}

/// A time or a count as people read it: whole numbers without a point, others with as many
/// decimals as three significant digits need, at most two.
pub(crate) fn decimals_for(values: impl IntoIterator<Item = f64>) -> usize {
    let mut decimals = 0;
    for value in values {
        if value != value.round() {
            let needed = if value.abs() >= 100.0 {
                0
            } else if value.abs() >= 10.0 {
                1
            } else {
                2
            };
            decimals = decimals.max(needed);
        }
    }
    decimals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_follow_the_size_of_the_values() {
        assert_eq!(decimals_for([270.0, 426.0]), 0);
        assert_eq!(decimals_for([11.37, 7.5]), 2);
        assert_eq!(decimals_for([11.37, 12.5]), 1);
        assert_eq!(decimals_for([270.5]), 0);
    }
}
