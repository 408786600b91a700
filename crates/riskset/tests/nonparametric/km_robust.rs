//! Robust standard errors of survival curves: by hand, against R's `survfit`, and properties.

use crate::golden::{Golden, all, assert_close, numbers};
use proptest::{collection::vec, prelude::*};
use riskset::{
    Choice, CountingProcess, CurveVariance, Error, Groups, KaplanMeier, Observations,
    RightCensored, SurvivalCurve, SurvivalEstimator,
};
use serde_json::Value;

/// Rows of weights 1, 2 and 1 with an event at 1, an event at 2, and a censoring at 3.
fn three_rows() -> Observations {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0], &[true, true, false]).unwrap();
    rows.with_weights(&[1.0, 2.0, 1.0]).unwrap().into_observations()
}

/// S(1) = 3/4 and S(2) = 3/4 * 1/3 = 1/4, as without censoring before them: the weighted mean of the
/// indicators of still living, whose influences are w_i (1(T_i > t) - S(t)) / 4. At 1 these are
/// -3/16, 2/16 and 1/16; at 2 they are -1/16, -2/16 and 3/16.
#[test]
fn three_weighted_rows_by_hand() {
    let robust = KaplanMeier::default().robust(true);
    let curve = robust.fit(&three_rows()).unwrap();
    assert_eq!(curve.survival(), [0.75, 0.25, 0.25]);
    assert_eq!(curve.variance(), CurveVariance::Robust { clusters: None });
    let error = |squares: f64| Some(squares.sqrt() / 16.0);
    assert_close("by row", &curve.std_errors(), &[error(14.0), error(14.0), error(14.0)]);
    // The area to 3 is 1 + 3/4 + 1/4, and its influence the sum of those of S on (1, 2] and (2, 3]:
    // -4/16, 0 and 4/16.
    assert_close("mean", &[curve.rmst(3.0).map(|mean| mean.std_error)], &[error(32.0)]);
    // The first two rows are one patient: -1/16 and 1/16 at 1, -3/16 and 3/16 at 2.
    let patients = Groups::new(vec![0, 0, 1], 2).unwrap();
    let curve = KaplanMeier::default().cluster(Some(&patients)).fit(&three_rows()).unwrap();
    assert_eq!(curve.variance(), CurveVariance::Robust { clusters: Some(2) });
    assert_close("by patient", &curve.std_errors(), &[error(2.0), error(18.0), error(18.0)]);
    assert_close("mean", &[curve.rmst(3.0).map(|mean| mean.std_error)], &[error(32.0)]);
}

/// The influences of one cluster add up to 0, which says nothing of its variance.
#[test]
fn a_single_cluster_has_no_standard_error() {
    let curve =
        KaplanMeier::default().cluster(Some(&Groups::single(3))).fit(&three_rows()).unwrap();
    assert_eq!(curve.std_errors(), [None, None, None]);
    assert_eq!(curve.intervals(), [None, None, None]);
    assert_eq!(curve.rmst(3.0), None);
    assert_eq!((curve.median().estimate, curve.median().lower), (Some(2.0), None));
    // Before the first event nothing has moved.
    assert_eq!(curve.rmst(1.0).map(|mean| mean.std_error), Some(0.0));
}

#[test]
fn clusters_of_other_rows_are_refused() {
    let error = KaplanMeier::default().cluster(Some(&Groups::single(2))).fit(&three_rows());
    assert_eq!(error, Err(Error::Length { what: "clusters", expected: 3, found: 2 }));
}

fn compare_with_r(set: &str) -> usize {
    let mut golden = Golden::read("km-robust");
    golden.0 = golden.0[set].take();
    let (rows, groups) = (golden.response(), golden.groups("group"));
    let clusters = golden.groups("cluster");
    let tau = golden.0["tau"][0].as_f64().unwrap();
    let mut compared = 0;
    for (by, model) in [
        ("row", KaplanMeier::default().robust(true)),
        ("cluster", KaplanMeier::default().cluster(Some(&clusters))),
    ] {
        for &(estimator, name, _) in SurvivalEstimator::ALL {
            let curves = model.clone().estimator(estimator).fit_groups(&rows, &groups).unwrap();
            let expected = golden.0["curves"][by][name].as_array().unwrap();
            for (curve, expected) in curves.iter().zip(expected) {
                compare_curve(&format!("{set} by {by} {name}"), curve, expected, tau);
                compared += 1;
            }
        }
    }
    compared
}

fn compare_curve(what: &str, curve: &SurvivalCurve, expected: &Value, tau: f64) {
    let close = |column: &str, found: &[Option<f64>]| {
        assert_close(&format!("{what} {column}"), found, &numbers(&expected[column]));
    };
    close("survival", &all(curve.survival()));
    close("std_error", &curve.std_errors());
    let errors: Option<Vec<f64>> = curve.cumulative_hazard_std_error().into_iter().collect();
    close("hazard_std_error", &all(&errors.expect("they exist")));
    let limits = curve.intervals();
    close("lower", &limits.iter().map(|limits| limits.as_ref()?.lower).collect::<Vec<_>>());
    close("upper", &limits.iter().map(|limits| limits.as_ref()?.upper).collect::<Vec<_>>());
    if curve.estimator() != SurvivalEstimator::KaplanMeier {
        return;
    }
    let median = curve.median();
    close("median", &[median.estimate, median.lower, median.upper]);
    // R has none with late entries.
    if numbers(&expected["rmst_std_error"])[0].is_some() {
        close("rmst_std_error", &[curve.rmst(tau).map(|mean| mean.std_error)]);
    }
}

#[test]
fn lung_with_weights_of_inverse_probability() {
    assert_eq!(compare_with_r("lung"), 12);
}

#[test]
fn heart_with_weights_and_late_entries() {
    assert_eq!(compare_with_r("heart"), 12);
}

/// What R prints: 33.0% (25.5 to 42.6) at 365 days.
#[test]
fn lung_as_printed() {
    let mut golden = Golden::read("km-robust");
    golden.0 = golden.0["lung"].take();
    let groups = golden.groups("group");
    let curves = KaplanMeier::default().robust(true).fit_groups(&golden.response(), &groups);
    let curves = curves.unwrap();
    let at = curves[0].at(365.0).unwrap();
    let limits = at.interval.unwrap();
    let percent =
        [at.survival, limits.lower, limits.upper].map(|x| format!("{:.1}", 100.0 * x.unwrap()));
    assert_eq!(percent, ["33.0", "25.5", "42.6"]);
    let medians = curves.iter().map(|curve| curve.median());
    let medians: Vec<_> =
        medians.map(|m| [m.estimate, m.lower, m.upper].map(Option::unwrap)).collect();
    assert_eq!(medians, [[269.0, 212.0, 310.0], [426.0, 348.0, 550.0]]);
}

/// Time, how long before it the row entered, event, weight, patient.
type Row = (u16, u16, bool, f64, u32);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    vec((1u16..30, 1u16..40, any::<bool>(), 0.1f64..5.0, 0u32..6), 2..50)
}

fn response(rows: &[Row], late: bool) -> Observations {
    let stops: Vec<f64> = rows.iter().map(|row| f64::from(row.0)).collect();
    let from = |row: &Row| if late { f64::from(row.0) - f64::from(row.1) } else { -99.0 };
    let starts: Vec<f64> = rows.iter().map(from).collect();
    let events: Vec<bool> = rows.iter().map(|row| row.2).collect();
    let weights: Vec<f64> = rows.iter().map(|row| row.3).collect();
    let rows = CountingProcess::new(&starts, &stops, &events).unwrap();
    rows.with_weights(&weights).unwrap().into_observations()
}

fn patients(rows: &[Row]) -> Groups {
    let mut names: Vec<u32> = rows.iter().map(|row| row.4).collect();
    names.sort_unstable();
    names.dedup();
    let index = rows.iter().map(|row| names.binary_search(&row.4).unwrap() as u32).collect();
    Groups::new(index, names.len()).unwrap()
}

fn same(a: &SurvivalCurve, b: &SurvivalCurve) -> Result<(), TestCaseError> {
    for (a, b) in a.std_errors().into_iter().zip(b.std_errors()) {
        prop_assert_eq!(a.is_some(), b.is_some());
        // Squares, because the root of what remains of a 0 is not small.
        let (a, b) = (a.unwrap_or(0.0).powi(2), b.unwrap_or(0.0).powi(2));
        prop_assert!((a - b).abs() <= 1e-12, "{} {}", a, b);
    }
    Ok(())
}

proptest! {
    /// Each row twice, the two a cluster: the same standard errors.
    #[test]
    fn rows_doubled_as_clusters_change_nothing(rows in rows(), late: bool) {
        let once = KaplanMeier::default().robust(true).fit(&response(&rows, late)).unwrap();
        let twice: Vec<Row> = rows.iter().chain(&rows).copied().collect();
        let n = rows.len() as u32;
        let pairs = Groups::new((0..n).chain(0..n).collect(), rows.len()).unwrap();
        let model = KaplanMeier::default().cluster(Some(&pairs));
        same(&once, &model.fit(&response(&twice, late)).unwrap())?;
    }

    /// The rate at which a curve moves with the weight of a patient's rows, by difference quotient.
    #[test]
    fn influences_are_derivatives(rows in rows(), late: bool) {
        let (clusters, response) = (patients(&rows), response(&rows, late));
        prop_assume!(clusters.count() > 1);
        for &(estimator, name, _) in SurvivalEstimator::ALL {
            // Tied events of Fleming and Harrington share their mean weight: smooth in it as well.
            let model = KaplanMeier::default().estimator(estimator);
            let curve = model.clone().cluster(Some(&clusters)).fit(&response).unwrap();
            let weights = response.weights().unwrap();
            let step = 1e-5;
            let moved = |patient: u32, factor: f64| {
                let own = clusters.index().iter().zip(weights);
                let weights: Vec<f64> =
                    own.map(|(own, w)| if *own == patient { w * factor } else { *w }).collect();
                model.fit(&response.clone().with_weights(&weights).unwrap()).unwrap()
            };
            let mut squares = vec![0.0; curve.len()];
            for patient in 0..clusters.count() as u32 {
                let (up, down) = (moved(patient, 1.0 + step), moved(patient, 1.0 - step));
                for (i, square) in squares.iter_mut().enumerate() {
                    *square += ((up.survival()[i] - down.survival()[i]) / (2.0 * step)).powi(2);
                }
            }
            for (found, square) in curve.std_errors().into_iter().zip(squares) {
                let Some(found) = found else { continue };
                prop_assert!((found.powi(2) - square).abs() <= 1e-6, "{} {} {}", name, found, square);
            }
        }
    }

    /// The restricted mean and the curve rest on the same influences: over one step of a curve the
    /// area is S times its length.
    #[test]
    fn the_area_of_one_step_has_the_error_of_the_step(rows in rows(), late: bool) {
        let response = response(&rows, late);
        let curve = KaplanMeier::default().cluster(Some(&patients(&rows))).fit(&response).unwrap();
        let first = curve.n_event().iter().position(|&d| d > 0.0);
        let Some(first) = first.filter(|&first| first + 1 < curve.len()) else { return Ok(()) };
        let (from, to) = (curve.time()[first], curve.time()[first + 1]);
        if let (Some(mean), Some(error)) = (curve.rmst(to), curve.std_error_at(first)) {
            prop_assert!((mean.std_error - (to - from) * error).abs() <= 1e-7 * (to - from));
        }
    }

    /// Multiplying all weights by a number, huge or tiny, changes nothing.
    #[test]
    fn the_scale_of_weights_does_not_matter(rows in rows(), power in -250i32..250) {
        let one = response(&rows, true);
        let scale = 10f64.powi(power);
        let weights: Vec<f64> = rows.iter().map(|row| row.3 * scale).collect();
        let other = one.clone().with_weights(&weights).unwrap();
        let model = KaplanMeier::default().robust(true);
        same(&model.fit(&one).unwrap(), &model.fit(&other).unwrap())?;
    }
}

/// Nobody is asked: whole weights are counts, as before.
#[test]
fn the_default_is_greenwood() {
    let curve = KaplanMeier::default().fit(&three_rows()).unwrap();
    assert_eq!(curve.variance(), CurveVariance::Greenwood);
    // Four patients, one of them an event: 3/4 * sqrt(1 / (4 * 3)).
    assert_close("Greenwood", &curve.std_errors()[..1], &[Some(0.75 * (1.0f64 / 12.0).sqrt())]);
}
