//! Reading a source into a table: what it is, what the reader is told, and what it chose.

mod content;
mod decode;
mod encoding;
mod error;
mod foreign;
mod header;
mod kind;
mod note;
mod numbers;
mod options;
mod sniff;
mod source;
mod text;
mod unpack;

pub(crate) use content::{BadCell, Content, Units, choose, duplicates, field_of};
pub use error::ReadError;
pub(crate) use header::{Grid, Guess};
pub(crate) use header::{find as find_header, units as find_units};
pub use note::ReadNote;
pub(crate) use numbers::{Evidence, Style, Verdict};
pub(crate) use options::as_text;
pub use options::{Decimal, Encoding, ReadOptions, Separator, UnknownWord};
pub(crate) use source::{read, read_bytes};

pub(crate) use text::unclear_number;
pub(crate) use unpack::{limit as unpacked_limit, too_much};
