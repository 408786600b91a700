//! Whole studies: what a run writes, and what it refuses without writing anything.

use riskset_report::Error;
use riskset_report::study::{StudyOptions, Summary, init_template, run_study};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const DATA: &str = "\
id,arm,site,months,dead,operation,death,visit,age
P01,new,A,5.0,1,2020-01-01,2020-06-01,2020-06-01,61
P02,new,B,9.5,0,2020-01-05,,2020-10-20,55
P03,new,A,12.0,1,2020-02-01,2021-02-01,2021-02-01,70
P04,new,B,20.0,0,2020-02-03,,2021-10-03,48
P05,new,A,3.0,1,2020-03-01,2020-06-01,2020-06-01,66
P06,old,B,4.0,1,2020-03-05,2020-07-05,2020-07-05,59
P07,old,A,7.0,1,2020-04-01,2020-11-01,2020-11-01,63
P08,old,B,15.0,0,2020-04-03,,2021-07-03,52
P09,old,A,2.5,1,2020-05-01,2020-07-16,2020-07-16,71
P10,old,B,18.0,1,2020-05-05,2021-11-05,2021-11-05,
";

const STUDY: &str = r#"
schema = "riskset.study/1"
[study]
title = "A small trial"
conf_type = "log-log"
times = [6, 12]
synthetic = true
[data]
file = "patients.csv"
id = "id"
[[endpoint]]
name = "os"
label = "Overall survival"
abbreviation = "OS"
origin = "randomisation"
time = "months"
event = "dead"
[[population]]
name = "everybody"
label = "All patients"
[[group]]
name = "arm"
label = "Arm"
variable = "arm"
reference = "old"
known = "at"
levels = [{ name = "new", label = "New" }, { name = "old", label = "Old" }]
[[comparison]]
name = "arms"
label = "New or old"
population = "everybody"
group = "arm"
endpoints = ["os"]
[[follow_up]]
name = "followup"
label = "All patients"
population = "everybody"
endpoint = "os"
[[table]]
name = "baseline"
kind = "baseline"
title = "Patients"
population = "everybody"
by = "arm"
variables = [{ column = "age", label = "Age" }, { column = "site", label = "Site" }]
"#;

/// A folder with the data and a study file, and a place for the report.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new(study: &str, data: &str) -> Bench {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("study.toml"), study).unwrap();
        fs::write(folder.path().join("patients.csv"), data).unwrap();
        Bench { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self) -> Result<Summary, Error> {
        let options = StudyOptions { output: self.path("report"), force: false, dpi: 100 };
        run_study(&self.path("study.toml"), &options, &|_| {})
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path("report").join(name)).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.read("results.json")).unwrap()
    }
}

fn changed(from: &str, to: &str) -> String {
    assert!(STUDY.contains(from), "{from}");
    STUDY.replacen(from, to, 1)
}

/// The run is refused with this message, and nothing is left beside the inputs.
#[track_caller]
fn refused(study: &str, data: &str, expected: &[&str]) {
    let bench = Bench::new(study, data);
    let message = bench.run().unwrap_err().to_string();
    for part in expected {
        assert!(message.contains(part), "expected {part:?} in:\n{message}");
    }
    let mut names: Vec<_> = fs::read_dir(bench.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["patients.csv", "study.toml"]);
}

#[test]
fn a_study_gives_every_file_of_the_report() {
    let bench = Bench::new(STUDY, DATA);
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
    let bench = Bench::new(STUDY, DATA);
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
    let bench = Bench::new(STUDY, DATA);
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
    let bench = Bench::new(STUDY, DATA);
    bench.run().unwrap();
    for name in ["tables/arms.md", "tables/baseline.tex", "figures/arms-os.svg", "report.html"] {
        assert!(bench.read(name).to_lowercase().contains("synthetic"), "{name}");
    }
    assert_eq!(bench.json()["synthetic"], true);
}

#[test]
fn the_same_study_gives_the_same_bytes() {
    let (a, b) = (Bench::new(STUDY, DATA), Bench::new(STUDY, DATA));
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
    let bench = Bench::new(STUDY, DATA);
    fs::create_dir(bench.path("report")).unwrap();
    fs::write(bench.path("report").join("mine.txt"), "mine").unwrap();
    let message = bench.run().unwrap_err().to_string();
    assert!(message.contains("add --force"), "{message}");
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
    let bench = Bench::new(&study, DATA);
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
        let bench = Bench::new(STUDY, &data);
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
    let bench = Bench::new(&study, DATA);
    let summary = bench.run().unwrap();
    let code =
        |summary: &Summary, code: &str| summary.warnings.iter().any(|(found, _)| found == code);
    assert!(code(&summary, "group_after_baseline"), "{:?}", summary.warnings);
    assert!(bench.read("report.html").contains("set `landmark` to a time"));

    let with = changed("endpoints = [\"os\"]", "endpoints = [\"os\"]\nlandmark = 4");
    let bench = Bench::new(&with, DATA);
    let summary = bench.run().unwrap();
    assert!(!code(&summary, "group_after_baseline"));
    // P05, P06 and P09 are no longer at risk after month 4.
    assert_eq!(bench.json()["numbers"]["arms.os.before_landmark"]["value"], 3.0);
    assert_eq!(bench.json()["numbers"]["arms.os.n"]["value"], 7.0);
}

#[test]
fn few_events_are_said_and_no_difference_is_never_claimed() {
    let bench = Bench::new(STUDY, DATA);
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
    let bench = Bench::new(&format!("{STUDY}{SERIES}"), DATA);
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
    let bench = Bench::new(&format!("{STUDY}{SERIES}"), DATA);
    fs::write(bench.path("series.csv"), "study,part,k,n\nOne,a,10,40\nOne,a,12,60\n").unwrap();
    let message = bench.run().unwrap_err().to_string();
    assert!(message.contains("\"One\" stands in two of the rows chosen"), "{message}");
    assert!(!bench.path("report").exists());
    let counts = "study,part,k,n\nOne,a,1.5,40\nTwo,a,12,60\n";
    fs::write(bench.path("series.csv"), counts).unwrap();
    let message = bench.run().unwrap_err().to_string();
    assert!(message.contains("One: 1.5 is not a count"), "{message}");
}

const FIGURE: &str = r#"[[figure]]
name = "arms-by-request"
title = "Survival by arm"
[figure.request]
analysis = "plot-km"
formula = "Surv(months, dead) ~ arm"
annotate = ["hr", "logrank"]
"#;

/// The figure of a request is drawn as it is anywhere, and its doubts are the study's.
#[test]
fn the_figure_of_a_request_has_the_bytes_of_the_request() {
    use riskset_analysis::{Answer, Data, Request, run};
    let study = changed("synthetic = true\n", "") + FIGURE;
    let bench = Bench::new(&study, DATA);
    let summary = bench.run().unwrap();
    let text = r#"{"analysis": "plot-km", "data": "patients.csv", "annotate": ["hr", "logrank"],
        "formula": "Surv(months, dead) ~ arm", "conf_type": "log-log"}"#;
    let table = riskset_data::Table::from_csv(DATA.as_bytes(), b',', "patients.csv", None).unwrap();
    let request = Request::from_json(text).unwrap();
    let Answer::Figure(answer) = run(&request, &Data::table(table, "patients.csv")).unwrap() else {
        panic!("a figure was asked for")
    };
    assert_eq!(bench.read("figures/arms-by-request.svg"), answer.figure.svg());
    let doubt = "arms-by-request: 7 events for 1 coefficient";
    assert!(summary.warnings.iter().any(|(_, words)| words.contains(doubt)), "{summary:?}");
    assert!(bench.read("report.html").contains("Survival by arm"));
}

#[test]
fn a_request_of_a_study_is_a_figure_of_its_patients() {
    let with = |from: &str, to: &str| STUDY.to_owned() + &FIGURE.replacen(from, to, 1);
    refused(&with("analysis = \"plot-km\"", "analysis = \"plot-kn\""), DATA, &["plot-km"]);
    refused(&with("annotate", "annotation"), DATA, &["line", "annotate"]);
    refused(&with("annotate", "data = \"other.csv\"\nannotate"), DATA, &["[data]"]);
    refused(&with("annotate = [\"hr\", \"logrank\"]", "theme = \"own.toml\""), DATA, &["own.toml"]);
    let numbers = with("analysis = \"plot-km\"", "analysis = \"compare\"")
        .replace("annotate = [\"hr\", \"logrank\"]\n", "");
    refused(&numbers, DATA, &["no figure"]);
}

/// What the study has said need not be said again: whom, since when, in which groups, on which scale.
#[test]
fn a_figure_inherits_what_the_study_has_said() {
    let population =
        "[[population]]\nname = \"a\"\nlabel = \"Site A\"\nfilter = \"site == \\\"A\\\"\"\n";
    let figure = "[[figure]]\nname = \"inherited\"\ntitle = \"Site A\"\npopulation = \"a\"\n\
                  endpoint = \"os\"\ngroup = \"arm\"\n[figure.request]\nanalysis = \"plot-km\"\n";
    let own = figure.replace("\"inherited\"", "\"own\"").replace("group = \"arm\"\n", "")
        + "formula = \"os ~ I(age > 60)\"\nconf_type = \"plain\"\n";
    let bench = Bench::new(&format!("{STUDY}{population}{figure}{own}"), DATA);
    bench.run().unwrap();
    let embedded = |name: &str| {
        let svg = bench.read(&format!("figures/{name}.svg"));
        riskset_plot::extract(svg.as_bytes()).unwrap()
    };
    let inherited = embedded("inherited");
    let settings = &inherited.settings;
    assert_eq!(settings["conf_type"], "log-log");
    assert_eq!(settings["order"], serde_json::json!(["New", "Old"]));
    assert_eq!(settings["reference"], "Old");
    assert_eq!(
        (&settings["unit"], &settings["origin"]),
        (&"months".into(), &"randomisation".into())
    );
    // Site A: 3 of the new arm, 2 of the old one.
    let svg = bench.read("figures/inherited.svg");
    assert!(svg.contains("New") && svg.contains("Months since randomisation"), "{svg}");
    let csv: String = inherited.tables.iter().map(|table| table.to_csv()).collect();
    assert!(csv.contains("\nNew,12,") && !csv.contains("\nNew,20,"), "{csv}");
    assert_eq!(embedded("own").settings["conf_type"], "plain");
}

#[test]
fn a_figure_names_what_the_study_has() {
    let with = |key: &str| {
        STUDY.to_owned()
            + &FIGURE.replacen("[figure.request]", &format!("{key}\n[figure.request]"), 1)
    };
    refused(&with("population = \"some\""), DATA, &["[[population]]", "line"]);
    refused(&with("endpoint = \"dfs\""), DATA, &["[[endpoint]]"]);
    refused(&with("group = \"sex\""), DATA, &["[[group]]"]);
    refused(&with("endpoint = \"os\""), DATA, &["Surv(months, dead)", "leave one of them out"]);
    refused(&with("data = \"units\""), DATA, &["[units]"]);
    refused(&with("data = \"other.csv\""), DATA, &["units"]);
}

/// Flow and pooled series have data of their own, beside the study file.
#[test]
fn a_figure_with_data_of_its_own_reads_them_beside_the_study() {
    let figure = "[[figure]]\nname = \"counts\"\ntitle = \"Flow\"\n[figure.request]\n\
                  analysis = \"plot-flow\"\ndata = \"counts.toml\"\n";
    let bench = Bench::new(&format!("{STUDY}{figure}"), DATA);
    fs::write(bench.path("counts.toml"), "[[stage]]\nlabel = \"Screened\"\nn = 48\n").unwrap();
    bench.run().unwrap();
    let svg = bench.read("figures/counts.svg");
    assert!(svg.contains("Screened") && !svg.to_lowercase().contains("synthetic"));
    refused(&format!("{STUDY}{figure}"), DATA, &["counts.toml cannot be read"]);
}

const ANALYSES: &str = r#"[[analysis]]
name = "lost"
label = "Those who were lost"
population = "everybody"
endpoint = "os"
group = "arm"
[analysis.request]
analysis = "tipping"
imputations = 5

[[analysis]]
name = "margins"
label = "Not worse"
population = "everybody"
endpoint = "os"
group = "arm"
[analysis.request]
analysis = "compare"
max_combo = [[0, 0], [0, 1]]
milestones = [6]
margins = [{ of = "hr", value = 1.5 }]

[[analysis]]
name = "over-time"
label = "Age over time"
endpoint = "os"
group = "arm"
terms = "tv(age, log(t))"
[analysis.request]
analysis = "cox"

[[analysis]]
name = "conditional"
label = "Conditional survival"
endpoint = "os"
group = "arm"
[analysis.request]
analysis = "km"
given = 3
band = "hall-wellner"

[[analysis]]
name = "pieces"
label = "Cut rows"
[analysis.request]
analysis = "split"
formula = "Surv(months, dead) ~ 1"
id = "id"
with = "visits.csv"
with_time = "at"
measures = ["marker"]
count = "visits"

[[figure]]
name = "lost-figure"
title = "Those who were lost"
endpoint = "os"
group = "arm"
[figure.request]
analysis = "plot-tipping"
imputations = 5

[[figure]]
name = "curves-figure"
title = "Survival"
endpoint = "os"
group = "arm"
[figure.request]
analysis = "plot-km"
"#;

/// An analysis is asked by its request of the study's endpoint and group: each number is the one that
/// the same request of the columns gives.
#[test]
fn an_analysis_is_the_request_of_the_study_s_endpoint() {
    use riskset_analysis::{Answer, Data, Request, run};
    let bench = Bench::new(&format!("{STUDY}{ANALYSES}"), DATA);
    fs::write(bench.path("visits.csv"), "id,at,marker\nP03,0,1.5\nP03,4,2.5\n").unwrap();
    let summary = bench.run().unwrap();
    let table = riskset_data::Table::from_csv(DATA.as_bytes(), b',', "patients.csv", None).unwrap();
    let data = Data::table(table, "patients.csv");
    let asked = |text: &str| run(&Request::from_json(text).unwrap(), &data).unwrap();
    let json = bench.json();
    let number =
        |key: &str| json["numbers"][key]["value"].as_f64().unwrap_or_else(|| panic!("{key}"));

    let Answer::Tipping(tipping) = asked(
        r#"{"analysis": "tipping", "data": "x", "formula": "Surv(months, dead) ~ arm",
            "reference": "old", "imputations": 5}"#,
    ) else {
        panic!("tipping points were asked for")
    };
    let worst = tipping.cases[1].1.unwrap();
    assert_eq!(number("lost.cases.worst.hazard_ratio_estimate"), worst.log_ratio.exp());
    assert_eq!(number("lost.deltas.new.delta_2.p_value"), tipping.deltas[1][3].1.unwrap().p_value);

    let Answer::Compare(compared) = asked(
        r#"{"analysis": "compare", "data": "x", "formula": "Surv(months, dead) ~ arm",
            "reference": "old", "max_combo": [[0, 0], [0, 1]], "milestones": [6], "times": [6, 12],
            "conf_type": "log-log", "margins": [{"of": "hr", "value": 1.5}]}"#,
    ) else {
        panic!("a comparison was asked for")
    };
    let combined = compared.further.max_combo.as_ref().unwrap();
    assert_eq!(number("margins.max_combo.p_value"), combined.p_value);
    let at_six = compared.groups[0].curve.at(6.0).unwrap();
    assert_eq!(number("margins.groups.at_times.new.at_6.survival"), at_six.survival.unwrap());

    let results = bench.read("text/results.md");
    for words in
        ["## Those who were lost\n\n10 patients.", "10 rows of 10 patients became 11 pieces."]
    {
        assert!(results.contains(words), "{words}: {results}");
    }
    // What an answer says of itself stands below its tables.
    let page = bench.read("report.html");
    for note in
        ["The conclusion, limits on both sides of 1,", "New against Old: one-sided 97.5% limit"]
    {
        assert!(page.contains(note) && !results.contains(note), "{note}: {results}");
    }
    assert!(!results.contains("Arm=New") && !results.contains("Event: "), "{results}");
    assert!(bench.read("tables/over-time-2.csv").contains("tv(age, log(t))"));
    assert!(bench.read("tables/conditional-3.csv").contains("At risk after 3"));
    assert!(bench.read("tables/pieces-rows.csv").contains("P03,4,12,1"));
    assert_eq!(json["answers"]["conditional"]["schema"], "riskset.km/1");
    assert_eq!(json["provenance"]["inputs"][1]["name"], "visits.csv");
    let svg = bench.read("figures/curves-figure.svg");
    assert!(svg.contains("Months since randomisation") && svg.contains("Overall survival"));
    assert!(bench.read("figures/lost-figure.svg").contains("New lost"));
    let doubt =
        "Those who were lost: 3 patients are without the event and all of them count as lost";
    assert!(summary.warnings.iter().any(|(_, words)| words.contains(doubt)), "{summary:?}");
}

#[test]
fn what_an_analysis_cannot_be_is_refused_at_its_line() {
    let with = |from: &str, to: &str| {
        assert!(ANALYSES.contains(from), "{from}");
        STUDY.to_owned() + &ANALYSES.replacen(from, to, 1)
    };
    refused(&with("analysis = \"tipping\"", "analysis = \"tiping\""), DATA, &["line", "tipping"]);
    refused(&with("imputations", "imputation"), DATA, &["nearest is `imputations`"]);
    refused(&with("imputations = 5", "data = \"x.csv\""), DATA, &["[data]"]);
    refused(&with("endpoint = \"os\"", "endpoint = \"oss\""), DATA, &["nearest is \"os\""]);
    refused(&with("endpoint = \"os\"\n", ""), DATA, &["name one as `endpoint`"]);
    let own = "imputations = 5\nformula = \"Surv(months, dead) ~ arm\"";
    refused(&with("imputations = 5", own), DATA, &["keep one of the two"]);
    let figure = with("analysis = \"tipping\"", "analysis = \"plot-tipping\"");
    refused(&figure, DATA, &["a figure is a [[figure]]"]);
    refused(&with("\"visits.csv\"", "\"nowhere.csv\""), DATA, &["nowhere.csv"]);
    let twice = with("name = \"margins\"", "name = \"lost-2\"");
    let (twice, _) = twice.split_once("[[analysis]]\nname = \"over-time\"").unwrap();
    refused(twice, DATA, &["two tables would have the file name"]);
}

#[test]
fn a_study_without_ids_calls_patients_by_their_rows() {
    let bench = Bench::new(&changed("id = \"id\"\n", ""), DATA);
    assert_eq!(bench.run().unwrap().patients, 10);
    let rows = changed("id = \"id\"\n", "rows = \"site == \\\"A\\\"\"\n");
    refused(&rows, DATA, &["name its column as `id`"]);
}
