//! The difference of two concordances of the same patients.
//!
//! Both indices are functions of the same rows' weights, so the derivative of their difference with
//! respect to a row's weight is the difference of their derivatives; its standard error is the root
//! of the sum of squares of these, by cluster when there are clusters. Patients are paired with
//! themselves: the covariance of the two indices is in it. The scores are taken as given.
//!
//! Sources: Therneau and Watson (2015), Mayo Clinic Technical Report 85; Kang, Chen, Petrick and
//! Gallas (2015), Stat Med 34:685-703. Reference program: `concordance` of two fits in R survival
//! 3.5.

use super::pairs::jackknife;
use super::{Concordance, ConcordanceIndex};
use crate::{Error, Groups, Interval, Response, normal};

/// Two scores of the same patients, and by how much the second orders them better.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ConcordanceDifference {
    /// The concordance of the first score.
    pub first: Concordance,
    /// The concordance of the second score.
    pub second: Concordance,
    /// Second less first. `None` when no pair can be compared.
    pub estimate: Option<f64>,
    /// The standard error of the difference. `None` without an estimate.
    pub std_error: Option<f64>,
    /// The interval of the difference.
    pub interval: Interval,
    /// The difference over its standard error. `None` when that is 0, as for scores that order all
    /// pairs alike.
    pub z: Option<f64>,
    /// The two-sided p value of z. It is no test of a marker that was added to the first model on the
    /// same rows, of a null marker it is too large (Demler, Pencina and D'Agostino 2012, Stat Med
    /// 31:2577-2587); use the likelihood ratio there.
    pub p_value: Option<f64>,
}

/// A standard error below this is the rounding of sums that cancel.
const ROUNDING: f64 = 1e-13;

impl ConcordanceIndex<'_> {
    /// Compares two scores of the same rows, one value per row in data order; a higher score stands
    /// for an earlier event in both. `conf_level` as a fraction.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`], and those of [`estimate`](Self::estimate) for either score.
    pub fn difference(
        &self,
        response: &impl Response,
        first: &[f64],
        second: &[f64],
        conf_level: f64,
    ) -> Result<ConcordanceDifference, Error> {
        let rows = response.observations();
        let (first, second) = (self.influences(rows, first)?, self.influences(rows, second)?);
        ConcordanceDifference::of(first, second, self.cluster, conf_level)
    }
}

impl ConcordanceDifference {
    /// From two concordances of the same rows, each with the derivatives by the weights of the rows.
    pub(super) fn of(
        (first, of_first): (Concordance, Vec<f64>),
        (second, of_second): (Concordance, Vec<f64>),
        cluster: Option<&Groups>,
        conf_level: f64,
    ) -> Result<ConcordanceDifference, Error> {
        let quantile = normal::two_sided_quantile(conf_level)?;
        let estimate = second.estimate.zip(first.estimate).map(|(b, a)| b - a);
        let std_error = estimate.map(|_| {
            let changes = of_second.iter().zip(&of_first).map(|(b, a)| b - a);
            jackknife(changes, cluster)
        });
        let z = estimate.zip(std_error).filter(|&(_, error)| error > ROUNDING).map(|(d, e)| d / e);
        let limit = |sign: f64| estimate.zip(std_error).map(|(d, e)| d + sign * quantile * e);
        let interval = Interval { lower: limit(-1.0), upper: limit(1.0) };
        let p_value = z.map(normal::two_sided_p);
        Ok(ConcordanceDifference { first, second, estimate, std_error, interval, z, p_value })
    }
}
