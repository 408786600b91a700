//! Splines against R's rms, splines and stats, and what must hold for any covariate.

mod support;

use proptest::collection::vec;
use proptest::prelude::*;
use riskset::{
    BSplines, Basis, CoxModel, DesignMatrix, Error, NaturalCubic, Polynomial, RatioCurve,
    RestrictedCubic, RightCensored,
};
use support::{CLOSED_FORM, ITERATED, assert_close, golden};

#[test]
fn restricted_cubic_splines_agree_with_rms() {
    let golden = golden("spline");
    let (age, new) = (golden.numbers("age"), golden.numbers("new"));
    for (k, expected) in (3..=7).zip(golden.at("rcs").entries()) {
        let basis = RestrictedCubic::from_data(&age, k).unwrap();
        assert_close(basis.knots(), &expected.numbers("knots"), CLOSED_FORM);
        assert_close(&basis.design(&new), &expected.matrix("new").concat(), CLOSED_FORM);
    }
    let few = RestrictedCubic::from_data(&golden.numbers("few_age"), 4).unwrap();
    assert_close(few.knots(), &golden.numbers("few_knots"), CLOSED_FORM);
    let clump = RestrictedCubic::from_data(&golden.numbers("nodes"), 4).unwrap();
    assert_close(clump.knots(), &golden.numbers("clump_knots"), CLOSED_FORM);
    let ends = RestrictedCubic::from_data(&golden.numbers("ends"), 5).unwrap();
    assert_close(ends.knots(), &golden.numbers("ends_knots"), CLOSED_FORM);
}

#[test]
fn natural_splines_polynomials_and_b_splines_agree_with_r() {
    let golden = golden("spline");
    let (age, new) = (golden.numbers("age"), golden.numbers("new"));
    let natural = NaturalCubic::from_data(&age, 4).unwrap();
    assert_close(natural.knots().0, &golden.numbers("ns_knots"), CLOSED_FORM);
    assert_close(&natural.design(&new), &golden.matrix("ns").concat(), CLOSED_FORM);
    let rows = [age[0], age[49], age[199]];
    assert_close(&natural.design(&rows), &golden.matrix("ns_rows").concat(), CLOSED_FORM);
    let polynomial = Polynomial::from_data(&age, 3).unwrap();
    assert_close(&polynomial.design(&new), &golden.matrix("poly").concat(), CLOSED_FORM);
    let splines = BSplines::from_data(&age, 10).unwrap();
    assert_close(&splines.design(&new), &golden.matrix("pspline").concat(), CLOSED_FORM);
}

#[test]
fn the_hazard_ratio_over_age_agrees_with_coxph() {
    let golden = golden("spline");
    let age = golden.numbers("age");
    let basis = RestrictedCubic::from_data(&age, 4).unwrap();
    let mut columns = basis.design(&age);
    columns.extend(golden.numbers("trig"));
    let design = DesignMatrix::from_columns(columns, age.len()).unwrap();
    let response = RightCensored::new(&golden.numbers("time"), &golden.flags("event")).unwrap();
    let fit = CoxModel::default().fit(&response, &design).unwrap();
    let beta: Vec<f64> = golden.numbers("coefficients");
    let found: Vec<f64> = (0..9).map(|at| fit.model_variance(at / 3, at % 3).unwrap()).collect();
    assert_close(&found, &golden.matrix("variance").concat(), 1e-8);
    let curve = RatioCurve::new(&beta, &found);
    let points = curve.at(&basis, golden.number("reference.0").unwrap(), &golden.numbers("new"));
    let points = points.unwrap();
    let logs: Vec<f64> = points.iter().map(|point| point.log_hazard_ratio).collect();
    let errors: Vec<f64> = points.iter().map(|point| point.std_error).collect();
    assert_close(&logs, &golden.numbers("log_ratio"), ITERATED);
    assert_close(&errors, &golden.numbers("std_error"), 1e-8);
    let at_reference = curve.at(&basis, 50.0, &[50.0]).unwrap()[0];
    assert_eq!((at_reference.hazard_ratio, at_reference.std_error), (Some(1.0), 0.0));
    assert_eq!(at_reference.interval.lower, Some(1.0));
}

proptest! {
    /// Beyond its outer knots each column is a line: the second difference is 0.
    #[test]
    fn curves_are_straight_beyond_the_knots(
        values in vec(0u32..5000, 40..120), far in 1.0..100.0_f64,
    ) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let last = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let straight = |basis: &dyn Fn(f64) -> Vec<f64>| -> bool {
            let steps = [1.0, 2.0, 3.0].map(|step| basis(last + step * far));
            (0..steps[0].len()).all(|j| {
                let size = steps[2][j].abs().max(1.0);
                (steps[0][j] - 2.0 * steps[1][j] + steps[2][j]).abs() < 1e-9 * size
            })
        };
        if let Ok(basis) = RestrictedCubic::from_data(&values, 5) {
            prop_assert!(straight(&|x| basis.at(x)));
        }
        if let Ok(basis) = NaturalCubic::from_data(&values, 3) {
            prop_assert!(straight(&|x| basis.at(x)));
        }
    }

    /// The columns of orthogonal polynomials have length 1 and add up to nothing.
    #[test]
    fn polynomials_are_orthogonal(values in vec(-50i32..50, 20..60)) {
        let values: Vec<f64> = values.into_iter().map(f64::from).collect();
        let Ok(basis) = Polynomial::from_data(&values, 3) else { return Ok(()) };
        let design = basis.design(&values);
        let columns: Vec<&[f64]> = design.chunks_exact(values.len()).collect();
        for (j, a) in columns.iter().enumerate() {
            prop_assert!(a.iter().sum::<f64>().abs() < 1e-8);
            for (k, b) in columns.iter().enumerate() {
                let product: f64 = a.iter().zip(*b).map(|(a, b)| a * b).sum();
                prop_assert!((product - f64::from(u8::from(j == k))).abs() < 1e-8);
            }
        }
    }
}

#[test]
fn refusals_say_why() {
    let ages = [40.0, 50.0, 50.0, 60.0];
    let error = RestrictedCubic::from_data(&ages, 2).unwrap_err();
    assert!(error.to_string().contains("the number of knots is 2"), "{error}");
    let error = RestrictedCubic::from_data(&ages, 4).unwrap_err();
    assert!(error.to_string().contains("fewer knots"), "{error}");
    let error = NaturalCubic::from_data(&[1.0; 5], 3).unwrap_err();
    assert!(error.to_string().contains("too few distinct values"), "{error}");
    assert_eq!(Polynomial::from_data(&[], 2).unwrap_err(), Error::Empty);
    let error = BSplines::from_data(&[1.0, f64::NAN], 5).unwrap_err();
    assert!(matches!(error, Error::Covariate { row: 1, .. }));
    let basis = RestrictedCubic::with_knots(&[1.0, 2.0, 3.0]).unwrap();
    let error = RatioCurve::new(&[1.0], &[1.0]).at(&basis, 2.0, &[1.0]).unwrap_err();
    assert!(error.to_string().contains("coefficients of the spline"), "{error}");
}
