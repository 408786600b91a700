//! Ridge terms, penalised splines and shared frailties against R survival, iterated to the end in both,
//! and what must hold for any data.

mod support;

use riskset::{
    BSplines, Basis, CoxModel, DesignMatrix, Frailty, FrailtyDistribution, Groups, PenalisedFit,
    PenalisedTest, RightCensored, Shrinkage, Ties,
};
use support::{Golden, assert_close, golden};

/// R ends its search for a weight by the change of what it looks for; its coefficients are those of the
/// weight before the last.
const SEARCHED: f64 = 2e-5;

/// Both sides iterate with the weight given.
const GIVEN: f64 = 1e-8;

fn response(of: &Golden) -> RightCensored {
    RightCensored::new(&of.numbers("time"), &of.flags("event")).unwrap()
}

fn design(of: &Golden, names: &[&str]) -> DesignMatrix {
    let columns: Vec<f64> = names.iter().flat_map(|name| of.numbers(name)).collect();
    DesignMatrix::from_columns(columns, of.numbers("time").len()).unwrap()
}

fn estimates(fit: &PenalisedFit) -> Vec<f64> {
    fit.fit.coefficients().iter().map(|fitted| fitted.estimate().unwrap().estimate).collect()
}

fn errors(fit: &PenalisedFit) -> Vec<f64> {
    fit.fit
        .coefficients()
        .iter()
        .map(|fitted| fitted.estimate().unwrap().std_error.unwrap())
        .collect()
}

fn second_errors(fit: &PenalisedFit) -> Vec<f64> {
    let q = fit.fit.coefficients().len();
    (0..q).map(|at| fit.second_variance[at * q + at].sqrt()).collect()
}

fn agrees(fit: &PenalisedFit, of: &Golden, tolerance: f64) {
    assert_close(&estimates(fit), &of.numbers("coefficients"), tolerance);
    assert_close(&errors(fit), &of.numbers("std_error"), tolerance);
    assert_close(&second_errors(fit), &of.numbers("second"), tolerance);
    assert_close(&[fit.log_likelihood], &of.numbers("log_likelihood"), tolerance);
    assert_close(&[fit.df], &[of.numbers("df").iter().sum()], tolerance);
}

fn test_agrees(found: Option<PenalisedTest>, of: &Golden, place: usize, tolerance: f64) {
    let found = found.unwrap();
    let at = |key: &str| of.numbers(key)[place];
    assert_close(
        &[found.statistic, found.df, found.p_value],
        &[at("statistic"), at("df"), at("p")],
        tolerance,
    );
}

#[test]
fn ridge_terms_agree_with_coxph() {
    let golden = golden("penalised");
    let ovarian = golden.at("ovarian");
    let (response, design) = (response(&ovarian), design(&ovarian, &["age", "ecog", "rx"]));
    let scaled = Shrinkage::Ridge { columns: vec![0, 1], theta: 2.0, scaled: true };
    let fit = CoxModel::default().fit_penalised(&response, &design, &[scaled], None).unwrap();
    agrees(&fit, &golden.at("ridge_scaled"), GIVEN);
    assert_close(&[fit.terms[0].df], &golden.at("ridge_scaled").numbers("df")[..1], GIVEN);
    let plain = Shrinkage::Ridge { columns: vec![0, 1, 2], theta: 0.5, scaled: false };
    let model = CoxModel::default().ties(Ties::Breslow);
    let fit = model.fit_penalised(&response, &design, &[plain], None).unwrap();
    agrees(&fit, &golden.at("ridge_plain"), GIVEN);
}

fn spline(values: &[f64], intervals: usize) -> Vec<f64> {
    BSplines::from_data(values, intervals).unwrap().design(values)
}

#[test]
fn penalised_splines_agree_with_coxph() {
    let golden = golden("penalised");
    let lung = golden.at("lung");
    let (time, event) = (lung.numbers("time"), lung.flags("event"));
    let (age, karno) = (lung.numbers("age"), lung.numbers("karno"));
    let mut columns = spline(&age, 10);
    columns.extend(lung.numbers("ecog"));
    let design = DesignMatrix::from_columns(columns, age.len()).unwrap();
    let response = RightCensored::new(&time, &event).unwrap();
    let smooth = Shrinkage::Smooth { columns: 0..12, df: 4.0 };
    let fit = CoxModel::default().fit_penalised(&response, &design, &[smooth], None).unwrap();
    let r = golden.at("spline");
    agrees(&fit, &r, SEARCHED);
    let tests = r.at("tests");
    test_agrees(fit.terms[0].linear, &tests, 0, SEARCHED);
    test_agrees(fit.terms[0].nonlinear, &tests, 1, SEARCHED);
    assert!((fit.terms[0].df - 4.0).abs() < 1e-8, "{}", fit.terms[0].df);
    // Two smooths, whose weights depend on each other; rows that miss the score are left out.
    let kept: Vec<usize> = (0..age.len()).filter(|&row| karno[row] >= 0.0).collect();
    let pick = |values: &[f64]| -> Vec<f64> { kept.iter().map(|&row| values[row]).collect() };
    let events: Vec<bool> = kept.iter().map(|&row| event[row]).collect();
    let response = RightCensored::new(&pick(&time), &events).unwrap();
    let columns = [spline(&pick(&age), 8), spline(&pick(&karno), 10)].concat();
    let design = DesignMatrix::from_columns(columns, kept.len()).unwrap();
    let smooths = [
        Shrinkage::Smooth { columns: 0..10, df: 3.0 },
        Shrinkage::Smooth { columns: 10..22, df: 2.5 },
    ];
    let fit = CoxModel::default().fit_penalised(&response, &design, &smooths, None).unwrap();
    let r = golden.at("two_splines");
    agrees(&fit, &r, SEARCHED);
    for term in 0..2 {
        test_agrees(fit.terms[term].linear, &r.at("tests"), 2 * term, SEARCHED);
        test_agrees(fit.terms[term].nonlinear, &r.at("tests"), 2 * term + 1, SEARCHED);
    }
}

fn kidney(
    names: &[&str],
    distribution: FrailtyDistribution,
    variance: Option<f64>,
) -> PenalisedFit {
    let golden = golden("penalised");
    let kidney = golden.at("kidney");
    let index: Vec<u32> = kidney.numbers("id").iter().map(|id| *id as u32 - 1).collect();
    let groups = Groups::new(index, 38).unwrap();
    let frailty = Frailty { groups: &groups, distribution, variance };
    CoxModel::default()
        .fit_penalised(&response(&kidney), &design(&kidney, names), &[], Some(frailty))
        .unwrap()
}

#[test]
fn frailties_agree_with_coxph() {
    let golden = golden("penalised");
    let names = ["age", "sex"];
    for (key, distribution, variance, tolerance) in [
        ("gamma", FrailtyDistribution::Gamma, None, SEARCHED),
        ("fixed", FrailtyDistribution::Gamma, Some(0.7), GIVEN),
        ("gaussian", FrailtyDistribution::LogNormal, None, SEARCHED),
    ] {
        let fit = kidney(&names, distribution, variance);
        let r = golden.at(key);
        agrees(&fit, &r, tolerance);
        let found = fit.frailty.as_ref().unwrap();
        assert_close(&found.log_frailty, &r.numbers("log_frailty"), tolerance);
        test_agrees(found.test, &r.at("test"), 0, tolerance);
        if variance.is_none() {
            assert_close(&[found.variance], &r.numbers("theta"), 1e-7);
        }
    }
    let fit = kidney(&names, FrailtyDistribution::Gamma, None);
    let (found, r) = (fit.frailty.unwrap(), golden.at("gamma"));
    assert_close(&[found.integrated.unwrap()], &r.numbers("integrated"), 1e-9);
    // Twice the gain over no frailty, with half of the tail.
    let test = found.variance_test.unwrap();
    let gain = 2.0 * (r.numbers("integrated")[0] - r.numbers("plain")[0]);
    assert_close(&[test.statistic], &[gain], 1e-8);
    assert!((test.p_value - 0.0100).abs() < 5e-4, "{}", test.p_value);
}

/// The mean of gamma frailties is 1, at any variance: the derivatives of the penalised likelihood by all
/// log frailties together say so.
#[test]
fn gamma_frailties_have_the_mean_1() {
    for variance in [0.05, 0.7, 5.0] {
        let found =
            kidney(&["age", "sex"], FrailtyDistribution::Gamma, Some(variance)).frailty.unwrap();
        let mean = found.log_frailty.iter().map(|w| w.exp()).sum::<f64>() / 38.0;
        assert!((mean - 1.0).abs() < 1e-8, "{mean}");
    }
}

/// With the kidney disease in the model no variance is left, in R either; the fit is that without frailty.
#[test]
fn no_variance_is_said_and_not_made_up() {
    let r = golden("penalised").at("none").numbers("theta")[0];
    assert!(r < 1e-3, "{r}");
    let names = ["age", "sex", "gn", "an", "pkd"];
    let fit = kidney(&names, FrailtyDistribution::Gamma, None);
    let found = fit.frailty.as_ref().unwrap();
    assert_eq!((found.variance, found.df, found.test), (0.0, 0.0, None));
    assert!(found.log_frailty.iter().all(|w| *w == 0.0));
    assert_eq!(found.variance_test.unwrap().p_value, 1.0);
    let kidney = golden("penalised").at("kidney");
    let plain = CoxModel::default().fit(&response(&kidney), &design(&kidney, &names)).unwrap();
    assert!((plain.log_likelihood() - fit.log_likelihood).abs() < 1e-6);
}

/// A heavy penalty leaves nothing of a coefficient, a light one everything.
#[test]
fn a_ridge_goes_from_all_to_nothing() {
    let ovarian = golden("penalised").at("ovarian");
    let (response, design) = (response(&ovarian), design(&ovarian, &["age", "rx"]));
    let plain = CoxModel::default().fit(&response, &design).unwrap();
    let with = |theta: f64| {
        let ridge = Shrinkage::Ridge { columns: vec![0, 1], theta, scaled: true };
        CoxModel::default().fit_penalised(&response, &design, &[ridge], None).unwrap()
    };
    let (light, heavy) = (with(1e-9), with(1e9));
    for column in 0..2 {
        let own = plain.coefficients()[column].estimate().unwrap().estimate;
        assert!((estimates(&light)[column] - own).abs() < 1e-6);
        assert!(estimates(&heavy)[column].abs() < 1e-6);
    }
    assert!((light.df - 2.0).abs() < 1e-6 && heavy.df < 1e-6);
}

#[test]
fn refusals_say_why() {
    let ovarian = golden("penalised").at("ovarian");
    let (response, design) = (response(&ovarian), design(&ovarian, &["age", "rx"]));
    let ridge = |theta: f64| [Shrinkage::Ridge { columns: vec![0], theta, scaled: true }];
    let says = |model: CoxModel, shrinkages: &[Shrinkage], part: &str| {
        let error = model.fit_penalised(&response, &design, shrinkages, None).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
    };
    says(CoxModel::default(), &ridge(0.0), "above 0");
    says(CoxModel::default().ties(Ties::Exact), &ridge(1.0), "exact ties");
    says(CoxModel::default().robust(true), &ridge(1.0), "a frailty of the cluster");
    let smooth = [Shrinkage::Smooth { columns: 0..2, df: 2.0 }];
    says(CoxModel::default(), &smooth, "below its number of columns");
}
