//! What a file of a model holds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A fitted Cox or Fine-Gray model without the patients that made it. Numbers are in the unit of the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SavedModel {
    /// `riskset.model/1`.
    pub schema: String,
    /// The program that made it, with its version.
    pub program: String,
    /// The formula as it was written.
    pub formula: String,
    /// What the data were called.
    pub data: String,
    /// The condition on the rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subset: Option<String>,
    /// The landmark from which time is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landmark: Option<f64>,
    /// Rows that made it.
    pub n: usize,
    /// Rows left out because a column used is missing.
    pub n_missing: usize,
    /// Rows that end with the event; with competing risks, with the cause of interest.
    pub events: usize,
    /// How tied event times were handled.
    pub ties: String,
    /// `firth` when the likelihood is penalised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<String>,
    /// Whether the variance is the sandwich.
    pub robust: bool,
    /// Whether the formula has an offset; predictions are for an offset of 0.
    pub offset: bool,
    /// Level of the limits, as a fraction.
    pub conf_level: f64,
    /// Harrell's concordance on the rows that made it, which flatters it; `null` for a model without
    /// covariates.
    pub concordance: Option<f64>,
    /// What each variable of the formula was like, in order.
    pub covariates: Vec<SavedCovariate>,
    /// One per column of the design, in order.
    pub coefficients: Vec<SavedCoefficient>,
    /// The variance of the coefficients that have an estimate, row by row.
    pub variance: Vec<Vec<f64>>,
    /// The baseline of each stratum; one for a model without strata, none for one of an incidence.
    #[serde(default)]
    pub strata: Vec<SavedStratum>,
    /// With competing risks: what the incidence is predicted from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incidence: Option<SavedIncidence>,
    /// How it was validated; empty when it was not.
    #[serde(default)]
    pub validation: Vec<SavedValidation>,
}

/// What a variable was like in the rows that made the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum SavedCovariate {
    /// A number.
    Number {
        /// As the formula has it: `age`, `log(nodes + 1)`.
        name: String,
        /// Its mean.
        mean: f64,
        /// Its standard deviation.
        std_dev: f64,
        /// Its least value.
        min: f64,
        /// Its greatest value.
        max: f64,
    },
    /// A curve of a number.
    Curve {
        /// As the formula has it: `rcs(age, 4)`.
        name: String,
        /// The mean of the number itself.
        mean: f64,
        /// Its standard deviation.
        std_dev: f64,
        /// Its least value.
        min: f64,
        /// Its greatest value.
        max: f64,
        /// The basis of the curve.
        basis: SavedBasis,
    },
    /// A category.
    Levels {
        /// As the formula has it: `factor(stage)`.
        name: String,
        /// Its levels, the reference first.
        levels: Vec<String>,
    },
}

/// The basis of a curve, in the unit of its number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum SavedBasis {
    /// A restricted cubic spline.
    Restricted {
        /// All knots, increasing.
        knots: Vec<f64>,
    },
    /// A natural cubic spline in B-splines.
    Natural {
        /// The inner knots, increasing.
        knots: Vec<f64>,
        /// The boundary knots.
        boundary: (f64, f64),
    },
    /// Powers of the number.
    Powers {
        /// The highest.
        degree: usize,
    },
}

/// A coefficient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SavedCoefficient {
    /// The column of the design as R names it.
    pub term: String,
    /// The log hazard ratio, of a Fine-Gray model that of the subdistribution; `null` for a column that others determine.
    pub estimate: Option<f64>,
    /// The mean of the column, from which linear predictors are measured.
    pub mean: Option<f64>,
}

/// What the cumulative hazard of a stratum is summed from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SavedStratum {
    /// The values of the columns of `strata()`; empty for a model without strata.
    pub values: Vec<String>,
    /// The covariates at which the increments are given, one per coefficient with an estimate.
    pub center: Vec<f64>,
    /// The offset at which they are given.
    pub offset: f64,
    /// Every distinct time of the rows, increasing.
    pub time: Vec<f64>,
    /// How many event times are at or before each time.
    pub steps: Vec<usize>,
    /// The increment of the cumulative hazard at each event time.
    pub hazard: Vec<f64>,
    /// Its variance while the coefficients are known.
    pub variance: Vec<f64>,
    /// The increment times the mean of the risk set from the centre: a column per coefficient.
    pub means: Vec<Vec<f64>>,
}

/// What the incidence of a cause is predicted from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SavedIncidence {
    /// `fine-gray`.
    pub model: String,
    /// The value of the event column whose incidence it is.
    pub cause: String,
    /// The value of the event column that means censored.
    pub censor: String,
    /// Rows that end with another cause.
    pub competing: usize,
    /// The covariates at which the hazard is given, one per coefficient with an estimate.
    pub center: Vec<f64>,
    /// The distinct times with the event, increasing.
    pub time: Vec<f64>,
    /// The cumulative subdistribution hazard at each of them.
    pub hazard: Vec<f64>,
    /// The variance of its logarithm.
    pub log_variance: Vec<f64>,
    /// The covariance of its logarithm with each coefficient: a column per coefficient.
    pub log_covariance: Vec<Vec<f64>>,
    /// The last time at which anybody was seen.
    pub last: f64,
}

/// A judgement of the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SavedValidation {
    /// `bootstrap`, `cross-validation` or `new data`.
    pub method: String,
    /// Bootstrap samples or folds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<usize>,
    /// Where their random numbers started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// What the rows were called that it was judged on.
    pub data: String,
    /// Those rows.
    pub n: usize,
    /// Their events.
    pub events: usize,
    /// What was found.
    pub measures: Vec<SavedMeasure>,
}

/// A measure of a judgement; a number is `null` where it does not exist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SavedMeasure {
    /// `harrell`, `uno`, `slope`, `auc` or `brier`.
    pub measure: String,
    /// The time of an area or a score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<f64>,
    /// On the rows that made the model; absent for new data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apparent: Option<f64>,
    /// Corrected for optimism, or of the new data.
    pub estimate: Option<f64>,
}
