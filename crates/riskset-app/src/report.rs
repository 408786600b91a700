//! The whole report of a plan, packed.
//!
//! A study reads files and writes a folder, so this alone touches the disk: a private folder of the
//! system's temporary files, which is deleted as soon as it is packed, also after a refusal.

use crate::answer::is_synthetic;
use crate::ask::Asked;
use crate::study::study;
use riskset_analysis::Problem;
use riskset_report::study::{StudyOptions, run_study};
use std::io::{Cursor, Write};
use std::path::Path;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Dots per inch of the report's pictures, as the command line has it.
const DPI: u32 = 300;

/// Runs the study of the plan on the bytes of the open file.
///
/// # Errors
///
/// What the study refuses.
pub fn report(asked: &Asked, bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let text = study(asked, is_synthetic(asked.name))?;
    let folder = tempfile::tempdir().map_err(failed)?;
    let (file, output) = (folder.path().join("study.toml"), folder.path().join("report"));
    std::fs::write(&file, &text).map_err(failed)?;
    if !asked.name.starts_with('@') {
        std::fs::write(folder.path().join(asked.name), bytes).map_err(failed)?;
    }
    let options = StudyOptions { output: output.clone(), force: false, dpi: DPI };
    run_study(&file, &options, &|_| {}).map_err(|error| refused(&error, folder.path()))?;
    packed(&output, &text).map_err(failed)
}

/// The refusal without the folder of this run, which means nothing to a reader.
fn refused(error: &riskset_report::Error, folder: &Path) -> Problem {
    let folder = format!("{}/", folder.display());
    Problem::analysis(error.to_string().replace(&folder, ""), None)
}

fn failed(error: impl std::fmt::Display) -> Problem {
    Problem::analysis(format!("the report cannot be made: {error}"), None)
}

/// The folder and its study file in one archive, in the order of their names.
fn packed(folder: &Path, study: &str) -> std::io::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    archive.start_file("study.toml", options)?;
    archive.write_all(study.as_bytes())?;
    let mut open = vec![folder.to_owned()];
    while let Some(place) = open.pop() {
        let mut entries: Vec<_> = std::fs::read_dir(place)?
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<_>>()?;
        entries.sort();
        for path in entries {
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name =
                path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            archive.start_file(format!("report/{name}"), options)?;
            archive.write_all(&std::fs::read(&path)?)?;
        }
    }
    Ok(archive.finish()?.into_inner())
}
