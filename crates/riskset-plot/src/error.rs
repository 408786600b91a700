//! Why a figure was refused.

use std::fmt;
use std::path::PathBuf;

/// The built-in profiles.
pub(crate) const PROFILES: [&str; 10] =
    ["plain", "grey", "jama", "nejm", "lancet", "jco", "annals", "bmj", "nature", "slides"];

/// The extensions that this build writes.
const FORMATS: &str = match (cfg!(feature = "pdf"), cfg!(feature = "pixels")) {
    (true, true) => ".svg, .pdf, .png or .tiff",
    (true, false) => ".svg or .pdf",
    (false, true) => ".svg, .png or .tiff",
    (false, false) => ".svg",
};

/// A refusal. Every message says what was found, where, why it cannot be drawn, and what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A figure without anything to draw.
    Nothing {
        /// What was expected, in words: "groups", "rows of the forest plot".
        what: &'static str,
    },
    /// Columns of one curve that differ in length.
    Length {
        /// The curve's label.
        label: String,
        /// Which column.
        column: &'static str,
        /// Entries of the time column.
        expected: usize,
        /// Entries found.
        found: usize,
    },
    /// A number that cannot be drawn: not finite, or outside its scale.
    Value {
        /// Where it stands, in words.
        place: String,
        /// The number found.
        value: f64,
        /// What it must be, in words.
        must: &'static str,
    },
    /// The figure does not fit into its width and height.
    Room {
        /// Millimetres asked for.
        width: f64,
        /// Millimetres asked for.
        height: f64,
        /// What had no room left.
        what: String,
    },
    /// A figure whose height follows from its rows does not fit into its width.
    Narrow {
        /// Millimetres asked for.
        width: f64,
        /// A width into which it fits, in millimetres; `None` where none does.
        least: Option<f64>,
        /// What had no room left.
        what: String,
    },
    /// A journal profile that cannot be read.
    Profile {
        /// Its name or file.
        name: String,
        /// What is wrong with it.
        message: String,
    },
    /// A file of counts that cannot be read.
    Counts {
        /// Its name.
        name: String,
        /// What is wrong with it.
        message: String,
    },
    /// A step of the rendering failed.
    Render {
        /// The step.
        step: &'static str,
        /// What the step said.
        message: String,
    },
    /// A file name whose extension names no figure format.
    Extension {
        /// The file asked for.
        path: PathBuf,
    },
    /// A file that could not be written or read.
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A TIFF, which has no place for data.
    PixelsOnly,
    /// A figure that carries no data of riskset's.
    NoData {
        /// Why nothing was found.
        reason: String,
    },
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
            Error::Nothing { what } => {
                write!(f, "there are no {what} to draw; check the subset and the formula")
            }
            Error::Length { label, column, expected, found } => write!(
                f,
                "curve `{label}`: the column {column} has {found} values for {expected} times; \
                 give one value for each time"
            ),
            Error::Value { place, value, must } => {
                write!(f, "{place} is {value}, but it must be {must}; correct it or leave it out")
            }
            Error::Room { width, height, what } => write!(
                f,
                "{width:.0} mm x {height:.0} mm leaves no room for {what}; \
                 make the figure larger or the labels shorter"
            ),
            Error::Narrow { width, least, what } => {
                write!(f, "a width of {width:.0} mm leaves no room for {what}; ")?;
                match least {
                    Some(least) => {
                        write!(f, "make the figure {least:.0} mm wide, or the labels shorter")
                    }
                    None => write!(f, "make the labels shorter or fewer"),
                }
            }
            Error::Profile { name, message } => write!(
                f,
                "the journal profile `{name}` cannot be used: {message}; \
                 the built-in profiles are {}",
                PROFILES.join(", ")
            ),
            Error::Counts { name, message } => write!(
                f,
                "the counts of `{name}` cannot be used: {message}\nwrite tables [[stage]] with \
                 `label`, `n` and `excluded` = {{ label, n, reasons }}, and [[arm]] with `stages`"
            ),
            Error::Render { step, message } => write!(
                f,
                "{step} failed: {message}; \
                 the figure can still be written as .svg, please report this as a defect"
            ),
            Error::Extension { path } => write!(
                f,
                "`{}` names no figure format by its extension; use {FORMATS}",
                path.display()
            ),
            Error::Io { path, source } => write!(
                f,
                "`{}`: {source}; check that the folder exists and may be written to",
                path.display()
            ),
            Error::PixelsOnly => f.write_str(
                "a TIFF holds pixels and no data; read the SVG, PDF or PNG of the same figure",
            ),
            Error::NoData { reason } => write!(
                f,
                "the figure carries no data of riskset's: {reason}; \
                 draw it again with its data"
            ),
        }
    }
}
