//! One proportion against a fixed value, with units that come in clusters.
//!
//! Sources: Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, 3rd
//! edition, 30-34 (one sample); Donner and Klar (2000), Design and Analysis of Cluster
//! Randomization Trials in Health Research, 56 (design effect).

use super::{Sides, check, check_fraction, check_positive, power_quantile, round_up};
use crate::{Error, normal};

/// The design of a study of one proportion, such as a negative predictive value: p0 is to be
/// excluded when p1 is true. By default a one-sided level of 0.05 and independent units.
///
/// ```
/// use riskset::ProportionDesign;
///
/// let design = ProportionDesign::new(0.85, 0.95).alpha(0.05).icc(0.2).cluster_size(2.0);
/// let lesions = design.sample_size(0.90)?;
/// assert_eq!((lesions.units, lesions.clusters), (92, 46));
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ProportionDesign {
    p0: f64,
    p1: f64,
    alpha: f64,
    sides: Sides,
    icc: f64,
    cluster_size: f64,
    evaluable: f64,
    carriers: f64,
    loss: f64,
}

/// How many units, clusters and patients a design of one proportion needs.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct UnitCount {
    /// Units if they were independent, not rounded.
    pub independent_units: f64,
    /// 1 + (cluster size - 1) icc.
    pub design_effect: f64,
    /// Independent units times the design effect, not rounded.
    pub exact_units: f64,
    /// Clusters that hold them, rounded up.
    pub clusters: u64,
    /// Units in these clusters, rounded up: the units to be evaluated.
    pub units: u64,
    /// The power with that many units.
    pub power: f64,
    /// Patients in whom that many evaluable units are expected, given the shares of evaluable
    /// units and of carriers. An expectation, not rounded.
    pub expected_patients: f64,
    /// The same before losses, not rounded.
    pub expected_enrolled: f64,
    /// Patients to enrol: `expected_enrolled` rounded up, once and at the end.
    pub enrolled: u64,
}

impl ProportionDesign {
    /// The proportion `p0` to be excluded and the proportion `p1` expected, as fractions.
    pub fn new(p0: f64, p1: f64) -> ProportionDesign {
        ProportionDesign {
            p0,
            p1,
            alpha: 0.05,
            sides: Sides::One,
            icc: 0.0,
            cluster_size: 1.0,
            evaluable: 1.0,
            carriers: 1.0,
            loss: 0.0,
        }
    }

    /// Sets the level, as a fraction.
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Sets whether the test has one side or two.
    pub fn sides(mut self, sides: Sides) -> Self {
        self.sides = sides;
        self
    }

    /// Sets the intraclass correlation of units of one cluster, -1 to 1.
    pub fn icc(mut self, icc: f64) -> Self {
        self.icc = icc;
        self
    }

    /// Sets the mean number of units in a cluster, 1 or more.
    pub fn cluster_size(mut self, size: f64) -> Self {
        self.cluster_size = size;
        self
    }

    /// Sets the share of units that can be evaluated, as a fraction.
    pub fn evaluable(mut self, share: f64) -> Self {
        self.evaluable = share;
        self
    }

    /// Sets the share of patients who have such units at all, as a fraction.
    pub fn carriers(mut self, share: f64) -> Self {
        self.carriers = share;
        self
    }

    /// Sets the share of enrolled patients lost, as a fraction.
    pub fn loss(mut self, share: f64) -> Self {
        self.loss = share;
        self
    }

    /// How many units this power needs: with z the normal quantiles, the square of
    /// (z(alpha) sqrt(p0 (1 - p0)) + z(power) sqrt(p1 (1 - p1))) / (p1 - p0), times the design
    /// effect, rounded up to whole clusters.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for an option outside its range, or a power that is not above alpha.
    pub fn sample_size(&self, power: f64) -> Result<UnitCount, Error> {
        let critical = self.checked_critical()?;
        check(power > self.alpha, "the power", power, "exceed alpha; ask for 0.8 or 0.9")?;
        let (null, alternative) = self.deviations();
        let root =
            (critical * null + power_quantile(power)? * alternative) / (self.p1 - self.p0).abs();
        let design_effect = self.design_effect();
        let exact_units = root * root * design_effect;
        let clusters = round_up(exact_units / self.cluster_size);
        let units = round_up(clusters as f64 * self.cluster_size);
        let patients = units as f64 / self.evaluable / self.cluster_size / self.carriers;
        let enrolled = patients / (1.0 - self.loss);
        Ok(UnitCount {
            independent_units: root * root,
            design_effect,
            exact_units,
            clusters,
            units,
            power: self.power(units as f64)?,
            expected_patients: patients,
            expected_enrolled: enrolled,
            enrolled: round_up(enrolled),
        })
    }

    /// The power with this many evaluated units.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for an option outside its range or a number of units not above 0.
    pub fn power(&self, units: f64) -> Result<f64, Error> {
        let critical = self.checked_critical()?;
        check_positive("the number of units", units)?;
        let (null, alternative) = self.deviations();
        let distance = (self.p1 - self.p0).abs() * (units / self.design_effect()).sqrt();
        Ok(normal::cdf((distance - critical * null) / alternative))
    }

    fn design_effect(&self) -> f64 {
        1.0 + (self.cluster_size - 1.0) * self.icc
    }

    /// The standard deviation of one unit under p0 and under p1.
    fn deviations(&self) -> (f64, f64) {
        let deviation = |p: f64| (p * (1.0 - p)).sqrt();
        (deviation(self.p0), deviation(self.p1))
    }

    fn checked_critical(&self) -> Result<f64, Error> {
        check_fraction("p0", self.p0)?;
        check_fraction("p1", self.p1)?;
        check(self.p0 != self.p1, "p1", self.p1, "differ from p0; name the proportion expected")?;
        let size = self.cluster_size;
        check(size >= 1.0 && size.is_finite(), "the cluster size", size, "be 1 or more")?;
        check(self.icc.abs() <= 1.0, "the icc", self.icc, "lie between -1 and 1")?;
        let effect = self.design_effect();
        check(effect > 0.0, "the design effect", effect, "be above 0; raise the icc")?;
        for (what, share) in [
            ("the share of evaluable units", self.evaluable),
            ("the share of carriers", self.carriers),
            ("one minus the loss", 1.0 - self.loss),
        ] {
            let inside = share > 0.0 && share <= 1.0;
            check(inside, what, share, "lie above 0 and not above 1; write 0.8 for 80%")?;
        }
        self.sides.critical(self.alpha)
    }
}
