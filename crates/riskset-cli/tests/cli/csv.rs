//! The CSV of an answer holds everything that was asked, in full precision.
//!
//! Numbers are R's (survival 3.5-3), with the call beside them.

use crate::support::{riskset, riskset_in};
use serde_json::Value;
use std::collections::HashMap;

const LUNG: &str = "Surv(time, status == 2) ~ ph.ecog";

/// The lines of a CSV as maps from column to cell; no cell of these tests holds a comma or a quote.
fn lines(text: &str) -> Vec<HashMap<String, String>> {
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned));
    let header: Vec<String> = lines.next().unwrap().collect();
    lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
}

struct Csv(Vec<HashMap<String, String>>);

impl Csv {
    fn of(args: &[&str]) -> Csv {
        let answer = riskset(&[args, &["--format", "csv"]].concat());
        assert_eq!(answer.status, 0, "{}", answer.err);
        Csv(lines(&answer.out))
    }

    /// The lines of a table.
    fn table(&self, name: &str) -> Vec<&HashMap<String, String>> {
        self.0.iter().filter(|line| line["table"] == name).collect()
    }

    #[track_caller]
    fn close(&self, table: &str, row: usize, column: &str, expected: f64) {
        let rows = self.table(table);
        let line = rows.get(row).unwrap_or_else(|| panic!("{table} has {} rows", rows.len()));
        let found: f64 = line[column].parse().unwrap_or_else(|_| panic!("{line:?}"));
        assert!((found - expected).abs() < 1e-8 * (1.0 + expected.abs()), "{table}: {found}");
    }
}

/// `survdiff(Surv(time, status == 2) ~ ph.ecog, lung, subset = ph.ecog < 3)`, its score test for the
/// scores 0, 1, 2, and the same of each pair.
#[test]
fn a_log_rank_test_keeps_its_p_value_its_trend_and_its_pairs() {
    let args = ["--subset", "ph.ecog < 3", "--trend", "--pairwise", "holm"];
    let csv = Csv::of(&[&["logrank", "@lung", LUNG], &args[..]].concat());
    assert_eq!(csv.table("groups").len(), 3);
    let item = |name: &str| -> f64 {
        let found = csv.0.iter().find(|line| line["item"] == name);
        found.unwrap_or_else(|| panic!("no {name}"))["content"].parse().unwrap()
    };
    assert!((item("test.statistic") - 18.01209669).abs() < 1e-7);
    assert!((item("trend.statistic") - 16.44654323).abs() < 1e-7);
    assert!((item("test.p_value") - (-18.01209669f64 / 2.0).exp()).abs() < 1e-10);
    for (pair, (statistic, p)) in
        [(3.45683055, 0.06299094905), (16.68232815, 4.419074022e-5), (8.433446378, 0.003683814858)]
            .into_iter()
            .enumerate()
    {
        csv.close("pairwise", pair, "statistic", statistic);
        csv.close("pairwise", pair, "p_value", p);
    }
    csv.close("pairwise", 2, "p_adjusted", 2.0 * 0.003683814858);
}

/// `cox.zph`, `basehaz(centered = FALSE)` and `residuals` of `coxph(Surv(time, status == 2) ~ age +
/// sex, lung)`.
#[test]
fn a_cox_model_keeps_tests_residuals_baseline_and_predictions() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("new.csv"), "age,sex\n50,1\n70,2\n").unwrap();
    let model = "Surv(time, status == 2) ~ age + sex";
    let args = ["--zph", "km", "--baseline", "--residuals", "martingale,dfbeta,schoenfeld"];
    let new = ["--predict", "new.csv", "--times", "100,365", "--output", "cox.csv", "--quiet"];
    let answer =
        riskset_in(folder.path(), &[&["cox", "@lung", model], &args[..], &new].concat(), "");
    assert_eq!(answer.status, 0, "{}", answer.err);
    let csv = Csv(lines(&std::fs::read_to_string(folder.path().join("cox.csv")).unwrap()));
    csv.close("coefficients", 1, "estimate", -0.51321851711);
    csv.close("zph", 0, "statistic", 0.2092028264);
    csv.close("zph", 2, "p_value", 0.2502255199);
    csv.close("baseline", 1, "cumulative_hazard", 0.011906339684);
    csv.close("residuals.martingale", 2, "value", -3.12981924011);
    csv.close("residuals.dfbeta", 1, "value", -0.001300334587);
    csv.close("residuals.dfbeta", 2, "value", -1.393142616e-4);
    assert_eq!(csv.table("residuals.dfbeta")[1]["column"], "sex");
    assert_eq!(csv.table("residuals.schoenfeld.values").len(), 2 * 165);
    assert_eq!(csv.table("predictions").len(), 4, "two rows at two times");
    assert_eq!(csv.table("tests").len(), 3);
    assert_eq!(csv.table("variance").len(), 4);
}

/// What one answer says in JSON, its CSV says too: every number and every text, as often.
#[test]
fn nothing_of_any_answer_is_dropped() {
    let bmt = "Surv(etime, event) ~ sex";
    let lesions = ["--cluster", "patient", "--by", "management", "--threshold", "0.85"];
    let cif = ["--cause", "pcm", "--censor", "censor", "--gray", "--times", "120,240"];
    let pooled = ["--events", "events", "--n", "n", "--study", "study", "--subset"];
    let subset = "outcome == \"viable\" & management == \"left in place\" & lesions == \"DLM\"";
    let cox = ["--zph", "rank", "--baseline", "--residuals", "deviance,score,scaled-schoenfeld"];
    let km = ["--times", "180,365", "--rmst", "600", "--quantiles", "0.25,0.75"];
    let asked: Vec<Vec<&str>> = vec![
        [&["km", "@lung", "Surv(time, status == 2) ~ sex"], &km[..]].concat(),
        [&["km", "@lung", "Surv(time, status == 2) ~ 1"], &km[..]].concat(),
        vec!["logrank", "@lung", LUNG, "--pairwise", "none"],
        vec!["compare", "@lung", "Surv(time, status == 2) ~ sex"],
        vec!["km", "@aml", "Surv(time, status) ~ x", "--explain"],
        [&["cox", "@lung", "Surv(time, status == 2) ~ age + factor(ph.ecog)"], &cox[..]].concat(),
        vec!["cox", "@lung", "Surv(time, status == 2) ~ age + sex", "--against", "sex"],
        [&["cif", "@mgus2", bmt], &cif[..]].concat(),
        [&["fine-gray", "@mgus2", bmt], &cif[..4]].concat(),
        [&["npv", "@dream_lesions", "nonviable ~ 1"], &lesions[..]].concat(),
        [&["meta", "proportion", "@dlm_literature"], &pooled[..], &[subset]].concat(),
        vec!["power", "logrank", "--hazard-ratio", "0.7", "--power", "0.8"],
    ];
    for args in asked {
        let answer = |format: &str| {
            let answer = riskset(&[&args[..], &["--format", format]].concat());
            assert_eq!(answer.status, 0, "{args:?}: {}", answer.err);
            answer.out
        };
        let mut said = HashMap::new();
        leaves(&serde_json::from_str(&answer("json")).unwrap(), &mut said);
        let mut cells = HashMap::new();
        for cell in answer("csv").lines().flat_map(fields) {
            *cells.entry(cell).or_insert(0usize) += 1;
        }
        for (text, times) in said {
            let found = cells.get(&text).copied().unwrap_or(0);
            assert!(found >= times, "{args:?}: {text} {found} times instead of {times}");
        }
    }
}

/// Every value of a document with how often it stands there.
fn leaves(value: &Value, found: &mut HashMap<String, usize>) {
    match value {
        Value::Null => {}
        Value::Array(list) => list.iter().for_each(|value| leaves(value, found)),
        Value::Object(object) => object.values().for_each(|value| leaves(value, found)),
        Value::String(text) => *found.entry(text.clone()).or_insert(0) += 1,
        Value::Number(number) if number.is_f64() => {
            *found.entry(number.as_f64().unwrap().to_string()).or_insert(0) += 1;
        }
        value => *found.entry(value.to_string()).or_insert(0) += 1,
    }
}

/// The cells of a line, quotes undone.
fn fields(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for sign in line.chars() {
        match sign {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            sign => cells.last_mut().unwrap().push(sign),
        }
    }
    cells
}
