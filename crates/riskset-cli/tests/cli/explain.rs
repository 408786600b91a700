//! `--explain`: the arithmetic below the answer, whose last lines are the answer's numbers.

use crate::support::{refused, riskset};
use serde_json::Value;

const AML: [&str; 3] = ["@aml", "Surv(time, status) ~ x", "--explain"];

fn json(args: &[&str]) -> Value {
    let answer = riskset(&[args, &["--format", "json"]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    serde_json::from_str(&answer.out).unwrap()
}

/// The last row of a table of steps, by column.
fn last(steps: &Value, column: &str) -> f64 {
    let place = steps["columns"].as_array().unwrap().iter().position(|name| name == column);
    let row = steps["rows"].as_array().unwrap().last().unwrap();
    row[place.unwrap()].as_f64().unwrap()
}

fn sum(steps: &Value, column: &str) -> f64 {
    let place = steps["columns"].as_array().unwrap().iter().position(|name| name == column);
    let rows = steps["rows"].as_array().unwrap();
    rows.iter().map(|row| row[place.unwrap()].as_f64().unwrap()).sum()
}

#[track_caller]
fn close(a: f64, b: &Value) {
    let b = b.as_f64().unwrap();
    assert!((a - b).abs() < 1e-9 * (1.0 + b.abs()), "{a} {b}");
}

#[test]
fn the_steps_of_curves_end_at_what_the_answer_says() {
    let km = json(&[&["km"], &AML[..], &["--rmst", "24"]].concat());
    let steps = km["steps"].as_array().unwrap();
    let titles: Vec<&str> = steps.iter().map(|table| table["title"].as_str().unwrap()).collect();
    assert_eq!(titles[0], "Kaplan-Meier estimate, step by step, x=Maintained");
    assert_eq!(titles.len(), 5, "{titles:?}");
    for group in 0..2 {
        let curve = &km["groups"][group];
        let survival = curve["curve"]["survival"].as_array().unwrap().last().unwrap();
        close(last(&steps[2 * group], "survival"), survival);
        close(last(&steps[2 * group + 1], "sum"), &curve["rmst"]["estimate"]);
    }
    let test = &steps[4];
    let (o_e, v) = (sum(test, "observed_1") - sum(test, "expected_1"), sum(test, "variance_1"));
    close(o_e * o_e / v, &km["tests"][0]["statistic"]);
    // Without the option nothing is added.
    assert!(json(&["km", AML[0], AML[1]]).get("steps").is_none());
}

#[test]
fn the_steps_of_a_regression_end_at_what_the_answer_says() {
    let cox = json(&[&["cox"], &AML[..]].concat());
    let steps = cox["steps"].as_array().unwrap();
    close(sum(&steps[0], "log_efron"), &cox["log_likelihood"]["model"]);
    close(last(&steps[1], "beta_1"), &cox["coefficients"][0]["estimate"]);
    let information = last(&steps[1], "information_1");
    close(information.sqrt().recip(), &cox["coefficients"][0]["std_error"]);
    let breslow = json(&[&["cox"], &AML[..], &["--ties", "breslow"]].concat());
    close(sum(&breslow["steps"][0], "log_breslow"), &breslow["log_likelihood"]["model"]);
    // A long table is cut, and says so.
    let long = riskset(&["cox", "@lung", "Surv(time, status == 2) ~ age + sex", "--explain"]);
    assert!(long.out.contains("The first and the last of 139 rows, 30 in all."), "{}", long.out);
    let null = riskset(&["cox", "@lung", "Surv(time, status == 2) ~ 1", "--explain"]);
    refused(&null, &["no maximum to explain", "--explain"]);
}

#[test]
fn incidences_and_weighted_tests_too() {
    let cif = json(&[
        "cif",
        "@mgus2",
        "Surv(etime, event) ~ 1",
        "--cause",
        "pcm",
        "--censor",
        "censor",
        "--explain",
    ]);
    let causes = cif["groups"][0]["causes"].as_array().unwrap();
    let cause = causes.iter().find(|cause| cause["cause"] == "pcm").unwrap();
    let estimate = cause["estimate"].as_array().unwrap().last().unwrap();
    close(last(&cif["steps"][0], "incidence"), estimate);
    let test = json(&[&["logrank"], &AML[..], &["--test", "gehan-wilcoxon"]].concat());
    let steps = &test["steps"][0];
    assert_eq!(steps["columns"][3], "weight");
    assert_eq!(steps["rows"][0][3], 23.0);
}

#[test]
fn every_format_has_the_steps_and_a_request_asks_for_them() {
    for format in ["text", "markdown", "latex"] {
        let answer = riskset(&[&["km"], &AML[..], &["--format", format]].concat());
        assert!(answer.out.contains("0.9091"), "{format}: {}", answer.out);
        assert!(answer.out.contains("Greenwood: each event time adds"), "{format}");
    }
    let request = riskset(&[&["km"], &AML[..], &["--print-request"]].concat());
    let direct = riskset(&[&["km"], &AML[..]].concat());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("request.json");
    std::fs::write(&file, request.out).unwrap();
    assert_eq!(riskset(&["run", file.to_str().unwrap()]).out, direct.out);
}
