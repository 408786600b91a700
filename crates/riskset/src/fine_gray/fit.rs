//! Newton-Raphson, and what is reported.

use super::{FineGray, WeightError, influence, rows::Rows, score::Score};
use crate::cox::linear::{Definite, aliased, inner, sandwich};
use crate::{Coefficient, CompetingRisks, CoxTest, CoxWarning, DesignMatrix, Error, normal};

/// The iteration ends when a step would move the linear predictor by less than this.
const TOLERANCE: f64 = 1e-11;

/// Fewer events per coefficient than this are few, as for Cox regression.
const EVENTS_PER_COEFFICIENT: usize = 10;

/// A fitted model of the subdistribution hazard of one cause.
#[derive(Clone, Debug, PartialEq)]
pub struct FineGrayFit {
    cause: u32,
    n: usize,
    events: usize,
    competing_events: usize,
    coefficients: Vec<Option<Coefficient>>,
    /// Columns of the design that have a coefficient.
    kept: Vec<usize>,
    /// Of the kept columns, row-major, in the unit of the data.
    variance: Option<Vec<f64>>,
    model_variance: Option<Vec<f64>>,
    log_likelihood_null: f64,
    log_likelihood: f64,
    iterations: usize,
    converged: bool,
    warnings: Vec<CoxWarning>,
    weight_error: WeightError,
    event_time: Vec<f64>,
    cumulative_hazard: Vec<f64>,
}

/// A predicted cumulative incidence: a step function, 0 before its first time.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct IncidenceCurve {
    /// The distinct times of the cause's events, increasing.
    pub time: Vec<f64>,
    /// The incidence from each time on, as a fraction.
    pub incidence: Vec<f64>,
}

pub(super) fn fit(
    model: &FineGray<'_>,
    response: &CompetingRisks,
    cause: u32,
    design: &DesignMatrix,
    z: f64,
) -> FineGrayFit {
    let make = |design: &DesignMatrix| {
        Rows::new(response, cause, design, model.censoring_groups, model.ties)
    };
    let mut rows = make(design);
    let mut score = Score::new(&rows, &vec![0.0; rows.p]);
    let (information, raw) = score.information(&rows);
    let (kept, dropped) = aliased(&information, &raw);
    let mut warnings = Vec::new();
    for found in dropped {
        let (column, scales) = (found.column, &rows.scales);
        let unit = |&(k, c): &(usize, f64)| (k, c * scales[column] / scales[k]);
        let combination = found.combination.iter().map(unit).collect();
        warnings.push(CoxWarning::Collinear { column, combination });
    }
    if !warnings.is_empty() {
        rows = make(&design.select(&kept));
        score = Score::new(&rows, &vec![0.0; rows.p]);
    }
    let null = score.log_likelihood;
    let end = climb(&rows, score, model.max_iterations);
    let events = response.n_events(cause);
    warnings.extend(end.doubts(&rows, &kept, events));
    let p = rows.p;
    let inverse = Definite::new(&end.score.information(&rows).0, p).map(|m| m.inverse());
    let meat = influence::meat(&rows, &end.score, model.weight_error, model.cluster);
    let robust = inverse.as_ref().map(|inverse| sandwich(inverse, &meat, p));
    let scales = &rows.scales;
    let unscaled = |matrix: Vec<f64>| -> Vec<f64> {
        (0..p * p).map(|at| matrix[at] / (scales[at / p] * scales[at % p])).collect()
    };
    let (model_variance, variance) = (inverse.map(unscaled), robust.map(unscaled));
    let error = |variance: &Option<Vec<f64>>, index: usize| {
        variance.as_ref().map(|v| v[index * p + index].sqrt()).filter(|se| se.is_finite())
    };
    let beta: Vec<f64> = end.beta.iter().zip(scales).map(|(b, scale)| b / scale).collect();
    let mut coefficients = vec![None; design.columns()];
    for (index, &column) in kept.iter().enumerate() {
        let errors = (error(&model_variance, index), error(&variance, index));
        coefficients[column] = Some(Coefficient::new(beta[index], errors.0, errors.1, z));
    }
    // The hazard of the centred rows, moved to covariates of zero.
    let center = inner(&beta, &rows.centers) + end.score.shift;
    FineGrayFit {
        cause,
        n: rows.n,
        events,
        competing_events: response.cause().iter().filter(|&&c| c != 0 && c != cause).count(),
        coefficients,
        kept,
        variance,
        model_variance,
        log_likelihood_null: null,
        log_likelihood: end.score.log_likelihood,
        iterations: end.iterations,
        converged: end.converged,
        warnings,
        weight_error: model.weight_error,
        event_time: rows.events.iter().map(|event| event.time).collect(),
        cumulative_hazard: end.score.integrals.hazard[1..]
            .iter()
            .map(|hazard| hazard * (-center).exp())
            .collect(),
    }
}

/// Where the climb ended, in the scaled unit.
struct End {
    beta: Vec<f64>,
    score: Score,
    iterations: usize,
    converged: bool,
    /// Columns whose coefficient runs to infinity.
    infinite: Vec<usize>,
}

/// Newton's steps, halved where the likelihood falls, from coefficients of zero.
fn climb(rows: &Rows, mut score: Score, max_iterations: usize) -> End {
    let (mut beta, mut iterations, mut converged) = (vec![0.0; rows.p], 0, rows.p == 0);
    let mut infinite = Vec::new();
    while !converged && iterations < max_iterations {
        let (information, _) = score.information(rows);
        let Some(definite) = Definite::new(&information, rows.p) else { break };
        let step = definite.solve(&score.gradient);
        let length = inner(&step, &score.gradient).max(0.0);
        let Some((next_beta, next)) = halve(rows, &beta, &step, score.log_likelihood) else {
            // No step gains anything: rounding is all that is left, or the model is broken.
            converged = length.sqrt() < 1e-6;
            break;
        };
        iterations += 1;
        let gain = next.log_likelihood - score.log_likelihood;
        (beta, score) = (next_beta, next);
        converged = length.sqrt() <= TOLERANCE * (rows.events.len() as f64).sqrt();
        if !converged && gain.abs() <= 1e-9 * (score.log_likelihood.abs() + 0.1) {
            infinite = running_away(rows, &score);
            converged = !infinite.is_empty();
        }
    }
    End { beta, score, iterations, converged, infinite }
}

/// The columns whose coefficient still moves although the likelihood stands still: the next step
/// changes the linear predictor between two rows at risk by more than a tenth.
fn running_away(rows: &Rows, score: &Score) -> Vec<usize> {
    let (information, _) = score.information(rows);
    let Some(definite) = Definite::new(&information, rows.p) else {
        return (0..rows.p).filter(|j| information[j * rows.p + j] < 1e-8).collect();
    };
    let step = definite.solve(&score.gradient);
    let range = |j: usize| {
        let values = || rows.counted().map(|place| rows.row(place)[j]);
        values().fold(f64::NEG_INFINITY, f64::max) - values().fold(f64::INFINITY, f64::min)
    };
    (0..rows.p).filter(|&j| step[j].abs() * range(j) > 0.1).collect()
}

fn halve(rows: &Rows, beta: &[f64], step: &[f64], floor: f64) -> Option<(Vec<f64>, Score)> {
    let rounding = 1e-12 * (1.0 + floor.abs());
    let mut part = 1.0;
    for _ in 0..40 {
        let next: Vec<f64> = beta.iter().zip(step).map(|(b, s)| b + part * s).collect();
        let score = Score::new(rows, &next);
        if score.log_likelihood.is_finite() && score.log_likelihood >= floor - rounding {
            return Some((next, score));
        }
        part /= 2.0;
    }
    None
}

impl End {
    fn doubts(&self, rows: &Rows, kept: &[usize], events: usize) -> Vec<CoxWarning> {
        let mut warnings: Vec<CoxWarning> = self
            .infinite
            .iter()
            .map(|&index| CoxWarning::InfiniteCoefficient { column: kept[index] })
            .collect();
        if !self.converged {
            warnings.push(CoxWarning::NotConverged { iterations: self.iterations });
        }
        if rows.p > 0 && events < EVENTS_PER_COEFFICIENT * rows.p {
            warnings.push(CoxWarning::FewEvents { events, parameters: rows.p });
        }
        warnings
    }
}

impl FineGrayFit {
    /// One entry per column of the design; `None` for a column that is a combination of others.
    /// `hazard_ratio` is the subdistribution hazard ratio, `robust_std_error` the standard error
    /// to use, `std_error` the inverse information, which takes the weights for real patients.
    pub fn coefficients(&self) -> &[Option<Coefficient>] {
        &self.coefficients
    }

    /// The code of the cause.
    pub fn cause(&self) -> u32 {
        self.cause
    }

    /// The number of rows.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Rows with the cause.
    pub fn n_events(&self) -> usize {
        self.events
    }

    /// Rows with another cause.
    pub fn n_competing_events(&self) -> usize {
        self.competing_events
    }

    /// The log of the weighted partial likelihood with all coefficients 0.
    pub fn log_likelihood_null(&self) -> f64 {
        self.log_likelihood_null
    }

    /// The log of the weighted partial likelihood at the estimate. It is no likelihood of the
    /// data, and its ratio has no chi-square distribution.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// Steps made.
    pub fn iterations(&self) -> usize {
        self.iterations
    }

    /// Whether the maximum was found.
    pub fn converged(&self) -> bool {
        self.converged
    }

    /// Doubts about the fit.
    pub fn warnings(&self) -> &[CoxWarning] {
        &self.warnings
    }

    /// What the standard errors allow for.
    pub fn weight_error(&self) -> WeightError {
        self.weight_error
    }

    /// The sandwich covariance of two coefficients, by column of the design; `None` when one of
    /// them has no coefficient, or the information is singular.
    pub fn variance(&self, a: usize, b: usize) -> Option<f64> {
        self.entry(self.variance.as_ref()?, a, b)
    }

    /// The same from the inverse information.
    pub fn model_variance(&self, a: usize, b: usize) -> Option<f64> {
        self.entry(self.model_variance.as_ref()?, a, b)
    }

    fn entry(&self, variance: &[f64], a: usize, b: usize) -> Option<f64> {
        let place = |column| self.kept.iter().position(|&kept| kept == column);
        Some(variance[place(a)? * self.kept.len() + place(b)?])
    }

    /// Wald's test that all coefficients are 0, with the sandwich variance; `None` without
    /// coefficients or where the variance is singular.
    pub fn wald_test(&self) -> Option<CoxTest> {
        let p = self.kept.len();
        let beta: Vec<f64> = self
            .kept
            .iter()
            .filter_map(|&column| self.coefficients[column])
            .map(|c| c.estimate)
            .collect();
        let solved = Definite::new(self.variance.as_ref()?, p)?.solve(&beta);
        let statistic = inner(&solved, &beta);
        let p_value = normal::chi_square_p(statistic, p as f64);
        (p > 0 && statistic.is_finite()).then_some(CoxTest { statistic, df: p, p_value })
    }

    /// The distinct times of the cause's events, increasing.
    pub fn event_time(&self) -> &[f64] {
        &self.event_time
    }

    /// The cumulative subdistribution hazard with all covariates 0, by Breslow's method, at each
    /// event time.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] when it is too large for a number, because a covariate with a strong
    /// effect is never near 0.
    pub fn baseline_cumulative_hazard(&self) -> Result<&[f64], Error> {
        match self.cumulative_hazard.iter().all(|hazard| hazard.is_finite()) {
            true => Ok(&self.cumulative_hazard),
            false => Err(Error::Unsupported {
                what: "a baseline hazard too large for a number",
                instead: "centre the covariates",
            }),
        }
    }

    /// The cumulative incidence predicted for these covariates, one per column of the design:
    /// 1 - exp(-H(t) exp(b'x)).
    ///
    /// # Errors
    ///
    /// [`Error::Length`] unless there is one value per column, and that of
    /// [`baseline_cumulative_hazard`](Self::baseline_cumulative_hazard).
    pub fn predict(&self, covariates: &[f64]) -> Result<IncidenceCurve, Error> {
        let (expected, found) = (self.coefficients.len(), covariates.len());
        if expected != found {
            return Err(Error::Length { what: "covariates", expected, found });
        }
        let terms = self.coefficients.iter().zip(covariates);
        let linear: f64 = terms.map(|(c, x)| c.map_or(0.0, |c| c.estimate * x)).sum();
        let incidence = |hazard: &f64| -(-(hazard.ln() + linear).exp()).exp_m1();
        Ok(IncidenceCurve {
            time: self.event_time.clone(),
            incidence: self.baseline_cumulative_hazard()?.iter().map(incidence).collect(),
        })
    }
}
