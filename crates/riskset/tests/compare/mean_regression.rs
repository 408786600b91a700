//! Restricted means adjusted by regression: by hand, against R, and what they refuse.

use crate::small::response;
use crate::support::{CLOSED_FORM, assert_close, golden};
use riskset::{DesignMatrix, Error, Groups, MeanMethod, RightCensored, mean_regression};

/// The R script differentiates by differences of 1e-4.
const BY_DIFFERENCES: f64 = 1e-6;
/// n times a difference of two estimates of the size of days loses three digits.
const LEFT_OUT: f64 = 1e-9;

#[test]
fn agrees_with_r() {
    let golden = golden("compare-meanregression");
    for name in ["veteran", "lung"] {
        let case = golden.at(name);
        let rows = response(&case);
        let groups = Groups::new(case.codes("group"), 2).unwrap();
        let design = DesignMatrix::from_columns(case.matrix("x").concat(), rows.len()).unwrap();
        let tau = case.number("tau").unwrap();
        for (method, key, tolerance) in [
            (MeanMethod::PseudoValues, "pseudo", LEFT_OUT),
            (MeanMethod::CensoringWeights, "weights", BY_DIFFERENCES),
        ] {
            let found = mean_regression(&rows, &groups, &design, tau, method, 0.95).unwrap();
            let found = found.unwrap();
            let expected = case.numbers(key);
            assert_close(&[found.estimate], &expected[..1], LEFT_OUT);
            assert_close(&[found.std_error], &expected[1..], tolerance);
        }
    }
}

/// Nobody is censored: times 1, 3 in one group and 2, 6 in the other with x = -1, 1 in each, tau 5, so
/// that min(T, tau) is 1, 3, 2, 5. The difference is 3.5 - 2, the slope ((3 - 1) + (5 - 2)) / 4 = 1.25,
/// the residuals are 1/4 in size, and the variance is 4 (1/4)^2 / 2^2.
#[test]
fn four_patients_by_hand() {
    let rows = RightCensored::new(&[1.0, 3.0, 2.0, 6.0], &[true; 4]).unwrap();
    let groups = Groups::new(vec![0, 0, 1, 1], 2).unwrap();
    let design = DesignMatrix::from_columns(vec![-1.0, 1.0, -1.0, 1.0], 4).unwrap();
    for method in [MeanMethod::PseudoValues, MeanMethod::CensoringWeights] {
        let found = mean_regression(&rows, &groups, &design, 5.0, method, 0.95).unwrap().unwrap();
        assert_close(&[found.estimate, found.std_error], &[1.5, 0.25], CLOSED_FORM);
    }
}

/// Events at 1 and 4, and a censoring at 2 between them, in a group of three: G is 1/2 after 2, so the
/// patient of time 4 counts twice; the other group has 3 and 5. With a covariate that is 0 for all but
/// one patient, who is then fitted exactly: the means are (1 + 2 x 4) / 3 = 3 and 3, difference 0.
#[test]
fn a_censored_patient_is_counted_by_those_who_stay() {
    let (time, event) = ([1.0, 2.0, 4.0, 3.0, 5.0], [true, false, true, true, true]);
    let rows = RightCensored::new(&time, &event).unwrap();
    let groups = Groups::new(vec![0, 0, 0, 1, 1], 2).unwrap();
    let design = DesignMatrix::from_columns(vec![0.0, 0.0, 0.0, 0.0, 1.0], 5).unwrap();
    let found =
        mean_regression(&rows, &groups, &design, 5.0, MeanMethod::CensoringWeights, 0.95).unwrap();
    assert!(found.unwrap().estimate.abs() < 1e-12);
}

#[test]
fn what_cannot_be_regressed_is_refused() {
    let rows = RightCensored::new(&[1.0, 3.0, 2.0, 6.0], &[true, true, true, false]).unwrap();
    let groups = Groups::new(vec![0, 0, 1, 1], 2).unwrap();
    let of = |columns: Vec<f64>, tau: f64| {
        let design = DesignMatrix::from_columns(columns, 4).unwrap();
        mean_regression(&rows, &groups, &design, tau, MeanMethod::PseudoValues, 0.95)
    };
    assert_eq!(of(vec![2.0; 4], 5.0), Err(Error::Aliased { column: 0 }));
    let twice = [vec![1.0, 2.0, 3.0, 4.0], vec![0.0, 0.0, 1.0, 1.0]].concat();
    assert_eq!(of(twice, 5.0), Err(Error::Aliased { column: 1 }));
    // The last patient was censored at 6.
    assert_eq!(of(vec![1.0, 2.0, 3.0, 5.0], 7.0), Ok(None));
    let three = Groups::new(vec![0, 1, 2, 2], 3).unwrap();
    let design = DesignMatrix::from_columns(vec![1.0, 2.0, 3.0, 5.0], 4).unwrap();
    let method = MeanMethod::CensoringWeights;
    let found = mean_regression(&rows, &three, &design, 5.0, method, 0.95);
    assert!(matches!(found, Err(Error::Unsupported { .. })));
    let short = DesignMatrix::from_columns(vec![1.0, 2.0], 2).unwrap();
    let found = mean_regression(&rows, &groups, &short, 5.0, method, 0.95);
    assert!(matches!(found, Err(Error::Length { expected: 4, found: 2, .. })));
}
