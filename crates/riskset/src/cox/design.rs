//! The covariates of a model, checked once.

use crate::{Error, columns};
use std::sync::Arc;

/// Covariates: one row per row of the response, one column per coefficient, every value finite.
///
/// Columns keep the unit of the data. The model centres and scales them for itself, so that a
/// calendar year and a fraction may stand side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct DesignMatrix {
    values: Arc<Vec<f64>>,
    rows: usize,
    columns: usize,
}

impl DesignMatrix {
    /// Takes the columns one after the other: `values[column * rows + row]`, rows in data order.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without rows, [`Error::Length`] when the number of values is not a
    /// multiple of `rows`, [`Error::Covariate`] for a value that is not finite.
    pub fn from_columns(values: Vec<f64>, rows: usize) -> Result<DesignMatrix, Error> {
        DesignMatrix::from_shared(Arc::new(values), rows)
    }

    /// The same from columns that the caller keeps too, which are not copied: for many rows.
    ///
    /// # Errors
    ///
    /// As [`from_columns`](Self::from_columns).
    pub fn from_shared(values: Arc<Vec<f64>>, rows: usize) -> Result<DesignMatrix, Error> {
        if rows == 0 {
            return Err(Error::Empty);
        }
        let count = values.len() / rows;
        if count * rows != values.len() {
            let expected = (count + 1) * rows;
            return Err(Error::Length { what: "covariates", expected, found: values.len() });
        }
        match columns::first_refused(&values, f64::is_finite) {
            Some(at) => {
                Err(Error::Covariate { row: at % rows, column: at / rows, value: values[at] })
            }
            None => Ok(DesignMatrix { values, rows, columns: count }),
        }
    }

    /// No covariates at all: the null model for this many rows.
    pub fn empty(rows: usize) -> DesignMatrix {
        DesignMatrix { values: Arc::default(), rows, columns: 0 }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns, which may be none.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// One column, in data order, in the unit of the data.
    pub fn column(&self, column: usize) -> &[f64] {
        &self.values[column * self.rows..(column + 1) * self.rows]
    }

    /// The named columns only, in the order given.
    pub(crate) fn select(&self, columns: &[usize]) -> DesignMatrix {
        let values = columns.iter().flat_map(|&column| self.column(column)).copied().collect();
        DesignMatrix { values: Arc::new(values), rows: self.rows, columns: columns.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_not_finite_is_found() {
        let error = DesignMatrix::from_columns(vec![1.0, 2.0, 3.0, f64::NAN], 2).unwrap_err();
        assert!(matches!(error, Error::Covariate { row: 1, column: 1, .. }));
        let error = DesignMatrix::from_columns(vec![1.0, 2.0, 3.0], 2).unwrap_err();
        assert_eq!(error, Error::Length { what: "covariates", expected: 4, found: 3 });
    }
}
