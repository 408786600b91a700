//! Frames of pandas, column by column: one with values that no analysis can use keeps none of the
//! others from being used.

use super::stream::{Chunked, read};
use super::{Columns, From};
use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::types::PySlice;

/// Whether the object is a `pandas.DataFrame` or made from one.
pub fn is_frame(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let module: String = object.get_type().getattr("__module__")?.extract().unwrap_or_default();
    Ok(module.split('.').next() == Some("pandas") && object.hasattr("iloc")?)
}

/// The columns of a frame, under their names as texts.
pub fn columns(name: String, frame: &Bound<'_, PyAny>) -> PyResult<Columns> {
    let mut names = Vec::new();
    for column in frame.getattr("columns")?.try_iter()? {
        names.push(column?.str()?.extract()?);
    }
    let rows = frame.len()?;
    Ok(Columns::new(name, names, rows, From::Pandas(frame.clone().unbind())))
}

/// One column as Arrow.
///
/// # Errors
///
/// The end of a sentence about the column.
pub fn column(frame: &Bound<'_, PyAny>, at: usize) -> Result<Chunked, String> {
    arrow(frame, at).map_err(|error| {
        let py = frame.py();
        let said = error.value(py).to_string();
        let said = said.lines().next().unwrap_or_default().trim_matches(['(', ')', '"', '\'']);
        match error.is_instance_of::<PyImportError>(py) {
            true => {
                "cannot be read without pyarrow; install it, or give a frame of polars".to_owned()
            }
            false => {
                format!("holds values of several kinds ({said}); turn it into one of them first")
            }
        }
    })
}

fn arrow(frame: &Bound<'_, PyAny>, at: usize) -> PyResult<Chunked> {
    let py = frame.py();
    let all = PySlice::full(py);
    let one = PySlice::new(py, at as isize, at as isize + 1, 1);
    let column = frame.getattr("iloc")?.get_item((all, one))?;
    // The index would come along as a further column.
    let (_, mut columns) = read(&column)?;
    Ok(columns.swap_remove(0))
}

/// The columns of an object with `__dataframe__` alone, by way of pyarrow.
pub fn of_protocol(name: String, object: &Bound<'_, PyAny>) -> PyResult<Columns> {
    let module = object.py().import("pyarrow.interchange")?;
    let table = module.call_method1("from_dataframe", (object,))?;
    super::stream::columns(name, &table)
}
