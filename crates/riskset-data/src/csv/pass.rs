//! One reading of a file from its start: blocks parsed side by side, put together in their order.

use std::io::Read;

use memchr::{memchr, memchr_iter, memchr2_iter};
use rayon::prelude::*;

use super::block::{self, Block, BlockError, Kind, Layout};
use super::column::{Column, kind_of};
use super::{Input, Lines, Reading, Split, io_error};
use crate::{Error, Place, ReadError};

/// Rows from which the kind of a column is inferred; a column that turns out to be text later is
/// read a second time.
const SAMPLE: usize = 1000;

/// One reading of the file from its start.
pub(super) struct Pass<'a> {
    name: &'a str,
    separator: u8,
    reading: &'a Reading,
    size: Option<u64>,
    reader: Box<dyn Read + 'a>,
    /// Bytes read and not yet parsed.
    buffer: Vec<u8>,
    at_end: bool,
    /// Bytes and lines of the file before the buffer.
    bytes_before: u64,
    lines_before: usize,
    pub(super) names: Vec<String>,
    pub(super) columns: Vec<Column>,
    pub(super) rows: usize,
    pub(super) lines: Lines,
    /// Rows without any value, which were passed over.
    pub(super) blank: usize,
}

impl<'a> Pass<'a> {
    /// Opens the file and reads its header.
    pub(super) fn start(input: &Input<'a>) -> Result<Pass<'a>, Error> {
        let reader = (input.open)().map_err(|error| io_error(input.name, &error))?;
        let mut pass = Pass {
            name: input.name,
            separator: input.separator,
            reading: input.reading,
            size: input.size,
            reader,
            buffer: Vec::new(),
            at_end: false,
            bytes_before: 0,
            lines_before: 0,
            names: Vec::new(),
            columns: Vec::new(),
            rows: 0,
            lines: Lines::default(),
            blank: 0,
        };
        pass.fill(1 << 16)?;
        if pass.buffer.starts_with(&[0xEF, 0xBB, 0xBF]) {
            pass.drop_bytes(3);
        }
        for _ in 0..input.skip {
            pass.drop_line()?;
        }
        pass.read_header()?;
        if input.row_names {
            pass.names.insert(0, String::new());
        }
        while input.data_line.is_some_and(|line| pass.lines_before + 1 < line) {
            pass.drop_line()?;
        }
        Ok(pass)
    }

    /// Reads until the buffer holds `target` bytes or the file ends.
    fn fill(&mut self, target: usize) -> Result<(), Error> {
        let missing = target.saturating_sub(self.buffer.len());
        if self.at_end || missing == 0 {
            return Ok(());
        }
        let read = self.reader.by_ref().take(missing as u64).read_to_end(&mut self.buffer);
        let read = read.map_err(|error| io_error(self.name, &error))?;
        self.at_end = read < missing;
        Ok(())
    }

    /// Leaves out one line.
    fn drop_line(&mut self) -> Result<(), Error> {
        loop {
            if let Some(end) = memchr(b'\n', &self.buffer) {
                self.drop_bytes(end + 1);
                break;
            }
            if self.at_end {
                self.drop_bytes(self.buffer.len());
                break;
            }
            self.fill(self.buffer.len() * 2 + (1 << 16))?;
        }
        self.lines_before += 1;
        Ok(())
    }

    fn drop_bytes(&mut self, bytes: usize) {
        self.buffer.drain(..bytes);
        self.bytes_before += bytes as u64;
    }

    /// Takes the header off the buffer: its names without blanks around them.
    fn read_header(&mut self) -> Result<(), Error> {
        let comment = self.reading.comment.as_bytes();
        loop {
            let is_comment = !comment.is_empty() && self.buffer.starts_with(comment);
            match blank_line(&self.buffer) {
                Some(length) => {
                    self.drop_bytes(length);
                    self.lines_before += 1;
                }
                None if is_comment => self.drop_line()?,
                None => break,
            }
        }
        if self.buffer.is_empty() {
            return Err(Error::EmptyFile { source: self.name.to_string() });
        }
        let (fields, end) = loop {
            match self.header_fields()? {
                Some(header) => break header,
                None => self.fill(self.buffer.len() * 2)?,
            }
        };
        self.names = fields;
        self.lines_before += memchr_iter(b'\n', &self.buffer[..end]).count();
        self.drop_bytes(end);
        Ok(())
    }

    /// The fields of the header and the byte after it; `None` when more must be read.
    fn header_fields(&self) -> Result<Option<(Vec<String>, usize)>, Error> {
        let (mut names, mut at) = (Vec::new(), 0);
        loop {
            let field = match block::next_field(&self.buffer, at, self.at_end, self.separator) {
                Some(Ok(field)) => field,
                None if !self.at_end => return Ok(None),
                None | Some(Err(())) => {
                    let place = Place { row: 0, line: Some(self.lines_before + 1) };
                    return Err(Error::Quote { source: self.name.to_string(), place });
                }
            };
            let text = std::str::from_utf8(field.content).map_err(|error| {
                let start = field.content.as_ptr() as usize - self.buffer.as_ptr() as usize;
                let at = start + error.valid_up_to();
                self.not_utf8(BlockError::NotUtf8 { line: 0, byte: at, value: self.buffer[at] })
            })?;
            names.push(column_name(&block::unquoted(text.as_bytes())));
            at = field.end + 1;
            if field.last {
                return Ok(Some((names, at.min(self.buffer.len()))));
            }
        }
    }

    /// Decides from the first rows how each of the columns `fields` is read.
    pub(super) fn infer(&mut self, fields: &[usize]) -> Result<(), Error> {
        let wanted: Vec<(usize, Kind)> = fields.iter().map(|&field| (field, Kind::Text)).collect();
        let layout = self.layout(&wanted);
        let sample = block::parse(&self.buffer, self.at_end, layout, SAMPLE);
        // An error in the sample is reported by the run, which knows its row.
        let kinds: Vec<Kind> = match &sample {
            Ok(block) => {
                block.cells.iter().map(|cells| kind_of(cells, self.reading.style)).collect()
            }
            Err(_) => vec![Kind::Text; fields.len()],
        };
        self.columns = fields.iter().zip(kinds).map(|(&f, kind)| Column::new(f, kind)).collect();
        Ok(())
    }

    fn layout<'l>(&self, wanted: &'l [(usize, Kind)]) -> Layout<'l>
    where
        'a: 'l,
    {
        Layout {
            separator: self.separator,
            n_fields: self.names.len(),
            wanted,
            reading: self.reading,
        }
    }

    /// Reads all rows.
    pub(super) fn run(&mut self, split: Split) -> Result<(), Error> {
        let wanted: Vec<(usize, Kind)> = self.columns.iter().map(|c| (c.field, c.kind)).collect();
        let layout = self.layout(&wanted);
        let Split { block, threads } = split;
        let mut target = block * threads;
        loop {
            self.fill(target)?;
            let buffer = std::mem::take(&mut self.buffer);
            let consumed = self.parse_chunk(&buffer, layout, threads)?;
            self.buffer = buffer;
            // A record longer than the buffer: look at more at once.
            target =
                if consumed == 0 { (self.buffer.len() * 2).max(block) } else { block * threads };
            self.drop_bytes(consumed);
            if self.at_end && (consumed == 0 || self.buffer.is_empty()) {
                break;
            }
        }
        if self.rows == 0 {
            return Err(Error::NoRows { source: self.name.to_string() });
        }
        Ok(())
    }

    /// Parses the complete records of `bytes` and returns where they end.
    fn parse_chunk(
        &mut self,
        bytes: &[u8],
        layout: Layout<'_>,
        threads: usize,
    ) -> Result<usize, Error> {
        let cuts = if threads == 1 { vec![0, bytes.len()] } else { cuts(bytes, threads) };
        let last = cuts.len() - 2;
        let parse = |from: usize, to: usize| {
            block::parse(&bytes[from..to], self.at_end && to == bytes.len(), layout, usize::MAX)
        };
        let blocks: Vec<Result<Block, BlockError>> = if last == 0 {
            vec![parse(0, bytes.len())]
        } else {
            (0..=last).into_par_iter().map(|i| parse(cuts[i], cuts[i + 1])).collect()
        };
        let mut line = 0;
        for (index, block) in blocks.into_iter().enumerate() {
            let block = block.map_err(|error| self.refuse(error, bytes, cuts[index], line))?;
            let end = cuts[index] + block.consumed;
            let lines = block.lines;
            self.append(block, line);
            line += lines;
            if index < last && end < cuts[index + 1] {
                // A stray quote made a cut fall inside a record: the rest in one go.
                let rest = block::parse(&bytes[end..], self.at_end, layout, usize::MAX)
                    .map_err(|error| self.refuse(error, bytes, end, line))?;
                let (consumed, lines) = (rest.consumed, rest.lines);
                self.append(rest, line);
                self.lines_before += line + lines;
                return Ok(end + consumed);
            }
            if index == last {
                self.lines_before += line;
                return Ok(end);
            }
        }
        unreachable!("the last block returns")
    }

    /// Adds the cells of a block that starts `line` lines after the start of the buffer.
    fn append(&mut self, block: Block<'_>, line: usize) {
        let first_line = self.lines_before + line + 1;
        for (from, shift) in block.shifts {
            let (row, shift) = (self.rows + from, first_line + shift - self.rows);
            match self.lines.shifts.last_mut() {
                Some(last) if last.0 == row => last.1 = shift,
                Some(last) if last.1 == shift => {}
                _ => self.lines.shifts.push((row, shift)),
            }
        }
        let first = self.rows == 0;
        let expected = self.expected_rows(block.rows, block.consumed);
        for (column, cells) in self.columns.iter_mut().zip(block.cells) {
            if first {
                column.reserve(expected);
            }
            column.append(cells);
        }
        self.rows += block.rows;
        self.blank += block.blank;
    }

    /// How many rows the file will have if all are as long as the first `rows`, so that columns
    /// are allocated once.
    fn expected_rows(&self, rows: usize, bytes: usize) -> usize {
        match self.size {
            Some(size) if bytes > 0 => {
                (size as f64 / bytes as f64 * rows as f64 * 1.02) as usize + 16
            }
            _ => rows,
        }
    }

    /// The error of a block that starts at byte `at` and `line` lines into the buffer.
    fn refuse(&self, error: BlockError, bytes: &[u8], at: usize, line: usize) -> Error {
        let source = self.name.to_string();
        let place = |row: usize, in_block: usize| Place {
            row: self.rows + row,
            line: Some(self.lines_before + line + in_block + 1),
        };
        match error {
            BlockError::Ragged { row, line, found }
                if self.rows + row > 0 && self.is_footnote(bytes, at, line, found) =>
            {
                let (start, expected) = (first_word(bytes, at, line), self.names.len());
                let place = place(row, line);
                ReadError::Footnote { source, place, expected, found, start }.into()
            }
            BlockError::Ragged { row, line, found } => {
                Error::Ragged { source, place: place(row, line), expected: self.names.len(), found }
            }
            BlockError::Quote { row, line } => Error::Quote { source, place: place(row, line) },
            BlockError::NotUtf8 { line: in_block, byte, value } => {
                self.not_utf8(BlockError::NotUtf8 { line: line + in_block, byte: at + byte, value })
            }
        }
    }

    /// Whether the short row that starts `line` lines after byte `at` has no whole row after it.
    fn is_footnote(&self, bytes: &[u8], at: usize, line: usize, found: usize) -> bool {
        let fields = |line: &[u8]| memchr_iter(self.separator, line).count() + 1;
        let mut rest = bytes[at..].split(|b| *b == b'\n').skip(line + 1);
        let whole = self.names.len();
        self.at_end && 2 * found < whole && rest.all(|line| fields(line) < whole)
    }

    fn not_utf8(&self, error: BlockError) -> Error {
        let BlockError::NotUtf8 { line, byte, value } = error else {
            unreachable!("called with NotUtf8 only")
        };
        Error::NotUtf8 {
            source: self.name.to_string(),
            line: self.lines_before + line + 1,
            byte: self.bytes_before + byte as u64 + 1,
            value,
        }
    }
}

/// A name without blanks around it; a line feed within is how it was fitted into its cell.
pub(crate) fn column_name(text: &str) -> String {
    if text.contains(['\n', '\r']) {
        return text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    text.trim().to_string()
}

/// The first word of the line that starts `line` lines after byte `at`.
fn first_word(bytes: &[u8], at: usize, line: usize) -> String {
    let line = bytes[at..].split(|b| *b == b'\n').nth(line).unwrap_or_default();
    let text = String::from_utf8_lossy(line);
    text.split_whitespace().next().unwrap_or_default().to_string()
}

/// Where to cut `bytes` for that many threads: at line feeds outside quotes, as far as counting
/// quotes can tell.
fn cuts(bytes: &[u8], threads: usize) -> Vec<usize> {
    let mut cuts = vec![0];
    for thread in 1..threads {
        let from = *cuts.last().expect("never empty");
        let target = (bytes.len() / threads * thread).max(from);
        let mut inside = memchr_iter(b'"', &bytes[from..target]).count() % 2 == 1;
        for at in memchr2_iter(b'"', b'\n', &bytes[target..]) {
            match bytes[target + at] {
                b'"' => inside = !inside,
                _ if !inside => {
                    cuts.push(target + at + 1);
                    break;
                }
                _ => {}
            }
        }
    }
    cuts.push(bytes.len());
    cuts.dedup();
    if cuts.len() == 1 { vec![0, bytes.len()] } else { cuts }
}

/// The length of an empty first line.
fn blank_line(bytes: &[u8]) -> Option<usize> {
    [&b"\n"[..], b"\r\n"].iter().find(|end| bytes.starts_with(end)).map(|end| end.len())
}
