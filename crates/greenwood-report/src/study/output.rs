//! Writing the report: beside its place, and renamed at the end.
//!
//! Everything is kept in memory until all of it is made, so that a run that fails or is interrupted
//! leaves nothing, and a report that exists is not touched before the new one is whole.

use crate::Error;
use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder to be written. Nothing is on the disk before [`finish`](Self::finish).
#[derive(Debug)]
pub struct Output {
    target: PathBuf,
    work: PathBuf,
    force: bool,
    /// Paths below the folder with their content.
    files: RefCell<Vec<(PathBuf, Vec<u8>)>>,
    finished: bool,
}

impl Output {
    /// Plans a folder at `target`. Refuses when `target` exists and `force` is not given, or
    /// when it is a file.
    pub fn start(target: &Path, force: bool) -> Result<Output, Error> {
        if target.exists() && (!force || !target.is_dir()) {
            return Err(Error::Exists(target.into()));
        }
        let name = target.file_name().ok_or_else(|| Error::Exists(target.into()))?;
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        if !parent.is_dir() {
            let source = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(Error::Io { path: parent.into(), action: "opened as a folder", source });
        }
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".unfinished-{}", std::process::id()));
        let work = parent.join(hidden);
        let files = RefCell::new(Vec::new());
        Ok(Output { target: target.into(), work, force, files, finished: false })
    }

    /// Adds one file. `name` is a path below the folder, made by the program from checked names.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<(), Error> {
        let inside = Path::new(name)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        assert!(inside, "{name} would leave the output folder");
        self.files.borrow_mut().push((name.into(), content.as_ref().to_vec()));
        Ok(())
    }

    /// Writes every file beside the folder's place.
    fn write_all(&self) -> Result<(), Error> {
        fs::create_dir_all(&self.work).map_err(|source| io(&self.work, source))?;
        for (name, content) in self.files.borrow().iter() {
            let path = self.work.join(name);
            let folder = path.parent().expect("a file below the folder has a parent");
            fs::create_dir_all(folder).map_err(|source| io(folder, source))?;
            fs::write(&path, content).map_err(|source| io(&path, source))?;
        }
        Ok(())
    }

    /// Writes the folder and puts it in its place.
    pub fn finish(mut self) -> Result<PathBuf, Error> {
        self.write_all()?;
        let old = self.work.with_extension("replaced");
        let replace = self.force && self.target.exists();
        if replace {
            fs::rename(&self.target, &old).map_err(|source| io(&self.target, source))?;
        }
        if let Err(source) = fs::rename(&self.work, &self.target) {
            if replace {
                // The old report goes back to its place; the first error is the one to tell.
                let _ = fs::rename(&old, &self.target);
            }
            return Err(io(&self.target, source));
        }
        self.finished = true;
        if replace {
            fs::remove_dir_all(&old).map_err(|source| io(&old, source))?;
        }
        Ok(self.target.clone())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if !self.finished {
            // Nothing better can be done with a failure here than leave the hidden folder.
            let _ = fs::remove_dir_all(&self.work);
        }
    }
}

fn io(path: &Path, source: std::io::Error) -> Error {
    Error::Io { path: path.into(), action: "written", source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_failed_run_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let output = Output::start(&folder.path().join("report"), false).unwrap();
        output.write("figures/a.svg", "<svg/>").unwrap();
        assert_eq!(listing(folder.path()), [""; 0], "nothing before all of it is made");
        drop(output);
        assert_eq!(listing(folder.path()), [""; 0]);
    }

    #[test]
    fn a_report_is_replaced_only_by_force_and_only_when_the_new_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("report");
        let first = Output::start(&target, false).unwrap();
        first.write("old.txt", "old").unwrap();
        first.finish().unwrap();
        assert!(matches!(Output::start(&target, false), Err(Error::Exists(_))));
        let second = Output::start(&target, true).unwrap();
        second.write("new.txt", "new").unwrap();
        assert_eq!(listing(&target), ["old.txt"]);
        second.finish().unwrap();
        assert_eq!(listing(&target), ["new.txt"]);
        assert_eq!(listing(folder.path()), ["report"]);
    }

    /// The last step fails: a file and a folder of one name cannot both be written.
    #[test]
    fn a_failure_while_writing_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let output = Output::start(&folder.path().join("report"), false).unwrap();
        output.write("figures", "a file").unwrap();
        output.write("figures/a.svg", "<svg/>").unwrap();
        assert!(matches!(output.finish(), Err(Error::Io { .. })));
        assert_eq!(listing(folder.path()), [""; 0]);
    }

    #[test]
    fn a_folder_that_does_not_exist_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let error = Output::start(&folder.path().join("no/report"), false).unwrap_err();
        assert!(error.to_string().contains("could not be opened as a folder"), "{error}");
    }

    #[test]
    #[should_panic(expected = "would leave the output folder")]
    fn a_file_cannot_be_written_outside() {
        let folder = tempfile::tempdir().unwrap();
        let output = Output::start(&folder.path().join("report"), false).unwrap();
        let _ = output.write("../x", "");
    }
}
