//! Groups that are known only after time zero: landmarks, and groups that change.
//!
//! Whoever is to be grouped by what happens later must live until then; counting that time for the
//! group makes it look better (immortal time). Two remedies:
//!
//! - **Landmark**: only those still followed at a time T count, grouped by what is known at T, their
//!   time counted from T. Who has the event or is censored at or before T is left out.
//! - **Simon and Makuch**: each patient's follow-up is cut where the group changes; the parts enter
//!   the curve of their group late. Mantel and Byar's test is the log-rank test of these rows.
//!
//! Derivation: docs/methods/comparisons.md. Sources: Anderson, Cain and Gelber (1983), J Clin Oncol
//! 1:710-719; Simon and Makuch (1984), Stat Med 3:35-44; Mantel and Byar (1974), J Am Stat Assoc
//! 69:81-86. Reference program: `survfit` and `coxph` (score test) of R survival on such rows.

use crate::{CountingProcess, Error, Groups, Observations, Response};

/// Who is still followed at a landmark.
#[derive(Clone, Debug, PartialEq)]
pub struct Landmark {
    /// The rows kept, in data order, numbers of the rows given.
    pub rows: Vec<usize>,
    /// Their times, counted from the landmark.
    pub response: Observations,
    /// Rows left out because their event is at or before the landmark.
    pub events_before: usize,
    /// Rows left out because they are censored at or before it.
    pub censored_before: usize,
}

/// Keeps who is followed beyond `time`, and counts time from there. Late entries stay late.
///
/// ```
/// use riskset::{Response, RightCensored, landmark};
///
/// let times = [1.0, 2.0, 2.0, 3.0, 5.0];
/// let rows = RightCensored::new(&times, &[true, true, false, true, false])?;
/// let found = landmark(&rows, 2.0)?;
/// assert_eq!((found.rows, found.events_before, found.censored_before), (vec![3, 4], 2, 1));
/// assert_eq!(found.response.time(), [1.0, 3.0]);
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::RequestedTime`] for a time that is not finite; [`Error::Unsupported`] when nobody is
/// followed beyond it.
pub fn landmark(response: &impl Response, time: f64) -> Result<Landmark, Error> {
    let all = response.observations();
    if !time.is_finite() {
        return Err(Error::RequestedTime { value: time });
    }
    let (rows, out): (Vec<usize>, Vec<usize>) = (0..all.len()).partition(|&r| all.time()[r] > time);
    if rows.is_empty() {
        return Err(Error::Unsupported {
            what: "a landmark at or after the last time",
            instead: "choose an earlier landmark, at which patients are still followed",
        });
    }
    let pick = |values: &[f64]| rows.iter().map(|&row| values[row]).collect::<Vec<f64>>();
    let times: Vec<f64> = pick(all.time()).into_iter().map(|at| at - time).collect();
    let events: Vec<bool> = rows.iter().map(|&row| all.event()[row]).collect();
    let kept = match all.entry() {
        None => crate::RightCensored::from_columns(times, events)?.into_observations(),
        Some(entry) => {
            let starts = pick(entry).into_iter().map(|entry| (entry - time).max(0.0)).collect();
            CountingProcess::from_columns(starts, times, events)?.into_observations()
        }
    };
    let response = match all.weights() {
        None => kept,
        Some(weights) => kept.with_weights(&pick(weights))?,
    };
    let events_before = out.iter().filter(|&&row| all.event()[row]).count();
    Ok(Landmark { rows, response, events_before, censored_before: out.len() - events_before })
}

/// Rows of a counting process whose group changes with time.
#[derive(Clone, Debug, PartialEq)]
pub struct SwitchingGroups {
    /// The rows: one for each patient and group. Curves by group are those of Simon and Makuch, the
    /// log-rank test is Mantel and Byar's.
    pub response: CountingProcess,
    /// The group of each row: 0 before the change, 1 after it.
    pub groups: Groups,
    /// The patient of each row, a number of the rows given: the cluster of a robust variance.
    pub patient: Vec<usize>,
}

/// Cuts each patient's follow-up where the group changes: `changes` has one entry per row, the time
/// of the change, or `None` for who never changes. A change at or before time 0 (or the entry) means
/// the second group from the start; one at or after the last time of the patient did not happen yet.
///
/// ```
/// use riskset::{RightCensored, switching_groups};
///
/// // The first patient changes at 1, the second never, the third from the start.
/// let rows = RightCensored::new(&[4.0, 5.0, 6.0], &[true, false, true])?;
/// let found = switching_groups(&rows, &[Some(1.0), None, Some(0.0)])?;
/// assert_eq!(found.groups.index(), [0, 1, 0, 1]);
/// assert_eq!(found.patient, [0, 0, 1, 2]);
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Length`]; [`Error::Time`] for a change that is not finite; [`Error::EmptyInterval`] for a
/// patient who ends at time 0; [`Error::OneGroup`] when nobody changes, or all from the start.
pub fn switching_groups(
    response: &impl Response,
    changes: &[Option<f64>],
) -> Result<SwitchingGroups, Error> {
    let rows = response.observations();
    if changes.len() != rows.len() {
        let (expected, found) = (rows.len(), changes.len());
        return Err(Error::Length { what: "the times of change", expected, found });
    }
    let bad = |row: &usize| changes[*row].is_some_and(|change| !change.is_finite());
    if let Some(row) = (0..rows.len()).find(bad) {
        return Err(Error::Time { row, value: changes[row].unwrap_or(f64::NAN) });
    }
    let mut parts = Parts::default();
    for (row, &change) in changes.iter().enumerate() {
        let start = rows.entry().map_or(0.0, |entry| entry[row]);
        parts.add(row, start, change, rows.time()[row], rows.event()[row]);
    }
    if parts.groups.iter().all(|&group| group == 0) || parts.groups.iter().all(|&g| g == 1) {
        return Err(Error::OneGroup);
    }
    let response = CountingProcess::from_columns(parts.starts, parts.stops, parts.events)?;
    let response = match rows.weights() {
        None => response,
        Some(_) => {
            let weight = |&row: &usize| rows.weight(row);
            response.with_weights(&parts.patient.iter().map(weight).collect::<Vec<f64>>())?
        }
    };
    Ok(SwitchingGroups { response, groups: Groups::new(parts.groups, 2)?, patient: parts.patient })
}

#[derive(Default)]
struct Parts {
    starts: Vec<f64>,
    stops: Vec<f64>,
    events: Vec<bool>,
    groups: Vec<u32>,
    patient: Vec<usize>,
}

impl Parts {
    fn add(&mut self, patient: usize, start: f64, change: Option<f64>, stop: f64, event: bool) {
        match change {
            Some(change) if change <= start => self.push(patient, start, stop, event, 1),
            Some(change) if change < stop => {
                self.push(patient, start, change, false, 0);
                self.push(patient, change, stop, event, 1);
            }
            _ => self.push(patient, start, stop, event, 0),
        }
    }

    fn push(&mut self, patient: usize, start: f64, stop: f64, event: bool, group: u32) {
        self.starts.push(start);
        self.stops.push(stop);
        self.events.push(event);
        self.groups.push(group);
        self.patient.push(patient);
    }
}
