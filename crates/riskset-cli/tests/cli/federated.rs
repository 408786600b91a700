//! Several places: the commands of the guide, run in order in a folder with three hospitals.

use crate::support::{Answer, refused, riskset, riskset_in, words};
use std::fs;
use std::path::Path;

const GUIDE: &str = include_str!("../../../../docs/guide/federated.md");

/// `@lung` at three places, by the institution's number, and the plan of the guide.
pub(crate) fn hospitals() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let exported = riskset(&["datasets", "export", "lung"]);
    assert_eq!(exported.status, 0, "{}", exported.err);
    let mut lines = exported.out.lines();
    let header = lines.next().unwrap();
    let inst = header.split(',').position(|name| name == "inst").unwrap();
    let mut places = vec![format!("{header}\n"); 3];
    for line in lines {
        if let Ok(number) = line.split(',').nth(inst).unwrap().parse::<usize>() {
            places[number % 3].push_str(&format!("{line}\n"));
        }
    }
    for (name, rows) in ["leeds", "utrecht", "osaka"].iter().zip(places) {
        fs::write(folder.path().join(format!("{name}.csv")), rows).unwrap();
    }
    let plan = GUIDE.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    fs::write(folder.path().join("plan.toml"), plan).unwrap();
    folder
}

pub(crate) fn at(folder: &Path, line: &str) -> Answer {
    let words = words(line);
    let args: Vec<&str> = words.iter().map(String::as_str).collect();
    riskset_in(folder, &args, "")
}

/// R: coxph(Surv(time, status == 2) ~ age + sex + strata(inst %% 3), lung).
const AGE: f64 = 0.016138533462611;
const SEX: f64 = -0.515897650568770;

#[test]
fn the_commands_of_the_guide_end_at_the_model_of_all_rows() {
    let folder = hospitals();
    let folder = folder.path();
    let commands =
        GUIDE.lines().filter_map(|line| line.strip_prefix("    riskset ")).collect::<Vec<_>>();
    assert_eq!(commands.len(), 9);
    for command in commands {
        let answer = at(folder, command);
        assert_eq!(answer.status, 0, "{command}\n{}", answer.err);
    }
    for file in ["figure.svg", "figure.pdf", "round-3.json"] {
        assert!(folder.join(file).exists(), "{file}");
    }
    let log = fs::read_to_string(folder.join("audit.txt")).unwrap();
    assert!(log.contains("Leeds, round 1") && log.contains("no identifier"), "{log}");

    let mut round = 3;
    let last = loop {
        let mut files = Vec::new();
        for (name, site) in [("leeds", "Leeds"), ("utrecht", "Utrecht"), ("osaka", "Osaka")] {
            let file = format!("{name}-{round}.json");
            let line = format!(
                "share plan.toml {name}.csv --site {site} --round round-{round}.json --output {file}"
            );
            assert_eq!(at(folder, &line).status, 0);
            files.push(file);
        }
        let answer = at(
            folder,
            &format!(
                "pool plan.toml {} --round round-{round}.json --next round-{}.json --format json",
                files.join(" "),
                round + 1
            ),
        );
        assert_eq!(answer.status, 0, "{}", answer.err);
        let document: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
        if document["another_round"] == false {
            break document;
        }
        round += 1;
        assert!(round < 8);
    };
    let model = &last["questions"][0];
    assert_eq!(model["name"], "model");
    for (column, expected) in [AGE, SEX].into_iter().enumerate() {
        let estimate = model["cox"]["coefficients"][column]["estimate"].as_f64().unwrap();
        assert!((estimate - expected).abs() < 1e-10, "{estimate} {expected}");
    }
    assert_eq!((&model["cox"]["n"], &model["cox"]["events"]), (&227.into(), &164.into()));
}

#[test]
fn times_that_were_moved_are_a_doubt() {
    let folder = hospitals();
    let folder = folder.path();
    for (name, site) in [("leeds", "Leeds"), ("utrecht", "Utrecht"), ("osaka", "Osaka")] {
        let line = format!("share plan.toml {name}.csv --site {site} --output {name}-1.json");
        assert_eq!(at(folder, &line).status, 0);
    }
    let pool = "pool plan.toml leeds-1.json utrecht-1.json osaka-1.json --format json";
    let answer = at(folder, pool);
    let document: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    let warning = &document["warnings"][0];
    assert_eq!((&warning["code"], &warning["about"]), (&"times_moved".into(), &"survival".into()));
    assert!(answer.err.contains("--next FILE") && answer.err.contains("--figures FOLDER"));
    let csv = at(folder, &pool.replace("json --format json", "json --format csv"));
    assert!(csv.out.starts_with("table,"), "{}", csv.out);
    // Every question with its curve is in it, under its name.
    let curve =
        csv.out.lines().filter(|line| line.contains(".curve,") && line.contains(",survival,"));
    assert!(curve.count() > 10, "{}", csv.out);
}

#[test]
fn what_cannot_be_pooled_is_refused_and_writes_nothing() {
    let folder = hospitals();
    let folder = folder.path();
    let share = at(folder, "share plan.toml leeds.csv --site Leeds --output leeds-1.json");
    assert_eq!(share.status, 0, "{}", share.err);
    refused(&at(folder, "pool plan.toml leeds-1.json"), &["1 places answered", "asks for 3"]);
    fs::write(folder.join("broken.json"), "{\"schema\": \"riskset.share/1\"").unwrap();
    let broken = at(folder, "pool plan.toml leeds-1.json broken.json");
    refused(&broken, &["broken.json", "cannot be read"]);
    // The whole plan's data at one place, where one group is small.
    let plan = fs::read_to_string(folder.join("plan.toml")).unwrap();
    fs::write(folder.join("fine.toml"), plan.replace("~ sex", "~ factor(inst)")).unwrap();
    let small = at(folder, "share fine.toml leeds.csv --site Leeds --output small.json");
    refused(
        &small,
        &["question survival", "factor(inst)=6 has 2 censored", "may leave this place"],
    );
    assert!(!folder.join("small.json").exists());
    // A log that is the answer's own file.
    let one = at(folder, "share plan.toml leeds.csv --site Leeds --output a.json --log a.json");
    assert_eq!(one.status, 2);
}
