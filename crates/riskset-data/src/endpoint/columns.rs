//! The columns a rule reads: dates, and the texts of its conditions.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::EndpointError;

/// One field of a date column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DateCell {
    Missing,
    /// Midnight where the time of day is not written.
    Date(NaiveDateTime),
    /// Written like a date that the calendar does not have: 2023-02-30.
    Impossible(String),
    /// Written in any other way.
    OtherFormat(String),
}

/// Date columns and text columns of a study, one value a row, with the patients' ids.
#[derive(Clone, Debug, Default)]
pub struct DateColumns {
    id_name: String,
    ids: Vec<String>,
    rows: Option<Vec<usize>>,
    dates: BTreeMap<String, Vec<DateCell>>,
    texts: BTreeMap<String, Vec<Option<String>>>,
}

impl DateColumns {
    /// Starts with the ids: the name of their column, and one id a row.
    pub fn new(id_name: &str, ids: Vec<String>) -> Self {
        DateColumns { id_name: id_name.to_owned(), ids, ..DateColumns::default() }
    }

    /// Says which rows of the file these are, from 0, when they are a selection; messages and
    /// outcomes then name the rows of the file. Without it the rows are counted as they are given.
    ///
    /// # Errors
    ///
    /// [`EndpointError::Length`] unless there is one number a row.
    pub fn rows(mut self, rows: Vec<usize>) -> Result<Self, EndpointError> {
        self.check_length("row", rows.len())?;
        self.rows = Some(rows);
        Ok(self)
    }

    /// Adds a column of dates; `None` is a missing date.
    ///
    /// # Errors
    ///
    /// [`EndpointError::Length`] unless there is one value a row.
    pub fn dates(
        mut self,
        name: &str,
        values: Vec<Option<NaiveDate>>,
    ) -> Result<Self, EndpointError> {
        self.check_length(name, values.len())?;
        let cell = |date: NaiveDate| DateCell::Date(date.and_time(NaiveTime::MIN));
        let cells = values.into_iter().map(|date| date.map_or(DateCell::Missing, cell));
        self.dates.insert(name.to_owned(), cells.collect());
        Ok(self)
    }

    /// Adds a column of dates written as text. Anything but YYYY-MM-DD, with or without a time of day
    /// after it, is kept as it is and becomes a problem of the patient once a rule reads it; an empty
    /// text is a missing date.
    ///
    /// # Errors
    ///
    /// [`EndpointError::Length`] unless there is one value a row.
    pub fn date_texts<S: AsRef<str>>(
        mut self,
        name: &str,
        values: &[Option<S>],
    ) -> Result<Self, EndpointError> {
        self.check_length(name, values.len())?;
        let cells = values.iter().map(|text| match text {
            Some(text) => parse_cell(text.as_ref()),
            None => DateCell::Missing,
        });
        self.dates.insert(name.to_owned(), cells.collect());
        Ok(self)
    }

    /// Adds a column of texts for conditions; `None` is a missing text.
    ///
    /// # Errors
    ///
    /// [`EndpointError::Length`] unless there is one value a row.
    pub fn texts(mut self, name: &str, values: Vec<Option<String>>) -> Result<Self, EndpointError> {
        self.check_length(name, values.len())?;
        self.texts.insert(name.to_owned(), values);
        Ok(self)
    }

    /// The number of rows.
    pub fn n_rows(&self) -> usize {
        self.ids.len()
    }

    /// The ids, one a row.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// The name of the id column.
    pub fn id_name(&self) -> &str {
        &self.id_name
    }

    /// The row of the file that a row is.
    pub(super) fn file_row(&self, row: usize) -> usize {
        self.rows.as_ref().map_or(row, |rows| rows[row])
    }

    fn check_length(&self, name: &str, found: usize) -> Result<(), EndpointError> {
        if found == self.ids.len() {
            return Ok(());
        }
        Err(EndpointError::Length { column: name.to_owned(), expected: self.ids.len(), found })
    }

    pub(super) fn date_column(&self, name: &str) -> Result<&[DateCell], EndpointError> {
        let column = self.dates.get(name).map(Vec::as_slice);
        column.ok_or_else(|| EndpointError::no_column(name, self.dates.keys()))
    }

    /// Whether a column has times of day: whether some value has another than midnight, which tables
    /// write where they have none.
    pub(super) fn has_clock(&self, name: &str) -> bool {
        let clock =
            |cell: &DateCell| matches!(cell, DateCell::Date(at) if at.time() != NaiveTime::MIN);
        self.dates.get(name).is_some_and(|cells| cells.iter().any(clock))
    }

    pub(super) fn text_column(&self, name: &str) -> Result<&[Option<String>], EndpointError> {
        let column = self.texts.get(name).map(Vec::as_slice);
        column.ok_or_else(|| EndpointError::no_column(name, self.texts.keys()))
    }
}

/// The date of a text written as YYYY-MM-DD, spaces around it aside; a time of day after it is left
/// aside, too. `None` for any other text, an impossible day (2023-02-30) included.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    match parse_cell(text) {
        DateCell::Date(at) => Some(at.date()),
        _ => None,
    }
}

fn parse_cell(text: &str) -> DateCell {
    let text = text.trim();
    if text.is_empty() {
        return DateCell::Missing;
    }
    let Some((year, month, day)) = iso_parts(text) else {
        return DateCell::OtherFormat(text.to_owned());
    };
    let Some(date) = NaiveDate::from_ymd_opt(year, month, day) else {
        return DateCell::Impossible(text.to_owned());
    };
    match clock(text[10..].trim_start_matches(['T', ' '])) {
        Some(clock) => DateCell::Date(date.and_time(clock)),
        None => DateCell::OtherFormat(text.to_owned()),
    }
}

/// The time of day after a date: midnight where there is none; `None` for another text. A zone is not
/// taken into account: all dates of a patient are of one place.
fn clock(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    let local = text.strip_suffix('Z').unwrap_or(text);
    let local = local.split_once(['+', '-']).map_or(local, |(local, _)| local).trim();
    if local.is_empty() {
        return Some(NaiveTime::MIN);
    }
    let forms = ["%H:%M:%S%.f", "%H:%M", "%I:%M:%S %p", "%I:%M %p"];
    forms.iter().find_map(|form| NaiveTime::parse_from_str(local, form).ok())
}

/// Year, month and day of four, two and two digits. Looser forms are not taken: 2019-3-4 may have
/// been typed in either order, and 03.04.2019 is two different days in two countries.
fn iso_parts(text: &str) -> Option<(i32, u32, u32)> {
    let day = text.split(['T', ' ']).next()?;
    let digits = |index: usize| index != 4 && index != 7;
    let shape = day.len() == 10
        && day
            .bytes()
            .enumerate()
            .all(|(index, byte)| if digits(index) { byte.is_ascii_digit() } else { byte == b'-' });
    if !shape {
        return None;
    }
    Some((day[..4].parse().ok()?, day[5..7].parse().ok()?, day[8..].parse().ok()?))
}
