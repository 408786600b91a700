//! A table that counts people instead of having a row for each: `counts` in `[data]`.
//!
//! A row is written out for each of them before anything else is done, so that whatever a study counts
//! is people. What is of single patients (ids, dates, units) does not exist then, and is refused before
//! the data are read.

use super::data::{Sheet, with_remedy};
use super::file::{self, StudyFile, Text};
use super::read::Source;
use super::subject;
use super::voice::StudyWords;
use crate::Error;
use riskset::Voice;
use riskset_analysis::{Data, Request};
use riskset_data::{CountsOf, Expr, Table};
use serde_json::{Map, Value};

/// The most people of a study. Its patients have an outcome, a group and a name each, all in memory;
/// the commands work on the counts of any number.
const MOST_PEOPLE: f64 = 2e6;

/// Fields of a request that are of single patients.
const OF_PATIENTS: [&str; 4] = ["id", "weights", "known_at", "derive"];

/// Analyses whose answer tells of single patients.
const TELL_OF_PATIENTS: [&str; 2] = ["plot-swimmer", "endpoint"];

impl file::Data {
    /// Whether the table counts people.
    pub fn counts_people(&self) -> bool {
        !self.counts.is_empty()
    }
}

/// Refuses what a table of counts cannot answer.
pub fn check(source: &Source, file: &StudyFile) -> Result<(), Error> {
    if !file.data.counts_people() {
        return Ok(());
    }
    let refuse = |text: &Text, what: &str| {
        let why = "a table of counts has no row of a single patient";
        Err(source.refuse(text, format!("{why}, {what}")))
    };
    if let Some(id) = &file.data.id {
        return refuse(id, "so nobody has an id; take `id` out of [data]");
    }
    if let Some(units) = &file.units {
        let what =
            "so units belong to nobody; take [units] out, or give a table with a row for each";
        return refuse(&units.file, what);
    }
    let mut filters = file.data.rows.iter().chain(file.endpoint.iter().flat_map(|one| &one.rows));
    if let Some(rows) = filters.next() {
        let what = "so no row of a patient is selected; make this the `filter` of a [[population]]";
        return refuse(rows, what);
    }
    if let Some(dates) = file.endpoint.iter().find_map(|endpoint| endpoint.dates.as_ref()) {
        let what = "a table of counts has times that are counted already, and no dates of single \
                    patients; give the endpoint `time` and `event`";
        return Err(source.refuse_at(dates.span(), what));
    }
    let analyses = file.analysis.iter().map(|spec| (&spec.name, &spec.request));
    let figures = file.figure.iter().map(|spec| (&spec.name, &spec.request));
    for (name, request) in analyses.chain(figures) {
        if let Some(field) = OF_PATIENTS.iter().find(|field| request.contains_key(**field)) {
            return refuse(name, &format!("and the request has `{field}`; take it out"));
        }
        let kind = request.get("analysis").and_then(toml::Value::as_str).unwrap_or_default();
        if TELL_OF_PATIENTS.contains(&kind) {
            let what =
                format!("and `{kind}` tells of each; take it out, or give a table with rows");
            return refuse(name, &what);
        }
    }
    Ok(())
}

/// The counts as a request about the data as they are has them, so that it asks the same of the file by
/// itself; none where the table has rows, or the kind takes no counts.
pub fn put(file: &StudyFile, known: &[String], fields: &mut Map<String, Value>) {
    let counts: Vec<&str> = file.data.counts.iter().map(|count| count.get_ref().as_str()).collect();
    let counts = (!counts.is_empty()).then(|| Value::from(counts));
    subject::put(known, fields, "counts", counts);
}

/// The table of counts, for a request that has [`put`] them.
pub fn data(patients: &Sheet, request: &Request) -> Option<Data> {
    let asked = request.to_value();
    asked.get("counts")?;
    patients.counts(request.data().unwrap_or_default())
}

/// A row for each person of a table of counts; any other table as it is.
pub fn written_out(source: &Source, spec: &file::Data, table: Table) -> Result<Table, Error> {
    if !spec.counts_people() {
        return Ok(table);
    }
    let mut people = 0.0;
    for count in &spec.counts {
        let refuse = |error: riskset_data::Error| source.refuse(count, with_remedy(&error));
        let expression = Expr::parse(count.get_ref()).map_err(|error| refuse(error.into()))?;
        for column in expression.columns() {
            table.check_cells(&column, None).map_err(refuse)?;
        }
        people += table.numbers_of(&expression).map_err(refuse)?.iter().sum::<f64>();
    }
    let [first, ..] = &spec.counts[..] else { return Ok(table) };
    if people > MOST_PEOPLE {
        let commands = ["km", "logrank", "cif"].map(|name| StudyWords.analysis(name)).join(", ");
        let message = format!(
            "the table counts {people} people, and a study takes at most {MOST_PEOPLE}, a row for each; \
             ask {commands} or `riskset plot`, which work on the counts of any number, or draw a sample \
             of the people in the database"
        );
        return Err(source.refuse(first, message));
    }
    let names: Vec<String> = spec.counts.iter().map(|count| count.get_ref().clone()).collect();
    let counts = CountsOf::parse(&names).and_then(|counts| counts.written_out(&table));
    counts.map_err(|error| source.refuse(first, with_remedy(&error)))
}

/// What the people of a table of counts are called: `2 of row 5`.
pub fn names(table: &Table) -> Vec<String> {
    let (mut before, mut person) = (None, 0);
    let name = |row: usize| {
        let place = table.place(row).row;
        person = if before == Some(place) { person + 1 } else { 1 };
        before = Some(place);
        format!("{person} of row {}", place + 1)
    };
    (0..table.n_rows()).map(name).collect()
}
