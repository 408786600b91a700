//! Hazard ratios by period and on average, for hazards that are not proportional.

use crate::Problem;
use crate::contrast::{Ratio, ratio};
use riskset::{
    AverageHazardRatio, DesignMatrix, EffectsByPeriod, Groups, Observations, PeriodEffects,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is asked of effects over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct OverTimeRequest {
    /// The times at which a new period begins: a hazard ratio in each period, and a test that they
    /// are equal; none when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub periods: Vec<f64>,
    /// The average hazard ratio.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub average: bool,
}

/// Effects over time, by column of the design.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OverTime {
    /// Hazard ratios by period; empty when not asked for.
    pub periods: Vec<(String, PeriodEffects)>,
    /// Average hazard ratios; empty when not asked for.
    pub average: Vec<(String, Ratio)>,
}

impl OverTimeRequest {
    /// Fits what was asked for.
    pub(crate) fn run(
        &self,
        response: &Observations,
        matrix: &DesignMatrix,
        names: &[String],
        strata: Option<&Groups>,
        conf_level: f64,
    ) -> Result<OverTime, Problem> {
        let mut answer = OverTime::default();
        if !self.periods.is_empty() {
            let found = EffectsByPeriod::new(&self.periods)
                .strata(strata)
                .conf_level(conf_level)
                .fit(response, matrix)?;
            answer.periods = names.iter().cloned().zip(found).collect();
        }
        if self.average {
            let fit = AverageHazardRatio::default()
                .strata(strata)
                .conf_level(conf_level)
                .fit(response, matrix)?;
            let ratios = fit.coefficients().iter();
            let ratios = ratios.map(|one| one.estimate().map_or(Ratio::default(), ratio));
            answer.average = names.iter().cloned().zip(ratios).collect();
        }
        Ok(answer)
    }
}
