//! Where a table comes from: a bundled data set, a file, or standard input.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::{Error, datasets, nearest};

/// A table that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A bundled data set: `@lung`.
    Bundled(&'static str),
    /// A file; what it is, is seen from its content.
    File {
        /// The file.
        path: PathBuf,
        /// The sheet of a workbook or the member of a zip, named after `#`.
        part: Option<String>,
    },
    /// A table on standard input: `-`.
    Stdin,
}

impl Source {
    /// Reads what a user types: `@lung`, `patients.csv`, `patients.xlsx#Sheet 2`, `-`.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchDataset`], [`Error::Folder`]. Whether a file exists is seen when it is
    /// read.
    ///
    /// ```
    /// use riskset_data::Source;
    ///
    /// assert_eq!(Source::parse("@lung")?, Source::Bundled("lung"));
    /// assert_eq!(Source::parse("-")?, Source::Stdin);
    /// # Ok::<(), riskset_data::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Source, Error> {
        if text == "-" {
            return Ok(Source::Stdin);
        }
        if let Some(name) = text.strip_prefix('@') {
            return match datasets::find(name) {
                Some(name) => Ok(Source::Bundled(name)),
                None => Err(Error::NoSuchDataset {
                    name: name.to_string(),
                    nearest: nearest::nearest(name, datasets::names()).and_then(datasets::find),
                }),
            };
        }
        let (file, part) = split_part(text);
        let path = PathBuf::from(file);
        if path.is_dir() {
            return Err(Error::Folder { path });
        }
        Ok(Source::File { path, part })
    }

    /// The name for a report's provenance: the file without its folder, `@name`, or `standard
    /// input`.
    pub fn short_name(&self) -> String {
        match self {
            Source::File { path, .. } => {
                path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
            }
            other => other.to_string(),
        }
    }
}

/// Extensions of files that have parts.
const WITH_PARTS: [&str; 6] = [".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".zip"];

/// `data.xlsx#Sheet 2` as file and sheet; `#` elsewhere belongs to the file's name.
fn split_part(text: &str) -> (&str, Option<String>) {
    let has_parts = |file: &str| WITH_PARTS.iter().any(|end| file.to_lowercase().ends_with(end));
    match text.rsplit_once('#') {
        Some((file, part)) if has_parts(file) && !Path::new(text).exists() => {
            (file, Some(part.to_string()))
        }
        _ => (text, None),
    }
}

/// The source as it was typed.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Bundled(name) => write!(f, "@{name}"),
            Source::File { path, part: Some(part) } => {
                write!(f, "{}#{part}", path.display())
            }
            Source::File { path, .. } => write!(f, "{}", path.display()),
            Source::Stdin => f.write_str("standard input"),
        }
    }
}
