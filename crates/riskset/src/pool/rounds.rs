//! Newton's method by post: coefficients go out, sums come back.

use super::CoxStep;
use crate::regression::linear::{inner, quadratic};
use crate::regression::{CoxTest, Regression, Summit};
use crate::{Error, normal};

/// How far the log likelihood may rise in a step that still moves a coefficient noticeably: a
/// coefficient that runs to infinity gains less and less.
const NO_GAIN: f64 = 1e-9;

/// A climb to the maximum of a partial likelihood whose rows lie elsewhere. It holds what the
/// coordinator must remember between two rounds.
///
/// ```
/// use riskset::{CoxModel, CoxProgress, CoxRounds, DesignMatrix, RightCensored};
///
/// // Each place keeps its rows, and answers with sums.
/// let place = |times: [f64; 4], x: [f64; 4]| {
///     let rows = RightCensored::new(&times, &[true, true, true, false]).unwrap();
///     (rows, DesignMatrix::from_columns(x.to_vec(), 4).unwrap())
/// };
/// let places = [
///     place([1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0]),
///     place([2.0, 3.0, 5.0, 7.0], [1.0, 0.0, 1.0, 0.0]),
/// ];
/// let mut rounds = CoxRounds::new(1);
/// let fit = loop {
///     let mut sum = None;
///     for (rows, design) in &places {
///         let step = CoxModel::default().step(rows, design, rounds.beta())?;
///         match &mut sum {
///             None => sum = Some(step),
///             Some(sum) => sum.add(&step)?,
///         }
///     }
///     if let CoxProgress::Done(fit) = rounds.advance(&sum.expect("two places"), 0.95)? {
///         break fit;
///     }
/// };
/// assert!(fit.converged());
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CoxRounds {
    /// Where the next sums are asked for.
    pub(super) beta: Vec<f64>,
    /// The log likelihood at coefficients of zero, and the score statistic there; known after a round.
    pub(super) null: Option<(f64, Option<f64>)>,
    /// The best point so far, its likelihood and the step that was taken from it.
    pub(super) from: Option<(Vec<f64>, f64, Vec<f64>)>,
    /// Rounds answered.
    pub(super) rounds: usize,
}

/// What follows from the sums of a round.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "made once a round")]
pub enum CoxProgress {
    /// The sums are asked for again, at other coefficients.
    Again,
    /// The maximum was found: the fit, whose baseline hazards stay with the rows.
    Done(Regression),
}

impl CoxRounds {
    /// Starts at coefficients of zero, one per column.
    pub fn new(columns: usize) -> CoxRounds {
        CoxRounds { beta: vec![0.0; columns], null: None, from: None, rounds: 0 }
    }

    /// A climb remembered: what [`beta`](Self::beta), [`null`](Self::null),
    /// [`origin`](Self::origin) and [`rounds`](Self::rounds) said.
    pub fn resume(
        beta: Vec<f64>,
        null: Option<(f64, Option<f64>)>,
        origin: Option<(Vec<f64>, f64, Vec<f64>)>,
        rounds: usize,
    ) -> CoxRounds {
        CoxRounds { beta, null, from: origin, rounds }
    }

    /// The coefficients at which the sums are asked for, in the unit of the data.
    pub fn beta(&self) -> &[f64] {
        &self.beta
    }

    /// The log likelihood at zero and the score statistic there; `None` before the first round.
    pub fn null(&self) -> Option<(f64, Option<f64>)> {
        self.null
    }

    /// The best point so far, its log likelihood, and the step that was taken from it.
    pub fn origin(&self) -> Option<&(Vec<f64>, f64, Vec<f64>)> {
        self.from.as_ref()
    }

    /// Rounds answered.
    pub fn rounds(&self) -> usize {
        self.rounds
    }

    /// Rao's test that all coefficients are zero; `None` before the first round, and where the
    /// information at zero is singular.
    pub fn score_test(&self) -> Option<CoxTest> {
        self.null.and_then(|(_, statistic)| CoxTest::of(statistic?, self.beta.len()))
    }

    /// Takes the sums of all places at [`beta`](Self::beta). A step that lowered the likelihood was
    /// too long and is halved. The level is that of the intervals, as a fraction.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] for another number of columns, [`Error::NoEvents`], [`Error::ConfLevel`],
    /// [`Error::Aliased`] for the first column that is constant, or a combination of others, within
    /// every place, and [`Error::NotConverged`] when the likelihood is not finite or a coefficient
    /// runs to infinity.
    pub fn advance(&mut self, sums: &CoxStep, conf_level: f64) -> Result<CoxProgress, Error> {
        let z = normal::two_sided_quantile(conf_level)?;
        let p = self.beta.len();
        if sums.score.len() != p {
            return Err(Error::Length { what: "columns", expected: p, found: sums.score.len() });
        }
        if sums.events == 0 {
            return Err(Error::NoEvents { rows: sums.n });
        }
        self.rounds += 1;
        let stuck = Error::NotConverged { what: "the pooled likelihood", iterations: self.rounds };
        let fell = |from: &(Vec<f64>, f64, Vec<f64>)| {
            let rounding = 1e-12 * (1.0 + from.1.abs());
            !sums.log_likelihood.is_finite() || sums.log_likelihood < from.1 - rounding
        };
        if let Some(from) = self.from.as_mut().filter(|from| fell(from)) {
            if inner(&from.2, &from.2).sqrt() < 1e-12 {
                return Err(stuck);
            }
            from.2.iter_mut().for_each(|step| *step /= 2.0);
            self.beta = sum(&from.0, &from.2);
            return Ok(CoxProgress::Again);
        }
        if !sums.log_likelihood.is_finite() {
            return Err(stuck);
        }
        let gain = self.from.as_ref().map(|from| sums.log_likelihood - from.1);
        let Some(inverse) = sums.inverse() else {
            return Err(if self.null.is_none() { self.aliased(sums) } else { stuck });
        };
        if self.null.is_none() {
            let statistic = quadratic(&inverse, &sums.score, &sums.score);
            self.null = Some((sums.log_likelihood, Some(statistic)));
        }
        let step: Vec<f64> =
            (0..p).map(|j| inner(&inverse[j * p..(j + 1) * p], &sums.score)).collect();
        let length = (inner(&step, &sums.score) / sums.events as f64).max(0.0).sqrt();
        if length <= 1e-10 {
            // The last step is small but known; left out it would be the whole error. What the sums say
            // is that of a point nearer than the tolerance.
            self.beta = sum(&self.beta, &step);
            return Ok(CoxProgress::Done(self.fit(sums, inverse, conf_level, z)));
        }
        if gain.is_some_and(|gain| gain.abs() <= NO_GAIN * (sums.log_likelihood.abs() + 0.1))
            && length > 1e-6
        {
            return Err(stuck);
        }
        self.from = Some((self.beta.clone(), sums.log_likelihood, step.clone()));
        self.beta = sum(&self.beta, &step);
        Ok(CoxProgress::Again)
    }

    /// The first column whose information, given the columns before it, is nothing.
    fn aliased(&self, sums: &CoxStep) -> Error {
        let p = self.beta.len();
        let leading = |q: usize| CoxStep {
            score: vec![0.0; q],
            information: (0..q * q).map(|at| sums.information[at / q * p + at % q]).collect(),
            ..sums.clone()
        };
        let column = (1..=p).find(|&q| leading(q).inverse().is_none()).unwrap_or(p) - 1;
        Error::Aliased { column }
    }

    fn fit(&self, sums: &CoxStep, variance: Vec<f64>, conf_level: f64, z: f64) -> Regression {
        let p = self.beta.len();
        let wald = quadratic(&sums.information, &self.beta, &self.beta);
        Regression::new(Summit {
            columns: p,
            kept: (0..p).collect(),
            aliased: Vec::new(),
            infinite: Vec::new(),
            beta: self.beta.clone(),
            model_variance: Some(variance),
            robust_variance: None,
            conf_level,
            z,
            n: sums.n,
            events: sums.events,
            log_likelihood_null: self.null.map_or(sums.log_likelihood, |null| null.0),
            log_likelihood: sums.log_likelihood,
            iterations: self.rounds.saturating_sub(1),
            converged: true,
            wald: CoxTest::of(wald, p),
        })
    }
}

fn sum(beta: &[f64], step: &[f64]) -> Vec<f64> {
    beta.iter().zip(step).map(|(beta, step)| beta + step).collect()
}
