//! The permutation test: by hand, against coin, and what it refuses.

use crate::small::{groups, response};
use crate::support::{CLOSED_FORM, ITERATED, assert_close, golden};
use riskset::{
    Error, Groups, PermutationLogRank, PermutationTest, Permutations, RightCensored, TimeWeight,
};

fn random(draws: usize, seed: u64) -> PermutationLogRank<'static> {
    PermutationLogRank::default().permutations(Permutations::Random { draws, seed })
}

/// Times 1 to 4, all events: the scores are 3/4, 5/12, -1/12 and -13/12. The first group has the
/// first two, 14/12; every other pair has less but the pair left over, which has -14/12.
#[test]
fn four_patients_by_hand() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4]).unwrap();
    let arms = Groups::new(vec![0, 0, 1, 1], 2).unwrap();
    let test = PermutationLogRank::default().test(&rows, &arms).unwrap();
    assert_close(&test.score, &[14.0 / 12.0, -14.0 / 12.0], CLOSED_FORM);
    // The squares of the scores add up to (81 + 25 + 1 + 169) / 144; variance 1/3 * that * 2 * 2/4.
    let variance = 276.0 / 144.0 / 3.0;
    assert_close(&[test.statistic.unwrap()], &[196.0 / 144.0 / variance], CLOSED_FORM);
    assert_eq!((test.p_value, test.smallest_p), (2.0 / 6.0, Some(2.0 / 6.0)));
    assert_eq!((test.permutations, test.possible, test.std_error), (6, 6.0, None));
}

#[test]
fn agrees_with_coin() {
    let all = Permutations::All { at_most: 20_000_000 };
    for name in ["ovarian", "ovarian-strata", "veteran"] {
        let golden = golden(&format!("compare-permutation-{name}"));
        let (rows, arms) = (response(&golden), groups(&golden, "data.group"));
        let strata = groups(&golden, "data.stratum");
        let drawn = random(4000, 1).strata(&strata).test(&rows, &arms).unwrap();
        let (found, expected) = (drawn.statistic.unwrap(), golden.number("statistic").unwrap());
        assert_close(&[found], &[expected], ITERATED);
        // Both are drawn at random: coin with 200,000 draws.
        let error = drawn.std_error.unwrap();
        assert!((drawn.p_value - golden.number("random").unwrap()).abs() < 4.0 * error + 0.002);
        if name == "ovarian-strata" {
            let exact = PermutationLogRank::default().permutations(all);
            let exact = exact.strata(&strata).test(&rows, &arms).unwrap();
            assert!((exact.p_value - golden.number("random").unwrap()).abs() < 0.005);
        }
    }
}

/// coin's split-up algorithm for one stratum: 11 and 7 patients.
#[test]
fn all_permutations_agree_with_the_exact_test_of_coin() {
    let golden = golden("compare-permutation-ovarian");
    let (rows, arms) = (response(&golden), groups(&golden, "data.group"));
    let exact =
        PermutationLogRank::default().permutations(Permutations::All { at_most: 10_400_600 });
    let test = exact.test(&rows, &arms).unwrap();
    assert_eq!((test.permutations, test.possible), (31_824, 31_824.0)); // 18 over 7
    assert_close(&[test.p_value], &[golden.number("exact").unwrap()], ITERATED);
}

/// The same seed gives the same answer on one thread and on many, another seed another.
#[test]
fn the_answer_depends_on_the_seed_alone() {
    let golden = golden("compare-permutation-veteran");
    let (rows, arms) = (response(&golden), groups(&golden, "data.group"));
    let run = |seed| random(500, seed).test(&rows, &arms).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let alone: PermutationTest = pool.install(|| run(7));
    assert_eq!(alone, run(7));
    assert_ne!(alone.p_value, run(8).p_value);
    assert_eq!(alone.smallest_p, None);
}

/// Two patients can only be exchanged, which changes nothing but the sign: P is 1 whatever they do.
#[test]
fn two_patients_cannot_show_anything() {
    let rows = RightCensored::new(&[1.0, 2.0], &[true, true]).unwrap();
    let arms = Groups::new(vec![0, 1], 2).unwrap();
    let test = PermutationLogRank::default().test(&rows, &arms).unwrap();
    assert_eq!((test.p_value, test.smallest_p, test.possible), (1.0, Some(1.0), 2.0));
    // Each in a stratum alone: nothing can be exchanged, and there is no statistic.
    let test = PermutationLogRank::default().strata(&arms).test(&rows, &arms).unwrap();
    assert_eq!((test.p_value, test.statistic, test.possible), (1.0, None, 1.0));
}

#[test]
fn what_cannot_be_permuted_is_refused() {
    let rows = RightCensored::new(&[1.0; 30], &[true; 30]).unwrap();
    let arms = Groups::new((0..30).map(|row| row % 2).collect(), 2).unwrap();
    let refusal = |test: &PermutationLogRank| test.test(&rows, &arms).unwrap_err();
    let many = refusal(&PermutationLogRank::default()).to_string();
    assert!(many.starts_with("the number of permutations is 155117520, but it must not exceed"));
    let none = refusal(&random(0, 1)).to_string();
    assert!(none.starts_with("the number of draws is 0, but it must be 1 or more"));
    let bad = TimeWeight::FlemingHarrington { rho: f64::NAN, gamma: 0.0 };
    assert!(matches!(refusal(&random(1, 1).weight(bad)), Error::LogRankPower { .. }));
    let weighted = rows.clone().with_weights(&[2.0; 30]).unwrap();
    let error = random(10, 1).test(&weighted, &arms).unwrap_err().to_string();
    assert!(error.starts_with("a permutation test with case weights: not possible"), "{error}");
    assert_eq!(random(10, 1).test(&rows, &Groups::single(30)), Err(Error::OneGroup));
}
