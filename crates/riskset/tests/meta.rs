//! Meta-analysis of proportions: by hand, against R, and what must hold for any studies.

mod support;

use proptest::{collection::vec, prelude::*};
use riskset::{Error, MetaFit, MetaInterval, MetaModel, MetaWarning, ProportionMeta};
use support::{CLOSED_FORM, Golden, ITERATED, assert_close, golden};

fn two_step(events: &[u64], sizes: &[u64]) -> MetaFit {
    ProportionMeta::default().fit(events, sizes).unwrap()
}

fn exact(events: &[u64], sizes: &[u64]) -> MetaFit {
    ProportionMeta::default().model(MetaModel::Exact).fit(events, sizes).unwrap()
}

fn logit(p: f64) -> f64 {
    (p / (1.0 - p)).ln()
}

/// Two studies of 20 of 40 and 30 of 40: logits 0 and log 3, variances 1/10 and 2/15.
/// With two studies REML has a closed form: tau^2 = (y1 - y2)^2 / 2 - (v1 + v2) / 2.
#[test]
fn two_studies_by_hand() {
    let fit = two_step(&[20, 30], &[40, 40]);
    let log3 = 3f64.ln();
    assert_close(
        &[fit.studies[1].logit, fit.studies[1].std_error.powi(2)],
        &[log3, 2.0 / 15.0],
        CLOSED_FORM,
    );
    let tau = log3 * log3 / 2.0 - 7.0 / 60.0;
    assert_close(&[fit.tau_squared], &[tau], CLOSED_FORM);
    let (w1, w2) = (1.0 / (0.1 + tau), 1.0 / (2.0 / 15.0 + tau));
    assert_close(&[fit.logit], &[w2 * log3 / (w1 + w2)], CLOSED_FORM);
    // Q = (log 3)^2 / (7/30), on one degree of freedom.
    assert_close(&[fit.q.statistic], &[log3 * log3 * 30.0 / 7.0], CLOSED_FORM);
    assert_eq!(fit.q.df, 1);
    // The typical variance of two studies is the mean of theirs: I^2 = tau^2 / (tau^2 + 7/60).
    assert_close(&[fit.i_squared], &[tau / (tau + 7.0 / 60.0)], CLOSED_FORM);
    assert_close(&[fit.studies[0].weight], &[w1 / (w1 + w2)], CLOSED_FORM);
    assert_eq!(fit.warnings, [MetaWarning::FewStudies { studies: 2 }]);
}

#[test]
fn empty_cells_get_half_an_event_and_say_so() {
    let fit = two_step(&[0, 5, 9, 10, 11], &[10, 20, 30, 30, 30]);
    assert!(fit.warnings.contains(&MetaWarning::HalfAdded { study: 0 }));
    // (0.5) / (10.5), and 1/0.5 + 1/10.5.
    assert_close(&[fit.studies[0].logit], &[(0.5f64 / 10.5).ln()], CLOSED_FORM);
    assert_close(&[fit.studies[0].std_error.powi(2)], &[2.0 + 2.0 / 21.0], CLOSED_FORM);
    assert_eq!((fit.studies[0].estimate, fit.studies[0].interval.lower), (0.0, Some(0.0)));
}

/// Studies with the same share: no variance between them, the pooled share itself, and the
/// binomial standard error.
#[test]
fn equal_studies_are_one_study() {
    for fit in [two_step(&[5, 10, 20], &[20, 40, 80]), exact(&[5, 10, 20], &[20, 40, 80])] {
        assert_eq!((fit.tau_squared, fit.i_squared), (0.0, 0.0));
        assert_close(&[fit.estimate], &[0.25], CLOSED_FORM);
        if fit.model == MetaModel::Exact {
            assert_close(&[fit.std_error], &[f64::sqrt(1.0 / 35.0 + 1.0 / 105.0)], CLOSED_FORM);
        } else {
            assert!(fit.q.statistic < 1e-20);
            assert!(
                matches!(fit.warnings[1], MetaWarning::ShortInterval { ratio } if ratio < 1e-9)
            );
        }
    }
}

/// Studies of one unit each are a binomial sample: their variance cannot be seen.
#[test]
fn studies_of_one_unit_are_a_sample() {
    let fit = exact(&[1, 0, 0, 1, 0, 0, 0], &[1; 7]);
    assert_eq!(fit.tau_squared, 0.0);
    assert_close(&[fit.estimate], &[2.0 / 7.0], CLOSED_FORM);
    // 1 / (n p (1 - p)) = 1 / (7 * 10/49).
    assert_close(&[fit.std_error], &[f64::sqrt(0.7)], CLOSED_FORM);
}

/// Eight small studies, six of them with half an event added, for which rounding keeps the steps of REML
/// from ever becoming nothing: the estimate is there, in any order of the studies, and it is that of
/// metafor, `rma(yi, vi, method = "REML")` of these logits.
#[test]
fn rounding_does_not_keep_the_steps_from_ending() {
    let mut studies = [(0, 9), (0, 12), (0, 6), (4, 9), (1, 6), (0, 3), (0, 4), (1, 7)];
    let fit = |studies: &[(u64, u64)]| {
        let (events, sizes): (Vec<u64>, Vec<u64>) = studies.iter().copied().unzip();
        two_step(&events, &sizes)
    };
    for turn in 0..studies.len() {
        studies.rotate_left(1);
        studies.swap(turn, 0);
        let found = fit(&studies);
        assert_close(
            &[found.tau_squared, found.logit],
            &[0.419179840002923, -1.70434323741958],
            ITERATED,
        );
    }
}

#[test]
fn refusals_say_what_to_do() {
    let fit = |events: &[u64], sizes: &[u64]| ProportionMeta::default().fit(events, sizes);
    assert_eq!(
        fit(&[3, 7], &[10, 5]).unwrap_err().to_string(),
        "row 2: 7 events among 5 units; a study has at least one unit, and no more events than \
         units; correct the counts or leave the study out"
    );
    assert_eq!(fit(&[0, 1], &[0, 5]).unwrap_err(), Error::Counts { row: 0, events: 0, n: 0 });
    assert_eq!(
        fit(&[3, 7], &[10]).unwrap_err().to_string(),
        "sizes of studies: 1 values for 2 rows; give one value for each row"
    );
    assert_eq!(
        fit(&[3], &[10]).unwrap_err().to_string(),
        "a meta-analysis of fewer than two studies: not possible; report the study's own \
         proportion with its exact interval"
    );
    let exact = ProportionMeta::default().model(MetaModel::Exact);
    let error = exact.clone().fit(&[0, 0], &[10, 12]).unwrap_err().to_string();
    assert!(error.contains("without events"), "{error}");
    let error = exact.interval(MetaInterval::HartungKnapp).fit(&[1, 2], &[10, 12]).unwrap_err();
    assert!(error.to_string().contains("use Student's t, or the two-step model"));
    let error = ProportionMeta::default().conf_level(95.0).fit(&[1, 2], &[10, 12]).unwrap_err();
    assert_eq!(error, Error::ConfLevel { level: 95.0 });
}

fn counts(golden: &Golden, key: &str) -> Vec<u64> {
    golden.numbers(key).iter().map(|&count| count as u64).collect()
}

/// The JSON is written by tests/golden/meta.R.
#[test]
fn two_steps_agree_with_metafor() {
    for name in ["studies", "large", "alike", "two"] {
        let golden = golden(&format!("meta-{name}"));
        let (events, sizes) = (counts(&golden, "events"), counts(&golden, "sizes"));
        let level = golden.number("level").unwrap();
        let expected = golden.at("two_step");
        let number = |key: &str| expected.number(key).unwrap();
        for (interval, key) in
            [(MetaInterval::HartungKnapp, "hartung_knapp"), (MetaInterval::Normal, "normal")]
        {
            let meta = ProportionMeta::default().conf_level(level).interval(interval);
            let fit = meta.fit(&events, &sizes).unwrap();
            let of = |part: &str| number(&format!("{key}.{part}"));
            let limits = [
                logit(fit.interval.lower.unwrap()),
                logit(fit.interval.upper.unwrap()),
                logit(fit.prediction.lower.unwrap()),
                logit(fit.prediction.upper.unwrap()),
            ];
            let keys = ["lower", "upper", "prediction_lower", "prediction_upper"];
            // A limit at a proportion of 1 - 1e-12 has few digits left as a logit.
            let tolerance = if name == "two" { 1e-4 } else { ITERATED };
            assert_close(&limits, &keys.map(of), tolerance);
            assert_close(&[fit.std_error], &[of("std_error")], ITERATED);
            let found =
                [fit.logit, fit.tau_squared, 100.0 * fit.i_squared, fit.q.statistic, fit.q.p_value];
            assert_close(&found, &["logit", "tau2", "i2", "q", "q_p"].map(number), ITERATED);
            let tau = fit.tau_squared_interval;
            let found = [tau.lower.unwrap(), tau.upper.unwrap()];
            assert_close(&found, &["tau2_lower", "tau2_upper"].map(number), ITERATED);
            let column = |f: fn(&riskset::MetaStudy) -> f64| -> Vec<f64> {
                fit.studies.iter().map(f).collect()
            };
            assert_close(&column(|s| s.logit), &expected.numbers("y"), CLOSED_FORM);
            assert_close(&column(|s| s.std_error.powi(2)), &expected.numbers("v"), CLOSED_FORM);
            assert_close(&column(|s| 100.0 * s.weight), &expected.numbers("weight"), ITERATED);
        }
    }
}

#[test]
fn the_exact_model_agrees_with_numerical_integration() {
    for name in ["studies", "large", "two"] {
        let golden = golden(&format!("meta-{name}"));
        let fit = exact(&counts(&golden, "events"), &counts(&golden, "sizes"));
        let expected = golden.at("exact");
        let number = |key: &str| expected.number(key).unwrap();
        let found = [fit.logit, fit.tau_squared, fit.log_likelihood.unwrap()];
        assert_close(&found, &["logit", "tau2", "log_likelihood"].map(number), ITERATED);
        // R differentiates the score numerically here.
        assert_close(&[fit.std_error], &[number("std_error")], 1e-7);
    }
}

fn studies() -> impl Strategy<Value = Vec<(u64, u64)>> {
    vec((1u64..120).prop_flat_map(|n| (0..=n, Just(n))), 2..12)
}

proptest! {
    // The exact model is slow without optimisation.
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Studies in another order; and the other outcome, which mirrors everything.
    #[test]
    fn order_and_outcome_do_not_matter(studies in studies()) {
        let (events, sizes): (Vec<u64>, Vec<u64>) = studies.iter().copied().unzip();
        let (others, backwards): (Vec<u64>, Vec<u64>) =
            studies.iter().rev().map(|&(x, n)| (n - x, n)).unzip();
        for model in [MetaModel::TwoStep, MetaModel::Exact] {
            let meta = ProportionMeta::default().model(model);
            let (a, b) = (meta.fit(&events, &sizes), meta.fit(&others, &backwards));
            let (a, b) = match (a, b) {
                (Ok(a), Ok(b)) => (a, b),
                // All without events, which the exact model refuses, is all with, mirrored.
                (a, b) => { prop_assert_eq!(a.err(), b.err()); continue; }
            };
            assert_close(&[a.logit], &[-b.logit], 1e-6);
            assert_close(&[a.tau_squared], &[b.tau_squared], 1e-6);
            prop_assert!(a.std_error.is_finite() && (0.0..=1.0).contains(&a.i_squared));
            let (interval, prediction) = (a.interval, a.prediction);
            prop_assert!(prediction.lower.unwrap() <= interval.lower.unwrap() + 1e-12);
            prop_assert!(interval.lower.unwrap() <= a.estimate + 1e-12);
            prop_assert!(a.estimate <= interval.upper.unwrap() + 1e-12);
            let weight: f64 = a.studies.iter().map(|study| study.weight).sum();
            assert_close(&[weight], &[1.0], CLOSED_FORM);
        }
    }

    /// With large studies the two models are one.
    #[test]
    fn large_studies_bring_the_models_together(shares in vec(0.2f64..0.8, 3..8)) {
        let events: Vec<u64> = shares.iter().map(|share| (share * 1e6) as u64).collect();
        let sizes = vec![1_000_000; shares.len()];
        let exact = exact(&events, &sizes);
        let two = two_step(&events, &sizes);
        assert_close(&[exact.logit], &[two.logit], 1e-5);
        // Maximum likelihood divides by k where REML divides by k - 1.
        let k = shares.len() as f64;
        assert_close(&[exact.tau_squared * k / (k - 1.0)], &[two.tau_squared], 1e-5);
    }
}

/// Two studies at the ends and a wide spread between them: with too few nodes the steps of the
/// exact model did not settle, in one of the two mirrored orders.
#[test]
fn studies_at_both_ends_settle_in_either_order() {
    let exact = ProportionMeta::default().model(MetaModel::Exact);
    let fit = exact.fit(&[7, 0, 3, 21], &[9, 38, 7, 21]).unwrap();
    let mirrored = exact.fit(&[0, 4, 38, 2], &[21, 7, 38, 9]).unwrap();
    assert_close(&[fit.logit], &[-mirrored.logit], 1e-9);
    assert_close(&[fit.tau_squared], &[mirrored.tau_squared], 1e-9);
}

/// Hazard ratios of trials that differ, and of trials more alike than chance.
#[test]
fn ratios_agree_with_metafor() {
    let r = golden("meta-ratio");
    for name in ["trials", "alike"] {
        let case = r.at(name);
        let level = case.number("level").unwrap();
        let fit = riskset::RatioMeta::default()
            .conf_level(level)
            .fit(&case.numbers("y"), &case.numbers("se"))
            .unwrap();
        let row = |pooled: &riskset::PooledRatio| {
            let log = |limit: Option<f64>| limit.unwrap().ln();
            let limits = [log(pooled.interval.lower), log(pooled.interval.upper)];
            [[pooled.log_ratio, pooled.std_error].as_slice(), &limits, &[pooled.p_value]].concat()
        };
        assert_close(&row(&fit.common), &case.numbers("common"), ITERATED);
        assert_close(&row(&fit.random), &case.numbers("random"), ITERATED);
        let prediction = [fit.prediction.lower.unwrap().ln(), fit.prediction.upper.unwrap().ln()];
        assert_close(&prediction, &case.numbers("prediction"), ITERATED);
        assert_close(&[fit.tau_squared], &[case.number("tau2").unwrap()], ITERATED);
        assert_close(&[100.0 * fit.i_squared], &[case.number("i2").unwrap()], ITERATED);
        assert_close(
            &[fit.q.statistic, fit.q.p_value],
            &[case.number("q").unwrap(), case.number("q_p").unwrap()],
            ITERATED,
        );
        let weights: Vec<f64> =
            fit.studies.iter().map(|study| 100.0 * study.weight_common).collect();
        assert_close(&weights, &case.numbers("weight_common"), ITERATED);
    }
}

/// Two trials of weights 4 and 1: the common log ratio is (4 y1 + y2) / 5, its variance 1/5.
#[test]
fn two_ratios_by_hand() {
    let fit = riskset::RatioMeta::default().fit(&[0.0, 1.0], &[0.5, 1.0]).unwrap();
    assert_close(&[fit.common.log_ratio], &[0.2], CLOSED_FORM);
    assert_close(&[fit.common.std_error], &[0.2f64.sqrt()], CLOSED_FORM);
    // Q = 4 (0.2)^2 + (0.8)^2.
    assert_close(&[fit.q.statistic], &[0.8], CLOSED_FORM);
    assert_eq!(fit.tau_squared, 0.0);
    assert!(matches!(
        riskset::RatioMeta::default().fit(&[0.0], &[1.0]),
        Err(Error::Unsupported { .. })
    ));
    assert!(riskset::RatioMeta::default().fit(&[0.0, 1.0], &[1.0, 0.0]).is_err());
}
