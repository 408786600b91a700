//! Further analyses of what is chosen, and models of sampled patients.

use crate::support::{Running, repository};
use riskset_app::Limits;
use riskset_report::study::{StudyOptions, run_study};
use serde_json::{Value, json};

fn shown(server: &Running, plan: &Value, parts: &[&str]) -> Vec<Value> {
    let answer = server.ask("api/show", &json!({ "plan": plan, "parts": parts }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["parts"].as_array().unwrap().clone()
}

fn take(server: &Running, plan: &Value, part: &str, format: &str) -> Vec<u8> {
    let asked = json!({ "plan": plan, "part": part, "format": format });
    let answer = server.ask("api/take", &asked);
    assert_eq!(answer.status, 200, "{part}.{format}: {}", answer.text());
    answer.body
}

/// Runs the study file of a plan beside its data, and gives the folder of the report.
fn studied(server: &Running, plan: &Value, name: &str, bytes: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let study = folder.path().join("study.toml");
    std::fs::write(&study, take(server, plan, "study", "toml")).unwrap();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    let output = folder.path().join("report");
    let options = StudyOptions { output, force: false, dpi: 100 };
    run_study(&study, &options, &|_| {}).unwrap();
    folder
}

fn command(part: &Value) -> &str {
    part["asked"]["command"].as_str().unwrap_or_else(|| panic!("{part}"))
}

fn veteran(file: u64) -> Value {
    json!({
        "file": file,
        "endpoints": [{ "label": "Overall survival", "time": "time", "unit": "days",
                        "event": { "column": "status", "is": ["1"] } }],
        "group": { "column": "trt", "order": ["1", "2"], "labels": ["Standard", "Test"] },
        "covariates": ["karno", "age"], "known": "before", "times": [90, 180],
        "further": {
            "tests": { "test": "peto-peto" }, "hazards": {}, "loglog": {}, "followup": {},
            "difference": {}, "cutpoint": { "column": "karno", "permutations": 99, "folds": 0 }, "proportional": {}, "residuals": {},
            "factors": { "same_rows": true }, "nomogram": {},
            "performance": { "against": ["age"], "thresholds": [0.3, 0.5], "times": [90] },
            "risk-groups": { "groups": [0.5], "at": 90 },
        },
    })
}

/// Every topic is asked of the same endpoint, and its requests, commands and study agree.
#[test]
fn what_is_chosen_is_asked_of_further_analyses() {
    let server = Running::start(Limits::default());
    let bytes = repository("datasets/veteran.csv");
    let plan = veteran(server.open("veteran.csv", &bytes));
    let topics = server.get("api/start").json()["topics"].clone();
    let kinds: Vec<String> = topics
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|topic| serde_json::from_value::<Vec<String>>(topic["kinds"].clone()).unwrap())
        .collect();
    assert_eq!(kinds.len(), 16);
    let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
    let parts = shown(&server, &plan, &kinds);
    assert_eq!(parts.len(), kinds.len());
    for (kind, part) in kinds.iter().zip(&parts) {
        assert_eq!((&part["name"], &part["problem"]), (&json!(kind), &Value::Null), "{part}");
        assert_eq!(part["figure"].is_null(), !kind.starts_with("plot-"), "{kind}");
        assert!(!command(part).starts_with("riskset run"), "{}", command(part));
    }
    let of = |kind: &str| command(&parts[kinds.iter().position(|own| *own == kind).unwrap()]);
    assert_eq!(
        of("logrank"),
        "riskset logrank veteran.csv \"Surv(time, status == 1) ~ trt\" --order 1,2 --test peto-peto"
    );
    assert_eq!(
        of("performance"),
        "riskset performance veteran.csv 'Surv(time, status == 1) ~ factor(trt, levels = c(\"1\", \"2\")) + \
         karno + age' --times 90.0 --against age --thresholds 0.3,0.5"
    );
    assert!(
        of("risk-groups").ends_with("--groups 0.5 --at 90.0 --times 90.0,180.0"),
        "{}",
        of("risk-groups")
    );
    assert!(of("plot-cutpoint").contains("Surv(time, status == 1) ~ karno"));

    let report = studied(&server, &plan, "veteran.csv", &bytes);
    for kind in kinds.iter().filter(|kind| kind.starts_with("plot-")) {
        let file = report.path().join(format!("report/figures/{kind}.svg"));
        assert!(std::fs::read(&file).unwrap() == take(&server, &plan, kind, "svg"), "{kind}");
    }
    for kind in ["logrank", "performance", "risk-groups", "factors", "cutpoint"] {
        let file = report.path().join(format!("report/tables/{kind}.md"));
        assert!(file.is_file(), "{kind}");
        assert!(take(&server, &plan, kind, "docx").starts_with(b"PK"), "{kind}");
    }
}

/// Where events compete, predictions are of the incidence, and what is of survival curves is not asked.
#[test]
fn predictions_of_incidences_have_their_cause() {
    let server = Running::start(Limits::default());
    let file = server.ask("api/bundled", &json!({ "name": "@mgus2" })).json()["file"].clone();
    let plan = json!({
        "file": file,
        "endpoints": [{ "label": "Progression", "time": "etime", "unit": "months", "censor": "censor",
                        "event": { "column": "event", "is": ["pcm"] } }],
        "covariates": ["age", "mspike"],
        "further": { "performance": { "times": [120], "incidence_model": "fine-gray" },
                     "proportional": {} },
    });
    let parts = shown(&server, &plan, &["performance", "plot-performance", "plot-schoenfeld"]);
    assert_eq!(parts.len(), 2, "{parts:?}");
    assert!(parts.iter().all(|part| part["problem"].is_null()), "{parts:?}");
    assert_eq!(
        command(&parts[0]),
        "riskset performance @mgus2 \"Surv(etime, event) ~ age + mspike\" --cause pcm --censor censor \
         --incidence-model fine-gray --times 120.0"
    );
}

/// A sample gives its model, as it was drawn, and no curve.
#[test]
fn samples_have_their_models() {
    let server = Running::start(Limits::default());
    let bytes = repository("datasets/retinopathy.csv");
    let mut plan = json!({
        "file": server.open("retinopathy.csv", &bytes),
        "endpoints": [{ "event": { "column": "status", "is": ["1"] } }],
        "covariates": ["trt"], "sampled": { "drawn": "matched", "sets": "id" },
        "group": Value::Null, "known": "at",
    });
    let part = &shown(&server, &plan, &["sampled"])[0];
    assert_eq!(command(part), "riskset clogit retinopathy.csv \"status == 1 ~ trt + strata(id)\"");
    // Of 79 pairs that differ the treated eye is the case in 16: the odds are 16/63 = 0.25.
    assert!(part["answer"]["tables"].to_string().contains("0.25 (0.15-0.44)"), "{part}");
    let report = studied(&server, &plan, "retinopathy.csv", &bytes);
    assert!(report.path().join("report/tables/model.md").is_file());
    plan["sampled"]["sets"] = Value::Null;
    let part = &shown(&server, &plan, &["sampled"])[0];
    assert!(part["problem"]["what"].to_string().contains("matched sets was not said"), "{part}");

    let file = server.ask("api/bundled", &json!({ "name": "@nwtco" })).json()["file"].clone();
    let plan = json!({
        "file": file,
        "endpoints": [{ "time": "edrel", "event": { "column": "rel", "is": ["1"] } }],
        "covariates": ["age"], "sampled": {
            "drawn": "case-cohort", "method": "self-prentice",
            "subcohort": { "column": "in.subcohort", "is": ["TRUE"] },
        },
    });
    let part = &shown(&server, &plan, &["sampled"])[0];
    assert!(part["problem"].is_null(), "{part}");
    assert_eq!(
        command(part),
        "riskset case-cohort @nwtco \"Surv(edrel, rel == 1) ~ age\" --subcohort in.subcohort --method \
         self-prentice"
    );
}
