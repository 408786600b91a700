//! The cells of the published-against-computed tables: what is shown is what was computed, a reason is
//! one that can be run, and a synthetic cohort keeps to the calendar of its trial.

use crate::support::riskset;
use serde_json::Value;
use std::path::PathBuf;

fn repository() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The rows of the table of a bundled study, by the id of the printed number.
fn checked(study: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("report");
    let file = repository().join(format!("datasets/{study}/study.toml"));
    let args = ["study", file.to_str().unwrap(), "--output", output.to_str().unwrap()];
    let answer = riskset(&args);
    assert_eq!(answer.status, 0, "{}", answer.err);
    let text = std::fs::read_to_string(output.join("results.json")).unwrap();
    let results: Value = serde_json::from_str(&text).unwrap();
    results["published"]["checked"].as_array().unwrap().clone()
}

fn row<'a>(rows: &'a [Value], id: &str) -> &'a Value {
    rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

/// "P < 0.05" in print is set beside the number that was computed, never beside that number with the
/// sign of the print: 0.020, and not "<0.02".
#[test]
fn a_bound_in_print_stands_beside_a_number() {
    let rows = checked("kuhlmann");
    let p = row(&rows, "kuhlmann.os_p");
    assert_eq!((&p["printed"], &p["computed"]), (&"<0.05".into(), &"0.020".into()));
    assert_eq!(p["agrees"], true);
    let signed = |row: &&Value| row["computed"].as_str().is_some_and(|cell| cell.contains('<'));
    assert_eq!(rows.iter().find(signed), None);
}

/// The centres are counted from their column, and every plan of a sample size that the table explains
/// by a command is what the command gives.
#[test]
fn centres_are_counted_and_reasons_can_be_run() {
    let rows = checked("dream");
    let centres = row(&rows, "dream.flow.centres");
    assert_eq!((&centres["printed"], &centres["computed"]), (&"21".into(), &"21".into()));
    let steps = [
        ("dream.design.evaluable_initial", "units"),
        ("dream.design.eligible", "patients"),
        ("dream.design.planned", "enrolled"),
    ];
    let mut line: Vec<String> = Vec::new();
    for (id, result) in steps {
        let row = row(&rows, id);
        let note = row["note"].as_str().unwrap();
        // The study plans the first one itself; the others are explained by commands.
        let Some(command) = note.split('`').nth(1) else {
            assert_eq!((&row["printed"], &row["agrees"]), (&row["computed"], &true.into()), "{id}");
            continue;
        };
        // "the same with" goes on from the command of the row before.
        let more = command.strip_prefix("riskset ").unwrap_or(command);
        line.extend(more.split(' ').map(str::to_owned));
        let args: Vec<&str> = line.iter().map(String::as_str).chain(["--format", "json"]).collect();
        let answer = riskset(&args);
        assert_eq!(answer.status, 0, "{}", answer.err);
        let answer: Value = serde_json::from_str(&answer.out).unwrap();
        let found = format!("{:.0}", answer["results"][result].as_f64().unwrap());
        assert_eq!(row["printed"], Value::from(found.clone()), "{id}");
        assert!(note.ends_with(&format!("gives {found}.")), "{id}: {note}");
    }
}

/// Computed cells that differ from print are marked, and each of them says why.
#[test]
fn what_differs_from_print_is_explained() {
    let rows = checked("dream");
    let differing: Vec<&Value> = rows.iter().filter(|row| row["agrees"] == false).collect();
    assert_eq!(differing.len(), 4);
    for row in differing {
        assert_ne!(row["printed"], row["computed"]);
        assert!(row["note"].as_str().unwrap().contains("contradict each other"), "{row}");
    }
}

/// DREAM opened on 28 November 2016, Kuhlmann's patients were treated from January 2013 to January
/// 2015; nothing of a patient lies before the own time zero.
#[test]
fn synthetic_dates_keep_to_the_trial() {
    let studies = [
        ("dream", "surgery_date", "2016-11-28", "2019-12-31"),
        ("kuhlmann", "treatment_start_date", "2013-01-01", "2015-01-31"),
    ];
    for (study, zero, first, last) in studies {
        let file = repository().join(format!("datasets/{study}/patients.csv"));
        let text = std::fs::read_to_string(file).unwrap();
        let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<&str>>());
        let names = lines.next().unwrap();
        let zero = names.iter().position(|name| *name == zero).unwrap();
        let dates: Vec<usize> =
            (0..names.len()).filter(|&column| names[column].ends_with("_date")).collect();
        let mut started = 0;
        for row in lines.filter(|row| !row[zero].is_empty()) {
            started += 1;
            assert!((first..=last).contains(&row[zero]), "{study}: {}", row[zero]);
            for &column in &dates {
                let date = row[column];
                assert!(
                    date.is_empty() || date >= row[zero],
                    "{study}: {date} of {}",
                    names[column]
                );
            }
        }
        assert!(started > 100, "{study}: {started}");
    }
}
