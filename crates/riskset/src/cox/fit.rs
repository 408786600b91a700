//! From the maximum to what is reported: coefficients, variances, tests, warnings.

use super::linear::{Definite, aliased, inner, quadratic, sandwich};
use super::moments::{Moments, Risk};
use super::newton::{Maximum, Objective, Point, maximise};
use super::rows::Rows;
use super::{CoxModel, DesignMatrix, Penalty, Ties, influence};
use crate::{Error, Groups, Interval, Observations, normal};

/// Fewer events per coefficient than this are few (Peduzzi et al 1995, J Clin Epidemiol
/// 48:1503-1510).
const EVENTS_PER_COEFFICIENT: usize = 10;

/// A doubt about a fit that is reported all the same.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CoxWarning {
    /// The iterations ended before the maximum was found.
    NotConverged {
        /// How many there were.
        iterations: usize,
    },
    /// The likelihood rises without end as this coefficient runs to plus or minus infinity: the
    /// estimate is only where the iteration stopped. Firth's penalised likelihood gives a finite
    /// one (Heinze and Schemper 2001, Biometrics 57:114-119).
    InfiniteCoefficient {
        /// The column of the design.
        column: usize,
    },
    /// The column is a combination of the columns before it in every risk set, so that it has no
    /// coefficient of its own.
    Collinear {
        /// The column of the design.
        column: usize,
        /// Up to a constant (of the stratum), the column is the sum of these columns times these
        /// numbers. Empty when it is itself constant.
        combination: Vec<(usize, f64)>,
    },
    /// Fewer than ten events for each coefficient.
    FewEvents {
        /// Rows that end with the event.
        events: usize,
        /// Coefficients estimated.
        parameters: usize,
    },
}

/// One coefficient, in the unit of its column.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Coefficient {
    /// The log hazard ratio for one unit of the column.
    pub estimate: f64,
    /// Its model-based standard error. `None` where the information is singular.
    pub std_error: Option<f64>,
    /// Its sandwich standard error, when one was asked for.
    pub robust_std_error: Option<f64>,
    /// The estimate divided by its standard error, the robust one when there is one.
    pub z: Option<f64>,
    /// The two-sided p value of z.
    pub p_value: Option<f64>,
    /// exp(estimate); `None` when it is too large for a number.
    pub hazard_ratio: Option<f64>,
    /// The interval of the hazard ratio, symmetric on the log scale, with the robust standard
    /// error when there is one.
    pub interval: Interval,
}

/// A chi-square test that all coefficients are zero.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct CoxTest {
    /// The chi-square statistic.
    pub statistic: f64,
    /// Its degrees of freedom, at least 1.
    pub df: usize,
    /// The upper tail.
    pub p_value: f64,
}

impl CoxTest {
    pub(super) fn new(statistic: f64, df: usize) -> Option<CoxTest> {
        let valid = df > 0 && statistic.is_finite();
        valid.then(|| CoxTest {
            statistic,
            df,
            p_value: normal::chi_square_p(statistic, df as f64),
        })
    }
}

/// A fitted Cox model. It keeps the sorted rows, from which residuals, baseline hazards,
/// predictions and checks are computed when asked for.
#[derive(Debug)]
pub struct CoxFit {
    pub(super) ties: Ties,
    pub(super) penalty: Option<Penalty>,
    pub(super) conf_level: f64,
    pub(super) z: f64,
    pub(super) rows: Rows,
    pub(super) risk: Risk,
    /// Columns of the design that have a coefficient.
    pub(super) kept: Vec<usize>,
    /// Columns of the design.
    pub(super) columns: usize,
    /// Coefficients of the kept columns, in the unit of the data.
    pub(super) beta: Vec<f64>,
    /// Information at the maximum, in the scaled unit.
    pub(super) information: Vec<f64>,
    /// Model-based variance of the kept coefficients, in the unit of the data, row-major.
    pub(super) variance: Option<Vec<f64>>,
    pub(super) robust_variance: Option<Vec<f64>>,
    pub(super) observations: Observations,
    pub(super) strata: Option<Groups>,
    pub(super) cluster: Option<Groups>,
    coefficients: Vec<Option<Coefficient>>,
    log_likelihood_null: f64,
    log_likelihood: f64,
    iterations: usize,
    converged: bool,
    events: usize,
    score: Option<CoxTest>,
    robust_score: Option<CoxTest>,
    warnings: Vec<CoxWarning>,
}

/// Fits; the options were checked. `z` is the normal quantile of the level.
pub(super) fn fit(
    model: &CoxModel<'_>,
    observations: &Observations,
    design: &DesignMatrix,
    z: f64,
    robust: bool,
) -> Result<CoxFit, Error> {
    let single;
    let strata = match model.strata {
        Some(strata) => strata,
        None => {
            single = Groups::single(observations.len());
            &single
        }
    };
    let mut warnings = Vec::new();
    let mut rows = Rows::new(observations, design, strata, model.offset);
    let objective = Objective { ties: model.ties, penalty: model.penalty };
    let likelihood = Objective { penalty: None, ..objective };
    let (mut point, mut moments) = start(&rows, likelihood)?;
    let (kept, dropped) = aliased(&moments.information, &moments.raw);
    // What was computed to find the aliased columns is the start, unless it is of other columns
    // or without the penalty.
    let anew = !dropped.is_empty() || model.penalty.is_some();
    if !dropped.is_empty() {
        for found in dropped {
            let column = found.column;
            let unit = |k: usize| rows.scales[column] / rows.scales[k];
            let combination = found.combination.iter().map(|&(k, c)| (k, c * unit(k))).collect();
            warnings.push(CoxWarning::Collinear { column, combination });
        }
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
    let score = score_statistic.and_then(|statistic| CoxTest::new(statistic, rows.p));
    let robust_score = robust
        .then(|| influence::robust_score(&rows, &point.risk, model.ties, model.cluster, &moments))
        .flatten();
    let zero = vec![0.0; rows.p];
    let maximum = maximise(&rows, objective, model.control, zero, point, moments, None);
    let events = rows.records.iter().map(|record| record.deaths as usize).sum();
    warnings.extend(doubts(&maximum, &kept, events));
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
    let mut coefficients = vec![None; design.columns()];
    for (index, &column) in kept.iter().enumerate() {
        let std_error = |variance: &Option<Vec<f64>>| {
            variance.as_ref().map(|v| v[index * p + index].sqrt()).filter(|se| se.is_finite())
        };
        let errors = (std_error(&variance), std_error(&robust_variance));
        coefficients[column] = Some(Coefficient::new(beta[index], errors.0, errors.1, z));
    }
    Ok(CoxFit {
        ties: model.ties,
        penalty: model.penalty,
        conf_level: model.conf_level,
        z,
        risk: maximum.risk,
        columns: design.columns(),
        kept,
        beta,
        information: maximum.moments.information,
        variance,
        robust_variance,
        observations: observations.clone(),
        strata: model.strata.cloned(),
        cluster: model.cluster.cloned(),
        coefficients,
        log_likelihood_null: null,
        log_likelihood: maximum.log_likelihood,
        iterations: maximum.iterations,
        converged: maximum.converged,
        events,
        score,
        robust_score,
        warnings,
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

/// What is doubtful about a maximum; `kept` names its columns in the design.
fn doubts(maximum: &Maximum, kept: &[usize], events: usize) -> Vec<CoxWarning> {
    let mut warnings = Vec::new();
    for &index in &maximum.infinite {
        warnings.push(CoxWarning::InfiniteCoefficient { column: kept[index] });
    }
    if !maximum.converged {
        warnings.push(CoxWarning::NotConverged { iterations: maximum.iterations });
    }
    if !kept.is_empty() && events < EVENTS_PER_COEFFICIENT * kept.len() {
        warnings.push(CoxWarning::FewEvents { events, parameters: kept.len() });
    }
    warnings
}

impl Coefficient {
    pub(crate) fn new(
        estimate: f64,
        model: Option<f64>,
        robust: Option<f64>,
        quantile: f64,
    ) -> Coefficient {
        let used = robust.or(model).filter(|&error| error > 0.0);
        let z = used.map(|error| estimate / error);
        let ratio = |log: f64| Some(log.exp()).filter(|ratio| ratio.is_finite());
        let limit = |sign: f64| used.and_then(|error| ratio(estimate + sign * quantile * error));
        Coefficient {
            estimate,
            std_error: model,
            robust_std_error: robust,
            z,
            p_value: z.map(normal::two_sided_p),
            hazard_ratio: ratio(estimate),
            interval: Interval { lower: limit(-1.0), upper: limit(1.0) },
        }
    }
}

impl CoxFit {
    /// One entry per column of the design; `None` for a column that is a combination of others
    /// (a [`CoxWarning::Collinear`] says which).
    pub fn coefficients(&self) -> &[Option<Coefficient>] {
        &self.coefficients
    }

    /// The method for ties.
    pub fn ties(&self) -> Ties {
        self.ties
    }

    /// The level of the intervals.
    pub fn conf_level(&self) -> f64 {
        self.conf_level
    }

    /// The number of rows.
    pub fn n(&self) -> usize {
        self.rows.len()
    }

    /// The number of rows that end with the event, of a weight above 0.
    pub fn n_events(&self) -> usize {
        self.events
    }

    /// The penalty of the likelihood, if any.
    pub fn penalty(&self) -> Option<Penalty> {
        self.penalty
    }

    /// The log partial likelihood with all coefficients zero, with its penalty if there is one.
    pub fn log_likelihood_null(&self) -> f64 {
        self.log_likelihood_null
    }

    /// The log partial likelihood at the estimate, with its penalty if there is one.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// How many Newton steps were taken.
    pub fn iterations(&self) -> usize {
        self.iterations
    }

    /// Whether the likelihood reached its maximum (or, with a coefficient that runs to infinity,
    /// its supremum to nine digits).
    pub fn converged(&self) -> bool {
        self.converged
    }

    /// What is doubtful about the fit, in a fixed order; empty for an ordinary one.
    pub fn warnings(&self) -> &[CoxWarning] {
        &self.warnings
    }

    /// Whether a sandwich variance was asked for.
    pub fn is_robust(&self) -> bool {
        self.robust_variance.is_some()
    }

    /// The covariance of two coefficients, by column of the design: the sandwich when there is
    /// one. `None` when a column has no coefficient or the information is singular.
    pub fn variance(&self, a: usize, b: usize) -> Option<f64> {
        self.entry(self.robust_variance.as_ref().or(self.variance.as_ref()), a, b)
    }

    /// The model-based covariance of two coefficients, by column of the design.
    pub fn model_variance(&self, a: usize, b: usize) -> Option<f64> {
        self.entry(self.variance.as_ref(), a, b)
    }

    /// The sandwich covariance of two coefficients; `None` also when it was not asked for.
    pub fn robust_variance(&self, a: usize, b: usize) -> Option<f64> {
        self.entry(self.robust_variance.as_ref(), a, b)
    }

    fn entry(&self, matrix: Option<&Vec<f64>>, a: usize, b: usize) -> Option<f64> {
        let place = |column| self.kept.iter().position(|&kept| kept == column);
        Some(matrix?[place(a)? * self.kept.len() + place(b)?])
    }

    /// Twice the gain in log likelihood. `None` without coefficients.
    pub fn likelihood_ratio_test(&self) -> Option<CoxTest> {
        CoxTest::new(2.0 * (self.log_likelihood - self.log_likelihood_null), self.kept.len())
    }

    /// Twice the gain in log likelihood over a nested model of the same rows, strata and ties, such
    /// as one common effect against one per subgroup. `None` unless this model has more
    /// coefficients. That the models are nested is for the caller to know.
    pub fn likelihood_ratio_test_against(&self, nested: &CoxFit) -> Option<CoxTest> {
        let df = self.kept.len().checked_sub(nested.kept.len())?;
        CoxTest::new(2.0 * (self.log_likelihood - nested.log_likelihood), df)
    }

    /// beta' V^-1 beta, V being the sandwich when there is one. `None` without coefficients, or
    /// where V is singular.
    pub fn wald_test(&self) -> Option<CoxTest> {
        let p = self.kept.len();
        let solved = match &self.robust_variance {
            Some(robust) => Definite::new(robust, p)?.solve(&self.beta),
            None => {
                // The information itself, so that it is not inverted twice.
                let scaled: Vec<f64> =
                    self.beta.iter().zip(&self.rows.scales).map(|(b, s)| b * s).collect();
                return CoxTest::new(quadratic(&self.information, &scaled, &scaled), p);
            }
        };
        CoxTest::new(inner(&solved, &self.beta), p)
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
