//! Reading CSV and TSV: only the columns used, block by block, each row checked.
//!
//! polars has a CSV reader, and it was tried first. It takes a row with too few or too many fields
//! without a word, so that values can stand under the wrong names; it does not say on which row a
//! value cannot be read; and it maps the whole file into memory. A clinical table must be refused
//! with the row and line, and a registry of ten million patients read in a few megabytes beyond
//! its columns, so the blocks are read here and handed to polars as finished columns.

mod block;
mod column;
mod pass;

use std::io::{self, Read};

use block::Kind;
pub(crate) use block::{Reading, has_leading_zeros, next_field, number, trimmed, unquoted};
use column::Column;
pub(crate) use column::text_values;
use pass::Pass;
pub(crate) use pass::column_name;

use crate::Error;
use crate::frame::with_watched;
use crate::read::{Content, ReadNote, choose, duplicates};

/// How the work is split: the bytes that one thread parses at a time, and the threads. The values
/// read do not depend on either.
#[derive(Clone, Copy)]
struct Split {
    block: usize,
    threads: usize,
}

/// In a file larger than this only the columns asked for are read, not those that doubts look at.
const WATCHED_BYTES: u64 = 16 << 20;

/// Bytes that one thread parses at a time.
const BLOCK: usize = 4 << 20;

impl Split {
    /// One thread for a small file, so that none is started for it.
    fn of(size: Option<u64>) -> Split {
        let small = size.is_some_and(|size| size < BLOCK as u64 / 2);
        Split { block: BLOCK, threads: if small { 1 } else { rayon::current_num_threads() } }
    }
}

/// On which line of the file each row starts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lines {
    /// From which row on (increasing) the line (from 1) minus the row (from 0) is what.
    pub(super) shifts: Vec<(usize, usize)>,
}

impl Lines {
    /// The lines (from 1) of rows in their order.
    pub(crate) fn from_lines(lines: impl IntoIterator<Item = usize>) -> Lines {
        let mut shifts: Vec<(usize, usize)> = Vec::new();
        for (row, line) in lines.into_iter().enumerate() {
            if shifts.last().is_none_or(|(_, shift)| *shift != line - row) {
                shifts.push((row, line - row));
            }
        }
        Lines { shifts }
    }

    /// The line, from 1, of a row from 0.
    pub(crate) fn line(&self, row: usize) -> Option<usize> {
        let after = self.shifts.partition_point(|(from, _)| *from <= row);
        after.checked_sub(1).map(|index| row + self.shifts[index].1)
    }
}

/// Where the bytes come from: the file can be opened again for a second pass.
pub(crate) struct Input<'a> {
    /// What messages call it.
    pub(crate) name: &'a str,
    pub(crate) separator: u8,
    pub(crate) open: &'a dyn Fn() -> io::Result<Box<dyn Read + 'a>>,
    /// The number of bytes, where it is known.
    pub(crate) size: Option<u64>,
    pub(crate) reading: &'a Reading,
    /// Lines before the one with the names.
    pub(crate) skip: usize,
    /// The line (from 1) of the first row, where lines after the header are no rows.
    pub(crate) data_line: Option<usize>,
    /// The header has no name for the first field, which is the name of the row.
    pub(crate) row_names: bool,
}

impl<'a> Input<'a> {
    /// A file whose first line is its header, read as plainly as can be.
    pub(crate) fn plain(
        name: &'a str,
        separator: u8,
        open: &'a dyn Fn() -> io::Result<Box<dyn Read + 'a>>,
        size: Option<u64>,
        reading: &'a Reading,
    ) -> Input<'a> {
        Input { name, separator, open, size, reading, skip: 0, data_line: None, row_names: false }
    }
}

/// Reads the columns `wanted` (all when `None`).
pub(crate) fn read(input: &Input<'_>, wanted: Option<&[String]>) -> Result<Content, Error> {
    read_split(input, wanted, Split::of(input.size))
}

fn read_split(
    input: &Input<'_>,
    wanted: Option<&[String]>,
    split: Split,
) -> Result<Content, Error> {
    let mut pass = Pass::start(input)?;
    let mut columns = choose(input.name, &pass.names, wanted)?;
    if input.size.is_some_and(|size| size < WATCHED_BYTES) {
        columns = with_watched(&pass.names, columns);
    }
    pass.infer(&columns)?;
    pass.run(split)?;
    let late: Vec<usize> = pass.columns.iter().filter(|c| c.failed).map(|c| c.field).collect();
    if !late.is_empty() {
        // A text after the sample: read these columns once more, as text.
        let mut again = Pass::start(input)?;
        again.columns = late.iter().map(|&field| Column::new(field, Kind::Text)).collect();
        again.run(split)?;
        let mut texts = again.columns.into_iter();
        for column in pass.columns.iter_mut().filter(|column| column.failed) {
            *column = texts.next().expect("one column read again for each that failed");
        }
    }
    let names = pass.names;
    let values = pass.columns.into_iter().map(|c| (names[c.field].clone(), c.into_values()));
    let values = values.collect();
    let mut notes = duplicates(&names);
    if pass.blank > 0 {
        notes.push(ReadNote::BlankRows { rows: pass.blank });
    }
    Ok(Content { names, values, rows: pass.rows, lines: pass.lines, notes, ..Content::default() })
}

pub(crate) fn io_error(name: &str, error: &io::Error) -> Error {
    Error::Io { source: name.to_string(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Values;

    type NamedValues = Vec<(String, Values)>;

    fn read_in(text: &str, split: Split) -> Result<(NamedValues, Vec<Option<usize>>), Error> {
        let open = || Ok(Box::new(text.as_bytes()) as Box<dyn Read + '_>);
        let size = Some(text.len() as u64);
        let reading = Reading::default();
        let input = Input::plain("t.csv", b',', &open, size, &reading);
        let csv = read_split(&input, None, split)?;
        Ok((csv.values, (0..csv.rows).map(|row| csv.lines.line(row)).collect()))
    }

    /// Values without NaN, which is not equal to itself.
    fn comparable(values: &[(String, Values)]) -> Vec<String> {
        values.iter().map(|column| format!("{column:?}")).collect()
    }

    /// Rows with quotes, stray quotes inside fields, line feeds inside quotes, blank lines.
    fn file() -> impl Strategy<Value = String> {
        let field = prop::sample::select(vec![
            "1",
            "2.5",
            "a",
            "",
            "NA",
            "\"q\"",
            "\"x, y\"",
            "\"two\nlines\"",
            "5\" pipe",
            "\"\"\"\"",
        ]);
        let line = prop_oneof![
            9 => (field.clone(), field).prop_map(|(a, b)| format!("{a},{b}\n")),
            1 => Just("\n".to_string()),
        ];
        prop::collection::vec(line, 1..60).prop_map(|lines| format!("a,b\n{}", lines.concat()))
    }

    proptest! {
        /// Blocks of any size and any number of threads give the same values, lines and refusals.
        #[test]
        fn the_split_does_not_matter(text in file(), block in 1usize..64, threads in 1usize..5) {
            let whole = read_in(&text, Split { block: 1 << 20, threads: 1 });
            let split = read_in(&text, Split { block, threads });
            match (whole, split) {
                (Ok((values, lines)), Ok((split_values, split_lines))) => {
                    prop_assert_eq!(comparable(&split_values), comparable(&values));
                    prop_assert_eq!(split_lines, lines);
                }
                (Err(whole), Err(split)) => prop_assert_eq!(split, whole),
                (whole, split) => prop_assert!(false, "{whole:?}, but split {split:?}"),
            }
        }
    }
}
