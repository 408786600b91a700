//! The one place that writes: a file or a folder is whole or it is not there, and nothing that was
//! read is written over.

mod disk;
mod folder;
mod leftover;
mod place;
mod regular;
mod single;
mod unfinished;

pub use folder::{MARKER, Output};
pub use place::{same_file, same_output};
pub use regular::read_file;
pub use single::{write_file, write_file_with};
pub use unfinished::abandon;
