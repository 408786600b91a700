//! The cumulative/dynamic area under the ROC curve at a time.
//!
//! AUC(t) is the probability that of two patients, one with the event by t and one still free of it
//! at t, the first has the higher score; equal scores count one half. Who was censored by t is
//! neither; those with the event stand for them, weighted with 1/G just before their time, G being
//! the Kaplan-Meier estimate of being uncensored (at the same time an event comes before a
//! censoring). The weight of those free of the event is the same for all and cancels.
//!
//! With competing risks a case has met the cause of interest by t, and there are two definitions of a
//! control ([`Controls`]): everybody else, those who met another cause among them, or only those who
//! are free of any event at t. Controls that were seen to meet another cause stand for the censored as
//! cases do, and those still followed by 1/G(t).
//!
//! The standard error is the infinitesimal jackknife, the derivative through G included.
//! Derivation: docs/methods/prognosis.md, "The area under the ROC curve".
//!
//! Sources: Uno, Cai, Tian and Wei (2007), J Am Stat Assoc 102:527-537; Hung and Chiang (2010),
//! Can J Stat 38:8-26; Blanche, Dartigues and Jacqmin-Gadda (2013), Stat Med 32:5381-5397 (both
//! definitions). References: the formula written out in R; with competing risks `Score` of R
//! riskRegression 2022.11.28.

use crate::brier::{Censoring, Status, check_times};
use crate::{CompetingRisks, Error, Interval, Observations, Response, choices, normal, sort};

/// Who stands against the cases of a cause when there are others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Controls {
    /// Who has not met the cause of interest by the time, those who met another included: the scores
    /// are asked to tell who will have the event from who will not. As `AUC_2` of timeROC and
    /// riskRegression.
    #[default]
    WithoutEvent,
    /// Who is free of any event at the time: `AUC_1` of timeROC.
    EventFree,
}

choices!(
    Controls,
    "controls",
    [
        (Controls::WithoutEvent, "without-event", "All without the event of interest by the time"),
        (Controls::EventFree, "event-free", "Only those free of any event at the time"),
    ]
);

/// The area under the ROC curve over time: its options, [`estimate`](Self::estimate) and
/// [`incidence`](Self::incidence).
///
/// ```
/// use riskset::{DynamicAuc, RightCensored};
///
/// let rows = RightCensored::new(&[1.0, 2.0, 5.0, 5.0], &[true, true, false, false])?;
/// // Of four pairs of one with the event by 3 and one without, one has its scores the wrong way round.
/// let curve = DynamicAuc::default().estimate(&rows, &[3.0], &[4.0, 2.0, 3.0, 1.0])?;
/// assert!((curve.at()[0].estimate.unwrap() - 0.75).abs() < 1e-12);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DynamicAuc {
    conf_level: f64,
    controls: Controls,
}

/// The area at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AucAt {
    /// The time, in the unit of the data.
    pub time: f64,
    /// Rows with the event by then.
    pub n_case: usize,
    /// Controls: rows followed beyond it and, by [`Controls::WithoutEvent`], those with another cause
    /// by then.
    pub n_control: usize,
    /// The area: 1/2 for scores that tell nothing. `None` before the first event.
    pub estimate: Option<f64>,
    /// Its standard error; the scores are taken as given.
    pub std_error: Option<f64>,
    /// Its interval, symmetric and cut at 0 and 1.
    pub interval: Interval,
}

/// The area under the ROC curve of one score at the times asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct AucCurve {
    at: Vec<AucAt>,
    influences: Vec<Vec<f64>>,
    z: f64,
}

/// A difference of two areas of the same rows.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AucDifference {
    /// The time.
    pub time: f64,
    /// This less the other; `None` where one of them does not exist.
    pub estimate: Option<f64>,
    /// Its standard error, both scores being of the same patients.
    pub std_error: Option<f64>,
    /// Its interval, symmetric.
    pub interval: Interval,
    /// Two-sided; `None` for scores that order all pairs alike.
    pub p_value: Option<f64>,
}

impl Default for DynamicAuc {
    fn default() -> Self {
        DynamicAuc { conf_level: 0.95, controls: Controls::default() }
    }
}

/// A standard error below this is the rounding of sums that cancel.
const ROUNDING: f64 = 1e-13;

impl DynamicAuc {
    /// Sets the level of the intervals as a fraction: 0.95, not 95.
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Sets who the controls are with competing risks; without them the definitions are one.
    pub fn controls(mut self, controls: Controls) -> Self {
        self.controls = controls;
        self
    }

    /// The area at each of `times`, which increase. `scores` has one value per row in data order; a
    /// higher score stands for an earlier event.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`], [`Error::Length`], [`Error::Covariate`] for a score that is not finite,
    /// [`Error::RequestedTime`] unless the times are finite and increase, [`Error::OutOfRange`] for
    /// a time beyond which nobody is followed, and [`Error::Unsupported`] for late entries.
    pub fn estimate(
        &self,
        response: &impl Response,
        times: &[f64],
        scores: &[f64],
    ) -> Result<AucCurve, Error> {
        let z = normal::two_sided_quantile(self.conf_level)?;
        let rows = response.observations();
        check(rows, times, scores, rows.len())?;
        let status: Vec<Status> =
            rows.event().iter().map(|&event| Status::of(event, event)).collect();
        let ends = Ends { rows, status: &status, censoring: &Censoring::new(rows, &status) };
        let ranked = Ranked::new(scores);
        let of = |&time: &f64| one(&ends, &ranked, Controls::EventFree, time, z);
        let (at, influences) = times.iter().map(of).unzip();
        Ok(AucCurve { at, influences, z })
    }

    /// The area of the incidence of one cause at each of `times`, which increase.
    /// `scores[k * n + row]` is the row's score for `times[k]`: the order of two rows may change with
    /// time.
    ///
    /// # Errors
    ///
    /// As [`estimate`](Self::estimate), and [`Error::NoSuchCause`].
    pub fn incidence(
        &self,
        response: &CompetingRisks,
        cause: u32,
        times: &[f64],
        scores: &[f64],
    ) -> Result<AucCurve, Error> {
        response.check_cause(cause)?;
        let z = normal::two_sided_quantile(self.conf_level)?;
        let rows = response.observations();
        check(rows, times, scores, rows.len() * times.len())?;
        let status: Vec<Status> =
            response.cause().iter().map(|&found| Status::of(found != 0, found == cause)).collect();
        let ends = Ends { rows, status: &status, censoring: &Censoring::new(rows, &status) };
        let of = |(&time, scores): (&f64, &[f64])| {
            one(&ends, &Ranked::new(scores), self.controls, time, z)
        };
        let (at, influences) = times.iter().zip(scores.chunks(rows.len())).map(of).unzip();
        Ok(AucCurve { at, influences, z })
    }
}

impl AucCurve {
    /// One entry per time asked for, in their order.
    pub fn at(&self) -> &[AucAt] {
        &self.at
    }

    /// This area less that of `other`, of the same rows at the same times. `None` when rows or times
    /// are not the same in number.
    pub fn less(&self, other: &AucCurve) -> Option<Vec<AucDifference>> {
        let lengths = |of: &AucCurve| of.influences.iter().map(Vec::len).collect::<Vec<usize>>();
        if lengths(self) != lengths(other) {
            return None;
        }
        let pairs =
            self.at.iter().zip(&other.at).zip(self.influences.iter().zip(&other.influences));
        Some(pairs.map(|((a, b), (of_a, of_b))| self.difference(a, b, of_a, of_b)).collect())
    }

    fn difference(&self, a: &AucAt, b: &AucAt, of_a: &[f64], of_b: &[f64]) -> AucDifference {
        let estimate = a.estimate.zip(b.estimate).map(|(a, b)| a - b);
        let squares = of_a.iter().zip(of_b).map(|(a, b)| (a - b).powi(2));
        let std_error = estimate.map(|_| squares.sum::<f64>().sqrt());
        let limit = |sign: f64| estimate.zip(std_error).map(|(d, e)| d + sign * self.z * e);
        let z = estimate.zip(std_error).filter(|&(_, error)| error > ROUNDING);
        AucDifference {
            time: a.time,
            estimate,
            std_error,
            interval: Interval { lower: limit(-1.0), upper: limit(1.0) },
            p_value: z.map(|(d, error)| normal::two_sided_p(d / error)),
        }
    }
}

fn check(rows: &Observations, times: &[f64], scores: &[f64], expected: usize) -> Result<(), Error> {
    if scores.len() != expected {
        let found = scores.len();
        return Err(Error::Length { what: "scores", expected, found });
    }
    if let Some(at) = scores.iter().position(|score| !score.is_finite()) {
        let row = at % rows.len().max(1);
        return Err(Error::Covariate { row, column: 0, value: scores[at] });
    }
    if rows.entry().is_some() {
        return Err(Error::Unsupported {
            what: "the area under the ROC curve with late entries",
            instead: "use rows that are followed from the origin",
        });
    }
    check_times(rows, times)
}

/// Rows by increasing score, with the first and the end of each run of equal ones.
struct Ranked {
    order: Vec<u32>,
    runs: Vec<std::ops::Range<usize>>,
}

impl Ranked {
    fn new(scores: &[f64]) -> Ranked {
        let sorted = sort::sort(scores.to_vec());
        let mut runs = Vec::new();
        let mut first = 0;
        for equal in sorted.values.chunk_by(|a, b| a == b) {
            runs.push(first..first + equal.len());
            first += equal.len();
        }
        Ranked { order: sorted.order, runs }
    }

    /// For each row, the sum of `weights` of the rows with a lower score and half of that of the
    /// rows with the same one.
    fn below(&self, weights: &[f64]) -> Vec<f64> {
        let mut below = vec![0.0; weights.len()];
        let mut sum = 0.0;
        for run in &self.runs {
            let rows = || self.order[run.clone()].iter().map(|&row| row as usize);
            let own: f64 = rows().map(|row| weights[row]).sum();
            rows().for_each(|row| below[row] = sum + own / 2.0);
            sum += own;
        }
        below
    }
}

/// How the rows end, and the censoring that hides it.
struct Ends<'a> {
    rows: &'a Observations,
    status: &'a [Status],
    censoring: &'a Censoring,
}

impl Ends<'_> {
    fn is_case(&self, row: usize, t: f64) -> bool {
        self.rows.time()[row] <= t && self.status[row] == Status::Event
    }

    fn is_control(&self, row: usize, t: f64, controls: Controls) -> bool {
        let other = controls == Controls::WithoutEvent && self.status[row] == Status::Other;
        self.rows.time()[row] > t || other
    }

    /// What a row weighs as a case.
    fn case(&self, row: usize, t: f64) -> f64 {
        match self.is_case(row, t) && self.counts(row) {
            true => self.rows.weight(row) / self.censoring.before(self.rows.time()[row]),
            false => 0.0,
        }
    }

    /// What it weighs as a control. G(t) is the same for all controls where only those followed beyond
    /// t are, and cancels.
    fn control(&self, row: usize, t: f64, controls: Controls) -> f64 {
        if !self.is_control(row, t, controls) || !self.counts(row) {
            return 0.0;
        }
        let (time, weight) = (self.rows.time()[row], self.rows.weight(row));
        match controls {
            Controls::EventFree => weight,
            Controls::WithoutEvent if time > t => weight / self.censoring.at(t),
            Controls::WithoutEvent => weight / self.censoring.before(time),
        }
    }

    /// A row that weighs nothing may stand where nobody who weighs is uncensored.
    fn counts(&self, row: usize) -> bool {
        self.rows.weight(row) > 0.0
    }

    /// The derivative of a sum of `parts` by each row's weight through G.
    fn through(&self, t: f64, parts: &[f64]) -> Vec<f64> {
        self.censoring.through(self.rows, self.status, t, parts)
    }
}

/// The area at a time, and the influence of each row on it.
fn one(ends: &Ends<'_>, ranked: &Ranked, of: Controls, t: f64, z: f64) -> (AucAt, Vec<f64>) {
    let (rows, n) = (ends.rows, ends.rows.len());
    let cases: Vec<f64> = (0..n).map(|row| ends.case(row, t)).collect();
    let controls: Vec<f64> = (0..n).map(|row| ends.control(row, t, of)).collect();
    let (a, b): (f64, f64) = (cases.iter().sum(), controls.iter().sum());
    let (below, higher) = (ranked.below(&controls), ranked.below(&cases));
    // Of each case the controls that it beats, of each control the cases that beat it.
    let won: Vec<f64> = cases.iter().zip(&below).map(|(case, below)| case * below).collect();
    let value = won.iter().sum::<f64>() / (a * b);
    let count =
        |is: &dyn Fn(usize) -> bool| (0..n).filter(|&row| is(row) && ends.counts(row)).count();
    let mut at = AucAt {
        time: t,
        n_case: count(&|row| ends.is_case(row, t)),
        n_control: count(&|row| ends.is_control(row, t, of)),
        estimate: None,
        std_error: None,
        interval: Interval { lower: None, upper: None },
    };
    if at.n_case == 0 || at.n_control == 0 {
        return (at, vec![0.0; n]);
    }
    let (through_won, through_cases) = (ends.through(t, &won), ends.through(t, &cases));
    // Where controls are divided by G too, it moves them as well.
    let lost = || controls.iter().zip(&higher).map(|(control, higher)| control * (a - higher));
    let (through_lost, through_controls) = match of {
        Controls::EventFree => (vec![0.0; n], vec![0.0; n]),
        Controls::WithoutEvent => {
            (ends.through(t, &lost().collect::<Vec<f64>>()), ends.through(t, &controls))
        }
    };
    let influence = |row: usize| {
        let own =
            cases[row] * (below[row] - value * b) + controls[row] * ((a - higher[row]) - value * a);
        let by_weights = rows.weight(row) * (through_won[row] - value * b * through_cases[row]);
        let by_controls =
            rows.weight(row) * (through_lost[row] - value * a * through_controls[row]);
        (own + by_weights + by_controls) / (a * b)
    };
    let influences: Vec<f64> = (0..n).map(influence).collect();
    let error = influences.iter().map(|value| value * value).sum::<f64>().sqrt();
    let limit = |sign: f64| Some((value + sign * z * error).clamp(0.0, 1.0));
    at.estimate = Some(value);
    at.std_error = Some(error);
    at.interval = Interval { lower: limit(-1.0), upper: limit(1.0) };
    (at, influences)
}
