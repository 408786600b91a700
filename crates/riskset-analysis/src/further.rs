//! Tests beside the log-rank test: for few patients, and for hazards that are not proportional.

use crate::{About, Doubt, Problem};
use riskset::{
    Groups, MaxCombo, MaxComboTest, Observations, PermutationLogRank, PermutationTest,
    Permutations, Remedy, TimeWeight,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Further tests of equal survival.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct FurtherTests {
    /// The permutation test: `exact` goes through all permutations, a number draws so many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permutation: Option<PermutationRequest>,
    /// The seed of the draws.
    #[serde(skip_serializing_if = "is_first")]
    pub seed: u64,
    /// The exponents (rho, gamma) of the Fleming-Harrington tests of which the largest is taken.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub max_combo: Vec<(f64, f64)>,
    /// The time from which on the weights of the modestly weighted test stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modest: Option<f64>,
}

/// The first seed needs not be said.
fn is_first(seed: &u64) -> bool {
    *seed == 1
}

impl Default for FurtherTests {
    fn default() -> FurtherTests {
        FurtherTests { permutation: None, seed: 1, max_combo: Vec::new(), modest: None }
    }
}

/// How permutations are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum PermutationRequest {
    /// So many at random.
    Draws(usize),
    /// All of them.
    All(Exact),
}

/// The word for all permutations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Exact {
    /// `exact`
    Exact,
}

impl FromStr for PermutationRequest {
    type Err = String;

    fn from_str(text: &str) -> Result<PermutationRequest, String> {
        match text.trim() {
            "exact" => Ok(PermutationRequest::All(Exact::Exact)),
            number => number.parse().map(PermutationRequest::Draws).map_err(|_| {
                format!("`{text}` is no way to go through permutations; write exact, or a number such as 9999")
            }),
        }
    }
}

impl fmt::Display for PermutationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PermutationRequest::All(_) => f.write_str("exact"),
            PermutationRequest::Draws(draws) => write!(f, "{draws}"),
        }
    }
}

/// The exponents of the usual combination.
pub const USUAL_COMBINATION: [(f64, f64); 4] = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)];

/// Permutations are all gone through up to here: a few seconds.
const AT_MOST: u64 = 20_000_000;
/// So few ways are gone through beside random draws, for the smallest P that there could be.
const FEW_WAYS: u64 = 10_000;
/// The level that a test must be able to reach.
const LEVEL: f64 = 0.05;

/// The further tests that were asked for.
#[derive(Clone, Debug, Default)]
pub struct Further {
    /// The permutation test.
    pub permutation: Option<PermutationTest>,
    /// The combination.
    pub max_combo: Option<MaxComboTest>,
    /// The modestly weighted test: a combination of one component.
    pub modest: Option<MaxComboTest>,
}

/// The smallest P that a permutation test could have found. Random draws do not know it; of few ways all
/// are gone through for it.
fn smallest_p(
    test: &PermutationTest,
    response: &Observations,
    groups: &Groups,
    strata: Option<&Groups>,
) -> Option<f64> {
    test.smallest_p.or_else(|| {
        if test.possible > FEW_WAYS as f64 {
            return None;
        }
        let all = Permutations::All { at_most: FEW_WAYS };
        let all = PermutationLogRank::default().permutations(all).strata(strata);
        all.test(response, groups).ok()?.smallest_p
    })
}

impl FurtherTests {
    /// Compares the groups, within strata where there are strata.
    pub(crate) fn run(
        &self,
        response: &Observations,
        groups: &Groups,
        strata: Option<&Groups>,
        about: &mut About,
    ) -> Result<Further, Problem> {
        let permutation = self.permutation.map(|how| self.permuted(how, response, groups, strata));
        let permutation = permutation.transpose()?;
        let smallest = |test| smallest_p(test, response, groups, strata);
        if let Some(smallest) = permutation.as_ref().and_then(smallest).filter(|&p| p > LEVEL) {
            about.doubt(Doubt::CannotSucceed { smallest });
        }
        let combined = |weights: &[TimeWeight]| {
            MaxCombo::default().weights(weights).strata(strata).test(response, groups).map_err(two)
        };
        let powers = self.max_combo.iter();
        let powers: Vec<TimeWeight> =
            powers.map(|&(rho, gamma)| TimeWeight::FlemingHarrington { rho, gamma }).collect();
        let max_combo = if powers.is_empty() { None } else { Some(combined(&powers)?) };
        let modest = self.modest.map(|until| combined(&[TimeWeight::ModestlyWeighted { until }]));
        Ok(Further { permutation, max_combo, modest: modest.transpose()? })
    }

    fn permuted(
        &self,
        how: PermutationRequest,
        response: &Observations,
        groups: &Groups,
        strata: Option<&Groups>,
    ) -> Result<PermutationTest, Problem> {
        let permutations = match how {
            PermutationRequest::All(_) => Permutations::All { at_most: AT_MOST },
            PermutationRequest::Draws(draws) => Permutations::Random { draws, seed: self.seed },
        };
        let test = PermutationLogRank::default().permutations(permutations);
        test.strata(strata).test(response, groups).map_err(|error| match (how, error) {
            (PermutationRequest::All(_), riskset::Error::OutOfRange { value, .. }) => {
                Problem::analysis(
                    format!(
                        "there are {value:.3e} ways to hand the groups out, more than the \
                         {AT_MOST} that are gone through"
                    ),
                    Remedy::set_to("permutation", "9999"),
                )
            }
            (_, error) => error.into(),
        })
    }
}

/// Two groups are said with what to do about more.
fn two(error: riskset::Error) -> Problem {
    match error {
        riskset::Error::Unsupported { .. } => Problem::analysis(error, Remedy::set("subset")),
        error => error.into(),
    }
}
