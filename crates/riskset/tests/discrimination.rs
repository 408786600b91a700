//! The difference of two concordances, Royston's D and explained variation, against R.

mod support;

use proptest::collection::vec;
use proptest::prelude::*;
use riskset::{ConcordanceIndex, ConcordanceWeight, Error, RightCensored, Royston};
use support::{CLOSED_FORM, ITERATED, assert_close, assert_same, golden};

#[test]
fn the_difference_agrees_with_concordance_of_two_fits() {
    let golden = golden("discrimination");
    let response = RightCensored::new(&golden.numbers("time"), &golden.flags("event")).unwrap();
    let (a, b) = (golden.numbers("a"), golden.numbers("b"));
    let weights =
        [("harrell", ConcordanceWeight::Harrell), ("uno", ConcordanceWeight::Uno { tau: None })];
    for (name, weight) in weights {
        let index = ConcordanceIndex::default().weight(weight);
        let found = index.difference(&response, &a, &b, 0.95).unwrap();
        let r = golden.at(name);
        assert_same(found.first.estimate, r.number("a.0"), CLOSED_FORM);
        assert_same(found.second.estimate, r.number("b.0"), CLOSED_FORM);
        assert_same(found.estimate, r.number("difference.0"), CLOSED_FORM);
        assert_same(found.std_error, r.number("std_error.0"), CLOSED_FORM);
    }
    let found = ConcordanceIndex::default().difference(&response, &a, &b, 0.95).unwrap();
    assert_same(found.estimate, golden.number("fits.difference.0"), CLOSED_FORM);
    assert_same(found.std_error, golden.number("fits.std_error.0"), CLOSED_FORM);
}

#[test]
fn separation_and_explained_variation_agree_with_royston() {
    let golden = golden("discrimination");
    let response = RightCensored::new(&golden.numbers("time"), &golden.flags("event")).unwrap();
    for (predictor, name) in [("a", "royston_a"), ("b", "royston_b")] {
        let found = Royston::default().estimate(&response, &golden.numbers(predictor)).unwrap();
        let r = golden.at(name);
        assert_same(found.d, r.number("d.0"), ITERATED);
        assert_same(found.std_error, r.number("std_error.0"), ITERATED);
        assert_same(found.r2_d, r.number("r2_d.0"), ITERATED);
        assert_close(&[found.r2_pm], &r.numbers("r2_ko"), ITERATED);
        assert_close(&[found.gonen_heller], &r.numbers("gh"), ITERATED);
    }
}

/// Four patients, all with the event. Of the six pairs the first score orders all rightly, the
/// second all but the last: 1 and 5/6. The first index does not change with any weight; of the
/// second, n_i - C d_i is 1/2 for the first two and -1/2 for the last two, each over 6.
#[test]
fn a_difference_by_hand() {
    let response = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4]).unwrap();
    let (right, wrong) = ([4.0, 3.0, 2.0, 1.0], [4.0, 3.0, 1.0, 2.0]);
    let index = ConcordanceIndex::default();
    let found = index.difference(&response, &right, &wrong, 0.95).unwrap();
    assert_close(&[found.estimate.unwrap()], &[-1.0 / 6.0], CLOSED_FORM);
    assert_close(&[found.std_error.unwrap()], &[1.0 / 6.0], CLOSED_FORM);
    assert_close(&[found.z.unwrap()], &[-1.0], CLOSED_FORM);
    let same = index.difference(&response, &right, &right, 0.95).unwrap();
    assert_eq!((same.estimate, same.std_error, same.z), (Some(0.0), Some(0.0), None));
}

#[test]
fn refusals_say_why() {
    let response = RightCensored::new(&[1.0, 2.0], &[true; 2]).unwrap();
    let index = ConcordanceIndex::default();
    let error = index.difference(&response, &[1.0, 2.0], &[1.0], 0.95).unwrap_err();
    assert_eq!(error, Error::Length { what: "scores", expected: 2, found: 1 });
    let error = index.difference(&response, &[1.0, 2.0], &[1.0, 2.0], 95.0).unwrap_err();
    assert!(error.to_string().contains("write 0.95"), "{error}");
    let error = Royston::default().estimate(&response, &[1.0, 1.0]).unwrap_err();
    assert!(error.to_string().contains("the same for all rows"), "{error}");
    let error = Royston::default().estimate(&response, &[1.0]).unwrap_err();
    assert!(error.to_string().contains("linear predictors"), "{error}");
    // Scores in the order of the events: the likelihood has no maximum, so there is no D.
    let found = Royston::default().estimate(&response, &[2.0, 1.0]).unwrap();
    assert_eq!((found.d, found.std_error, found.r2_d), (None, None, None));
}

proptest! {
    /// Exchanging the scores changes the sign, and a rising function of a score changes nothing.
    #[test]
    fn only_the_order_of_scores_counts(
        rows in vec((1u8..20, any::<bool>(), -9i8..9, -9i8..9), 3..60),
    ) {
        let times: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
        let events: Vec<bool> = rows.iter().map(|row| row.1).collect();
        let a: Vec<f64> = rows.iter().map(|row| f64::from(row.2)).collect();
        let b: Vec<f64> = rows.iter().map(|row| f64::from(row.3)).collect();
        let cubed: Vec<f64> = b.iter().map(|b| b.powi(3) + b).collect();
        let response = RightCensored::new(&times, &events).unwrap();
        let index = ConcordanceIndex::default();
        let there = index.difference(&response, &a, &b, 0.9).unwrap();
        let back = index.difference(&response, &cubed, &a, 0.9).unwrap();
        prop_assert_eq!(there.estimate.map(|d| -d), back.estimate);
        prop_assert_eq!(there.std_error, back.std_error);
        prop_assert_eq!(there.interval.lower.map(|l| -l), back.interval.upper);
        // Two errors of the same patients: the difference has at most their sum.
        if let Some(error) = there.std_error {
            let most = there.first.std_error.unwrap() + there.second.std_error.unwrap();
            prop_assert!(error <= most + 1e-12);
        }
    }
}
