//! The columns of a term that is a curve of a number, and the basis they come from.

use super::{CurveFault, FrameError};
use crate::formula::{Curve, Knots, Variable};
use crate::{Error, Values};
use riskset::{BSplines, Basis, CurveBasis, NaturalCubic, Polynomial, Powers, RestrictedCubic};
use std::sync::Arc;

use super::design::Columns;
use crate::eval::bare;

/// What a curve is of, and how it is made at any other value.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveInfo {
    /// The covariate as it is written: `age`, `log(bili)`.
    pub covariate: String,
    /// The basis with its knots.
    pub basis: CurveBasis,
    /// The covariate in the rows of the design, in their order.
    pub values: Arc<Vec<f64>>,
}

impl CurveInfo {
    pub(super) fn of(variable: &Variable, values: &Values, columns: &CurveColumns) -> CurveInfo {
        let values = match values {
            Values::Number(numbers) => numbers.clone(),
            _ => Vec::new(), // a curve of anything else was refused when its columns were made
        };
        CurveInfo {
            covariate: bare(&variable.expr),
            basis: columns.basis.clone(),
            values: Arc::new(values),
        }
    }
}

/// The columns of a curve with their names.
pub(super) struct CurveColumns {
    pub basis: CurveBasis,
    pub columns: Columns,
}

impl CurveColumns {
    /// A curve with its knots at the values of any rows, at least one.
    pub fn of(variable: &Variable, basis: &CurveBasis, values: &[f64]) -> CurveColumns {
        CurveColumns { basis: basis.clone(), columns: named(variable, basis, values) }
    }
}

/// The columns over the rows of a fit, with knots from these rows where none were given.
pub(super) fn columns(
    variable: &Variable,
    curve: &Curve,
    values: &Values,
) -> Result<CurveColumns, Error> {
    let refuse = |fault: CurveFault| -> Error {
        let of = variable.expr.to_string();
        FrameError::Curve { term: variable.name.clone(), of, fault }.into()
    };
    let Values::Number(numbers) = values else { return Err(refuse(CurveFault::NotANumber)) };
    let basis = basis(curve, numbers).map_err(refuse)?;
    let columns = named(variable, &basis, numbers);
    Ok(CurveColumns { basis, columns })
}

fn basis(curve: &Curve, values: &[f64]) -> Result<CurveBasis, CurveFault> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.dedup();
    let needed = match curve {
        Curve::Restricted(Knots::Count(count)) => *count,
        Curve::Restricted(Knots::At(knots)) => knots.len(),
        Curve::Natural { knots: Knots::Count(df), .. } => df + 1,
        Curve::Natural { knots: Knots::At(knots), .. } => knots.len() + 2,
        Curve::Polynomial { degree, .. } => degree + 1,
        Curve::Penalised { df } => df.ceil() as usize + 1,
    };
    if sorted.len() < needed {
        return Err(CurveFault::FewValues { values: sorted.len(), needed });
    }
    let range = (sorted[0], sorted[sorted.len() - 1]);
    // What is left to be wrong is that quantiles coincide: counts were checked where they were read.
    match curve {
        Curve::Restricted(Knots::Count(count)) => {
            let basis = RestrictedCubic::from_data(values, *count).ok();
            let basis = basis.filter(|basis| basis.knots().len() == *count);
            basis.map(CurveBasis::Restricted).ok_or(CurveFault::Coincide)
        }
        Curve::Restricted(Knots::At(knots)) => {
            within(knots, range)?;
            let basis = RestrictedCubic::with_knots(knots).map_err(|_| CurveFault::Coincide)?;
            Ok(CurveBasis::Restricted(basis))
        }
        Curve::Natural { knots, boundary } => {
            natural(knots, boundary.unwrap_or(range), values).map(CurveBasis::Natural)
        }
        // 2.5 intervals for each degree of freedom, as R takes them.
        Curve::Penalised { df } => BSplines::from_data(values, (2.5 * df).round() as usize)
            .map(CurveBasis::Penalised)
            .map_err(|_| CurveFault::Coincide),
        Curve::Polynomial { degree, raw: true } => {
            Powers::new(*degree).map(CurveBasis::Powers).map_err(|_| CurveFault::Coincide)
        }
        Curve::Polynomial { degree, raw: false } => Polynomial::from_data(values, *degree)
            .map(CurveBasis::Orthogonal)
            .map_err(|_| CurveFault::Coincide),
    }
}

/// With a boundary of its own, the knots are quantiles of the values within it.
fn natural(
    knots: &Knots,
    boundary: (f64, f64),
    values: &[f64],
) -> Result<NaturalCubic, CurveFault> {
    let basis = match knots {
        Knots::At(knots) => {
            within(knots, boundary)?;
            NaturalCubic::with_knots(knots, boundary)
        }
        Knots::Count(df) => {
            let inside = |value: &f64| (boundary.0..=boundary.1).contains(value);
            let values: Vec<f64> = values.iter().copied().filter(inside).collect();
            NaturalCubic::from_data(&values, *df)
                .and_then(|basis| NaturalCubic::with_knots(basis.knots().0, boundary))
        }
    };
    basis.map_err(|_| CurveFault::Coincide)
}

fn within(knots: &[f64], (least, greatest): (f64, f64)) -> Result<(), CurveFault> {
    match knots.iter().find(|&&knot| knot < least || knot > greatest) {
        None => Ok(()),
        Some(knot) => Err(CurveFault::KnotOutside {
            knot: knot.to_string(),
            least: least.to_string(),
            greatest: greatest.to_string(),
        }),
    }
}

/// R's names: `rcs(age, 4)age`, `rcs(age, 4)age'`; `ns(age, df = 3)1`.
fn named(variable: &Variable, basis: &CurveBasis, values: &[f64]) -> Columns {
    let name = |column: usize| match basis {
        CurveBasis::Restricted(_) => {
            format!("{}{}{}", variable.name, bare(&variable.expr), "'".repeat(column))
        }
        _ => format!("{}{}", variable.name, column + 1),
    };
    let design = basis.design(values);
    let columns = design.chunks_exact(values.len()).enumerate();
    columns.map(|(column, values)| (name(column), values.to_vec())).collect()
}
