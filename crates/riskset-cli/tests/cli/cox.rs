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
    let expected = [0.498707247301, 0.5243685745654, 0.565230090345, 0.6349620901856];
    let errors = [0.059047499882, 0.0612856788688, 0.0541364418293, 0.0544978798421];
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
    // With none of the columns of the strata a row is answered in each; with some, refused.
    std::fs::write(folder.path().join("new.csv"), "x\n1\n").unwrap();
    let every = predict(folder.path(), "Surv(dt, e) ~ x + strata(z)");
    let json: Value = serde_json::from_str(&every.out).unwrap();
    let found = json["predictions"].as_array().unwrap().iter().map(|row| &row["stratum"]);
    assert!(found.eq(["z=A", "z=B"]));
    let args = ["cox", "data.csv", "Surv(dt, e) ~ x + strata(z)", "--predict", "new.csv"];
    let text = riskset_in(folder.path(), &[&args[..], &["--times", "20"]].concat(), "").out;
    let table = &text[text.find("Predicted survival").unwrap()..];
    let lines: Vec<&str> = table.lines().filter(|line| line.contains("z=")).collect();
    assert!(lines.len() == 2 && lines[0].contains("z=A") && lines[1].contains("z=B"));
    refused(&predict(folder.path(), "Surv(dt, e) ~ x + strata(x, z)"), &["z"]);
}

/// `summary(survfit(fit, newdata = bladder2), times = 30)`: rows 1 and 20.
#[test]
fn limits_of_predictions_are_robust_when_the_fit_is() {
    let formula = "Surv(start, stop, event) ~ rx + number + size + cluster(id)";
    let json = json(&["@bladder2", formula, "--predict", "@bladder2", "--times", "30"]);
    let rows = &json["predictions"];
    close(&rows[0]["std_error"][0], 0.057304870410078604, 1e-9);
    close(&rows[19]["std_error"][0], 0.06168201490500434, 1e-9);
    close(&rows[0]["lower"][0], 0.1380738445658551, 1e-9);
    close(&rows[0]["upper"][0], 0.3720128773982943, 1e-9);
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

/// `anova` of the two `coxph` fits, and `AIC` and `BIC`.
#[test]
fn a_model_is_compared_with_a_smaller_one() {
    let formula = "Surv(time, status) ~ karno + celltype";
    let json = json(&["@veteran", formula, "--against", "karno"]);
    close(&json["nested"]["statistic"], 17.340469911527, 1e-8);
    assert_eq!(json["nested"]["df"], 3);
    close(&json["nested"]["p_value"], 6.0145673354898e-04, 1e-12);
    let joint = json["joint_tests"].as_array().unwrap();
    assert_eq!(joint.len(), 1, "karno has one column");
    assert_eq!(joint[0]["term"], "celltype");
    close(&joint[0]["statistic"], 17.28200970745281, 1e-8);
    assert_eq!(joint[0]["df"], 3);
    close(&json["aic"], 959.5264354953517, 1e-8);
    close(&json["bic"], 970.9345565510303, 1e-8);
    let text = riskset(&["cox", "@veteran", formula, "--against", "karno"]).out;
    assert!(text.contains("Joint Wald test of celltype: chi-square 17.28 on 3 degrees"), "{text}");
    assert!(text.contains("against ~ karno: chi-square 17.34 on 3 degrees"), "{text}");
    assert!(text.contains("AIC 959.53, BIC (by events) 970.93"), "{text}");
}

/// Rows that miss a value of the larger model are left out of the smaller one too: `anova` after
/// `na.omit`. Strata stay those of the model.
#[test]
fn both_models_have_the_same_rows_and_strata() {
    let all = ["@lung", "Surv(time, status == 2) ~ age * sex + wt.loss", "--against", "sex + age"];
    close(&json(&all)["nested"]["statistic"], 0.36227055820837, 1e-8);
    let strata = ["@lung", "Surv(time, status == 2) ~ age + wt.loss + strata(sex)"];
    let answer = json(&[&strata[..], &["--against", "age"]].concat());
    close(&answer["nested"]["statistic"], 0.00050966911180694, 1e-8);
    // Against no covariates it is the likelihood-ratio test of the model.
    let answer = json(&[&strata[..], &["--against", "1"]].concat());
    let whole = answer["tests"][0]["statistic"].as_f64().unwrap();
    close(&answer["nested"]["statistic"], whole, 1e-9);
}

/// `anova` in R: a line and a threshold against categories, a slope by group against an interaction,
/// and the same within strata. The smaller model need not have its terms among those of the model.
#[test]
fn a_smaller_model_may_be_made_from_the_terms() {
    let nested = |formula: &str, against: &str, df: i32, statistic: f64| {
        let formula = format!("Surv(time, status == 2) ~ {formula}");
        let known = ["--subset", "!is.na(ph.ecog)"];
        let answer = json(&[&["@lung", &formula, "--against", against], &known[..]].concat());
        assert_eq!(answer["nested"]["df"], df, "{against}");
        close(&answer["nested"]["statistic"], statistic, 1e-8);
    };
    nested("age + factor(ph.ecog)", "age + ph.ecog", 2, 0.72618336117398);
    nested("age + factor(ph.ecog)", "I(ph.ecog > 1) + age", 2, 4.4239145959209);
    let slopes = "I(age * (sex == 1)) + I(age * (sex == 2))";
    nested("age * sex", slopes, 1, 0.01154448367538);
    nested("factor(ph.ecog) + strata(sex)", "ph.ecog", 2, 0.62964306716663);
}

#[test]
fn models_that_cannot_be_compared_are_refused() {
    let cox = |formula: &str, more: &[&str]| {
        riskset(&[&["cox", "@lung", formula, "--against"], more].concat())
    };
    let formula = "Surv(time, status == 2) ~ age + sex";
    refused(&cox(formula, &["age + ph.ecog"]), &["not nested", "ph.ecog"]);
    refused(&cox(formula, &["log(age)"]), &["not nested", "`log(age)`"]);
    // The same column for all but the rows in which it is missing.
    let known = "I(ifelse(ph.ecog >= 0, age, age))";
    refused(&cox(formula, &[known]), &["different rows", "1 of the 228 rows"]);
    refused(&cox(formula, &["sex + age"]), &["no more coefficients"]);
    refused(&cox(formula, &["age", "--robust"]), &["robust"]);
    refused(&cox(formula, &["age", "--firth"]), &["penal"]);
    let clusters = "Surv(time, status == 2) ~ age + sex + cluster(inst)";
    refused(&cox(clusters, &["age"]), &["joint Wald test"]);
    let strata = cox(formula, &["strata(sex)"]);
    assert_ne!(strata.status, 0);
    assert!(strata.err.contains("name only its terms"), "{}", strata.err);
}

/// `coxph(Surv(time, status == 2) ~ strata(sex), lung)$loglik`.
#[test]
fn a_model_without_covariates_has_a_likelihood() {
    let formula = "Surv(time, status == 2) ~ strata(sex)";
    let answer = json(&["@lung", formula]);
    close(&answer["log_likelihood"]["model"], -643.43701866939, 1e-8);
    close(&answer["aic"], 2.0 * 643.43701866939, 1e-8);
    for empty in ["coefficients", "tests", "joint_tests", "terms"] {
        assert_eq!(answer[empty].as_array().unwrap().len(), 0, "{empty}");
    }
    let text = riskset(&["cox", "@lung", formula]).out;
    assert!(text.contains("Log partial likelihood −643.44"), "{text}");
    let null = ["cox", "@lung", "Surv(time, status == 2) ~ 1"];
    let more: [&[&str]; 4] =
        [&["--zph", "km"], &["--firth"], &["--residuals", "dfbeta"], &["--against", "1"]];
    for more in more {
        refused(&riskset(&[&null[..], more].concat()), &["no covariates"]);
    }
}

/// Limits and P values are those of the profile: the golden values of the core
/// (`cox-firth-separated`, by a general optimiser, to about six digits), through the command.
#[test]
fn the_limits_of_firths_coefficients_are_the_profiles() {
    let folder = tempfile::tempdir().unwrap();
    let z = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];
    let x = [1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0];
    let row = |row: usize| format!("{},{},{},{}\n", row + 1, u8::from(row < 4), x[row], z[row]);
    let table: String = (0..12).map(row).collect();
    std::fs::write(folder.path().join("data.csv"), format!("t,e,x,z\n{table}")).unwrap();
    let fit = ["cox", "data.csv", "Surv(t, e) ~ x + z", "--firth"];
    let answer = riskset_in(folder.path(), &[&fit[..], &["--format", "json"]].concat(), "");
    let answer: Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(answer["limits"], "profile");
    let golden = include_str!("../../../riskset/tests/golden/cox-firth-separated.json");
    let golden: Value = serde_json::from_str(golden).unwrap();
    for (at, entry) in answer["coefficients"].as_array().unwrap().iter().enumerate() {
        for limit in ["lower", "upper"] {
            let log = entry["hazard_ratio"][limit].as_f64().unwrap().ln();
            close(&golden[limit][at], log, 1e-4);
        }
        assert!(entry["z"].is_null());
    }
    let text = riskset_in(folder.path(), &fit, "").out;
    assert!(text.contains("limits and P of the coefficients by its profile"), "{text}");
    assert!(json(&["@lung", "Surv(time, status == 2) ~ age"]).get("limits").is_none());
}

/// All rows are predicted alike, so no pair has an order.
#[test]
fn a_model_without_covariates_has_no_concordance() {
    let json = json(&["@lung", "Surv(time, status == 2) ~ 1"]);
    assert_eq!(json["concordance"], Value::Null);
    let text = riskset(&["cox", "@lung", "Surv(time, status == 2) ~ 1"]);
    assert!(!text.out.contains("Concordance"), "{}", text.out);
}

/// Nobody of the second group fails: its coefficient runs to minus infinity, and where the iteration
/// was broken off says nothing of a row.
#[test]
fn residuals_of_a_coefficient_at_infinity_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let table = "t,e,g\n1,1,a\n2,1,a\n3,0,a\n4,1,a\n2,0,b\n3,0,b\n5,0,b\n";
    std::fs::write(folder.path().join("d.csv"), table).unwrap();
    let args = ["cox", "d.csv", "Surv(t, e) ~ g", "--residuals", "martingale"];
    refused(&riskset_in(folder.path(), &args, ""), &["runs to infinity", "residual", "--firth"]);
}

#[test]
fn a_log_rank_test_takes_no_level() {
    let args = ["logrank", "@lung", "Surv(time, status == 2) ~ sex", "--conf-level", "0.9"];
    let answer = riskset(&args);
    assert_eq!(answer.status, 2);
    assert!(answer.err.contains("no interval"), "{}", answer.err);
}

/// Every pair of a stratum weighted by the censoring curve of all rows, written out in R: 0.5460129869.
/// R's `concordance(fit, timewt = "n/G2")` estimates that curve within the strata: 0.5472548578.
#[test]
fn unos_concordance_in_strata_has_one_censoring_curve() {
    let json =
        json(&["@lung", "Surv(time, status == 2) ~ age + strata(sex)", "--concordance", "uno"]);
    close(&json["concordance"]["estimate"], 0.5460129869, 1e-9);
}

/// `coxph(Surv(time, status == 2) ~ I(sex == 2), lung, eps = 1e-14)`: -0.53102354000577, which R's `predict` gives for a
/// woman because it does not centre columns of 0 and 1; 90 of 228 are women.
#[test]
fn a_linear_predictor_is_against_the_mean_of_every_column() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("new.csv"), "sex\n2\n1\n").unwrap();
    let model = "Surv(time, status == 2) ~ I(sex == 2)";
    let args = ["cox", "@lung", model, "--predict", "new.csv", "--times", "100"];
    let answer = riskset_in(folder.path(), &[&args[..], &["--format", "json"]].concat(), "");
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    let women = -0.531_023_540_005_77 * (1.0 - 90.0 / 228.0);
    close(&json["predictions"][0]["linear_predictor"], women, 1e-9);
    close(&json["predictions"][1]["linear_predictor"], women + 0.531_023_540_005_77, 1e-9);
}

/// `coxph(..., weights = w)` with weights of 1.5 and 1 in turn: R is robust by itself (0.1628), here
/// the model-based 0.1507 stands with a doubt, and `--robust` gives the other.
#[test]
fn fractional_weights_of_a_model_are_a_doubt_and_not_switched() {
    let folder = tempfile::tempdir().unwrap();
    let lung = riskset(&["datasets", "export", "lung"]).out;
    let weighted = lung.lines().enumerate().map(|(at, line)| match at {
        0 => format!("{line},w\n"),
        at => format!("{line},{}\n", if at % 2 == 1 { "1.5" } else { "1" }),
    });
    std::fs::write(folder.path().join("w.csv"), weighted.collect::<String>()).unwrap();
    let args = ["cox", "w.csv", "Surv(time, status == 2) ~ sex", "--weights", "w"];
    let ask = |more: &[&str]| -> Value {
        let answer =
            riskset_in(folder.path(), &[&args[..], more, &["--format", "json"]].concat(), "");
        assert_eq!(answer.status, 0, "{}", answer.err);
        serde_json::from_str(&answer.out).unwrap()
    };
    let plain = ask(&[]);
    close(&plain["coefficients"][0]["std_error"], 0.1507247869, 1e-9);
    assert_eq!(plain["warnings"][0]["code"], "weights_not_whole");
    close(&ask(&["--robust"])["coefficients"][0]["robust_std_error"], 0.1628091295, 1e-9);
}
