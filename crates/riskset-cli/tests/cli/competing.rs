//! Competing risks at the command line: scales, quantiles, several causes, tests in the figure,
//! predictions.
//!
//! Numbers are R's (survival 3.5-3, cmprsk 2.2-11) on `mgus2`, with the call beside them.

use crate::support::{Answer, refused, riskset, riskset_in};
use serde_json::Value;

const BY_SEX: [&str; 6] =
    ["@mgus2", "Surv(etime, event) ~ sex", "--cause", "pcm", "--censor", "censor"];

fn json(command: &str, more: &[&str]) -> Value {
    let answer = riskset(&[&[command], &BY_SEX[..], more, &["--format", "json"]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    serde_json::from_str(&answer.out).unwrap()
}

#[track_caller]
fn close(found: &Value, expected: f64) {
    let number = found.as_f64().unwrap_or_else(|| panic!("{found} is no number"));
    assert!((number - expected).abs() < 1e-8, "{number} is not {expected}");
}

/// `summary(survfit(Surv(etime, event) ~ sex, mgus2, conf.type = ), times = 120)`, women.
#[test]
fn intervals_of_incidences_have_every_scale() {
    for (scale, lower, upper) in [
        ("log", 0.0555247328325, 0.0983181930247),
        ("log-log", 0.0546295816690, 0.0968440462665),
        ("plain", 0.0527772493972, 0.0949940793546),
    ] {
        let json = json("cif", &["--conf-type", scale, "--times", "120"]);
        assert_eq!(json["conf_type"], scale);
        let at = &json["groups"][0]["causes"][1]["at_times"][0];
        close(&at["estimate"], 0.0738856643759);
        close(&at["lower"], lower);
        close(&at["upper"], upper);
    }
}

/// The quantile of an incidence is the first time at which it is reached; survfit has none.
#[test]
fn quantiles_of_incidences_are_first_times() {
    let json = json("cif", &["--quantiles", "0.05,0.9"]);
    let cause = &json["groups"][0]["causes"][1];
    let (times, estimates) =
        (cause["time"].as_array().unwrap(), cause["estimate"].as_array().unwrap());
    let first = estimates.iter().position(|f| f.as_f64().unwrap() >= 0.05).unwrap();
    assert_eq!(cause["quantiles"][0]["estimate"], times[first]);
    assert_eq!(times[first], 81.0);
    assert_eq!(cause["quantiles"][1]["estimate"], Value::Null);
}

fn drawn(more: &[&str]) -> (Answer, String) {
    let folder = tempfile::tempdir().unwrap();
    let args = [&["plot", "cif"], &BY_SEX[..], more, &["--output", "f.svg"]].concat();
    let answer = riskset_in(folder.path(), &args, "");
    let svg = std::fs::read_to_string(folder.path().join("f.svg")).unwrap_or_default();
    (answer, svg)
}

/// `cuminc(etime, event, sex)$Tests`: 1.194508 (P = 0.27) for pcm, 11.651259 (P < 0.001) for death.
#[test]
fn a_figure_has_several_causes_by_group_and_their_tests() {
    let (answer, svg) = drawn(&["--cause", "death", "--gray"]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    for text in ["F: pcm", "M: pcm", "F: death", "M: death", "Gray, pcm", "Gray, death"] {
        assert!(svg.contains(text), "{text}");
    }
    assert!(svg.contains("= 0.27") && svg.contains("&lt; 0.001"), "{}", answer.err);
    let (answer, _) = drawn(&["--cause", "dead"]);
    refused(&answer, &["\"dead\"", "death, pcm"]);
    let (answer, _) = drawn(&["--cause", "pcm"]);
    assert!(answer.err.contains("twice"), "{}", answer.err);
}

#[test]
fn a_figure_of_incidences_is_robust_where_asked() {
    let (answer, _) = drawn(&["--robust", "--conf-type", "log-log"]);
    let said = "(log-log scale, robust standard errors by row)";
    assert!(answer.err.contains(said), "{}", answer.err);
}

/// `crr(etime, event, model.matrix(~ agec + sex)[, -1], gtol = 1e-13)` with age cut at 60 and 75: the joint Wald
/// test of the two coefficients of age, and `predict` of a man of 50 at 118 and 238 months.
#[test]
fn a_fine_gray_model_tests_whole_terms_and_predicts() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("new.csv"), "age,sex\n50,M\n80,F\n").unwrap();
    let model = "Surv(etime, event) ~ cut(age, c(0, 60, 75, 200)) + sex";
    let rest = ["--predict", "new.csv", "--times", "120,240,500", "--format", "json"];
    let args = [&["fine-gray", "@mgus2", model], &BY_SEX[2..], &rest].concat();
    let answer = riskset_in(folder.path(), &args, "");
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    close(&json["joint_tests"][0]["statistic"], 7.40842474336);
    assert_eq!(json["joint_tests"][0]["df"], 2);
    let rows = &json["predictions"];
    close(&rows[0]["incidence"][0], 0.0785314307020);
    close(&rows[0]["incidence"][1], 0.1223334090868);
    close(&rows[1]["incidence"][0], 0.0525200272937);
    assert_eq!(rows[0]["incidence"][2], Value::Null, "nobody was seen at 500 months");
    // Events of a level are those of the cause of interest: 115 in all.
    let levels = json["terms"][0]["levels"].as_array().unwrap();
    let events: u64 = levels.iter().map(|level| level["events"].as_u64().unwrap()).sum();
    assert_eq!(events, 115);
}

/// A group that is one cluster has no standard error; the other keeps its own.
#[test]
fn one_cluster_in_a_group_leaves_the_other_groups_alone() {
    let folder = tempfile::tempdir().unwrap();
    let table = "t,e,g,c\n1,a,x,1\n2,b,x,1\n3,a,x,2\n4,c,x,2\n1,a,y,3\n2,b,y,3\n";
    std::fs::write(folder.path().join("d.csv"), table).unwrap();
    let args = ["cif", "d.csv", "Surv(t, e) ~ g + cluster(c)", "--cause", "a", "--censor", "c"];
    let answer = riskset_in(folder.path(), &[&args[..], &["--format", "json"]].concat(), "");
    assert_eq!(answer.status, 0, "{}", answer.err);
    let json: Value = serde_json::from_str(&answer.out).unwrap();
    let error = |group: usize| &json["groups"][group]["causes"][0]["std_error"][0];
    assert!(error(0).as_f64().unwrap() > 0.0);
    assert_eq!(error(1), &Value::Null);
}
