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
use riskset_analysis::{IncidenceModel, Judged, PerformanceAnswer, SavedModel, Voice};
use schemars::JsonSchema;
use serde::Serialize;

/// What the predictions of one model, or of two, are worth.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PerformanceDocument {
    /// What every document starts with; the rows are those that made the models.
    #[serde(flatten)]
    pub head: Head,
    /// With competing risks: what the predictions are of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incidence: Option<IncidenceEntry>,
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

/// The incidence that is predicted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct IncidenceEntry {
    /// The cause of interest, as the event column has it.
    pub cause: String,
    /// The value that means censored.
    pub censor: String,
    /// `fine-gray` or `cause-specific`.
    pub model: &'static str,
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
    /// Events; with competing risks those of the cause of interest.
    pub events: usize,
    /// Events of other causes, with competing risks.
    #[serde(skip_serializing_if = "is_zero")]
    pub competing: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl JudgedEntry {
    pub(super) fn of(judged: &Judged) -> JudgedEntry {
        JudgedEntry {
            data: judged.data.clone(),
            new: judged.new,
            n: judged.n,
            n_missing: judged.n_missing,
            events: judged.events,
            competing: judged.competing,
        }
    }

    /// Which rows made a model, and on which it is judged.
    pub(super) fn sentence(&self, head: &Head, made_events: usize) -> String {
        let JudgedEntry { data, new, n, n_missing, events, competing } = self;
        let made = format!("Made of {} rows with {made_events} events", head.n);
        let left_out = match n_missing {
            0 => String::new(),
            count => format!(" ({count} left out for missing values)"),
        };
        let others = match competing {
            0 => String::new(),
            count => format!(" and {count} of other causes"),
        };
        match new {
            true => format!(
                "{made}; judged on {n} other rows with {events} events{others}, of {data}{left_out}. The \
                 predictions are taken as given, so the limits hold the patients' chance alone."
            ),
            false => format!("{made}{others}, and judged on the same."),
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
            incidence: request.cause.clone().zip(request.censor.clone()).map(|(cause, censor)| {
                IncidenceEntry { cause, censor, model: request.model().name() }
            }),
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
        let resampled = &model.times.iter().any(|at| at.ici.is_some_and(|ici| ici.lower.is_some()));
        if *resampled {
            sentences.push(format!(
                "Limits of ICI and E90: percentiles of samples of the rows judged, from seed {}, the \
                 predictions taken as given. A distance is never below 0, so that its limits lie \
                 above it for a model that is well calibrated.",
                self.seed
            ));
        }
        if let Some(found) = &model.bootstrap {
            sentences.push(format!(
                "Optimism by {} bootstrap samples from seed {}, the model made anew in each ({} could \
                 be): its measures on the sample less those on all rows (Harrell, Lee and Mark 1996). \
                 The limits are the percentiles of the samples, moved by the optimism (Noma et al. \
                 2021); the slope has none, because that of a sample on itself is always 1.",
                found.asked, self.seed, found.made
            ));
        }
        if let Some(found) = &model.cross_validation {
            sentences.push(format!(
                "Cross-validation in {} folds from seed {}: every row is judged by a model that has \
                 not seen it; concordances compare within folds. The limits take these predictions as \
                 given (infinitesimal jackknife); slope and ICI would be of several models, and have \
                 none.",
                found.asked, self.seed
            ));
        }
        sentences
    }

    /// What is predicted with competing risks, and what the measures then are.
    fn incidence_sentence(&self) -> Option<String> {
        let found = self.incidence.as_ref()?;
        let model = match found.model.parse() {
            Ok(IncidenceModel::CauseSpecific) => "Cox models of the hazards of all causes",
            _ => "a Fine-Gray model",
        };
        Some(format!(
            "Predicted: the cumulative incidence of {} ({} is censored), by {model}. Whoever met \
             another cause never has the event: concordances compare them too (Wolbers et al. 2009, \
             2014), and they are controls of the AUC and without the event in the Brier score. Royston's D is \
             not told: it is the log hazard ratio of a Cox model, in which other causes are censored, and \
             what it would say of the cause-specific hazard need not hold for the incidence.",
            found.cause, found.censor
        ))
    }

    fn comparison_sentences(&self, style: &Style) -> Vec<String> {
        let Some(comparison) = &self.comparison else { return Vec::new() };
        let mut sentences = Vec::new();
        if let Some(test) = &comparison.nested {
            sentences.push(super::cox::test_sentence(test, style));
            sentences.push(
                "Whether the terms of the larger model add anything is the question of the \
                 likelihood-ratio test. The P values of differences take the predictions as given: on \
                     the rows that made the models they are no test of it."
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
        tables.extend(self.pseudo_table(style));
        tables.extend(self.groups_table(style));
        tables.extend(self.reclassification_table(style));
        tables.extend(self.corrected_tables(style));
        tables.extend(self.net_benefit_table(style));
        tables
    }

    fn notes(&self, style: &Style) -> Vec<String> {
        let mut notes = vec![self.judged.sentence(&self.head, self.events)];
        notes.extend(self.incidence_sentence());
        notes.extend(self.validation_sentences());
        notes.extend(self.comparison_sentences(style));
        notes.extend(self.reclassification_sentence());
        notes
    }
}
