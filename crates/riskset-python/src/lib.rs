//! The Python module `riskset._riskset`: Python's values as requests and tables, answers as Python's
//! values. Nothing is decided here and nothing in the Python files beside it: a request is read,
//! answered and worded by the crates below.
//!
//! The module is made without the macros of pyo3: their features of `syn` would differ from those of
//! the rest of the workspace, and polars would be built a second time for it. So the module is a
//! handful of functions, and what they hand out (an answer, a figure, a table) is a capsule that the
//! classes in `python/riskset` hold.

mod answer;
mod command;
mod convert;
mod export;
mod federated;
mod figure;
mod frame;
mod held;
mod json;
mod problem;
mod request;
mod study;
mod voice;
mod wait;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyTuple};
use std::cell::UnsafeCell;
use std::ffi::CStr;
use std::ptr::null_mut;

/// What every function of the module gives.
type Returned = PyResult<Py<PyAny>>;

type Function = fn(&Bound<'_, PyTuple>) -> Returned;

/// Every function: its name, what it says of itself, and what it does with its arguments.
const FUNCTIONS: [(&CStr, &CStr, Function); 21] = [
    (c"schema", c"The JSON Schema of all requests.", request::schema),
    (c"ask", c"Answers a request.", request::ask),
    (c"figure_of", c"The kind of figure that belongs to an analysis.", request::figure_of),
    (c"document", c"An answer in one of its formats.", answer::document),
    (c"fields", c"The document of an answer.", answer::fields),
    (c"tables", c"The tables of an answer as Arrow streams.", answer::tables),
    (c"warnings", c"The doubts of an answer or a figure.", answer::warnings),
    (c"draw", c"A figure in one of its formats.", figure::draw),
    (c"save", c"Writes a figure to a file.", figure::save),
    (c"caption", c"The caption of a figure.", figure::caption),
    (c"lint", c"What the checks of a reviewer find in a figure.", figure::lint),
    (c"figure_data", c"The numbers behind a figure.", figure::data),
    (c"frame", c"Takes a data frame of another package.", frame::take),
    (c"load", c"Reads a file or a bundled set.", frame::load),
    (c"stream", c"A table as an Arrow stream.", frame::stream),
    (c"columns", c"The columns of a table as lists.", frame::columns),
    (c"command", c"Runs a command line.", command::run),
    (c"study", c"Runs a study file.", study::run),
    (c"plan", c"Reads a plan of several places.", federated::plan),
    (c"share", c"What a place tells of its rows.", federated::share_rows),
    (c"pool", c"Adds up what places tell.", federated::pool_answers),
];

/// The definition that Python keeps of a module.
struct Definition(UnsafeCell<ffi::PyModuleDef>);

// SAFETY: only Python touches the definition, and only while it holds its lock.
unsafe impl Sync for Definition {}

static DEFINITION: Definition = Definition(UnsafeCell::new(ffi::PyModuleDef {
    m_base: ffi::PyModuleDef_HEAD_INIT,
    m_name: c"_riskset".as_ptr(),
    m_doc: c"The compiled part of riskset.".as_ptr(),
    m_size: -1,
    m_methods: null_mut(),
    m_slots: null_mut(),
    m_traverse: None,
    m_clear: None,
    m_free: None,
}));

/// What Python calls when it imports the module.
///
/// # Safety
///
/// Python calls it once, with its lock held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInit__riskset() -> *mut ffi::PyObject {
    Python::attach(|py| {
        // SAFETY: the definition is static and nobody else writes to it.
        let module = unsafe { ffi::PyModule_Create(DEFINITION.0.get()) };
        // SAFETY: Python gave a new reference or an error.
        let module = unsafe { Bound::from_owned_ptr_or_err(py, module) };
        match module.and_then(|module| fill(&module).map(|()| module)) {
            Ok(module) => module.into_ptr(),
            Err(error) => {
                error.restore(py);
                null_mut()
            }
        }
    })
}

fn fill(module: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = module.py();
    for (name, says, function) in FUNCTIONS {
        let closure =
            move |args: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| function(args);
        let function = PyCFunction::new_closure(py, Some(name), Some(says), closure)?;
        let name = name.to_str().expect("the names are ASCII");
        module.setattr(name, function)?;
    }
    module.setattr("version", env!("CARGO_PKG_VERSION"))
}
