//! A table that counts people, and the conventions of another program.

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

fn read(folder: &tempfile::TempDir, file: &str) -> Vec<u8> {
    std::fs::read(folder.path().join("report").join(file)).unwrap()
}

const COUNTS: &str = "datasets/counts/lung-counts.csv";

fn of_counts(file: u64) -> Value {
    json!({
        "file": file, "rows": "counts",
        "counts": { "events": ["deaths"], "rest": "censored" },
        "endpoints": [{ "label": "Overall survival", "time": "time", "unit": "days",
                        "event": { "column": "event", "is": ["TRUE"] } }],
        "group": { "column": "sex", "order": ["male", "female"], "reference": "male" },
        "covariates": ["ecog"], "times": [180], "known": "before", "table1": ["ecog"],
    })
}

/// The numbers of the counts are those of the patients, in every part that the page shows.
#[test]
fn counts_are_people() {
    let server = Running::start(Limits::default());
    let bytes = repository(COUNTS);
    let file = server.open("lung-counts.csv", &bytes);
    let looked = server.ask("api/look", &json!({ "file": file })).json();
    assert_eq!(looked["roles"]["counts"]["looks"], true);
    assert_eq!(looked["look"]["rows"], 221);
    let counts = json!({ "events": ["deaths"], "rest": "censored", "all": false });
    let looked = server.ask("api/look", &json!({ "file": file, "counts": counts })).json();
    assert_eq!((&looked["look"]["rows"], &looked["rows"]["rows"]), (&json!(228), &json!(221)));
    let bad = json!({ "events": ["time"], "rest": "ecog", "all": false });
    let looked = server.ask("api/look", &json!({ "file": file, "counts": bad })).json();
    let refused = looked["refused"]["what"].as_str().unwrap();
    assert!(refused.contains("is missing, but a count is 0"), "{refused}");

    let plan = of_counts(file);
    let rows = server.ask("api/bundled", &json!({ "name": "@lung" })).json()["file"].clone();
    let of_rows = json!({
        "file": rows,
        "endpoints": [{ "label": "Overall survival", "time": "time", "unit": "days",
                        "event": { "column": "status", "is": ["2"] } }],
        "group": { "column": "sex", "order": ["1", "2"], "labels": ["male", "female"],
                   "reference": "1" },
        "covariates": ["ph.ecog"], "times": [180],
    });
    let names = ["curves", "numbers", "model", "forest", "table1", "teach"];
    let parts = shown(&server, &plan, &names);
    assert!(parts.iter().all(|part| part["problem"].is_null()), "{parts:?}");
    let whole = shown(&server, &of_rows, &["curves", "numbers", "model"]);
    // The curves themselves: times, probabilities and numbers at risk.
    let columns = |part: &Value, name: &str| {
        part["figure"]["curves"][0]["columns"][name].as_array().unwrap().clone()
    };
    for name in ["time", "n_risk", "n_event"] {
        assert_eq!(columns(&parts[0], name), columns(&whole[0], name), "{name}");
    }
    let table = |part: &Value, at: usize| part["answer"]["tables"][at]["rows"].clone();
    let words = |value: &Value| value.to_string().replace("ph.ecog", "ecog");
    let named = words(&table(&whole[2], 0));
    let named = named.replace("\"1\",\"137\"", "\"male\",\"137\"");
    let named = named.replace("\"2\",\"90\"", "\"female\",\"90\"");
    assert_eq!(words(&table(&parts[2], 0)), named);
    assert_eq!(parts[1]["answer"]["n"], 228);
    assert_eq!(
        parts[1]["asked"]["command"],
        "riskset compare lung-counts.csv \"Surv(time, event) ~ sex\" --counts deaths,censored --order \
         male,female --reference male --times 180.0"
    );
    let report = studied(&server, &plan, "lung-counts.csv", &bytes);
    assert!(read(&report, "figures/figure.svg") == take(&server, &plan, "curves", "svg"));
    let results = String::from_utf8(read(&report, "text/results.md")).unwrap();
    assert!(results.contains("228 patients"), "{results}");

    // Everybody of the row instead of the censored, and nobody chosen yet.
    let mut all = plan.clone();
    all["counts"] = json!({ "events": ["deaths"], "rest": "n", "all": true });
    let text = String::from_utf8(bytes).unwrap();
    let total = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let [deaths, censored] = [3, 4].map(|at| cells[at].parse::<u32>().unwrap());
        format!("{},{},{},{deaths},{}\n", cells[0], cells[1], cells[2], deaths + censored)
    };
    let text: String = text.lines().skip(1).map(total).collect();
    let text = format!("time,sex,ecog,deaths,n\n{text}");
    all["file"] = json!(server.open("all.csv", text.as_bytes()));
    let same = shown(&server, &all, &["numbers"]);
    assert_eq!(table(&same[0], 0), table(&parts[1], 0));
    let command = same[0]["asked"]["command"].as_str().unwrap();
    assert!(command.contains("--counts \"deaths,n - deaths\""), "{command}");
    all["counts"]["rest"] = Value::Null;
    let answer = server.ask("api/show", &json!({ "plan": all, "parts": ["numbers"] }));
    assert!(answer.text().contains("was not said yet"), "{}", answer.text());
}

/// Several kinds of events compete, by the names of their columns.
#[test]
fn counts_of_several_events_compete() {
    let server = Running::start(Limits::default());
    let csv =
        "months,arm,relapse,death,alive\n2,new,3,1,0\n4,new,1,0,5\n2,old,2,2,0\n4,old,3,0,3\n";
    let plan = json!({
        "file": server.open("counts.csv", csv.as_bytes()), "rows": "counts",
        "counts": { "events": ["relapse", "death"], "rest": "alive" },
        "endpoints": [{ "label": "Relapse", "time": "months", "unit": "months", "censor": "censored",
                        "event": { "column": "event", "is": ["relapse"] } }],
        "group": { "column": "arm" }, "times": [4], "known": "at",
    });
    let parts = shown(&server, &plan, &["incidence", "numbers"]);
    assert!(parts.iter().all(|part| part["problem"].is_null()), "{parts:?}");
    // By hand: 3 of 10 relapse at 2, and 1 of the 6 that are left at 4.
    assert!(parts[1]["answer"]["tables"].to_string().contains("40.0"), "{}", parts[1]);
    let report = studied(&server, &plan, "counts.csv", csv.as_bytes());
    assert!(read(&report, "figures/incidence.svg") == take(&server, &plan, "incidence", "svg"));
}

/// What a program does otherwise stands in the answer, the command and the study file, which give the
/// same again.
#[test]
fn another_programs_conventions_are_taken_and_listed() {
    let server = Running::start(Limits::default());
    let bytes = repository("datasets/lung.csv");
    let mut plan = json!({
        "file": server.open("lung.csv", &bytes), "match": "sas",
        "endpoints": [{ "label": "Overall survival", "time": "time", "unit": "days",
                        "event": { "column": "status", "is": ["2"] } }],
        "group": { "column": "sex", "order": ["1", "2"], "reference": "1" },
        "covariates": ["age"], "times": [180], "known": "before", "table1": ["age"],
    });
    let parts = shown(&server, &plan, &["curves", "numbers", "model", "table1"]);
    assert!(parts.iter().all(|part| part["problem"].is_null()), "{parts:?}");
    for part in &parts[..2] {
        let answer = if part["figure"].is_null() { &part["answer"] } else { &part["figure"] };
        let said = answer["matching"].to_string();
        assert!(said.contains("conf_type log (R) -> log-log (SAS)"), "{said}");
    }
    assert!(parts[2]["answer"]["matching"].to_string().contains("ties efron (R) -> breslow (SAS)"));
    assert_eq!(
        parts[1]["asked"]["command"],
        "riskset compare lung.csv \"Surv(time, status == 2) ~ sex\" --order 1,2 --reference 1 --match \
         sas --times 180.0"
    );
    let study = String::from_utf8(take(&server, &plan, "study", "toml")).unwrap();
    assert!(study.contains("match = \"sas\"") && !study.contains("conf_type"), "{study}");
    let report = studied(&server, &plan, "lung.csv", &bytes);
    assert!(read(&report, "figures/figure.svg") == take(&server, &plan, "curves", "svg"));
    assert!(read(&report, "figures/forest.svg") == take(&server, &plan, "forest", "svg"));

    // What was chosen wins, and is said.
    plan["conf_type"] = json!("plain");
    let part = &shown(&server, &plan, &["numbers"])[0];
    let said = part["answer"]["matching"].to_string();
    assert!(said.contains("conf_type plain, as asked for"), "{said}");
    let report = studied(&server, &plan, "lung.csv", &bytes);
    assert!(read(&report, "figures/figure.svg") == take(&server, &plan, "curves", "svg"));
}
