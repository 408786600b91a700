//! `riskset study --init FILE --data DATA`: a study begun from what is in a file.

use crate::support::{refused, riskset_in};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Copies one of the files that people have into a folder.
fn copied(folder: &Path, name: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/files").join(name);
    fs::copy(from, folder.join(name)).unwrap();
}

fn begun(folder: &Path, data: &str, more: &[&str]) -> String {
    let command = [&["study", "--init", "my.toml", "--data", data], more].concat();
    let answer = riskset_in(folder, &command, "");
    assert_eq!(answer.status, 0, "{}", answer.err);
    assert!(answer.err.contains("riskset study my.toml --output report"), "{}", answer.err);
    fs::read_to_string(folder.join("my.toml")).unwrap()
}

/// Puts an answer in the place of the next question of that key.
fn answered(text: &str, key: &str, value: &str) -> String {
    let open = format!("\n{key} = \"?\"");
    assert!(text.contains(&open), "{key} is no question in {text}");
    text.replacen(&open, &format!("\n{key} = {value}"), 1)
}

/// Takes the # away from the block that begins with this line, up to the next empty line.
fn taken(text: &str, name: &str) -> String {
    let (mut lines, mut inside) = (Vec::new(), false);
    let all: Vec<&str> = text.lines().collect();
    for (number, line) in all.iter().enumerate() {
        let next = all.get(number + 1).copied().unwrap_or_default();
        inside |= *line == "# [[group]]" && next == format!("# name = \"{name}\"");
        inside &= !line.is_empty();
        lines.push(if inside {
            line.trim_start_matches('#').trim_start_matches(' ')
        } else {
            line
        });
    }
    lines.join("\n") + "\n"
}

fn numbers(folder: &Path) -> Value {
    let answer = riskset_in(folder, &["study", "my.toml", "--output", "report"], "");
    assert_eq!(answer.status, 0, "{}", answer.err);
    let text = fs::read_to_string(folder.join("report/results.json")).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["numbers"].clone()
}

/// A German workbook: no question is answered by leaving it, and with the answers the study has the
/// numbers that R has of the cohort (medians 38.6 and 9.8 months, log-rank 15.334).
#[test]
fn a_workbook_becomes_a_study_that_runs_when_its_questions_are_answered() {
    let folder = tempfile::tempdir().unwrap();
    copied(folder.path(), "07g_german.xlsx");
    let text = begun(folder.path(), "07g_german.xlsx", &[]);
    let untouched = riskset_in(folder.path(), &["study", "my.toml", "--output", "report"], "");
    refused(&untouched, &["5 questions are not answered", ": conf_type", ": event", ": group"]);
    assert!(!folder.path().join("report").exists());
    assert!(text.contains("event = 'verstorben == \"ja\"' # 43 rows"), "{text}");
    assert!(text.contains("event = 'verstorben == \"nein\"' # 17 rows"), "{text}");
    let text = answered(&text, "conf_type", "\"log\"");
    let text = answered(&text, "time", "\"Überleben (Monate)\"");
    let text = answered(&text, "time_unit", "\"months\"");
    let text = answered(&text, "event", "'verstorben == \"ja\"'");
    let text = taken(&answered(&text, "group", "\"by_arm\""), "by_arm");
    fs::write(folder.path().join("my.toml"), &text).unwrap();
    let again = riskset_in(folder.path(), &["study", "my.toml", "--output", "report"], "");
    refused(&again, &["2 questions are not answered", ": reference", ": known"]);
    let text = answered(&text, "reference", "\"standard\"");
    let text = answered(&text, "known", "\"at\"");
    fs::write(folder.path().join("my.toml"), &text).unwrap();
    let numbers = numbers(folder.path());
    let of = |key: &str| numbers[key]["value"].as_f64().unwrap_or_else(|| panic!("{key}"));
    let key = "comparison.survival";
    assert!((of(&format!("{key}.intensified.median.estimate")) - 38.6).abs() < 0.05);
    assert!((of(&format!("{key}.standard.median.estimate")) - 9.8).abs() < 0.05);
    assert!((of(&format!("{key}.logrank.statistic")) - 15.334).abs() < 5e-3);
}

/// Days of surgery, death and last contact: the endpoint is a rule, and no coding is asked about.
#[test]
fn dates_become_a_rule() {
    let folder = tempfile::tempdir().unwrap();
    copied(folder.path(), "13c_dates_us.csv");
    let text = begun(folder.path(), "13c_dates_us.csv", &[]);
    assert!(text.contains("[endpoint.dates]\nrule = \"os\"\ntime_zero = \"surgery\""), "{text}");
    let text = answered(&text, "conf_type", "\"log\"");
    let text = answered(&text, "reference", "\"standard\"");
    let text = answered(&text, "known", "\"before\"");
    fs::write(folder.path().join("my.toml"), &text).unwrap();
    let median = &numbers(folder.path())["comparison.survival.standard.median.estimate"]["value"];
    assert!((median.as_f64().unwrap() - 298.0 / 30.4375).abs() < 1e-9, "{median}");
}

/// A number and a 0/1 event are no question; what the reader was told and the sheet go along.
#[test]
fn what_is_known_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    copied(folder.path(), "09e_readme_first_sheet.xlsx");
    let text = begun(folder.path(), "09e_readme_first_sheet.xlsx", &["--sheet", "Data"]);
    assert!(text.contains("sheet = \"Data\""), "{text}");
    assert!(text.contains("id = \"id\""), "{text}");
    copied(folder.path(), "17b_dot_missing.csv");
    let text = begun(folder.path(), "17b_dot_missing.csv", &["--force"]);
    assert!(text.contains("# na = [\".\"]"), "{text}");
    assert!(text.contains("# column = \"age\""), "{text}");
}

/// Rows that name nobody may be counts of people: the columns are offered, and the study then has the
/// numbers of the people (165 deaths among 228, as `survfit` has them of the rows).
#[test]
fn counts_of_people_are_offered() {
    let folder = tempfile::tempdir().unwrap();
    let counts =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets/counts/lung-counts.csv");
    fs::copy(counts, folder.path().join("lung-counts.csv")).unwrap();
    let text = begun(folder.path(), "lung-counts.csv", &[]);
    let line = "# counts = [\"deaths\", \"censored\"]";
    assert!(text.contains(line), "{text}");
    let text = text.replace(line, &line[2..]);
    let text = answered(&text, "conf_type", "\"log\"");
    let text = answered(&text, "time_unit", "\"days\"");
    let text = answered(&text, "event", "\"event\"");
    let text = taken(&answered(&text, "group", "\"by_sex\""), "by_sex");
    let text = answered(&text, "reference", "\"male\"");
    let text = answered(&text, "known", "\"at\"");
    fs::write(folder.path().join("my.toml"), &text).unwrap();
    let numbers = numbers(folder.path());
    let of =
        |key: &str| numbers[key]["value"].as_f64().unwrap_or_else(|| panic!("{key} of {numbers}"));
    assert_eq!(of("comparison.survival.male.n") + of("comparison.survival.female.n"), 228.0);
    assert_eq!(
        of("comparison.survival.male.events") + of("comparison.survival.female.events"),
        165.0
    );
}

#[test]
fn a_study_is_begun_from_a_file_only() {
    let folder = tempfile::tempdir().unwrap();
    let stdin = ["study", "--init", "my.toml", "--data", "-"];
    assert_eq!(riskset_in(folder.path(), &stdin, "a,b\n1,2\n").status, 2);
    let none = ["study", "--init", "my.toml", "--data", "none.csv"];
    refused(&riskset_in(folder.path(), &none, ""), &["no file `none.csv`"]);
    assert!(!folder.path().join("my.toml").exists());
}
