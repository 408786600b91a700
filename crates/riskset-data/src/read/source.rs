//! Reading a source: what it is decides which reader reads it.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use super::kind::{self, Kind};
use super::text::Text;
use super::{Content, ReadError, ReadNote, ReadOptions, foreign, unpack};
use crate::{Error, ReadProgress, Source, csv, datasets, workbook};

/// Reads a source, only the columns `wanted` (all when `None`).
pub(crate) fn read(
    source: &Source,
    wanted: Option<&[String]>,
    options: &ReadOptions,
    progress: &ReadProgress,
) -> Result<Content, Error> {
    let name = source.to_string();
    match source {
        Source::Bundled(dataset) => {
            if let Some(field) = options.told().first() {
                let problem = "does not apply to a bundled data set".to_string();
                return Err(ReadError::Option { source: name, field, problem }.into());
            }
            let bytes = datasets::get(dataset).expect("a parsed name exists").csv.as_bytes();
            of_text(bytes, &name, wanted, options)
        }
        Source::Stdin => {
            let mut bytes = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(|error| csv::io_error(&name, &error))?;
            of_bytes(bytes, &name, wanted, options)
        }
        Source::File { path, part } => {
            let options = with_part(part.as_deref(), path, options);
            of_file(path, &name, wanted, &options, progress)
        }
    }
}

/// Reads bytes of any kind that someone else holds. A text is read where it lies, so that a large
/// one is not copied.
pub(crate) fn read_bytes(
    bytes: &[u8],
    name: &str,
    wanted: Option<&[String]>,
    options: &ReadOptions,
    progress: &ReadProgress,
) -> Result<Content, Error> {
    if kind::of(bytes) != Kind::Text {
        return of_bytes(bytes.to_vec(), name, wanted, options);
    }
    check_member(name, options)?;
    let size = Some(bytes.len() as u64);
    let open = || Ok(Box::new(progress.watch(bytes, size)) as Box<dyn Read + '_>);
    Text { name, open: &open, size, options }.read(wanted)
}

/// `file#part` as the option that names a sheet or a member.
fn with_part(part: Option<&str>, path: &Path, options: &ReadOptions) -> ReadOptions {
    let mut options = options.clone();
    let zip = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("zip"));
    let field = if zip { &mut options.member } else { &mut options.sheet };
    if let (Some(part), None) = (part, &field) {
        *field = Some(part.to_string());
    }
    options
}

fn of_file(
    path: &Path,
    name: &str,
    wanted: Option<&[String]>,
    options: &ReadOptions,
    progress: &ReadProgress,
) -> Result<Content, Error> {
    let failed = |error: io::Error| csv::io_error(name, &error);
    let mut start = Vec::new();
    File::open(path).and_then(|f| f.take(4096).read_to_end(&mut start)).map_err(failed)?;
    if kind::of(&start) != Kind::Text {
        let mut bytes = Vec::new();
        let size = path.metadata().ok().map(|metadata| metadata.len());
        let file = File::open(path).map_err(failed)?;
        progress.watch(file, size).read_to_end(&mut bytes).map_err(failed)?;
        return of_bytes(bytes, name, wanted, options);
    }
    check_member(name, options)?;
    let size = path.metadata().ok().map(|metadata| metadata.len());
    let open = || {
        let file = File::open(path)?;
        Ok(Box::new(progress.watch(file, size)) as Box<dyn Read + '_>)
    };
    Text { name, open: &open, size, options }.read(wanted)
}

/// Bytes of any kind.
fn of_bytes(
    bytes: Vec<u8>,
    name: &str,
    wanted: Option<&[String]>,
    options: &ReadOptions,
) -> Result<Content, Error> {
    let kind = kind::of(&bytes);
    if kind != Kind::Zip {
        check_member(name, options)?;
    }
    match kind {
        Kind::Text => of_text(&bytes, name, wanted, options),
        Kind::Gzip => of_gzip(&bytes, name, wanted, options),
        Kind::Zip if workbook::is_workbook(&bytes) => workbook::read(bytes, name, wanted, options),
        Kind::Zip => {
            let (member, content) = unpack::member(&bytes, name, options.member.as_deref())?;
            let inner = ReadOptions { member: None, ..options.clone() };
            let mut content = of_bytes(content, name, wanted, &inner)?;
            content.notes.insert(0, ReadNote::Unpacked { member: Some(member) });
            Ok(content)
        }
        Kind::Compound => workbook::read(bytes, name, wanted, options),
        Kind::Foreign(kind, line) => Err(not_read(name, kind, line)),
        kind => foreign::read(kind, bytes, name, wanted, options),
    }
}

fn not_read(name: &str, kind: &'static str, line: Option<&str>) -> Error {
    let line = line.map(|line| line.replace("{}", name));
    ReadError::Foreign { source: name.to_string(), kind, line }.into()
}

fn check_member(name: &str, options: &ReadOptions) -> Result<(), Error> {
    match options.member {
        None => Ok(()),
        Some(_) => {
            let problem = "applies to a zip only".to_string();
            Err(ReadError::Option { source: name.to_string(), field: "member", problem }.into())
        }
    }
}

fn of_text(
    bytes: &[u8],
    name: &str,
    wanted: Option<&[String]>,
    options: &ReadOptions,
) -> Result<Content, Error> {
    let open = || Ok(Box::new(bytes) as Box<dyn Read + '_>);
    Text { name, open: &open, size: Some(bytes.len() as u64), options }.read(wanted)
}

/// A packed file: unpacked into memory within the limit, and read as what it then is.
fn of_gzip(
    bytes: &[u8],
    name: &str,
    wanted: Option<&[String]>,
    options: &ReadOptions,
) -> Result<Content, Error> {
    let limit = unpack::limit(bytes.len() as u64);
    let mut content = Vec::new();
    let unpacked = flate2::read::MultiGzDecoder::new(Cursor::new(bytes));
    unpacked.take(limit + 1).read_to_end(&mut content).map_err(|error| {
        let (source, reason) = (name.to_string(), error.to_string());
        Error::from(ReadError::Broken { source, kind: "a .gz", reason })
    })?;
    if content.len() as u64 > limit {
        return Err(unpack::too_much(name, limit));
    }
    if matches!(kind::of(&content), Kind::Gzip | Kind::Zip) {
        let problem = "it is packed more than once; unpack it".to_string();
        return Err(ReadError::Limit { source: name.to_string(), problem }.into());
    }
    let mut content = of_bytes(content, name, wanted, options)?;
    content.notes.insert(0, ReadNote::Unpacked { member: None });
    Ok(content)
}
