//! Files that end: a named pipe or a device may never, so it is named instead of waited for.

use crate::Error;
use std::fs;
use std::path::Path;

/// Reads a file whole.
///
/// # Errors
///
/// [`Error::NotRegular`] for a folder, a named pipe or a device; [`Error::Io`].
pub fn read_file(file: &Path) -> Result<Vec<u8>, Error> {
    let failed = |source| Error::Io { path: file.into(), action: "read", source };
    let found = fs::metadata(file).map_err(failed)?;
    if !found.is_file() && !is_stream(file) {
        return Err(Error::NotRegular { file: file.into(), output: false });
    }
    fs::read(file).map_err(failed)
}

/// Whether a path names a stream that the program was started with (also what a shell writes for
/// `<(command)`), or the place where everything vanishes.
pub fn is_stream(file: &Path) -> bool {
    let own = ["/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/null"];
    own.iter().any(|name| file == Path::new(name)) || file.parent() == Some(Path::new("/dev/fd"))
}
