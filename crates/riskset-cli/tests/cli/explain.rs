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

/// The place of a column.
fn place(steps: &Value, column: &str) -> usize {
    steps["columns"].as_array().unwrap().iter().position(|name| name == column).unwrap()
}

/// The sums below the table are those of its rows, and make the statistic; of a weighted test the
/// weighted ones do.
#[test]
fn sums_make_the_statistic() {
    for (test, parts) in [("logrank", ""), ("peto-peto", "weighted_")] {
        let answer = json(&[&["logrank"], &AML[..], &["--test", test]].concat());
        let steps = &answer["steps"][0];
        let total = |part: &str| {
            let column = format!("{parts}{part}_1");
            let total = &steps["totals"][place(steps, &column)];
            close(sum(steps, &column), total);
            total.as_f64().unwrap()
        };
        let difference = total("observed") - total("expected");
        close(difference * difference / total("variance"), &answer["test"]["statistic"]);
        let text = riskset(&[&["logrank"], &AML[..], &["--test", test]].concat()).out;
        assert!(text.lines().any(|line| line.trim_start().starts_with("Sum ")), "{text}");
    }
    // W O, W E and W^2 V of the first row: 23 at risk, Gehan's weight is their number.
    let gehan = json(&[&["logrank"], &AML[..], &["--test", "gehan-wilcoxon"]].concat());
    let steps = &gehan["steps"][0];
    let first = |column: &str| steps["rows"][0][place(steps, column)].as_f64().unwrap();
    assert_eq!(first("weighted_expected_1"), 23.0 * first("expected_1"));
    assert_eq!(first("weighted_variance_1"), 23.0 * 23.0 * first("variance_1"));
}

/// A landmark, weights and groups known late are said before the arithmetic.
#[test]
fn what_was_done_to_the_rows_is_said() {
    let landmark = json(&["km", "@aml", "Surv(time, status) ~ 1", "--landmark", "10", "--explain"]);
    let steps = &landmark["steps"][0];
    assert_eq!(steps["title"], "Who is analysed");
    // Five of 23 have the event by week 10: 5, 5, 8, 8, 9.
    assert_eq!(steps["rows"][0], serde_json::json!([10.0, 23.0, 5.0, 18.0]));
    let weighted = riskset(&[
        "km",
        "@lung",
        "Surv(time, status == 2) ~ 1",
        "--weights",
        "sex",
        "--subset",
        "inst == 12",
        "--explain",
    ]);
    assert!(weighted.out.contains("as often as its sex says"), "{}", weighted.out);
}

/// Every step of the figure counts whom the curve counts.
#[test]
fn frames_show_who_is_at_risk() {
    let folder = tempfile::tempdir().unwrap();
    let figure = folder.path().join("aml.svg");
    let figure = figure.to_str().unwrap();
    let model = ["@aml", "Surv(time, status) ~ 1"];
    let drawn = riskset(&[&["plot", "explain"], &model[..], &["--frames", "-o", figure]].concat());
    assert_eq!(drawn.status, 0, "{}", drawn.err);
    let km = riskset(&[&["km"], &model[..], &["--format", "json"]].concat()).out;
    let curve = &serde_json::from_str::<Value>(&km).unwrap()["groups"][0]["curve"];
    let counts = curve["n_risk"].as_array().unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), counts.len());
    for (step, n_risk) in (1..).zip(counts) {
        let file = folder.path().join(format!("aml-{step:02}.svg"));
        let data = riskset(&["extract", file.to_str().unwrap(), "--format", "json"]).out;
        let data: Value = serde_json::from_str(&data).unwrap();
        let table = &data["tables"][0]["columns"];
        let at_risk = table.as_array().unwrap().iter().find(|column| column["name"] == "at_risk");
        let count: f64 = at_risk.unwrap()["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(|value| value.as_f64().unwrap())
            .sum();
        close(count, n_risk);
    }
    let many = riskset(&["plot", "explain", "@lung", "Surv(time, status == 2) ~ 1", "-o", figure]);
    refused(&many, &["228 patients", "40", "--subset"]);
    let step =
        riskset(&[&["plot", "explain"], &model[..], &["--step", "19", "-o", figure]].concat());
    assert!(step.err.contains("no step 19; there are 18"), "{}", step.err);
    let two = ["plot", "explain", "@lung", "Surv(time, status == 2) ~ age + sex"];
    let two = riskset(&[&two[..], &["--kind", "likelihood", "-o", figure]].concat());
    refused(&two, &["shows one coefficient, and there are 2"]);
}

#[test]
fn every_format_has_the_steps_and_a_request_asks_for_them() {
    for format in ["text", "markdown", "latex", "html"] {
        let answer = riskset(&[&["km"], &AML[..], &["--format", format]].concat());
        assert!(answer.out.contains("0.9091"), "{format}: {}", answer.out);
        assert!(answer.out.contains("Greenwood: each event time adds"), "{format}");
    }
    let folder = tempfile::tempdir().unwrap();
    let word = folder.path().join("aml.docx");
    let answer = riskset(&[&["km"], &AML[..], &["-o", word.to_str().unwrap()]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    let bytes = std::fs::read(&word).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("word/document.xml").unwrap(), &mut text)
        .unwrap();
    assert!(text.contains("Greenwood: each event time adds"));
    let request = riskset(&[&["km"], &AML[..], &["--print-request"]].concat());
    let direct = riskset(&[&["km"], &AML[..]].concat());
    let file = folder.path().join("request.json");
    std::fs::write(&file, request.out).unwrap();
    assert_eq!(riskset(&["run", file.to_str().unwrap()]).out, direct.out);
}
