//! Why an endpoint could not be derived.

use crate::nearest::nearest;
use std::fmt;

use super::Problem;
use crate::{Error, Place};
use riskset::Remedy;

/// How many problems a message lists before it counts the rest.
const LISTED: usize = 10;

/// A refusal. Every message says what was found, where, why it cannot be used, and what to do.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EndpointError {
    /// A column without one value a row.
    Length {
        /// The column.
        column: String,
        /// The number of rows.
        expected: usize,
        /// The number of values.
        found: usize,
    },
    /// The rule names a column that the data do not have.
    NoColumn {
        /// The column named.
        column: String,
        /// The column that is spelt most like it.
        nearest: Option<String>,
        /// The columns there are.
        available: Vec<String>,
    },
    /// A column that a table does not have.
    Table(Error),
    /// A row of a table without an id.
    NoId {
        /// The id column.
        column: String,
        /// Where the row stands.
        place: Place,
    },
    /// A rule without events.
    NoEvents {
        /// The rule.
        rule: String,
    },
    /// A rule that does not say where follow-up ends.
    NoCensoring {
        /// The rule.
        rule: String,
    },
    /// A condition that is met by everything, or by nothing.
    Condition {
        /// The column of the condition.
        column: String,
    },
    /// A named rule needs a column that was not named.
    Role {
        /// The rule.
        rule: String,
        /// What the column holds, and the key that names it.
        role: &'static str,
    },
    /// A component that is to be ignored, and cannot be.
    Ignored {
        /// The rule.
        rule: String,
        /// The component.
        component: String,
        /// The column that the rule names for it; `None` when the rule has no such component, or
        /// does not do without it.
        column: Option<String>,
        /// What the rule may do without.
        optional: &'static [&'static str],
    },
    /// There is no rule of that name, and no events were given.
    UnknownRule {
        /// The name.
        rule: String,
        /// The rule that is spelt most like it.
        nearest: Option<String>,
    },
    /// A rule's own events and a named rule's roles in one rule.
    TwoDefinitions {
        /// The rule.
        rule: String,
        /// The named rule it also asks for.
        named: String,
    },
    /// A data cut that is not a date.
    DataCut {
        /// The text found.
        text: String,
    },
    /// Patients whose dates cannot all be true, under `on_problem = "refuse"`.
    Refused {
        /// The rule.
        rule: String,
        /// What is wrong, in row order; at least one.
        problems: Vec<Problem>,
    },
}

impl EndpointError {
    /// What to do; `None` where the message says it.
    pub fn remedy(&self) -> Option<Remedy> {
        match self {
            EndpointError::Table(error) => error.remedy(),
            EndpointError::Refused { .. } => Some(Remedy::set_to("on_problem", "flag")),
            _ => None,
        }
    }

    pub(super) fn no_column<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> Self {
        let available: Vec<String> = known.cloned().collect();
        let nearest = nearest(name, available.iter().map(String::as_str)).map(str::to_owned);
        EndpointError::NoColumn { column: name.to_owned(), nearest, available }
    }
}

impl std::error::Error for EndpointError {}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EndpointError::Length { column, expected, found } => write!(
                f,
                "column `{column}`: {found} values for {expected} rows; give one value for each row"
            ),
            EndpointError::NoColumn { column, nearest, available } => {
                write!(f, "there is no column `{column}` for the rule to read")?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
                    None if available.is_empty() => {
                        write!(f, "; name a column of the data in the rule")
                    }
                    None => write!(f, "; the columns are {}", available.join(", ")),
                }
            }
            EndpointError::Table(error) => write!(f, "{error}"),
            EndpointError::NoId { column, place } => write!(
                f,
                "{place}: `{column}` is empty, so the patient could not be named in a message; \
                 give every row an id"
            ),
            EndpointError::NoEvents { rule } => write!(
                f,
                "rule `{rule}`: it names no event, so nothing could ever happen; add at least one \
                 date column to `events`"
            ),
            EndpointError::NoCensoring { rule } => write!(
                f,
                "rule `{rule}`: it does not say until when a patient without an event was \
                 followed; name the column of the last visit"
            ),
            EndpointError::Condition { column } => write!(
                f,
                "the condition on `{column}` gives neither `is` nor `is_not`, so it selects \
                 nothing; list the values that count, for example is = [\"cancer\"]"
            ),
            EndpointError::Role { rule, role } => {
                write!(
                    f,
                    "rule `{rule}`: it needs {role}; name the column of the data that holds it"
                )
            }
            EndpointError::Ignored { rule, component, column: Some(column), .. } => write!(
                f,
                "rule `{rule}`: `{component}` is ignored, and has the column `{column}`; leave one of \
                 the two out"
            ),
            EndpointError::Ignored { rule, component, column: None, optional } => {
                write!(f, "rule `{rule}`: it cannot ignore `{component}`; ")?;
                match optional {
                    [] => write!(f, "it needs all that it counts"),
                    optional => write!(f, "it may do without `{}`", optional.join("` or `")),
                }
            }
            EndpointError::UnknownRule { rule, nearest } => {
                write!(f, "there is no rule named `{rule}`")?;
                if let Some(nearest) = nearest {
                    write!(f, "; did you mean `{nearest}`?")?;
                }
                write!(
                    f,
                    " The named rules are os, dfs, rfs, pfs, efs, dss and ttp; any other endpoint \
                     needs its `events`"
                )
            }
            EndpointError::TwoDefinitions { rule, named } => write!(
                f,
                "rule `{rule}`: it gives `events` of its own and asks for the named rule `{named}`, \
                 which has its own; keep one of the two"
            ),
            EndpointError::DataCut { text } => write!(
                f,
                "data_cut: \"{text}\" is not a date; write it as YYYY-MM-DD, for example 2022-06-30"
            ),
            EndpointError::Refused { rule, problems } => {
                write!(f, "rule `{rule}`: {} cannot be used as they are:", count(problems.len()))?;
                for problem in problems.iter().take(LISTED) {
                    write!(f, "\n  {problem}")?;
                }
                if problems.len() > LISTED {
                    write!(f, "\n  and {} more", problems.len() - LISTED)?;
                }
                write!(
                    f,
                    "\ncorrect the dates, or flag these patients, who then stay without the times that \
                     their dates do not give"
                )
            }
        }
    }
}

fn count(problems: usize) -> String {
    match problems {
        1 => "the dates of one patient".to_owned(),
        n => format!("dates in {n} places"),
    }
}
