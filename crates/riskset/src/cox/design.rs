//! The covariates of a model, checked once.

use crate::{Error, columns};
use std::sync::Arc;

/// Covariates: one row per row of the response, one column per coefficient, every value finite.
///
/// Columns keep the unit of the data. The model centres and scales them for itself, so that a
/// calendar year and a fraction may stand side by side. Names, where there are any, go along to
/// the fit, which prints them; no estimator looks at them.
#[derive(Clone, Debug, PartialEq)]
pub struct DesignMatrix {
    values: Arc<Vec<f64>>,
    rows: usize,
    columns: usize,
    names: Option<Arc<[String]>>,
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
            None => Ok(DesignMatrix { values, rows, columns: count, names: None }),
        }
    }

    /// No covariates at all: the null model for this many rows.
    pub fn empty(rows: usize) -> DesignMatrix {
        DesignMatrix { values: Arc::default(), rows, columns: 0, names: None }
    }

    /// Takes columns with their names, each with a value per row, in data order.
    ///
    /// ```
    /// use riskset::DesignMatrix;
    ///
    /// let design = DesignMatrix::named([("age", vec![61.0, 48.0]), ("treated", vec![0.0, 1.0])])?;
    /// assert_eq!(design.name(1), Some("treated"));
    /// # Ok::<(), riskset::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without columns or rows, [`Error::Length`] when a column has more or fewer
    /// values than the first, [`Error::Covariate`] for a value that is not finite.
    pub fn named<N: Into<String>>(
        columns: impl IntoIterator<Item = (N, Vec<f64>)>,
    ) -> Result<DesignMatrix, Error> {
        let (names, columns): (Vec<String>, Vec<Vec<f64>>) =
            columns.into_iter().map(|(name, values)| (name.into(), values)).unzip();
        let rows = columns.first().map_or(0, Vec::len);
        for column in &columns {
            check_length("covariates of a column", rows, column.len())?;
        }
        let design = DesignMatrix::from_columns(columns.concat(), rows)?;
        Ok(DesignMatrix { names: Some(names.into()), ..design })
    }

    /// The name of a column; `None` without names, or when there are not so many columns.
    pub fn name(&self, column: usize) -> Option<&str> {
        self.names.as_ref()?.get(column).map(String::as_str)
    }

    /// All names, by column.
    pub(crate) fn names(&self) -> Option<&Arc<[String]>> {
        self.names.as_ref()
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
        let named = |names: &Arc<[String]>| columns.iter().map(|&j| names[j].clone()).collect();
        DesignMatrix {
            values: Arc::new(values),
            rows: self.rows,
            columns: columns.len(),
            names: self.names.as_ref().map(named),
        }
    }
}

/// As many as there should be.
pub(super) fn check_length(what: &'static str, expected: usize, found: usize) -> Result<(), Error> {
    if expected == found { Ok(()) } else { Err(Error::Length { what, expected, found }) }
}

/// Refuses what has outgrown the range of numbers.
pub(super) fn check_finite(
    values: &[f64],
    what: &'static str,
    instead: &'static str,
) -> Result<(), Error> {
    let finite = values.iter().all(|value| value.is_finite());
    if finite { Ok(()) } else { Err(Error::Unsupported { what, instead }) }
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

    #[test]
    fn names_go_with_their_columns() {
        let design = DesignMatrix::named([("a", vec![1.0, 2.0]), ("b", vec![3.0, 4.0])]).unwrap();
        assert_eq!(
            (design.column(1), design.name(1), design.name(2)),
            (&[3.0, 4.0][..], Some("b"), None)
        );
        assert_eq!(design.select(&[1]).name(0), Some("b"));
        let error = DesignMatrix::named([("a", vec![1.0, 2.0]), ("b", vec![3.0])]).unwrap_err();
        let expected = Error::Length { what: "covariates of a column", expected: 2, found: 1 };
        assert_eq!(error, expected);
        let none: [(&str, Vec<f64>); 0] = [];
        assert_eq!(DesignMatrix::named(none), Err(Error::Empty));
    }
}
