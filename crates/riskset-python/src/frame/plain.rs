//! A dictionary of columns: lists, tuples, arrays of numpy.

use super::{Columns, From};
use crate::convert::Plain;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString};

/// The columns of a dictionary, all of one length; `None` is missing.
///
/// # Errors
///
/// A `ValueError` for columns of different lengths, a `TypeError` for values of several kinds.
pub fn columns(name: String, given: &Bound<'_, PyDict>) -> PyResult<Columns> {
    let (mut names, mut columns, mut rows) = (Vec::new(), Vec::new(), None);
    for (key, values) in given.iter() {
        let key: String = key.str()?.extract()?;
        let values = match values.hasattr("tolist")? {
            true => values.call_method0("tolist")?,
            false => values,
        };
        let values: Vec<Bound<'_, PyAny>> = values.try_iter()?.collect::<PyResult<_>>()?;
        let known = *rows.get_or_insert(values.len());
        if known != values.len() {
            return Err(PyValueError::new_err(format!(
                "the column {key:?} has {} values, and the first column has {known}",
                values.len()
            )));
        }
        let (field, array) = column(&key, &values)?.into_arrow(&key);
        names.push(key);
        columns.push((field, vec![array]));
    }
    Ok(Columns::new(name, names, rows.unwrap_or(0), From::Arrow(columns)))
}

fn column(name: &str, values: &[Bound<'_, PyAny>]) -> PyResult<Plain> {
    let known = || values.iter().filter(|value| !value.is_none());
    if known().all(|value| value.is_instance_of::<PyBool>()) && known().count() > 0 {
        return Ok(Plain::Flags(extract(values)?));
    }
    if known().all(|value| value.is_instance_of::<PyString>()) && known().count() > 0 {
        return Ok(Plain::Texts(extract(values)?));
    }
    if known().all(|value| value.extract::<f64>().is_ok()) {
        return Ok(Plain::Numbers(extract(values)?));
    }
    if known().all(|value| value.hasattr("isoformat").unwrap_or(false)) {
        let iso = |value: &Bound<'_, PyAny>| match value.is_none() {
            true => Ok(None),
            false => value.call_method0("isoformat")?.extract().map(Some),
        };
        return Ok(Plain::Texts(values.iter().map(iso).collect::<PyResult<_>>()?));
    }
    Err(PyTypeError::new_err(format!(
        "the column {name:?} holds values of several kinds; give numbers, texts, flags or dates"
    )))
}

fn extract<T: for<'a, 'py> FromPyObject<'a, 'py>>(
    values: &[Bound<'_, PyAny>],
) -> PyResult<Vec<Option<T>>> {
    values.iter().map(|value| value.extract().map_err(Into::into)).collect()
}
