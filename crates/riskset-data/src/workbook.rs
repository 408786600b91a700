//! Reading one sheet of a workbook (xlsx, xls, xlsb, ods): cells as a stream, dates as ISO text.

mod closed;

use closed::check_closed;
use std::io::{Cursor, Read};

use calamine::{
    CellErrorType, Data, Ods, Reader, SheetVisible, Xls, Xlsb, Xlsx, open_workbook_from_rs,
};

use crate::csv::{self, Lines, text_values};
use crate::frame::with_watched;
use crate::read::{
    BadCell, Content, Evidence, Grid, Guess, ReadError, ReadNote, ReadOptions, Style, Units,
    Verdict, choose, duplicates, find_header, find_units, too_much, unclear_number, unpacked_limit,
};
use crate::values::{Distinct, MISSING};
use crate::{Error, Values};

/// The most cells that the rectangle around all cells of a sheet may have: a million rows of 200
/// columns. One stray cell far out is what makes it larger.
pub(crate) const SHEET_AREA: u64 = 200_000_000;

/// The last row and column that a sheet of any program has.
pub(crate) const LAST_ROW: u64 = 1_048_576;
/// See [`LAST_ROW`].
pub(crate) const LAST_COLUMN: u64 = 16_384;

/// Rows among which header and units are looked for.
const LOOKED_AT: usize = 500;

type Bytes = Cursor<Vec<u8>>;

/// Whether a zip holds a workbook.
pub(crate) fn is_workbook(bytes: &[u8]) -> bool {
    zip::ZipArchive::new(Cursor::new(bytes)).is_ok_and(|archive| {
        let has = |name: &str| archive.index_for_name(name).is_some();
        has("xl/workbook.xml") || has("xl/workbook.bin") || (has("mimetype") && has("content.xml"))
    })
}

/// Reads the sheet that is told (the first visible one otherwise), only the columns `wanted`.
pub(crate) fn read(
    bytes: Vec<u8>,
    name: &str,
    wanted: Option<&[String]>,
    options: &ReadOptions,
) -> Result<Content, Error> {
    check_options(name, options)?;
    if bytes.starts_with(b"PK") {
        check_parts(&bytes, name)?;
    }
    let mut book = Book::open(bytes, name)?;
    let (sheet, others) = choose_sheet(&book.sheets(), name, options)?;
    let mut cells = book.cells(&sheet, name)?;
    // Columns are looked up by halving, whatever the order in which the file has its cells.
    cells.iter_mut().for_each(|(_, row)| row.sort_by_key(|cell| cell.column));
    let table = Sheet { source: name, sheet: &sheet, others: &others, cells, options };
    table.read(wanted)
}

fn check_options(name: &str, options: &ReadOptions) -> Result<(), Error> {
    let text_only = ["separator", "encoding", "comment"];
    let told = options.told();
    let refuse = |field: &'static str, problem: &str| {
        let (source, problem) = (name.to_string(), problem.to_string());
        Err(ReadError::Option { source, field, problem }.into())
    };
    match text_only.into_iter().find(|field| told.contains(field)) {
        Some(field) => refuse(field, "does not apply to a workbook"),
        None if options.skip.is_some() && options.header_row.is_some() => {
            refuse("skip", "says the same as `header_row`; only one can hold")
        }
        None => Ok(()),
    }
}

/// A workbook of any kind.
enum Book {
    Xlsx(Box<Xlsx<Bytes>>),
    Xlsb(Box<Xlsb<Bytes>>),
    Xls(Box<Xls<Bytes>>),
    Ods(Box<Ods<Bytes>>),
}

/// A cell that is not empty, or holds a formula without a value.
struct Cell {
    column: u32,
    data: Data,
    /// A formula whose value was never stored.
    no_value: bool,
}

/// Rows from 0, increasing, each with its cells.
type Rows = Vec<(u32, Vec<Cell>)>;

impl Book {
    fn open(bytes: Vec<u8>, name: &str) -> Result<Book, Error> {
        let has = |part: &str| {
            zip::ZipArchive::new(Cursor::new(&bytes))
                .is_ok_and(|archive| archive.index_for_name(part).is_some())
        };
        let (xlsx, xlsb, zip) =
            (has("xl/workbook.xml"), has("xl/workbook.bin"), bytes.starts_with(b"PK"));
        let bytes = Cursor::new(bytes);
        if xlsx {
            let book = open_workbook_from_rs(bytes).map_err(|error| broken(name, error))?;
            Ok(Book::Xlsx(Box::new(book)))
        } else if xlsb {
            let book = open_workbook_from_rs(bytes).map_err(|error| broken(name, error))?;
            Ok(Book::Xlsb(Box::new(book)))
        } else if zip {
            let book = open_workbook_from_rs(bytes).map_err(|error| broken(name, error))?;
            Ok(Book::Ods(Box::new(book)))
        } else {
            let book = open_workbook_from_rs(bytes).map_err(|error| broken(name, error))?;
            Ok(Book::Xls(Box::new(book)))
        }
    }

    /// The sheets in their order, and whether each is shown.
    fn sheets(&self) -> Vec<(String, bool)> {
        let sheets = match self {
            Book::Xlsx(book) => book.sheets_metadata(),
            Book::Xlsb(book) => book.sheets_metadata(),
            Book::Xls(book) => book.sheets_metadata(),
            Book::Ods(book) => book.sheets_metadata(),
        };
        let shown = |sheet: &calamine::Sheet| sheet.visible == SheetVisible::Visible;
        sheets.iter().map(|sheet| (sheet.name.clone(), shown(sheet))).collect()
    }

    fn cells(&mut self, sheet: &str, name: &str) -> Result<Rows, Error> {
        let range = match self {
            Book::Xlsx(book) => return stream(book, sheet, name),
            Book::Xlsb(book) => book.worksheet_range(sheet).map_err(|e| broken(name, e))?,
            Book::Xls(book) => book.worksheet_range(sheet).map_err(|e| broken(name, e))?,
            Book::Ods(book) => book.worksheet_range(sheet).map_err(|e| broken(name, e))?,
        };
        let (first_row, first_column) = range.start().unwrap_or((0, 0));
        let row = |(index, cells): (usize, &[Data])| {
            let filled = cells.iter().enumerate().filter(|(_, cell)| **cell != Data::Empty);
            let cells: Vec<Cell> = filled
                .map(|(column, data)| Cell {
                    column: first_column + column as u32,
                    data: data.clone(),
                    no_value: false,
                })
                .collect();
            (first_row + index as u32, cells)
        };
        Ok(range.rows().enumerate().map(row).filter(|(_, cells)| !cells.is_empty()).collect())
    }
}

fn broken(name: &str, error: impl std::fmt::Display) -> Error {
    let reason = match error.to_string() {
        reason if reason.contains("assword") || reason.contains("ncrypt") => {
            "it is protected by a password; save it without one".to_string()
        }
        reason => reason,
    };
    ReadError::Broken { source: name.to_string(), kind: "a workbook", reason }.into()
}

/// The cells of a sheet of an xlsx, one after the other, within the limit.
fn stream(book: &mut Xlsx<Bytes>, sheet: &str, name: &str) -> Result<Rows, Error> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|error| broken(name, error))?;
    let mut rows: Rows = Vec::new();
    let (mut last_row, mut last_column) = (0, 0);
    while let Some(cell) =
        reader.next_cell_with_formula_metadata().map_err(|error| broken(name, error))?
    {
        let (row, column) = cell.pos;
        let data = Data::from(cell.value);
        let blank = data == Data::Empty || matches!(&data, Data::String(text) if text.is_empty());
        let no_value = blank && cell.formula.is_some();
        if blank && !no_value {
            continue;
        }
        (last_row, last_column) = (row.max(last_row), column.max(last_column));
        let area = (u64::from(last_row) + 1) * (u64::from(last_column) + 1);
        if area > SHEET_AREA {
            return Err(far_cell(name, sheet, row, column));
        }
        let cell = Cell { column, data, no_value };
        match rows.last_mut() {
            Some((last, cells)) if *last == row => cells.push(cell),
            _ => rows.push((row, vec![cell])),
        }
    }
    in_order(rows).map_err(|(row, column)| {
        let cell = cell_name(row, column);
        broken(name, format!("the cell {cell} of the sheet `{sheet}` stands in it twice"))
    })
}

/// The rows and their cells, increasing; the place of a cell that stands there twice, as in a damaged
/// file, is the error. Cells of a row that is not in one piece become one row.
fn in_order(mut rows: Rows) -> Result<Rows, (u32, u32)> {
    rows.sort_by_key(|(row, _)| *row);
    let mut whole: Rows = Vec::with_capacity(rows.len());
    for (row, cells) in rows {
        match whole.last_mut() {
            Some((last, before)) if *last == row => before.extend(cells),
            _ => whole.push((row, cells)),
        }
    }
    for (row, cells) in &mut whole {
        cells.sort_by_key(|cell| cell.column);
        if let Some(twice) = cells.windows(2).find(|two| two[0].column == two[1].column) {
            return Err((*row, twice[0].column));
        }
    }
    Ok(whole)
}

fn far_cell(name: &str, sheet: &str, row: u32, column: u32) -> Error {
    let problem = format!(
        "the cell {} of the sheet `{sheet}` makes it larger than {SHEET_AREA} cells; delete what \
         stands there",
        cell_name(row, column)
    );
    ReadError::Limit { source: name.to_string(), problem }.into()
}

/// `C2` for row 1 and column 2, both from 0.
fn cell_name(row: u32, column: u32) -> String {
    let (mut letters, mut rest) = (Vec::new(), column + 1);
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.reverse();
    format!("{}{}", String::from_utf8_lossy(&letters), u64::from(row) + 1)
}

/// Unpacks every part once, counting bytes, and looks at what a reader would believe: the places
/// of cells and the number of shared texts.
fn check_parts(bytes: &[u8], name: &str) -> Result<(), Error> {
    let limit = unpacked_limit(bytes.len() as u64);
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(name, error))?;
    let mut left = limit;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| broken(name, error))?;
        let part_name = part.name().map_err(|error| broken(name, error))?.to_string();
        let mut content = Vec::new();
        part.take(left + 1).read_to_end(&mut content).map_err(|error| broken(name, error))?;
        left = left.checked_sub(content.len() as u64).ok_or_else(|| too_much(name, limit))?;
        if part_name.starts_with("xl/worksheets/") && part_name.ends_with(".xml") {
            check_places(&content, name)?;
        } else if part_name.eq_ignore_ascii_case("xl/sharedStrings.xml") {
            check_count(&content, name)?;
        } else if part_name == "content.xml" {
            check_closed(&content, name)?;
        }
    }
    Ok(())
}

/// Every `r="..."` is a row or a cell that a sheet can have.
fn check_places(xml: &[u8], name: &str) -> Result<(), Error> {
    for at in memchr::memmem::find_iter(xml, b" r=\"") {
        let rest = &xml[at + 4..];
        let end = memchr::memchr(b'"', rest).unwrap_or(rest.len()).min(64);
        let place = &rest[..end];
        let letters = place.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let column = place[..letters.min(4)].iter().fold(0, |column, letter| {
            26 * column + u64::from(letter.to_ascii_uppercase() - b'A') + 1
        });
        let digits = std::str::from_utf8(&place[letters..]).unwrap_or_default();
        let row: u64 = digits.parse().unwrap_or(u64::MAX);
        if letters > 3 || column > LAST_COLUMN || !(1..=LAST_ROW).contains(&row) {
            let place = String::from_utf8_lossy(place);
            let problem =
                format!("it has a cell or row `{place}`, and no sheet goes beyond XFD{LAST_ROW}");
            return Err(ReadError::Limit { source: name.to_string(), problem }.into());
        }
    }
    Ok(())
}

/// A count of shared texts that the file is too short to hold.
fn check_count(xml: &[u8], name: &str) -> Result<(), Error> {
    let head = &xml[..xml.len().min(2000)];
    for key in [&b"uniqueCount=\""[..], b" count=\""] {
        let Some(at) = memchr::memmem::find(head, key) else { continue };
        let digits = head[at + key.len()..].iter().take_while(|b| b.is_ascii_digit());
        let count: u64 =
            digits.fold(0, |n: u64, b| n.saturating_mul(10).saturating_add(u64::from(b - b'0')));
        // A text takes at least `<si/>`; the count of uses has no such bound and only its size.
        let most = if key.starts_with(b"unique") { xml.len() as u64 } else { u64::from(u32::MAX) };
        if count > most {
            let problem = format!("it says that it holds {count} texts and is too short for them");
            return Err(ReadError::Limit { source: name.to_string(), problem }.into());
        }
    }
    Ok(())
}

/// The sheet to read, and the names of the others.
fn choose_sheet(
    sheets: &[(String, bool)],
    name: &str,
    options: &ReadOptions,
) -> Result<(String, Vec<String>), Error> {
    let names: Vec<String> = sheets.iter().map(|(name, _)| name.clone()).collect();
    let chosen = match &options.sheet {
        Some(told) if names.contains(told) => told.clone(),
        Some(told) => {
            let (source, part) = (name.to_string(), Some(told.clone()));
            let parts = names;
            return Err(
                ReadError::NoPart { source, kind: "sheet", part, parts, field: "sheet" }.into()
            );
        }
        None => {
            let shown = sheets.iter().find(|(_, shown)| *shown).or(sheets.first());
            shown.ok_or_else(|| broken(name, "it has no sheet"))?.0.clone()
        }
    };
    let others = names.into_iter().filter(|name| *name != chosen).collect();
    Ok((chosen, others))
}

/// One sheet, as it is read.
struct Sheet<'a> {
    source: &'a str,
    sheet: &'a str,
    others: &'a [String],
    cells: Rows,
    options: &'a ReadOptions,
}

impl Sheet<'_> {
    fn read(&self, wanted: Option<&[String]>) -> Result<Content, Error> {
        let (header, units) = self.header()?;
        let names = self.names(header);
        let rows = self.rows(header, &names);
        if rows.is_empty() {
            return Err(self.empty("has a header but no rows"));
        }
        let lines = rows.iter().map(|(row, _)| *row as usize + 1);
        let mut content = Content {
            rows: rows.len(),
            lines: Lines::from_lines(lines),
            notes: self.notes(header, &names),
            ..Content::default()
        };
        let fields = with_watched(&names, choose(self.source, &names, wanted)?);
        let columns: Vec<Column> = fields
            .iter()
            .map(|&field| Column::of(&names[field], field as u32, &rows, self.options))
            .collect();
        let style = self.style(&columns)?;
        for column in &columns {
            column.fill(&mut content, style.unwrap_or_default());
        }
        content.names = names;
        if style.is_none() && wanted.is_some() {
            return Err(unclear_number(&content));
        }
        if style.is_some_and(|style| style.decimal == crate::Decimal::Comma) {
            content.notes.push(ReadNote::DecimalComma);
        }
        content.note_values();
        if let Some(units) = units {
            content.check_units(self.source, &units, wanted)?;
        }
        Ok(content)
    }

    fn empty(&self, found: &'static str) -> Error {
        let (source, sheet) = (self.source.to_string(), self.sheet.to_string());
        ReadError::EmptySheet { source, sheet, found, others: self.others.to_vec() }.into()
    }

    /// The row (from 0) of the names, and rows of units below it.
    fn header(&self) -> Result<(u32, Option<Units>), Error> {
        let told = match (self.options.header_row, self.options.skip) {
            (Some(row), _) => Some(row.max(1) as u32 - 1),
            (None, skip) => skip.map(|skip| skip as u32),
        };
        let first = told.unwrap_or(0);
        let used: Vec<&(u32, Vec<Cell>)> =
            self.cells.iter().filter(|(row, _)| *row >= first).take(LOOKED_AT).collect();
        if used.is_empty() {
            return Err(self.empty("is empty"));
        }
        let width = used.iter().flat_map(|(_, cells)| cells).map(|c| c.column + 1).max();
        let texts = |cells: &[Cell]| {
            let mut texts = vec![String::new(); width.unwrap_or(0) as usize];
            for cell in cells.iter().filter(|cell| !is_missing(&cell.data, &[])) {
                texts[cell.column as usize] = shown(&cell.data);
            }
            texts
        };
        let grid = Grid {
            rows: used.iter().map(|(_, cells)| texts(cells)).collect(),
            lines: used.iter().map(|(row, _)| *row as usize + 1).collect(),
        };
        let row = match (told, find_header(&grid)) {
            (Some(_), _) => 0,
            (None, Guess::Row(row)) => row,
            (None, Guess::Propose { row, found }) => {
                let (source, row) = (self.source.to_string(), grid.lines[row]);
                return Err(ReadError::HeaderRow { source, found, row }.into());
            }
        };
        let units = match self.options.data_row {
            None => find_units(&grid, row),
            Some(_) => None,
        };
        Ok((used[row].0, units))
    }

    fn names(&self, header: u32) -> Vec<String> {
        let row = self.cells.iter().find(|(row, _)| *row == header);
        let cells = row.map_or(&[][..], |(_, cells)| cells);
        let width = cells.iter().map(|cell| cell.column + 1).max().unwrap_or(0);
        let mut names = vec![String::new(); width as usize];
        for cell in cells {
            names[cell.column as usize] = csv::column_name(&shown(&cell.data));
        }
        names
    }

    /// The rows below the names with something in a column that has a name.
    fn rows(&self, header: u32, names: &[String]) -> Vec<(u32, &[Cell])> {
        let first = self.options.data_row.map_or(header + 1, |row| (row.max(1) - 1) as u32);
        let named = |cell: &Cell| {
            let name = names.get(cell.column as usize);
            let holds = cell.no_value || !is_missing(&cell.data, &[]);
            name.is_some_and(|name| !name.is_empty()) && holds
        };
        self.cells
            .iter()
            .filter(|(row, cells)| *row >= first.max(header + 1) && cells.iter().any(named))
            .map(|(row, cells)| (*row, cells.as_slice()))
            .collect()
    }

    fn notes(&self, header: u32, names: &[String]) -> Vec<ReadNote> {
        let mut notes = Vec::new();
        if self.options.sheet.is_none() && !self.others.is_empty() {
            let (sheet, others) = (self.sheet.to_string(), self.others.to_vec());
            notes.push(ReadNote::Sheet { sheet, others });
        }
        let told = self.options.header_row.is_some() || self.options.skip.is_some();
        if header > 0 && !told {
            notes.push(ReadNote::HeaderRow { row: header as usize + 1 });
        }
        notes.extend(duplicates(names));
        notes
    }

    /// How numbers that stand as text are written; `None` where that has two readings.
    fn style(&self, columns: &[Column<'_>]) -> Result<Option<Style>, Error> {
        if let Some(told) = Style::told(self.options) {
            return Ok(Some(told));
        }
        let mut evidence = Evidence::default();
        for data in columns.iter().flat_map(|column| &column.cells).flatten() {
            if let Data::String(text) = data {
                evidence.see(text);
            }
        }
        Ok(match evidence.verdict() {
            Verdict::Style(style) => Some(style),
            Verdict::Unclear => None,
        })
    }
}

/// The cells of one column, `None` where missing.
struct Column<'a> {
    name: &'a str,
    cells: Vec<Option<&'a Data>>,
    not_available: usize,
    /// Formulas without a value: how many, and the first.
    no_value: usize,
    first_no_value: String,
}

impl<'a> Column<'a> {
    fn of(
        name: &'a str,
        field: u32,
        rows: &[(u32, &'a [Cell])],
        options: &ReadOptions,
    ) -> Column<'a> {
        let mut column = Column {
            name,
            cells: Vec::with_capacity(rows.len()),
            not_available: 0,
            no_value: 0,
            first_no_value: String::new(),
        };
        for (row, cells) in rows {
            let found = cells.binary_search_by_key(&field, |cell| cell.column);
            let cell = found.ok().map(|index| &cells[index]);
            match cell {
                Some(cell) if cell.no_value => {
                    if column.no_value == 0 {
                        column.first_no_value = cell_name(*row, field);
                    }
                    column.no_value += 1;
                    column.cells.push(None);
                }
                Some(Cell { data: Data::Error(CellErrorType::NA), .. }) => {
                    column.not_available += 1;
                    column.cells.push(None);
                }
                cell => {
                    let data = cell.map(|cell| &cell.data);
                    column.cells.push(data.filter(|data| !is_missing(data, &options.na)));
                }
            }
        }
        column
    }

    /// Numbers when every cell that is not missing is one, otherwise texts; errors of cells are
    /// kept apart and refused where their row is used.
    fn fill(&self, content: &mut Content, style: Style) {
        let name = self.name.to_string();
        for (row, data) in self.cells.iter().enumerate() {
            if let Some(Data::Error(error)) = data {
                let bad = BadCell { column: name.clone(), row, value: error.to_string() };
                content.bad_cells.push(bad);
            }
        }
        if self.not_available > 0 {
            let (column, cells) = (name.clone(), self.not_available);
            content.notes.push(ReadNote::NotAvailable { column, cells });
        }
        if self.no_value > 0 {
            let (column, first) = (name.clone(), self.first_no_value.clone());
            content.notes.push(ReadNote::NoStoredValues { column, cells: self.no_value, first });
        }
        let durations = self.cells.iter().flatten().any(|data| is_duration(data));
        if durations {
            content.notes.push(ReadNote::Durations { column: name.clone() });
        }
        content.values.push((name, self.values(style)));
    }

    fn values(&self, style: Style) -> Values {
        let number = |data: &Option<&Data>| match data {
            None | Some(Data::Error(_)) => Some(f64::NAN),
            Some(data) => number(data, style),
        };
        if let Some(numbers) = self.cells.iter().map(number).collect::<Option<Vec<f64>>>() {
            return Values::Number(numbers);
        }
        let text = |data: &Option<&Data>| match data {
            None | Some(Data::Error(_)) => None,
            Some(data) => Some(shown(data)),
        };
        let texts: Vec<Option<String>> = self.cells.iter().map(text).collect();
        let mut distinct: Distinct<&str> = Distinct::default();
        let codes = texts
            .iter()
            .map(|text| text.as_deref().map_or(MISSING, |text| distinct.code(text)))
            .collect();
        text_values(codes, distinct.values.into_iter().map(str::to_string).collect())
    }
}

fn is_missing(cell: &Data, na: &[String]) -> bool {
    match cell {
        Data::Empty => true,
        Data::String(text) => {
            let text = text.trim();
            matches!(text, "" | "NA" | "#N/A") || na.iter().any(|na| na.trim() == text)
        }
        other => !na.is_empty() && na.iter().any(|na| na.trim() == shown(other)),
    }
}

fn is_duration(cell: &Data) -> bool {
    matches!(cell, Data::DateTime(stamp) if !stamp.is_datetime())
}

fn number(cell: &Data, style: Style) -> Option<f64> {
    match cell {
        Data::Int(number) => Some(*number as f64),
        Data::Float(number) => Some(*number),
        Data::String(text) => style.number(csv::trimmed(text.as_bytes())),
        // A format of hours and minutes on a number says nothing about the number.
        Data::DateTime(stamp) if !stamp.is_datetime() => Some(stamp.as_f64()),
        _ => None,
    }
}

/// The cell as text without blanks around it; a date without a time of day is its day.
fn shown(cell: &Data) -> String {
    match cell {
        Data::DateTime(stamp) if stamp.is_datetime() => iso(stamp.to_ymd_hms_milli()),
        Data::DateTime(stamp) => stamp.as_f64().to_string(),
        Data::DateTimeIso(moment) => moment.trim_end_matches("T00:00:00").to_string(),
        Data::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_string(),
        other => other.to_string().trim().to_string(),
    }
}

/// `2021-03-04`, with the time of day only where there is one.
fn iso((year, month, day, hour, minute, second, _): (u16, u8, u8, u8, u8, u8, u16)) -> String {
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        (0, 0, 0) => date,
        _ => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(row: u32, columns: &[u32]) -> (u32, Vec<Cell>) {
        let cell = |&column: &u32| Cell { column, data: Data::Int(1), no_value: false };
        (row, columns.iter().map(cell).collect())
    }

    #[test]
    fn a_row_in_two_pieces_is_one_row() {
        let rows = in_order(vec![row(1, &[2, 0]), row(4, &[0]), row(1, &[1])]).unwrap();
        let places = rows.iter().map(|(row, cells)| (*row, cells.len()));
        assert_eq!(places.collect::<Vec<_>>(), [(1, 3), (4, 1)]);
        let columns: Vec<u32> = rows[0].1.iter().map(|cell| cell.column).collect();
        assert_eq!(columns, [0, 1, 2]);
    }

    /// Before, the second one was a patient more, on a line that does not exist.
    #[test]
    fn a_cell_that_stands_there_twice_is_named() {
        let twice = in_order(vec![row(1, &[0]), row(4, &[0]), row(1, &[0])]).err();
        assert_eq!(twice, Some((1, 0)));
        assert_eq!(cell_name(1, 0), "A2");
    }
}
