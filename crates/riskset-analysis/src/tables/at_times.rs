//! Survival and incidence at given times, with those at risk beside each number.

use crate::{CifAnswer, CifRequest, Data, KmAnswer, KmRequest, Problem};
use riskset::Remedy;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What rests on few patients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct FewAtRisk {
    /// A number with fewer patients at risk than this is marked.
    pub few: u32,
    /// It is withheld instead.
    pub withhold: bool,
    /// What one unit of time is called, such as `months`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// Ten patients at risk: below, one event moves the curve by more than ten percentage points of itself.
const FEW: u32 = 10;

impl Default for FewAtRisk {
    fn default() -> FewAtRisk {
        FewAtRisk { few: FEW, withhold: false, unit: None }
    }
}

impl FewAtRisk {
    /// Whether a number with so many at risk rests on few.
    pub fn is_few(&self, n_risk: f64) -> bool {
        n_risk < f64::from(self.few)
    }
}

/// A table of survival: patients, events, medians, and survival at the times asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TableSurvivalRequest {
    /// The curves.
    #[serde(flatten)]
    pub curves: KmRequest,
    /// What rests on few.
    #[serde(flatten)]
    pub few: FewAtRisk,
}

/// A table of survival.
#[derive(Clone, Debug)]
pub struct TableSurvivalAnswer {
    /// The curves, with all that was read off them.
    pub curves: KmAnswer,
    /// What rests on few.
    pub few: FewAtRisk,
}

impl TableSurvivalRequest {
    /// Estimates the curves.
    pub(crate) fn run(&self, data: &Data) -> Result<TableSurvivalAnswer, Problem> {
        needs_times(&self.curves.times)?;
        let mut curves = self.curves.run(data)?;
        curves.about.analysis = "table-survival";
        Ok(TableSurvivalAnswer { curves, few: self.few.clone() })
    }
}

/// A table of cumulative incidences at the times asked for, all causes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct TableCifRequest {
    /// The incidences.
    #[serde(flatten)]
    pub incidences: CifRequest,
    /// What rests on few.
    #[serde(flatten)]
    pub few: FewAtRisk,
}

/// A table of cumulative incidences.
#[derive(Clone, Debug)]
pub struct TableCifAnswer {
    /// The incidences, with all that was read off them.
    pub incidences: CifAnswer,
    /// What rests on few.
    pub few: FewAtRisk,
}

impl TableCifRequest {
    /// Estimates the incidences.
    pub(crate) fn run(&self, data: &Data) -> Result<TableCifAnswer, Problem> {
        needs_times(&self.incidences.times)?;
        let mut incidences = self.incidences.run(data)?;
        incidences.about.analysis = "table-cif";
        Ok(TableCifAnswer { incidences, few: self.few.clone() })
    }
}

fn needs_times(times: &[f64]) -> Result<(), Problem> {
    match times.is_empty() {
        false => Ok(()),
        true => Err(Problem::request(
            "the table has a column for each time, and no times were given",
            Remedy::set("times"),
        )),
    }
}
