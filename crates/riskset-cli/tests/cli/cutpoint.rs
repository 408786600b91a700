//! `riskset cutpoint`: R's numbers through the command, what is refused or doubted, and a study.

use crate::support::{refused, riskset, riskset_in, run};
use serde_json::Value;
use std::path::Path;

fn golden(name: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../riskset/tests/golden")
        .join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn close(found: &Value, expected: &Value, tolerance: f64) {
    let (found, expected) = (found.as_f64().unwrap(), expected.as_f64().unwrap());
    assert!((found - expected).abs() <= tolerance * expected.abs(), "{found} {expected}");
}

/// The statistic and the P values are coin's (riskset/tests/golden/compare-permutation.R), the hazard
/// ratio is that of survival (compare-cuteffect.R).
#[test]
fn the_command_gives_what_r_gives() {
    let formula = "Surv(time, status == 2) ~ age";
    let answer = riskset(&["cutpoint", "@lung", formula, "--format", "json"]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    let found: Value = serde_json::from_str(&answer.out).unwrap();
    let (coin, effect) = (golden("compare-cutpoint-lung"), &golden("compare-cuteffect")["lung"]);
    close(&found["best"]["cut"], &coin["best"], 1e-12);
    close(&found["p_values"]["joint_normal"], &coin["p_normal"], 1e-9);
    close(&found["p_values"]["bound"], &coin["p_bound"], 1e-8);
    let ratio = effect["planned"][0].as_f64().unwrap().exp();
    close(&found["planned_hazard_ratio"]["estimate"], &Value::from(ratio), 1e-8);
    close(&found["planned_hazard_ratio"]["lower"], &effect["limits"][0], 1e-8);
    close(&found["planned_hazard_ratio"]["upper"], &effect["limits"][1], 1e-8);
    let permuted = found["p_values"]["permutation"].as_f64().unwrap();
    let error = found["p_values"]["permutation_std_error"].as_f64().unwrap();
    assert!((permuted - coin["random"].as_f64().unwrap()).abs() < 4.0 * error + 0.004);
    // Most of an effect that is none is gone in patients who did not choose the cut.
    let left = found["validation"]["hazard_ratio"].as_f64().unwrap().ln();
    assert!(left < 0.5 * ratio.ln(), "{left}");
}

/// Eight patients by all their orders (compare-cutbound.R).
#[test]
fn the_bound_of_hothorn_and_lausen_stands_beside_the_exact_p() {
    let r = &golden("compare-cutbound")["eight"];
    let column = |name: &str, row: usize| r["data"][name][row].to_string();
    let rows: Vec<String> = (0..8)
        .map(|row| format!("{},{},{}", column("time", row), column("event", row), column("x", row)))
        .collect();
    let input = format!("time,event,x\n{}\n", rows.join("\n"));
    let args = ["cutpoint", "-", "Surv(time, event) ~ x", "--folds", "0"];
    let answer = run(&[&args[..], &["--format", "json"]].concat(), &input);
    let found: Value = serde_json::from_str(&answer.out).unwrap();
    close(&found["p_values"]["hothorn_lausen"], &r["bound"], 1e-9);
    close(&found["p_values"]["exact"], &r["p"], 1e-9);
    let text = run(&args, &input).out;
    assert!(text.contains("at most (Hothorn and Lausen, over all orders)"), "{text}");
}

#[test]
fn categories_are_refused_or_doubted() {
    let two = riskset(&["cutpoint", "@lung", "Surv(time, status == 2) ~ sex"]);
    refused(&two, &["`sex` has 2 different values", "use `riskset compare`"]);
    let three = riskset(&["cutpoint", "@lung", "Surv(time, status == 2) ~ pmin(ph.ecog, 2)"]);
    assert_eq!(three.status, 0, "{}", three.err);
    let said = format!("{}{}", three.out, three.err);
    assert!(said.contains("has only 3 different values: these are categories"), "{said}");
    let factor = riskset(&["cutpoint", "@lung", "Surv(time, status == 2) ~ factor(ph.ecog)"]);
    refused(&factor, &["one column of numbers"]);
    let both = riskset(&["cutpoint", "@lung", "Surv(time, status == 2) ~ age + sex"]);
    refused(&both, &["one column of numbers"]);
    let weights = ["cutpoint", "@lung", "Surv(time, status == 2) ~ age", "--weights", "sex"];
    let weighted = riskset(&weights);
    assert_eq!(weighted.status, 2, "the request contradicts itself");
    assert!(weighted.err.contains("takes no case weights"), "{}", weighted.err);
    let late = riskset(&["cutpoint", "@heart", "Surv(start, stop, event) ~ age"]);
    refused(&late, &["enter late"]);
}

const STUDY: &str = r#"
schema = "riskset.study/1"
[study]
title = "Cut-points"
conf_type = "log"
unit = "days"
times = [365]
[data]
file = "patients.csv"
id = "id"
[[endpoint]]
name = "os"
label = "Overall survival"
time = "time"
event = "status == 2"
[[population]]
name = "all"
label = "All patients"
[[cutpoint]]
name = "age-cut"
label = "Age"
population = "all"
endpoint = "os"
column = "age"
column_label = "age (years)"
permutations = 999
"#;

/// A study says that the cut was searched, with the numbers of the command.
#[test]
fn a_study_says_that_the_cut_was_searched() {
    let folder = tempfile::tempdir().unwrap();
    let lung = riskset(&["datasets", "export", "lung"]);
    let numbered: Vec<String> = lung
        .out
        .lines()
        .enumerate()
        .map(|(row, line)| if row == 0 { format!("id,{line}") } else { format!("{row},{line}") })
        .collect();
    std::fs::write(folder.path().join("patients.csv"), numbered.join("\n") + "\n").unwrap();
    std::fs::write(folder.path().join("study.toml"), STUDY).unwrap();
    let run = riskset_in(folder.path(), &["study", "study.toml", "--output", "out"], "");
    assert_eq!(run.status, 0, "{}", run.err);
    let read = |file: &str| std::fs::read_to_string(folder.path().join("out").join(file)).unwrap();
    let text = read("text/results.md");
    assert!(text.contains("was not planned but searched among 24 in 228 patients"), "{text}");
    assert!(text.contains("at 70 (46 patients above, 182 at or below"), "{text}");
    assert!(text.contains("looks like 1.49 and is"), "{text}");
    assert!(read("tables/age-cut.csv").contains("1.49 (1.03"), "{}", read("tables/age-cut.csv"));
    assert!(read("figures/age-cut.svg").contains("Best cut 70"));
}
