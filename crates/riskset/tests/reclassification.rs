//! Net reclassification and integrated discrimination against the formulas written out in R; by hand;
//! what is refused.
//!
//! The JSON is written by tests/golden/reclassification.R.

mod support;

use riskset::{
    ChangeEstimate, Error, NetChange, Observations, Reclassification, ReclassifiedAt, RightCensored,
};
use support::{CLOSED_FORM, assert_close, golden};

/// R's standard errors are numerical derivatives.
const NUMERICAL: f64 = 1e-6;

fn parts(found: &ReclassifiedAt) -> [NetChange; 3] {
    [found.categories.unwrap(), found.continuous, found.discrimination]
}

fn column(found: &ReclassifiedAt, of: fn(&ChangeEstimate) -> f64) -> Vec<f64> {
    let changes = parts(found);
    changes.iter().flat_map(|net| [net.events, net.free, net.net]).map(|one| of(&one)).collect()
}

#[test]
fn estimates_and_errors_agree_with_r() {
    let r = golden("reclassification");
    let plain = RightCensored::new(&r.numbers("time"), &r.flags("event")).unwrap();
    let plain = plain.into_observations();
    let weighted = plain.clone().with_weights(&r.numbers("weights")).unwrap();
    let cuts = r.numbers("cuts");
    for (rows, name) in [(&plain, "plain"), (&weighted, "weighted")] {
        let found = Reclassification::default()
            .cuts(&cuts)
            .estimate(rows, r.number("at").unwrap(), &r.numbers("before"), &r.numbers("after"))
            .unwrap()
            .unwrap();
        assert_close(&column(&found, |one| one.estimate), &r.numbers(name), CLOSED_FORM);
        let errors = r.numbers(&format!("{name}_error"));
        assert_close(&column(&found, |one| one.std_error), &errors, NUMERICAL);
        for net in parts(&found) {
            let half = 1.959_963_984_540_054 * net.net.std_error;
            let interval = net.net.interval;
            let limits = [interval.lower.unwrap(), interval.upper.unwrap()];
            let estimate = net.net.estimate;
            assert_close(&limits, &[estimate - half, estimate + half], CLOSED_FORM);
        }
    }
}

fn four() -> Observations {
    RightCensored::new(&[1.0, 2.0, 8.0, 9.0], &[true, true, true, false])
        .unwrap()
        .into_observations()
}

/// Nobody is censored by 5: two patients with the event, two free of it. Of the first two one goes up
/// (0.2 to 0.4) and one stays (0.6); of the others one goes up (0.1 to 0.3) and one down (0.5 to 0.1).
#[test]
fn four_patients_by_hand() {
    let (before, after) = ([0.2, 0.6, 0.1, 0.5], [0.4, 0.6, 0.3, 0.1]);
    let asked = Reclassification::default().cuts(&[0.25]);
    let found = asked.estimate(&four(), 5.0, &before, &after).unwrap().unwrap();
    assert_eq!((found.n_case, found.n_control), (2, 2));
    // Categories: up and none, so 1/2; up and down, so 0.
    let categories = found.categories.unwrap();
    assert_eq!([categories.events.estimate, categories.free.estimate], [0.5, 0.0]);
    // Both signs are the same here; the mean changes are 0.1 and, downwards, (0.4 - 0.2)/2 = 0.1.
    assert_eq!(found.continuous.net.estimate, 0.5);
    assert!((found.discrimination.net.estimate - 0.2).abs() < 1e-15);
    // The jackknife of a mean of two is the root of the sum of squared deviations over 2: 0.5 and -0.5.
    assert!((categories.events.std_error - (0.25f64 + 0.25).sqrt() / 2.0).abs() < 1e-15);
}

#[test]
fn the_same_risks_do_not_move_and_have_no_p_value() {
    let risks = [0.2, 0.6, 0.1, 0.5];
    let found = Reclassification::default().estimate(&four(), 5.0, &risks, &risks).unwrap();
    let found = found.unwrap();
    assert!(found.categories.is_none());
    assert_eq!((found.continuous.net.estimate, found.continuous.net.p_value), (0.0, None));
    // The other way round everything changes its sign.
    let other = [0.3, 0.5, 0.1, 0.2];
    let asked = Reclassification::default().cuts(&[0.25]);
    let there = asked.estimate(&four(), 5.0, &risks, &other).unwrap().unwrap();
    let back = asked.estimate(&four(), 5.0, &other, &risks).unwrap().unwrap();
    for (there, back) in parts(&there).into_iter().zip(parts(&back)) {
        assert_eq!(there.net.estimate, -back.net.estimate);
        assert_eq!(there.net.std_error, back.net.std_error);
    }
}

#[test]
fn before_the_first_event_there_is_none_and_the_rest_is_refused() {
    let risks = [0.2, 0.6, 0.1, 0.5];
    let plain = Reclassification::default();
    assert_eq!(plain.estimate(&four(), 0.5, &risks, &risks), Ok(None));
    let falling = plain.cuts(&[0.5, 0.2]).estimate(&four(), 5.0, &risks, &risks);
    assert!(matches!(falling, Err(Error::OutOfRange { .. })));
    let short = plain.estimate(&four(), 5.0, &risks[1..], &risks);
    assert!(matches!(short, Err(Error::Length { .. })));
    let infinite = plain.estimate(&four(), 5.0, &risks, &[0.1, f64::NAN, 0.2, 0.3]);
    assert!(matches!(infinite, Err(Error::Covariate { row: 1, .. })));
    assert!(plain.estimate(&four(), 9.5, &risks, &risks).is_err());
    let late = RightCensored::new(&[1.0, 2.0, 8.0, 9.0], &[true, true, true, false]).unwrap();
    let late = late.with_entry(&[0.0, 0.5, 0.0, 0.0]).unwrap();
    let late = plain.estimate(&late, 5.0, &risks, &risks);
    assert!(matches!(late, Err(Error::Unsupported { .. })));
}
