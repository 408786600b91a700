//! The reference cases: R's answers, one case a file, and how riskset is asked.

use crate::compare::{Tolerance, agree};
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the repository").into()
}

/// The file that a case calls `data/NAME`: a bundled data set, or one kept for tests only.
pub fn data_file(name: &str) -> PathBuf {
    let bundled = root().join("datasets").join(name);
    if bundled.is_file() { bundled } else { root().join("tests/reference/data").join(name) }
}

/// One reference case.
pub struct Case {
    /// Its name, which is that of its file.
    pub name: String,
    argv: Vec<String>,
    tolerance: Tolerance,
    exit_status: u8,
    stderr_contains: Vec<String>,
    expected: Option<Value>,
}

/// All cases, by name.
///
/// # Errors
///
/// A sentence when a file cannot be read or is not a case.
pub fn cases() -> Result<Vec<Case>, String> {
    let folder = root().join("tests/reference/cases");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files.iter().map(|file| read(file)).collect()
}

/// The names of the cases whose command or option is not built yet, from
/// `tests/reference/pending.txt`.
///
/// # Errors
///
/// A sentence when the file cannot be read.
pub fn pending() -> Result<Vec<String>, String> {
    let file = root().join("tests/reference/pending.txt");
    let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let names = text.lines().map(str::trim);
    Ok(names.filter(|name| !name.is_empty() && !name.starts_with('#')).map(String::from).collect())
}

fn read(file: &Path) -> Result<Case, String> {
    let complain = |what: &str| format!("{}: {what}", file.display());
    let text = fs::read_to_string(file).map_err(|error| complain(&error.to_string()))?;
    let case: Value = serde_json::from_str(&text).map_err(|error| complain(&error.to_string()))?;
    let texts = |key: &str| -> Vec<String> {
        let array = case[key].as_array().cloned().unwrap_or_default();
        array.iter().filter_map(|text| text.as_str().map(String::from)).collect()
    };
    let tolerance = |key: &str| case["tolerance"][key].as_f64().ok_or(complain("no tolerance"));
    Ok(Case {
        name: case["name"].as_str().ok_or(complain("no name"))?.to_string(),
        argv: texts("argv"),
        tolerance: Tolerance { relative: tolerance("relative")?, absolute: tolerance("absolute")? },
        exit_status: case["exit_status"].as_u64().unwrap_or(0) as u8,
        stderr_contains: texts("stderr_contains"),
        expected: case.get("expected").cloned(),
    })
}

impl Case {
    /// Asks riskset, through the same code as the command, and compares.
    ///
    /// # Errors
    ///
    /// The first difference, as a sentence.
    pub fn check(&self) -> Result<(), String> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let status = riskset_cli::run(self.command_line(), &mut out, &mut err);
        let err = String::from_utf8_lossy(&err);
        if status != self.exit_status {
            return Err(format!("exit status {status}, expected {}: {err}", self.exit_status));
        }
        for text in &self.stderr_contains {
            if !err.to_lowercase().contains(&text.to_lowercase()) {
                return Err(format!("the message does not name `{text}`: {err}"));
            }
        }
        let Some(expected) = &self.expected else { return Ok(()) };
        let found: Value = serde_json::from_slice(&out)
            .map_err(|error| format!("standard output is not one JSON document: {error}"))?;
        agree(expected, &found, self.tolerance)
    }

    fn command_line(&self) -> Vec<OsString> {
        let argument = |text: &String| match text.strip_prefix("data/") {
            Some(name) => data_file(name).into_os_string(),
            None => OsString::from(text),
        };
        let mut line = vec![OsString::from("riskset")];
        line.extend(self.argv.iter().map(argument));
        line.extend(["--format", "json", "--quiet"].map(OsString::from));
        line
    }
}
