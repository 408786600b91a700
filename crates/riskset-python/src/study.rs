//! A study file, run.

use crate::{Returned, problem, voice, wait};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use riskset_report::study::{StudyOptions, run_study};
use std::path::PathBuf;
use std::sync::Arc;

/// `study(path, output, force, dpi, watch)`: runs a study file, writes its report, and gives what was
/// written.
pub fn run(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let (path, output, force, dpi, watch) =
        args.extract::<(PathBuf, PathBuf, bool, u32, Bound<'_, PyAny>)>()?;
    let options = StudyOptions { output, force, dpi };
    let watch = Some(watch).filter(|watch| !watch.is_none());
    let summary = wait::wait(py, watch.as_ref(), &Arc::default(), move || {
        run_study(&path, &options, &|_| {}).map_err(|error| error.words(&voice::Python))
    })?;
    let summary = summary.map_err(|error| problem::refuse(py, error, "riskset.study()"))?;
    let told = PyDict::new(py);
    told.set_item("output", summary.output)?;
    told.set_item("title", summary.title)?;
    told.set_item("patients", summary.patients)?;
    told.set_item("numbers", summary.numbers)?;
    told.set_item("figures", summary.figures)?;
    told.set_item("tables", summary.tables)?;
    told.set_item("published", summary.published)?;
    told.set_item("lines", summary.lines)?;
    told.set_item("recovered", summary.recovered)?;
    told.set_item("notes", summary.notes)?;
    told.set_item("warnings", summary.warnings)?;
    Ok(told.into_any().unbind())
}
