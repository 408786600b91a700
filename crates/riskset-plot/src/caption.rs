//! The words around a figure: sentences of its caption with what each of them tells, and doubts
//! with what to do about them.

use riskset::{Remedy, Voice};
use serde::{Deserialize, Serialize};

/// A sentence of a caption. The checks ask what it tells, never how it is worded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The words, with their full stop.
    pub text: String,
    /// What a reader learns from them; empty for what no check asks about.
    pub tells: Vec<Tells>,
}

/// What a sentence tells a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Tells {
    /// The level and the scale of the intervals.
    Interval,
    /// What marks of censoring are, or that they are left out.
    CensoringMarks,
    /// When the counts are made.
    CountTimes,
    /// The sides of the tests.
    Sides,
    /// The median follow-up and its method.
    FollowUp,
    /// The events of each group.
    Events,
    /// That curves are weighted.
    Weights,
    /// That small cells are masked.
    Masking,
}

impl Sentence {
    /// A sentence and the one thing that it tells.
    pub fn telling(text: impl Into<String>, tells: Tells) -> Sentence {
        Sentence { text: text.into(), tells: vec![tells] }
    }
}

impl<T: Into<String>> From<T> for Sentence {
    /// A sentence that no check asks about.
    fn from(text: T) -> Sentence {
        Sentence { text: text.into(), tells: Vec::new() }
    }
}

/// What the layout or the data call into doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What was found, as a part of a sentence.
    pub what: String,
    /// What to do about it; `None` where nothing helps.
    pub remedy: Option<Remedy>,
}

impl Warning {
    /// A doubt about which nothing can be done in the figure.
    pub(crate) fn plain(what: impl Into<String>) -> Warning {
        Warning { what: what.into(), remedy: None }
    }

    /// The doubt with its remedy as a front end words it, without a full stop.
    pub fn words(&self, voice: &dyn Voice) -> String {
        Remedy::after(&self.what, self.remedy.as_ref(), voice)
    }
}
