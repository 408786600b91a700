//! The tables of a manuscript without a study.

use crate::support::{riskset, run};
use serde_json::Value;

/// Ten patients whose table can be made by hand.
const PATIENTS: &str = "id,arm,age,stage,grade,resected\n\
    1,a,50,I,1,TRUE\n2,a,60,II,2,FALSE\n3,a,70,II,3,TRUE\n4,a,80,III,1,TRUE\n5,a,,I,2,TRUE\n\
    6,b,55,III,3,FALSE\n7,b,65,III,1,TRUE\n8,b,75,II,2,FALSE\n9,b,85,,3,FALSE\n10,b,95,III,1,TRUE\n";

fn table(options: &[&str]) -> String {
    let answer = run(
        &[&["table", "one", "-", "--by", "arm", "--format", "markdown"], options].concat(),
        PATIENTS,
    );
    assert_eq!(answer.status, 0, "{}", answer.err);
    answer.out
}

/// The line of a Markdown table that begins with this, its cells.
fn line(table: &str, start: &str) -> Vec<String> {
    let plain = table.replace("&nbsp;", "").replace("**", "").replace("&gt;", ">");
    let found = plain.lines().find(|line| line.trim_start_matches(['|', ' ']).starts_with(start));
    let line = found.unwrap_or_else(|| panic!("no line {start:?} in\n{table}"));
    line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}

/// Arm a has 50, 60, 70, 80: quartiles 57.5 and 72.5 about 65; arm b 55 to 95: 65 and 85 about 75.
#[test]
fn the_patients_by_group_by_hand() {
    let table = table(&["--variables", "age,stage,resected", "--with-data"]);
    assert_eq!(
        line(&table, "Characteristic |")[1..],
        ["With data, n", "a (n = 5)", "b (n = 5)", "All (n = 10)"]
    );
    assert_eq!(
        line(&table, "age")[..4],
        ["age, median (IQR)", "9", "65.0 (57.5-72.5)", "75.0 (65.0-85.0)"]
    );
    assert_eq!(line(&table, "Missing, No. (%)")[2..], ["1 (20.0%)", "0 (0.0%)", "1 (10.0%)"]);
    assert_eq!(line(&table, "III")[2..], ["1 (20.0%)", "3 (60.0%)", "4 (40.0%)"]);
    assert_eq!(line(&table, "TRUE")[2..], ["4 (80.0%)", "2 (40.0%)", "6 (60.0%)"]);
    assert!(table.contains("IQR, interquartile range"), "{table}");
    assert!(table.contains("those with a missing value included"), "{table}");
}

/// Means 65 and 75, standard deviations 12.9 and 15.8: SMD 10 by the root of (166.67 + 250) / 2, 0.69. Ranks
/// of 50, 60, 70, 80 among nine: 1, 3, 5, 7; H = 12/90 (16^2/4 + 29^2/5) - 30 = 0.96, P 0.33.
#[test]
fn summaries_tests_and_differences_by_hand() {
    let table = table(&[
        "--variables",
        "age,grade",
        "--levels",
        "grade",
        "--summary",
        "age=mean,range",
        "--p-values",
        "--smd",
    ]);
    assert_eq!(line(&table, "age")[4..], ["0.33ᵃ", "0.69"]);
    assert_eq!(line(&table, "Mean (SD)")[1..3], ["65.0 (12.9)", "75.0 (15.8)"]);
    assert_eq!(line(&table, "Range")[1..4], ["50-80", "55-95", "50-95"]);
    // Grade: 2, 2, 1 and 2, 1, 2, few expected: Fisher's exact test.
    assert_eq!(line(&table, "grade")[4], ">0.99ᵇ");
    assert!(
        table.contains("ᵃ Kruskal-Wallis test") && table.contains("ᵇ Fisher exact test"),
        "{table}"
    );
}

#[test]
fn a_journal_has_its_own_signs() {
    let jama = table(&["--variables", "stage,age", "--journal", "jama", "--p-values"]);
    assert_eq!(line(&jama, "III")[1..], ["1 (20.0)", "3 (60.0)", "4 (40.0)", ""]);
    assert_eq!(line(&jama, "age")[4], ".33ᵇ");
    let refused = run(&["table", "one", "-", "--journal", "jama", "--format", "json"], PATIENTS);
    assert_eq!(refused.status, 2, "{}", refused.err);
}

#[test]
fn the_numbers_are_in_the_json() {
    let answer = run(
        &["table", "one", "-", "--by", "arm", "--p-values", "--smd", "--format", "json"],
        PATIENTS,
    );
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(json["schema"], "riskset.table-one/1");
    let names: Vec<&str> = json["variables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["column"].as_str().unwrap())
        .collect();
    // The column that names the patients is none of their characteristics.
    assert_eq!(names, ["age", "stage", "grade", "resected"]);
    assert_eq!(json["variables"][0]["numbers"][0]["q1"], 57.5);
    assert_eq!(json["variables"][0]["test"]["name"], "kruskal-wallis");
    assert_eq!(json["columns"][2]["label"], Value::Null);
}

/// The group that splits the table would be a row of 100% and 0%.
#[test]
fn the_group_is_no_row_of_its_own_table() {
    let args = ["table", "one", "-", "--by", "arm", "--variables", "age,arm", "--format", "json"];
    let answer = run(&args, PATIENTS);
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    let variables = json["variables"].as_array().unwrap();
    assert_eq!(variables.len(), 1);
    assert_eq!(variables[0]["column"], "age");
    assert_eq!(json["warnings"][0]["code"], "group_as_row");
    let message = json["warnings"][0]["message"].as_str().unwrap();
    assert!(message.contains("take arm out of the variables"), "{message}");
}

/// Rows of one patient: units and patients are counted, and no test takes them for independent.
#[test]
fn units_are_of_the_right_kind() {
    let lesions = "patient,site,viable\np1,liver,yes\np1,liver,no\np2,lung,no\np3,liver,no\n";
    let args = ["table", "one", "-", "--by", "site", "--id", "patient", "--units", "lesions"];
    let shown = run(&[&args[..], &["--format", "markdown"]].concat(), lesions);
    assert!(shown.out.contains("liver (3 lesions of 2 patients)"), "{}{}", shown.out, shown.err);
    assert!(shown.out.contains("All lesions (4 lesions of 3 patients)"), "{}", shown.out);
    let refused = run(&[&args[..], &["--p-values"]].concat(), lesions);
    assert_eq!(refused.status, 2);
    assert!(
        refused.err.contains("not independent") && refused.err.contains("--smd"),
        "{}",
        refused.err
    );
}

#[test]
fn what_cannot_be_honoured_is_refused() {
    for (options, wanted) in [
        (&["--smd"][..], "--by"),
        (&["--by", "arm", "--order", "b"][..], "leaves out levels"),
        (&["--by", "arm", "--order", "b,c"][..], "no level `c`"),
        (&["--variables", "age", "--levels", "grade"][..], "`grade` is not among"),
        (&["--variables", "agee"][..], "age"),
        (&["--summary", "stage=mean"][..], "counted by level"),
        (&["--summary", "age=mode"][..], "median"),
        (&["--rename", "sex=Sex"][..], "no column `sex`"),
        (&["--subset", "age > 200"][..], "no row is left"),
    ] {
        let answer = run(&[&["table", "one", "-"], options].concat(), PATIENTS);
        assert_ne!(answer.status, 0, "{options:?}");
        assert!(answer.err.contains(wanted), "{options:?}: {}", answer.err);
    }
}

/// The numbers are those of `km`, and who is at risk stands beside each.
#[test]
fn survival_has_those_at_risk_beside_it() {
    let formula = "Surv(time, status == 2) ~ sex";
    let ask = |more: &[&str]| {
        riskset(
            &[
                &["table", "survival", "@lung", formula, "--times", "365,900", "--format", "json"],
                more,
            ]
            .concat(),
        )
    };
    let json: Value = serde_json::from_str(&ask(&[]).out).unwrap();
    let km = riskset(&["km", "@lung", formula, "--times", "365,900", "--format", "json"]);
    let km: Value = serde_json::from_str(&km.out).unwrap();
    for group in 0..2 {
        for time in 0..2 {
            let (cell, at) =
                (&json["groups"][group]["times"][time], &km["groups"][group]["at_times"][time]);
            assert_eq!(cell["estimate"], at["survival"]);
            assert_eq!(cell["n_risk"], at["n_risk"]);
            assert_eq!(cell["rests_on_few"], at["n_risk"].as_f64().unwrap() < 10.0);
        }
    }
    let withheld: Value = serde_json::from_str(&ask(&["--withhold"]).out).unwrap();
    let cell = &withheld["groups"][0]["times"][1];
    assert_eq!((&cell["estimate"], &cell["n_risk"]), (&Value::Null, &Value::Null));
    assert_eq!(
        withheld["groups"][0]["times"][0]["estimate"],
        json["groups"][0]["times"][0]["estimate"]
    );
    let text = riskset(&[
        "table", "survival", "@lung", formula, "--times", "365,900", "--format", "markdown",
    ])
    .out;
    assert!(text.contains("ᵃ Fewer than 10 at risk."), "{text}");
}

#[test]
fn incidences_have_all_causes_the_one_of_interest_first() {
    let formula = "Surv(etime, event) ~ sex";
    let args = [
        "table", "cif", "@mgus2", formula, "--cause", "pcm", "--censor", "censor", "--times", "120",
    ];
    let answer = riskset(&[&args[..], &["--gray", "--format", "json"]].concat());
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(
        (&json["causes"][0]["cause"], &json["causes"][1]["cause"]),
        (&"pcm".into(), &"death".into())
    );
    let cif = riskset(&[
        "cif", "@mgus2", formula, "--cause", "pcm", "--censor", "censor", "--times", "120",
        "--gray", "--format", "json",
    ]);
    let cif: Value = serde_json::from_str(&cif.out).unwrap();
    let of = |cause: &str, group: usize| {
        let causes = cif["groups"][group]["causes"].as_array().unwrap();
        causes.iter().find(|one| one["cause"] == cause).unwrap()["at_times"][0]["estimate"].clone()
    };
    for group in 0..2 {
        assert_eq!(json["causes"][0]["groups"][group]["times"][0]["estimate"], of("pcm", group));
        assert_eq!(json["causes"][1]["groups"][group]["times"][0]["estimate"], of("death", group));
    }
    assert_eq!(json["causes"][0]["gray"]["cause"], "pcm");
}

/// A workbook is read back by the reader of workbooks.
#[test]
fn a_table_is_a_workbook_with_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("km.xlsx");
    let name = file.to_str().unwrap();
    let formula = "Surv(time, status == 2) ~ sex";
    let written = riskset(&["km", "@lung", formula, "--times", "365", "-o", name]);
    assert_eq!(written.status, 0, "{}", written.err);
    let sheet = format!("{name}#Survival at given times");
    let look = riskset(&["look", &sheet, "--header-row", "2", "--format", "json"]);
    assert!(look.out.contains("At risk"), "{}{}", look.out, look.err);
}
