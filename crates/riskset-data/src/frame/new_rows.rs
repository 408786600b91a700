//! The design matrix of a fitted model at the rows of another table: for predictions.

use super::{Coding, Design, ModelFrame};
use crate::{Error, Table};

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
    /// covariate, and [`Error::UnseenLevel`] for a level that the fitted rows do not have.
    pub fn design_at(&self, table: &Table) -> Result<Design, Error> {
        let values = self.coding()?.values_at(table)?.into();
        Ok(Design { values, n_rows: table.n_rows(), ..self.design()? })
    }

    /// The stratum of every row of another table, numbered as the fitted ones; `None` for a model
    /// without strata.
    ///
    /// # Errors
    ///
    /// [`Error::MissingValue`] for a row that misses a stratum, and [`Error::UnseenLevel`] for a
    /// stratum in which no row was fitted: it has no baseline.
    pub fn strata_at(&self, table: &Table) -> Result<Option<Vec<usize>>, Error> {
        self.coding()?.strata_at(table)
    }

    /// How the covariates and the strata are made of a table's columns.
    ///
    /// # Errors
    ///
    /// Those of [`design`](Self::design).
    pub fn coding(&self) -> Result<Coding, Error> {
        Coding::of(self)
    }
}
