//! Simulated patients: the commands of the guide, and what they cannot do.

use crate::support::{Answer, misused, refused, riskset_in, words};
use std::fs;
use std::path::Path;

const GUIDE: &str = include_str!("../../../../docs/guide/simulate.md");

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let model = GUIDE.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    fs::write(folder.path().join("model.toml"), model).unwrap();
    folder
}

fn at(folder: &Path, line: &str) -> Answer {
    let words = words(line);
    let args: Vec<&str> = words.iter().map(String::as_str).collect();
    riskset_in(folder, &args, "")
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_commands_of_the_guide_run_and_the_intervals_hold_the_truth() {
    let folder = folder();
    let folder = folder.path();
    let commands: Vec<&str> =
        GUIDE.lines().filter_map(|line| line.strip_prefix("    riskset ")).collect();
    assert_eq!(commands.len(), 4);
    for command in &commands {
        let answer = at(folder, command);
        assert_eq!(answer.status, 0, "{command}\n{}", answer.err);
    }
    let table = fs::read_to_string(folder.join("patients.csv")).unwrap();
    assert_eq!(table.lines().next(), Some("id,time,event,group"));
    assert_eq!(table.lines().count(), 101);
    // S(12) of the controls: exp(-log 2 (12/18)^1.2).
    let truth = json(&fs::read_to_string(folder.join("truth.json")).unwrap());
    let survival = truth["groups"][0]["survival"][0].as_f64().unwrap();
    assert!((survival - (-(2f64.ln()) * (12.0f64 / 18.0).powf(1.2)).exp()).abs() < 1e-12);

    let answer = json(&at(folder, &format!("{} --format json", commands[3])).out);
    let measures = answer["repeated"]["measures"].as_array().unwrap();
    assert_eq!(measures.len(), 10);
    for measure in measures.iter().filter(|measure| measure["coverage"].is_number()) {
        // 200 tables: 95% give or take four Monte Carlo errors, and some for small samples.
        let coverage = measure["coverage"].as_f64().unwrap();
        assert!((0.86..=1.0).contains(&coverage), "{measure}");
        let (bias, error) = (measure["bias"].as_f64().unwrap(), measure["bias_error"].as_f64());
        assert!(bias.abs() < 4.5 * error.unwrap() + 0.02 * measure["truth"].as_f64().unwrap());
    }
    // The same by a request, and on one thread.
    let again = at(folder, &format!("{} --format json --threads 1", commands[3]));
    assert_eq!(json(&again.out), answer);
}

#[test]
fn a_hazard_ratio_is_found_without_bias_and_a_null_is_kept() {
    let folder = folder();
    let folder = folder.path();
    let null = fs::read_to_string(folder.join("model.toml")).unwrap();
    fs::write(folder.join("null.toml"), null.replace("hazard_ratio = 0.5", "hazard_ratio = 1"))
        .unwrap();
    assert_eq!(at(folder, "simulate model.toml --output p.csv").status, 0);
    let ask =
        "cox p.csv 'Surv(time, event == \"event\") ~ group' --print-request --output cox.json";
    assert_eq!(at(folder, ask).status, 0);
    let measure = |model: &str| {
        let line = format!("simulate {model} --repeat 400 --ask cox.json --format json");
        json(&at(folder, &line).out)["repeated"]["measures"][0].clone()
    };
    let effect = measure("model.toml");
    assert_eq!(effect["name"], "log hazard ratio, grouptreated");
    let (bias, error) = (effect["bias"].as_f64().unwrap(), effect["bias_error"].as_f64().unwrap());
    assert!(bias.abs() < 4.0 * error, "{effect}");
    assert!(effect["rejected"].as_f64().unwrap() > 0.7, "{effect}");
    let null = measure("null.toml");
    assert!((null["rejected"].as_f64().unwrap() - 0.05).abs() < 0.045, "{null}");
}

/// Without a difference every test keeps its level, and an adjusted difference holds the truth of 0 that
/// the crude one misses when a covariate differs between the groups.
#[test]
fn tests_and_adjusted_comparisons_are_asked_of_many_tables() {
    let folder = folder();
    let folder = folder.path();
    let null = fs::read_to_string(folder.join("model.toml")).unwrap();
    let null = null.replace("hazard_ratio = 0.5", "hazard_ratio = 1");
    let confounder = "[[covariate]]\nname = \"x\"\nkind = \"normal\"\nmean = [0, 1]\nsd = 1\nhazard_ratio = 2\n\n[censoring]";
    fs::write(folder.join("null.toml"), &null).unwrap();
    fs::write(folder.join("confounded.toml"), null.replace("[censoring]", confounder)).unwrap();
    assert_eq!(at(folder, "simulate confounded.toml --output p.csv").status, 0);
    let formula = "p.csv 'Surv(time, event == \"event\") ~ group' --rmst 12 --print-request";
    let compare = format!(
        "compare {formula} --permutation 99 --max-combo --average --periods 6 --output c.json"
    );
    assert_eq!(at(folder, &compare).status, 0);
    let adjust = format!("adjust {formula} --adjust x --times 6 --output a.json");
    assert_eq!(at(folder, &adjust).status, 0);
    let measures = |model: &str, ask: &str| {
        let line = format!("simulate {model} --repeat 100 --ask {ask} --format json");
        json(&at(folder, &line).out)["repeated"]["measures"].as_array().unwrap().clone()
    };
    let tests = measures("null.toml", "c.json");
    let names: Vec<&str> = tests.iter().map(|one| one["name"].as_str().unwrap()).collect();
    let expected = [
        "log-rank test",
        "permutation test",
        "MaxCombo",
        "hazard ratio, Wald",
        "average hazard ratio",
        "hazard ratios equal in all periods",
        "difference of restricted means",
    ];
    assert_eq!(names, expected);
    for one in &tests {
        assert!((one["rejected"].as_f64().unwrap() - 0.05).abs() < 0.09, "{one}");
    }
    let found = measures("confounded.toml", "a.json");
    let coverage = |name: &str| {
        let one = found.iter().find(|one| one["name"] == name).unwrap();
        assert_eq!(one["truth"], 0.0);
        one["coverage"].as_f64().unwrap()
    };
    let (crude, adjusted) = (
        coverage("difference of survival at 6, crude"),
        coverage("difference of survival at 6, adjusted"),
    );
    assert!(crude < 0.75 && adjusted > 0.85, "{crude} {adjusted}");
}

#[test]
fn what_cannot_be_simulated_or_asked_is_refused() {
    let folder = folder();
    let folder = folder.path();
    fs::write(folder.join("wrong.toml"), "title = \"x\"\nn = 10\nunit = \"months\"\nsede = 1\n")
        .unwrap();
    refused(&at(folder, "simulate wrong.toml"), &["sede"]);
    fs::write(folder.join("ask.json"), "{\"analysis\": \"power-npv\", \"p0\": 0.8, \"p1\": 0.9}")
        .unwrap();
    let asked = at(folder, "simulate model.toml --repeat 10 --ask ask.json");
    assert_eq!(asked.status, 2, "{}", asked.err);
    assert!(asked.err.contains("not compared with a truth"), "{}", asked.err);
    assert_eq!(at(folder, "simulate model.toml --repeat 10").status, 2);
    assert_eq!(at(folder, "simulate model.toml --truth a.json --output a.json").status, 2);
    // A formula that the tables do not have is a refusal of every table, and is said.
    let ask =
        "km model.toml 'Surv(time, event == \"event\") ~ arm' --print-request --output km.json";
    assert_eq!(at(folder, ask).status, 0);
    let none = at(folder, "simulate model.toml --repeat 5 --ask km.json");
    assert!(none.out.contains("5 of 5 tables could not be analysed"), "{}{}", none.out, none.err);
}

/// Lesions of a patient share a risk of variance 1, so that S(12) = 1 / (1 + H(12)), H(12) = 12 log(2) / 20.
#[test]
fn proportions_of_lesions_are_asked_of_many_tables() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let model = include_str!("../../../../docs/coverage/lesions.toml");
    fs::write(folder.join("lesions.toml"), model).unwrap();
    let command = |line: &str| {
        let answer = at(folder, line);
        assert_eq!(answer.status, 0, "{line}: {}", answer.err);
        answer.out
    };
    command("simulate lesions.toml --output lesions.csv");
    command("npv lesions.csv 'time > 12 ~ 1' --cluster cluster --print-request --output ask.json");
    let many = "simulate lesions.toml --n 200 --seed 1 --repeat 300 --ask ask.json --format json";
    let answer = json(&command(many));
    let measure = &answer["repeated"]["measures"][0];
    let truth = 1.0 / (1.0 + 12.0 * 2f64.ln() / 20.0);
    assert!((measure["truth"].as_f64().unwrap() - truth).abs() < 1e-12, "{measure}");
    let (bias, error) = (measure["bias"].as_f64().unwrap(), measure["bias_error"].as_f64());
    assert!(bias.abs() < 4.0 * error.unwrap(), "{measure}");
    // 67 patients: 95% give or take four Monte Carlo errors of 300 tables.
    assert!((0.90..=1.0).contains(&measure["coverage"].as_f64().unwrap()), "{measure}");

    fs::write(
        folder.join("cut.toml"),
        format!("{model}\n[censoring]\naccrual = 6\nfollow_up = 6\n"),
    )
    .unwrap();
    let cut = "simulate cut.toml --repeat 10 --ask ask.json";
    misused(&at(folder, cut), &["censored before 12"]);
    command(
        "npv lesions.csv 'event == \"event\" ~ 1' --cluster cluster --print-request --output other.json",
    );
    let other = "simulate lesions.toml --repeat 10 --ask other.json";
    misused(&at(folder, other), &["is not known", "time > 12 ~ 1"]);
}
