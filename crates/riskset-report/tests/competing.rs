//! Studies with competing events: numbers of R, sentences, doubts, refusals.

mod support;

use riskset_report::study::init_template;
use serde_json::Value;
use support::Bench;

const MGUS2: &str = include_str!("golden/mgus2.toml");
const GOLDEN: &str = include_str!("golden/competing.json");

/// Estimates in closed form and coefficients whose iterations both programs ran to the end.
const ESTIMATE: f64 = 1e-7;
/// A small P value multiplies the relative error of its z by z squared.
const P_VALUE: f64 = 1e-5;

/// Every golden number under `prefix`; how many were compared.
fn compare(results: &Value, prefix: &str) -> usize {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    let numbers = golden.as_object().unwrap().iter().filter(|(key, _)| key.starts_with(prefix));
    let mut compared = 0;
    for (key, expected) in numbers {
        let expected = expected.as_f64().unwrap();
        let found = results["numbers"][key]["value"].as_f64().unwrap_or_else(|| panic!("{key}"));
        let close = if key.ends_with("p_value") { P_VALUE } else { ESTIMATE };
        let off = (found - expected).abs();
        assert!(off <= close * expected.abs(), "{key}: {found} here, {expected} in R");
        compared += 1;
    }
    compared
}

#[test]
fn incidences_tests_and_both_hazard_ratios_are_those_of_r() {
    let bench = Bench::new(MGUS2);
    let summary = bench.run().unwrap();
    let results = bench.json();
    assert_eq!(compare(&results, "sexes."), 80);
    assert_eq!(compare(&results, "adjusted."), 24);
    assert!(summary.warnings.iter().all(|(code, _)| code != "competing_as_censored"));
    let ends = &results["outcomes"]["pcm"];
    assert_eq!(ends["event"], serde_json::json!([["pcm", 115]]));
    assert_eq!(ends["competing"], serde_json::json!([["Death without PCM", 860]]));
    assert_eq!(ends["censored"], serde_json::json!([["censor", 409]]));
    let text = bench.read("text/results.md");
    let sentence = "The cumulative incidence of PCM at 1 year was 1.3% (95% CI, 0.6\u{2013}2.5; \
                    Women) and 0.7% (95% CI, 0.3\u{2013}1.6; Men); at 5 years, 4.0% \
                    (2.7\u{2013}5.8) and 2.9% (1.9\u{2013}4.4); at 10 years, 7.4% (5.6\u{2013}9.8) \
                    and 5.5% (4.1\u{2013}7.5); at 20 years, 10.5% (8.0\u{2013}13.7) and 9.6% \
                    (7.2\u{2013}12.6).";
    assert!(text.contains(sentence), "{text}");
    for figure in ["sexes-pcm", "sexes-pcm-death", "adjusted", "adjusted-subdistribution"] {
        assert!(bench.path(&format!("report/figures/{figure}.svg")).is_file(), "{figure}");
    }
    let curve = &results["curves"]["sexes.pcm.f"];
    assert_eq!(
        curve["time"].as_array().unwrap().len(),
        curve["incidence"].as_array().unwrap().len()
    );
}

/// The death of another row of the same patient competes with recurrence.
#[test]
fn the_template_has_competing_events_and_the_numbers_of_r() {
    let bench = Bench::new(init_template());
    bench.run().unwrap();
    assert_eq!(compare(&bench.json(), "arms.recurrence."), 120);
    let text = bench.read("text/results.md");
    assert!(
        text.contains("a competing event came first in 38 (death without recurrence)"),
        "{text}"
    );
    assert!(!text.contains("at 1 years"), "{text}");
}

/// The deaths of `event == "pcm"` that would be censored in silence.
#[test]
fn a_competing_event_that_is_not_named_is_a_doubt_with_its_count() {
    let start = MGUS2.find("[[endpoint.competing]]").unwrap();
    let end = MGUS2.find("[[population]]").unwrap();
    let bench = Bench::new(&format!("{}{}", &MGUS2[..start], &MGUS2[end..]));
    let summary = bench.run().unwrap();
    let (_, doubt) =
        summary.warnings.iter().find(|(code, _)| code == "competing_as_censored").unwrap();
    assert!(doubt.contains("censor 409, death 860"), "{doubt}");
    assert!(doubt.contains("[[endpoint.competing]]"), "{doubt}");
    assert!(bench.read("report.html").contains("censor 409, death 860"));
    assert!(bench.read("tables/outcomes.md").contains("Death | Censored | 860"));
}

const DATA: &str = "\
id,arm,start,progress,death,visit
P01,new,2020-01-01,2020-06-01,2020-09-01,2020-09-01
P02,new,2020-01-05,,2020-10-20,2020-10-20
P03,new,2020-02-01,2021-02-01,,2021-05-01
P04,new,2020-02-03,,,2021-10-03
P05,new,2020-03-01,,2020-06-01,2020-06-01
P06,old,2020-03-05,2020-07-05,,2020-09-05
P07,old,2020-04-01,,2020-11-01,2020-11-01
P08,old,2020-04-03,2021-07-03,2021-09-01,2021-09-01
P09,old,2020-05-01,,2020-07-16,2020-07-16
P10,old,2020-05-05,2020-11-05,2020-11-05,2020-11-05
";

const DATES: &str = r#"
schema = "riskset.study/1"
[study]
title = "Progression"
conf_type = "log"
times = [6]
[data]
file = "patients.csv"
id = "id"
[[endpoint]]
name = "ttp"
label = "Progression"
origin = "start"
dates = { rule = "ttp", time_zero = "start", progression = "progress", death = "death", last_visit = "visit" }
[[endpoint.competing]]
name = "death"
label = "Death without progression"
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
endpoints = ["ttp"]
"#;

/// By hand, the old arm at 6 months (182.6 days): P09 dies on day 76 (1/5), P06 progresses on day
/// 122 (4/5 x 1/4 = 1/5); P10, who progresses and dies on day 184, comes after. The new arm: P05 dies
/// on day 92 (1/5), P01 progresses on day 152 (4/5 x 1/4 = 1/5).
#[test]
fn dates_by_rule_give_the_competing_event() {
    let bench = Bench::with(DATES, DATA);
    let summary = bench.run().unwrap();
    assert!(summary.warnings.iter().all(|(code, _)| code != "competing_as_censored"));
    let results = bench.json();
    let percent = |key: &str| results["numbers"][key]["value"].as_f64().unwrap();
    for key in ["old", "old.competing.death", "new", "new.competing.death"] {
        let found = percent(&format!("arms.ttp.{key}.at_6.estimate"));
        assert!((found - 20.0).abs() < 1e-9, "{key}: {found}");
    }
    // Progression and death on one day is a progression.
    assert_eq!(percent("arms.ttp.old.events"), 3.0);
    assert_eq!(percent("arms.ttp.old.competing.death.events"), 2.0);
}

/// Without the competing event of the rule the deaths are censorings, and that is said.
#[test]
fn competing_dates_that_are_not_named_are_a_doubt() {
    let study = DATES.replace(
        "[[endpoint.competing]]\nname = \"death\"\nlabel = \"Death without progression\"\n",
        "",
    );
    assert_ne!(study, DATES);
    let summary = Bench::with(&study, DATA).run().unwrap();
    let found = summary.warnings.iter().find(|(code, _)| code == "competing_as_censored");
    assert!(found.unwrap().1.contains("4 patients end with a competing event"), "{found:?}");
}

/// All patients have an event: there is no value that means censored.
#[test]
fn nobody_need_be_censored() {
    let data = DATA
        .replace("P04,new,2020-02-03,,,2021-10-03", "P04,new,2020-02-03,,2021-10-03,2021-10-03");
    let bench = Bench::with(DATES, &data);
    bench.run().unwrap();
    assert_eq!(bench.json()["outcomes"]["ttp"]["censored"], serde_json::json!([]));
}

#[track_caller]
fn refused(study: &str, expected: &str) {
    let message = Bench::with(study, DATA).run().unwrap_err().to_string();
    assert!(message.contains(expected), "{message}");
}

#[test]
fn what_cannot_be_honoured_is_refused_with_its_line() {
    let with = |line: &str| {
        DATES
            .replace("label = \"Death without progression\"\n", &format!("label = \"D\"\n{line}\n"))
    };
    refused(&with("date = \"deth\""), "the nearest is \"death\"");
    refused(&with("event = \"x == 1\""), "needs a date too");
    refused(&with("endpoint = \"ttp\""), "cannot compete with itself");
    refused(&with("endpoint = \"os\""), "the endpoint \"os\" is unknown");
    refused(&with("date = \"death\"\nendpoint = \"ttp\""), "more than one of");
    let plain = MGUS2.replace("event = 'event == \"death\"'\n", "");
    refused(&plain, "nothing says where the competing event stands");
    let overlap = MGUS2.replace("event = 'event == \"death\"'", "event = 'event != \"censor\"'");
    refused(&overlap, "the comparisons must not overlap");
}

const JUDGED: &str = r#"
[[performance]]
name = "judged"
label = "Prediction of PCM"
population = "all"
endpoint = "pcm"
terms = "sex + age + mspike"
against = "sex + age"
model_label = "the model with the spike"
against_label = "the one without"
times = [10]
groups = [0.05, 0.1]
"#;

/// Every sentence and cell that a study says of two models of an incidence and of their groups.
#[test]
fn a_study_judges_models_of_an_incidence_sentence_by_sentence() {
    let bench = Bench::new(&format!("{MGUS2}{JUDGED}"));
    let summary = bench.run().unwrap();
    let text = bench.read("text/results.md");
    let start = text.find("## Prediction of PCM").unwrap();
    let end = text[start + 3..].find("\n## ").map_or(text.len(), |at| start + 3 + at);
    assert_eq!(
        text[start..end].trim(),
        "## Prediction of PCM\n\n\
         Of 1373 patients with 115 events, Wolbers' C was 0.669 (95% CI, \
         0.620\u{2013}0.719) for the model with the spike and 0.577 (95% CI, 0.526\u{2013}0.627) for the \
         one without. Wolbers' C differed from that of the one without by 0.092 (95% CI, \
         0.033\u{2013}0.152; P = 0.002, the predictions taken as given)."
    );
    assert_eq!(
        bench.read("tables/judged.md").trim(),
        "**Prediction of PCM**\n\n\
         |  | The model with the spike (95% CI) | The one without (95% CI) |\n\
         | :--- | ---: | ---: |\n\
         | Wolbers' C | 0.669 (0.620\u{2013}0.719) | 0.577 (0.526\u{2013}0.627) |\n\
         | Wolbers' C, weighted for censoring | 0.644 (0.584\u{2013}0.704) | 0.526 \
         (0.468\u{2013}0.585) |\n\
         | AUC at 10 years | 0.641 (0.578\u{2013}0.704) | 0.529 (0.467\u{2013}0.590) |\n\
         | Brier score at 10 years | 0.059 (0.048\u{2013}0.071) | 0.060 (0.049\u{2013}0.072) |\n\
         | Observed over predicted risk at 10 years | 1.01 (0.82\u{2013}1.24) | 1.00 \
         (0.82\u{2013}1.24) |\n\
         | AIC | NE | NE |\n\
         | Coefficients | 3 | 2 |\n\n\
         Fine-Gray models of 1373 patients with 115 events and 854 competing ones (11 left out for \
         missing values), judged on the same patients; the limits take the predictions as given.\n\n\
         Whoever had a competing event never has the one of interest: concordances compare such \
         patients too, and they are controls of the AUC.\n\n\
         Wolbers' C differed from that of the one without by 0.092 (95% CI, 0.033\u{2013}0.152; P = \
         0.002, the predictions taken as given)."
    );
    assert_eq!(
        bench.read("tables/judged-groups.md").trim(),
        "**Prediction of PCM: groups by predicted risk**\n\n\
         | Predicted risk by 10 years | Patients (events) | Competing events | Incidence by 10 years, % \
         (95% CI) | Predicted by 10 years, % |\n\
         | :--- | ---: | ---: | ---: | ---: |\n\
         | Below 5% | 598 (26) | 417 | 3.8 (2.5\u{2013}5.8) | 3.5 |\n\
         | 5% to below 10% | 603 (59) | 361 | 7.8 (5.9\u{2013}10.3) | 7.0 |\n\
         | 10% or more | 172 (30) | 76 | 10.6 (6.7\u{2013}16.7) | 14.0 |\n\n\
         The groups are made by a model of the same patients, so they lie further apart than those of \
         other patients will."
    );
    for figure in ["judged", "judged-groups"] {
        assert!(bench.path(&format!("report/figures/{figure}.svg")).is_file(), "{figure}");
    }
    let of = |code: &str| summary.warnings.iter().filter(|(found, _)| found == code).count();
    assert_eq!((of("apparent"), of("own_groups")), (1, 1));
    // `cause-specific` is the other model of the incidence, and is said.
    let other = JUDGED.replace("groups = [0.05, 0.1]", "incidence_model = \"cause-specific\"");
    let bench = Bench::new(&format!("{MGUS2}{other}"));
    bench.run().unwrap();
    let table = bench.read("tables/judged.md");
    assert!(table.contains("Cox models of the hazards of all causes of 1373 patients"), "{table}");
}
