//! A folder that is written whole or not at all, and replaced only when the program made it.
//!
//! Everything is kept in memory until all of it is made, so that a run that fails or is interrupted
//! leaves nothing, and a report that exists is not touched before the new one is whole. A folder
//! that the program made holds a [marker](MARKER) with the names of its files: `force` replaces
//! such a folder, and only as long as nothing else lies in it.

use super::leftover::{recover_folder, remove_made, replaced_folder, unfinished_folder};
use super::place::{folder_of, inside, is_inside, marked};
use super::{disk, unfinished};
use crate::Error;
use serde_json::json;
use std::cell::RefCell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// The file by which the program knows a folder that it made: JSON with the names of its files.
pub const MARKER: &str = ".riskset-output.json";

/// A folder to be written. Nothing is on the disk before [`finish`](Self::finish).
#[derive(Debug)]
pub struct Output {
    target: PathBuf,
    work: PathBuf,
    force: bool,
    /// Paths below the folder with their content.
    files: RefCell<Vec<(PathBuf, Vec<u8>)>>,
    /// What was found of runs that were killed, one sentence each.
    recovered: Vec<String>,
    /// Held from the first step to the last, so that other runs know that this one is not over.
    marker: Option<File>,
}

impl Output {
    /// Plans a folder at `target`.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`] when `target` exists and `force` is not given, or when it is a file;
    /// [`Error::Foreign`] when `force` would delete what the program did not write.
    pub fn start(target: &Path, force: bool) -> Result<Output, Error> {
        let parent = folder_of(target);
        if !parent.is_dir() {
            let source = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(Error::Io { path: parent.into(), action: "opened as a folder", source });
        }
        // A link to a folder is followed: the report is replaced where it lies.
        let target = match target.is_symlink() && target.is_dir() {
            true => fs::canonicalize(target).map_err(|source| io(target, source))?,
            false => target.to_owned(),
        };
        let target = target.as_path();
        let recovered = {
            let _alone = disk::hold_folder(folder_of(target));
            recover_folder(target)
        };
        // A link to nowhere does not exist for `exists`, and must not be replaced either.
        if target.symlink_metadata().is_ok() {
            if !force || !target.is_dir() {
                return Err(Error::Exists { path: target.into(), recovered });
            }
            refuse_foreign(target)?;
        }
        let exists = || Error::Exists { path: target.into(), recovered: Vec::new() };
        let work = unfinished_folder(target).ok_or_else(exists)?;
        let files = RefCell::new(Vec::new());
        Ok(Output { target: target.into(), work, force, files, recovered, marker: None })
    }

    /// What runs that were killed had left, and what became of it: one sentence each.
    pub fn recovered(&self) -> &[String] {
        &self.recovered
    }

    /// Refuses when the folder to be replaced holds one of these files.
    ///
    /// # Errors
    ///
    /// [`Error::HoldsInput`] with the first of them.
    pub fn refuse_inputs<'a>(
        &self,
        inputs: impl IntoIterator<Item = &'a Path>,
    ) -> Result<(), Error> {
        match inputs.into_iter().find(|input| is_inside(&self.target, input)) {
            None => Ok(()),
            Some(input) => {
                Err(Error::HoldsInput { folder: self.target.clone(), input: input.into() })
            }
        }
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

    /// Makes the hidden folder with its marker, which is held.
    fn begin(&mut self) -> Result<(), Error> {
        let _alone = disk::hold_folder(folder_of(&self.target));
        disk::make_unfinished(&self.work).map_err(|source| io(&self.target, source))?;
        let path = self.work.join(MARKER);
        let marker = disk::make_held(&path, |out| out.write_all(self.marker_text().as_bytes()));
        self.marker = Some(marker.map_err(|source| io(&path, source))?);
        Ok(())
    }

    /// Writes every file into the hidden folder.
    fn write_all(&self) -> Result<(), Error> {
        for (name, content) in self.files.borrow().iter() {
            let path = self.work.join(name);
            let folder = folder_of(&path);
            if !folder.is_dir() {
                disk::make_folder(folder).map_err(|source| io(folder, source))?;
            }
            disk::write_new(&path, content).map_err(|source| io(&path, source))?;
        }
        Ok(())
    }

    /// What the marker says.
    fn marker_text(&self) -> String {
        let files = self.files.borrow();
        let names: Vec<String> =
            files.iter().map(|(name, _)| name.to_string_lossy().replace('\\', "/")).collect();
        let note = "made by riskset; `--force` replaces this folder while nothing else lies in it";
        format!("{:#}\n", json!({ "note": note, "files": names }))
    }

    /// Writes the folder and puts it in its place. Says what could not be cleared.
    pub fn finish(mut self) -> Result<(PathBuf, Vec<String>), Error> {
        let done = self.begin().and_then(|()| self.write_all()).and_then(|()| {
            let _alone = disk::hold_folder(folder_of(&self.target));
            unfinished::exchange(|| self.exchange())
        });
        if done.is_err() {
            // The first error is the one to tell; what cannot be removed is cleared by the next run.
            let _ = remove_made(&self.work);
        }
        unfinished::done(&self.work);
        Ok((self.target.clone(), done?))
    }

    /// The old report goes, the new one comes.
    fn exchange(&self) -> Result<Vec<String>, Error> {
        let exists = || Error::Exists { path: self.target.clone(), recovered: Vec::new() };
        let old = replaced_folder(&self.target).ok_or_else(exists)?;
        // Another run may have been killed since this one began.
        let mut said = recover_folder(&self.target);
        let replace = self.target.symlink_metadata().is_ok();
        if replace && !self.force {
            return Err(Error::Exists { path: self.target.clone(), recovered: said });
        }
        if replace {
            // Something may have been put there while the report was computed.
            refuse_foreign(&self.target)?;
            disk::rename(&self.target, &old).map_err(|source| io(&self.target, source))?;
        }
        if let Err(source) = disk::rename(&self.work, &self.target) {
            if replace {
                // The old report goes back to its place; the first error is the one to tell.
                let _ = disk::rename(&old, &self.target);
            }
            return Err(io(&self.target, source));
        }
        if replace && let Err(error) = remove_made(&old) {
            said.push(format!(
                "{} is the old report and could not be deleted: {error}",
                old.display()
            ));
        }
        Ok(said)
    }
}

/// Refuses a folder with anything in it that the program would not delete knowingly: no marker, or a
/// file that the marker does not name. An empty folder holds nothing to lose.
fn refuse_foreign(folder: &Path) -> Result<(), Error> {
    let found = inside(folder).map_err(|source| io(folder, source))?;
    let known = marked(folder).unwrap_or_default();
    let foreign: Vec<String> = found.into_iter().filter(|name| !known.contains(name)).collect();
    match foreign.is_empty() {
        true => Ok(()),
        false => Err(Error::Foreign { folder: folder.into(), foreign }),
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
        assert!(matches!(Output::start(&target, false), Err(Error::Exists { .. })));
        let second = Output::start(&target, true).unwrap();
        second.write("new.txt", "new").unwrap();
        assert_eq!(listing(&target), [MARKER, "old.txt"]);
        second.finish().unwrap();
        assert_eq!(listing(&target), [MARKER, "new.txt"]);
        assert_eq!(listing(folder.path()), ["report"]);
    }

    /// A study beside its data and a repository, given as its own output.
    #[test]
    fn a_folder_that_the_program_did_not_make_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("work");
        fs::create_dir_all(target.join(".git")).unwrap();
        fs::write(target.join("d.csv"), "1").unwrap();
        let error = Output::start(&target, true).unwrap_err();
        assert!(matches!(&error, Error::Foreign { foreign, .. } if foreign == &[".git", "d.csv"]));
        assert!(error.to_string().contains(".git, d.csv"), "{error}");
        assert_eq!(listing(&target), [".git", "d.csv"]);
    }

    #[test]
    fn a_file_that_was_put_into_a_report_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("report");
        let first = Output::start(&target, false).unwrap();
        first.write("figures/a.svg", "<svg/>").unwrap();
        first.finish().unwrap();
        // While the second report is computed, its reader notes something beside a figure.
        let second = Output::start(&target, true).unwrap();
        second.write("figures/a.svg", "<svg></svg>").unwrap();
        fs::write(target.join("figures/note.txt"), "mine").unwrap();
        let error = second.finish().unwrap_err();
        assert!(error.to_string().contains("figures/note.txt"), "{error}");
        assert_eq!(fs::read_to_string(target.join("figures/a.svg")).unwrap(), "<svg/>");
        assert_eq!(listing(folder.path()), ["report"]);
    }

    #[test]
    fn an_empty_folder_is_used_with_force() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("report");
        fs::create_dir(&target).unwrap();
        let output = Output::start(&target, true).unwrap();
        output.write("a.txt", "a").unwrap();
        output.finish().unwrap();
        assert_eq!(listing(&target), [MARKER, "a.txt"]);
    }

    #[test]
    fn an_input_inside_the_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("report");
        let first = Output::start(&target, false).unwrap();
        first.write("tables/t.csv", "1").unwrap();
        first.finish().unwrap();
        let second = Output::start(&target, true).unwrap();
        let input = folder.path().join("report/tables/../tables/t.csv");
        let error = second.refuse_inputs([input.as_path()]).unwrap_err();
        assert!(matches!(error, Error::HoldsInput { .. }), "{error}");
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
