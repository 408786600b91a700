//! Two survival curves: events, patients, power, detectable hazard ratios.

use crate::Problem;
use riskset::{
    DetectableHazardRatio, EventCount, EventFormula, FollowUpPlan, LogRankDesign, PatientCount,
    Remedy, Sides,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Two of hazard ratio, power and size; the third is computed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PowerLogrankRequest {
    /// Hazard ratio, experimental against control.
    pub hazard_ratio: Option<f64>,
    /// Power; 0.8 where only the size is given.
    pub power: Option<f64>,
    /// Error of the first kind.
    pub alpha: f64,
    /// A one-sided test.
    pub one_sided: bool,
    /// Number of events.
    pub events: Option<f64>,
    /// Number of patients.
    pub n: Option<f64>,
    /// Patients in control and in experimental, as a ratio.
    pub allocation: (f64, f64),
    /// Non-inferiority margin for the hazard ratio.
    pub margin: Option<f64>,
    /// Median survival of the control group (exponential).
    pub median: Option<f64>,
    /// Length of accrual, in the unit of the median.
    pub accrual: Option<f64>,
    /// Follow-up after the last patient, in the unit of the median.
    pub follow_up: Option<f64>,
    /// Share of patients lost per unit of time (exponential).
    pub loss_rate: Option<f64>,
    /// The formula for the number of events.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<EventFormula>")]
    pub method: EventFormula,
}

impl Default for PowerLogrankRequest {
    fn default() -> PowerLogrankRequest {
        PowerLogrankRequest {
            hazard_ratio: None,
            power: None,
            alpha: 0.05,
            one_sided: false,
            events: None,
            n: None,
            allocation: (1.0, 1.0),
            margin: None,
            median: None,
            accrual: None,
            follow_up: None,
            loss_rate: None,
            method: EventFormula::Schoenfeld,
        }
    }
}

/// What was left open, which is what was computed.
#[derive(Clone, Debug)]
pub enum LogrankPlan {
    /// The events needed, where no follow-up was described.
    Events(EventCount),
    /// The patients needed, and their events.
    Patients(PatientCount),
    /// The power.
    Power(f64),
    /// The hazard ratios that can be detected, with this power.
    HazardRatio(f64, DetectableHazardRatio),
}

/// A plan for a log-rank test.
#[derive(Clone, Debug)]
pub struct PowerLogrankAnswer {
    /// What was asked.
    pub request: PowerLogrankRequest,
    /// What follows.
    pub plan: LogrankPlan,
}

/// The power where only the size is given.
const USUAL_POWER: f64 = 0.8;

impl PowerLogrankRequest {
    /// Plans.
    pub(crate) fn run(&self) -> Result<PowerLogrankAnswer, Problem> {
        let follow_up = self.follow_up_plan()?;
        let plan = self.plan(follow_up.as_ref())?;
        Ok(PowerLogrankAnswer { request: self.clone(), plan })
    }

    /// Experimental patients per control patient.
    pub fn allocation_ratio(&self) -> f64 {
        self.allocation.1 / self.allocation.0
    }

    fn plan(&self, follow_up: Option<&FollowUpPlan>) -> Result<LogrankPlan, Problem> {
        let design = self.design();
        let sized = self.events.is_some() || self.n.is_some();
        match (self.hazard_ratio, self.power, sized) {
            (Some(ratio), Some(power), false) => Ok(match follow_up {
                None => LogrankPlan::Events(design.events(ratio, power)?),
                Some(plan) => LogrankPlan::Patients(design.sample_size(ratio, power, plan)?),
            }),
            (Some(ratio), None, true) => self.power_for(&design, ratio, follow_up),
            (None, power, true) => {
                self.detectable(&design, power.unwrap_or(USUAL_POWER), follow_up)
            }
            (Some(_), Some(_), true) => Err(Problem::request(
                "the hazard ratio, the power and the size (events or patients) are all given, so \
                 nothing is left to compute",
                Remedy::to("leave one of them out"),
            )),
            _ => Err(Problem::request(
                "two of hazard ratio, power and size (events or patients) are needed",
                Remedy::AnyOf(["hazard_ratio", "power", "events", "n"].map(Remedy::set).to_vec()),
            )),
        }
    }

    fn design(&self) -> LogRankDesign {
        let design = LogRankDesign::default()
            .alpha(self.alpha)
            .sides(if self.one_sided { Sides::One } else { Sides::Two })
            .allocation(self.allocation_ratio())
            .formula(self.method);
        self.margin.map_or(design.clone(), |margin| design.margin(margin))
    }

    /// The follow-up, when median, accrual and follow-up describe one.
    fn follow_up_plan(&self) -> Result<Option<FollowUpPlan>, Problem> {
        match (self.median, self.accrual, self.follow_up) {
            (None, None, None) if self.loss_rate.is_none() => Ok(None),
            (Some(median), Some(accrual), Some(follow_up)) => {
                let hazard = FollowUpPlan::hazard_of_median(median);
                let plan = FollowUpPlan::new(hazard, accrual, follow_up);
                let loss =
                    self.loss_rate.map(|lost| FollowUpPlan::hazard_of_survival(1.0, 1.0 - lost));
                Ok(Some(loss.map_or(plan, |loss| plan.loss_hazard(loss))))
            }
            _ => Err(Problem::request(
                "median, accrual and follow-up belong together, and a loss rate needs them",
                Remedy::to("give all three, or none of them and the events"),
            )),
        }
    }

    fn power_for(
        &self,
        design: &LogRankDesign,
        ratio: f64,
        follow_up: Option<&FollowUpPlan>,
    ) -> Result<LogrankPlan, Problem> {
        Ok(LogrankPlan::Power(match (self.events, self.n, follow_up) {
            (Some(events), _, _) => design.power(ratio, events)?,
            (None, Some(n), Some(plan)) => design.power_of_patients(ratio, n, plan)?,
            _ => return Err(needs_events()),
        }))
    }

    fn detectable(
        &self,
        design: &LogRankDesign,
        power: f64,
        follow_up: Option<&FollowUpPlan>,
    ) -> Result<LogrankPlan, Problem> {
        let ratio = match (self.events, self.n, follow_up) {
            (Some(events), _, _) => design.detectable(events, power)?,
            (None, Some(n), Some(plan)) => design.detectable_by_patients(n, power, plan)?,
            _ => return Err(needs_events()),
        };
        Ok(LogrankPlan::HazardRatio(power, ratio))
    }
}

fn needs_events() -> Problem {
    Problem::request(
        "the power of a log-rank test follows from its events, and there are none",
        Remedy::AnyOf(vec![
            Remedy::set("events"),
            Remedy::to("give median, accrual and follow-up from which they follow"),
        ]),
    )
}
