//! Why a study was refused.

use riskset_analysis::{RequestWords, Voice};
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

impl Error {
    /// The message in the words of a front end: where an output goes, and that it may be replaced, is
    /// told to each in its own way.
    pub fn words(&self, voice: &dyn Voice) -> String {
        let output = voice.field("output", None);
        match self {
            Error::Study(message) | Error::Data(message) => message.clone(),
            Error::Io { path, action, source } => format!(
                "{} could not be {action}: {source}; check the path and the permissions",
                path.display()
            ),
            Error::Exists { path, recovered } => {
                let recovered: String =
                    recovered.iter().map(|sentence| format!("{sentence}\n")).collect();
                format!(
                    "{recovered}{} exists, and its content would be replaced; choose another {output} \
                     or add {}",
                    path.display(),
                    voice.field("force", Some("true"))
                )
            }
            Error::NotRegular { file, output: true } => format!(
                "cannot write {}: it is no regular file but a folder, a named pipe or a device; \
                 name a file, or leave out {output} and send standard output there",
                file.display()
            ),
            Error::NotRegular { file, output: false } => format!(
                "cannot read {}: it is no regular file but a folder, a named pipe or a device, \
                 which may never end; name a file, or send a table to standard input and name it -",
                file.display()
            ),
            Error::Foreign { folder, foreign } => format!(
                "{} holds what this program did not write ({}), and would be deleted as a whole; \
                 move that to another place, or choose another {output}",
                folder.display(),
                shortened(foreign)
            ),
            Error::HoldsInput { folder, input } => format!(
                "{} holds {}, which this study reads, and would be deleted with it; choose \
                 another {output}",
                folder.display(),
                input.display()
            ),
            Error::IsInput { file, input } => format!(
                "cannot write {}: it is {}, which was read for this answer and would be lost; \
                 choose another name with {output}",
                file.display(),
                input.display()
            ),
            Error::ReadOnly(file) => format!(
                "cannot write {}: the file is read-only; choose another name with {output}, or \
                 change its rights",
                file.display()
            ),
            Error::NoFolder { file, folder } => format!(
                "cannot write {}: there is no folder {}; make it first",
                file.display(),
                folder.display()
            ),
            Error::Write { path, source } => format!(
                "cannot write {}: {source}; check the disk and the rights of the folder, or \
                 choose another place with {output}",
                path.display()
            ),
        }
    }
}

/// The message in no front end's words.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(&RequestWords))
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
