//! `riskset tipping`: R's cases through the command, where the conclusion turns, what is refused.

use crate::support::{refused, riskset, riskset_in};
use serde_json::Value;
use std::path::Path;

fn golden() -> Value {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../riskset/tests/golden/compare-tipping.json");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

#[test]
fn the_cases_are_those_of_r() {
    let (r, folder) = (golden(), tempfile::tempdir().unwrap());
    let column = |name: &str| r["data"][name].as_array().unwrap();
    let rows = (0..column("time").len()).map(|row| {
        let cells = ["time", "event", "x", "lost"].map(|name| column(name)[row].to_string());
        cells.join(",")
    });
    let text: Vec<String> = std::iter::once("time,event,x,lost".to_owned()).chain(rows).collect();
    std::fs::write(folder.path().join("d.csv"), text.join("\n") + "\n").unwrap();
    let args = ["tipping", "d.csv", "Surv(time, event) ~ x", "--lost", "lost == 1"];
    let answer = riskset_in(folder.path(), &[&args[..], &["--format", "json"]].concat(), "");
    assert_eq!(answer.status, 0, "{}", answer.err);
    let found: Value = serde_json::from_str(&answer.out).unwrap();
    for (place, key) in ["observed", "worst", "best", "all", "none"].into_iter().enumerate() {
        let case = &found["cases"][place];
        let ratio = case["hazard_ratio"]["estimate"].as_f64().unwrap().ln();
        assert!((ratio - r[key][0].as_f64().unwrap()).abs() < 1e-7, "{key}: {case}");
        let error = case["std_error"].as_f64().unwrap();
        assert!((error - r[key][1].as_f64().unwrap()).abs() < 1e-7, "{key}: {case}");
    }
    assert_eq!(
        found["compared"]["lost"].as_u64().unwrap() + found["reference"]["lost"].as_u64().unwrap(),
        29
    );
    // The conclusion turns towards more events in the group that does better, or fewer in the other.
    assert_eq!(found["conclusion"], "lower");
    let turns = found["turns"].as_array().unwrap();
    let delta = |place: usize| turns[place]["delta"].as_f64();
    assert_eq!(
        (turns[0]["group"].as_str(), turns[0]["towards"].as_str()),
        (Some("x=1"), Some("more"))
    );
    assert!(delta(0).unwrap() > 1.0 && delta(1).is_none() && delta(2).is_none(), "{turns:?}");
}

#[test]
fn what_was_not_said_is_said_and_what_cannot_be_is_refused() {
    let plain = "Surv(time, status == 2) ~ sex";
    let all = riskset(&["tipping", "@lung", plain, "--imputations", "5"]);
    let said = format!("{}{}", all.out, all.err);
    assert!(
        said.contains("63 patients are without the event and all of them count as lost"),
        "{said}"
    );
    let nobody = riskset(&["tipping", "@lung", plain, "--lost", "time < 0"]);
    refused(&nobody, &["nothing hangs on them", "--lost"]);
    let three = riskset(&["tipping", "@lung", "Surv(time, status == 2) ~ factor(ph.ecog)"]);
    refused(&three, &["between two groups, and there are 4"]);
    let one = riskset(&["tipping", "@lung", plain, "--imputations", "1"]);
    refused(&one, &["the number of imputations"]);
    let strata = riskset(&["tipping", "@lung", "Surv(time, status == 2) ~ sex + strata(inst)"]);
    assert_eq!(strata.status, 2, "{}", strata.err);
}
