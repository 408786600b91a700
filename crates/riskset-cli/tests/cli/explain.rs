//! `--explain`: the arithmetic below the answer, whose last lines are the answer's numbers.

use crate::support::{misused, refused, riskset, riskset_in};
use serde_json::Value;

const AML: [&str; 3] = ["@aml", "Surv(time, status) ~ x", "--explain"];

fn json(args: &[&str]) -> Value {
    let answer = riskset(&[args, &["--format", "json"]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    serde_json::from_str(&answer.out).unwrap()
}

/// The last row of a table of steps, by column.
fn last(steps: &Value, column: &str) -> f64 {
    let place = steps["columns"].as_array().unwrap().iter().position(|name| name == column);
    let row = steps["rows"].as_array().unwrap().last().unwrap();
    row[place.unwrap()].as_f64().unwrap()
}

fn sum(steps: &Value, column: &str) -> f64 {
    let place = steps["columns"].as_array().unwrap().iter().position(|name| name == column);
    let rows = steps["rows"].as_array().unwrap();
    rows.iter().map(|row| row[place.unwrap()].as_f64().unwrap()).sum()
}

#[track_caller]
fn close(a: f64, b: &Value) {
    let b = b.as_f64().unwrap();
    assert!((a - b).abs() < 1e-9 * (1.0 + b.abs()), "{a} {b}");
}

#[test]
fn the_steps_of_curves_end_at_what_the_answer_says() {
    let km = json(&[&["km"], &AML[..], &["--rmst", "24"]].concat());
    let steps = km["steps"].as_array().unwrap();
    let titles: Vec<&str> = steps.iter().map(|table| table["title"].as_str().unwrap()).collect();
    assert_eq!(titles[0], "Kaplan-Meier estimate, step by step, x=Maintained");
    assert_eq!(titles.len(), 5, "{titles:?}");
    for group in 0..2 {
        let curve = &km["groups"][group];
        let survival = curve["curve"]["survival"].as_array().unwrap().last().unwrap();
        close(last(&steps[2 * group], "survival"), survival);
        close(last(&steps[2 * group + 1], "sum"), &curve["rmst"]["estimate"]);
    }
    let test = &steps[4];
    let (o_e, v) = (sum(test, "observed_1") - sum(test, "expected_1"), sum(test, "variance_1"));
    close(o_e * o_e / v, &km["tests"][0]["statistic"]);
    // Without the option nothing is added.
    assert!(json(&["km", AML[0], AML[1]]).get("steps").is_none());
}

#[test]
fn the_steps_of_a_regression_end_at_what_the_answer_says() {
    let cox = json(&[&["cox"], &AML[..]].concat());
    let steps = cox["steps"].as_array().unwrap();
    close(sum(&steps[0], "log_efron"), &cox["log_likelihood"]["model"]);
    close(last(&steps[1], "beta_1"), &cox["coefficients"][0]["estimate"]);
    let information = last(&steps[1], "information_1");
    close(information.sqrt().recip(), &cox["coefficients"][0]["std_error"]);
    let breslow = json(&[&["cox"], &AML[..], &["--ties", "breslow"]].concat());
    close(sum(&breslow["steps"][0], "log_breslow"), &breslow["log_likelihood"]["model"]);
    // A long table is cut, and says so.
    let long = riskset(&["cox", "@lung", "Surv(time, status == 2) ~ age + sex", "--explain"]);
    assert!(long.out.contains("The first and the last of 139 rows, 30 in all."), "{}", long.out);
    let null = riskset(&["cox", "@lung", "Surv(time, status == 2) ~ 1", "--explain"]);
    refused(&null, &["no maximum to explain", "--explain"]);
}

#[test]
fn incidences_and_weighted_tests_too() {
    let cif = json(&[
        "cif",
        "@mgus2",
        "Surv(etime, event) ~ 1",
        "--cause",
        "pcm",
        "--censor",
        "censor",
        "--explain",
    ]);
    let causes = cif["groups"][0]["causes"].as_array().unwrap();
    let cause = causes.iter().find(|cause| cause["cause"] == "pcm").unwrap();
    let estimate = cause["estimate"].as_array().unwrap().last().unwrap();
    close(last(&cif["steps"][0], "incidence"), estimate);
    let test = json(&[&["logrank"], &AML[..], &["--test", "gehan-wilcoxon"]].concat());
    let steps = &test["steps"][0];
    assert_eq!(steps["columns"][3], "weight");
    assert_eq!(steps["rows"][0][3], 23.0);
}

/// The place of a column.
fn place(steps: &Value, column: &str) -> usize {
    steps["columns"].as_array().unwrap().iter().position(|name| name == column).unwrap()
}

/// The sums below the table are those of its rows, and make the statistic; of a weighted test the
/// weighted ones do.
#[test]
fn sums_make_the_statistic() {
    for (test, parts) in [("logrank", ""), ("peto-peto", "weighted_")] {
        let answer = json(&[&["logrank"], &AML[..], &["--test", test]].concat());
        let steps = &answer["steps"][0];
        let total = |part: &str| {
            let column = format!("{parts}{part}_1");
            let total = &steps["totals"][place(steps, &column)];
            close(sum(steps, &column), total);
            total.as_f64().unwrap()
        };
        let difference = total("observed") - total("expected");
        close(difference * difference / total("variance"), &answer["test"]["statistic"]);
        let text = riskset(&[&["logrank"], &AML[..], &["--test", test]].concat()).out;
        assert!(text.lines().any(|line| line.trim_start().starts_with("Sum ")), "{text}");
    }
    // W O, W E and W^2 V of the first row: 23 at risk, Gehan's weight is their number.
    let gehan = json(&[&["logrank"], &AML[..], &["--test", "gehan-wilcoxon"]].concat());
    let steps = &gehan["steps"][0];
    let first = |column: &str| steps["rows"][0][place(steps, column)].as_f64().unwrap();
    assert_eq!(first("weighted_expected_1"), 23.0 * first("expected_1"));
    assert_eq!(first("weighted_variance_1"), 23.0 * 23.0 * first("variance_1"));
}

/// A landmark, weights and groups known late are said before the arithmetic.
#[test]
fn what_was_done_to_the_rows_is_said() {
    let landmark = json(&["km", "@aml", "Surv(time, status) ~ 1", "--landmark", "10", "--explain"]);
    let steps = &landmark["steps"][0];
    assert_eq!(steps["title"], "Who is analysed");
    // Five of 23 have the event by week 10: 5, 5, 8, 8, 9.
    assert_eq!(steps["rows"][0], serde_json::json!([10.0, 23.0, 5.0, 18.0]));
    let weighted = riskset(&[
        "km",
        "@lung",
        "Surv(time, status == 2) ~ 1",
        "--weights",
        "sex",
        "--subset",
        "inst == 12",
        "--explain",
    ]);
    assert!(weighted.out.contains("as often as its sex says"), "{}", weighted.out);
}

/// Every step of the figure counts whom the curve counts.
#[test]
fn frames_show_who_is_at_risk() {
    let folder = tempfile::tempdir().unwrap();
    let figure = folder.path().join("aml.svg");
    let figure = figure.to_str().unwrap();
    let model = ["@aml", "Surv(time, status) ~ 1"];
    let drawn = riskset(&[&["plot", "explain"], &model[..], &["--frames", "-o", figure]].concat());
    assert_eq!(drawn.status, 0, "{}", drawn.err);
    let km = riskset(&[&["km"], &model[..], &["--format", "json"]].concat()).out;
    let curve = &serde_json::from_str::<Value>(&km).unwrap()["groups"][0]["curve"];
    let counts = curve["n_risk"].as_array().unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), counts.len());
    for (step, n_risk) in (1..).zip(counts) {
        let file = folder.path().join(format!("aml-{step:02}.svg"));
        let data = riskset(&["extract", file.to_str().unwrap(), "--format", "json"]).out;
        let data: Value = serde_json::from_str(&data).unwrap();
        let table = &data["tables"][0]["columns"];
        let at_risk = table.as_array().unwrap().iter().find(|column| column["name"] == "at_risk");
        let count: f64 = at_risk.unwrap()["values"]
            .as_array()
            .unwrap()
            .iter()
            .map(|value| value.as_f64().unwrap())
            .sum();
        close(count, n_risk);
    }
    let many = riskset(&["plot", "explain", "@lung", "Surv(time, status == 2) ~ 1", "-o", figure]);
    refused(&many, &["228 patients", "40", "--subset"]);
    let step =
        riskset(&[&["plot", "explain"], &model[..], &["--step", "19", "-o", figure]].concat());
    assert!(step.err.contains("no step 19; there are 18"), "{}", step.err);
    let two = ["plot", "explain", "@lung", "Surv(time, status == 2) ~ age + sex"];
    let two = riskset(&[&two[..], &["--kind", "likelihood", "-o", figure]].concat());
    refused(&two, &["shows one coefficient, and there are 2"]);
}

#[test]
fn every_format_has_the_steps_and_a_request_asks_for_them() {
    for format in ["text", "markdown", "latex", "html"] {
        let answer = riskset(&[&["km"], &AML[..], &["--format", format]].concat());
        assert!(answer.out.contains("0.9091"), "{format}: {}", answer.out);
        assert!(answer.out.contains("Greenwood: each event time adds"), "{format}");
    }
    let folder = tempfile::tempdir().unwrap();
    let word = folder.path().join("aml.docx");
    let answer = riskset(&[&["km"], &AML[..], &["-o", word.to_str().unwrap()]].concat());
    assert_eq!(answer.status, 0, "{}", answer.err);
    let bytes = std::fs::read(&word).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("word/document.xml").unwrap(), &mut text)
        .unwrap();
    assert!(text.contains("Greenwood: each event time adds"));
    let request = riskset(&[&["km"], &AML[..], &["--print-request"]].concat());
    let direct = riskset(&[&["km"], &AML[..]].concat());
    let file = folder.path().join("request.json");
    std::fs::write(&file, request.out).unwrap();
    assert_eq!(riskset(&["run", file.to_str().unwrap()]).out, direct.out);
}

/// Five patients by hand. At 1 one of five relapses: 1/5. At 2 one of four dies, which leaves S at
/// 4/5 * 3/4. At 3 one of three relapses: 1/5 + 3/5 * 1/3 = 2/5.
#[test]
fn frames_show_how_an_incidence_grows() {
    let folder = tempfile::tempdir().unwrap();
    let table = "t,end\n1,relapse\n2,death\n3,relapse\n4,censored\n5,death\n";
    std::fs::write(folder.path().join("five.csv"), table).unwrap();
    let model = ["plot", "explain", "five.csv", "Surv(t, end) ~ 1", "--kind", "incidence"];
    let causes = ["--cause", "relapse", "--censor", "censored"];
    let figure = ["--step", "3", "-o", "three.svg"];
    let drawn = riskset_in(folder.path(), &[&model[..], &causes, &figure].concat(), "");
    assert_eq!(drawn.status, 0, "{}", drawn.err);
    let svg = std::fs::read_to_string(folder.path().join("three.svg")).unwrap();
    assert!(svg.contains("At 3, 3 of 5 patients are at risk."), "{svg}");
    let line = "3 at risk, 1 with relapse; incidence = 0.2000 + S \u{d7} 1 / 3 = 0.2000 + 0.6000 \u{d7} 1 / 3 \
                = 0.4000.";
    assert!(svg.contains(line), "{svg}");
    assert!(drawn.err.contains("a square an event of another cause"), "{}", drawn.err);
    let data = riskset_in(folder.path(), &["extract", "three.svg", "--format", "json"], "").out;
    let data: Value = serde_json::from_str(&data).unwrap();
    let column = |name: &str| {
        let columns = data["tables"][0]["columns"].as_array().unwrap();
        columns.iter().find(|column| column["name"] == name).unwrap()["values"].clone()
    };
    assert_eq!(column("event"), serde_json::json!([1.0, 0.0, 1.0, 0.0, 0.0]));
    assert_eq!(column("competing"), serde_json::json!([0.0, 1.0, 0.0, 0.0, 1.0]));
    let none = riskset_in(folder.path(), &[&model[..], &figure].concat(), "");
    misused(&none, &["cause of interest", "--cause"]);
    let steps = [&model[..4], &causes, &figure].concat();
    misused(&riskset_in(folder.path(), &steps, ""), &["only an incidence", "--kind incidence"]);
}

/// Four patients by hand, x = 1, 0, 1, 0 in the order of their events. With r = exp(beta) the likelihood
/// is r / (2r + 2) * 1 / (r + 2) * r / (r + 1), whose maximum solves r^2 = r + 4: r = (1 + sqrt 17) / 2.
#[test]
fn frames_show_the_factors_of_a_partial_likelihood() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("four.csv"), "t,d,x\n1,1,1\n2,1,0\n3,1,1\n4,1,0\n").unwrap();
    let model = ["plot", "explain", "four.csv", "Surv(t, d) ~ x", "--kind", "factors"];
    let figure = ["--step", "3", "-o", "three.svg"];
    let drawn = riskset_in(folder.path(), &[&model[..], &figure].concat(), "");
    assert_eq!(drawn.status, 0, "{}", drawn.err);
    let svg = std::fs::read_to_string(folder.path().join("three.svg")).unwrap();
    let r = (1.0 + 17f64.sqrt()) / 2.0;
    let factor = format!(
        "2 at risk, whose risks add up to {:.4}. The one with the event has {r:.4}: the factor is \
         {r:.4} / {:.4} = {:.4}.",
        r + 1.0,
        r + 1.0,
        r / (r + 1.0)
    );
    assert!(svg.contains(&factor), "{factor} is not in {svg}");
    let sum = (r / (2.0 * r + 2.0)).ln() + (1.0 / (r + 2.0)).ln() + (r / (r + 1.0)).ln();
    let sum = format!("of 3 factors so far add up to {sum:.4}.").replace('-', "\u{2212}");
    assert!(svg.contains(&sum), "{sum} {svg}");
    assert!(svg.contains(&format!("1: {r:.2}")), "the risk stands beside the patient: {svg}");
    // x = 1 for all who have the event before the others: the coefficient runs to infinity.
    std::fs::write(folder.path().join("apart.csv"), "t,d,x\n1,1,1\n2,1,1\n3,1,0\n4,0,0\n").unwrap();
    let apart = ["plot", "explain", "apart.csv", "Surv(t, d) ~ x", "--kind", "factors"];
    let apart = riskset_in(folder.path(), &[&apart[..], &figure].concat(), "");
    refused(&apart, &["finite estimate"]);
    let exact = [&model[..], &["--ties", "exact"], &figure].concat();
    misused(&riskset_in(folder.path(), &exact, ""), &["exact ties", "--ties efron"]);
}

/// Of a weight is shown what it is made of: one over the chance of the own group, and the sums whose
/// ratio is the effective number.
#[test]
fn weights_are_explained_patient_by_patient() {
    let folder = tempfile::tempdir().unwrap();
    // A covariate of two values: of those with x = 0 one of three is in B, of those with x = 1 two of
    // three. The propensities of the logistic regression are these shares.
    let mut table = String::from("t,d,g,x\n");
    for (x, groups) in [(0, "AABAAB"), (1, "BBABBA")] {
        for (row, group) in groups.chars().enumerate() {
            table.push_str(&format!("{},{},{group},{x}\n", row + 3 * x + 1, (row + x) % 2));
        }
    }
    std::fs::write(folder.path().join("two.csv"), table).unwrap();
    let asked = ["adjust", "two.csv", "Surv(t, d) ~ g", "--adjust", "x", "--explain"];
    let answer = riskset_in(folder.path(), &[&asked[..], &["--format", "json"]].concat(), "");
    assert_eq!(answer.status, 0, "{}", answer.err);
    let answer: Value = serde_json::from_str(&answer.out).unwrap();
    let steps = &answer["steps"][0];
    let rows = steps["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 12);
    // Row 1 is in A with x = 0: e = 1/3, so 1 / (1 - 1/3) = 1.5.
    let first = rows[0].as_array().unwrap();
    for (found, expected) in first.iter().zip([1.0, 0.0, 1.0 / 3.0, 2.0 / 3.0, 1.5, 2.25]) {
        assert!((found.as_f64().unwrap() - expected).abs() < 1e-6, "{first:?}");
    }
    // Four patients weigh 3/2 and two weigh 3 in each group: 12 in all, 24 for both.
    let sum: f64 = rows.iter().map(|row| row[4].as_f64().unwrap()).sum();
    assert!((sum - 24.0).abs() < 1e-5, "{sum}");
    let words = riskset_in(folder.path(), &asked, "").out;
    assert!(words.contains("From propensities to weights"), "{words}");
    assert!(words.contains("look like all patients"), "{words}");
    let standardised = [&asked[..], &["--method", "standardise"]].concat();
    misused(&riskset_in(folder.path(), &standardised, ""), &["no weights", "--method iptw"]);
}
