//! Adjusted comparisons, and competing events that are dates.

use crate::support::{Running, repository};
use riskset_app::Limits;
use serde_json::{Value, json};

fn parts(server: &Running, plan: &Value, parts: &[&str]) -> Vec<Value> {
    let answer = server.ask("api/show", &json!({ "plan": plan, "parts": parts }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["parts"].as_array().unwrap().clone()
}

fn lung(server: &Running) -> Value {
    let file = server.ask("api/bundled", &json!({ "name": "@lung" })).json()["file"].clone();
    json!({
        "file": file,
        "endpoints": [{ "time": "time", "unit": "days", "event": { "column": "status", "is": ["2"] } }],
        "group": { "column": "sex", "order": ["1", "2"], "labels": ["Men", "Women"] },
        "alike": { "covariates": ["age", "ph.ecog", "wt.loss"] },
        "times": [365], "rmst": 700, "known": "before",
    })
}

/// The numbers are those of the guide's page on `adjust`, which has its own reference tests.
#[test]
fn groups_are_made_alike() {
    let server = Running::start(Limits::default());
    let mut plan = lung(&server);
    let names = ["adjusted", "adjust", "balance"];
    let shown = parts(&server, &plan, &names);
    for (name, part) in names.iter().zip(&shown) {
        assert_eq!((&part["name"], &part["problem"]), (&json!(name), &Value::Null), "{part}");
    }
    assert!(shown[0]["figure"]["caption"].to_string().contains("Weighted to all patients"));
    let numbers = shown[1]["answer"]["tables"].to_string();
    for number in ["20.3 (5.3-35.2)", "20.4 (5.1-35.6)"] {
        assert!(numbers.contains(number), "{number} is not in {numbers}");
    }
    assert_eq!(
        shown[1]["asked"]["command"],
        "riskset adjust @lung \"Surv(time, status == 2) ~ sex\" --order 1,2 --adjust \
         \"age + ph.ecog + wt.loss\" --times 365.0 --rmst 700.0"
    );

    // What was said of weights is said to the request too, which refuses what has no use.
    plan["alike"]["target"] = json!("overlap");
    plan["alike"]["stabilised"] = json!(true);
    plan["alike"]["truncate"] = json!(0.01);
    let request: Value = serde_json::from_str(
        parts(&server, &plan, &["adjust"])[0]["asked"]["text"].as_str().unwrap(),
    )
    .unwrap();
    let told = [&request["target"], &request["stabilised"], &request["truncate"]];
    assert_eq!(told, [&json!("overlap"), &json!(true), &json!(0.01)]);
    plan["alike"]["method"] = json!("standardise");
    let refused = &parts(&server, &plan, &["adjusted"])[0];
    assert!(refused["problem"]["what"].as_str().unwrap().contains("about weights"), "{refused}");

    plan["alike"] = json!({ "covariates": ["age"], "method": "standardise" });
    let shown = parts(&server, &plan, &["adjusted", "balance"]);
    assert!(shown[0]["figure"]["caption"].to_string().contains("Standardised"), "{}", shown[0]);
    assert!(shown[1]["problem"]["what"].as_str().unwrap().contains("no balance"), "{}", shown[1]);
    plan["alike"] = json!({ "covariates": ["sex"] });
    let refused = &parts(&server, &plan, &["adjust"])[0];
    assert!(refused["problem"]["what"].as_str().unwrap().contains("makes the groups"), "{refused}");
}

fn dream(file: u64, dates: &Value) -> Value {
    json!({
        "file": file, "id": "patient", "known": "at", "times": [24],
        "endpoints": [{ "label": "Local relapse", "dates": dates, "compete": true }],
        "only": [{ "column": "survival_set", "is": ["1"] }],
        "group": { "column": "management", "order": ["all removed", "at least one left behind"] },
        "covariates": ["age"], "alike": { "covariates": ["age"] },
    })
}

/// Incidences at 24 months by R's cuminc, in per cent: see `browser/tests/alike.test.js`.
#[test]
fn dates_compete() {
    use riskset_report::study::{StudyOptions, run_study};
    let server = Running::start(Limits::default());
    let bytes = repository("datasets/dream/patients.csv");
    let file = server.open("patients.csv", &bytes);
    let own = json!({
        "name": "own_1", "unit": "months", "time_zero": "surgery_date",
        "events": [{ "column": "local_relapse_date" }],
        "competing": [{ "column": "extrahepatic_progression_date" },
                      { "column": "death_date", "terminal": true }],
        "last_visit": ["last_visit_date"],
    });
    let named = json!({
        "rule": "ttp", "unit": "months", "time_zero": "surgery_date", "death": "death_date",
        "progression": ["local_relapse_date", "extrahepatic_progression_date"],
        "last_visit": ["last_visit_date"],
    });
    for (dates, words) in
        [(&own, ["60.9", "60.2", "Local relapse"]), (&named, ["82.6", "83.0", "progression"])]
    {
        let plan = dream(file, dates);
        let shown = parts(
            &server,
            &plan,
            &["incidence", "numbers", "fine-gray", "teach", "audit", "adjust"],
        );
        // An adjusted comparison is of survival curves.
        assert_eq!(shown.len(), 5, "{shown:?}");
        assert!(shown.iter().all(|part| part["problem"].is_null()), "{shown:?}");
        let numbers = shown[1]["answer"]["tables"].to_string();
        assert!(words.iter().all(|word| numbers.contains(word)), "{words:?} in {numbers}");
        let take = |part: &str, format: &str| {
            let asked = json!({ "plan": plan, "part": part, "format": format });
            let answer = server.ask("api/take", &asked);
            assert_eq!(answer.status, 200, "{part}.{format}: {}", answer.text());
            answer.body
        };
        let folder = tempfile::tempdir().unwrap();
        let study = folder.path().join("study.toml");
        std::fs::write(&study, take("study", "toml")).unwrap();
        std::fs::write(folder.path().join("patients.csv"), &bytes).unwrap();
        let output = folder.path().join("report");
        let options = StudyOptions { output: output.clone(), force: false, dpi: 100 };
        run_study(&study, &options, &|_| {}).unwrap();
        let drawn = std::fs::read(output.join("figures/incidence.svg")).unwrap();
        assert!(drawn == take("incidence", "svg"), "the incidence has other bytes");
        let results = std::fs::read_to_string(output.join("text/results.md")).unwrap();
        assert!(results.contains("Gray"), "{results}");
    }
    // Nothing competes with death.
    let os = json!({
        "rule": "os", "unit": "months", "time_zero": "surgery_date", "death": "death_date",
        "last_visit": ["last_visit_date"],
    });
    let refused = &parts(&server, &dream(file, &os), &["incidence"])[0];
    assert!(
        refused["problem"]["what"].as_str().unwrap().contains("no event competes"),
        "{refused}"
    );
}
