//! What a covariate or a group is, decided on the rows that are used: a number, a category, or
//! neither.

use super::FrameError;
use crate::csv::number;
use crate::formula::Variable;
use crate::{Error, Expr, Factor, Values};

/// The number that a text writes, with blanks around it or not.
pub(crate) fn number_of(text: &str) -> Option<f64> {
    number(text.trim().as_bytes()).filter(|number| number.is_finite())
}

/// The same where a number is asked for: one with leading zeros is one as well, such as the months
/// `0012` of a registry, unless it is too long to be exact.
pub(crate) fn number_asked(text: &str) -> Option<f64> {
    const EXACT: usize = 15;
    let digits = text.trim();
    let padded = digits.len() <= EXACT && crate::csv::has_leading_zeros(digits.as_bytes());
    number_of(text).or_else(|| digits.parse().ok().filter(|_| padded))
}

/// The values of a variable as an analysis takes them. A text column is a number when all that made
/// it a text stands in rows that are not used; it is refused when it is mostly numbers.
///
/// A column of digits alone that was read as text (`001`, or a number too long to be exact) is an
/// identifier and stays one.
pub(super) fn settled(variable: &Variable, values: Values) -> Result<Values, Error> {
    let (Values::Text(factor), Expr::Column { name, .. }) = (&values, variable.expr.inner()) else {
        return Ok(values);
    };
    let numbers: Vec<Option<f64>> = factor.levels.iter().map(|level| number_of(level)).collect();
    if numbers.iter().all(Option::is_some) || numbers.iter().all(Option::is_none) {
        return Ok(values);
    }
    let counts = factor.counts();
    let used = |level: &usize| counts[*level] > 0;
    let n_numbers = (0..counts.len()).filter(used).filter(|&l| numbers[l].is_some()).count();
    let texts: Vec<(String, usize)> = (0..counts.len())
        .filter(used)
        .filter(|&level| numbers[level].is_none())
        .map(|level| (factor.levels[level].clone(), counts[level]))
        .collect();
    if texts.is_empty() {
        return Ok(Values::Number(of_levels(factor, &numbers)));
    }
    if n_numbers < texts.len() {
        return Ok(values);
    }
    Err(FrameError::MostlyNumbers { column: name.clone(), texts, numbers: n_numbers }.into())
}

/// The number of each row's level; the levels of all rows must have one.
pub(crate) fn of_levels(factor: &Factor, numbers: &[Option<f64>]) -> Vec<f64> {
    let of = |&code: &u32| numbers.get(code as usize).copied().flatten().unwrap_or(f64::NAN);
    factor.codes.iter().map(of).collect()
}
