//! Case-cohort samples: against `cch` of R survival, properties and refusals.

mod support;

use riskset::{
    CaseCohort, CaseCohortMethod, CountingProcess, CoxModel, DesignMatrix, Groups, Observations,
    RightCensored,
};
use support::{Golden, assert_close, golden};

/// `cch` stops its iterations at a change of the likelihood of 1e-9 to 1e-8: the coefficients agree to
/// about half as many digits.
const CCH: f64 = 1e-6;

fn sample(golden: &Golden) -> (Observations, Vec<bool>, DesignMatrix) {
    let (time, event) = (golden.numbers("time"), golden.flags("event"));
    let rows = match golden.has("start") {
        true => CountingProcess::new(&golden.numbers("start"), &time, &event)
            .unwrap()
            .into_observations(),
        false => RightCensored::new(&time, &event).unwrap().into_observations(),
    };
    let columns = golden.matrix("x");
    let design = DesignMatrix::from_columns(columns.concat(), time.len()).unwrap();
    (rows, golden.flags("subcohort"), design)
}

#[test]
fn the_three_estimators_agree_with_cch() {
    let golden = golden("case-cohort");
    for part in ["whole", "late"] {
        let golden = golden.at(part);
        let (rows, subcohort, design) = sample(&golden);
        let size = golden.numbers("size")[0] as usize;
        for (method, name) in [
            (CaseCohortMethod::Prentice, "Prentice"),
            (CaseCohortMethod::SelfPrentice, "SelfPrentice"),
            (CaseCohortMethod::LinYing, "LinYing"),
        ] {
            let model = CaseCohort::new(size).method(method);
            let fit = model.fit(&rows, &subcohort, &design).unwrap();
            let theirs = golden.at(name);
            let found = fit.coefficients().iter().map(|one| one.estimate().unwrap());
            let beta: Vec<f64> = found.clone().map(|one| one.estimate).collect();
            assert_close(&beta, &theirs.numbers("coef"), CCH);
            let p = beta.len();
            let variance: Vec<f64> =
                (0..p * p).map(|at| fit.variance(at / p, at % p).unwrap()).collect();
            assert_close(&variance, &theirs.numbers("var"), CCH);
            let errors: Vec<f64> = found.map(|one| one.std_error.unwrap()).collect();
            let diagonal: Vec<f64> = (0..p).map(|at| variance[at * p + at].sqrt()).collect();
            assert_close(&errors, &diagonal, 1e-14);
            assert!(fit.converged() && fit.wald_test().is_some_and(|test| test.df == p));
            assert!((0..p).all(|at| fit.draw_variance(at, at).unwrap() > 0.0));
        }
    }
}

/// Where everybody was drawn the sample is the cohort: Prentice's estimate is Cox's, and the draw adds
/// nothing to the variance.
#[test]
fn a_subcohort_of_everybody_is_a_cox_model() {
    let golden = golden("case-cohort").at("whole");
    let (rows, _, design) = sample(&golden);
    let n = rows.len();
    let fit = CaseCohort::new(n).fit(&rows, &vec![true; n], &design).unwrap();
    let cox = CoxModel::default().fit(&rows, &design).unwrap();
    for (ours, cox) in fit.coefficients().iter().zip(cox.coefficients()) {
        let (ours, cox) = (ours.estimate().unwrap(), cox.estimate().unwrap());
        assert_close(&[ours.estimate], &[cox.estimate], 1e-9);
    }
    assert!((0..design.columns()).all(|at| fit.draw_variance(at, at) == Some(0.0)));
}

#[test]
fn refusals_say_why() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0], &[true, false, false]).unwrap();
    let design = DesignMatrix::from_columns(vec![1.0, 0.0, 1.0], 3).unwrap();
    let said = |size: usize, subcohort: &[bool]| {
        CaseCohort::new(size).fit(&rows, subcohort, &design).unwrap_err().to_string()
    };
    assert!(said(10, &[true, true]).contains("the subcohort"));
    assert!(said(2, &[true; 3]).contains("the number of the cohort is 2"));
    assert!(said(10, &[true, false, true]).contains("neither a case nor of the subcohort"));
    let cases = RightCensored::new(&[1.0, 2.0, 3.0], &[true; 3]).unwrap();
    let alone = CaseCohort::new(10).fit(&cases, &[true, false, false], &design).unwrap_err();
    assert!(alone.to_string().contains("cases alone"), "{alone}");
    let weighted = rows.clone().with_weights(&[1.0, 2.0, 1.0]).unwrap();
    let refused = CaseCohort::new(10).fit(&weighted, &[true; 3], &design).unwrap_err();
    assert!(refused.to_string().contains("case weights"), "{refused}");
}

/// The JSON is written by tests/golden/case-cohort-strata.R.
#[test]
fn the_estimators_by_stratum_agree_with_cch() {
    let golden = golden("case-cohort-strata");
    for part in ["whole", "late"] {
        let golden = golden.at(part);
        let (rows, subcohort, design) = sample(&golden);
        let strata = strata(&golden);
        let sizes: Vec<usize> = golden.numbers("sizes").iter().map(|&size| size as usize).collect();
        for (method, name) in
            [(CaseCohortMethod::BorganI, "first"), (CaseCohortMethod::BorganII, "second")]
        {
            let model = CaseCohort::new(sizes.iter().sum()).method(method);
            let fit = model.fit_stratified(&rows, &subcohort, (&strata, &sizes), &design).unwrap();
            let theirs = golden.at(name);
            let found = fit.coefficients().iter().map(|one| one.estimate().unwrap().estimate);
            let beta: Vec<f64> = found.collect();
            assert_close(&beta, &theirs.numbers("coef"), CCH);
            let p = beta.len();
            let variance: Vec<f64> =
                (0..p * p).map(|at| fit.variance(at / p, at % p).unwrap()).collect();
            assert_close(&variance, &theirs.numbers("var"), CCH);
            assert!((0..p).all(|at| fit.draw_variance(at, at).unwrap() > 0.0));
        }
    }
}

fn strata(golden: &Golden) -> Groups {
    let index: Vec<u32> = golden.codes("stratum").iter().map(|code| code - 1).collect();
    Groups::new(index, 2).unwrap()
}

/// Where everybody of every stratum was drawn the sample is the cohort.
#[test]
fn strata_that_were_drawn_whole_are_a_cox_model() {
    let golden = golden("case-cohort-strata").at("late");
    let (rows, _, design) = sample(&golden);
    let strata = strata(&golden);
    let n = rows.event().len();
    let sizes: Vec<usize> =
        (0..2).map(|one| strata.index().iter().filter(|&&index| index == one).count()).collect();
    let model = CaseCohort::new(n).method(CaseCohortMethod::BorganII);
    let fit = model.fit_stratified(&rows, &vec![true; n], (&strata, &sizes), &design).unwrap();
    let cox = CoxModel::default().fit(&rows, &design).unwrap();
    for (found, cox) in fit.coefficients().iter().zip(cox.coefficients()) {
        let (found, cox) = (found.estimate().unwrap(), cox.estimate().unwrap());
        assert_close(&[found.estimate], &[cox.estimate], 1e-9);
        assert_close(&[found.std_error.unwrap()], &[cox.std_error.unwrap()], 1e-9);
    }
}

#[test]
fn strata_that_cannot_stand_for_others_are_refused() {
    let golden = golden("case-cohort-strata").at("late");
    let (rows, subcohort, design) = sample(&golden);
    let strata = strata(&golden);
    let refused = |method, sizes: &[usize], subcohort: &[bool]| {
        let model = CaseCohort::new(900).method(method);
        model.fit_stratified(&rows, subcohort, (&strata, sizes), &design).unwrap_err().to_string()
    };
    let second = CaseCohortMethod::BorganII;
    assert!(refused(second, &[10, 300], &subcohort).contains("at least the number of its rows"));
    assert!(refused(second, &[900], &subcohort).contains("sizes of strata"));
    assert!(refused(CaseCohortMethod::Prentice, &[800, 300], &subcohort).contains("Borgan"));
    // All of the second stratum who are no cases leave the sample: nobody stands for the others.
    let kept: Vec<usize> =
        (0..subcohort.len()).filter(|&row| strata.index()[row] == 0 || rows.event()[row]).collect();
    let part = rows.select(&kept).unwrap();
    let column = |at: usize| kept.iter().map(|&row| design.column(at)[row]).collect::<Vec<f64>>();
    let columns = (0..design.columns()).flat_map(column).collect();
    let small = DesignMatrix::from_columns(columns, kept.len()).unwrap();
    let index = kept.iter().map(|&row| strata.index()[row]).collect();
    let own = Groups::new(index, 2).unwrap();
    let drawn: Vec<bool> = kept.iter().map(|&row| subcohort[row]).collect();
    let model = CaseCohort::new(900).method(second);
    let none = model.fit_stratified(&part, &drawn, (&own, &[800, 300]), &small).unwrap_err();
    assert!(none.to_string().contains("nobody, or a single row, was drawn"), "{none}");
    let alone = CaseCohort::new(900).method(second).fit(&rows, &subcohort, &design);
    assert!(alone.unwrap_err().to_string().contains("without the strata of the draw"));
}
