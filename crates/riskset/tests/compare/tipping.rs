//! Those who were lost: the cases against R, imputations against R's of another stream, and where the
//! conclusion turns.

use crate::small::{groups, response};
use crate::support::{Golden, assert_close, golden};
use riskset::{
    Conclusion, CountingProcess, DeltaImputation, Error, Groups, LostCase, RightCensored, Towards,
    lost_case,
};

fn lost(golden: &Golden) -> Vec<bool> {
    golden.codes("data.lost").iter().map(|&lost| lost == 1).collect()
}

#[test]
fn cases_are_those_of_coxph() {
    let golden = golden("compare-tipping");
    let (rows, groups, lost) = (response(&golden), groups(&golden, "data.x"), lost(&golden));
    for (case, key) in [
        (LostCase::Observed, "observed"),
        (LostCase::WorstForSecond, "worst"),
        (LostCase::BestForSecond, "best"),
        (LostCase::AllEvents, "all"),
        (LostCase::NoEvents, "none"),
    ] {
        let found = lost_case(&rows, &groups, &lost, case, 0.95).unwrap().unwrap();
        assert_close(&[found.log_ratio, found.std_error], &golden.numbers(key), 1e-7);
    }
}

/// R's numbers have an error of drawing, their third; ours has one as large. Four of both together.
#[test]
fn imputations_are_those_of_the_method_in_r() {
    let golden = golden("compare-tipping");
    let (rows, groups, lost) = (response(&golden), groups(&golden, "data.x"), lost(&golden));
    let method = DeltaImputation::default().imputations(400).seed(3);
    for (delta, key) in [([1.0, 1.0], "same"), ([1.0, 3.0], "second"), ([0.3, 1.0], "first")] {
        let found = method.at(&rows, &groups, &lost, delta).unwrap().unwrap();
        let r = golden.numbers(key);
        assert!((found.log_ratio - r[0]).abs() < 4.0 * 1.5 * r[2], "{key} {found:?} {r:?}");
        assert!((found.std_error / r[1] - 1.0).abs() < 0.03, "{key} {found:?} {r:?}");
    }
}

/// More events among the lost women carry the hazard ratio up, until the conclusion turns between the
/// estimates on either side; more among the lost men never do.
#[test]
fn the_conclusion_turns_where_the_limits_do() {
    let golden = golden("compare-tipping");
    let (rows, groups, lost) = (response(&golden), groups(&golden, "data.x"), lost(&golden));
    let method = DeltaImputation::default().imputations(20);
    let at = |delta: f64| method.at(&rows, &groups, &lost, [1.0, delta]).unwrap().unwrap();
    assert_eq!(at(1.0).conclusion(), Conclusion::Lower);
    let turns = |group, towards| method.turns(&rows, &groups, &lost, group, towards).unwrap();
    let delta = turns(1, Towards::More).unwrap();
    assert!(delta > 1.0);
    assert_eq!(at(delta).conclusion(), Conclusion::Open);
    assert_eq!(at(delta / 1.03).conclusion(), Conclusion::Lower);
    assert_eq!(turns(0, Towards::More), None);
    // The same seed gives the same, and delta moves the estimate one way.
    assert_eq!(at(2.0), at(2.0));
    assert!(at(1.0).log_ratio < at(2.0).log_ratio && at(2.0).log_ratio < at(4.0).log_ratio);
}

#[test]
fn what_cannot_be_imputed_is_refused() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true, false, true, true]).unwrap();
    let two = Groups::new(vec![0, 1, 0, 1], 2).unwrap();
    let method = DeltaImputation::default();
    let lost = [false, true, false, false];
    let nobody = method.at(&rows, &two, &[true, false, true, true], [1.0, 1.0]);
    assert!(matches!(nobody, Err(Error::Unsupported { .. })));
    let negative = method.at(&rows, &two, &lost, [1.0, -1.0]);
    assert!(matches!(negative, Err(Error::OutOfRange { value: -1.0, .. })));
    let few = method.imputations(1).at(&rows, &two, &lost, [1.0, 1.0]);
    assert!(matches!(few, Err(Error::OutOfRange { value: 1.0, .. })));
    let short = method.at(&rows, &two, &lost[..2], [1.0, 1.0]);
    assert!(matches!(short, Err(Error::Length { .. })));
    let three = Groups::new(vec![0, 1, 2, 1], 3).unwrap();
    assert!(matches!(method.at(&rows, &three, &lost, [1.0, 1.0]), Err(Error::Unsupported { .. })));
    let late = CountingProcess::new(&[0.0, 1.0], &[2.0, 3.0], &[true, false]).unwrap();
    let groups = Groups::new(vec![0, 1], 2).unwrap();
    let refused = lost_case(&late, &groups, &[false, true], LostCase::AllEvents, 0.95);
    assert!(matches!(refused, Err(Error::Unsupported { .. })));
}
