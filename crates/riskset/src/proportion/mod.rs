//! A proportion of units that come in clusters: lesions within patients, eyes, litters.
//!
//! The estimate is the share of all units (or, under GEE, a mean weighted by cluster), its
//! variance allows for the likeness of units of one cluster, and the interval is built on a scale
//! of choice. A negative predictive value is such a proportion: of the lesions called
//! non-viable, the share that is. Derivations: docs/methods/proportions.md.
//!
//! Sources: Donner and Donald (1987), J Clin Epidemiol 40:651-656, and Donner and Klar (2000),
//! Design and Analysis of Cluster Randomization Trials in Health Research, 7-9 (design effect);
//! Cochran (1977), Sampling Techniques, 3rd edition, 30-34 and 64-68 (ratio); Liang and Zeger
//! (1986), Biometrika 73:13-22 (GEE); Clopper and Pearson (1934), Biometrika 26:404-413 (exact).

mod counts;
mod gee;
mod interval;
mod sums;
mod threshold;

use crate::choices;
use crate::{Error, Groups, Interval, normal};
use counts::ClusterCounts;
pub use interval::ProportionInterval;
pub use sums::ClusterSums;
pub use threshold::ThresholdTest;

/// How the variance of a clustered proportion is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum ProportionVariance {
    /// Binomial variance times the design effect that follows from the intraclass correlation
    /// (analysis of variance), with the size-weighted mean cluster size.
    #[default]
    Donner,
    /// Generalised estimating equations: logit link, exchangeable working correlation by moments,
    /// sandwich variance without a small-sample factor. It moves the estimate, too.
    Gee,
    /// The ratio estimator linearised (Taylor), with k / (k - 1).
    Ratio,
    /// Binomial: the clusters are counted and otherwise ignored.
    Binomial,
}

choices!(
    ProportionVariance,
    "variance",
    [
        (
            ProportionVariance::Donner,
            "donner",
            "Design effect from the analysis-of-variance intracluster correlation (Donner and Donald)"
        ),
        (
            ProportionVariance::Gee,
            "gee",
            "Generalised estimating equations, exchangeable correlation"
        ),
        (ProportionVariance::Ratio, "ratio", "Ratio estimator of survey sampling (Rao and Scott)"),
        (ProportionVariance::Binomial, "binomial", "Binomial, as if observations were independent"),
    ]
);

impl ProportionVariance {
    /// The interval used when none is asked for: exact for the binomial, logit for GEE, which
    /// works on that scale, and Wald for the others, as their papers do.
    pub fn default_interval(self) -> ProportionInterval {
        match self {
            ProportionVariance::Binomial => ProportionInterval::Exact,
            ProportionVariance::Gee => ProportionInterval::Logit,
            ProportionVariance::Donner | ProportionVariance::Ratio => ProportionInterval::Wald,
        }
    }
}

/// Estimator of a proportion in clusters: its options, and [`fit`](Self::fit). By default Donner
/// and Donald's design effect and a 95% Wald interval.
///
/// ```
/// use riskset::{ClusteredProportion, Groups};
///
/// // Six lesions of three patients.
/// let nonviable = [true, true, true, false, true, true];
/// let patients = Groups::new(vec![0, 0, 1, 1, 2, 2], 3)?;
/// let npv = ClusteredProportion::default().fit(&nonviable, &patients)?;
/// assert_eq!((npv.events, npv.n, npv.clusters), (5, 6, 3));
/// // MSC = 1/6, MSW = 1/6: the lesions of a patient are no more alike than others.
/// assert!(npv.icc.unwrap().abs() < 1e-15);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ClusteredProportion {
    conf_level: f64,
    variance: ProportionVariance,
    interval: Option<ProportionInterval>,
    threshold: Option<f64>,
}

/// An estimated proportion, as a fraction of 1.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Proportion {
    /// Units, that is rows: lesions, not patients.
    pub n: usize,
    /// Clusters with at least one unit.
    pub clusters: usize,
    /// Units that have the property.
    pub events: usize,
    /// The intraclass correlation: by analysis of variance, under GEE the working correlation.
    /// May be negative, and is then reported as it is. `None` where it does not exist: all units
    /// alike, one cluster, or no cluster with two units.
    pub icc: Option<f64>,
    /// The variance over that of as many independent units; 1 by assumption under the binomial.
    /// `None` where the correlation or the variance does not exist.
    pub design_effect: Option<f64>,
    /// The proportion.
    pub estimate: f64,
    /// Its standard error, on the scale of the proportion. `None` where it does not exist; 0 when
    /// all units are alike under the binomial variance.
    pub std_error: Option<f64>,
    /// The interval, within [0, 1]. `None` where it does not exist, which includes a variance of
    /// 0: an interval without width would be false. The exact and Wilson's interval exist for
    /// all-alike units under the binomial variance alone, which takes them as independent.
    pub interval: Option<Interval>,
    /// The interval's level, as a fraction.
    pub conf_level: f64,
    /// The scale of the interval.
    pub interval_type: ProportionInterval,
    /// The variance.
    pub variance: ProportionVariance,
    /// The one-sided test, when a threshold was given and a variance exists.
    pub threshold: Option<ThresholdTest>,
    /// Doubts about the numbers.
    pub warnings: Vec<ProportionWarning>,
}

/// A doubt about an estimated proportion.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum ProportionWarning {
    /// Every unit has the property, or none: the variance between clusters cannot be seen.
    AllAlike,
    /// Units of one cluster differ more than units of different clusters. The variance under
    /// Donner is then below the binomial one, or does not exist.
    NegativeIcc {
        /// The correlation found.
        icc: f64,
    },
    /// So few clusters that the normal distribution and the variance are doubtful.
    FewClusters {
        /// How many.
        clusters: usize,
    },
}

/// Fewer clusters than this raise a warning: the usual advice asks for more before a sandwich
/// variance and normal quantiles are trusted.
const FEW_CLUSTERS: usize = 10;

impl Default for ClusteredProportion {
    fn default() -> Self {
        ClusteredProportion {
            conf_level: 0.95,
            variance: ProportionVariance::Donner,
            interval: None,
            threshold: None,
        }
    }
}

impl ClusteredProportion {
    /// Sets the level of the interval as a fraction: 0.95, not 95. Checked by [`fit`](Self::fit).
    pub fn conf_level(mut self, level: f64) -> Self {
        self.conf_level = level;
        self
    }

    /// Sets the variance.
    pub fn variance(mut self, variance: ProportionVariance) -> Self {
        self.variance = variance;
        self
    }

    /// Sets the interval; without it [`ProportionVariance::default_interval`] decides.
    pub fn interval(mut self, interval: ProportionInterval) -> Self {
        self.interval = Some(interval);
        self
    }

    /// Asks for the one-sided test that the proportion exceeds this threshold, a fraction.
    pub fn threshold(mut self, threshold: f64) -> Self {
        self.threshold = Some(threshold);
        self
    }

    /// Estimates one proportion. `outcome` and `clusters` have one entry per unit.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::Length`], [`Error::ConfLevel`], [`Error::OutOfRange`] for a
    /// threshold outside (0, 1), [`Error::WorkingCorrelation`] and [`Error::NotConverged`] under
    /// GEE.
    pub fn fit(&self, outcome: &[bool], clusters: &Groups) -> Result<Proportion, Error> {
        let all = Groups::single(outcome.len());
        let mut fits = self.fit_groups(outcome, clusters, &all)?;
        Ok(fits.swap_remove(0))
    }

    /// Estimates one proportion per group of `by`, in group order. A patient with units in two
    /// groups is a cluster in each.
    ///
    /// # Errors
    ///
    /// Those of [`fit`](Self::fit).
    pub fn fit_groups(
        &self,
        outcome: &[bool],
        clusters: &Groups,
        by: &Groups,
    ) -> Result<Vec<Proportion>, Error> {
        check_lengths(outcome, clusters, by)?;
        let z = self.quantile()?;
        let rows = by.rows();
        rows.iter()
            .map(|rows| self.estimate(&ClusterCounts::of(outcome, clusters, rows), z))
            .collect()
    }

    /// The normal quantile of the level; the options are checked.
    fn quantile(&self) -> Result<f64, Error> {
        let z = normal::two_sided_quantile(self.conf_level)?;
        self.threshold.map_or(Ok(()), threshold::check)?;
        Ok(z)
    }

    fn estimate(&self, counts: &ClusterCounts, z: f64) -> Result<Proportion, Error> {
        let moments = self.moments(counts)?;
        let interval_type = self.interval.unwrap_or(self.variance.default_interval());
        let interval =
            interval_type.interval(moments.estimate, moments.std_error, counts, z, self.conf_level);
        Ok(Proportion {
            n: counts.n,
            clusters: counts.clusters(),
            events: counts.events,
            icc: moments.icc,
            design_effect: moments.design_effect,
            estimate: moments.estimate,
            std_error: moments.std_error,
            interval,
            conf_level: self.conf_level,
            interval_type,
            variance: self.variance,
            threshold: self
                .threshold
                .and_then(|p0| threshold::test(p0, self.variance, &moments, counts)),
            warnings: self.warnings(&moments, counts),
        })
    }

    fn moments(&self, counts: &ClusterCounts) -> Result<Moments, Error> {
        let (n, p, icc) = (counts.n as f64, counts.share(), counts.anova_icc());
        if counts.all_alike() && self.variance != ProportionVariance::Binomial {
            return Ok(Moments { icc, design_effect: None, estimate: p, std_error: None });
        }
        let binomial = p * (1.0 - p) / n;
        let of_variance = |variance: f64| Moments {
            icc,
            design_effect: (binomial > 0.0).then(|| variance / binomial),
            estimate: p,
            std_error: Some(variance.sqrt()),
        };
        Ok(match self.variance {
            ProportionVariance::Binomial => {
                Moments { design_effect: Some(1.0), ..of_variance(binomial) }
            }
            ProportionVariance::Ratio => match counts.ratio_variance() {
                Some(variance) => of_variance(variance),
                None => Moments { icc, design_effect: None, estimate: p, std_error: None },
            },
            ProportionVariance::Donner => {
                let design_effect = counts.design_effect(icc);
                let variance = design_effect.map(|effect| binomial * effect);
                let std_error = variance.filter(|variance| *variance >= 0.0).map(f64::sqrt);
                Moments { icc, design_effect, estimate: p, std_error }
            }
            ProportionVariance::Gee => gee::fit(counts)?,
        })
    }

    fn warnings(&self, moments: &Moments, counts: &ClusterCounts) -> Vec<ProportionWarning> {
        let mut warnings = Vec::new();
        if counts.all_alike() {
            warnings.push(ProportionWarning::AllAlike);
        }
        if self.variance != ProportionVariance::Binomial {
            if let Some(icc) = moments.icc.filter(|&icc| icc < 0.0) {
                warnings.push(ProportionWarning::NegativeIcc { icc });
            }
            if counts.clusters() < FEW_CLUSTERS {
                warnings.push(ProportionWarning::FewClusters { clusters: counts.clusters() });
            }
        }
        warnings
    }
}

fn check_lengths(outcome: &[bool], clusters: &Groups, by: &Groups) -> Result<(), Error> {
    if outcome.is_empty() {
        return Err(Error::Empty);
    }
    for (what, found) in [("clusters", clusters.index().len()), ("groups", by.index().len())] {
        if found != outcome.len() {
            return Err(Error::Length { what, expected: outcome.len(), found });
        }
    }
    Ok(())
}

/// What a variance method says of the counts.
struct Moments {
    icc: Option<f64>,
    design_effect: Option<f64>,
    estimate: f64,
    std_error: Option<f64>,
}
