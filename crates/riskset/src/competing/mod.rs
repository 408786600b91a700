//! Competing risks: several causes of which each patient meets at most one.
//!
//! The response here, the Aalen-Johansen estimate of the cumulative incidence in
//! [`AalenJohansen`], the comparison of groups in [`GrayTest`](crate::GrayTest) and regression in
//! [`FineGray`](crate::FineGray). Derivations: docs/methods/competing-risks.md.

mod aalen;
mod aalen_johansen;
mod cause_specific;
mod incidence;
mod overstatement;
mod read;
mod robust;
mod steps;

pub use aalen_johansen::{AalenJohansen, IncidenceVariance};
pub use cause_specific::CauseSpecific;
pub use incidence::{CauseIncidence, CumulativeIncidence, IncidencePoint};
pub use overstatement::Overstatement;
pub use read::IncidenceAt;
pub use steps::IncidenceStep;

use crate::{Error, Observations, Response, RightCensored};

/// Follow-up that ends with one of several causes, or with censoring.
///
/// ```
/// use riskset::CompetingRisks;
///
/// // Five patients in months: relapse is cause 1, death in remission cause 2, 0 is censored.
/// let response = CompetingRisks::new(&[2.0, 3.0, 3.0, 5.0, 8.0], &[1, 2, 0, 1, 0], 2)?;
/// assert_eq!(response.n_events(1), 2);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CompetingRisks {
    observations: Observations,
    cause: Vec<u32>,
    n_causes: usize,
}

impl CompetingRisks {
    /// `times` and `causes` have one entry per row. A cause is 0 for censored, and otherwise 1 to
    /// `n_causes`; a cause that no row carries is allowed, and has an incidence of 0.
    ///
    /// # Errors
    ///
    /// Those of [`RightCensored::new`], and [`Error::Cause`] for a code above `n_causes`.
    pub fn new(times: &[f64], causes: &[u32], n_causes: usize) -> Result<CompetingRisks, Error> {
        let events: Vec<bool> = causes.iter().map(|&cause| cause != 0).collect();
        let rows = RightCensored::from_columns(times.to_vec(), events)?.into_observations();
        CompetingRisks::from_observations(rows, causes, n_causes)
    }

    /// Left truncation: each row is at risk only after its entry time, given per row.
    ///
    /// # Errors
    ///
    /// Those of [`RightCensored::with_entry`].
    pub fn with_entry(self, entries: &[f64]) -> Result<CompetingRisks, Error> {
        let (old, events) = (self.observations, self.cause.iter().map(|&cause| cause != 0));
        let rows = RightCensored::new(old.time(), &events.collect::<Vec<bool>>())?;
        let mut rows = rows.with_entry(entries)?.into_observations();
        if let Some(weights) = old.weights() {
            rows = match old.is_counted() {
                true => rows.with_counts(weights)?,
                false => rows.with_weights(weights)?,
            };
        }
        Ok(CompetingRisks { observations: rows, ..self })
    }

    /// Case weights, one per row: a row of weight 2 is two rows.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] and [`Error::Weight`].
    pub fn with_weights(self, weights: &[f64]) -> Result<CompetingRisks, Error> {
        Ok(CompetingRisks { observations: self.observations.with_weights(weights)?, ..self })
    }

    /// Each row stands for so many people, one count per row: see [`Observations::with_counts`].
    ///
    /// # Errors
    ///
    /// Those of [`Observations::with_counts`].
    pub fn with_counts(self, counts: &[f64]) -> Result<CompetingRisks, Error> {
        Ok(CompetingRisks { observations: self.observations.with_counts(counts)?, ..self })
    }

    /// Rows already checked, whose events are told apart by `causes`: 0 exactly where there is
    /// none. Rows may enter late, and a patient may have several rows (start, stop].
    ///
    /// # Errors
    ///
    /// [`Error::Length`], and [`Error::Cause`] for a code above `n_causes`, or one that
    /// contradicts the row's event.
    pub fn from_observations(
        observations: Observations,
        causes: &[u32],
        n_causes: usize,
    ) -> Result<CompetingRisks, Error> {
        if causes.len() != observations.len() {
            return Err(Error::Length {
                what: "causes",
                expected: observations.len(),
                found: causes.len(),
            });
        }
        let rows = || causes.iter().zip(observations.event());
        let wrong =
            |(&cause, &event): (&u32, &bool)| (cause as usize > n_causes) | (event != (cause != 0));
        // Without a branch for each row, because nearly always all are right.
        let refused = rows().fold(false, |refused, row| refused | wrong(row));
        match refused.then(|| rows().map(wrong).position(|wrong| wrong)).flatten() {
            Some(row) => Err(Error::Cause { row, cause: causes[row], n_causes }),
            None => Ok(CompetingRisks { observations, cause: causes.to_vec(), n_causes }),
        }
    }

    /// The cause of each row, 0 for censored, in data order.
    pub fn cause(&self) -> &[u32] {
        &self.cause
    }

    /// How many causes there are; their codes are 1 to this.
    pub fn n_causes(&self) -> usize {
        self.n_causes
    }

    /// How many rows end with this cause; how many people, where rows are
    /// [counted](Observations::is_counted).
    pub fn n_events(&self, cause: u32) -> usize {
        let with = (0..self.cause.len()).filter(|&row| self.cause[row] == cause);
        with.map(|row| self.observations.people_at(row)).sum()
    }

    /// The response of one cause with the others coded as censored, for a cause-specific hazard:
    /// the log-rank test and Cox regression of it are right, one minus its Kaplan-Meier curve is
    /// not an incidence.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchCause`].
    pub fn cause_specific(&self, cause: u32) -> Result<Observations, Error> {
        self.check_cause(cause)?;
        let events = self.cause.iter().map(|&found| found == cause).collect();
        Ok(self.observations.clone().with_events(events))
    }

    /// Some rows, in the order given; a row may be given more than once.
    ///
    /// # Errors
    ///
    /// Those of [`Observations::select`].
    pub fn select(&self, rows: &[usize]) -> Result<CompetingRisks, Error> {
        let observations = self.observations.select(rows)?;
        let cause = rows.iter().map(|&row| self.cause[row]).collect();
        Ok(CompetingRisks { observations, cause, n_causes: self.n_causes })
    }

    pub(crate) fn check_cause(&self, cause: u32) -> Result<(), Error> {
        if cause == 0 || cause as usize > self.n_causes {
            return Err(Error::NoSuchCause { cause, n_causes: self.n_causes });
        }
        Ok(())
    }
}

impl Response for CompetingRisks {
    /// The rows with an event of any cause.
    fn observations(&self) -> &Observations {
        &self.observations
    }
}
