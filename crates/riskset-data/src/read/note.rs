//! What a reader chose or met, as facts that every front end can say.

use std::fmt;

use serde::Serialize;

use super::{Encoding, Separator};

/// Something that the reader saw from the content and decided, or that its caller should know.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReadNote {
    /// The kind of file, where its name says another: `"a workbook"`.
    Kind {
        /// What it is.
        kind: String,
    },
    /// The file is packed; this is what was unpacked.
    Unpacked {
        /// The file within a zip; `None` for a single packed file.
        member: Option<String>,
    },
    /// Fields are separated otherwise than by commas.
    Separator {
        /// By what.
        separator: Separator,
    },
    /// Numbers have a decimal comma.
    DecimalComma,
    /// The text is not UTF-8.
    Encoding {
        /// How it was decoded.
        encoding: Encoding,
    },
    /// Some bytes are no UTF-8 while the rest is; they stand as U+FFFD.
    Undecoded {
        /// The first such line, from 1.
        line: usize,
    },
    /// The names are not in the first line.
    HeaderRow {
        /// The line, or row of the sheet, from 1.
        row: usize,
    },
    /// Lines at the start that begin with a mark are comments.
    Comments {
        /// How many.
        lines: usize,
        /// The mark.
        mark: String,
    },
    /// The header has one name fewer than the rows have fields: the first field is the row's name.
    RowNames,
    /// One sheet of several was read.
    Sheet {
        /// The sheet.
        sheet: String,
        /// The others.
        others: Vec<String>,
    },
    /// Rows that are wholly blank were passed over.
    BlankRows {
        /// How many.
        rows: usize,
    },
    /// Cells that say not available (`#N/A`) are missing.
    NotAvailable {
        /// The column.
        column: String,
        /// How many.
        cells: usize,
    },
    /// Formulas whose value was never stored; their cells are missing.
    NoStoredValues {
        /// The column.
        column: String,
        /// How many cells.
        cells: usize,
        /// The first such cell: `C2`.
        first: String,
    },
    /// Cells with a format of durations are read as the number of days that they are.
    Durations {
        /// The column.
        column: String,
    },
    /// Several columns have one name; it is refused where it is used.
    DuplicateName {
        /// The name.
        name: String,
        /// The columns, from 1.
        columns: Vec<usize>,
    },
    /// Values written with leading zeros are kept as text.
    LeadingZeros {
        /// The column.
        column: String,
    },
    /// Rows between the names and the data that look like units or explanations.
    UnitsRows {
        /// The line, or row of the sheet, of the first patient, from 1.
        data_row: usize,
        /// The columns that are numbers but for these rows.
        columns: Vec<String>,
    },
    /// User-defined missing values of another program are missing.
    UserMissing {
        /// The column.
        column: String,
        /// How many cells.
        cells: usize,
    },
    /// The file tells its own program to weight every analysis by a column, which is not done here.
    Weighted {
        /// The column.
        column: String,
    },
    /// A column that no question can be asked of.
    Unusable {
        /// The column.
        column: String,
        /// Why, as the end of a sentence about it: `holds lists`.
        reason: String,
    },
    /// The table counts people, and an analysis is of them.
    Counts {
        /// Its rows.
        rows: usize,
        /// The people.
        people: u64,
    },
    /// The levels of a column are the labels of its codes.
    ValueLabels {
        /// The column.
        column: String,
    },
}

impl fmt::Display for ReadNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadNote::Kind { kind } => write!(f, "the file is {kind}, whatever its name says"),
            ReadNote::Unpacked { member: Some(member) } => write!(f, "`{member}` was unpacked"),
            ReadNote::Unpacked { member: None } => f.write_str("the file was unpacked"),
            ReadNote::Separator { separator } => {
                write!(f, "fields are separated by {}", separator.plural())
            }
            ReadNote::DecimalComma => f.write_str("numbers have a decimal comma"),
            ReadNote::Encoding { encoding } => write!(f, "the text is read as {encoding}"),
            ReadNote::Undecoded { line } => write!(
                f,
                "some bytes are not UTF-8, first in line {line}; they are shown as \u{FFFD}, and \
                 a column that holds them is refused where it is used"
            ),
            ReadNote::HeaderRow { row } => write!(f, "the names are taken from row {row}"),
            ReadNote::Comments { lines: 1, mark } => {
                write!(f, "one line at the start begins with {mark} and is left out")
            }
            ReadNote::Comments { lines, mark } => {
                write!(f, "{lines} lines at the start begin with {mark} and are left out")
            }
            ReadNote::RowNames => f.write_str(
                "the header has one name fewer than the rows have fields, so the first field is \
                 taken as the name of the row",
            ),
            ReadNote::Sheet { sheet, others } => {
                write!(f, "the sheet `{sheet}` is read; the others are `{}`", others.join("`, `"))
            }
            _ => self.fmt_values(f),
        }
    }
}

impl ReadNote {
    /// What the reader met among the values.
    fn fmt_values(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadNote::BlankRows { rows: 1 } => f.write_str("one blank row is passed over"),
            ReadNote::BlankRows { rows } => write!(f, "{rows} blank rows are passed over"),
            ReadNote::NotAvailable { column, cells } => {
                write!(f, "`{column}`: #N/A is missing ({})", cells_in_words(*cells))
            }
            ReadNote::NoStoredValues { column, cells, first } => write!(
                f,
                "`{column}`: {} with a formula whose value was never stored (first {first}), which \
                 is missing here; open the workbook in its program and save it once",
                cells_in_words(*cells)
            ),
            ReadNote::Durations { column } => {
                write!(f, "`{column}`: durations are read as the numbers that are stored (days)")
            }
            ReadNote::DuplicateName { name, columns } => {
                let columns: Vec<String> = columns.iter().map(usize::to_string).collect();
                write!(f, "several columns are called `{name}` (columns {})", columns.join(", "))
            }
            ReadNote::LeadingZeros { column } => {
                write!(f, "`{column}` is kept as text for its leading zeros")
            }
            ReadNote::UnitsRows { data_row, columns } => write!(
                f,
                "the rows before row {data_row} look like units or explanations, because `{}` \
                 would be numbers without them",
                columns.join("`, `")
            ),
            ReadNote::UserMissing { column, cells } => {
                write!(
                    f,
                    "`{column}`: values declared missing are missing ({})",
                    cells_in_words(*cells)
                )
            }
            ReadNote::Weighted { column } => write!(
                f,
                "the file is set to be weighted by `{column}` in its own program; here each row \
                 counts once unless weights are asked for"
            ),
            ReadNote::Unusable { column, reason } => {
                write!(f, "`{column}` cannot be used: it {reason}")
            }
            ReadNote::Counts { rows: 1, people } => {
                write!(f, "the table counts {people} people in one row")
            }
            ReadNote::Counts { rows, people } => {
                write!(f, "the table counts {people} people in {rows} rows")
            }
            ReadNote::ValueLabels { column } => {
                write!(f, "the levels of `{column}` are the labels of its codes")
            }
            _ => unreachable!("Display sends only these"),
        }
    }
}

fn cells_in_words(cells: usize) -> String {
    if cells == 1 { "1 cell".to_string() } else { format!("{cells} cells") }
}
