//! Meta-analysis of ratios, such as hazard ratios: each study's logarithm with its standard error.
//!
//! With one common effect the mean is weighted by the inverse variances; with random effects the
//! variance between studies, by restricted maximum likelihood, is added to each. Derivation:
//! docs/methods/meta-analysis.md, "Hazard ratios".
//!
//! Sources: DerSimonian and Laird (1986), Control Clin Trials 7:177-188; Parmar, Torri and Stewart
//! (1998), Stat Med 17:2815-2834, and Tierney and others (2007), Trials 8:16 (hazard ratios from
//! what is published); Yusuf and others (1985), Prog Cardiovasc Dis 27:335-371 (O - E and V).
//! Reference program: `rma` of R metafor.

use super::{FEW_STUDIES, Heterogeneity, MetaWarning, Pooled, reml, studies::Logits};
use crate::{Error, Interval, beta, normal};

/// Meta-analysis of ratios: its options, and [`fit`](Self::fit).
///
/// ```
/// use riskset::RatioMeta;
///
/// // Log hazard ratios of three trials with their standard errors.
/// let fit = RatioMeta::default().fit(&[-0.2, -0.4, -0.1], &[0.1, 0.2, 0.15])?;
/// assert!(fit.common.ratio < 1.0);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RatioMeta {
    conf_level: f64,
}

impl Default for RatioMeta {
    fn default() -> Self {
        RatioMeta { conf_level: 0.95 }
    }
}

/// A pooled ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PooledRatio {
    /// The ratio.
    pub ratio: f64,
    /// Its logarithm.
    pub log_ratio: f64,
    /// The standard error of the logarithm, of the kind that the interval uses.
    pub std_error: f64,
    /// The interval of the ratio.
    pub interval: Interval,
    /// Two-sided, that the ratio is 1.
    pub p_value: f64,
}

/// One study.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RatioStudy {
    /// Its ratio.
    pub ratio: f64,
    /// Its own interval, from the normal distribution.
    pub interval: Interval,
    /// Its share of the weight with one common effect, as a fraction.
    pub weight_common: f64,
    /// Its share of the weight with random effects.
    pub weight_random: f64,
}

/// Pooled ratios and how much studies differ.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RatioMetaFit {
    /// Each study, in the order given.
    pub studies: Vec<RatioStudy>,
    /// One effect that all studies have, with a normal interval.
    pub common: PooledRatio,
    /// The mean of effects that differ, with Hartung and Knapp's interval on Student's t.
    pub random: PooledRatio,
    /// Where the true ratio of a further study lies, with the same probability (Student's t with one
    /// degree of freedom less than studies, as for the interval of the random effects).
    pub prediction: Interval,
    /// The level of all intervals, as a fraction.
    pub conf_level: f64,
    /// The variance of the log ratios between studies.
    pub tau_squared: f64,
    /// Its interval by Cochran's Q.
    pub tau_squared_interval: Interval,
    /// The share of the variance that lies between studies, by Higgins and Thompson's typical
    /// variance, as a fraction.
    pub i_squared: f64,
    /// Cochran's test that the studies have one ratio.
    pub q: Heterogeneity,
    /// Doubts about the numbers.
    pub warnings: Vec<MetaWarning>,
}

impl RatioMeta {
    /// Sets the level of the intervals as a fraction: 0.95, not 95. Checked by [`fit`](Self::fit).
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Combines studies: natural logarithms of their ratios and the standard errors of these, one
    /// entry per study.
    ///
    /// # Errors
    ///
    /// [`Error::Length`]; [`Error::OutOfRange`] for a logarithm that is not finite or a standard
    /// error that is not above 0; [`Error::ConfLevel`]; [`Error::Unsupported`] for fewer than two
    /// studies; [`Error::NotConverged`].
    pub fn fit(&self, log_ratios: &[f64], std_errors: &[f64]) -> Result<RatioMetaFit, Error> {
        let z = normal::two_sided_quantile(self.conf_level)?;
        check(log_ratios, std_errors)?;
        let variances: Vec<f64> = std_errors.iter().map(|error| error * error).collect();
        let effects = Logits::of(log_ratios, &variances);
        let df = effects.len() - 1;
        let t = beta::two_sided_t(self.conf_level, df as f64);
        let pooled = reml::fit(&effects)?;
        let (common_weights, total, mean) = effects.mean(0.0);
        let (random_weights, random_total, _) = effects.mean(pooled.tau_squared);
        let common = pooled_ratio(mean, total.sqrt().recip(), z, normal::two_sided_p);
        let knapp = reml::hartung_knapp(&effects, &pooled);
        let random = pooled_ratio(pooled.logit, knapp, t, |statistic| {
            beta::two_sided_t_p(statistic, df as f64)
        });
        let study = |row: usize| {
            let (y, width) = (log_ratios[row], z * std_errors[row]);
            RatioStudy {
                ratio: y.exp(),
                interval: around(y, width),
                weight_common: common_weights[row] / total,
                weight_random: random_weights[row] / random_total,
            }
        };
        let q = effects.q(0.0);
        Ok(RatioMetaFit {
            studies: (0..effects.len()).map(study).collect(),
            common,
            random,
            prediction: around(pooled.logit, t * (pooled.tau_squared + knapp * knapp).sqrt()),
            conf_level: self.conf_level,
            tau_squared: pooled.tau_squared,
            tau_squared_interval: effects.tau_squared_interval(self.conf_level),
            i_squared: effects.i_squared(pooled.tau_squared),
            q: Heterogeneity { statistic: q, df, p_value: normal::chi_square_p(q, df as f64) },
            warnings: warnings(&pooled, knapp, effects.len()),
        })
    }
}

fn check(log_ratios: &[f64], std_errors: &[f64]) -> Result<(), Error> {
    if log_ratios.len() != std_errors.len() {
        let (expected, found) = (log_ratios.len(), std_errors.len());
        return Err(Error::Length { what: "standard errors of studies", expected, found });
    }
    if log_ratios.len() < 2 {
        return Err(Error::Unsupported {
            what: "a meta-analysis of fewer than two studies",
            instead: "report the study's own ratio with its interval",
        });
    }
    if let Some(&value) = log_ratios.iter().find(|y| !y.is_finite()) {
        let range = "be finite: a ratio above 0";
        return Err(Error::OutOfRange { what: "a log ratio", value, range });
    }
    match std_errors.iter().find(|error| !(error.is_finite() && **error > 0.0)) {
        Some(&value) => {
            let range = "be finite and above 0";
            Err(Error::OutOfRange { what: "a standard error", value, range })
        }
        None => Ok(()),
    }
}

fn around(y: f64, width: f64) -> Interval {
    Interval { lower: Some((y - width).exp()), upper: Some((y + width).exp()) }
}

fn pooled_ratio(y: f64, error: f64, quantile: f64, p: impl Fn(f64) -> f64) -> PooledRatio {
    PooledRatio {
        ratio: y.exp(),
        log_ratio: y,
        std_error: error,
        interval: around(y, quantile * error),
        p_value: p(y / error),
    }
}

fn warnings(pooled: &Pooled, knapp: f64, studies: usize) -> Vec<MetaWarning> {
    let mut warnings = Vec::new();
    if studies < FEW_STUDIES {
        warnings.push(MetaWarning::FewStudies { studies });
    }
    if knapp < pooled.std_error {
        warnings.push(MetaWarning::ShortInterval { ratio: knapp / pooled.std_error });
    }
    warnings
}
