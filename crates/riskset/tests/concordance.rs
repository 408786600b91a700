//! Concordance: by hand, and against every pair.

use proptest::collection::vec;
use proptest::prelude::*;
use riskset::{
    ConcordanceIndex, ConcordanceWeight, CountingProcess, Error, Groups, Observations,
    RightCensored,
};

/// Four patients; the third is censored. Pairs that can be compared: 1 with 2, 3, 4 and 2 with
/// 3, 4. Scores 3, 1, 1, 2: concordant (1,2), (1,3), (1,4); tied (2,3); discordant (2,4).
#[test]
fn four_patients_by_hand() {
    let events = [true, true, false, true];
    let response = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &events).unwrap();
    let scores = [3.0, 1.0, 1.0, 2.0];
    let found = ConcordanceIndex::default().estimate(&response, &scores).unwrap();
    assert_eq!((found.concordant, found.tied, found.discordant), (3.0, 1.0, 1.0));
    assert_eq!(found.estimate, Some(0.7));
    // n_i - C d_i: 3 - 0.7 * 3, 1.5 - 0.7 * 3, 1.5 - 0.7 * 2, 1 - 0.7 * 2; each over 5.
    let influence: [f64; 4] = [0.9, -0.6, 0.1, -0.4];
    let expected = influence.iter().map(|value| value * value).sum::<f64>().sqrt() / 5.0;
    assert!((found.std_error.unwrap() - expected).abs() < 1e-15);
    let clusters = Groups::new(vec![0, 0, 1, 1], 2).unwrap();
    let by_cluster = ConcordanceIndex::default().cluster(&clusters);
    let found = by_cluster.estimate(&response, &scores).unwrap();
    let expected = (0.3f64 * 0.3 + 0.3 * 0.3).sqrt() / 5.0;
    assert!((found.std_error.unwrap() - expected).abs() < 1e-15);
}

/// G falls to 2/3 at the censoring: of 3 at risk after the event at 1, one leaves at 2. The event
/// at 3 then counts 9/4, once: its pair is concordant. The event at 1 counts 1 in three pairs.
#[test]
fn uno_by_hand() {
    let events = [true, false, true, true];
    let response = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &events).unwrap();
    let scores = [1.0, 2.0, 3.0, 0.0];
    let uno = |tau| ConcordanceIndex::default().weight(ConcordanceWeight::Uno { tau });
    let found = uno(None).estimate(&response, &scores).unwrap();
    assert!((found.concordant - (1.0 + 2.25)).abs() < 1e-14);
    assert!((found.discordant - 2.0).abs() < 1e-14);
    let found = uno(Some(3.0)).estimate(&response, &scores).unwrap();
    assert_eq!((found.concordant, found.discordant), (1.0, 2.0));
}

#[test]
fn what_cannot_be_compared_is_none_and_refusals_say_why() {
    let response = RightCensored::new(&[1.0, 1.0], &[true, true]).unwrap();
    let index = ConcordanceIndex::default();
    let found = index.estimate(&response, &[1.0, 2.0]).unwrap();
    assert_eq!((found.estimate, found.std_error), (None, None));
    let found = index.estimate(&response, &[1.0]).unwrap_err();
    assert_eq!(found, Error::Length { what: "scores", expected: 2, found: 1 });
    let found = index.estimate(&response, &[1.0, f64::INFINITY]).unwrap_err();
    assert!(matches!(found, Error::Covariate { row: 1, .. }));
}

/// Numerator, denominator and the jackknife by every pair.
fn every_pair(rows: &Observations, entry: &[f64], strata: &[u32], scores: &[f64]) -> (f64, f64) {
    let (n, time) = (rows.len(), rows.time());
    let mut parts = vec![(0.0, 0.0); n];
    let (mut top, mut bottom) = (0.0, 0.0);
    for i in (0..n).filter(|&i| rows.event()[i]) {
        for j in (0..n).filter(|&j| j != i && strata[j] == strata[i] && entry[j] < time[i]) {
            if !(time[j] > time[i] || (time[j] == time[i] && !rows.event()[j])) {
                continue;
            }
            let value = match scores[i].partial_cmp(&scores[j]).unwrap() {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
            let (wi, wj) = (rows.weight(i), rows.weight(j));
            top += wi * wj * value;
            bottom += wi * wj;
            parts[i] = (parts[i].0 + wj * value, parts[i].1 + wj);
            parts[j] = (parts[j].0 + wi * value, parts[j].1 + wi);
        }
    }
    let c = top / bottom;
    let influence = |i: usize| rows.weight(i) * (parts[i].0 - c * parts[i].1) / bottom;
    (c, (0..n).map(|i| influence(i).powi(2)).sum::<f64>().sqrt())
}

/// Entry, time after it, event, score, stratum, weight.
type Row = (u8, u8, bool, u8, u32, u8);

proptest! {
    /// Heavy ties in times and scores, strata, weights, late entries.
    #[test]
    fn every_pair_counts(
        rows in vec((0u8..6, 1u8..8, any::<bool>(), 0u8..7, 0u32..3, 0u8..4), 2..120),
    ) {
        let column = |value: &dyn Fn(&Row) -> u8| -> Vec<f64> {
            rows.iter().map(|row| f64::from(value(row))).collect()
        };
        let (entry, stop) = (column(&|r| r.0), column(&|r| r.0 + r.1));
        let event: Vec<bool> = rows.iter().map(|row| row.2).collect();
        let mut strata: Vec<u32> = rows.iter().map(|row| row.4).collect();
        let mut used: Vec<u32> = strata.clone();
        used.sort_unstable();
        used.dedup();
        strata.iter_mut().for_each(|s| *s = used.binary_search(s).unwrap() as u32);
        let response = CountingProcess::new(&entry, &stop, &event).unwrap();
        let response = response.with_weights(&column(&|r| r.5)).unwrap().into_observations();
        let groups = Groups::new(strata.clone(), used.len()).unwrap();
        let scores = column(&|r| r.3);
        let index = ConcordanceIndex::default().strata(&groups);
        let found = index.estimate(&response, &scores).unwrap();
        let (c, std_error) = every_pair(&response, &entry, &strata, &scores);
        match found.estimate {
            None => prop_assert!(c.is_nan()),
            Some(estimate) => {
                prop_assert!((estimate - c).abs() < 1e-12);
                prop_assert!((found.std_error.unwrap() - std_error).abs() < 1e-12);
            }
        }
    }
}
