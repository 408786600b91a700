//! Figures and analyses of a study by their requests.

mod support;

use std::fs;
use support::{Bench, DATA, STUDY, changed, refused};

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
    let bench = Bench::with(&study, DATA);
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
    let bench = Bench::with(&format!("{STUDY}{population}{figure}{own}"), DATA);
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
    let bench = Bench::with(&format!("{STUDY}{figure}"), DATA);
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

[[analysis]]
name = "net"
label = "A net of age"
endpoint = "os"
terms = "age"
[analysis.request]
analysis = "elastic-net"
folds = 3

[[analysis]]
name = "sets"
label = "Deaths within arms"
[analysis.request]
analysis = "clogit"
formula = "dead ~ age + strata(arm)"

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
    let bench = Bench::with(&format!("{STUDY}{ANALYSES}"), DATA);
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
    assert_eq!(number("lost.cases.worst.hazard_ratio.estimate"), worst.log_ratio.exp());
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
    for words in [
        "## Those who were lost\n\n10 patients were analysed. ",
        "as observed, censored, ",
        "10 rows of 10 patients became 11 pieces.",
    ] {
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
    assert!(bench.read("tables/net.csv").contains("Coefficient, least deviance"));
    assert!(bench.read("tables/sets.csv").contains("Odds ratio"));
    assert_eq!(number("sets.sets"), 2.0);
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
