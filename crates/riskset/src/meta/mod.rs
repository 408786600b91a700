//! Meta-analysis of proportions: one proportion over studies that differ.
//!
//! On the logit scale each study has its own true proportion, normal around a common mean with
//! variance tau^2. Two ways to estimate it: in two steps from each study's logit and its variance,
//! by restricted maximum likelihood, or exactly from the binomial counts. Derivations:
//! docs/methods/meta-analysis.md.
//!
//! Sources: DerSimonian and Laird (1986), Control Clin Trials 7:177-188 (the model); Viechtbauer
//! (2005), J Educ Behav Stat 30:261-293 (REML); Hartung and Knapp (2001), Stat Med 20:3875-3889, and
//! Sidik and Jonkman (2002), Stat Med 21:3153-3159 (the interval); Higgins, Thompson and
//! Spiegelhalter (2009), J R Stat Soc A 172:137-159 (prediction); Higgins and Thompson (2002), Stat
//! Med 21:1539-1558 (I^2); Viechtbauer (2007), Stat Med 26:37-52 (the interval of tau^2); Hamza, van
//! Houwelingen and Stijnen (2008), J Clin Epidemiol 61:41-51 (the exact model). Reference programs:
//! `rma` of R metafor; numerical integration for the exact model.

mod curves;
mod exact;
mod quadrature;
mod ratio;
mod reml;
mod studies;

pub use curves::{PublishedPoint, PublishedRatio, ratio_of_curves};
pub use ratio::{PooledRatio, RatioMeta, RatioMetaFit, RatioStudy};
pub use studies::MetaStudy;

use crate::choices;
use crate::{Error, Interval, beta, normal};
use studies::Logits;

/// How studies are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum MetaModel {
    /// Logits and their variances, tau^2 by restricted maximum likelihood. In a study without
    /// events, or with nothing else, half an event is added to both counts.
    #[default]
    TwoStep,
    /// Binomial counts with normal logits, by maximum likelihood with adaptive Gauss-Hermite
    /// quadrature: nothing is added to empty cells, and small studies count as what they are.
    Exact,
}

choices!(
    MetaModel,
    "method",
    [
        (
            MetaModel::TwoStep,
            "reml",
            "Random effects on the log odds, REML, Hartung-Knapp interval"
        ),
        (MetaModel::Exact, "glmm", "Binomial-normal mixed model, maximum likelihood by quadrature"),
    ]
);

/// How the interval of the pooled proportion is built, always symmetric on the logit scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum MetaInterval {
    /// Hartung and Knapp's variance and Student's t with one degree of freedom less than studies.
    /// For the two-step model.
    HartungKnapp,
    /// The model's standard error and Student's t.
    StudentT,
    /// The model's standard error and the normal distribution, too short with few studies.
    Normal,
}

/// Meta-analysis of proportions: its options, and [`fit`](Self::fit). By default the two-step model
/// with Hartung and Knapp's 95% interval.
///
/// ```
/// use riskset::ProportionMeta;
///
/// // Events and units of four studies.
/// let fit = ProportionMeta::default().fit(&[10, 12, 30, 4], &[40, 60, 64, 21])?;
/// assert!(fit.estimate > 0.2 && fit.estimate < 0.4);
/// assert_eq!(fit.q.df, 3);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ProportionMeta {
    conf_level: f64,
    model: MetaModel,
    interval: Option<MetaInterval>,
}

/// A pooled proportion and how much studies differ.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct MetaFit {
    /// The model.
    pub model: MetaModel,
    /// Each study, in the order given.
    pub studies: Vec<MetaStudy>,
    /// The pooled proportion: that of a study in the middle of the distribution of logits.
    pub estimate: f64,
    /// Its logit.
    pub logit: f64,
    /// The standard error of the logit, of the kind that the interval uses.
    pub std_error: f64,
    /// The interval of the pooled proportion.
    pub interval: Interval,
    /// How it was built.
    pub interval_type: MetaInterval,
    /// Where the true proportion of a further study lies, with the same probability; from the
    /// same distribution as the interval.
    pub prediction: Interval,
    /// The level of all intervals, as a fraction.
    pub conf_level: f64,
    /// The variance of logits between studies.
    pub tau_squared: f64,
    /// Its interval by Cochran's Q as a function of tau^2, from the two-step logits. Both limits
    /// are 0 when studies are more alike than chance would have them at this level.
    pub tau_squared_interval: Interval,
    /// The share of the variance of logits that lies between studies, as a fraction, with the
    /// typical variance of Higgins and Thompson.
    pub i_squared: f64,
    /// Cochran's test that the studies have one proportion, from the two-step logits.
    pub q: Heterogeneity,
    /// The log likelihood of the exact model, with the binomial coefficients; `None` for the other,
    /// where the restricted likelihood is not comparable.
    pub log_likelihood: Option<f64>,
    /// Doubts about the numbers.
    pub warnings: Vec<MetaWarning>,
}

/// Cochran's Q.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Heterogeneity {
    /// The chi-square statistic.
    pub statistic: f64,
    /// Studies less one.
    pub df: usize,
    /// Its upper tail.
    pub p_value: f64,
}

/// A doubt about a meta-analysis.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum MetaWarning {
    /// Half an event was added to both counts of this study, which has no events or nothing else.
    HalfAdded {
        /// The study, from 0.
        study: usize,
    },
    /// Fewer than five studies: the variance between them is hardly known.
    FewStudies {
        /// How many.
        studies: usize,
    },
    /// Hartung and Knapp's interval is based on a smaller standard error than the model's: the
    /// studies happen to be alike, and the interval may be too short.
    ShortInterval {
        /// Their standard error over the model's.
        ratio: f64,
    },
}

/// Fewer studies than this raise a warning.
const FEW_STUDIES: usize = 5;

impl Default for ProportionMeta {
    fn default() -> Self {
        ProportionMeta { conf_level: 0.95, model: MetaModel::TwoStep, interval: None }
    }
}

/// The mean logit and its standard error, with the variance between studies.
struct Pooled {
    logit: f64,
    std_error: f64,
    tau_squared: f64,
    log_likelihood: Option<f64>,
}

impl ProportionMeta {
    /// Sets the level of the intervals as a fraction: 0.95, not 95. Checked by [`fit`](Self::fit).
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Sets the model.
    pub fn model(mut self, model: MetaModel) -> Self {
        self.model = model;
        self
    }

    /// Sets the interval; without it Hartung and Knapp's for the two-step model, Student's t for
    /// the exact one.
    pub fn interval(mut self, interval: MetaInterval) -> Self {
        self.interval = Some(interval);
        self
    }

    /// Combines studies: `events` of `sizes` units, one entry per study.
    ///
    /// # Errors
    ///
    /// [`Error::Length`]; [`Error::Counts`] for a study without units or with more events than
    /// units; [`Error::ConfLevel`]; [`Error::Unsupported`] for fewer than two studies, for Hartung
    /// and Knapp's interval of the exact model, and for the exact model of studies that are all
    /// without events, or have nothing else; [`Error::NotConverged`].
    pub fn fit(&self, events: &[u64], sizes: &[u64]) -> Result<MetaFit, Error> {
        let kind = self.interval_type()?;
        let logits = Logits::new(events, sizes)?;
        let z = normal::two_sided_quantile(self.conf_level)?;
        let pooled = match self.model {
            MetaModel::TwoStep => reml::fit(&logits)?,
            MetaModel::Exact => exact::fit(events, sizes)?,
        };
        let mut warnings = logits.warnings();
        if logits.len() < FEW_STUDIES {
            warnings.push(MetaWarning::FewStudies { studies: logits.len() });
        }
        let mut std_error = pooled.std_error;
        if kind == MetaInterval::HartungKnapp {
            std_error = reml::hartung_knapp(&logits, &pooled);
            if std_error < pooled.std_error {
                let ratio = std_error / pooled.std_error;
                warnings.push(MetaWarning::ShortInterval { ratio });
            }
        }
        let df = logits.len() - 1;
        let quantile = match kind {
            MetaInterval::Normal => z,
            _ => beta::two_sided_t(self.conf_level, df as f64),
        };
        let around = |width: f64| Interval {
            lower: Some(studies::expit(pooled.logit - quantile * width)),
            upper: Some(studies::expit(pooled.logit + quantile * width)),
        };
        let q = logits.q(0.0);
        Ok(MetaFit {
            model: self.model,
            studies: logits.studies(events, sizes, pooled.tau_squared, self.conf_level),
            estimate: studies::expit(pooled.logit),
            logit: pooled.logit,
            std_error,
            interval: around(std_error),
            interval_type: kind,
            prediction: around((pooled.tau_squared + std_error * std_error).sqrt()),
            conf_level: self.conf_level,
            tau_squared: pooled.tau_squared,
            tau_squared_interval: logits.tau_squared_interval(self.conf_level),
            i_squared: logits.i_squared(pooled.tau_squared),
            q: Heterogeneity { statistic: q, df, p_value: normal::chi_square_p(q, df as f64) },
            log_likelihood: pooled.log_likelihood,
            warnings,
        })
    }

    fn interval_type(&self) -> Result<MetaInterval, Error> {
        match (self.model, self.interval) {
            (MetaModel::Exact, Some(MetaInterval::HartungKnapp)) => Err(Error::Unsupported {
                what: "Hartung and Knapp's interval of the exact model",
                instead: "use Student's t, or the two-step model",
            }),
            (MetaModel::Exact, None) => Ok(MetaInterval::StudentT),
            (MetaModel::TwoStep, None) => Ok(MetaInterval::HartungKnapp),
            (_, Some(interval)) => Ok(interval),
        }
    }
}
