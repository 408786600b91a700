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

/// Women against men of `@lung`, survival to three decimals and numbers at risk as R's
/// `summary(survfit(...), times)` prints them, with a trial that gives limits. The log ratio and its
/// standard error are the formulas of docs/methods/meta-analysis.md written out in R 4.2.
#[test]
fn published_curves_give_the_ratio_of_their_hazards() {
    let text = "trial,hr,lower,upper,day,s1,s0,n1,n0\n\
        lung,,,,0,1,1,90,138\n\
        lung,,,,200,0.795,0.607,66,78\n\
        lung,,,,400,0.509,0.298,26,31\n\
        other,0.72,0.58,0.89,,,,,\n\
        lung,,,,600,0.343,0.145,11,13\n\
        lung,,,,800,0.083,0.067,2,6\n";
    let folder = trials(text);
    let direct = ["--study", "trial", "--hr", "hr", "--lower", "lower", "--upper", "upper"];
    let curves = ["--time", "day", "--survival", "s1,s0", "--at-risk", "n1,n0"];
    let ask = |more: &[&str]| {
        let all = [&["meta", "hr", "trials.csv"], &direct[..], &curves, more].concat();
        riskset_in(folder.path(), &all, "")
    };
    let answer = ask(&["--format", "json"]);
    assert_eq!(answer.status, 0, "{}", answer.err);
    let json: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!((&json["n"], &json["n_missing"]), (&2.into(), &0.into()));
    let lung = &json["studies"][0];
    assert_eq!(
        (&lung["study"], &lung["source"]),
        (&"lung".into(), &"curves and numbers at risk".into())
    );
    let value = |name: &str| lung["hazard_ratio"][name].as_f64().unwrap();
    assert!((value("estimate").ln() - -0.500734739324058).abs() < 1e-12);
    let width = (value("upper") / value("lower")).ln() / (2.0 * 1.959963984540054);
    assert!((width - 0.171277389219956).abs() < 1e-12);
    assert!(ask(&[]).out.contains("as exact as the curves were read"));
    // Studies that happen to be alike: no option of proportions is proposed.
    fs::write(
        folder.path().join("trials.csv"),
        "trial,hr,lower,upper,day,s1,s0,n1,n0\n\
        a,1.02,0.97,1.07,,,,,\nb,0.98,0.92,1.04,,,,,\nc,1.01,0.95,1.07,,,,,\n",
    )
    .unwrap();
    let alike = ask(&[]);
    let said = [alike.out.as_str(), &alike.err].concat();
    assert!(said.contains("interval of the common effect beside it"), "{said}");
    assert!(!said.contains("--method"), "{said}");
    // What is no curve, and what is half said.
    let percent = text.replace("0.795", "79.5");
    fs::write(folder.path().join("trials.csv"), percent).unwrap();
    refused(&ask(&[]), &["lung: ", "survival read off a curve", "79.5"]);
    let half = [&["meta", "hr", "trials.csv", "--study", "trial"], &curves[..4]].concat();
    let half = riskset_in(folder.path(), &half, "");
    assert_eq!((half.status, half.out.as_str()), (2, ""));
    assert!(half.err.contains("two columns of numbers at risk"), "{}", half.err);
}
