//! Reading a source into a table: what it is, what the reader is told, and what it chose.

mod content;
mod error;
mod note;
mod options;

pub(crate) use content::{BadCell, Content, choose, duplicates, field_of};
pub use error::ReadError;
pub use note::ReadNote;
pub(crate) use options::as_text;
pub use options::{Decimal, Encoding, ReadOptions, Separator, UnknownWord};
