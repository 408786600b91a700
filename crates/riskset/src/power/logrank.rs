//! The log-rank test: how many events it needs, and what it can detect with some.
//!
//! The power of the test rests on the number of events, not of patients. With q the sum of the
//! normal quantiles of level and power, and r experimental patients per control:
//!
//! - Schoenfeld: q^2 (1 + r)^2 / (r (log hazard ratio)^2), from the mean of the score under
//!   contiguous alternatives;
//! - Freedman: q^2 (1 + r h)^2 / (r (1 - h)^2), h the hazard ratio, from the share of events that
//!   falls to each arm while the arms at risk keep their ratio.
//!
//! Sources: Schoenfeld (1981), Biometrika 68:316-319; Schoenfeld (1983), Biometrics 39:499-503;
//! Freedman (1982), Stat Med 1:121-129; with a margin Chow, Shao and Wang (2008), Sample Size
//! Calculations in Clinical Research, 2nd edition, 174-177.

use super::{Sides, check, check_positive, power_quantile, round_up};
use crate::choices;
use crate::{Error, normal};

/// Which approximation links events and hazard ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum EventFormula {
    /// Schoenfeld's, on the log hazard ratio.
    #[default]
    Schoenfeld,
    /// Freedman's, on the shares of events; asks for more events when the ratio is far from 1.
    Freedman,
}

choices!(
    EventFormula,
    "formula",
    [
        (EventFormula::Schoenfeld, "schoenfeld", "Schoenfeld (1981, 1983)"),
        (EventFormula::Freedman, "freedman", "Freedman (1982)"),
    ]
);

/// The design of a comparison of two arms by the log-rank test. By default two sides, a level of
/// 0.05, arms of equal size, and superiority.
///
/// ```
/// use riskset::LogRankDesign;
///
/// let design = LogRankDesign::default();
/// assert_eq!(design.events(0.5, 0.8)?.events, 66);
/// // What 66 events can detect with that power, in either direction.
/// let ratio = design.detectable(66.0, 0.8)?;
/// assert!(ratio.below.unwrap() > 0.5);
/// # Ok::<(), riskset::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LogRankDesign {
    pub(super) alpha: f64,
    pub(super) sides: Sides,
    pub(super) allocation: f64,
    pub(super) margin: f64,
    pub(super) formula: EventFormula,
}

/// How many events a design needs.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct EventCount {
    /// Events, not rounded.
    pub exact_events: f64,
    /// Events, rounded up.
    pub events: u64,
    /// The power with the rounded number.
    pub power: f64,
}

/// The hazard ratios nearest to 1 (or to the margin) that a number of events can detect.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct DetectableHazardRatio {
    /// The largest ratio in favour of the experimental arm; `None` when even 0 is too large.
    pub below: Option<f64>,
    /// The smallest ratio against the experimental arm; `None` when there is none, or with a
    /// margin, where only the other direction is asked about.
    pub above: Option<f64>,
}

impl Default for LogRankDesign {
    fn default() -> Self {
        LogRankDesign {
            alpha: 0.05,
            sides: Sides::Two,
            allocation: 1.0,
            margin: 1.0,
            formula: EventFormula::Schoenfeld,
        }
    }
}

impl LogRankDesign {
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

    /// Sets how many experimental patients there are per control patient.
    pub fn allocation(mut self, ratio: f64) -> Self {
        self.allocation = ratio;
        self
    }

    /// Sets a non-inferiority margin: the hazard ratio to be excluded, above 1. The hazard ratio
    /// expected is then below it, often 1.
    pub fn margin(mut self, hazard_ratio: f64) -> Self {
        self.margin = hazard_ratio;
        self
    }

    /// Sets the approximation.
    pub fn formula(mut self, formula: EventFormula) -> Self {
        self.formula = formula;
        self
    }

    /// How many events a hazard ratio (experimental over control) needs for this power.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for an option outside its range, a power that is not above alpha, a
    /// hazard ratio of 1, one not below the margin, or a margin with Freedman's formula, which has
    /// none.
    pub fn events(&self, hazard_ratio: f64, power: f64) -> Result<EventCount, Error> {
        let total = self.quantiles(power)?;
        let exact_events = (total / self.effect(hazard_ratio)?).powi(2);
        let events = round_up(exact_events);
        let power = self.power(hazard_ratio, events as f64)?;
        Ok(EventCount { exact_events, events, power })
    }

    /// The power with this many events.
    ///
    /// # Errors
    ///
    /// As [`events`](Self::events), and for a number of events not above 0.
    pub fn power(&self, hazard_ratio: f64, events: f64) -> Result<f64, Error> {
        check_positive("the number of events", events)?;
        let critical = self.critical()?;
        Ok(normal::cdf(self.effect(hazard_ratio)? * events.sqrt() - critical))
    }

    /// The hazard ratios that this many events can detect with this power.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] as in [`events`](Self::events).
    pub fn detectable(&self, events: f64, power: f64) -> Result<DetectableHazardRatio, Error> {
        check_positive("the number of events", events)?;
        let effect = self.quantiles(power)? / events.sqrt(); // what the ratio's effect must be
        let r = self.allocation;
        if self.formula == EventFormula::Freedman {
            // sqrt(r) |1 - h| = effect (1 + r h), solved for h on either side of 1.
            let (root, below) = (r.sqrt(), (r.sqrt() - effect) / (r.sqrt() + effect * r));
            let above = (root + effect) / (root - effect * r);
            return Ok(DetectableHazardRatio {
                below: (below > 0.0).then_some(below),
                above: (root > effect * r).then_some(above),
            });
        }
        let log = effect * (1.0 + r) / r.sqrt();
        Ok(DetectableHazardRatio {
            below: Some(self.margin * (-log).exp()),
            above: (self.margin == 1.0).then(|| log.exp()),
        })
    }

    /// The mean of the test statistic per square root of an event.
    pub(super) fn effect(&self, hazard_ratio: f64) -> Result<f64, Error> {
        let (h, r) = (hazard_ratio, self.allocation);
        check_positive("the hazard ratio", h)?;
        if self.margin == 1.0 {
            check(h != 1.0, "the hazard ratio", h, "differ from 1; name the ratio to be detected")?;
        } else {
            let inside = h < self.margin;
            check(inside, "the hazard ratio", h, "be below the margin; 1 is the usual choice")?;
        }
        Ok(match self.formula {
            EventFormula::Schoenfeld => (h / self.margin).ln().abs() * r.sqrt() / (1.0 + r),
            EventFormula::Freedman => (1.0 - h).abs() * r.sqrt() / (1.0 + r * h),
        })
    }

    /// The normal quantiles of level and power together.
    pub(super) fn quantiles(&self, power: f64) -> Result<f64, Error> {
        let critical = self.critical()?;
        check(power > self.alpha, "the power", power, "exceed alpha; ask for 0.8 or 0.9")?;
        Ok(critical + power_quantile(power)?)
    }

    /// The normal quantile of the level, with the options checked.
    pub(super) fn critical(&self) -> Result<f64, Error> {
        check_positive("the allocation ratio", self.allocation)?;
        let margin = self.margin;
        check(margin >= 1.0 && margin.is_finite(), "the margin", margin, "be 1 or more")?;
        let schoenfeld = margin == 1.0 || self.formula == EventFormula::Schoenfeld;
        check(schoenfeld, "the margin", margin, "be 1 with Freedman's formula; use Schoenfeld's")?;
        self.sides.critical(self.alpha)
    }
}
