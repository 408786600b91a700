//! The whole report of a plan, packed, and its Table 1.
//!
//! A study reads files and writes a folder, so these alone touch the disk: a private folder of
//! the system's temporary files, which is deleted as soon as the answer is there, also after a refusal.

use crate::answer::is_synthetic;
use crate::ask::Asked;
use crate::study::study;
use riskset::Remedy;
use riskset_analysis::Problem;
use riskset_report::study::{StudyOptions, describe_study, run_study};
use riskset_report::table::Table;
use std::io::{Cursor, Write};
use std::path::Path;
use tempfile::TempDir;
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
    let (folder, text) = laid_out(asked, bytes)?;
    let (file, output) = (folder.path().join(STUDY), folder.path().join("report"));
    let options = StudyOptions { output: output.clone(), force: false, dpi: DPI };
    run_study(&file, &options, &|_| {}).map_err(|error| refused(&error, folder.path()))?;
    packed(&output, &text).map_err(failed)
}

/// Table 1 of the study of the plan.
///
/// # Errors
///
/// A plan that does not say yet which columns it has, or when groups are known; what the study refuses.
pub fn table_one(asked: &Asked, bytes: &[u8]) -> Result<Table, Problem> {
    let (folder, _) = laid_out(asked, bytes)?;
    let tables = describe_study(&folder.path().join(STUDY));
    let tables = tables.map_err(|error| refused(&error, folder.path()))?;
    let table = tables.into_iter().find(|(name, _)| name == "table-1");
    let table = table.ok_or_else(|| {
        Problem::request(
            "Table 1 needs its columns, the group that it compares, and when that group is known",
            Remedy::to("choose them under “What is what” and “Table 1”"),
        )
    })?;
    Ok(table.1)
}

const STUDY: &str = "study.toml";

/// A private folder with the study file of the plan, and the file that it names.
fn laid_out(asked: &Asked, bytes: &[u8]) -> Result<(TempDir, String), Problem> {
    let text = study(asked, is_synthetic(asked.name))?;
    let folder = tempfile::tempdir().map_err(failed)?;
    std::fs::write(folder.path().join(STUDY), &text).map_err(failed)?;
    if !asked.name.starts_with('@') {
        std::fs::write(folder.path().join(asked.name), bytes).map_err(failed)?;
    }
    Ok((folder, text))
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
    archive.start_file(STUDY, options)?;
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
