//! The options of a Cox model.

use super::choices::{Penalty, Ties};
use super::design::{DesignMatrix, check_length};
use super::newton::Control;
use crate::{Error, Groups};
use std::borrow::Cow;

/// A Cox model: its options, and [`fit`](Self::fit).
///
/// ```
/// use riskset::{CoxModel, DesignMatrix, RightCensored};
///
/// // Six patients, times in months; one covariate, treated (1) or not (0).
/// let response = RightCensored::new(
///     &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
///     &[true, true, false, true, true, false],
/// )?;
/// let design = DesignMatrix::from_columns(vec![0.0, 1.0, 1.0, 0.0, 1.0, 0.0], 6)?;
/// let fit = CoxModel::default().fit(&response, &design)?;
/// let treated = fit.coefficients()[0].estimate().expect("the column varies");
/// assert!(treated.hazard_ratio.is_some());
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct CoxModel<'a> {
    pub(super) ties: Ties,
    pub(super) penalty: Option<Penalty>,
    pub(super) strata: Option<&'a Groups>,
    pub(super) cluster: Option<&'a Groups>,
    pub(super) robust: bool,
    pub(super) offset: Option<&'a [f64]>,
    pub(super) conf_level: f64,
    pub(super) control: Control,
}

impl Default for CoxModel<'_> {
    fn default() -> Self {
        CoxModel {
            ties: Ties::Efron,
            penalty: None,
            strata: None,
            cluster: None,
            robust: false,
            offset: None,
            conf_level: 0.95,
            control: Control { max_iterations: 60, tolerance: 1e-10 },
        }
    }
}

impl<'a> CoxModel<'a> {
    /// The strata of so many rows: one of all of them where none were given.
    pub(super) fn strata_of(&self, rows: usize) -> Cow<'a, Groups> {
        self.strata.map_or_else(|| Cow::Owned(Groups::single(rows)), Cow::Borrowed)
    }

    /// Sets what is done with tied events; [`Ties::Efron`] by default.
    pub fn ties(mut self, ties: Ties) -> Self {
        self.ties = ties;
        self
    }

    /// Penalises the likelihood; not at all by default.
    pub fn penalty(mut self, penalty: impl Into<Option<Penalty>>) -> Self {
        self.penalty = penalty.into();
        self
    }

    /// Gives each group of rows a baseline hazard of its own.
    pub fn strata(mut self, strata: impl Into<Option<&'a Groups>>) -> Self {
        self.strata = strata.into();
        self
    }

    /// Rows of one cluster may depend on each other: asks for the sandwich variance, summed by
    /// cluster (Lin and Wei 1989, J Am Stat Assoc 84:1074-1078).
    pub fn cluster(mut self, cluster: impl Into<Option<&'a Groups>>) -> Self {
        self.cluster = cluster.into();
        self
    }

    /// Asks for the sandwich variance. Without [`cluster`](Self::cluster), each row is its own.
    pub fn robust(mut self, robust: bool) -> Self {
        self.robust = robust;
        self
    }

    /// A known part of the linear predictor, one value per row in data order.
    pub fn offset(mut self, offset: impl Into<Option<&'a [f64]>>) -> Self {
        self.offset = offset.into();
        self
    }

    /// Sets the level of the intervals as a fraction: 0.95, not 95. Checked by [`fit`](Self::fit).
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Sets the most iterations tried, 60 by default; reaching it is a warning.
    pub fn max_iterations(mut self, iterations: usize) -> Self {
        self.control.max_iterations = iterations;
        self
    }

    /// Sets where the iteration ends: when the next step would move the linear predictor by less
    /// than this, 1e-10 by default (root of the information-weighted mean square per event).
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.control.tolerance = tolerance;
        self
    }

    /// Covariates, strata, clusters and offsets belong to these rows, and offsets are finite.
    pub(super) fn check_lengths(&self, rows: usize, design: &DesignMatrix) -> Result<(), Error> {
        check_length("covariates", rows, design.rows())?;
        for (what, groups) in [("strata", self.strata), ("clusters", self.cluster)] {
            check_length(what, rows, groups.map_or(rows, |groups| groups.index().len()))?;
        }
        let Some(offset) = self.offset else { return Ok(()) };
        check_length("offsets", rows, offset.len())?;
        match offset.iter().position(|value| !value.is_finite()) {
            Some(row) => Err(Error::Offset { row, value: offset[row] }),
            None => Ok(()),
        }
    }
}
