//! A text table: how it is written is seen from its first part, or told.

use std::io::{self, Read};

use super::decode::{Decoded, LineFeeds, Tabbed};
use super::encoding;
use super::numbers::{self, Evidence, Verdict};
use super::sniff::{self, Shape};
use super::{Content, Encoding, ReadError, ReadNote, ReadOptions, Separator, Style};
use crate::csv::{self, Input, Reading};
use crate::values::MISSING;
use crate::{Error, Factor, Values};

/// Bytes from which the writing of a text is seen.
const SAMPLE: u64 = 1 << 18;

/// How a text is written.
#[derive(Clone, Copy)]
struct How<'a> {
    encoding: &'static encoding_rs::Encoding,
    /// Lines end with a carriage return alone.
    carriage: bool,
    shape: &'a Shape,
}

/// A text that can be opened again, as bytes in the file's own encoding.
pub(super) struct Text<'a> {
    pub(super) name: &'a str,
    pub(super) open: &'a dyn Fn() -> io::Result<Box<dyn Read + 'a>>,
    pub(super) size: Option<u64>,
    pub(super) options: &'a ReadOptions,
}

impl<'a> Text<'a> {
    /// Reads the columns `wanted` (all when `None`).
    pub(super) fn read(&self, wanted: Option<&[String]>) -> Result<Content, Error> {
        for (field, told) in [("sheet", self.options.sheet.is_some())] {
            if told {
                return Err(self.option(field, "does not apply to a text"));
            }
        }
        if self.options.skip.is_some() && self.options.header_row.is_some() {
            return Err(self.option("skip", "says the same as `header_row`; only one can hold"));
        }
        let (encoding, mut notes) = encoding::at_start(self)?;
        let content = match self.read_in(encoding, wanted) {
            Err(Error::NotUtf8 { .. }) if self.options.encoding.is_none() => {
                let (encoding, note) = encoding::of_bytes(self)?;
                notes.push(note);
                self.read_in(encoding, wanted)?
            }
            read => read?,
        };
        notes.extend(content.notes);
        Ok(Content { notes, ..content })
    }

    fn option(&self, field: &'static str, problem: &str) -> Error {
        let (source, problem) = (self.name.to_string(), problem.to_string());
        ReadError::Option { source, field, problem }.into()
    }

    fn read_in(
        &self,
        encoding: &'static encoding_rs::Encoding,
        wanted: Option<&[String]>,
    ) -> Result<Content, Error> {
        let mut sample = Vec::new();
        let start = self
            .decoded(encoding, false, None)
            .and_then(|reader| reader.take(SAMPLE).read_to_end(&mut sample));
        start.map_err(|error| csv::io_error(self.name, &error))?;
        let whole = (sample.len() as u64) < SAMPLE;
        let carriage = !sample.contains(&b'\n') && sample.contains(&b'\r');
        if carriage {
            sample.iter_mut().filter(|b| **b == b'\r').for_each(|b| *b = b'\n');
        }
        let shape = sniff::shape(self.name, &sample, whole, self.options)?;
        let told = Style::told(self.options);
        let style = told.unwrap_or_else(|| match shape.evidence.verdict() {
            Verdict::Style(style) => style,
            Verdict::Unclear => Style::default(),
        });
        let how = How { encoding, carriage, shape: &shape };
        let mut content = self.table(how, style, wanted)?;
        if told.is_none() && style.is_plain() {
            content = self.look_again(how, content, wanted)?;
        }
        content.notes.splice(0..0, shape.notes.iter().cloned());
        if let Some(units) = &shape.units {
            content.check_units(self.name, units, wanted)?;
        }
        Ok(content)
    }

    /// The values that are texts may show, after the sample, that numbers are written otherwise.
    fn look_again(
        &self,
        how: How<'_>,
        content: Content,
        wanted: Option<&[String]>,
    ) -> Result<Content, Error> {
        let mut evidence = Evidence::default();
        for level in content.values.iter().flat_map(|(_, values)| values.levels()) {
            evidence.see(level);
        }
        match evidence.verdict() {
            Verdict::Style(style) if style.is_plain() => Ok(content),
            Verdict::Style(style) => self.table(how, style, wanted),
            Verdict::Unclear if wanted.is_some() => Err(unclear_number(&content)),
            Verdict::Unclear => Ok(content),
        }
    }

    fn table(
        &self,
        how: How<'_>,
        style: Style,
        wanted: Option<&[String]>,
    ) -> Result<Content, Error> {
        let How { encoding, carriage, shape } = how;
        let na = self.options.na.iter().map(|word| word.trim().to_string()).collect();
        let reading = Reading { style, na, comment: shape.comment.clone() };
        let open = || self.decoded(encoding, carriage, Some(shape.separator));
        let input = Input {
            name: self.name,
            separator: shape.separator.byte(),
            open: &open,
            size: self.size,
            reading: &reading,
            skip: shape.skip,
            data_line: self.options.data_row,
            row_names: shape.row_names,
        };
        let mut content = csv::read(&input, wanted)?;
        if style.decimal == super::Decimal::Comma {
            content.notes.insert(0, ReadNote::DecimalComma);
        }
        content.note_values();
        Ok(content)
    }

    /// The text as UTF-8, with line feeds and, once it is known, one byte between fields.
    pub(super) fn decoded(
        &self,
        encoding: &'static encoding_rs::Encoding,
        carriage: bool,
        separator: Option<Separator>,
    ) -> io::Result<Box<dyn Read + '_>> {
        let raw = (self.open)()?;
        let mut text: Box<dyn Read + '_> = if encoding == encoding_rs::UTF_8 {
            raw
        } else if encoding == encoding_rs::REPLACEMENT {
            // Used within this module for UTF-8 whose broken bytes are replaced.
            Box::new(Decoded::new(raw, encoding_rs::UTF_8))
        } else {
            Box::new(Decoded::new(raw, encoding))
        };
        if carriage {
            text = Box::new(LineFeeds(text));
        }
        if separator == Some(Separator::Blanks) {
            text = Box::new(Tabbed::new(text));
        }
        Ok(text)
    }

    /// The encoding that was told.
    pub(super) fn told_encoding(&self) -> Option<Encoding> {
        self.options.encoding
    }
}

/// The first number of the columns read that has two readings.
pub(crate) fn unclear_number(content: &Content) -> Error {
    for (column, values) in &content.values {
        let Values::Text(Factor { codes, levels }) = values else { continue };
        let either: Vec<bool> = levels.iter().map(|level| numbers::is_either(level)).collect();
        let row = codes.iter().position(|&code| code != MISSING && either[code as usize]);
        if let Some(row) = row {
            let value = levels[codes[row] as usize].clone();
            let (place, readings) = (content.place(row), numbers::readings(&value));
            return ReadError::Numbers { column: column.clone(), place, value, readings }.into();
        }
    }
    unreachable!("called when a level has two readings")
}
