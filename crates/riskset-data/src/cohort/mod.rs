//! The synthetic cohorts of the two studies on disappearing liver metastases.
//!
//! No patient-level data of the studies are public. These cohorts are **synthetic**: invented
//! patients and lesions, searched for by a seeded program until every number printed in the
//! publications that such rows can give comes out as printed. They repeat the publications and
//! carry no evidence beyond them; `docs/synthetic-cohorts.md` says what is printed, what was chosen,
//! and what cannot be matched.
//!
//! The stages, each in its file: lesions, survival of DREAM, survival of the Kuhlmann cohort, and
//! the assembly (linking lesions to survival, calendar dates, baseline columns). The same bytes come
//! out on every machine: the random numbers are SplitMix64, exponentials and logarithms come from
//! `libm`, and nothing depends on the order of a hash map.

mod anneal;
mod baseline;
mod calendar;
mod dream;
mod estimate;
mod kuhlmann;
mod kuhlmann_tables;
mod lesions;
mod linkage;
pub mod published;
pub(crate) mod random;
mod sheet;
mod survival;

use std::fmt;

use random::SplitMix64;

/// The first seeds, counted from 1, whose searches reach every target.
const LESION_SEED: u64 = 2;
const SURVIVAL_SEED: u64 = 6;
const KUHLMANN_SEED: u64 = 1;

/// The assembly draws at random but searches for nothing, so any seed does.
const ASSEMBLY_SEED: u64 = 77;

/// One generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CohortFile {
    /// Where it belongs below the folder `datasets`, with forward slashes.
    pub path: &'static str,
    /// CSV text: UTF-8, a header line, line feeds, empty fields where a value is missing.
    pub text: String,
}

/// A stage of the generator ended short of its targets, which means that its targets, its seed or
/// its moves were changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotReached {
    stage: &'static str,
    seed: u64,
}

impl std::error::Error for NotReached {}

impl fmt::Display for NotReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "synthetic cohorts: the stage \"{}\" did not reach its targets from seed {}, so the \
             cohort would not repeat the publication; try another seed in the module `cohort`",
            self.stage, self.seed
        )
    }
}

/// Generates the four synthetic files: patients and lesions of DREAM (233 and 520 rows) and of the
/// Kuhlmann cohort (158 and 110 rows). About a second of work.
///
/// # Errors
///
/// [`NotReached`] when a stage's search ends short of a printed number.
pub fn generate() -> Result<[CohortFile; 4], NotReached> {
    let missed = |stage, seed| NotReached { stage, seed };
    let lesions = lesions::search(LESION_SEED).ok_or(missed("lesions", LESION_SEED))?;
    let survival = survival::search(SURVIVAL_SEED).ok_or(missed("survival", SURVIVAL_SEED))?;
    let kuhlmann = kuhlmann::search(KUHLMANN_SEED).ok_or(missed("Kuhlmann", KUHLMANN_SEED))?;
    let mut random = SplitMix64::new(ASSEMBLY_SEED);
    let (dream_patients, dream_lesions) =
        dream::tables(&lesions, &survival, &mut random).ok_or(missed("assembly", ASSEMBLY_SEED))?;
    let (kuhlmann_patients, kuhlmann_lesions) = kuhlmann_tables::tables(&kuhlmann, &mut random);
    Ok([
        CohortFile { path: "dream/patients.csv", text: dream_patients },
        CohortFile { path: "dream/lesions.csv", text: dream_lesions },
        CohortFile { path: "kuhlmann/patients.csv", text: kuhlmann_patients },
        CohortFile { path: "kuhlmann/lesions.csv", text: kuhlmann_lesions },
    ])
}
