//! From the maximum to what is reported: coefficients, variances, tests.

use super::choices::{Penalty, Ties};
use super::design::DesignMatrix;
use super::influence;
use super::model::CoxModel;
use super::moments::Moments;
use super::newton::{Objective, Point, maximise};
use super::risk::Risk;
use super::rows::Rows;
use crate::regression::linear::{Definite, aliased, inner, quadratic, sandwich};
use crate::regression::{CoxTest, Regression, Summit};
use crate::{Error, Groups, Observations, Response, normal};

/// A fitted Cox model. It keeps the sorted rows, from which residuals, baseline hazards,
/// predictions and checks are computed when asked for.
///
/// Coefficients, their variances and what else it shares with Fine and Gray's model are those of
/// the [`Regression`] to which it dereferences.
#[derive(Debug)]
pub struct CoxFit {
    pub(super) regression: Regression,
    pub(super) ties: Ties,
    pub(super) penalty: Option<Penalty>,
    /// Information at the maximum, of the kept columns, in the scaled unit.
    pub(super) information: Vec<f64>,
    pub(super) rows: Rows,
    pub(super) risk: Risk,
    pub(super) observations: Observations,
    pub(super) strata: Option<Groups>,
    pub(super) cluster: Option<Groups>,
    score: Option<CoxTest>,
    robust_score: Option<CoxTest>,
    /// The maximum is that of a likelihood with penalised terms, which has no ratio test.
    shrunk: bool,
}

impl CoxModel<'_> {
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
        fit(self, observations, design, z, robust)
    }
}

/// Fits; the options were checked. `z` is the normal quantile of the level.
pub(super) fn fit(
    model: &CoxModel<'_>,
    observations: &Observations,
    design: &DesignMatrix,
    z: f64,
    robust: bool,
) -> Result<CoxFit, Error> {
    let strata = model.strata_of(observations.len());
    let strata = strata.as_ref();
    let mut rows = Rows::new(observations, design, strata, model.offset);
    let objective = Objective { ties: model.ties, penalty: model.penalty };
    let likelihood = Objective { penalty: None, ..objective };
    let (mut point, mut moments) = start(&rows, likelihood)?;
    let (kept, mut aliased) = aliased(&moments.information, &moments.raw);
    // What was computed to find the aliased columns is the start, unless it is of other columns
    // or without the penalty.
    let anew = !aliased.is_empty() || model.penalty.is_some();
    if !aliased.is_empty() {
        aliased.iter_mut().for_each(|found| found.unscale(&rows.scales));
        rows = Rows::new(observations, &design.select(&kept), strata, model.offset);
    }
    if anew {
        (point, moments) = start(&rows, objective)?;
    }
    let null = point.log_likelihood;
    let score_statistic = Definite::new(&moments.information, rows.p)
        .map(|information| quadratic(&information.inverse(), &moments.gradient, &moments.gradient));
    // A penalised gradient is not a score.
    let score_statistic = score_statistic.filter(|_| model.penalty.is_none());
    let score = score_statistic.and_then(|statistic| CoxTest::of(statistic, rows.p));
    let robust_score = robust
        .then(|| influence::robust_score(&rows, &point.risk, model.ties, model.cluster, &moments))
        .flatten();
    let zero = vec![0.0; rows.p];
    let maximum = maximise(&rows, objective, model.control, zero, point, moments, None);
    let events = rows.records.iter().map(|record| record.tied as usize).sum();
    let unit = |index: usize| rows.scales[index];
    let beta: Vec<f64> = maximum.beta.iter().enumerate().map(|(j, b)| b / unit(j)).collect();
    let inverse = Definite::new(&maximum.moments.information, rows.p).map(|m| m.inverse());
    let scaled_robust = match (&inverse, robust) {
        (Some(inverse), true) => {
            let meat = influence::meat(&rows, &maximum.risk, model.ties, model.cluster);
            Some(sandwich(inverse, &meat, rows.p))
        }
        _ => None,
    };
    let p = rows.p;
    let unscaled = |matrix: Vec<f64>| -> Vec<f64> {
        (0..p * p).map(|at| matrix[at] / (unit(at / p) * unit(at % p))).collect()
    };
    let (variance, robust_variance) = (inverse.map(unscaled), scaled_robust.map(unscaled));
    let wald = match &robust_variance {
        Some(robust) => Definite::new(robust, p).map(|v| inner(&v.solve(&beta), &beta)),
        None => {
            // The information itself, so that it is not inverted twice.
            let scaled: Vec<f64> = beta.iter().zip(&rows.scales).map(|(b, s)| b * s).collect();
            Some(quadratic(&maximum.moments.information, &scaled, &scaled))
        }
    };
    let regression = Regression::new(Summit {
        columns: design.columns(),
        kept,
        aliased,
        infinite: maximum.infinite,
        beta,
        model_variance: variance,
        robust_variance,
        conf_level: model.conf_level,
        z,
        n: observations.people(),
        events,
        log_likelihood_null: null,
        log_likelihood: maximum.log_likelihood,
        iterations: maximum.iterations,
        converged: maximum.converged,
        wald: wald.and_then(|statistic| CoxTest::of(statistic, p)),
    })
    .with_names(design.names());
    Ok(CoxFit {
        regression,
        ties: model.ties,
        penalty: model.penalty,
        information: maximum.moments.information,
        risk: maximum.risk,
        observations: observations.clone(),
        strata: model.strata.cloned(),
        cluster: model.cluster.cloned(),
        score,
        robust_score,
        shrunk: false,
        rows,
    })
}

/// The likelihood and its moments at coefficients of zero.
fn start(rows: &Rows, objective: Objective) -> Result<(Point, Moments), Error> {
    let point = Point::new(rows, &vec![0.0; rows.p], objective, None);
    if !point.log_likelihood.is_finite() {
        return Err(Error::Unsupported {
            what: "offsets or weights so far apart that some risks are 0 or infinite beside others",
            instead: "check their units; an offset is added to the log hazard",
        });
    }
    let moments = point.moments(rows, objective);
    Ok((point, moments))
}

impl std::ops::Deref for CoxFit {
    type Target = Regression;

    fn deref(&self) -> &Regression {
        &self.regression
    }
}

impl CoxFit {
    /// The method for ties.
    pub fn ties(&self) -> Ties {
        self.ties
    }

    /// The penalty of the likelihood, if any.
    pub fn penalty(&self) -> Option<Penalty> {
        self.penalty
    }

    /// A maximum with penalised terms, dressed as a fit.
    pub(super) fn penalised(
        regression: Regression,
        model: &CoxModel<'_>,
        observations: &Observations,
        rows: Rows,
        risk: Risk,
        information: Vec<f64>,
    ) -> CoxFit {
        CoxFit {
            regression,
            ties: model.ties,
            penalty: None,
            information,
            rows,
            risk,
            observations: observations.clone(),
            strata: model.strata.cloned(),
            cluster: None,
            score: None,
            robust_score: None,
            shrunk: true,
        }
    }

    /// Twice the gain in log likelihood. `None` without coefficients, and with penalised terms.
    pub fn likelihood_ratio_test(&self) -> Option<CoxTest> {
        if self.shrunk {
            return None;
        }
        CoxTest::of(2.0 * (self.log_likelihood - self.log_likelihood_null), self.kept.len())
    }

    /// Twice the gain in log likelihood over a nested model of the same rows, strata and ties, such
    /// as one common effect against one per subgroup. `None` unless this model has more
    /// coefficients. That the models are nested is for the caller to know.
    pub fn likelihood_ratio_test_against(&self, nested: &CoxFit) -> Option<CoxTest> {
        let df = self.kept.len().checked_sub(nested.kept.len())?;
        CoxTest::of(2.0 * (self.log_likelihood - nested.log_likelihood), df)
    }

    /// Akaike's criterion: twice the number of coefficients less twice the log partial likelihood
    /// (Akaike 1974, IEEE Trans Autom Control 19:716-723). `None` with a penalty, whose likelihood
    /// is not that of the data, and where the maximum was not found.
    pub fn aic(&self) -> Option<f64> {
        self.criterion(2.0)
    }

    /// The Bayesian criterion (Schwarz 1978, Ann Stat 6:461-464): as [`aic`](Self::aic) with the
    /// logarithm of the number of events in place of 2, for it is events that carry the
    /// information (Volinsky and Raftery 2000, Biometrics 56:256-262).
    pub fn bic(&self) -> Option<f64> {
        self.criterion((self.n_events() as f64).ln())
    }

    fn criterion(&self, per_coefficient: f64) -> Option<f64> {
        let told = self.penalty.is_none() && self.converged() && !self.shrunk;
        told.then(|| per_coefficient * self.kept.len() as f64 - 2.0 * self.log_likelihood)
    }

    /// Rao's test from the gradient and information at zero. `None` with a penalty.
    pub fn score_test(&self) -> Option<CoxTest> {
        self.score
    }

    /// The same with the variance of the gradient from the rows' (or clusters') own scores.
    /// `None` unless a sandwich variance was asked for.
    pub fn robust_score_test(&self) -> Option<CoxTest> {
        self.robust_score
    }
}
