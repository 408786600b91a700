//! Weights that make two groups alike: inverse probability of being in the group one is in.
//!
//! The propensity e is the chance of the second group given the covariates, by logistic regression.
//! Weighted by 1/e and 1/(1 - e) both groups look like all patients; by 1 and e/(1 - e) like the
//! second; by 1 - e and e like those who could have been in either (overlap). Derivation:
//! docs/methods/comparisons.md.
//!
//! Sources: Rosenbaum and Rubin (1983), Biometrika 70:41-55; Robins, Hernan and Brumback (2000),
//! Epidemiology 11:550-560 (stabilised); Li, Morgan and Zaslavsky (2018), J Am Stat Assoc
//! 113:390-400 (overlap); Cole and Hernan (2008), Am J Epidemiol 168:656-664 (truncation); Austin
//! (2009), Stat Med 28:3083-3107 (balance); Kish (1992), J Off Stat 8:183-200 (effective size).
//! Reference program: `glm` of R; weights and balance written out.

use super::logistic::{self, Logistic};
use super::max_combo::two_groups;
use crate::{DesignMatrix, Error, Groups, Sample};

/// Whom the weighted groups look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Population {
    /// All patients: the average effect (ATE).
    #[default]
    All,
    /// Those of the second group: the effect on them (ATT).
    Second,
    /// Those who could have been in either group (ATO). Never a large weight.
    Overlap,
}

crate::choices!(
    Population,
    "population",
    [
        (Population::All, "ate", "All patients: the average effect"),
        (Population::Second, "att", "Those of the second group: the effect on them"),
        (Population::Overlap, "overlap", "Those who could have been in either group"),
    ]
);

/// Propensity weights: the options, and [`fit`](Self::fit). By default for all patients, neither
/// stabilised nor truncated.
///
/// ```
/// use riskset::{DesignMatrix, Groups, Propensity};
///
/// // One in four is in the second group where x is 0, three in four where x is 1.
/// let groups = Groups::new(vec![1, 0, 0, 0, 1, 1, 1, 0], 2)?;
/// let x = DesignMatrix::from_columns(vec![0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0], 8)?;
/// let weights = Propensity::default().fit(&groups, &x)?.weights;
/// assert!((weights[0] - 4.0).abs() < 1e-6 && (weights[1] - 4.0 / 3.0).abs() < 1e-6);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Propensity {
    population: Population,
    stabilised: bool,
    truncate: Option<f64>,
}

/// Fitted propensities and the weights made of them.
#[derive(Clone, Debug, PartialEq)]
pub struct PropensityWeights {
    /// The constant and the coefficients of the logistic regression, log odds of the second group.
    pub coefficients: Vec<f64>,
    /// The chance of the second group of each row, in data order.
    pub propensity: Vec<f64>,
    /// The weight of each row, in data order.
    pub weights: Vec<f64>,
    /// The limits at which weights were cut. `None` without truncation.
    pub truncated_at: Option<(f64, f64)>,
    /// How many rows were cut.
    pub truncated: usize,
    /// The effective number of patients of each group, (sum w)^2 / sum w^2.
    pub effective: [f64; 2],
}

/// How alike two groups are in one column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Balance {
    /// Means of the first and the second group.
    pub means: [f64; 2],
    /// The same, weighted.
    pub weighted_means: [f64; 2],
    /// Second less first, divided by the root of the mean of the two unweighted variances. `None`
    /// when the column varies in neither group.
    pub before: Option<f64>,
    /// The same with weighted means and the same divisor.
    pub after: Option<f64>,
}

impl Propensity {
    /// Sets whom the weighted groups look like.
    pub fn population(mut self, population: Population) -> Self {
        self.population = population;
        self
    }

    /// Multiplies weights for all patients by the share of their group, so that they have mean 1.
    /// Refused for the other populations.
    pub fn stabilised(mut self, stabilised: bool) -> Self {
        self.stabilised = stabilised;
        self
    }

    /// Cuts weights at their quantiles `tail` and 1 - `tail`, over all rows: 0.01 for 1%. Checked by
    /// [`fit`](Self::fit): 0 < `tail` < 0.5.
    pub fn truncate(mut self, tail: impl Into<Option<f64>>) -> Self {
        self.truncate = tail.into();
        self
    }

    /// Fits the propensities of two groups and makes the weights.
    ///
    /// # Errors
    ///
    /// [`Error::OneGroup`], [`Error::Unsupported`] for more than two groups or stabilised weights of
    /// another population, [`Error::Length`], [`Error::OutOfRange`] for the truncation,
    /// [`Error::Separated`] when the columns tell the groups apart, [`Error::Aliased`] for a column
    /// that is a combination of others, [`Error::NotConverged`].
    pub fn fit(&self, groups: &Groups, design: &DesignMatrix) -> Result<PropensityWeights, Error> {
        groups.check_rows("groups", design.rows())?;
        self.check(groups)?;
        let second: Vec<bool> = groups.index().iter().map(|&group| group == 1).collect();
        let model = logistic::fit(&second, design, &vec![1.0; second.len()])?;
        let weights = self.weights(&second, &model.fitted)?;
        Ok(self.finish(&second, model, weights))
    }

    fn check(&self, groups: &Groups) -> Result<(), Error> {
        two_groups(groups, "a propensity")?;
        if self.stabilised && self.population != Population::All {
            return Err(Error::Unsupported {
                what: "stabilised weights for another population than all patients",
                instead: "leave the stabilisation out: these weights need none",
            });
        }
        match self.truncate {
            Some(value) if !(value > 0.0 && value < 0.5) => {
                let range = "lie between 0 and 0.5; write 0.01 for 1%";
                Err(Error::OutOfRange { what: "the truncated tail", value, range })
            }
            _ => Ok(()),
        }
    }

    /// The weights before truncation.
    fn weights(&self, second: &[bool], fitted: &[f64]) -> Result<Vec<f64>, Error> {
        let share = second.iter().filter(|&&second| second).count() as f64 / second.len() as f64;
        let weight = |(&second, &e): (&bool, &f64)| {
            let (own, group) = if second { (e, share) } else { (1.0 - e, 1.0 - share) };
            match self.population {
                Population::All if self.stabilised => group / own,
                Population::All => 1.0 / own,
                Population::Second if second => 1.0,
                Population::Second => e / own,
                Population::Overlap => 1.0 - own,
            }
        };
        let weights: Vec<f64> = second.iter().zip(fitted).map(weight).collect();
        match weights.iter().position(|weight| !weight.is_finite()) {
            Some(row) => Err(Error::Weight { row, value: weights[row] }),
            None => Ok(weights),
        }
    }

    fn finish(&self, second: &[bool], model: Logistic, mut weights: Vec<f64>) -> PropensityWeights {
        let truncated_at = self.truncate.and_then(|tail| {
            let sample = Sample::new(&weights).ok()?;
            Some((sample.quantile(tail), sample.quantile(1.0 - tail)))
        });
        let mut truncated = 0;
        if let Some((low, high)) = truncated_at {
            truncated = weights.iter().filter(|&&w| w < low || w > high).count();
            weights.iter_mut().for_each(|weight| *weight = weight.clamp(low, high));
        }
        let of = |group: bool| -> Vec<f64> {
            let pairs = weights.iter().zip(second);
            pairs.filter(|&(_, &s)| s == group).map(|(&weight, _)| weight).collect()
        };
        PropensityWeights {
            effective: [effective_size(&of(false)), effective_size(&of(true))],
            coefficients: model.coefficients,
            propensity: model.fitted,
            weights,
            truncated_at,
            truncated,
        }
    }
}

/// The number of equally weighted patients whose mean varies as much: (sum w)^2 / sum w^2; 0 when
/// all weights are 0.
///
/// ```
/// assert!((riskset::effective_size(&[1.0, 1.0, 2.0]) - 16.0 / 6.0).abs() < 1e-12);
/// ```
pub fn effective_size(weights: &[f64]) -> f64 {
    let (sum, square) = weights.iter().fold((0.0, 0.0), |(s, q), w| (s + w, q + w * w));
    if square > 0.0 { sum * sum / square } else { 0.0 }
}

/// How alike two groups are in each column, before and after weighting.
///
/// ```
/// use riskset::{DesignMatrix, Groups, balance};
///
/// let groups = Groups::new(vec![0, 0, 1, 1], 2)?;
/// let x = DesignMatrix::from_columns(vec![0.0, 2.0, 1.0, 3.0], 4)?;
/// // Means 1 and 2, both variances 2.
/// let found = balance(&groups, &x, &[1.0; 4])?[0];
/// assert!((found.before.unwrap() - 1.0 / 2.0_f64.sqrt()).abs() < 1e-12);
/// # Ok::<(), riskset::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::OneGroup`], [`Error::Unsupported`] for more than two groups, [`Error::Length`].
pub fn balance(
    groups: &Groups,
    design: &DesignMatrix,
    weights: &[f64],
) -> Result<Vec<Balance>, Error> {
    groups.check_rows("groups", design.rows())?;
    two_groups(groups, "a balance")?;
    if weights.len() != design.rows() {
        let (expected, found) = (design.rows(), weights.len());
        return Err(Error::Length { what: "weights", expected, found });
    }
    let members = groups.rows();
    (0..design.columns())
        .map(|column| of_column(design.column(column), &members, weights))
        .collect()
}

fn of_column(values: &[f64], members: &[Vec<usize>], weights: &[f64]) -> Result<Balance, Error> {
    let (mut means, mut weighted_means, mut variances) = ([0.0; 2], [0.0; 2], [0.0; 2]);
    for (group, rows) in members.iter().enumerate() {
        let sample = Sample::new(&rows.iter().map(|&row| values[row]).collect::<Vec<f64>>())?;
        means[group] = sample.mean();
        variances[group] = sample.std_deviation().map_or(0.0, |sd| sd * sd);
        let total: f64 = rows.iter().map(|&row| weights[row]).sum();
        let sum: f64 = rows.iter().map(|&row| weights[row] * values[row]).sum();
        weighted_means[group] = sum / total;
    }
    let divisor = ((variances[0] + variances[1]) / 2.0).sqrt();
    let standardised = |means: [f64; 2]| (divisor > 0.0).then(|| (means[1] - means[0]) / divisor);
    let (before, after) = (standardised(means), standardised(weighted_means));
    Ok(Balance { means, weighted_means, before, after })
}
