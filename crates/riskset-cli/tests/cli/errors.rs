//! Bad input gets a clear message and exit status 1.

use crate::support::{refused, riskset, run};
use std::fs;

const MODEL: &str = "Surv(time, event) ~ arm";

#[test]
fn a_missing_file() {
    refused(&riskset(&["km", "nowhere.csv", MODEL]), &["nowhere.csv"]);
}

#[test]
fn an_unknown_column_offers_the_nearest() {
    let answer = riskset(&["cox", "@lung", "Surv(time, status == 2) ~ agee"]);
    refused(&answer, &["agee", "age"]);
}

#[test]
fn an_event_coded_1_and_2_is_not_guessed() {
    let answer = riskset(&["km", "@lung", "Surv(time, status) ~ sex"]);
    refused(&answer, &["status", "1", "2", "status == 2"]);
}

#[test]
fn a_negative_time() {
    refused(&run(&["km", "-", MODEL], "time,event,arm\n5,1,a\n-3,0,a\n"), &["time", "-3", "row 2"]);
}

#[test]
fn text_in_a_numeric_column() {
    let data = "time,event,arm\n5,1,a\nsoon,0,a\n";
    refused(&run(&["km", "-", MODEL], data), &["time", "soon", "row 2"]);
}

#[test]
fn nothing_left_after_the_subset() {
    let args = ["km", "@lung", "Surv(time, status == 2) ~ sex", "--subset", "age > 200"];
    refused(&riskset(&args), &["age > 200"]);
}

#[test]
fn every_row_missing() {
    refused(&run(&["km", "-", MODEL], "time,event,arm\n5,,a\n,0,a\n"), &["missing"]);
}

#[test]
fn a_stop_that_is_not_after_its_start() {
    let args = ["km", "-", "Surv(start, stop, event) ~ 1"];
    refused(&run(&args, "start,stop,event\n0,5,1\n7,7,0\n"), &["row 2", "7"]);
}

#[test]
fn a_typo_in_the_formula_shows_the_place() {
    let answer = riskset(&["km", "@lung", "Surv(time, status == 2 ~ sex"]);
    refused(&answer, &["Surv(time, status == 2 ~ sex", "^"]);
    let caret = answer.err.lines().find(|line| line.trim_start().starts_with('^')).unwrap();
    let formula = answer.err.lines().find(|line| line.contains("Surv(time")).unwrap();
    let place = caret.find('^').unwrap() - formula.find("Surv(time").unwrap();
    assert_eq!(&"Surv(time, status == 2 ~ sex"[place..=place], "~", "{}", answer.err);
}

#[test]
fn a_file_in_no_encoding_that_fits() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("latin1.csv");
    fs::write(&file, b"time,event,arm\n5,1,caf\x81\n").unwrap();
    refused(&riskset(&["km", file.to_str().unwrap(), MODEL]), &["UTF-8"]);
}

#[test]
fn duplicate_column_names() {
    refused(&run(&["km", "-", MODEL], "time,event,arm,time\n5,1,a,6\n"), &["time", "two columns"]);
}

#[test]
fn an_output_folder_that_does_not_exist() {
    let args = ["km", "@lung", "Surv(time, status == 2) ~ 1", "--output", "no/such/folder/km.json"];
    refused(&riskset(&args), &["no/such/folder"]);
}

/// A device is no file: an answer goes to a file or to standard output.
#[cfg(target_os = "linux")]
#[test]
fn a_device_as_output() {
    let args =
        ["km", "@lung", "Surv(time, status == 2) ~ 1", "--format", "json", "--output", "/dev/full"];
    refused(&riskset(&args), &["/dev/full", "no regular file", "--output"]);
}

#[test]
fn a_wrong_command_line_exits_with_2() {
    for args in [
        vec!["kmm", "@lung", MODEL],
        vec!["km", "@lung", MODEL, "--no-such-option"],
        vec!["km", "@lung", MODEL, "--conf-type", "cloglog"],
        vec!["km", "@lung", MODEL, "--conf-level", "95"],
        vec!["logrank", "@lung", "Surv(time, status == 2) ~ sex", "--rho", "1"],
    ] {
        let answer = riskset(&args);
        assert_eq!(answer.status, 2, "{args:?}: {}", answer.err);
        assert!(!answer.err.is_empty());
    }
}

/// A study, a figure's values or a list are no single request: nothing is done instead of printing.
#[test]
fn what_is_no_request_does_not_print_one() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let out = out.to_str().unwrap();
    for args in [
        &["study", "datasets/dream/study.toml", "--output", out, "--print-request"][..],
        &["datasets", "list", "--print-request"],
        &["licences", "--print-request"],
        &["lint", "docs/figures/colon.svg", "--print-request"],
        &["endpoint", "--list-rules", "--print-request"],
    ] {
        let answer = riskset(args);
        assert_eq!(answer.status, 2, "{args:?} {}", answer.err);
        assert!(answer.err.contains("not one request"), "{args:?} {}", answer.err);
    }
    assert!(!folder.path().join("report").exists());
}
