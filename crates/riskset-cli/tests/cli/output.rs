//! What the commands print.

use crate::support::{riskset, run};
use serde_json::Value;

#[test]
fn the_lung_curves_print_medians_and_the_test() {
    let answer = riskset(&["km", "@lung", "Surv(time, status == 2) ~ sex"]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    for part in ["270 (212-310)", "426 (348-550)", "Log-rank test: chi-square 10.33", "P = 0.001"] {
        assert!(answer.out.contains(part), "`{part}` is not in:\n{}", answer.out);
    }
}

#[test]
fn standard_input_is_read_as_csv() {
    let args = ["km", "-", "Surv(time, event) ~ 1", "--format", "json"];
    let answer = run(&args, "time,event\n1,1\n1,0\n2,1\n3,0\n4,1\n");
    let document: Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(document["schema"], "riskset.km/1");
    assert_eq!(document["groups"][0]["curve"]["survival"][0], 0.8);
}

/// Every format of one answer carries the numbers; files are named by their extension.
#[test]
fn every_format_is_written_by_extension() {
    let folder = tempfile::tempdir().unwrap();
    for (name, part) in [
        ("km.txt", "Kaplan-Meier"),
        ("km.json", "\"schema\""),
        ("km.csv", "table,item,content"),
        ("km.md", "| Group"),
        ("km.tex", "\\toprule"),
    ] {
        let file = folder.path().join(name);
        let path = file.to_str().unwrap();
        let model = "Surv(time, status == 2) ~ sex";
        let answer = riskset(&["km", "@lung", model, "--output", path, "--quiet"]);
        assert_eq!((answer.status, answer.out.as_str()), (0, ""), "{}", answer.err);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(part), "{name}: {text}");
    }
}

/// Transplantation and death before it are not censorings of each other.
#[test]
fn a_competing_event_counted_as_censored_is_named() {
    let codes = |model: &str, data: &str| -> Vec<String> {
        let json = riskset(&["km", data, model, "--format", "json"]).out;
        let json: Value = serde_json::from_str(&json).unwrap();
        let warnings = json["warnings"].as_array().unwrap().iter();
        warnings.map(|warning| warning["code"].as_str().unwrap().to_string()).collect()
    };
    assert_eq!(codes("Surv(time, status == 2) ~ 1", "@pbc"), ["competing_as_censored"]);
    assert_eq!(
        codes("Surv(futime, event == \"ltx\") ~ 1", "@transplant"),
        ["competing_as_censored"]
    );
    assert!(codes("Surv(time, status == 2) ~ 1", "@lung").is_empty());
    assert!(codes("Surv(time, status %in% c(1, 2)) ~ 1", "@pbc").is_empty());
}

/// The mean to a horizon that nobody has reached is shown, as R does, but never without a word.
#[test]
fn a_restricted_mean_beyond_the_follow_up_is_named() {
    let args = ["km", "@veteran", "Surv(time, status) ~ trt", "--rmst", "999", "--format", "json"];
    let mut args = args.to_vec();
    args.extend(["--subset", "celltype == \"smallcell\""]);
    let json: Value = serde_json::from_str(&riskset(&args).out).unwrap();
    let warnings = json["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0]["code"], "tail_unstable");
    assert!(warnings[0]["message"].as_str().unwrap().starts_with("trt=2"));
    assert!(json.get("rmst_comparison").is_none(), "a comparison would hide the assumption");
}

/// New rows are coded as the fitted ones, whatever levels they have.
#[test]
fn predictions_follow_the_levels_of_the_fit() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.csv");
    std::fs::write(&file, "celltype,karno\nlarge,60\nadeno,60\n").unwrap();
    let args = ["cox", "@veteran", "Surv(time, status) ~ celltype + karno", "--format", "json"];
    let mut args = args.to_vec();
    args.extend(["--predict", file.to_str().unwrap(), "--times", "0,100"]);
    let json: Value = serde_json::from_str(&riskset(&args).out).unwrap();
    let rows = json["predictions"].as_array().unwrap();
    let coefficient = json["coefficients"][0]["estimate"].as_f64().unwrap();
    assert_eq!(json["coefficients"][0]["term"], "celltypelarge");
    let predictor = |row: usize| rows[row]["linear_predictor"].as_f64().unwrap();
    assert!((predictor(0) - predictor(1) - coefficient).abs() < 1e-12);
    assert_eq!(rows[0]["survival"][0], 1.0);
    assert!(rows[0]["survival"][1].as_f64() > rows[1]["survival"][1].as_f64());
    std::fs::write(&file, "celltype,karno\nunknown,60\n").unwrap();
    assert!(riskset(&args).err.contains("unknown"));
}

/// The number of threads changes the time, never a bit.
#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let runs: [&[&str]; 3] = [
        &["km", "@flchain", "Surv(futime, death) ~ sex", "--format", "json"],
        &[
            "cox",
            "@flchain",
            "Surv(futime, death) ~ age + sex + log(kappa)",
            "--zph",
            "km",
            "--format",
            "json",
        ],
        &[
            "cif",
            "@mgus2",
            "Surv(etime, event) ~ sex",
            "--cause",
            "pcm",
            "--censor",
            "censor",
            "--gray",
            "--format",
            "json",
        ],
    ];
    for run in runs {
        let answer = |threads: &str| {
            let mut args = run.to_vec();
            args.extend(["--threads", threads]);
            riskset(&args).out
        };
        let one = answer("1");
        assert!(one.contains("\"schema\""));
        assert_eq!(one, answer("2"));
        assert_eq!(one, answer("8"));
    }
}

/// An answer never replaces the table that it was computed from, nor a rule, profile or counts.
#[test]
fn an_output_that_is_an_input_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let table = "patient,t,e,x,study,events,n\na,1,1,0,A,1,3\nb,2,0,1,B,2,4\nc,3,1,0,C,1,9\nd,4,1,1,D,2,8\n";
    let flow = "[[step]]\nlabel = \"Screened\"\nn = 3\n";
    let rule = "rule = \"os\"\n";
    for (name, text) in [("p.csv", table), ("flow.svg", flow), ("rule.toml", rule)] {
        std::fs::write(path(name), text).unwrap();
    }
    std::fs::hard_link(path("p.csv"), path("twin.csv")).unwrap();
    std::fs::hard_link(path("p.csv"), path("p.svg")).unwrap();
    let surv = "Surv(t, e) ~ x";
    let commands: [&[&str]; 9] = [
        &["km", "p.csv", surv, "--output", "p.csv"],
        &["km", "p.csv", surv, "--output", "./twin.csv"],
        &["logrank", "p.csv", surv, "-o", "p.csv"],
        &["cox", "@lung", "Surv(time, status) ~ sex", "--predict", "p.csv", "-o", "p.csv"],
        &["cif", "p.csv", surv, "--cause", "1", "--censor", "0", "-o", "p.csv"],
        &["npv", "p.csv", "e ~ 1", "--cluster", "patient", "-o", "p.csv"],
        &[
            "meta",
            "proportion",
            "p.csv",
            "--events",
            "events",
            "--n",
            "n",
            "--study",
            "study",
            "--forest",
            "p.svg",
        ],
        &["plot", "km", "p.csv", surv, "-o", "p.svg"],
        &["plot", "flow", "flow.svg", "-o", "flow.svg"],
    ];
    for command in commands {
        let answer = crate::support::riskset_in(folder.path(), command, "");
        assert_ne!(answer.status, 0, "{command:?}");
        assert!(!answer.err.contains("panicked"), "{}", answer.err);
        for (name, text) in [("p.csv", table), ("flow.svg", flow), ("rule.toml", rule)] {
            assert_eq!(std::fs::read_to_string(path(name)).unwrap(), text, "{command:?}");
        }
    }
    let answer =
        crate::support::riskset_in(folder.path(), &["km", "p.csv", surv, "-o", "p.csv"], "");
    crate::support::refused(&answer, &["p.csv", "was read for this answer", "--output"]);
}
