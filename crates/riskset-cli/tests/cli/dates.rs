//! Endpoints straight from dates: a rule on the command line of an analysis, and the table of
//! `endpoint`.

use crate::support::{Answer, refused, riskset_in};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The cohort of `tests/files/00_canonical.csv` as a register keeps it: the day of surgery, one day
/// of last contact, and whether the patient was alive then.
fn register(folder: &Path) {
    let cohort = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/files/00_canonical.csv");
    let cohort = fs::read_to_string(cohort).unwrap();
    let german = |day: &str| {
        let parts: Vec<&str> = day.split('-').rev().collect();
        parts.join(".")
    };
    let mut text = "id,arm,age,op,letzter Kontakt,Status\n".to_owned();
    for line in cohort.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let status = if cells[9] == "1" { "tot" } else { "lebt" };
        let (op, last) = (german(cells[5]), german(cells[6]));
        text.push_str(&format!("{},{},{},{op},{last},{status}\n", cells[0], cells[1], cells[3]));
    }
    fs::write(folder.join("register.csv"), text).unwrap();
}

const RULE: [&str; 8] = [
    "--rule",
    "os",
    "--time-zero",
    "op",
    "--last-visit",
    "letzter Kontakt",
    "--dead",
    "Status == tot",
];

fn ask(folder: &Path, command: &[&str], more: &[&str]) -> Answer {
    riskset_in(folder, &[command, &RULE, more].concat(), "")
}

fn json(answer: &Answer) -> Value {
    assert_eq!(answer.status, 0, "{}", answer.err);
    serde_json::from_str(&answer.out).unwrap()
}

/// R 4.2, survival 3.5-3, of the same cohort: medians 1175 and 298 days, log-rank 15.334,
/// coefficients 1.278621 and 0.040042.
#[test]
fn a_register_is_analysed_in_one_command() {
    let folder = tempfile::tempdir().unwrap();
    register(folder.path());
    let km = json(&ask(folder.path(), &["km", "register.csv", "os ~ arm"], &["--format", "json"]));
    let median = |group: usize| km["groups"][group]["median"]["estimate"].as_f64().unwrap();
    assert_eq!((median(0), median(1)), (1175.0, 298.0));
    let statistic = km["tests"][0]["statistic"].as_f64().unwrap();
    assert!((statistic - 15.334).abs() < 5e-4, "{statistic}");
    for left in ["os ~", "Surv(.) ~", "~", "Surv(os_days, os_event) ~"] {
        let formula = format!("{left} arm + age");
        let more = ["--format", "json"];
        let cox = json(&ask(folder.path(), &["cox", "register.csv", &formula], &more));
        let coefficient = |at: usize| cox["coefficients"][at]["estimate"].as_f64().unwrap();
        assert!((coefficient(0) - 1.278621).abs() < 1e-6, "{left}");
        assert!((coefficient(1) - 0.040042).abs() < 1e-6, "{left}");
    }
    for command in ["logrank", "compare", "factors"] {
        let answer = ask(folder.path(), &[command, "register.csv", "os ~ arm"], &[]);
        assert_eq!(answer.status, 0, "{}", answer.err);
        assert!(answer.out.contains("Surv(os_days, os_event) ~ arm"), "{}", answer.out);
    }
    let adjusted = ["adjust", "register.csv", "os ~ arm", "--adjust", "age"];
    assert_eq!(ask(folder.path(), &adjusted, &[]).status, 0);
    let against = ["performance", "register.csv", "os ~ arm + age", "--against", "~ arm"];
    assert_eq!(ask(folder.path(), &against, &["--times", "365"]).status, 0);
}

/// The axis says which endpoint and which unit the rule gives.
#[test]
fn a_figure_names_the_endpoint_and_its_unit() {
    let folder = tempfile::tempdir().unwrap();
    register(folder.path());
    let more = ["--time-unit", "months", "--output", "a.svg"];
    let answer = ask(folder.path(), &["plot", "km", "register.csv", "os ~ arm"], &more);
    assert_eq!(answer.status, 0, "{}", answer.err);
    let answer = riskset_in(folder.path(), &["extract", "a.svg", "--format", "json"], "");
    assert!(answer.out.contains("Overall survival"), "{}", answer.out);
    assert!(answer.out.contains("months"), "{}", answer.out);
}

#[test]
fn an_endpoint_keeps_the_other_columns_and_several_come_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let text = "nr,arm,op,relapse,death,last\n\
                007,a,2020-01-01,2020-02-01,,2020-03-01\n008,\"b, c\",2020-01-01,,2020-01-31,2020-01-31\n";
    fs::write(folder.path().join("d.csv"), text).unwrap();
    let command = [
        "endpoint",
        "d.csv",
        "--id",
        "nr",
        "--rule",
        "dfs,os",
        "--time-zero",
        "op",
        "--relapse",
        "relapse",
        "--ignore",
        "second_primary",
        "--death",
        "death",
        "--last-visit",
        "last",
    ];
    let csv = riskset_in(folder.path(), &[&command[..], &["--format", "csv"]].concat(), "");
    assert_eq!(csv.status, 0, "{}", csv.err);
    let lines: Vec<&str> = csv.out.lines().collect();
    assert!(
        lines[0].starts_with("nr,arm,op,relapse,death,last,dfs_days,dfs_event,dfs_cause,"),
        "{}",
        lines[0]
    );
    assert!(lines[1].starts_with("007,a,2020-01-01,2020-02-01,,2020-03-01,31,1,relapse,"));
    assert!(lines[2].starts_with("008,\"b, c\",2020-01-01,,2020-01-31,2020-01-31,30,1,death,"));
    assert!(lines[1].contains(",60,0,censored,2020-03-01,last,"), "{}", lines[1]);
    let all = json(&riskset_in(folder.path(), &[&command[..], &["--format", "json"]].concat(), ""));
    assert_eq!(all["rule"], "dfs");
    assert_eq!(all["further"][0]["rule"], "os");
    assert_eq!(all["further"][0]["patients"][0]["os_days"], 60.0);
    // What comes out goes in again, as another analysis.
    fs::write(folder.path().join("x.csv"), csv.out).unwrap();
    let again = riskset_in(folder.path(), &["km", "x.csv", "Surv(dfs_days, dfs_event) ~ 1"], "");
    assert_eq!(again.status, 0, "{}", again.err);
    // Asked for again, the derived columns take the place of those in the file, and that is said.
    let again = riskset_in(folder.path(), &[&["endpoint", "x.csv"], &command[2..]].concat(), "");
    assert_eq!(again.status, 0, "{}", again.err);
    let said = format!("{}{}", again.out, again.err);
    assert!(said.contains("the data have `dfs_days`"), "{said}");
}

#[test]
fn what_a_rule_cannot_use_is_refused_with_what_to_say() {
    let folder = tempfile::tempdir().unwrap();
    register(folder.path());
    let none = ask(folder.path(), &["endpoint", "register.csv"], &[]);
    refused(&none, &["no column `patient`", "--id id"]);
    let slip = ["km", "register.csv", "os ~ arm", "--rule", "os", "--time-zero", "op"];
    let status = ["--last-visit", "letzter Kontakt", "--dead", "Status == Tot"];
    refused(
        &riskset_in(folder.path(), &[&slip[..], &status].concat(), ""),
        &["no row has \"Tot\" in `Status`", "\"tot\""],
    );
    let no_death = riskset_in(folder.path(), &[&slip[..], &status[..2]].concat(), "");
    refused(&no_death, &["(`death`)", "(`dead`)"]);
    let two = ["km", "register.csv", "~ arm", "--rule", "os,os"];
    let two = riskset_in(folder.path(), &[&two[..], &RULE[2..]].concat(), "");
    assert_eq!(two.status, 2, "{}", two.err);
    assert!(two.err.contains("does not say which of `os`, `os`"), "{}", two.err);
    let no_rule = ["km", "register.csv", "os ~ arm", "--time-zero", "op"];
    assert_eq!(riskset_in(folder.path(), &no_rule, "").status, 2);
}
