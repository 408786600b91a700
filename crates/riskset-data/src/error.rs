//! Why a table could not be read or an analysis could not be set up.

use std::fmt;
use std::path::PathBuf;

use riskset::Remedy;

use crate::{FormulaError, FrameError, ReadError, ReadNote};

/// A place in a table: the data row, and the line of the file where it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The row, from 0.
    pub row: usize,
    /// The line of the file, from 1, where there is a file with lines.
    pub line: Option<usize>,
}

/// Counts the data rows from 1, as a reader does, and names the line of the file.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}", self.row + 1)?;
        match self.line {
            Some(line) => write!(f, " (line {line})"),
            None => Ok(()),
        }
    }
}

/// A refusal. Every message says what was found, where, why it cannot be used, and what to do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A formula or a subset that cannot be read.
    Formula(FormulaError),
    /// A source that is not read as it is.
    Read(Box<ReadError>),
    /// There is no file of that name.
    NoSuchFile {
        /// The file asked for.
        path: PathBuf,
    },
    /// The path is a folder.
    Folder {
        /// The path asked for.
        path: PathBuf,
    },
    /// The operating system refused.
    Io {
        /// What was read.
        source: String,
        /// What the system says.
        reason: String,
    },
    /// A named pipe or a device, which may never end.
    NotRegular {
        /// What was named.
        path: PathBuf,
    },
    /// There is no bundled data set of that name.
    NoSuchDataset {
        /// The name asked for, without `@`.
        name: String,
        /// The nearest name there is.
        nearest: Option<&'static str>,
    },
    /// Nothing at all in the file.
    EmptyFile {
        /// What was read.
        source: String,
    },
    /// A header without rows.
    NoRows {
        /// What was read.
        source: String,
    },
    /// Bytes that are not UTF-8.
    NotUtf8 {
        /// What was read.
        source: String,
        /// The line, from 1.
        line: usize,
        /// The byte within the file, from 1.
        byte: u64,
        /// Its value.
        value: u8,
    },
    /// Two columns of one name.
    DuplicateColumn {
        /// What was read.
        source: String,
        /// The name.
        name: String,
        /// The first and the second column of that name, from 1.
        columns: (usize, usize),
    },
    /// A row with more or fewer fields than the header.
    Ragged {
        /// What was read.
        source: String,
        /// The row and line.
        place: Place,
        /// The number of columns in the header.
        expected: usize,
        /// The number of fields in the row.
        found: usize,
    },
    /// A quoted field that never ends, or goes on after its closing quote.
    Quote {
        /// What was read.
        source: String,
        /// The row and line where the row starts.
        place: Place,
    },
    /// There is no column of that name.
    NoSuchColumn {
        /// What was read.
        source: String,
        /// The name asked for.
        name: String,
        /// The columns there are.
        columns: Vec<String>,
        /// Whether the rows were made of counts, so that there is nothing by which nobody counted.
        counted: bool,
    },
    /// A column that must be numeric holds a text.
    NotANumber {
        /// The column.
        column: String,
        /// The first such row.
        place: Place,
        /// The text there.
        value: String,
        /// How many rows hold such a text.
        rows: usize,
        /// The texts that differ, where numbers stand beside them; empty where there are none.
        words: Vec<String>,
    },
    /// A column that must hold dates holds something else.
    NotADate {
        /// The column.
        column: String,
        /// The first such row.
        place: Place,
        /// The text there.
        value: String,
    },
    /// An expression of the wrong kind.
    Kind {
        /// The expression.
        expr: String,
        /// What it is, and what is needed, in words.
        problem: String,
    },
    /// A text that is compared with a column never occurs in it.
    NoSuchLevel {
        /// The column.
        column: String,
        /// The value asked for, as it was written.
        level: String,
        /// The values there are, in natural order.
        levels: Vec<String>,
    },
    /// A level of new rows that no row of the model had.
    UnseenLevel {
        /// The covariate, or the strata.
        column: String,
        /// The level, as it was written.
        level: String,
        /// The levels of the model, the reference first.
        levels: Vec<String>,
        /// The first row that has it.
        place: Place,
    },
    /// A row of new data without the value of a covariate.
    MissingValue {
        /// The covariate.
        column: String,
        /// Where.
        place: Place,
    },
    /// A function that has no value at some row.
    NoValue {
        /// The expression.
        expr: String,
        /// The first such row.
        place: Place,
        /// What it was applied to.
        argument: f64,
    },
    /// A column or a coding that the analysis would misread.
    Frame(FrameError),
    /// The response is not of the form that the analysis needs.
    ResponseForm {
        /// The form needed, as it is written.
        needed: &'static str,
    },
    /// No row satisfies the subset.
    EmptySubset {
        /// The subset.
        subset: String,
        /// The number of rows of the table.
        rows: usize,
    },
    /// Every row misses something.
    AllMissing {
        /// The number of rows.
        rows: usize,
        /// The columns and how many rows miss each.
        missing: Vec<(String, usize)>,
        /// What the reader noted of a column among them whose formulas have no stored values.
        formulas: Option<Box<ReadNote>>,
        /// The column that names patients, where some stand in several rows.
        spread: Option<String>,
    },
    /// A category with one level tells no rows apart.
    OneLevel {
        /// The term.
        term: String,
        /// Its only level.
        level: String,
    },
    /// A value of one row that the analysis cannot use.
    Row {
        /// The column or expression.
        column: String,
        /// The row and line.
        place: Place,
        /// What is wrong, as a clause that follows the column's name.
        problem: String,
    },
    /// What the core refuses for a reason of its own.
    Core(riskset::Error),
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Formula(error) => Some(error),
            Error::Read(error) => Some(error.as_ref()),
            Error::Frame(error) => Some(error),
            Error::Core(error) => Some(error),
            _ => None,
        }
    }
}

impl From<FormulaError> for Error {
    fn from(error: FormulaError) -> Error {
        Error::Formula(error)
    }
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Error {
        Error::Read(Box::new(error))
    }
}

impl From<FrameError> for Error {
    fn from(error: FrameError) -> Error {
        Error::Frame(error)
    }
}

impl From<riskset::Error> for Error {
    fn from(error: riskset::Error) -> Error {
        Error::Core(error)
    }
}

/// The first few of `values`, quoted as they are typed, and how many more there are.
pub(crate) fn list(values: &[String], mark: &str) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<String> =
        values.iter().take(SHOWN).map(|value| format!("{mark}{value}{mark}")).collect();
    match values.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Formula(error) => error.fmt(f),
            Error::Read(error) => error.fmt(f),
            Error::Core(error) => error.fmt(f),
            Error::Frame(error) => error.fmt(f),
            Error::NoSuchFile { .. }
            | Error::Folder { .. }
            | Error::Io { .. }
            | Error::NotRegular { .. }
            | Error::NoSuchDataset { .. } => self.fmt_source(f),
            Error::EmptyFile { .. }
            | Error::NoRows { .. }
            | Error::NotUtf8 { .. }
            | Error::DuplicateColumn { .. }
            | Error::Ragged { .. }
            | Error::Quote { .. } => self.fmt_file(f),
            _ => self.fmt_analysis(f),
        }
    }
}

/// More different words than this among numbers are hardly all words for missing.
const MISSING_WORDS: usize = 4;

/// Whether a text is a day as a spreadsheet's own dates are read: `2024-04-07`, `1900-03-04 09:36:00`.
fn is_day(text: &str) -> bool {
    let day = text.get(..10).unwrap_or_default();
    chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok()
}

impl Error {
    /// What to do about it, where the message itself does not say so: a front end words it and
    /// appends it.
    pub fn remedy(&self) -> Option<Remedy> {
        match self {
            Error::Read(error) => Some(error.remedy()),
            Error::Frame(error) => Some(error.remedy()),
            // A word without digits is one that somebody wrote for a missing value.
            Error::NotANumber { words, .. } => {
                let word = |text: &String| {
                    !text.contains(|sign: char| sign.is_ascii_digit() || sign == ',')
                };
                let all = (1..=MISSING_WORDS).contains(&words.len()) && words.iter().all(word);
                all.then(|| Remedy::set_to("na", words.join(",")))
            }
            Error::UnseenLevel { .. } => Some(Remedy::AnyOf(vec![
                Remedy::to("correct the value"),
                Remedy::to("leave such rows out"),
                Remedy::to("make the model anew of rows that have it"),
            ])),
            Error::NoValue { .. } => Some(Remedy::AnyOf(vec![
                Remedy::to("shift the column: log(x + 1)"),
                Remedy::set("subset"),
            ])),
            Error::Row { .. } => {
                Some(Remedy::AnyOf(vec![Remedy::to("correct the row"), Remedy::set("subset")]))
            }
            _ => None,
        }
    }

    /// What is wrong before a byte is read.
    fn fmt_source(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoSuchFile { path } => {
                write!(f, "there is no file `{}`; check the name and the folder", path.display())?;
                let name = path.to_string_lossy();
                match crate::datasets::find(&name) {
                    Some(name) => write!(f, ", or write @{name} for the bundled data set"),
                    None => Ok(()),
                }
            }
            Error::Folder { path } => {
                write!(f, "`{}` is a folder; name the file in it", path.display())
            }
            Error::Io { source, reason } => {
                write!(f, "{source} cannot be read: {reason}; check that you may read it")
            }
            Error::NotRegular { path } => write!(
                f,
                "{} is no regular file but a named pipe or a device, which may never end; name a \
                 file, or send a table to standard input and name it -",
                path.display()
            ),
            Error::NoSuchDataset { name, nearest: Some(nearest) } => {
                write!(f, "there is no bundled data set @{name}; did you mean @{nearest}?")
            }
            Error::NoSuchDataset { name, nearest: None } => write!(
                f,
                "there is no bundled data set @{name}; there are {}",
                crate::datasets::names()
                    .map(|name| format!("@{name}"))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            _ => unreachable!("Display sends only these"),
        }
    }

    /// What is wrong with the file as a table.
    fn fmt_file(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::EmptyFile { source } => {
                write!(f, "{source} is empty; it needs a header line and at least one row")
            }
            Error::NoRows { source } => {
                write!(f, "{source} has a header but no rows; there is nothing to analyse")
            }
            Error::NotUtf8 { source, line, byte, value } => write!(
                f,
                "{source} is not UTF-8: line {line} holds the byte 0x{value:02X} (byte {byte} of \
                 the file); save it as \"CSV UTF-8\", or convert it with `iconv -f WINDOWS-1252 -t \
                 UTF-8`"
            ),
            Error::DuplicateColumn { source, name, columns: (first, second) } => write!(
                f,
                "{source} has two columns called `{name}` (columns {first} and {second}), so the \
                 name does not say which is meant; rename one of them in the header"
            ),
            Error::Ragged { source, place, expected, found } => write!(
                f,
                "{source}, {place}: {found} fields under a header of {expected} columns, so its \
                 values may stand under the wrong names; correct the row (a text that holds the \
                 separator needs double quotes)"
            ),
            Error::Quote { source, place } => write!(
                f,
                "{source}, {place}: a double quote is opened and not closed before the next \
                 separator or the end; close it, and write a quote inside a text twice (\"\")"
            ),
            _ => unreachable!("Display sends only these"),
        }
    }

    /// What is wrong with the values for this analysis.
    fn fmt_analysis(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoSuchColumn { source, name, columns, counted } => {
                write!(f, "{source} has no column `{name}`")?;
                match crate::nearest::nearest(name, columns.iter().map(String::as_str)) {
                    Some(near) => write!(f, "; did you mean `{near}`?")?,
                    None if columns.is_empty() => {}
                    None => {
                        write!(f, "; a value that is a word stands in quotes, x == \"{name}\"")?
                    }
                }
                write!(f, "; its columns are {}", list(columns, "`"))?;
                if *counted {
                    write!(
                        f,
                        "; the table counts people, who have only what they were counted by: count \
                         by `{name}` as well"
                    )?;
                }
                if columns.iter().any(|name| name.parse::<f64>().is_ok()) {
                    f.write_str(
                        "; where these are the values of the first patient, write a line of names \
                         above them",
                    )?;
                }
                match columns.as_slice() {
                    [one] if one.contains(';') => f.write_str(
                        "; it seems to be separated by semicolons: save it with commas (and \
                         decimal points), or as .xlsx",
                    ),
                    _ => Ok(()),
                }
            }
            Error::NotANumber { column, place, value, rows, .. } => {
                let more = match rows {
                    1 => String::new(),
                    2 => " and 1 more row holds a text".to_string(),
                    rows => format!(" and {} more rows hold texts", rows - 1),
                };
                write!(f, "`{column}` is used as a number, but {place} holds \"{value}\"{more}")?;
                f.write_str(match is_day(value) {
                    true => {
                        "; spreadsheet programs make days of numbers that look like them: give the \
                         column the format of a number there, correct the values that stay days, and \
                         save it; for the time between two columns of dates write \
                          end - start, or derive the endpoint from its dates by a rule"
                    }
                    false => {
                        "; correct the value, or leave the field empty if it is missing"
                    }
                })
            }
            Error::NotADate { column, place, value } => write!(
                f,
                "`{column}` is used as a date, but {place} holds \"{value}\"; write dates as \
                 YYYY-MM-DD, and leave the field empty if there is none"
            ),
            Error::Kind { expr, problem } => write!(f, "`{expr}`: {problem}"),
            Error::MissingValue { column, place } => write!(
                f,
                "{place}: the value of `{column}` is missing, so nothing can be predicted; fill \
                 it in or leave the row out"
            ),
            Error::UnseenLevel { column, level, levels, place } => {
                write!(
                    f,
                    "{place}: no row that made the model has {level} in `{column}`, so its effect is \
                     not known"
                )?;
                let bare = level.trim_matches('"');
                let near = crate::nearest::nearest(bare, levels.iter().map(String::as_str));
                if let Some(near) = near {
                    write!(f, "; did you mean \"{near}\"?")?;
                }
                write!(f, "; the model knows {}", list(levels, "\""))
            }
            Error::NoSuchLevel { column, level, levels } => {
                write!(f, "no row has {level} in `{column}`")?;
                let bare = level.trim_matches('"');
                if let Some(near) = crate::nearest::nearest(bare, levels.iter().map(String::as_str))
                    .filter(|_| bare != level)
                {
                    write!(f, "; did you mean \"{near}\"?")?;
                }
                let mark = if bare == level { "" } else { "\"" };
                write!(f, "; its values are {}", list(levels, mark))
            }
            Error::NoValue { expr, place, argument } => write!(
                f,
                "`{expr}` has no finite value at {place}, where its argument is {argument}"
            ),
            Error::ResponseForm { needed } => {
                write!(f, "this analysis needs a response of the form {needed}; write it before ~")
            }
            Error::EmptySubset { subset, rows } => write!(
                f,
                "no row satisfies the subset `{subset}`: none of {rows} rows is left; check the \
                 values it compares with"
            ),
            Error::AllMissing { rows, missing, formulas, spread } => {
                let counts: Vec<String> =
                    missing.iter().map(|(column, rows)| format!("`{column}` in {rows}")).collect();
                write!(
                    f,
                    "every one of {rows} rows misses a value that is used ({}), so none is left; ",
                    counts.join(", ")
                )?;
                match (formulas, spread) {
                    (Some(note), _) => write!(f, "{note}"),
                    (None, Some(id)) => write!(
                        f,
                        "`{id}` names some patients in several rows: what is known of one patient \
                         has to stand in one row, so bring the rows together first"
                    ),
                    (None, None) => f.write_str("leave out the column that is missing most"),
                }
            }
            Error::OneLevel { term, level } => write!(
                f,
                "`{term}` is \"{level}\" in every row used, so it tells no rows apart; leave the \
                 term out, or check the subset and the missing values"
            ),
            Error::Row { column, place, problem } => write!(f, "{place}: `{column}` {problem}"),
            _ => unreachable!("Display sends only these"),
        }
    }
}
