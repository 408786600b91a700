//! XLSX: a workbook with one sheet for each table, for those who go on in Excel.
//!
//! A cell that is a number as it was written is a number of the sheet, with the decimals that it was
//! written with; everything else is text, so that no cell is ever a formula.

use super::{Align, Row, RowKind, Table};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use std::collections::BTreeSet;

/// The most rows of a sheet.
const ROWS: usize = 1_048_576;
/// The most columns of a sheet.
const COLUMNS: usize = 16_384;
/// The most characters of a cell.
const CHARACTERS: usize = 32_767;
/// The most characters in the name of a sheet.
const NAME: usize = 31;
/// A number of more digits than this is not kept by a sheet, which has numbers of 64 bits.
const DIGITS: usize = 15;
/// Columns are not wider than this many characters.
const WIDEST: usize = 60;

/// A workbook of several tables, and of sentences on a sheet of their own. The same tables give the same
/// bytes.
///
/// # Errors
///
/// In words, what does not fit a sheet: more rows, columns or characters than Excel has.
pub fn xlsx(tables: &[Table], notes: &[String]) -> Result<Vec<u8>, String> {
    tables.iter().try_for_each(fits)?;
    written(tables, notes).map_err(|error| error.to_string())
}

fn fits(table: &Table) -> Result<(), String> {
    let rows = table.rows.len() + table.footnotes.len() + 3;
    let (rows_of, columns_of) = (rows > ROWS, table.columns.len() > COLUMNS);
    let cells = table.rows.iter().flat_map(|row| &row.cells);
    let long = cells.chain(&table.footnotes).any(|text| text.chars().count() > CHARACTERS);
    match (rows_of, columns_of, long) {
        (false, false, false) => Ok(()),
        (true, ..) => Err(format!(
            "{rows} rows of the table {:?} do not fit a sheet, which has {ROWS}",
            table.title
        )),
        (_, true, _) => {
            Err(format!("{} columns do not fit a sheet, which has {COLUMNS}", table.columns.len()))
        }
        _ => Err(format!("a text of more than {CHARACTERS} characters does not fit a cell")),
    }
}

fn written(tables: &[Table], notes: &[String]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // A fixed date: a workbook that differs at each run cannot be compared.
    let date = ExcelDateTime::from_ymd(1970, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&date));
    let mut names = BTreeSet::new();
    for table in tables {
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(&table.title, &mut names))?;
        fill(sheet, table)?;
    }
    if !notes.is_empty() || tables.is_empty() {
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name("Notes", &mut names))?;
        sheet.set_column_width(0, 100)?;
        for (row, note) in (0..).zip(notes) {
            sheet.write_string_with_format(row, 0, note, &Format::new().set_text_wrap())?;
        }
    }
    book.save_to_buffer()
}

/// A name that a sheet may have, of the words of a title, and that no sheet before has.
fn sheet_name(title: &str, taken: &mut BTreeSet<String>) -> String {
    let clean: String = title
        .chars()
        .map(|sign| if "[]:*?/\\".contains(sign) || sign.is_control() { ' ' } else { sign })
        .collect();
    let words = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.trim_matches('\'').trim();
    let base = if words.is_empty() { "Table" } else { words };
    let cut = |room: usize| -> String {
        let text: String = base.chars().take(room).collect();
        text.trim_end().trim_end_matches('\'').to_owned()
    };
    let numbered = (2..).map(|number| {
        let suffix = format!(" ({number})");
        cut(NAME - suffix.len()) + &suffix
    });
    let mut all = std::iter::once(cut(NAME)).chain(numbered);
    // Excel compares names without regard to their case.
    all.find(|name| taken.insert(name.to_lowercase())).expect("there is no end of numbers")
}

fn fill(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let title = match table.caption.is_empty() {
        true => table.title.clone(),
        false => format!("{}. {}", table.title.trim_end_matches('.'), table.caption),
    };
    sheet.write_string_with_format(0, 0, &title, &bold)?;
    for (column, (heading, width)) in (0..).zip(table.columns.iter().zip(widths(table))) {
        let format = aligned(heading.align)
            .set_bold()
            .set_text_wrap()
            .set_border_top(FormatBorder::Medium)
            .set_border_bottom(FormatBorder::Thin);
        sheet.write_string_with_format(1, column, &heading.heading, &format)?;
        sheet.set_column_width(column, width as f64)?;
    }
    for (line, row) in (2..).zip(&table.rows) {
        fill_row(sheet, line, table, row)?;
    }
    let last = 2 + table.rows.len() as u32;
    for column in 0..table.columns.len() as u16 {
        sheet.write_blank(last, column, &Format::new().set_border_top(FormatBorder::Medium))?;
    }
    for (line, note) in (last..).zip(&table.footnotes) {
        match line == last {
            true => {
                let ruled = Format::new().set_border_top(FormatBorder::Medium);
                sheet.write_string_with_format(line, 0, note, &ruled)?
            }
            false => sheet.write_string(line, 0, note)?,
        };
    }
    // The headings stay when one scrolls, and are printed on every page.
    sheet.set_freeze_panes(2, 0)?;
    sheet.set_repeat_rows(0, 1)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    Ok(())
}

fn fill_row(sheet: &mut Worksheet, line: u32, table: &Table, row: &Row) -> Result<(), XlsxError> {
    for (place, (cell, column)) in (0_u16..).zip(row.cells.iter().zip(&table.columns)) {
        if cell.is_empty() {
            continue;
        }
        let mut format = aligned(column.align);
        match (row.kind, place) {
            (RowKind::Group, _) => format = format.set_bold(),
            (RowKind::Indented, 0) => format = format.set_indent(1),
            _ => {}
        }
        match number(cell).filter(|_| column.align == Align::Right) {
            Some((value, decimals)) => {
                let format = format.set_num_format(decimal_format(decimals));
                sheet.write_number_with_format(line, place, value, &format)?
            }
            None => sheet.write_string_with_format(line, place, cell, &format)?,
        };
    }
    Ok(())
}

fn aligned(align: Align) -> Format {
    Format::new().set_align(match align {
        Align::Left => FormatAlign::Left,
        Align::Right => FormatAlign::Right,
        Align::Center => FormatAlign::Center,
    })
}

fn decimal_format(decimals: usize) -> String {
    if decimals == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(decimals)) }
}

/// The value and the decimals of a cell that is one plain number; a count with its percentage, an
/// interval, `<0.001` and a code such as `007` are texts.
fn number(cell: &str) -> Option<(f64, usize)> {
    let text = cell.replace('\u{2212}', "-").replace('\u{b7}', ".");
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|sign| sign.is_ascii_digit());
    let coded = whole.len() > 1 && whole.starts_with('0');
    let ends = digits.ends_with('.') || whole.is_empty();
    if coded || ends || !plain(whole) || !plain(fraction) || digits.len() > DIGITS {
        return None;
    }
    Some((text.parse().ok()?, fraction.len()))
}

/// As wide as the longest cell, within bounds; a heading may break between its words.
fn widths(table: &Table) -> Vec<usize> {
    let length = |text: &str| text.chars().count();
    let of = |(place, column): (usize, &super::Column)| {
        let word = column.heading.split(' ').map(length).max().unwrap_or(0);
        let heading = word.max(length(&column.heading).div_ceil(2));
        let cells = table.rows.iter().filter_map(|row| row.cells.get(place));
        cells.map(|cell| length(cell)).fold(heading, usize::max).min(WIDEST) + 2
    };
    table.columns.iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::tests::hostile;

    #[test]
    fn a_plain_number_is_a_number_and_nothing_else_is() {
        for (cell, wanted) in [
            ("12", Some((12.0, 0))),
            ("0.50", Some((0.5, 2))),
            ("\u{2212}0.5", Some((-0.5, 1))),
            ("11\u{b7}4", Some((11.4, 1))),
            ("0", Some((0.0, 0))),
            ("007", None),
            ("<0.001", None),
            (".05", None),
            ("12 (60.0%)", None),
            ("1e5", None),
            ("-", None),
            ("", None),
            ("1234567890123456", None),
        ] {
            assert_eq!(number(cell), wanted, "{cell}");
        }
    }

    #[test]
    fn sheets_have_names_that_excel_takes() {
        let mut taken = BTreeSet::new();
        let mut name = |title: &str| sheet_name(title, &mut taken);
        assert_eq!(name("Survival at 12/24 months: [all]"), "Survival at 12 24 months all");
        assert_eq!(name("SURVIVAL at 12?24 months all"), "SURVIVAL at 12 24 months al (2)");
        assert_eq!(name("?"), "Table");
        assert_eq!(name("'quoted'"), "quoted");
        assert_eq!(name(&"x".repeat(40)).chars().count(), 31);
    }

    #[test]
    fn the_same_tables_give_the_same_bytes() {
        let one = || xlsx(&[hostile(), hostile()], &["A note.".to_owned()]).unwrap();
        assert_eq!(one(), one());
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let long = Table::new("x").column("a", Align::Left).row(["y".repeat(CHARACTERS + 1)]);
        assert!(xlsx(&[long], &[]).unwrap_err().contains("32767 characters"));
    }
}
