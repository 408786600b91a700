//! One block of a CSV file: bytes to typed cells, in one pass.
//!
//! Fields end at the separator, records at a line feed (a carriage return before it is dropped).
//! A field that starts with a double quote runs to the closing quote, may hold separators and line
//! feeds, and writes a quote as two. A quote inside an unquoted field is an ordinary character.

use memchr::{memchr, memchr_iter, memchr2};

use crate::read::Style;
use crate::values::{Distinct, MISSING};

/// How the fields of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Text,
}

/// How fields and lines are read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    pub(crate) style: Style,
    /// Words that mean missing, beside `NA` and `#N/A`.
    pub(crate) na: Vec<String>,
    /// Lines that start with this are left out; empty when none are.
    pub(crate) comment: String,
}

impl Reading {
    /// Whether a field without blanks around it is missing.
    fn is_missing(&self, field: &[u8]) -> bool {
        matches!(field, b"" | b"NA" | b"#N/A") || self.na.iter().any(|na| na.as_bytes() == field)
    }
}

/// What to read of each record.
#[derive(Clone, Copy)]
pub(super) struct Layout<'a> {
    pub(super) separator: u8,
    /// The number of fields of every record.
    pub(super) n_fields: usize,
    /// The fields wanted, increasing, and how each is read.
    pub(super) wanted: &'a [(usize, Kind)],
    pub(super) reading: &'a Reading,
}

/// The wanted cells of consecutive records.
pub(super) struct Block<'a> {
    pub(super) rows: usize,
    pub(super) cells: Vec<Cells<'a>>,
    /// The bytes read: up to the end of the last complete record.
    pub(super) consumed: usize,
    /// The line feeds in them.
    pub(super) lines: usize,
    /// Rows of separators and blanks alone, which are passed over.
    pub(super) blank: usize,
    /// Where the difference between line and row (both from 0 in the block) changes: the row from
    /// which it holds, and the difference.
    pub(super) shifts: Vec<(usize, usize)>,
}

/// The cells of one column.
pub(super) enum Cells<'a> {
    /// Numbers, NaN where missing. `failed` when a field was none, and the column must be read as
    /// text instead.
    Number { values: Vec<f64>, failed: bool },
    /// Codes into the distinct fields, [`MISSING`] where missing. A field that starts with a
    /// quote still has its quotes, because it holds some.
    /// `bare` when some text stood without quotes.
    Text { codes: Vec<u32>, distinct: Distinct<&'a [u8]>, bare: bool },
}

/// Why a block cannot be read; row and line from 0 within the block.
#[derive(Debug)]
pub(super) enum BlockError {
    Ragged { row: usize, line: usize, found: usize },
    Quote { row: usize, line: usize },
    NotUtf8 { line: usize, byte: usize, value: u8 },
}

/// Reads up to `most` complete records. At the end of the file the last record needs no line feed.
pub(super) fn parse<'a>(
    bytes: &'a [u8],
    at_end: bool,
    layout: Layout<'_>,
    most: usize,
) -> Result<Block<'a>, BlockError> {
    check_utf8(bytes, at_end)?;
    let cells = layout.wanted.iter().map(|(_, kind)| Cells::new(*kind)).collect();
    let mut block = Block { rows: 0, cells, consumed: 0, lines: 0, blank: 0, shifts: vec![(0, 0)] };
    let quotes = memchr(b'"', bytes).is_some();
    while block.rows < most && block.consumed < bytes.len() {
        let start = block.consumed;
        let line_end = memchr(b'\n', &bytes[start..]).map(|length| start + length);
        if line_end.is_none() && !at_end {
            break;
        }
        let end = line_end.unwrap_or(bytes.len());
        let comment = layout.reading.comment.as_bytes();
        if !comment.is_empty() && bytes[start..end].starts_with(comment) {
            block.consumed = (end + 1).min(bytes.len());
            block.lines += 1;
            continue;
        }
        if quotes && memchr(b'"', &bytes[start..end]).is_some() {
            if !block.quoted_record(bytes, at_end, layout)? {
                break;
            }
        } else {
            block.plain_record(&bytes[start..end], layout)?;
            block.consumed = (end + 1).min(bytes.len());
            block.lines += 1;
        }
    }
    Ok(block)
}

impl<'a> Block<'a> {
    /// A record on one line without a quote.
    fn plain_record(&mut self, line: &'a [u8], layout: Layout<'_>) -> Result<(), BlockError> {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if is_blank(line, layout.separator) {
            self.blank += usize::from(line.contains(&layout.separator));
            return Ok(());
        }
        let (mut start, mut field, mut next) = (0, 0, 0);
        for end in memchr_iter(layout.separator, line).chain([line.len()]) {
            if layout.wanted.get(next).is_some_and(|(wanted, _)| *wanted == field) {
                self.cells[next].push(&line[start..end], false, layout.reading);
                next += 1;
            }
            field += 1;
            start = end + 1;
        }
        self.finish(field, layout)
    }

    /// A record with a quote somewhere; false when its end is not in the block.
    fn quoted_record(
        &mut self,
        bytes: &'a [u8],
        at_end: bool,
        layout: Layout<'_>,
    ) -> Result<bool, BlockError> {
        let (mut at, mut next) = (self.consumed, 0);
        let mut blank = true;
        for field in 0.. {
            let Some(found) = next_field(bytes, at, at_end, layout.separator) else {
                return if at_end { Err(self.quote_error()) } else { Ok(self.take_back()) };
            };
            let found = found.map_err(|()| self.quote_error())?;
            blank = blank && inside(found.content).is_empty();
            if layout.wanted.get(next).is_some_and(|(wanted, _)| *wanted == field) {
                self.cells[next].push(found.content, found.quoted, layout.reading);
                next += 1;
            }
            at = found.end + 1;
            if found.last && blank {
                self.take_back();
                self.blank += 1;
                break;
            }
            if found.last {
                self.finish(field + 1, layout)?;
                break;
            }
        }
        let end = at.min(bytes.len());
        self.lines += memchr_iter(b'\n', &bytes[self.consumed..end]).count();
        self.consumed = end;
        Ok(true)
    }

    /// Removes the cells of a record that is not complete.
    fn take_back(&mut self) -> bool {
        for cells in &mut self.cells {
            match cells {
                Cells::Number { values, .. } => values.truncate(self.rows),
                Cells::Text { codes, .. } => codes.truncate(self.rows),
            }
        }
        false
    }

    fn quote_error(&self) -> BlockError {
        BlockError::Quote { row: self.rows, line: self.lines }
    }

    /// Counts a record of `fields` fields that started on line `self.lines`.
    fn finish(&mut self, fields: usize, layout: Layout<'_>) -> Result<(), BlockError> {
        if fields != layout.n_fields {
            let (row, line) = (self.rows, self.lines);
            return Err(BlockError::Ragged { row, line, found: fields });
        }
        let shift = self.lines - self.rows;
        if self.shifts.last().is_none_or(|(_, last)| *last != shift) {
            self.shifts.push((self.rows, shift));
        }
        self.rows += 1;
        Ok(())
    }
}

/// A field: its content, whether it stood in quotes, where it ends, whether the record ends there.
pub(crate) struct Field<'a> {
    pub(crate) content: &'a [u8],
    pub(super) quoted: bool,
    /// The byte of the separator or line feed, or the length of the bytes.
    pub(crate) end: usize,
    pub(crate) last: bool,
}

/// The field at byte `at`. `None` when its end is not there; `Err` when something stands between
/// the closing quote and the separator.
pub(crate) fn next_field(
    bytes: &[u8],
    at: usize,
    at_end: bool,
    separator: u8,
) -> Option<Result<Field<'_>, ()>> {
    if bytes.get(at) != Some(&b'"') {
        let end = match memchr2(separator, b'\n', &bytes[at.min(bytes.len())..]) {
            Some(length) => at + length,
            None if at_end => bytes.len(),
            None => return None,
        };
        let last = bytes.get(end) != Some(&separator);
        let content = &bytes[at.min(bytes.len())..end];
        let content = if last { content.strip_suffix(b"\r").unwrap_or(content) } else { content };
        return Some(Ok(Field { content, quoted: false, end, last }));
    }
    let mut doubled = false;
    let mut close = at + 1;
    loop {
        close += memchr(b'"', &bytes[close..])?;
        if bytes.get(close + 1) != Some(&b'"') {
            break;
        }
        doubled = true;
        close += 2;
    }
    // Blanks inside the quotes may be there on purpose, so the quotes stay to tell.
    let inner = &bytes[at + 1..close];
    let keep = doubled || trimmed(inner).len() < inner.len();
    let content = if keep { &bytes[at..=close] } else { inner };
    let rest = &bytes[close + 1..];
    let after = if rest.starts_with(b"\r\n") { close + 2 } else { close + 1 };
    match bytes.get(after) {
        Some(found) if *found == separator => {
            Some(Ok(Field { content, quoted: true, end: after, last: false }))
        }
        Some(b'\n') => Some(Ok(Field { content, quoted: true, end: after, last: true })),
        None if at_end => Some(Ok(Field { content, quoted: true, end: after, last: true })),
        Some(b'\r') if at_end && after + 1 == bytes.len() => {
            Some(Ok(Field { content, quoted: true, end: after + 1, last: true }))
        }
        Some(b'\r') if after + 1 == bytes.len() => None,
        None => None,
        Some(_) => Some(Err(())),
    }
}

/// The text of a field as [`Cells::Text`] keeps it.
pub(crate) fn unquoted(field: &[u8]) -> String {
    let text = String::from_utf8_lossy(field);
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => text.into_owned(),
    }
}

impl<'a> Cells<'a> {
    fn new(kind: Kind) -> Cells<'a> {
        match kind {
            Kind::Number => Cells::Number { values: Vec::new(), failed: false },
            Kind::Text => {
                Cells::Text { codes: Vec::new(), distinct: Distinct::default(), bare: false }
            }
        }
    }

    /// Adds a field. Blank is missing, and so are `NA`, `#N/A` and the words told, quoted or not.
    fn push(&mut self, field: &'a [u8], quoted: bool, reading: &Reading) {
        let inner = if quoted { inside(field) } else { trimmed(field) };
        let missing = reading.is_missing(inner);
        match self {
            Cells::Number { values, failed } => {
                let number = if missing { Some(f64::NAN) } else { reading.style.number(inner) };
                *failed |= number.is_none();
                values.push(number.unwrap_or(f64::NAN));
            }
            Cells::Text { codes, distinct, bare } => {
                *bare |= !quoted && !missing;
                let text = if quoted { field } else { inner };
                codes.push(if missing { MISSING } else { distinct.code(text) });
            }
        }
    }
}

/// Whether a line holds separators and blanks alone.
fn is_blank(line: &[u8], separator: u8) -> bool {
    match line.first() {
        None => true,
        Some(b) if *b == separator || *b == b' ' => {
            line.iter().all(|b| *b == separator || *b == b' ')
        }
        Some(_) => false,
    }
}

/// The content of a quoted field without quotes and blanks around it.
pub(super) fn inside(field: &[u8]) -> &[u8] {
    let inner = field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\""));
    trimmed(inner.unwrap_or(field))
}

/// A field without the blanks around it, no-break spaces among them.
pub(crate) fn trimmed(field: &[u8]) -> &[u8] {
    let ascii = field.trim_ascii();
    match (ascii.first(), ascii.last()) {
        (Some(0xC2 | 0xE2), _) | (_, Some(0xA0 | 0xAF)) => {
            std::str::from_utf8(ascii).map_or(ascii, |text| text.trim().as_bytes())
        }
        _ => ascii,
    }
}

/// The number that a field without blanks around it writes. A whole number that an `f64` cannot
/// hold exactly is none, nor is one with leading zeros: two patients must not get one identifier.
/// A minus sign may be the typographic one (U+2212).
pub(crate) fn number(field: &[u8]) -> Option<f64> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    if let [0xE2, 0x88, 0x92, digits @ ..] = field {
        let starts_plain = digits.first().is_some_and(|b| b.is_ascii_digit() || *b == b'.');
        return if starts_plain { number(digits).map(|number| -number) } else { None };
    }
    let value: f64 = fast_float2::parse(field).ok()?;
    let digits = || field.iter().all(u8::is_ascii_digit);
    let too_long = field.len() > 15 && value.abs() >= EXACT && digits();
    (!too_long && !has_leading_zeros(field)).then_some(value)
}

/// Whether a field is a whole number written with leading zeros: `007`.
pub(crate) fn has_leading_zeros(field: &[u8]) -> bool {
    field.len() > 1 && field[0] == b'0' && field.iter().all(u8::is_ascii_digit)
}

fn check_utf8(bytes: &[u8], at_end: bool) -> Result<(), BlockError> {
    match std::str::from_utf8(bytes) {
        Ok(_) => Ok(()),
        // A character cut by the end of the block is complete in the next one.
        Err(error) if error.error_len().is_none() && !at_end => Ok(()),
        Err(error) => {
            let byte = error.valid_up_to();
            let line = memchr_iter(b'\n', &bytes[..byte]).count();
            Err(BlockError::NotUtf8 { line, byte, value: bytes[byte] })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(bytes: &[u8], n_fields: usize) -> Vec<Vec<Option<String>>> {
        let wanted: Vec<(usize, Kind)> = (0..n_fields).map(|field| (field, Kind::Text)).collect();
        let layout =
            Layout { separator: b',', n_fields, wanted: &wanted, reading: &Reading::default() };
        let block = parse(bytes, true, layout, usize::MAX).unwrap();
        let column = |cells: &Cells| match cells {
            Cells::Text { codes, distinct, .. } => codes
                .iter()
                .map(|&code| (code != MISSING).then(|| unquoted(distinct.values[code as usize])))
                .collect(),
            Cells::Number { .. } => unreachable!("all are texts"),
        };
        block.cells.iter().map(column).collect()
    }

    #[test]
    fn quotes_separators_line_ends_and_missing_values() {
        let file = b"a,\"b, c\"\r\n\"say \"\"no\"\"\",NA\n\"two\nlines\",\"NA\"\n\n  ,5\" pipe";
        let columns = texts(file, 2);
        let text = |text: &str| Some(text.to_string());
        assert_eq!(columns[0], [text("a"), text("say \"no\""), text("two\nlines"), None]);
        assert_eq!(columns[1], [text("b, c"), None, None, text("5\" pipe")]);
    }

    #[test]
    fn lines_are_counted_through_quoted_fields_and_blank_lines() {
        let wanted = [(0, Kind::Text)];
        let layout =
            Layout { separator: b',', n_fields: 1, wanted: &wanted, reading: &Reading::default() };
        let block = parse(b"a\n\"b\nb\"\nc\n\nd\n", true, layout, usize::MAX).unwrap();
        assert_eq!((block.rows, block.lines), (4, 6));
        // Rows 0 and 1 stand on their own lines, row 2 on line 3, row 3 on line 5.
        assert_eq!(block.shifts, [(0, 0), (2, 1), (3, 2)]);
    }

    #[test]
    fn a_record_that_is_not_complete_waits_for_more() {
        let wanted = [(0, Kind::Number), (1, Kind::Text)];
        let layout =
            Layout { separator: b',', n_fields: 2, wanted: &wanted, reading: &Reading::default() };
        for rest in ["2", "2,b", "2,\"b", "2,\"b\"", "2,\"b\"\r"] {
            let bytes = format!("1,a\n{rest}");
            let block = parse(bytes.as_bytes(), false, layout, usize::MAX).unwrap();
            assert_eq!((block.rows, block.consumed), (1, 4), "{rest}");
            let Cells::Number { values, .. } = &block.cells[0] else { unreachable!() };
            assert_eq!(values, &[1.0]);
        }
    }

    #[test]
    fn identifiers_too_long_for_a_number_are_texts() {
        assert_eq!(number(b"9007199254740993"), None);
        assert_eq!(number(b"900719925474099"), Some(900719925474099.0));
        assert_eq!(number(b"0.12345678901234567"), Some(0.12345678901234567));
        assert_eq!(number(b"1e3"), Some(1000.0));
        assert_eq!(number(b"12 weeks"), None);
        assert_eq!((number(b"007"), number(b"0"), number(b"0.7")), (None, Some(0.0), Some(0.7)));
        assert_eq!(number("\u{2212}5".as_bytes()), Some(-5.0));
        assert_eq!(number("\u{2212}-5".as_bytes()), None);
    }
}
