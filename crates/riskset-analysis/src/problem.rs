//! Why an analysis could not be done.

use crate::voice::{Fields, RequestWords};
use riskset::{Remedy, Voice};
use std::fmt;

/// A refusal: what was found and why it cannot be used, and apart from that what to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Whose fault it is: the front ends answer the two in different ways.
    pub kind: ProblemKind,
    /// What was found, where, and why it cannot be used; a sentence without a full stop.
    pub what: String,
    /// What to do; `None` where `what` says it.
    pub remedy: Option<Remedy>,
}

/// What a problem lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The request contradicts itself or cannot be read: nothing was computed.
    Request,
    /// The data cannot be used for what was asked.
    Analysis,
}

impl Problem {
    /// The request itself is wrong.
    pub fn request(what: impl fmt::Display, remedy: impl Into<Option<Remedy>>) -> Problem {
        Problem { kind: ProblemKind::Request, what: what.to_string(), remedy: remedy.into() }
    }

    /// The data cannot be used for what was asked.
    pub fn analysis(what: impl fmt::Display, remedy: impl Into<Option<Remedy>>) -> Problem {
        Problem { kind: ProblemKind::Analysis, what: what.to_string(), remedy: remedy.into() }
    }

    /// The same problem of an analysis that takes these fields alone: a remedy names no other.
    pub(crate) fn of(self, asked: &Fields) -> Problem {
        let remedy = self.remedy.and_then(|remedy| remedy.known(&|field| asked.knows(field)));
        Problem { remedy, ..self }
    }

    /// The whole message in the words of a front end.
    pub fn words(&self, voice: &dyn Voice) -> String {
        Remedy::after(&self.what, self.remedy.as_ref(), voice)
    }
}

impl std::error::Error for Problem {}

/// The message in no front end's words: a field is named as the request has it.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(&RequestWords))
    }
}

impl From<riskset::Error> for Problem {
    fn from(error: riskset::Error) -> Problem {
        Problem::analysis(error, None)
    }
}

impl From<riskset_data::Error> for Problem {
    fn from(error: riskset_data::Error) -> Problem {
        let remedy = error.remedy();
        Problem::analysis(error, remedy)
    }
}

impl From<riskset_plot::Error> for Problem {
    fn from(error: riskset_plot::Error) -> Problem {
        Problem::analysis(error, None)
    }
}
