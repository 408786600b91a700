//! Tests that compare survival curves.

use crate::explain::{explained, logrank};
use crate::rows::column_names;
use crate::{About, Data, Further, FurtherTests, GroupName, Problem, RowsRequest};
use riskset::{Adjustment, LogRank, LogRankTest, LogRankWeight, PairTest, Remedy, TrendTest};
use riskset_data::{Grouping, ModelFrame};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A test of equal survival.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct LogrankRequest {
    /// Data, model and rows; `strata()` compares within strata.
    #[serde(flatten)]
    pub rows: RowsRequest,
    /// The weights of the test, by name.
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<LogRankWeight>")]
    pub test: LogRankWeight,
    /// Exponent of S(t) in a Fleming-Harrington test.
    pub rho: Option<f64>,
    /// Exponent of 1 - S(t) in a Fleming-Harrington test.
    pub gamma: Option<f64>,
    /// A test for a trend over the groups in their order as well.
    pub trend: bool,
    /// Each pair of groups compared.
    pub pairwise: Option<PairwiseRequest>,
    /// With `pairwise`: only against this group, by its level or label.
    pub control: Option<String>,
    /// Tests beside this one.
    #[serde(flatten)]
    pub further: FurtherTests,

    /// How it comes about as well: the arithmetic, one row a step.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub explain: bool,
}

/// How the P values of several pairs are adjusted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PairwiseRequest(
    #[serde(with = "crate::choice")]
    #[schemars(schema_with = "crate::choice::schema::<Adjustment>")]
    pub Adjustment,
);

/// A comparison of survival curves.
#[derive(Clone, Debug)]
pub struct LogrankAnswer {
    /// Rows and doubts.
    pub about: About,
    /// What was asked.
    pub request: LogrankRequest,
    /// The name of each group, in level order.
    pub groups: Vec<GroupName>,
    /// The test, with observed and expected events of each group.
    pub test: LogRankTest,
    /// The test for a trend, when asked for and defined.
    pub trend: Option<TrendTest>,
    /// The pairs, when asked for.
    pub pairs: Vec<PairTest>,
    /// The columns whose levels are the strata.
    pub strata: Vec<String>,
    /// The tests beside it that were asked for.
    pub further: Further,
}

impl LogrankRequest {
    /// Compares the curves.
    pub(crate) fn run(&self, data: &Data) -> Result<LogrankAnswer, Problem> {
        let weight = self.weight()?;
        let options = self.rows.counting_options(self.further == FurtherTests::default())?;
        let mut rows = self.rows.rows_with(data, "logrank", options)?;
        rows.refuse_model_terms()?;
        rows.doubt_competing();
        let groups = rows.compared()?;
        let frame = &rows.frame;
        let strata = frame.strata.as_ref().map(|strata| &strata.groups);
        let model = LogRank::default().weight(weight);
        let test = model.strata(strata).test(frame.observations()?, &groups.groups)?;
        let response = frame.observations()?;
        let further = self.further.run(response, &groups.groups, strata, &mut rows.about)?;
        let names = GroupName::all(Some(&groups));
        let steps = match self.explain {
            true => {
                logrank(&model, weight, frame.observations()?, (&groups.groups, &names), strata)?
            }
            false => Vec::new(),
        };
        explained(&mut rows.about, &self.rows, steps);
        Ok(LogrankAnswer {
            groups: names,
            trend: if self.trend { test.trend() } else { None },
            pairs: self.pairs(frame, &groups, model)?,
            strata: stratum_columns(frame),
            request: self.clone(),
            about: rows.about,
            test,
            further,
        })
    }

    fn weight(&self) -> Result<LogRankWeight, Problem> {
        let (rho, gamma) = (self.rho, self.gamma);
        match self.test {
            LogRankWeight::FlemingHarrington { .. } => Ok(LogRankWeight::FlemingHarrington {
                rho: rho.unwrap_or(0.0),
                gamma: gamma.unwrap_or(0.0),
            }),
            _ if rho.is_some() || gamma.is_some() => Err(Problem::request(
                "rho and gamma are the exponents of a Fleming-Harrington test",
                Remedy::AnyOf(vec![
                    Remedy::set_to("test", "fleming-harrington"),
                    Remedy::to("leave them out"),
                ]),
            )),
            weight => Ok(weight),
        }
    }

    fn pairs(
        &self,
        frame: &ModelFrame,
        groups: &Grouping,
        test: LogRank,
    ) -> Result<Vec<PairTest>, Problem> {
        let Some(PairwiseRequest(adjust)) = self.pairwise else {
            return match &self.control {
                None => Ok(Vec::new()),
                Some(_) => Err(Problem::request(
                    "a control is the group that pairs are compared with, and no pairs were asked for",
                    Remedy::set("pairwise"),
                )),
            };
        };
        let strata = frame.strata.as_ref().map(|strata| &strata.groups);
        let response = frame.observations()?;
        Ok(match &self.control {
            None => test.strata(strata).pairwise(response, &groups.groups, adjust)?,
            Some(name) => {
                let control = named(groups, name)?;
                test.strata(strata).against_control(response, &groups.groups, control, adjust)?
            }
        })
    }
}

/// The group whose label, or whose only level, is `name`.
pub(crate) fn named(groups: &Grouping, name: &str) -> Result<usize, Problem> {
    let named = |index: &usize| {
        let levels = &groups.levels[*index];
        groups.labels[*index] == name || (levels.len() == 1 && levels[0].1 == name)
    };
    (0..groups.labels.len()).find(named).ok_or_else(|| {
        let groups = groups.labels.join(", ");
        Problem::analysis(format!("there is no group {name}; the groups are {groups}"), None)
    })
}

/// The columns whose levels are the strata.
pub(crate) fn stratum_columns(frame: &ModelFrame) -> Vec<String> {
    column_names(frame.strata.as_ref())
}
