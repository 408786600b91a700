//! `riskset verify` and `riskset diff`, as an author runs them.

use crate::support::riskset_in;
use std::fs;

const STUDY: &str = "\
schema = \"riskset.study/1\"
[study]
title = \"Ten patients\"
conf_type = \"log-log\"
times = [6]
[data]
file = \"patients.csv\"
id = \"id\"
[[endpoint]]
name = \"os\"
label = \"Overall survival\"
time = \"months\"
event = \"dead\"
[[population]]
name = \"everybody\"
label = \"All patients\"
[[group]]
name = \"arm\"
label = \"Arm\"
variable = \"arm\"
reference = \"old\"
known = \"at\"
levels = [{ name = \"new\", label = \"New\" }, { name = \"old\", label = \"Old\" }]
[[comparison]]
name = \"arms\"
label = \"New or old\"
population = \"everybody\"
group = \"arm\"
endpoints = [\"os\"]
";

const DATA: &str = "\
id,arm,months,dead
1,new,5,1
2,new,9.5,0
3,new,12,1
4,new,20,0
5,new,3,1
6,old,4,1
7,old,7,1
8,old,15,0
9,old,2.5,1
10,old,18,1
";

/// One patient's event is later: figure, table, sentence and numbers change together, and each is
/// named with its reason.
#[test]
fn one_date_changed_by_hand_is_named_in_numbers_sentences_figures_and_tables() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| riskset_in(folder.path(), args, "");
    fs::write(folder.path().join("study.toml"), STUDY).unwrap();
    fs::write(folder.path().join("patients.csv"), DATA).unwrap();
    let study = |output: &str| run(&["study", "study.toml", "--output", output, "--dpi", "50"]);
    assert_eq!(study("march").status, 0);
    assert_eq!(study("again").status, 0);
    let same = run(&["diff", "march", "again"]);
    assert_eq!(same.status, 0, "{}{}", same.out, same.err);
    assert!(same.out.contains(
        "0 numbers, 0 sentences, 0 figures, 0 tables and 0 parts of the manuscript changed."
    ));
    fs::write(folder.path().join("patients.csv"), DATA.replace("7,old,7,1", "7,old,7.5,1"))
        .unwrap();
    assert_eq!(study("june").status, 0);
    let changed = run(&["diff", "march", "june", "--html", "changes.html"]);
    assert_eq!(changed.status, 1, "{}", changed.err);
    let parts = [
        "patients.csv: values changed, 10 rows as before",
        "arms.os.old.median.estimate",
        "arms-os",
        "manuscript.docx",
        "Table 1",
    ];
    for part in parts {
        assert!(changed.out.contains(part), "{part}: {}", changed.out);
    }
    let page = fs::read_to_string(folder.path().join("changes.html")).unwrap();
    assert!(page.contains("Sentences") && page.contains("Figures") && page.contains("Tables"));
    // The stale sentence of March is caught by the results of June.
    let draft = folder.path().join("march/text/results.md");
    fs::copy(draft, folder.path().join("draft.md")).unwrap();
    let stale =
        run(&["verify", "draft.md", "--results", "june/results.json", "--html", "marked.html"]);
    assert_eq!(stale.status, 1, "{}", stale.out);
    assert!(stale.out.contains("7.5"), "{}", stale.out);
    let fresh = run(&["verify", "draft.md", "--results", "march/results.json"]);
    assert_eq!(fresh.status, 0, "{}{}", fresh.out, fresh.err);
    assert!(fs::read_to_string(folder.path().join("marked.html")).unwrap().contains("differs"));
    let none = run(&["diff", "march", "nowhere"]);
    assert_eq!(none.status, 1);
    assert!(none.err.contains("results.json"), "{}", none.err);
}

/// A guideline is filled in from the study file, from the folder of its report and from its results
/// alike, and what is none of these is refused in words.
#[test]
fn a_checklist_is_filled_in_from_a_study_or_its_report() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| riskset_in(folder.path(), args, "");
    fs::write(folder.path().join("study.toml"), STUDY).unwrap();
    fs::write(folder.path().join("patients.csv"), DATA).unwrap();
    assert_eq!(run(&["study", "study.toml", "--output", "march", "--dpi", "50"]).status, 0);
    let of = |study: &str| run(&["checklist", "strobe", study, "--format", "csv"]);
    let asked = of("study.toml");
    assert_eq!(asked.status, 0, "{}", asked.err);
    assert_eq!(asked.out, of("march").out);
    assert_eq!(asked.out, of("march/results.json").out);
    let line = |item: &str| {
        let start = format!("{item},");
        asked.out.lines().find(|line| line.starts_with(&start)).unwrap().to_owned()
    };
    assert!(line("16c").contains("Results, New or old"), "{}", line("16c"));
    assert!(line("22").ends_with("QUESTION TO THE AUTHORS"), "{}", line("22"));
    let json = run(&["checklist", "remark", "march", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["schema"], "riskset.checklist/1");
    let open = json["items"].as_array().unwrap().iter();
    let open = open.filter(|item| item["places"].as_array().unwrap().is_empty()).count();
    assert_eq!(json["open"], open);
    for (study, said) in [
        ("patients.csv", "patients.csv, line 1"),
        ("nowhere", "nowhere"),
        ("march/tables/arms.csv", ""),
    ] {
        let answer = of(study);
        assert_eq!(answer.status, 1, "{study}");
        assert!(answer.err.contains(said), "{study}: {}", answer.err);
    }
    fs::write(folder.path().join("other.json"), "{}").unwrap();
    assert!(of("other.json").err.contains("not the results of a study"));
}
