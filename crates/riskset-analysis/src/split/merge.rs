//! A table of dated measurements and events, by patient.

use super::SplitRequest;
use super::checks::Patients;
use crate::{Data, Problem};
use riskset::{Piece, Remedy};
use riskset_data::Table;
use riskset_data::endpoint::TimeUnit;
use std::collections::BTreeMap;

/// The rows of the table for each patient, by time.
pub(super) struct Merged {
    /// Per patient the times, increasing and each once.
    times: BTreeMap<String, Vec<f64>>,
    /// Per patient and measure the values with their times, increasing.
    values: BTreeMap<String, Vec<Vec<(f64, String)>>>,
    /// Per patient the time of every row, increasing.
    rows: BTreeMap<String, Vec<f64>>,
    /// The columns of the data that a measure continues, where there is one: the value before the
    /// first measurement.
    before: Vec<Option<Vec<Option<String>>>>,
    /// Patients of the table whom the data do not have.
    pub strangers: Vec<String>,
    /// Per patient what was counted.
    pub counted: BTreeMap<String, Counted>,
}

/// The rows of a patient in the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// All.
    pub rows: usize,
    /// Dated before the patient's first start: measurements hold from the start on.
    pub before_entry: usize,
    /// Events at or before the first start, which are nobody's under observation.
    pub event_before_entry: usize,
    /// Dated at or after the patient's last stop, for events after it: without effect.
    pub after_end: usize,
}

impl Merged {
    /// Reads the table and hands its rows to the patients.
    pub fn read(
        request: &SplitRequest,
        data: &Data,
        base: &Table,
        used: &[u32],
        ids: &[String],
        patients: &Patients,
    ) -> Result<Merged, Problem> {
        let table = data.further("with")?.read(None)?;
        let id = request.rows.id.as_deref().unwrap_or_default();
        let whose = table.texts(id)?;
        let times = times(request, &table, base, used, ids, &whose)?;
        let columns = request.measures.iter().map(|name| table.texts(name));
        let columns = columns.collect::<Result<Vec<_>, riskset_data::Error>>()?;
        let before = request.measures.iter().map(|name| match base.has_column(name) {
            true => base.texts(name).map(Some),
            false => Ok(None),
        });
        let mut merged = Merged {
            times: BTreeMap::new(),
            values: BTreeMap::new(),
            rows: BTreeMap::new(),
            before: before.collect::<Result<_, riskset_data::Error>>()?,
            strangers: Vec::new(),
            counted: BTreeMap::new(),
        };
        for row in 0..table.n_rows() {
            let Some(own) = &whose[row] else {
                return Err(missing(&table, row, id));
            };
            let Some(&place) = patients.place.get(own) else {
                if !merged.strangers.contains(own) {
                    merged.strangers.push(own.clone());
                }
                continue;
            };
            let Some(time) = times[row] else {
                let column = request.with_time.as_deref().unwrap_or_default();
                return Err(missing(&table, row, column));
            };
            let values = columns.iter().map(|column| column[row].clone()).collect();
            merged.add(request, &table, row, own, time, values)?;
            let range = patients.range[place];
            let events = request.dated_event.is_some();
            merged.counted.entry(own.clone()).or_default().count(time, range, events);
        }
        merged.settle();
        Ok(merged)
    }

    fn add(
        &mut self,
        request: &SplitRequest,
        table: &Table,
        row: usize,
        id: &str,
        time: f64,
        values: Vec<Option<String>>,
    ) -> Result<(), Problem> {
        self.rows.entry(id.to_owned()).or_default().push(time);
        let own =
            self.values.entry(id.to_owned()).or_insert_with(|| vec![Vec::new(); values.len()]);
        for (measure, value) in values.into_iter().enumerate() {
            // A blank is no measurement: what was known before holds.
            let Some(value) = value else { continue };
            if let Some((_, other)) = own[measure].iter().find(|(at, _)| *at == time)
                && *other != value
            {
                return Err(Problem::analysis(
                    format!(
                        "{}: patient {id} has two values of `{}` at {time}: {other} and {value}",
                        table.place(row),
                        request.measures[measure]
                    ),
                    Remedy::to("keep the one that holds"),
                ));
            }
            own[measure].push((time, value));
        }
        Ok(())
    }

    fn settle(&mut self) {
        for (id, rows) in &mut self.rows {
            rows.sort_by(f64::total_cmp);
            let mut times = rows.clone();
            times.dedup();
            self.times.insert(id.clone(), times);
        }
        for all in self.values.values_mut() {
            all.iter_mut().for_each(|values| values.sort_by(|a, b| a.0.total_cmp(&b.0)));
        }
    }

    /// The times of a patient, at which its rows are cut.
    pub fn times(&self, id: &str) -> &[f64] {
        self.times.get(id).map_or(&[], Vec::as_slice)
    }

    /// What a piece gets: the measures, the count, the event. `row` is that of the data.
    pub fn cells(
        &self,
        request: &SplitRequest,
        id: &str,
        piece: &Piece,
        row: usize,
    ) -> Vec<Option<String>> {
        let mut cells = Vec::new();
        for (measure, before) in self.before.iter().enumerate() {
            let known = self.values.get(id).and_then(|all| {
                let until = all[measure].partition_point(|(time, _)| *time <= piece.start);
                all[measure][..until].last().map(|(_, value)| value.clone())
            });
            cells.push(known.or_else(|| before.as_ref().and_then(|column| column[row].clone())));
        }
        let rows = self.rows.get(id).map_or(&[][..], Vec::as_slice);
        if request.count.is_some() {
            let so_far = rows.partition_point(|time| *time <= piece.start);
            cells.push(Some(so_far.to_string()));
        }
        if request.dated_event.is_some() {
            cells.push(Some(u8::from(rows.contains(&piece.stop)).to_string()));
        }
        cells
    }
}

impl Counted {
    fn count(&mut self, time: f64, (start, stop): (f64, f64), events: bool) {
        self.rows += 1;
        self.before_entry += usize::from(time < start);
        self.event_before_entry += usize::from(events && time <= start);
        self.after_end += usize::from(if events { time > stop } else { time >= stop });
    }
}

fn missing(table: &Table, row: usize, column: &str) -> Problem {
    Problem::analysis(
        format!("{}: `{column}` of the merged table is missing", table.place(row)),
        Remedy::to("complete it, or delete the row"),
    )
}

/// The time of each row of the table, in the unit of the response; `None` where missing, and for dates
/// where the patient is not in the data.
fn times(
    request: &SplitRequest,
    table: &Table,
    base: &Table,
    used: &[u32],
    ids: &[String],
    whose: &[Option<String>],
) -> Result<Vec<Option<f64>>, Problem> {
    let column = request.with_time.as_deref().unwrap_or_default();
    let Some(zero) = &request.with_zero else {
        let numbers = table.numbers(column)?;
        return Ok(numbers.into_iter().map(|time| time.is_finite().then_some(time)).collect());
    };
    let unit = request.with_unit.as_deref().unwrap_or("days");
    let unit = TimeUnit::parse(unit).ok_or_else(|| {
        Problem::request(
            format!("there is no unit `{unit}`; there are days, weeks, months and years"),
            Remedy::set("with_unit"),
        )
    })?;
    let (dates, zeros) = (table.dates(column)?, base.dates(zero)?);
    let first: BTreeMap<&str, usize> =
        ids.iter().zip(used).rev().map(|(id, &row)| (id.as_str(), row as usize)).collect();
    let mut times = Vec::with_capacity(dates.len());
    for (date, id) in dates.iter().zip(whose) {
        let row = id.as_deref().and_then(|id| first.get(id).copied());
        let from = row.and_then(|row| zeros[row]);
        times.push(match (date, from) {
            (Some(date), Some(from)) => Some((*date - from).num_days() as f64 / unit.days()),
            _ => None,
        });
    }
    Ok(times)
}
