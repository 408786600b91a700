//! Fine and Gray's regression: by hand, against R, and what must hold for any data.

mod support;

use proptest::{collection::vec, prelude::*};
use riskset::{
    CensoringTies, CompetingRisks, CoxModel, CoxWarning, DesignMatrix, Error, ExpectedIncidence,
    FineGray, FineGrayFit, Fitted, Groups, IncidenceParts, IncidencePredictor, Response,
    RightCensored, Ties, WeightError,
};
use support::{CLOSED_FORM, Golden, ITERATED, assert_close, golden};

fn design(columns: &[Vec<f64>]) -> DesignMatrix {
    DesignMatrix::from_columns(columns.concat(), columns[0].len()).unwrap()
}

fn estimates(fit: &FineGrayFit) -> Vec<f64> {
    fit.coefficients().iter().map(|c| c.estimate().unwrap().estimate).collect()
}

fn covariance(fit: &FineGrayFit) -> Vec<f64> {
    let p = fit.coefficients().len();
    (0..p * p).map(|at| fit.variance(at / p, at % p).unwrap()).collect()
}

/// Cause 1 at 1 (x = 1), cause 2 at 2 (x = 0), censored at 3 (x = 1), cause 1 at 4 (x = 0 and 1).
/// At 1 all five are at risk. At 4 the two, and the one of cause 2 with G(4-) / G(2-) = 2/3.
/// With r = exp(b): L = r / (3 r + 2) * r / (r + 1 + 2/3)^2, tied events by Breslow's method, and
/// its score 2 - 3 r / (3 r + 2) - 2 r / (r + 5/3) is 0 where 9 r^2 - 15 r - 20 = 0.
#[test]
fn five_patients_by_hand() {
    let response = CompetingRisks::new(&[1.0, 2.0, 3.0, 4.0, 4.0], &[1, 2, 0, 1, 1], 2).unwrap();
    let x = design(&[vec![1.0, 0.0, 1.0, 0.0, 1.0]]);
    let fit = FineGray::default().fit(&response, 1, &x).unwrap();
    let r: f64 = (15.0 + f64::sqrt(225.0 + 720.0)) / 18.0;
    assert_close(&estimates(&fit), &[r.ln()], ITERATED);
    let likelihood = r / (3.0 * r + 2.0) * r / (r + 5.0 / 3.0).powi(2);
    assert_close(&[fit.log_likelihood()], &[likelihood.ln()], CLOSED_FORM);
    let null = 1.0 / 5.0 / (8.0f64 / 3.0).powi(2);
    assert_close(&[fit.log_likelihood_null()], &[null.ln()], CLOSED_FORM);
    let hazard = [1.0 / (3.0 * r + 2.0), 1.0 / (3.0 * r + 2.0) + 2.0 / (r + 5.0 / 3.0)];
    assert_close(fit.baseline_cumulative_hazard().unwrap(), &hazard, ITERATED);
    assert_eq!(fit.event_time(), [1.0, 4.0]);
    let predicted = fit.predict(&[1.0]).unwrap();
    assert_close(&predicted.incidence, &hazard.map(|h| 1.0 - (-h * r).exp()), ITERATED);
    let predicted = fit.predict(&[3.0]).unwrap();
    assert_close(&predicted.incidence, &hazard.map(|h| 1.0 - (-h * r * r * r).exp()), ITERATED);
    assert_eq!((fit.n(), fit.n_events(), fit.n_competing_events()), (5, 3, 1));
    assert_eq!(fit.warnings(), [CoxWarning::FewEvents { events: 3, parameters: 1 }]);
}

struct Case {
    golden: Golden,
    response: CompetingRisks,
    design: DesignMatrix,
    cluster: Groups,
    censoring: Groups,
}

fn groups_of(golden: &Golden, key: &str) -> Groups {
    let codes = golden.codes(key);
    let mut levels = codes.clone();
    levels.sort_unstable();
    levels.dedup();
    let index = codes.iter().map(|code| levels.binary_search(code).unwrap() as u32).collect();
    Groups::new(index, levels.len()).unwrap()
}

/// The JSON is written by tests/golden/competing.R.
fn cases() -> Vec<Case> {
    ["simulated", "mgus2"]
        .map(|name| {
            let golden = golden(&format!("competing-regression-{name}"));
            let columns = golden.at("x").entries().len();
            let columns: Vec<Vec<f64>> =
                (0..columns).map(|column| golden.numbers(&format!("x.{column}"))).collect();
            Case {
                response: CompetingRisks::new(&golden.numbers("time"), &golden.codes("cause"), 2)
                    .unwrap(),
                design: design(&columns),
                cluster: groups_of(&golden, "cluster"),
                censoring: groups_of(&golden, "censoring"),
                golden,
            }
        })
        .into()
}

#[track_caller]
fn assert_fit(fit: &FineGrayFit, expected: &Golden) {
    assert_close(&estimates(fit), &expected.numbers("coef"), ITERATED);
    let p = fit.coefficients().len();
    let variance: Vec<f64> =
        (0..p).flat_map(|row| expected.numbers(&format!("variance.{row}"))).collect();
    assert_variance(&covariance(fit), &variance);
}

/// Each covariance relative to the two variances.
#[track_caller]
fn assert_variance(found: &[f64], expected: &[f64]) {
    let p = expected.len().isqrt();
    let scale = |at: usize| (expected[at / p * (p + 1)] * expected[at % p * (p + 1)]).sqrt();
    let scaled = |values: &[f64]| -> Vec<f64> {
        values.iter().enumerate().map(|(at, value)| value / scale(at)).collect()
    };
    assert_close(&scaled(found), &scaled(expected), ITERATED);
}

#[test]
fn agrees_with_crr() {
    for case in cases() {
        let fit = FineGray::default().fit(&case.response, 1, &case.design).unwrap();
        let expected = case.golden.at("crr");
        assert_fit(&fit, &expected);
        let found = [fit.log_likelihood(), fit.log_likelihood_null()];
        let keys = ["log_likelihood", "null"];
        assert_close(&found, &keys.map(|key| expected.number(key).unwrap()), ITERATED);
    }
}

/// DIFFERENCE: with censoring groups crr has the same coefficients and another variance. Ours takes
/// each group's own censoring, at risk in that group, and stands to the jackknife as it does
/// without groups.
#[test]
fn censoring_groups_agree_with_crr_and_with_the_jackknife() {
    for case in cases() {
        let grouped = FineGray::default().censoring_groups(&case.censoring);
        let fit = grouped.fit(&case.response, 1, &case.design).unwrap();
        let expected = case.golden.at("crr_censoring").numbers("coef");
        assert_close(&estimates(&fit), &expected, ITERATED);
    }
    let case = cases().swap_remove(0);
    let ratios = |grouped: bool| -> Vec<f64> {
        let without = |out: Option<usize>| {
            let rows: Vec<usize> = (0..200).filter(|&row| Some(row) != out).collect();
            let pick = |values: &[f64]| rows.iter().map(|&row| values[row]).collect::<Vec<f64>>();
            let causes: Vec<u32> = rows.iter().map(|&row| case.response.cause()[row]).collect();
            let times = pick(case.response.observations().time());
            let response = CompetingRisks::new(&times, &causes, 2).unwrap();
            let columns: Vec<Vec<f64>> = (0..3).map(|c| pick(case.design.column(c))).collect();
            let index = rows.iter().map(|&row| case.censoring.index()[row]).collect();
            let groups = Groups::new(index, 2).unwrap();
            let model = FineGray::default().censoring_groups(grouped.then_some(&groups));
            model.fit(&response, 1, &design(&columns)).unwrap()
        };
        let all: Vec<Vec<f64>> = (0..200).map(|row| estimates(&without(Some(row)))).collect();
        let fit = without(None);
        (0..3)
            .map(|j| {
                let mean = all.iter().map(|beta| beta[j]).sum::<f64>() / 200.0;
                let square: f64 = all.iter().map(|beta| (beta[j] - mean).powi(2)).sum();
                square * 199.0 / 200.0 / fit.variance(j, j).unwrap()
            })
            .collect()
    };
    for (with, without) in ratios(true).iter().zip(ratios(false)) {
        assert!((1.0..1.15).contains(with), "{with}");
        assert!((with / without - 1.0).abs() < 0.01, "{with} {without}");
    }
}

#[test]
fn agrees_with_finegray_and_coxph() {
    for case in cases() {
        let model = FineGray::default()
            .censoring_ties(CensoringTies::AfterEvents)
            .weight_error(WeightError::Ignored);
        let fit = model.fit(&case.response, 1, &case.design).unwrap();
        assert_fit(&fit, &case.golden.at("finegray"));
        let p = fit.coefficients().len();
        let naive: Vec<f64> =
            (0..p * p).map(|at| fit.model_variance(at / p, at % p).unwrap()).collect();
        let expected: Vec<f64> =
            (0..p).flat_map(|row| case.golden.numbers(&format!("finegray.naive.{row}"))).collect();
        assert_variance(&naive, &expected);
        let fit = model.cluster(&case.cluster).fit(&case.response, 1, &case.design).unwrap();
        assert_fit(&fit, &case.golden.at("finegray_cluster"));
    }
}

/// Wald's statistic is b' V^-1 b: with one column the square of z.
#[test]
fn wald_test_of_one_coefficient_is_z_squared() {
    let case = cases().swap_remove(0);
    let x = design(&[case.design.column(1).to_vec()]);
    let fit = FineGray::default().fit(&case.response, 1, &x).unwrap();
    let (test, coefficient) = (fit.wald_test().unwrap(), fit.coefficients()[0].estimate().unwrap());
    assert_close(&[test.statistic], &[coefficient.z.unwrap().powi(2)], CLOSED_FORM);
    assert_close(&[test.p_value], &[coefficient.p_value.unwrap()], CLOSED_FORM);
}

#[test]
fn collinear_columns_are_named() {
    let case = cases().swap_remove(0);
    let (a, b) = (case.design.column(0).to_vec(), case.design.column(1).to_vec());
    let sum: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 2.0 * a - b + 3.0).collect();
    let constant = vec![7.0; a.len()];
    let both = design(&[a.clone(), constant, b.clone(), sum]);
    let fit = FineGray::default().fit(&case.response, 1, &both).unwrap();
    let plain = FineGray::default().fit(&case.response, 1, &design(&[a, b])).unwrap();
    let expected = estimates(&plain);
    let found = fit.coefficients();
    let estimate = |column: usize| found[column].estimate().unwrap().estimate;
    assert_close(&[estimate(0), estimate(2)], &expected, ITERATED);
    assert_eq!(fit.variance(0, 1), None);
    assert_close(&[fit.variance(0, 2).unwrap()], &[plain.variance(0, 1).unwrap()], ITERATED);
    let combination = |column: usize| &found[column].aliased().unwrap().combination;
    assert!(combination(1).is_empty());
    let two = combination(3);
    assert_close(&[two[0].1, two[1].1], &[2.0, -1.0], ITERATED);
}

/// Without covariates only the baseline is left: 1 of 4 at 1, then 1 of 2 and the one that cause 2
/// ended, whose weight is still 1.
#[test]
fn no_covariates_leave_the_baseline() {
    let response = CompetingRisks::new(&[1.0, 2.0, 3.0, 4.0], &[1, 2, 1, 0], 2).unwrap();
    let fit = FineGray::default().fit(&response, 1, &DesignMatrix::empty(4)).unwrap();
    assert!(fit.coefficients().is_empty() && fit.wald_test().is_none() && fit.converged());
    assert_close(fit.baseline_cumulative_hazard().unwrap(), &[0.25, 0.25 + 1.0 / 3.0], CLOSED_FORM);
}

#[test]
fn separation_is_said() {
    let times: Vec<f64> = (1..=40).map(f64::from).collect();
    let x: Vec<f64> = (0..40).map(|row| f64::from(u8::from(row < 20))).collect();
    let causes: Vec<u32> = (0..40).map(|row| if row < 20 { 1 } else { 2 * (row % 2) }).collect();
    let response = CompetingRisks::new(&times, &causes, 2).unwrap();
    let fit = FineGray::default().fit(&response, 1, &design(&[x])).unwrap();
    assert!(fit.coefficients()[0].infinite().is_some());
    assert!(fit.coefficients()[0].infinite().unwrap().stopped_at > 10.0);
    assert_eq!((fit.coefficients()[0].hazard_ratio(), fit.wald_test()), (None, None));
}

#[test]
fn refusals_say_what_to_do() {
    let response = CompetingRisks::new(&[1.0, 2.0, 3.0], &[1, 2, 0], 3).unwrap();
    let x = design(&[vec![1.0, 0.0, 1.0]]);
    let model = FineGray::default();
    assert_eq!(
        model.fit(&response, 4, &x).unwrap_err().to_string(),
        "there is no cause 4; the causes are numbered 1 to 3, and 0 is censored"
    );
    assert_eq!(model.fit(&response, 3, &x).unwrap_err(), Error::NoEvents { rows: 3 });
    let short = design(&[vec![1.0, 0.0]]);
    assert_eq!(
        model.fit(&response, 1, &short).unwrap_err().to_string(),
        "covariates: 2 values for 3 rows; give one value for each row"
    );
    let two = Groups::single(2);
    assert!(matches!(
        model.cluster(&two).fit(&response, 1, &x),
        Err(Error::Length { what: "clusters", .. })
    ));
    let weighted = response.clone().with_weights(&[1.0, 2.0, 1.0]).unwrap();
    assert_eq!(
        model.fit(&weighted, 1, &x).unwrap_err().to_string(),
        "Fine and Gray with case weights: not possible; fit the cause-specific hazard by Cox \
         regression"
    );
    let late = response.clone().with_entry(&[0.0, 1.0, 1.0]).unwrap();
    assert!(model.fit(&late, 1, &x).unwrap_err().to_string().contains("late entry"));
    let fit = model.fit(&response, 1, &x).unwrap();
    assert!(fit.predict(&[]).is_err());
    let error = model.conf_level(95.0).fit(&response, 1, &x).unwrap_err();
    assert_eq!(error, Error::ConfLevel { level: 95.0 });
}

/// Rows of (time, cause, covariates), with enough events of cause 1.
fn data() -> impl Strategy<Value = Vec<(u8, u32, f64, bool)>> {
    vec((1u8..15, 0u32..3, -2.0f64..2.0, any::<bool>()), 40..80)
        .prop_filter("events", |rows| rows.iter().filter(|row| row.1 == 1).count() >= 10)
}

fn split(rows: &[(u8, u32, f64, bool)]) -> (Vec<f64>, Vec<u32>, Vec<f64>, Vec<f64>) {
    let times = rows.iter().map(|row| f64::from(row.0)).collect();
    let causes = rows.iter().map(|row| row.1).collect();
    let a = rows.iter().map(|row| row.2).collect();
    let b = rows.iter().map(|row| f64::from(u8::from(row.3))).collect();
    (times, causes, a, b)
}

proptest! {
    /// With one cause it is Cox's model with Breslow's ties, sandwich variance included.
    #[test]
    fn one_cause_is_cox(rows in data()) {
        let (times, causes, a, b) = split(&rows);
        let causes: Vec<u32> = causes.iter().map(|&cause| u32::from(cause == 1)).collect();
        let response = CompetingRisks::new(&times, &causes, 1).unwrap();
        let x = design(&[a, b]);
        let fit = FineGray::default().fit(&response, 1, &x).unwrap();
        let cox = CoxModel::default().ties(Ties::Breslow).robust(true)
            .fit(&response.observations().clone(), &x).unwrap();
        for (fine, cox) in fit.coefficients().iter().zip(cox.coefficients()) {
            let (fine, cox) = (fine.estimate().unwrap(), cox.estimate().unwrap());
            assert_close(&[fine.estimate], &[cox.estimate], 1e-8);
            assert_close(&[fine.std_error.unwrap()], &[cox.std_error.unwrap()], 1e-8);
            assert_close(&[fine.robust_std_error.unwrap()], &[cox.robust_std_error.unwrap()], 1e-8);
        }
        assert_close(&[fit.log_likelihood()], &[cox.log_likelihood()], 1e-10);
    }

    /// Without censoring the weights are 1: those of other causes are followed for ever.
    #[test]
    fn no_censoring_follows_competing_events_for_ever(rows in data()) {
        let (times, causes, a, b) = split(&rows);
        let causes: Vec<u32> = causes.iter().map(|&cause| cause.max(1)).collect();
        let response = CompetingRisks::new(&times, &causes, 2).unwrap();
        let x = design(&[a, b]);
        let fit = FineGray::default().fit(&response, 1, &x).unwrap();
        let forever: Vec<f64> =
            times.iter().zip(&causes).map(|(&t, &c)| if c == 1 { t } else { 100.0 }).collect();
        let ones: Vec<u32> = causes.iter().map(|&cause| u32::from(cause == 1)).collect();
        let other = CompetingRisks::new(&forever, &ones, 1).unwrap();
        let other = FineGray::default().fit(&other, 1, &x).unwrap();
        assert_close(&estimates(&fit), &estimates(&other), 1e-8);
        assert_close(&covariance(&fit), &covariance(&other), 1e-8);
    }

    /// Row order, units of time and of covariates, and clusters of one.
    #[test]
    fn order_and_units_do_not_matter(rows in data(), shift in -50.0f64..50.0, unit in 0.01f64..100.0) {
        let (times, causes, a, b) = split(&rows);
        let response = CompetingRisks::new(&times, &causes, 2).unwrap();
        let fit = FineGray::default().fit(&response, 1, &design(&[a.clone(), b.clone()])).unwrap();
        if !fit.all_estimated() {
            return Ok(());
        }
        let back: Vec<f64> = times.iter().rev().map(|time| time * 12.0).collect();
        let other: Vec<u32> = causes.iter().rev().copied().collect();
        let response = CompetingRisks::new(&back, &other, 2).unwrap();
        let moved: Vec<f64> = a.iter().rev().map(|value| value * unit + shift).collect();
        let b: Vec<f64> = b.iter().rev().copied().collect();
        let clusters = Groups::new((0..times.len() as u32).collect(), times.len()).unwrap();
        let turned = FineGray::default().cluster(&clusters)
            .fit(&response, 1, &design(&[moved, b])).unwrap();
        let (x, y) = (estimates(&fit), estimates(&turned));
        assert_close(&[x[0], x[1]], &[y[0] * unit, y[1]], 1e-7);
        let (v, w) = (covariance(&fit), covariance(&turned));
        assert_close(&v, &[w[0] * unit * unit, w[1] * unit, w[2] * unit, w[3]], 1e-7);
        prop_assert!(fit.baseline_cumulative_hazard().unwrap().windows(2).all(|pair| pair[0] < pair[1]));
    }

    /// Few rows, constant and separating columns, one event: no panic, and no number that is none.
    #[test]
    fn small_data_give_finite_numbers(
        rows in vec((0u8..5, 0u32..3, -1i8..2, any::<bool>()), 1..9),
        ignored in any::<bool>(), after in any::<bool>(),
    ) {
        let times: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
        let causes: Vec<u32> = rows.iter().map(|row| row.1).collect();
        let a = rows.iter().map(|row| f64::from(row.2)).collect();
        let b = rows.iter().map(|row| f64::from(u8::from(row.3))).collect();
        let response = CompetingRisks::new(&times, &causes, 2).unwrap();
        let model = FineGray::default()
            .weight_error(if ignored { WeightError::Ignored } else { WeightError::Estimated })
            .censoring_ties(if after { CensoringTies::AfterEvents } else { CensoringTies::WithEvents });
        let Ok(fit) = model.fit(&response, 1, &design(&[a, b])) else {
            prop_assert_eq!(response.n_events(1), 0);
            return Ok(());
        };
        for coefficient in fit.coefficients().iter().filter_map(Fitted::estimate) {
            let numbers = [
                Some(coefficient.estimate), coefficient.std_error, coefficient.robust_std_error,
                coefficient.z, coefficient.p_value, coefficient.hazard_ratio,
                coefficient.interval.lower, coefficient.interval.upper,
            ];
            prop_assert!(numbers.iter().flatten().all(|number| number.is_finite()), "{:?}", coefficient);
        }
        prop_assert!(fit.log_likelihood().is_finite() && fit.log_likelihood_null().is_finite());
        prop_assert!(fit.baseline_cumulative_hazard().unwrap().iter().all(|hazard| hazard.is_finite()));
        let incidence = fit.predict(&[1.0, 1.0]).unwrap().incidence;
        prop_assert!(incidence.iter().all(|value| (0.0..=1.0).contains(value)), "{:?}", incidence);
        prop_assert!(fit.wald_test().is_none_or(|test| test.statistic.is_finite()));
        for (a, b) in [(0, 0), (0, 1), (1, 1)] {
            prop_assert!(fit.variance(a, b).is_none_or(f64::is_finite));
        }
    }
}

/// Ten patients with two causes; `far` are further rows (time, cause, covariate).
fn ten_and(far: &[(f64, u32, f64)]) -> Result<FineGrayFit, Error> {
    let mut time = vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0];
    let mut cause = vec![1, 2, 1, 0, 1, 2, 1, 1, 0, 0];
    let mut x = vec![2.0, 4.0, 1.0, 5.0, 3.0, 2.0, 1.0, 4.0, 6.0, 5.0];
    for &(far_time, far_cause, far_x) in far {
        time.push(far_time);
        cause.push(far_cause);
        x.push(far_x);
    }
    FineGray::default().fit(&CompetingRisks::new(&time, &cause, 2)?, 1, &design(&[x]))
}

/// Whoever is censored before the first event meets no hazard, and may have any covariate.
#[test]
fn a_row_before_the_first_event_changes_nothing() {
    let without = ten_and(&[(0.5, 0, 3.0)]).unwrap();
    assert_eq!((without.n(), without.n_events(), without.n_competing_events()), (11, 5, 2));
    for far in [50.0, -5e3, 5e3, -5e6, 5e6, -5e9] {
        let fit = ten_and(&[(0.5, 0, far)]).unwrap();
        assert_close(&estimates(&fit), &estimates(&without), ITERATED);
        assert_close(&covariance(&fit), &covariance(&without), ITERATED);
        assert_eq!(fit.warnings(), without.warnings(), "{far}");
    }
}

/// A row at risk throughout whose risk vanishes beside that of the others changes nothing either.
#[test]
fn a_row_of_vanishing_risk_changes_nothing() {
    // Its risk is already exp(-600) times that of the others.
    let without = ten_and(&[(10.0, 0, 1e3)]).unwrap();
    assert!(estimates(&without)[0] < -0.6);
    for far in [5e3, 5e5, 5e7] {
        let fit = ten_and(&[(10.0, 0, far)]).unwrap();
        assert_close(&estimates(&fit), &estimates(&without), 1e-8);
        assert_eq!(fit.warnings(), without.warnings(), "{far}");
    }
}

/// Without other causes the model is Cox's. Newton's steps from 0 overshoot here, further each
/// time, and have to be halved.
#[test]
fn steps_that_overshoot_are_halved() {
    let time = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
    let x = design(&[vec![50.0, 0.0, 2.0, 1.0, 1.0, 2.0, 5.0, 1.0]]);
    let fit = FineGray::default().fit(&CompetingRisks::new(&time, &[1; 8], 1).unwrap(), 1, &x);
    let response = RightCensored::new(&time, &[true; 8]).unwrap();
    let cox = CoxModel::default().fit(&response, &x).unwrap();
    let expected = cox.coefficients()[0].estimate().unwrap().estimate;
    assert_close(&estimates(fit.as_ref().unwrap()), &[expected], ITERATED);
    assert!(fit.unwrap().converged());
}

/// What was asked is told; an iteration cut short is not the maximum, and says so.
#[test]
fn the_fit_tells_its_options_and_its_iterations() {
    let response = CompetingRisks::new(&[1.0, 2.0, 3.0, 4.0, 4.0], &[1, 2, 0, 1, 1], 2).unwrap();
    let x = design(&[vec![1.0, 0.0, 1.0, 0.0, 1.0]]);
    let model = FineGray::default().weight_error(WeightError::Ignored);
    let full = model.fit(&response, 1, &x).unwrap();
    assert_eq!((full.cause(), full.weight_error()), (1, WeightError::Ignored));
    assert!(full.converged() && (3..10).contains(&full.iterations()), "{}", full.iterations());
    let other = FineGray::default().fit(&response, 2, &x).unwrap();
    assert_eq!((other.cause(), other.weight_error()), (2, WeightError::Estimated));
    let cut = model.max_iterations(2).fit(&response, 1, &x).unwrap();
    assert_eq!((cut.converged(), cut.iterations()), (false, 2));
    assert!(cut.warnings().contains(&CoxWarning::NotConverged { iterations: 2 }));
    // Two steps from 0 leave a gap that the next would close to about its square.
    let Fitted::Unsettled(cut) = cut.coefficients()[0] else { panic!("not an estimate") };
    let gap = (cut.stopped_at - estimates(&full)[0]).abs();
    assert!(gap > 1e-9 && gap < 1e-2, "{gap}");
}

/// Ten events for each coefficient are enough, one less is few.
#[test]
fn few_events_are_fewer_than_ten_for_each_coefficient() {
    let column = |step: usize, of: usize| (0..30).map(|row| (row * step % of) as f64).collect();
    let x: [Vec<f64>; 2] = [column(7, 5), column(5, 7)];
    let warned = |events: usize, columns: usize| {
        let time: Vec<f64> = (1..=30).map(f64::from).collect();
        let cause: Vec<u32> = (0..30).map(|row| if row < events { 1 } else { 2 }).collect();
        let response = CompetingRisks::new(&time, &cause, 2).unwrap();
        FineGray::default().fit(&response, 1, &design(&x[..columns])).unwrap().warnings().to_vec()
    };
    let few = |events, parameters| vec![CoxWarning::FewEvents { events, parameters }];
    assert_eq!([warned(9, 1), warned(10, 1)], [few(9, 1), vec![]]);
    assert_eq!([warned(19, 2), warned(20, 2)], [few(19, 2), vec![]]);
}

/// Differences of fits of R with a step of 1e-4 are exact to about seven digits.
const DIFFERENCES: f64 = 1e-6;

/// The JSON is written by tests/golden/fine-gray-predict.R.
#[test]
fn expected_incidences_and_their_errors_agree_with_predict_and_the_jackknife() {
    let golden = golden("fine-gray-predict");
    let (times, known) = (golden.numbers("times"), golden.numbers("known"));
    let response = CompetingRisks::new(&golden.numbers("time"), &golden.codes("cause"), 2).unwrap();
    let (x, new) = (design(&golden.matrix("x")), design(&golden.matrix("new")));
    let cluster = groups_of(&golden, "cluster");
    let base = FineGray::default();
    for (model, errors) in [
        (base, "log_error"),
        (base.weight_error(WeightError::Ignored), "log_error_ignored"),
        (base.cluster(&cluster), "log_error_cluster"),
    ] {
        let fit = model.fit(&response, 1, &x).unwrap();
        let predictor = model.predictor(&response, &x, &fit).unwrap();
        let found = predictor.incidences(&new, &times).unwrap().concat();
        let before = found.iter().zip(known.iter().cycle());
        let (after, before): (Vec<_>, Vec<_>) = before.partition(|(_, known)| **known == 1.0);
        assert_eq!(before.len(), 2);
        for (at, _) in before {
            assert_eq!((at.incidence, at.std_error), (Some(0.0), Some(0.0)));
        }
        let incidence: Vec<f64> = after.iter().map(|(at, _)| at.incidence.unwrap()).collect();
        assert_close(&incidence, &golden.numbers("incidence"), ITERATED);
        // The error of log(-log(1 - F)) is that of F over -(1 - F) log(1 - F).
        let log = |at: &ExpectedIncidence| {
            let free = 1.0 - at.incidence.unwrap();
            at.std_error.unwrap() / (-free * free.ln())
        };
        let found: Vec<f64> = after.iter().map(|(at, _)| log(at)).collect();
        let errors = golden.numbers(errors);
        assert_close(&found, &errors, DIFFERENCES);
        // Limits of the first: F moved by 1.96 errors on that scale.
        let (at, limits) = (incidence[0], after[0].0.interval.unwrap());
        let moved = 1.0 - (1.0f64 - at).powf((1.959963984540054 * errors[0]).exp());
        assert_close(&[limits.upper.unwrap()], &[moved], DIFFERENCES);
    }
}

#[test]
fn nothing_is_expected_after_the_last_row_and_a_broken_file_is_refused() {
    let golden = golden("fine-gray-predict");
    let response = CompetingRisks::new(&golden.numbers("time"), &golden.codes("cause"), 2).unwrap();
    let x = design(&golden.matrix("x"));
    let fit = FineGray::default().fit(&response, 1, &x).unwrap();
    let predictor = FineGray::default().predictor(&response, &x, &fit).unwrap();
    let late = predictor.incidences(&x, &[1e6]).unwrap();
    assert!(late.iter().all(|row| row[0].incidence.is_none() && row[0].interval.is_none()));
    let every = predictor.incidences(&x, &[]).unwrap();
    assert_eq!(every[0].len(), fit.event_time().len());
    let parts = predictor.parts().clone();
    assert_eq!(IncidencePredictor::new(parts.clone()).unwrap(), predictor);
    let wrong = [
        IncidenceParts { beta: vec![1.0], ..parts.clone() },
        IncidenceParts { hazard: vec![0.0; parts.time.len()], ..parts.clone() },
        IncidenceParts { last: f64::INFINITY, ..parts.clone() },
        IncidenceParts { conf_level: 95.0, ..parts },
    ];
    assert!(wrong.into_iter().all(|parts| IncidencePredictor::new(parts).is_err()));
}
