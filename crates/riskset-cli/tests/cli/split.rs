//! `riskset split`: the rows of R's `tmerge` and `survSplit`, and what is refused or doubted.

use crate::support::{Answer, refused, riskset_in};
use serde_json::Value;
use std::path::Path;

fn golden() -> Value {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../riskset/tests/golden/compare-split.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// A table of JSON rows as a CSV.
fn write(folder: &Path, name: &str, rows: &Value, columns: &[&str]) {
    let cell = |row: &Value, column: &&str| match &row[column] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        number => number.to_string(),
    };
    let line = |row: &Value| {
        columns.iter().map(|column| cell(row, column)).collect::<Vec<String>>().join(",")
    };
    let lines = rows.as_array().unwrap().iter().map(line);
    let text: Vec<String> = std::iter::once(columns.join(",")).chain(lines).collect();
    std::fs::write(folder.join(name), text.join("\n") + "\n").unwrap();
}

fn pieces(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 0, "{}", answer.err);
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    json["pieces"].as_array().unwrap().clone()
}

/// The text of a cell as a number, for R's numbers.
fn same(found: &Value, expected: &Value, what: &str) {
    let found = match found {
        Value::String(text) => text.parse::<f64>().map_or(Value::Null, Value::from),
        other => other.clone(),
    };
    assert_eq!(found.as_f64(), expected.as_f64(), "{what}");
}

#[test]
fn the_rows_are_those_of_tmerge() {
    let (r, folder) = (golden(), tempfile::tempdir().unwrap());
    write(folder.path(), "base.csv", &r["base"], &["id", "time", "status", "sex"]);
    write(folder.path(), "visits.csv", &r["visits"], &["id", "day", "bili", "chol"]);
    let merge = ["--id", "id", "--with", "visits.csv", "--with-time", "day"];
    let asked = ["--measures", "bili,chol", "--count", "n", "--dated-event", "visit"];
    let split = ["split", "base.csv", "Surv(time, status == 2) ~ 1", "--format", "json"];
    let answer = riskset_in(folder.path(), &[&split[..], &merge, &asked].concat(), "");
    let (found, expected) = (pieces(&answer), r["merged"].as_array().unwrap());
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        for column in ["id", "start", "stop", "event", "bili", "chol", "n", "visit"] {
            same(&found[column], &expected[column], &format!("{column}: {found} {expected}"));
        }
    }
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(json["audit"][6]["merged"], 7);
    let line = json["audit"][6]["line"].as_str().unwrap();
    assert!(line.starts_with("1 row from 0 to 1832 became 6 pieces; no event by 1832"), "{line}");
    let codes: Vec<&str> = json["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| warning["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["event_before_entry", "after_end"]);

    // A day of a date counts as the same number of days.
    let dated = r["visits"].as_array().unwrap().iter().map(|row| {
        let days = row["day"].as_i64().unwrap();
        format!("{},{},{}", row["id"], date(days), row["bili"])
    });
    let dated: Vec<String> = std::iter::once("id,seen,bili".to_owned()).chain(dated).collect();
    std::fs::write(folder.path().join("dated.csv"), dated.join("\n") + "\n").unwrap();
    let base = r["base"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{},{},{},{}", row["id"], row["time"], row["status"], date(0)));
    let base: Vec<String> =
        std::iter::once("id,time,status,entry".to_owned()).chain(base).collect();
    std::fs::write(folder.path().join("entry.csv"), base.join("\n") + "\n").unwrap();
    let merge =
        ["--id", "id", "--with", "dated.csv", "--with-time", "seen", "--with-zero", "entry"];
    let split = ["split", "entry.csv", "Surv(time, status == 2) ~ 1", "--format", "json"];
    let answer =
        riskset_in(folder.path(), &[&split[..], &merge, &["--measures", "bili"]].concat(), "");
    for (found, expected) in pieces(&answer).iter().zip(expected) {
        same(&found["bili"], &expected["bili"], &found.to_string());
    }
}

/// The date so many days after 2001-01-01, by the calendar without its leap years' rule of centuries.
fn date(days: i64) -> String {
    let (mut year, mut day) = (2001, days);
    let length = |year: i64| if year % 4 == 0 { 366 } else { 365 };
    while day >= length(year) {
        day -= length(year);
        year += 1;
    }
    let february = if year % 4 == 0 { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while day >= months[month] {
        day -= months[month];
        month += 1;
    }
    format!("{year}-{:02}-{:02}", month + 1, day + 1)
}

#[test]
fn cut_rows_are_those_of_surv_split() {
    let (r, folder) = (golden(), tempfile::tempdir().unwrap());
    write(folder.path(), "base.csv", &r["base"], &["id", "time", "status", "sex"]);
    let split = ["split", "base.csv", "Surv(time, status == 2) ~ 1", "--cuts", "1000,365"];
    let answer =
        riskset_in(folder.path(), &[&split[..], &["--id", "id", "--format", "json"]].concat(), "");
    let (found, expected) = (pieces(&answer), r["periods"].as_array().unwrap());
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        for column in ["id", "start", "stop", "event", "period"] {
            same(&found[column], &expected[column], &format!("{column}: {found} {expected}"));
        }
    }
    // The rows that are written are read again, and say the same.
    let written = ["--id", "id", "--output", "rows.csv"];
    assert_eq!(riskset_in(folder.path(), &[&split[..], &written].concat(), "").status, 0);
    let cox = |data: &str, formula: &str| {
        let args = ["cox", data, formula, "--id", "id", "--format", "json"];
        let json: Value = serde_json::from_str(&riskset_in(folder.path(), &args, "").out).unwrap();
        json["log_likelihood"]["null"].as_f64().unwrap()
    };
    let whole = cox("base.csv", "Surv(time, status == 2) ~ sex");
    let cut = cox("rows.csv", "Surv(start, stop, event) ~ sex");
    assert!((whole - cut).abs() < 1e-9, "{whole} {cut}");
}

#[test]
fn rows_that_cannot_be_are_refused_and_odd_ones_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    file("overlap.csv", "id,a,b,e\nx,0,5,0\nx,4,9,1\n");
    file("gap.csv", "id,a,b,e\nx,0,5,1\nx,6,9,1\ny,0,3,0\n");
    file("twice.csv", "id,t,v\nx,2,1\nx,2,3\n");
    file("late.csv", "id,t,v\nx,7,1\nz,1,4\n");
    file("plain.csv", "id,b,e\nx,5,1\ny,3,0\n");
    file("zero.csv", "id,b,e\nx,5,1\ny,0,0\n");
    let run = |args: &[&str]| riskset_in(folder.path(), args, "");
    let counting = "Surv(a, b, e) ~ 1";
    let overlap = run(&["split", "overlap.csv", counting, "--id", "id", "--cuts", "2"]);
    refused(&overlap, &["patient x overlap", "ends at 5", "starts at 4"]);
    let gap = run(&["split", "gap.csv", counting, "--id", "id", "--cuts", "2"]);
    assert_eq!(gap.status, 0, "{}", gap.err);
    let said = format!("{}{}", gap.out, gap.err);
    assert!(said.contains("leave time between them"), "{said}");
    assert!(said.contains("goes on after the event in one patient: x"), "{said}");
    let merge = |with: &str| {
        let with = ["--id", "id", "--with", with, "--with-time", "t", "--measures", "v"];
        run(&[&["split", "plain.csv", "Surv(b, e) ~ 1"][..], &with].concat())
    };
    refused(&merge("twice.csv"), &["patient x has two values of `v` at 2: 1 and 3"]);
    let late = merge("late.csv");
    let said = format!("{}{}", late.out, late.err);
    assert!(said.contains("one patient whom the data do not have: z"), "{said}");
    assert!(said.contains("after the patient's last time"), "{said}");
    let zero = run(&["split", "zero.csv", "Surv(b, e) ~ 1", "--cuts", "2"]);
    refused(&zero, &["row 2 used ends at time 0"]);
    for (args, word) in [
        (&["--cuts", "2", "--count", "n"][..], "there is none"),
        (&[][..], "nothing to cut at"),
        (&["--with", "late.csv", "--with-time", "t", "--count", "n"][..], "names the patients"),
        (&["--id", "id", "--with", "late.csv", "--with-time", "t"][..], "nothing of it"),
    ] {
        let answer = run(&[&["split", "plain.csv", "Surv(b, e) ~ 1"][..], args].concat());
        assert_eq!(answer.status, 2, "{args:?} {}", answer.err);
        assert!(answer.err.contains(word), "{}", answer.err);
    }
    let terms = run(&["split", "plain.csv", "Surv(b, e) ~ id", "--cuts", "2"]);
    assert_eq!(terms.status, 2, "{}", terms.err);
}
