//! The Kaplan-Meier estimate of a survival function, and its relatives made from the cumulative
//! hazard.
//!
//! At each distinct time with n at risk and d events, the Kaplan-Meier estimate is multiplied by
//! (n - d) / n; the variance of its logarithm is Greenwood's sum of d / (n (n - d)). The Breslow
//! and Fleming-Harrington estimates are exp(-H) with H the cumulative hazard, which adds d / n, or
//! with tied events 1/n + 1/(n-1) + ... . A robust variance comes from `influence`. Derivation: docs/methods/nonparametric.md.
//!
//! Sources: Kaplan and Meier (1958), J Am Stat Assoc 53:457-481; Greenwood (1926), Reports on
//! Public Health and Medical Subjects 33:1-26; Nelson (1972), Technometrics 14:945-966; Aalen
//! (1978), Ann Stat 6:701-726; Fleming and Harrington (1984), Commun Stat Theory Methods
//! 13:2469-2486. Reference program: `survfit` of R survival.

mod at_times;
mod curve;
mod difference;
mod hazard;
pub(crate) mod influence;
mod quantile;
mod steps;

pub use at_times::AtTime;
pub(crate) use at_times::total;
pub use curve::{CurvePoint, SurvivalCurve};
pub use difference::CurveDifference;
pub use influence::CurveVariance;
pub(crate) use quantile::median_of;
pub use quantile::{FlatRule, Quantile};
pub use steps::{AreaStep, SurvivalStep};

use crate::choices;
use crate::{ConfType, Error, Groups, Response, columns, normal};
use influence::Influence;
use rayon::prelude::*;

/// How the survival function is estimated from the risk sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SurvivalEstimator {
    /// The product of (n - d) / n, with Greenwood's variance.
    #[default]
    KaplanMeier,
    /// exp(-H), H counting tied events one after the other: 1/n + 1/(n-1) + ... .
    FlemingHarrington,
    /// exp(-H), H the Nelson-Aalen sum of d / n.
    Breslow,
}

choices!(
    SurvivalEstimator,
    "estimator",
    [
        (SurvivalEstimator::KaplanMeier, "kaplan-meier", "The product of (n - d) / n"),
        (
            SurvivalEstimator::FlemingHarrington,
            "fleming-harrington",
            "exp(-H), tied events taken one after another in H"
        ),
        (SurvivalEstimator::Breslow, "breslow", "exp(-H), H the Nelson-Aalen sum of d / n"),
    ]
);

/// Kaplan-Meier estimator: its options, and [`fit`](Self::fit). By default a 95% interval on the
/// log scale.
///
/// ```
/// use riskset::{KaplanMeier, RightCensored};
///
/// // Five patients, times in months; `true` is a death, `false` a censoring.
/// let (times, deaths) = ([1.0, 1.0, 2.0, 3.0, 4.0], [true, false, true, false, true]);
/// let curve = KaplanMeier::default().fit(&RightCensored::new(&times, &deaths)?)?;
/// assert_eq!(curve.survival()[0], 0.8);
/// assert_eq!(curve.median().estimate, Some(4.0));
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct KaplanMeier {
    conf_level: f64,
    conf_type: ConfType,
    flat: FlatRule,
    estimator: SurvivalEstimator,
    robust: bool,
    cluster: Option<Groups>,
}

impl Default for KaplanMeier {
    fn default() -> Self {
        KaplanMeier {
            conf_level: 0.95,
            conf_type: ConfType::Log,
            flat: FlatRule::Middle,
            estimator: SurvivalEstimator::KaplanMeier,
            robust: false,
            cluster: None,
        }
    }
}

impl KaplanMeier {
    /// Sets the level of the intervals as a fraction: 0.95, not 95. Checked by [`fit`](Self::fit).
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Sets the scale on which the intervals are built.
    pub fn conf_type(mut self, conf_type: ConfType) -> Self {
        self.conf_type = conf_type;
        self
    }

    /// Sets which time of a flat is a quantile.
    pub fn flat(mut self, flat: FlatRule) -> Self {
        self.flat = flat;
        self
    }

    /// Sets the estimator of the survival function.
    pub fn estimator(mut self, estimator: SurvivalEstimator) -> Self {
        self.estimator = estimator;
        self
    }

    /// Whether standard errors and limits rest on what each row moves the curve by (the
    /// infinitesimal jackknife) instead of on counts: for weights that are no counts of patients.
    /// Each curve then keeps 24 bytes a row.
    pub fn robust(mut self, robust: bool) -> Self {
        self.robust = robust;
        self
    }

    /// Rows of a cluster, one number per row, move a curve together: robust standard errors for
    /// several rows of a patient or a centre. A cluster with rows in two curves is one in each, and
    /// the two curves are compared as if they were of different patients.
    pub fn cluster<'g>(mut self, cluster: impl Into<Option<&'g Groups>>) -> Self {
        self.cluster = cluster.into().cloned();
        self
    }

    /// Estimates the curve of all rows.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`] unless 0 < level < 1. The data cannot fail here: a response was
    /// checked when it was made.
    pub fn fit(&self, response: &impl Response) -> Result<SurvivalCurve, Error> {
        let rows = response.observations().len();
        let curves = self.fit_groups(response, &Groups::single(rows))?;
        Ok(curves.into_iter().next().expect("one group has one curve"))
    }

    /// Estimates the curve of each group, in group order, in one pass over the rows.
    ///
    /// # Errors
    ///
    /// [`Error::ConfLevel`], and [`Error::Length`] when `groups` or the clusters have another number
    /// of rows.
    pub fn fit_groups(
        &self,
        response: &impl Response,
        groups: &Groups,
    ) -> Result<Vec<SurvivalCurve>, Error> {
        let rows = response.observations();
        groups.check_rows("groups", rows.len())?;
        if let Some(cluster) = &self.cluster {
            cluster.check_rows("clusters", rows.len())?;
        }
        let scale = Scale {
            conf_level: self.conf_level,
            conf_type: self.conf_type,
            flat: self.flat,
            z: normal::two_sided_quantile(self.conf_level)?,
        };
        let sets = rows.risk_sets(groups);
        let curve = |sets| SurvivalCurve::new(sets, self.estimator, scale);
        if self.robust || self.cluster.is_some() {
            let mark = |row: usize| u32::from(rows.event()[row]);
            let influences = Influence::of_groups(rows, groups, &sets, self.cluster.as_ref(), mark);
            let curves = sets.into_iter().zip(influences);
            return Ok(curves.map(|(sets, own)| curve(sets).robust(own)).collect());
        }
        // Each group is one thread's work from its first time to its last.
        Ok(if rows.len() >= columns::MANY {
            sets.into_par_iter().map(curve).collect()
        } else {
            sets.into_iter().map(curve).collect()
        })
    }
}

/// How the intervals of a curve are built.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Scale {
    conf_level: f64,
    conf_type: ConfType,
    flat: FlatRule,
    z: f64,
}
