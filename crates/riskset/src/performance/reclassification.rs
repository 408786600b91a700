//! By how much predicted risks move the right way when a model takes the place of another.
//!
//! Of those with the event by t the risk should go up, of those still free of it down. With d the
//! change of a patient (the sign of the change of category, the sign of the change of risk, or the
//! change of risk itself), the net reclassification is the mean of d among the former less that among
//! the latter: categorical, continuous, and integrated discrimination improvement. Who was censored by t
//! is neither; those with the event stand for them with the weight 1/G just before their time.
//!
//! With competing risks the event is the cause of interest, and whoever met another cause by t is free of
//! it for good: they count among the others with 1/G just before their time, and those followed beyond t
//! with 1/G(t). The weights of those with the event then add up to n times the Aalen-Johansen incidence, as
//! they add up to n times the Kaplan-Meier risk without competing risks.
//!
//! None of them is a proper score: a model that is worse but bolder may gain (Hilden and Gerds 2014), and
//! the continuous index is large for markers without any value (Kerr and others 2014). The likelihood
//! ratio, the Brier score and net benefit do not have this fault.
//!
//! The standard error is the infinitesimal jackknife, the derivative through G included; the risks are
//! taken as given. Derivation: docs/methods/prognosis.md, "Reclassification".
//!
//! Sources: Pencina and others (2008), Stat Med 27:157-172, and (2011), Stat Med 30:11-21; Uno, Tian,
//! Cai, Kohane and Wei (2013), Stat Med 32:2430-2442; Hilden and Gerds (2014), Stat Med 33:3405-3414;
//! Kerr, Wang, Janes, McClelland, Psaty and Pepe (2014), Epidemiology 25:114-121. Reference: the formula
//! written out in R.

use crate::brier::{Censoring, Status, check_times};
use crate::{CompetingRisks, Error, Interval, Observations, Response, normal};

/// Reclassification of risks at a time: its options, and [`estimate`](Self::estimate).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reclassification<'a> {
    conf_level: f64,
    cuts: &'a [f64],
}

/// A mean change among those with the event, among those free of it, and the net of both.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct NetChange {
    /// Up, among those with the event by the time.
    pub events: ChangeEstimate,
    /// Down, among those free of it.
    pub free: ChangeEstimate,
    /// The sum of the two.
    pub net: ChangeEstimate,
}

/// An estimate with its error; positive where the new risks are better.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ChangeEstimate {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error; the risks are taken as given.
    pub std_error: f64,
    /// Its interval, symmetric.
    pub interval: Interval,
    /// Two-sided; `None` where nothing moves.
    pub p_value: Option<f64>,
}

/// How the risks by one time moved.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ReclassifiedAt {
    /// The time, in the unit of the data.
    pub time: f64,
    /// Rows with the event by then.
    pub n_case: usize,
    /// Rows followed beyond it; with competing risks those with another cause by then as well.
    pub n_control: usize,
    /// Net reclassification between the categories. `None` without cut-offs.
    pub categories: Option<NetChange>,
    /// Net reclassification by the sign of any change of risk.
    pub continuous: NetChange,
    /// Integrated discrimination improvement: mean changes of risk.
    pub discrimination: NetChange,
}

impl Default for Reclassification<'_> {
    fn default() -> Self {
        Reclassification { conf_level: 0.95, cuts: &[] }
    }
}

/// A standard error below this is the rounding of sums that cancel.
const ROUNDING: f64 = 1e-13;

impl<'a> Reclassification<'a> {
    /// Sets the level of the intervals as a fraction: 0.95, not 95.
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Sets the cut-offs between categories of risk, as fractions that increase; whoever is at one
    /// belongs to the category above it.
    pub fn cuts(mut self, cuts: &'a [f64]) -> Self {
        self.cuts = cuts;
        self
    }

    /// How the risks by `time` moved from `before` to `after`, one of each per row in data order.
    /// `None` where nobody has the event by then.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`], [`Error::Length`], [`Error::Covariate`] for a risk that is not finite,
    /// [`Error::OutOfRange`] for cut-offs that do not increase or a time beyond which nobody is
    /// followed, [`Error::RequestedTime`], and [`Error::Unsupported`] for late entries.
    pub fn estimate(
        &self,
        response: &impl Response,
        time: f64,
        before: &[f64],
        after: &[f64],
    ) -> Result<Option<ReclassifiedAt>, Error> {
        let z = normal::two_sided_quantile(self.conf_level)?;
        let rows = response.observations();
        self.check(rows, time, before, after)?;
        let status = rows.event().iter().map(|&event| Status::of(event, event)).collect();
        Ok(self.moved(&Sides::new(rows, status, time, z), before, after))
    }

    /// The same of predicted incidences of one cause.
    ///
    /// # Errors
    ///
    /// As [`estimate`](Self::estimate), and [`Error::NoSuchCause`].
    pub fn of_incidence(
        &self,
        response: &CompetingRisks,
        cause: u32,
        time: f64,
        before: &[f64],
        after: &[f64],
    ) -> Result<Option<ReclassifiedAt>, Error> {
        let z = normal::two_sided_quantile(self.conf_level)?;
        response.check_cause(cause)?;
        let rows = response.observations();
        self.check(rows, time, before, after)?;
        let causes = response.cause().iter();
        let status = causes.map(|&found| Status::of(found != 0, found == cause)).collect();
        Ok(self.moved(&Sides::new(rows, status, time, z), before, after))
    }

    /// `None` where nobody has the event by the time.
    fn moved(&self, sides: &Sides, before: &[f64], after: &[f64]) -> Option<ReclassifiedAt> {
        if sides.n_case == 0 {
            return None;
        }
        let category = |risk: f64| self.cuts.partition_point(|&cut| cut <= risk) as f64;
        let changes = |of: &dyn Fn(f64, f64) -> f64| -> Vec<f64> {
            before.iter().zip(after).map(|(&before, &after)| of(before, after)).collect()
        };
        let sign = |change: f64| if change == 0.0 { 0.0 } else { change.signum() };
        let categories = changes(&|before, after| sign(category(after) - category(before)));
        Some(ReclassifiedAt {
            time: sides.time,
            n_case: sides.n_case,
            n_control: sides.n_control,
            categories: (!self.cuts.is_empty()).then(|| sides.net(&categories)),
            continuous: sides.net(&changes(&|before, after| sign(after - before))),
            discrimination: sides.net(&changes(&|before, after| after - before)),
        })
    }

    fn check(
        &self,
        rows: &Observations,
        time: f64,
        before: &[f64],
        after: &[f64],
    ) -> Result<(), Error> {
        for risks in [before, after] {
            if risks.len() != rows.len() {
                let (expected, found) = (rows.len(), risks.len());
                return Err(Error::Length { what: "predicted risks", expected, found });
            }
            if let Some(row) = risks.iter().position(|risk| !risk.is_finite()) {
                return Err(Error::Covariate { row, column: 0, value: risks[row] });
            }
        }
        let rising = self.cuts.is_sorted_by(|a, b| a < b);
        if let Some(&value) = self.cuts.iter().find(|cut| !rising || !cut.is_finite()) {
            let (what, range) =
                ("a cut-off between categories of risk", "be above the one before it");
            return Err(Error::OutOfRange { what, value, range });
        }
        if rows.entry().is_some() {
            return Err(Error::Unsupported {
                what: "reclassification with late entries",
                instead: "use rows that are followed from the origin",
            });
        }
        check_times(rows, &[time])
    }
}

/// Those with the event by a time and those free of it, with their weights.
struct Sides<'a> {
    rows: &'a Observations,
    status: Vec<Status>,
    censoring: Censoring,
    time: f64,
    z: f64,
    cases: Vec<f64>,
    controls: Vec<f64>,
    /// Whether the weights of the controls differ, because some met another cause.
    others: bool,
    n_case: usize,
    n_control: usize,
}

impl<'a> Sides<'a> {
    fn new(rows: &'a Observations, status: Vec<Status>, time: f64, z: f64) -> Sides<'a> {
        let censoring = Censoring::new(rows, &status);
        let n = rows.len();
        // A row that weighs nothing may stand where nobody who weighs is uncensored.
        let counts = |row: usize| rows.weight(row) > 0.0;
        let ended =
            |row: usize, how: Status| rows.time()[row] <= time && status[row] == how && counts(row);
        let own = |row: usize| rows.weight(row) / censoring.before(rows.time()[row]);
        let case = |row: usize| if ended(row, Status::Event) { own(row) } else { 0.0 };
        let others = (0..n).any(|row| ended(row, Status::Other));
        // Without another cause all controls have the same 1/G(t), which cancels.
        let beyond = if others { censoring.at(time) } else { 1.0 };
        let control = |row: usize| match rows.time()[row] > time {
            true => rows.weight(row) / beyond,
            false if ended(row, Status::Other) => own(row),
            false => 0.0,
        };
        let (cases, controls): (Vec<f64>, Vec<f64>) =
            ((0..n).map(case).collect(), (0..n).map(control).collect());
        let count = |weights: &[f64]| weights.iter().filter(|&&weight| weight > 0.0).count();
        let (n_case, n_control) = (count(&cases), count(&controls));
        Sides { rows, status, censoring, time, z, cases, controls, others, n_case, n_control }
    }

    /// The mean change of those with the event less that of those free of it.
    fn net(&self, change: &[f64]) -> NetChange {
        let (events, of_events) = self.mean(&self.cases, change, true);
        let down: Vec<f64> = change.iter().map(|change| -change).collect();
        let (free, of_free) = self.mean(&self.controls, &down, self.others);
        let net: Vec<f64> = of_events.iter().zip(&of_free).map(|(a, b)| a + b).collect();
        NetChange {
            events: self.told(events, &of_events),
            free: self.told(free, &of_free),
            net: self.told(events + free, &net),
        }
    }

    /// The mean change of one side, and the influence of each row on it; by way of G as well, unless
    /// that cancels.
    fn mean(&self, weights: &[f64], change: &[f64], estimated: bool) -> (f64, Vec<f64>) {
        let sum: f64 = weights.iter().sum();
        let parts: Vec<f64> = weights.iter().zip(change).map(|(weight, d)| weight * d).collect();
        let mean = parts.iter().sum::<f64>() / sum;
        let own = |row: usize| weights[row] * (change[row] - mean);
        if !estimated {
            return (mean, (0..change.len()).map(|row| own(row) / sum).collect());
        }
        let (through, through_sum) = (self.through(&parts), self.through(weights));
        let influence = |row: usize| {
            let by_censoring = self.rows.weight(row) * (through[row] - mean * through_sum[row]);
            (own(row) + by_censoring) / sum
        };
        (mean, (0..change.len()).map(influence).collect())
    }

    /// What each row does to a sum through G; parts of both signs, one sign at a time.
    fn through(&self, parts: &[f64]) -> Vec<f64> {
        let of = |sign: f64| {
            let own: Vec<f64> = parts.iter().map(|part| (sign * part).max(0.0)).collect();
            self.censoring.through(self.rows, &self.status, self.time, &own)
        };
        of(1.0).into_iter().zip(of(-1.0)).map(|(up, down)| up - down).collect()
    }

    fn told(&self, estimate: f64, influences: &[f64]) -> ChangeEstimate {
        let std_error = influences.iter().map(|value| value * value).sum::<f64>().sqrt();
        let limit = |sign: f64| Some(estimate + sign * self.z * std_error);
        ChangeEstimate {
            estimate,
            std_error,
            interval: Interval { lower: limit(-1.0), upper: limit(1.0) },
            p_value: (std_error > ROUNDING).then(|| normal::two_sided_p(estimate / std_error)),
        }
    }
}
