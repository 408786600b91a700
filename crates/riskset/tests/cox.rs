//! The Cox model against R's `coxph`: whole columns, signed, at full precision.
//!
//! The JSON is written by tests/golden/cox.R, which tightens R's convergence and records the call
//! and the versions.

mod support;

use riskset::Choice;
use riskset::{
    BaselineAt, ConcordanceWeight, ConfType, CountingProcess, CoxFit, CoxModel, DesignMatrix,
    Groups, Observations, Penalty, Profile, RightCensored, RowResidual, Ties, ZphTransform,
};
use support::{Golden, ITERATED, assert_close, assert_same, golden};

/// One golden file as this crate takes it.
struct Case {
    response: Observations,
    design: DesignMatrix,
    strata: Option<Groups>,
    cluster: Option<Groups>,
    offset: Option<Vec<f64>>,
    ties: Ties,
    r: Golden,
}

fn groups(index: Vec<u32>) -> Groups {
    let count = index.iter().max().map_or(0, |&last| last as usize + 1);
    Groups::new(index, count).unwrap()
}

fn case(name: &str) -> Case {
    let r = golden(name);
    let (time, event) = (r.numbers("time"), r.flags("event"));
    let mut response = if r.is_null("start") {
        RightCensored::new(&time, &event).unwrap().into_observations()
    } else {
        CountingProcess::new(&r.numbers("start"), &time, &event).unwrap().into_observations()
    };
    if !r.is_null("weights") {
        response = response.with_weights(&r.numbers("weights")).unwrap();
    }
    let optional = |key: &str| (!r.is_null(key)).then(|| groups(r.codes(key)));
    Case {
        response,
        design: DesignMatrix::from_columns(r.matrix("x").concat(), time.len()).unwrap(),
        strata: optional("strata"),
        cluster: optional("cluster"),
        offset: (!r.is_null("offset")).then(|| r.numbers("offset")),
        ties: r.text("ties").parse::<Ties>().unwrap(),
        r,
    }
}

impl Case {
    fn fit(&self) -> CoxFit {
        CoxModel::default()
            .ties(self.ties)
            .strata(self.strata.as_ref())
            .cluster(self.cluster.as_ref())
            .offset(self.offset.as_deref())
            .fit(&self.response, &self.design)
            .unwrap()
    }
}

const EFRON_AND_BRESLOW: [&str; 8] = [
    "cox-lung-efron",
    "cox-lung-breslow",
    "cox-lung-weighted",
    "cox-lung-cluster",
    "cox-lung-strata-offset",
    "cox-veteran",
    "cox-heart",
    "cox-bladder2",
];
const EXACT: [&str; 2] = ["cox-lung-exact", "cox-heart-exact"];

fn all() -> impl Iterator<Item = &'static str> {
    EFRON_AND_BRESLOW.into_iter().chain(EXACT)
}

#[test]
fn estimates_and_tests_agree_with_coxph() {
    for name in all() {
        println!("{name}");
        let (case, fit) = (case(name), case(name).fit());
        let estimates: Vec<f64> =
            fit.coefficients().iter().map(|c| c.estimate().unwrap().estimate).collect();
        assert_relative(&estimates, &case.r.numbers("coefficients"));
        let p = estimates.len();
        let variance = |entry: &dyn Fn(usize, usize) -> Option<f64>| -> Vec<f64> {
            (0..p * p).map(|at| entry(at / p, at % p).unwrap()).collect()
        };
        let expected = case.r.matrix("variance").concat();
        assert_relative(&variance(&|a, b| fit.variance(a, b)), &expected);
        if !case.r.is_null("naive") {
            let expected = case.r.matrix("naive").concat();
            assert_relative(&variance(&|a, b| fit.model_variance(a, b)), &expected);
        }
        assert_relative(
            &[fit.log_likelihood_null(), fit.log_likelihood()],
            &case.r.numbers("loglik"),
        );
        let loglik = case.r.numbers("loglik");
        let ratio = fit.likelihood_ratio_test().unwrap();
        assert_relative(&[ratio.statistic], &[2.0 * (loglik[1] - loglik[0])]);
        assert_eq!((ratio.df, fit.ties(), fit.penalty()), (p, case.ties, None));
        // The sandwich is R's `var` where there is one, and nowhere else.
        let robust = case.cluster.is_some().then(|| case.r.matrix("variance")[0][0]);
        assert_same(fit.robust_variance(0, 0), robust, ITERATED);
        let tests = [
            (fit.score_test(), "score"),
            (fit.robust_score_test(), "rscore"),
            (fit.wald_test(), "wald"),
        ];
        for (test, key) in tests {
            let expected = (!case.r.is_null(key)).then(|| case.r.numbers(key)[0]);
            assert_same(test.map(|test| test.statistic), expected, ITERATED);
        }
        assert!(fit.converged());
    }
}

#[test]
fn residuals_agree_with_residuals_coxph() {
    for name in all() {
        println!("{name}");
        let (case, fit) = (case(name), case(name).fit());
        assert_close(&fit.martingale_residuals().unwrap(), &case.r.numbers("martingale"), ITERATED);
        assert_close(&fit.deviance_residuals().unwrap(), &case.r.numbers("deviance"), ITERATED);
        if case.ties == Ties::Exact {
            assert!(fit.row_residuals(RowResidual::Score).is_err());
            assert!(fit.schoenfeld_residuals(false).is_err());
            continue;
        }
        let kinds = [
            (RowResidual::Score, "score_residuals"),
            (RowResidual::Dfbeta, "dfbeta"),
            (RowResidual::Dfbetas, "dfbetas"),
        ];
        for (kind, key) in kinds {
            println!("{key}");
            let found = fit.row_residuals(kind).unwrap();
            let found: Vec<f64> = found.rows().flatten().copied().collect();
            assert_relative(&found, &case.r.matrix(key).concat());
        }
        for (scaled, key) in [(false, "schoenfeld"), (true, "scaled")] {
            println!("{key}");
            let found = fit.schoenfeld_residuals(scaled).unwrap();
            let found: Vec<f64> = found.values.rows().flatten().copied().collect();
            assert_relative(&found, &case.r.matrix(key).concat());
        }
    }
}

#[test]
fn baselines_and_curves_agree_with_survfit() {
    for name in all() {
        println!("{name}");
        let (case, fit) = (case(name), case(name).fit());
        let baseline = fit.baseline(BaselineAt::Zero).unwrap();
        let time: Vec<f64> = baseline.iter().flat_map(|stratum| stratum.time.clone()).collect();
        let hazard: Vec<f64> =
            baseline.iter().flat_map(|stratum| stratum.cumulative_hazard.clone()).collect();
        assert_close(&time, &case.r.numbers("baseline.time"), ITERATED);
        // DIFFERENCE: R's baseline is at the mean of the offset, ours at an offset of 0.
        let mean = case.offset.as_ref().map_or(0.0, |o| o.iter().sum::<f64>() / o.len() as f64);
        let hazard: Vec<f64> = hazard.iter().map(|hazard| hazard * mean.exp()).collect();
        assert_relative(&hazard, &case.r.numbers("baseline.hazard"));
        if !case.r.has("curve") {
            continue;
        }
        let rows = case.r.matrix("new");
        let columns = (0..rows[0].len()).flat_map(|j| rows.iter().map(move |row| row[j]));
        let new = DesignMatrix::from_columns(columns.collect(), rows.len()).unwrap();
        let curves = fit.curves(&new, 0, ConfType::Log).unwrap();
        let (hazard, std_error) = (case.r.matrix("curve.cumhaz"), case.r.matrix("curve.std_error"));
        for (at, curve) in curves.iter().enumerate() {
            assert_relative(&curve.cumulative_hazard, &hazard[at]);
            assert_relative(&curve.cumulative_hazard_std_error, &std_error[at]);
        }
    }
}

#[test]
fn concordance_agrees_with_coxph() {
    for name in all() {
        println!("{name}");
        let (case, fit) = (case(name), case(name).fit());
        let expected = case.r.numbers("concordance");
        let found = fit.concordance(ConcordanceWeight::Harrell).unwrap();
        assert_relative(&[found.estimate.unwrap(), found.std_error.unwrap()], &expected);
        if case.r.has("uno") {
            let expected = case.r.numbers("uno");
            let found = fit.concordance(ConcordanceWeight::Uno { tau: None }).unwrap();
            assert_relative(&[found.estimate.unwrap(), found.std_error.unwrap()], &expected);
        }
    }
}

#[test]
fn zph_agrees_with_cox_zph() {
    for name in EFRON_AND_BRESLOW {
        let (case, fit) = (case(name), case(name).fit());
        let terms: Vec<_> = (case.r.matrix("terms").iter())
            .map(|columns| columns[0] as usize - 1..columns[columns.len() - 1] as usize)
            .collect();
        for &(transform, key, _) in ZphTransform::ALL {
            println!("{name} {key}");
            let found = fit.zph(transform, &terms).unwrap();
            let tests = found.terms.iter().chain([&found.global]);
            let found: Vec<f64> = tests
                .map(|test| test.unwrap())
                .flat_map(|test| [test.statistic, test.df as f64, test.p_value])
                .collect();
            assert_relative(&found, &case.r.matrix(&format!("zph.{key}")).concat());
        }
    }
}

/// The reference is a general optimiser on R's own likelihood and information.
#[test]
fn firth_agrees_with_a_general_optimiser() {
    const OPTIMISED: f64 = 1e-6;
    for name in ["cox-firth-separated", "cox-firth-ovarian", "cox-firth-ovarian-breslow"] {
        println!("{name}");
        let r = golden(name);
        let (time, event) = (r.numbers("time"), r.flags("event"));
        let response = RightCensored::new(&time, &event).unwrap();
        let x = DesignMatrix::from_columns(r.matrix("x").concat(), time.len()).unwrap();
        let ties = r.text("ties").parse::<Ties>().unwrap();
        let model = CoxModel::default().ties(ties).penalty(Penalty::Firth);
        let fit = model.fit(&response, &x).unwrap();
        let estimates: Vec<f64> =
            fit.coefficients().iter().map(|c| c.estimate().unwrap().estimate).collect();
        assert_close(&estimates, &r.numbers("coefficients"), OPTIMISED);
        let log_likelihood = [fit.log_likelihood_null(), fit.log_likelihood()];
        assert_close(&log_likelihood, &r.numbers("loglik"), OPTIMISED);
        let profiles: Vec<_> = fit.profiles().unwrap().into_iter().map(Option::unwrap).collect();
        let column =
            |value: &dyn Fn(&Profile) -> f64| profiles.iter().map(value).collect::<Vec<_>>();
        let lower = column(&|profile| profile.interval.lower.unwrap());
        let upper = column(&|profile| profile.interval.upper.unwrap());
        assert_close(&lower, &r.numbers("lower"), 10.0 * OPTIMISED);
        assert_close(&upper, &r.numbers("upper"), 10.0 * OPTIMISED);
        let fall = column(&|profile| profile.test.unwrap().statistic);
        assert_close(&fall, &r.numbers("fall"), OPTIMISED);
        // The same in the coefficients, as ratios.
        let told = fit.with_profile_limits().unwrap();
        for (fitted, profile) in told.coefficients().iter().zip(&profiles) {
            let coefficient = fitted.estimate().unwrap();
            let limits = profile.interval;
            assert_eq!(coefficient.interval.lower, limits.lower.map(f64::exp));
            assert_eq!(coefficient.interval.upper, limits.upper.map(f64::exp));
            assert_eq!(coefficient.p_value, profile.test.map(|test| test.p_value));
            assert_eq!(coefficient.z, None);
        }
    }
}

#[track_caller]
fn assert_relative(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let allowed = (ITERATED * expected.abs()).max(1e-12);
        assert!((found - expected).abs() <= allowed, "{found}, expected {expected}");
    }
}
