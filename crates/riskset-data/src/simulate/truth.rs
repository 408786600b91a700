//! What is true of a simulated model.

use super::patient::{Risk, covariate};
use super::spec::Simulation;
use crate::cohort::random::SplitMix64;
use serde::Serialize;

/// Draws over which a group's survival is averaged when patients differ within it.
const DRAWS: usize = 20_000;

/// Intervals of the integrals.
const STEPS: usize = 400;

/// The truth of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Truth {
    /// What is simulated.
    pub title: String,
    /// The unit of all times.
    pub unit: String,
    /// The times at which survival and incidence are given.
    pub times: Vec<f64>,
    /// The horizon of the restricted means.
    pub rmst: Option<f64>,
    /// One entry per group, in the order of the declaration.
    pub groups: Vec<GroupTruth>,
    /// The ratio of hazards of each group to the first, within equal covariates and frailty; `None`
    /// where it changes with time.
    pub hazard_ratios: Vec<(String, Option<f64>)>,
    /// The ratio of hazards for one unit of each covariate.
    pub covariates: Vec<(String, f64)>,
    /// How far the survival of a group may be from what is said, as a standard error: 0 where it is
    /// computed, and not averaged over draws of covariates.
    pub error: f64,
}

/// The truth of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupTruth {
    /// The group.
    pub name: String,
    /// The probability of no event of any cause by each time.
    pub survival: Vec<f64>,
    /// The probability of the event of interest by each time; 1 less survival without competing
    /// causes.
    pub incidence: Vec<f64>,
    /// The time at which half have had an event; `None` when they never have.
    pub median: Option<f64>,
    /// The area under the survival curve to the horizon.
    pub restricted_mean: Option<f64>,
}

/// The risks of the patients of a group; one where all are alike.
struct Mixture<'a> {
    simulation: &'a Simulation,
    group: usize,
    ratios: Vec<f64>,
}

impl Simulation {
    /// The truth. Survival and incidence are those of a whole group, averaged over its covariates,
    /// from the group's own time zero, so that a lead time is in them; immortal
    /// time, which is a property of the way of counting alone, is not.
    pub fn truth(&self) -> Truth {
        let mixtures: Vec<Mixture> =
            (0..self.groups.len()).map(|group| self.mixture(group)).collect();
        let constant = |index: usize| {
            let group = &self.groups[index];
            // With a lead the hazards at one time of the clock are those of different times of life.
            let same = group.from == 0.0 && group.until.is_none() && group.lead_time == 0.0;
            (same && self.cured == 0.0).then_some(group.hazard_ratio)
        };
        let first = constant(0);
        let errors = mixtures.iter().map(|mixture| mixture.error(&self.times));
        Truth {
            title: self.title.clone(),
            unit: self.unit.clone(),
            times: self.times.clone(),
            rmst: self.rmst,
            hazard_ratios: (1..self.groups.len())
                .map(|index| {
                    let ratio = constant(index).zip(first).map(|(this, first)| this / first);
                    (self.groups[index].name.clone(), ratio)
                })
                .collect(),
            covariates: self.covariates.iter().map(|c| (c.name.clone(), c.hazard_ratio)).collect(),
            error: errors.fold(0.0, f64::max),
            groups: mixtures.iter().map(|mixture| mixture.truth(&self.times, self.rmst)).collect(),
        }
    }

    fn mixture(&self, group: usize) -> Mixture<'_> {
        let alike = self.covariates.iter().all(|covariate| covariate.hazard_ratio == 1.0);
        let draws = if alike { 1 } else { DRAWS };
        let random = &mut SplitMix64::new(0x7275_7468); // "ruth": the same for every seed
        let ratio = |random: &mut SplitMix64| {
            let log = |column: &super::Covariate| {
                covariate(column, group, random) * libm::log(column.hazard_ratio)
            };
            libm::exp(self.covariates.iter().map(log).sum())
        };
        let ratios = match alike {
            true => vec![1.0],
            false => (0..draws).map(|_| ratio(random)).collect(),
        };
        Mixture { simulation: self, group, ratios }
    }
}

impl Mixture<'_> {
    /// The probability of no event of interest by `t` for one risk, averaged over the frailty.
    fn own(&self, ratio: f64, t: f64) -> f64 {
        let risk = Risk { ratio, group: &self.simulation.groups[self.group] };
        let hazard = risk.cumulative(self.simulation, t);
        let survival = match self.simulation.frailty {
            // The Laplace transform of a gamma variate.
            Some(frailty) => libm::pow(1.0 + frailty.variance * hazard, -1.0 / frailty.variance),
            None => libm::exp(-hazard),
        };
        self.simulation.cured + (1.0 - self.simulation.cured) * survival
    }

    fn mean(&self, t: f64) -> f64 {
        self.ratios.iter().map(|&ratio| self.own(ratio, t)).sum::<f64>() / self.ratios.len() as f64
    }

    /// The probability of no competing event by `t`.
    fn competing(&self, t: f64) -> f64 {
        let hazard = |cause: &super::Cause| cause.baseline.cumulative(t);
        libm::exp(-self.simulation.causes.iter().map(hazard).sum::<f64>())
    }

    fn survival(&self, t: f64) -> f64 {
        self.mean(t) * self.competing(t)
    }

    /// The integral of the chance to be without a competing event over the event's distribution.
    fn incidence(&self, t: f64) -> f64 {
        if self.simulation.causes.is_empty() {
            return 1.0 - self.mean(t);
        }
        let at = |step: usize| t * step as f64 / STEPS as f64;
        let mut before = self.mean(0.0);
        let mut sum = 0.0;
        for step in 1..=STEPS {
            let after = self.mean(at(step));
            sum += (before - after) * self.competing(0.5 * (at(step - 1) + at(step)));
            before = after;
        }
        sum
    }

    fn truth(&self, times: &[f64], rmst: Option<f64>) -> GroupTruth {
        let group = &self.simulation.groups[self.group];
        // Nothing can happen within the lead: whoever is found earlier lives to have been found later.
        let lived = |t: &f64| (t - group.lead_time).max(0.0);
        GroupTruth {
            name: group.name.clone(),
            survival: times.iter().map(|t| self.survival(lived(t))).collect(),
            incidence: times.iter().map(|t| self.incidence(lived(t))).collect(),
            median: self.median().map(|median| median + group.lead_time),
            restricted_mean: rmst.map(|tau| {
                let lived = lived(&tau);
                tau - lived + if lived > 0.0 { self.area(lived) } else { 0.0 }
            }),
        }
    }

    /// By Simpson's rule.
    fn area(&self, tau: f64) -> f64 {
        let weight = |step: usize| match step {
            0 | STEPS => 1.0,
            step if step % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let at = |step: usize| tau * step as f64 / STEPS as f64;
        let sum: f64 = (0..=STEPS).map(|step| weight(step) * self.survival(at(step))).sum();
        sum * tau / (3.0 * STEPS as f64)
    }

    /// By bisection.
    fn median(&self) -> Option<f64> {
        let mut high = 1.0;
        while self.survival(high) > 0.5 {
            high *= 2.0;
            if high > 1e9 {
                return None;
            }
        }
        let mut low = 0.0;
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if self.survival(middle) > 0.5 { low = middle } else { high = middle }
        }
        Some(high)
    }

    /// The largest standard error of the average over draws.
    fn error(&self, times: &[f64]) -> f64 {
        let n = self.ratios.len() as f64;
        if self.ratios.len() == 1 {
            return 0.0;
        }
        let at = |&t: &f64| {
            let mean = self.mean(t);
            let squares: f64 =
                self.ratios.iter().map(|&ratio| (self.own(ratio, t) - mean).powi(2)).sum();
            (squares / n / n).sqrt()
        };
        times.iter().map(at).fold(0.0, f64::max)
    }
}
