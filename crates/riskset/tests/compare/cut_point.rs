//! The search for a cut-point: by hand, against coin, and what it refuses.

use crate::small::response;
use crate::support::{CLOSED_FORM, ITERATED, assert_close, golden};
use riskset::{CutPointSearch, Error, RightCensored};

#[test]
fn agrees_with_coin() {
    for name in ["ovarian", "veteran", "lung"] {
        let golden = golden(&format!("compare-cutpoint-{name}"));
        let search = CutPointSearch::default().permutations(2000, 1);
        let test = search.search(&response(&golden), &golden.numbers("data.x")).unwrap();
        let column = |value: &dyn Fn(usize) -> f64| -> Vec<f64> {
            (0..test.cuts.len()).map(value).collect()
        };
        let close = |found: Vec<f64>, key: &str, tolerance: f64| {
            assert_close(&found, &golden.numbers(key), tolerance);
        };
        close(column(&|i| test.cuts[i].cut), "cut", CLOSED_FORM);
        close(column(&|i| test.cuts[i].n_low as f64), "n_low", CLOSED_FORM);
        close(column(&|i| test.cuts[i].z), "z", ITERATED);
        let number = |key: &str| golden.number(key).unwrap();
        assert_close(&[test.cuts[test.best].cut], &[number("best")], CLOSED_FORM);
        assert_close(&[test.statistic], &[number("statistic")], ITERATED);
        assert_close(&[test.p_normal], &[number("p_normal")], 1e-9);
        assert_close(&[test.p_bound], &[number("p_bound")], 1e-8);
        let found = test.p_lausen_schumacher.unwrap();
        assert_close(&[found], &[number("p_lausen_schumacher").min(1.0)], ITERATED);
        assert!(test.p_normal <= test.p_bound * (1.0 + 1e-9));
        assert!(test.p_uncorrected < test.p_normal);
        let error = test.permutation_std_error.unwrap();
        assert!((test.p_permutation.unwrap() - number("random")).abs() < 4.0 * error + 0.002);
    }
}

/// Eight patients by all their orders, and 26 within the error of a million orders drawn by R.
#[test]
fn the_exact_p_agrees_with_all_orders() {
    let golden = golden("compare-cutexact");
    for name in ["eight", "separated", "ovarian"] {
        let case = golden.at(name);
        let search = CutPointSearch::default();
        let test = search.search(&response(&case), &case.numbers("data.x")).unwrap();
        assert_close(&[test.statistic], &[case.number("statistic").unwrap()], ITERATED);
        let (p, error) = (test.p_exact.unwrap(), case.number("error").unwrap());
        assert!((p - case.number("p").unwrap()).abs() <= 4.0 * error + 1e-12, "{name}: {p}");
    }
    let lung = golden_of_many();
    assert_eq!(lung.p_exact, None);
}

/// 228 patients are too many to go through.
fn golden_of_many() -> riskset::CutPointTest {
    let lung = golden("compare-cutpoint-lung");
    CutPointSearch::default().search(&response(&lung), &lung.numbers("data.x")).unwrap()
}

/// Times and values 1 to 4, all events: the scores are 3/4, 5/12, -1/12, -13/12, their variance
/// 276/432. Cuts after the first, second and third: those above have -3/4, -14/12, -13/12 more
/// events than expected, with variances 276/432 times 3/4, 1, 3/4.
#[test]
fn four_patients_by_hand() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4]).unwrap();
    let test = CutPointSearch::default().search(&rows, &[1.0, 2.0, 3.0, 4.0]).unwrap();
    let spread: f64 = 276.0 / 432.0;
    let z = |score: f64, share: f64| score / (spread * share).sqrt();
    let found: Vec<f64> = test.cuts.iter().map(|cut| cut.z).collect();
    let expected = [z(-0.75, 0.75), z(-14.0 / 12.0, 1.0), z(-13.0 / 12.0, 0.75)];
    assert_close(&found, &expected, CLOSED_FORM);
    assert_eq!((test.best, test.cuts[2].n_low, test.cuts[2].cut), (2, 3, 3.0));
    assert_eq!((test.p_permutation, test.permutation_std_error), (None, None));
}

/// Two cuts: the joint normal distribution is the bivariate one, for which the bound is exact.
#[test]
fn with_two_cuts_the_bound_is_the_probability() {
    let times: Vec<f64> = (1..=12).map(f64::from).collect();
    let rows = RightCensored::new(&times, &[true; 12]).unwrap();
    let values = [1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 3.0, 2.0, 1.0, 3.0, 1.0];
    let test = CutPointSearch::default().search(&rows, &values).unwrap();
    assert_eq!(test.cuts.len(), 2);
    assert_close(&[test.p_normal], &[test.p_bound], 1e-9);
}

#[test]
fn what_cannot_be_searched_is_refused() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4]).unwrap();
    let search = |search: CutPointSearch, values: &[f64]| search.search(&rows, values).unwrap_err();
    let plain = CutPointSearch::default;
    let one = search(plain(), &[0.0, 0.0, 1.0, 1.0]).to_string();
    assert!(one.starts_with("a search among fewer than two cuts: not possible"), "{one}");
    let gap = search(plain(), &[0.0, f64::NAN, 1.0, 2.0]);
    assert!(matches!(gap, Error::Covariate { row: 1, .. }));
    assert!(matches!(search(plain(), &[0.0]), Error::Length { expected: 4, found: 1, .. }));
    let shares = search(plain().between(0.9, 0.1), &[1.0, 2.0, 3.0, 4.0]).to_string();
    assert!(shares.contains("the lowest below the highest"), "{shares}");
    let draws = search(plain().permutations(0, 1), &[1.0, 2.0, 3.0, 4.0]);
    assert!(matches!(draws, Error::OutOfRange { value: 0.0, .. }));
    let quiet = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[false; 4]).unwrap();
    let error = plain().search(&quiet, &[1.0, 2.0, 3.0, 4.0]);
    assert_eq!(error, Err(Error::NoEvents { rows: 4 }));
}

/// Eight patients by all their orders; 26 and 137 within the error of orders drawn by R, and what is
/// granted to rounding, a few percent.
#[test]
fn the_bound_of_hothorn_and_lausen_agrees_with_its_formula() {
    let golden = golden("compare-cutbound");
    for name in ["eight", "separated", "tied", "ovarian", "veteran"] {
        let case = golden.at(name);
        let search = CutPointSearch::default();
        let test = search.search(&response(&case), &case.numbers("data.x")).unwrap();
        let number = |key: &str| case.number(key).unwrap();
        assert_close(&[test.statistic], &[number("statistic")], ITERATED);
        let (found, error) = (test.p_hothorn_lausen.unwrap(), number("error"));
        let granted = if name == "veteran" { 0.1 * number("bound") } else { 1e-3 * error };
        let lowest = number("bound") - 4.0 * error - 1e-12;
        let highest = number("bound") + 4.0 * error + granted + 1e-12;
        assert!(lowest <= found && found <= highest, "{name}: {found} {}", number("bound"));
        assert!(test.p_exact.is_none_or(|p| p <= found * (1.0 + 1e-12)), "{name}");
    }
    assert_eq!(golden_of_many().p_hothorn_lausen, None);
}
