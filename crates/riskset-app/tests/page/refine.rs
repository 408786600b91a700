//! What refines a curve: competing events, Table 1, and a reading that somebody does not wait for.

use crate::support::{Running, repository};
use riskset_app::Limits;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Progression of a monoclonal gammopathy by sex, with death as the other end.
fn gammopathy(file: &Value) -> Value {
    json!({
        "file": file,
        "endpoints": [{ "label": "Progression", "time": "etime", "unit": "months", "censor": "censor",
                        "event": { "column": "event", "is": ["pcm"] } }],
        "group": { "column": "sex", "order": ["F", "M"], "labels": ["Women", "Men"] },
        "covariates": ["age"], "times": [120], "known": "at", "table1": ["age", "hgb"],
    })
}

fn shown(server: &Running, plan: &Value, parts: &[&str]) -> Vec<Value> {
    let answer = server.ask("api/show", &json!({ "plan": plan, "parts": parts }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["parts"].as_array().unwrap().clone()
}

/// The numbers are those of R's cuminc and crr, as the guide's pages of `cif` and `fine-gray` have them.
#[test]
fn incidences_stand_beside_a_cause_that_was_chosen() {
    let server = Running::start(Limits::default());
    let file = server.ask("api/bundled", &json!({ "name": "@mgus2" })).json()["file"].clone();
    let plan = gammopathy(&file);
    let names = ["incidence", "numbers", "model", "fine-gray", "forest", "teach"];
    let parts = shown(&server, &plan, &names);
    let words: Vec<String> = parts.iter().map(Value::to_string).collect();
    for (name, part) in names.iter().zip(&parts) {
        assert_eq!((&part["name"], &part["problem"]), (&json!(name), &Value::Null), "{part}");
    }
    let figure = &parts[0]["figure"];
    assert!(figure["svg"].as_str().unwrap().contains("Gray"), "{figure}");
    assert_eq!(figure["axes"].as_array().unwrap().len(), 1);
    assert!(figure["curves"][0]["columns"]["cause"].is_array(), "{}", figure["curves"]);
    // Incidence of progression at ten years, and Gray's test of both causes.
    for number in ["7.4 (5.6-9.8)", "5.5 (4.1-7.5)", "48.0 (44.1-52.3)", "11.65", "1.19", "0.27"] {
        assert!(words[1].contains(number), "{number} is not in {}", words[1]);
    }
    for number in ["0.983 (0.972-0.994)", "0.77 (0.54-1.11)"] {
        assert!(words[3].contains(number), "{number} is not in {}", words[3]);
    }
    assert!(words[5].contains("S(t-)"), "{}", words[5]);
    let command = |part: &Value| part["asked"]["command"].as_str().unwrap().to_owned();
    assert_eq!(
        command(&parts[1]),
        "riskset cif @mgus2 \"Surv(etime, event) ~ sex\" --order F,M --cause pcm --censor censor --gray \
         --times 120.0"
    );
    assert!(command(&parts[0]).starts_with("riskset plot cif @mgus2"), "{}", command(&parts[0]));
    assert!(command(&parts[3]).starts_with("riskset fine-gray @mgus2"), "{}", command(&parts[3]));

    // A survival curve is not asked for where every endpoint has competing events.
    let curves = &shown(&server, &plan, &["curves"])[0];
    assert!(curves["problem"]["remedy"].as_str().unwrap().contains("incidences"), "{curves}");
    let mut two = plan.clone();
    two["endpoints"][0]["event"]["is"] = json!(["pcm", "death"]);
    let refused = &shown(&server, &two, &["incidence"])[0];
    assert!(refused["problem"]["what"].as_str().unwrap().contains("of one"), "{refused}");
    two["endpoints"][0]["event"]["is"] = json!(["censor"]);
    let refused = &shown(&server, &two, &["numbers"])[0];
    assert!(refused["problem"]["what"].as_str().unwrap().contains("as well"), "{refused}");
}

/// The study file of the page has the figure's bytes, the competing event and Table 1.
#[test]
fn the_study_of_competing_events_gives_the_bytes_of_the_page() {
    use riskset_report::study::{StudyOptions, run_study};
    let server = Running::start(Limits::default());
    let bytes = repository("datasets/mgus2.csv");
    let plan = gammopathy(&json!(server.open("mgus2.csv", &bytes)));
    let take = |part: &str, format: &str| {
        let asked = json!({ "plan": plan, "part": part, "format": format });
        let answer = server.ask("api/take", &asked);
        assert_eq!(answer.status, 200, "{part}.{format}: {}", answer.text());
        answer
    };
    let folder = tempfile::tempdir().unwrap();
    let study = folder.path().join("study.toml");
    std::fs::write(&study, take("study", "toml").body).unwrap();
    std::fs::write(folder.path().join("mgus2.csv"), &bytes).unwrap();
    let output = folder.path().join("report");
    let options = StudyOptions { output: output.clone(), force: false, dpi: 100 };
    run_study(&study, &options, &|_| {}).unwrap();
    let read = |file: &str| std::fs::read(output.join(file)).unwrap();
    assert!(read("figures/incidence.svg") == take("incidence", "svg").body);
    assert!(read("tables/table-1.csv") == take("table1", "csv").body);
    let results = String::from_utf8(read("text/results.md")).unwrap();
    assert!(results.contains("Gray"), "{results}");
    let table = &shown(&server, &plan, &["table1"])[0];
    assert!(table["answer"]["tables"][0].to_string().contains("Women"), "{table}");
    assert!(take("table1", "docx").body.starts_with(b"PK"));
    assert!(take("fine-gray", "docx").body.starts_with(b"PK"));
}

#[test]
fn table_1_says_what_it_needs() {
    let server = Running::start(Limits::default());
    let file = server.ask("api/bundled", &json!({ "name": "@mgus2" })).json()["file"].clone();
    let mut plan = gammopathy(&file);
    plan["known"] = Value::Null;
    let part = &shown(&server, &plan, &["table1"])[0];
    assert!(part["problem"]["what"].as_str().unwrap().contains("is known"), "{part}");
}

#[test]
fn a_reading_ends_when_the_file_is_let_go() {
    let server = Running::start(Limits::default());
    let mut bytes = b"time,event,arm,note\n".to_vec();
    while bytes.len() < 120 << 20 {
        bytes.extend_from_slice(b"123.5,1,A,what else the centre has recorded of this patient\n");
    }
    let file = server.open("large.csv", &bytes);
    let status = std::thread::scope(|scope| {
        let looking = scope.spawn(|| server.ask("api/look", &json!({ "file": file })));
        let start = Instant::now();
        while server.get(&format!("api/progress/{file}")).json()["done"] == 0 {
            assert!(start.elapsed() < Duration::from_secs(60), "the reading never began");
            std::thread::sleep(Duration::from_millis(1));
        }
        let path = server.path(&format!("api/files/{file}"));
        let origin = format!("http://{}", server.host());
        let lines = [("Host", server.host()), ("Origin", origin.as_str())];
        assert_eq!(server.raw("DELETE", &path, &lines, b"").status, 200);
        let looked = looking.join().unwrap();
        assert!(looked.text().contains("the reading was stopped"), "{}", looked.text());
        looked.status
    });
    assert_eq!(status, 422);
    assert_eq!(server.ask("api/look", &json!({ "file": file })).status, 422);
}
