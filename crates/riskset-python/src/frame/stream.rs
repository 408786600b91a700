//! The Arrow C stream: how data frames hand over their memory.

use super::{Columns, From};
use polars_arrow::array::{Array, StructArray};
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_arrow::ffi::{ArrowArrayStream, ArrowArrayStreamReader};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyCapsuleMethods};
use riskset_data::Table;

/// A column with its chunks.
pub type Chunked = (Field, Vec<Box<dyn Array>>);

/// The columns of an object with `__arrow_c_stream__`, none of them copied.
///
/// # Errors
///
/// What the object raises, for instance because its connection is closed.
pub fn columns(name: String, object: &Bound<'_, PyAny>) -> PyResult<Columns> {
    let (rows, columns) = read(object)?;
    let names = columns.iter().map(|(field, _)| field.name.to_string()).collect();
    Ok(Columns::new(name, names, rows, From::Arrow(columns)))
}

/// The number of rows, and the columns.
pub fn read(object: &Bound<'_, PyAny>) -> PyResult<(usize, Vec<Chunked>)> {
    let capsule = object.call_method0("__arrow_c_stream__")?;
    let capsule = capsule.cast::<PyCapsule>().map_err(|_| {
        PyTypeError::new_err("__arrow_c_stream__ gave no capsule with an Arrow stream")
    })?;
    let stream = capsule.pointer_checked(Some(c"arrow_array_stream"))?.cast::<ArrowArrayStream>();
    // SAFETY: a capsule of this name holds a stream, says the Arrow C interface of Python. The stream
    // is moved out of it, as the interface has it: what stays is marked as released.
    let stream = unsafe { stream.replace(ArrowArrayStream::empty()) };
    let failed = |error: polars::prelude::PolarsError| {
        PyValueError::new_err(format!("the Arrow stream cannot be read: {error}"))
    };
    // SAFETY: the stream comes from a producer that promises to follow the interface.
    let mut reader =
        unsafe { ArrowArrayStreamReader::try_new(Box::new(stream)) }.map_err(failed)?;
    let ArrowDataType::Struct(fields) = reader.field().dtype().clone() else {
        return Err(PyTypeError::new_err("the Arrow stream holds no table but a single column"));
    };
    let mut columns: Vec<Chunked> = fields.into_iter().map(|field| (field, Vec::new())).collect();
    let mut rows = 0;
    // SAFETY: as above.
    while let Some(batch) = unsafe { reader.next() } {
        let batch = batch.map_err(failed)?;
        let batch: &StructArray =
            batch.as_any().downcast_ref().expect("a stream of structures gives structures");
        rows += batch.len();
        for ((_, chunks), array) in columns.iter_mut().zip(batch.values()) {
            chunks.push(array.clone());
        }
    }
    Ok((rows, columns))
}

/// A table that was read by riskset.
pub fn of_table(name: String, table: &Table) -> Columns {
    let columns: Vec<Chunked> =
        arrow_of(table).into_iter().map(|(field, array)| (field, vec![array])).collect();
    let names = columns.iter().map(|(field, _)| field.name.to_string()).collect();
    Columns::new(name, names, table.n_rows(), From::Arrow(columns))
}

/// The columns of a table, each as one piece.
pub fn arrow_of(table: &Table) -> crate::export::Columns {
    let columns = table.frame().columns().iter();
    columns
        .map(|column| {
            let series = column.as_materialized_series().rechunk();
            let array = series.to_arrow(0, polars::prelude::CompatLevel::newest());
            (Field::new(column.name().clone(), array.dtype().clone(), true), array)
        })
        .collect()
}
