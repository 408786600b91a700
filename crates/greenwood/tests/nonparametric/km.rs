//! Kaplan-Meier and its relatives: by hand.

use greenwood::{CountingProcess, KaplanMeier, RightCensored, SurvivalCurve};

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
    assert_eq!(at_risk, [0.0, 1.0, 1.0, 2.0, 2.0, 1.0, 0.0, 0.0, 1.0, 0.0]);
}
