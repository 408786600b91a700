//! Proportions in clusters: by hand, against R, and what must hold for any data.

mod support;

use proptest::{collection::vec, prelude::*};
use riskset::Choice;
use riskset::{
    ClusteredProportion, Error, Groups, Proportion, ProportionInterval, ProportionVariance,
    ProportionWarning,
};
use support::{CLOSED_FORM, ITERATED, assert_close, assert_same, golden};

const VARIANCES: [ProportionVariance; 4] = [
    ProportionVariance::Donner,
    ProportionVariance::Gee,
    ProportionVariance::Ratio,
    ProportionVariance::Binomial,
];

/// Clusters given as (units, events).
fn units(counts: &[(usize, usize)]) -> (Vec<bool>, Groups) {
    let (mut outcome, mut cluster) = (Vec::new(), Vec::new());
    for (number, &(size, events)) in (0u32..).zip(counts) {
        outcome.extend((0..size).map(|unit| unit < events));
        cluster.extend(std::iter::repeat_n(number, size));
    }
    (outcome, Groups::new(cluster, counts.len()).unwrap())
}

fn fit(counts: &[(usize, usize)], estimator: ClusteredProportion) -> Proportion {
    let (outcome, clusters) = units(counts);
    estimator.fit(&outcome, &clusters).unwrap()
}

fn by(variance: ProportionVariance) -> ClusteredProportion {
    ClusteredProportion::default().variance(variance)
}

/// Wald's interval is doubted with fewer clusters than others are: of 15 it holds the truth too rarely.
#[test]
fn few_clusters_are_said_by_the_form_of_the_interval() {
    let patients = |n: usize| -> Vec<(usize, usize)> {
        (0..n).map(|patient| (3, [3, 2, 0][patient % 3])).collect()
    };
    let few = |clusters: usize, estimator: ClusteredProportion| {
        let warnings = fit(&patients(clusters), estimator).warnings;
        warnings.contains(&ProportionWarning::FewClusters { clusters })
    };
    let logit = || ClusteredProportion::default().interval(ProportionInterval::Logit);
    assert!(few(15, ClusteredProportion::default()) && few(15, by(ProportionVariance::Ratio)));
    assert!(!few(16, ClusteredProportion::default()));
    assert!(!few(15, logit()) && !few(15, by(ProportionVariance::Gee)));
    assert!(few(9, logit()) && !few(10, logit()));
}

/// Patients with 1 of 1, 2 of 2 and 1 of 3 lesions non-viable: N = 6, p = 2/3.
const THREE_PATIENTS: [(usize, usize); 3] = [(1, 1), (2, 2), (3, 1)];

#[test]
fn three_patients_by_hand() {
    let donner = fit(&THREE_PATIENTS, ClusteredProportion::default());
    // MSC = (1 (1/3)^2 + 2 (1/3)^2 + 3 (1/3)^2) / 2 = (2/3) / 2 = 1/3.
    // MSW = (0 + 0 + 1 * 2 / 3) / 3 = 2/9. m = (6 - 14/6) / 2 = 11/6.
    // icc = (1/3 - 2/9) / (1/3 + 5/6 * 2/9) = (1/9) / (14/27) = 3/14.
    // deff = 1 + (14/6 - 1) * 3/14 = 9/7; variance = (2/9) / 6 * 9/7 = 1/21.
    assert_close(&[donner.icc.unwrap()], &[3.0 / 14.0], CLOSED_FORM);
    assert_close(&[donner.design_effect.unwrap()], &[9.0 / 7.0], CLOSED_FORM);
    assert_close(&[donner.std_error.unwrap()], &[f64::sqrt(1.0 / 21.0)], CLOSED_FORM);
    assert_eq!((donner.estimate, donner.events, donner.n, donner.clusters), (4.0 / 6.0, 4, 6, 3));
    // 2/3 + 1.96 * 0.218 is above 1 and is cut.
    assert_eq!(donner.interval.unwrap().upper, Some(1.0));
    assert_eq!(donner.warnings, [ProportionWarning::FewClusters { clusters: 3 }]);

    // Residuals x - m p: 1/3, 2/3, -1. Variance = 3/2 (1/9 + 4/9 + 1) / 36 = 7/108.
    let ratio = fit(&THREE_PATIENTS, by(ProportionVariance::Ratio));
    assert_close(&[ratio.std_error.unwrap()], &[f64::sqrt(7.0 / 108.0)], CLOSED_FORM);
    assert_close(&[ratio.design_effect.unwrap()], &[7.0 / 108.0 * 27.0], CLOSED_FORM);

    // Clopper and Pearson, 4 of 6: binom.test(4, 6) of R gives 0.2227781 to 0.9567281.
    let exact = fit(&THREE_PATIENTS, by(ProportionVariance::Binomial)).interval.unwrap();
    assert_close(&[exact.lower.unwrap(), exact.upper.unwrap()], &[0.2227781, 0.9567281], 5e-8);
}

/// The test that p exceeds 1/2 with deff 9/7: z = (1/6) / sqrt(9/7 * (1/4) / 6) = sqrt(14/27).
#[test]
fn threshold_by_hand() {
    let test =
        fit(&THREE_PATIENTS, ClusteredProportion::default().threshold(0.5)).threshold.unwrap();
    assert_close(&[test.statistic.unwrap()], &[f64::sqrt(14.0 / 27.0)], CLOSED_FORM);
    assert_close(&[test.p_value], &[riskset::normal::cdf(-test.statistic.unwrap())], 0.0);
    // Exact: P(X >= 4 of 6) at 1/2 is (15 + 6 + 1) / 64.
    let exact = fit(&THREE_PATIENTS, by(ProportionVariance::Binomial).threshold(0.5));
    assert_close(&[exact.threshold.unwrap().p_value], &[22.0 / 64.0], CLOSED_FORM);
}

/// Wilson and the exact interval with the effective size: two equal halves of every cluster are
/// one cluster of half the size, so that full concordance leaves one unit per cluster.
#[test]
fn full_concordance_leaves_one_unit_per_cluster() {
    let pairs = vec![(2, 2), (2, 0), (2, 2), (2, 2), (2, 0)];
    let singles = vec![(1, 1), (1, 0), (1, 1), (1, 1), (1, 0)];
    for interval in [ProportionInterval::Wilson, ProportionInterval::Exact] {
        let paired = fit(&pairs, ClusteredProportion::default().interval(interval));
        let single = fit(&singles, by(ProportionVariance::Binomial).interval(interval));
        assert_close(&[paired.icc.unwrap(), paired.design_effect.unwrap()], &[1.0, 2.0], 1e-14);
        let (paired, single) = (paired.interval.unwrap(), single.interval.unwrap());
        assert_same(paired.lower, single.lower, CLOSED_FORM);
        assert_same(paired.upper, single.upper, CLOSED_FORM);
    }
}

/// Wilson's limits solve |p - pi| = z sqrt(pi (1 - pi) / n), which is their definition.
#[test]
fn wilson_inverts_the_score_test() {
    let estimator = by(ProportionVariance::Binomial).interval(ProportionInterval::Wilson);
    let fit = fit(&[(20, 17)], estimator.conf_level(0.9));
    let (z, interval) = (riskset::normal::quantile(0.95), fit.interval.unwrap());
    for limit in [interval.lower.unwrap(), interval.upper.unwrap()] {
        let distance = z * (limit * (1.0 - limit) / 20.0).sqrt();
        assert_close(&[(0.85 - limit).abs()], &[distance], CLOSED_FORM);
    }
}

#[test]
fn what_does_not_exist_is_none() {
    for variance in VARIANCES {
        let alike = fit(&[(2, 2), (3, 3), (1, 1)], by(variance).threshold(0.5));
        assert_eq!((alike.estimate, alike.icc), (1.0, None));
        assert!(alike.warnings.contains(&ProportionWarning::AllAlike));
        if variance == ProportionVariance::Binomial {
            // The exact lower limit of 6 of 6 at 95% is 0.025^(1/6).
            let interval = alike.interval.unwrap();
            assert_close(&[interval.lower.unwrap()], &[0.025f64.powf(1.0 / 6.0)], CLOSED_FORM);
            assert_eq!((interval.upper, alike.std_error), (Some(1.0), Some(0.0)));
        } else {
            assert_eq!((alike.std_error, alike.interval, alike.threshold), (None, None, None));
        }
        // One cluster says nothing about the likeness of clusters.
        let one = fit(&[(4, 3)], by(variance));
        assert_eq!(one.std_error.is_some(), variance == ProportionVariance::Binomial);
    }
    // Pairs that always differ: icc = -1, and a Donner variance of nothing.
    let opposed = fit(&[(2, 1), (2, 1), (2, 1)], ClusteredProportion::default());
    assert_close(&[opposed.icc.unwrap(), opposed.design_effect.unwrap()], &[-1.0, 0.0], 1e-15);
    for interval in ProportionInterval::ALL {
        let opposed = fit(
            &[(2, 1), (2, 1), (2, 1)],
            ClusteredProportion::default().interval(interval.0).threshold(0.3),
        );
        assert_eq!((opposed.interval, opposed.threshold), (None, None));
    }
    assert!(opposed.warnings.contains(&ProportionWarning::NegativeIcc { icc: -1.0 }));
}

#[test]
fn refusals_say_what_to_do() {
    let (outcome, clusters) = units(&THREE_PATIENTS);
    let error = by(ProportionVariance::Donner).threshold(85.0).fit(&outcome, &clusters);
    assert_eq!(
        error.unwrap_err().to_string(),
        "the threshold is 85, but it must lie between 0 and 1; write 0.85 for 85%"
    );
    let error = ClusteredProportion::default().fit(&outcome[1..], &clusters).unwrap_err();
    assert_eq!(error.to_string(), "clusters: 6 values for 5 rows; give one value for each row");
    let error = ClusteredProportion::default().conf_level(95.0).fit(&outcome, &clusters);
    assert_eq!(error, Err(Error::ConfLevel { level: 95.0 }));
    // Pairs that differ and one large cluster: the correlation is near -1 by the pairs, and a
    // cluster of ten cannot have less than -1/9.
    let (outcome, clusters) = units(&[(2, 1), (10, 5), (2, 1), (2, 1), (10, 5)]);
    let error = by(ProportionVariance::Gee).fit(&outcome, &clusters).unwrap_err();
    assert!(error.to_string().contains("a cluster of 10 units cannot have"), "{error}");
}

/// The JSON is written by tests/golden/proportion.R.
#[test]
fn agrees_with_r() {
    for name in ["retinopathy", "rats", "lung-institutions"] {
        let golden = golden(&format!("proportion-{name}"));
        let cluster = golden.codes("cluster");
        let count = *cluster.iter().max().unwrap() as usize + 1;
        let clusters = Groups::new(cluster, count).unwrap();
        for variance in VARIANCES {
            let fit = by(variance)
                .conf_level(golden.number("level").unwrap())
                .threshold(0.3)
                .fit(&golden.flags("outcome"), &clusters)
                .unwrap();
            let expected = golden.at(variance.name());
            let interval = fit.interval.unwrap();
            let found = [
                fit.estimate,
                fit.std_error.unwrap(),
                interval.lower.unwrap(),
                interval.upper.unwrap(),
            ];
            let keys = ["estimate", "std_error", "lower", "upper"];
            let expected_numbers = keys.map(|key| expected.number(key).unwrap());
            let tolerance =
                if variance == ProportionVariance::Gee { ITERATED } else { CLOSED_FORM };
            assert_close(&found, &expected_numbers, tolerance);
            if matches!(variance, ProportionVariance::Donner | ProportionVariance::Gee) {
                assert_same(fit.icc, expected.number("icc"), tolerance);
            }
            if variance == ProportionVariance::Donner {
                assert_same(fit.design_effect, expected.number("design_effect"), tolerance);
            }
            if variance == ProportionVariance::Binomial {
                let p = fit.threshold.unwrap().p_value;
                assert_close(&[p], &[expected.number("p_above_threshold").unwrap()], CLOSED_FORM);
            }
        }
    }
}

fn cluster_counts() -> impl Strategy<Value = Vec<(usize, usize)>> {
    vec((1usize..7).prop_flat_map(|size| (Just(size), 0..=size)), 2..30)
}

proptest! {
    /// Rows in another order, clusters with other numbers: the same fit.
    #[test]
    fn order_and_numbering_do_not_matter(counts in cluster_counts()) {
        let backwards: Vec<_> = counts.iter().rev().copied().collect();
        for variance in VARIANCES {
            let (a, ca) = units(&counts);
            let (b, cb) = units(&backwards);
            match (by(variance).fit(&a, &ca), by(variance).fit(&b, &cb)) {
                (Ok(a), Ok(b)) => {
                    assert_close(&[a.estimate], &[b.estimate], ITERATED);
                    assert_same(a.icc, b.icc, ITERATED);
                    // A variance that is 0 but for rounding may or may not exist.
                    if a.std_error.is_none_or(|se| se > 1e-6) && b.std_error.is_some() {
                        assert_same(a.std_error, b.std_error, 1e-7);
                    }
                }
                (a, b) => prop_assert_eq!(a.is_err(), b.is_err()),
            }
        }
    }

    /// Counting the other outcome mirrors everything.
    #[test]
    fn the_complement_mirrors(counts in cluster_counts()) {
        let others: Vec<_> = counts.iter().map(|&(size, events)| (size, size - events)).collect();
        for variance in [ProportionVariance::Donner, ProportionVariance::Ratio, ProportionVariance::Binomial] {
            for interval in [ProportionInterval::Wald, ProportionInterval::Logit,
                             ProportionInterval::Wilson, ProportionInterval::Exact] {
                let estimator = by(variance).interval(interval);
                let (a, b) = (fit(&counts, estimator.clone()), fit(&others, estimator));
                assert_same(a.icc, b.icc, 1e-10);
                if let (Some(a_i), Some(b_i), true) =
                    (a.interval, b.interval, a.std_error.is_some_and(|se| se > 1e-6))
                {
                    assert_same(a_i.lower, b_i.upper.map(|upper| 1.0 - upper), 1e-9);
                    prop_assert!(a_i.lower.unwrap() <= a.estimate + 1e-12);
                    prop_assert!(a_i.upper.unwrap() >= a.estimate - 1e-12);
                }
            }
        }
    }

    /// Clusters of one unit: no design effect, and every variance is the binomial one, up to
    /// k / (k - 1) for the ratio.
    #[test]
    fn clusters_of_one_are_independent(events in vec(any::<bool>(), 2..60)) {
        let counts: Vec<_> = events.iter().map(|&event| (1, usize::from(event))).collect();
        let binomial = fit(&counts, by(ProportionVariance::Binomial));
        prop_assume!(binomial.events > 0 && binomial.events < binomial.n);
        for variance in [ProportionVariance::Donner, ProportionVariance::Gee] {
            let other = fit(&counts, by(variance));
            prop_assert_eq!(other.icc, None);
            assert_same(other.std_error, binomial.std_error, CLOSED_FORM);
        }
        let k = counts.len() as f64;
        let ratio = fit(&counts, by(ProportionVariance::Ratio)).std_error.unwrap();
        assert_close(&[ratio * ((k - 1.0) / k).sqrt()], &[binomial.std_error.unwrap()], CLOSED_FORM);
    }

    /// Any clusters, variance and interval: no panic, and no number that is none.
    #[test]
    fn every_number_is_finite(counts in vec((1usize..5).prop_flat_map(|n| (Just(n), 0..=n)), 1..7)) {
        for variance in VARIANCES {
            for &(interval, _, _) in ProportionInterval::ALL {
                let (outcome, clusters) = units(&counts);
                let estimator = by(variance).interval(interval).threshold(0.7);
                let Ok(fit) = estimator.fit(&outcome, &clusters) else {
                    prop_assert_eq!(variance, ProportionVariance::Gee);
                    continue;
                };
                let test = fit.threshold;
                let numbers = [
                    Some(fit.estimate), fit.icc, fit.design_effect, fit.std_error,
                    fit.interval.and_then(|i| i.lower), fit.interval.and_then(|i| i.upper),
                    test.and_then(|test| test.statistic), test.map(|test| test.p_value),
                ];
                prop_assert!(numbers.iter().flatten().all(|x| x.is_finite()), "{:?}", fit);
            }
        }
    }
}
