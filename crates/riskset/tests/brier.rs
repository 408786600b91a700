//! The Brier score: by hand, against the formula written out in R, and its jackknife against
//! differences of weighted scores.

mod support;

use proptest::collection::vec;
use proptest::prelude::*;
use riskset::{Brier, BrierScore, CompetingRisks, Error, RightCensored};
use support::{CLOSED_FORM, assert_close, golden};

/// G falls to 2/3 at the censoring. At t = 3 the weights are 1, 0, 3/2 and 3/2, the last for the
/// row still followed. The Kaplan-Meier risk is 1 - 3/4 * 1/2 = 5/8, whose score is 5/8 * 3/8.
#[test]
fn four_patients_by_hand() {
    let response = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true, false, true, true]).unwrap();
    let found = Brier::default().survival(&response, &[3.0], &[0.8, 0.5, 0.6, 0.4]).unwrap();
    let at = found.at()[0];
    let score = (0.04 + 1.5 * 0.16 + 1.5 * 0.16) / 4.0;
    assert_close(&[at.score.estimate, at.null], &[score, 0.625 * 0.375], CLOSED_FORM);
    assert_close(&[at.r2.unwrap().estimate], &[1.0 - score / 0.234375], CLOSED_FORM);
    assert!(found.integrated().is_none());
}

#[test]
fn scores_agree_with_the_formula_written_out_in_r() {
    let golden = golden("brier");
    let response = RightCensored::new(&golden.numbers("time"), &golden.flags("event")).unwrap();
    let (times, risk) = (golden.numbers("times"), golden.matrix("risk").concat());
    let found = Brier::default().survival(&response, &times, &risk).unwrap();
    let column = |value: &dyn Fn(&riskset::BrierAt) -> f64| -> Vec<f64> {
        found.at().iter().map(value).collect()
    };
    // The risks come from R at 17 digits.
    assert_close(&column(&|at| at.score.estimate), &golden.numbers("score"), CLOSED_FORM);
    assert_close(&column(&|at| at.null), &golden.numbers("null"), CLOSED_FORM);
    assert_close(&column(&|at| at.r2.unwrap().estimate), &golden.numbers("r2"), 1e-11);
    let integrated = found.integrated().unwrap();
    assert_close(&[integrated.score.estimate], &golden.numbers("integrated"), CLOSED_FORM);
    assert_close(&[integrated.null], &golden.numbers("integrated_null"), CLOSED_FORM);
}

#[test]
fn scores_of_an_incidence_agree_with_the_formula_written_out_in_r() {
    let golden = golden("brier").at("competing");
    let (times, risk) = (golden.numbers("times"), golden.matrix("risk").concat());
    let response = CompetingRisks::new(&golden.numbers("time"), &golden.codes("cause"), 2).unwrap();
    let found = Brier::default().incidence(&response, 1, &times, &risk).unwrap();
    let scores: Vec<f64> = found.at().iter().map(|at| at.score.estimate).collect();
    let null: Vec<f64> = found.at().iter().map(|at| at.null).collect();
    assert_close(&scores, &golden.numbers("score"), CLOSED_FORM);
    assert_close(&null, &golden.numbers("null"), CLOSED_FORM);
}

type Row = (u8, u8, u8);

fn scored(rows: &[Row], weights: &[f64]) -> Result<BrierScore, Error> {
    let times: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
    let causes: Vec<u32> = rows.iter().map(|row| u32::from(row.1)).collect();
    let response = CompetingRisks::new(&times, &causes, 2).unwrap().with_weights(weights).unwrap();
    let risk: Vec<f64> = rows.iter().map(|row| f64::from(row.2) / 10.0).collect();
    Brier::default().incidence(&response, 1, &[3.0, 6.0], &risk.repeat(2))
}

proptest! {
    /// The standard errors are the root of the sum of squares of what each weight does, found here
    /// by changing the weights one after the other: of the scores, of R2, and of the integral.
    #[test]
    fn the_jackknife_is_the_derivative_by_the_weights(
        rows in vec((1u8..12, 0u8..3, 0u8..=10), 6..25),
    ) {
        let weights = vec![1.0; rows.len()];
        let Ok(found) = scored(&rows, &weights) else { return Ok(()) };
        let all = |found: &BrierScore| -> Vec<(f64, Option<f64>)> {
            let entries = found.at().iter().chain(found.integrated());
            entries.map(|at| (at.score.estimate, at.r2.map(|r2| r2.estimate))).collect()
        };
        let step = 1e-5;
        let mut squares = [(0.0, 0.0); 3];
        for row in 0..rows.len() {
            let moved = |by: f64| {
                let mut weights = weights.clone();
                weights[row] += by;
                all(&scored(&rows, &weights).unwrap())
            };
            for (k, (up, down)) in moved(step).into_iter().zip(moved(-step)).enumerate() {
                squares[k].0 += ((up.0 - down.0) / (2.0 * step)).powi(2);
                if let (Some(up), Some(down)) = (up.1, down.1) {
                    squares[k].1 += ((up - down) / (2.0 * step)).powi(2);
                }
            }
        }
        for (at, square) in found.at().iter().chain(found.integrated()).zip(squares) {
            prop_assert!((at.score.std_error - square.0.sqrt()).abs() < 1e-7);
            if let Some(r2) = at.r2 {
                let scale = 1.0 + r2.std_error;
                prop_assert!((r2.std_error - square.1.sqrt()).abs() < 1e-6 * scale * scale);
            }
        }
    }

    /// Without censoring the score is the mean of the squared errors, and the order of the rows and
    /// the unit of time do not matter.
    #[test]
    fn without_censoring_it_is_a_mean(rows in vec((1u8..12, 0u8..=10), 2..40)) {
        let times: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).chain([20.0]).collect();
        let risk: Vec<f64> = rows.iter().map(|row| f64::from(row.1) / 10.0).chain([0.5]).collect();
        let events = vec![true; times.len()];
        let score = |times: &[f64], risk: &[f64], t: f64| {
            let response = RightCensored::new(times, &events).unwrap();
            Brier::default().survival(&response, &[t], risk).unwrap().at()[0].score
        };
        let found = score(&times, &risk, 5.0);
        let errors = times.iter().zip(&risk).map(|(&time, p)| {
            (f64::from(u8::from(time <= 5.0)) - p).powi(2)
        });
        prop_assert!((found.estimate - errors.sum::<f64>() / times.len() as f64).abs() < 1e-12);
        let reversed = |values: &[f64]| values.iter().rev().copied().collect::<Vec<f64>>();
        let years: Vec<f64> = reversed(&times).iter().map(|time| time / 12.0).collect();
        let other = score(&years, &reversed(&risk), 5.0 / 12.0);
        prop_assert!((found.estimate - other.estimate).abs() < 1e-12);
        prop_assert!((found.std_error - other.std_error).abs() < 1e-12);
    }
}

#[test]
fn the_gain_over_other_predictions_is_paired() {
    let golden = golden("brier");
    let response = RightCensored::new(&golden.numbers("time"), &golden.flags("event")).unwrap();
    let (times, risk) = (golden.numbers("times"), golden.matrix("risk").concat());
    let score = |risk: &[f64]| Brier::default().survival(&response, &times, risk).unwrap();
    let (model, half) = (score(&risk), score(&vec![0.5; risk.len()]));
    let gain = model.gain_over(&half).unwrap();
    assert_eq!(gain.len(), times.len() + 1);
    let expected = half.at()[1].score.estimate - model.at()[1].score.estimate;
    assert_eq!(gain[1].estimate, expected);
    let separate = half.at()[1].score.std_error + model.at()[1].score.std_error;
    assert!(gain[1].std_error > 0.0 && gain[1].std_error <= separate);
    let none = model.gain_over(&model).unwrap();
    assert!(none.iter().all(|gain| gain.estimate == 0.0 && gain.std_error == 0.0));
    let one_time = Brier::default().survival(&response, &times[..1], &risk[..risk.len() / 4]);
    assert_eq!(model.gain_over(&one_time.unwrap()), None);
}

#[test]
fn refusals_say_why() {
    let response = RightCensored::new(&[1.0, 2.0, 3.0], &[true, false, true]).unwrap();
    let brier = Brier::default();
    let said = |times: &[f64], risk: &[f64]| {
        brier.survival(&response, times, risk).unwrap_err().to_string()
    };
    assert!(said(&[2.0], &[0.5]).contains("1 values for 3 rows"));
    assert!(said(&[2.0], &[0.5, 1.5, 0.1]).contains("a predicted risk is 1.5"));
    assert!(said(&[3.0], &[0.5; 3]).contains("before the last time"));
    assert!(said(&[2.0, 1.0], &[0.5; 6]).contains("the time 1"));
    let late = response.clone().with_entry(&[0.0, 0.5, 0.0]).unwrap();
    let error = brier.survival(&late, &[2.0], &[0.5; 3]).unwrap_err();
    assert!(error.to_string().contains("late entries"), "{error}");
    let error = Brier::default().conf_level(2.0).survival(&response, &[2.0], &[0.5; 3]);
    assert_eq!(error.unwrap_err(), Error::ConfLevel { level: 2.0 });
    let risks = CompetingRisks::new(&[1.0, 2.0], &[1, 0], 1).unwrap();
    let error = brier.incidence(&risks, 2, &[1.0], &[0.5; 2]).unwrap_err();
    assert_eq!(error, Error::NoSuchCause { cause: 2, n_causes: 1 });
}
