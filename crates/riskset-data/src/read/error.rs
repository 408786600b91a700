//! Why a source is not read as it is, and what to do about it.

use std::fmt;

use riskset::Remedy;

use super::{Encoding, Separator};
use crate::{DateProblem, Place};

/// A refusal of a reader. The message says what was found and where; [`remedy`](Self::remedy) says
/// what to do, for each front end to word.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ReadError {
    /// An option that does not apply to what is read.
    Option {
        /// What was read.
        source: String,
        /// The field of [`ReadOptions`](super::ReadOptions).
        field: &'static str,
        /// Why not, as the end of a sentence.
        problem: String,
    },
    /// Several separators fit.
    Separators {
        /// What was read.
        source: String,
        /// Each separator, with the number of columns that it gives.
        readings: Vec<(Separator, usize)>,
    },
    /// A number that is another with a decimal comma than without.
    Numbers {
        /// The column.
        column: String,
        /// The first such value.
        place: Place,
        /// As it is written.
        value: String,
        /// As each reading has it, with the option that says so.
        readings: Vec<(String, Remedy)>,
    },
    /// Bytes that are not UTF-8 and fit several other encodings, or none.
    Encodings {
        /// What was read.
        source: String,
        /// The line, from 1.
        line: usize,
        /// Each encoding tried, with the word that it gives.
        readings: Vec<(Encoding, String)>,
    },
    /// The names seem to stand in another row, or it is not clear which.
    HeaderRow {
        /// What was read.
        source: String,
        /// What was found, as a clause.
        found: String,
        /// The row that seems to hold the names, from 1.
        row: usize,
    },
    /// Rows between the names and the data.
    UnitsRow {
        /// What was read.
        source: String,
        /// A column that is asked for and would be numbers without them.
        column: String,
        /// What stands there first.
        value: String,
        /// Its row, from 1, as the owner's program counts.
        row: usize,
        /// The row of the first patient.
        data_row: usize,
    },
    /// A sheet without a table.
    EmptySheet {
        /// What was read.
        source: String,
        /// The sheet.
        sheet: String,
        /// Why it is none.
        found: &'static str,
        /// The sheets that hold cells.
        others: Vec<String>,
    },
    /// There is no such sheet, or member of a packed file.
    NoPart {
        /// What was read.
        source: String,
        /// What parts are called: `sheet`, `file`.
        kind: &'static str,
        /// What was asked for; `None` when one of several must be named.
        part: Option<String>,
        /// What there is.
        parts: Vec<String>,
        /// The option that names one.
        field: &'static str,
    },
    /// A kind of file that is not read here.
    Foreign {
        /// What was read.
        source: String,
        /// What it is, as in "it is ...".
        kind: &'static str,
        /// One line that converts it.
        line: Option<String>,
    },
    /// More than a limit.
    Limit {
        /// What was read.
        source: String,
        /// What is too much, as a clause.
        problem: String,
    },
    /// A file that its format's reader does not accept.
    Broken {
        /// What was read.
        source: String,
        /// The format.
        kind: &'static str,
        /// What the reader says.
        reason: String,
    },
    /// A row that is no row of the table.
    Footnote {
        /// What was read.
        source: String,
        /// Where.
        place: Place,
        /// How many fields the header has.
        expected: usize,
        /// How many the row has.
        found: usize,
        /// Its first word.
        start: String,
    },
    /// Texts that are no dates, or have two readings.
    Dates {
        /// The column.
        column: String,
        /// The first ones, with their values.
        first: Vec<(Place, String)>,
        /// How many rows in all.
        rows: usize,
        /// Why not.
        found: DateProblem,
    },
    /// Cells that hold an error or undecoded bytes, in rows that are used.
    BadCells {
        /// The column.
        column: String,
        /// The first ones, with their values.
        first: Vec<(Place, String)>,
        /// How many in all.
        cells: usize,
    },
}

impl std::error::Error for ReadError {}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Option { source, field, problem } => {
                write!(f, "{source}: `{field}` {problem}")
            }
            ReadError::NoPart { source, kind, part: Some(part), parts, .. } => write!(
                f,
                "{source} has no {kind} `{part}`; its {kind}s are `{}`",
                parts.join("`, `")
            ),
            ReadError::NoPart { source, kind, part: None, parts, .. } => {
                write!(f, "{source} holds several {kind}s: `{}`", parts.join("`, `"))
            }
            ReadError::EmptySheet { source, sheet, found, others } => {
                write!(
                    f,
                    "the sheet `{sheet}` of {source} {found}, so there is nothing to analyse"
                )?;
                match others.as_slice() {
                    [] => Ok(()),
                    others => write!(f, "; its other sheets are `{}`", others.join("`, `")),
                }
            }
            ReadError::Foreign { source, kind, .. } => {
                write!(f, "{source} is {kind}, which is not read here")
            }
            ReadError::Limit { source, problem } => write!(f, "{source}: {problem}"),
            ReadError::Broken { source, kind, reason } => {
                write!(f, "{source} cannot be read as {kind}: {reason}")
            }
            _ => self.fmt_doubt(f),
        }
    }
}

impl ReadError {
    /// Where there is more than one reading, or a row or cell is none of the table.
    fn fmt_doubt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Separators { source, readings } => {
                let words: Vec<String> = readings
                    .iter()
                    .map(|(separator, n)| format!("{} ({n} columns)", separator.plural()))
                    .collect();
                write!(f, "{source} can be read with {} between its fields", words.join(" or "))
            }
            ReadError::Numbers { column, place, value, readings } => {
                let words: Vec<&str> = readings.iter().map(|(word, _)| word.as_str()).collect();
                write!(f, "`{column}`, {place}: \"{value}\" can be {}", words.join(" or "))
            }
            ReadError::Encodings { source, line, readings } => {
                let words: Vec<String> = readings
                    .iter()
                    .map(|(encoding, word)| format!("\"{word}\" in {encoding}"))
                    .collect();
                write!(f, "{source} is not UTF-8: line {line} reads {}", words.join(", "))
            }
            ReadError::HeaderRow { source, found, row } => {
                write!(f, "{source}: {found}; the names seem to stand in row {row}")
            }
            ReadError::UnitsRow { source, column, value, row, data_row } => write!(
                f,
                "{source}, row {row}: `{column}` holds \"{value}\" and numbers from row {data_row} \
                 on, so what is above seems to be a unit or an explanation"
            ),
            ReadError::Footnote { source, place, expected, found, .. } => write!(
                f,
                "{source}, {place}: {found} fields under a header of {expected} columns, and no \
                 whole row after it, as if it were a footnote or the file had been cut off"
            ),
            ReadError::Dates { column, first, rows, found } => {
                let what = match found {
                    DateProblem::Impossible => "days that no calendar has",
                    DateProblem::Unreadable => "texts that are no dates as they are known here",
                    DateProblem::Serial => "numbers that Excel may show as dates",
                    DateProblem::Order => {
                        "dates that can be read as day and month or as month and day"
                    }
                };
                let places: Vec<String> =
                    first.iter().map(|(place, value)| format!("{place}: \"{value}\"")).collect();
                write!(f, "`{column}` holds {what}: {}", places.join("; "))?;
                match rows - first.len() {
                    0 => Ok(()),
                    more => write!(f, "; and {more} more rows"),
                }
            }
            ReadError::BadCells { column, first, cells } => {
                let places: Vec<String> =
                    first.iter().map(|(place, value)| format!("{place}: {value}")).collect();
                write!(f, "`{column}` holds no value in {cells} used ")?;
                f.write_str(if *cells == 1 { "row" } else { "rows" })?;
                write!(f, " ({})", places.join("; "))
            }
            _ => unreachable!("Display sends only these"),
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> Remedy {
        let any = |remedies: Vec<Remedy>| Remedy::AnyOf(remedies);
        match self {
            ReadError::Option { field, .. } => Remedy::Unset((*field).into()),
            ReadError::Separators { readings, .. } => any(readings
                .iter()
                .map(|(separator, _)| Remedy::set_to("separator", separator.to_string()))
                .collect()),
            ReadError::Numbers { readings, .. } => {
                any(readings.iter().map(|(_, remedy)| remedy.clone()).collect())
            }
            ReadError::Encodings { readings, .. } => any(readings
                .iter()
                .map(|(encoding, _)| Remedy::set_to("encoding", encoding.to_string()))
                .chain([Remedy::to("save it as UTF-8")])
                .collect()),
            ReadError::HeaderRow { row, .. } => Remedy::set_to("header_row", row.to_string()),
            ReadError::UnitsRow { data_row, .. } => {
                Remedy::set_to("data_row", data_row.to_string())
            }
            ReadError::EmptySheet { others, .. } => match others.as_slice() {
                [] => Remedy::to("fill in the sheet"),
                [only] => Remedy::set_to("sheet", only.clone()),
                _ => Remedy::set("sheet"),
            },
            ReadError::NoPart { field, .. } => Remedy::set(field),
            ReadError::Foreign { line: Some(line), .. } => {
                Remedy::to(format!("convert it: {line}"))
            }
            ReadError::Foreign { line: None, .. } => Remedy::to("save the table as CSV or .xlsx"),
            ReadError::Limit { .. } => Remedy::to("save the table alone, as CSV"),
            ReadError::Broken { .. } => Remedy::to("save it again, or as CSV"),
            ReadError::Footnote { start, .. } => any(vec![
                Remedy::set_to("comment", start.clone()),
                Remedy::to("correct or delete the line"),
            ]),
            ReadError::Dates { found, .. } => match found {
                DateProblem::Impossible => any(vec![
                    Remedy::to("correct the dates, or leave the fields empty"),
                    Remedy::set("subset"),
                ]),
                DateProblem::Unreadable => {
                    any(vec![Remedy::set("date_format"), Remedy::to("write dates as YYYY-MM-DD")])
                }
                DateProblem::Serial => Remedy::set_to("date_format", "excel"),
                DateProblem::Order => any(vec![
                    Remedy::set_to("date_format", "dmy"),
                    Remedy::set_to("date_format", "mdy"),
                ]),
            },
            ReadError::BadCells { .. } => {
                any(vec![Remedy::to("correct the cells"), Remedy::set("subset")])
            }
        }
    }
}
