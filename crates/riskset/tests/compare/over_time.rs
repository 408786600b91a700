//! Rows cut in time, effects by period, functions of time and average hazard ratios: against R, and by
//! hand.

use crate::small::response;
use crate::support::{CLOSED_FORM, Golden, assert_close, golden};
use riskset::{
    AverageHazardRatio, CountingProcess, CoxModel, DesignMatrix, EffectsByPeriod, Error,
    RightCensored, split_at, split_at_events, split_rows,
};

/// R's iteration ends where its likelihood is level to 1e-12, its coefficients to half the digits.
const MAXIMUM: f64 = 1e-6;

fn design(golden: &Golden, keys: &[&str]) -> DesignMatrix {
    let columns: Vec<f64> = keys.iter().flat_map(|key| golden.numbers(key)).collect();
    DesignMatrix::from_columns(columns, golden.numbers("data.time").len()).unwrap()
}

#[test]
fn periods_and_averages_are_those_of_rows_cut_in_r() {
    let all = golden("compare-overtime");
    for (name, other) in [("lung", "data.age"), ("veteran", "data.karno")] {
        let golden = all.at(name);
        let rows = response(&golden);
        let cuts = golden.numbers("by_period.cuts");
        let found = EffectsByPeriod::new(&cuts).fit(&rows, &design(&golden, &["data.x"]));
        let found = found.unwrap().remove(0);
        let of = |value: &dyn Fn(usize) -> f64| (0..3).map(value).collect::<Vec<f64>>();
        let coefficients = of(&|period| found.periods[period].coefficient.unwrap());
        assert_close(&coefficients, &golden.numbers("by_period.coefficient"), MAXIMUM);
        let errors = of(&|period| found.periods[period].std_error.unwrap());
        assert_close(&errors, &golden.numbers("by_period.std_error"), MAXIMUM);
        let events = of(&|period| found.periods[period].events as f64);
        assert_close(&events, &golden.numbers("by_period.events"), CLOSED_FORM);
        let test = found.equality.unwrap();
        let number = |key: &str| golden.number(key).unwrap();
        assert_close(&[test.statistic], &[number("by_period.statistic")], MAXIMUM);
        assert_close(&[test.p_value], &[number("by_period.p_value")], MAXIMUM);

        let average = |keys: &[&str]| {
            let fit = AverageHazardRatio::default().fit(&rows, &design(&golden, keys)).unwrap();
            let own = fit.coefficients().iter().map(|one| *one.estimate().unwrap());
            own.map(|one| (one.estimate, one.robust_std_error.unwrap())).unzip()
        };
        let (one, error): (Vec<f64>, Vec<f64>) = average(&["data.x"]);
        assert_close(&one, &[number("average.coefficient")], MAXIMUM);
        assert_close(&error, &[number("average.std_error")], MAXIMUM);
        let (both, errors): (Vec<f64>, Vec<f64>) = average(&["data.x", other]);
        assert_close(&both, &golden.numbers("average_both.coefficient"), MAXIMUM);
        assert_close(&errors, &golden.numbers("average_both.std_error"), MAXIMUM);
    }
}

/// An effect b + c log(t) is R's `x + tt(x)`: the pieces between event times are what R makes inside.
#[test]
fn a_function_of_time_is_that_of_tt() {
    let all = golden("compare-overtime");
    for (name, other) in [("lung", "data.age"), ("veteran", "data.karno")] {
        let golden = all.at(name);
        let split = split_at_events(&response(&golden)).unwrap();
        let x = golden.numbers(other);
        let own = split.pieces.iter().map(|piece| x[piece.row]);
        let timed = split.pieces.iter().map(|piece| x[piece.row] * piece.stop.ln());
        let columns: Vec<f64> = own.chain(timed).collect();
        let design = DesignMatrix::from_columns(columns, split.pieces.len()).unwrap();
        let fit = CoxModel::default().fit(&split.response, &design).unwrap();
        let found: Vec<f64> =
            fit.coefficients().iter().map(|one| one.estimate().unwrap().estimate).collect();
        assert_close(&found, &golden.numbers("log_time.coefficient"), 1e-5);
        let variance = golden.matrix("log_time.variance");
        for (a, b) in [(0, 0), (0, 1), (1, 1)] {
            assert_close(&[fit.variance(a, b).unwrap()], &[variance[a][b]], 1e-5);
        }
    }
}

/// A patient followed for 10 with the event, and one from 2 to 5 without: cut at 3, 5 and 10 only what
/// lies within a row cuts it.
#[test]
fn rows_are_cut_where_a_cut_lies_within_them() {
    let rows = CountingProcess::new(&[0.0, 2.0], &[10.0, 5.0], &[true, false]).unwrap();
    let split = split_at(&rows, &[5.0, 3.0, 10.0, 3.0]).unwrap();
    let pieces: Vec<(usize, f64, f64, bool)> =
        split.pieces.iter().map(|p| (p.row, p.start, p.stop, p.event)).collect();
    let expected = [
        (0, 0.0, 3.0, false),
        (0, 3.0, 5.0, false),
        (0, 5.0, 10.0, true),
        (1, 2.0, 3.0, false),
        (1, 3.0, 5.0, false),
    ];
    assert_eq!(pieces, expected);
    let own = split_rows(&rows, &[vec![], vec![4.0]]).unwrap();
    assert_eq!(own.pieces.len(), 3);
}

/// Two patients in each group, events at 1 (group 0), 2 (1), 3 (0), 4 (1), cut at 2. First period: the
/// risk sets {0,0,1,1} and {0,1,1} with one event of each group, so 1 = 2h/(2+2h) + 2h/(1+2h), which is
/// 2 h^2 = 1. Second period: {0,1} with an event of group 0 and {1}: no finite h.
#[test]
fn four_patients_by_hand() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true; 4]).unwrap();
    let x = DesignMatrix::from_columns(vec![0.0, 1.0, 0.0, 1.0], 4).unwrap();
    let found = EffectsByPeriod::new(&[2.0]).fit(&rows, &x).unwrap().remove(0);
    assert_close(&[found.periods[0].coefficient.unwrap()], &[-0.5 * 2f64.ln()], 1e-9);
    assert_eq!((found.periods[1].coefficient, found.equality), (None, None));
}

/// Cut rows give the estimates of whole ones.
#[test]
fn cutting_changes_nothing() {
    let golden = golden("compare-overtime").at("lung");
    let rows = response(&golden);
    let whole = CoxModel::default().fit(&rows, &design(&golden, &["data.age"])).unwrap();
    let split = split_at(&rows, &[100.0, 300.0, 301.0]).unwrap();
    let age = golden.numbers("data.age");
    let own: Vec<f64> = split.pieces.iter().map(|piece| age[piece.row]).collect();
    let design = DesignMatrix::from_columns(own, split.pieces.len()).unwrap();
    let cut = CoxModel::default().fit(&split.response, &design).unwrap();
    let of = |fit: &riskset::CoxFit| {
        let one = *fit.coefficients()[0].estimate().unwrap();
        [one.estimate, one.std_error.unwrap()]
    };
    assert_close(&of(&cut), &of(&whole), 1e-10);
}

/// A period without events says nothing, and what rests on one curve takes no late entries.
#[test]
fn what_does_not_exist_is_none_or_refused() {
    let rows = RightCensored::new(&[1.0, 2.0, 3.0, 4.0], &[true, true, true, false]).unwrap();
    let x = DesignMatrix::from_columns(vec![1.0, 0.0, 1.0, 0.0], 4).unwrap();
    let found = EffectsByPeriod::new(&[3.5]).fit(&rows, &x).unwrap().remove(0);
    assert_eq!((found.periods[1].events, found.periods[1].coefficient), (0, None));
    assert_eq!((found.periods[0].events, found.equality), (3, None));
    let none = EffectsByPeriod::new(&[]).fit(&rows, &x);
    assert!(matches!(none, Err(Error::Unsupported { .. })));
    assert!(matches!(split_at(&rows, &[f64::NAN]), Err(Error::RequestedTime { .. })));
    let zero = RightCensored::new(&[2.0, 0.0], &[true, false]).unwrap();
    assert!(matches!(split_at(&zero, &[1.0]), Err(Error::EmptyInterval { row: 1, .. })));
    assert!(matches!(split_rows(&rows, &[]), Err(Error::Length { .. })));
    let late = CountingProcess::new(&[0.0, 1.0], &[2.0, 3.0], &[true, true]).unwrap();
    let x = DesignMatrix::from_columns(vec![1.0, 0.0], 2).unwrap();
    let refused = AverageHazardRatio::default().fit(&late, &x);
    assert!(matches!(refused, Err(Error::Unsupported { .. })));
}
