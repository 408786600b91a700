//! The normal and chi-square distributions, as the estimators use them.

use crate::Error;
use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::{erf::erfc, gamma::gamma_ur};

/// The quantile z of a two-sided interval of this level: 1.959964 for 0.95.
///
/// # Errors
///
/// [`Error::ConfLevel`] unless 0 < level < 1.
pub fn two_sided_quantile(level: f64) -> Result<f64, Error> {
    if level > 0.0 && level < 1.0 {
        Ok(quantile(0.5 + level / 2.0))
    } else {
        Err(Error::ConfLevel { level })
    }
}

/// The quantile of the standard normal distribution; `probability` in (0, 1).
pub fn quantile(probability: f64) -> f64 {
    Normal::standard().inverse_cdf(probability)
}

/// The distribution function of the standard normal distribution.
pub fn cdf(x: f64) -> f64 {
    0.5 * erfc(-x / std::f64::consts::SQRT_2)
}

/// The two-sided p value of a standard normal statistic.
pub fn two_sided_p(z: f64) -> f64 {
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// The upper tail of the chi-square distribution; 1 when there are no degrees of freedom.
pub fn chi_square_p(statistic: f64, df: f64) -> f64 {
    if df <= 0.0 || statistic <= 0.0 { 1.0 } else { gamma_ur(df / 2.0, statistic / 2.0) }
}
