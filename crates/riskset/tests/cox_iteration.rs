//! Rows that count for nothing in a Cox model, and iterations that have far to go.

#[path = "support/small.rs"]
mod small;

use riskset::{
    CountingProcess, CoxFit, CoxModel, CoxWarning, DesignMatrix, Penalty, RowResidual, Ties,
};
use small::{Z, design, survival, twelve};

/// A row of weight zero is not there, even when it has the event at the time of others.
#[test]
fn a_weight_of_zero_leaves_the_row_out() {
    let (time, event) = ([1.0, 1.0, 2.0, 3.0, 3.0, 4.0, 5.0], [1, 1, 1, 1, 1, 1, 0]);
    let x = [1.0, 0.0, 2.0, 1.0, 0.5, 3.0, 1.0];
    let weights = [1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0];
    let keep = [0, 2, 3, 4, 5, 6];
    let response = survival(&time, &event).with_weights(&weights).unwrap();
    let without = survival(&time, &event).select(&keep).unwrap();
    let x_without: Vec<f64> = keep.iter().map(|&row| x[row]).collect();
    let fit = CoxModel::default().fit(&response, &design(&[&x])).unwrap();
    let other = CoxModel::default().fit(&without, &design(&[&x_without])).unwrap();
    let (a, b) =
        (fit.coefficients()[0].estimate().unwrap(), other.coefficients()[0].estimate().unwrap());
    assert!((a.estimate - b.estimate).abs() < 1e-12);
    assert!((a.std_error.unwrap() - b.std_error.unwrap()).abs() < 1e-12);
    // The row itself still has a residual: no event, less the hazard it met.
    let baseline = &fit.baseline(riskset::BaselineAt::Zero).unwrap()[0];
    let expected = -baseline.cumulative_hazard[0] * (a.estimate * x[1]).exp();
    assert!((fit.martingale_residuals().unwrap()[1] - expected).abs() < 1e-12);
    assert_eq!(fit.n_events(), 5);
}

/// The risk of a row of weight zero may be too large for a number: no likelihood holds it back. It
/// still changes no variance, and what is told of the row itself is 0 or refused.
#[test]
fn a_weight_of_zero_with_an_immense_risk_changes_nothing() {
    let mut weights = [1.0; 12];
    weights[5] = 0.0;
    let response = twelve().with_weights(&weights).unwrap();
    let keep: Vec<usize> = (0..12).filter(|&row| row != 5).collect();
    let without: Vec<f64> = keep.iter().map(|&row| Z[row]).collect();
    for (ties, far) in [(Ties::Efron, -5e3), (Ties::Breslow, -5e3), (Ties::Efron, -5e10)] {
        let mut x = Z;
        x[5] = far;
        let model = CoxModel::default().ties(ties).robust(true);
        let fit = model.fit(&response, &design(&[&x])).unwrap();
        let other = model.fit(&twelve().select(&keep).unwrap(), &design(&[&without])).unwrap();
        assert_eq!(fit.warnings(), other.warnings());
        let (a, b) = (
            fit.coefficients()[0].estimate().unwrap(),
            other.coefficients()[0].estimate().unwrap(),
        );
        assert!((a.estimate * x[5]).exp().is_infinite(), "{}", a.estimate);
        assert!((a.estimate - b.estimate).abs() < 1e-10);
        assert!((a.robust_std_error.unwrap() - b.robust_std_error.unwrap()).abs() < 1e-10);
        let test = |fit: &CoxFit| fit.robust_score_test().unwrap().statistic;
        assert!((test(&fit) - test(&other)).abs() < 1e-10);
        for kind in [RowResidual::Dfbeta, RowResidual::Dfbetas] {
            let residuals = fit.row_residuals(kind).unwrap();
            assert_eq!(residuals.rows().nth(5).unwrap(), [0.0]);
            let others = other.row_residuals(kind).unwrap();
            for (&row, expected) in keep.iter().zip(others.rows()) {
                let found = residuals.rows().nth(row).unwrap();
                assert!((found[0] - expected[0]).abs() < 1e-10);
            }
        }
        let refused = [
            fit.expected().unwrap_err(),
            fit.martingale_residuals().unwrap_err(),
            fit.deviance_residuals().unwrap_err(),
            fit.row_residuals(RowResidual::Score).unwrap_err(),
        ];
        for error in refused {
            assert!(error.to_string().contains("leave out rows of weight 0"), "{error}");
        }
    }
}

/// Rows that are at risk at no event time may have any covariates: before the first event, after
/// the last entry.
#[test]
fn rows_in_no_risk_set_change_nothing() {
    let start = [0.0, 0.0, 0.0, 1.5, 0.0, 2.5, 0.0, 2.1, 0.0, 3.5];
    let stop = [1.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 2.9, 0.5, 3.9];
    let event = [true, true, true, true, false, true, false, false, false, false];
    let near = [2.0, 1.0, 4.0, 1.5, 3.0, 1.0, 5.0];
    let response = CountingProcess::new(&start, &stop, &event).unwrap().into_observations();
    let keep: Vec<usize> = (0..7).collect();
    for ties in [Ties::Efron, Ties::Breslow, Ties::Exact] {
        for (penalty, far) in [(None, -5e3), (None, -5e10), (Some(Penalty::Firth), -5e3)] {
            let x = [&near[..], &[far; 3]].concat();
            if penalty.is_some() && ties == Ties::Exact {
                continue;
            }
            let model = CoxModel::default().ties(ties).penalty(penalty);
            let fit = model.fit(&response, &design(&[&x])).unwrap();
            let other = model.fit(&response.select(&keep).unwrap(), &design(&[&x[..7]])).unwrap();
            let (a, b) = (
                fit.coefficients()[0].estimate().unwrap(),
                other.coefficients()[0].estimate().unwrap(),
            );
            assert!((a.estimate * x[7]).exp().is_infinite(), "{}", a.estimate);
            assert!((a.estimate - b.estimate).abs() < 1e-9);
            assert!((a.std_error.unwrap() - b.std_error.unwrap()).abs() < 1e-9);
            assert_eq!(fit.warnings(), other.warnings());
            assert_eq!(fit.expected().unwrap()[7..], [0.0; 3]);
        }
    }
}

/// A row may lie far from the others and be at risk throughout, with a risk of 0. Where the others
/// are in their unit, and where its offset says so, it changes nothing.
#[test]
fn a_row_of_vanishing_risk_changes_nothing() {
    let fit = |far: f64, offset: f64| {
        let (mut x, mut offsets) = (Z, [0.0; 12]);
        (x[11], offsets[11]) = (far, offset);
        CoxModel::default().offset(&offsets[..]).fit(&twelve(), &design(&[&x])).unwrap()
    };
    let keep: Vec<usize> = (0..11).collect();
    let without =
        CoxModel::default().fit(&twelve().select(&keep).unwrap(), &design(&[&Z[..11]])).unwrap();
    let expected = without.coefficients()[0].estimate().unwrap();
    for fit in [fit(1e3, 0.0), fit(1e5, 0.0), fit(1e8, 0.0), fit(8.0, -1e5)] {
        let found = fit.coefficients()[0].estimate().unwrap();
        assert!((found.estimate - expected.estimate).abs() < 1e-9);
        assert!((found.std_error.unwrap() - expected.std_error.unwrap()).abs() < 1e-9);
        assert!((fit.log_likelihood() - without.log_likelihood()).abs() < 1e-9);
        assert!(fit.expected().unwrap()[11] < 1e-100);
        assert_eq!(fit.warnings(), without.warnings());
    }
}

/// Eight patients who die one after the other. Newton's steps from 0 overshoot, further each time;
/// the maximum is found by halving them. The reference is a bisection of the gradient, written out.
#[test]
fn steps_that_overshoot_are_halved() {
    let x = [50.0, 0.0, 2.0, 1.0, 1.0, 2.0, 5.0, 1.0];
    let time = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
    let gradient = |beta: f64| -> f64 {
        let part = |i: usize| {
            let risk = |j: usize| (beta * (x[j] - x[i])).exp();
            let sum = |f: &dyn Fn(usize) -> f64| (i..8).map(|j| f(j) * risk(j)).sum::<f64>();
            x[i] - sum(&|j| x[j]) / sum(&|_| 1.0)
        };
        (0..8).map(part).sum()
    };
    let (mut lower, mut upper) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (lower + upper);
        *(if gradient(middle) > 0.0 { &mut lower } else { &mut upper }) = middle;
    }
    for ties in [Ties::Efron, Ties::Breslow, Ties::Exact] {
        let model = CoxModel::default().ties(ties);
        let fit = model.fit(&survival(&time, &[1; 8]), &design(&[&x])).unwrap();
        let found = fit.coefficients()[0].estimate().unwrap().estimate;
        assert!((found - lower).abs() < 1e-12, "{found}, expected {lower}");
        assert_eq!(fit.warnings(), [CoxWarning::FewEvents { events: 8, parameters: 1 }]);
    }
}

/// Weights that are all the same power of two multiply the likelihood and nothing else: the path is
/// the same to the last bit, so the end of the iteration must not depend on the number of events.
#[test]
fn the_end_does_not_depend_on_how_much_each_row_counts() {
    let fit = |weight: f64, tolerance: f64| {
        let response = twelve().with_weights(&[weight; 12]).unwrap();
        let model = CoxModel::default().ties(Ties::Breslow).tolerance(tolerance);
        model.fit(&response, &design(&[&Z])).unwrap()
    };
    for tolerance in [1e-2, 1e-4, 1e-6, 1e-8, 1e-10] {
        let (one, many) = (fit(1.0, tolerance), fit(65_536.0, tolerance));
        assert_eq!(one.iterations(), many.iterations());
        let estimate = |fit: &CoxFit| fit.coefficients()[0].estimate().unwrap().estimate;
        assert_eq!(estimate(&one), estimate(&many));
    }
    // The step is measured in the linear predictor: the root of its information-weighted mean
    // square per event. After the last one the next would be of the order of its square.
    let (loose, exact) = (fit(1.0, 1e-2), fit(1.0, 1e-10));
    assert!(loose.iterations() < exact.iterations() && loose.converged());
    let gap = loose.coefficients()[0].estimate().unwrap().estimate
        - exact.coefficients()[0].estimate().unwrap().estimate;
    let moved = gap.abs() / exact.coefficients()[0].estimate().unwrap().std_error.unwrap() / 2.0; // 4 events
    assert!(moved > 1e-12 && moved < 1e-3, "{moved}");
}

/// A tolerance of 0 cannot be met; the iteration ends where steps no longer shrink.
#[test]
fn rounding_ends_the_iteration() {
    let fit = CoxModel::default().tolerance(0.0).fit(&twelve(), &design(&[&Z])).unwrap();
    assert!(fit.converged() && fit.iterations() < 12, "{}", fit.iterations());
    let cut = CoxModel::default().max_iterations(2).fit(&twelve(), &design(&[&Z])).unwrap();
    assert!(!cut.converged());
    assert_eq!(cut.iterations(), 2);
    assert!(cut.warnings().contains(&CoxWarning::NotConverged { iterations: 2 }));
    assert!(matches!(cut.coefficients()[0], riskset::Fitted::Unsettled(_)));
}

/// Ten events for each coefficient are enough, one less is few; a model without coefficients has
/// none to spread them over.
#[test]
fn few_events_are_fewer_than_ten_for_each_coefficient() {
    let n = 24;
    let time: Vec<f64> = (1..=n).map(f64::from).collect();
    let a: Vec<f64> = (0..n).map(|row| f64::from(row * 7 % 5)).collect();
    let b: Vec<f64> = (0..n).map(|row| f64::from(row * 5 % 7)).collect();
    let warned = |events: i32, design: &DesignMatrix| {
        let event: Vec<u8> = (0..n).map(|row| u8::from(row < events)).collect();
        CoxModel::default().fit(&survival(&time, &event), design).unwrap().warnings().to_vec()
    };
    let (one, two) = (design(&[&a]), design(&[&a, &b]));
    assert_eq!(warned(9, &one), [CoxWarning::FewEvents { events: 9, parameters: 1 }]);
    assert_eq!(warned(10, &one), []);
    assert_eq!(warned(19, &two), [CoxWarning::FewEvents { events: 19, parameters: 2 }]);
    assert_eq!(warned(20, &two), []);
    assert_eq!(warned(1, &DesignMatrix::empty(24)), []);
}

/// A coefficient that runs to infinity is given up when the likelihood stands still in proportion:
/// after about as many steps where every row counts 65536 times (weights also add a constant to the
/// likelihood, in proportion to which little is less), and soon where the likelihood itself
/// tends to 0. (A step adds about 1 to the linear predictor; what is left to gain shrinks by e.)
#[test]
fn a_coefficient_that_runs_away_is_not_chased() {
    let x = [1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0];
    let fit = |weight: f64| {
        let response = twelve().with_weights(&[weight; 12]).unwrap();
        CoxModel::default().ties(Ties::Breslow).fit(&response, &design(&[&x, &Z])).unwrap()
    };
    let (one, many) = (fit(1.0), fit(65_536.0));
    assert!(one.coefficients()[0].infinite().is_some());
    assert!(
        one.iterations().abs_diff(many.iterations()) <= 3,
        "{} {}",
        one.iterations(),
        many.iterations()
    );
    let response = survival(&[1.0, 2.0], &[1, 0]);
    let fit = CoxModel::default().fit(&response, &design(&[&[1.0, 0.0]])).unwrap();
    assert!(fit.coefficients()[0].infinite().is_some());
    assert!(fit.log_likelihood().abs() < 1e-8 && fit.iterations() < 28, "{}", fit.iterations());
}
