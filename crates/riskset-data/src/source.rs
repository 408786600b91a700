//! Where a table comes from: a bundled data set, a file by its extension, or standard input.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::{Error, datasets, nearest};

/// A table that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A bundled data set: `@lung`.
    Bundled(&'static str),
    /// A file with its format.
    File {
        /// The file.
        path: PathBuf,
        /// How it is read.
        format: Format,
    },
    /// CSV on standard input: `-`.
    Stdin,
}

/// How a file is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// Separated by commas (`.csv`).
    Csv,
    /// Separated by tabs (`.tsv`, `.tab`).
    Tsv,
    /// A workbook (`.xlsx`): the sheet named after `#`, or its first.
    Xlsx {
        /// The sheet's name.
        sheet: Option<String>,
    },
    /// Parquet (`.parquet`): known, so that the refusal says what to do, and not read.
    Parquet,
}

impl Source {
    /// Reads what a user types: `@lung`, `patients.csv`, `patients.xlsx#Sheet 2`, `-`.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchDataset`], [`Error::Extension`]. Whether a file exists is seen when it is
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
        let (file, sheet) = split_sheet(text);
        let path = PathBuf::from(file);
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        let format = match extension.as_deref() {
            Some("csv") => Format::Csv,
            Some("tsv" | "tab") => Format::Tsv,
            Some("xlsx") => Format::Xlsx { sheet },
            Some("parquet") => Format::Parquet,
            _ if path.is_dir() => return Err(Error::Folder { path }),
            _ => return Err(Error::Extension { path }),
        };
        Ok(Source::File { path, format })
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

/// `data.xlsx#Sheet 2` as file and sheet; `#` elsewhere belongs to the file's name.
fn split_sheet(text: &str) -> (&str, Option<String>) {
    match text.rsplit_once('#') {
        Some((file, sheet))
            if file.to_lowercase().ends_with(".xlsx") && !Path::new(text).exists() =>
        {
            (file, Some(sheet.to_string()))
        }
        _ => (text, None),
    }
}

/// The source as it was typed.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Bundled(name) => write!(f, "@{name}"),
            Source::File { path, format: Format::Xlsx { sheet: Some(sheet) } } => {
                write!(f, "{}#{sheet}", path.display())
            }
            Source::File { path, .. } => write!(f, "{}", path.display()),
            Source::Stdin => f.write_str("standard input"),
        }
    }
}
