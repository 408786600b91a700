//! Newton-Raphson, and what is reported.

use super::{FineGray, WeightError, influence, rows::Rows, score::Score};
use crate::regression::linear::{Definite, aliased, inner, sandwich};
use crate::regression::{CoxTest, Regression, Summit};
use crate::{CompetingRisks, DesignMatrix, Error};

/// The iteration ends when a step would move the linear predictor by less than this.
const TOLERANCE: f64 = 1e-11;

/// A fitted model of the subdistribution hazard of one cause. Coefficients, their variances and
/// what else it shares with Cox's model are those of the [`Regression`] to which it dereferences.
#[derive(Clone, Debug, PartialEq)]
pub struct FineGrayFit {
    regression: Regression,
    cause: u32,
    competing_events: usize,
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
    let (kept, mut aliased) = aliased(&information, &raw);
    if !aliased.is_empty() {
        aliased.iter_mut().for_each(|found| found.unscale(&rows.scales));
        rows = make(&design.select(&kept));
        score = Score::new(&rows, &vec![0.0; rows.p]);
    }
    let null = score.log_likelihood;
    let end = climb(&rows, score, model.max_iterations);
    let events = response.n_events(cause);
    let p = rows.p;
    let inverse = Definite::new(&end.score.information(&rows).0, p).map(|m| m.inverse());
    let meat = influence::meat(&rows, &end.score, model.weight_error, model.cluster);
    let robust = inverse.as_ref().map(|inverse| sandwich(inverse, &meat, p));
    let scales = &rows.scales;
    let unscaled = |matrix: Vec<f64>| -> Vec<f64> {
        (0..p * p).map(|at| matrix[at] / (scales[at / p] * scales[at % p])).collect()
    };
    let (model_variance, variance) = (inverse.map(unscaled), robust.map(unscaled));
    let beta: Vec<f64> = end.beta.iter().zip(scales).map(|(b, scale)| b / scale).collect();
    // The hazard of the centred rows, moved to covariates of zero.
    let center = inner(&beta, &rows.centers) + end.score.shift;
    let wald = variance.as_ref().and_then(|variance| Definite::new(variance, p));
    let wald = wald.and_then(|variance| CoxTest::of(inner(&variance.solve(&beta), &beta), p));
    let regression = Regression::new(Summit {
        columns: design.columns(),
        kept,
        aliased,
        infinite: end.infinite,
        beta,
        model_variance,
        robust_variance: variance,
        conf_level: model.conf_level,
        z,
        n: rows.n,
        events,
        log_likelihood_null: null,
        log_likelihood: end.score.log_likelihood,
        iterations: end.iterations,
        converged: end.converged,
        wald,
    })
    .with_names(design.names());
    FineGrayFit {
        regression,
        cause,
        competing_events: response.cause().iter().filter(|&&c| c != 0 && c != cause).count(),
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

impl std::ops::Deref for FineGrayFit {
    type Target = Regression;

    fn deref(&self) -> &Regression {
        &self.regression
    }
}

impl FineGrayFit {
    /// The code of the cause.
    pub fn cause(&self) -> u32 {
        self.cause
    }

    /// Rows with another cause.
    pub fn n_competing_events(&self) -> usize {
        self.competing_events
    }

    /// What the standard errors allow for.
    pub fn weight_error(&self) -> WeightError {
        self.weight_error
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
        let (expected, found) = (self.columns, covariates.len());
        if expected != found {
            return Err(Error::Length { what: "covariates", expected, found });
        }
        let terms = self.kept.iter().zip(&self.beta);
        let linear: f64 = terms.map(|(&column, beta)| beta * covariates[column]).sum();
        let incidence = |hazard: &f64| -(-(hazard.ln() + linear).exp()).exp_m1();
        Ok(IncidenceCurve {
            time: self.event_time.clone(),
            incidence: self.baseline_cumulative_hazard()?.iter().map(incidence).collect(),
        })
    }

    /// The incidence at each of `times` for each row of `design` (columns as fitted):
    /// `[time * rows + row]`. After the last event it stays as it is: who asks must know until when
    /// somebody was seen.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] unless the design has the columns of the fit, and that of
    /// [`baseline_cumulative_hazard`](Self::baseline_cumulative_hazard).
    pub fn incidence_at(&self, design: &DesignMatrix, times: &[f64]) -> Result<Vec<f64>, Error> {
        let (linear, hazards) =
            (self.linear_predictors(design)?, self.baseline_cumulative_hazard()?);
        let at = |&time: &f64| {
            let passed = self.event_time.partition_point(|&at| at <= time);
            let hazard = passed.checked_sub(1).map_or(0.0, |place| hazards[place]);
            let log = hazard.ln();
            linear.iter().map(move |x| -(-(log + x).exp()).exp_m1())
        };
        Ok(times.iter().flat_map(at).collect())
    }

    /// b'x of each row of `design`, from covariates of zero.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] unless the design has the columns of the fit.
    pub fn linear_predictors(&self, design: &DesignMatrix) -> Result<Vec<f64>, Error> {
        let (expected, found) = (self.columns, design.columns());
        if expected != found {
            return Err(Error::Length { what: "covariates", expected, found });
        }
        let mut linear = vec![0.0; design.rows()];
        for (&column, beta) in self.kept.iter().zip(&self.beta) {
            let values = design.column(column).iter();
            linear.iter_mut().zip(values).for_each(|(sum, value)| *sum += beta * value);
        }
        Ok(linear)
    }
}
