//! Models that are saved and predict without their data: the same digits as the fit itself, and what
//! is refused or doubted.

use crate::support::{Answer, refused, riskset_in};
use serde_json::Value;
use std::fs;
use std::path::Path;

const LUNG: &str = "Surv(time, status == 2) ~ age + factor(ph.ecog) + sex";

/// Fits, saves and predicts by the fit; then predicts by the file. Both as JSON.
fn both(folder: &Path, fit: &[&str], asked: &[&str]) -> (Value, Value) {
    let json = ["--format", "json", "--quiet"];
    let save = ["--predict", "new.csv", "--save-model", "model.json"];
    let own = riskset_in(folder, &[&["cox"], fit, &save[..], asked, &json[..]].concat(), "");
    assert_eq!(own.status, 0, "{}", own.err);
    // The data are not needed: they are not even there.
    let args = ["predict", "model.json", "new.csv"];
    let kept = riskset_in(folder, &[&args[..], asked, &json[..]].concat(), "");
    assert_eq!(kept.status, 0, "{}", kept.err);
    (read(&own), read(&kept))
}

fn read(answer: &Answer) -> Value {
    serde_json::from_str(&answer.out).unwrap_or_else(|error| panic!("{error}: {}", answer.err))
}

#[test]
fn a_saved_model_predicts_what_the_fit_predicts_to_the_last_digit() {
    let lung = "age,sex,ph.ecog\n50,1,0\n61.5,2,1\n74,1,2\n";
    let veteran = "karno,celltype,age,trt\n30,large,45,1\n80,squamous,61,2\n55,adeno,70,2\n";
    let heart = "age,surgery\n-10,0\n3.5,1\n";
    let of_veteran = "Surv(time, status) ~ karno*celltype + log(age) + strata(trt)";
    let cases: [(&str, Vec<&str>); 10] = [
        (lung, vec!["@lung", LUNG]),
        (lung, vec!["@lung", "Surv(time, status == 2) ~ I(age / 10) + sex*age", "--firth"]),
        (lung, vec!["@lung", "Surv(time, status == 2) ~ sex + cut(age, c(55, 65))", "--robust"]),
        (lung, vec!["@lung", "Surv(time, status == 2) ~ rcs(age, 4) + sex"]),
        (lung, vec!["@lung", "Surv(time, status == 2) ~ sex*ns(age, df = 3)"]),
        (lung, vec!["@lung", "Surv(time, status == 2) ~ poly(age, 2, raw = TRUE)"]),
        (lung, vec!["@lung", LUNG, "--ties", "breslow", "--conf-level", "0.8"]),
        (veteran, vec!["@veteran", of_veteran]),
        (veteran, vec!["@veteran", "Surv(time, status) ~ karno + I(2 * karno)"]),
        (heart, vec!["@heart", "Surv(start, stop, event) ~ age + surgery"]),
    ];
    for (new, fit) in cases {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("new.csv"), new).unwrap();
        for asked in [&["--times", "0,90,365,1e6", "--tau", "300"][..], &[]] {
            let (own, kept) = both(folder.path(), &fit, asked);
            assert_eq!(own["predictions"], kept["predictions"], "{fit:?}");
            assert_eq!(own["model"], Value::Null, "the file has it");
            assert!(kept["predictions"].as_array().unwrap().len() >= 2);
        }
    }
}

/// `survfit(coxph(Surv(time, status == 2) ~ age + sex, lung), data.frame(age = 60, sex = 1:2))`: the
/// table of `print`, with the restricted means of `print(rmean = 365)`.
#[test]
fn medians_and_restricted_means_are_those_of_r() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("new.csv"), "age,sex\n60,1\n60,2\n").unwrap();
    let fit = ["@lung", "Surv(time, status == 2) ~ age + sex"];
    let (_, kept) = both(folder.path(), &fit, &["--times", "365", "--tau", "365"]);
    // Median, its lower limit, restricted mean to 365 days.
    let expected = [[286.0, 239.0, 251.992_656_505_78], [428.0, 348.0, 289.625_496_814_27]];
    for (row, [median, lower, mean]) in expected.into_iter().enumerate() {
        let found = &kept["predictions"][row];
        let number = |value: &Value| value.as_f64().unwrap();
        assert_eq!(number(&found["median"]["estimate"]), median);
        assert_eq!(number(&found["median"]["lower"]), lower);
        assert!((number(&found["restricted_mean"]["estimate"]) - mean).abs() < 1e-8 * mean);
    }
}

#[test]
fn a_file_that_is_no_model_and_a_model_that_was_changed_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    fs::write(place.join("new.csv"), "age,sex,ph.ecog\n50,1,0\n").unwrap();
    let (own, _) = both(place, &["@lung", LUNG], &[]);
    let predict = |file: &str, text: &str| {
        fs::write(place.join(file), text).unwrap();
        riskset_in(place, &["predict", file, "new.csv"], "")
    };
    refused(&predict("a.json", "age,sex\n1,2\n"), &["a.json is no saved model", "no JSON"]);
    refused(&predict("b.json", "{}"), &["no `schema`", "`save_model`"]);
    refused(&predict("c.json", &own.to_string()), &["`schema` is `riskset.cox/1`"]);
    let model = fs::read_to_string(place.join("model.json")).unwrap();
    let model: Value = serde_json::from_str(&model).unwrap();
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut model = model.clone();
        change(&mut model);
        predict("d.json", &model.to_string())
    };
    let cases: [&dyn Fn(&mut Value); 8] = [
        &|m| m["coefficients"][0]["estimate"] = "big".into(),
        &|m| m["coefficients"][0]["term"] = "height".into(),
        &|m| drop(m["coefficients"].as_array_mut().unwrap().pop()),
        &|m| m["formula"] = "Surv(time, status) ~ age".into(),
        &|m| m["formula"] = "Surv(time".into(),
        &|m| m["strata"] = Value::Array(Vec::new()),
        &|m| m["strata"][0]["steps"][3] = 1_000_000.into(),
        &|m| m["covariates"][1]["levels"] = Value::Array(Vec::new()),
    ];
    for change in cases {
        refused(&changed(change), &["d.json is a saved model that does not hold together"]);
    }
    let newer = changed(&|m| m["schema"] = "riskset.model/2".into());
    refused(&newer, &["d.json is no saved model", "riskset.model/2"]);
}

#[test]
fn new_rows_that_the_model_cannot_know_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    fs::write(place.join("new.csv"), "age,sex,ph.ecog\n50,1,0\n").unwrap();
    both(place, &["@lung", LUNG], &[]);
    let predict = |new: &str| {
        fs::write(place.join("new.csv"), new).unwrap();
        riskset_in(place, &["predict", "model.json", "new.csv", "--times", "365"], "")
    };
    refused(&predict("age,sex,ph.ecog\n50,1,4\n"), &["factor(ph.ecog)", "\"4\"", "\"2\", \"3\""]);
    refused(&predict("age,ph.ecog\n50,1\n"), &["sex"]);
    refused(&predict("age,sex,ph.ecog\n50,1,0\n,2,1\n"), &["age", "row 2"]);
    refused(&predict("age,sex,ph.ecog\nold,1,0\n"), &["age", "old"]);
}

/// Ages in months, an age beyond those of the model, and times after the last event and the last
/// follow-up: an answer with what is doubtful about it.
#[test]
fn other_units_and_late_times_are_doubted_as_by_the_fit() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    let model = "Surv(time, status == 2) ~ age";
    let codes = |answer: &Value| -> Vec<String> {
        let warnings = answer["warnings"].as_array().unwrap().iter();
        warnings.map(|one| one["code"].as_str().unwrap().to_owned()).collect()
    };
    fs::write(place.join("new.csv"), "age\n600\n740\n").unwrap();
    let (own, kept) = both(place, &["@lung", model], &["--times", "2000"]);
    assert_eq!(codes(&kept), ["other_units", "beyond_model"]);
    assert_eq!(codes(&own), codes(&kept));
    assert_eq!(kept["predictions"][0]["survival"][0], Value::Null);
    fs::write(place.join("new.csv"), "age\n60\n95\n").unwrap();
    let (_, kept) = both(place, &["@lung", model], &["--times", "900", "--tau", "2000"]);
    assert_eq!(codes(&kept), ["extrapolated", "beyond_model", "after_last_event"]);
    assert!(kept["warnings"][0]["message"].as_str().unwrap().contains("age: 1 row is outside"));
    assert_eq!(kept["predictions"][0]["restricted_mean"], Value::Null);
    let text = riskset_in(place, &["predict", "model.json", "new.csv", "--times", "2000"], "");
    assert!(text.out.contains("NE"), "{}", text.out);
}

#[test]
fn how_it_was_validated_goes_with_the_model() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    fs::write(place.join("new.csv"), "age,sex,ph.ecog\n50,1,0\n").unwrap();
    let (_, plain) = both(place, &["@lung", LUNG], &[]);
    assert_eq!(plain["model"]["validation"], Value::Array(Vec::new()));
    let said = riskset_in(place, &["predict", "model.json", "new.csv", "--times", "365"], "");
    assert!(said.out.contains("saved without a validation"), "{}", said.out);
    let args = ["performance", "@lung", LUNG, "--times", "365", "--bootstrap", "5", "--seed", "3"];
    let save = ["--save-model", "judged.json", "--format", "json", "--quiet"];
    let judged = riskset_in(place, &[&args[..], &save[..]].concat(), "");
    assert_eq!(judged.status, 0, "{}", judged.err);
    let found = read(&judged);
    let args = ["predict", "judged.json", "new.csv", "--times", "365"];
    let kept = read(&riskset_in(place, &[&args[..], &["--format", "json"]].concat(), ""));
    let validation = &kept["model"]["validation"][0];
    assert_eq!((&validation["method"], &validation["seed"]), (&"bootstrap".into(), &3.into()));
    let corrected = &found["models"][0]["bootstrap"]["measures"][0];
    assert_eq!(validation["measures"][0]["estimate"], corrected["corrected"]);
    assert_eq!(kept["predictions"], plain_at_365(place));
    let said = riskset_in(place, &args, "");
    assert!(said.out.contains("Validated by 5 bootstrap samples: Harrell's C"), "{}", said.out);
}

fn plain_at_365(place: &Path) -> Value {
    both(place, &["@lung", LUNG], &["--times", "365"]).1["predictions"].clone()
}

/// A model is written whole, never over what was read and never into the file of the answer.
#[test]
fn a_model_is_saved_where_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    fs::write(place.join("d.csv"), "t,e,x\n1,1,0\n2,1,1\n3,0,0\n4,1,1\n5,1,0\n").unwrap();
    let cox = ["cox", "d.csv", "Surv(t, e) ~ x", "--save-model"];
    refused(&riskset_in(place, &[&cox[..], &["d.csv"]].concat(), ""), &["d.csv"]);
    let one = riskset_in(place, &[&cox[..], &["m.json", "-o", "m.json"]].concat(), "");
    assert_eq!(one.status, 2, "{}", one.err);
    assert!(!place.join("m.json").exists());
    let over_time = ["cox", "@veteran", "Surv(time, status) ~ tv(karno, log(t))", "--save-model"];
    let answer = riskset_in(place, &[&over_time[..], &["m.json"]].concat(), "");
    assert_eq!(answer.status, 2, "{}", answer.err);
    let orthogonal = ["cox", "@lung", "Surv(time, status == 2) ~ poly(age, 2)", "--save-model"];
    let orthogonal = riskset_in(place, &[&orthogonal[..], &["m.json"]].concat(), "");
    refused(&orthogonal, &["orthogonal polynomial", "raw = TRUE"]);
    let exact = ["cox", "@lung", LUNG, "--ties", "exact", "--save-model", "m.json"];
    refused(&riskset_in(place, &exact, ""), &["exact ties"]);
}

/// The request alone is enough: its answer holds the model.
#[test]
fn a_request_that_saves_answers_with_the_model() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    let cox = ["cox", "@lung", LUNG, "--save-model", "m.json"];
    let asked = riskset_in(place, &[&cox[..], &["--print-request"]].concat(), "");
    fs::write(place.join("request.json"), &asked.out).unwrap();
    assert!(!place.join("m.json").exists());
    let run = riskset_in(place, &["run", "request.json", "--format", "json"], "");
    riskset_in(place, &[&cox[..], &["--quiet"]].concat(), "");
    let file: Value =
        serde_json::from_str(&fs::read_to_string(place.join("m.json")).unwrap()).unwrap();
    assert_eq!(read(&run)["model"], file);
    assert_eq!(file["schema"], "riskset.model/1");
}

const MGUS2: [&str; 6] =
    ["@mgus2", "Surv(etime, event) ~ age + mspike", "--cause", "pcm", "--censor", "censor"];

/// A Fine-Gray model by itself: the digits of the fit, groups by risk, and in words what it has not.
#[test]
fn a_saved_model_of_an_incidence_predicts_what_the_fit_predicts() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    fs::write(place.join("new.csv"), "age,mspike\n50,1\n75,2.1\n").unwrap();
    let asked = ["--times", "60,240", "--format", "json", "--quiet"];
    let save = ["--predict", "new.csv", "--save-model", "model.json"];
    let own = riskset_in(place, &[&["fine-gray"], &MGUS2[..], &save[..], &asked].concat(), "");
    assert_eq!(own.status, 0, "{}", own.err);
    let predict = ["predict", "model.json", "new.csv"];
    let kept = read(&riskset_in(place, &[&predict[..], &asked].concat(), ""));
    assert_eq!(read(&own)["predictions"], kept["predictions"]);
    assert_eq!(kept["model"]["cause"], "pcm");
    let of = |key: &str, row: usize| kept["predictions"][row][key][1].as_f64().unwrap();
    assert!(of("lower", 1) < of("incidence", 1) && of("incidence", 1) < of("upper", 1));
    // The same file by way of the performance, which adds how it was judged.
    let judge = ["--times", "60", "--bootstrap", "3", "--save-model", "judged.json", "--quiet"];
    let judged = riskset_in(place, &[&["performance"], &MGUS2[..], &judge[..]].concat(), "");
    assert_eq!(judged.status, 0, "{}", judged.err);
    let with_groups = ["predict", "judged.json", "new.csv", "--groups", "0.1", "--at", "240"];
    let grouped = read(&riskset_in(place, &[&with_groups[..], &asked].concat(), ""));
    for row in 0..2 {
        assert_eq!(grouped["predictions"][row]["incidence"], kept["predictions"][row]["incidence"]);
        let above = of("incidence", row) >= 0.1;
        let group = grouped["predictions"][row]["group"].as_str().unwrap();
        assert_eq!(group, if above { "Risk 10% or more" } else { "Risk below 10%" });
    }
    let text = riskset_in(place, &[&with_groups[..], &["--times", "60"]].concat(), "");
    for part in [
        "Predicted incidence of pcm",
        "115 with pcm and 854 with another event first",
        "a median survival and a restricted mean it does not have",
        "Validated by 3 bootstrap samples",
    ] {
        assert!(text.out.contains(part), "{part}: {}", text.out);
    }
    let mean = riskset_in(place, &[&predict[..], &["--tau", "100"]].concat(), "");
    refused(&mean, &["a restricted mean is an area under survival", "--tau"]);
    let cause_specific = ["--incidence-model", "cause-specific"];
    let other = [&["performance"], &MGUS2[..], &judge[..], &cause_specific].concat();
    let other = riskset_in(place, &other, "");
    assert_eq!(other.status, 2, "{}", other.err);
    assert!(other.err.contains("--incidence-model fine-gray"), "{}", other.err);
}

#[test]
fn late_times_other_units_and_changed_files_of_an_incidence_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    let save = [&["fine-gray"], &MGUS2[..], &["--save-model", "model.json", "--quiet"]].concat();
    assert_eq!(riskset_in(place, &save, "").status, 0);
    let predict = |new: &str, times: &str| {
        fs::write(place.join("new.csv"), new).unwrap();
        let args = ["predict", "model.json", "new.csv", "--times", times, "--format", "json"];
        riskset_in(place, &args, "")
    };
    let found = read(&predict("age,mspike\n840,1\n", "400,500"));
    let codes: Vec<&Value> =
        found["warnings"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
    assert_eq!(codes, ["other_units", "beyond_model", "after_last_event"]);
    assert_eq!(found["predictions"][0]["incidence"][1], Value::Null);
    refused(&predict("age\n50\n", "60"), &["mspike"]);
    let text = fs::read_to_string(place.join("model.json")).unwrap();
    let mut model: Value = serde_json::from_str(&text).unwrap();
    model["incidence"]["hazard"][0] = 0.into();
    fs::write(place.join("model.json"), model.to_string()).unwrap();
    let broken = predict("age,mspike\n50,1\n", "60");
    refused(&broken, &["model.json is a saved model that does not hold together"]);
}
