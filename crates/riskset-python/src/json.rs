//! A Python value as the value of a request's field, and a document as Python's values.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PySet, PyString, PyTuple};
use serde_json::{Map, Number, Value};

/// `None` becomes null; numbers, texts, lists and dictionaries what they are; a path, a date, an
/// enumeration, an array or a number of numpy what it stands for.
///
/// # Errors
///
/// A `TypeError` for anything else and a `ValueError` for a number that is not finite; `field` is
/// what the message calls it.
pub fn value(field: &str, given: &Bound<'_, PyAny>) -> PyResult<Value> {
    if given.is_none() {
        return Ok(Value::Null);
    }
    if given.is_instance_of::<PyBool>() {
        return Ok(Value::Bool(given.extract()?));
    }
    if given.is_instance_of::<PyString>() {
        return Ok(Value::String(given.extract()?));
    }
    if given.is_instance_of::<PyInt>() {
        return match given.extract::<i64>() {
            Ok(number) => Ok(Value::Number(number.into())),
            Err(_) => number(field, given.extract()?),
        };
    }
    if given.is_instance_of::<PyFloat>() {
        return number(field, given.extract()?);
    }
    if given.is_instance_of::<PyDict>() {
        let mut fields = Map::new();
        for (key, item) in given.cast::<PyDict>()?.iter() {
            let key: String = key.str()?.extract()?;
            let item = value(&format!("{field}.{key}"), &item)?;
            fields.insert(key, item);
        }
        return Ok(Value::Object(fields));
    }
    if given.is_instance_of::<PyList>()
        || given.is_instance_of::<PyTuple>()
        || given.is_instance_of::<PySet>()
    {
        return given.try_iter()?.map(|item| value(field, &item?)).collect();
    }
    stands_for(field, given)
}

/// How other types say which plain value they are.
fn stands_for(field: &str, given: &Bound<'_, PyAny>) -> PyResult<Value> {
    // An array or a number of numpy, a series; an enumeration; a date; a path.
    for method in ["tolist", "to_list", "isoformat", "__fspath__"] {
        if given.hasattr(method)? {
            return value(field, &given.call_method0(method)?);
        }
    }
    if given.hasattr("name")? && given.hasattr("value")? {
        return value(field, &given.getattr("value")?);
    }
    if given.hasattr("__float__")? {
        return number(field, given.call_method0("__float__")?.extract()?);
    }
    if given.hasattr("__iter__")? {
        return given.try_iter()?.map(|item| value(field, &item?)).collect();
    }
    let kind = given.get_type().qualname()?;
    let message = format!("{field}: a value of type {kind} cannot be a field of a request");
    Err(PyTypeError::new_err(message))
}

/// A document as Python's values, each of its objects as what `kind` makes of a dictionary.
///
/// # Errors
///
/// What Python raises, such as a `MemoryError`.
pub fn object<'py>(value: &Value, kind: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = kind.py();
    Ok(match value {
        Value::Null => py.None().into_bound(py),
        Value::Bool(flag) => PyBool::new(py, *flag).to_owned().into_any(),
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(whole), _, _) => whole.into_pyobject(py)?.into_any(),
            (None, Some(whole), _) => whole.into_pyobject(py)?.into_any(),
            (None, None, number) => number.into_pyobject(py)?.into_any(),
        },
        Value::String(text) => PyString::new(py, text).into_any(),
        Value::Array(items) => {
            let items = items.iter().map(|item| object(item, kind));
            PyList::new(py, items.collect::<PyResult<Vec<_>>>()?)?.into_any()
        }
        Value::Object(fields) => {
            let found = PyDict::new(py);
            for (name, field) in fields {
                found.set_item(name, object(field, kind)?)?;
            }
            kind.call1((found,))?
        }
    })
}

fn number(field: &str, number: f64) -> PyResult<Value> {
    Number::from_f64(number).map(Value::Number).ok_or_else(|| {
        PyValueError::new_err(format!("{field}: {number} is no number that can be asked for"))
    })
}
