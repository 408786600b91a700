//! A Cox model without its data: what it predicts is what the fit predicts, digit for digit; medians
//! and restricted means against R; parts that do not go together are refused.
//!
//! The JSON is written by tests/golden/cox-restricted.R.

mod support;

use riskset::{
    BaselineAt, ConfType, CoxFit, CoxModel, CoxPredictor, DesignMatrix, Error, Groups,
    PredictorParts, RightCensored, Ties,
};
use support::{Golden, ITERATED, assert_close, golden};

fn matrix(columns: &[Vec<f64>]) -> DesignMatrix {
    DesignMatrix::from_columns(columns.concat(), columns[0].len()).unwrap()
}

fn fit(case: &Golden) -> CoxFit {
    let response = RightCensored::new(&case.numbers("time"), &case.flags("event")).unwrap();
    let strata = Groups::new(case.codes("strata"), 2).unwrap();
    CoxModel::default()
        .ties(case.text("ties").parse::<Ties>().unwrap())
        .strata(Some(&strata))
        .conf_level(0.9)
        .fit(&response, &matrix(&case.matrix("x")))
        .unwrap()
}

#[test]
fn medians_and_restricted_means_agree_with_r() {
    for case in golden("cox-restricted").at("cases").entries() {
        println!("{}", case.text("name"));
        let (predictor, new) = (fit(&case).predictor().unwrap(), matrix(&case.matrix("new")));
        for expected in case.at("rows").entries() {
            let number = |key: &str| expected.number(key);
            let (row, stratum) =
                (number("row").unwrap() as usize, number("stratum").unwrap() as usize);
            let strata = vec![stratum; new.rows()];
            let tau = number("tau").unwrap();
            let mean = predictor.restricted_means(&new, &strata, tau).unwrap()[row];
            // R's value is null where nobody was followed so long.
            assert_eq!(mean.is_some(), number("mean").is_some(), "{tau}");
            if let Some(mean) = mean {
                assert_close(
                    &[mean.estimate, mean.std_error],
                    &[number("mean").unwrap(), number("se").unwrap()],
                    ITERATED,
                );
                let half = 1.644_853_626_951_472_7 * mean.std_error;
                assert_close(&[mean.lower], &[mean.estimate - half], ITERATED);
            }
            let median = predictor.curves(&new, &strata, ConfType::Log).unwrap()[row].median();
            assert_eq!(median.estimate, number("median"));
            assert_eq!((median.lower, median.upper), (number("lower"), number("upper")));
        }
    }
}

/// Two patients, one event each at 1 and 2, x = 0 for both: the hazard is 1/2, then 1. To tau = 2 the
/// mean is 1 + exp(-1/2). The coefficient cannot be known, so the model has none and only the
/// increments vary: v = 1/4 at 1 (the area after it, exp(-1/2)), and nothing at 2.
#[test]
fn a_restricted_mean_by_hand() {
    let response = RightCensored::new(&[1.0, 2.0], &[true, true]).unwrap();
    let design = DesignMatrix::from_columns(vec![0.0, 0.0], 2).unwrap();
    let fit = CoxModel::default().fit(&response, &design).unwrap();
    let predictor = fit.predictor().unwrap();
    let new = DesignMatrix::from_columns(vec![0.0], 1).unwrap();
    let mean = |tau: f64| predictor.restricted_means(&new, &[0], tau).unwrap()[0];
    let found = mean(2.0).unwrap();
    assert!((found.estimate - (1.0 + (-0.5f64).exp())).abs() < 1e-15);
    assert!((found.std_error - 0.5 * (-0.5f64).exp()).abs() < 1e-15);
    // Before the first event everybody lives; after the last time nothing is known.
    assert_eq!(mean(0.5).map(|found| (found.estimate, found.std_error)), Some((0.5, 0.0)));
    assert_eq!((mean(2.5), mean(0.0)), (None, None));
}

#[test]
fn what_the_fit_predicts_its_parts_predict_to_the_bit() {
    for case in golden("cox-restricted").at("cases").entries() {
        let (fit, new) = (fit(&case), matrix(&case.matrix("new")));
        let parts = fit.predictor().unwrap().parts().clone();
        let again = CoxPredictor::new(parts).unwrap();
        let strata = [1, 0];
        assert_eq!(
            fit.curves_within(&new, &strata, ConfType::LogLog).unwrap(),
            again.curves(&new, &strata, ConfType::LogLog).unwrap()
        );
        assert_eq!(
            fit.linear_predictors(&new, BaselineAt::Mean).unwrap(),
            again.linear_predictors(&new).unwrap()
        );
    }
}

#[test]
fn parts_that_do_not_go_together_are_refused() {
    let case = &golden("cox-restricted").at("cases").entries()[0];
    let parts = fit(case).predictor().unwrap().parts().clone();
    let refused = |change: &dyn Fn(&mut PredictorParts)| {
        let mut parts = parts.clone();
        change(&mut parts);
        CoxPredictor::new(parts).unwrap_err()
    };
    assert!(matches!(
        refused(&|p| {
            p.beta.pop();
        }),
        Error::Length { .. }
    ));
    assert!(matches!(
        refused(&|p| {
            p.variance.pop();
        }),
        Error::Length { .. }
    ));
    assert!(matches!(refused(&|p| p.strata.clear()), Error::Length { .. }));
    assert!(matches!(
        refused(&|p| {
            p.strata[0].hazard.pop();
        }),
        Error::Length { .. }
    ));
    assert!(matches!(refused(&|p| p.strata[1].time.reverse()), Error::OutOfRange { .. }));
    assert!(matches!(refused(&|p| p.strata[1].steps[0] = 9), Error::OutOfRange { .. }));
    assert!(matches!(refused(&|p| p.beta[0] = f64::NAN), Error::OutOfRange { .. }));
    assert!(matches!(refused(&|p| p.kept[1] = 7), Error::OutOfRange { .. }));
    assert!(matches!(refused(&|p| p.conf_level = 1.5), Error::ConfLevel { .. }));
    let predictor = CoxPredictor::new(parts.clone()).unwrap();
    let new = DesignMatrix::from_columns(vec![50.0, 1.0], 1).unwrap();
    let beyond = predictor.curves(&new, &[2], ConfType::Log).unwrap_err();
    assert!(matches!(beyond, Error::OutOfRange { what: "stratum", .. }));
    let narrow = DesignMatrix::from_columns(vec![50.0], 1).unwrap();
    assert!(matches!(predictor.linear_predictors(&narrow), Err(Error::Length { .. })));
}
