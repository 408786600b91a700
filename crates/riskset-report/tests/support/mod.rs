//! What the tests of studies share: a small trial, a folder to run it in, the shipped studies.
#![allow(dead_code)] // each test file takes what it needs

use riskset_report::Error;
use riskset_report::study::{StudyOptions, Summary, run_study};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

pub const DATA: &str = "\
id,arm,site,months,dead,operation,death,visit,age
P01,new,A,5.0,1,2020-01-01,2020-06-01,2020-06-01,61
P02,new,B,9.5,0,2020-01-05,,2020-10-20,55
P03,new,A,12.0,1,2020-02-01,2021-02-01,2021-02-01,70
P04,new,B,20.0,0,2020-02-03,,2021-10-03,48
P05,new,A,3.0,1,2020-03-01,2020-06-01,2020-06-01,66
P06,old,B,4.0,1,2020-03-05,2020-07-05,2020-07-05,59
P07,old,A,7.0,1,2020-04-01,2020-11-01,2020-11-01,63
P08,old,B,15.0,0,2020-04-03,,2021-07-03,52
P09,old,A,2.5,1,2020-05-01,2020-07-16,2020-07-16,71
P10,old,B,18.0,1,2020-05-05,2021-11-05,2021-11-05,
";

pub const STUDY: &str = r#"
schema = "riskset.study/1"
[study]
title = "A small trial"
conf_type = "log-log"
times = [6, 12]
synthetic = true
[data]
file = "patients.csv"
id = "id"
[[endpoint]]
name = "os"
label = "Overall survival"
abbreviation = "OS"
origin = "randomisation"
time = "months"
event = "dead"
[[population]]
name = "everybody"
label = "All patients"
[[group]]
name = "arm"
label = "Arm"
variable = "arm"
reference = "old"
known = "at"
levels = [{ name = "new", label = "New" }, { name = "old", label = "Old" }]
[[comparison]]
name = "arms"
label = "New or old"
population = "everybody"
group = "arm"
endpoints = ["os"]
[[follow_up]]
name = "followup"
label = "All patients"
population = "everybody"
endpoint = "os"
[[table]]
name = "baseline"
kind = "baseline"
title = "Patients"
population = "everybody"
by = "arm"
variables = [{ column = "age", label = "Age" }, { column = "site", label = "Site" }]
"#;

/// A folder with a study file, maybe with its data, and a place for the report.
pub struct Bench {
    pub folder: tempfile::TempDir,
}

impl Bench {
    pub fn new(study: &str) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("study.toml"), study).unwrap();
        Bench { folder }
    }

    pub fn with(study: &str, data: &str) -> Bench {
        let bench = Bench::new(study);
        fs::write(bench.path("patients.csv"), data).unwrap();
        bench
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn run(&self) -> Result<Summary, Error> {
        self.run_to("report")
    }

    /// Runs the study into a folder of this name.
    pub fn run_to(&self, output: &str) -> Result<Summary, Error> {
        let options = StudyOptions { output: self.path(output), force: false, dpi: 72 };
        run_study(&self.path("study.toml"), &options, &|_| {})
    }

    pub fn read(&self, name: &str) -> String {
        text(&self.path("report"), name)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.read("results.json")).unwrap()
    }
}

pub fn changed(from: &str, to: &str) -> String {
    assert!(STUDY.contains(from), "{from}");
    STUDY.replacen(from, to, 1)
}

/// The run is refused with this message, and nothing is left beside the inputs.
#[track_caller]
pub fn refused(study: &str, data: &str, expected: &[&str]) {
    let bench = Bench::with(study, data);
    let message = bench.run().unwrap_err().to_string();
    for part in expected {
        assert!(message.contains(part), "expected {part:?} in:\n{message}");
    }
    let mut names: Vec<_> = fs::read_dir(bench.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["patients.csv", "study.toml"]);
}

/// The three shipped studies, run once.
pub fn studies() -> &'static [(String, PathBuf)] {
    static FOLDER: OnceLock<(tempfile::TempDir, Vec<(String, PathBuf)>)> = OnceLock::new();
    let (_, studies) = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let studies = ["colon", "dream", "kuhlmann"].map(|name| {
            let file = format!("{}/../../datasets/{name}/study.toml", env!("CARGO_MANIFEST_DIR"));
            let output = folder.path().join(name);
            let options = StudyOptions { output: output.clone(), force: false, dpi: 50 };
            run_study(Path::new(&file), &options, &|_| {}).unwrap();
            (name.to_owned(), output)
        });
        (folder, studies.to_vec())
    });
    studies
}

pub fn text(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap()
}
