//! `riskset look`: what is in a file, and commands that work.

use crate::support::{riskset, words};

/// The commands of an answer.
fn commands(out: &str) -> Vec<Vec<String>> {
    out.lines().filter_map(|line| line.strip_prefix("  riskset ")).map(words).collect()
}

#[test]
fn every_command_that_it_shows_runs() {
    let looks: [&[&str]; 9] = [
        &["@lung"],
        &["tests/files/00_canonical.csv"],
        &["tests/files/07b_german_latin1.csv"],
        &["tests/files/05_adtte.csv"],
        &["tests/files/06_stata.dta"],
        &["tests/files/10_odd_names.csv"],
        &["tests/files/13c_dates_us.csv"],
        &["tests/files/02_gdc_clinical.tsv", "--na", "'--"],
        &["tests/files/09f_dates_as_numbers.xlsx", "--date-format", "excel"],
    ];
    for look in looks {
        let shown = riskset(&[&["look"], look].concat());
        assert_eq!(shown.status, 0, "{look:?}: {}", shown.err);
        let commands = commands(&shown.out);
        assert!(!commands.is_empty(), "{look:?}: {}", shown.out);
        for command in commands {
            let args: Vec<&str> = command.iter().map(String::as_str).collect();
            let answer = riskset(&args);
            assert_eq!(answer.status, 0, "{args:?}: {}", answer.err);
        }
    }
}

#[test]
fn a_coding_is_shown_for_each_value_and_a_slip_is_named() {
    let look = riskset(&["look", "tests/files/11g_case_and_blanks.csv"]).out;
    assert!(look.contains("event   text          0  Alive (16), Dead (36), alive (1), dead (7)"));
    for value in ["Alive", "Dead", "alive", "dead"] {
        assert!(look.contains(&format!("'Surv(months, event == \"{value}\") ~ 1'")), "{look}");
    }
    assert!(look.contains("Warning: `event` has values that differ only by case"), "{look}");
    let look = riskset(&["look", "tests/files/17_missing_codes.csv"]).out;
    assert!(look.contains("say --na \"-,.,<NA>,?,NULL,n/a,unk\", or correct them"), "{look}");
    let look = riskset(&["look", "tests/files/13b_dates_german.csv"]).out;
    assert!(look.contains("holds days that no calendar has: row 8 (line 9): \"31.02.2016\""));
}

/// A request of the JSON is answered as it stands.
#[test]
fn the_json_has_requests_and_the_page_has_the_same_words() {
    let look = riskset(&["look", "tests/files/00_canonical.csv", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&look.out).unwrap();
    assert_eq!((&json["schema"], &json["rows"]), (&"riskset.look/1".into(), &60.into()));
    assert_eq!(json["columns"][1]["levels"][1][0], "Standard");
    assert_eq!(json["columns"][5]["dates"]["format"], "ymd");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("request.json");
    for (request, call) in
        json["next"].as_array().unwrap().iter().zip(json["calls"].as_array().unwrap())
    {
        std::fs::write(&file, request.to_string()).unwrap();
        let run = riskset(&["run", file.to_str().unwrap()]);
        let typed = words(call.as_str().unwrap().strip_prefix("riskset ").unwrap());
        let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
        assert_eq!(run.out, riskset(&typed).out);
        assert_eq!(run.status, 0);
    }
    let page = folder.path().join("look.html");
    riskset(&["look", "tests/files/00_canonical.csv", "-o", page.to_str().unwrap()]);
    let page = std::fs::read_to_string(page).unwrap();
    let cell =
        "<td class=\"left\" dir=\"auto\" data-of=\"Values\">Intensified (30), Standard (30)</td>";
    assert!(page.contains(cell), "{page}");
    assert!(page.contains("00_canonical.csv &quot;Surv(days, event) ~ 1&quot;"), "{page}");
}
