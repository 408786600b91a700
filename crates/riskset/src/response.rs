//! Responses, checked once: what an estimator may take for granted.
//!
//! Times that differ only by rounding are merged here, by one rule for the whole analysis, so that
//! a tie is a tie in every estimator, whatever the unit of time.

use crate::sort::{self, Sorted};
use crate::{Error, columns, merge};
use std::sync::{Arc, OnceLock};

/// The most people that are counted: up to here every sum of counts is exact.
const MOST_PEOPLE: f64 = 9_007_199_254_740_992.0;

/// What every response is made of: rows in data order, times merged, order known.
///
/// [`RightCensored`] and [`CountingProcess`] make it; estimators take any [`Response`].
#[derive(Clone, Debug, PartialEq)]
pub struct Observations {
    event: Vec<bool>,
    weights: Option<Vec<f64>>,
    /// Whether the weights are counts: a row stands for that many people.
    counted: bool,
    /// Rows that end neither with the event nor censored, because their patient goes on in another.
    continuing: Option<Vec<bool>>,
    /// Shared by copies of the same rows.
    times: Arc<Times>,
}

/// The times of the rows, and their order.
#[derive(Debug)]
struct Times {
    by_time: Sorted,
    by_entry: Option<Sorted>,
    /// The columns in data order, made when somebody asks for them: curves and tests do not.
    time: OnceLock<Vec<f64>>,
    entry: OnceLock<Vec<f64>>,
    merged: usize,
}

impl PartialEq for Times {
    /// The columns in data order follow from those in order of time.
    fn eq(&self, other: &Times) -> bool {
        (&self.by_time, &self.by_entry, self.merged)
            == (&other.by_time, &other.by_entry, other.merged)
    }
}

/// A checked response: what estimators take.
pub trait Response {
    /// The checked rows.
    fn observations(&self) -> &Observations;
}

impl Response for Observations {
    fn observations(&self) -> &Observations {
        self
    }
}

impl Observations {
    /// The time of each row at which its entry lies, excluded; `None` when all are followed from
    /// the origin. Data order, unit of the data.
    pub fn entry(&self) -> Option<&[f64]> {
        let by_entry = self.times.by_entry.as_ref()?;
        Some(self.times.entry.get_or_init(|| by_entry.column()))
    }

    /// The event or censoring time of each row. Data order, unit of the data.
    pub fn time(&self) -> &[f64] {
        self.times.time.get_or_init(|| self.times.by_time.column())
    }

    /// Whether each row ends with the event. Data order.
    pub fn event(&self) -> &[bool] {
        &self.event
    }

    /// The case weight of each row; `None` when every row counts once. Data order.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// Whether each row ends without the event and its patient goes on in another row; `None` where
    /// no patient does, or it is not known which rows are of one patient. Data order.
    pub fn continuing(&self) -> Option<&[bool]> {
        self.continuing.as_deref()
    }

    /// The same rows, those of one patient having one number in `patients`, in data order: a row
    /// without the event that another of the patient follows at once, from its stop on, is not
    /// censored there. It leaves its group and goes on. Without entry times nothing is changed.
    ///
    /// # Errors
    ///
    /// [`Error::Length`].
    pub fn followed_by(mut self, patients: &[u32]) -> Result<Observations, Error> {
        check_length("patients", self.len(), patients.len())?;
        let Some(entry) = self.entry() else { return Ok(self) };
        let starts: std::collections::HashSet<(u32, u64)> =
            patients.iter().zip(entry).map(|(&id, &start)| (id, (start + 0.0).to_bits())).collect();
        let goes_on = |row: usize| {
            let end = (self.time()[row] + 0.0).to_bits();
            !self.event[row] && starts.contains(&(patients[row], end))
        };
        let continuing: Vec<bool> = (0..self.len()).map(goes_on).collect();
        self.continuing = continuing.contains(&true).then_some(continuing);
        Ok(self)
    }

    /// The case weight of one row.
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[row])
    }

    /// The rows by increasing time, data order within ties.
    pub fn order(&self) -> &[u32] {
        &self.times.by_time.order
    }

    /// The times in the order of [`order`](Self::order).
    pub(crate) fn sorted_time(&self) -> &[f64] {
        &self.times.by_time.values
    }

    /// The rows by increasing entry time, when there are entry times.
    pub fn entry_order(&self) -> Option<&[u32]> {
        self.times.by_entry.as_ref().map(|by_entry| &by_entry.order[..])
    }

    /// The entry times in the order of [`entry_order`](Self::entry_order).
    pub(crate) fn sorted_entry(&self) -> Option<&[f64]> {
        self.times.by_entry.as_ref().map(|by_entry| &by_entry.values[..])
    }

    /// Whether a row stands for as many people as its weight says, see
    /// [`with_counts`](Self::with_counts).
    pub fn is_counted(&self) -> bool {
        self.counted
    }

    /// How many people a row stands for: 1, whatever its weight, unless rows are
    /// [counted](Self::is_counted).
    pub fn people_at(&self, row: usize) -> usize {
        // Counts are whole and fit: they were checked when they were given.
        if self.counted { self.weight(row) as usize } else { 1 }
    }

    /// How many people there are: the rows, or what they count.
    pub fn people(&self) -> usize {
        if self.counted { (0..self.len()).map(|row| self.people_at(row)).sum() } else { self.len() }
    }

    /// The number of rows, at least one.
    pub fn len(&self) -> usize {
        self.times.by_time.order.len()
    }

    /// Never: a response without rows is refused.
    pub fn is_empty(&self) -> bool {
        self.times.by_time.order.is_empty()
    }

    /// The number of rows that end with the event; of people, where rows are
    /// [counted](Self::is_counted).
    pub fn n_events(&self) -> usize {
        if self.counted {
            return (0..self.len())
                .filter(|&row| self.event[row])
                .map(|row| self.people_at(row))
                .sum();
        }
        self.event.iter().filter(|&&event| event).count()
    }

    /// How many distinct times were taken for an earlier one, because they differ only by
    /// rounding.
    pub fn times_merged(&self) -> usize {
        self.times.merged
    }

    /// The same rows with case weights, one per row in data order.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], and [`Error::Weight`] for a weight that is negative or not finite.
    pub fn with_weights(mut self, weights: &[f64]) -> Result<Observations, Error> {
        check_length("weights", self.len(), weights.len())?;
        if let Some(row) = weights.iter().position(|w| !(w.is_finite() && *w >= 0.0)) {
            return Err(Error::Weight { row, value: weights[row] });
        }
        self.weights = Some(weights.to_vec());
        self.counted = false;
        Ok(self)
    }

    /// The same rows, each of which stands for so many people, one count per row in data order: curves,
    /// the log-rank test, incidences, Gray's test and Cox models are those of the rows written out one
    /// by one, and so is every number of people or of events. What rests on single rows (robust
    /// variances, concordance, residuals, permutations) takes the counts as case weights.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], [`Error::Count`] for a row that stands for nobody or for a part of a person,
    /// and [`Error::TooManyRows`] for more people than a number holds exactly.
    pub fn with_counts(self, counts: &[f64]) -> Result<Observations, Error> {
        check_length("counts", self.len(), counts.len())?;
        // Beyond 2^53 a float cannot tell a whole number from its neighbour, nor can their sum.
        let usable = |count: f64| count >= 1.0 && count.fract() == 0.0 && count <= MOST_PEOPLE;
        if let Some(row) = counts.iter().position(|&count| !usable(count)) {
            return Err(Error::Count { row, value: counts[row] });
        }
        let people: f64 = counts.iter().sum();
        if people > MOST_PEOPLE {
            return Err(Error::TooManyRows { rows: people as usize });
        }
        Ok(Observations { counted: true, ..self.with_weights(counts)? })
    }

    /// The same rows with events and censorings exchanged: the response of potential follow-up
    /// (Schemper and Smith 1996, Control Clin Trials 17:343-346).
    pub fn reversed(mut self) -> Observations {
        for (row, event) in self.event.iter_mut().enumerate() {
            let goes_on = self.continuing.as_ref().is_some_and(|continuing| continuing[row]);
            *event = !*event && !goes_on;
        }
        self
    }

    /// The same rows with these events, one per row in data order: times stay merged as they are.
    pub(crate) fn with_events(mut self, events: Vec<bool>) -> Observations {
        debug_assert_eq!(events.len(), self.len());
        self.event = events;
        self
    }

    /// The rows named, in the order given. Times stay merged as they are.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`] without rows.
    ///
    /// # Panics
    ///
    /// When a row does not exist.
    pub fn select(&self, rows: &[usize]) -> Result<Observations, Error> {
        if rows.is_empty() {
            return Err(Error::Empty);
        }
        let pick = |values: &[f64]| rows.iter().map(|&row| values[row]).collect::<Vec<f64>>();
        let (time, entry) = (pick(self.time()), self.entry().map(pick));
        let (by_time, by_entry) = sort::both(time, entry);
        Ok(Observations {
            event: rows.iter().map(|&row| self.event[row]).collect(),
            weights: self.weights.as_deref().map(pick),
            counted: self.counted,
            continuing: self
                .continuing
                .as_ref()
                .map(|continuing| rows.iter().map(|&row| continuing[row]).collect()),
            times: Arc::new(Times::new(by_time, by_entry, self.times.merged)),
        })
    }

    fn new(
        entry: Option<Vec<f64>>,
        time: Vec<f64>,
        event: Vec<bool>,
    ) -> Result<Observations, Error> {
        if time.is_empty() {
            return Err(Error::Empty);
        }
        check_length("events", time.len(), event.len())?;
        if u32::try_from(time.len()).is_err() {
            return Err(Error::TooManyRows { rows: time.len() });
        }
        let (mut by_time, mut by_entry) = sort::both(time, entry);
        let merged = merge::merge_times(&mut by_time, by_entry.as_mut());
        let times = Arc::new(Times::new(by_time, by_entry, merged));
        let observations =
            Observations { event, weights: None, counted: false, continuing: None, times };
        observations.check_intervals()?;
        Ok(observations)
    }

    fn check_intervals(&self) -> Result<(), Error> {
        let Some(entry) = self.entry() else { return Ok(()) };
        let time = self.time();
        match (0..self.len()).find(|&row| entry[row] >= time[row]) {
            Some(row) => Err(Error::EmptyInterval { row, start: entry[row], stop: time[row] }),
            None => Ok(()),
        }
    }
}

impl Times {
    fn new(by_time: Sorted, by_entry: Option<Sorted>, merged: usize) -> Times {
        Times { by_time, by_entry, time: OnceLock::new(), entry: OnceLock::new(), merged }
    }
}

/// Follow-up from an origin to an event or to censoring, with optional late entry and weights.
///
/// ```
/// use riskset::{Response, RightCensored};
///
/// let response = RightCensored::new(&[5.0, 8.0, 8.0], &[true, false, true])?;
/// assert_eq!(response.observations().n_events(), 2);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RightCensored(Observations);

impl RightCensored {
    /// `times` and `events` have one entry per row; `true` is an event, `false` a censoring.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::Length`], and [`Error::Time`] for a time that is negative or not
    /// finite.
    pub fn new(times: &[f64], events: &[bool]) -> Result<RightCensored, Error> {
        RightCensored::from_columns(times.to_vec(), events.to_vec())
    }

    /// The same from columns that are given away, which are not copied: for many rows.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn from_columns(times: Vec<f64>, events: Vec<bool>) -> Result<RightCensored, Error> {
        check_times(&times, true)?;
        Observations::new(None, times, events).map(RightCensored)
    }

    /// Left truncation: each row is at risk only after its entry time, given per row.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], [`Error::Time`], and [`Error::EmptyInterval`] where the entry is not
    /// before the time.
    pub fn with_entry(self, entries: &[f64]) -> Result<RightCensored, Error> {
        check_length("entry times", self.0.len(), entries.len())?;
        check_times(entries, true)?;
        let time = self.0.times.by_time.column();
        let mut rows = Observations::new(Some(entries.to_vec()), time, self.0.event)?;
        (rows.weights, rows.counted) = (self.0.weights, self.0.counted);
        Ok(RightCensored(rows))
    }

    /// Case weights, one per row.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] and [`Error::Weight`].
    pub fn with_weights(self, weights: &[f64]) -> Result<RightCensored, Error> {
        self.0.with_weights(weights).map(RightCensored)
    }

    /// Takes the checked rows out.
    pub fn into_observations(self) -> Observations {
        self.0
    }
}

impl Response for RightCensored {
    fn observations(&self) -> &Observations {
        &self.0
    }
}

/// Rows that cover (start, stop]: time-dependent covariates, several events per patient, another
/// time scale. Times may be negative.
///
/// ```
/// use riskset::{CountingProcess, Response};
///
/// // A patient under observation from 2 to 5 with the event, and one from the start who was censored.
/// let rows = CountingProcess::new(&[2.0, 0.0], &[5.0, 4.0], &[true, false])?;
/// assert_eq!(rows.observations().entry(), Some(&[2.0, 0.0][..]));
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CountingProcess(Observations);

impl CountingProcess {
    /// `starts`, `stops` and `events` have one entry per row; `true` is an event at the stop.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::Length`], [`Error::Time`] for a time that is not finite, and
    /// [`Error::EmptyInterval`] where the stop is not after the start.
    pub fn new(starts: &[f64], stops: &[f64], events: &[bool]) -> Result<CountingProcess, Error> {
        CountingProcess::from_columns(starts.to_vec(), stops.to_vec(), events.to_vec())
    }

    /// The same from columns that are given away, which are not copied: for many rows.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn from_columns(
        starts: Vec<f64>,
        stops: Vec<f64>,
        events: Vec<bool>,
    ) -> Result<CountingProcess, Error> {
        check_length("start times", stops.len(), starts.len())?;
        check_times(&starts, false)?;
        check_times(&stops, false)?;
        Observations::new(Some(starts), stops, events).map(CountingProcess)
    }

    /// Case weights, one per row.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] and [`Error::Weight`].
    pub fn with_weights(self, weights: &[f64]) -> Result<CountingProcess, Error> {
        self.0.with_weights(weights).map(CountingProcess)
    }

    /// Takes the checked rows out.
    pub fn into_observations(self) -> Observations {
        self.0
    }
}

impl Response for CountingProcess {
    fn observations(&self) -> &Observations {
        &self.0
    }
}

fn check_length(what: &'static str, expected: usize, found: usize) -> Result<(), Error> {
    if expected == found { Ok(()) } else { Err(Error::Length { what, expected, found }) }
}

fn check_times(times: &[f64], from_origin: bool) -> Result<(), Error> {
    let usable = |time: f64| time.is_finite() && (time >= 0.0 || !from_origin);
    match columns::first_refused(times, usable) {
        Some(row) => Err(Error::Time { row, value: times[row] }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_differ_by_rounding_become_the_earliest() {
        let response =
            RightCensored::new(&[12.000000000000002, 3.0, 12.0], &[true, true, false]).unwrap();
        assert_eq!(response.observations().time(), [12.0, 3.0, 12.0]);
        assert_eq!(response.observations().times_merged(), 1);
    }

    /// The tolerance is 1.49e-8 for times below 1, and that part of the mean for larger ones.
    #[test]
    fn near_zero_the_tolerance_is_absolute() {
        let merged = |times: &[f64]| {
            let events = vec![true; times.len()];
            RightCensored::new(times, &events).unwrap().observations().times_merged()
        };
        assert_eq!(merged(&[1e-9, 1.4e-8, 0.1]), 1);
        assert_eq!(merged(&[1e-9, 1.7e-8, 0.1]), 0);
        // The mean of 1, 1 + x and 998 is 333.3: the tolerance is 4.97e-6.
        assert_eq!(merged(&[1.0, 1.000_004_9, 998.0]), 1);
        assert_eq!(merged(&[1.0, 1.000_005_1, 998.0]), 0);
        // Distances from the origin count, before it and after it: the mean of 1000, 999 and 1000.
        let rows = CountingProcess::new(&[-1000.0; 2], &[-999.0, 1000.0], &[true; 2]).unwrap();
        assert_eq!(rows.observations().times_merged(), 0);
        let near = [-1000.0 + 1.4e-5, -1000.0];
        let rows = CountingProcess::new(&near, &[-999.0, 1000.0], &[true; 2]).unwrap();
        assert_eq!(rows.observations().times_merged(), 1);
        // A run of neighbours is one time, however long.
        assert_eq!(merged(&[0.0, 1e-8, 2e-8, 3e-8]), 3);
    }

    /// A row that stops where another starts, but for rounding: both are the earlier time, so that
    /// the second is not at risk when the first fails.
    #[test]
    fn starts_and_stops_are_merged_together() {
        let (late, early) = (0.1 + 0.2, 0.3); // 0.30000000000000004 and 0.3
        for (stop, start) in [(late, early), (early, late), (early, early)] {
            let response =
                CountingProcess::new(&[0.0, start], &[stop, 2.0], &[true, true]).unwrap();
            let rows = response.observations();
            assert_eq!(rows.time(), [0.3, 2.0]);
            assert_eq!(rows.entry(), Some(&[0.0, 0.3][..]));
            assert_eq!(rows.times_merged(), usize::from(stop != start));
        }
        let empty = CountingProcess::new(&[0.3], &[0.1 + 0.2], &[true]).unwrap_err();
        assert_eq!(empty, Error::EmptyInterval { row: 0, start: 0.3, stop: 0.3 });
    }

    /// 12 and a little comes before 12 in the data: once merged, the rows are in data order.
    #[test]
    fn merged_ties_are_in_data_order() {
        let (more, less) = (12.000000000000002, 12.0);
        let (times, starts) =
            ([13.0, more, less, 1.0, more, less], [more, 2.0, less, 0.0, 2.0, 1.0]);
        let rows = RightCensored::new(&times, &[true; 6]).unwrap().into_observations();
        assert_eq!(rows.order(), [3, 1, 2, 4, 5, 0]);
        let last = RightCensored::new(&[more, less], &[true; 2]).unwrap();
        assert_eq!(last.observations().order(), [0, 1]);
        let stops = [13.0, 12.0, 14.0, 1.0, more, less];
        let rows = CountingProcess::new(&starts, &stops, &[true; 6]).unwrap().into_observations();
        assert_eq!(rows.order(), [3, 1, 4, 5, 0, 2]);
        assert_eq!(rows.entry_order(), Some(&[3, 5, 1, 4, 0, 2][..]));
        assert_eq!(rows.entry(), Some(&[12.0, 2.0, 12.0, 0.0, 2.0, 1.0][..]));
    }

    #[test]
    fn refusals_name_the_row() {
        let error = RightCensored::new(&[1.0, -2.0], &[true, true]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "row 2: the follow-up time is -2, but a time must be finite and 0 or more; correct \
             the row or leave it out"
        );
        let error = CountingProcess::new(&[0.0, 5.0], &[1.0, 5.0], &[true, true]).unwrap_err();
        assert_eq!(error, Error::EmptyInterval { row: 1, start: 5.0, stop: 5.0 });
        assert_eq!(RightCensored::new(&[], &[]), Err(Error::Empty));
    }
}
