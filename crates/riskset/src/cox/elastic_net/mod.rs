//! The elastic net of a Cox model: many columns, of which a penalty leaves few.
//!
//! With n the sum of the weights and c the coefficients of columns of standard deviation 1, each lambda
//! of a path minimises
//!
//! -log partial likelihood / n + lambda (alpha sum |c| + (1 - alpha)/2 sum c²)
//!
//! The first lambda is the smallest at which no coefficient is left. Derivation: docs/methods/terms.md,
//! "The elastic net".
//!
//! Sources: Zou and Hastie (2005), J R Stat Soc B 67:301-320; Simon, Friedman, Hastie and Tibshirani
//! (2011), J Stat Softw 39(5); Verweij and van Houwelingen (1993), Stat Med 12:2305-2314, for the
//! cross-validated likelihood. Reference program: `glmnet` and `cv.glmnet` of R glmnet 4.1.

mod cross;
mod descent;

pub use cross::CrossValidated;

use super::choices::Ties;
use super::design::{DesignMatrix, check_length};
use super::risk::Risk;
use super::rows::Rows;
use crate::{Error, Groups, Observations, Response};
use descent::{Descent, Weighted};

/// Options of an elastic net, and [`path`](Self::path).
#[derive(Clone, Debug)]
pub struct ElasticNet<'a> {
    alpha: f64,
    lambdas: Vec<f64>,
    count: usize,
    least: Option<f64>,
    standardise: bool,
    ties: Ties,
    strata: Option<&'a Groups>,
    offset: Option<&'a [f64]>,
}

/// A path: the coefficients at each lambda.
#[derive(Clone, Debug, PartialEq)]
pub struct NetPath {
    /// Lambdas, decreasing.
    pub points: Vec<NetPoint>,
    /// What each column was divided by: its standard deviation with n, or 1 where columns are taken as they
    /// are; 0 for a column that is the same in all rows, which has no coefficient.
    pub scales: Vec<f64>,
    /// The log partial likelihood without coefficients.
    pub log_likelihood_null: f64,
    /// That of a model that tells exactly who has each event: what deviances are measured from.
    pub log_likelihood_saturated: f64,
    /// Rows.
    pub n: usize,
    /// Rows that end with the event.
    pub events: usize,
}

/// The coefficients at one lambda.
#[derive(Clone, Debug, PartialEq)]
pub struct NetPoint {
    /// The weight of the penalty.
    pub lambda: f64,
    /// Log hazard ratios in the unit of the data, one per column; exactly 0 for one that is left out.
    pub coefficients: Vec<f64>,
    /// The log partial likelihood.
    pub log_likelihood: f64,
}

impl NetPoint {
    /// How many coefficients are not 0.
    pub fn kept(&self) -> usize {
        self.coefficients.iter().filter(|coefficient| **coefficient != 0.0).count()
    }
}

impl NetPath {
    /// The part of the null model's deviance that the coefficients at a place of the path explain.
    pub fn deviance_explained(&self, place: usize) -> f64 {
        let gained = self.points[place].log_likelihood - self.log_likelihood_null;
        gained / (self.log_likelihood_saturated - self.log_likelihood_null)
    }
}

impl Default for ElasticNet<'_> {
    fn default() -> Self {
        ElasticNet {
            alpha: 1.0,
            lambdas: Vec::new(),
            count: 100,
            least: None,
            standardise: true,
            ties: Ties::Breslow,
            strata: None,
            offset: None,
        }
    }
}

impl<'a> ElasticNet<'a> {
    /// Sets the mixture: 1 for the lasso, 0 for ridge regression. Checked by [`path`](Self::path).
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Sets the lambdas; without any, [`count`](Self::count) of them are made.
    pub fn lambdas(mut self, lambdas: Vec<f64>) -> Self {
        self.lambdas = lambdas;
        self
    }

    /// Sets how many lambdas are made, 100 by default, evenly on the log scale.
    pub fn count(mut self, count: usize) -> Self {
        self.count = count;
        self
    }

    /// Sets the last lambda as a part of the first; by default 1e-4, or 0.01 with fewer rows than columns.
    pub fn least(mut self, part: impl Into<Option<f64>>) -> Self {
        self.least = part.into();
        self
    }

    /// Whether columns are divided by their standard deviation; they are by default.
    pub fn standardise(mut self, standardise: bool) -> Self {
        self.standardise = standardise;
        self
    }

    /// Sets what is done with tied events; Breslow's method by default. Exact ties are refused.
    pub fn ties(mut self, ties: Ties) -> Self {
        self.ties = ties;
        self
    }

    /// Gives each group of rows a baseline hazard of its own.
    pub fn strata(mut self, strata: impl Into<Option<&'a Groups>>) -> Self {
        self.strata = strata.into();
        self
    }

    /// A known part of the linear predictor, one value per row.
    pub fn offset(mut self, offset: impl Into<Option<&'a [f64]>>) -> Self {
        self.offset = offset.into();
        self
    }

    /// Fits at every lambda, each from where the one before ended.
    ///
    /// # Errors
    ///
    /// [`Error::Length`], [`Error::NoEvents`], [`Error::OutOfRange`] for an alpha, a lambda or a number of
    /// them that cannot be, and [`Error::Unsupported`] for exact ties, no columns, or columns that are all
    /// the same in all rows.
    pub fn path(&self, response: &impl Response, design: &DesignMatrix) -> Result<NetPath, Error> {
        let observations = response.observations();
        self.check(observations, design)?;
        let problem = Problem::new(self, observations, design)?;
        let lambdas = self.settled(&problem)?;
        problem.path(self.alpha, &lambdas, observations)
    }

    fn check(&self, observations: &Observations, design: &DesignMatrix) -> Result<(), Error> {
        check_length("covariates", observations.len(), design.rows())?;
        for (what, found) in [
            ("strata", self.strata.map(|strata| strata.index().len())),
            ("offsets", self.offset.map(<[f64]>::len)),
        ] {
            check_length(what, observations.len(), found.unwrap_or(observations.len()))?;
        }
        if observations.n_events() == 0 {
            return Err(Error::NoEvents { rows: observations.len() });
        }
        if self.ties == Ties::Exact {
            return Err(Error::Unsupported {
                what: "exact ties with an elastic net",
                instead: "use Breslow's or Efron's ties",
            });
        }
        if !(0.0..=1.0).contains(&self.alpha) {
            return Err(Error::OutOfRange {
                what: "alpha of an elastic net",
                value: self.alpha,
                range: "be 0 (ridge regression) to 1 (lasso)",
            });
        }
        let bad = |lambda: &&f64| !(lambda.is_finite() && **lambda > 0.0);
        if let Some(&value) = self.lambdas.iter().find(bad) {
            return Err(Error::OutOfRange { what: "a lambda", value, range: "be above 0" });
        }
        if self.lambdas.is_empty() && !(2..=1000).contains(&self.count) {
            return Err(Error::OutOfRange {
                what: "the number of lambdas",
                value: self.count as f64,
                range: "be 2 to 1000",
            });
        }
        match self.least {
            Some(value) if !(value > 0.0 && value < 1.0) => Err(Error::OutOfRange {
                what: "the last lambda as a part of the first",
                value,
                range: "be above 0 and below 1",
            }),
            _ => Ok(()),
        }
    }

    /// The lambdas as given, decreasing, or made.
    fn settled(&self, problem: &Problem) -> Result<Vec<f64>, Error> {
        if !self.lambdas.is_empty() {
            let mut lambdas = self.lambdas.clone();
            lambdas.sort_by(|a, b| b.total_cmp(a));
            lambdas.dedup();
            return Ok(lambdas);
        }
        let first = problem.first(self.alpha.max(LEAST_ALPHA));
        let few_rows = problem.rows.len() < problem.rows.p;
        let least = self.least.unwrap_or(if few_rows { 0.01 } else { 1e-4 });
        let step = least.ln() / (self.count - 1) as f64;
        Ok((0..self.count).map(|place| first * (step * place as f64).exp()).collect())
    }
}

/// No lambda leaves nothing of a ridge regression; its path begins where that of this alpha would.
const LEAST_ALPHA: f64 = 0.001;

/// The likelihood with its columns in standard deviations.
struct Problem {
    rows: Rows,
    ties: Ties,
    /// What a column in the unit of the data is divided by; 0 for one that is the same in all rows.
    scales: Vec<f64>,
    /// The sum of the weights.
    total: f64,
}

impl Problem {
    fn new(
        net: &ElasticNet<'_>,
        observations: &Observations,
        design: &DesignMatrix,
    ) -> Result<Problem, Error> {
        let scales = scales(observations, design, net.standardise);
        if scales.iter().all(|scale| *scale == 0.0) {
            return Err(Error::Unsupported {
                what: "an elastic net without a column that varies",
                instead: "name columns that differ between rows",
            });
        }
        Ok(Problem::with_scales(net, observations, design, scales))
    }

    fn with_scales(
        net: &ElasticNet<'_>,
        observations: &Observations,
        design: &DesignMatrix,
        scales: Vec<f64>,
    ) -> Problem {
        let single = Groups::single(observations.len());
        let strata = net.strata.unwrap_or(&single);
        let total = (0..observations.len()).map(|row| observations.weight(row)).sum();
        let rows = Rows::new(observations, design, strata, net.offset);
        Problem { rows, ties: net.ties, scales, total }
    }

    /// The likelihood at coefficients of columns in standard deviations.
    fn risk(&self, c: &[f64]) -> Risk {
        let unit = |j: usize| {
            if self.scales[j] > 0.0 { self.rows.scales[j] / self.scales[j] } else { 0.0 }
        };
        let beta: Vec<f64> = c.iter().enumerate().map(|(j, c)| c * unit(j)).collect();
        Risk::new(&self.rows, &beta, self.ties, None)
    }

    /// The gradient and the information of the likelihood, over the sum of the weights.
    fn weighted(&self, risk: &Risk) -> Weighted {
        let p = self.rows.p;
        let moments = risk.moments(&self.rows, self.ties, None);
        let unit: Vec<f64> = (0..p)
            .map(|j| if self.scales[j] > 0.0 { self.rows.scales[j] / self.scales[j] } else { 0.0 })
            .collect();
        Weighted {
            gradient: (0..p).map(|j| moments.gradient[j] * unit[j] / self.total).collect(),
            information: (0..p * p)
                .map(|at| moments.information[at] * unit[at / p] * unit[at % p] / self.total)
                .collect(),
        }
    }

    /// The smallest lambda at which nothing is left.
    fn first(&self, alpha: f64) -> f64 {
        let none = self.risk(&vec![0.0; self.rows.p]);
        let gradient = self.weighted(&none).gradient;
        gradient.iter().fold(0.0_f64, |most, slope| most.max(slope.abs())) / alpha
    }

    fn path(
        &self,
        alpha: f64,
        lambdas: &[f64],
        observations: &Observations,
    ) -> Result<NetPath, Error> {
        let p = self.rows.p;
        let mut c = vec![0.0; p];
        let null = self.risk(&c).log_likelihood;
        let mut points = Vec::with_capacity(lambdas.len());
        for &lambda in lambdas {
            let descent = Descent { alpha, lambda };
            let found = descent.to_the_bottom(self, &c).ok_or(Error::Unsupported {
                what: "an elastic net whose maximum is not found at a small lambda",
                instead: "end the path at a greater lambda",
            })?;
            c = found.0;
            let coefficients = (0..p)
                .map(|j| if self.scales[j] > 0.0 { c[j] / self.scales[j] } else { 0.0 })
                .collect();
            points.push(NetPoint { lambda, coefficients, log_likelihood: found.1 });
        }
        Ok(NetPath {
            points,
            scales: self.scales.clone(),
            log_likelihood_null: null,
            log_likelihood_saturated: self.saturated(),
            n: observations.len(),
            events: self.rows.records.iter().map(|record| record.deaths as usize).sum(),
        })
    }

    /// Each event time tells all its events apart from the rest, and among d of them says 1/d.
    fn saturated(&self) -> f64 {
        match self.ties {
            Ties::Breslow => -self
                .rows
                .records
                .iter()
                .map(|record| record.weight * record.weight.ln())
                .sum::<f64>(),
            _ => -self
                .rows
                .records
                .iter()
                .map(|record| {
                    let d = f64::from(record.deaths);
                    let each = record.weight / d;
                    (0..record.deaths).map(|k| each * (each * (d - f64::from(k))).ln()).sum::<f64>()
                })
                .sum::<f64>(),
        }
    }
}

/// The standard deviation of each column with n in the denominator, over the weights.
fn scales(observations: &Observations, design: &DesignMatrix, standardise: bool) -> Vec<f64> {
    let n = observations.len();
    let total: f64 = (0..n).map(|row| observations.weight(row)).sum();
    let scale = |column: usize| {
        let values = design.column(column);
        if values.iter().all(|value| *value == values[0]) {
            return 0.0;
        }
        let weighted = |of: &dyn Fn(f64) -> f64| -> f64 {
            (0..n).map(|row| observations.weight(row) * of(values[row])).sum::<f64>() / total
        };
        let mean = weighted(&|value| value);
        if standardise { weighted(&|value| (value - mean).powi(2)).sqrt() } else { 1.0 }
    };
    (0..design.columns()).map(scale).collect()
}
