//! Effects that change with time through the commands: R's numbers, figures, and what is refused.

use crate::support::{refused, riskset};
use serde_json::Value;
use std::path::Path;

fn golden() -> Value {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../riskset/tests/golden/compare-overtime.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn json(args: &[&str]) -> Value {
    let answer = riskset(&[args, &["--format", "json"]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    serde_json::from_str(&answer.out).unwrap()
}

fn close(found: &Value, expected: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - expected).abs() <= 1e-5 * expected.abs(), "{found} {expected}");
}

/// Periods and averages are those of `survSplit` (riskset/tests/golden/compare-overtime.R), in `cox`
/// and, where the column has two groups, in `compare`.
#[test]
fn periods_and_averages_are_those_of_r() {
    let r = &golden()["lung"];
    let formula = "Surv(time, status == 2) ~ sex";
    let asked = ["--periods", "180,365", "--average"];
    for command in ["cox", "compare"] {
        let found = json(&[&[command, "@lung", formula][..], &asked].concat());
        let periods = &found["periods"][0];
        for period in 0..3 {
            let own = &periods["periods"][period];
            let expected = r["by_period"]["coefficient"][period].as_f64().unwrap();
            close(&own["hazard_ratio"]["estimate"], expected.exp());
            close(&own["std_error"], r["by_period"]["std_error"][period].as_f64().unwrap());
            assert_eq!(own["events"], r["by_period"]["events"][period]);
        }
        close(&periods["equality"]["statistic"], r["by_period"]["statistic"].as_f64().unwrap());
        let average = &found["average_hazard_ratios"][0];
        let expected = r["average"]["coefficient"].as_f64().unwrap();
        close(&average["hazard_ratio"]["estimate"], expected.exp());
        close(&average["std_error"], r["average"]["std_error"].as_f64().unwrap());
    }
}

/// `tv(x, log(t))` is `x + tt(x)` of R; its hazard ratio at t follows from both coefficients.
#[test]
fn a_function_of_time_is_that_of_r() {
    let r = &golden()["veteran"]["log_time"];
    let formula = "Surv(time, status) ~ tv(karno, log(t))";
    let found = json(&["cox", "@veteran", formula, "--times", "90"]);
    let coefficient = |place: usize| r["coefficient"][place].as_f64().unwrap();
    for place in 0..2 {
        close(&found["coefficients"][place]["estimate"], coefficient(place));
    }
    let at = &found["effects_over_time"][0]["at_times"][0];
    let log = coefficient(0) + coefficient(1) * 90f64.ln();
    close(&at["estimate"], log.exp());
    let v = |a: usize, b: usize| r["variance"][a][b].as_f64().unwrap();
    let g = 90f64.ln();
    let error = (v(0, 0) + 2.0 * g * v(0, 1) + g * g * v(1, 1)).sqrt();
    close(&at["upper"], (log + 1.959963984540054 * error).exp());
    // A step function and a factor.
    let formula = "Surv(time, status) ~ tv(factor(trt), I(t > 90)) + karno";
    let found = json(&["cox", "@veteran", formula, "--times", "30,120"]);
    assert_eq!(found["effects_over_time"][0]["term"], "factor(trt)2");
    let times = &found["effects_over_time"][0]["at_times"];
    let before = found["coefficients"][0]["hazard_ratio"]["estimate"].as_f64().unwrap();
    close(&times[0]["estimate"], before);
    assert_ne!(times[0]["estimate"], times[1]["estimate"]);
}

#[test]
fn what_cannot_be_honoured_is_refused() {
    let tv = "Surv(time, status == 2) ~ tv(sex, log(t))";
    refused(&riskset(&["km", "@lung", tv]), &["only a Cox regression fits", "riskset cox"]);
    let other = riskset(&["cox", "@lung", "Surv(time, status == 2) ~ tv(sex, log(age))"]);
    refused(&other, &["`log(age)` is not a function of the time t"]);
    let product = riskset(&["cox", "@lung", "Surv(time, status == 2) ~ tv(sex, log(t)) * age"]);
    refused(&product, &["an effect that changes with time stands alone"]);
    for option in [&["--baseline"][..], &["--residuals", "martingale"], &["--average"]] {
        let answer = riskset(&[&["cox", "@lung", tv], option].concat());
        assert_eq!(answer.status, 2, "{option:?}: {}", answer.err);
    }
    let plain = "Surv(time, status == 2) ~ sex";
    for option in ["--firth", "--robust"] {
        let answer = riskset(&["cox", "@lung", plain, "--average", option]);
        assert_eq!(answer.status, 2, "{option}: {}", answer.err);
    }
    let figure = riskset(&["plot", "effect", "@lung", plain, "--output", "effect.svg"]);
    assert!(figure.err.contains("no periods were given"), "{}", figure.err);
}
