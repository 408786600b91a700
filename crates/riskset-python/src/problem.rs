//! Refusals as Python's exceptions, which `riskset/_errors.py` defines.

use crate::voice;
use pyo3::prelude::*;
use riskset_analysis::{Problem, ProblemKind};

/// A refusal of an analysis; `place` is where, as the caller would say it.
pub fn raise(py: Python<'_>, problem: &Problem, place: &str) -> PyErr {
    let class = match problem.kind {
        ProblemKind::Request => "RequestError",
        ProblemKind::Analysis => "AnalysisError",
    };
    let remedy = problem.remedy.as_ref().and_then(|remedy| remedy.words(&voice::Python));
    exception(py, class, &problem.what, place, remedy.as_deref())
}

/// A refusal that is no [`Problem`] of an analysis: a figure that cannot be written, a study.
pub fn refuse(py: Python<'_>, what: impl std::fmt::Display, place: &str) -> PyErr {
    exception(py, "AnalysisError", &what.to_string(), place, None)
}

fn exception(py: Python<'_>, class: &str, what: &str, place: &str, remedy: Option<&str>) -> PyErr {
    let made = py
        .import("riskset._errors")
        .and_then(|module| module.getattr(class))
        .and_then(|class| class.call1((what, place, remedy)));
    match made {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}
