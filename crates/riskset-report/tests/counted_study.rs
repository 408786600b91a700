//! A study of a table that counts people: what it counts, and what it refuses. That its texts are those of
//! the same people row by row is a test of the shipped study `datasets/counts`.

mod support;

use support::{Bench, STUDY, refused};

/// The ten patients of the small trial by time and arm, two of them in one row.
const COUNTS: &str = "\
months,arm,site,deaths,alive
5.0,new,A,1,0
9.5,new,B,0,1
12.0,new,A,1,0
20.0,new,B,0,1
3.0,new,A,1,0
4.0,old,B,2,1
15.0,old,B,0,1
18.0,old,B,1,0
";

/// The small trial on its counts, changed.
fn counted(from: &str, to: &str) -> String {
    let study = STUDY
        .replace("id = \"id\"\n", "counts = [\"deaths\", \"alive\"]\n")
        .replace("event = \"dead\"", "event = \"event\"")
        .replace("{ column = \"age\", label = \"Age\" }, ", "");
    assert!(study.contains(from), "{from}");
    study.replacen(from, to, 1)
}

#[test]
fn a_study_counts_people_and_not_rows() {
    let bench = Bench::with(&counted("", ""), COUNTS);
    let summary = bench.run().unwrap();
    assert_eq!(summary.patients, 10);
    let json = bench.json();
    let number = |key: &str| json["numbers"][key]["value"].as_f64().unwrap();
    // Of eight rows: five people have the new treatment and five the old, by hand.
    for (key, expected) in [
        ("data.patients", 10.0),
        ("arms.os.new.n", 5.0),
        ("arms.os.new.events", 3.0),
        ("arms.os.old.n", 5.0),
        ("arms.os.old.events", 3.0),
        ("baseline.total", 10.0),
    ] {
        assert_eq!(number(key), expected, "{key}");
    }
    // (1 - 2/5) at 4 months, when one more is censored; then 2 at risk, and one of the last dies.
    assert!((number("arms.os.old.at_6.estimate") - 60.0).abs() < 1e-9);
    assert!(bench.read("text/results.md").contains("10 patients"));
    let inputs = serde_json::to_string(&json["provenance"]).unwrap();
    assert!(inputs.contains("the table counts 10 people in 8 rows"), "{inputs}");
}

/// Several kinds of events are several columns, and compete.
#[test]
fn counts_of_competing_events_give_incidences() {
    let study =
        counted("counts = [\"deaths\", \"alive\"]", "counts = [\"relapse\", \"death\", \"alive\"]");
    let study = study.replace("times = [6, 12]", "times = [2, 4]");
    let study = study.replace("event = \"event\"\n", "event = 'event == \"relapse\"'\n\
        [[endpoint.competing]]\nname = \"death\"\nlabel = \"Death\"\nevent = 'event == \"death\"'\n");
    let data = "months,arm,site,relapse,death,alive\n2,new,A,3,1,0\n4,new,B,1,0,5\n2,old,A,2,2,0\n\
                4,old,B,3,0,3\n";
    let bench = Bench::with(&study, data);
    assert_eq!(bench.run().unwrap().patients, 20);
    let json = bench.json();
    let ends = &json["outcomes"]["os"];
    let text = serde_json::to_string(ends).unwrap();
    assert!(text.contains("[\"relapse\",9]") && text.contains("[\"censored\",8]"), "{text}");
    // By hand: 3 of 10 relapse at 2; 6 are left then, of whom 1 relapses at 4: 0.3 + 0.6 / 6.
    for (key, expected) in [("at_2", 30.0), ("at_4", 40.0)] {
        let at = json["numbers"][format!("arms.os.new.{key}.estimate")]["value"].as_f64().unwrap();
        assert!((at - expected).abs() < 1e-9, "{key}: {at}");
    }
}

#[test]
fn what_is_of_single_patients_is_refused_with_its_line() {
    let why = "a table of counts has no row of a single patient";
    let in_data = |key: &str| counted("counts =", &format!("{key}\ncounts ="));
    for (study, said) in [
        (in_data("id = \"site\""), "take `id` out of [data]"),
        (in_data("rows = 'site == \"A\"'"), "the `filter` of a [[population]]"),
        (
            counted("event = \"event\"", "event = \"event\"\nrows = 'site == \"A\"'"),
            "the `filter` of a [[population]]",
        ),
        (
            counted(
                "[[population]]",
                "[units]\nfile = \"u.csv\"\nid = \"unit\"\npatient = \"id\"\n[[population]]",
            ),
            "take [units] out",
        ),
        (
            counted(
                "[[table]]",
                "[[analysis]]\nname = \"w\"\nlabel = \"W\"\n[analysis.request]\nanalysis = \"km\"\n\
                 formula = \"Surv(months, event) ~ arm\"\nweights = \"site\"\n[[table]]",
            ),
            "the request has `weights`",
        ),
        (
            counted(
                "[[table]]",
                "[[figure]]\nname = \"w\"\ntitle = \"W\"\n[figure.request]\nanalysis = \
                 \"plot-swimmer\"\nformula = \"Surv(months, event) ~ arm\"\n[[table]]",
            ),
            "`plot-swimmer` tells of each",
        ),
    ] {
        refused(&study, COUNTS, &[why, said, "line "]);
    }
    let dates = "[endpoint.dates]\nrule = \"os\"\ntime_zero = \"a\"\ndeath = \"b\"\n\
                 last_visit = [\"c\"]\n[[population]]";
    let study = counted("[[population]]", dates);
    let study = study.replace("time = \"months\"\nevent = \"event\"\n", "");
    refused(
        &study,
        COUNTS,
        &["no dates of single patients", "give the endpoint `time` and `event`"],
    );
    let study = counted(
        "[[table]]",
        "[[analysis]]\nname = \"w\"\nlabel = \"W\"\n[analysis.request]\nanalysis = \"km\"\n\
         formula = \"Surv(months, event) ~ arm\"\ncounts = [\"deaths\"]\n[[table]]",
    );
    refused(&study, COUNTS, &["the request names counts, which is that of [data]"]);
}

#[test]
fn columns_by_which_nobody_counted_and_bad_counts_are_refused() {
    let by_age = counted("{ column = \"site\"", "{ column = \"age\"");
    refused(&by_age, COUNTS, &["has no column `age`", "count by `age` as well"]);
    let model = "[[model]]\nname = \"m\"\nlabel = \"M\"\npopulation = \"everybody\"\nendpoint = \"os\"\n\
                 terms = \"arm + age\"\n[[table]]";
    refused(&counted("[[table]]", model), COUNTS, &["no column `age`", "count by `age` as well"]);
    let misspelt = counted("\"alive\"]", "\"alvie\"]");
    refused(&misspelt, COUNTS, &["`alvie`", "did you mean `alive`", "line "]);
    let half = COUNTS.replace("4.0,old,B,2,1", "4.0,old,B,2.5,1");
    refused(&counted("", ""), &half, &["is 2.5", "whole number of people", "row 6"]);
    let negative = COUNTS.replace("5.0,new,A,1,0", "-5.0,new,A,1,0");
    refused(&counted("", ""), &negative, &["patient 1 of row 1", "time is -5"]);
    let many = COUNTS.replace("4.0,old,B,2,1", "4.0,old,B,2,30000000");
    let said = ["counts 30000009 people", "`riskset km`", "draw a sample"];
    refused(&counted("", ""), &many, &said);
}
