//! Standard errors of curves from weights that are no counts, and from several rows of a patient.
//! The digits are those of R's `survfit(Surv(time, dead) ~ sex, weights = w)`, with `cluster = age`.

use crate::support::{Answer, riskset};

const DATA: &str = "crates/riskset/tests/golden/iptw-lung.csv";
const BY_SEX: &str = "Surv(time, dead) ~ sex";
const BY_AGE: &str = "Surv(time, dead) ~ sex + cluster(age)";

#[track_caller]
fn km(formula: &str, more: &[&str]) -> Answer {
    let answer = riskset(&[&["km", DATA, formula, "--times", "365"], more].concat());
    assert_eq!(answer.status, 0, "{}{}", answer.out, answer.err);
    answer
}

#[track_caller]
fn says(answer: &Answer, parts: &[&str]) {
    for part in parts {
        assert!(answer.out.contains(part), "{part}\n{}", answer.out);
    }
}

#[test]
fn fractional_weights_are_robust_by_themselves() {
    let answer = km(BY_SEX, &["--weights", "w"]);
    let numbers = ["33.0 (25.5-42.6)", "52.7 (42.1-65.8)", "269 (212-310)", "426 (348-550)"];
    says(&answer, &numbers);
    says(&answer, &["Robust standard errors by row."]);
    assert!(!answer.err.contains("whole"), "{}", answer.err);
}

#[test]
fn a_cluster_is_honoured() {
    let answer = km(BY_AGE, &["--weights", "w"]);
    says(&answer, &["33.0 (25.0-43.4)", "52.7 (42.8-64.7)", "269 (212-306)", "426 (345-524)"]);
    says(&answer, &["Robust standard errors by 42 clusters."]);
    // The log-rank test of independent rows has no place beside it.
    assert!(!answer.out.contains("Log-rank"), "{}", answer.out);
}

#[test]
fn the_document_says_which_variance() {
    let json = |formula: &str, more: &[&str]| -> serde_json::Value {
        let answer = km(formula, &[more, &["--format", "json"]].concat());
        serde_json::from_str(&answer.out).unwrap()
    };
    let plain = json(BY_SEX, &[]);
    assert_eq!((&plain["variance"], plain.get("clusters")), (&"greenwood".into(), None));
    let asked = json(BY_SEX, &["--robust"]);
    assert_eq!((&asked["variance"], asked.get("clusters")), (&"robust".into(), None));
    let weighted = json(BY_SEX, &["--weights", "w"]);
    assert_eq!(
        (&weighted["variance"], &weighted["warnings"]),
        (&"robust".into(), &[0; 0][..].into())
    );
    let error = weighted["groups"][0]["at_times"][0]["std_error"].as_f64().unwrap();
    assert!((error - 0.043_254_02).abs() < 5e-9, "{error}");
    let clusters = json(BY_AGE, &[]);
    assert_eq!((&clusters["variance"], &clusters["clusters"]), (&"robust".into(), &42.into()));
}

#[test]
fn figures_draw_it_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("figure.svg");
    let plot = |kind: &str, formula: &str, more: &[&str]| {
        let output = ["--output", file.to_str().unwrap()];
        riskset(&[&["plot", kind, DATA, formula], more, &output].concat())
    };
    let by_row = "(log scale, robust standard errors by row)";
    let by_cluster = "(log scale, robust standard errors by cluster)";
    for (kind, formula, more, part) in [
        ("km", BY_SEX, &["--weights", "w"][..], by_row),
        ("km", BY_SEX, &["--robust"], by_row),
        ("km", BY_AGE, &["--annotate", "hr,median"], by_cluster),
        ("difference", BY_AGE, &[], by_cluster),
        ("cumhaz", BY_SEX, &["--robust"], by_row),
    ] {
        let answer = plot(kind, formula, more);
        assert_eq!(answer.status, 0, "{}", answer.err);
        assert!(answer.err.contains(part), "{kind} {formula}\n{}", answer.err);
    }
    assert!(!plot("km", BY_SEX, &[]).err.contains("obust"));
    let refused = plot("km", BY_AGE, &["--annotate", "logrank"]);
    assert!(refused.status != 0 && refused.err.contains("cluster()"), "{}", refused.err);
}

/// The hazard ratio beside clustered curves is that of `cox` with the same clusters.
#[test]
fn a_hazard_ratio_in_a_figure_has_the_clusters_of_the_curves() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("figure.svg");
    let annotate = ["--annotate", "hr", "--output", file.to_str().unwrap()];
    assert_eq!(riskset(&[&["plot", "km", DATA, BY_AGE][..], &annotate].concat()).status, 0);
    let svg = std::fs::read_to_string(file).unwrap();
    let cox = riskset(&["cox", DATA, BY_AGE, "--format", "json"]);
    let cox: serde_json::Value = serde_json::from_str(&cox.out).unwrap();
    let ratio = &cox["coefficients"][0]["hazard_ratio"];
    let limit = |name: &str| format!("{:.2}", ratio[name].as_f64().unwrap());
    let [estimate, lower, upper] = ["estimate", "lower", "upper"].map(limit);
    let words = format!("{estimate} (95% CI, {lower}\u{2013}{upper})");
    assert!(svg.contains(&words), "{words}");
}

#[test]
fn comparisons_still_refuse_clusters() {
    let answer = riskset(&["compare", DATA, BY_AGE]);
    assert!(answer.status != 0 && answer.err.contains("cluster()"), "{}", answer.err);
}

/// With one cause the incidence is 1 - S, whose standard errors by R are those of S.
#[test]
fn incidences_are_robust_too() {
    let causes = ["--cause", "1", "--censor", "0", "--times", "365", "--format", "json"];
    for (formula, clusters) in [(BY_SEX, None), (BY_AGE, Some(42))] {
        let own = [&["cif", DATA, formula, "--weights", "w"], &causes[..]].concat();
        let answer = riskset(&own);
        assert_eq!(answer.status, 0, "{}", answer.err);
        let cif: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
        assert_eq!((&cif["variance"], &cif["warnings"]), (&"robust".into(), &[0; 0][..].into()));
        assert_eq!(cif.get("clusters").and_then(|n| n.as_u64()), clusters);
        let km = km(formula, &["--weights", "w", "--format", "json"]);
        let km: serde_json::Value = serde_json::from_str(&km.out).unwrap();
        for group in 0..2 {
            let found = cif["groups"][group]["causes"][0]["at_times"][0]["std_error"].as_f64();
            let expected = km["groups"][group]["at_times"][0]["std_error"].as_f64();
            let (found, expected) = (found.unwrap(), expected.unwrap());
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }
    let gray = riskset(&["cif", DATA, BY_AGE, "--cause", "1", "--censor", "0", "--gray"]);
    assert!(gray.status != 0 && gray.err.contains("cluster()"), "{}", gray.err);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("figure.svg");
    let figure = ["--cause", "1", "--censor", "0", "--output", file.to_str().unwrap()];
    let drawn = riskset(&[&["plot", "cif", DATA, BY_AGE, "--weights", "w"], &figure[..]].concat());
    assert!(drawn.err.contains("(log scale, robust standard errors by cluster)"), "{}", drawn.err);
}
