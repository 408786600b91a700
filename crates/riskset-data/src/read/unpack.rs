//! Packed files: `.gz` is unpacked as it is read, of a `.zip` one file is taken into memory.

use std::io::{Cursor, Read, Seek};

use crate::Error;
use crate::read::ReadError;

/// The most bytes that a packed file may unpack to. A packed text of a million patients is far
/// below; what is above is a mistake or an attack.
pub(crate) const UNPACKED_BYTES: u64 = 4 << 30;

/// The most bytes that a packed file may unpack to for each byte of the file.
pub(crate) const UNPACKED_RATIO: u64 = 1200;

/// The files in a zip that may hold data.
pub(super) fn members<R: Read + Seek>(archive: &zip::ZipArchive<R>) -> Vec<String> {
    let hidden = |name: &str| name.ends_with('/') || name.starts_with("__MACOSX");
    let names = archive.file_names().filter_map(Result::ok).map(|name| name.to_string());
    names.filter(|name| !hidden(name)).collect()
}

/// The bytes of one file of a zip: the one that is named, or the only one.
pub(super) fn member(
    bytes: &[u8],
    source: &str,
    named: Option<&str>,
) -> Result<(String, Vec<u8>), Error> {
    let broken = |reason: String| {
        Error::from(ReadError::Broken { source: source.to_string(), kind: "a zip", reason })
    };
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(error.to_string()))?;
    let mut parts = members(&archive);
    parts.sort_unstable();
    let name = match (named, parts.as_slice()) {
        (None, [only]) => only.clone(),
        (Some(named), parts) if parts.iter().any(|part| part == named) => named.to_string(),
        (named, _) => {
            let (source, part) = (source.to_string(), named.map(str::to_string));
            return Err(
                ReadError::NoPart { source, kind: "file", part, parts, field: "member" }.into()
            );
        }
    };
    let file = archive.by_name(&name).map_err(|error| broken(error.to_string()))?;
    let limit = limit(bytes.len() as u64);
    let mut content = Vec::new();
    file.take(limit + 1).read_to_end(&mut content).map_err(|error| broken(error.to_string()))?;
    if content.len() as u64 > limit {
        return Err(too_much(source, limit));
    }
    Ok((name, content))
}

/// How many bytes a packed file of that size may unpack to.
pub(crate) fn limit(packed: u64) -> u64 {
    (packed * UNPACKED_RATIO).min(UNPACKED_BYTES)
}

pub(crate) fn too_much(source: &str, limit: u64) -> Error {
    let problem = format!("it unpacks to more than {limit} bytes, which is the limit for its size");
    ReadError::Limit { source: source.to_string(), problem }.into()
}
