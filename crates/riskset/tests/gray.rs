//! Gray's test: by hand, against R, and what must hold for any data.

mod support;

use proptest::{collection::vec, prelude::*};
use riskset::{CompetingRisks, Error, GrayTest, GrayTestResult, Groups};
use support::{Golden, ITERATED, assert_close, golden};

fn gray(times: &[f64], causes: &[u32], groups: &[u32]) -> Vec<GrayTestResult> {
    let count = *groups.iter().max().unwrap() as usize + 1;
    let response = CompetingRisks::new(times, causes, 3).unwrap();
    GrayTest::default().test(&response, &Groups::new(groups.to_vec(), count).unwrap()).unwrap()
}

/// Two patients in each group. A: cause 1 at 1, cause 1 at 4. B: cause 2 at 2, cause 1 at 3.
#[test]
fn four_patients_by_hand() {
    let tests = gray(&[1.0, 4.0, 2.0, 3.0], &[1, 1, 2, 1], &[0, 0, 1, 1]);
    // At risk for the subdistribution, Y (1 - F) / S: at 1, A 2 and B 2; at 3, A 1 * 0.5 / 0.5 = 1
    // and B 1 * 1 / 0.5 = 2, because the one lost to cause 2 counts on; at 4, A 1 and B 0.
    // Score of A: (1 - 1/2) + (0 - 1/3) + (1 - 1) = 1/6.
    let first = &tests[0];
    assert_close(&[first.groups[0].score, first.groups[1].score], &[1.0 / 6.0, -1.0 / 6.0], 1e-14);
    assert_eq!((first.groups[0].observed, first.groups[1].observed, first.df), (2, 1, 1));
    // Cause 2: at 2, A 1 * 1 / 0.5 = 2 and B 2. Score of A: -1/2. Nobody has cause 3.
    assert_close(&[tests[1].groups[0].score], &[-0.5], 1e-14);
    assert_eq!((tests[2].statistic, tests[2].p_value, tests[2].df), (None, None, 0));
}

/// Three of the second group have the event at 6, when one patient of the first group is left, whose
/// group has S = 1/6. In terms of that group the three are drawn from N = S (6 / S_A + 6 / S_B) = 2, fewer
/// than they are. DIFFERENCE: cmprsk takes the factor for ties as 1 - (3 - 1) / (2 - 1) = -1 and lowers
/// the variance by it; here it is 0, because no martingale has a variance below 0.
#[test]
fn ties_lower_a_variance_to_nothing_and_not_below() {
    let times = [1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 6.0, 6.0, 6.0, 7.0, 8.0, 9.0];
    let causes = [1, 2, 1, 2, 1, 0, 1, 1, 1, 2, 1, 0];
    let tests = gray(&times, &causes, &[0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    // Score of A: at 1, 1 - 6/12; at 3, 1 - 5/11; at 5, 1 - 4/10; at 6, 0 - 3 * 3/9; A is gone by 8.
    let score = 71.0 / 110.0;
    assert_close(&[tests[0].groups[0].score], &[score], 1e-14);
    // cuminc(time, cause, group)$Tests of cmprsk 2.2-11.
    let (ours, cmprsk) = (tests[0].statistic.unwrap(), 0.433_694_833_769_604_2);
    // The term in question: pooled hazard 3/12 over h_A = 6, times (6 (1 - 6/12))^2.
    let term = 3.0 / 12.0 / 6.0 * 9.0;
    let variances = [score * score / ours, score * score / cmprsk + term];
    assert_close(&variances[..1], &variances[1..], 1e-12);
    // The other cause has no such tie, and is cmprsk's.
    assert_close(&[tests[1].statistic.unwrap()], &[0.496_577_456_309_627], 1e-12);
}

/// The only patient of the third group is lost before the first event: the other two are compared
/// as if it were not there. DIFFERENCE: cmprsk answers -1 with a P value of 1.
#[test]
fn a_group_that_is_never_at_risk_adds_no_degree_of_freedom() {
    let three = gray(&[1.0, 3.0, 2.0, 4.0, 0.5], &[1, 1, 1, 1, 0], &[0, 0, 1, 1, 2]);
    let two = gray(&[1.0, 3.0, 2.0, 4.0], &[1; 4], &[0, 0, 1, 1]);
    assert_eq!((three[0].df, two[0].df), (1, 1));
    let statistics = [three[0].statistic.unwrap(), two[0].statistic.unwrap()];
    // The second is cmprsk's.
    assert_close(&statistics, &[0.6129901; 2], 1e-7);
    assert_close(&statistics[..1], &statistics[1..], 1e-14);
}

#[test]
fn refusals_say_what_to_do() {
    let response = CompetingRisks::new(&[1.0, 2.0], &[1, 2], 2).unwrap();
    let groups = Groups::new(vec![0, 1], 2).unwrap();
    let test = GrayTest::default();
    assert_eq!(test.test(&response, &Groups::single(2)), Err(Error::OneGroup));
    assert!(matches!(
        test.strata(&Groups::single(3)).test(&response, &groups),
        Err(Error::Length { what: "strata", .. })
    ));
    let weighted = response.clone().with_weights(&[1.0, 2.0]).unwrap();
    assert_eq!(
        test.test(&weighted, &groups).unwrap_err().to_string(),
        "Gray's test with case weights: not possible; use the log-rank test of the cause-specific \
         hazard"
    );
    let late = response.clone().with_entry(&[0.0, 1.0]).unwrap();
    assert!(test.test(&late, &groups).unwrap_err().to_string().contains("late entry"));
    let error = GrayTest::default().rho(f64::INFINITY).test(&response, &groups).unwrap_err();
    assert_eq!(error.to_string(), "rho is inf, but it must be finite; 0 is the usual test");
}

fn groups_of(golden: &Golden, key: &str) -> Groups {
    let index: Vec<u32> = golden.codes(key).iter().map(|code| code - 1).collect();
    let count = *index.iter().max().unwrap() as usize + 1;
    Groups::new(index, count).unwrap()
}

/// The JSON is written by tests/golden/competing.R.
#[test]
fn agrees_with_cuminc() {
    for (name, rho) in [("mgus2", 1.0), ("transplant", -0.5), ("simulated", 2.0)] {
        let golden = golden(&format!("competing-{name}"));
        let causes = golden.codes("cause");
        let n_causes = *causes.iter().max().unwrap() as usize;
        let response = CompetingRisks::new(&golden.numbers("time"), &causes, n_causes).unwrap();
        let (groups, strata) = (groups_of(&golden, "group"), groups_of(&golden, "strata"));
        for (key, rho, strata) in
            [("gray", 0.0, None), ("gray_rho", rho, None), ("gray_strata", 0.0, Some(&strata))]
        {
            let tests =
                GrayTest::default().rho(rho).strata(strata).test(&response, &groups).unwrap();
            for (test, expected) in tests.iter().zip(golden.at(key).entries()) {
                let found = [test.statistic.unwrap(), test.df as f64, test.p_value.unwrap()];
                let keys = ["statistic", "df", "p_value"];
                assert_close(&found, &keys.map(|key| expected.number(key).unwrap()), ITERATED);
            }
        }
    }
}

/// Equal as far as rounding lets two orders of addition be equal.
fn assert_same_tests(a: &GrayTestResult, b: &GrayTestResult) {
    assert_eq!(a.df, b.df);
    let (a, b) = (a.statistic.unwrap_or(-1.0), b.statistic.unwrap_or(-1.0));
    assert_close(&[a], &[b], 1e-8);
}

proptest! {
    #[test]
    fn labels_and_order_do_not_matter(rows in vec((0u8..9, 0u32..4, 0u32..3), 12..50)) {
        let times: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
        let causes: Vec<u32> = rows.iter().map(|row| row.1).collect();
        let groups: Vec<u32> = rows.iter().map(|row| row.2).collect();
        prop_assume!((0..3).all(|group| groups.contains(&group)));
        let tests = gray(&times, &causes, &groups);
        let back = |values: &[u32]| values.iter().rev().copied().collect::<Vec<u32>>();
        let relabelled: Vec<u32> = back(&groups).iter().map(|g| (g + 1) % 3).collect();
        let times: Vec<f64> = times.iter().rev().map(|time| time / 365.25).collect();
        let other = gray(&times, &back(&causes), &relabelled);
        for (a, b) in tests.iter().zip(&other) {
            assert_same_tests(a, b);
            let total: f64 = a.groups.iter().map(|group| group.score).sum();
            prop_assert!(total.abs() < 1e-10);
            for group in 0..3 {
                assert_close(&[a.groups[group].score], &[b.groups[(group + 1) % 3].score], 1e-10);
            }
            prop_assert!(a.statistic.is_none_or(|statistic| statistic.is_finite() && statistic >= 0.0));
        }
    }

    /// One stratum is none, and a stratum of one group only adds nothing.
    #[test]
    fn a_stratum_without_a_comparison_adds_nothing(rows in vec((0u8..9, 0u32..3, 0u32..2), 8..40)) {
        let times: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
        let causes: Vec<u32> = rows.iter().map(|row| row.1).collect();
        let groups: Vec<u32> = rows.iter().map(|row| row.2).collect();
        prop_assume!(groups.contains(&0) && groups.contains(&1));
        let plain = gray(&times, &causes, &groups);
        let (mut times, mut causes, mut groups) = (times, causes, groups);
        let mut strata = vec![0; times.len()];
        for (time, cause) in [(1.5, 1), (2.5, 2), (3.5, 1)] {
            times.push(time);
            causes.push(cause);
            groups.push(0);
            strata.push(1);
        }
        let response = CompetingRisks::new(&times, &causes, 3).unwrap();
        let (groups, strata) =
            (Groups::new(groups, 2).unwrap(), Groups::new(strata, 2).unwrap());
        let tests = GrayTest::default().strata(&strata).test(&response, &groups).unwrap();
        for (a, b) in tests.iter().zip(&plain) {
            assert_same_tests(a, b);
        }
    }
}
