//! What a prognostic model cannot be made of or used for, by every command that makes or uses one:
//! refused or doubted, each time with what to do.

use crate::support::{refused, riskset_in};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const EIGHT: &str = "x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7";

/// Forty patients, five of them with the event (`e`, or `ev` with another cause): `one` has one value,
/// `lev` three. `level` is written for the third, and `unit` is what `x0` is multiplied with.
fn table(level: &str, unit: f64) -> String {
    let mut state = 7u64;
    let mut random = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1u64 << 24) as f64
    };
    let mut text = "t,e,ev,one,lev,x0,x1,x2,x3,x4,x5,x6,x7\n".to_owned();
    for row in 0..40 {
        let event = row % 8 == 3;
        let end = if event { "ev" } else { ["cens", "other"][row % 2] };
        let lev = ["a", "b", level][row % 3];
        let time = if event { 1.0 + row as f64 / 4.0 } else { 2.0 + 30.0 * random() };
        text += &format!("{time:.3},{},{end},7,{lev}", u8::from(event));
        for column in 0..8 {
            let x = 1.0 + random();
            text += &format!(",{:.3}", if column == 0 { x * unit } else { x });
        }
        text += "\n";
    }
    text
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, level, unit) in
        [("d.csv", "c", 1.0), ("level.csv", "d", 1.0), ("unit.csv", "c", 100.0)]
    {
        fs::write(folder.path().join(name), table(level, unit)).unwrap();
    }
    folder
}

const CAUSES: [&str; 4] = ["--cause", "ev", "--censor", "cens"];

/// The codes of the doubts of an answer; each says what to do.
#[track_caller]
fn codes(place: &Path, args: &[&str]) -> Vec<String> {
    let answer = riskset_in(place, &[args, &["--format", "json", "--quiet"]].concat(), "");
    assert_eq!(answer.status, 0, "{args:?}: {}", answer.err);
    let answer: Value = serde_json::from_str(&answer.out).unwrap();
    let code = |one: &Value| {
        assert!(one["message"].as_str().unwrap().contains("; "), "no remedy: {one}");
        one["code"].as_str().unwrap().to_owned()
    };
    answer["warnings"].as_array().unwrap().iter().map(code).collect()
}

/// A command on `d.csv` with these terms: of one event, or with competing risks.
fn asked<'a>(command: &'a str, formula: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let causes: &[&str] = if formula.contains("(t, ev)") { &CAUSES } else { &[] };
    [&[command, "d.csv", formula], causes, more].concat()
}

#[test]
fn fewer_events_than_columns_are_doubted_or_refused_everywhere() {
    let folder = folder();
    let place = folder.path();
    let (one, competing) = (format!("Surv(t, e) ~ {EIGHT}"), format!("Surv(t, ev) ~ {EIGHT}"));
    for command in ["cox", "factors"] {
        let found = codes(place, &asked(command, &one, &[]));
        assert!(found.contains(&"few_events".to_owned()), "{command}: {found:?}");
    }
    let found = codes(place, &asked("fine-gray", &competing, &[]));
    assert!(found.contains(&"few_events".to_owned()), "{found:?}");
    // A model that predicts is told how few it was made of; one that cannot, why.
    for formula in [&one, &competing] {
        for (command, more) in [
            ("performance", &["--times", "5"][..]),
            ("performance", &["--times", "5", "--against", "x0"]),
            ("risk-groups", &["--groups", "0.2", "--at", "5"]),
        ] {
            let args = asked(command, formula, more);
            let answer = riskset_in(place, &args, "");
            if answer.status == 0 {
                let found = codes(place, &args);
                assert!(found.contains(&"few_events".to_owned()), "{args:?}: {found:?}");
                continue;
            }
            refused(&answer, &["no finite estimate", "for 5 events", "fewer terms"]);
        }
    }
}

#[test]
fn a_marker_with_one_value_is_doubted_beside_others_and_refused_alone() {
    let folder = folder();
    let place = folder.path();
    for (command, formula, more) in [
        ("cox", "Surv(t, e) ~ one + x0", &[][..]),
        ("factors", "Surv(t, e) ~ one + x0", &[]),
        ("elastic-net", "Surv(t, e) ~ one + x0 + x1", &["--folds", "0"]),
        ("fine-gray", "Surv(t, ev) ~ one + x0", &[]),
        ("performance", "Surv(t, e) ~ one + x0", &["--times", "5"]),
        ("performance", "Surv(t, e) ~ one + x0", &["--times", "5", "--against", "x0"]),
        ("performance", "Surv(t, ev) ~ one + x0", &["--times", "5"]),
        ("risk-groups", "Surv(t, ev) ~ one + x0", &["--groups", "0.2", "--at", "5"]),
    ] {
        let found = codes(place, &asked(command, formula, more));
        assert!(found.contains(&"collinear".to_owned()), "{command} {formula}: {found:?}");
    }
    for (command, formula, more) in [
        ("performance", "Surv(t, e) ~ one", &["--times", "5"][..]),
        ("performance", "Surv(t, e) ~ x0", &["--times", "5", "--against", "one"]),
        ("performance", "Surv(t, ev) ~ one", &["--times", "5"]),
        ("risk-groups", "Surv(t, e) ~ one", &["--groups", "0.2", "--at", "5"]),
    ] {
        let answer = riskset_in(place, &asked(command, formula, more), "");
        refused(
            &answer,
            &["predicts the same for everybody", "(one)", "name a column that varies"],
        );
    }
    let curve = riskset_in(place, &asked("cox", "Surv(t, e) ~ rcs(one, 3)", &[]), "");
    refused(&curve, &["needs 3 distinct values", "write one"]);
}

#[test]
fn times_after_the_last_event_and_the_last_patient_are_told_everywhere() {
    let folder = folder();
    let place = folder.path();
    let save = asked("cox", "Surv(t, e) ~ x0", &["--save-model", "cox.json", "--quiet"]);
    assert_eq!(riskset_in(place, &save, "").status, 0);
    let save = asked("fine-gray", "Surv(t, ev) ~ x0", &["--save-model", "fg.json", "--quiet"]);
    assert_eq!(riskset_in(place, &save, "").status, 0);
    let new = ["--predict", "d.csv"];
    // The last event is at 9.75, the last patient left before 32.
    for (time, code) in [("20", "after_last_event"), ("100", "beyond_model")] {
        let mut questions = vec![
            [&asked("cox", "Surv(t, e) ~ x0", &new)[..], &["--times", time]].concat(),
            [&asked("fine-gray", "Surv(t, ev) ~ x0", &new)[..], &["--times", time]].concat(),
            asked("factors", "Surv(t, e) ~ x0", &["--times", time]),
            vec!["predict", "cox.json", "d.csv", "--times", time],
            vec!["predict", "fg.json", "d.csv", "--times", time],
        ];
        let judged = [
            asked("performance", "Surv(t, e) ~ x0", &["--times", time]),
            asked("performance", "Surv(t, e) ~ x0", &["--times", time, "--against", "x1"]),
            asked("performance", "Surv(t, ev) ~ x0", &["--times", time]),
            asked("risk-groups", "Surv(t, e) ~ x0", &["--groups", "0.2", "--at", time]),
            asked("risk-groups", "Surv(t, ev) ~ x0", &["--groups", "0.2", "--at", time]),
        ];
        match time {
            "20" => questions.extend(judged),
            // Nobody was seen there, and a measure needs somebody.
            _ => {
                for args in judged {
                    let answer = riskset_in(place, &args, "");
                    refused(&answer, &["it has no risk by 100", "ask for times up to"]);
                }
            }
        }
        for args in questions {
            let found = codes(place, &args);
            assert!(found.contains(&code.to_owned()), "{args:?}: {found:?}");
        }
    }
}

#[test]
fn a_level_that_the_model_has_not_seen_is_refused_with_what_to_do() {
    let folder = folder();
    let place = folder.path();
    let save = asked("cox", "Surv(t, e) ~ lev", &["--save-model", "cox.json", "--quiet"]);
    assert_eq!(riskset_in(place, &save, "").status, 0);
    let validate = ["--validate", "level.csv", "--times", "5"];
    for args in [
        asked("cox", "Surv(t, e) ~ lev", &["--predict", "level.csv", "--times", "5"]),
        asked("cox", "Surv(t, e) ~ x0 + strata(lev)", &["--predict", "level.csv", "--times", "5"]),
        asked("fine-gray", "Surv(t, ev) ~ lev", &["--predict", "level.csv", "--times", "5"]),
        asked("performance", "Surv(t, e) ~ lev", &validate),
        [&asked("performance", "Surv(t, e) ~ x0", &validate)[..], &["--against", "lev"]].concat(),
        asked("performance", "Surv(t, ev) ~ lev", &validate),
        [&asked("risk-groups", "Surv(t, e) ~ lev", &validate)[..], &["--groups", "0"]].concat(),
        vec!["predict", "cox.json", "level.csv", "--times", "5"],
    ] {
        let answer = riskset_in(place, &args, "");
        let known = "the model knows \"a\", \"b\", \"c\"";
        refused(
            &answer,
            &["row 3", "has \"d\" in", known, "correct the value", "leave such rows out"],
        );
    }
    // A row that is left out before it does not move the place.
    let text = table("d", 1.0).replacen(",0,cens,7,a,", ",,cens,7,a,", 1);
    fs::write(place.join("level.csv"), text).unwrap();
    let left_out = riskset_in(place, &asked("performance", "Surv(t, e) ~ lev", &validate), "");
    refused(&left_out, &["row 3 (line 4)", "has \"d\" in"]);
}

#[test]
fn new_data_in_other_units_are_doubted_everywhere() {
    let folder = folder();
    let place = folder.path();
    let save = asked("cox", "Surv(t, e) ~ x0", &["--save-model", "cox.json", "--quiet"]);
    assert_eq!(riskset_in(place, &save, "").status, 0);
    let save = asked("fine-gray", "Surv(t, ev) ~ x0", &["--save-model", "fg.json", "--quiet"]);
    assert_eq!(riskset_in(place, &save, "").status, 0);
    let predict = ["--predict", "unit.csv", "--times", "5"];
    let validate = ["--validate", "unit.csv", "--times", "5"];
    for args in [
        asked("cox", "Surv(t, e) ~ x0", &predict),
        asked("cox", "Surv(t, e) ~ x0:x1", &predict),
        asked("fine-gray", "Surv(t, ev) ~ x0", &predict),
        asked("performance", "Surv(t, e) ~ x0", &validate),
        asked("performance", "Surv(t, e) ~ log(x0)", &validate),
        asked("performance", "Surv(t, e) ~ rcs(x0, 3)", &validate),
        asked("performance", "Surv(t, e) ~ x0:x1", &validate),
        [&asked("performance", "Surv(t, e) ~ x1", &validate)[..], &["--against", "x0"]].concat(),
        asked("performance", "Surv(t, ev) ~ x0", &validate),
        [&asked("risk-groups", "Surv(t, ev) ~ x0", &validate)[..], &["--groups", "0"]].concat(),
        vec!["predict", "cox.json", "unit.csv", "--times", "5"],
        vec!["predict", "fg.json", "unit.csv", "--times", "5"],
    ] {
        let found = codes(place, &args);
        assert!(found.contains(&"other_units".to_owned()), "{args:?}: {found:?}");
    }
}
