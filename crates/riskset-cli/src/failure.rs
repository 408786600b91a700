//! Why a command did not do what was asked, and the exit status that says so.

use crate::voice::{CommandLine, refusal};
use riskset_analysis::{Problem, ProblemKind};
use std::fmt;

/// A refusal, with its exit status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The analysis could not be done: exit status 1.
    Analysis(String),
    /// The command line is wrong: exit status 2.
    Usage(String),
}

impl Failure {
    /// The analysis could not be done.
    pub fn analysis(message: impl fmt::Display) -> Failure {
        Failure::Analysis(message.to_string())
    }

    /// The command line is wrong.
    pub fn usage(message: impl fmt::Display) -> Failure {
        Failure::Usage(message.to_string())
    }

    /// 1 or 2.
    pub fn exit_status(&self) -> u8 {
        match self {
            Failure::Analysis(_) => 1,
            Failure::Usage(_) => 2,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Analysis(message) | Failure::Usage(message) => f.write_str(message),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Failure {
        let message = refusal(&problem);
        match problem.kind {
            ProblemKind::Request => Failure::Usage(message),
            ProblemKind::Analysis => Failure::Analysis(message),
        }
    }
}

impl From<riskset_report::Error> for Failure {
    fn from(error: riskset_report::Error) -> Failure {
        Failure::analysis(error.words(&CommandLine))
    }
}

impl From<riskset::Error> for Failure {
    fn from(error: riskset::Error) -> Failure {
        Failure::analysis(error)
    }
}

impl From<riskset_data::Error> for Failure {
    fn from(error: riskset_data::Error) -> Failure {
        Problem::from(error).into()
    }
}
