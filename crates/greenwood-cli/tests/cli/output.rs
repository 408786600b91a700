//! What the commands print.

use crate::support::{greenwood, run};
use serde_json::Value;

#[test]
fn the_lung_curves_print_medians_and_the_test() {
    let answer = greenwood(&["km", "@lung", "Surv(time, status == 2) ~ sex"]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    for part in ["270 (212-310)", "426 (348-550)", "Log-rank test: chi-square 10.33", "P = 0.001"] {
        assert!(answer.out.contains(part), "`{part}` is not in:\n{}", answer.out);
    }
}

#[test]
fn standard_input_is_read_as_csv() {
    let args = ["km", "-", "Surv(time, event) ~ 1", "--format", "json"];
    let answer = run(&args, "time,event\n1,1\n1,0\n2,1\n3,0\n4,1\n");
    let document: Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(document["schema"], "greenwood.km/1");
    assert_eq!(document["groups"][0]["curve"]["survival"][0], 0.8);
}

/// Every format of one answer carries the numbers; files are named by their extension.
#[test]
fn every_format_is_written_by_extension() {
    let folder = tempfile::tempdir().unwrap();
    for (name, part) in [
        ("km.txt", "Kaplan-Meier"),
        ("km.json", "\"schema\""),
        ("km.csv", "group,time,n_risk"),
        ("km.md", "| Group"),
        ("km.tex", "\\toprule"),
    ] {
        let file = folder.path().join(name);
        let path = file.to_str().unwrap();
        let model = "Surv(time, status == 2) ~ sex";
        let answer = greenwood(&["km", "@lung", model, "--output", path, "--quiet"]);
        assert_eq!((answer.status, answer.out.as_str()), (0, ""), "{}", answer.err);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(part), "{name}: {text}");
    }
}

#[test]
fn the_csv_of_a_curve_holds_full_precision() {
    let model = "Surv(time, status == 2) ~ 1";
    let csv = greenwood(&["km", "@lung", model, "--format", "csv"]).out;
    let json = greenwood(&["km", "@lung", model, "--format", "json"]).out;
    let json: Value = serde_json::from_str(&json).unwrap();
    let survival: Vec<f64> =
        csv.lines().skip(1).map(|line| line.split(',').nth(5).unwrap().parse().unwrap()).collect();
    let expected: Vec<f64> = json["groups"][0]["curve"]["survival"]
        .as_array()
        .unwrap()
        .iter()
        .map(|value| value.as_f64().unwrap())
        .collect();
    assert_eq!(survival, expected);
}
