//! Data that once broke a curve, each with what happened.

use riskset::Choice;
use riskset::{ConfType, CountingProcess, Interval, KaplanMeier, RightCensored};

/// Nobody is at risk between 1 and 3, and the only one at risk fails at 1. The number at risk was
/// a difference of sums of fractional weights, so that 1e-13 of a patient stayed and S was not 0.
#[test]
fn a_part_of_a_patient_stayed_at_risk() {
    let rows = CountingProcess::new(&[0.0, 3.0], &[1.0, 4.0], &[true, false])
        .unwrap()
        .with_weights(&[968.8411223677173, 2.0 * 968.8411223677173])
        .unwrap();
    let curve = KaplanMeier::default().fit(&rows).unwrap();
    assert_eq!(curve.n_risk()[0], 968.8411223677173);
    assert_eq!(curve.survival(), [0.0, 0.0]);
    assert_eq!(curve.n_risk_at(2.0), 0.0);
}

/// A weight so large that the other is lost beside it: S rounds to 1, where the logit and its
/// like are infinite, and a limit was NaN.
#[test]
fn a_survival_that_rounds_to_one() {
    let rows = RightCensored::new(&[0.1, 0.1], &[false, true])
        .unwrap()
        .with_weights(&[1e214, 1e105])
        .unwrap();
    for &(conf_type, _, _) in ConfType::ALL {
        let curve = KaplanMeier::default().conf_type(conf_type).fit(&rows).unwrap();
        let sure = Interval { lower: Some(1.0), upper: Some(1.0) };
        assert_eq!(curve.intervals()[0], (conf_type != ConfType::None).then_some(sure));
    }
}

/// A late row of weight 1e200 took everyone else out of the risk set: n was 0 with 1 event, and S
/// minus infinity.
#[test]
fn a_risk_set_smaller_than_those_who_leave_it() {
    let rows = CountingProcess::new(&[0.0, 2.0, 0.0], &[1.0, 3.0, 1.5], &[true, true, true])
        .unwrap()
        .with_weights(&[1.0, 1e200, 1.0])
        .unwrap();
    let curve = KaplanMeier::default().fit(&rows).unwrap();
    assert!(curve.n_risk().iter().zip(curve.n_event()).all(|(n, d)| n >= d));
    assert!(curve.survival().iter().all(|survival| (0.0..=1.0).contains(survival)));
}

/// The square of the area after a time overflowed, and the standard error was NaN.
#[test]
fn a_horizon_too_long_to_square() {
    let curve = |unit: f64| {
        let rows = RightCensored::new(&[1.0 * unit, 2.0 * unit, 4.0 * unit], &[true, true, false]);
        KaplanMeier::default().fit(&rows.unwrap()).unwrap().rmst(3.0 * unit).unwrap()
    };
    let (short, long) = (curve(1.0), curve(1e200));
    assert!((long.std_error / 1e200 - short.std_error).abs() < 1e-15);
    assert!((long.estimate / 1e200 - short.estimate).abs() < 1e-15);
}
