//! The effect of a searched cut-point in those who did not help to choose it: against R for given
//! folds, and for noise.

use crate::small::response;
use crate::support::{CLOSED_FORM, ITERATED, assert_close, golden};
use riskset::{CutPointSearch, Error, RightCensored, cut_effect};

#[test]
fn agrees_with_r_for_given_folds() {
    let all = golden("compare-cuteffect");
    for name in ["lung", "veteran"] {
        let golden = all.at(name);
        let (rows, values) = (response(&golden), golden.numbers("data.x"));
        let number = |key: &str| golden.number(key).unwrap();
        let test = CutPointSearch::default().search(&rows, &values).unwrap();
        let best = test.cuts[test.best];
        assert_close(&[best.cut, best.z], &[number("cut"), number("z")], ITERATED);
        let planned = cut_effect(&rows, &values, best.cut, 0.95).unwrap().unwrap();
        let found = [planned.log_ratio, planned.std_error];
        assert_close(&found, &golden.numbers("planned"), 1e-7);
        let limits = [planned.interval.lower.unwrap(), planned.interval.upper.unwrap()];
        assert_close(&limits, &golden.numbers("limits"), 1e-7);
        let fold: Vec<usize> = golden.codes("fold").iter().map(|&fold| fold as usize).collect();
        let folds = CutPointSearch::default().in_folds(&rows, &values, &fold).unwrap();
        assert_close(&[folds.log_ratio.unwrap()], &[number("log_ratio")], 1e-7);
        assert_close(&[folds.slope.unwrap()], &[number("slope")], 1e-7);
        assert_close(&[folds.cuts.0, folds.cuts.1], &golden.numbers("cuts"), CLOSED_FORM);
    }
}

/// A column of noise: the chosen cut looks like an effect, and the others' patients see none of it.
#[test]
fn noise_has_an_effect_only_in_those_who_chose_the_cut() {
    let n = 200;
    let times: Vec<f64> = (0..n).map(|row| f64::from((row * 73) % 199 + 1)).collect();
    let values: Vec<f64> = (0..n).map(|row| f64::from((row * row * 31 + row * 7) % 211)).collect();
    let rows = RightCensored::new(&times, &vec![true; n as usize]).unwrap();
    let search = CutPointSearch::default();
    let test = search.search(&rows, &values).unwrap();
    let best = test.cuts[test.best];
    let looks = cut_effect(&rows, &values, best.cut, 0.95).unwrap().unwrap().log_ratio;
    let found = search.validate(&rows, &values, (10, 10), 1, best.z).unwrap();
    let left = found.log_ratio.unwrap() * looks.signum();
    assert!(left < 0.5 * looks.abs(), "{left} of {looks}");
    assert!(found.slope.unwrap() < 0.6, "{found:?}");
    assert_eq!(found.without, 0);
    assert_eq!(found, search.validate(&rows, &values, (10, 10), 1, best.z).unwrap());
}

#[test]
fn what_cannot_be_validated_is_refused() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4]).unwrap();
    let values = [1.0, 2.0, 3.0, 4.0];
    let search = CutPointSearch::default();
    let refused = |parts, repeats| search.validate(&rows, &values, (parts, repeats), 1, 1.0);
    assert!(matches!(refused(1, 1), Err(Error::OutOfRange { .. })));
    assert!(matches!(refused(5, 1), Err(Error::OutOfRange { .. })));
    assert!(matches!(refused(2, 0), Err(Error::OutOfRange { .. })));
    assert!(matches!(search.in_folds(&rows, &values, &[0]), Err(Error::Length { .. })));
    // Two patients to choose from have no two cuts: counted, and nothing is made up.
    let none = refused(2, 3).unwrap();
    assert_eq!((none.log_ratio, none.slope, none.cuts, none.without), (None, None, None, 3));
}
