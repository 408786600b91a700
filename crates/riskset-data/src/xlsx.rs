//! Reading one sheet of a workbook: the first row is the header, dates become ISO text.

use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};

use crate::csv::{self, Lines, text_values};
use crate::frame::watched;
use crate::read::{Content, choose, duplicates};
use crate::values::{Distinct, MISSING};
use crate::{Error, Place, Values};

/// Reads the sheet called `sheet` (the first when `None`), only the columns `wanted`.
pub(crate) fn read(
    path: &Path,
    sheet: Option<&str>,
    name: &str,
    wanted: Option<&[String]>,
) -> Result<Content, Error> {
    let refuse = |reason: String| Error::Workbook { source: name.to_string(), reason };
    let mut workbook: Xlsx<_> = open_workbook(path)
        .map_err(|error: calamine::XlsxError| refuse(format!("{error}; save it again as .xlsx")))?;
    let sheets = workbook.sheet_names();
    let chosen = match sheet {
        Some(sheet) if sheets.iter().any(|known| known == sheet) => sheet.to_string(),
        Some(sheet) => {
            let known = sheets.join(", ");
            return Err(refuse(format!("it has no sheet `{sheet}`; its sheets are {known}")));
        }
        None => sheets.first().cloned().ok_or_else(|| refuse("it has no sheet".to_string()))?,
    };
    let range = workbook.worksheet_range(&chosen).map_err(|error| refuse(error.to_string()))?;
    let first_line = range.start().map_or(1, |(row, _)| row as usize + 1);
    let mut rows = range.rows();
    let header = rows.next().ok_or_else(|| Error::EmptyFile { source: name.to_string() })?;
    let names: Vec<String> = header.iter().map(|cell| text(cell).trim().to_string()).collect();
    // Blank rows are skipped, as blank lines of a CSV file are.
    let rows: Vec<(usize, &[Data])> = rows
        .enumerate()
        .filter(|(_, cells)| cells.iter().any(|cell| !is_missing(cell)))
        .map(|(index, cells)| (first_line + 1 + index, cells))
        .collect();
    if rows.is_empty() {
        return Err(Error::NoRows { source: name.to_string() });
    }
    let lines = Lines::from_lines(rows.iter().map(|(line, _)| *line));
    let mut values = Vec::new();
    for field in choose(name, &names, wanted)? {
        let column = column(name, &names[field], &rows, field)?;
        values.push((names[field].clone(), column));
    }
    for field in watched(&names) {
        if values.iter().any(|(known, _)| *known == names[field]) {
            continue;
        }
        // A cell that cannot be read matters only in a column that was asked for.
        if let Ok(column) = column(name, &names[field], &rows, field) {
            values.push((names[field].clone(), column));
        }
    }
    let notes = duplicates(&names);
    Ok(Content { names, values, rows: rows.len(), lines, notes, ..Content::default() })
}

/// The values of one column: numbers when every cell that is not empty is one, otherwise texts.
fn column(
    source: &str,
    name: &str,
    rows: &[(usize, &[Data])],
    field: usize,
) -> Result<Values, Error> {
    let mut numbers = Vec::with_capacity(rows.len());
    for (row, (line, cells)) in rows.iter().enumerate() {
        match &cells[field] {
            Data::Error(error) => {
                return Err(Error::Row {
                    column: name.to_string(),
                    place: Place { row, line: Some(*line) },
                    problem: format!("holds the error {error} in {source}"),
                });
            }
            cell if is_missing(cell) => numbers.push(Some(f64::NAN)),
            cell => numbers.push(number(cell)),
        }
    }
    if let Some(numbers) = numbers.into_iter().collect::<Option<Vec<f64>>>() {
        return Ok(Values::Number(numbers));
    }
    let texts: Vec<String> = rows.iter().map(|(_, cells)| text(&cells[field])).collect();
    let mut distinct: Distinct<&str> = Distinct::default();
    let missing = |row: usize| is_missing(&rows[row].1[field]);
    let codes = texts
        .iter()
        .enumerate()
        .map(|(row, text)| if missing(row) { MISSING } else { distinct.code(text.as_str()) });
    let codes = codes.collect();
    Ok(text_values(codes, distinct.values.into_iter().map(str::to_string).collect()))
}

fn is_missing(cell: &Data) -> bool {
    match cell {
        Data::Empty => true,
        Data::String(text) => text.trim().is_empty() || text.trim() == "NA",
        _ => false,
    }
}

fn number(cell: &Data) -> Option<f64> {
    match cell {
        Data::Int(number) => Some(*number as f64),
        Data::Float(number) => Some(*number),
        Data::String(text) => csv::number(text.trim().as_bytes()),
        _ => None,
    }
}

/// The cell as text; a date without a time of day is its day.
fn text(cell: &Data) -> String {
    match cell {
        Data::DateTime(stamp) if stamp.is_datetime() => iso(stamp.to_ymd_hms_milli()),
        Data::DateTimeIso(moment) => moment.trim_end_matches("T00:00:00").to_string(),
        Data::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_string(),
        other => other.to_string(),
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
