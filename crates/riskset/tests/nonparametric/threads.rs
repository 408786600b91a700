//! The same bits whatever the number of threads.

use riskset::{
    CountingProcess, Groups, KaplanMeier, LogRank, LogRankTest, LogRankWeight, SurvivalCurve,
    SurvivalEstimator,
};

/// More rows than one thread takes alone, with ties, late entries and fractional times.
fn analyse() -> (Vec<SurvivalCurve>, LogRankTest) {
    let rows = 100_000u64;
    let mix = |row: u64, salt: u64| (row * 2_654_435_761 + salt * 40_503) % 9_973;
    let stop: Vec<f64> = (0..rows).map(|row| 1.0 + mix(row, 1) as f64 / 7.0).collect();
    let start: Vec<f64> =
        stop.iter().zip(0..rows).map(|(stop, row)| stop * mix(row, 2) as f64 / 9_974.0).collect();
    let event: Vec<bool> = (0..rows).map(|row| mix(row, 3) % 3 > 0).collect();
    let index =
        |salt: u64, count: u64| (0..rows).map(|row| (mix(row, salt) % count) as u32).collect();
    let (groups, strata): (Vec<u32>, Vec<u32>) = (index(4, 5), index(5, 7));
    let (groups, strata) = (Groups::new(groups, 5).unwrap(), Groups::new(strata, 7).unwrap());
    let response = CountingProcess::new(&start, &stop, &event).unwrap();
    let km = KaplanMeier::default().estimator(SurvivalEstimator::FlemingHarrington);
    let weight = LogRankWeight::FlemingHarrington { rho: 0.5, gamma: 1.0 };
    let test = LogRank::default().weight(weight).strata(&strata).test(&response, &groups).unwrap();
    (km.fit_groups(&response, &groups).unwrap(), test)
}

#[test]
fn one_two_and_eight_threads_agree_to_the_bit() {
    let with = |threads: usize| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(analyse)
    };
    let one = with(1);
    assert!(one.0[0].len() > 1000 && one.1.df() == 4);
    assert_eq!(one, with(2));
    assert_eq!(one, with(8));
}
