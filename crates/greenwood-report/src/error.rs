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
    Exists(PathBuf),
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
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
            Error::Exists(path) => write!(
                f,
                "{} exists, and its content would be replaced; choose another --output or add \
                 --force",
                path.display()
            ),
        }
    }
}
