//! The area under the ROC curve over time, and calibration: R's numbers, properties, refusals.

mod support;

use riskset::{Calibration, DynamicAuc, Observations, RightCensored};
use support::{CLOSED_FORM, Golden, ITERATED, golden};

/// Differences of weighted areas with a step of 1e-5 are exact to about nine digits.
const DIFFERENCES: f64 = 1e-7;

fn rows(golden: &Golden) -> Observations {
    RightCensored::new(&golden.numbers("time"), &golden.flags("event")).unwrap().into_observations()
}

#[test]
fn areas_agree_with_the_formula_in_r() {
    let golden = golden("performance");
    let (rows, times) = (rows(&golden), golden.numbers("times"));
    for (score, answer) in [("first", "auc_first"), ("second", "auc_second")] {
        let curve = DynamicAuc::default().estimate(&rows, &times, &golden.numbers(score)).unwrap();
        let found: Vec<f64> = curve.at().iter().map(|at| at.estimate.unwrap()).collect();
        support::assert_close(&found, &golden.numbers(&format!("{answer}.auc")), CLOSED_FORM);
        let errors: Vec<f64> = curve.at().iter().map(|at| at.std_error.unwrap()).collect();
        let theirs = golden.numbers(&format!("{answer}.std_error"));
        support::assert_close(&errors, &theirs, DIFFERENCES);
    }
}

#[test]
fn differences_of_areas_agree_with_r() {
    let golden = golden("performance");
    let (rows, times) = (rows(&golden), golden.numbers("times"));
    let of = |score: &str| {
        DynamicAuc::default().estimate(&rows, &times, &golden.numbers(score)).unwrap()
    };
    let found = of("first").less(&of("second")).unwrap();
    let estimates: Vec<f64> = found.iter().map(|at| at.estimate.unwrap()).collect();
    support::assert_close(&estimates, &golden.numbers("difference.estimate"), CLOSED_FORM);
    let errors: Vec<f64> = found.iter().map(|at| at.std_error.unwrap()).collect();
    support::assert_close(&errors, &golden.numbers("difference.std_error"), DIFFERENCES);
    // Scores that order all pairs alike differ by nothing, and have no test.
    let same = of("first").less(&of("first")).unwrap();
    assert_eq!((same[0].estimate, same[0].p_value), (Some(0.0), None));
}

#[test]
fn calibration_agrees_with_r() {
    let golden = golden("performance");
    let rows = rows(&golden);
    let number = |name: &str| golden.numbers(name)[0];
    let found =
        Calibration::default().groups(4).at(&rows, number("at"), &golden.numbers("risk")).unwrap();
    let observed = found.observed.unwrap();
    let limits = found.observed_interval;
    let ours = [found.predicted, observed, limits.lower.unwrap(), limits.upper.unwrap()];
    let theirs = [vec![number("predicted"), number("observed")], golden.numbers("observed_limits")];
    support::assert_close(&ours, &theirs.concat(), CLOSED_FORM);
    let spread = riskset::normal::two_sided_quantile(0.95).unwrap() * number("observed_error")
        / number("observed");
    let ratio = number("observed") / number("predicted");
    let limits = [found.ratio_interval.lower.unwrap(), found.ratio_interval.upper.unwrap()];
    let theirs = [ratio * (-spread).exp(), ratio * spread.exp()];
    support::assert_close(&limits, &theirs, CLOSED_FORM);
    let slope = [found.slope.unwrap(), found.slope_std_error.unwrap()];
    support::assert_close(&slope, &[number("slope"), number("slope_error")], ITERATED);
    let smooth = found.smooth.unwrap();
    let ours = [smooth.ici, smooth.e50, smooth.e90];
    support::assert_close(&ours, &[number("ici"), number("e50"), number("e90")], ITERATED);
    let theirs = golden.matrix("groups");
    assert_eq!(found.groups.len(), theirs.len());
    for (group, theirs) in found.groups.iter().zip(theirs) {
        let ours = [
            group.n as f64,
            group.n_event as f64,
            group.predicted,
            group.observed.unwrap(),
            group.interval.lower.unwrap(),
            group.interval.upper.unwrap(),
        ];
        support::assert_close(&ours, &theirs, CLOSED_FORM);
    }
}

/// Without censoring the area is the share of pairs. Two have the event by 2, two after: of the four
/// pairs the score orders three rightly and ties one.
#[test]
fn four_patients_by_hand() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4]).unwrap();
    let curve = DynamicAuc::default().estimate(&rows, &[0.5, 2.0], &[5.0, 3.0, 3.0, 1.0]).unwrap();
    assert_eq!(curve.at()[0].estimate, None);
    assert_eq!((curve.at()[1].n_case, curve.at()[1].n_control), (2, 2));
    assert_eq!(curve.at()[1].estimate, Some(3.5 / 4.0));
}

#[test]
fn a_score_turned_round_has_the_rest_of_the_area() {
    let golden = golden("performance");
    let (rows, times) = (rows(&golden), golden.numbers("times"));
    let score = golden.numbers("second");
    let turned: Vec<f64> = score.iter().map(|value| -value).collect();
    let of = |score: &[f64]| DynamicAuc::default().estimate(&rows, &times, score).unwrap();
    for (one, other) in of(&score).at().iter().zip(of(&turned).at()) {
        assert!((one.estimate.unwrap() + other.estimate.unwrap() - 1.0).abs() < 1e-12);
        assert!((one.std_error.unwrap() - other.std_error.unwrap()).abs() < 1e-12);
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0], &[true, false, true]).unwrap();
    let area = |times: &[f64], scores: &[f64]| {
        DynamicAuc::default().estimate(&rows, times, scores).unwrap_err().to_string()
    };
    assert!(area(&[3.0], &[1.0, 2.0, 3.0]).contains("somebody is followed beyond it"));
    assert!(area(&[2.0, 1.0], &[1.0, 2.0, 3.0]).contains('1'));
    assert!(area(&[1.0], &[1.0, 2.0]).contains("scores"));
    assert!(area(&[1.0], &[1.0, f64::NAN, 0.0]).contains("NaN"));
    let late = RightCensored::new(&[1.0, 2.0], &[true, true]).unwrap();
    let late = late.with_entry(&[0.5, 0.0]).unwrap();
    let refused = DynamicAuc::default().estimate(&late, &[1.0], &[1.0, 2.0]).unwrap_err();
    assert!(refused.to_string().contains("late entries"));
    let calibration = |groups: usize, risks: &[f64]| {
        Calibration::default().groups(groups).at(&rows, 1.5, risks).unwrap_err().to_string()
    };
    assert!(calibration(1, &[0.1, 0.2, 0.3]).contains("2 or more"));
    assert!(calibration(2, &[0.1, 0.2, 1.3]).contains("between 0 and 1"));
    // Risks that are all the same have no slope and no curve.
    let found = Calibration::default().at(&rows, 1.5, &[0.3; 3]).unwrap();
    assert_eq!((found.slope, found.smooth), (None, None));
    assert_eq!(found.groups.len(), 1);
}
