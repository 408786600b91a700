//! The command `riskset` inside the package: the same function as the program's `main`.

use crate::Returned;
use crate::wait;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::ffi::OsString;
use std::io::{stderr, stdout};
use std::sync::Arc;

/// `command(arguments, captured)`: runs a command line, the program's name first, and gives its exit
/// status, what it answered and what it said. Without `captured` it writes to the streams of the
/// process and gives two empty texts.
pub fn run(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let (arguments, captured) = args.extract::<(Vec<OsString>, bool)>()?;
    let (status, out, err) = match captured {
        true => wait::wait(py, None, &Arc::default(), move || {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let status = riskset_cli::run(arguments, &mut out, &mut err);
            (status, out, err)
        })?,
        false => py.detach(|| {
            riskset_cli::signals::watch();
            let status = riskset_cli::run(arguments, &mut stdout(), &mut stderr());
            (status, Vec::new(), Vec::new())
        }),
    };
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ok((status, text(out), text(err)).into_pyobject(py)?.into_any().unbind())
}
