//! What a run that was killed has left beside its output, and what becomes of it.
//!
//! A run writes into hidden places with telling names beside the output: `.NAME.unfinished-PID` for a
//! folder, `.NAME.riskset-PID.part` for a file, and `.NAME.replaced` for the report that a new one
//! takes the place of. A run that ends, by whatever error or signal, clears them. After a KILL or a
//! power cut they stay until the next run with that output, which knows that their run is over because
//! nobody holds their file any more.

use super::disk;
use super::place::{folder_of, inside, marked};
use super::{MARKER, unfinished};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A young empty folder may be one that another run is about to write.
const YOUNG: Duration = Duration::from_secs(10);

/// The place where a folder is written before it is whole.
pub fn unfinished_folder(target: &Path) -> Option<PathBuf> {
    beside(target, &format!(".unfinished-{}", std::process::id()))
}

/// The place of the report that is being replaced.
pub fn replaced_folder(target: &Path) -> Option<PathBuf> {
    beside(target, ".replaced")
}

/// The place where a file is written before it is whole.
pub fn part_file(target: &Path) -> Option<PathBuf> {
    beside(target, &format!(".riskset-{}.part", std::process::id()))
}

fn beside(target: &Path, end: &str) -> Option<PathBuf> {
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name()?);
    name.push(end);
    Some(folder_of(target).join(name))
}

/// Clears what killed runs with this output folder have left, and brings back a report that is only
/// in the hidden place. One sentence each.
pub fn recover_folder(target: &Path) -> Vec<String> {
    let mut said = Vec::new();
    let Some(old) = replaced_folder(target) else { return said };
    if old.is_dir() && target.symlink_metadata().is_err() && marked(&old).is_some() {
        if disk::rename(&old, target).is_ok() {
            said.push(format!(
                "{} was brought back: a run that was killed had moved it to {}",
                target.display(),
                old.display()
            ));
        }
    } else if old.is_dir() && target.is_dir() {
        clear_folder(&old, &mut said);
    }
    for folder in left(target, ".unfinished-", "") {
        let held = disk::is_held(&folder.join(MARKER)) || is_young(&folder);
        if folder.is_dir() && !held {
            clear_folder(&folder, &mut said);
        }
    }
    said
}

/// Clears the parts of this file that killed runs have left.
pub fn recover_file(target: &Path) -> Vec<String> {
    let mut said = Vec::new();
    for part in left(target, ".riskset-", ".part") {
        if part.is_file() && !disk::is_held(&part) && disk::remove_file(&part).is_ok() {
            said.push(cleared(&part));
        }
    }
    said
}

/// Removes a folder when it holds nothing but what its marker names; otherwise says that it stays.
fn clear_folder(folder: &Path, said: &mut Vec<String>) {
    match remove_made(folder) {
        Ok(()) => said.push(cleared(folder)),
        Err(_) => said.push(format!(
            "{} was left by a run that was killed, and holds what this program did not write; look \
             at it and delete it",
            folder.display()
        )),
    }
}

fn cleared(path: &Path) -> String {
    format!("{} was left by a run that was killed; it has been deleted", path.display())
}

/// Removes a folder that the program made: its files, then the marker, then the folders. So one that
/// is killed half way is still known as the program's.
///
/// # Errors
///
/// What the system said; [`io::ErrorKind::DirectoryNotEmpty`] when anything else lies in it.
pub fn remove_made(folder: &Path) -> io::Result<()> {
    let known = marked(folder).unwrap_or_else(|| [MARKER.to_owned()].into());
    let found = inside(folder)?;
    let is_ours = |name: &String| known.contains(name) || folder.join(name).is_dir();
    if !found.iter().all(is_ours) {
        return Err(io::ErrorKind::DirectoryNotEmpty.into());
    }
    let mut folders: Vec<PathBuf> = Vec::new();
    for name in found.iter().filter(|name| *name != MARKER) {
        let place = folder.join(name);
        let above = Path::new(name).ancestors().skip(1).filter(|place| *place != Path::new(""));
        folders.extend(above.map(|place| folder.join(place)));
        match place.is_dir() {
            true => folders.push(place),
            false => disk::remove_file(&place)?,
        }
    }
    folders.sort();
    folders.dedup();
    for place in folders.iter().rev() {
        disk::remove_folder(place)?;
    }
    if found.iter().any(|name| name == MARKER) {
        disk::remove_file(&folder.join(MARKER))?;
    }
    disk::remove_folder(folder)?;
    unfinished::done(folder);
    Ok(())
}

/// The hidden places of this output whose names end in the number of a process.
fn left(target: &Path, before: &str, after: &str) -> Vec<PathBuf> {
    let Some(name) = target.file_name().map(|name| name.to_string_lossy().into_owned()) else {
        return Vec::new();
    };
    let start = format!(".{name}{before}");
    let entries = fs::read_dir(folder_of(target)).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .filter(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let number = name.strip_prefix(&start).and_then(|rest| rest.strip_suffix(after));
            number.is_some_and(|n| !n.is_empty() && n.bytes().all(|sign| sign.is_ascii_digit()))
        })
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

/// Whether a folder has no marker yet and was made a moment ago.
fn is_young(folder: &Path) -> bool {
    let age = || folder.metadata().ok()?.modified().ok()?.elapsed().ok();
    !folder.join(MARKER).exists() && age().is_none_or(|age| age < YOUNG)
}
