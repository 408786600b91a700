//! The elastic net against glmnet, and what a minimum has to fulfil.

mod support;

use riskset::{CoxModel, DesignMatrix, ElasticNet, Response, RightCensored, Ties};
use support::{Golden, assert_close, golden};

/// glmnet ends its sweeps when they hardly move, here at 1e-16 of the null deviance.
const SWEPT: f64 = 2e-6;

fn data() -> (Golden, RightCensored, DesignMatrix) {
    let golden = golden("elastic_net");
    let response = RightCensored::new(&golden.numbers("time"), &golden.flags("event")).unwrap();
    let design =
        DesignMatrix::from_columns(golden.matrix("x").concat(), golden.numbers("time").len());
    (golden, response, design.unwrap())
}

/// glmnet takes the exponent of the ratio of two lambdas in single precision.
const SINGLE: f64 = 1e-6;

/// The path that is made has the lambdas of glmnet, and at exactly those its coefficients.
fn agrees(net: ElasticNet, of: &Golden, (response, design): (&RightCensored, &DesignMatrix)) {
    let expected = of.numbers("lambda");
    let path = net.clone().path(response, design).unwrap();
    let lambdas: Vec<f64> = path.points.iter().map(|point| point.lambda).collect();
    assert_close(&lambdas[..1], &expected[..1], 1e-9);
    let ratios: Vec<f64> = lambdas.iter().zip(&expected).map(|(a, b)| a / b).collect();
    assert_close(&ratios, &vec![1.0; expected.len()], SINGLE);
    let path = net.lambdas(expected).path(response, design).unwrap();
    for (place, coefficients) in of.matrix("coefficients").iter().enumerate() {
        assert_close(&path.points[place].coefficients, coefficients, SWEPT);
        for (found, expected) in path.points[place].coefficients.iter().zip(coefficients) {
            // Left out is left out, but for the rounding of the first lambda, where one begins.
            let same = match *expected == 0.0 {
                true => found.abs() < 1e-12,
                false => *found != 0.0,
            };
            assert!(same, "{place}: {found} {expected}");
        }
        let explained = of.numbers("explained")[place];
        assert!((path.deviance_explained(place) - explained).abs() < 1e-7);
    }
}

#[test]
fn paths_agree_with_glmnet() {
    let (golden, response, design) = data();
    let of = (&response, &design);
    let net = ElasticNet::default;
    agrees(net().count(20).least(0.01), &golden.at("lasso"), of);
    agrees(net().alpha(0.5).count(15).least(0.02), &golden.at("half"), of);
    agrees(net().standardise(false).count(12).least(0.001), &golden.at("plain"), of);
    let given = |key: &str| golden.at(key).numbers("lambda");
    agrees(net().alpha(0.0).lambdas(given("ridge")), &golden.at("ridge"), of);
    let weighted = response.clone().with_weights(&golden.numbers("weights")).unwrap();
    agrees(net().lambdas(given("weighted")), &golden.at("weighted"), (&weighted, &design));
    let first = net().count(20).path(&response, &design).unwrap();
    assert_eq!(first.points[0].kept(), 0);
}

#[test]
fn cross_validation_agrees_with_glmnet() {
    let (golden, response, design) = data();
    let fold: Vec<usize> = golden.numbers("fold").iter().map(|fold| *fold as usize).collect();
    let net = ElasticNet::default().lambdas(golden.at("lasso").numbers("lambda"));
    let found = net.cross_validated(&response, &design, &fold).unwrap();
    assert_close(&found.deviance, &golden.numbers("deviance"), 1e-6);
    assert_close(&found.std_error, &golden.numbers("std_error"), 1e-6);
    let lambda = |place: usize| found.path.points[place].lambda;
    assert_close(&[lambda(found.best)], &golden.numbers("best"), 1e-9);
    assert_close(&[lambda(found.within_one_error)], &golden.numbers("within"), 1e-9);
}

/// At a minimum the slope of the likelihood is lambda alpha for a coefficient that is kept, and no more
/// for one that is not; the slope comes from a Cox model held at the coefficients by an offset.
#[test]
fn what_is_kept_pulls_as_much_as_the_penalty() {
    let (_, response, design) = data();
    let path = ElasticNet::default().ties(Ties::Efron).count(10).least(0.05);
    let path = path.path(&response, &design).unwrap();
    let n = design.rows();
    for point in &path.points {
        let offset: Vec<f64> = (0..n)
            .map(|row| {
                (0..design.columns()).map(|j| point.coefficients[j] * design.column(j)[row]).sum()
            })
            .collect();
        let likelihood = |column: usize, step: f64| {
            let moved: Vec<f64> =
                (0..n).map(|row| offset[row] + step * design.column(column)[row]).collect();
            let none = DesignMatrix::empty(n);
            let fit = CoxModel::default().offset(&moved[..]).fit(&response, &none).unwrap();
            fit.log_likelihood()
        };
        for column in 0..design.columns() {
            let scale = path.scales[column];
            let h = 1e-4 / scale;
            let slope = (likelihood(column, h) - likelihood(column, -h)) / (2.0 * h);
            let pull = slope / scale / n as f64;
            match point.coefficients[column] {
                0.0 => assert!(pull.abs() <= point.lambda * (1.0 + 1e-6)),
                kept => assert!((pull - point.lambda * kept.signum()).abs() < 1e-7, "{pull}"),
            }
        }
    }
}

/// A constant column is left out, and nothing else changes.
#[test]
fn a_column_that_does_not_vary_is_left_out() {
    let (_, response, design) = data();
    let n = design.rows();
    let mut columns = vec![3.0; n];
    columns.extend((0..design.columns()).flat_map(|j| design.column(j).to_vec()));
    let wide = DesignMatrix::from_columns(columns, n).unwrap();
    let net = ElasticNet::default().count(5).least(0.1);
    let (narrow, wide) = (net.path(&response, &design), net.path(&response, &wide));
    for (a, b) in narrow.unwrap().points.iter().zip(&wide.unwrap().points) {
        assert_eq!(b.coefficients[0], 0.0);
        assert_close(&b.coefficients[1..], &a.coefficients, 1e-9);
    }
}

#[test]
fn refusals_say_why() {
    let (_, response, design) = data();
    let says = |net: ElasticNet, part: &str| {
        let error = net.path(&response, &design).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    };
    says(ElasticNet::default().alpha(1.5), "alpha of an elastic net is 1.5");
    says(ElasticNet::default().lambdas(vec![0.1, 0.0]), "a lambda is 0");
    says(ElasticNet::default().ties(Ties::Exact), "exact ties");
    says(ElasticNet::default().least(2.0), "below 1");
    let two = vec![0; response.observations().len()];
    let error = ElasticNet::default().cross_validated(&response, &design, &two).unwrap_err();
    assert!(error.to_string().contains("fewer than three folds"), "{error}");
}
