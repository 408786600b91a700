//! Penalised terms and the elastic net through the commands: words, figures, what is refused. The numbers
//! are compared with R in tests/reference (`cox-ridge*`, `cox-pspline`, `cox-frailty-*`) and in the core.

use crate::support::{refused, riskset, riskset_in};
use serde_json::Value;

fn json(args: &[&str]) -> Value {
    let answer = riskset(&[args, &["--format", "json"]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    serde_json::from_str(&answer.out).unwrap()
}

const FRAILTY: &str = "Surv(time, status) ~ age + sex + frailty(id)";

#[test]
fn a_frailty_is_told_in_words() {
    let out = riskset(&["cox", "@kidney", FRAILTY]).out;
    for part in [
        "frailty(id)",
        "Variance of the frailty (gamma, 38 groups), estimated: 0.4078",
        "integrated out: −181.64",
        "Likelihood-ratio test of no variance",
        "compare rows of the same group",
    ] {
        assert!(out.contains(part), "{part}\n{out}");
    }
    let found = json(&["cox", "@kidney", FRAILTY]);
    let groups = found["penalised"]["frailty"]["groups"].as_array().unwrap();
    assert_eq!((groups.len(), &groups[0]["group"]), (38, &Value::from("id=1")));
}

/// A penalised spline has a curve as the others have, and its coefficients are in the JSON alone.
#[test]
fn a_penalised_spline_has_a_curve() {
    let formula = "Surv(time, status == 2) ~ pspline(age, df = 4) + sex";
    let out = riskset(&["cox", "@lung", formula]).out;
    assert!(out.contains("straight line") && out.contains("Hazard ratio over age"), "{out}");
    assert!(!out.contains("pspline(age, df = 4)1"), "{out}");
    let folder = tempfile::tempdir().unwrap();
    let args = ["plot", "effect", "@lung", formula, "--output", "curve.svg"];
    let answer = riskset_in(folder.path(), &args, "");
    assert_eq!(answer.status, 0, "{}", answer.err);
}

/// A ridge without weight is the plain model; new rows are predicted by either.
#[test]
fn a_light_ridge_is_the_plain_model() {
    let plain = json(&["cox", "@ovarian", "Surv(futime, fustat) ~ age + rx"]);
    let light = json(&["cox", "@ovarian", "Surv(futime, fustat) ~ ridge(age, rx, theta = 1e-9)"]);
    for column in 0..2 {
        let of = |found: &Value| found["coefficients"][column]["estimate"].as_f64().unwrap();
        assert!((of(&plain) - of(&light)).abs() < 1e-6);
    }
    let predicted = json(&[
        "cox",
        "@ovarian",
        "Surv(futime, fustat) ~ ridge(age, rx, theta = 2)",
        "--predict",
        "@ovarian",
        "--times",
        "300",
    ]);
    assert_eq!(predicted["predictions"].as_array().unwrap().len(), 26);
}

#[test]
fn what_penalties_do_not_have_is_refused() {
    let cox = |formula: &str, more: &[&str]| {
        let answer = riskset(&[&["cox", "@kidney", formula][..], more].concat());
        assert_ne!(answer.status, 0, "{formula}");
        answer.err
    };
    for more in [&["--zph", "km"][..], &["--robust"], &["--residuals", "martingale"], &["--firth"]]
    {
        assert!(cox(FRAILTY, more).contains("frailty()"), "{more:?}");
    }
    assert!(cox(FRAILTY, &["--predict", "@kidney"]).contains("`predict`"));
    assert!(cox("Surv(time, status) ~ age + ridge(age, theta = 1)", &[]).contains("a second time"));
    assert!(cox("Surv(time, status) ~ pspline(age, df = 4)*sex", &[]).contains("stands alone"));
    assert!(cox("Surv(time, status) ~ ridge(age, sex)", &[]).contains("theta ="));
    assert!(cox("Surv(time, status) ~ frailty(id, theta = 0)", &[]).contains("above 0"));
    refused(&riskset(&["km", "@kidney", "Surv(time, status) ~ frailty(id)"]), &["only a Cox"]);
    let factors = ["factors", "@lung", "Surv(time, status == 2) ~ pspline(age, df = 3)"];
    refused(&riskset(&factors), &["only a Cox", "rcs(x, 4)"]);
}

const NET: &str = "Surv(time, status == 2) ~ age + sex + edema + bili + albumin + protime";

/// The same seed chooses the same lambda; at the first lambda nothing is left.
#[test]
fn an_elastic_net_chooses_by_its_seed() {
    let found = json(&["elastic-net", "@pbc", NET, "--folds", "5"]);
    assert_eq!(found["path"][0]["kept"], 0);
    let again = json(&["elastic-net", "@pbc", NET, "--folds", "5"]);
    assert_eq!(found["chosen"], again["chosen"]);
    let other = json(&["elastic-net", "@pbc", NET, "--folds", "5", "--seed", "2"]);
    assert_eq!(found["path"][50]["coefficients"], other["path"][50]["coefficients"]);
    assert_ne!(found["path"][50]["deviance"], other["path"][50]["deviance"]);
    let (best, within) = (&found["chosen"]["best"], &found["chosen"]["within_one_error"]);
    assert!(within.as_f64() >= best.as_f64());
    let out = riskset(&["elastic-net", "@pbc", NET, "--folds", "5"]).out;
    assert!(out.contains("divided by their standard deviation"), "{out}");
}

#[test]
fn an_elastic_net_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["plot", "elastic-net", "@pbc", NET, "--folds", "5", "--output", "net.svg"];
    let answer = riskset_in(folder.path(), &args, "");
    assert_eq!(answer.status, 0, "{}", answer.err);
    let figure = std::fs::read_to_string(folder.path().join("net.svg")).unwrap();
    assert!(figure.contains("Deviance per event"));
    let clustered = "Surv(time, status == 2) ~ age + sex + cluster(id)";
    let answer = riskset(&["elastic-net", "@pbc", clustered]);
    assert!(answer.err.contains("no standard errors"), "{}", answer.err);
    let none = riskset(&["elastic-net", "@pbc", "Surv(time, status == 2) ~ 1"]);
    assert!(none.err.contains("no columns to choose from"), "{}", none.err);
}
