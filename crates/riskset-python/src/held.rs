//! What Python holds and only this module opens: values in capsules, each with its name.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyCapsuleMethods};
use std::ffi::CStr;

/// A value that Python may hold.
pub trait Held: Send + Sync + Sized + 'static {
    /// The capsule's name, one for each type: it is what keeps two types apart.
    const NAME: &'static CStr;

    /// Hands the value to Python.
    fn hand_over(self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        Ok(PyCapsule::new_with_value(py, self, Self::NAME)?.into_any().unbind())
    }

    /// Looks at a value that Python holds.
    ///
    /// # Errors
    ///
    /// A `TypeError` for anything else.
    fn borrowed<'a>(held: &'a Bound<'_, PyAny>) -> PyResult<&'a Self> {
        let capsule = held
            .cast::<PyCapsule>()
            .map_err(|_| PyTypeError::new_err("the object is none of riskset's"))?;
        let value = capsule.pointer_checked(Some(Self::NAME))?.cast::<Self>();
        // SAFETY: only `hand_over` makes a capsule of this name, so it holds this type; it lives as
        // long as the object borrowed from, and is never written to.
        Ok(unsafe { value.as_ref() })
    }
}
