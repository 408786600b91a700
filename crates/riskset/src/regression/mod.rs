//! What Cox's and Fine and Gray's models have in common once they are fitted: coefficients, their
//! variances, the test of all of them, and how the climb to the maximum ended.

mod contrast;
mod fitted;
pub(crate) mod linear;

pub use fitted::{Aliased, Coefficient, Direction, Fitted, Infinite, Unsettled};

use crate::{Interval, normal};
use std::sync::Arc;

/// Fewer events per coefficient than this are few (Peduzzi et al 1995, J Clin Epidemiol
/// 48:1503-1510).
const EVENTS_PER_COEFFICIENT: usize = 10;

/// A doubt about a fit as a whole, which is reported all the same. What is wrong with one
/// coefficient is said by its [`Fitted`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CoxWarning {
    /// The iterations ended before the maximum was found.
    NotConverged {
        /// How many there were.
        iterations: usize,
    },
    /// Fewer than ten events for each coefficient.
    FewEvents {
        /// Rows that end with the event.
        events: usize,
        /// Coefficients estimated.
        parameters: usize,
    },
}

/// A chi-square test that coefficients are zero.
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
    /// The test of a chi-square statistic; `None` without degrees of freedom, or for a statistic
    /// that is not finite.
    pub fn of(statistic: f64, df: usize) -> Option<CoxTest> {
        let valid = df > 0 && statistic.is_finite();
        valid.then(|| CoxTest {
            statistic,
            df,
            p_value: normal::chi_square_p(statistic, df as f64),
        })
    }
}

/// What a penalised coefficient's profile says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// The limits of the coefficient (not of the hazard ratio) at which twice the penalised log
    /// likelihood, maximised over the others, has fallen by the chi-square quantile. `None` for
    /// one that was not found.
    pub interval: Interval,
    /// The penalised likelihood ratio test of this coefficient against 0.
    pub test: Option<CoxTest>,
}

/// The coefficients of a fitted regression and what is known about them. [`CoxFit`] and
/// [`FineGrayFit`] dereference to it.
///
/// [`CoxFit`]: crate::CoxFit
/// [`FineGrayFit`]: crate::FineGrayFit
#[derive(Clone, Debug, PartialEq)]
pub struct Regression {
    coefficients: Vec<Fitted>,
    warnings: Vec<CoxWarning>,
    /// Columns of the design that are not aliased.
    pub(crate) kept: Vec<usize>,
    /// Columns of the design.
    pub(crate) columns: usize,
    /// Where the climb ended, for the kept columns, in the unit of the data.
    pub(crate) beta: Vec<f64>,
    /// From the inverse information, of the kept columns, row-major, in the unit of the data.
    pub(crate) model_variance: Option<Vec<f64>>,
    /// The sandwich, likewise.
    pub(crate) robust_variance: Option<Vec<f64>>,
    pub(crate) conf_level: f64,
    /// The normal quantile of the level.
    pub(crate) z: f64,
    n: usize,
    events: usize,
    pub(crate) log_likelihood_null: f64,
    pub(crate) log_likelihood: f64,
    iterations: usize,
    converged: bool,
    wald: Option<CoxTest>,
    /// Of the columns of the design, where they have names.
    names: Option<Arc<[String]>>,
}

/// Where a climb ended, everything in the unit of the data; `kept` columns are in design order.
pub(crate) struct Summit {
    pub columns: usize,
    pub kept: Vec<usize>,
    pub aliased: Vec<Aliased>,
    /// Places among the kept columns.
    pub infinite: Vec<usize>,
    pub beta: Vec<f64>,
    pub model_variance: Option<Vec<f64>>,
    pub robust_variance: Option<Vec<f64>>,
    pub conf_level: f64,
    pub z: f64,
    pub n: usize,
    pub events: usize,
    pub log_likelihood_null: f64,
    pub log_likelihood: f64,
    pub iterations: usize,
    pub converged: bool,
    pub wald: Option<CoxTest>,
}

impl Regression {
    pub(crate) fn new(summit: Summit) -> Regression {
        Regression {
            coefficients: summit.fitted(),
            warnings: summit.doubts(),
            // With a coefficient at infinity there is no distance from zero to measure.
            wald: summit.wald.filter(|_| summit.infinite.is_empty()),
            kept: summit.kept,
            columns: summit.columns,
            beta: summit.beta,
            model_variance: summit.model_variance,
            robust_variance: summit.robust_variance,
            conf_level: summit.conf_level,
            z: summit.z,
            n: summit.n,
            events: summit.events,
            log_likelihood_null: summit.log_likelihood_null,
            log_likelihood: summit.log_likelihood,
            iterations: summit.iterations,
            converged: summit.converged,
            names: None,
        }
    }

    /// The same with the names of the columns.
    pub(crate) fn with_names(self, names: Option<&Arc<[String]>>) -> Regression {
        Regression { names: names.cloned(), ..self }
    }

    /// The name of a column of the design; `None` when the design had no names.
    pub fn name(&self, column: usize) -> Option<&str> {
        self.names.as_ref()?.get(column).map(String::as_str)
    }

    /// What became of each column of the design, in order.
    pub fn coefficients(&self) -> &[Fitted] {
        &self.coefficients
    }

    /// The level of the intervals.
    pub fn conf_level(&self) -> f64 {
        self.conf_level
    }

    /// The number of rows.
    pub fn n(&self) -> usize {
        self.n
    }

    /// The number of rows that end with the event of the model, of a weight above 0.
    pub fn n_events(&self) -> usize {
        self.events
    }

    /// The log partial likelihood with all coefficients zero, with its penalty if there is one.
    /// That of Fine and Gray's model is weighted.
    pub fn log_likelihood_null(&self) -> f64 {
        self.log_likelihood_null
    }

    /// The log partial likelihood at the estimate, with its penalty if there is one; with an
    /// infinite coefficient, its supremum to nine digits. That of Fine and Gray's model is weighted
    /// and no likelihood of the data: its ratio has no chi-square distribution.
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

    /// What is doubtful about the fit as a whole, in a fixed order; empty for an ordinary one.
    pub fn warnings(&self) -> &[CoxWarning] {
        &self.warnings
    }

    /// Whether every column has an estimate: none is infinite, aliased or unsettled.
    pub fn all_estimated(&self) -> bool {
        self.coefficients.iter().all(|fitted| fitted.estimate().is_some())
    }

    /// Whether some coefficient runs to infinity.
    pub fn any_infinite(&self) -> bool {
        self.coefficients.iter().any(|fitted| fitted.infinite().is_some())
    }

    /// Whether there is a sandwich variance.
    pub fn is_robust(&self) -> bool {
        self.robust_variance.is_some()
    }

    /// The covariance of two coefficients, by column of the design: the sandwich when there is
    /// one. `None` when a column is infinite or aliased, or the information is singular. Of an
    /// unsettled fit it is the variance at the point where the iteration stopped.
    pub fn variance(&self, a: usize, b: usize) -> Option<f64> {
        self.entry(self.robust_variance.as_ref().or(self.model_variance.as_ref()), a, b)
    }

    /// The covariance of two coefficients from the inverse information, by column of the design.
    pub fn model_variance(&self, a: usize, b: usize) -> Option<f64> {
        self.entry(self.model_variance.as_ref(), a, b)
    }

    /// The sandwich covariance of two coefficients; `None` also when it was not asked for.
    pub fn robust_variance(&self, a: usize, b: usize) -> Option<f64> {
        self.entry(self.robust_variance.as_ref(), a, b)
    }

    fn entry(&self, matrix: Option<&Vec<f64>>, a: usize, b: usize) -> Option<f64> {
        Some(matrix?[self.place(a)? * self.kept.len() + self.place(b)?])
    }

    /// The place among the kept columns of a column that is not infinite.
    fn place(&self, column: usize) -> Option<usize> {
        let infinite = |column: usize| self.coefficients[column].infinite().is_some();
        self.kept.iter().position(|&kept| kept == column && !infinite(kept))
    }

    /// Limits and P values of profiles, by column of the design, in place of Wald's.
    pub(crate) fn put_profiles(&mut self, profiles: &[Option<Profile>]) {
        for (fitted, profile) in self.coefficients.iter_mut().zip(profiles) {
            if let (Fitted::Estimate(coefficient), Some(profile)) = (fitted, profile) {
                coefficient.put_profile(profile);
            }
        }
    }

    /// Wald's test that all coefficients are zero, beta' V^-1 beta, V being the sandwich when there
    /// is one. `None` without coefficients, with one that is infinite, or where V is singular.
    pub fn wald_test(&self) -> Option<CoxTest> {
        self.wald
    }

    /// Wald's test that the coefficients of these columns of the design are all zero, such as those
    /// of one factor; its degrees of freedom are the columns that are not aliased. `None` when one
    /// of them is infinite, none has a coefficient, or their variance is singular.
    pub fn joint_test(&self, columns: &[usize]) -> Option<CoxTest> {
        let told = |&&column: &&usize| !matches!(self.coefficients[column], Fitted::Aliased(_));
        let columns: Vec<usize> = columns.iter().filter(told).copied().collect();
        let of = |&column: &usize| Some(self.coefficients[column].estimate()?.estimate);
        let beta: Vec<f64> = columns.iter().map(of).collect::<Option<_>>()?;
        let pairs = columns.iter().flat_map(|&a| columns.iter().map(move |&b| (a, b)));
        let variance: Vec<f64> = pairs.map(|(a, b)| self.variance(a, b)).collect::<Option<_>>()?;
        let solved = linear::Definite::new(&variance, beta.len())?.solve(&beta);
        CoxTest::of(linear::inner(&solved, &beta), beta.len())
    }
}

impl Summit {
    fn fitted(&self) -> Vec<Fitted> {
        let mut fitted: Vec<Option<Fitted>> = vec![None; self.columns];
        for found in &self.aliased {
            fitted[found.column] = Some(Fitted::Aliased(found.clone()));
        }
        for (place, &column) in self.kept.iter().enumerate() {
            fitted[column] = Some(self.one(place, column));
        }
        fitted.into_iter().map(|fitted| fitted.expect("a column is kept or aliased")).collect()
    }

    fn one(&self, place: usize, column: usize) -> Fitted {
        let stopped_at = self.beta[place];
        if self.infinite.contains(&place) {
            let direction = Direction::of(stopped_at);
            return Fitted::Infinite(Infinite { column, direction, stopped_at });
        }
        if !self.converged {
            return Fitted::Unsettled(Unsettled { column, stopped_at });
        }
        let (model, robust) = (&self.model_variance, &self.robust_variance);
        let (model, robust) = (self.std_error(model, place), self.std_error(robust, place));
        Fitted::Estimate(Coefficient::new(stopped_at, model, robust, self.z))
    }

    fn std_error(&self, variance: &Option<Vec<f64>>, place: usize) -> Option<f64> {
        let diagonal = place * self.kept.len() + place;
        variance.as_ref().map(|v| v[diagonal].sqrt()).filter(|error| error.is_finite())
    }

    fn doubts(&self) -> Vec<CoxWarning> {
        let mut warnings = Vec::new();
        if !self.converged {
            warnings.push(CoxWarning::NotConverged { iterations: self.iterations });
        }
        let (events, parameters) = (self.events, self.kept.len());
        if parameters > 0 && events < EVENTS_PER_COEFFICIENT * parameters {
            warnings.push(CoxWarning::FewEvents { events, parameters });
        }
        warnings
    }
}
