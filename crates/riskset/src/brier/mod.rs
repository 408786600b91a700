//! The Brier score of predicted risks at a time, under censoring, and its integral.
//!
//! The score is the mean of (status - risk)², status being 1 for the event by t. Who was censored
//! by t has no status; the others stand for them, weighted with the inverse of G, the Kaplan-Meier
//! estimate of being uncensored: just before the event for those who had one, at t for those still
//! followed. At the same time an event comes before a censoring. With competing risks the status is
//! 1 for the cause of interest by t, and 0 after another cause.
//!
//! The null model gives everybody the Kaplan-Meier (or Aalen-Johansen) risk of the same rows; R2 is
//! the part of its score that the model takes away. The integral is the area under the line
//! through the scores at the given times, divided by their range.
//!
//! The standard error is the infinitesimal jackknife: the derivative with respect to each row's
//! weight, that of G included. Derivation: docs/methods/prognosis.md, "The Brier score".
//!
//! Sources: Graf, Schmoor, Sauerbrei and Schumacher (1999), Stat Med 18:2529-2545; Gerds and
//! Schumacher (2006), Biom J 48:1029-1040; Schoop, Beyersmann, Schumacher and Binder (2011), Biom J
//! 53:88-112 (competing risks). Reference programs: the formula written out in R, and `brier_score`
//! of scikit-survival 0.28.

mod censoring;
mod score;

pub(crate) use censoring::Censoring;
pub use score::{BrierAt, BrierEstimate, BrierScore};

use crate::{AalenJohansen, CompetingRisks, Error, KaplanMeier, Observations, Response, normal};

/// The Brier score: its options, [`survival`](Self::survival) and
/// [`incidence`](Self::incidence).
///
/// ```
/// use riskset::{Brier, RightCensored};
///
/// let rows = RightCensored::new(&[1.0, 2.0, 5.0, 5.0], &[true, true, false, false])?;
/// // Who says 1/2 of everybody errs by 1/4, as the curve of all does.
/// let score = Brier::default().survival(&rows, &[3.0], &[0.5; 4])?;
/// let at = &score.at()[0];
/// assert!((at.score.estimate - 0.25).abs() < 1e-12 && (at.null - 0.25).abs() < 1e-12);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Brier {
    conf_level: f64,
}

impl Default for Brier {
    fn default() -> Self {
        Brier { conf_level: 0.95 }
    }
}

impl Brier {
    /// Sets the level of the intervals as a fraction: 0.95, not 95.
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// The score of predicted risks of the event. `times` increase; `risks[k * n + row]` is the
    /// risk of the row's event by `times[k]`, one minus the predicted survival, between 0 and 1.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`], [`Error::Length`], [`Error::RequestedTime`] unless the times are finite
    /// and increase, [`Error::OutOfRange`] for a risk outside 0 to 1 or a time beyond which nobody
    /// is followed, and [`Error::Unsupported`] for late entries.
    pub fn survival(
        &self,
        response: &impl Response,
        times: &[f64],
        risks: &[f64],
    ) -> Result<BrierScore, Error> {
        let rows = response.observations();
        let status: Vec<Status> =
            rows.event().iter().map(|&event| Status::of(event, event)).collect();
        self.check(rows, times, risks)?;
        let curve = KaplanMeier::default().fit(rows)?;
        let null =
            curve.at_times(times)?.iter().map(|at| at.survival.map_or(1.0, |s| 1.0 - s)).collect();
        self.score(rows, &status, times, risks, null)
    }

    /// The score of predicted cumulative incidences of one cause. As
    /// [`survival`](Self::survival) otherwise.
    ///
    /// # Errors
    ///
    /// As [`survival`](Self::survival), and [`Error::NoSuchCause`].
    pub fn incidence(
        &self,
        response: &CompetingRisks,
        cause: u32,
        times: &[f64],
        risks: &[f64],
    ) -> Result<BrierScore, Error> {
        response.check_cause(cause)?;
        let rows = response.observations();
        let status: Vec<Status> =
            response.cause().iter().map(|&found| Status::of(found != 0, found == cause)).collect();
        self.check(rows, times, risks)?;
        let curves = AalenJohansen::default().fit(response)?;
        let incidence = curves.cause(cause);
        let null = times.iter().map(|&time| {
            let passed = curves.time().partition_point(|&at| at <= time);
            passed.checked_sub(1).map_or(0.0, |last| incidence.estimate()[last])
        });
        self.score(rows, &status, times, risks, null.collect())
    }

    fn score(
        &self,
        rows: &Observations,
        status: &[Status],
        times: &[f64],
        risks: &[f64],
        null: Vec<f64>,
    ) -> Result<BrierScore, Error> {
        let z = normal::two_sided_quantile(self.conf_level)?;
        Ok(BrierScore::new(rows, status, times, risks, &null, z))
    }

    fn check(&self, rows: &Observations, times: &[f64], risks: &[f64]) -> Result<(), Error> {
        normal::two_sided_quantile(self.conf_level)?;
        let n = rows.len();
        if risks.len() != n * times.len() {
            let expected = n * times.len();
            return Err(Error::Length { what: "predicted risks", expected, found: risks.len() });
        }
        if let Some(&value) = risks.iter().find(|risk| !(0.0..=1.0).contains(*risk)) {
            let range = "lie between 0 and 1; give one minus the predicted survival";
            return Err(Error::OutOfRange { what: "a predicted risk", value, range });
        }
        if rows.entry().is_some() {
            return Err(Error::Unsupported {
                what: "the Brier score with late entries",
                instead: "use rows that are followed from the origin",
            });
        }
        check_times(rows, times)
    }
}

pub(crate) fn check_times(rows: &Observations, times: &[f64]) -> Result<(), Error> {
    let increase = times.windows(2).position(|pair| pair[0] >= pair[1]).map(|at| at + 1);
    let finite = times.iter().position(|time| !time.is_finite());
    if let Some(at) = finite.or(increase) {
        return Err(Error::RequestedTime { value: times[at] });
    }
    let followed = (0..rows.len()).filter(|&row| rows.weight(row) > 0.0);
    let last = followed.map(|row| rows.time()[row]).fold(f64::NEG_INFINITY, f64::max);
    match times.last() {
        Some(&value) if value >= last => {
            let range =
                "be before the last time of the rows, so that somebody is followed beyond it";
            Err(Error::OutOfRange { what: "the time of a prediction", value, range })
        }
        _ => Ok(()),
    }
}

/// How a row ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Censored,
    /// With the event that was predicted.
    Event,
    /// With another.
    Other,
}

impl Status {
    pub(crate) fn of(any: bool, predicted: bool) -> Status {
        match (any, predicted) {
            (_, true) => Status::Event,
            (true, false) => Status::Other,
            (false, false) => Status::Censored,
        }
    }
}
