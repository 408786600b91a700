//! Comparisons when the simple one does not hold: R's numbers through the commands, and what is
//! refused or doubted. The golden files and their R scripts are in riskset/tests/golden.

use crate::support::{riskset, riskset_in, run};
use serde_json::Value;
use std::path::Path;

/// Sums in another order than R's, relative.
const CLOSED_FORM: f64 = 1e-9;
/// P of a multivariate normal, in R by `pmvnorm`, which draws at random.
const SIMULATED: f64 = 1e-4;

fn golden(name: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../riskset/tests/golden")
        .join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// The data of a golden file as a table, with these columns.
fn table(golden: &Value, columns: &[&str]) -> String {
    let column = |name: &&str| golden["data"][*name].as_array().unwrap().clone();
    let columns_of: Vec<Vec<Value>> = columns.iter().map(column).collect();
    let rows = (0..columns_of[0].len()).map(|row| {
        let cells: Vec<String> = columns_of.iter().map(|column| column[row].to_string()).collect();
        cells.join(",").replace("null", "")
    });
    std::iter::once(columns.join(",")).chain(rows).collect::<Vec<String>>().join("\n") + "\n"
}

fn json(args: &[&str], input: &str) -> Value {
    let answer = run(&[args, &["--format", "json"]].concat(), input);
    assert_eq!(answer.status, 0, "{args:?}: {}", answer.err);
    serde_json::from_str(&answer.out).unwrap()
}

#[track_caller]
fn close(found: &Value, expected: &Value, tolerance: f64) {
    let (found, expected) = (found.as_f64().unwrap(), expected.as_f64().unwrap());
    assert!((found - expected).abs() <= tolerance * expected.abs(), "{found} {expected}");
}

/// `independence_test` of R coin, exact and at random.
#[test]
fn the_permutation_test_is_that_of_coin() {
    let r = golden("compare-permutation-ovarian");
    let input = table(&r, &["time", "event", "group"]);
    let args = ["logrank", "-", "Surv(time, event) ~ group"];
    let exact = json(&[&args[..], &["--permutation", "exact"]].concat(), &input);
    close(&exact["permutation"]["p_value"], &r["exact"], CLOSED_FORM);
    close(&exact["permutation"]["statistic"], &r["statistic"], CLOSED_FORM);
    assert_eq!(exact["permutation"]["seed"], Value::Null);
    let drawn = json(&[&args[..], &["--permutation", "9999", "--seed", "3"]].concat(), &input);
    let drawn = &drawn["permutation"];
    let error = drawn["p_std_error"].as_f64().unwrap();
    let exact = exact["permutation"]["p_value"].as_f64().unwrap();
    assert!((drawn["p_value"].as_f64().unwrap() - exact).abs() < 4.0 * error);
}

/// `pmvnorm` of R mvtnorm for the combination, in `logrank` and in `compare`.
#[test]
fn the_combination_and_modest_weights_are_those_of_r() {
    let r = golden("compare-maxcombo-lung");
    let input = table(&r, &["time", "event", "group", "stratum"]);
    let options = ["--max-combo", "0:0,0:1,1:0,1:1", "--modest", "300"];
    for command in ["logrank", "compare"] {
        let args = [command, "-", "Surv(time, event) ~ group + strata(stratum)"];
        let found = json(&[&args[..], &options].concat(), &input);
        close(&found["max_combo"]["statistic"], &r["statistic"], CLOSED_FORM);
        close(&found["max_combo"]["p_value"], &r["p_value"], SIMULATED);
        for component in 0..4 {
            let z = &found["max_combo"]["components"][component]["z"];
            close(z, &r["z"][component], CLOSED_FORM);
        }
        close(&found["modest"]["z"], &r["z"][4], CLOSED_FORM);
    }
    // The usual combination needs no exponents.
    let formula = "Surv(time, event) ~ group + strata(stratum)";
    let usual = json(&["logrank", "-", formula, "--max-combo"], &input);
    close(&usual["max_combo"]["p_value"], &r["p_value"], SIMULATED);
}

/// Milestones, written out in R from `survfit`.
#[test]
fn milestones_are_those_of_r() {
    let r = golden("compare-contrast");
    let input = table(&r, &["time", "event", "group"]);
    let args = ["compare", "-", "Surv(time, event) ~ group", "--milestones", "180"];
    let found = &json(&args, &input)["milestones"][0];
    close(&found["difference"]["estimate"], &r["milestone"]["difference"], 1e-8);
    close(&found["difference"]["std_error"], &r["milestone"]["error"], CLOSED_FORM);
    close(&found["ratio"]["estimate"], &r["milestone"]["ratio"], CLOSED_FORM);
    close(&found["ratio"]["lower"], &r["milestone"]["ratio_limits"][0], CLOSED_FORM);
    close(&found["p_log_log"], &r["milestone"]["p"], CLOSED_FORM);
}

/// The limits for few patients at every time, and of the median.
#[test]
fn limits_for_few_patients_are_those_of_r() {
    let r = golden("compare-few-aml");
    let input = table(&r, &["time", "event"]);
    let methods = [
        ("likelihood-ratio", "likelihood"),
        ("beta-product", "beta"),
        ("rothman-wilson", "wilson"),
    ];
    for (method, name) in methods {
        let args =
            ["km", "-", "Surv(time, event) ~ 1", "--few-patients", method, "--times", "9,23"];
        let found = &json(&args, &input)["groups"][0]["few_patients"];
        for (place, row) in [(0, 2), (1, 7)] {
            assert_eq!(r["time"][row].as_f64(), Some([9.0, 23.0][place]));
            // Limits are found by halving, in R to the tolerance of `uniroot`.
            close(&found["at_times"][place]["lower"], &r[format!("{name}_lower")][row], 1e-7);
            close(&found["at_times"][place]["upper"], &r[format!("{name}_upper")][row], 1e-7);
        }
        if name != "wilson" {
            let median = &r[format!("median_{name}")];
            close(&found["median_lower"], &median[0], CLOSED_FORM);
            close(&found["median_upper"], &median[1], CLOSED_FORM);
        }
    }
    let text =
        riskset(&["km", "@ovarian", "Surv(futime, fustat) ~ 1", "--few-patients", "beta-product"]);
    assert!(text.out.contains("Limits for few patients: beta product"), "{}", text.out);
}

/// Both bands hold 95% for the whole curve of the golden data: wider than the pointwise limits, from
/// the first event on, with a critical value above 1.96 where it is a multiple of the standard error.
#[test]
fn bands_are_wider_than_pointwise_limits() {
    let formula = "Surv(time, status == 2) ~ 1";
    for band in ["equal-precision", "hall-wellner"] {
        let found = json(&["km", "@lung", formula, "--band", band, "--times", "365"], "");
        let (group, at) = (&found["groups"][0], &found["groups"][0]["at_times"][0]);
        let band = &group["band"];
        let time = band["time"].as_array().unwrap();
        let place = time.iter().rposition(|time| time.as_f64().unwrap() <= 365.0).unwrap();
        assert!(band["lower"][place].as_f64() < at["lower"].as_f64());
        assert!(band["upper"][place].as_f64() > at["upper"].as_f64());
        if band["kind"] == "equal-precision" {
            assert!(band["critical"].as_f64() > Some(2.8), "{band}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let figure = ["plot", "km", "@lung", formula, "--band", "hall-wellner", "-o", "band.svg"];
    let figure = riskset_in(folder.path(), &figure, "");
    let words = "simultaneous 95% confidence bands (hall-wellner";
    assert!(figure.err.contains(words), "{}", figure.err);
    let hazard = ["plot", "cumhaz", "@lung", formula, "--band", "hall-wellner", "-o", "band.svg"];
    let hazard = riskset_in(folder.path(), &hazard, "");
    assert!(hazard.err.contains("drawn for survival curves"), "{}", hazard.err);
    let weighted =
        riskset(&["km", "@lung", formula, "--band", "hall-wellner", "--weights", "ph.karno"]);
    assert!(weighted.err.contains("weights"), "{}", weighted.err);
}

/// Survival given survival is that of a landmark, limits and all.
#[test]
fn conditional_survival_is_that_of_the_landmark() {
    let rows = ["km", "@lung", "Surv(time, status == 2) ~ sex"];
    let given = json(&[&rows[..], &["--given", "200", "--times", "500"]].concat(), "");
    let landmark = json(&[&rows[..], &["--landmark", "200", "--times", "300"]].concat(), "");
    for group in 0..2 {
        let conditional = &given["groups"][group]["conditional"][0];
        let at = &landmark["groups"][group]["at_times"][0];
        for part in ["survival", "std_error", "lower", "upper"] {
            close(&conditional[part], &at[part], CLOSED_FORM);
        }
        assert_eq!(conditional["n_risk"], landmark["groups"][group]["n"].as_f64().unwrap());
    }
    let earlier = riskset(&[&rows[..], &["--given", "200", "--times", "100"]].concat());
    assert!(earlier.err.contains("needs later times"), "{}", earlier.err);
}

/// The Stanford transplants: Simon and Makuch's curves and Mantel and Byar's test, by `survfit` and
/// `survdiff` of counting-process rows.
#[test]
fn a_group_known_later_counts_in_the_reference_until_then() {
    let r = golden("compare-contrast");
    let jasa = &r["jasa"];
    let (data, changes) = (&jasa["data"], jasa["change"].as_array().unwrap());
    let mut input = "time,event,transplant,wait\n".to_owned();
    for (row, change) in changes.iter().enumerate() {
        let (group, wait) = match change.as_f64() {
            Some(wait) => ("yes", wait.to_string()),
            None => ("no", String::new()),
        };
        input += &format!("{},{},{group},{wait}\n", data["time"][row], data["event"][row]);
    }
    let args = ["Surv(time, event) ~ transplant", "--known-at", "wait"];
    let found = json(&[&["compare", "-"], &args[..]].concat(), &input);
    close(&found["tests"][0]["statistic"], &r["mantel_byar"], CLOSED_FORM);
    let curves = json(&[&["km", "-"], &args[..], &["--times", "30,180,365"]].concat(), &input);
    for group in 0..2 {
        for time in 0..3 {
            let at = &curves["groups"][group]["at_times"][time];
            close(&at["survival"], &r["switching"]["surv"][3 * group + time], CLOSED_FORM);
            close(&at["std_error"], &r["switching"]["std_error"][3 * group + time], CLOSED_FORM);
            let n_risk = &r["switching"]["n_risk"][3 * group + time];
            assert_eq!(at["n_risk"].as_f64(), n_risk.as_f64());
        }
    }
}

/// With strata, restricted means and milestones are put together over them as R's written-out means are
/// (riskset/tests/golden/compare-contrast.R).
#[test]
fn strata_are_put_together_by_their_patients() {
    let r = golden("compare-contrast");
    let args = ["compare", "@veteran", "Surv(time, status) ~ trt + strata(celltype)"];
    let options = ["--rmst", "80", "--milestones", "80"];
    let found = json(&[&args[..], &options].concat(), "");
    for (place, (of, key)) in
        [("rmst", "rmst_strata"), ("survival", "survival_strata")].into_iter().enumerate()
    {
        let one = &found["over_strata"][place];
        assert_eq!((one["of"].as_str(), one["time"].as_f64()), (Some(of), Some(80.0)));
        close(&one["difference"]["estimate"], &r[key]["difference"][0], 1e-9);
        close(&one["difference"]["std_error"], &r[key]["difference"][1], 1e-9);
        let ratio = one["ratio"]["estimate"].as_f64().unwrap();
        close(&Value::from(ratio.ln()), &r[key]["log_ratio"][0], 1e-9);
        let error = one["ratio"]["std_error"].as_f64().unwrap() / ratio;
        close(&Value::from(error), &r[key]["log_ratio"][1], 1e-9);
    }
    let text = riskset(&[&args[..], &options].concat()).out;
    assert!(text.contains("Difference of the restricted means to 80 over the strata"), "{text}");
    let plain = json(&["compare", "@veteran", "Surv(time, status) ~ trt"], "");
    assert!(plain.get("over_strata").is_none());
}

#[test]
fn what_cannot_be_done_is_refused_or_doubted_with_what_to_do() {
    let two = "time,event,arm\n1,1,A\n2,1,B\n";
    let args = ["logrank", "-", "Surv(time, event) ~ arm", "--permutation", "exact"];
    let answer = run(&args, two);
    assert!(answer.out.contains("cannot reach 0.05"), "{}{}", answer.out, answer.err);
    let drawn = run(&[&args[..4], &["99"]].concat(), two);
    assert!(drawn.out.contains("cannot reach 0.05"), "{}{}", drawn.out, drawn.err);
    let refused = |args: &[&str], words: &str| {
        let answer = riskset(args);
        assert_ne!(answer.status, 0, "{args:?}");
        assert!(answer.err.contains(words), "{args:?}: {}", answer.err);
    };
    let lung = ["logrank", "@lung", "Surv(time, status == 2) ~ sex"];
    refused(&[&lung[..], &["--permutation", "exact"]].concat(), "--permutation 9999");
    refused(&[&lung[..], &["--permutation", "all"]].concat(), "write exact, or a number");
    refused(&[&lung[..], &["--max-combo", "1"]].concat(), "write RHO:GAMMA");
    refused(&[&lung[..], &["--known-at", "age"]].concat(), "`logrank` cannot follow a group");
    let cells = ["logrank", "@veteran", "Surv(time, status) ~ celltype", "--max-combo"];
    refused(&cells, "two groups");
    let compare = ["compare", "@lung", "Surv(time, status == 2) ~ sex"];
    refused(&[&compare[..], &["--margin", "survival=-0.1"]].concat(), "--milestones");
    refused(&[&compare[..], &["--margin", "hr=0.8"]].concat(), "bad side of no difference");
    refused(&[&compare[..], &["--landmark", "5000"]].concat(), "landmark");
    let both = ["--landmark", "100", "--known-at", "age"];
    refused(&[&compare[..], &both].concat(), "no use for both");
}

/// A non-inferiority margin by hand: the log hazard ratio and its standard error give the limit.
#[test]
fn a_margin_is_compared_with_the_one_sided_limit() {
    let rows = ["compare", "@lung", "Surv(time, status == 2) ~ sex"];
    let found = json(&[&rows[..], &["--margin", "hr=1.1,rmst=-30", "--rmst", "700"]].concat(), "");
    // The one-sided 97.5% limit is the upper one of the two-sided 95% interval.
    close(&found["margins"][0]["limit"], &found["hazard_ratios"][0]["upper"], CLOSED_FORM);
    assert_eq!(found["margins"][0]["verdict"], "superior");
    let difference = &found["rmst"]["differences"][0]["difference"];
    close(&found["margins"][1]["limit"], &difference["lower"], CLOSED_FORM);
}

/// The numbers of `performance --reclassify` from the risks at 365 days of both models, in R:
///
/// ```r
/// d <- na.omit(lung[, c("time", "status", "age", "sex", "ph.ecog")]); event <- d$status == 2
/// f1 <- coxph(Surv(time, event) ~ age + sex + ph.ecog, d); f0 <- update(f1, . ~ . - ph.ecog)
/// p <- function(f) 1 - c(summary(survfit(f, newdata = d), times = 365)$surv); p1 <- p(f1); p0 <- p(f0)
/// at <- sort(unique(d$time[!event])); out <- NULL; g <- 1
/// for (u in at) { left <- d$time == u & !event
///   g <- g * (1 - sum(left) / sum(d$time > u | left)); out <- c(out, g) }
/// G <- function(x) { k <- sum(at < x); if (k == 0) 1 else out[k] }
/// case <- d$time <= 365 & event; a <- ifelse(case, 1 / sapply(d$time, G), 0); b <- d$time > 365
/// k <- function(p) findInterval(p, c(0.4, 0.7))
/// c(sum(a * sign(k(p1) - k(p0))) / sum(a), -sum(b * sign(k(p1) - k(p0))) / sum(b),
///   sum(a * (p1 - p0)) / sum(a), -sum(b * (p1 - p0)) / sum(b))
/// ```
#[test]
fn reclassification_is_of_the_risks_of_both_models() {
    let full = "Surv(time, status == 2) ~ age + sex + ph.ecog";
    let ask = ["performance", "@lung", full, "--against", "age + sex", "--times", "365"];
    let found = json(&[&ask[..], &["--reclassify", "0.4,0.7"]].concat(), "");
    let moved = &found["comparison"]["reclassification"][0];
    let r = [
        ("categories", "events", 0.042_768_216_620_549),
        ("categories", "free", 0.046_153_846_153_846_2),
        ("discrimination", "events", 0.025_047_864_959_539),
        ("discrimination", "free", 0.021_466_907_749_695_4),
    ];
    for (measure, whom, expected) in r {
        close(&moved[measure][whom]["estimate"], &Value::from(expected), 1e-8);
    }
    // From the larger model to the smaller every step is the other way.
    let back = "Surv(time, status == 2) ~ age + sex";
    let ask = ["performance", "@lung", back, "--against", "age + sex + ph.ecog", "--times", "365"];
    let found = json(&[&ask[..], &["--reclassify", "0.4,0.7"]].concat(), "");
    let back = &found["comparison"]["reclassification"][0];
    for measure in ["categories", "continuous", "discrimination"] {
        let net = |of: &Value| of[measure]["net"]["estimate"].as_f64().unwrap();
        assert!((net(moved) + net(back)).abs() < 1e-12 && net(moved) > 0.0, "{measure}");
    }
}

/// Restricted means of each two of four groups, written out in R, in `km` and in `compare`.
#[test]
fn pairs_of_restricted_means_are_those_of_r() {
    let r = golden("compare-rmst-pairs");
    let input = table(&r, &["time", "event", "group"]);
    let rest = ["-", "Surv(time, event) ~ group", "--rmst", "200", "--pairwise", "holm"];
    for command in ["km", "compare"] {
        let found = json(&[&[command][..], &rest].concat(), &input);
        let pairs = found["rmst_pairs"].as_array().unwrap();
        assert_eq!((pairs.len(), &found["adjustment"]), (6, &Value::from("holm")));
        for (place, (pair, expected)) in
            pairs.iter().zip(r["pairs"].as_array().unwrap()).enumerate()
        {
            assert_eq!(pair["a"], format!("group={}", expected["b"]), "the second less the first");
            for (name, adjusted) in [("difference", "p_difference"), ("ratio", "p_ratio")] {
                for (at, key) in
                    ["estimate", "std_error", "lower", "upper", "p_value"].iter().enumerate()
                {
                    close(&pair[name][key], &expected[name][at], 1e-8);
                }
                close(&pair[adjusted], &r[name]["holm"][place], 1e-8);
            }
        }
    }
    // `compare` gives the pairs of the log-rank test with them, those of `logrank`.
    let compared = json(&[&["compare"][..], &rest].concat(), &input);
    let tested = json(&["logrank", rest[0], rest[1], "--pairwise", "holm"], &input);
    assert_eq!(compared["pairwise"], tested["pairwise"]);
}

#[test]
fn pairs_without_a_horizon_or_a_second_group_are_refused() {
    let formula = "Surv(time, status) ~ celltype";
    let answer = riskset(&["km", "@veteran", formula, "--pairwise", "holm"]);
    assert_eq!(answer.status, 2, "{}", answer.err);
    assert!(answer.err.contains("no horizon was given; say --rmst"), "{}", answer.err);
    let alone = ["km", "@veteran", "Surv(time, status) ~ 1", "--rmst", "100", "--pairwise", "holm"];
    let answer = riskset(&alone);
    assert_eq!(answer.status, 1, "{}", answer.err);
    assert!(answer.err.contains("there is only one group"), "{}", answer.err);
    let text = riskset(&["km", "@veteran", formula, "--rmst", "1200", "--pairwise", "bh"]);
    assert!(text.out.contains("P, Benjamini-Hochberg"), "{}", text.out);
}
