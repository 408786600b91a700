//! Restricted means: by hand, where they do not exist, and two groups compared.

use riskset::{CountingProcess, KaplanMeier, RightCensored, SurvivalCurve, normal};

fn km(times: &[f64], events: &[bool]) -> SurvivalCurve {
    KaplanMeier::default().fit(&RightCensored::new(times, events).unwrap()).unwrap()
}

#[track_caller]
fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-14 * b.abs().max(1.0), "{a} {b}");
}

/// Four patients, events at 1 and 3, censored at 2 and 4: S is 3/4 from 1, 3/8 from 3.
#[test]
fn four_patients_by_hand() {
    let curve = km(&[1.0, 2.0, 3.0, 4.0], &[true, false, true, false]);
    // To 3.5: 1 + 2 * 3/4 + 0.5 * 3/8. After 1 lie 1.5 + 3/16, after 3 lie 3/16.
    let rmst = curve.rmst(3.5).unwrap();
    close(rmst.estimate, 1.0 + 1.5 + 3.0 / 16.0);
    let variance: f64 =
        (1.5_f64 + 3.0 / 16.0).powi(2) / (4.0 * 3.0) + (3.0_f64 / 16.0).powi(2) / 2.0;
    close(rmst.std_error, variance.sqrt());
    let z = normal::two_sided_quantile(0.95).unwrap();
    close(rmst.lower, rmst.estimate - z * rmst.std_error);
    close(rmst.upper, rmst.estimate + z * rmst.std_error);
    // Before the first event everyone lives: the mean is the horizon, and does not vary.
    let rmst = curve.rmst(0.5).unwrap();
    assert_eq!((rmst.estimate, rmst.std_error), (0.5, 0.0));
    // At an event time nothing lies after it yet.
    close(curve.rmst(3.0).unwrap().std_error, 1.5 / 12f64.sqrt());
}

#[test]
fn beyond_the_follow_up_there_is_none() {
    let open = km(&[1.0, 2.0, 3.0, 4.0], &[true, false, true, false]);
    assert!(open.rmst(4.0).is_some());
    assert_eq!(open.rmst(4.000001), None);
    assert_eq!(open.rmst(0.0), None);
    assert_eq!(open.rmst(-1.0), None);
    assert_eq!(open.rmst(f64::NAN), None);
    assert_eq!(open.rmst(f64::INFINITY), None);
    let closed = km(&[1.0, 3.0], &[true, true]);
    // A curve at zero stays there: 1 + 2 * 1/2, whatever the horizon.
    assert_eq!(closed.rmst(10.0).unwrap().estimate, 2.0);
    close(closed.rmst(10.0).unwrap().std_error, 1.0 / 2f64.sqrt()); // area 1 after 1, term 1/2
}

/// Means 2 and 1.5 of two patients each, uncensored: variances 1/2 and 1/8.
#[test]
fn difference_and_ratio_by_hand() {
    let (a, b) = (km(&[1.0, 3.0], &[true, true]), km(&[1.0, 2.0], &[true, true]));
    let contrast = a.rmst_against(&b, 5.0).unwrap();
    let z = normal::two_sided_quantile(0.95).unwrap();
    let std_error = (0.5_f64 + 0.125).sqrt();
    close(contrast.difference.estimate, 0.5);
    close(contrast.difference.std_error, std_error);
    close(contrast.difference.upper, 0.5 + z * std_error);
    close(contrast.difference.p_value.unwrap(), normal::two_sided_p(0.5 / std_error));
    let log_error = (0.5_f64 / 4.0 + 0.125 / 2.25).sqrt();
    close(contrast.ratio.unwrap().estimate, 4.0 / 3.0);
    close(contrast.ratio.unwrap().std_error, 4.0 / 3.0 * log_error);
    close(contrast.ratio.unwrap().lower, 4.0 / 3.0 * (-z * log_error).exp());
    let p_value = normal::two_sided_p((4.0_f64 / 3.0).ln() / log_error);
    close(contrast.ratio.unwrap().p_value.unwrap(), p_value);
    // The other way round: minus the difference, one over the ratio, the same p values.
    let back = b.rmst_against(&a, 5.0).unwrap();
    close(back.difference.estimate, -0.5);
    close(back.ratio.unwrap().upper, 1.0 / contrast.ratio.unwrap().lower);
    close(back.ratio.unwrap().p_value.unwrap(), contrast.ratio.unwrap().p_value.unwrap());
}

#[test]
fn without_events_nothing_varies_and_there_is_no_p_value() {
    let curve = km(&[5.0, 6.0], &[false, false]);
    let contrast = curve.rmst_against(&curve, 4.0).unwrap();
    assert_eq!((contrast.difference.estimate, contrast.difference.std_error), (0.0, 0.0));
    assert_eq!((contrast.difference.p_value, contrast.ratio.unwrap().p_value), (None, None));
    assert_eq!(curve.rmst_against(&curve, 6.5), None);
}

/// Time may start before 0 in a counting process; then there is no origin to count a mean from.
#[test]
fn without_an_origin_there_is_none() {
    let rows = CountingProcess::new(&[-3.0, 0.0], &[-1.0, 4.0], &[false, true]).unwrap();
    assert_eq!(KaplanMeier::default().fit(&rows).unwrap().rmst(2.0), None);
}

/// Everyone in the reference group has the event at time 0: the mean is 0, and 9 over 0 is no ratio.
#[test]
fn a_mean_of_0_has_a_difference_and_no_ratio() {
    let curve = km(&[9.0, 9.0], &[false, false]);
    let contrast = curve.rmst_against(&km(&[0.0, 0.0], &[true, true]), 9.0);
    // The reference curve has reached 0 and is known for ever after.
    let contrast = contrast.unwrap();
    assert_eq!((contrast.reference.estimate, contrast.difference.estimate), (0.0, 9.0));
    assert_eq!(contrast.ratio, None);
}
