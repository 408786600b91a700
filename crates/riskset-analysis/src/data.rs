//! The tables that an analysis is asked of.

use crate::{Problem, Request};
use polars::prelude::{Column, DataFrame, IdxCa, NamedFrom, PolarsError, Series};
use riskset::Remedy;
use riskset_data::{ReadOptions, ReadProgress, Source, Table};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// The data of an analysis: a table that is read when the analysis knows which columns it needs, or
/// one that is there already. Further tables, such as the rows to predict for, have a name.
#[derive(Clone, Debug)]
pub struct Data {
    name: String,
    place: Place,
    further: BTreeMap<&'static str, Data>,
    texts: BTreeMap<&'static str, String>,
}

#[derive(Clone, Debug)]
enum Place {
    /// Read at most once for each analysis, only the columns that it uses.
    Source { source: Source, reading: ReadOptions, progress: Arc<ReadProgress> },
    /// In memory.
    Table(Table),
    /// In the memory of another program, which gives the columns that are asked for.
    Given(Arc<dyn Given>),
    /// The request has no data.
    Nothing,
}

/// A table that another program holds, such as a data frame of Python.
pub trait Given: fmt::Debug + Send + Sync {
    /// The table, at least the columns named; all when `None`. A name that is not there is left out,
    /// so that the analysis refuses it in its own words.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when the table cannot be read at all.
    fn read(&self, columns: Option<&[String]>) -> Result<Table, Problem>;
}

/// A column for [`Data::columns`].
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each variant is its kind of values")]
pub enum NewColumn {
    Numbers(Vec<Option<f64>>),
    Texts(Vec<Option<String>>),
    Flags(Vec<Option<bool>>),
}

impl NewColumn {
    pub(crate) fn len(&self) -> usize {
        match self {
            NewColumn::Numbers(values) => values.len(),
            NewColumn::Texts(values) => values.len(),
            NewColumn::Flags(values) => values.len(),
        }
    }

    fn column(self, name: &str) -> Column {
        match self {
            NewColumn::Numbers(values) => Series::new(name.into(), values).into(),
            NewColumn::Texts(values) => Series::new(name.into(), values).into(),
            NewColumn::Flags(values) => Series::new(name.into(), values).into(),
        }
    }
}

impl Data {
    /// The data that a request names, with its further tables.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when a name is no file, bundled set or `-`. Whether a file can be read is seen
    /// when the analysis reads it.
    pub fn of(request: &Request) -> Result<Data, Problem> {
        Data::of_watched(request, &Arc::default())
    }

    /// The same, while another thread may look how far the reading is.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub fn of_watched(request: &Request, progress: &Arc<ReadProgress>) -> Result<Data, Problem> {
        Data::of_given(request, &BTreeMap::new(), progress)
    }

    /// The same where some tables are there already: each stands under its field in the request,
    /// `data` for the main one, and the name in that field is only what messages call it.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of); a [`Problem`] for a field that is not the name of a table.
    pub fn of_given(
        request: &Request,
        given: &BTreeMap<String, Arc<dyn Given>>,
        progress: &Arc<ReadProgress>,
    ) -> Result<Data, Problem> {
        let tables = request.data().is_some().then_some("data").into_iter();
        let tables: Vec<&str> =
            tables.chain(request.further_data().into_iter().map(|(role, _)| role)).collect();
        if let Some(field) = given.keys().find(|field| !tables.contains(&field.as_str())) {
            let what = match tables.is_empty() {
                true => format!("`{field}` was given a table, and this analysis takes none"),
                false => format!("`{field}` takes no table; {} does", tables.join(", ")),
            };
            return Err(Problem::request(what, None));
        }
        let one = |role: &str, name: &str, reading| match given.get(role) {
            Some(table) => Ok(Data { place: Place::Given(Arc::clone(table)), ..Data::empty(name) }),
            None => Data::named(name, reading, progress),
        };
        let mut data = match request.data() {
            Some(name) => one("data", name, request.reading())?,
            None => Data::none(),
        };
        for (role, name) in request.further_data() {
            data.further.insert(role, one(role, name, ReadOptions::default())?);
        }
        for (role, name) in request.text_files() {
            let text = read_text(Path::new(name))?;
            data.texts.insert(role, text);
        }
        Ok(data)
    }

    /// A file, standard input or a bundled set, by its name.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of).
    pub fn source(name: &str, reading: ReadOptions) -> Result<Data, Problem> {
        Data::named(name, reading, &Arc::default())
    }

    /// A table that another program holds; `name` is what answers and messages call it.
    pub fn given(table: Arc<dyn Given>, name: impl Into<String>) -> Data {
        Data { place: Place::Given(table), ..Data::empty(&name.into()) }
    }

    /// No data, for a plan.
    pub fn none() -> Data {
        Data::empty("")
    }

    fn empty(name: &str) -> Data {
        Data {
            name: name.to_owned(),
            place: Place::Nothing,
            further: BTreeMap::new(),
            texts: BTreeMap::new(),
        }
    }

    /// A table in memory; `name` is what answers and messages call it.
    pub fn table(table: Table, name: impl Into<String>) -> Data {
        Data {
            name: name.into(),
            place: Place::Table(table),
            further: BTreeMap::new(),
            texts: BTreeMap::new(),
        }
    }

    /// A table of columns, all of one length; what is `None` is missing.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when there are no rows, the lengths differ, or two columns have one name.
    pub fn columns(
        name: impl Into<String>,
        columns: Vec<(String, NewColumn)>,
    ) -> Result<Data, Problem> {
        let name = name.into();
        let refuse = |error: PolarsError| Problem::analysis(error, None);
        let rows = columns.first().map_or(0, |(_, values)| values.len());
        let columns = columns.into_iter().map(|(name, values)| values.column(&name)).collect();
        let frame = DataFrame::new(rows, columns).map_err(refuse)?;
        let table = Table::from_frame(frame, &name)?;
        Ok(Data::table(table, name))
    }

    /// Some rows of a table, from 0 and in any order, with further columns beside its own.
    ///
    /// # Errors
    ///
    /// As [`columns`](Self::columns).
    pub fn rows_of(
        table: &Table,
        rows: &[u32],
        further: Vec<(String, NewColumn)>,
    ) -> Result<Data, Problem> {
        let refuse = |error: PolarsError| Problem::analysis(error, None);
        let rows = IdxCa::from_vec("rows".into(), rows.to_vec());
        let mut frame = table.frame().take(&rows).map_err(refuse)?;
        for (name, values) in further {
            frame.with_column(values.column(&name)).map_err(refuse)?;
        }
        let table = Table::from_frame(frame, table.name())?.with_counts_of(table);
        let name = table.name().to_owned();
        Ok(Data::table(table, name))
    }

    /// The same data under another name in answers and messages.
    pub fn called(mut self, name: impl Into<String>) -> Data {
        self.name = name.into();
        self
    }

    /// Adds a further table under its role in the request, such as `predict`.
    pub fn with(mut self, role: &'static str, data: Data) -> Data {
        self.further.insert(role, data);
        self
    }

    /// Adds a text under its role in the request, such as `theme`, the journal profile.
    pub fn with_text(mut self, role: &'static str, text: impl Into<String>) -> Data {
        self.texts.insert(role, text.into());
        self
    }

    /// A text that the request names.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when the front end gave no text for this role.
    pub fn text(&self, role: &'static str) -> Result<&str, Problem> {
        self.texts.get(role).map(String::as_str).ok_or_else(|| {
            Problem::request(format!("the request names no file for `{role}`"), None)
        })
    }

    fn named(
        name: &str,
        reading: ReadOptions,
        progress: &Arc<ReadProgress>,
    ) -> Result<Data, Problem> {
        let source = Source::parse(name)?;
        let place = Place::Source { source, reading, progress: Arc::clone(progress) };
        Ok(Data { name: name.to_owned(), place, further: BTreeMap::new(), texts: BTreeMap::new() })
    }

    /// What answers and messages call the data.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The table, at least the columns named; all when `None`.
    ///
    /// # Errors
    ///
    /// Whatever keeps the source from being read.
    pub fn read(&self, columns: Option<&[String]>) -> Result<Table, Problem> {
        Ok(match &self.place {
            Place::Source { source, reading, progress } => {
                Table::read_with(source, columns, reading, progress)?
            }
            Place::Table(table) => table.clone(),
            Place::Given(given) => given.read(columns)?,
            Place::Nothing => {
                return Err(Problem::request("no data were given", Remedy::set("data")));
            }
        })
    }

    /// A further table.
    ///
    /// # Errors
    ///
    /// A [`Problem`] when the front end gave no table for this role.
    pub fn further(&self, role: &'static str) -> Result<&Data, Problem> {
        self.further.get(role).ok_or_else(|| {
            Problem::request(format!("the request names no table for `{role}`"), None)
        })
    }
}

/// A file of text; a pipe or a device, for which a reader could wait for ever, is none.
fn read_text(file: &Path) -> Result<String, Problem> {
    let refuse = |reason: &dyn std::fmt::Display| {
        let what = format!("{} cannot be read: {reason}", file.display());
        Problem::analysis(what, Remedy::to("check the name"))
    };
    let found = std::fs::metadata(file).map_err(|error| refuse(&error))?;
    if !found.is_file() {
        return Err(refuse(&"it is no regular file"));
    }
    let bytes = std::fs::read(file).map_err(|error| refuse(&error))?;
    String::from_utf8(bytes).map_err(|_| refuse(&"it is not UTF-8 text"))
}
