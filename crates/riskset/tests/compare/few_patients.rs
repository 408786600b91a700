//! Intervals for few patients: by hand, against formulas written out in R, and what they refuse.

use crate::small::response;
use crate::support::{assert_same, golden};
use riskset::{
    Error, FewPatients, Interval, KaplanMeier, RightCensored, SurvivalCurve, SurvivalEstimator,
};

/// R's uniroot and qbeta stop a little before the last digits.
const ROOT: f64 = 1e-9;

fn km(times: &[f64], events: &[bool]) -> SurvivalCurve {
    KaplanMeier::default().fit(&RightCensored::new(times, events).unwrap()).unwrap()
}

#[test]
fn agrees_with_the_formulas_in_r() {
    for name in ["ovarian", "aml", "nonmaintained"] {
        let golden = golden(&format!("compare-few-{name}"));
        let curve = KaplanMeier::default().fit(&response(&golden)).unwrap();
        for (method, key) in [
            (FewPatients::LikelihoodRatio, "likelihood"),
            (FewPatients::BetaProduct, "beta"),
            (FewPatients::RothmanWilson, "wilson"),
        ] {
            let lower = golden.optional(&format!("{key}_lower"));
            let upper = golden.optional(&format!("{key}_upper"));
            for (place, time) in golden.numbers("time").into_iter().enumerate() {
                let found = method.at(&curve, time).unwrap();
                assert_same(found.and_then(|found| found.lower), lower[place], ROOT);
                assert_same(found.and_then(|found| found.upper), upper[place], ROOT);
            }
            if key != "wilson" {
                let expected = golden.optional(&format!("median_{key}"));
                let median = method.quantile(&curve, 0.5).unwrap();
                assert_eq!([median.lower, median.upper], expected[..]);
            }
        }
    }
}

/// Four patients, one event at 1, nobody censored before 2: S(1) is 3/4. The interval of Clopper and
/// Pearson for 3 of 4 is 0.1941204 to 0.9936905; Wilson's has n = 4 again.
#[test]
fn without_censoring_they_are_those_of_a_proportion() {
    let curve = km(&[1.0, 2.0, 3.0, 4.0], &[true, false, false, false]);
    let at = |method: FewPatients| {
        let found = method.at(&curve, 1.0).unwrap().unwrap();
        (found.lower.unwrap(), found.upper.unwrap())
    };
    let (lower, upper) = at(FewPatients::BetaProduct);
    assert!((lower - 0.1941204).abs() < 1e-7 && (upper - 0.9936905).abs() < 1e-7);
    let (lower, upper) = at(FewPatients::RothmanWilson);
    let z2 = 1.959963984540054f64.powi(2);
    let half = (0.75 * 0.25 / 4.0 + z2 / 64.0).sqrt() * z2.sqrt();
    assert!((lower - (0.75 + z2 / 8.0 - half) / (1.0 + z2 / 4.0)).abs() < 1e-12);
    assert!((upper - (0.75 + z2 / 8.0 + half) / (1.0 + z2 / 4.0)).abs() < 1e-12);
    // The likelihood ratio of a binomial: 2 (3 log(0.75 / p) + log(0.25 / (1 - p))) = z2.
    let (lower, upper) = at(FewPatients::LikelihoodRatio);
    for p in [lower, upper] {
        let ratio = 2.0 * (3.0 * (0.75 / p).ln() + (0.25 / (1.0 - p)).ln());
        assert!((ratio - z2).abs() < 1e-9, "{p} {ratio}");
    }
}

/// Before an event the beta product says what nobody dying of 4 says: 0.025^(1/4) to 1.
#[test]
fn where_nothing_varies() {
    let curve = km(&[1.0, 2.0, 3.0, 4.0], &[true, false, false, false]);
    assert_eq!(FewPatients::LikelihoodRatio.at(&curve, 0.5), Ok(None));
    assert_eq!(FewPatients::RothmanWilson.at(&curve, 0.5), Ok(None));
    let Interval { lower, upper } = FewPatients::BetaProduct.at(&curve, 0.5).unwrap().unwrap();
    assert!((lower.unwrap() - 0.025f64.powf(0.25)).abs() < 1e-12);
    assert_eq!(upper, Some(1.0));
    // After the last time nobody is left: the lower limit is 0 and the curve is unknown.
    assert_eq!(FewPatients::LikelihoodRatio.at(&curve, 4.5), Ok(None));
    assert_eq!(FewPatients::BetaProduct.at(&curve, 4.5).unwrap().unwrap().lower, Some(0.0));
    // A curve at 0: the likelihood ratio of 0 of 2 surviving has the upper limit 1 - exp(-z2 / 4).
    let gone = km(&[1.0, 1.0], &[true, true]);
    let found = FewPatients::LikelihoodRatio.at(&gone, 1.0).unwrap().unwrap();
    let z2 = 1.959963984540054f64.powi(2);
    assert_eq!(found.lower, Some(0.0));
    assert!((found.upper.unwrap() - (1.0 - (-z2 / 4.0).exp())).abs() < 1e-12);
    assert_eq!(FewPatients::RothmanWilson.at(&gone, 1.0), Ok(None));
}

#[test]
fn what_they_cannot_take_is_refused() {
    let rows = RightCensored::new(&[1.0, 2.0], &[true, true]).unwrap();
    let breslow = KaplanMeier::default().estimator(SurvivalEstimator::Breslow).fit(&rows).unwrap();
    let error = FewPatients::BetaProduct.at(&breslow, 1.0).unwrap_err().to_string();
    assert!(error.contains("another curve than Kaplan-Meier's"), "{error}");
    let late = rows.clone().with_entry(&[0.5, 0.0]).unwrap();
    let late = KaplanMeier::default().fit(&late).unwrap();
    let error = FewPatients::BetaProduct.quantile(&late, 0.5).unwrap_err().to_string();
    assert!(error.contains("case weights or late entries"), "{error}");
    let curve = KaplanMeier::default().fit(&rows).unwrap();
    let error = FewPatients::RothmanWilson.at(&curve, f64::NAN).unwrap_err();
    assert!(matches!(error, Error::RequestedTime { .. }));
    let error = FewPatients::RothmanWilson.quantile(&curve, 1.0).unwrap_err().to_string();
    assert!(
        error.starts_with("the probability of a quantile is 1, but it must lie between 0 and 1")
    );
}
