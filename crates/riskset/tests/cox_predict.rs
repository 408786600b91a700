//! What a Cox model predicts, and tests against nested models, compared with R.
//!
//! The JSON is written by tests/golden/cox.R (`predicted`).

mod support;

use riskset::Choice;
use riskset::{
    BaselineAt, ConfType, CountingProcess, CoxFit, CoxModel, CoxTest, DesignMatrix, Error, Groups,
    Observations, RightCensored, SmoothPoint, Ties, ZphTransform,
};
use support::{Golden, ITERATED, assert_close, golden};

const CASES: [&str; 4] =
    ["cox-predict-lung", "cox-predict-lung-weighted", "cox-predict-veteran", "cox-predict-heart"];

fn response(r: &Golden) -> Observations {
    let (time, event) = (r.numbers("time"), r.flags("event"));
    let response = if r.is_null("start") {
        RightCensored::new(&time, &event).unwrap().into_observations()
    } else {
        CountingProcess::new(&r.numbers("start"), &time, &event).unwrap().into_observations()
    };
    match r.is_null("weights") {
        true => response,
        false => response.with_weights(&r.numbers("weights")).unwrap(),
    }
}

fn matrix(columns: &[Vec<f64>]) -> DesignMatrix {
    DesignMatrix::from_columns(columns.concat(), columns[0].len()).unwrap()
}

/// The model on some of the columns.
fn fit(r: &Golden, columns: &[usize]) -> CoxFit {
    let x = r.matrix("x");
    let chosen: Vec<Vec<f64>> = columns.iter().map(|&column| x[column].clone()).collect();
    let strata = (!r.is_null("strata")).then(|| {
        let index = r.codes("strata");
        let count = index.iter().max().unwrap() + 1;
        Groups::new(index, count as usize).unwrap()
    });
    let offset = (!r.is_null("offset")).then(|| r.numbers("offset"));
    let ties = r.text("ties").parse::<Ties>().unwrap();
    CoxModel::default()
        .ties(ties)
        .strata(strata.as_ref())
        .offset(offset.as_deref())
        .conf_level(0.9)
        .fit(&response(r), &matrix(&chosen))
        .unwrap()
}

fn full(r: &Golden) -> CoxFit {
    fit(r, &(0..r.matrix("x").len()).collect::<Vec<usize>>())
}

/// `anova` of two fits.
#[test]
fn likelihood_ratio_tests_agree_with_anova() {
    for name in CASES.into_iter().chain(["cox-predict-veteran-exact"]) {
        println!("{name}");
        let r = golden(name);
        let nested: Vec<usize> = r.codes("nested").iter().map(|&column| column as usize).collect();
        let (full, nested) = (full(&r), fit(&r, &nested));
        let CoxTest { statistic, df, p_value } =
            full.likelihood_ratio_test_against(&nested).unwrap();
        assert_close(&[statistic, df as f64, p_value], &r.numbers("against"), ITERATED);
        // A model with fewer coefficients is nested in nothing, nor is one in itself.
        assert_eq!(nested.likelihood_ratio_test_against(&full), None);
        assert_eq!(full.likelihood_ratio_test_against(&full), None);
    }
}

/// `survfit` with new data, for every kind of limit, in every stratum.
#[test]
fn curves_agree_with_survfit() {
    for name in CASES {
        let r = golden(name);
        let (fit, new) = (full(&r), matrix(&r.matrix("new")));
        for expected in r.at("curves").entries() {
            let kind = expected.text("kind");
            println!("{name} {kind}");
            let conf_type = kind.parse::<ConfType>().unwrap();
            let stratum = expected.codes("stratum")[0] as usize;
            let curves = fit.curves(&new, stratum, conf_type).unwrap();
            assert_eq!(curves.len(), new.rows());
            for (row, curve) in curves.iter().enumerate() {
                assert_eq!(curve.time.len(), expected.codes("times")[0] as usize);
                let times = expected.numbers("time");
                let at: Vec<usize> = times
                    .iter()
                    .map(|&time| curve.time.iter().position(|&known| known == time).unwrap())
                    .collect();
                let pick = |values: &[f64]| at.iter().map(|&at| values[at]).collect::<Vec<f64>>();
                let column = |key: &str| expected.optional(&format!("{key}.{row}"));
                let numbers = |key: &str| expected.numbers(&format!("{key}.{row}"));
                assert_close(&pick(&curve.survival), &numbers("surv"), ITERATED);
                let std_error = pick(&curve.cumulative_hazard_std_error);
                assert_close(&std_error, &numbers("std_error"), ITERATED);
                for (key, upper) in [("lower", false), ("upper", true)] {
                    for (&at, expected) in at.iter().zip(column(key)) {
                        let interval = curve.interval[at];
                        let found = interval.and_then(|i| if upper { i.upper } else { i.lower });
                        // Before the first event R has no limits on some scales; ours are 1.
                        if curve.cumulative_hazard[at] == 0.0 {
                            continue;
                        }
                        let expected = expected.unwrap_or(f64::NAN);
                        let found = found.unwrap_or(f64::NAN);
                        assert!((found - expected).abs() < 1e-9, "{key} {at}: {found} {expected}");
                    }
                }
            }
        }
    }
}

/// `predict` of kinds lp, survival and expected.
#[test]
fn predictions_agree_with_predict() {
    for name in CASES {
        println!("{name}");
        let r = golden(name);
        let (fit, new) = (full(&r), matrix(&r.matrix("new")));
        let predictors = fit.linear_predictors(&new, BaselineAt::Zero).unwrap();
        // DIFFERENCE: R's are less the mean of the offset, ours have no offset.
        let mean = match r.is_null("offset") {
            true => 0.0,
            false => r.numbers("offset").iter().sum::<f64>() / r.numbers("offset").len() as f64,
        };
        let estimates: Vec<f64> = predictors.iter().map(|p| p.estimate - mean).collect();
        let errors: Vec<f64> = predictors.iter().map(|p| p.std_error).collect();
        assert_close(&estimates, &r.numbers("predictor.fit"), ITERATED);
        assert_close(&errors, &r.numbers("predictor.std_error"), ITERATED);

        let stratum = r.codes("survival.stratum")[0] as usize;
        let curves = fit.curves(&new, stratum, ConfType::Log).unwrap();
        let times = r.numbers("survival.time");
        let (mut survival, mut errors) = (Vec::new(), Vec::new());
        for (curve, &time) in curves.iter().zip(&times) {
            let at = curve.time.iter().rposition(|&known| known <= time).unwrap();
            assert_eq!(curve.survival_at(time), Some(curve.survival[at]));
            // DIFFERENCE: for an offset of 0, R's `predict` gives the hazard at the mean offset;
            // its `survfit` does not.
            let factor = mean.exp();
            survival.push(curve.survival[at].powf(factor));
            let relative = curve.survival_std_error(at).unwrap() / curve.survival[at];
            errors.push(relative * factor * curve.survival[at].powf(factor));
        }
        assert_close(&survival, &r.numbers("survival.fit"), ITERATED);
        // DIFFERENCE: with late entries the standard errors of `predict` are not those of `survfit`,
        // with which ours agree above.
        if r.is_null("start") {
            assert_close(&errors, &r.numbers("survival.std_error"), ITERATED);
        }
        assert_close(&fit.expected().unwrap(), &r.numbers("expected"), ITERATED);
    }
}

/// The smooth is R's least squares on the natural cubic spline of the package splines, which has
/// another basis of the same curves.
#[test]
fn coefficients_over_time_agree_with_splines() {
    let z = 1.6448536269514722; // of 90%
    for name in CASES {
        let r = golden(name);
        let fit = full(&r);
        for &(transform, kind, _) in ZphTransform::ALL {
            let (events, zph) =
                (fit.schoenfeld_residuals(false).unwrap(), fit.zph(transform, &[]).unwrap());
            assert_eq!(events.time.len(), zph.transformed_time.len());
            let times = r.numbers(&format!("smooth.{kind}.time"));
            let transformed = r.numbers(&format!("smooth.{kind}.transformed"));
            for (time, found) in events.time.iter().zip(&zph.transformed_time) {
                let at = times.iter().position(|known| known == time).unwrap();
                assert_close(&[*found], &[transformed[at]], ITERATED);
            }
            for column in 0..r.matrix("x").len() {
                println!("{name} {kind} {column}");
                let course = fit.coefficient_over_time(column, transform).unwrap();
                let expected = |key: &str| r.numbers(&format!("smooth.{kind}.{key}"));
                let (estimate, std_error) = (
                    expected(&format!("estimate.{column}")),
                    expected(&format!("std_error.{column}")),
                );
                let pick = |value: &dyn Fn(&SmoothPoint) -> f64| -> Vec<f64> {
                    course.iter().map(value).collect()
                };
                assert_close(&pick(&|point| point.time), &expected("time"), ITERATED);
                assert_close(&pick(&|point| point.estimate), &estimate, ITERATED);
                let half = |sign: f64| -> Vec<f64> {
                    estimate.iter().zip(&std_error).map(|(b, se)| b + sign * z * se).collect()
                };
                assert_close(&pick(&|point| point.lower), &half(-1.0), ITERATED);
                assert_close(&pick(&|point| point.upper), &half(1.0), ITERATED);
            }
        }
    }
}

/// The baseline at the means is the one at zero times the risk there; the linear predictor of a row
/// at the means is 0 without error, and differs from that against zero by one number for all rows.
#[test]
fn the_two_references_differ_by_the_risk_at_the_means() {
    for name in CASES {
        let r = golden(name);
        let (fit, x) = (full(&r), r.matrix("x"));
        let means: Vec<f64> = x.iter().map(|c| c.iter().sum::<f64>() / c.len() as f64).collect();
        let estimates = fit.coefficients().iter().map(|c| c.estimate().unwrap().estimate);
        let linear: f64 = estimates.zip(&means).map(|(beta, mean)| beta * mean).sum();
        let at = |at: BaselineAt| -> Vec<f64> {
            let strata = fit.baseline(at).unwrap().into_iter();
            strata.flat_map(|stratum| stratum.cumulative_hazard).collect()
        };
        let zero = at(BaselineAt::Zero).iter().map(|h| h * linear.exp()).collect::<Vec<f64>>();
        assert_close(&at(BaselineAt::Mean), &zero, ITERATED);

        let there = DesignMatrix::from_columns(means, 1).unwrap();
        let found = fit.linear_predictors(&there, BaselineAt::Mean).unwrap()[0];
        assert!(found.estimate.abs() < 1e-12 && found.std_error < 1e-9, "{found:?}");
        let rows = matrix(&x);
        let from_zero = fit.linear_predictors(&rows, BaselineAt::Zero).unwrap();
        let from_means = fit.linear_predictors(&rows, BaselineAt::Mean).unwrap();
        for (zero, means) in from_zero.iter().zip(&from_means) {
            assert!((zero.estimate - means.estimate - linear).abs() < 1e-9);
        }
    }
}

/// Six patients, no ties: S(t) between the times of the curve, before, and after.
#[test]
fn survival_between_times() {
    let response = RightCensored::new(
        &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        &[false, true, false, true, true, false],
    );
    let x = DesignMatrix::from_columns(vec![0.0, 1.0, 1.0, 0.0, 1.0, 0.0], 6).unwrap();
    let fit = CoxModel::default().fit(&response.unwrap(), &x).unwrap();
    let new = DesignMatrix::from_columns(vec![0.5, 600.0], 2).unwrap();
    let curves = fit.curves(&new, 0, ConfType::Log).unwrap();
    let curve = &curves[0];
    assert_eq!(curve.time, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(curve.survival[0], 1.0);
    assert!(curve.survival[1] < 1.0 && curve.survival[2] == curve.survival[1]);
    let at = |time: f64| curve.survival_at(time);
    assert_eq!([at(0.0), at(1.0), at(1.9)], [Some(1.0); 3]);
    assert_eq!([at(2.0), at(3.9)], [Some(curve.survival[1]); 2]);
    assert_eq!([at(6.0), at(6.1)], [Some(curve.survival[5]), None]);
    // Survival may be too small for a number; the delta method says nothing there.
    assert_eq!(curves[1].survival[5], 0.0);
    assert_eq!(curves[1].survival_std_error(5), None);
    assert_eq!(curves[1].interval[5], None);
    let expected = curve.survival[5] * curve.cumulative_hazard_std_error[5];
    assert_eq!(curve.survival_std_error(5), Some(expected));
}

/// New rows need the columns of the fit, no fewer and no more.
#[test]
fn new_rows_with_other_columns_are_refused() {
    let fit = full(&golden("cox-predict-veteran"));
    for columns in [3, 5] {
        let new = DesignMatrix::from_columns(vec![1.0; 2 * columns], 2).unwrap();
        let what = "columns of the new covariates";
        let expected = Error::Length { what, expected: 4, found: columns };
        assert_eq!(fit.curves(&new, 0, ConfType::Log).unwrap_err(), expected);
        assert_eq!(fit.linear_predictors(&new, BaselineAt::Zero).unwrap_err(), expected);
    }
}

/// `survfit` of a fit with clusters has the sandwich in the limits (tests/golden/cox-model.R).
#[test]
fn curves_of_a_robust_fit_agree_with_survfit() {
    let r = golden("cox-model-robust");
    let response =
        CountingProcess::new(&r.numbers("start"), &r.numbers("time"), &r.flags("event")).unwrap();
    let index = r.codes("cluster");
    let count = index.iter().max().unwrap() + 1;
    let cluster = Groups::new(index, count as usize).unwrap();
    let fit =
        CoxModel::default().cluster(&cluster).fit(&response, &matrix(&r.matrix("x"))).unwrap();
    let new = matrix(&r.matrix("new"));
    let curves = fit.curves_within(&new, &[0; 3], ConfType::Log).unwrap();
    assert_eq!(curves, fit.curves(&new, 0, ConfType::Log).unwrap());
    for (row, curve) in curves.iter().enumerate() {
        let times = r.numbers("at");
        let at: Vec<usize> = times
            .iter()
            .map(|&t| curve.time.iter().rposition(|&known| known <= t).unwrap())
            .collect();
        let pick =
            |value: &dyn Fn(usize) -> f64| at.iter().map(|&at| value(at)).collect::<Vec<_>>();
        let expected = |key: &str| r.numbers(&format!("{key}.{row}"));
        let limits = |at: usize| curve.interval[at].unwrap();
        assert_close(&pick(&|at| curve.survival[at]), &expected("survival"), ITERATED);
        let errors = pick(&|at| curve.survival_std_error(at).unwrap());
        assert_close(&errors, &expected("std_error"), ITERATED);
        assert_close(&pick(&|at| limits(at).lower.unwrap()), &expected("lower"), ITERATED);
        assert_close(&pick(&|at| limits(at).upper.unwrap()), &expected("upper"), ITERATED);
    }
}

/// Rows with and without the covariate fail one after the other, the first kind all first, so that
/// the likelihood rises for ever; what depends on where the climb stopped is refused.
#[test]
fn nothing_is_predicted_at_infinity() {
    let response = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true, true, true, true]).unwrap();
    let x = matrix(&[vec![1.0, 1.0, 0.0, 0.0]]);
    let fit = CoxModel::default().fit(&response, &x).unwrap();
    assert!(fit.any_infinite());
    let unsupported = |error| assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    unsupported(fit.curves(&x, 0, ConfType::Log).unwrap_err());
    unsupported(fit.linear_predictors(&x, BaselineAt::Mean).unwrap_err());
    unsupported(fit.baseline(BaselineAt::Mean).unwrap_err());
}
