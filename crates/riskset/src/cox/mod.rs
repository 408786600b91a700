//! Cox's proportional hazards model.
//!
//! The hazard of a row with covariates x is an unspecified baseline times exp(x'beta); beta
//! maximises the partial likelihood, the product over events of the probability that, of those at
//! risk, it was this one. Derivation: docs/methods/cox.md.
//!
//! Sources: Cox (1972), J R Stat Soc B 34:187-220, and (1975), Biometrika 62:269-276; Breslow
//! (1974), Biometrics 30:89-99; Efron (1977), J Am Stat Assoc 72:557-565; Gail, Lubin and
//! Rubinstein (1981), Biometrika 68:703-707; Therneau and Grambsch (2000), Modeling Survival Data.
//! Reference program: `coxph` of R survival 3.5.

mod centers;
mod design;
mod exact;
mod explain;
mod firth;
mod fit;
mod gram;
mod influence;
mod layout;
pub(crate) mod linear;
mod moments;
mod newton;
mod predict;
mod residuals;
mod rows;
mod shard;
mod smooth;
mod step;
mod zph;

pub use design::DesignMatrix;
pub use explain::{LikelihoodStep, NewtonStep};
pub use firth::Profile;
pub use fit::CoxFit;
pub use predict::{Baseline, BaselineAt, LinearPredictor, PredictedCurve};
pub use residuals::{ResidualMatrix, RowResidual, Schoenfeld};
pub use smooth::SmoothPoint;
pub use zph::{Zph, ZphTransform};

use crate::choices;
use crate::{Error, Groups, Response, normal};
use newton::Control;

/// What is done with events at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Ties {
    /// Efron's approximation: those who fail leave the risk set a fraction at a time.
    #[default]
    Efron,
    /// Breslow's approximation: all who fail meet the whole risk set.
    Breslow,
    /// The probability that those who failed did, given their number: the conditional likelihood
    /// of matched sets.
    Exact,
}

choices!(
    Ties,
    "tie method",
    [
        (Ties::Efron, "efron", "Efron (1977), the default"),
        (Ties::Breslow, "breslow", "Breslow (1974)"),
        (
            Ties::Exact,
            "exact",
            "The exact conditional likelihood (Cox 1972; Gail, Lubin and Rubinstein 1981)"
        ),
    ]
);

/// What is taken from the log likelihood to keep coefficients finite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Penalty {
    /// Firth's: half the log determinant of the information is added, which removes the leading
    /// bias of the estimates and gives finite ones where the likelihood has no maximum (Heinze and
    /// Schemper 2001, Biometrics 57:114-119). See [`CoxFit::profiles`] for its intervals.
    Firth,
}

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
    ties: Ties,
    penalty: Option<Penalty>,
    strata: Option<&'a Groups>,
    cluster: Option<&'a Groups>,
    robust: bool,
    offset: Option<&'a [f64]>,
    conf_level: f64,
    control: Control,
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

    /// Maximises the partial likelihood.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], [`Error::ConfLevel`], [`Error::Offset`], [`Error::NoEvents`], and
    /// [`Error::Unsupported`] for exact ties with case weights or a sandwich variance, for Firth's
    /// penalty with either, and for offsets so far apart that risks of 0 or infinity follow.
    pub fn fit(&self, response: &impl Response, design: &DesignMatrix) -> Result<CoxFit, Error> {
        let observations = response.observations();
        let z = normal::two_sided_quantile(self.conf_level)?;
        let rows = observations.len();
        self.check_lengths(rows, design)?;
        if !(0..rows).any(|row| observations.event()[row] && observations.weight(row) > 0.0) {
            return Err(Error::NoEvents { rows });
        }
        let robust = self.robust || self.cluster.is_some();
        if self.ties == Ties::Exact && robust {
            return Err(Error::Unsupported {
                what: "a sandwich variance with exact ties",
                instead: "use Efron's ties, or leave out the robust variance and the clusters",
            });
        }
        if self.penalty.is_some() && (robust || self.ties == Ties::Exact) {
            return Err(Error::Unsupported {
                what: "Firth's penalty with exact ties or a sandwich variance",
                instead: "use Efron's or Breslow's ties and the model-based variance",
            });
        }
        if self.ties == Ties::Exact && (0..rows).any(|row| observations.weight(row) != 1.0) {
            return Err(Error::Unsupported {
                what: "case weights with exact ties",
                instead: "use Efron's or Breslow's ties, or repeat the rows",
            });
        }
        fit::fit(self, observations, design, z, robust)
    }

    /// Covariates, strata, clusters and offsets belong to these rows, and offsets are finite.
    fn check_lengths(&self, rows: usize, design: &DesignMatrix) -> Result<(), Error> {
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

fn check_length(what: &'static str, expected: usize, found: usize) -> Result<(), Error> {
    if expected == found { Ok(()) } else { Err(Error::Length { what, expected, found }) }
}
