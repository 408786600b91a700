//! Tests of penalised terms: all coefficients, and the straight line in a smooth.

use super::climb::Top;
use super::tune::effective_df;
use super::{PenalisedTest, Shrinkage, ShrunkTerm};
use crate::regression::linear::{Definite, inner, quadratic};

/// What is said of a penalised term.
pub(super) fn shrunk(top: &Top, shrinkage: &Shrinkage, theta: f64, p: usize) -> ShrunkTerm {
    let columns: Vec<usize> = match shrinkage {
        Shrinkage::Ridge { columns, .. } => columns.clone(),
        Shrinkage::Smooth { columns, .. } => columns.clone().collect(),
    };
    let df = effective_df(top, &columns, p).unwrap_or(0.0);
    let statistic = wald(top, &columns, p);
    let test = statistic.and_then(|statistic| PenalisedTest::of(statistic, df));
    let straight = match shrinkage {
        Shrinkage::Smooth { .. } => straight(top, &columns, p),
        Shrinkage::Ridge { .. } => None,
    };
    let rest = statistic.zip(straight).map(|(all, straight)| (all - straight).max(0.0));
    ShrunkTerm {
        theta,
        df,
        test,
        linear: straight.and_then(|statistic| PenalisedTest::of(statistic, 1.0)),
        nonlinear: rest.and_then(|statistic| PenalisedTest::of(statistic, df - 1.0)),
    }
}

/// b' V^-1 b of some coefficients.
pub(super) fn wald(top: &Top, columns: &[usize], p: usize) -> Option<f64> {
    let beta: Vec<f64> = columns.iter().map(|&column| top.beta[column]).collect();
    let solved = block(top, columns, p)?.solve(&beta);
    Some(inner(&solved, &beta))
}

fn block(top: &Top, columns: &[usize], p: usize) -> Option<Definite> {
    let entries = columns.iter().flat_map(|&a| columns.iter().map(move |&b| (a, b)));
    let matrix: Vec<f64> = entries.map(|(a, b)| top.variance[a * p + b]).collect();
    Definite::new(&matrix, columns.len())
}

/// The squared slope over its variance, of the regression of the coefficients on 1, 2, ..., weighted by
/// the inverse of their variance: the bumps stand at equal distances, and the slope's unit cancels.
fn straight(top: &Top, columns: &[usize], p: usize) -> Option<f64> {
    let inverse = block(top, columns, p)?.inverse();
    let m = columns.len();
    let ones = vec![1.0; m];
    let places: Vec<f64> = (1..=m).map(|place| place as f64).collect();
    let beta: Vec<f64> = columns.iter().map(|&column| top.beta[column]).collect();
    let product = |x: &[f64], y: &[f64]| quadratic(&inverse, x, y);
    let (aa, ab, bb) = (product(&ones, &ones), product(&ones, &places), product(&places, &places));
    let determinant = aa * bb - ab * ab;
    let slope = (aa * product(&places, &beta) - ab * product(&ones, &beta)) / determinant;
    // The variance of a slope by generalised least squares is the entry of the inverse of X'V^-1 X.
    Some(slope * slope / (aa / determinant)).filter(|statistic| statistic.is_finite())
}
