//! The combination test of two groups: the largest of several weighted log-rank statistics.
//!
//! Each component adds up W (d_1 - d n_1 / n) over the event times; two components with weights V
//! and W have the covariance of the sum of V W times the hypergeometric variance of d_1. The
//! statistic is the largest absolute of the standardised components, and P the chance that the
//! largest of normal variables with their correlation is as large. Derivation:
//! docs/methods/comparisons.md.
//!
//! Sources: Fleming and Harrington (1991), Counting Processes and Survival Analysis, chapter 7; Lee
//! (2007), Biostatistics 8:550-564, and Lin et al. (2020), Stat Biopharm Res 12:187-198 (the
//! combination); Magirr and Burman (2019), Stat Med 38:3782-3790 (modest weights). Reference
//! program: none is at hand; the formulas are written out in R, with `pmvnorm` of mvtnorm.

use super::events::{EventTime, event_times};
use super::multinormal::any_beyond;
use super::weight::TimeWeight;
use crate::{Error, Groups, Observations, Response, normal};

/// The largest set of components whose P is computed.
const MOST: usize = 12;

/// The combination test: its components, and [`test`](Self::test). By default the weights of
/// Fleming and Harrington with (0, 0), (0, 1), (1, 0) and (1, 1).
///
/// One component alone is a weighted log-rank test: so the modestly weighted test is made.
///
/// ```
/// use riskset::{Groups, MaxCombo, RightCensored};
///
/// let times = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
/// let response = RightCensored::new(&times, &[true, true, true, false, true, true])?;
/// let arms = Groups::new(vec![0, 0, 1, 0, 1, 1], 2)?;
/// let test = MaxCombo::default().test(&response, &arms)?;
/// assert_eq!(test.components.len(), 4);
/// assert!(test.p_value > test.components[0].p_value.unwrap());
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct MaxCombo<'a> {
    weights: Vec<TimeWeight>,
    strata: Option<&'a Groups>,
}

/// One component of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaxComboComponent {
    /// Its weight.
    pub weight: TimeWeight,
    /// The weighted sum of observed less expected events of the second group (number 1).
    pub score: f64,
    /// The standard deviation of `score` when the groups do not differ.
    pub std_error: f64,
    /// `score` / `std_error`: positive when the second group has more events than expected. `None`
    /// when the component has no variance, because no event that counts meets both groups.
    pub z: Option<f64>,
    /// Two-sided, of this component alone. `None` with `z`.
    pub p_value: Option<f64>,
}

/// The result of a combination test.
#[derive(Clone, Debug, PartialEq)]
pub struct MaxComboTest {
    /// The components, in the order asked for.
    pub components: Vec<MaxComboComponent>,
    /// The correlation of the components that have a `z`, in their order, one row after the other.
    pub correlation: Vec<f64>,
    /// The largest absolute z.
    pub statistic: f64,
    /// Which component it belongs to, from 0.
    pub largest: usize,
    /// The chance of a statistic as large, when the groups do not differ.
    pub p_value: f64,
    /// A bound (with more than three independent components, three standard errors) on the
    /// numerical error of `p_value`.
    pub p_error: f64,
    /// The chance of a largest -z as large as the one found: small when the second group has fewer
    /// events, by any of the weights.
    pub p_fewer_events: f64,
    /// The chance of a largest z as large as the one found: small when it has more events.
    pub p_more_events: f64,
}

impl Default for MaxCombo<'_> {
    fn default() -> Self {
        let fh = |(rho, gamma)| TimeWeight::FlemingHarrington { rho, gamma };
        let powers = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)];
        MaxCombo { weights: powers.into_iter().map(fh).collect(), strata: None }
    }
}

impl<'a> MaxCombo<'a> {
    /// Sets the weights of the components. Checked by [`test`](Self::test): 1 to 12 of them.
    pub fn weights(mut self, weights: &[TimeWeight]) -> Self {
        self.weights = weights.to_vec();
        self
    }

    /// Compares within these strata, and adds up over them: weights, numbers at risk and the pooled
    /// curve are those of the stratum.
    pub fn strata(mut self, strata: impl Into<Option<&'a Groups>>) -> Self {
        self.strata = strata.into();
        self
    }

    /// Compares the second group (number 1) with the first. Late entries are honoured. Case weights must be whole numbers: each row counts as that many rows.
    ///
    /// # Errors
    ///
    /// [`Error::OneGroup`], [`Error::Unsupported`] for more than two groups, or when no component
    /// has a variance; [`Error::OutOfRange`] for no component or more than 12; [`Error::Length`],
    /// [`Error::WeightNotWhole`], [`Error::LogRankPower`], [`Error::RequestedTime`].
    pub fn test(&self, response: &impl Response, groups: &Groups) -> Result<MaxComboTest, Error> {
        let rows = response.observations();
        self.check(rows, groups)?;
        let times = event_times(rows, groups, self.strata)?;
        let (scores, covariance) = self.sums(&times);
        MaxComboTest::new(&self.weights, &scores, &covariance)
    }

    fn check(&self, rows: &Observations, groups: &Groups) -> Result<(), Error> {
        if !(1..=MOST).contains(&self.weights.len()) {
            let value = self.weights.len() as f64;
            let range = "lie between 1 and 12; name the weights to combine";
            return Err(Error::OutOfRange { what: "the number of components", value, range });
        }
        self.weights.iter().try_for_each(|weight| weight.check())?;
        two_groups(groups, "a combination test")?;
        whole_weights(rows)
    }

    /// The score of each component, and their covariance, row-major.
    fn sums(&self, strata: &[Vec<EventTime>]) -> (Vec<f64>, Vec<f64>) {
        let k = self.weights.len();
        let (mut scores, mut covariance) = (vec![0.0; k], vec![0.0; k * k]);
        for times in strata {
            let weights: Vec<Vec<f64>> = self.weights.iter().map(|w| w.along(times)).collect();
            for (place, at) in times.iter().enumerate() {
                let (excess, variance) = second_group(at);
                for a in 0..k {
                    scores[a] += weights[a][place] * excess;
                    for b in 0..k {
                        covariance[a * k + b] += weights[a][place] * weights[b][place] * variance;
                    }
                }
            }
        }
        (scores, covariance)
    }
}

/// Observed less expected events of the second group at one time, and the hypergeometric variance.
pub(super) fn second_group(at: &EventTime) -> (f64, f64) {
    let (n, d, n1) = (at.n(), at.d(), at.at_risk[1]);
    let share = n1 / n;
    let spread = if n > 1.0 { d * (n - d) / (n - 1.0) } else { 0.0 };
    ((at.events[1] * n - d * n1) / n, spread * share * (1.0 - share))
}

pub(super) fn two_groups(groups: &Groups, what: &'static str) -> Result<(), Error> {
    match groups.count() {
        0 | 1 => Err(Error::OneGroup),
        2 => Ok(()),
        _ => Err(Error::Unsupported {
            what: match what {
                "a combination test" => "a combination test of more than two groups",
                _ => "a comparison of more than two groups at once",
            },
            instead: "compare two groups at a time, and adjust the P values for their number",
        }),
    }
}

/// Refuses case weights that do not count rows.
pub(super) fn whole_weights(rows: &Observations) -> Result<(), Error> {
    let weights = rows.weights().unwrap_or_default();
    match weights.iter().position(|weight| weight.fract() != 0.0) {
        Some(row) => Err(Error::WeightNotWhole { row, value: weights[row] }),
        None => Ok(()),
    }
}

impl MaxComboTest {
    fn new(weights: &[TimeWeight], scores: &[f64], covariance: &[f64]) -> Result<Self, Error> {
        let k = weights.len();
        let components: Vec<MaxComboComponent> = (0..k)
            .map(|a| MaxComboComponent::new(weights[a], scores[a], covariance[a * k + a]))
            .collect();
        let valid: Vec<usize> = (0..k).filter(|&a| components[a].z.is_some()).collect();
        let entry = |a: usize, b: usize| {
            covariance[a * k + b] / (components[a].std_error * components[b].std_error)
        };
        let correlation: Vec<f64> =
            valid.iter().flat_map(|&a| valid.iter().map(move |&b| entry(a, b))).collect();
        let z = |a: usize| components[a].z.unwrap_or(0.0);
        let largest = valid.iter().copied().max_by(|&a, &b| z(a).abs().total_cmp(&z(b).abs()));
        let Some(largest) = largest else {
            return Err(Error::Unsupported {
                what: "a test of groups that no event compares",
                instead: "check the groups and the strata: at the time of an event somebody of \
                          each group must be at risk",
            });
        };
        let statistic = z(largest).abs();
        let p = any_beyond(&correlation, statistic, false);
        let highest = |sign: f64| {
            let most = valid.iter().map(|&a| sign * z(a)).fold(f64::NEG_INFINITY, f64::max);
            any_beyond(&correlation, most, true).value
        };
        Ok(MaxComboTest {
            statistic,
            largest,
            p_value: p.value,
            p_error: p.error,
            p_fewer_events: highest(-1.0),
            p_more_events: highest(1.0),
            correlation,
            components,
        })
    }
}

impl MaxComboComponent {
    fn new(weight: TimeWeight, score: f64, variance: f64) -> MaxComboComponent {
        let std_error = variance.sqrt();
        let z = (std_error > 0.0).then(|| score / std_error);
        MaxComboComponent { weight, score, std_error, z, p_value: z.map(normal::two_sided_p) }
    }
}
