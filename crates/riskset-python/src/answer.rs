//! An answer that Python holds.

use crate::export;
use crate::figure::Drawn;
use crate::held::Held;
use crate::{Returned, json, voice};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use riskset_analysis::Request;
use riskset_report::documents::{AnyDocument, Document, Format, Part, fragment, parts, write};
use riskset_report::methods;
use std::ffi::CStr;

/// The document of an answer, with the request that it answers.
pub struct Answered {
    pub document: AnyDocument,
    /// As JSON.
    pub request: String,
}

impl Held for Box<Answered> {
    const NAME: &'static CStr = c"riskset.answer";
}

/// `document(answer, format)`: its text in one of the formats, the request, or its Methods.
pub fn document(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let held = args.get_item(0)?;
    let answer = Box::<Answered>::borrowed(&held)?;
    let format: String = args.get_item(1)?.extract()?;
    let format = match format.as_str() {
        "request" => return Ok(answer.request.as_str().into_pyobject(py)?.into_any().unbind()),
        "methods" => {
            let asked = Request::from_json(&answer.request)
                .map_err(|problem| PyValueError::new_err(problem.what))?;
            let text = methods::text(&methods::methods(&asked, &answer.document));
            return Ok(text.into_pyobject(py)?.into_any().unbind());
        }
        "html" => return Ok(fragment(&answer.document).into_pyobject(py)?.into_any().unbind()),
        "text" => Format::Text,
        "json" => Format::Json,
        "csv" => Format::Csv,
        "markdown" => Format::Markdown,
        "latex" => Format::Latex,
        other => {
            return Err(PyValueError::new_err(format!(
                "there is no format {other:?}; there are text, json, csv, markdown, latex, html and \
                 methods"
            )));
        }
    };
    let text = py.detach(|| {
        let mut text = Vec::new();
        write(&answer.document, format, &mut text).map(|()| text)
    })?;
    Ok(String::from_utf8(text)?.into_pyobject(py)?.into_any().unbind())
}

/// `fields(answer, kind)`: its document as Python's values, each object as what `kind` makes of a
/// dictionary. A curve of a million times never becomes text for it.
pub fn fields(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let (held, kind) = args.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
    let answer = Box::<Answered>::borrowed(&held)?;
    let document = py.detach(|| serde_json::to_value(&answer.document));
    let document = document.map_err(|error| PyValueError::new_err(error.to_string()))?;
    Ok(json::object(&document, &kind)?.unbind())
}

/// `tables(answer)`: its tables in full precision, each with its name, as Arrow streams.
pub fn tables(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let held = args.get_item(0)?;
    let answer = Box::<Answered>::borrowed(&held)?;
    let tables = py.detach(|| parts(&answer.document))?;
    let one = |part: &Part| Ok((part.name.clone(), export::stream(py, export::of_part(part))?));
    let tables: Vec<(String, Py<PyAny>)> = tables.iter().map(one).collect::<PyResult<_>>()?;
    Ok(tables.into_pyobject(py)?.into_any().unbind())
}

/// `warnings(answer or figure)`: code, what it is about, message.
pub fn warnings(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let held = args.get_item(0)?;
    type Said = (String, Option<String>, String);
    let said: Vec<Said> = match Box::<Answered>::borrowed(&held) {
        Ok(answer) => {
            let warnings = answer.document.head().warnings.iter();
            warnings.map(|w| (w.code.to_owned(), w.about.clone(), w.message.clone())).collect()
        }
        Err(_) => {
            let figure = &Box::<Drawn>::borrowed(&held)?.answer;
            let words = figure.words(&voice::Python);
            let doubts = figure.about.iter().flat_map(|about| &about.doubts);
            let of_rows = doubts.map(|doubt| {
                let about = doubt.about().map(str::to_owned);
                (doubt.code().to_owned(), about, doubt.words(&words))
            });
            let drawn = figure.figure.warnings.iter();
            let drawn = drawn.map(|w| ("figure".to_owned(), None, w.words(&words)));
            of_rows.chain(drawn).collect()
        }
    };
    Ok(said.into_pyobject(py)?.into_any().unbind())
}
