//! Curves of a covariate through the commands: figures, factors, forests, studies, what is refused. The
//! numbers are compared with R in tests/reference (`cox-curve-*`).

use crate::support::{refused, riskset, riskset_in};
use serde_json::Value;

fn json(args: &[&str]) -> Value {
    let answer = riskset(&[args, &["--format", "json"]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    serde_json::from_str(&answer.out).unwrap()
}

const RCS: &str = "Surv(time, status == 2) ~ rcs(age, 4) + edema";

/// At the reference the ratio is 1 and has no width; another reference moves all by one factor.
#[test]
fn a_reference_divides_the_curve() {
    let at = |reference: &str, place: usize| -> f64 {
        let found = json(&["cox", "@pbc", RCS, "--reference-values", reference]);
        found["curves"][0]["courses"][0]["at"][place]["estimate"].as_f64().unwrap()
    };
    let moved = (at("age=40", 0) / at("age=60", 0)) / (at("age=40", 3) / at("age=60", 3));
    assert!((moved - 1.0).abs() < 1e-10, "{moved}");
    let found = json(&["cox", "@pbc", RCS]);
    let own = &found["curves"][0]["courses"][0]["at"][2];
    assert_eq!(own["value"], found["curves"][0]["reference"]);
    assert_eq!((own["estimate"].as_f64(), own["std_error"].as_f64()), (Some(1.0), Some(0.0)));
    assert_eq!((own["lower"].as_f64(), own["upper"].as_f64()), (Some(1.0), Some(1.0)));
}

/// The text tells the curve, its knots and both tests.
#[test]
fn the_text_tells_the_curve() {
    let out = riskset(&["cox", "@pbc", RCS]).out;
    for part in [
        "Hazard ratio over age, against 51",
        "Joint Wald test of rcs(age, 4)",
        "Wald test that rcs(age, 4) is a straight line",
        "Knots of rcs(age, 4): 33.84, 46.26, 55, 67.92",
    ] {
        assert!(out.contains(part), "{part}\n{out}");
    }
}

/// In `fine-gray` the same columns go into another likelihood.
#[test]
fn fine_gray_has_curves_too() {
    let formula = "Surv(etime, event) ~ rcs(age, 3)";
    let asked = ["--cause", "pcm", "--censor", "censor"];
    let found = json(&[&["fine-gray", "@mgus2", formula][..], &asked].concat());
    assert_eq!(found["curves"][0]["knots"].as_array().unwrap().len(), 3);
    assert_eq!(found["curves"][0]["nonlinearity"]["df"], 1.0);
    let ratio = &found["curves"][0]["courses"][0]["at"][4];
    let b: Vec<f64> =
        (0..2).map(|place| found["coefficients"][place]["estimate"].as_f64().unwrap()).collect();
    // Written out: the spline with three knots at the value and at the median.
    let knots: Vec<f64> = found["curves"][0]["knots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|k| k.as_f64().unwrap())
        .collect();
    let cube = |x: f64| x.max(0.0).powi(3);
    let column = |x: f64| {
        let (t1, t2, t3) = (knots[0], knots[1], knots[2]);
        let sum = cube(x - t1) - cube(x - t2) * (t3 - t1) / (t3 - t2)
            + cube(x - t3) * (t2 - t1) / (t3 - t2);
        sum / (t3 - t1).powi(2)
    };
    let (x, r) =
        (ratio["value"].as_f64().unwrap(), found["curves"][0]["reference"].as_f64().unwrap());
    let log = b[0] * (x - r) + b[1] * (column(x) - column(r));
    assert!((ratio["estimate"].as_f64().unwrap() - log.exp()).abs() < 1e-9);
}

/// One line for a curve: the quartiles of its covariate, in `factors`, in a forest and in a study.
#[test]
fn tables_compare_the_quartiles() {
    let curve = json(&["factors", "@pbc", RCS]);
    let line = &curve["factors"][0]["levels"][0];
    assert_eq!(line["level"], "age, 58.24 against 42.83");
    let cox = json(&["cox", "@pbc", RCS, "--reference-values", "age=42.832306639288"]);
    let at = &cox["curves"][0]["courses"][0]["at"][3];
    let difference =
        line["multivariable"]["estimate"].as_f64().unwrap() - at["estimate"].as_f64().unwrap();
    assert!(difference.abs() < 1e-6, "{difference}");
    let folder = tempfile::tempdir().unwrap();
    let answer = riskset_in(
        folder.path(),
        &["plot", "forest", "@pbc", RCS, "--output", "forest.svg", "--rename", "age=Age"],
        "",
    );
    assert_eq!(answer.status, 0, "{}", answer.err);
    let figure = std::fs::read_to_string(folder.path().join("forest.svg")).unwrap();
    assert!(figure.contains("Age, 58.24 against 42.83"));
}

/// A panel for each curve, a line for each level of what it interacts with.
#[test]
fn curves_are_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let draw = |formula: &str| {
        let args = ["plot", "effect", "@pbc", formula, "--output", "curve.svg"];
        let answer = riskset_in(folder.path(), &args, "");
        assert_eq!(answer.status, 0, "{}", answer.err);
        std::fs::read_to_string(folder.path().join("curve.svg")).unwrap()
    };
    let one = draw(RCS);
    assert!(one.contains("Hazard ratio (1 at 51)"), "{one}");
    let two = draw("Surv(time, status == 2) ~ rcs(age, 3)*sex");
    assert!(two.contains(">f<") && two.contains(">m<"));
}

/// A product of a curve and a factor of three levels is the same whichever is typed first.
#[test]
fn the_order_of_a_product_changes_no_curve() {
    let courses = |product: &str| {
        let found = json(&["cox", "@pbc", &format!("Surv(time, status == 2) ~ {product}")]);
        let courses = found["curves"][0]["courses"].as_array().unwrap().clone();
        let of = |course: &Value| -> Vec<f64> {
            let at = course["at"].as_array().unwrap();
            at.iter().map(|at| at["estimate"].as_f64().unwrap()).collect()
        };
        courses.iter().map(of).collect::<Vec<_>>()
    };
    let (one, other) = (courses("rcs(age, 3)*factor(edema)"), courses("factor(edema)*rcs(age, 3)"));
    assert_eq!((one.len(), other.len()), (3, 3));
    assert!((one[0][0] / one[1][0] - 1.0).abs() > 0.01, "the levels differ: {one:?}");
    for (one, other) in one.concat().iter().zip(other.concat()) {
        assert!((one / other - 1.0).abs() < 1e-8, "{one} and {other}");
    }
}

#[test]
fn what_has_no_curve_is_refused() {
    let cox = |formula: &str, more: &[&str], parts: &[&str]| {
        refused(&riskset(&[&["cox", "@lung", formula][..], more].concat()), parts);
    };
    let rcs = "Surv(time, status == 2) ~ rcs(age, 4)";
    cox(rcs, &["--reference-values", "age=200"], &["lies where no row is", "39 to 82"]);
    cox(rcs, &["--reference-values", "sex=1"], &["of which the model has no curve"]);
    cox("Surv(time, status == 2) ~ rcs(sex, 3)", &[], &["needs 3 distinct values", "has 2"]);
    cox("Surv(time, status == 2) ~ age + rcs(age, 4)", &[], &["beside `age`", "keep one"]);
    refused(&riskset(&["km", "@lung", rcs]), &["makes no groups", "cut(age"]);
    let drawn = ["plot", "effect", "@lung", "Surv(time, status == 2) ~ age", "--output", "a.svg"];
    let answer = riskset(&drawn);
    assert_eq!(answer.status, 2);
    assert!(answer.err.contains("no effect that changes") && answer.err.contains("rcs(x, 4)"));
    // Few events for five coefficients.
    let formula = "Surv(time, status == 2) ~ rcs(age, 4) + wt.loss";
    let answer = riskset(&["cox", "@lung", formula, "--subset", "time < 150", "--format", "json"]);
    assert!(answer.out.contains("few_events"), "{} {}", answer.out, answer.err);
}

const STUDY: &str = r#"
schema = "riskset.study/1"
[study]
title = "Primary biliary cholangitis"
conf_type = "log-log"
times = [1000]
[data]
file = "pbc.csv"
id = "id"
[[endpoint]]
name = "death"
label = "Death"
abbreviation = "death"
origin = "registration"
time = "time"
event = "status == 2"
[[population]]
name = "everybody"
label = "All patients"
[[model]]
name = "bent"
label = "A curve of age"
population = "everybody"
endpoint = "death"
terms = "rcs(age, 4) + edema"
[[model]]
name = "shared"
label = "A penalised curve"
population = "everybody"
endpoint = "death"
terms = "pspline(age, df = 3) + edema + frailty(stage)"
"#;

/// A study tells a curve by its quartiles, says so in Methods, and a frailty with its variance.
#[test]
fn a_study_tells_its_curves() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let answer = riskset_in(folder.path(), args, "");
        assert_eq!(answer.status, 0, "{}", answer.err);
    };
    run(&["datasets", "export", "pbc", "--output", "pbc.csv"]);
    std::fs::write(folder.path().join("study.toml"), STUDY).unwrap();
    run(&["study", "study.toml", "--output", "report"]);
    let read =
        |name: &str| std::fs::read_to_string(folder.path().join("report").join(name)).unwrap();
    let methods = read("text/methods.md");
    for part in [
        "age as a restricted cubic spline with 4 knots at Harrell's quantiles",
        "age as a penalised spline with 3 effective degrees of freedom",
        "rows with the same stage share a gamma frailty",
    ] {
        assert!(methods.to_lowercase().contains(&part.to_lowercase()), "{part}\n{methods}");
    }
    let results = read("results.json");
    for key in ["straight.p_value", "shared.frailty.variance"] {
        assert!(results.contains(key), "{key}");
    }
    let tables: String = std::fs::read_dir(folder.path().join("report/tables"))
        .unwrap()
        .filter_map(|entry| std::fs::read_to_string(entry.unwrap().path()).ok())
        .collect();
    assert!(tables.contains("age, 58.24 against 42.83"), "{tables}");
    assert!(tables.contains("share a gamma frailty"), "{tables}");
}
