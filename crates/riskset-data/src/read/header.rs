//! Which row of a grid of cells holds the names, and whether units stand below it.

use super::Units;
use crate::csv;

/// The first rows of a table as texts, and their numbers as the owner's program counts.
pub(crate) struct Grid {
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) lines: Vec<usize>,
}

/// Where the names stand.
pub(crate) enum Guess {
    /// In this row of the grid: the first, or the first below titles of one cell.
    Row(usize),
    /// Probably in this row, but what is above could be names too.
    Propose { row: usize, found: String },
}

/// Rows at the start among which the header is looked for.
const HEADER_ROWS: usize = 30;

/// Finds the row of the names: the first one, unless it names fewer than half of the columns and
/// a row of distinct texts for nearly all of them follows.
pub(crate) fn find(grid: &Grid) -> Guess {
    let filled: Vec<usize> = grid.rows.iter().map(|row| count(row)).collect();
    let Some(width) = filled.iter().skip(1).max().copied() else { return Guess::Row(0) };
    if 2 * filled[0] > width || width < 2 {
        return Guess::Row(0);
    }
    let is_header = |row: usize| 10 * filled[row] >= 8 * width && are_names(&grid.rows[row]);
    match (1..grid.rows.len().min(HEADER_ROWS)).find(|&row| is_header(row)) {
        Some(row) if filled[..row].iter().all(|n| *n <= 1) => Guess::Row(row),
        Some(row) => {
            let above = grid.rows[0].iter().filter(|cell| !cell.is_empty());
            let above: Vec<&str> = above.map(String::as_str).take(5).collect();
            let found = format!(
                "row {} holds \"{}\" and leaves most of {width} columns without a name",
                grid.lines[0],
                above.join("\", \"")
            );
            Guess::Propose { row, found }
        }
        None => Guess::Row(0),
    }
}

fn count(row: &[String]) -> usize {
    row.iter().filter(|cell| !cell.is_empty()).count()
}

/// Whether all cells that are filled are distinct texts.
fn are_names(row: &[String]) -> bool {
    let mut names: Vec<&str> =
        row.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    let texts = names.iter().all(|name| !is_number(name));
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    texts && names.len() == all
}

fn is_number(cell: &str) -> bool {
    let plain = cell.replace(',', ".");
    csv::number(plain.as_bytes()).is_some()
}

/// Most rows of units or explanations that are looked for.
const UNITS_ROWS: usize = 3;

/// Numbers that a column must hold below them.
const NUMBERS: usize = 3;

/// Rows below the header that hold texts where all else is numbers. One odd text in a row of
/// values is a bad value and no unit: a unit has others beside it, or a blank where the
/// identifier would be, or a row that holds no number at all.
pub(crate) fn units(grid: &Grid, header: usize) -> Option<Units> {
    let names = grid.rows.get(header)?;
    let below = &grid.rows[header + 1..];
    let text = |row: &[String], column: usize| {
        row.get(column)
            .filter(|cell| !cell.is_empty() && !is_missing(cell) && !is_number(cell))
            .cloned()
    };
    for k in (1..=UNITS_ROWS.min(below.len())).rev() {
        let (above, data) = below.split_at(k);
        let column = |column: usize| {
            let cells: Vec<&String> = data
                .iter()
                .filter_map(|row| row.get(column))
                .filter(|cell| !cell.is_empty() && !is_missing(cell))
                .collect();
            let known = cells.iter().filter(|cell| is_number(cell)).count();
            let numbers =
                known >= NUMBERS && cells.iter().all(|cell| is_number(cell) || is_mark(cell));
            let last = text(&above[k - 1], column)?;
            numbers.then(|| (names[column].clone(), text(&above[0], column).unwrap_or(last)))
        };
        let columns: Vec<(String, String)> = (0..names.len()).filter_map(column).collect();
        let no_number = above.iter().flatten().all(|cell| !is_number(cell));
        let blank_id = above[0].first().is_some_and(String::is_empty);
        if no_number && !columns.is_empty() && (columns.len() > 1 || blank_id || k > 1) {
            let (row, data_row) = (grid.lines[header + 1], grid.lines[header + 1 + k]);
            return Some(Units { row, data_row, columns });
        }
    }
    None
}

/// A mark of a registry for a missing number. It is no number and no unit; whether it means missing
/// the owner says.
fn is_mark(cell: &str) -> bool {
    let bracketed = cell.starts_with('[') && cell.ends_with(']');
    bracketed || matches!(cell, "'--" | "--" | "." | "n/a" | "N/A")
}

fn is_missing(cell: &str) -> bool {
    matches!(cell, "NA" | "#N/A" | "NaN")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(rows: &[&[&str]]) -> Grid {
        let cells = |row: &&[&str]| row.iter().map(|cell| cell.to_string()).collect();
        Grid { rows: rows.iter().map(cells).collect(), lines: (1..=rows.len()).collect() }
    }

    #[test]
    fn titles_are_passed_over_and_group_names_are_asked_about() {
        let data: [&[&str]; 2] = [&["id", "arm", "t"], &["1", "a", "5"]];
        assert!(matches!(find(&grid(&data)), Guess::Row(0)));
        let titled = [&["Export", "", ""][..], data[0], data[1]];
        assert!(matches!(find(&grid(&titled)), Guess::Row(1)));
        let names: &[&str] = &["id", "arm", "t", "e", "x"];
        let merged = [&["Patient", "", "", "Outcome", ""][..], names, &["1", "a", "5", "1", "2"]];
        let Guess::Propose { row: 1, found } = find(&grid(&merged)) else { panic!() };
        assert!(found.starts_with("row 1 holds \"Patient\", \"Outcome\""), "{found}");
    }

    #[test]
    fn units_are_told_from_one_bad_value() {
        let rows: [&[&str]; 4] =
            [&["1", "5", "1"], &["2", "6", "0"], &["3", "7", "1"], &["4", "8", "1"]];
        let with = |first: &'static [&'static str]| {
            let mut all: Vec<&[&str]> = vec![&["id", "t", "e"], first];
            all.extend(rows);
            units(&grid(&all), 0)
        };
        let found = with(&["", "months", "0/1"]).unwrap();
        assert_eq!((found.row, found.data_row), (2, 3));
        assert_eq!(found.columns[0], ("t".to_string(), "months".to_string()));
        assert!(with(&["9", "unknown", "1"]).is_none());
    }
}
