//! Kaplan-Meier and its relatives: by hand.

use riskset::Choice;
use riskset::{
    ConfType, CountingProcess, Groups, Interval, KaplanMeier, RightCensored, SurvivalCurve,
    SurvivalEstimator,
};

fn km(times: &[f64], events: &[bool]) -> SurvivalCurve {
    KaplanMeier::default().fit(&RightCensored::new(times, events).unwrap()).unwrap()
}

/// An event tied with a censoring, an event alone, a censoring alone, and a last event.
#[test]
fn five_patients_by_hand() {
    let curve = km(&[1.0, 1.0, 2.0, 3.0, 4.0], &[true, false, true, false, true]);
    assert_eq!(curve.n_risk(), [5.0, 3.0, 2.0, 1.0]);
    // (n, d) is (5, 1), (3, 1), (2, 0), (1, 1): 4/5, then 4/5 * 2/3, the same again, then 0.
    assert_eq!(curve.survival(), [0.8, 0.8 * (2.0 / 3.0), 0.8 * (2.0 / 3.0), 0.0]);
    // Greenwood at t = 2: (8/15)^2 * (1/(5*4) + 1/(3*2)) = (64/225) * (13/60).
    let point = curve.point(1);
    assert!((point.std_error.unwrap() - f64::sqrt(64.0 / 225.0 * 13.0 / 60.0)).abs() < 1e-15);
    assert!((point.cumulative_hazard - (1.0 / 5.0 + 1.0 / 3.0)).abs() < 1e-15);
    assert_eq!(curve.point(3).std_error, None);
    assert_eq!(curve.point(3).interval, None);
    assert_eq!(curve.median().estimate, Some(4.0));
    // The area to 4: 1 + 0.8 + 2 * 8/15.
    assert!((curve.rmst(4.0).unwrap().estimate - (1.8 + 16.0 / 15.0)).abs() < 1e-15);
    assert_eq!(curve.at(9.0).unwrap().survival, Some(0.0));
}

/// Rows (0, 2], (1, 3], (5, 6]: the risk set is empty between 3 and 5.
#[test]
fn late_entries_by_hand() {
    let rows =
        CountingProcess::new(&[0.0, 1.0, 5.0], &[2.0, 3.0, 6.0], &[true, false, true]).unwrap();
    let curve = KaplanMeier::default().fit(&rows).unwrap();
    assert_eq!(curve.n_risk(), [2.0, 1.0, 1.0]);
    assert_eq!(curve.survival(), [0.5, 0.5, 0.0]);
    let at_risk: Vec<f64> =
        [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.5, 5.0, 5.5, 7.0].map(|t| curve.n_risk_at(t)).into();
    assert_eq!(at_risk, [1.0, 1.0, 1.0, 2.0, 2.0, 1.0, 0.0, 0.0, 1.0, 0.0]);
}

/// Rows (2, 4], (3, 5]: DIFFERENCE: before 2 nobody is under observation, and R gives 1 there.
#[test]
fn nothing_is_known_before_the_first_entry() {
    let rows = CountingProcess::new(&[2.0, 3.0], &[4.0, 5.0], &[true, true]).unwrap();
    let curve = KaplanMeier::default().fit(&rows).unwrap();
    assert_eq!(curve.first_entry(), Some(2.0));
    let survival = |time: f64| curve.at(time).unwrap().survival;
    assert_eq!([0.0, 1.9].map(survival), [None, None]);
    assert_eq!([2.0, 3.5, 4.0].map(survival), [Some(1.0), Some(1.0), Some(0.5)]);
    let early = curve.at(1.0).unwrap();
    assert_eq!((early.std_error, early.interval), (None, None));
    // No events of nobody are 0 and not -0.
    assert!(early.n_event.is_sign_positive() && early.n_censor.is_sign_positive());
    assert_eq!(km(&[4.0, 5.0], &[true, true]).at(0.0).unwrap().survival, Some(1.0));
}

/// Four events: S is 3/4, 1/2, 1/4, 0. A curve flat at exactly one half that falls later has its median
/// in the middle of the flat.
#[test]
fn a_flat_quantile_is_the_middle_of_the_flat() {
    let curve = km(&[1.0, 2.0, 3.0, 4.0], &[true; 4]);
    assert_eq!(curve.median().estimate, Some(2.5));
    assert_eq!(curve.quantile(0.25).estimate, Some(1.5));
    assert_eq!(curve.quantile(0.3).estimate, Some(2.0));
    assert_eq!(curve.quantile(1.0).estimate, Some(4.0));
    assert_eq!(curve.quantile(0.0).estimate, None);
    assert_eq!(curve.quantile(1.5).estimate, None);
    assert_eq!(curve.quantile(f64::NAN).estimate, None);
    // 9/10 * 8/9 * 7/8 * 6/7 * 5/6 is one half on paper, whatever the processor makes of it.
    let times: Vec<f64> = (1..=10).map(f64::from).collect();
    assert_eq!(km(&times, &[true; 10]).median().estimate, Some(5.5));
}

/// Two of four fail at 1 and 2, the others are censored: S stays at one half to the end. R's `quantile`
/// gives the middle, 5.5, or 51 when the last one is seen to 100; its `print(survfit())` gives 2.
#[test]
fn a_median_where_the_curve_stays_is_the_middle_and_tells_that_it_moves() {
    for last in [9.0, 100.0] {
        let open = km(&[1.0, 2.0, 7.0, last], &[true, true, false, false]);
        assert_eq!(open.median().estimate, Some((2.0 + last) / 2.0));
        assert_eq!(open.open_flat(0.5), Some([2.0, last]));
        assert_eq!(open.quantile(0.75).estimate, None);
        assert_eq!([0.25, 0.6, 0.75].map(|p| open.open_flat(p)), [None; 3]);
    }
    // The last of them fails: a flat with an end, which no longer follow-up moves.
    let closed = km(&[1.0, 2.0, 7.0, 9.0], &[true, true, false, true]);
    assert_eq!((closed.median().estimate, closed.open_flat(0.5)), (Some(5.5), None));
}

/// Nobody fails: the curve stays at 1, is sure of it, and has no median.
#[test]
fn without_events_the_curve_is_one() {
    for &(conf_type, _, _) in ConfType::ALL {
        let rows = RightCensored::new(&[3.0, 5.0], &[false; 2]).unwrap();
        let curve = KaplanMeier::default().conf_type(conf_type).fit(&rows).unwrap();
        assert_eq!(curve.survival(), [1.0, 1.0]);
        assert_eq!(curve.std_errors(), [Some(0.0), Some(0.0)]);
        let sure = Interval { lower: Some(1.0), upper: Some(1.0) };
        let expected = (conf_type != ConfType::None).then_some(sure);
        assert_eq!(curve.intervals(), [expected, expected]);
        let median = curve.median();
        assert_eq!((median.estimate, median.lower, median.upper), (None, None, None));
    }
}

#[test]
fn one_patient_who_fails() {
    let curve = km(&[5.0], &[true]);
    assert_eq!(curve.survival(), [0.0]);
    assert_eq!((curve.std_errors(), curve.intervals()), (vec![None], vec![None]));
    let median = curve.median();
    assert_eq!((median.estimate, median.lower, median.upper), (Some(5.0), None, None));
    assert_eq!((curve.n_rows(), curve.n_events(), curve.last_time()), (1, 1, 5.0));
}

/// An event on day zero counts, and the patient is at risk there.
#[test]
fn an_event_at_time_zero() {
    let curve = km(&[0.0, 0.0, 2.0], &[true, false, true]);
    assert_eq!(curve.time(), [0.0, 2.0]);
    assert_eq!(curve.n_risk(), [3.0, 1.0]);
    assert_eq!(curve.survival(), [1.0 * (2.0 / 3.0), 0.0]);
    let at = curve.at(0.0).unwrap();
    assert_eq!((at.n_risk, at.n_event, at.n_censor), (3.0, 1.0, 1.0));
    assert_eq!(at.survival, Some(2.0 / 3.0));
}

/// Before the first time the curve is 1; after the last it is unknown, though nobody is at risk.
#[test]
fn outside_the_observed_times() {
    let curve = km(&[2.0, 4.0], &[true, false]);
    let before = curve.at(1.0).unwrap();
    assert_eq!((before.survival, before.std_error, before.n_risk), (Some(1.0), Some(0.0), 2.0));
    assert_eq!(before.interval, Some(Interval { lower: Some(1.0), upper: Some(1.0) }));
    assert_eq!(curve.at(4.0).unwrap().survival, Some(0.5));
    let after = curve.at(4.5).unwrap();
    assert_eq!((after.survival, after.std_error, after.interval), (None, None, None));
    assert_eq!((after.n_risk, after.n_event, after.n_censor), (0.0, 1.0, 1.0));
}

/// Events and censorings since the next smaller requested time, in the order asked for.
#[test]
fn counts_between_requested_times() {
    let curve = km(&[1.0, 2.0, 2.0, 3.0, 5.0], &[true, true, false, true, false]);
    let at = curve.at_times(&[3.0, 1.0, 3.0]).unwrap();
    let counts: Vec<(f64, f64, f64)> =
        at.iter().map(|at| (at.n_risk, at.n_event, at.n_censor)).collect();
    assert_eq!(counts, [(2.0, 2.0, 1.0), (5.0, 1.0, 0.0), (2.0, 2.0, 1.0)]);
}

/// Three of five fail at once. Nelson and Aalen add 3/5, Fleming and Harrington 1/5 + 1/4 + 1/3;
/// each variance adds the squares, 3/25 and 1/25 + 1/16 + 1/9.
#[test]
fn tied_events_in_the_cumulative_hazard() {
    let rows =
        RightCensored::new(&[1.0, 1.0, 1.0, 1.0, 2.0], &[true, true, true, false, false]).unwrap();
    let fit = |estimator| KaplanMeier::default().estimator(estimator).fit(&rows).unwrap();
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-15, "{a} {b}");
    let breslow = fit(SurvivalEstimator::Breslow).point(0);
    close(breslow.cumulative_hazard, 3.0 / 5.0);
    close(breslow.cumulative_hazard_std_error.unwrap(), f64::sqrt(3.0 / 25.0));
    close(breslow.survival, f64::exp(-3.0 / 5.0));
    close(breslow.std_error.unwrap(), f64::exp(-3.0 / 5.0) * f64::sqrt(3.0 / 25.0));
    let fleming = fit(SurvivalEstimator::FlemingHarrington).point(0);
    let hazard = 1.0 / 5.0 + 1.0 / 4.0 + 1.0 / 3.0;
    let variance: f64 = 1.0 / 25.0 + 1.0 / 16.0 + 1.0 / 9.0;
    close(fleming.cumulative_hazard, hazard);
    close(fleming.cumulative_hazard_std_error.unwrap(), variance.sqrt());
    close(fleming.survival, (-hazard).exp());
    let kaplan_meier = fit(SurvivalEstimator::KaplanMeier).point(0);
    close(kaplan_meier.survival, 2.0 / 5.0);
    close(kaplan_meier.cumulative_hazard, 3.0 / 5.0);
}

/// Two tied rows of weight 2 and 1 among 13: one after the other, each of weight 3/2.
#[test]
fn tied_events_with_weights() {
    let rows = RightCensored::new(&[1.0, 1.0, 4.0], &[true, true, false])
        .unwrap()
        .with_weights(&[2.0, 1.0, 10.0])
        .unwrap();
    let km = KaplanMeier::default().estimator(SurvivalEstimator::FlemingHarrington);
    let hazard = km.fit(&rows).unwrap().cumulative_hazard()[0];
    assert!((hazard - (1.5 / 13.0 + 1.5 / 11.5)).abs() < 1e-15);
}

/// A row of weight 0 is not there, but its time is a time of the table.
#[test]
fn a_weight_of_zero_counts_nothing() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true, true, true, true])
        .unwrap()
        .with_weights(&[1.0, 0.0, 1.0, 0.0])
        .unwrap();
    let curve = KaplanMeier::default().fit(&rows).unwrap();
    assert_eq!(curve.n_risk(), [2.0, 1.0, 1.0, 0.0]);
    assert_eq!(curve.survival(), [0.5, 0.5, 0.0, 0.0]);
    assert_eq!((curve.n_rows(), curve.n_events()), (4, 4));
}

/// The risk set empties at 2 and fills again: the curve has reached 0 and stays there.
#[test]
fn a_curve_does_not_rise_again() {
    let rows = CountingProcess::new(&[0.0, 1.0, 1.5], &[1.0, 3.0, 4.0], &[true; 3]).unwrap();
    let curve = KaplanMeier::default().fit(&rows).unwrap();
    assert_eq!(curve.n_risk(), [1.0, 2.0, 1.0]);
    assert_eq!(curve.survival(), [0.0, 0.0, 0.0]);
    assert_eq!(curve.at(2.0).unwrap().std_error, None);
    assert_eq!(curve.rmst(3.0).unwrap().estimate, 1.0);
}

/// Patients who enter late narrow the interval again: the lower limit falls to 0.054 at 3 and is
/// 0.068 at 7. The limit of the median is where the limit curve first was at or below one half.
#[test]
fn a_limit_that_rises_again_counts_from_its_first_crossing() {
    let rows = CountingProcess::new(
        &[1.0, 4.0, 3.0, 1.0, 6.0, 6.0, 1.0, 5.0],
        &[4.0, 8.0, 7.0, 3.0, 11.0, 8.0, 4.0, 10.0],
        &[false, true, true, true, true, true, false, true],
    )
    .unwrap();
    let curve = KaplanMeier::default().conf_type(ConfType::LogLog).fit(&rows).unwrap();
    let lower = |t: f64| curve.at(t).unwrap().interval.unwrap().lower.unwrap();
    // The values of R's survfit.
    assert!((lower(3.0) - 0.054073427).abs() < 1e-9);
    assert!((lower(7.0) - 0.068332088).abs() < 1e-9);
    let median = curve.median();
    // DIFFERENCE: R's quantile() answers 7 for the lower limit.
    assert_eq!((median.lower, median.estimate), (Some(3.0), Some(8.0)));
}

/// S is 1/2 from 1 and 0 from 3, against 2/3 from 2 and 1/3 from 4, known to 5.
#[test]
fn a_difference_of_curves_by_hand() {
    let short = km(&[1.0, 3.0], &[true, true]);
    let long = km(&[2.0, 4.0, 5.0], &[true, true, false]);
    let steps = short.difference_from(&long);
    let times: Vec<f64> = steps.iter().map(|step| step.time).collect();
    assert_eq!(times, [1.0, 2.0, 3.0, 4.0, 5.0]);
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-15, "{a} {b}");
    let expected = [-1.0 / 2.0, 1.0 / 2.0 - 2.0 / 3.0, -2.0 / 3.0, -1.0 / 3.0, -1.0 / 3.0];
    for (step, expected) in steps.iter().zip(expected) {
        close(step.difference, expected);
    }
    // At 1 only the short curve varies, by 1/2 sqrt(1/2); at 2 the long one adds 2/3 sqrt(1/6).
    close(steps[0].std_error.unwrap(), 0.5 * f64::sqrt(0.5));
    close(steps[1].std_error.unwrap(), f64::sqrt(0.125 + 4.0 / 54.0));
    let half = riskset::normal::two_sided_quantile(0.95).unwrap() * 0.5 * f64::sqrt(0.5);
    close(steps[0].upper.unwrap(), -0.5 + half);
    assert_eq!(steps[0].lower, Some(-1.0));
    // A curve at 0 has no standard error, so the difference has none.
    assert_eq!((steps[2].std_error, steps[2].lower, steps[2].upper), (None, None, None));
    // A time of both is one step.
    assert_eq!(short.difference_from(&short).len(), 2);
    // A curve that is still open ends the comparison.
    let open = km(&[1.0, 2.5], &[true, false]);
    assert_eq!(open.difference_from(&long).last().unwrap().time, 2.5);
}

/// Patient 1 is in group 0 on (0, 9] and in group 1 on (9, 19], patient 2 in group 0 on (0, 9], patient
/// 3 in group 1 on (0, 12] with the event. At the origin two are at risk in group 0 and one in group 1,
/// and at 9 one is censored: patient 1 goes on.
#[test]
fn who_changes_the_group_is_at_risk_from_time_0_and_not_censored() {
    let rows = CountingProcess::new(
        &[0.0, 9.0, 0.0, 0.0],
        &[9.0, 19.0, 9.0, 12.0],
        &[false, false, false, true],
    )
    .unwrap()
    .into_observations();
    let groups = Groups::new(vec![0, 1, 0, 1], 2).unwrap();
    let known = rows.clone().followed_by(&[1, 1, 2, 3]).unwrap();
    for (rows, at_nine, continuing) in [(&rows, 2.0, 0), (&known, 1.0, 1)] {
        let curves = KaplanMeier::default().fit_groups(rows, &groups).unwrap();
        assert_eq!([curves[0].n_risk_at(0.0), curves[1].n_risk_at(0.0)], [2.0, 1.0]);
        assert_eq!(curves[1].n_risk_at(9.5), 2.0);
        assert_eq!(curves[0].at(9.0).unwrap().n_censor, at_nine);
        assert_eq!(curves[0].risk_sets().n_continuing, continuing);
        assert_eq!(curves[1].survival(), [0.5, 0.5], "of two at risk at 12 one fails");
        let counts = rows.headcounts(&groups);
        assert_eq!((counts[0].at(0.0).at_risk, counts[1].at(0.0).at_risk), (2, 1));
        assert_eq!(counts[0].at(10.0).censored, at_nine as usize);
    }
    // Follow-up ends for patients 1 and 2, and not where patient 1 changes the group.
    assert_eq!(known.reversed().event(), [false, true, true, false]);
}
