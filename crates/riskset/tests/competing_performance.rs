//! What predicted incidences are worth with competing risks: against riskRegression, pec, survival and
//! cmprsk, and the formulas written out in R.

mod support;

use riskset::{
    Brier, Calibration, CauseSpecific, ChangeEstimate, CompetingRisks, ConcordanceIndex,
    ConcordanceWeight, Controls, CoxModel, DesignMatrix, DynamicAuc, NetBenefitDifference,
    Reclassification, RightCensored, Ties, net_benefit, net_benefit_difference,
    net_benefit_difference_of_incidence, net_benefit_of_incidence,
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

/// The JSON is written by tests/golden/competing-comparison.R, as are those of the next tests.
#[test]
fn reclassification_agrees_with_the_formula() {
    let golden = golden("competing-comparison");
    let (before, after) = (golden.numbers("before"), golden.numbers("after"));
    let cuts = golden.numbers("cuts");
    let (response, at) = (response(&golden), number(&golden, "at"));
    let asked = Reclassification::default().cuts(&cuts);
    let found = asked.of_incidence(&response, 1, at, &before, &after).unwrap().unwrap();
    let parts = [found.categories.unwrap(), found.continuous, found.discrimination];
    let column = |of: fn(&ChangeEstimate) -> f64| -> Vec<f64> {
        parts.iter().flat_map(|net| [of(&net.events), of(&net.free), of(&net.net)]).collect()
    };
    assert_close(&column(|one| one.estimate), &golden.numbers("moved"), CLOSED_FORM);
    assert_close(&column(|one| one.std_error), &golden.numbers("moved_error"), DIFFERENCES);
    // Those who met another cause are among the controls.
    let causes = response.cause().iter().zip(golden.numbers("time"));
    let cases = causes.clone().filter(|(cause, time)| **cause == 1 && *time <= at).count();
    let others = causes.clone().filter(|(cause, time)| **cause == 2 && *time <= at).count();
    let beyond = causes.filter(|(_, time)| *time > at).count();
    assert_eq!((found.n_case, found.n_control), (cases, others + beyond));
    assert!(asked.of_incidence(&response, 3, at, &before, &after).is_err());
}

/// One cause alone is survival.
#[test]
fn reclassification_of_one_cause_is_that_of_survival() {
    let golden = golden("competing-comparison");
    let (before, after) = (golden.numbers("before"), golden.numbers("after"));
    let times = golden.numbers("time");
    let events: Vec<bool> = golden.codes("cause").iter().map(|&cause| cause != 0).collect();
    let codes: Vec<u32> = events.iter().map(|&event| u32::from(event)).collect();
    let single = CompetingRisks::new(&times, &codes, 1).unwrap();
    let survival = RightCensored::new(&times, &events).unwrap();
    let asked = Reclassification::default();
    let one = asked.of_incidence(&single, 1, 120.0, &before, &after).unwrap();
    assert_eq!(one, asked.estimate(&survival, 120.0, &before, &after).unwrap());
}

#[test]
fn differences_of_net_benefit_agree_with_the_formula() {
    let golden = golden("competing-comparison");
    let (before, after) = (golden.numbers("before"), golden.numbers("after"));
    let (response, at) = (response(&golden), number(&golden, "at"));
    let thresholds = golden.numbers("thresholds");
    let events: Vec<bool> = golden.codes("cause").iter().map(|&cause| cause != 0).collect();
    let survival = RightCensored::new(&golden.numbers("time"), &events).unwrap();
    let pair = (&before[..], &after[..]);
    let incidence =
        net_benefit_difference_of_incidence(&response, 1, at, pair, &thresholds, 0.95).unwrap();
    let of_survival = net_benefit_difference(&survival, at, pair, &thresholds, 0.95).unwrap();
    let check = |found: &[NetBenefitDifference], name: &str| {
        let estimates: Vec<f64> = found.iter().map(|one| one.estimate.unwrap()).collect();
        assert_close(&estimates, &golden.numbers(name), 1e-10);
        let errors: Vec<f64> = found.iter().map(|one| one.std_error.unwrap()).collect();
        assert_close(&errors, &golden.numbers(&format!("{name}_error")), 1e-6);
        for one in found {
            let half = 1.959_963_984_540_054 * one.std_error.unwrap();
            let upper = one.estimate.unwrap() + half;
            assert_close(&[one.interval.upper.unwrap()], &[upper], CLOSED_FORM);
        }
    };
    check(&incidence, "gain");
    check(&of_survival, "gain_survival");
    // The same risks treat the same patients: nothing to test. The error of each alone is the known one.
    let same = (&after[..], &after[..]);
    let same = net_benefit_difference(&survival, at, same, &[0.1], 0.95).unwrap()[0];
    assert_eq!((same.estimate, same.p_value), (Some(0.0), None));
    let nobody = vec![0.0; after.len()];
    let against_nobody =
        net_benefit_difference(&survival, at, (&nobody, &after), &[0.1], 0.95).unwrap()[0];
    let alone = net_benefit(&survival, at, &after, &[0.1], 0.95).unwrap()[0];
    assert_close(
        &[against_nobody.std_error.unwrap()],
        &[alone.model_std_error.unwrap()],
        CLOSED_FORM,
    );
}

#[test]
fn calibration_by_pseudo_values_agrees_with_geese() {
    let golden = golden("competing-comparison");
    let (response, sure) = (response(&golden), golden.numbers("sure"));
    let at = number(&golden, "at");
    let found = Calibration::default().incidence(&response, 1, at, &sure).unwrap().pseudo.unwrap();
    let [intercept, slope] =
        [found.intercept, found.slope].map(|one| [one.estimate, one.std_error]);
    assert_close(&intercept, &golden.numbers("intercept"), ITERATED);
    assert_close(&slope, &golden.numbers("slope"), ITERATED);
    // Nobody is left to tell what happened without the last of them.
    let late = Calibration::default().incidence(&response, 1, 1e4, &sure).unwrap();
    assert!(late.pseudo.is_none());
    // One event has none.
    let events: Vec<bool> = golden.codes("cause").iter().map(|&cause| cause != 0).collect();
    let survival = RightCensored::new(&golden.numbers("time"), &events).unwrap();
    assert!(Calibration::default().at(&survival, at, &sure).unwrap().pseudo.is_none());
}
