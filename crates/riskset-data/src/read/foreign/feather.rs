//! Feather files, which are Arrow files (`.feather`, `.arrow`): plain, or packed by LZ4 as pandas and R
//! write them. Only the columns that are asked for are unpacked.

use std::io::Cursor;

use ::arrow::array::ArrayRef;
use ::arrow::datatypes::SchemaRef;
use arrow_ipc::reader::{FileReaderBuilder, read_footer_length};
use arrow_ipc::{Block, CompressionType, RecordBatch, root_as_footer, root_as_message};

use super::{Cells, Column, arrow, check_size};

/// The most that one byte can become when it is unpacked by LZ4 (255, rounded up).
const MOST_FROM_A_BYTE: u64 = 256;

/// A file whose columns are known and not yet read.
pub(super) struct File {
    bytes: Vec<u8>,
    schema: SchemaRef,
    rows: usize,
}

impl File {
    pub(super) fn open(bytes: Vec<u8>) -> Result<File, String> {
        let rows = Checked::of(&bytes)?.rows()?;
        let reader = FileReaderBuilder::new().build(Cursor::new(&bytes)).map_err(says)?;
        let schema = reader.schema();
        Ok(File { bytes, schema, rows })
    }

    /// The names of the columns, in their order.
    pub(super) fn names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The columns `fields`, increasing, with their cells; of the others the name alone.
    pub(super) fn columns(&self, fields: &[usize]) -> Result<Vec<Column>, String> {
        check_size(self.rows as u64, fields.len() as u64)?;
        let builder = FileReaderBuilder::new().with_projection(fields.to_vec());
        let mut parts: Vec<Vec<ArrayRef>> = vec![Vec::new(); fields.len()];
        for batch in builder.build(Cursor::new(&self.bytes)).map_err(says)? {
            let batch = batch.map_err(says)?;
            for (parts, column) in parts.iter_mut().zip(batch.columns()) {
                parts.push(column.clone());
            }
        }
        let mut columns = Vec::with_capacity(self.schema.fields().len());
        for (field, about) in self.schema.fields().iter().enumerate() {
            let cells = match fields.binary_search(&field) {
                Ok(at) => arrow::cells(about.data_type(), &parts[at])?,
                Err(_) => Cells::Numbers(Vec::new()),
            };
            columns.push(Column::new(about.name(), "", cells));
        }
        Ok(columns)
    }
}

fn says(error: ::arrow::error::ArrowError) -> String {
    error.to_string()
}

/// The places and lengths of a file, before its reader believes them.
struct Checked<'a> {
    bytes: &'a [u8],
    batches: Vec<RecordBatch<'a>>,
}

impl<'a> Checked<'a> {
    fn of(bytes: &'a [u8]) -> Result<Checked<'a>, String> {
        let damaged = || "a part of it lies outside of the file".to_owned();
        let end = bytes.len().checked_sub(10).ok_or_else(damaged)?;
        let last = bytes[end..].try_into().map_err(|_| damaged())?;
        let length = read_footer_length(last).map_err(says)?;
        let start = end.checked_sub(length).ok_or_else(damaged)?;
        let footer = root_as_footer(&bytes[start..end]).map_err(|error| error.to_string())?;
        let mut checked = Checked { bytes, batches: Vec::new() };
        for block in footer.dictionaries().iter().flatten() {
            let message = checked.message(block).ok_or_else(damaged)?;
            let batch = message.header_as_dictionary_batch().and_then(|of| of.data());
            checked.check(batch.ok_or_else(damaged)?, block)?;
        }
        for block in footer.recordBatches().iter().flatten() {
            let message = checked.message(block).ok_or_else(damaged)?;
            let batch = message.header_as_record_batch().ok_or_else(damaged)?;
            checked.check(batch, block)?;
            checked.batches.push(batch);
        }
        Ok(checked)
    }

    /// What stands at the start of a block, with its mark and length.
    fn message(&self, block: &Block) -> Option<arrow_ipc::Message<'a>> {
        let start = usize::try_from(block.offset()).ok()?;
        let length = usize::try_from(block.metaDataLength()).ok()?;
        let bytes = self.bytes.get(start..start.checked_add(length)?)?;
        let skip = if bytes.get(..4)? == [0xFF; 4] { 8 } else { 4 };
        root_as_message(bytes.get(skip..)?).ok()
    }

    /// Whether each piece of a block lies within it and promises no more than it can become.
    fn check(&self, batch: RecordBatch<'a>, block: &Block) -> Result<(), String> {
        let place = |at: i64| usize::try_from(at).ok();
        let body = place(block.offset()).zip(usize::try_from(block.metaDataLength()).ok());
        let body = body.and_then(|(at, length)| at.checked_add(length));
        let body = body.zip(place(block.bodyLength()));
        let body = body.and_then(|(at, length)| self.bytes.get(at..at.checked_add(length)?));
        let body = body.ok_or("a part of it lies outside of the file")?;
        let packed = batch.compression();
        if packed.is_some_and(|packed| packed.codec() == CompressionType::ZSTD) {
            return Err("it is packed by zstd, which is not read".to_owned());
        }
        for buffer in batch.buffers().iter().flatten() {
            let piece = place(buffer.offset()).zip(place(buffer.length()));
            let piece = piece.and_then(|(at, length)| body.get(at..at.checked_add(length)?));
            let piece = piece.ok_or("a part of it lies outside of the file")?;
            if packed.is_some() && !promises_what_it_can(piece) {
                return Err("a packed part of it is longer than it can be".to_owned());
            }
        }
        let short =
            batch.nodes().iter().flatten().any(|node| node.length() < 0 || node.null_count() < 0);
        if short || batch.length() < 0 {
            return Err("a column of it has less than no rows".to_owned());
        }
        Ok(())
    }

    fn rows(&self) -> Result<usize, String> {
        let rows = self.batches.iter().map(|batch| usize::try_from(batch.length()).unwrap_or(0));
        let rows = rows.fold(0_usize, usize::saturating_add);
        check_size(rows as u64, 1)?;
        Ok(rows)
    }
}

/// Whether the length that stands before a packed piece, -1 for one that is not packed, is possible.
fn promises_what_it_can(piece: &[u8]) -> bool {
    let Some((length, rest)) = piece.split_first_chunk::<8>() else { return piece.is_empty() };
    match i64::from_le_bytes(*length) {
        -1 => true,
        length => u64::try_from(length)
            .is_ok_and(|length| length <= (rest.len() as u64).saturating_mul(MOST_FROM_A_BYTE)),
    }
}
