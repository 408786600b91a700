//! One file, written beside its place and renamed.

use super::leftover::{part_file, recover_file};
use super::place::{folder_of, same_file};
use super::regular::is_stream;
use super::{disk, unfinished};
use crate::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes a file that is whole or not there.
///
/// `inputs` are the files that were read for it: none of them is written over, under whatever name.
/// A link is written through, and a file that exists keeps its mode.
///
/// # Errors
///
/// [`Error::IsInput`] when the file is one of the inputs; [`Error::ReadOnly`] when it exists and may
/// not be written; [`Error::NoFolder`]; [`Error::NotRegular`] for a folder, a named pipe or a device;
/// [`Error::Write`] with what the system said. After an error the file is as it was.
pub fn write_file(file: &Path, bytes: &[u8], inputs: &[PathBuf]) -> Result<Vec<String>, Error> {
    write_file_with(file, inputs, |out| out.write_all(bytes))
}

/// The same for content that is written as it is computed.
///
/// # Errors
///
/// As [`write_file`], and what `fill` says.
pub fn write_file_with(
    file: &Path,
    inputs: &[PathBuf],
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<Vec<String>, Error> {
    if let Some(input) = inputs.iter().find(|input| same_file(file, input)) {
        return Err(Error::IsInput { file: file.into(), input: input.clone() });
    }
    let failed = |source| Error::Write { path: file.into(), source };
    match fs::metadata(file) {
        Ok(found) if found.is_file() => {
            if found.permissions().readonly() {
                return Err(Error::ReadOnly(file.into()));
            }
            let place = fs::canonicalize(file).map_err(failed)?;
            replace(&place, fill, Some(found.permissions())).map_err(failed)
        }
        // The program's own streams are open already, so that writing to them cannot wait for ever.
        Ok(_) if is_stream(file) => through(file, fill).map(|()| Vec::new()).map_err(failed),
        Ok(_) => Err(Error::NotRegular { file: file.into(), output: true }),
        Err(_) => {
            let folder = folder_of(file);
            if !folder.is_dir() {
                return Err(Error::NoFolder { file: file.into(), folder: folder.into() });
            }
            let place = aim(file).map_err(failed)?;
            replace(&place, fill, None).map_err(failed)
        }
    }
}

/// Where a file that is not there yet will lie: a link to nowhere is followed, one step a time.
fn aim(file: &Path) -> io::Result<PathBuf> {
    /// As many as Linux follows.
    const LINKS: usize = 40;
    let mut place = file.to_owned();
    for _ in 0..LINKS {
        match fs::read_link(&place) {
            Ok(next) => place = folder_of(&place).join(next),
            Err(_) => return Ok(place),
        }
    }
    Err(io::Error::other("the link leads in a circle"))
}

/// Writes into a stream that is open already.
fn through(file: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    fill(&mut out)?;
    out.flush()
}

/// Writes beside the place, takes over the mode, and renames. Says what was cleared before.
fn replace(
    place: &Path,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    mode: Option<fs::Permissions>,
) -> io::Result<Vec<String>> {
    let cleared = recover_file(place);
    let beside = part_file(place).ok_or(io::ErrorKind::InvalidInput)?;
    unfinished::add(&beside);
    let written = disk::make_held(&beside, fill)
        .and_then(|_part| mode.map_or(Ok(()), |mode| fs::set_permissions(&beside, mode)))
        .and_then(|()| unfinished::exchange(|| disk::rename(&beside, place)));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    unfinished::done(&beside);
    written.map(|()| cleared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_refused_under_its_name_a_link_and_a_hard_link() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("pat.csv");
        fs::write(&data, "1").unwrap();
        fs::hard_link(&data, folder.path().join("hard.csv")).unwrap();
        let mut names = vec!["pat.csv", "hard.csv", "../pat.csv"];
        fs::create_dir(folder.path().join("sub")).unwrap();
        names[2] = "sub/../pat.csv";
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("pat.csv", folder.path().join("link.csv")).unwrap();
            names.push("link.csv");
        }
        for name in names {
            let error = write_file(&folder.path().join(name), b"2", std::slice::from_ref(&data))
                .unwrap_err();
            assert!(matches!(error, Error::IsInput { .. }), "{name}: {error}");
            assert_eq!(fs::read_to_string(&data).unwrap(), "1", "{name}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_mode_is_kept_a_link_written_through_and_a_read_only_file_refused() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.txt");
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let link = folder.path().join("link.txt");
        symlink("a.txt", &link).unwrap();
        write_file(&link, b"new", &[]).unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).unwrap();
        assert!(matches!(write_file(&file, b"newer", &[]), Err(Error::ReadOnly(_))));
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
    }
}
