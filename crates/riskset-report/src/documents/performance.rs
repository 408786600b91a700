//! The answer of `riskset performance`.

mod entries;
mod reclassified;
mod tables;

pub use entries::{
    ComparisonEntry, CorrectedEntry, DifferenceEntry, GroupEntry, ModelEntry, TimeEntry,
    ValidationEntry,
};

pub use reclassified::{NetEntry, ReclassifiedEntry};

use super::{Document, Head};
use crate::format::Style;
use crate::table::Table;
use riskset_analysis::{Judged, PerformanceAnswer, SavedModel, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// What the predictions of one Cox model, or of two, are worth.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PerformanceDocument {
    /// What every document starts with; the rows are those that made the models.
    #[serde(flatten)]
    pub head: Head,
    /// How tied event times were handled.
    pub ties: &'static str,
    /// The level of the intervals.
    pub conf_level: f64,
    /// Events of the rows that made the models.
    pub events: usize,
    /// The rows on which the models are judged.
    pub judged: JudgedEntry,
    /// The end of the pairs of Uno's concordance.
    pub tau: f64,
    /// Where the random numbers of resampling start.
    pub seed: u64,
    /// The model, and the other one where there is one.
    pub models: Vec<ModelEntry>,
    /// The model less the other one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<ComparisonEntry>,
    /// The model as a file can hold it, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<SavedModel>,
}

/// The rows on which models are judged.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct JudgedEntry {
    /// What the data are called.
    pub data: String,
    /// Whether no row of them made the models.
    pub new: bool,
    /// Rows.
    pub n: usize,
    /// Rows left out because a column used is missing.
    pub n_missing: usize,
    /// Events.
    pub events: usize,
}

impl JudgedEntry {
    pub(super) fn of(judged: &Judged) -> JudgedEntry {
        JudgedEntry {
            data: judged.data.clone(),
            new: judged.new,
            n: judged.n,
            n_missing: judged.n_missing,
            events: judged.events,
        }
    }

    /// Which rows made a model, and on which it is judged.
    pub(super) fn sentence(&self, head: &Head, made_events: usize) -> String {
        let JudgedEntry { data, new, n, n_missing, events } = self;
        let made = format!("Made of {} rows with {made_events} events", head.n);
        let left_out = match n_missing {
            0 => String::new(),
            count => format!(" ({count} left out for missing values)"),
        };
        match new {
            true => format!(
                "{made}; judged on {n} other rows with {events} events, of {data}{left_out}. The \
                 predictions are taken as given, so the limits hold the patients' chance alone."
            ),
            false => format!("{made}, and judged on the same."),
        }
    }
}

impl PerformanceDocument {
    /// The document of an answer.
    pub fn of(answer: &PerformanceAnswer, voice: &dyn Voice) -> PerformanceDocument {
        let request = &answer.request;
        let level = request.conf_level;
        PerformanceDocument {
            head: Head::of(&answer.about, voice),
            ties: request.ties.name(),
            conf_level: level,
            events: answer.events,
            judged: JudgedEntry::of(&answer.judged),
            tau: request.horizon(),
            seed: request.seed,
            models: answer.models.iter().map(|model| ModelEntry::of(model, level)).collect(),
            comparison: answer.comparison.as_ref().map(ComparisonEntry::of),
            model: answer.saved.clone(),
        }
    }

    fn validation_sentences(&self) -> Vec<String> {
        let model = &self.models[0];
        let mut sentences = Vec::new();
        if let Some(found) = &model.bootstrap {
            sentences.push(format!(
                "Optimism by {} bootstrap samples from seed {}, the model made anew in each ({} could \
                 be): its measures on the sample less those on all rows (Harrell, Lee and Mark 1996).",
                found.asked, self.seed, found.made
            ));
        }
        if let Some(found) = &model.cross_validation {
            sentences.push(format!(
                "Cross-validation in {} folds from seed {}: every row is judged by a model that has \
                 not seen it; concordances compare within folds.",
                found.asked, self.seed
            ));
        }
        sentences
    }

    fn comparison_sentences(&self, style: &Style) -> Vec<String> {
        let Some(comparison) = &self.comparison else { return Vec::new() };
        let mut sentences = Vec::new();
        if let Some(test) = &comparison.nested {
            sentences.push(super::cox::test_sentence(test, style));
            sentences.push(
                "Whether the terms of the larger model add anything is the question of the \
                 likelihood-ratio test. The P values of differences take the predictions as given: on \
                 the rows that made the models they are too small."
                    .to_owned(),
            );
        }
        sentences
    }
}

impl Document for PerformanceDocument {
    fn head(&self) -> &Head {
        &self.head
    }

    fn tables(&self, style: &Style) -> Vec<Table> {
        let mut tables = vec![self.measures_table(style), self.calibration_table(style)];
        tables.extend(self.groups_table(style));
        tables.extend(self.reclassification_table(style));
        tables.extend(self.corrected_tables(style));
        tables.extend(self.net_benefit_table(style));
        tables
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = vec![self.judged.sentence(&self.head, self.events)];
        notes.extend(self.validation_sentences());
        notes.extend(self.comparison_sentences(style));
        notes.extend(self.reclassification_sentence());
        notes
    }
}
