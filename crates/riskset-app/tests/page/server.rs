//! The server as a browser, and as an attacker, meets it: over the socket.

use crate::support::{Answer, Running, repository};
use riskset_app::Limits;
use serde_json::json;
use std::io::Write;
use std::net::TcpStream;

#[test]
fn the_page_answers_itself_alone() {
    let server = Running::start(Limits::default());
    let host = server.host().to_owned();
    let page = server.get("");
    assert_eq!(page.status, 200);
    for line in [
        "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'",
        "frame-ancestors 'none'",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "cache-control: no-store",
    ] {
        assert!(page.head.contains(line), "{line} is not in {}", page.head);
    }
    assert!(!page.head.contains("unsafe") && !page.head.contains("access-control"));

    let own = ("Host", host.as_str());
    let path = server.path("api/start");
    let refused = |method: &str, path: &str, lines: &[(&str, &str)]| {
        let answer = server.raw(method, path, lines, b"{}");
        assert_eq!(answer.status, 403, "{method} {path} {lines:?}");
        assert!(answer.head.contains("content-security-policy"));
    };
    refused("GET", "/", &[own]);
    refused("GET", "/api/start", &[own]);
    refused("GET", &path.replacen('/', "/0", 1), &[own]);
    refused("GET", &path, &[("Host", "rebound.example")]);
    refused("GET", &path, &[own, ("Origin", "http://elsewhere.example")]);
    refused("GET", &path, &[own, ("Sec-Fetch-Site", "cross-site")]);
    refused("POST", &server.path("api/quit"), &[own]);
    refused("POST", &server.path("api/quit"), &[own, ("Origin", "null")]);
    // The port of another server of this computer is another origin.
    refused("POST", &server.path("api/quit"), &[own, ("Origin", "http://127.0.0.1:1")]);
    assert_eq!(server.get("api/alive").status, 200, "nothing of that ended it");
}

#[test]
fn no_file_of_the_computer_is_read_by_its_name() {
    let server = Running::start(Limits::default());
    for path in ["../Cargo.toml", "..%2fCargo.toml", "%2e%2e/%2e%2e/etc/passwd", "etc/passwd"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    for name in ["/etc/passwd", "Cargo.toml", "-", "@nothing"] {
        let answer = server.ask("api/bundled", &json!({ "name": name }));
        assert_eq!(answer.status, 422, "{name}");
    }
    // An upload that is called like a file is its own bytes.
    let file = server.open("%2Fetc%2Fpasswd", b"time,event\n1,1\n2,0\n");
    let look = server.ask("api/look", &json!({ "file": file })).json();
    assert_eq!((&look["name"], &look["look"]["rows"]), (&json!("passwd"), &json!(2)));
    // A profile of the page is one by its name: a file is not read.
    let plan = json!({
        "file": file,
        "endpoints": [{ "time": "time", "event": { "column": "event", "is": ["1"] } }],
        "look": { "theme": "/etc/hostname.toml" },
    });
    let shown = server.ask("api/show", &json!({ "plan": plan, "parts": ["curves"] })).json();
    assert!(shown["parts"][0]["problem"]["what"].is_string(), "{shown}");
}

/// From the dates of the table to the figure and the numbers in print, through the page's own way.
#[test]
fn the_figure_of_the_dream_study_from_its_dates() {
    let server = Running::start(Limits::default());
    let file = server.open("patients.csv", &repository("datasets/dream/patients.csv"));
    let look = server.ask("api/look", &json!({ "file": file })).json();
    let roles = &look["roles"];
    let rule = |name: &str| {
        json!({
            "rule": name, "unit": "months", "time_zero": roles["time_zero"],
            "death": roles["death"], "last_visit": roles["last_visit"],
        })
    };
    let mut dfs = rule("dfs");
    dfs["relapse"] = roles["relapse"].clone();
    dfs["ignore"] = json!(["second_primary"]);
    let plan = json!({
        "file": file,
        "id": roles["id"],
        "endpoints": [
            { "label": "Disease-free survival", "dates": dfs },
            { "label": "Overall survival", "dates": rule("os") },
        ],
        "only": [{ "column": "survival_set", "is": ["1"] }],
        "group": { "column": "management", "order": ["all removed", "at least one left behind"],
                   "reference": "at least one left behind" },
        "conf_type": "log-log",
    });
    let asked = json!({ "plan": plan, "parts": ["curves", "numbers", "audit"] });
    let shown = server.ask("api/show", &asked).json();
    let parts = shown["parts"].as_array().unwrap();
    assert_eq!(parts.len(), 5, "one figure, and numbers and dates of two endpoints");
    assert!(parts.iter().all(|part| part["problem"].is_null()), "{shown}");
    let figure = &parts[0]["figure"];
    assert!(figure["svg"].as_str().unwrap().contains("Disease-free survival"));
    assert_eq!(figure["axes"].as_array().unwrap().len(), 2);
    // In print (Kataoka and others 2025): medians of disease-free survival in months, and the hazard
    // ratios of all removed against at least one left behind; a log-log scale, as the study has it.
    let dfs = parts[1]["answer"]["tables"][0].to_string();
    for printed in ["11.4 (6.4-18.8)", "7.6 (5.7-12.1)", "0.92 (0.48-1.77)"] {
        assert!(dfs.contains(printed), "{printed} is not in {dfs}");
    }
    let os = parts[2]["answer"]["tables"][0].to_string();
    assert!(os.contains("0.80 (0.21-3.08)"), "{os}");
    assert_eq!(parts[3]["answer"]["n"], 92, "every patient of the survival set has a time");

    // The file is the same request's answer, to the byte.
    let request = parts[0]["asked"]["text"].as_str().unwrap();
    let taken = server.ask("api/take", &json!({ "plan": plan, "part": "curves", "format": "svg" }));
    let bytes = repository("datasets/dream/patients.csv");
    let (told, progress) = Default::default();
    let table =
        riskset_data::Table::from_bytes(&bytes, "patients.csv", None, &told, &progress).unwrap();
    let request = riskset_analysis::Request::from_json(request).unwrap();
    let data = riskset_analysis::Data::table(table, "patients.csv");
    let riskset_analysis::Answer::Figure(answer) = riskset_analysis::run(&request, &data).unwrap()
    else {
        panic!("a figure was asked for")
    };
    assert_eq!(taken.text(), answer.figure.svg());
    for (format, start) in [("pdf", &b"%PDF"[..]), ("png", b"\x89PNG"), ("tiff", b"II")] {
        let asked = json!({ "plan": plan, "part": "curves", "format": format });
        let file = server.ask("api/take", &asked);
        assert!(file.body.starts_with(start), "{format}");
        assert!(file.head.contains(&format!("filename=\"figure.{format}\"")), "{}", file.head);
    }
    let word =
        server.ask("api/take", &json!({ "plan": plan, "part": "numbers", "format": "docx" }));
    assert!(word.body.starts_with(b"PK"));
}

/// What was clicked, as a study file: its figures have the bytes of the page's.
#[test]
fn the_study_file_gives_the_bytes_of_the_page() {
    use riskset_report::study::{StudyOptions, run_study};
    let server = Running::start(Limits::default());
    let bytes = repository("datasets/dream/patients.csv");
    let file = server.open("patients.csv", &bytes);
    let dates = json!({
        "rule": "dfs", "unit": "months", "time_zero": "surgery_date", "death": "death_date",
        "relapse": ["local_relapse_date", "extrahepatic_progression_date"],
        "last_visit": ["last_visit_date"], "ignore": ["second_primary"],
    });
    let by_rule = json!({
        "file": file, "id": "patient", "known": "at", "table1": ["age", "sex"],
        "endpoints": [{ "label": "Disease-free survival", "dates": dates }],
        "only": [{ "column": "survival_set", "is": ["1"] }],
        "group": { "column": "management", "order": ["all removed", "at least one left behind"],
                   "labels": ["All", "Not all"], "reference": "at least one left behind" },
        "covariates": ["age"], "conf_type": "log-log", "look": { "theme": "jama", "width": 120 },
    });
    let by_time = json!({
        "file": file, "unit": "months",
        "endpoints": [{ "label": "Survival", "time": "os_days", "unit": "days",
                        "event": { "column": "os_event", "is": ["1"] } }],
        "group": { "column": "sex", "off": [] }, "subset": "os_days > 0",
    });
    for plan in [by_rule, by_time] {
        let take = |part: &str, format: &str| {
            let answer =
                server.ask("api/take", &json!({ "plan": plan, "part": part, "format": format }));
            assert_eq!(answer.status, 200, "{}", answer.text());
            answer
        };
        let folder = tempfile::tempdir().unwrap();
        let study = folder.path().join("study.toml");
        std::fs::write(&study, take("study", "toml").body).unwrap();
        std::fs::write(folder.path().join("patients.csv"), &bytes).unwrap();
        let output = folder.path().join("report");
        let options = StudyOptions { output: output.clone(), force: false, dpi: 100 };
        run_study(&study, &options, &|_| {}).unwrap();
        for format in ["svg", "pdf"] {
            let own = std::fs::read(output.join(format!("figures/figure.{format}"))).unwrap();
            assert!(own == take("curves", format).body, "the {format} has other bytes");
        }
        let forest = output.join("figures/forest.svg");
        assert_eq!(forest.exists(), plan["covariates"].is_array());
        if forest.exists() {
            assert_eq!(std::fs::read(forest).unwrap(), take("forest", "svg").body);
            assert!(output.join("tables/table-1.docx").exists());
            assert!(output.join("text/results.md").exists());
        }
        let report = take("report", "zip");
        assert!(report.body.starts_with(b"PK") && report.text().contains("report/report.html"));
    }
}

/// What is switched off is left out of every number; with one group left there is nothing to compare.
#[test]
fn groups_are_switched_off() {
    let server = Running::start(Limits::default());
    let file = server.ask("api/bundled", &json!({ "name": "@veteran" })).json()["file"].clone();
    let parts = |off: &[&str]| {
        let plan = json!({
            "file": file,
            "endpoints": [{ "time": "time", "event": { "column": "status", "is": ["1"] } }],
            "group": { "column": "celltype", "off": off,
                       "order": ["squamous", "smallcell", "adeno", "large"] },
        });
        let asked = json!({ "plan": plan, "parts": ["curves", "numbers"] });
        let shown = server.ask("api/show", &asked).json();
        let parts = shown["parts"].as_array().unwrap().clone();
        assert!(parts.iter().all(|part| part["problem"].is_null()), "{shown}");
        parts
    };
    // Patients of each cell type in the table: 35, 48, 27 and 27.
    assert_eq!(parts(&[])[1]["answer"]["n"], 137);
    let two = parts(&["adeno", "large"]);
    assert_eq!(two[1]["answer"]["n"], 83);
    assert!(two[1]["asked"]["command"].as_str().unwrap().starts_with("riskset compare"));
    let one = parts(&["adeno", "large", "smallcell"]);
    assert_eq!(one[1]["answer"]["n"], 35);
    assert!(one[1]["asked"]["command"].as_str().unwrap().starts_with("riskset km"));
}

/// The steps of a curve and of its test are the program's own.
#[test]
fn the_arithmetic_is_shown_step_by_step() {
    let server = Running::start(Limits::default());
    // Five patients by hand, as in the estimator's own test: 4/5, then 4/5 * 2/3, then 0.
    let file = server.open("five.csv", b"t,d\n1,1\n1,0\n2,1\n3,0\n4,1\n");
    let plan = json!({
        "file": file,
        "endpoints": [{ "time": "t", "event": { "column": "d", "is": ["1"] } }],
    });
    let shown = server.ask("api/show", &json!({ "plan": plan, "parts": ["teach"] })).json();
    let steps = &shown["parts"][0]["answer"]["steps"][0];
    let cells = |row: usize| steps["rows"][row]["cells"].to_string();
    assert!(cells(0).starts_with(r#"["1","5","1","1","0.8000","0.8000""#), "{steps}");
    assert!(cells(1).starts_with(r#"["2","3","1","0","0.6667","0.5333""#), "{steps}");
}

#[test]
fn a_file_that_cannot_be_read_is_refused_in_words_and_stays_open() {
    let server = Running::start(Limits::default());
    let file = server.open("06_spss.por", &repository("tests/files/06_spss.por"));
    let answer = server.ask("api/look", &json!({ "file": file }));
    assert_eq!(answer.status, 422);
    assert!(
        answer.json()["problem"]["what"].as_str().unwrap().contains("SPSS"),
        "{}",
        answer.text()
    );
    let two = b"a;b,c\n1;2,3\n";
    let file = server.open("two.csv", two);
    let look = server.ask("api/look", &json!({ "file": file, "reading": { "separator": ";" } }));
    assert_eq!(look.status, 200, "{}", look.text());
    assert_eq!(server.ask("api/look", &json!({ "file": 99 })).status, 422);
    assert_eq!(server.ask("api/look", &json!({ "file": file, "more": 1 })).status, 400);
    assert_eq!(server.post("api/look", b"{").status, 400);
}

#[test]
fn an_upload_beyond_the_limit_or_cut_off_leaves_nothing() {
    let server = Running::start(Limits { file: 1 << 20, all: 2 << 20 });
    let answer = server.post("api/files?name=big.csv", &vec![b'1'; (1 << 20) + 1]);
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("larger than 1 MB"), "{}", answer.text());
    // Announced as small, and longer: what is beyond the announced length is no part of it.
    let mut stream = TcpStream::connect(server.host()).unwrap();
    let path = server.path("api/files?name=cut.csv");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nContent-Length: 5000\r\n\r\n",
        server.host()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(b"time,event\n1,1\n").unwrap();
    drop(stream);
    let file = server.open("whole.csv", b"time,event\n1,1\n2,0\n");
    assert_eq!(file, 1, "nothing that was cut off is held");
}

#[test]
fn fifty_requests_at_once_are_all_answered_alike() {
    let server = Running::start(Limits::default());
    let file = server.ask("api/bundled", &json!({ "name": "@lung" })).json()["file"].clone();
    let plan = json!({
        "file": file,
        "endpoints": [{ "time": "time", "unit": "days", "event": { "column": "status", "is": ["2"] } }],
        "group": { "column": "sex" },
    });
    let asked = json!({ "plan": plan, "parts": ["numbers"] });
    let first = server.ask("api/show", &asked);
    assert_eq!(first.status, 200, "{}", first.text());
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let ask = || scope.spawn(|| server.ask("api/show", &asked));
        let threads: Vec<_> = (0..50).map(|_| ask()).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.body == first.body));
}
