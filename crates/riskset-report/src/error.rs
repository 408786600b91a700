//! Why a study was refused.

use std::fmt;
use std::path::PathBuf;

/// A refusal. Every message says what was found, where, why it cannot be used, and what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The study file cannot be used; the message shows the line.
    Study(String),
    /// The data cannot be used for what the study file asks.
    Data(String),
    /// A folder or file could not be read or written.
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What was being done, as "read" or "written".
        action: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The output folder exists.
    Exists {
        /// The folder.
        path: PathBuf,
        /// What a run that was killed had left, and what became of it: one sentence each.
        recovered: Vec<String>,
    },
    /// A folder, a named pipe or a device in the place of a file.
    NotRegular {
        /// What was named.
        file: PathBuf,
        /// Whether it was to be written.
        output: bool,
    },
    /// A folder that would be replaced holds what the program did not write.
    Foreign {
        /// The folder.
        folder: PathBuf,
        /// What else lies in it, as paths from the folder, sorted; at least one.
        foreign: Vec<String>,
    },
    /// A folder that would be replaced holds a file that the run reads.
    HoldsInput {
        /// The folder.
        folder: PathBuf,
        /// The file.
        input: PathBuf,
    },
    /// An output is a file that was read for it.
    IsInput {
        /// The output.
        file: PathBuf,
        /// The input as it was named.
        input: PathBuf,
    },
    /// An output exists and may not be written.
    ReadOnly(PathBuf),
    /// The folder of an output does not exist.
    NoFolder {
        /// The output.
        file: PathBuf,
        /// Its folder.
        folder: PathBuf,
    },
    /// A file could not be written.
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } | Error::Write { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Study(message) | Error::Data(message) => f.write_str(message),
            Error::Io { path, action, source } => write!(
                f,
                "{} could not be {action}: {source}; check the path and the permissions",
                path.display()
            ),
            Error::Exists { path, recovered } => {
                recovered.iter().try_for_each(|sentence| writeln!(f, "{sentence}"))?;
                write!(
                    f,
                    "{} exists, and its content would be replaced; choose another --output or add \
                     --force",
                    path.display()
                )
            }
            Error::NotRegular { file, output: true } => write!(
                f,
                "cannot write {}: it is no regular file but a folder, a named pipe or a device; \
                 name a file, or leave out --output and send standard output there",
                file.display()
            ),
            Error::NotRegular { file, output: false } => write!(
                f,
                "cannot read {}: it is no regular file but a folder, a named pipe or a device, \
                 which may never end; name a file, or send a table to standard input and name it -",
                file.display()
            ),
            Error::Foreign { folder, foreign } => write!(
                f,
                "{} holds what this program did not write ({}), and would be deleted as a whole; \
                 move that to another place, or choose another --output",
                folder.display(),
                shortened(foreign)
            ),
            Error::HoldsInput { folder, input } => write!(
                f,
                "{} holds {}, which this study reads, and would be deleted with it; choose \
                 another --output",
                folder.display(),
                input.display()
            ),
            Error::IsInput { file, input } => write!(
                f,
                "cannot write {}: it is {}, which was read for this answer and would be lost; \
                 choose another name with --output",
                file.display(),
                input.display()
            ),
            Error::ReadOnly(file) => write!(
                f,
                "cannot write {}: the file is read-only; choose another name with --output, or \
                 change its rights",
                file.display()
            ),
            Error::NoFolder { file, folder } => write!(
                f,
                "cannot write {}: there is no folder {}; make it first",
                file.display(),
                folder.display()
            ),
            Error::Write { path, source } => write!(
                f,
                "cannot write {}: {source}; check the disk and the rights of the folder, or \
                 choose another place with --output",
                path.display()
            ),
        }
    }
}

/// The first names of a list, and how many more there are.
fn shortened(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let first = names[..names.len().min(SHOWN)].join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
