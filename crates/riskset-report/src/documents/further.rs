//! Tests beside the log-rank test, as entries and as sentences.

use crate::format::Style;
use riskset::{MaxComboTest, PermutationTest, TimeWeight};
use riskset_analysis::{Further, FurtherTests, PermutationRequest};
use schemars::JsonSchema;
use serde::Serialize;

/// The further tests; those that were not asked for are absent.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct FurtherEntries {
    /// The permutation test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permutation: Option<PermutationEntry>,
    /// The largest of several weighted tests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_combo: Option<MaxComboEntry>,
    /// The modestly weighted test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modest: Option<ModestEntry>,
}

/// A permutation test.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PermutationEntry {
    /// Observed less expected events of each group, in level order.
    pub score: Vec<f64>,
    /// The quadratic form of the scores; `null` when no permutation changes anything.
    pub statistic: Option<f64>,
    /// The share of permutations with a statistic at least as large.
    pub p_value: f64,
    /// Its standard error from drawing at random; `null` when all were gone through.
    pub p_std_error: Option<f64>,
    /// Permutations gone through.
    pub permutations: u64,
    /// How many there are; `null` when too many for a number.
    pub possible: Option<f64>,
    /// The smallest P that could have been found; `null` when not all were gone through.
    pub smallest_p: Option<f64>,
    /// The seed; `null` when all were gone through.
    pub seed: Option<u64>,
}

/// The largest of several weighted tests.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MaxComboEntry {
    /// Its components, in the order asked for.
    pub components: Vec<ComponentEntry>,
    /// The largest absolute z.
    pub statistic: f64,
    /// The component it belongs to, from 0.
    pub largest: usize,
    /// Two-sided, from the joint distribution of the components.
    pub p_value: f64,
    /// A bound on the numerical error of `p_value`.
    pub p_error: f64,
    /// The correlation of the components that have a z, one row after the other.
    pub correlation: Vec<f64>,
}

/// A Fleming-Harrington test.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct ComponentEntry {
    /// The exponent of S.
    pub rho: f64,
    /// The exponent of 1 - S.
    pub gamma: f64,
    /// Positive when the second group has more events than expected.
    pub z: Option<f64>,
    /// Of this component alone.
    pub p_value: Option<f64>,
}

/// The modestly weighted test.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct ModestEntry {
    /// The time from which on the weights stay.
    pub until: f64,
    /// Positive when the second group has more events than expected.
    pub z: Option<f64>,
    /// Two-sided.
    pub p_value: f64,
}

impl FurtherEntries {
    /// The entries of what was asked for.
    pub fn of(found: &Further, asked: &FurtherTests) -> FurtherEntries {
        FurtherEntries {
            permutation: found.permutation.as_ref().map(|test| permutation(test, asked)),
            max_combo: found.max_combo.as_ref().map(max_combo),
            modest: found.modest.as_ref().zip(asked.modest).map(|(test, until)| ModestEntry {
                until,
                z: test.components[0].z,
                p_value: test.p_value,
            }),
        }
    }

    /// What each test says: its name, the question it answers, and its P.
    pub fn rows(&self, style: &Style) -> Vec<(String, String, Option<f64>)> {
        let mut rows = Vec::new();
        if let Some(test) = &self.permutation {
            let how = match test.seed {
                None => format!("all {} permutations", test.permutations),
                Some(seed) => format!("{} random permutations, seed {seed}", test.permutations),
            };
            rows.push((
                "Permutation log-rank test".to_owned(),
                format!("equal curves, whatever the number of patients ({how})"),
                Some(test.p_value),
            ));
        }
        if let Some(test) = &self.max_combo {
            let best = test.components[test.largest];
            rows.push((
                format!("MaxCombo of {} tests", test.components.len()),
                format!(
                    "equal curves, against early or late differences (largest |z| {}, weights S^{} \
                     (1 - S)^{})",
                    style.number(test.statistic, 2),
                    best.rho,
                    best.gamma
                ),
                Some(test.p_value),
            ));
        }
        if let Some(test) = &self.modest {
            rows.push((
                "Modestly weighted log-rank test".to_owned(),
                format!("equal curves, late differences counted more up to {}", test.until),
                Some(test.p_value),
            ));
        }
        rows
    }

    /// The tests as sentences.
    pub fn notes(&self, style: &Style) -> Vec<String> {
        let row = |(name, what, p): (String, String, Option<f64>)| {
            format!("{name}: {}; {what}", style.p_equation(p))
        };
        self.rows(style).into_iter().map(row).collect()
    }
}

fn permutation(test: &PermutationTest, asked: &FurtherTests) -> PermutationEntry {
    let drawn = matches!(asked.permutation, Some(PermutationRequest::Draws(_)));
    PermutationEntry {
        score: test.score.clone(),
        statistic: test.statistic,
        p_value: test.p_value,
        p_std_error: test.std_error,
        permutations: test.permutations,
        possible: Some(test.possible).filter(|possible| possible.is_finite()),
        smallest_p: test.smallest_p,
        seed: drawn.then_some(asked.seed),
    }
}

fn max_combo(test: &MaxComboTest) -> MaxComboEntry {
    let component = |one: &riskset::MaxComboComponent| {
        let (rho, gamma) = match one.weight {
            TimeWeight::FlemingHarrington { rho, gamma } => (rho, gamma),
            // The combination is asked for by exponents.
            TimeWeight::ModestlyWeighted { .. } => (0.0, 0.0),
        };
        ComponentEntry { rho, gamma, z: one.z, p_value: one.p_value }
    };
    MaxComboEntry {
        components: test.components.iter().map(component).collect(),
        statistic: test.statistic,
        largest: test.largest,
        p_value: test.p_value,
        p_error: test.p_error,
        correlation: test.correlation.clone(),
    }
}
