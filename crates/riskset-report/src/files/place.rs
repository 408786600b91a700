//! Which places are the same, and what lies in a folder.

use super::MARKER;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

/// Whether two paths name one file, through links of either kind. A file that does not exist is the
/// same as none.
pub fn same_file(a: &Path, b: &Path) -> bool {
    match (identity(a), identity(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// Whether two outputs would be one file, also one that is not there yet: the same place after every
/// link, or the same name in one folder. Capitals count as small letters, because some file systems do
/// not tell them apart.
pub fn same_output(a: &Path, b: &Path) -> bool {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().to_lowercase());
    same_file(a, b) || (name(a) == name(b) && same_file(folder_of(a), folder_of(b)))
}

/// Device and inode.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

/// The path after every link.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<std::path::PathBuf> {
    fs::canonicalize(path).ok()
}

/// Whether a file lies anywhere below a folder, by its place after every link or by the place as it
/// was named. What does not exist lies nowhere.
pub fn is_inside(folder: &Path, file: &Path) -> bool {
    let Ok(folder) = fs::canonicalize(folder) else { return false };
    let real = fs::canonicalize(file);
    // A link that lies in the folder would be lost with it, wherever it points.
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let named = fs::canonicalize(parent.unwrap_or(Path::new(".")));
    [real, named].into_iter().flatten().any(|place| place.starts_with(&folder))
}

/// What lies below a folder, as sorted paths from it with `/`: every file and link, and the folders
/// that hold none. Links are not followed.
pub fn inside(folder: &Path) -> io::Result<Vec<String>> {
    let (mut found, mut open) = (Vec::new(), vec![(folder.to_owned(), String::new())]);
    while let Some((place, prefix)) = open.pop() {
        let before = (found.len(), open.len());
        for entry in fs::read_dir(&place)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.file_type()?.is_dir() {
                true => open.push((entry.path(), format!("{name}/"))),
                false => found.push(name),
            }
        }
        if before == (found.len(), open.len()) && !prefix.is_empty() {
            found.push(prefix.trim_end_matches('/').to_owned());
        }
    }
    found.sort();
    Ok(found)
}

/// The names in the marker of a folder and the marker's own, `None` without a readable one.
pub fn marked(folder: &Path) -> Option<BTreeSet<String>> {
    let text = fs::read_to_string(folder.join(MARKER)).ok()?;
    let marker: Value = serde_json::from_str(&text).ok()?;
    let names = marker.get("files")?.as_array()?.iter();
    names.map(|name| name.as_str().map(str::to_owned)).chain([Some(MARKER.to_owned())]).collect()
}

/// The folder that holds a file or folder, as it was named.
pub fn folder_of(place: &Path) -> &Path {
    match place.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
