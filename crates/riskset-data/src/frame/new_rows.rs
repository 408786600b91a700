//! The design matrix of a fitted model at the rows of another table: for predictions.

use super::design::{Coded, Columns, code, term_columns};
use super::{Design, Grouping, ModelFrame};
use crate::eval::{Scope, bare};
use crate::{Error, Factor, MISSING, Table, Values};

impl ModelFrame {
    /// The columns that the strata are made of, which another table may leave out altogether; empty
    /// without strata.
    pub fn strata_columns(&self) -> Vec<String> {
        self.strata_of.iter().flat_map(|expr| expr.columns()).collect()
    }

    /// The design at every row of another table, coded as the fitted one: the same columns in the
    /// same order, the same levels, the same reference. `terms` is that of the fitted design.
    ///
    /// # Errors
    ///
    /// Those of [`design`](Self::design), [`Error::MissingValue`] for a row that misses a
    /// covariate, and [`Error::NoSuchLevel`] for a level that the fitted rows do not have.
    pub fn design_at(&self, table: &Table) -> Result<Design, Error> {
        let scope = Scope { table, rows: None };
        let mut coded = Vec::with_capacity(self.variables.len());
        for (variable, fitted) in &self.variables {
            let values = scope.values(&variable.expr)?;
            if let Some(row) = (0..values.len()).find(|&row| values.is_missing(row)) {
                let column = variable.name.clone();
                return Err(Error::MissingValue { column, place: table.place(row) });
            }
            coded.push(match code(variable, fitted)? {
                Coded::Number(_) => Coded::Number(scope.numbers(&variable.expr)?.into()),
                Coded::Curve(curve) => {
                    Coded::Curve(curve.at(variable, &scope.numbers(&variable.expr)?))
                }
                Coded::Factor(factor) => Coded::Factor(recode(&variable.name, values, &factor)?),
            });
        }
        let columns: Columns =
            (0..self.terms.len()).flat_map(|index| term_columns(self, &coded, index)).collect();
        let fitted = self.design()?;
        let values =
            columns.into_iter().flat_map(|(_, values)| values).collect::<Vec<f64>>().into();
        Ok(Design { values, n_rows: table.n_rows(), ..fitted })
    }
}

impl ModelFrame {
    /// The stratum of every row of another table, numbered as the fitted ones; `None` for a model
    /// without strata.
    ///
    /// # Errors
    ///
    /// [`Error::MissingValue`] for a row that misses a stratum, and [`Error::NoSuchLevel`] for a
    /// stratum in which no row was fitted: it has no baseline.
    pub fn strata_at(&self, table: &Table) -> Result<Option<Vec<usize>>, Error> {
        let Some(strata) = &self.strata else { return Ok(None) };
        let scope = Scope { table, rows: None };
        let mut columns = Vec::with_capacity(self.strata_of.len());
        for expr in &self.strata_of {
            let values = scope.values(expr)?;
            if let Some(row) = (0..values.len()).find(|&row| values.is_missing(row)) {
                return Err(Error::MissingValue { column: bare(expr), place: table.place(row) });
            }
            columns.push(values.into_factor());
        }
        (0..table.n_rows())
            .map(|row| stratum(strata, &columns, row))
            .collect::<Result<_, _>>()
            .map(Some)
    }
}

/// The fitted stratum whose values a new row has.
fn stratum(strata: &Grouping, columns: &[Factor], row: usize) -> Result<usize, Error> {
    let values: Vec<&str> =
        columns.iter().map(|factor| factor.levels[factor.codes[row] as usize].as_str()).collect();
    let same = |level: &Vec<(String, String)>| {
        level.iter().map(|(_, value)| value.as_str()).eq(values.iter().copied())
    };
    strata.levels.iter().position(same).ok_or_else(|| no_stratum(strata, &values))
}

/// A refusal that names the stratum: by its value for one column, by all of them for several.
fn no_stratum(strata: &Grouping, values: &[&str]) -> Error {
    let names: Vec<&str> = strata.levels[0].iter().map(|(name, _)| name.as_str()).collect();
    let (level, levels) = match values {
        [value] => {
            let known = strata.levels.iter().map(|level| level[0].1.clone());
            ((*value).to_owned(), known.collect())
        }
        _ => {
            let pairs = names.iter().zip(values).map(|(name, value)| format!("{name}={value}"));
            (pairs.collect::<Vec<_>>().join(", "), strata.labels.clone())
        }
    };
    Error::NoSuchLevel {
        column: format!("strata({})", names.join(", ")),
        level: format!("\"{level}\""),
        levels,
    }
}

/// The levels of the new rows, numbered as the fitted ones.
fn recode(name: &str, values: Values, fitted: &Factor) -> Result<Factor, Error> {
    let new = values.into_factor();
    let mut numbers = vec![MISSING; new.levels.len()];
    for (number, level) in numbers.iter_mut().zip(&new.levels) {
        match fitted.levels.iter().position(|known| known == level) {
            Some(position) => *number = position as u32,
            None => {
                return Err(Error::NoSuchLevel {
                    column: name.to_owned(),
                    level: format!("\"{level}\""),
                    levels: fitted.levels.clone(),
                });
            }
        }
    }
    let codes = new.codes.iter().map(|&code| numbers[code as usize]).collect();
    Ok(Factor { codes, levels: fitted.levels.clone() })
}
