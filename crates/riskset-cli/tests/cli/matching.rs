//! `--match`: another program's defaults, by a command, by its request and in a study.

use crate::support::{misused, riskset, riskset_in};
use serde_json::Value;
use std::fs;

const LUNG: [&str; 3] = ["km", "@lung", "Surv(time, status == 2) ~ sex"];

fn json(args: &[&str]) -> Value {
    let answer = riskset(&[args, &["--format", "json"]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    serde_json::from_str(&answer.out).unwrap()
}

#[test]
fn a_command_takes_the_defaults_and_says_what_moved() {
    let matched = json(&[&LUNG[..], &["--match", "sas"]].concat());
    let by_hand = json(&[&LUNG[..], &["--conf-type", "log-log", "--flat", "ended"]].concat());
    assert_eq!(matched["groups"], by_hand["groups"]);
    assert_eq!(matched["match"]["software"], "sas");
    let moved = &matched["match"]["moved"][0];
    assert_eq!((&moved["option"], &moved["from"]), (&"conf_type".into(), &"log".into()));
    assert_eq!(moved["to"], "log-log");
    assert!(moved["source"].as_str().unwrap().contains("LIFETEST"));
    assert_eq!(by_hand["match"], Value::Null);
    let text = riskset(&[&LUNG[..], &["--match", "sas"]].concat()).out;
    assert!(text.contains("\nconf_type log (R) -> log-log (SAS): limits of S(t)"), "{text}");
}

#[test]
fn what_is_typed_wins_though_it_is_the_default() {
    let typed = ["--match", "sas", "--conf-type", "log"];
    let matched = json(&[&LUNG[..], &typed].concat());
    assert_eq!(matched["groups"][0]["median"], json(&LUNG)["groups"][0]["median"]);
    let kept = &matched["match"]["kept"][0];
    assert_eq!((&kept["option"], &kept["from"]), (&"conf_type".into(), &"log".into()));
}

#[test]
fn the_printed_request_gives_the_same_answer() {
    let folder = tempfile::tempdir().unwrap();
    let args = [&LUNG[..], &["--match", "stata", "--flat", "middle"]].concat();
    let printed = riskset(&[&args[..], &["--print-request"]].concat()).out;
    let request: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!((&request["match"], &request["conf_type"]), (&"stata".into(), &"log-log".into()));
    fs::write(folder.path().join("request.json"), &printed).unwrap();
    let run = riskset_in(folder.path(), &["run", "request.json", "--format", "json"], "");
    assert_eq!(run.out, riskset(&[&args[..], &["--format", "json"]].concat()).out);
}

#[test]
fn a_file_of_a_request_can_be_matched_later() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"{"analysis": "km", "data": "@lung", "formula": "Surv(time, status == 2) ~ sex"}"#;
    fs::write(folder.path().join("request.json"), text).unwrap();
    let args = ["run", "request.json", "--match", "sas", "--format", "json"];
    let run = riskset_in(folder.path(), &args, "");
    let matched: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(matched["match"]["moved"][0]["option"], "conf_type");
}

#[test]
fn where_there_is_nothing_to_match_it_is_refused() {
    misused(&riskset(&["look", "@lung", "--match", "sas"]), &["no convention", "--match"]);
    misused(&riskset(&["datasets", "list", "--match", "sas"]), &["not one request", "--match"]);
    misused(&riskset(&[&LUNG[..], &["--match", "sass"]].concat()), &["sas", "lifelines"]);
}

const STUDY: &str = "\
schema = \"riskset.study/1\"
[study]
title = \"Lung cancer\"
match = \"sas\"
unit = \"days\"
times = [365]
[data]
file = \"@lung\"
[[endpoint]]
name = \"os\"
label = \"Overall survival\"
time = \"time\"
event = \"status == 2\"
[[population]]
name = \"everybody\"
label = \"All patients\"
[[group]]
name = \"sex\"
label = \"Sex\"
variable = \"sex\"
reference = \"men\"
known = \"at\"
levels = [{ name = \"men\", label = \"Men\", value = 1 }, { name = \"women\", label = \"Women\", value = 2 }]
[[comparison]]
name = \"sexes\"
label = \"Men and women\"
population = \"everybody\"
group = \"sex\"
endpoints = [\"os\"]
";

#[test]
fn a_study_follows_the_program_that_it_names() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("study.toml"), STUDY).unwrap();
    let args = ["study", "study.toml", "--output", "report", "--dpi", "50"];
    let answer = riskset_in(folder.path(), &args, "");
    assert_eq!(answer.status, 0, "{}", answer.err);
    let read = |name: &str| fs::read_to_string(folder.path().join("report").join(name)).unwrap();
    let results: Value = serde_json::from_str(&read("results.json")).unwrap();
    assert_eq!(results["settings"]["conf_type"], "log-log");
    assert_eq!(results["match"]["software"], "sas");
    let said = results["match"]["said"].as_array().unwrap();
    assert!(said.iter().any(|one| one.as_str().unwrap().starts_with("ties efron (R) -> breslow")));
    let compared = json(&[
        "compare",
        "@lung",
        "Surv(time, status == 2) ~ sex",
        "--match",
        "sas",
        "--reference",
        "1",
    ]);
    let ratio = &results["numbers"]["sexes.os.women.hr.estimate"]["value"];
    assert_eq!(*ratio, compared["hazard_ratios"][0]["estimate"]);
    let methods = read("text/methods.md");
    assert!(methods.contains("Breslow's method for ties"), "{methods}");
    assert!(methods.contains("the default of SAS was taken"), "{methods}");
    fs::write(folder.path().join("study.toml"), STUDY.replace("\"sas\"", "\"sa\"")).unwrap();
    let refused = riskset_in(folder.path(), &args, "");
    assert!(refused.err.contains("line 4") && refused.err.contains("sas"), "{}", refused.err);
}
