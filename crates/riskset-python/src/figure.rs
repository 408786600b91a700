//! A figure that Python holds.

use crate::export;
use crate::held::Held;
use crate::{Returned, problem, voice};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use riskset_analysis::figure::FigureAnswer;
use riskset_plot::{DataTable, Error, Figure};
use riskset_report::files::write_file_with;
use std::ffi::CStr;
use std::path::PathBuf;

/// A figure, with the request that it answers.
pub struct Drawn {
    pub answer: FigureAnswer,
    /// As JSON.
    pub request: String,
}

impl Held for Box<Drawn> {
    const NAME: &'static CStr = c"riskset.figure";
}

/// `draw(figure, format, dpi)`: the bytes of its file.
pub fn draw(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let (held, format, dpi) = args.extract::<(Bound<'_, PyAny>, String, f64)>()?;
    let figure = &Box::<Drawn>::borrowed(&held)?.answer.figure;
    if format == "request" {
        let request = &Box::<Drawn>::borrowed(&held)?.request;
        return Ok(PyBytes::new(py, request.as_bytes()).into_any().unbind());
    }
    let bytes = py.detach(|| bytes(figure, &format, dpi));
    let bytes = bytes.map_err(|error| problem::refuse(py, error, "the figure"))?;
    Ok(PyBytes::new(py, &bytes).into_any().unbind())
}

/// `save(figure, path, dpi)`: writes its file, whole or not at all.
pub fn save(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let (held, path, dpi) = args.extract::<(Bound<'_, PyAny>, PathBuf, f64)>()?;
    let figure = &Box::<Drawn>::borrowed(&held)?.answer.figure;
    let place = path.display().to_string();
    let format = path.extension().map_or_else(String::new, |text| text.to_string_lossy().into());
    let written = py.detach(|| {
        let bytes = match bytes(figure, &format.to_lowercase(), dpi) {
            Err(Error::Extension { .. }) => return Err(Error::Extension { path }.to_string()),
            other => other.map_err(|error| error.to_string())?,
        };
        write_file_with(&path, &[], |out| out.write_all(&bytes))
            .map_err(|error| error.words(&voice::Python))
    });
    written.map_err(|error| problem::refuse(py, error, &place))?;
    Ok(py.None())
}

fn bytes(figure: &Figure, format: &str, dpi: f64) -> Result<Vec<u8>, Error> {
    match format {
        "svg" => Ok(figure.svg().into_bytes()),
        "pdf" => figure.pdf(),
        "png" => figure.png(dpi),
        "tif" | "tiff" => figure.tiff(dpi),
        other => Err(Error::Extension { path: PathBuf::from(format!("figure.{other}")) }),
    }
}

/// `caption(figure)`: its sentences.
pub fn caption(args: &Bound<'_, PyTuple>) -> Returned {
    let held = args.get_item(0)?;
    let sentences = Box::<Drawn>::borrowed(&held)?.answer.figure.caption_texts();
    Ok(sentences.into_pyobject(args.py())?.into_any().unbind())
}

/// `lint(figure)`: what the reviewer's checks find, as JSON.
pub fn lint(args: &Bound<'_, PyTuple>) -> Returned {
    let held = args.get_item(0)?;
    let findings = Box::<Drawn>::borrowed(&held)?.answer.figure.findings();
    let text = serde_json::to_string(&findings).expect("findings are JSON");
    Ok(text.into_pyobject(args.py())?.into_any().unbind())
}

/// `figure_data(figure)`: its tables, each with its name, as Arrow streams; empty when they were left
/// out.
pub fn data(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let held = args.get_item(0)?;
    let tables = Box::<Drawn>::borrowed(&held)?.answer.figure.data.as_deref().unwrap_or_default();
    let one =
        |table: &DataTable| Ok((table.name.clone(), export::stream(py, export::of_data(table))?));
    let tables: Vec<(String, Py<PyAny>)> = tables.iter().map(one).collect::<PyResult<_>>()?;
    Ok(tables.into_pyobject(py)?.into_any().unbind())
}
