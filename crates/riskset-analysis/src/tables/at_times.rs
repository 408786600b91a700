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
        self.check()?;
        let mut curves = self.curves.run(data)?;
        curves.about.analysis = "table-survival";
        Ok(TableSurvivalAnswer { curves, few: self.few.clone() })
    }
}

impl TableSurvivalRequest {
    /// The table has no place for these, so they are not asked in vain.
    fn check(&self) -> Result<(), Problem> {
        let curves = &self.curves;
        let without_place = [
            ("rmst", curves.rmst.is_some()),
            ("pairwise", curves.pairwise.is_some()),
            ("quantiles", !curves.quantiles.is_empty()),
            ("band", curves.band.is_some()),
            ("given", curves.given.is_some()),
            ("few_patients", curves.few_patients.is_some()),
            ("curve", curves.curve),
        ];
        has_place(&without_place)
    }
}

/// Refuses the first field that is asked for and that a table of times cannot show.
fn has_place(without_place: &[(&'static str, bool)]) -> Result<(), Problem> {
    match without_place.iter().find(|(_, is_asked)| *is_asked) {
        None => Ok(()),
        Some(&(field, _)) => Err(Problem::request(
            format!("a table of given times has no place for `{field}`"),
            Remedy::AnyOf(vec![Remedy::Unset(field.into()), Remedy::to("ask for the curves")]),
        )),
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
    fn check(&self) -> Result<(), Problem> {
        needs_times(&self.incidences.times)?;
        has_place(&[("quantiles", !self.incidences.quantiles.is_empty())])
    }

    /// Estimates the incidences.
    pub(crate) fn run(&self, data: &Data) -> Result<TableCifAnswer, Problem> {
        self.check()?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_table_cannot_show_is_refused() {
        let asked = |more: &str| {
            let text = format!("{{\"times\": [365], {more}}}");
            serde_json::from_str::<TableSurvivalRequest>(&text).unwrap()
        };
        assert!(asked("\"few\": 5").check().is_ok());
        for more in ["\"rmst\": 365", "\"pairwise\": \"holm\"", "\"given\": 100", "\"curve\": true"]
        {
            let refused = asked(more).check().unwrap_err();
            let field = more.split('"').nth(1).unwrap();
            assert!(refused.what.contains(&format!("`{field}`")), "{}", refused.what);
        }
        let request = TableCifRequest {
            incidences: CifRequest {
                times: vec![1.0],
                quantiles: vec![0.25],
                ..CifRequest::default()
            },
            few: FewAtRisk::default(),
        };
        let refused = request.check().unwrap_err();
        assert!(refused.what.contains("`quantiles`"), "{}", refused.what);
    }
}
