//! The pages of a column of a Parquet file, checked before its reader takes memory for what they say.
//!
//! The reader of pages makes room for the length that stands before a packed page, for the number of
//! values of a dictionary, and for the number of lengths of a delta encoding, before it looks at the
//! bytes: a damaged file of 10 kB took 12 GB. So pages are taken as they lie in the file, checked, and
//! unpacked here.

use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, Type as Physical};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;

/// The most that one byte can become when it is unpacked by snappy: three bytes can copy 64 (rounded up).
const MOST_FROM_A_BYTE: usize = 32;

pub(super) struct Pages {
    reader: SerializedPageReader<Bytes>,
    is_packed: bool,
    /// Whether values can be missing, so that levels stand before the values of a page.
    is_optional: bool,
    /// The fewest bytes of a value that is written out.
    least: usize,
}

impl Pages {
    /// The pages of a column in a group of so many rows.
    pub(super) fn new(file: Bytes, column: &ColumnChunkMetaData, rows: usize) -> Result<Pages> {
        let is_packed = column.compression() == Compression::SNAPPY;
        let as_it_lies = match is_packed {
            true => {
                let plain = column.clone().into_builder();
                &plain.set_compression(Compression::UNCOMPRESSED).build()?
            }
            false => column,
        };
        let least = match column.column_type() {
            // Eight to a byte: a dictionary of them does not exist.
            Physical::BOOLEAN => 1,
            Physical::INT32 | Physical::FLOAT | Physical::BYTE_ARRAY => 4,
            Physical::INT64 | Physical::DOUBLE => 8,
            Physical::INT96 => 12,
            Physical::FIXED_LEN_BYTE_ARRAY => {
                usize::try_from(column.column_descr().type_length()).unwrap_or(0).max(1)
            }
        };
        let reader = SerializedPageReader::new(Arc::new(file), as_it_lies, rows, None)?;
        let is_optional = column.column_descr().max_def_level() > 0;
        Ok(Pages { reader, is_packed, is_optional, least })
    }

    fn checked(&self, page: Page) -> Result<Page> {
        let page = if self.is_packed { unpacked(page)? } else { page };
        match &page {
            Page::DictionaryPage { buf, num_values, .. } => {
                fits(*num_values as usize, buf.len() / self.least)?;
            }
            Page::DataPage { buf, num_values, encoding, def_level_encoding, .. } => {
                let rows = *num_values as usize;
                let levels = match (self.is_optional, *def_level_encoding) {
                    (false, _) => 0,
                    (true, Encoding::RLE) => four(buf).map_or(usize::MAX, |bytes| bytes + 4),
                    // The old form, a bit for each row.
                    (true, _) => rows.div_ceil(8),
                };
                lengths_fit(buf.get(levels..).unwrap_or_default(), *encoding, rows)?;
            }
            Page::DataPageV2 { buf, num_values, encoding, .. } => {
                let values = levels(&page).and_then(|levels| buf.get(levels..));
                lengths_fit(values.unwrap_or_default(), *encoding, *num_values as usize)?;
            }
        }
        Ok(page)
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.reader.get_next_page()?.map(|page| self.checked(page)).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.reader.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.reader.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.reader.at_record_boundary()
    }
}

/// The bytes of levels before the values of a page of the second form, which are never packed.
fn levels(page: &Page) -> Option<usize> {
    match page {
        Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
            def_levels_byte_len.checked_add(*rep_levels_byte_len)?.try_into().ok()
        }
        _ => Some(0),
    }
}

/// The page with what snappy has packed in it. What it becomes stands before the packed bytes.
fn unpacked(mut page: Page) -> Result<Page> {
    let levels = levels(&page);
    let (Page::DataPage { buf, .. }
    | Page::DictionaryPage { buf, .. }
    | Page::DataPageV2 { buf, is_compressed: true, .. }) = &mut page
    else {
        return Ok(page);
    };
    let levels = levels.filter(|&levels| levels <= buf.len()).ok_or_else(contradiction)?;
    let (levels, packed) = buf.split_at(levels);
    // A page whose values are all missing has nothing behind its levels.
    if packed.is_empty() {
        return Ok(page);
    }
    let failed = |error: snap::Error| ParquetError::General(error.to_string());
    let length = snap::raw::decompress_len(packed).map_err(failed)?;
    fits(length, packed.len().saturating_mul(MOST_FROM_A_BYTE))?;
    let mut whole = vec![0; levels.len() + length];
    whole[..levels.len()].copy_from_slice(levels);
    let into = &mut whole[levels.len()..];
    let written = snap::raw::Decoder::new().decompress(packed, into).map_err(failed)?;
    fits(length, written)?;
    *buf = Bytes::from(whole);
    Ok(page)
}

/// Whether the lengths that a page declares within its values are those of no more values than it has.
fn lengths_fit(values: &[u8], encoding: Encoding, rows: usize) -> Result<()> {
    let is_delta = matches!(
        encoding,
        Encoding::DELTA_BINARY_PACKED
            | Encoding::DELTA_LENGTH_BYTE_ARRAY
            | Encoding::DELTA_BYTE_ARRAY
    );
    // What cannot be followed, the reader refuses: it needs the same numbers.
    let Some(first) = Deltas::of(values).filter(|_| is_delta) else { return Ok(()) };
    fits(first.count, rows)?;
    if encoding == Encoding::DELTA_BYTE_ARRAY
        && let Some(second) = first.rest().and_then(Deltas::of)
    {
        // First the lengths of the beginnings that are shared, then those of what follows them.
        fits(second.count, rows)?;
    }
    Ok(())
}

fn fits(promised: usize, most: usize) -> Result<()> {
    if promised > most { Err(contradiction()) } else { Ok(()) }
}

fn contradiction() -> ParquetError {
    ParquetError::General("a page of it promises more than it can hold".to_owned())
}

fn four(bytes: &[u8]) -> Option<usize> {
    let four = bytes.first_chunk::<4>()?;
    usize::try_from(u32::from_le_bytes(*four)).ok()
}

/// Numbers as their differences: how many there are, and what stands behind their head.
struct Deltas<'a> {
    count: usize,
    /// Parts of a block.
    parts: usize,
    /// Numbers of a part.
    of_part: usize,
    bytes: &'a [u8],
}

impl<'a> Deltas<'a> {
    fn of(mut bytes: &'a [u8]) -> Option<Deltas<'a>> {
        let [block, parts, count] = [(); 3].map(|()| number(&mut bytes));
        number(&mut bytes)?;
        let (block, parts, count) = (block?, parts?, count?);
        let of_part = block.checked_div(parts).filter(|&of_part| of_part > 0)?;
        Some(Deltas { count, parts, of_part, bytes })
    }

    /// What stands behind the numbers: for each block its least difference, a width in bits for each
    /// part, and the parts. Parts after the last number are left out.
    fn rest(&self) -> Option<&'a [u8]> {
        let (mut bytes, mut left) = (self.bytes, self.count.saturating_sub(1));
        while left > 0 {
            number(&mut bytes)?;
            let widths;
            (widths, bytes) = bytes.split_at_checked(self.parts)?;
            for &width in widths.iter().take(left.div_ceil(self.of_part)) {
                let bits = self.of_part.checked_mul(usize::from(width))?;
                bytes = bytes.get(bits.div_ceil(8)..)?;
                left = left.saturating_sub(self.of_part);
            }
        }
        Some(bytes)
    }
}

/// The number at the start of `bytes`, seven bits to a byte, the lowest first.
fn number(bytes: &mut &[u8]) -> Option<usize> {
    let mut number = 0_u64;
    for place in 0..10 {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte < 0x80 {
            return usize::try_from(number).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_seven_bits_to_a_byte() {
        let mut bytes = &[0x05, 0xac, 0x02, 0x80][..];
        assert_eq!(number(&mut bytes), Some(5));
        assert_eq!(number(&mut bytes), Some(300));
        assert_eq!(number(&mut bytes), None, "cut off");
        assert_eq!(number(&mut &[0xff; 11][..]), None, "longer than any number");
    }

    /// Five numbers in a block of 128 with four parts, of which one is there, two bits wide.
    const FIVE: [u8; 18] = [0x80, 0x01, 4, 5, 14, 3, 2, 0, 0, 0, 0b1110_0100, 0, 0, 0, 0, 0, 0, 0];

    #[test]
    fn what_stands_behind_differences_is_found() {
        let bytes = [&FIVE[..], b"behind"].concat();
        let deltas = Deltas::of(&bytes).unwrap();
        assert_eq!((deltas.count, deltas.rest()), (5, Some(&b"behind"[..])));
        assert!(Deltas::of(&bytes[..16]).unwrap().rest().is_none());
        assert!(Deltas::of(&[0x80, 0x01, 0, 5, 14]).is_none(), "no parts");
    }

    #[test]
    fn a_page_has_no_more_lengths_than_rows() {
        let twice = FIVE.repeat(2);
        let fits = |encoding, rows| lengths_fit(&twice, encoding, rows).is_ok();
        assert!(fits(Encoding::DELTA_BYTE_ARRAY, 5) && !fits(Encoding::DELTA_BYTE_ARRAY, 4));
        assert!(fits(Encoding::PLAIN, 1), "it declares none");
        let mut second = twice;
        second[18 + 3] = 100;
        assert!(lengths_fit(&second, Encoding::DELTA_BYTE_ARRAY, 5).is_err());
        assert!(
            lengths_fit(&second, Encoding::DELTA_LENGTH_BYTE_ARRAY, 5).is_ok(),
            "it has one list"
        );
    }

    #[test]
    fn a_packed_page_says_what_it_becomes() {
        let text = b"resected resected resected resected".repeat(9);
        let packed = snap::raw::Encoder::new().compress_vec(&text).unwrap();
        let page = |buf: Vec<u8>, levels: u32| Page::DataPageV2 {
            buf: Bytes::from(buf),
            num_values: 1,
            encoding: Encoding::PLAIN,
            num_nulls: 0,
            num_rows: 1,
            def_levels_byte_len: levels,
            rep_levels_byte_len: 0,
            is_compressed: true,
            statistics: None,
        };
        let whole = unpacked(page([&b"ll"[..], &packed].concat(), 2)).unwrap();
        assert_eq!(&whole.buffer()[..], [&b"ll"[..], &text].concat());
        assert!(unpacked(page(packed.clone(), 1_000)).is_err(), "more levels than bytes");
        // What repeats most, 21 times its packed length, is taken; 33 times cannot be.
        let zeros = snap::raw::Encoder::new().compress_vec(&[0; 1 << 20]).unwrap();
        assert!(zeros.len() < 1 << 16, "{}", zeros.len());
        assert_eq!(unpacked(page(zeros.clone(), 0)).unwrap().buffer().len(), 1 << 20);
        let mut more = zeros.len() as u64 * 33;
        let mut length = Vec::new();
        while more > 0 {
            length.push((more as u8 & 0x7f) | if more > 0x7f { 0x80 } else { 0 });
            more >>= 7;
        }
        let refused = unpacked(page([&length, &zeros[3..]].concat(), 0)).unwrap_err();
        assert!(refused.to_string().contains("promises more"), "{refused}");
        let four_gb = [&[0xff, 0xff, 0xff, 0xff, 0x0f][..], &packed[2..]].concat();
        assert!(unpacked(page(four_gb, 0)).is_err());
        assert_eq!(unpacked(page(b"ll".to_vec(), 2)).unwrap().buffer().len(), 2, "all missing");
    }
}
