//! What `riskset cox` says of a model, and what it refuses to say.
//!
//! `cox/strata.csv` is made up: 300 rows of a covariate in two strata. Numbers are R's (survival
//! 3.5-3), with the call beside them.

use crate::support::{refused, riskset, riskset_in};
use serde_json::Value;
use std::path::Path;

fn json(args: &[&str]) -> Value {
    let answer = riskset(&[&["cox"], args, &["--format", "json"]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    serde_json::from_str(&answer.out).unwrap()
}

#[track_caller]
fn close(found: &Value, expected: f64, tolerance: f64) {
    let number = found.as_f64().unwrap_or_else(|| panic!("{found} is no number"));
    assert!((number - expected).abs() < tolerance, "{number} is not {expected}");
}

/// A folder with the data and the new rows.
fn folder(new: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/cox/strata.csv");
    std::fs::copy(data, folder.path().join("data.csv")).unwrap();
    std::fs::write(folder.path().join("new.csv"), new).unwrap();
    folder
}

fn predict(folder: &Path, formula: &str) -> crate::support::Answer {
    let args = ["cox", "data.csv", formula, "--predict", "new.csv", "--times", "20"];
    riskset_in(folder, &[&args[..], &["--format", "json"]].concat(), "")
}

/// `survfit(coxph(Surv(dt, e) ~ x * strata(z)), newdata)`, one row at a time.
#[test]
fn each_new_row_is_answered_in_its_own_stratum() {
    let folder = folder("x,z\n0,A\n1,A\n0,B\n1,B\n");
    let answer = predict(folder.path(), "Surv(dt, e) ~ x + x:z + strata(z)");
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    let rows = json["predictions"].as_array().unwrap();
    assert_eq!(rows.len(), 4);
    let expected = [0.4987072473010, 0.5243685745654, 0.5652300903450, 0.6349620901856];
    let errors = [0.0590474998820, 0.0612856788688, 0.0541364418293, 0.0544978798421];
    for (row, found) in rows.iter().enumerate() {
        assert_eq!(found["row"], row + 1);
        assert_eq!(found["stratum"], ["z=A", "z=A", "z=B", "z=B"][row]);
        close(&found["survival"][0], expected[row], 1e-9);
        close(&found["std_error"][0], errors[row], 1e-9);
    }
}

#[test]
fn a_stratum_that_the_model_has_not_seen_is_refused() {
    let folder = folder("x,z\n0,A\n1,C\n");
    for formula in ["Surv(dt, e) ~ x + strata(z)", "Surv(dt, e) ~ x + x:z + strata(z)"] {
        refused(&predict(folder.path(), formula), &["\"C\"", "z"]);
    }
    let both = predict(folder.path(), "Surv(dt, e) ~ x + strata(x, z)");
    refused(&both, &["x=1, z=C"]);
    std::fs::write(folder.path().join("new.csv"), "x\n1\n").unwrap();
    refused(&predict(folder.path(), "Surv(dt, e) ~ x + strata(z)"), &["z"]);
}

/// `summary(survfit(fit, newdata = bladder2), times = 30)`: rows 1 and 20.
#[test]
fn limits_of_predictions_are_robust_when_the_fit_is() {
    let formula = "Surv(start, stop, event) ~ rx + number + size + cluster(id)";
    let json = json(&["@bladder2", formula, "--predict", "@bladder2", "--times", "30"]);
    let rows = &json["predictions"];
    close(&rows[0]["std_error"][0], 0.057304870410078604, 1e-9);
    close(&rows[19]["std_error"][0], 0.061682014905004343, 1e-9);
    close(&rows[0]["lower"][0], 0.13807384456585509, 1e-9);
    close(&rows[0]["upper"][0], 0.37201287739829431, 1e-9);
}

/// All who have x fail before all others, so the coefficient has no end.
#[test]
fn nothing_is_read_off_a_coefficient_at_infinity() {
    let folder = tempfile::tempdir().unwrap();
    let table = "t,e,x\n1,1,1\n2,1,1\n3,1,1\n4,1,0\n5,1,0\n6,0,0\n";
    std::fs::write(folder.path().join("data.csv"), table).unwrap();
    let fit = ["cox", "data.csv", "Surv(t, e) ~ x"];
    let predict: [&[&str]; 2] = [&["--predict", "data.csv"], &["--baseline"]];
    for more in predict {
        let answer = riskset_in(folder.path(), &[&fit[..], more].concat(), "");
        refused(&answer, &["runs to infinity", "--firth"]);
        let answer = riskset_in(folder.path(), &[&fit[..], more, &["--firth"]].concat(), "");
        assert_eq!(answer.status, 0, "{}", answer.err);
    }
}
