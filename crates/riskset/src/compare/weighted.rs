//! Weighted curves and how they compare: survival at a time and restricted means of groups whose rows
//! carry weights, with standard errors that know that a weight is no number of patients.
//!
//! The infinitesimal jackknife: with D_i the derivative of the estimate by the weight of row i, the
//! variance is the sum of (w_i D_i)^2, over patients or over clusters of rows. It takes the weights
//! as known. Derivation: docs/methods/comparisons.md.
//!
//! Sources: Jaeckel (1972), Bell Labs Memorandum 72-1215-11; Therneau and Grambsch (2000), chapter 7;
//! Xie and Liu (2005), Stat Med 24:3089-3110 (weighted curves). Reference program: `survfit` of R
//! survival with weights and `robust = TRUE`; restricted means by its pseudo-values written out.

use super::contrast::{Contrast, Estimand};
use super::events::{EventTime, check, event_times};
use super::max_combo::two_groups;
use crate::{Error, Groups, Observations, Response, normal};

/// A weighted comparison of two groups.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightedContrast {
    /// The estimand of the second group (number 1) and its standard error.
    pub group: (f64, f64),
    /// That of the first, the reference.
    pub reference: (f64, f64),
    /// Second less first.
    pub difference: Contrast,
    /// Second over first, limits on the log scale. `None` when an estimate is 0.
    pub ratio: Option<Contrast>,
}

/// The comparison of two weighted groups: [`compare`](Self::compare) and its options. The level is 0.95
/// by default.
///
/// ```
/// use riskset::{Estimand, Groups, Response, RightCensored, WeightedComparison};
///
/// let rows = RightCensored::new(&[1.0, 2.0, 1.0, 2.0], &[true, false, true, false])?;
/// let rows = rows.into_observations().with_weights(&[1.0, 1.0, 1.0, 3.0])?;
/// let groups = Groups::new(vec![0, 0, 1, 1], 2)?;
/// // Half of the first group's weight, and a quarter of the second's, has the event at 1.
/// let found = WeightedComparison::new(Estimand::Survival(1.0)).compare(&rows, &groups)?.unwrap();
/// assert!((found.difference.estimate - 0.25).abs() < 1e-12);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightedComparison<'a> {
    estimand: Estimand,
    cluster: Option<&'a Groups>,
    conf_level: f64,
}

impl<'a> WeightedComparison<'a> {
    /// Compares the groups by `estimand`.
    pub fn new(estimand: Estimand) -> Self {
        WeightedComparison { estimand, cluster: None, conf_level: 0.95 }
    }

    /// The rows that vary together: of a patient drawn twice, or with several lesions.
    pub fn cluster(mut self, cluster: impl Into<Option<&'a Groups>>) -> Self {
        self.cluster = cluster.into();
        self
    }

    /// Sets the confidence level, between 0 and 1.
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Compares the groups with the weights of the response. `None` where an estimand does not exist:
    /// after the last time of a group that has not reached 0, or survival that is 0, which has no
    /// variance.
    ///
    /// # Errors
    ///
    /// [`Error::OneGroup`], [`Error::Unsupported`] for more than two groups, [`Error::Length`],
    /// [`Error::ConfLevel`], [`Error::RequestedTime`] for a time that is not finite.
    pub fn compare(
        &self,
        response: &impl Response,
        groups: &Groups,
    ) -> Result<Option<WeightedContrast>, Error> {
        let rows = response.observations();
        check(rows, groups, self.cluster)?;
        two_groups(groups, "a weighted contrast")?;
        let z = normal::two_sided_quantile(self.conf_level)?;
        let (Some(first), Some(second)) = (
            influence(rows, groups, 0, self.estimand)?,
            influence(rows, groups, 1, self.estimand)?,
        ) else {
            return Ok(None);
        };
        let error = |parts: &dyn Fn(usize) -> f64| spread(rows.len(), self.cluster, parts);
        let (a, b) = (second.estimate, first.estimate);
        let (da, db) = (&second.parts, &first.parts);
        let difference = error(&|row| da[row] - db[row]);
        let ratio = (a > 0.0 && b > 0.0).then(|| error(&|row| da[row] / a - db[row] / b));
        Ok(Some(WeightedContrast {
            group: (a, error(&|row| da[row])),
            reference: (b, error(&|row| db[row])),
            difference: Contrast::difference(a - b, difference, z),
            ratio: ratio.map(|error| Contrast::ratio((a / b).ln(), error, z)),
        }))
    }
}

/// The root of the sum of squares of the parts, added up by cluster first.
fn spread(rows: usize, cluster: Option<&Groups>, part: &dyn Fn(usize) -> f64) -> f64 {
    let squares: f64 = match cluster {
        None => (0..rows).map(|row| part(row).powi(2)).sum(),
        Some(cluster) => {
            let mut sums = vec![0.0; cluster.count()];
            (0..rows).for_each(|row| sums[cluster.index()[row] as usize] += part(row));
            sums.iter().map(|sum| sum * sum).sum()
        }
    };
    squares.sqrt()
}

/// An estimate and what each row's weight adds to it: w_i D_i, in data order.
pub(super) struct Influence {
    pub estimate: f64,
    pub parts: Vec<f64>,
}

/// The estimand of one group.
pub(super) fn influence(
    rows: &Observations,
    groups: &Groups,
    group: u32,
    estimand: Estimand,
) -> Result<Option<Influence>, Error> {
    let time = match estimand {
        Estimand::Survival(time) | Estimand::RestrictedMean(time) => time,
    };
    if !time.is_finite() {
        return Err(Error::RequestedTime { value: time });
    }
    let members: Vec<usize> = (0..rows.len()).filter(|&row| groups.index()[row] == group).collect();
    let own = rows.select(&members)?;
    let table = event_times(&own, &Groups::single(own.len()), None)?.remove(0);
    let last = own.sorted_time().last().copied().unwrap_or(0.0);
    let path = Path::new(&table, estimand);
    let gone = table.iter().any(|at| at.d() >= at.n());
    if (time > last && !gone) || (path.zero && matches!(estimand, Estimand::Survival(_))) {
        return Ok(None);
    }
    if matches!(estimand, Estimand::RestrictedMean(_))
        && (time <= 0.0 || own.sorted_time()[0] < 0.0)
    {
        return Ok(None);
    }
    let mut parts = vec![0.0; rows.len()];
    for (place, &row) in members.iter().enumerate() {
        parts[row] = own.weight(place) * path.derivative(&own, place);
    }
    Ok(Some(Influence { estimate: path.estimate, parts }))
}

/// The derivative by a weight, made of one number for each event time: an event at it takes `event`
/// away, being at risk at it gives `risk`, summed in `risks`.
struct Path {
    times: Vec<f64>,
    event: Vec<f64>,
    risks: Vec<f64>,
    estimate: f64,
    /// Whether the curve reaches 0 before the time asked for.
    zero: bool,
}

impl Path {
    /// The product of (n - d) / n has the derivative of its logarithm d / (n (n - d)) for each at
    /// risk, less 1 / (n - d) for the event. For S(t) it counts S(t); for the restricted mean the area
    /// under the curve from the time to the horizon.
    fn new(table: &[EventTime], estimand: Estimand) -> Path {
        let (end, is_mean) = match estimand {
            Estimand::Survival(time) => (time, false),
            Estimand::RestrictedMean(tau) => (tau, true),
        };
        let table: Vec<&EventTime> = table.iter().take_while(|at| at.time <= end).collect();
        let mut survival = vec![1.0];
        for at in &table {
            let before = survival[survival.len() - 1];
            survival.push(before * ((at.n() - at.d()).max(0.0) / at.n()));
        }
        let area = areas(&table, &survival, end);
        let last = survival[survival.len() - 1];
        let size = |place: usize| if is_mean { area[place + 1] } else { last };
        let (mut event, mut risks) = (Vec::new(), vec![0.0]);
        for (place, at) in table.iter().enumerate() {
            // Once the curve is 0 there is nothing after it to change.
            let share = if size(place) > 0.0 { size(place) / (at.n() - at.d()) } else { 0.0 };
            event.push(share);
            risks.push(risks[place] + share * at.d() / at.n());
        }
        Path {
            times: table.iter().map(|at| at.time).collect(),
            event,
            risks,
            estimate: if is_mean { area[0] } else { last },
            zero: last <= 0.0,
        }
    }

    fn derivative(&self, rows: &Observations, row: usize) -> f64 {
        let passed = |time: f64| self.times.partition_point(|&at| at <= time);
        let (time, last) = (rows.time()[row], passed(rows.time()[row]));
        let first = rows.entry().map_or(0, |entry| passed(entry[row]));
        let is_here = last > 0 && self.times[last - 1] == time && rows.event()[row];
        let own = if is_here { self.event[last - 1] } else { 0.0 };
        self.risks[last] - self.risks[first] - own
    }
}

/// The area under the curve to the end: from time 0, and from each event time.
fn areas(table: &[&EventTime], survival: &[f64], end: f64) -> Vec<f64> {
    let mut area = vec![0.0; table.len() + 1];
    let mut to = end;
    let mut sum = 0.0;
    for place in (0..table.len()).rev() {
        sum += survival[place + 1] * (to - table[place].time);
        to = table[place].time;
        area[place + 1] = sum;
    }
    area[0] = sum + to;
    area
}
