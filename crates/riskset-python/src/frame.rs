//! Data frames of Python's packages, as tables that give the columns that an analysis asks for.

mod pandas;
mod plain;
mod stream;

use crate::convert::{Taken, take as take_column};
use crate::held::Held;
use crate::{Returned, export, json, problem, wait};
use polars::prelude::DataFrame;
use polars_arrow::array::Array;
use polars_arrow::datatypes::Field;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use riskset_analysis::{Given, Problem};
use riskset_data::{ReadOptions, ReadProgress, Source, Table};
use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::{Arc, Mutex};

/// A table that Python holds.
pub struct Frame {
    pub columns: Arc<Columns>,
}

impl Held for Frame {
    const NAME: &'static CStr = c"riskset.frame";
}

/// The columns of a data frame; each is taken when an analysis first asks for it.
#[derive(Debug)]
pub struct Columns {
    name: String,
    names: Vec<String>,
    rows: usize,
    from: From,
    taken: Mutex<HashMap<usize, Result<Taken, String>>>,
}

#[derive(Debug)]
enum From {
    /// Columns of Arrow.
    Arrow(Vec<(Field, Vec<Box<dyn Array>>)>),
    /// A frame of pandas, whose columns become Arrow one by one: one that cannot keeps no other from
    /// being used.
    Pandas(Py<PyAny>),
}

impl Columns {
    fn new(name: String, names: Vec<String>, rows: usize, from: From) -> Columns {
        Columns { name, names, rows, from, taken: Mutex::default() }
    }

    fn column(&self, at: usize) -> Result<Taken, String> {
        let known = || self.taken.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(taken) = known().get(&at) {
            return taken.clone();
        }
        let taken = match &self.from {
            From::Arrow(columns) => take_column(&columns[at].0, &columns[at].1),
            From::Pandas(frame) => Python::attach(|py| pandas::column(frame.bind(py), at))
                .and_then(|(field, chunks)| {
                    let field = Field::new(self.names[at].as_str().into(), field.dtype, true);
                    take_column(&field, &chunks)
                }),
        };
        known().insert(at, taken.clone());
        taken
    }
}

impl Given for Columns {
    fn read(&self, columns: Option<&[String]>) -> Result<Table, Problem> {
        let wanted = |name: &String| columns.is_none_or(|columns| columns.contains(name));
        let is_double =
            |name: &String| self.names.iter().filter(|other| *other == name).count() > 1;
        let (mut taken, mut levels, mut unusable) = (Vec::new(), Vec::new(), Vec::new());
        for (at, name) in self.names.iter().enumerate() {
            if !wanted(name) || is_double(name) {
                continue;
            }
            match self.column(at) {
                Ok(column) => {
                    taken.push(column.column);
                    levels.extend(column.levels.map(|levels| (name.clone(), levels)));
                }
                Err(reason) => unusable.push((name.clone(), reason)),
            }
        }
        let frame = DataFrame::new(self.rows, taken)
            .map_err(|error| Problem::analysis(format!("{}: {error}", self.name), None))?;
        let mut table = Table::from_frame(frame, &self.name)?;
        for (name, levels) in levels {
            table = table.with_levels(&name, levels);
        }
        Ok(table.with_source(self.names.clone(), unusable))
    }
}

/// `frame(object, name)`: a table of anything with an Arrow stream, a frame of pandas, or a
/// dictionary of columns.
///
/// Raises a `TypeError` for anything else.
pub fn take(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let (object, name) = args.extract::<(Bound<'_, PyAny>, String)>()?;
    let columns = if object.is_instance_of::<PyDict>() {
        plain::columns(name, object.cast::<PyDict>()?)?
    } else if pandas::is_frame(&object)? {
        pandas::columns(name, &object)?
    } else if object.hasattr("__arrow_c_stream__")? {
        stream::columns(name, &object)?
    } else if object.hasattr("__dataframe__")? {
        pandas::of_protocol(name, &object)?
    } else {
        let kind = object.get_type().qualname()?;
        return Err(PyTypeError::new_err(format!(
            "{kind} is no table: give a data frame (polars, pandas, pyarrow, DuckDB or anything with \
             the Arrow C stream), a dictionary of columns, a file's name or a bundled set such as \
             \"@lung\""
        )));
    };
    Frame { columns: Arc::new(columns) }.hand_over(py)
}

/// `load(name, reading, watch)`: a file or a bundled set, all its columns.
pub fn load(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let (name, reading, watch) = args.extract::<(String, Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
    let options: ReadOptions = match reading.is_none() {
        true => ReadOptions::default(),
        false => serde_json::from_value(json::value("reading", &reading)?)
            .map_err(|error| PyTypeError::new_err(format!("reading: {error}")))?,
    };
    let (source_name, progress) = (name.clone(), Arc::<ReadProgress>::default());
    let reading = Arc::clone(&progress);
    let watch = Some(watch).filter(|watch| !watch.is_none());
    let table = wait::wait(py, watch.as_ref(), &progress, move || -> Result<Table, Problem> {
        let source = Source::parse(&source_name)?;
        Ok(Table::read_with(&source, None, &options, &reading)?)
    })?;
    let table = table.map_err(|refusal| problem::raise(py, &refusal, &name))?;
    Frame { columns: Arc::new(stream::of_table(name, &table)) }.hand_over(py)
}

/// `columns(frame)`: the columns of a table as lists, by name; `None` is missing.
pub fn columns(args: &Bound<'_, PyTuple>) -> Returned {
    let py = args.py();
    let columns = read(args)?;
    let lists = PyDict::new(py);
    for column in columns.frame().columns() {
        let name = column.name().as_str();
        if let Ok(flags) = column.bool() {
            lists.set_item(name, flags.iter().collect::<Vec<Option<bool>>>())?;
        } else if let Ok(numbers) = column.f64() {
            lists.set_item(name, numbers.iter().collect::<Vec<Option<f64>>>())?;
        } else if let Ok(texts) = column.str() {
            lists.set_item(name, texts.iter().collect::<Vec<Option<&str>>>())?;
        }
    }
    Ok(lists.into_any().unbind())
}

/// The whole table that the first argument holds.
fn read(args: &Bound<'_, PyTuple>) -> PyResult<Table> {
    let py = args.py();
    let held = args.get_item(0)?;
    let columns = Arc::clone(&Frame::borrowed(&held)?.columns);
    let table = py.detach(|| columns.read(None));
    table.map_err(|refusal| problem::raise(py, &refusal, &columns.name))
}

/// `stream(frame)`: the columns of a table as an Arrow stream.
pub fn stream(args: &Bound<'_, PyTuple>) -> Returned {
    export::stream(args.py(), stream::arrow_of(&read(args)?))
}
