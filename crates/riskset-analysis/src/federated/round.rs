//! What the coordinator asks in a further round, and remembers between two.

use super::plan::hex;
use super::{ROUND_SCHEMA, Shared};
use crate::Problem;
use riskset::{CoxRounds, Remedy};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A request for further sums of the regressions of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// `riskset.round/1`.
    pub schema: String,
    /// The fingerprint of the plan.
    pub plan: String,
    /// The number of the round, from 2: the first needs no request.
    pub round: usize,
    /// What each place said of its rows in the first round, which must not change.
    pub sites: BTreeMap<String, String>,
    /// The climb of each regression.
    pub regressions: BTreeMap<String, CoxState>,
}

/// Where a climb is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoxState {
    /// The columns of the design, in order.
    pub columns: Vec<String>,
    /// Where the sums are asked for.
    pub beta: Vec<f64>,
    /// The log likelihood and the score statistic at zero.
    pub null: Option<(f64, Option<f64>)>,
    /// The best point so far, its log likelihood, and the step taken from it.
    pub origin: Option<(Vec<f64>, f64, Vec<f64>)>,
    /// Rounds answered.
    pub rounds: usize,
}

impl Round {
    /// Reads the file of a round.
    ///
    /// # Errors
    ///
    /// A [`Problem`] for text that is no request for a round.
    pub fn from_json(text: &str) -> Result<Round, Problem> {
        let refuse = |reason: String| {
            let what = format!("the file of the round cannot be read: {reason}");
            Problem::request(what, Remedy::to("take the one that the coordinator wrote"))
        };
        let round: Round = serde_json::from_str(text).map_err(|error| refuse(error.to_string()))?;
        match round.schema == ROUND_SCHEMA {
            true => Ok(round),
            false => Err(refuse(format!("it says it is {}", round.schema))),
        }
    }

    /// The round as a file.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a round is always JSON") + "\n"
    }
}

impl CoxState {
    pub(super) fn of(columns: Vec<String>, rounds: &CoxRounds) -> CoxState {
        CoxState {
            columns,
            beta: rounds.beta().to_vec(),
            null: rounds.null(),
            origin: rounds.origin().cloned(),
            rounds: rounds.rounds(),
        }
    }

    pub(super) fn resume(&self) -> CoxRounds {
        CoxRounds::resume(self.beta.clone(), self.null, self.origin.clone(), self.rounds)
    }
}

/// What a place says of its rows: the same as long as plan, place and the whole answer to the first
/// round are the same. It tells nothing that the first round has not told.
pub(super) fn rows_of(plan: &str, site: &str, first: &[Shared]) -> String {
    let told = serde_json::to_string(first).expect("an answer is always JSON");
    hex(format!("{plan}\n{site}\n{told}").as_bytes())
}
