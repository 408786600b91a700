//! Studies that judge models: net benefit, reclassification and the saved model.

mod support;

use riskset_analysis::{Answer, Data, PerformanceRequest, Request, RowsRequest, run};
use serde_json::Value;
use support::Bench;

const LUNG: &str = r#"
schema = "riskset.study/1"
[study]
title = "Advanced lung cancer"
conf_type = "log"
unit = "days"
[data]
file = "@lung"
[[endpoint]]
name = "os"
label = "Overall survival"
origin = "enrolment"
time = "time"
time_unit = "days"
event = "status == 2"
[[population]]
name = "all"
label = "All patients"
[[performance]]
name = "judged"
label = "Performance status beside age and sex"
population = "all"
endpoint = "os"
terms = "age + sex + ph.ecog"
against = "age + sex"
model_label = "the model with performance status"
against_label = "the one without"
times = [365]
thresholds = [0.4, 0.625]
reclassify = [0.5, 0.7]
save = true
"#;

/// What the request says of the same rows.
fn asked() -> PerformanceRequest {
    PerformanceRequest {
        rows: RowsRequest::new("@lung", "Surv(time, status == 2) ~ age + sex + ph.ecog"),
        times: vec![365.0],
        against: Some("age + sex".to_owned()),
        thresholds: vec![0.4, 0.625],
        reclassify: vec![0.5, 0.7],
        ..PerformanceRequest::default()
    }
}

/// The study and the request are one question.
#[test]
fn a_study_gives_net_benefit_and_reclassification_of_the_request() {
    let request = Request::Performance(asked());
    let data = Data::of(&request).unwrap();
    let Answer::Performance(answer) = run(&request, &data).unwrap() else {
        panic!("performance was asked for")
    };
    let bench = Bench::new(LUNG);
    bench.run().unwrap();
    let results = bench.json();
    let number = |key: &str| {
        results["numbers"][key]["value"].as_f64().unwrap_or_else(|| panic!("no number {key}"))
    };
    let comparison = answer.comparison.unwrap();
    let mut compared = 0;
    let mut same = |key: String, expected: f64| {
        let found = number(&key);
        assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{key}: {found}");
        compared += 1;
    };
    for (place, at) in ["at_40", "at_62_5"].iter().enumerate() {
        for (model, answer) in ["model", "against"].iter().zip(&answer.models) {
            let found = &answer.net_benefit[place];
            let key = format!("judged.{model}.net_benefit.{at}");
            same(format!("{key}.estimate"), 100.0 * found.model.unwrap());
            same(format!("{key}.lower"), 100.0 * found.model_interval.lower.unwrap());
            same(format!("{key}.upper"), 100.0 * found.model_interval.upper.unwrap());
            let key = format!("judged.treat_all.net_benefit.{at}.estimate");
            same(key, 100.0 * found.treat_all.unwrap());
        }
        let found = &comparison.net_benefit[place];
        let key = format!("judged.difference.net_benefit.{at}");
        same(format!("{key}.estimate"), 100.0 * found.estimate.unwrap());
        same(format!("{key}.p_value"), found.p_value.unwrap());
    }
    let found = &comparison.reclassified[0];
    let categories = found.categories.as_ref().unwrap();
    let measures = [
        ("categories", categories),
        ("continuous", &found.continuous),
        ("discrimination", &found.discrimination),
    ];
    for (measure, change) in measures {
        let key = format!("judged.reclassified.at_365.{measure}");
        same(format!("{key}.events.estimate"), change.events.estimate);
        same(format!("{key}.free.estimate"), change.free.estimate);
        same(format!("{key}.net.upper"), change.net.interval.upper.unwrap());
        same(format!("{key}.p_value"), change.net.p_value.unwrap());
    }
    assert_eq!(compared, 32);
}

/// Every sentence and cell.
#[test]
fn what_is_said_of_it_stands_in_tables_results_and_methods() {
    let bench = Bench::new(LUNG);
    bench.run().unwrap();
    assert_eq!(
        bench.read("tables/judged-net-benefit.md").trim(),
        "**Performance status beside age and sex: net benefit per 100 patients, risk by 365 days**\n\n\
         | Threshold, % | The model with performance status (95% CI) | The one without (95% CI) | Difference \
         (95% CI) | P | Treat all (95% CI) |\n\
         | ---: | ---: | ---: | ---: | ---: | ---: |\n\
         | 40 | 31.9 (21.1\u{2013}42.6) | 31.3 (19.7\u{2013}42.8) | 0.6 (\u{2212}3.3 to 4.5) | 0.76 | \
         31.5 (19.8\u{2013}43.2) |\n\
         | 62.5 | 12.8 (0.7\u{2013}24.9) | 4.3 (\u{2212}7.5 to 16.2) | 8.4 (\u{2212}2.3 to 19.1) | 0.122 | \
         \u{2212}9.6 (\u{2212}28.4 to 9.2) |\n\n\
         The limits take the predictions and the thresholds as given. Whether the first model treats \
         better than the other is told by the difference, whose limits know that the patients are the \
         same; those of the two models by themselves do not tell it.\n\n\
         Treating nobody has a net benefit of 0. NE, not estimable: for the net benefit, nobody with such \
         a risk was followed so long; for P, both models treat the same patients."
    );
    let moved = bench.read("tables/judged-reclassification.md");
    assert!(
        moved.contains(
            "| NRI between categories, by 365 days | 0.060 (\u{2212}0.035 to 0.154) | 0.092 \
             (\u{2212}0.034 to 0.218) | 0.152 (\u{2212}0.006 to 0.309) | 0.059 |"
        ),
        "{moved}"
    );
    assert!(moved.contains("Categories of risk cut at 50% and 70%."), "{moved}");
    assert!(moved.contains("are not proper"), "{moved}");
    let results = bench.read("text/results.md");
    for sentence in [
        "With categories of the risk by 365 days cut at 50% and 70%, the net reclassification \
         improvement of the model with performance status over the one without was 0.060 (95% CI, \
         \u{2212}0.035 to 0.154) in patients with the event and 0.092 (95% CI, \u{2212}0.034 to 0.218) \
         in those without. At a threshold of 40% for the risk by 365 days, the net benefit per 100 \
         patients was 31.9 (95% CI, 21.1\u{2013}42.6) with the model with performance status, 31.3 (95% \
         CI, 19.7\u{2013}42.8) with the one without and 31.5 (95% CI, 19.8\u{2013}43.2) when all were \
         treated; the difference of the models was 0.6 (95% CI, \u{2212}3.3 to 4.5; P = 0.76).",
        "At a threshold of 62.5% for the risk by 365 days",
    ] {
        assert!(results.contains(sentence), "{results}");
    }
    let methods = bench.read("text/methods.md");
    assert!(
        methods.contains(
            "Reclassification was measured by the net reclassification improvement and the integrated \
             discrimination improvement, weighted for censoring. Net benefit was computed as for a \
             decision curve, weighted for censoring."
        ),
        "{methods}"
    );
    for key in ["vickers2006", "pencina2011", "harrell1982"] {
        assert!(bench.read("manuscript.bib").contains(key), "{key}");
    }
    for figure in ["judged", "judged-net-benefit"] {
        assert!(bench.path(&format!("report/figures/{figure}.svg")).is_file(), "{figure}");
    }
}

#[test]
fn a_saved_model_is_that_of_the_request_under_the_names_of_the_study() {
    let bench = Bench::new(LUNG);
    bench.run().unwrap();
    let saved: Value = serde_json::from_str(&bench.read("models/judged.json")).unwrap();
    assert_eq!((saved["data"].as_str(), saved["n"].as_u64()), (Some("@lung"), Some(227)));
    let request = Request::Performance(PerformanceRequest { save_model: true, ..asked() });
    let data = Data::of(&request).unwrap();
    let Answer::Performance(answer) = run(&request, &data).unwrap() else {
        panic!("performance was asked for")
    };
    let of_request: Value = serde_json::from_str(&answer.saved.unwrap().to_json()).unwrap();
    for part in ["covariates", "coefficients", "variance", "strata", "events"] {
        assert!(!saved[part].is_null(), "{part}");
        assert_eq!(saved[part], of_request[part], "{part}");
    }
    let report = bench.read("report.html");
    assert!(report.contains("of 227 patients with 164 events: predicts without"), "{report}");
    // With competing events the file predicts the incidence, and calls the cause as the study does.
    let competing = include_str!("golden/mgus2.toml");
    let judged = "[[performance]]\nname = \"spike\"\nlabel = \"Spike\"\npopulation = \"all\"\n\
                  endpoint = \"pcm\"\nterms = \"age + mspike\"\ntimes = [10]\nthresholds = [0.1]\n\
                  save = true\n";
    let bench = Bench::new(&format!("{competing}{judged}"));
    bench.run().unwrap();
    let saved: Value = serde_json::from_str(&bench.read("models/spike.json")).unwrap();
    assert_eq!(saved["incidence"]["cause"], "PCM");
    assert!(bench.read("tables/spike-net-benefit.md").contains("| 10 |"));
}

#[test]
fn what_the_request_refuses_is_refused_with_its_line() {
    let refused = |change: (&str, &str), expected: &str| {
        let message = Bench::new(&LUNG.replace(change.0, change.1)).run().unwrap_err().to_string();
        assert!(message.contains(expected) && message.contains("study.toml"), "{message}");
    };
    refused(("against = \"age + sex\"\n", ""), "there is one");
    refused(("[0.5, 0.7]", "[0.7, 0.5]"), "increas");
    refused(("thresholds = [0.4, 0.625]", "thresholds = [40]"), "threshold");
    refused(("thresholds = [0.4, 0.625]", "thresholds = [0.4, 0.4]"), "0.4 stands twice");
    refused(("thresholds = [0.4, 0.625]", "thresholds = [0.4, 0.4000000001]"), "stands twice");
}
