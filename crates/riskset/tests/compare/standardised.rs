//! Standardised curves: against R, in a case that needs no model, and what they refuse.

use crate::small::{groups, response};
use crate::support::{ITERATED, assert_close, golden};
use riskset::{
    DesignMatrix, Error, Estimand, Groups, KaplanMeier, RightCensored, Standardised,
    SurvivalEstimator,
};

#[test]
fn agrees_with_the_averaged_curves_of_survfit() {
    let golden = golden("compare-standardised");
    let (rows, arms) = (response(&golden), groups(&golden, "data.group"));
    let columns = [golden.numbers("data.age"), golden.numbers("data.ecog")].concat();
    let design = DesignMatrix::from_columns(columns, rows.len()).unwrap();
    let fit = Standardised::fit(&rows, &arms, &design).unwrap();
    for (estimand, key) in
        [(Estimand::Survival(300.0), "survival_300"), (Estimand::RestrictedMean(500.0), "mean_500")]
    {
        let found = fit.contrast(1, 0, estimand, 0.95).unwrap().unwrap();
        let ratio = found.ratio.unwrap();
        let found = [
            found.reference.0,
            found.reference.1,
            found.group.0,
            found.group.1,
            found.difference.estimate,
            found.difference.std_error,
            ratio.estimate.ln(),
            ratio.std_error / ratio.estimate,
        ];
        assert_close(&found, &golden.numbers(key), ITERATED);
        assert_eq!(fit.at(1, estimand).unwrap().unwrap(), (found[2], found[3]));
    }
}

/// Without covariates the curve of a group is exp(-H) of its own patients, ties one after the other.
#[test]
fn without_covariates_it_is_the_curve_of_the_group() {
    let times = [1.0, 2.0, 2.0, 4.0, 5.0, 3.0, 3.0, 6.0];
    let events = [true, true, true, false, true, true, false, false];
    let rows = RightCensored::new(&times, &events).unwrap();
    let arms = Groups::new(vec![0, 0, 0, 0, 1, 1, 1, 1], 2).unwrap();
    let fit = Standardised::fit(&rows, &arms, &DesignMatrix::empty(8)).unwrap();
    let km = KaplanMeier::default().estimator(SurvivalEstimator::FlemingHarrington);
    let curves = km.fit_groups(&rows, &arms).unwrap();
    for (group, curve) in curves.iter().enumerate() {
        let (value, error) = fit.at(group, Estimand::Survival(3.5)).unwrap().unwrap();
        let at = curve.at(3.5).unwrap();
        let expected = [at.survival.unwrap(), at.std_error.unwrap()];
        assert_close(&[value, error], &expected, 1e-12);
        let (value, error) = fit.at(group, Estimand::RestrictedMean(3.5)).unwrap().unwrap();
        let mean = curve.rmst(3.5).unwrap();
        assert_close(&[value, error], &[mean.estimate, mean.std_error], 1e-12);
    }
    assert_eq!(fit.at(0, Estimand::Survival(4.5)), Ok(None));
    assert_eq!(fit.at(2, Estimand::Survival(1.0)), Err(Error::NoSuchGroup { group: 2, count: 2 }));
    let nan = fit.at(0, Estimand::Survival(f64::NAN));
    assert!(matches!(nan, Err(Error::RequestedTime { .. })));
    let weighted = rows.clone().with_weights(&[2.0; 8]).unwrap();
    let error = Standardised::fit(&weighted, &arms, &DesignMatrix::empty(8)).unwrap_err();
    assert!(error.to_string().starts_with("a standardised curve with case weights"));
    let one = Standardised::fit(&rows, &Groups::single(8), &DesignMatrix::empty(8)).unwrap_err();
    assert_eq!(one, Error::OneGroup);
    let constant = DesignMatrix::from_columns(vec![1.0; 8], 8).unwrap();
    let error = Standardised::fit(&rows, &arms, &constant).unwrap_err().to_string();
    assert!(error.contains("runs to infinity or does not exist"), "{error}");
}
