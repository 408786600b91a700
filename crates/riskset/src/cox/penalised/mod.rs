//! Cox models whose coefficients are held back by a penalty: ridge terms, penalised splines, shared
//! frailties.
//!
//! From the log partial likelihood a penalty is taken that grows with the coefficients of a term. With H
//! the information plus the curvature of the penalty at the maximum, V = H^-1 is the Bayesian variance,
//! and V2 = V I V that of the estimate itself; a term has trace(V2_jj V_jj^-1) effective degrees of
//! freedom. Derivation: docs/methods/terms.md, "Penalised terms".
//!
//! Sources: Gray (1992), J Am Stat Assoc 87:942-951; Eilers and Marx (1996), Stat Sci 11:89-121; Therneau,
//! Grambsch and Pankratz (2003), J Comput Graph Stat 12:156-175; Ripatti and Palmgren (2000), Biometrics
//! 56:1016-1022. Reference program: `coxph` with `ridge`, `pspline` and `frailty` of R survival 3.5.

mod climb;
mod dress;
mod penalty;
mod root;
mod tests_of;
mod tune;

use super::CoxFit;
use super::choices::Ties;
use super::design::{DesignMatrix, check_length};
use super::model::CoxModel;
use super::rows::Rows;
use crate::{Error, Groups, Response, choices, normal};
use std::ops::Range;
use tune::Tuned;

/// A penalty on some columns of the design.
#[derive(Clone, Debug, PartialEq)]
pub enum Shrinkage {
    /// theta/2 times the sum of squared coefficients.
    Ridge {
        /// Columns of the design.
        columns: Vec<usize>,
        /// The weight of the penalty, above 0.
        theta: f64,
        /// Each square times the variance of its column (with n - 1), so that the unit of a column does
        /// not matter.
        scaled: bool,
    },
    /// Squared second differences of the coefficients of equally spaced B-splines without the first,
    /// whose coefficient is 0, with the weight at which the term has these degrees of freedom.
    Smooth {
        /// Columns of the design, those of [`BSplines`](crate::BSplines) in their order.
        columns: Range<usize>,
        /// Effective degrees of freedom: above 1 and below the number of columns.
        df: f64,
    },
}

/// The distribution of a frailty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FrailtyDistribution {
    /// A gamma distribution with mean 1.
    #[default]
    Gamma,
    /// The logarithm of the frailty has a normal distribution with mean 0.
    LogNormal,
}

choices!(
    FrailtyDistribution,
    "distribution of a frailty",
    [
        (FrailtyDistribution::Gamma, "gamma", "Gamma with mean 1, the default"),
        (FrailtyDistribution::LogNormal, "gaussian", "Log-normal: a Gaussian random effect"),
    ]
);

/// A factor of the hazard that the rows of a group share.
#[derive(Clone, Copy, Debug)]
pub struct Frailty<'a> {
    /// The group of each row.
    pub groups: &'a Groups,
    /// Its distribution.
    pub distribution: FrailtyDistribution,
    /// The variance of the frailty (gamma) or of its logarithm; estimated when `None`.
    pub variance: Option<f64>,
}

/// The most groups that share a frailty: the information matrix has the square of their number.
pub const MOST_FRAILTIES: usize = 500;

/// A chi-square test with degrees of freedom that need not be whole.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PenalisedTest {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom, above 0.
    pub df: f64,
    /// The upper tail.
    pub p_value: f64,
}

impl PenalisedTest {
    pub(super) fn of(statistic: f64, df: f64) -> Option<PenalisedTest> {
        let valid = statistic.is_finite() && df > 0.0;
        valid.then(|| PenalisedTest { statistic, df, p_value: normal::chi_square_p(statistic, df) })
    }
}

/// What became of a penalty.
#[derive(Clone, Debug, PartialEq)]
pub struct ShrunkTerm {
    /// The weight of the penalty.
    pub theta: f64,
    /// Effective degrees of freedom.
    pub df: f64,
    /// That all its coefficients are 0, on its effective degrees of freedom.
    pub test: Option<PenalisedTest>,
    /// Of a smooth: its straight part, the slope of the coefficients over the places of their bumps by
    /// generalised least squares, on 1 degree of freedom. `None` for a ridge.
    pub linear: Option<PenalisedTest>,
    /// Of a smooth: the rest of the statistic, on the rest of the degrees of freedom.
    pub nonlinear: Option<PenalisedTest>,
}

/// Fitted frailties.
#[derive(Clone, Debug, PartialEq)]
pub struct FrailtyFit {
    /// The distribution.
    pub distribution: FrailtyDistribution,
    /// The variance of the frailty (gamma) or of its logarithm; 0 where the likelihood falls from there.
    pub variance: f64,
    /// Whether it was estimated.
    pub estimated: bool,
    /// The logarithm of each group's frailty, in the order of the groups.
    pub log_frailty: Vec<f64>,
    /// The log likelihood with gamma frailties integrated out, on the scale of the partial likelihood:
    /// without variance it is that. `None` for another distribution.
    pub integrated: Option<f64>,
    /// Twice the gain of the integrated likelihood over no frailty. The variance cannot be negative, so
    /// the P value is half that of chi-square on 1 degree of freedom (Self and Liang 1987, J Am Stat Assoc
    /// 82:605-610). `None` unless the variance of gamma frailties was estimated.
    pub variance_test: Option<PenalisedTest>,
    /// Effective degrees of freedom of all log frailties.
    pub df: f64,
    /// That all log frailties are 0, as R gives it: approximate, because the variance is taken as known.
    pub test: Option<PenalisedTest>,
}

/// A penalised Cox model.
#[derive(Debug)]
pub struct PenalisedFit {
    /// The coefficients of the columns with V for their variance, given the frailties. It has no score
    /// test and no likelihood ratio.
    pub fit: CoxFit,
    /// V2 = V I V of the columns of the design, row by row: the variance of the estimate itself, smaller
    /// than V, which also holds the bias that the penalty brings.
    pub second_variance: Vec<f64>,
    /// What became of each penalty, in the order asked.
    pub terms: Vec<ShrunkTerm>,
    /// The frailty, when there is one.
    pub frailty: Option<FrailtyFit>,
    /// Effective degrees of freedom of each column without a penalty.
    pub column_df: Vec<Option<f64>>,
    /// Effective degrees of freedom of the whole model.
    pub df: f64,
    /// The log partial likelihood at the estimate (with the frailties), without the penalty.
    pub log_likelihood: f64,
    /// What the penalty takes from it.
    pub penalty: f64,
}

impl PenalisedFit {
    /// Twice the gain of the log partial likelihood over no coefficients, on the effective degrees of
    /// freedom. Its P value is approximate.
    pub fn likelihood_ratio_test(&self) -> Option<PenalisedTest> {
        let gain = self.log_likelihood - self.fit.log_likelihood_null();
        PenalisedTest::of(2.0 * gain, self.df)
    }

    /// Akaike's criterion with the effective degrees of freedom (Gray 1992).
    pub fn aic(&self) -> f64 {
        2.0 * self.df - 2.0 * self.log_likelihood
    }
}

impl CoxModel<'_> {
    /// Maximises the penalised partial likelihood, with the weights of the penalties that the degrees of
    /// freedom or the likelihood ask for.
    ///
    /// # Errors
    ///
    /// Those of [`fit`](Self::fit), and [`Error::Unsupported`] for exact ties, Firth's penalty, a sandwich
    /// variance, a column that others determine, more groups than [`MOST_FRAILTIES`], case weights with
    /// frailties, and a variance or a maximum that is not found; [`Error::OutOfRange`] for a weight or
    /// degrees of freedom that cannot be.
    pub fn fit_penalised(
        &self,
        response: &impl Response,
        design: &DesignMatrix,
        shrinkages: &[Shrinkage],
        frailty: Option<Frailty<'_>>,
    ) -> Result<PenalisedFit, Error> {
        let observations = response.observations();
        normal::two_sided_quantile(self.conf_level)?;
        self.check_lengths(observations.len(), design)?;
        self.refuse_with_penalty()?;
        shrinkages.iter().try_for_each(|shrinkage| check(shrinkage, design.columns()))?;
        if let Some(frailty) = &frailty {
            check_frailty(frailty, observations)?;
        }
        let plain = self.fit(observations, design)?;
        let held = held(shrinkages);
        // A penalised column may be empty or a sum of others: the penalty says which coefficients it has.
        let free = |column: &usize| !plain.kept.contains(column) && !held.contains(column);
        if (0..design.columns()).any(|column| free(&column)) {
            return Err(Error::Unsupported {
                what: "a column without a penalty that others determine, beside penalised ones",
                instead: "leave that column out",
            });
        }
        let tuned = Tuned::new(self, observations, design, shrinkages, frailty, &plain)?;
        tuned.into_fit(self, observations, design, &plain)
    }

    fn refuse_with_penalty(&self) -> Result<(), Error> {
        if self.ties == Ties::Exact || self.penalty.is_some() {
            return Err(Error::Unsupported {
                what: "a penalised term with exact ties or with Firth's penalty",
                instead: "use Efron's or Breslow's ties, and one penalty",
            });
        }
        if self.robust || self.cluster.is_some() {
            return Err(Error::Unsupported {
                what: "a penalised term with a sandwich variance",
                instead: "leave out the robust variance and the clusters; a frailty of the cluster says \
                          that its rows depend on each other",
            });
        }
        Ok(())
    }
}

fn check(shrinkage: &Shrinkage, columns: usize) -> Result<(), Error> {
    match shrinkage {
        Shrinkage::Ridge { columns: own, theta, .. } => {
            check_length(
                "columns of a ridge",
                own.len(),
                own.iter().filter(|c| **c < columns).count(),
            )?;
            match *theta > 0.0 && theta.is_finite() {
                true => Ok(()),
                false => Err(Error::OutOfRange {
                    what: "the weight theta of a ridge",
                    value: *theta,
                    range: "be above 0",
                }),
            }
        }
        Shrinkage::Smooth { columns: own, df } => {
            check_length(
                "columns of a smooth",
                own.len(),
                (own.start..own.end.min(columns)).len(),
            )?;
            match *df > 1.0 && *df < own.len() as f64 {
                true => Ok(()),
                false => Err(Error::OutOfRange {
                    what: "the degrees of freedom of a penalised spline",
                    value: *df,
                    range: "be above 1, where it is a straight line, and below its number of columns; 3 or \
                            4 suit most covariates",
                }),
            }
        }
    }
}

fn check_frailty(frailty: &Frailty<'_>, observations: &crate::Observations) -> Result<(), Error> {
    check_length("frailty groups", observations.len(), frailty.groups.index().len())?;
    if frailty.groups.count() > MOST_FRAILTIES {
        return Err(Error::OutOfRange {
            what: "the number of groups that share a frailty",
            value: frailty.groups.count() as f64,
            range: "be at most 500, because the information matrix has its square; take strata or clusters \
                    for more",
        });
    }
    if observations.weights().is_some() {
        return Err(Error::Unsupported {
            what: "case weights with a frailty",
            instead: "leave out the weights, or repeat the rows",
        });
    }
    match frailty.variance {
        Some(value) if !(value > 0.0 && value.is_finite()) => Err(Error::OutOfRange {
            what: "the variance of a frailty",
            value,
            range: "be above 0, or left out, so that it is estimated",
        }),
        _ => Ok(()),
    }
}

/// The columns that a penalty holds back.
fn held(shrinkages: &[Shrinkage]) -> Vec<usize> {
    let of = |one: &Shrinkage| match one {
        Shrinkage::Ridge { columns, .. } => columns.clone(),
        Shrinkage::Smooth { columns, .. } => columns.clone().collect(),
    };
    shrinkages.iter().flat_map(of).collect()
}

/// The rows of the columns and, after them, of an indicator of each frailty group.
fn rows_with(
    model: &CoxModel<'_>,
    observations: &crate::Observations,
    design: &DesignMatrix,
    strata: &Groups,
    groups: Option<&Groups>,
) -> Result<Rows, Error> {
    let Some(groups) = groups else {
        return Ok(Rows::new(observations, design, strata, model.offset));
    };
    let n = observations.len();
    let mut values: Vec<f64> =
        (0..design.columns()).flat_map(|column| design.column(column).iter().copied()).collect();
    values.resize((design.columns() + groups.count()) * n, 0.0);
    for (row, &group) in groups.index().iter().enumerate() {
        values[(design.columns() + group as usize) * n + row] = 1.0;
    }
    let all = DesignMatrix::from_columns(values, n)?;
    Ok(Rows::new(observations, &all, strata, model.offset))
}
