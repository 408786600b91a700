//! A call as a request, and its answer.

use crate::Returned;
use crate::answer::Answered;
use crate::figure::Drawn;
use crate::frame::Frame;
use crate::held::Held;
use crate::{json, problem, voice, wait};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use riskset_analysis::{Answer, Data, Given, Problem, Request, run};
use riskset_report::documents::AnyDocument;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// `schema()`: the JSON Schema of all requests, as text.
pub fn schema(args: &Bound<'_, PyTuple>) -> Returned {
    let text = Request::schema().to_value().to_string();
    Ok(text.into_pyobject(args.py())?.into_any().unbind())
}

/// `figure_of(analysis)`: the kind of figure that an answer of this kind makes, or `None`.
pub fn figure_of(args: &Bound<'_, PyTuple>) -> Returned {
    let analysis: String = args.get_item(0)?.extract()?;
    Ok(riskset_analysis::figure::of_analysis(&analysis).into_pyobject(args.py())?.unbind())
}

/// `ask(fields, tables, watch)`: whether the answer is a figure, and the answer or the figure.
///
/// `fields` is a dictionary with `analysis`; a field that is `None` is not there. `tables` has the
/// tables that are no files, each under its field, which then holds what messages call it.
pub fn ask(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let (fields, tables, watch) =
        args.extract::<(Bound<'_, PyDict>, Bound<'_, PyDict>, Bound<'_, PyAny>)>()?;
    let mut read = Map::new();
    for (key, given) in fields.iter() {
        let key: String = key.extract()?;
        if !given.is_none() {
            let field = json::value(&key, &given)?;
            read.insert(key, field);
        }
    }
    let place = place(&read);
    let mut given: BTreeMap<String, Arc<dyn Given>> = BTreeMap::new();
    for (field, table) in tables.iter() {
        let columns = Arc::clone(&Frame::borrowed(&table)?.columns);
        given.insert(field.extract()?, columns);
    }
    let watch = Some(watch).filter(|watch| !watch.is_none());
    let reading = Arc::default();
    let progress = Arc::clone(&reading);
    let answered = wait::wait(py, watch.as_ref(), &reading, move || {
        let request = Request::from_fields(read)?;
        let data = Data::of_given(&request, &given, &progress)?;
        let answer = run(&request, &data)?;
        Ok(finish(answer, request.to_json()))
    })?;
    let answer = match answered.map_err(|refusal: Problem| problem::raise(py, &refusal, &place))? {
        Finished::Answer(answer) => (false, answer.hand_over(py)?),
        Finished::Figure(figure) => (true, figure.hand_over(py)?),
    };
    Ok(answer.into_pyobject(py)?.into_any().unbind())
}

enum Finished {
    Answer(Box<Answered>),
    Figure(Box<Drawn>),
}

/// The document is made on the same threads: its tables can be long.
fn finish(answer: Answer, request: String) -> Finished {
    match answer {
        Answer::Figure(figure) => Finished::Figure(Box::new(Drawn { answer: *figure, request })),
        answer => {
            let document = AnyDocument::of(answer, &voice::Python).expect("a figure is drawn");
            Finished::Answer(Box::new(Answered { document, request }))
        }
    }
}

/// Where a refusal lies: `riskset.km(@lung, Surv(time, status == 2) ~ sex)`.
fn place(fields: &Map<String, Value>) -> String {
    let text = |field: &str| fields.get(field).and_then(Value::as_str).unwrap_or_default();
    let arguments = [text("data"), text("formula")];
    let arguments: Vec<&str> = arguments.into_iter().filter(|text| !text.is_empty()).collect();
    format!("riskset.{}({})", text("analysis").replace('-', "_"), arguments.join(", "))
}
