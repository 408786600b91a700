//! What taking the defaults of another program changed in an answer.

use riskset_analysis::{Matching, Moved};
use schemars::JsonSchema;
use serde::Serialize;

/// What matching another program changed, and what it could not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MatchEntry {
    /// The program, as a request names it.
    pub software: &'static str,
    /// Options that have its value, which is another than without it.
    pub moved: Vec<MovedEntry>,
    /// Options that were asked for explicitly and are not the program's.
    pub kept: Vec<MovedEntry>,
    /// Numbers that no option makes as the program does.
    pub not_matched: Vec<NotMatchedEntry>,
    /// The sentences of the text. Not in the JSON.
    #[serde(skip)]
    pub words: Vec<String>,
}

/// A convention between two values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MovedEntry {
    /// The option, as a request has it.
    pub option: &'static str,
    /// The value without a program to match; of a kept one the value asked for.
    pub from: String,
    /// The value of the program.
    pub to: &'static str,
    /// The numbers that it moves.
    pub moves: &'static str,
    /// Where the default of the program is written.
    pub source: &'static str,
}

/// A number that is not the program's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotMatchedEntry {
    /// The number.
    pub what: &'static str,
    /// What the program does.
    pub theirs: String,
    /// What is done here.
    pub ours: String,
}

impl MatchEntry {
    /// Of an answer.
    pub fn of(matching: &Matching) -> MatchEntry {
        let moved = |all: &[Moved]| all.iter().map(MovedEntry::of).collect();
        let not = matching.not_matched.iter().map(|one| NotMatchedEntry {
            what: one.what,
            theirs: one.theirs.clone(),
            ours: one.ours.clone(),
        });
        MatchEntry {
            software: matching.software.name(),
            moved: moved(&matching.moved),
            kept: moved(&matching.kept),
            not_matched: not.collect(),
            words: matching.sentences(),
        }
    }
}

impl MovedEntry {
    fn of(moved: &Moved) -> MovedEntry {
        let Moved { option, from, to, moves, source } = moved.clone();
        MovedEntry { option, from, to, moves, source }
    }
}
