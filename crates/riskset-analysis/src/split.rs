//! From one row a patient to rows of (start, stop]: follow-up cut at times, and dated measurements and
//! events of another table merged in, with one audit line a patient.
//!
//! A measurement holds from its time on, until the next of its kind; in a piece (start, stop] stands
//! the last value at or before start. A dated event ends the piece at its time.

mod audit;
mod checks;
mod merge;

use crate::{About, Data, Doubt, Problem, RowsRequest};
use riskset::{Observations, Remedy, split_rows};
use riskset_data::Table;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use audit::SplitAudit;
use merge::Merged;

/// Rows of (start, stop].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SplitRequest {
    /// Data, response and rows; right of `~` stands 1. `id` names the patients.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// Times at which every row is cut, in the unit of the data.
    pub cuts: Vec<f64>,
    /// A table of dated measurements or events, one a row, with the patients' column too.
    pub with: Option<String>,
    /// Its column of times: in the unit of the data, or dates when `with_zero` is given.
    pub with_time: Option<String>,
    /// The column of dates from which the response counts its time; then `with_time` holds dates.
    pub with_zero: Option<String>,
    /// The unit of the response's time when dates are merged: days, weeks, months or years.
    pub with_unit: Option<String>,
    /// The columns of measurements to carry forward.
    pub measures: Vec<String>,
    /// The name of a new column that counts the rows of the table so far.
    pub count: Option<String>,
    /// The name of a new column that is 1 where a piece ends at the time of a row of the table.
    pub dated_event: Option<String>,
}

/// Rows of (start, stop].
#[derive(Clone, Debug)]
pub struct SplitAnswer {
    /// Rows and doubts; `n` counts the rows that were cut.
    pub about: About,
    /// What was asked.
    pub request: SplitRequest,
    /// The names of the columns: the patient, `start`, `stop`, `event`, the other columns of the data
    /// and the new ones.
    pub header: Vec<String>,
    /// The pieces, in the order of the rows and in each by time; `None` is missing.
    pub rows: Vec<Vec<Option<String>>>,
    /// One entry a patient, in the order in which the data name them first.
    pub audit: Vec<SplitAudit>,
}

/// The columns that every piece has.
const OWN: [&str; 3] = ["start", "stop", "event"];

impl SplitRequest {
    /// Cuts and merges.
    pub(crate) fn run(&self, data: &Data) -> Result<SplitAnswer, Problem> {
        self.check()?;
        let formula = self.rows.parsed()?;
        if !formula.terms().is_empty() || !formula.strata().is_empty() {
            return Err(Problem::request(
                "rows are cut whatever their covariates, which all are kept",
                Remedy::Write("~ 1 right of the response".to_owned()),
            ));
        }
        let options = self.rows.options()?;
        let table = data.read(None)?;
        let rows = self.rows.rows_of(&table, "split", &formula, &options)?;
        let response = rows.frame.observations()?;
        let ids = self.patients(&table, &rows.frame.rows)?;
        let patients = checks::Patients::of(&ids, response)?;
        let merged = match &self.with {
            None => None,
            Some(_) => Some(Merged::read(self, data, &table, &rows.frame.rows, &ids, &patients)?),
        };
        let cuts = self.all_cuts(response, &ids, merged.as_ref());
        let split = split_rows(response, &cuts).map_err(explain)?;
        let (names, own) = self.carried(&table, &formula.columns(), merged.as_ref())?;
        let mut about = rows.about.clone();
        // Pieces of a patient follow each other on purpose.
        about.doubts.retain(|doubt| !matches!(doubt.code(), "repeated_ids" | "rows_go_on"));
        checks::doubt(&mut about, &patients, merged.as_ref());
        let mut answer = SplitAnswer {
            about,
            request: self.clone(),
            header: self.header(&names, merged.as_ref()),
            rows: Vec::new(),
            audit: Vec::new(),
        };
        for piece in &split.pieces {
            let id = &ids[piece.row];
            let mut cells = vec![
                Some(id.clone()),
                Some(piece.start.to_string()),
                Some(piece.stop.to_string()),
                Some(u8::from(piece.event).to_string()),
            ];
            if !self.cuts.is_empty() {
                let cut = self.cuts.iter().filter(|&&cut| cut <= piece.start).count();
                cells.push(Some((cut + 1).to_string()));
            }
            let row = rows.frame.rows[piece.row] as usize;
            cells.extend(own.iter().map(|column| column[row].clone()));
            if let Some(merged) = &merged {
                cells.extend(merged.cells(self, id, piece, row));
            }
            answer.rows.push(cells);
        }
        answer.audit = audit::lines(&patients, &split, response, merged.as_ref());
        Ok(answer)
    }

    /// What belongs together.
    fn check(&self) -> Result<(), Problem> {
        let of_table = [
            ("with_time", self.with_time.is_some()),
            ("with_zero", self.with_zero.is_some()),
            ("measures", !self.measures.is_empty()),
            ("count", self.count.is_some()),
            ("dated_event", self.dated_event.is_some()),
        ];
        let set = of_table.iter().find(|(_, set)| *set);
        match (&self.with, set) {
            (None, Some((field, _))) => Err(Problem::request(
                format!("`{field}` is about a table that is merged, and there is none"),
                Remedy::set("with"),
            )),
            (None, None) if self.cuts.is_empty() => Err(Problem::request(
                "there is nothing to cut at: neither times nor a table to merge",
                Remedy::AnyOf(vec![Remedy::set("cuts"), Remedy::set("with")]),
            )),
            (Some(_), _) if self.with_time.is_none() => Err(Problem::request(
                "a table is merged by its column of times, and none was named",
                Remedy::set("with_time"),
            )),
            (Some(_), _) if self.rows.id.is_none() => Err(Problem::request(
                "a table is merged by the column that names the patients, and none was named",
                Remedy::set("id"),
            )),
            (Some(_), _)
                if self.measures.is_empty()
                    && self.count.is_none()
                    && self.dated_event.is_none() =>
            {
                Err(Problem::request(
                    "the table is merged, and nothing of it was asked for",
                    Remedy::AnyOf(vec![
                        Remedy::set("measures"),
                        Remedy::set("count"),
                        Remedy::set("dated_event"),
                    ]),
                ))
            }
            _ if self.with_unit.is_some() && self.with_zero.is_none() => Err(Problem::request(
                "a unit is needed only for dates, which count from a column of dates",
                Remedy::AnyOf(vec![Remedy::set("with_zero"), Remedy::Unset("with_unit".into())]),
            )),
            _ if self.rows.weights.is_some() => Err(Problem::request(
                "cut rows keep all columns, the weights too; they are named when the rows are analysed",
                Remedy::Unset("weights".into()),
            )),
            _ => Ok(()),
        }
    }

    /// The patient of each row; its number where none is named.
    fn patients(&self, table: &Table, rows: &[u32]) -> Result<Vec<String>, Problem> {
        let Some(column) = &self.rows.id else {
            return Ok(rows.iter().map(|row| (row + 1).to_string()).collect());
        };
        let texts = table.texts(column)?;
        let own = rows.iter().map(|&row| {
            texts[row as usize].clone().ok_or_else(|| {
                Problem::analysis(
                    format!("{}: the patient in `{column}` is missing", table.place(row as usize)),
                    Remedy::set_to("subset", format!("!is.na({column})")),
                )
            })
        });
        own.collect()
    }

    fn all_cuts(
        &self,
        response: &Observations,
        ids: &[String],
        merged: Option<&Merged>,
    ) -> Vec<Vec<f64>> {
        (0..response.len())
            .map(|row| {
                let own = merged.map_or(&[][..], |merged| merged.times(&ids[row]));
                self.cuts.iter().chain(own).copied().collect()
            })
            .collect()
    }

    /// The other columns of the data: names and texts.
    #[expect(clippy::type_complexity, reason = "names beside their columns")]
    fn carried(
        &self,
        table: &Table,
        response: &[String],
        merged: Option<&Merged>,
    ) -> Result<(Vec<String>, Vec<Vec<Option<String>>>), Problem> {
        let id = self.rows.id.as_deref();
        let replaced = |name: &&String| {
            id == Some(name.as_str())
                || (OWN.contains(&name.as_str()) && response.contains(name))
                || merged.is_some_and(|_| self.measures.contains(name))
        };
        let names: Vec<String> =
            table.column_names().iter().filter(|name| !replaced(name)).cloned().collect();
        let new = self.count.iter().chain(&self.dated_event).map(String::as_str);
        let period = (!self.cuts.is_empty()).then_some("period");
        let mut made = OWN.into_iter().chain(new).chain(period);
        if let Some(name) = made.find(|name| names.iter().any(|own| own == name)) {
            return Err(Problem::analysis(
                format!("the data have a column `{name}`, which is one that the cut rows get"),
                Remedy::to("rename it in the data"),
            ));
        }
        let texts = names.iter().map(|name| table.texts(name));
        let columns = texts.collect::<Result<_, riskset_data::Error>>()?;
        Ok((names, columns))
    }

    fn header(&self, carried: &[String], merged: Option<&Merged>) -> Vec<String> {
        let id = self.rows.id.clone().unwrap_or_else(|| "row".to_owned());
        let period = (!self.cuts.is_empty()).then(|| "period".to_owned());
        let own = OWN.into_iter().map(str::to_owned);
        let first = std::iter::once(id).chain(own).chain(period);
        let all = first.chain(carried.iter().cloned());
        match merged {
            None => all.collect(),
            Some(_) => all
                .chain(self.measures.iter().cloned())
                .chain(self.count.clone())
                .chain(self.dated_event.clone())
                .collect(),
        }
    }
}

/// A row of no length is said as people see it.
fn explain(error: riskset::Error) -> Problem {
    match error {
        riskset::Error::EmptyInterval { row, .. } => Problem::analysis(
            format!("row {} used ends at time 0, so it covers no time that could be cut", row + 1),
            Remedy::set("subset"),
        ),
        other => other.into(),
    }
}

/// What is doubtful about cut rows.
fn doubt(about: &mut About, doubt: crate::ContrastDoubt) {
    about.doubt(Doubt::Contrast(doubt));
}
