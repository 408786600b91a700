//! Joint tests, information criteria and models without covariates, compared with R.
//!
//! The JSON is written by tests/golden/cox-model.R.

mod support;

use riskset::{CoxModel, CoxTest, DesignMatrix, Groups, Observations, Penalty, RightCensored};
use support::{Golden, ITERATED, assert_close, golden};

fn response(r: &Golden) -> Observations {
    RightCensored::new(&r.numbers("time"), &r.flags("event")).unwrap().into_observations()
}

fn design(r: &Golden) -> DesignMatrix {
    let columns = r.matrix("x");
    DesignMatrix::from_columns(columns.concat(), columns[0].len()).unwrap()
}

/// b' V^-1 b of the three indicators of a factor, V from `vcov`: of the model and the sandwich.
#[test]
fn the_joint_test_of_a_factor_agrees() {
    let r = golden("cox-model-joint");
    for (robust, key) in [(false, "joint"), (true, "robust_joint")] {
        let fit = CoxModel::default().robust(robust).fit(&response(&r), &design(&r)).unwrap();
        let CoxTest { statistic, df, p_value } = fit.joint_test(&[1, 2, 3]).unwrap();
        assert_close(&[statistic, df as f64, p_value], &r.numbers(key), ITERATED);
        // Of all columns together it is Wald's test of the model, of one the square of its z.
        let close = |found: CoxTest, expected: f64| {
            assert_close(&[found.statistic], &[expected], ITERATED);
        };
        close(fit.joint_test(&[0, 1, 2, 3]).unwrap(), fit.wald_test().unwrap().statistic);
        let z = fit.coefficients()[0].estimate().unwrap().z.unwrap();
        close(fit.joint_test(&[0]).unwrap(), z * z);
        assert_eq!(fit.joint_test(&[]), None);
    }
}

/// `AIC` and `BIC`, which takes the events for the observations.
#[test]
fn the_criteria_agree() {
    let r = golden("cox-model-joint");
    let fit = CoxModel::default().fit(&response(&r), &design(&r)).unwrap();
    let found = [fit.aic().unwrap(), fit.bic().unwrap()];
    assert_close(&found, &[r.numbers("aic")[0], r.numbers("bic")[0]], ITERATED);
    let firth = CoxModel::default().penalty(Penalty::Firth);
    let fit = firth.fit(&response(&r), &design(&r)).unwrap();
    assert_eq!((fit.aic(), fit.bic()), (None, None));
}

/// `coxph(y ~ 1)` and `coxph(y ~ strata(celltype))`.
#[test]
fn the_null_model_agrees() {
    let r = golden("cox-model-joint");
    let response = response(&r);
    let empty = DesignMatrix::empty(r.numbers("time").len());
    let fit = CoxModel::default().fit(&response, &empty).unwrap();
    let found = [fit.log_likelihood(), fit.aic().unwrap(), fit.bic().unwrap()];
    let expected = ["null", "null_aic", "null_bic"].map(|key| r.numbers(key)[0]);
    assert_close(&found, &expected, ITERATED);
    assert!(fit.coefficients().is_empty() && fit.converged());
    let strata = Groups::new(r.codes("strata"), 4).unwrap();
    let fit = CoxModel::default().strata(&strata).fit(&response, &empty).unwrap();
    assert_close(&[fit.log_likelihood()], &r.numbers("null_strata"), ITERATED);
}
