//! What predicted incidences are worth with competing risks: against riskRegression, pec, survival and
//! cmprsk, and the formulas written out in R.

mod support;

use riskset::{
    Brier, Calibration, CauseSpecific, CompetingRisks, ConcordanceIndex, ConcordanceWeight,
    Controls, CoxModel, DesignMatrix, DynamicAuc, Ties, net_benefit_of_incidence,
};
use support::{CLOSED_FORM, Golden, ITERATED, assert_close, golden};

/// Differences of weighted formulas with a step of 1e-5 are exact to about nine digits.
const DIFFERENCES: f64 = 1e-7;

fn response(golden: &Golden) -> CompetingRisks {
    CompetingRisks::new(&golden.numbers("time"), &golden.codes("cause"), 2).unwrap()
}

fn number(golden: &Golden, key: &str) -> f64 {
    golden.number(key).or_else(|| golden.number(&format!("{key}.0"))).unwrap()
}

#[test]
fn cause_specific_models_predict_what_survfit_predicts() {
    let golden = golden("competing-performance");
    let (response, columns) = (response(&golden), golden.matrix("x"));
    let design = DesignMatrix::from_columns(columns.concat(), columns[0].len()).unwrap();
    // With Efron's ties `survfit` of survival 3.5.3 adds up other hazards than its own `basehaz`.
    let model =
        CauseSpecific::fit(&CoxModel::default().ties(Ties::Breslow), &response, &design).unwrap();
    let times = golden.numbers("times");
    let found = model.incidence(1, &design, &times).unwrap();
    assert_close(&found, &golden.matrix("risk").concat(), ITERATED);
    // With the part free of events the incidences of all causes are 1: of nobody is more than all.
    let other = model.incidence(2, &design, &times).unwrap();
    assert!(found.iter().zip(&other).all(|(one, two)| one + two < 1.0));
    assert_eq!(model.fits().count(), 2);
    assert!(model.incidence(3, &design, &times).is_err());
}

#[test]
fn concordances_agree_with_survival_and_pec() {
    let golden = golden("competing-performance");
    let (response, risk) = (response(&golden), golden.matrix("risk").swap_remove(2));
    let score = golden.numbers("score");
    let harrell = |scores: &[f64]| {
        let found = ConcordanceIndex::default().of_incidence(&response, 1, scores).unwrap();
        [found.estimate.unwrap(), found.std_error.unwrap()]
    };
    let found = [harrell(&risk), harrell(&score)].concat();
    assert_close(&found, &golden.numbers("harrell"), CLOSED_FORM);
    let tau = Some(number(&golden, "tau"));
    let uno = ConcordanceIndex::default().weight(ConcordanceWeight::Uno { tau });
    let found = uno.difference_of_incidence(&response, 1, &score, &risk, 0.95).unwrap();
    let both = [found.second.estimate.unwrap(), found.first.estimate.unwrap()];
    assert_close(&both, &golden.numbers("wolbers"), CLOSED_FORM);
    let errors = [found.first.std_error.unwrap(), found.std_error.unwrap()];
    let theirs = ["wolbers_error", "wolbers_difference_error"].map(|key| number(&golden, key));
    assert_close(&errors, &theirs, DIFFERENCES);
    let untied = CompetingRisks::new(&golden.numbers("untied"), &golden.codes("cause"), 2).unwrap();
    let found = uno.of_incidence(&untied, 1, &score).unwrap();
    assert_close(&[found.estimate.unwrap()], &[number(&golden, "pec_index")], CLOSED_FORM);
}

#[test]
fn areas_agree_with_riskregression_and_the_formula() {
    let golden = golden("competing-performance");
    let (response, times) = (response(&golden), golden.numbers("times"));
    let risk = golden.matrix("risk").concat();
    for (controls, area, error) in [
        (Controls::WithoutEvent, "auc", "auc_error"),
        (Controls::EventFree, "event_free", "event_free_error"),
    ] {
        let curve = DynamicAuc::default().controls(controls);
        let curve = curve.incidence(&response, 1, &times, &risk).unwrap();
        let found: Vec<f64> = curve.at().iter().map(|at| at.estimate.unwrap()).collect();
        assert_close(&found, &golden.numbers(area), CLOSED_FORM);
        let found: Vec<f64> = curve.at().iter().map(|at| at.std_error.unwrap()).collect();
        assert_close(&found, &golden.numbers(error), DIFFERENCES);
    }
    let n = response.cause().len();
    let of = |scores: &[f64]| {
        DynamicAuc::default().incidence(&response, 1, &times[1..2], scores).unwrap()
    };
    let (first, second) = (of(&risk[n..2 * n]), of(&golden.numbers("score")));
    let difference = first.less(&second).unwrap();
    let theirs = number(&golden, "difference_error");
    assert_close(&[difference[0].std_error.unwrap()], &[theirs], DIFFERENCES);
}

#[test]
fn scores_agree_with_riskregression() {
    let golden = golden("competing-performance");
    let (response, times) = (response(&golden), golden.numbers("times"));
    let risk = golden.matrix("risk").concat();
    let curve = DynamicAuc::default().incidence(&response, 1, &times, &risk).unwrap();
    let found: Vec<f64> = curve.at().iter().map(|at| at.estimate.unwrap()).collect();
    assert_close(&found, &golden.numbers("score_auc"), CLOSED_FORM);
    let brier = Brier::default().incidence(&response, 1, &times, &risk).unwrap();
    let column =
        |of: &dyn Fn(&riskset::BrierAt) -> f64| -> Vec<f64> { brier.at().iter().map(of).collect() };
    let theirs = golden.numbers("score_brier");
    assert_close(&column(&|at| at.score.estimate), &theirs, CLOSED_FORM);
    assert_close(&column(&|at| at.null), &golden.numbers("score_brier_null"), CLOSED_FORM);
}

#[test]
fn net_benefit_and_its_error_agree_with_the_formula() {
    let golden = golden("competing-performance");
    let (response, risk) = (response(&golden), golden.matrix("risk").swap_remove(1));
    let thresholds = golden.numbers("thresholds");
    let found = net_benefit_of_incidence(&response, 1, 120.0, &risk, &thresholds, 0.95).unwrap();
    let model: Vec<f64> = found.iter().map(|at| at.model.unwrap()).collect();
    assert_close(&model, &golden.numbers("benefit"), CLOSED_FORM);
    let errors: Vec<f64> = found.iter().map(|at| at.model_std_error.unwrap()).collect();
    assert_close(&errors, &golden.numbers("benefit_error"), DIFFERENCES);
}

#[test]
fn calibration_of_an_incidence_agrees_with_r() {
    let golden = golden("competing-performance");
    let response = response(&golden);
    let number = |key: &str| number(&golden, key);
    let (at, sure) = (number("at"), golden.numbers("sure"));
    let calibration = Calibration::default().resampled(60, 5);
    let found = calibration.incidence(&response, 1, at, &sure).unwrap();
    let limits = found.observed_interval;
    let ours =
        [found.predicted, found.observed.unwrap(), limits.lower.unwrap(), limits.upper.unwrap()];
    let theirs = [vec![number("predicted"), number("observed")], golden.numbers("observed_limits")];
    assert_close(&ours, &theirs.concat(), CLOSED_FORM);
    let slope = [found.slope.unwrap(), found.slope_std_error.unwrap()];
    assert_close(&slope, &[number("slope"), number("slope_error")], ITERATED);
    let smooth = found.smooth.unwrap();
    let theirs = [number("ici"), number("e50"), number("e90")];
    assert_close(&[smooth.ici, smooth.e50, smooth.e90], &theirs, ITERATED);
    let [ici, ..] = smooth.limits.unwrap();
    assert!(ici.lower.unwrap() < smooth.ici && smooth.ici < ici.upper.unwrap(), "{ici:?}");
    let events: usize = found.groups.iter().map(|group| group.n_event).sum();
    let by_then = |(&time, &cause): (&f64, &u32)| time <= at && cause == 1;
    let rows = golden.numbers("time");
    assert_eq!(events, rows.iter().zip(response.cause()).filter(|&row| by_then(row)).count());
    // Fewer samples than the level needs give no limits.
    let few = Calibration::default().resampled(20, 5).incidence(&response, 1, at, &sure).unwrap();
    assert_eq!(few.smooth.unwrap().limits, None);
}
