//! The log-rank family: by hand, and against R.

use crate::golden::{CLOSED_FORM, Golden, all, assert_close, numbers};
use riskset::Choice;
use riskset::{
    Adjustment, CountingProcess, Groups, LogRank, LogRankTest, LogRankWeight, PairTest,
    RightCensored,
};

/// Two arms of three. Event times 1 (arm 0), 2 (arm 1), 3 (both), then a censoring in arm 1.
///
/// | t | n0 | n1 | d0 | d1 | expected 0 | variance |
/// | 1 | 3 | 3 | 1 | 0 | 1/2 | 1/4 |
/// | 2 | 2 | 3 | 0 | 1 | 2/5 | 6/25 |
/// | 3 | 1 | 2 | 1 | 1 | 2/3 | 2 * (1/2) * (1/3)(2/3) = 2/9 |
/// One row of arm 0 is censored at 2, with the event of arm 1, and is at risk there.
#[test]
fn six_patients_by_hand() {
    let rows = RightCensored::new(
        &[1.0, 2.0, 3.0, 2.0, 3.0, 4.0],
        &[true, false, true, true, true, false],
    )
    .unwrap();
    let arms = Groups::new(vec![0, 0, 0, 1, 1, 1], 2).unwrap();
    let run = |weight| LogRank::default().weight(weight).test(&rows, &arms).unwrap();

    let test = run(LogRankWeight::LogRank);
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-15 * b.abs().max(1.0), "{a} {b}");
    close(test.groups()[0].expected, 1.0 / 2.0 + 2.0 / 5.0 + 2.0 / 3.0);
    assert_eq!(test.groups()[0].observed, 2.0);
    assert_eq!((test.groups()[1].n, test.groups()[1].events), (3, 2));
    close(test.variance(0, 0), 1.0 / 4.0 + 6.0 / 25.0 + 2.0 / 9.0);
    close(test.variance(0, 1), -(1.0 / 4.0 + 6.0 / 25.0 + 2.0 / 9.0));
    let z = 2.0 - (1.0 / 2.0 + 2.0 / 5.0 + 2.0 / 3.0);
    close(test.statistic().unwrap(), z * z / (1.0 / 4.0 + 6.0 / 25.0 + 2.0 / 9.0));
    assert_eq!(test.df(), 1);

    // Weights 6, 5, 3; their square roots; 6/7, 6/7 * 5/6, 6/7 * 5/6 * 2/4.
    close(run(LogRankWeight::GehanWilcoxon).score()[0], 6.0 / 2.0 - 5.0 * 2.0 / 5.0 + 3.0 / 3.0);
    let tarone = 6f64.sqrt() / 2.0 - 5f64.sqrt() * 2.0 / 5.0 + 3f64.sqrt() / 3.0;
    close(run(LogRankWeight::TaroneWare).score()[0], tarone);
    let (first, second) = (6.0 / 7.0, 5.0 / 7.0);
    let peto = first / 2.0 - second * 2.0 / 5.0 + second / 2.0 / 3.0;
    close(run(LogRankWeight::PetoPeto).score()[0], peto);
    // S just before each time: 1, 5/6, 5/6 * 4/5.
    let (rho, gamma) = (2.0, 1.0);
    let fleming = 0.0 - (25.0 / 36.0) * (1.0 / 6.0) * 2.0 / 5.0 + (4.0 / 9.0) * (1.0 / 3.0) / 3.0;
    close(run(LogRankWeight::FlemingHarrington { rho, gamma }).score()[0], fleming);
}

/// In stratum 0 only arm 0 is at risk, in stratum 1 only arm 1: there is nothing to compare.
#[test]
fn groups_that_never_meet_have_no_test() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4]).unwrap();
    let arms = Groups::new(vec![0, 0, 1, 1], 2).unwrap();
    let test = LogRank::default().strata(&arms).test(&rows, &arms).unwrap();
    assert_eq!((test.statistic(), test.p_value(), test.df()), (None, None, 0));
    assert_eq!(test.trend(), None);
}

/// A third group that leaves before the first event adds no degree of freedom and no number.
#[test]
fn a_group_that_is_never_at_risk_changes_nothing() {
    let (times, events) = ([3.0, 4.0, 5.0, 6.0, 1.0], [true, true, true, true, false]);
    let with = RightCensored::new(&times, &events).unwrap();
    let without = RightCensored::new(&times[..4], &events[..4]).unwrap();
    let test = |rows: &RightCensored, groups: Vec<u32>, count| {
        LogRank::default().test(rows, &Groups::new(groups, count).unwrap()).unwrap()
    };
    let (three, two) = (test(&with, vec![0, 2, 0, 2, 1], 3), test(&without, vec![0, 1, 0, 1], 2));
    assert_eq!(three.df(), 1);
    assert_eq!(three.statistic(), two.statistic());
    assert_eq!(three.groups()[1].expected, 0.0);
}

/// A row enters after the first event: it must not be at risk there.
#[test]
fn late_entry_by_hand() {
    let rows = CountingProcess::new(
        &[0.0, 0.0, 1.0, 0.0],
        &[1.0, 2.0, 3.0, 3.0],
        &[true, true, false, false],
    )
    .unwrap();
    let arms = Groups::new(vec![0, 0, 1, 1], 2).unwrap();
    let test = LogRank::default().test(&rows, &arms).unwrap();
    // At 1: 2 of 3 at risk are in arm 0 (the late row is not yet); at 2: 1 of 3.
    assert!((test.groups()[0].expected - (2.0 / 3.0 + 1.0 / 3.0)).abs() < 1e-15);
}

fn compare_with_r(name: &str) {
    let golden = Golden::read(name);
    let response = golden.response();
    let (groups, strata) = (golden.groups("group"), golden.groups("stratum"));
    let results = golden.0["results"].as_array().unwrap();
    assert_eq!(results.len(), 7);
    for result in results {
        let number = |key: &str| result[key][0].as_f64();
        let (rho, gamma) = (number("rho").unwrap(), number("gamma").unwrap());
        let weight = match result["test"][0].as_str().unwrap() {
            "logrank" => LogRankWeight::LogRank,
            "gehan-wilcoxon" => LogRankWeight::GehanWilcoxon,
            "tarone-ware" => LogRankWeight::TaroneWare,
            "peto-peto" => LogRankWeight::PetoPeto,
            "fleming-harrington" => LogRankWeight::FlemingHarrington { rho, gamma },
            other => panic!("{other}"),
        };
        let test =
            LogRank::default().weight(weight).strata(&strata).test(&response, &groups).unwrap();
        let what = format!("{name} {}", weight.name());
        let observed: Vec<_> = test.groups().iter().map(|group| Some(group.observed)).collect();
        let expected: Vec<_> = test.groups().iter().map(|group| Some(group.expected)).collect();
        assert_close(&what, &observed, &numbers(&result["observed"]));
        assert_close(&what, &expected, &numbers(&result["expected"]));
        for (a, row) in result["variance"].as_array().unwrap().iter().enumerate() {
            let found: Vec<_> = (0..groups.count()).map(|b| Some(test.variance(a, b))).collect();
            assert_close(&what, &found, &numbers(row));
        }
        assert_close(&what, &[test.statistic()], &[number("statistic")]);
        assert_close(&what, &[test.p_value()], &[number("p_value")]);
        assert_close(&what, &[test.trend().map(|trend| trend.statistic)], &[number("trend")]);
        assert_eq!(test.df() as f64, number("df").unwrap());
    }
    compare_pairs(&golden, &response, &groups, &strata);
}

fn compare_pairs(
    golden: &Golden,
    response: &riskset::Observations,
    groups: &Groups,
    strata: &Groups,
) {
    for &(adjustment, name, _) in Adjustment::ALL {
        let key = if adjustment == Adjustment::None { "p_value" } else { name };
        let tests =
            LogRank::default().strata(strata).pairwise(response, groups, adjustment).unwrap();
        let column = |f: fn(&PairTest) -> Option<f64>| tests.iter().map(f).collect::<Vec<_>>();
        let r = &golden.0["pairs"];
        assert_close(name, &column(|test| Some(test.a as f64)), &numbers(&r["a"]));
        assert_close(name, &column(|test| Some(test.b as f64)), &numbers(&r["b"]));
        assert_close(name, &column(|test| test.p_value), &numbers(&r["p_value"]));
        assert_close(name, &column(|test| test.p_adjusted), &numbers(&r[key]));
    }
}

#[test]
fn veteran_four_cell_types() {
    compare_with_r("logrank-veteran");
}

#[test]
fn lung_in_strata() {
    compare_with_r("logrank-lung-strata");
}

#[test]
fn late_entry_in_strata() {
    compare_with_r("logrank-late");
}

/// Against one control the tests are those of its pairs; only the adjustment counts fewer.
#[test]
fn a_control_takes_its_pairs() {
    let golden = Golden::read("logrank-veteran");
    let (response, groups) = (golden.response(), golden.groups("group"));
    let control =
        LogRank::default().against_control(&response, &groups, 2, Adjustment::Bonferroni).unwrap();
    let pairs = LogRank::default().pairwise(&response, &groups, Adjustment::Bonferroni).unwrap();
    assert_eq!(
        control.iter().map(|test| (test.a, test.b)).collect::<Vec<_>>(),
        [(2, 0), (2, 1), (2, 3)]
    );
    for test in &control {
        let same = |p: &&PairTest| (p.a, p.b) == (test.a.min(test.b), test.a.max(test.b));
        let pair = pairs.iter().find(same).unwrap();
        assert_close("statistic", &[test.statistic], &[pair.statistic]);
        assert_close("p", &[test.p_adjusted], &[test.p_value.map(|p| (3.0 * p).min(1.0))]);
        assert_close("p", &[pair.p_adjusted], &[pair.p_value.map(|p| (6.0 * p).min(1.0))]);
    }
}

/// Holm (1979) and Benjamini-Hochberg (1995) by hand; a test that could not be made is not
/// counted.
#[test]
fn adjustments_by_hand() {
    let p = [Some(0.01), None, Some(0.04), Some(0.03)];
    assert_eq!(Adjustment::None.adjust(&p), p);
    let close = |adjustment: Adjustment, expected: [f64; 3]| {
        let found = adjustment.adjust(&p);
        assert_eq!(found[1], None);
        assert_close(adjustment.name(), &[found[0], found[2], found[3]], &all(&expected));
    };
    close(Adjustment::Bonferroni, [0.03, 0.12, 0.09]);
    close(Adjustment::Holm, [3.0 * 0.01, 2.0 * 0.03, 2.0 * 0.03]);
    close(Adjustment::BenjaminiHochberg, [3.0 * 0.01, 0.04, 0.04]);
    assert!(Adjustment::Holm.adjust(&[Some(0.9), Some(0.8)]).iter().all(|p| *p == Some(1.0)));
}

/// A trend over the scores 0, 1 is the two-group test, whatever the scores' shift and scale.
#[test]
fn a_trend_over_two_groups_is_the_test() {
    let golden = Golden::read("logrank-late");
    let (response, strata) = (golden.response(), golden.groups("stratum"));
    let test: LogRankTest = LogRank::default().test(&response, &strata).unwrap();
    for scores in [[0.0, 1.0], [1.0, 2.0], [500.0, -7.0]] {
        let trend = test.trend_with(&scores).unwrap().unwrap();
        let statistic = test.statistic().unwrap();
        assert!((trend.statistic - statistic).abs() < CLOSED_FORM * statistic.max(1.0));
    }
}
