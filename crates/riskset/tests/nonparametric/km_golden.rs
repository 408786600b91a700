//! Survival curves against R's `survfit`, whole columns.

use crate::golden::{Golden, all, assert_close, numbers};
use riskset::Choice;
use riskset::{ConfType, KaplanMeier, SurvivalCurve, SurvivalEstimator};
use serde_json::Value;

fn compare_with_r(name: &str) {
    let golden = Golden::read(name);
    let (response, groups) = (golden.response(), golden.groups("group"));
    let level = golden.0["level"][0].as_f64().unwrap();
    let mut compared = 0;
    for &(estimator, estimator_name, _) in SurvivalEstimator::ALL {
        for &(conf_type, conf_name, _) in ConfType::ALL {
            let fit = KaplanMeier::default()
                .estimator(estimator)
                .conf_level(level)
                .conf_type(conf_type)
                .fit_groups(&response, &groups)
                .unwrap();
            let expected = golden.0["curves"][estimator_name].as_array().unwrap();
            assert_eq!(fit.len(), expected.len());
            for (curve, expected) in fit.iter().zip(expected) {
                let what = format!("{name} {estimator_name} {conf_name}");
                compare_columns(&what, curve, expected);
                compare_readings(&what, curve, expected, &golden.0);
                if conf_type == ConfType::None {
                    assert!(curve.intervals().iter().all(Option::is_none));
                    assert_eq!(curve.median().lower, None);
                } else {
                    compare_limits(&what, curve, expected, &golden.0);
                }
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 18 * groups.count());
}

fn compare_columns(what: &str, curve: &SurvivalCurve, expected: &Value) {
    let close = |column: &str, found: &[Option<f64>]| {
        assert_close(&format!("{what} {column}"), found, &numbers(&expected[column]));
    };
    close("time", &all(curve.time()));
    close("n_risk", &all(curve.n_risk()));
    close("n_event", &all(curve.n_event()));
    close("n_censor", &all(curve.n_censor()));
    close("survival", &all(curve.survival()));
    close("std_error", &curve.std_errors());
    close("cumulative_hazard", &all(&curve.cumulative_hazard()));
    let errors: Option<Vec<f64>> = curve.cumulative_hazard_std_error().into_iter().collect();
    close("cumulative_hazard_std_error", &all(&errors.expect("they exist")));
}

fn compare_limits(what: &str, curve: &SurvivalCurve, expected: &Value, golden: &Value) {
    let conf_name = curve.conf_type().name();
    let intervals = curve.intervals();
    // On these scales R has no limits where the curve is still 1; ours are 1 there.
    let at_one = ["log-log", "logit", "arcsin"].contains(&conf_name);
    let keep = |i: &usize| !(at_one && curve.survival()[*i] == 1.0);
    let places: Vec<usize> = (0..curve.len()).filter(keep).collect();
    type Limit = fn(&riskset::Interval) -> Option<f64>;
    let limits: [(&str, Limit); 2] = [("lower", |i| i.lower), ("upper", |i| i.upper)];
    for (name, limit) in limits {
        let r = numbers(&expected["limits"][conf_name][name]);
        let found: Vec<_> = places.iter().map(|&i| intervals[i].as_ref().and_then(limit)).collect();
        let r: Vec<_> = places.iter().map(|&i| r[i]).collect();
        assert_close(&format!("{what} {name}"), &found, &r);
    }
    let probabilities = numbers(&golden["probabilities"]);
    let quantiles: Vec<_> = probabilities.iter().map(|p| curve.quantile(p.unwrap())).collect();
    let r = &expected["quantiles"][conf_name];
    let column = |f: fn(&riskset::Quantile) -> Option<f64>| -> Vec<Option<f64>> {
        quantiles.iter().map(f).collect()
    };
    assert_close(&format!("{what} quantile"), &column(|q| q.estimate), &numbers(&r["estimate"]));
    assert_close(&format!("{what} q. lower"), &column(|q| q.lower), &numbers(&r["lower"]));
    assert_close(&format!("{what} q. upper"), &column(|q| q.upper), &numbers(&r["upper"]));
}

fn compare_readings(what: &str, curve: &SurvivalCurve, expected: &Value, golden: &Value) {
    let r = &expected["at"]; // R leaves out the times after the last
    let times: Vec<f64> = numbers(&r["time"]).into_iter().flatten().collect();
    let at = curve.at_times(&times).unwrap();
    let survival: Vec<_> = at.iter().map(|at| at.survival).collect();
    let n_event: Vec<_> = at.iter().map(|at| Some(at.n_event)).collect();
    let n_censor: Vec<_> = at.iter().map(|at| Some(at.n_censor)).collect();
    assert_close(&format!("{what} at"), &survival, &numbers(&r["survival"]));
    assert_close(&format!("{what} at n_event"), &n_event, &numbers(&r["n_event"]));
    assert_close(&format!("{what} at n_censor"), &n_censor, &numbers(&r["n_censor"]));
    let tau = golden["tau"][0].as_f64().unwrap();
    if let Some(rmst) = curve.rmst(tau) {
        let r = numbers(&expected["rmst"]);
        assert_close(&format!("{what} rmst"), &[Some(rmst.estimate)], &r[..1]);
        // DIFFERENCE: R adds Greenwood's d / (n (n - d)) whatever the estimator; we add the step
        // of the variance that the curve itself has.
        if curve.estimator() == SurvivalEstimator::KaplanMeier {
            assert_close(&format!("{what} rmst se"), &[Some(rmst.std_error)], &r[1..]);
        }
    }
}

#[test]
fn lung_by_sex() {
    compare_with_r("km-lung");
}

#[test]
fn veteran_by_cell_type_with_ties() {
    compare_with_r("km-veteran");
}

#[test]
fn heart_in_intervals() {
    compare_with_r("km-heart");
}

#[test]
fn ovarian_with_whole_weights() {
    compare_with_r("km-ovarian-weights");
}

#[test]
fn late_entry_with_a_risk_set_that_empties_and_fills() {
    compare_with_r("km-late");
}
