//! A table: typed columns of equal length, and where each row stands in its file.

use std::io::{self, Read};
use std::path::Path;

use chrono::NaiveDate;
use polars::prelude::{
    Column, DataFrame, DataType, Float64Chunked, IdxCa, IntoColumn, NamedFrom, NewChunkedArray,
    Series, StringChunked,
};

use crate::csv::{self, Input, Lines, Reading};
use crate::dates::read_dates;
use crate::eval::Scope;
use crate::frame::{number_asked, of_levels};
use crate::read::{self, BadCell, Content, ReadError, field_of};
use crate::values::MISSING;
use crate::{
    DateFormat, Error, Expr, Factor, Place, ReadNote, ReadOptions, ReadProgress, Source, Values,
};

/// How many cells that hold no value a message shows.
const BAD_CELLS_SHOWN: usize = 5;

/// A table read from a source, around a polars [`DataFrame`].
///
/// Columns are `Float64`, `Boolean` or `String`; a missing value is null. An empty or blank field
/// is missing, and so is a bare `NA`; a quoted `"NA"` is a text.
#[derive(Clone, Debug)]
pub struct Table {
    frame: DataFrame,
    /// What messages call the table.
    name: String,
    /// All columns of the source, also those that were not read.
    all_columns: Vec<String>,
    lines: Lines,
    /// The row of the source that each row was made of, where it is another.
    origin: Option<Vec<u32>>,
    notes: Vec<ReadNote>,
    labels: Vec<(String, String)>,
    codes: Vec<(String, Vec<(f64, String)>)>,
    bad_cells: Vec<BadCell>,
    date_format: Option<DateFormat>,
    levels: Vec<(String, Vec<String>)>,
    unusable: Vec<(String, String)>,
}

impl Table {
    /// Reads a source, only the columns named (all when `None`; unknown names are refused).
    ///
    /// # Errors
    ///
    /// A source that cannot be opened, bytes that are not UTF-8, a row with another number of
    /// fields than the header, two columns of one name, no rows, a name that is not there.
    ///
    /// ```
    /// use riskset_data::{Source, Table};
    ///
    /// let lung = Table::read(&Source::parse("@lung")?, Some(&["time".into(), "sex".into()]))?;
    /// assert_eq!((lung.n_rows(), lung.column_names().len()), (228, 10));
    /// # Ok::<(), riskset_data::Error>(())
    /// ```
    pub fn read(source: &Source, columns: Option<&[String]>) -> Result<Table, Error> {
        Table::read_watched(source, columns, &ReadProgress::default())
    }

    /// Reads a source as it is told; another thread may look how far it is. What is not told is
    /// seen from the content and noted, see [`notes`](Self::notes).
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), and a [`ReadError`] with its remedy where the content allows more
    /// than one reading.
    pub fn read_with(
        source: &Source,
        columns: Option<&[String]>,
        options: &ReadOptions,
        progress: &ReadProgress,
    ) -> Result<Table, Error> {
        if let Source::File { path, .. } = source {
            check_file(path)?;
        }
        let content = read::read(source, columns, options, progress)?;
        let date_format = options.date_format.clone();
        Ok(Table { date_format, ..Table::new(content, source.to_string()) })
    }

    /// The same while another thread may look how far it is. Only CSV and TSV files say so.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_watched(
        source: &Source,
        columns: Option<&[String]>,
        progress: &ReadProgress,
    ) -> Result<Table, Error> {
        Table::read_with(source, columns, &ReadOptions::default(), progress)
    }

    /// Reads CSV bytes that are in memory; `name` is what messages call them.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn from_csv(
        bytes: &[u8],
        separator: u8,
        name: &str,
        columns: Option<&[String]>,
    ) -> Result<Table, Error> {
        let open = || Ok(Box::new(bytes) as Box<dyn Read + '_>);
        let size = Some(bytes.len() as u64);
        let reading = Reading::default();
        let input = Input::plain(name, separator, &open, size, &reading);
        Ok(Table::new(csv::read(&input, columns)?, name.to_string()))
    }

    /// Reads a file whose bytes are in memory, whatever kind of file it is; `name` is what messages
    /// call it, and what `progress` counts are the bytes of a text.
    ///
    /// # Errors
    ///
    /// As [`read_with`](Self::read_with).
    ///
    /// ```
    /// use riskset_data::{ReadOptions, ReadProgress, Table};
    ///
    /// let (told, progress) = (ReadOptions::default(), ReadProgress::default());
    /// let table = Table::from_bytes(b"time,event\n1,1\n2,0\n", "t.csv", None, &told, &progress)?;
    /// assert_eq!(table.n_rows(), 2);
    /// # Ok::<(), riskset_data::Error>(())
    /// ```
    pub fn from_bytes(
        bytes: &[u8],
        name: &str,
        columns: Option<&[String]>,
        options: &ReadOptions,
        progress: &ReadProgress,
    ) -> Result<Table, Error> {
        let content = read::read_bytes(bytes, name, columns, options, progress)?;
        let date_format = options.date_format.clone();
        Ok(Table { date_format, ..Table::new(content, name.to_string()) })
    }

    /// The table with further columns at its end, each with one value per row. One that has the name
    /// of a column of the source that was not read takes its place.
    ///
    /// # Errors
    ///
    /// [`Error::Kind`] for a name that the table has already, and for another number of values.
    pub fn with_columns(mut self, columns: Vec<(String, Values)>) -> Result<Table, Error> {
        for (name, values) in columns {
            let refuse = |problem: String| Error::Kind { expr: name.clone(), problem };
            if self.has_column(&name) {
                return Err(refuse("is a column already, and would be another one too".into()));
            }
            if values.len() != self.n_rows() {
                return Err(refuse(format!(
                    "has {} values for {} rows",
                    values.len(),
                    self.n_rows()
                )));
            }
            let added = self.frame.with_column(to_column(&name, values)).map(|_| ());
            added.map_err(|error| refuse(error.to_string()))?;
            self.all_columns.retain(|other| *other != name);
            self.all_columns.push(name);
        }
        Ok(self)
    }

    /// Takes a data frame that was made elsewhere; `name` is what messages call it. Whole numbers
    /// become `Float64`; dates and times become text in ISO form.
    ///
    /// # Errors
    ///
    /// [`Error::NoRows`], and [`Error::Kind`] for a column that is not numeric, boolean, text or a
    /// date.
    pub fn from_frame(frame: DataFrame, name: &str) -> Result<Table, Error> {
        if frame.height() == 0 {
            return Err(Error::NoRows { source: name.to_string() });
        }
        let columns: Vec<Column> =
            frame.columns().iter().map(plain_column).collect::<Result<_, _>>()?;
        let all_columns = columns.iter().map(|column| column.name().to_string()).collect();
        let frame = DataFrame::new(frame.height(), columns)
            .expect("the columns keep their lengths and names");
        let content = Content { names: all_columns, ..Content::default() };
        Ok(Table::of(frame, content, name.to_string()))
    }

    fn new(mut content: Content, name: String) -> Table {
        let columns = std::mem::take(&mut content.values);
        let columns = columns.into_iter().map(|(name, values)| to_column(&name, values));
        let frame = DataFrame::new(content.rows, columns.collect())
            .expect("the columns read have one length and distinct names");
        Table::of(frame, content, name)
    }

    fn of(frame: DataFrame, content: Content, name: String) -> Table {
        let Content { names, lines, notes, labels, codes, unusable, bad_cells, .. } = content;
        let all_columns = names;
        Table {
            frame,
            name,
            all_columns,
            lines,
            origin: None,
            notes,
            labels,
            codes,
            bad_cells,
            date_format: None,
            levels: Vec::new(),
            unusable,
        }
    }

    /// Some rows of the table, from 0, in any order and as often as they are named; messages say where
    /// they stand in the source.
    pub(crate) fn at_rows(mut self, rows: &[u32]) -> Table {
        let index = IdxCa::from_vec("rows".into(), rows.to_vec());
        self.frame = self.frame.take(&index).expect("the rows are those of the table");
        let was_bad = std::mem::take(&mut self.bad_cells);
        self.bad_cells = (0..rows.len())
            .flat_map(|row| was_bad.iter().map(move |cell| (row, cell)))
            .filter(|(row, cell)| cell.row == rows[*row] as usize)
            .map(|(row, cell)| BadCell { row, ..cell.clone() })
            .collect();
        let before = self.origin.take();
        let origin = |&row: &u32| before.as_ref().map_or(row, |before| before[row as usize]);
        self.origin = Some(rows.iter().map(origin).collect());
        self
    }

    /// The table without some columns, as if the source did not have them.
    pub(crate) fn without(&self, columns: &[String]) -> Table {
        let mut table = self.clone();
        table.frame = self.frame.drop_many(columns.iter().map(String::as_str));
        table.all_columns.retain(|name| !columns.contains(name));
        table
    }

    /// Adds something that an answer should say of the table.
    pub(crate) fn note(&mut self, note: ReadNote) {
        self.notes.push(note);
    }

    /// Says that the rows are people of another table where that one counted them, so that messages know
    /// why a column is not there.
    #[must_use]
    pub fn with_counts_of(mut self, other: &Table) -> Table {
        let of_counts = |note: &&ReadNote| matches!(note, ReadNote::Counts { .. });
        self.notes.extend(other.notes.iter().filter(of_counts).cloned());
        self
    }

    /// Says in which order the levels of a text column stand, where whoever made the table decided
    /// it; other columns have their natural order.
    #[must_use]
    pub fn with_levels(mut self, column: &str, levels: Vec<String>) -> Table {
        self.levels.push((column.to_string(), levels));
        self
    }

    /// Names all columns of the source in their order, and those that cannot be used with the
    /// reason, the end of a sentence about the column: `holds lists`. They are refused when they are
    /// asked for.
    #[must_use]
    pub fn with_source(mut self, names: Vec<String>, unusable: Vec<(String, String)>) -> Table {
        self.all_columns = names;
        self.unusable = unusable;
        self
    }

    /// The columns that no question can be asked of, and why, as the end of a sentence: `holds lists`.
    pub fn unusable(&self) -> &[(String, String)] {
        &self.unusable
    }

    /// What the reader chose and met, in the order of the source.
    pub fn notes(&self) -> &[ReadNote] {
        &self.notes
    }

    /// What the source calls a column in print, where it says so.
    pub fn label(&self, column: &str) -> Option<&str> {
        self.labels.iter().find(|(name, _)| name == column).map(|(_, label)| label.as_str())
    }

    /// What the codes of a column mean, increasing, where the source says so and the column holds
    /// these words.
    pub fn codes(&self, column: &str) -> &[(f64, String)] {
        self.codes.iter().find(|(name, _)| name == column).map_or(&[], |(_, codes)| codes)
    }

    /// How the dates of this table are written, where the reader was told.
    pub fn date_format(&self) -> Option<&DateFormat> {
        self.date_format.as_ref()
    }

    /// Refuses a column that holds an error or undecoded bytes in one of the rows used (all when
    /// `None`).
    ///
    /// # Errors
    ///
    /// [`ReadError::BadCells`].
    pub fn check_cells(&self, column: &str, used: Option<&[u32]>) -> Result<(), Error> {
        let is_used =
            |row: usize| used.is_none_or(|rows| rows.binary_search(&(row as u32)).is_ok());
        let bad: Vec<&BadCell> = self
            .bad_cells
            .iter()
            .filter(|cell| cell.column == column && is_used(cell.row))
            .collect();
        if bad.is_empty() {
            return Ok(());
        }
        let place = |cell: &&BadCell| (self.place(cell.row), cell.value.clone());
        let first = bad.iter().take(BAD_CELLS_SHOWN).map(place).collect();
        Err(ReadError::BadCells { column: column.to_string(), first, cells: bad.len() }.into())
    }

    /// The columns that were read, as polars has them.
    pub fn frame(&self) -> &DataFrame {
        &self.frame
    }

    /// What messages call the table: the source as it was typed.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of rows, at least one.
    pub fn n_rows(&self) -> usize {
        self.frame.height()
    }

    /// All columns of the source in their order, also those that were not read.
    pub fn column_names(&self) -> &[String] {
        &self.all_columns
    }

    /// Whether the column was read.
    pub fn has_column(&self, name: &str) -> bool {
        self.frame.column(name).is_ok()
    }

    /// Where a row (from 0) stands.
    pub fn place(&self, row: usize) -> Place {
        let row = self.origin.as_ref().map_or(row, |origin| origin[row] as usize);
        Place { row, line: self.lines.line(row) }
    }

    /// The values of a column as they are: numbers, flags or categories in natural order. All
    /// levels of the column are there.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchColumn`].
    pub fn values(&self, name: &str) -> Result<Values, Error> {
        let column = self.column(name)?;
        Ok(match column.dtype() {
            DataType::Boolean => {
                let flags = column.bool().expect("the type was just seen");
                Values::Flag(flags.iter().collect())
            }
            DataType::String => {
                let texts = column.str().expect("the type was just seen");
                let factor = Factor::of_texts(texts.iter());
                Values::Text(self.in_order_of_codes(name, factor))
            }
            _ => {
                let numbers = column.f64().expect("tables hold no other type");
                Values::Number(match numbers.cont_slice() {
                    Ok(numbers) => numbers.to_vec(),
                    Err(_) => numbers.iter().map(|number| number.unwrap_or(f64::NAN)).collect(),
                })
            }
        })
    }

    /// Levels that are labels of codes, in the order of the codes.
    fn in_order_of_codes(&self, name: &str, factor: Factor) -> Factor {
        if let Some((_, levels)) = self.levels.iter().find(|(column, _)| column == name) {
            let place = |level: &str| levels.iter().position(|known| known == level);
            return factor.sorted_by(|a, b| place(a).cmp(&place(b)));
        }
        let codes = self.codes(name);
        if codes.is_empty() {
            return factor;
        }
        let place = |level: &str| codes.iter().position(|(_, label)| label.trim() == level);
        factor.sorted_by(|a, b| place(a).cmp(&place(b)))
    }

    /// The numbers of a column as they lie in the table, without a copy; `None` where some are
    /// missing or it holds no numbers.
    pub(crate) fn known_numbers(&self, name: &str) -> Result<Option<&[f64]>, Error> {
        let numbers = self.column(name)?.f64().ok();
        Ok(numbers.and_then(|numbers| numbers.cont_slice().ok()))
    }

    /// Whether a column holds numbers.
    pub(crate) fn is_numeric(&self, name: &str) -> Result<bool, Error> {
        Ok(!matches!(self.column(name)?.dtype(), DataType::Boolean | DataType::String))
    }

    /// The text of one row of a text column; `None` where it is missing or no text, and for a column that
    /// is not there.
    pub(crate) fn text_at(&self, name: &str, row: usize) -> Option<&str> {
        self.column(name).ok()?.str().ok()?.get(row)
    }

    /// The values of a numeric column, NaN where missing; flags count as 0 and 1.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchColumn`]; [`Error::NotANumber`] with the first row that holds a text.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>, Error> {
        match self.values(name)? {
            Values::Number(numbers) => Ok(numbers),
            Values::Flag(flags) => Ok(flags.into_iter().map(flag_number).collect()),
            Values::Text(factor) => {
                let numbers: Vec<Option<f64>> =
                    factor.levels.iter().map(|level| number_asked(level)).collect();
                match numbers.iter().all(Option::is_some) {
                    true => Ok(of_levels(&factor, &numbers)),
                    false => Err(not_a_number(name, &factor, |row| self.place(row))),
                }
            }
        }
    }

    /// The values of a column as categories; levels that no row has are left out.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchColumn`].
    pub fn factor(&self, name: &str) -> Result<Factor, Error> {
        self.values(name).map(Values::into_factor)
    }

    /// The values of a column as a reader sees them, `None` where missing.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchColumn`].
    pub fn texts(&self, name: &str) -> Result<Vec<Option<String>>, Error> {
        let Factor { codes, levels } = self.factor(name)?;
        let text = |&code: &u32| (code != MISSING).then(|| levels[code as usize].clone());
        Ok(codes.iter().map(text).collect())
    }

    /// The values of a column as dates, `None` where missing: as the reader was told, otherwise as
    /// the column itself shows. A time of day is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchColumn`]; [`ReadError::Dates`] with the first rows that hold another text, a
    /// day that does not exist, or one that has two readings.
    pub fn dates(&self, name: &str) -> Result<Vec<Option<NaiveDate>>, Error> {
        let factor = self.factor(name)?;
        read_dates(name, &factor, self.date_format.as_ref(), |row| self.place(row))
    }

    /// The truth of a comparison at each row, `None` where a value is missing.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchColumn`], and [`Error::Kind`] for an expression that is not true or false.
    pub fn flags(&self, expr: &Expr) -> Result<Vec<Option<bool>>, Error> {
        Scope { table: self, rows: None }.flags(expr)
    }

    /// The value of an expression at each row, NaN where a value is missing.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchColumn`], and [`Error::Kind`] for an expression that is no number.
    pub fn numbers_of(&self, expr: &Expr) -> Result<Vec<f64>, Error> {
        Scope { table: self, rows: None }.numbers(expr)
    }

    fn column(&self, name: &str) -> Result<&Column, Error> {
        self.frame.column(name).map_err(|_| self.no_such_column(name))
    }

    /// There is none of that name, or several, or it holds what no analysis can use.
    fn no_such_column(&self, name: &str) -> Error {
        if let Some((_, problem)) = self.unusable.iter().find(|(column, _)| column == name) {
            return Error::Kind { expr: name.to_string(), problem: problem.clone() };
        }
        match field_of(&self.name, &self.all_columns, name) {
            Err(error @ Error::DuplicateColumn { .. }) => error,
            _ => Error::NoSuchColumn {
                source: self.name.clone(),
                name: name.to_string(),
                columns: self.all_columns.clone(),
                counted: self.notes.iter().any(|note| matches!(note, ReadNote::Counts { .. })),
            },
        }
    }
}

/// A flag as R counts it, NaN where missing.
pub(crate) fn flag_number(flag: Option<bool>) -> f64 {
    flag.map_or(f64::NAN, |flag| f64::from(u8::from(flag)))
}

/// The error for a text column used as a number: its first row that holds no number.
pub(crate) fn not_a_number(column: &str, factor: &Factor, place: impl Fn(usize) -> Place) -> Error {
    let is_text: Vec<bool> =
        factor.levels.iter().map(|text| text.trim().parse::<f64>().is_err()).collect();
    let mut rows = factor.codes.iter().enumerate().filter(|(_, code)| **code != MISSING);
    let mut texts = rows.by_ref().filter(|(_, code)| is_text[**code as usize]);
    match texts.next() {
        Some((row, &code)) => {
            let used = |code: usize| factor.codes.iter().any(|&used| used as usize == code);
            let rows = 1 + texts.count();
            let numbers = is_text.iter().enumerate().any(|(code, text)| !text && used(code));
            let words = || (0..is_text.len()).filter(|&code| is_text[code] && used(code));
            Error::NotANumber {
                column: column.to_string(),
                place: place(row),
                value: factor.levels[code as usize].clone(),
                rows,
                words: match numbers {
                    true => words().map(|code| factor.levels[code].clone()).collect(),
                    false => Vec::new(),
                },
            }
        }
        None => Error::Kind {
            expr: column.to_string(),
            problem: "holds whole numbers too long to be kept exactly, so it is read as text; it \
                      serves as a category or identifier, not as a number"
                .to_string(),
        },
    }
}

fn check_file(path: &Path) -> Result<(), Error> {
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => Err(Error::Folder { path: path.to_path_buf() }),
        Ok(metadata) if metadata.is_file() => Ok(()),
        Ok(_) => Err(Error::NotRegular { path: path.to_path_buf() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(Error::NoSuchFile { path: path.to_path_buf() })
        }
        Err(error) => Err(csv::io_error(&path.display().to_string(), &error)),
    }
}

/// A polars column of values; missing values are null.
fn to_column(name: &str, values: Values) -> Column {
    match values {
        Values::Number(numbers) if numbers.iter().any(|number| number.is_nan()) => {
            let known = numbers.iter().map(|&number| (!number.is_nan()).then_some(number));
            Float64Chunked::from_iter_options(name.into(), known).into_column()
        }
        Values::Number(numbers) => Float64Chunked::from_vec(name.into(), numbers).into_column(),
        Values::Flag(flags) => Series::new(name.into(), flags).into_column(),
        Values::Text(Factor { codes, levels }) => {
            let text = |&code: &u32| (code != MISSING).then(|| levels[code as usize].as_str());
            StringChunked::from_iter_options(name.into(), codes.iter().map(text)).into_column()
        }
    }
}

/// A column of another frame as `Float64`, `Boolean` or `String`.
fn plain_column(column: &Column) -> Result<Column, Error> {
    let target = match column.dtype() {
        DataType::Boolean | DataType::String | DataType::Float64 => return Ok(column.clone()),
        DataType::Date | DataType::Datetime(..) => DataType::String,
        dtype if dtype.is_primitive_numeric() || dtype.is_null() => DataType::Float64,
        dtype => {
            return Err(Error::Kind {
                expr: column.name().to_string(),
                problem: format!("is a column of type {dtype}; turn it into numbers or text first"),
            });
        }
    };
    column.cast(&target).map_err(|error| Error::Kind {
        expr: column.name().to_string(),
        problem: format!("cannot be read as {target}: {error}"),
    })
}
