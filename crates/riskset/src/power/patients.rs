//! The log-rank test again, in patients: events follow from accrual, follow-up and loss.

use super::{
    DetectableHazardRatio, EventFormula, FollowUpPlan, LogRankDesign, check_positive, round_up,
};
use crate::Error;

/// How many patients a design needs, and the events expected of them.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PatientCount {
    /// Events the test needs, not rounded.
    pub exact_events: f64,
    /// Events the test needs, rounded up.
    pub events: u64,
    /// The probability that a control patient's event is seen.
    pub control_event_probability: f64,
    /// The probability that an experimental patient's event is seen.
    pub experimental_event_probability: f64,
    /// Patients, not rounded.
    pub exact_patients: f64,
    /// Control patients, rounded up.
    pub control: u64,
    /// Experimental patients, rounded up.
    pub experimental: u64,
    /// The power with the rounded numbers of patients and the events expected of them.
    pub power: f64,
}

impl PatientCount {
    /// Patients in both arms.
    pub fn patients(&self) -> u64 {
        self.control + self.experimental
    }
}

impl LogRankDesign {
    /// How many patients a hazard ratio (experimental over control) needs for this power.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] as in [`events`](Self::events), and for a plan with a time or hazard
    /// outside its range.
    pub fn sample_size(
        &self,
        hazard_ratio: f64,
        power: f64,
        plan: &FollowUpPlan,
    ) -> Result<PatientCount, Error> {
        let needed = self.events(hazard_ratio, power)?;
        plan.check()?;
        let exact_patients = needed.exact_events / self.event_share(hazard_ratio, plan);
        let control = round_up(exact_patients / (1.0 + self.allocation));
        let experimental = round_up(exact_patients * self.allocation / (1.0 + self.allocation));
        let (of_control, of_experimental) =
            (plan.event_probability(1.0), plan.event_probability(hazard_ratio));
        let events = control as f64 * of_control + experimental as f64 * of_experimental;
        Ok(PatientCount {
            exact_events: needed.exact_events,
            events: needed.events,
            control_event_probability: of_control,
            experimental_event_probability: of_experimental,
            exact_patients,
            control,
            experimental,
            power: self.power(hazard_ratio, events)?,
        })
    }

    /// The power with this many patients in both arms together.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] as in [`sample_size`](Self::sample_size).
    pub fn power_of_patients(
        &self,
        hazard_ratio: f64,
        patients: f64,
        plan: &FollowUpPlan,
    ) -> Result<f64, Error> {
        plan.check()?;
        check_positive("the number of patients", patients)?;
        check_positive("the hazard ratio", hazard_ratio)?;
        self.power(hazard_ratio, patients * self.event_share(hazard_ratio, plan))
    }

    /// The hazard ratios that this many patients can detect with this power.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] as in [`sample_size`](Self::sample_size).
    pub fn detectable_by_patients(
        &self,
        patients: f64,
        power: f64,
        plan: &FollowUpPlan,
    ) -> Result<DetectableHazardRatio, Error> {
        plan.check()?;
        check_positive("the number of patients", patients)?;
        let needed = self.quantiles(power)?;
        // The mean of the statistic minus what it must be; grows with the distance from the
        // margin, because the effect grows faster than events go.
        let excess = |log_distance: f64| -> Result<f64, Error> {
            let hazard_ratio = self.margin * log_distance.exp();
            let events = patients * self.event_share(hazard_ratio, plan);
            Ok(self.effect(hazard_ratio)? * events.sqrt() - needed)
        };
        let superiority = self.margin == 1.0 || self.formula == EventFormula::Freedman;
        Ok(DetectableHazardRatio {
            below: root(|distance| excess(-distance))?
                .map(|distance| self.margin * (-distance).exp()),
            above: if superiority { root(excess)?.map(f64::exp) } else { None },
        })
    }

    /// The share of all patients whose event is seen.
    fn event_share(&self, hazard_ratio: f64, plan: &FollowUpPlan) -> f64 {
        let (control, experimental) =
            (plan.event_probability(1.0), plan.event_probability(hazard_ratio));
        (control + self.allocation * experimental) / (1.0 + self.allocation)
    }
}

/// Hazard ratios further from the margin than exp(30) are no design.
const FARTHEST: f64 = 30.0;

/// Where a growing function of a positive distance crosses 0, by bisection to the last bit; `None`
/// when it does not by [`FARTHEST`].
fn root(excess: impl Fn(f64) -> Result<f64, Error>) -> Result<Option<f64>, Error> {
    let (mut low, mut high) = (0.0, FARTHEST);
    if excess(high)? < 0.0 {
        return Ok(None);
    }
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return Ok(Some(high));
        }
        // At a distance of rounding the ratio is the margin itself, which has no effect.
        let above = middle > f64::EPSILON && excess(middle)? >= 0.0;
        if above { high = middle } else { low = middle }
    }
}
