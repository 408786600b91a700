//! `riskset study`, from the folder of a user with their own files.

use crate::support::{Answer, refused, riskset_in};
use crate::workbook::{self, Cell};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The study file that `--init` writes, in a folder of its own.
fn template() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let answer = riskset_in(folder.path(), &["study", "--init", "study.toml"], "");
    assert_eq!(answer.status, 0, "{}", answer.err);
    let text = fs::read_to_string(folder.path().join("study.toml")).unwrap();
    (folder, text)
}

fn run(folder: &Path, more: &[&str]) -> Answer {
    let args = [&["study", "study.toml", "--output", "report", "--dpi", "50"], more].concat();
    riskset_in(folder, &args, "")
}

fn listing(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn results(folder: &Path) -> Value {
    let text = fs::read_to_string(folder.join("report/results.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Changes the template in one place: it is refused with these words, and nothing is written.
#[track_caller]
fn changed_is_refused(from: &str, to: &str, parts: &[&str]) {
    let (folder, text) = template();
    assert!(text.contains(from), "{from}");
    fs::write(folder.path().join("study.toml"), text.replacen(from, to, 1)).unwrap();
    refused(&run(folder.path(), &[]), parts);
    assert_eq!(listing(folder.path()), ["study.toml"]);
}

#[test]
fn the_template_runs_where_it_was_written_and_is_not_overwritten() {
    let (folder, text) = template();
    let answer = run(folder.path(), &[]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    assert_eq!(listing(folder.path()), ["report", "study.toml"]);
    // 929 patients in three arms; 468 recurrences and 452 deaths, as R's survival has them.
    let numbers = &results(folder.path())["numbers"];
    assert_eq!(numbers["arms.recurrence.n"]["value"], 929.0);
    assert_eq!(numbers["arms.recurrence.events"]["value"], 468.0);
    assert_eq!(numbers["arms.death.events"]["value"], 452.0);
    let again = riskset_in(folder.path(), &["study", "--init", "study.toml"], "");
    refused(&again, &["study.toml exists", "--force"]);
    assert_eq!(fs::read_to_string(folder.path().join("study.toml")).unwrap(), text);
}

#[test]
fn a_report_that_exists_is_kept_without_force() {
    let (folder, _) = template();
    assert_eq!(run(folder.path(), &[]).status, 0);
    let html = folder.path().join("report/report.html");
    fs::write(&html, "old").unwrap();
    refused(&run(folder.path(), &[]), &["report exists", "--force"]);
    assert_eq!(fs::read_to_string(&html).unwrap(), "old");
    let forced = run(folder.path(), &["--force"]);
    assert_eq!(forced.status, 0, "{}", forced.err);
    assert_ne!(fs::read_to_string(&html).unwrap(), "old");
    assert_eq!(listing(folder.path()), ["report", "study.toml"]);
}

/// A study, its data and a repository in one folder that is given as the output: nothing of it goes.
#[test]
fn a_folder_that_the_program_did_not_make_is_never_replaced() {
    let (folder, text) = template();
    let work = folder.path().join("work");
    fs::create_dir_all(work.join(".git")).unwrap();
    fs::create_dir(work.join("raw")).unwrap();
    fs::write(work.join("study.toml"), &text).unwrap();
    fs::write(work.join("raw/d.csv"), "time\n1\n").unwrap();
    let args = ["study", "work/study.toml", "--output", "work", "--force"];
    refused(&riskset_in(folder.path(), &args, ""), &["work", ".git", "raw/d.csv", "--output"]);
    // The same from inside, and by a name with detours.
    refused(
        &riskset_in(&work, &["study", "study.toml", "-o", "../work", "--force"], ""),
        &[".git"],
    );
    assert_eq!(listing(&work), [".git", "raw", "study.toml"]);
    assert_eq!(fs::read_to_string(work.join("raw/d.csv")).unwrap(), "time\n1\n");
}

/// The folder is one that the program made, but the study reads one of its files.
#[test]
fn a_report_that_holds_an_input_is_not_replaced() {
    let (folder, text) = template();
    assert_eq!(run(folder.path(), &[]).status, 0);
    let inside = folder.path().join("report/text/methods.md");
    let reading = text.replacen("file = \"@colon\"", "file = \"report/tables/arms.csv\"", 1);
    assert_ne!(reading, text);
    fs::write(folder.path().join("study.toml"), reading).unwrap();
    refused(&run(folder.path(), &["--force"]), &["report/tables/arms.csv", "this study reads"]);
    assert!(inside.exists());
}

#[test]
fn bad_study_files_show_line_reason_and_remedy() {
    let line = "study.toml, line ";
    changed_is_refused("conf_type =", "conf_typ =", &[line, "the nearest is \"conf_type\""]);
    changed_is_refused("variable = \"rx\"", "variable = \"rxx\"", &[line, "did you mean `rx`"]);
    changed_is_refused("node4 == 0", "node4 == 7", &[line, "selects nobody of 929 patients"]);
    changed_is_refused("rows = \"etype == 2\"\n", "", &[line, "stands twice", "`rows` in [data]"]);
    changed_is_refused("value = \"Obs\"", "value = \"obs\"", &[line, "Lev, Lev+5FU, Obs"]);
    changed_is_refused("level = 0.95", "level = 95", &[line, "write 0.95 for 95%"]);
    changed_is_refused("@colon\"", "patients.csv\"", &[line, "patients.csv cannot be read"]);
    changed_is_refused("+ age + nodes", "+ agee", &[line, "did you mean `age`"]);
}

#[test]
fn numbers_and_lists_that_make_no_sense_are_refused() {
    let times = "times = [1, 2, 3, 5]";
    changed_is_refused(times, "times = [1, 1]", &["the time 1 stands twice"]);
    changed_is_refused(times, "times = [-1]", &["must be above 0", "-1"]);
    changed_is_refused(times, "times = [nan]", &["must be above 0", "NaN"]);
    changed_is_refused(times, "rmst = 0", &["the horizon of the restricted means", "above 0"]);
    let endpoints = "endpoints = [\"recurrence\", \"death\"]";
    let twice = "endpoints = [\"death\", \"death\"]";
    changed_is_refused(endpoints, twice, &["\"death\" stands twice in this list"]);
    changed_is_refused(endpoints, "endpoints = []", &["name at least one"]);
    let landmark = format!("{endpoints}\nlandmark = -2");
    changed_is_refused(endpoints, &landmark, &["the landmark must be above 0"]);
    let flow = "populations = [\"randomised\", \"few_nodes\"]";
    changed_is_refused(flow, "populations = []", &["[flow] names no populations"]);
    let twice = "populations = [\"randomised\", \"randomised\"]";
    changed_is_refused(flow, twice, &["stands twice in this list"]);
    changed_is_refused("kind = \"baseline\"", "kind = \"counts\"", &["the table has no rows"]);
    let terms = "terms = 'factor(rx, ref = \"Obs\") + age + nodes'";
    changed_is_refused(terms, "terms = '1'", &["no coefficient to estimate"]);
}

#[test]
fn names_never_become_paths_and_words_are_never_obeyed() {
    for name in ["../x", "/etc/x", "a/b", "con", "endpoints-death"] {
        let reason = if name.contains('/') { "cannot be a name" } else { "is reserved" };
        changed_is_refused("name = \"baseline\"", &format!("name = \"{name}\""), &[reason]);
    }
    let (folder, text) = template();
    let words =
        "<script>alert(1)</script> =1+1 \\\\input{x} \u{5e9}\u{5dc}\u{5d5}\u{5dd} é, and on";
    let text = text.replace("label = \"Observation\"", &format!("label = \"{words}\""));
    let text = text.replace("label = \"Age\"", "label = \"=1+1\"");
    fs::write(folder.path().join("study.toml"), text).unwrap();
    let answer = run(folder.path(), &[]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    let report = folder.path().join("report");
    let read = |name: &str| fs::read_to_string(report.join(name)).unwrap();
    assert!(!read("report.html").contains("<script>"));
    assert!(read("report.html").contains("&lt;script&gt;"));
    assert!(!read("figures/arms-death.svg").contains("<script>"));
    assert!(!read("tables/arms.tex").contains("\\input"));
    assert!(read("tables/baseline.csv").contains("\n\"'=1+1"), "{}", read("tables/baseline.csv"));
}

/// Columns called as the table's own keys.
#[test]
fn columns_called_total_and_by_have_keys_of_their_own() {
    let (folder, text) = template();
    let rows = "id,total,by,arm,t,d\n1,5,x,a,1,1\n2,6,y,a,2,0\n3,7,x,b,3,1\n4,8,y,b,4,1\n";
    fs::write(folder.path().join("data.csv"), rows).unwrap();
    let head = &text[..text.find("\n[data]\n").unwrap()];
    let study = format!(
        r#"{head}
[data]
file = "data.csv"
id = "id"
[[group]]
name = "arm"
label = "Arm"
variable = "arm"
reference = "a"
known = "at"
levels = [{{ name = "a", label = "A" }}, {{ name = "b", label = "B" }}]
[[table]]
name = "baseline"
title = "Patients"
kind = "baseline"
by = "arm"
variables = [{{ column = "total" }}, {{ column = "by" }}]
"#
    );
    fs::write(folder.path().join("study.toml"), study).unwrap();
    let answer = run(folder.path(), &[]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    let numbers = &results(folder.path())["numbers"];
    assert_eq!(numbers["baseline.total"]["value"], 4.0);
    assert_eq!(numbers["baseline.total_2.quartiles.estimate"]["value"], 6.5);
    assert_eq!(numbers["baseline.by.a.by_2.x.k"]["value"], 1.0);
}

/// An event is read as by every command: no coding is guessed, each value stands with its count, and a
/// value that no row has, which would make everybody censored, is refused.
#[test]
fn an_event_of_a_study_is_read_as_by_every_command() {
    let event = "event = \"status\"";
    let coded = "event = \"etype\"";
    let values = ["the event `etype` holds 1 (929 rows), 2 (929 rows)", "never guessed"];
    changed_is_refused(event, coded, &values);
    changed_is_refused(event, "event = \"status == 7\"", &["study.toml, line ", "7", "0, 1"]);
}

/// What a command doubts about the column of an event a study doubts as well: its analyses see only the
/// outcomes that were made of it.
#[test]
fn the_columns_of_an_endpoint_are_doubted() {
    let (folder, text) = template();
    let head = &text[..text.find("\n[data]\n").unwrap()];
    let codes = |rows: &str| -> Vec<String> {
        let event = rows.lines().next().unwrap().rsplit(',').next().unwrap();
        let study = format!(
            "{head}\n[data]\nfile = \"data.csv\"\nid = \"id\"\n[[endpoint]]\nname = \"os\"\n\
             label = \"Overall survival\"\ntime = \"t\"\ntime_unit = \"years\"\n\
             event = \"{event}\"\n[[population]]\nname = \"all\"\nlabel = \"All\"\n\
             [[follow_up]]\nname = \"f\"\nlabel = \"All\"\npopulation = \"all\"\nendpoint = \"os\"\n"
        );
        fs::write(folder.path().join("data.csv"), rows).unwrap();
        fs::write(folder.path().join("study.toml"), study).unwrap();
        let answer = run(folder.path(), &["--force"]);
        assert_eq!(answer.status, 0, "{}", answer.err);
        let results = results(folder.path());
        let warnings = results["warnings"].as_array().unwrap().iter();
        warnings.map(|one| one["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes("id,t,CNSR\n1,5,1\n2,6,0\n3,7,1\n"), ["cnsr_as_event"]);
    assert_eq!(codes("id,t,vital_status\n1,5,1\n2,6,0\n3,7,1\n"), ["vital_status"]);
    assert_eq!(codes("id,t,dead\n1,5,1\n2,6,\n3,7,1\n"), ["all_events"]);
    assert_eq!(codes("id,t,dead\n1,5,1\n2,6,0\n3,7,1\n"), Vec::<String>::new());
}

/// A last row of sums is counted by Table 1 although no comparison reads it, and two levels of a column
/// that only a table shows look alike: the study says both.
#[test]
fn a_study_doubts_its_rows_and_the_columns_of_its_tables() {
    let (folder, text) = template();
    let head = &text[..text.find("\n[data]\n").unwrap()];
    let rows = "id,sex,age\n1,Male,50\n2,male,60\n3,Female,70\nTotal,,60\n";
    let data = "\n[data]\nfile = \"data.csv\"\nid = \"id\"\n";
    let table = "[[table]]\nname = \"baseline\"\ntitle = \"Patients\"\nkind = \"baseline\"\n\
                 variables = [{ column = \"sex\" }, { column = \"age\" }]\n";
    let codes = |rows: &str, data: &str| -> Vec<String> {
        fs::write(folder.path().join("data.csv"), rows).unwrap();
        fs::write(folder.path().join("study.toml"), format!("{head}{data}{table}")).unwrap();
        let answer = run(folder.path(), &["--force"]);
        assert_eq!(answer.status, 0, "{}", answer.err);
        let results = results(folder.path());
        let warnings = results["warnings"].as_array().unwrap().iter();
        warnings.map(|one| one["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes(rows, data), ["total_row", "levels_alike"]);
    let left_out = data.to_owned() + "rows = 'id != \"Total\"'\n";
    assert_eq!(codes(rows, &left_out), ["levels_alike"]);
    let clean = rows.replace("male,60", "Male,60").replace("Total,,60", "4,Female,60");
    assert_eq!(codes(&clean, data), Vec::<String>::new());
}

const FROM_DATES: &str = r#"
schema = "riskset.study/1"
[study]
title = "From a spreadsheet"
conf_type = "log-log"
unit = "days"
[data]
file = "patients.xlsx"
id = "patient"
[[endpoint]]
name = "os"
label = "Overall survival"
[endpoint.dates]
rule = "os"
time_zero = "surgery"
death = "death"
last_visit = ["visit"]
[[population]]
name = "all"
label = "All patients"
[[follow_up]]
name = "follow"
label = "All patients"
population = "all"
endpoint = "os"
"#;

/// A workbook with true dates and with dates as text; the audit says per patient what decided.
#[test]
fn a_spreadsheet_gives_endpoints_with_an_audit_line_per_patient() {
    let folder = tempfile::tempdir().unwrap();
    let text = Cell::Text;
    // Day 43831 is 1 January 2020.
    let rows = vec![
        vec![text("patient"), text("surgery"), text("death"), text("visit"), text("age")],
        vec![text("=A1"), Cell::Date(43831), Cell::Date(43841), Cell::Empty, Cell::Number(61.0)],
        vec![text("P2"), text("2020-01-01"), Cell::Empty, Cell::Date(43851), Cell::Number(48.0)],
        vec![text("P3"), Cell::Date(43831), Cell::Empty, text("2020-01-31"), Cell::Empty],
    ];
    workbook::write(&folder.path().join("patients.xlsx"), &rows);
    fs::write(folder.path().join("study.toml"), FROM_DATES).unwrap();
    let answer = run(folder.path(), &[]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    let audit = fs::read_to_string(folder.path().join("report/tables/endpoints-os.csv")).unwrap();
    let lines: Vec<&str> = audit.lines().collect();
    assert_eq!(
        lines[0],
        "patient,os_days,os_event,os_cause,os_date,os_decided_by,os_audit,os_flags"
    );
    // An id that a spreadsheet would compute is defused.
    assert!(lines[1].starts_with("'=A1,10,1,death,2020-01-11,death,"), "{audit}");
    assert!(lines[2].starts_with("P2,20,0,censored,2020-01-21,visit,"), "{audit}");
    assert!(lines[2].contains("censored: no event recorded"), "{audit}");
    assert!(lines[3].starts_with("P3,30,0,censored,2020-01-31,visit,"), "{audit}");
    let numbers = &results(folder.path())["numbers"];
    assert_eq!(numbers["follow.n"]["value"], 3.0);
    // A date that cannot be is refused with the patient.
    let mut bad = rows;
    bad[2][1] = text("2020-02-31");
    workbook::write(&folder.path().join("patients.xlsx"), &bad);
    refused(&run(folder.path(), &["--force"]), &["P2", "2020-02-31"]);
    assert!(folder.path().join("report/report.html").exists(), "the old report stays");
}

/// Whenever a run is interrupted, the report is whole or not there.
#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_no_half_made_report() {
    use std::process::{Command, Stdio};
    let (folder, _) = template();
    for milliseconds in [5, 40, 90, 150] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_riskset"))
            .args(["study", "study.toml", "--output", "report", "--dpi", "600"])
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        let id = child.id().to_string();
        Command::new("kill").args(["-INT", &id]).status().unwrap();
        child.wait().unwrap();
        let report = folder.path().join("report");
        if report.exists() {
            let html = fs::read_to_string(report.join("report.html")).unwrap();
            assert!(html.trim_end().ends_with("</html>"));
            fs::remove_dir_all(&report).unwrap();
        }
    }
}

/// A table of a German spreadsheet with its own word for missing: the reader is told in [data].
#[test]
fn the_reader_is_told_in_the_data_section() {
    let (folder, text) = template();
    let csv = riskset_in(folder.path(), &["datasets", "export", "colon"], "").out;
    // Everywhere the same table, with semicolons and one word where a value is missing.
    let german: String =
        csv.lines().map(|line| line.replace(',', ";").replace(";NA", ";k.A.") + "\n").collect();
    fs::write(folder.path().join("colon.csv"), german).unwrap();
    let own = text.replacen("file = \"@colon\"", "file = \"colon.csv\"\nna = [\"k.A.\"]", 1);
    assert_ne!(own, text);
    fs::write(folder.path().join("study.toml"), &own).unwrap();
    let answer = run(folder.path(), &[]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    let numbers = &results(folder.path())["numbers"];
    assert_eq!(numbers["arms.death.events"]["value"], 452.0);
    // What was seen from the file is said, on the terminal, in the report and for programs.
    let seen = "fields are separated by semicolons";
    assert!(answer.err.contains(&format!("Note: colon.csv: {seen}")), "{}", answer.err);
    let report = fs::read_to_string(folder.path().join("report/report.html")).unwrap();
    assert!(report.contains(seen));
    assert_eq!(
        results(folder.path())["provenance"]["inputs"][0]["notes"],
        serde_json::json!([seen])
    );
    let wrong = own.replacen("na = [\"k.A.\"]", "separator = \"tab\"", 1);
    fs::write(folder.path().join("study.toml"), wrong).unwrap();
    let answer = run(folder.path(), &["--force"]);
    assert_eq!(answer.status, 1, "{}", answer.err);
}
