//! Censoring weights and pseudo-values: by hand, against R, and what they refuse.

use crate::small::response;
use crate::support::{CLOSED_FORM, assert_close, golden};
use riskset::{Error, Estimand, RightCensored, censoring_weights, pseudo_values};

/// n times a difference of two estimates of the size of days loses three digits.
const DIFFERENCES: f64 = 1e-10;

#[test]
fn agrees_with_r() {
    let golden = golden("compare-pseudo");
    let rows = response(&golden);
    let weights = censoring_weights(&rows, 300.0, None).unwrap();
    assert_close(&weights, &golden.numbers("weights"), CLOSED_FORM);
    // The weighted mean of being followed beyond 300 is the Kaplan-Meier estimate.
    let beyond = weights.iter().zip(rows.time()).filter(|(_, time)| **time > 300.0);
    let mean = beyond.map(|(weight, _)| weight).sum::<f64>() / rows.len() as f64;
    assert_close(&[mean], &[golden.number("surv").unwrap()], CLOSED_FORM);
    for (estimand, key) in [
        (Estimand::Survival(300.0), "pseudo_survival"),
        (Estimand::RestrictedMean(500.0), "pseudo_mean"),
    ] {
        let found = pseudo_values(&rows, estimand).unwrap().unwrap();
        assert_close(&found, &golden.numbers(key), DIFFERENCES);
    }
}

/// Times 1 (event), 2 (censored), 2 (event), 3: at 2 one of the two left after the event is censored.
#[test]
fn four_patients_by_hand() {
    let rows = RightCensored::new(&[1.0, 2.0, 2.0, 3.0], &[true, false, true, false]).unwrap();
    assert_eq!(censoring_weights(&rows, 2.5, None), Ok(vec![1.0, 0.0, 1.0, 2.0]));
    // Without censoring the pseudo-value is the outcome itself.
    let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4]).unwrap();
    let found = pseudo_values(&rows, Estimand::Survival(2.0)).unwrap().unwrap();
    assert_close(&found, &[0.0, 0.0, 1.0, 1.0], CLOSED_FORM);
    let found = pseudo_values(&rows, Estimand::RestrictedMean(3.5)).unwrap().unwrap();
    assert_close(&found, &[1.0, 2.0, 3.0, 3.5], CLOSED_FORM);
}

#[test]
fn what_has_none_is_refused() {
    let rows = RightCensored::new(&[1.0, 2.0], &[true, false]).unwrap();
    assert_eq!(pseudo_values(&rows, Estimand::Survival(3.0)), Ok(None));
    let nan = censoring_weights(&rows, f64::NAN, None);
    assert!(matches!(nan, Err(Error::RequestedTime { .. })));
    let weighted = rows.clone().with_weights(&[1.0, 2.0]).unwrap();
    let error = pseudo_values(&weighted, Estimand::Survival(1.0)).unwrap_err().to_string();
    assert!(error.starts_with("pseudo-values with late entries or case weights: not possible"));
    let late = rows.with_entry(&[0.5, 0.5]).unwrap();
    let error = censoring_weights(&late, 1.0, None).unwrap_err().to_string();
    assert!(error.starts_with("censoring weights with late entries"));
}
