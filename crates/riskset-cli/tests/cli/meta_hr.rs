//! Hazard ratios pooled from whatever is published of them.

use crate::support::{Answer, refused, riskset_in};
use std::fs;
use std::path::Path;

/// The trials of the golden file with limits of two decimals, one with O - E and V, one with
/// medians and events, one that says nothing.
const TRIALS: &str = "trial,hr,lower,upper,oe,v,m1,m0,e1,e0\n\
    A,0.72,0.58,0.89,,,,,,\n\
    B,0.95,0.67,1.35,,,,,,\n\
    C,0.61,0.40,0.92,,,,,,\n\
    D,,,,-4,16,,,,\n\
    E,,,,,,20,16,60,58\n\
    F,,,,,,,,,\n";

fn trials(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("trials.csv"), text).unwrap();
    folder
}

const COLUMNS: [&str; 17] = [
    "meta",
    "hr",
    "trials.csv",
    "--study",
    "trial",
    "--hr",
    "hr",
    "--lower",
    "lower",
    "--upper",
    "upper",
    "--o-minus-e",
    "oe",
    "--variance",
    "v",
    "--medians",
    "m1,m0",
];

fn pool(folder: &Path, more: &[&str]) -> Answer {
    riskset_in(folder, &[&COLUMNS[..], &["--events", "e1,e0"], more].concat(), "")
}

#[test]
fn each_study_gives_what_it_has() {
    let folder = trials(TRIALS);
    let answer = pool(folder.path(), &["--format", "json", "--forest", "forest.svg"]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    let json: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!((&json["n"], &json["n_missing"]), (&5.into(), &1.into()));
    let source = |index: usize| json["studies"][index]["source"].as_str().unwrap();
    assert_eq!(
        [source(0), source(3), source(4)],
        ["hazard ratio and limits", "O - E and V", "medians and events"]
    );
    let ratio = |index: usize| json["studies"][index]["hazard_ratio"]["estimate"].as_f64().unwrap();
    assert!((ratio(3) - (-0.25f64).exp()).abs() < 1e-12);
    assert!((ratio(4) - 16.0 / 20.0).abs() < 1e-12);
    // By hand: the common effect is the mean weighted by the inverse variances.
    let z = 1.959963984540054;
    let of_limits =
        |hr: f64, lower: f64, upper: f64| (hr.ln(), ((upper / lower).ln() / (2.0 * z)).powi(2));
    let studies = [
        of_limits(0.72, 0.58, 0.89),
        of_limits(0.95, 0.67, 1.35),
        of_limits(0.61, 0.40, 0.92),
        (-0.25, 1.0 / 16.0),
        (0.8f64.ln(), 1.0 / 60.0 + 1.0 / 58.0),
    ];
    let total: f64 = studies.iter().map(|(_, v)| 1.0 / v).sum();
    let mean = studies.iter().map(|(y, v)| y / v).sum::<f64>() / total;
    let common = json["common"]["hazard_ratio"]["estimate"].as_f64().unwrap();
    assert!((common - mean.exp()).abs() < 1e-12, "{common} {}", mean.exp());
    let svg = fs::read_to_string(folder.path().join("forest.svg")).unwrap();
    for word in ["Common effect", "Random effects", "Prediction"] {
        assert!(svg.contains(word), "{word}");
    }
    let text = pool(folder.path(), &[]).out;
    for part in ["Random effects", "Hartung and Knapp", "prediction interval", "from medians takes"]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn what_cannot_be_a_hazard_ratio_is_refused_with_its_line() {
    let wrong = trials(&TRIALS.replace("0.95,0.67,1.35", "0.95,0.98,1.35"));
    refused(&pool(wrong.path(), &[]), &["line 3", "limits of 0.98 and 1.35"]);
    let misprint = trials(&TRIALS.replace("0.95,0.67,1.35", "0.95,0.67,3.5"));
    refused(&pool(misprint.path(), &[]), &["not symmetric"]);
    let folder = trials(TRIALS);
    let half = ["meta", "hr", "trials.csv", "--study", "trial", "--hr", "hr", "--lower", "lower"];
    let answer = riskset_in(folder.path(), &half, "");
    assert_eq!(answer.status, 2);
    assert!(answer.err.contains("--upper"), "{}", answer.err);
}
