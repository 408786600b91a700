//! Whole studies: what a run writes, and what it refuses without writing anything.

mod support;

use riskset_report::study::{StudyOptions, Summary, init_template, run_study};
use std::fs;
use std::path::Path;
use support::{Bench, DATA, STUDY, changed, refused};

#[test]
fn a_study_gives_every_file_of_the_report() {
    let bench = Bench::with(STUDY, DATA);
    let summary = bench.run().unwrap();
    assert_eq!(summary.patients, 10);
    for name in [
        "report.html",
        "results.json",
        "text/methods.md",
        "text/results.md",
        "tables/arms.csv",
        "tables/arms.md",
        "tables/arms.tex",
        "tables/arms.html",
        "tables/arms.docx",
        "tables/baseline.docx",
        "figures/arms-os.svg",
        "figures/arms-os.pdf",
        "figures/arms-os.png",
    ] {
        assert!(bench.path("report").join(name).is_file(), "{name}");
    }
    let names: Vec<_> = fs::read_dir(bench.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 3, "no unfinished folder is left");
}

/// The numbers of the store are those of the estimators on the same rows.
#[test]
fn the_numbers_are_those_of_the_estimators() {
    use riskset::{ConfType, KaplanMeier, RightCensored};
    let bench = Bench::with(STUDY, DATA);
    bench.run().unwrap();
    let (times, events) = ([5.0, 9.5, 12.0, 20.0, 3.0], [true, false, true, false, true]);
    let curve = KaplanMeier::default()
        .conf_type(ConfType::LogLog)
        .fit(&RightCensored::new(&times, &events).unwrap())
        .unwrap();
    let numbers = &bench.json()["numbers"];
    let median = curve.median();
    assert_eq!(numbers["arms.os.new.median.estimate"]["value"], median.estimate.unwrap());
    assert_eq!(numbers["arms.os.new.median.lower"]["value"], median.lower.unwrap());
    let at = curve.at(6.0).unwrap();
    assert_eq!(numbers["arms.os.new.at_6.estimate"]["value"], 100.0 * at.survival.unwrap());
    // 5 patients each: 3 and 4 events.
    assert_eq!(numbers["arms.os.new.events"]["value"], 3.0);
    assert_eq!(numbers["arms.os.old.events"]["value"], 4.0);
    assert_eq!(numbers["baseline.age.missing.k"]["value"], 1.0);
}

#[test]
fn every_number_of_tables_and_text_is_in_the_results() {
    let bench = Bench::with(STUDY, DATA);
    bench.run().unwrap();
    let json = bench.json();
    let shown: Vec<String> = json["numbers"]
        .as_object()
        .unwrap()
        .values()
        .map(|entry| entry["shown"].as_str().unwrap().replace('\u{2212}', "-"))
        .collect();
    let table = bench.read("tables/arms.csv").replace('\u{2212}', "-");
    for line in table.lines().skip(1) {
        // The label may hold numbers of its own (a time, a level).
        let cells = line.split_once(',').unwrap().1;
        for number in cells.split(|sign: char| !(sign.is_ascii_digit() || sign == '.')) {
            let is_reference = number == "1" || number == "0";
            let found = shown.iter().any(|text| text.trim_start_matches(['-', '<', '>']) == number);
            assert!(number.is_empty() || is_reference || found, "{number} of {line}");
        }
    }
}

#[test]
fn the_word_synthetic_is_in_every_title() {
    let bench = Bench::with(STUDY, DATA);
    bench.run().unwrap();
    for name in ["tables/arms.md", "tables/baseline.tex", "figures/arms-os.svg", "report.html"] {
        assert!(bench.read(name).to_lowercase().contains("synthetic"), "{name}");
    }
    assert_eq!(bench.json()["synthetic"], true);
}

#[test]
fn the_same_study_gives_the_same_bytes() {
    let (a, b) = (Bench::with(STUDY, DATA), Bench::with(STUDY, DATA));
    a.run().unwrap();
    b.run().unwrap();
    for name in [
        "report.html",
        "results.json",
        "tables/arms.docx",
        "figures/arms-os.pdf",
        "figures/arms-os.png",
    ] {
        let bytes = |bench: &Bench| fs::read(bench.path("report").join(name)).unwrap();
        assert!(bytes(&a) == bytes(&b), "{name}");
    }
}

#[test]
fn an_existing_folder_is_replaced_only_by_force() {
    let bench = Bench::with(STUDY, DATA);
    fs::create_dir(bench.path("report")).unwrap();
    fs::write(bench.path("report").join("mine.txt"), "mine").unwrap();
    let message = bench.run().unwrap_err().to_string();
    assert!(message.contains("add `force: true`"), "{message}");
    assert_eq!(bench.read("mine.txt"), "mine");
}

#[test]
fn an_unknown_key_is_refused_with_line_and_nearest() {
    let study = changed("conf_type = \"log-log\"", "conf_tpye = \"log-log\"");
    refused(
        &study,
        DATA,
        &["line 5", "\"conf_tpye\" is unknown", "the nearest is \"conf_type\"", "^^^"],
    );
}

#[test]
fn a_missing_column_is_refused_with_the_nearest() {
    let study = changed("time = \"months\"", "time = \"month\"");
    refused(&study, DATA, &["line 16", "`month`", "did you mean `months`"]);
}

#[test]
fn a_population_that_selects_nobody_is_refused() {
    let study = changed(
        "label = \"All patients\"\n[[group]]",
        "label = \"All patients\"\nfilter = \"age > 99\"\n[[group]]",
    );
    refused(&study, DATA, &["selects nobody of 10 patients", "age > 99"]);
}

#[test]
fn a_group_with_one_level_is_refused() {
    let study = changed(", { name = \"old\", label = \"Old\" }", "")
        .replace("reference = \"old\"", "reference = \"new\"");
    refused(&study, DATA, &["the group has 1 level"]);
}

#[test]
fn a_level_that_no_patient_has_is_refused_with_the_values_found() {
    let study = changed(
        "{ name = \"old\", label = \"Old\" }",
        "{ name = \"old\", label = \"Old\", value = \"OLD\" }",
    );
    refused(&study, DATA, &["no patient is in the level \"old\"", "holds new, old"]);
}

#[test]
fn two_patients_with_one_id_are_refused() {
    let data = DATA.replace("P02", "P01");
    refused(STUDY, &data, &["the id \"P01\" stands twice", "row 1", "row 2"]);
}

const DATES: &str = "[endpoint.dates]\nrule = \"os\"\ntime_zero = \"operation\"\ndeath = \"death\"\nlast_visit = [\"visit\"]\n";

#[test]
fn dates_give_the_endpoint_by_rule() {
    let study = changed("time = \"months\"\nevent = \"dead\"\n", DATES);
    let bench = Bench::with(&study, DATA);
    bench.run().unwrap();
    let numbers = &bench.json()["numbers"];
    assert_eq!(numbers["arms.os.new.events"]["value"], 3.0);
    // P05: from 1 March to 1 June are 92 days.
    let first = bench.json()["curves"]["arms.os.new"]["time"][0].as_f64().unwrap();
    assert!((first - 92.0 / 30.4375).abs() < 1e-12);
}

#[test]
fn a_date_with_two_readings_is_refused_with_its_place_and_both() {
    let study = changed("time = \"months\"\nevent = \"dead\"\n", DATES);
    let data = DATA.replace("2020-02-01,2021-02-01", "01/02/2020,2021-02-01");
    refused(&study, &data, &["row 3 (line 4)", "01/02/2020", "say `date_format = \"dmy\"`"]);
}

#[test]
fn names_cannot_leave_the_folder() {
    for bad in ["../arms", "/absolute/arms", "a/b", "con"] {
        let study = changed("name = \"arms\"", &format!("name = \"{bad}\""));
        refused(&study, DATA, &[bad]);
    }
}

/// A level called like a script, a formula, a command, with 60 letters, accents, from right to left.
#[test]
fn names_from_the_data_are_shown_and_not_obeyed() {
    let hostile = ["<script>alert(1)</script>", "=1+1", "\\input{x}"];
    for name in hostile {
        let data = DATA.replace(",A,", &format!(",{name},")).replace(",B,", ",Märta שלום,");
        let bench = Bench::with(STUDY, &data);
        bench.run().unwrap();
        assert!(!bench.read("report.html").contains("<script>"), "{name}");
        assert!(!bench.read("tables/baseline.tex").contains("\\input"), "{name}");
        let csv = bench.read("tables/baseline.csv");
        assert!(csv.lines().all(|line| !line.starts_with(['=', '+', '@'])), "{csv}");
        assert!(bench.read("tables/baseline.html").contains("Märta שלום"));
    }
}

#[test]
fn a_group_made_of_the_outcome_is_flagged_and_a_landmark_mends_it() {
    let levels = "levels = [{ name = \"new\", label = \"Died\", filter = \"dead == 1\" }, { name = \"old\", label = \"Alive\", filter = \"dead == 0\" }]";
    let from = "variable = \"arm\"\nreference = \"old\"\nknown = \"at\"\nlevels = [{ name = \"new\", label = \"New\" }, { name = \"old\", label = \"Old\" }]";
    let study = changed(from, &format!("reference = \"old\"\nknown = \"at\"\n{levels}"));
    let bench = Bench::with(&study, DATA);
    let summary = bench.run().unwrap();
    let code =
        |summary: &Summary, code: &str| summary.warnings.iter().any(|(found, _)| found == code);
    assert!(code(&summary, "group_after_baseline"), "{:?}", summary.warnings);
    assert!(bench.read("report.html").contains("set `landmark` to a time"));

    let with = changed("endpoints = [\"os\"]", "endpoints = [\"os\"]\nlandmark = 4");
    let bench = Bench::with(&with, DATA);
    let summary = bench.run().unwrap();
    assert!(!code(&summary, "group_after_baseline"));
    // P05, P06 and P09 are no longer at risk after month 4.
    assert_eq!(bench.json()["numbers"]["arms.os.before_landmark"]["value"], 3.0);
    assert_eq!(bench.json()["numbers"]["arms.os.n"]["value"], 7.0);
}

#[test]
fn few_events_are_said_and_no_difference_is_never_claimed() {
    let bench = Bench::with(STUDY, DATA);
    let summary = bench.run().unwrap();
    assert!(summary.warnings.iter().any(|(code, _)| code == "few_events"));
    let text = bench.read("text/results.md");
    let compatible = "The 95% CI was compatible with a hazard ratio from 0.16 to 3.12; a clinically \
                      relevant difference cannot be excluded. The estimates are imprecise (7 deaths).";
    assert!(text.contains(compatible), "{text}");
    // Advice to the analyst stands with the cautions, and a test is of curves and not of medians.
    assert!(!text.contains("Caution"), "{text}");
    assert!(text.contains("(95% CI, 0.16\u{2013}3.12; two-sided log-rank P = 0.63)"), "{text}");
    assert!(!text.to_lowercase().contains("no difference"));
    assert!(!text.contains("not significant"));
}

/// The template is a study that runs as it is.
#[test]
fn the_template_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("study.toml");
    fs::write(&path, init_template()).unwrap();
    let options = StudyOptions { output: folder.path().join("out"), force: false, dpi: 72 };
    let summary = run_study(&path, &options, &|_| {}).unwrap();
    assert_eq!(summary.patients, 929);
    assert!(Path::new(&summary.output).join("report.html").is_file());
}

const SERIES: &str = r#"
[[meta]]
name = "series"
label = "Viable tumour across series"
measure = "Viable tumour"
file = "series.csv"
study = "study"
events = "k"
n = "n"
subset = 'part == "a"'
note = "Counts from print."
"#;

#[test]
fn series_are_pooled_beside_the_study_and_not_called_synthetic() {
    let bench = Bench::with(&format!("{STUDY}{SERIES}"), DATA);
    let rows = "study,part,k,n\nOne,a,10,40\nTwo,a,12,60\nTwo,b,1,60\nThree,a,30,64\nFour,a,,\n";
    fs::write(bench.path("series.csv"), rows).unwrap();
    let summary = bench.run().unwrap();
    let fit = riskset::ProportionMeta::default().fit(&[10, 12, 30], &[40, 60, 64]).unwrap();
    let numbers = &bench.json()["numbers"];
    assert_eq!(numbers["series.studies"]["value"], 3.0);
    assert_eq!(numbers["series.series.two.k"]["value"], 12.0);
    assert_eq!(numbers["series.pooled.estimate"]["value"], 100.0 * fit.estimate);
    assert_eq!(numbers["series.pooled.lower"]["value"], 100.0 * fit.interval.lower.unwrap());
    assert_eq!(numbers["series.prediction.upper"]["value"], 100.0 * fit.prediction.upper.unwrap());
    let few = summary.warnings.iter().any(|(code, message)| {
        code == "few_studies" && message.starts_with("Viable tumour across series: ")
    });
    assert!(few, "{:?}", summary.warnings);
    let table = bench.read("tables/series.csv");
    assert!(table.contains("\nTwo,12 / 60,20.0 ("), "{table}");
    assert!(bench.read("text/results.md").contains("Counts from print."));
    assert!(!bench.read("tables/series.md").to_lowercase().contains("synthetic"));
    let svg = bench.read("figures/series.svg");
    assert!(svg.contains("Pooled") && !svg.to_lowercase().contains("synthetic"));
    let inputs = bench.json()["provenance"]["inputs"].clone();
    assert_eq!(inputs[1]["name"], "series.csv");
}

#[test]
fn a_series_does_not_count_twice() {
    let bench = Bench::with(&format!("{STUDY}{SERIES}"), DATA);
    fs::write(bench.path("series.csv"), "study,part,k,n\nOne,a,10,40\nOne,a,12,60\n").unwrap();
    let message = bench.run().unwrap_err().to_string();
    assert!(message.contains("\"One\" stands in two of the rows chosen"), "{message}");
    assert!(!bench.path("report").exists());
    let counts = "study,part,k,n\nOne,a,1.5,40\nTwo,a,12,60\n";
    fs::write(bench.path("series.csv"), counts).unwrap();
    let message = bench.run().unwrap_err().to_string();
    assert!(message.contains("One: 1.5 is not a count"), "{message}");
}

#[test]
fn a_study_without_ids_calls_patients_by_their_rows() {
    let bench = Bench::with(&changed("id = \"id\"\n", ""), DATA);
    assert_eq!(bench.run().unwrap().patients, 10);
    let rows = changed("id = \"id\"\n", "rows = \"site == \\\"A\\\"\"\n");
    refused(&rows, DATA, &["name its column as `id`"]);
}

/// The group by which Table 1 is split is no row of it, whether it is a column or made of one; a column
/// that tells more than the group stays.
#[test]
fn the_group_is_no_row_of_its_own_table() {
    let listed = "{ column = \"age\", label = \"Age\" }, { column = \"site\", label = \"Site\" }";
    let with_arm = "{ column = \"age\" }, { column = \"arm\", label = \"Arm of the trial\" }";
    let of_column = changed(listed, with_arm);
    let by_filter = of_column.replace("variable = \"arm\"\n", "").replace(
        "{ name = \"new\", label = \"New\" }, { name = \"old\", label = \"Old\" }",
        "{ name = \"new\", label = \"New\", filter = 'arm == \"new\"' }, \
         { name = \"old\", label = \"Old\", filter = 'arm != \"new\"' }",
    );
    for study in [of_column, by_filter] {
        let bench = Bench::with(&study, DATA);
        let summary = bench.run().unwrap();
        let table = bench.read("tables/baseline.md");
        assert!(table.contains("age, median") && !table.contains("Arm of the trial"), "{table}");
        let said = summary.warnings.iter().filter(|(code, _)| code == "group_as_row");
        assert_eq!(said.count(), 1, "{:?}", summary.warnings);
    }
    // Three arms in two groups: which of them a patient has is not in the heads.
    let three = changed(listed, with_arm).replace("variable = \"arm\"\n", "").replace(
        "{ name = \"new\", label = \"New\" }, { name = \"old\", label = \"Old\" }",
        "{ name = \"new\", label = \"New\", filter = 'arm == \"new\"' }, \
         { name = \"old\", label = \"Old\", filter = 'arm != \"new\"' }",
    );
    let bench = Bench::with(&three, &DATA.replace("P10,old", "P10,older"));
    bench.run().unwrap();
    assert!(bench.read("tables/baseline.md").contains("Arm of the trial"));
}
