//! The combination test: by hand, against R, and what it refuses.

use crate::small::{groups, response};
use crate::support::{CLOSED_FORM, assert_close, golden};
use proptest::prelude::*;
use riskset::{
    CountingProcess, Error, Groups, LogRank, MaxCombo, MaxComboTest, Observations, RightCensored,
    TimeWeight,
};

/// pmvnorm is asked for 1e-7 and reaches it, or nearly so.
const SIMULATED: f64 = 1e-6;

fn fh(rho: f64, gamma: f64) -> TimeWeight {
    TimeWeight::FlemingHarrington { rho, gamma }
}

#[test]
fn agrees_with_r() {
    for name in ["compare-maxcombo-veteran", "compare-maxcombo-lung"] {
        let golden = golden(name);
        let (rows, arms) = (response(&golden), groups(&golden, "data.group"));
        let strata = groups(&golden, "data.stratum");
        let until = golden.number("until").unwrap();
        let run = |weights: &[TimeWeight]| {
            MaxCombo::default().weights(weights).strata(&strata).test(&rows, &arms).unwrap()
        };
        let four = [fh(0.0, 0.0), fh(0.0, 1.0), fh(1.0, 0.0), fh(1.0, 1.0)];
        let test = run(&four);
        assert_eq!(test, MaxCombo::default().strata(&strata).test(&rows, &arms).unwrap());
        let modest = run(&[TimeWeight::ModestlyWeighted { until }]);
        let components: Vec<_> = test.components.iter().chain(&modest.components).collect();
        let column = |value: &dyn Fn(usize) -> f64| (0..5).map(value).collect::<Vec<f64>>();
        let close = |found: Vec<f64>, key: &str| {
            assert_close(&found, &golden.numbers(key), CLOSED_FORM);
        };
        close(column(&|i| components[i].score), "score");
        close(column(&|i| components[i].std_error), "std_error");
        close(column(&|i| components[i].z.unwrap()), "z");
        close(test.correlation.clone(), "correlation");
        let found = [test.p_value, test.p_fewer_events, test.p_more_events];
        let expected = ["p_value", "p_fewer", "p_more"].map(|key| golden.number(key).unwrap());
        assert_close(&found, &expected, SIMULATED);
        let two = run(&four[..2]);
        assert_close(&[two.p_value], &[golden.number("p_two_components").unwrap()], 1e-10);
        assert!(two.p_error < 1e-7 && test.p_error < 1e-6);
    }
}

/// Times 1 to 4, groups 0, 1, 1, 0, all events: (n, n1) is (4, 2), (3, 2), (2, 1), (1, 0), and d1
/// 0, 1, 1, 0.
#[test]
fn four_patients_by_hand() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4]).unwrap();
    let arms = Groups::new(vec![0, 1, 1, 0], 2).unwrap();
    let weights = [fh(0.0, 0.0), fh(0.0, 1.0)];
    let test = MaxCombo::default().weights(&weights).test(&rows, &arms).unwrap();
    // 1 - S before the times is 0, 1/4, 1/2, 3/4; d1 - n1/n is -1/2, 1/3, 1/2, 0.
    let scores: Vec<f64> = test.components.iter().map(|component| component.score).collect();
    assert_close(&scores, &[1.0 / 3.0, 0.25 / 3.0 + 0.25], CLOSED_FORM);
    // Variances at the times: 1/4, 2/9, 1/4, 0; the last group alone at risk adds nothing.
    let variances = [0.5 + 2.0 / 9.0, 2.0 / 9.0 / 16.0 + 0.0625];
    let errors: Vec<f64> = test.components.iter().map(|component| component.std_error).collect();
    assert_close(&errors, &variances.map(f64::sqrt), CLOSED_FORM);
    let covariance = 0.25 * 2.0 / 9.0 + 0.5 * 0.25;
    let r = covariance / (variances[0] * variances[1]).sqrt();
    assert_close(&test.correlation, &[1.0, r, r, 1.0], CLOSED_FORM);
    assert_eq!(test.largest, 1);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0], &[true, false, false]).unwrap();
    let test = |groups: Vec<u32>, count, weights: &[TimeWeight]| {
        let groups = Groups::new(groups, count).unwrap();
        MaxCombo::default().weights(weights).test(&rows, &groups).unwrap_err()
    };
    assert_eq!(test(vec![0, 0, 0], 1, &[fh(0.0, 0.0)]), Error::OneGroup);
    let three = test(vec![0, 1, 2], 3, &[fh(0.0, 0.0)]).to_string();
    assert!(three.contains("more than two groups") && three.contains("two groups at a time"));
    let none = test(vec![0, 1, 1], 2, &[]).to_string();
    assert!(none.starts_with("the number of components is 0, but it must lie between 1 and 12"));
    // A weight of (1 - S) is 0 at the only event.
    let late = test(vec![0, 1, 1], 2, &[fh(0.0, 1.0)]).to_string();
    assert!(late.starts_with("a test of groups that no event compares: not possible"), "{late}");
    assert!(matches!(test(vec![0, 1, 1], 2, &[fh(-1.0, 0.0)]), Error::LogRankPower { .. }));
    let weighted = rows.with_weights(&[0.5, 1.0, 1.0]).unwrap();
    let groups = Groups::new(vec![0, 1, 1], 2).unwrap();
    let error = MaxCombo::default().test(&weighted, &groups).unwrap_err();
    assert_eq!(error, Error::WeightNotWhole { row: 0, value: 0.5 });
}

fn late_rows(rows: &[(u8, u8, bool, bool)]) -> Option<(Observations, Groups)> {
    let entry: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
    let stop: Vec<f64> = rows.iter().map(|row| f64::from(row.0) + 1.0 + f64::from(row.1)).collect();
    let event: Vec<bool> = rows.iter().map(|row| row.2).collect();
    let groups = rows.iter().map(|row| u32::from(row.3)).collect();
    let response = CountingProcess::new(&entry, &stop, &event).unwrap().into_observations();
    Some((response, Groups::new(groups, 2).ok()?))
}

fn test_of(rows: &Observations, groups: &Groups) -> Option<MaxComboTest> {
    MaxCombo::default().test(rows, groups).ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Late entries too: the first component is the log-rank test, P lies between that of the
    /// largest component alone and Bonferroni's, and exchanging the groups exchanges the sides.
    #[test]
    fn bounds_and_symmetry(
        rows in proptest::collection::vec((0u8..4, 0u8..12, any::<bool>(), any::<bool>()), 6..40),
    ) {
        let Some((response, groups)) = late_rows(&rows) else { return Ok(()) };
        let Some(test) = test_of(&response, &groups) else { return Ok(()) };
        let log_rank = LogRank::default().test(&response, &groups).unwrap();
        if let (Some(z), Some(chi)) = (test.components[0].z, log_rank.statistic()) {
            prop_assert!((z * z - chi).abs() <= 1e-10 * chi.max(1.0));
        }
        let smallest = test.components[test.largest].p_value.unwrap();
        prop_assert!(test.p_value >= smallest * (1.0 - 1e-7));
        prop_assert!(test.p_value <= (4.0 * smallest).min(1.0) * (1.0 + 1e-7));
        let other = Groups::new(groups.index().iter().map(|g| 1 - g).collect(), 2).unwrap();
        let back = test_of(&response, &other).unwrap();
        prop_assert!((test.p_value - back.p_value).abs() < 1e-6);
        prop_assert!((test.p_fewer_events - back.p_more_events).abs() < 1e-6);
    }
}
