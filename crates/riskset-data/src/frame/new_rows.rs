//! The design matrix of a fitted model at the rows of another table: for predictions.

use super::design::{Coded, Columns, code, term_columns};
use super::{Design, ModelFrame};
use crate::eval::Scope;
use crate::{Error, Factor, MISSING, Table, Values};

impl ModelFrame {
    /// The columns that the right-hand side reads, which another table must have for
    /// [`design_at`](Self::design_at).
    pub fn covariate_columns(&self) -> Vec<String> {
        let mut names = Vec::new();
        for name in self.variables.iter().flat_map(|(variable, _)| variable.expr.columns()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
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
