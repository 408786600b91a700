//! The same question by every route: the commands, the figures, a study and a request file give one
//! verdict and one set of digits.

use crate::support::{Answer, riskset_in};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// What a route says of the hazard ratio of the second group against the first.
#[derive(Clone, Debug, PartialEq)]
enum Verdict {
    /// The hazard ratio and its limits, as written with three decimals.
    Estimate(String, String, String),
    NotEstimable,
    Refused,
}

fn verdict(estimate: &Value, lower: &Value, upper: &Value) -> Verdict {
    let digits = |value: &Value| value.as_f64().map_or("null".into(), |v| format!("{v:.3}"));
    match estimate.as_f64() {
        Some(_) => Verdict::Estimate(digits(estimate), digits(lower), digits(upper)),
        None => Verdict::NotEstimable,
    }
}

fn json(answer: &Answer) -> Option<Value> {
    (answer.status == 0).then(|| serde_json::from_str(&answer.out).unwrap())
}

fn cox(folder: &Path, formula: &str) -> Verdict {
    let answer = riskset_in(folder, &["cox", "d.csv", formula, "--format", "json"], "");
    let Some(document) = json(&answer) else { return Verdict::Refused };
    let ratio = &document["coefficients"][0]["hazard_ratio"];
    verdict(&ratio["estimate"], &ratio["lower"], &ratio["upper"])
}

fn compare(folder: &Path, formula: &str) -> Verdict {
    let answer = riskset_in(folder, &["compare", "d.csv", formula, "--format", "json"], "");
    let Some(document) = json(&answer) else { return Verdict::Refused };
    let ratio = &document["hazard_ratios"][0];
    verdict(&ratio["estimate"], &ratio["lower"], &ratio["upper"])
}

fn request_file(folder: &Path, formula: &str) -> Verdict {
    let printed = riskset_in(folder, &["compare", "d.csv", formula, "--print-request"], "");
    fs::write(folder.join("r.json"), printed.out).unwrap();
    let answer = riskset_in(folder, &["run", "r.json", "--format", "json"], "");
    let Some(document) = json(&answer) else { return Verdict::Refused };
    let ratio = &document["hazard_ratios"][0];
    verdict(&ratio["estimate"], &ratio["lower"], &ratio["upper"])
}

fn forest(folder: &Path, formula: &str) -> Verdict {
    let args = ["plot", "forest", "d.csv", formula, "--output", "f.svg"];
    let answer = riskset_in(folder, &args, "");
    match answer.status {
        0 => {}
        // An axis without an effect is not drawn; the reason is the same verdict.
        _ if answer.err.contains("no effect is estimable") => return Verdict::NotEstimable,
        _ => return Verdict::Refused,
    }
    let table = json(&riskset_in(folder, &["extract", "f.svg"], "")).unwrap();
    let columns = table["tables"][0]["columns"].as_array().unwrap();
    let last = |name: &str| {
        let column = columns.iter().find(|column| column["name"] == name).unwrap();
        column["values"].as_array().unwrap().last().unwrap().clone()
    };
    verdict(&last("estimate"), &last("lower"), &last("upper"))
}

/// The annotation of a figure is words with two decimals: what it says is held against the others.
fn annotated(folder: &Path, formula: &str) -> Option<String> {
    let args = ["plot", "km", "d.csv", formula, "--annotate", "hr", "--output", "k.svg"];
    if riskset_in(folder, &args, "").status != 0 {
        return None;
    }
    let svg = fs::read_to_string(folder.join("k.svg")).unwrap();
    let (_, drawn) = svg.split_once("</metadata>").unwrap_or(("", &svg));
    Some(drawn.to_owned())
}

/// A study of the same table.
fn study(folder: &Path) -> Verdict {
    let text = r#"schema = "riskset.study/1"

[study]
title = "Routes"
conf_type = "log"
level = 0.95
unit = "months"
times = [6]

[data]
file = "d.csv"
id = "id"

[[population]]
name = "all"
label = "All"

[[endpoint]]
name = "os"
label = "Overall survival"
time = "t"
event = "e"

[[group]]
name = "arm"
label = "Arm"
variable = "g"
reference = "a"
known = "before"
levels = [{ name = "a", label = "A" }, { name = "b", label = "B" }]

[[comparison]]
name = "arms"
label = "Arms"
population = "all"
group = "arm"
endpoints = ["os"]
"#;
    fs::write(folder.join("study.toml"), text).unwrap();
    let args = ["study", "study.toml", "--output", "report", "--dpi", "50"];
    let answer = riskset_in(folder, &args, "");
    if answer.status != 0 {
        return Verdict::Refused;
    }
    let results = fs::read_to_string(folder.join("report/results.json")).unwrap();
    let results: Value = serde_json::from_str(&results).unwrap();
    fs::remove_dir_all(folder.join("report")).unwrap();
    let number = |name: &str| results["numbers"][format!("arms.os.b.hr.{name}")]["value"].clone();
    verdict(&number("estimate"), &number("lower"), &number("upper"))
}

/// A table of its own folder: identifier, time, event, group, stratum.
fn table(rows: &[(f64, u8, &str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut csv = String::from("id,t,e,g,s\n");
    for (row, (time, event, group, stratum)) in rows.iter().enumerate() {
        csv.push_str(&format!("p{row},{time},{event},{group},{stratum}\n"));
    }
    fs::write(folder.path().join("d.csv"), csv).unwrap();
    folder
}

/// Every route that can be asked says the same; a study and an annotation have no strata.
fn agree(rows: &[(f64, u8, &str, &str)], formula: &str, expected: &Verdict) {
    let folder = table(rows);
    let path = folder.path();
    assert_eq!(&cox(path, formula), expected, "cox");
    assert_eq!(&compare(path, formula), expected, "compare");
    assert_eq!(&request_file(path, formula), expected, "run");
    assert_eq!(&forest(path, formula), expected, "forest");
    if !formula.contains("strata") {
        assert_eq!(&study(path), expected, "study");
    }
    let drawn = annotated(path, formula);
    match expected {
        Verdict::Estimate(estimate, ..) => {
            let two = format!("{:.2}", estimate.parse::<f64>().unwrap());
            assert!(drawn.unwrap().contains(&two), "the figure does not say {two}");
        }
        Verdict::NotEstimable => {
            let drawn = drawn.unwrap();
            assert!(drawn.contains("not estimable"), "the figure does not say it");
        }
        Verdict::Refused => assert_eq!(drawn, None),
    }
}

const PLAIN: [(f64, u8, &str, &str); 12] = [
    (1.0, 1, "a", "x"),
    (2.0, 1, "b", "x"),
    (3.0, 0, "a", "y"),
    (4.0, 1, "b", "y"),
    (5.0, 1, "a", "x"),
    (6.0, 1, "b", "x"),
    (7.0, 0, "b", "y"),
    (8.0, 1, "a", "y"),
    (9.0, 1, "a", "x"),
    (10.0, 0, "b", "x"),
    (11.0, 1, "a", "y"),
    (12.0, 1, "b", "y"),
];

const FORMULA: &str = "Surv(t, e) ~ g";

/// The routes agree with each other and, by `cox`, with the reference cases.
#[test]
fn an_ordinary_comparison() {
    let folder = table(&PLAIN);
    let expected = cox(folder.path(), FORMULA);
    assert!(matches!(expected, Verdict::Estimate(..)), "{expected:?}");
    agree(&PLAIN, FORMULA, &expected);
}

#[test]
fn strata_are_honoured_by_every_route() {
    let folder = table(&PLAIN);
    let (plain, formula) = (cox(folder.path(), FORMULA), "Surv(t, e) ~ g + strata(s)");
    let expected = cox(folder.path(), formula);
    assert_ne!(plain, expected);
    agree(&PLAIN, formula, &expected);
}

/// The one that printed 1615474842.85 on a figure, NE in a study and a warning in `cox`.
#[test]
fn no_event_in_one_group_is_not_estimable() {
    let rows: Vec<_> =
        PLAIN.iter().map(|&(t, e, g, s)| (t, if g == "b" { 0 } else { e }, g, s)).collect();
    agree(&rows, FORMULA, &Verdict::NotEstimable);
}

#[test]
fn one_event_is_one_verdict() {
    let rows: Vec<_> = PLAIN.iter().map(|&(t, _, g, s)| (t, u8::from(t == 5.0), g, s)).collect();
    let expected = cox(table(&rows).path(), FORMULA);
    agree(&rows, FORMULA, &expected);
}

/// A measured number with words among it is neither groups nor a covariate, by any route.
#[test]
fn text_among_numbers_is_refused_by_every_route() {
    let ages = ["61", "unknown", "58", "70", "66", "49", "55", "72", "63", "60", "51", "68"];
    let rows: Vec<_> = PLAIN.iter().zip(ages).map(|(&(t, e, _, s), age)| (t, e, age, s)).collect();
    let folder = table(&rows);
    for verdict in [
        cox(folder.path(), FORMULA),
        compare(folder.path(), FORMULA),
        request_file(folder.path(), FORMULA),
        forest(folder.path(), FORMULA),
    ] {
        assert_eq!(verdict, Verdict::Refused);
    }
    assert_eq!(annotated(folder.path(), FORMULA), None);
}

/// A constant column has nothing to compare, and nobody makes up a number.
#[test]
fn a_constant_group_is_refused_by_every_route() {
    let rows: Vec<_> = PLAIN.iter().map(|&(t, e, _, s)| (t, e, "a", s)).collect();
    let folder = table(&rows);
    for verdict in [
        cox(folder.path(), FORMULA),
        compare(folder.path(), FORMULA),
        forest(folder.path(), FORMULA),
        study(folder.path()),
    ] {
        assert_eq!(verdict, Verdict::Refused);
    }
    assert_eq!(annotated(folder.path(), FORMULA), None);
}

/// The effect within each level of `s`, which the figure of subgroups has in its table: on a table of one
/// level that is the effect of all.
#[test]
fn subgroups_say_what_the_model_says() {
    for (no_event, level) in [(false, "x"), (true, "x")] {
        let all = PLAIN.iter().filter(|row| row.3 == level);
        let rows: Vec<_> =
            all.map(|&(t, e, g, s)| (t, if no_event && g == "b" { 0 } else { e }, g, s)).collect();
        let expected = cox(table(&rows).path(), FORMULA);
        // The same patients among others, told apart by the subgroup.
        let mut among = rows;
        among.extend(PLAIN.iter().filter(|row| row.3 != level));
        let folder = table(&among);
        let args = ["plot", "subgroups", "d.csv", FORMULA, "--by", "s", "--output", "s.svg"];
        let answer = riskset_in(folder.path(), &args, "");
        assert_eq!(answer.status, 0, "{}", answer.err);
        let carried = json(&riskset_in(folder.path(), &["extract", "s.svg"], "")).unwrap();
        let columns = carried["tables"][0]["columns"].as_array().unwrap();
        let values = |name: &str| {
            let column = columns.iter().find(|column| column["name"] == name).unwrap();
            column["values"].as_array().unwrap().clone()
        };
        let (estimate, lower, upper) = (values("estimate"), values("lower"), values("upper"));
        let found: Vec<Verdict> = (0..estimate.len())
            .map(|row| verdict(&estimate[row], &lower[row], &upper[row]))
            .collect();
        assert!(found.contains(&expected), "{expected:?} is not among {found:?}");
    }
}

/// Weights that are no counts of patients make robust errors, by every route that takes weights.
#[test]
fn fractional_weights_are_one_verdict() {
    let folder = table(&PLAIN);
    let csv = fs::read_to_string(folder.path().join("d.csv")).unwrap();
    let weighted = csv.lines().enumerate().map(|(row, line)| match row {
        0 => format!("{line},w\n"),
        row => format!("{line},{}\n", 0.5 + 0.25 * (row % 5) as f64),
    });
    fs::write(folder.path().join("d.csv"), weighted.collect::<String>()).unwrap();
    let ask = |command: &[&str]| {
        let args = [command, &["d.csv", FORMULA, "--weights", "w"][..]].concat();
        riskset_in(folder.path(), &args, "")
    };
    let ratio = |document: &Value, list: &str| {
        let entry = &document[list][0];
        let ratio = entry.get("hazard_ratio").unwrap_or(entry);
        verdict(&ratio["estimate"], &ratio["lower"], &ratio["upper"])
    };
    let expected = json(&ask(&["cox", "--format", "json"])).map(|d| ratio(&d, "coefficients"));
    assert!(matches!(expected, Some(Verdict::Estimate(..))), "{expected:?}");
    let compared = json(&ask(&["compare", "--format", "json"])).map(|d| ratio(&d, "hazard_ratios"));
    // The log-rank test of a comparison has no variance with such weights, so that it may be refused.
    assert!(compared.is_none() || compared == expected, "{compared:?} and {expected:?}");
    let printed = ask(&["cox", "--print-request"]);
    fs::write(folder.path().join("r.json"), printed.out).unwrap();
    let run = riskset_in(folder.path(), &["run", "r.json", "--format", "json"], "");
    assert_eq!(json(&run).map(|document| ratio(&document, "coefficients")), expected);
    let drawn = ask(&["plot", "forest", "--output", "f.svg"]);
    assert_eq!(drawn.status, 0, "{}", drawn.err);
    let carried = json(&riskset_in(folder.path(), &["extract", "f.svg"], "")).unwrap();
    let columns = carried["tables"][0]["columns"].as_array().unwrap();
    let last = |name: &str| {
        let column = columns.iter().find(|column| column["name"] == name).unwrap();
        column["values"].as_array().unwrap().last().unwrap().clone()
    };
    let forest = verdict(&last("estimate"), &last("lower"), &last("upper"));
    assert_eq!(Some(forest), expected);
}

/// A covariate that is the same for everybody is said by other columns, and never a number.
#[test]
fn a_constant_covariate_is_one_verdict() {
    let folder = table(&PLAIN);
    let csv = fs::read_to_string(folder.path().join("d.csv")).unwrap();
    let constant = csv.lines().enumerate().map(|(row, line)| match row {
        0 => format!("{line},k\n"),
        _ => format!("{line},7\n"),
    });
    fs::write(folder.path().join("d.csv"), constant.collect::<String>()).unwrap();
    let formula = "Surv(t, e) ~ g + k";
    let direct = riskset_in(folder.path(), &["cox", "d.csv", formula, "--format", "json"], "");
    let printed = riskset_in(folder.path(), &["cox", "d.csv", formula, "--print-request"], "");
    fs::write(folder.path().join("r.json"), printed.out).unwrap();
    let run = riskset_in(folder.path(), &["run", "r.json", "--format", "json"], "");
    assert_eq!((direct.status, &direct.out), (run.status, &run.out));
    let args = ["plot", "forest", "d.csv", formula, "--output", "f.svg"];
    let drawn = riskset_in(folder.path(), &args, "");
    match json(&direct) {
        Some(document) => {
            let ratio = &document["coefficients"][1]["hazard_ratio"];
            assert!(ratio.is_null() || ratio["estimate"].is_null(), "{ratio}");
            assert!(document["coefficients"][0]["hazard_ratio"]["estimate"].is_number());
        }
        None => assert_ne!(drawn.status, 0, "the figure draws what the model refuses"),
    }
}

/// The doubts of one question are the same codes by every command that answers it.
#[test]
fn a_doubt_is_said_by_every_command() {
    let rows: Vec<_> =
        PLAIN.iter().map(|&(t, e, g, s)| (t, if g == "b" { 0 } else { e }, g, s)).collect();
    let folder = table(&rows);
    let codes = |command: &str| -> Vec<String> {
        let answer =
            riskset_in(folder.path(), &[command, "d.csv", FORMULA, "--format", "json"], "");
        let document = json(&answer).unwrap();
        let warnings = document["warnings"].as_array().unwrap().iter();
        warnings.map(|warning| warning["code"].as_str().unwrap().to_owned()).collect()
    };
    for command in ["cox", "compare"] {
        assert!(codes(command).contains(&"infinite_coefficient".to_owned()), "{command}");
    }
    let args = ["plot", "km", "d.csv", FORMULA, "--annotate", "hr", "--output", "k.svg"];
    let drawn = riskset_in(folder.path(), &args, "");
    assert!(drawn.err.contains("rises without end"), "{}", drawn.err);
}
