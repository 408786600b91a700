//! The tables of a study: read once, asked by column and by filter.

use super::counted;
use super::file::{Data, Text, Units};
use super::read::{Source, offer};
use super::voice::StudyWords;
use crate::Error;
use riskset_analysis::{self as analysis, NewColumn, Problem, Remedy};
use riskset_data::endpoint::{DateColumns, EndpointError, Rule};
use riskset_data::{
    Expr, FrameDoubt, ReadOptions, ReadProgress, Table, Values, row_of_sums, words_alike,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// Where the rows came from.
#[derive(Clone, Debug)]
pub struct Input {
    /// The file's name as the study file has it, without folders.
    pub name: String,
    /// Of the bytes of the file.
    pub sha256: String,
    /// How many rows it has.
    pub rows: usize,
    /// What the reader chose where the file left a choice, such as the separator.
    pub notes: Vec<String>,
}

impl Input {
    pub fn to_json(&self) -> Value {
        json!({
            "name": self.name, "sha256": self.sha256, "rows": self.rows, "notes": self.notes,
        })
    }
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A table, or some of its rows, with the patient each row belongs to.
#[derive(Clone, Debug)]
pub struct Sheet {
    table: Table,
    input: Input,
    /// The rows of the table that count, in order.
    rows: Vec<usize>,
    id_name: String,
    /// One per row that counts.
    ids: Vec<String>,
    /// For units: the row of the patient. For patients: the row itself.
    patients: Vec<u32>,
    units: bool,
    /// Of a table that counts people: the table itself, whose rows those of `table` are made of.
    counts: Option<Table>,
}

impl Sheet {
    /// Reads the patients: all rows of the file, and those that `rows` selects with one row per id.
    pub fn patients(source: &Source, folder: &Path, spec: &Data) -> Result<(Sheet, Sheet), Error> {
        let (table, mut input) = read(source, folder, &spec.file, &spec.reading())?;
        let counts = spec.counts_people().then(|| table.clone());
        let table = counted::written_out(source, spec, table)?;
        input.notes = table.notes().iter().map(ToString::to_string).collect();
        let mut raw = Sheet {
            rows: (0..table.n_rows()).collect(),
            id_name: spec.id.as_ref().map_or("row", |id| id.get_ref()).to_owned(),
            ids: Vec::new(),
            patients: (0..table.n_rows() as u32).collect(),
            units: false,
            counts,
            table,
            input,
        };
        raw.ids = match &spec.id {
            Some(id) => raw.identifiers(source, id)?,
            None if spec.counts_people() => counted::names(&raw.table),
            None => (1..=raw.n()).map(|row| row.to_string()).collect(),
        };
        let mask = raw.mask(source, spec.rows.as_ref())?;
        let rows: Vec<usize> = (0..raw.n()).filter(|&row| mask[row]).collect();
        if rows.is_empty() {
            let text = spec.rows.as_ref().unwrap_or(&spec.file);
            return Err(source.refuse(text, "no row is left; check the filter"));
        }
        let patients = Sheet {
            ids: rows.iter().map(|&row| raw.ids[row].clone()).collect(),
            patients: (0..rows.len() as u32).collect(),
            rows,
            ..raw.clone()
        };
        if let Some(id) = &spec.id {
            patients.distinct(source, id)?;
        }
        Ok((raw, patients))
    }

    /// Reads a table with one row per series; the same name may stand in several rows.
    pub fn series(source: &Source, folder: &Path, file: &Text, id: &Text) -> Result<Sheet, Error> {
        let (table, input) = read(source, folder, file, &ReadOptions::default())?;
        let mut sheet = Sheet {
            rows: (0..table.n_rows()).collect(),
            id_name: id.get_ref().clone(),
            ids: Vec::new(),
            patients: (0..table.n_rows() as u32).collect(),
            units: false,
            counts: None,
            table,
            input,
        };
        sheet.ids = sheet.identifiers(source, id)?;
        Ok(sheet)
    }

    /// Reads the units; each belongs to a patient who is there.
    pub fn units(
        source: &Source,
        folder: &Path,
        spec: &Units,
        patients: &Sheet,
    ) -> Result<Sheet, Error> {
        let (table, input) = read(source, folder, &spec.file, &ReadOptions::default())?;
        let mut sheet = Sheet {
            rows: (0..table.n_rows()).collect(),
            id_name: spec.id.get_ref().clone(),
            ids: Vec::new(),
            patients: Vec::new(),
            units: true,
            counts: None,
            table,
            input,
        };
        sheet.ids = sheet.identifiers(source, &spec.id)?;
        sheet.distinct(source, &spec.id)?;
        let known: BTreeMap<&str, u32> =
            patients.ids.iter().enumerate().map(|(row, id)| (id.as_str(), row as u32)).collect();
        let owners = sheet.texts(source, &spec.patient)?;
        let mut index = Vec::with_capacity(owners.len());
        for (row, owner) in owners.iter().enumerate() {
            let found = owner.as_ref().and_then(|owner| known.get(owner.as_str()));
            index.push(*found.ok_or_else(|| {
                source.refuse(
                    &spec.patient,
                    format!(
                        "the {} {} belongs to patient {}, who is not among the patients; \
                         correct the column or add the patient",
                        spec.one(),
                        sheet.ids[row],
                        owner.as_deref().unwrap_or("(missing)")
                    ),
                )
            })?);
        }
        sheet.patients = index;
        Ok(sheet)
    }

    pub fn input(&self) -> &Input {
        &self.input
    }

    /// How many rows count.
    pub fn n(&self) -> usize {
        self.rows.len()
    }

    pub fn id(&self, row: usize) -> &str {
        &self.ids[row]
    }

    pub fn is_units(&self) -> bool {
        self.units
    }

    /// The patient of a row, as a row of the patients.
    pub fn patient(&self, row: usize) -> usize {
        self.patients[row] as usize
    }

    /// The patient of each row.
    pub fn clusters(&self) -> &[u32] {
        &self.patients
    }

    /// A column as written, `None` where missing.
    pub fn texts(&self, source: &Source, column: &Text) -> Result<Vec<Option<String>>, Error> {
        self.column(column.get_ref()).map_err(|error| self.missing(source, column, &error))
    }

    /// A column as written, by its name.
    pub fn column(&self, name: &str) -> Result<Vec<Option<String>>, riskset_data::Error> {
        let mut values = self.table.texts(name)?;
        Ok(self.rows.iter().map(|&row| values[row].take()).collect())
    }

    /// The dates and texts that a rule reads, at these rows of the sheet.
    pub fn dates(&self, rule: &Rule, rows: &[usize]) -> Result<DateColumns, EndpointError> {
        let rows: Vec<u32> = rows.iter().map(|&row| self.rows[row] as u32).collect();
        DateColumns::from_table_rows(&self.table, &self.id_name, rule, &rows)
    }

    /// A column of numbers, `None` where missing.
    pub fn numbers(&self, source: &Source, column: &Text) -> Result<Vec<Option<f64>>, Error> {
        let values = self
            .table
            .numbers(column.get_ref())
            .map_err(|error| self.missing(source, column, &error))?;
        let known = |row: &usize| Some(values[*row]).filter(|value| !value.is_nan());
        Ok(self.rows.iter().map(known).collect())
    }

    /// A column of times, or what an expression gives: `(last - surgery) / 30.4375`.
    pub fn times(&self, source: &Source, text: &Text) -> Result<Vec<Option<f64>>, Error> {
        if self.table.column_names().contains(text.get_ref()) {
            return self.numbers(source, text);
        }
        let expression = Expr::parse(text.get_ref()).map_err(|error| source.refuse(text, error))?;
        let values = self.table.numbers_of(&expression);
        let values = values.map_err(|error| self.missing(source, text, &error))?;
        Ok(self.rows.iter().map(|&row| Some(values[row]).filter(|v| !v.is_nan())).collect())
    }

    /// Whether a column holds numbers.
    pub fn is_numeric(&self, source: &Source, column: &Text) -> Result<bool, Error> {
        let values = self
            .table
            .values(column.get_ref())
            .map_err(|error| self.missing(source, column, &error))?;
        Ok(matches!(values, Values::Number(_)))
    }

    /// The values that a column has among the rows that count, in natural order.
    pub fn levels(&self, source: &Source, column: &Text) -> Result<Vec<String>, Error> {
        let factor = self
            .table
            .factor(column.get_ref())
            .map_err(|error| self.missing(source, column, &error))?;
        let used = |level: &u32| self.rows.iter().any(|&row| factor.codes[row] == *level);
        let levels = (0..factor.levels.len() as u32).filter(used);
        Ok(levels.map(|level| factor.levels[level as usize].clone()).collect())
    }

    /// What is odd about the rows that count, whatever is asked of them: a row of sums among them, and
    /// levels that look alike in these columns.
    pub fn odd(&self, columns: &[&str]) -> Result<Vec<FrameDoubt>, riskset_data::Error> {
        let rows: Vec<u32> = self.rows.iter().map(|&row| row as u32).collect();
        let names = std::iter::once(&self.id_name).chain(self.table.column_names().first());
        let named = names.into_iter().find(|name| self.table.has_column(name));
        let sums = match named {
            Some(column) => row_of_sums(&self.table, rows.iter().copied(), column)?,
            None => None,
        };
        let words = words_alike(&self.table, &rows, columns)?;
        Ok(sums.into_iter().chain(words).collect())
    }

    /// The rows that a filter keeps; a row that misses a value of the filter is not kept.
    pub fn mask(&self, source: &Source, filter: Option<&Text>) -> Result<Vec<bool>, Error> {
        match filter {
            None => Ok(vec![true; self.n()]),
            Some(filter) => {
                let flags = self.flags(source, filter)?;
                Ok(flags.into_iter().map(|flag| flag == Some(true)).collect())
            }
        }
    }

    /// The truth of a comparison, or of a column of 0 and 1 or true and false; `None` where a value
    /// is missing.
    pub fn flags(&self, source: &Source, text: &Text) -> Result<Vec<Option<bool>>, Error> {
        let expression = Expr::parse(text.get_ref()).map_err(|error| source.refuse(text, error))?;
        let flags = match &expression {
            Expr::Column { name, .. } => self.coded(name),
            _ => self.table.flags(&expression),
        };
        let flags = flags.map_err(|error| self.missing(source, text, &error))?;
        Ok(self.rows.iter().map(|&row| flags[row]).collect())
    }

    /// Whether each row has the event, by the rules of every analysis: no coding is guessed, and a value
    /// that no row has is refused. `None` where a value is missing.
    pub fn events(&self, source: &Source, text: &Text) -> Result<Vec<Option<bool>>, Error> {
        let expression = Expr::parse(text.get_ref()).map_err(|error| source.refuse(text, error))?;
        let flags = self.table.event_flags(&expression);
        let flags = flags.map_err(|error| self.missing(source, text, &error))?;
        Ok(self.rows.iter().map(|&row| flags[row]).collect())
    }

    /// What a comparison reads in each row, in the words of the data: the values of its column, or
    /// `TRUE` and `FALSE` where it reads several.
    pub fn words(&self, source: &Source, text: &Text) -> Result<Vec<Option<String>>, Error> {
        let expression = Expr::parse(text.get_ref()).map_err(|error| source.refuse(text, error))?;
        match &expression.columns()[..] {
            [column] => self.column(column).map_err(|error| self.missing(source, text, &error)),
            _ => {
                let word = |flag: bool| if flag { "TRUE" } else { "FALSE" }.to_owned();
                let flags = self.flags(source, text)?;
                Ok(flags.into_iter().map(|flag| flag.map(word)).collect())
            }
        }
    }

    /// A column of 0 and 1 or of true and false; any other coding is never guessed.
    fn coded(&self, name: &str) -> Result<Vec<Option<bool>>, riskset_data::Error> {
        let numbers = match self.table.values(name)? {
            Values::Flag(flags) => return Ok(flags),
            Values::Number(numbers) => numbers,
            Values::Text(_) => self.table.numbers(name)?,
        };
        match numbers.iter().position(|&value| !(value.is_nan() || value == 0.0 || value == 1.0)) {
            None => Ok(numbers
                .into_iter()
                .map(|value| (!value.is_nan()).then_some(value == 1.0))
                .collect()),
            Some(row) => Err(riskset_data::Error::Kind {
                expr: name.to_owned(),
                problem: format!(
                    "holds {} at {}, and a filter is 0 or 1, or a comparison with a value",
                    numbers[row],
                    self.table.place(row)
                ),
            }),
        }
    }

    fn identifiers(&self, source: &Source, column: &Text) -> Result<Vec<String>, Error> {
        let texts = self.texts(source, column)?;
        let missing = texts.iter().position(Option::is_none);
        if let Some(row) = missing {
            return Err(source.refuse(
                column,
                format!("{}: the id is missing; every row needs one", self.table.place(row)),
            ));
        }
        Ok(texts.into_iter().flatten().collect())
    }

    fn distinct(&self, source: &Source, column: &Text) -> Result<(), Error> {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (row, id) in self.ids.iter().enumerate() {
            if let Some(earlier) = seen.insert(id, row) {
                let advice = if self.units {
                    "give each unit its own id"
                } else {
                    "give each patient one row, or select one row per patient with `rows` in [data]"
                };
                return Err(source.refuse(
                    column,
                    format!(
                        "the id {id:?} stands twice in {}: {} and {}; {advice}",
                        self.input.name,
                        self.table.place(self.rows[earlier]),
                        self.table.place(self.rows[row]),
                    ),
                ));
            }
        }
        Ok(())
    }

    /// Some rows of the sheet, from 0, with further columns beside its own, for a request.
    pub fn data(
        &self,
        rows: &[usize],
        further: Vec<(String, NewColumn)>,
    ) -> Result<analysis::Data, Problem> {
        let rows: Vec<u32> = rows.iter().map(|&row| self.rows[row] as u32).collect();
        analysis::Data::rows_of(&self.table, &rows, further)
    }

    /// The table of counts that the rows were made of, for a request that counts by itself.
    pub fn counts(&self, name: &str) -> Option<analysis::Data> {
        self.counts.as_ref().map(|table| analysis::Data::table(table.clone(), name))
    }

    /// All rows of the sheet under this name, for a request.
    pub fn whole(&self, name: &str) -> Result<analysis::Data, Problem> {
        match self.rows.len() == self.table.n_rows() {
            true => Ok(analysis::Data::table(self.table.clone(), name)),
            false => self.data(&(0..self.n()).collect::<Vec<_>>(), Vec::new()),
        }
    }

    /// A refusal of the data, at the line of the study file that asked for them.
    fn missing(&self, source: &Source, text: &Text, error: &riskset_data::Error) -> Error {
        refused(source, text, error)
    }
}

/// A further table that an analysis reads.
pub fn table(source: &Source, folder: &Path, file: &Text) -> Result<(Table, Input), Error> {
    read(source, folder, file, &ReadOptions::default())
}

fn read(
    source: &Source,
    folder: &Path,
    file: &Text,
    reading: &ReadOptions,
) -> Result<(Table, Input), Error> {
    let name = file.get_ref();
    let place = match name.starts_with('@') {
        true => name.clone(),
        false => folder.join(name).to_string_lossy().into_owned(),
    };
    let data =
        riskset_data::Source::parse(&place).map_err(|error| refused(source, file, &error))?;
    let bytes = match &data {
        riskset_data::Source::Bundled(name) => riskset_data::datasets::get(name)
            .map(|dataset| dataset.csv.as_bytes().to_vec())
            .ok_or_else(|| source.refuse(file, offer(name, &[])))?,
        riskset_data::Source::File { path, .. } => read_bytes(source, file, path)?,
        riskset_data::Source::Stdin => {
            return Err(source.refuse(file, "a study reads files; write the data to one"));
        }
    };
    let table = Table::read_with(&data, None, reading, &ReadProgress::default())
        .map_err(|error| refused(source, file, &error))?;
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
    let notes = table.notes().iter().map(ToString::to_string).collect();
    let input = Input { name, sha256: sha256(&bytes), rows: table.n_rows(), notes };
    Ok((table, input))
}

/// A refusal of the data, with what to do in the words of a study file.
fn refused(source: &Source, text: &Text, error: &riskset_data::Error) -> Error {
    source.refuse(text, with_remedy(error))
}

/// What was found, and what to do in the words of a study file.
pub fn with_remedy(error: &riskset_data::Error) -> String {
    Remedy::after(&error.to_string(), error.remedy().as_ref(), &StudyWords)
}

fn read_bytes(source: &Source, file: &Text, path: &Path) -> Result<Vec<u8>, Error> {
    crate::files::read_file(path).map_err(|error| match error {
        Error::Io { source: why, .. } => {
            source.refuse(file, format!("{} cannot be read: {why}", path.display()))
        }
        other => source.refuse(file, other),
    })
}

/// A value of the study file as the data write it: `1`, `1.5`, `true`, a text.
pub fn written(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Boolean(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
        other => other.to_string(),
    }
}
