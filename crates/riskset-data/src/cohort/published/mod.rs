//! Published against reproduced: every printed number of the studies beside the one that riskset
//! computes from the synthetic cohorts.
//!
//! The printed numbers are read from `datasets/dream/published.toml`, the computed ones come from
//! the CSV files through the core crate, and the two meet only here, rounded as printed (halves
//! upwards, as the papers do).

mod compute;
mod decimal;
mod recipes;
mod rows;
mod targets;

use riskset::{ConfType, Error};

pub use decimal::half_up;
pub use targets::{Derived, Discrepancy, Quantity, Targets};

/// A printed quantity beside the computed one.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The key of the quantity in `published.toml`: `dream.dfs.cdlm`.
    pub id: String,
    /// Who or what was counted, in words.
    pub population: String,
    /// The document and the place in it.
    pub source: String,
    /// The number as printed, its limits and percentage included, with its unit.
    pub printed: String,
    /// The computed number rounded and written in the same way. `None` when patient or lesion rows
    /// cannot give it.
    pub computed: Option<String>,
    /// Each number compared: value, limits, percentage, numerator, denominator. Empty when nothing
    /// could be computed.
    pub parts: Vec<Part>,
    /// Whether every part prints alike. `None` when nothing could be computed.
    pub agrees: Option<bool>,
    /// Why the number cannot be computed, or why it differs, or how it is to be read.
    pub note: Option<String>,
}

/// One number of a quantity.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Which: `value`, `lower`, `upper`, `sd`, `percent`, `k` or `n`.
    pub name: &'static str,
    /// As printed. `None` for a median that is printed as not reached.
    pub printed: Option<f64>,
    /// The decimals printed.
    pub decimals: u32,
    /// At full precision. `None` when it does not exist: a median not reached.
    pub computed: Option<f64>,
    /// Whether the computed number, rounded half up to the printed decimals, is the printed one.
    pub agrees: bool,
}

/// The printed numbers, the arithmetic from them, and the discrepancies of the publications.
pub fn targets() -> Targets {
    targets::read()
}

/// Recomputes every printed quantity that the synthetic cohorts can give, in the order of
/// `published.toml`. Medians have limits of the given type; the study uses log-log, which the
/// publication does not state.
///
/// # Errors
///
/// An error of the core crate, which the committed cohorts do not cause.
pub fn check(conf_type: ConfType) -> Result<Vec<Checked>, Error> {
    let data = rows::Data::read();
    let targets = targets();
    targets
        .quantity
        .iter()
        .map(|quantity| {
            let outcome = compute::compute(&recipes::recipe(&quantity.id), &data, conf_type)?;
            Ok(checked(quantity, outcome, &targets.discrepancy))
        })
        .collect()
}

fn checked(
    quantity: &Quantity,
    outcome: compute::Outcome,
    discrepancies: &[Discrepancy],
) -> Checked {
    let (parts, mut note) = match &outcome {
        compute::Outcome::Numbers(numbers) => (targets::compare(quantity, numbers), None),
        compute::Outcome::Words { .. } => (Vec::new(), None),
        compute::Outcome::Nothing(reason) => (Vec::new(), Some((*reason).to_owned())),
    };
    let agrees = match &outcome {
        compute::Outcome::Numbers(_) => Some(parts.iter().all(|part| part.agrees)),
        compute::Outcome::Words { agrees, .. } => Some(*agrees),
        compute::Outcome::Nothing(_) => None,
    };
    if agrees == Some(false) {
        note = discrepancies
            .iter()
            .find(|discrepancy| discrepancy.about.contains(&quantity.id))
            .map(|discrepancy| discrepancy.detail.clone());
    }
    Checked {
        id: quantity.id.clone(),
        population: quantity.population.clone(),
        source: quantity.source.clone(),
        printed: targets::printed(quantity),
        computed: match outcome {
            compute::Outcome::Numbers(_) => Some(targets::computed(quantity, &parts)),
            compute::Outcome::Words { text, .. } => Some(text),
            compute::Outcome::Nothing(_) => None,
        },
        parts,
        agrees,
        note: note.or_else(|| quantity.note.clone()),
    }
}
