//! The one place that writes: a file or a folder is whole or it is not there, and nothing that was
//! read is written over.

mod folder;
mod place;
mod single;

pub use folder::{MARKER, Output};
pub use place::same_file;
pub use single::{write_file, write_file_with};
