//! Cumulative incidence: by hand, against R, and what must hold for any data.

mod support;

use proptest::{collection::vec, prelude::*};
use riskset::Choice;
use riskset::{
    AalenJohansen, CompetingRisks, ConfType, CountingProcess, CumulativeIncidence, CurveVariance,
    Error, Groups, KaplanMeier, RightCensored,
};
use support::{CLOSED_FORM, Golden, assert_close, assert_same, golden};

fn incidence(times: &[f64], causes: &[u32], n_causes: usize) -> CumulativeIncidence {
    AalenJohansen::default().fit(&CompetingRisks::new(times, causes, n_causes).unwrap()).unwrap()
}

/// Both causes and a censoring tied at 2; the last patient has cause 1.
#[test]
fn six_patients_by_hand() {
    let curve = incidence(&[1.0, 2.0, 2.0, 2.0, 3.0, 4.0], &[1, 1, 2, 0, 0, 1], 2);
    assert_eq!(curve.time(), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(curve.n_risk(), [6.0, 5.0, 2.0, 1.0]);
    assert_eq!(curve.n_event(), [1.0, 2.0, 0.0, 1.0]);
    assert_eq!(curve.n_censor(), [0.0, 1.0, 1.0, 0.0]);
    assert_eq!((curve.len(), curve.is_empty(), curve.n_rows()), (4, false, 6));
    assert_eq!((curve.conf_level(), curve.last_time()), (0.95, 4.0));
    // S before each time: 1, 5/6, 5/6 * 3/5 = 1/2, 1/2.
    let first = curve.cause(1);
    assert_close(
        first.estimate(),
        &[1.0 / 6.0, 1.0 / 6.0 + 5.0 / 6.0 / 5.0, 1.0 / 3.0, 1.0 / 3.0 + 0.5],
        CLOSED_FORM,
    );
    let second = curve.cause(2);
    assert_close(second.estimate(), &[0.0, 1.0 / 6.0, 1.0 / 6.0, 1.0 / 6.0], CLOSED_FORM);
    assert_close(curve.event_free(), &[5.0 / 6.0, 0.5, 0.5, 0.0], CLOSED_FORM);
    // Until 2 nobody is censored, so the incidences are binomial: p (1 - p) / 6.
    let binomial = |p: f64| (p * (1.0 - p) / 6.0).sqrt();
    assert_close(
        &first.std_error().unwrap()[..2],
        &[binomial(1.0 / 6.0), binomial(1.0 / 3.0)],
        CLOSED_FORM,
    );
    assert_close(&second.std_error().unwrap()[..2], &[0.0, binomial(1.0 / 6.0)], CLOSED_FORM);
    // At 4 the one at risk fails for certain: F1 = 1 - F2, with the error of F2.
    assert_close(&first.std_error().unwrap()[3..], &second.std_error().unwrap()[3..], CLOSED_FORM);
    assert_eq!((first.n_events(), second.n_events()), (3, 1));
    // No incidence, no interval; and log F -/+ z se / F otherwise.
    assert_eq!(second.interval_at(0), None);
    let width = riskset::normal::quantile(0.975) * binomial(1.0 / 6.0) * 6.0;
    let interval = first.interval_at(0).unwrap();
    assert_same(interval.lower, Some((-width).exp() / 6.0), CLOSED_FORM);
    assert_same(interval.upper, Some(f64::min(width.exp() / 6.0, 1.0)), CLOSED_FORM);
}

#[test]
fn read_at_times_and_quantiles() {
    let curve = incidence(&[1.0, 2.0, 2.0, 2.0, 3.0, 4.0], &[1, 1, 2, 0, 0, 1], 2);
    let read = curve.cause(1).at_times(&[9.0, 0.5, 2.5]).unwrap();
    assert_eq!((read[1].estimate, read[1].std_error), (Some(0.0), Some(0.0)));
    assert_eq!((read[2].n_risk, read[2].n_event), (2.0, 2.0));
    // Nobody is event-free at the end, so the incidence is known for ever.
    assert_same(read[0].estimate, Some(1.0 / 3.0 + 0.5), CLOSED_FORM);
    assert_eq!(read[0].n_event, 1.0);
    // F1 equals 1/3 from 2 until it jumps at 4: the middle.
    assert_eq!(curve.cause(1).quantile(1.0 / 3.0).estimate, Some(3.0));
    assert_eq!(curve.cause(1).quantile(0.5).estimate, Some(4.0));
    assert_eq!(curve.cause(2).quantile(0.5).estimate, None);
    let error = curve.cause(1).at_times(&[f64::NAN]).unwrap_err();
    assert!(matches!(error, Error::RequestedTime { .. }));
    // The last is censored at 5: nothing is known beyond.
    let open = incidence(&[1.0, 5.0], &[1, 0], 2);
    assert_eq!(open.cause(1).at_times(&[6.0]).unwrap()[0].estimate, None);
}

/// Rows (0, 2], (1, 3], (5, 6]: the risk set is empty between 3 and 5 and fills again.
#[test]
fn late_entries_by_hand() {
    let rows = CountingProcess::new(&[0.0, 1.0, 5.0], &[2.0, 3.0, 6.0], &[true, false, true]);
    let rows = rows.unwrap().into_observations();
    let response = CompetingRisks::from_observations(rows, &[2, 0, 1], 2).unwrap();
    let curve = AalenJohansen::default().fit(&response).unwrap();
    assert_eq!(curve.n_risk(), [2.0, 1.0, 1.0]);
    assert_eq!(curve.cause(2).estimate(), [0.5, 0.5, 0.5]);
    assert_eq!(curve.cause(1).estimate(), [0.0, 0.0, 0.5]);
    let late = CompetingRisks::new(&[2.0, 3.0, 6.0], &[2, 0, 1], 2).unwrap();
    let late = late.with_entry(&[0.0, 1.0, 5.0]).unwrap();
    assert_eq!(AalenJohansen::default().fit(&late).unwrap(), curve);
}

/// Ten of twelve patients have cause 1 and nobody is left or lost: quantiles by hand, the limits
/// where the limit curves get there.
#[test]
fn limits_of_quantiles_are_quantiles_of_limits() {
    let times: Vec<f64> = (1..=12).map(f64::from).collect();
    let causes = [1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1];
    let curve = incidence(&times, &causes, 2);
    let cause = curve.cause(1);
    // 5/12 at 6 months and 6/12 at 7, which holds until 9: the middle.
    let quantile = cause.quantile(0.5);
    assert_eq!(quantile.estimate, Some(8.0));
    let first = |pick: fn(&riskset::Interval) -> Option<f64>| {
        let limits = cause.intervals();
        let reached = limits
            .iter()
            .position(|limit| limit.as_ref().and_then(pick).is_some_and(|limit| limit > 0.5));
        reached.map(|index| times[index])
    };
    let (lower, upper) = (first(|limit| limit.upper), first(|limit| limit.lower));
    assert_eq!((quantile.lower, quantile.upper), (lower, upper));
    assert!(lower < quantile.estimate && quantile.estimate < upper);
}

/// Everybody has cause 2, or all who are left: certain, with whatever weights and on every scale.
#[test]
fn certainty_has_no_error() {
    let times: Vec<f64> = (1..=7).map(f64::from).collect();
    let response = CompetingRisks::new(&times, &[0, 2, 2, 2, 2, 2, 2], 2).unwrap();
    let weights = [0.1, 0.7, 0.3, 1.1, 0.9, 0.2, 0.6];
    for response in [response.clone(), response.with_weights(&weights).unwrap()] {
        for &(conf_type, _, _) in ConfType::ALL {
            let curve = AalenJohansen::default().conf_type(conf_type).fit(&response).unwrap();
            let last = curve.cause(2).points().last().unwrap();
            assert_eq!((last.estimate, last.std_error), (1.0, Some(0.0)));
            let expected = (conf_type != ConfType::None).then_some((Some(1.0), Some(1.0)));
            assert_eq!(last.interval.map(|limits| (limits.lower, limits.upper)), expected);
        }
    }
}

/// Six patients, 2 relapse and 2 die without: 1 - 5/6 * 3/4 = 3/8 against 1/6 + 1/4 * 4/6 = 1/3.
#[test]
fn competing_events_coded_as_censored_overstate() {
    let curve = incidence(&[1.0, 2.0, 3.0, 3.5, 4.0, 5.0], &[1, 2, 1, 2, 0, 0], 2);
    let excess = curve.cause(1).overstatement().unwrap();
    assert_eq!((excess.time, excess.competing_events), (3.0, 1.0));
    assert_close(
        &[excess.one_minus_kaplan_meier, excess.incidence],
        &[3.0 / 8.0, 1.0 / 3.0],
        CLOSED_FORM,
    );
    // Competing events after, or at the same time as, the last event do no harm.
    assert_eq!(incidence(&[1.0, 2.0, 2.0, 3.0], &[1, 1, 2, 2], 2).cause(1).overstatement(), None);
    assert_eq!(incidence(&[1.0, 2.0], &[1, 0], 2).cause(1).overstatement(), None);
}

#[test]
fn refusals_say_what_to_do() {
    let error = CompetingRisks::new(&[1.0, 2.0], &[1, 3], 2).unwrap_err();
    assert_eq!(
        error.to_string(),
        "row 2: the cause is 3, but it must be 0 where the row is censored, and otherwise 1 to \
         2; correct the code or the number of causes"
    );
    let rows = RightCensored::new(&[1.0, 2.0], &[true, false]).unwrap().into_observations();
    let error = CompetingRisks::from_observations(rows.clone(), &[1, 2], 2).unwrap_err();
    assert_eq!(error, Error::Cause { row: 1, cause: 2, n_causes: 2 });
    let error = CompetingRisks::from_observations(rows, &[1], 2).unwrap_err();
    assert_eq!(error.to_string(), "causes: 1 values for 2 rows; give one value for each row");
    let response = CompetingRisks::new(&[1.0], &[1], 2).unwrap();
    assert_eq!(
        response.cause_specific(0).unwrap_err().to_string(),
        "there is no cause 0; the causes are numbered 1 to 2, and 0 is censored"
    );
    let error = AalenJohansen::default().conf_level(95.0).fit(&response).unwrap_err();
    assert_eq!(error, Error::ConfLevel { level: 95.0 });
}

fn groups_of(golden: &Golden, key: &str) -> Groups {
    let index: Vec<u32> = golden.codes(key).iter().map(|code| code - 1).collect();
    let count = *index.iter().max().unwrap() as usize + 1;
    Groups::new(index, count).unwrap()
}

fn response_of(golden: &Golden) -> CompetingRisks {
    let causes = golden.codes("cause");
    let n_causes = *causes.iter().max().unwrap() as usize;
    CompetingRisks::new(&golden.numbers("time"), &causes, n_causes).unwrap()
}

fn assert_curves(curves: &[CumulativeIncidence], golden: &Golden) {
    let expected = golden.at("curves").entries();
    assert_eq!(curves.len(), expected.len());
    for (curve, expected) in curves.iter().zip(&expected) {
        assert_close(curve.time(), &expected.numbers("time"), CLOSED_FORM);
        assert_close(curve.n_risk(), &expected.numbers("n_risk"), CLOSED_FORM);
        for (place, cause) in curve.causes().enumerate() {
            assert_close(
                cause.estimate(),
                &expected.numbers(&format!("estimate.{place}")),
                CLOSED_FORM,
            );
            assert_close(
                cause.std_error().unwrap(),
                &expected.numbers(&format!("std_error.{place}")),
                CLOSED_FORM,
            );
            let limits = cause.intervals();
            for (key, upper) in [("lower", false), ("upper", true)] {
                let expected = expected.optional(&format!("{key}.{place}"));
                for (found, expected) in limits.iter().zip(expected) {
                    // R has no limits, or those of an infinite width, where nothing has happened.
                    let Some(found) = found else { continue };
                    assert_same(if upper { found.upper } else { found.lower }, expected, 1e-11);
                }
            }
        }
    }
}

/// The JSON is written by tests/golden/competing.R.
#[test]
fn curves_agree_with_survfit() {
    for name in ["mgus2", "transplant", "simulated"] {
        let golden = golden(&format!("competing-{name}"));
        let curves = AalenJohansen::default()
            .fit_groups(&response_of(&golden), &groups_of(&golden, "group"))
            .unwrap();
        assert_curves(&curves, &golden);
    }
}

/// DIFFERENCE: with late entry survfit's standard error is a jackknife over rows; ours stays the
/// Greenwood type, as for Kaplan-Meier, and as etm computes it.
#[test]
fn late_entry_agrees_with_survfit_and_etm() {
    let golden = golden("competing-mgus2-age");
    let causes = golden.codes("cause");
    let events: Vec<bool> = causes.iter().map(|&cause| cause > 0).collect();
    let rows =
        CountingProcess::new(&golden.numbers("start"), &golden.numbers("stop"), &events).unwrap();
    let response = CompetingRisks::from_observations(rows.into_observations(), &causes, 2).unwrap();
    let curves =
        AalenJohansen::default().fit_groups(&response, &groups_of(&golden, "group")).unwrap();
    for (curve, expected) in curves.iter().zip(golden.at("curves").entries()) {
        assert_close(curve.time(), &expected.numbers("time"), CLOSED_FORM);
        assert_close(curve.n_risk(), &expected.numbers("n_risk"), CLOSED_FORM);
        let times = expected.numbers("event_time");
        for (place, cause) in curve.causes().enumerate() {
            let estimate = expected.numbers(&format!("estimate.{place}"));
            assert_close(cause.estimate(), &estimate, CLOSED_FORM);
            let at = cause.at_times(&times).unwrap();
            let found: Vec<f64> = at.iter().map(|at| at.std_error.unwrap()).collect();
            let std_error = expected.numbers(&format!("event_std_error.{place}"));
            assert_close(&found, &std_error, CLOSED_FORM);
        }
    }
}

/// Rows (2, 4], (3, 5] of two causes: before 2 nobody is under observation.
#[test]
fn nothing_is_known_before_the_first_entry() {
    let rows = CountingProcess::new(&[2.0, 3.0], &[4.0, 5.0], &[true, true]).unwrap();
    let response = CompetingRisks::from_observations(rows.into_observations(), &[1, 2], 2).unwrap();
    let curve = AalenJohansen::default().fit(&response).unwrap();
    let cause = curve.causes().next().unwrap();
    let at = cause.at_times(&[1.0, 2.0, 4.0, 4.0]).unwrap();
    let estimates: Vec<Option<f64>> = at.iter().map(|at| at.estimate).collect();
    assert_eq!(estimates, [None, Some(0.0), Some(0.5), Some(0.5)]);
    // A time that is asked for twice has its events twice.
    assert_eq!(at.iter().map(|at| at.n_event).collect::<Vec<_>>(), [0.0, 0.0, 1.0, 1.0]);
    assert!(at[0].n_event.is_sign_positive());
}

/// Carried sums of squares, some of which cancel, on both sides.
const ROBUST: f64 = 1e-9;

#[test]
fn robust_errors_agree_with_survfit() {
    let golden = golden("competing-robust");
    let data = golden.at("data");
    let (codes, clusters) = (data.codes("cause"), groups_of(&data, "cluster"));
    let response = CompetingRisks::new(&data.numbers("time"), &codes, 2).unwrap();
    let response = response.with_weights(&data.numbers("weight")).unwrap();
    let mut compared = 0;
    for (by, model) in [
        ("row", AalenJohansen::default().robust(true)),
        ("cluster", AalenJohansen::default().cluster(Some(&clusters))),
    ] {
        let curves = model.fit_groups(&response, &groups_of(&data, "group")).unwrap();
        for (curve, expected) in curves.iter().zip(golden.at("curves").at(by).entries()) {
            for (place, cause) in curve.causes().enumerate() {
                let estimate = expected.numbers(&format!("estimate.{place}"));
                assert_close(cause.estimate(), &estimate, CLOSED_FORM);
                let std_error = expected.numbers(&format!("std_error.{place}"));
                assert_close(cause.std_error().unwrap(), &std_error, ROBUST);
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 8);
}

/// Of two groups the second is one cluster: it has no error and no limits, and the first keeps its own.
#[test]
fn a_robust_error_needs_two_clusters() {
    let response =
        CompetingRisks::new(&[1.0, 2.0, 3.0, 4.0, 1.0, 2.0], &[1, 2, 1, 0, 1, 2], 2).unwrap();
    let groups = Groups::new(vec![0, 0, 0, 0, 1, 1], 2).unwrap();
    let clusters = Groups::new(vec![0, 0, 1, 1, 2, 2], 3).unwrap();
    let model = AalenJohansen::default().cluster(Some(&clusters));
    let curves = model.fit_groups(&response, &groups).unwrap();
    assert!(curves[0].cause(1).std_error().unwrap()[0] > 0.0);
    let single = curves[1].cause(1);
    assert_eq!((single.estimate(), single.std_error()), (&[0.5, 0.5][..], None));
    assert_eq!(single.interval_at(0), None);
    let at = single.at_times(&[0.5, 1.0]).unwrap();
    assert_eq!((at[0].std_error, at[1].std_error, at[1].estimate), (None, None, Some(0.5)));
    let wrong = model.fit(&CompetingRisks::new(&[1.0], &[1], 2).unwrap()).unwrap_err();
    assert_eq!(wrong, Error::Length { what: "clusters", expected: 1, found: 6 });
}

fn rows() -> impl Strategy<Value = Vec<(u8, u32)>> {
    vec((0u8..12, 0u32..4), 1..60)
}

fn split(rows: &[(u8, u32)]) -> (Vec<f64>, Vec<u32>) {
    rows.iter().map(|&(time, cause)| (f64::from(time), cause)).unzip()
}

proptest! {
    /// Where each row is one patient, the covariance of the states is that of the jackknife.
    #[test]
    fn robust_errors_of_patients_are_those_of_counts(rows in rows()) {
        let times: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
        let causes: Vec<u32> = rows.iter().map(|row| row.1).collect();
        let response = CompetingRisks::new(&times, &causes, 3).unwrap();
        let counted = AalenJohansen::default().fit(&response).unwrap();
        let robust = AalenJohansen::default().robust(true).fit(&response).unwrap();
        prop_assert_eq!(robust.variance(), CurveVariance::Robust { clusters: None });
        for (a, b) in counted.causes().zip(robust.causes()) {
            for (a, b) in a.std_error().unwrap().iter().zip(b.std_error().unwrap()) {
                prop_assert!((a * a - b * b).abs() < 1e-12, "{} {}", a, b);
            }
        }
    }

    #[test]
    fn incidences_and_survival_add_up_to_one(rows in rows()) {
        let (times, causes) = split(&rows);
        let curve = incidence(&times, &causes, 3);
        let events: Vec<bool> = causes.iter().map(|&cause| cause > 0).collect();
        let km = KaplanMeier::default().fit(&RightCensored::new(&times, &events).unwrap()).unwrap();
        assert_close(curve.event_free(), km.survival(), CLOSED_FORM);
        for (i, free) in curve.event_free().iter().enumerate() {
            let total: f64 = curve.causes().map(|cause| cause.estimate()[i]).sum();
            assert_close(&[total + free], &[1.0], CLOSED_FORM);
            for cause in curve.causes() {
                let (now, before) = (cause.estimate()[i], if i == 0 { 0.0 } else { cause.estimate()[i - 1] });
                prop_assert!(now >= before && cause.std_error().unwrap()[i].is_finite());
                prop_assert!(cause.one_minus_kaplan_meier()[i] >= now - CLOSED_FORM);
            }
        }
    }

    /// One cause only: one minus Kaplan-Meier, and Greenwood's standard error.
    #[test]
    fn one_cause_is_kaplan_meier(rows in vec((0u8..12, 0u32..2), 1..60)) {
        let (times, causes) = split(&rows);
        let curve = incidence(&times, &causes, 1);
        let events: Vec<bool> = causes.iter().map(|&cause| cause > 0).collect();
        let km = KaplanMeier::default().fit(&RightCensored::new(&times, &events).unwrap()).unwrap();
        let complement: Vec<f64> = km.survival().iter().map(|s| 1.0 - s).collect();
        assert_close(curve.cause(1).estimate(), &complement, CLOSED_FORM);
        for (i, std_error) in km.std_errors().into_iter().enumerate() {
            if let Some(std_error) = std_error {
                assert_close(&[curve.cause(1).std_error().unwrap()[i]], &[std_error], 1e-8);
            }
        }
        for p in [0.25, 0.5, 0.75] {
            prop_assert_eq!(curve.cause(1).quantile(p).estimate, km.quantile(p).estimate);
        }
    }

    /// Without censoring the incidence is a share of the patients, with its binomial error.
    #[test]
    fn no_censoring_gives_shares(rows in vec((0u8..12, 1u32..4), 1..60)) {
        let (times, causes) = split(&rows);
        let (curve, n) = (incidence(&times, &causes, 3), rows.len() as f64);
        for (i, &time) in curve.time().iter().enumerate() {
            for cause in curve.causes() {
                let by = rows.iter().filter(|r| f64::from(r.0) <= time && r.1 == cause.code());
                let share = by.count() as f64 / n;
                assert_close(&[cause.estimate()[i]], &[share], CLOSED_FORM);
                assert_close(&[cause.std_error().unwrap()[i].powi(2)], &[share * (1.0 - share) / n], CLOSED_FORM);
            }
        }
    }

    /// Row order, the numbering of causes and of groups, and another unit of time.
    #[test]
    fn labels_and_order_do_not_matter(rows in rows(), unit in 0.01f64..100.0) {
        let (times, causes) = split(&rows);
        let curve = incidence(&times, &causes, 3);
        let (back, other): (Vec<f64>, Vec<u32>) =
            times.iter().zip(&causes).rev().map(|(t, c)| (t * unit, [0, 3, 1, 2][*c as usize])).unzip();
        let turned = incidence(&back, &other, 3);
        for (cause, as_other) in [(1, 3), (2, 1), (3, 2)] {
            assert_close(curve.cause(cause).estimate(), turned.cause(as_other).estimate(), CLOSED_FORM);
            assert_close(curve.cause(cause).std_error().unwrap(), turned.cause(as_other).std_error().unwrap(), CLOSED_FORM);
        }
    }

    /// A row of weight 3 is three rows.
    #[test]
    fn weights_are_copies(rows in vec((0u8..12, 0u32..4, 1u8..4), 1..30)) {
        let (times, causes) = split(&rows.iter().map(|r| (r.0, r.1)).collect::<Vec<_>>());
        let weights: Vec<f64> = rows.iter().map(|r| f64::from(r.2)).collect();
        let weighted = CompetingRisks::new(&times, &causes, 3).unwrap().with_weights(&weights).unwrap();
        let weighted = AalenJohansen::default().fit(&weighted).unwrap();
        let copies: Vec<(u8, u32)> = rows.iter()
            .flat_map(|r| std::iter::repeat_n((r.0, r.1), r.2 as usize)).collect();
        let (times, causes) = split(&copies);
        let copied = incidence(&times, &causes, 3);
        for (a, b) in weighted.causes().zip(copied.causes()) {
            assert_close(a.estimate(), b.estimate(), CLOSED_FORM);
            assert_close(a.std_error().unwrap(), b.std_error().unwrap(), CLOSED_FORM);
        }
    }

    /// Every scale of the interval: within [0, 1] and around the estimate.
    #[test]
    fn intervals_hold_the_estimate(rows in rows()) {
        let (times, causes) = split(&rows);
        let response = CompetingRisks::new(&times, &causes, 3).unwrap();
        for &(conf_type, _, _) in ConfType::ALL {
            let curve = AalenJohansen::default().conf_type(conf_type).fit(&response).unwrap();
            for point in curve.causes().flat_map(|cause| cause.points().collect::<Vec<_>>()) {
                let Some(interval) = point.interval else { continue };
                let (lower, upper) = (interval.lower.unwrap(), interval.upper.unwrap());
                prop_assert!((0.0..=point.estimate + 1e-12).contains(&lower), "{conf_type:?} {point:?}");
                prop_assert!((point.estimate - 1e-12..=1.0).contains(&upper), "{conf_type:?} {point:?}");
            }
        }
    }
}
