//! What can be wrong with a patient's dates.

use std::fmt;

use chrono::NaiveDate;

/// Something wrong with one patient's dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The patient's id.
    pub id: String,
    /// The row of the file, from 0.
    pub row: usize,
    /// What is wrong.
    pub kind: ProblemKind,
}

/// What is wrong. Columns are named as in the data.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// No date at which time starts.
    MissingTimeZero {
        /// The column of time zero.
        column: String,
    },
    /// A day that the calendar does not have.
    ImpossibleDate {
        /// The column.
        column: String,
        /// As written.
        text: String,
    },
    /// A text that is not written as YYYY-MM-DD.
    OtherFormat {
        /// The column.
        column: String,
        /// As written.
        text: String,
    },
    /// An event, or a last visit, before time zero.
    BeforeTimeZero {
        /// The column.
        column: String,
        /// Its date.
        date: NaiveDate,
        /// Time zero.
        time_zero: NaiveDate,
    },
    /// An event, not a death, that lies after the last visit.
    AfterLastVisit {
        /// The column of the event.
        column: String,
        /// Its date.
        date: NaiveDate,
        /// The last visit.
        last_visit: NaiveDate,
    },
    /// An event or a visit after a death.
    AfterDeath {
        /// The column.
        column: String,
        /// Its date.
        date: NaiveDate,
        /// The date of the death.
        death: NaiveDate,
    },
    /// Neither an event nor a last visit: nothing says how long the patient was followed.
    NoEnd,
    /// Time zero lies after the data cut.
    AfterDataCut {
        /// Time zero.
        time_zero: NaiveDate,
        /// The data cut.
        data_cut: NaiveDate,
    },
    /// A date whose condition cannot be judged, because its column is empty.
    UnknownCondition {
        /// The column of the date.
        column: String,
        /// The column of the condition.
        condition: String,
    },
    /// Another row has the same id.
    DuplicateId {
        /// The first row of the file with the id, from 0.
        first: usize,
    },
}

impl ProblemKind {
    /// A short code for the output's column of flags.
    pub fn code(&self) -> &'static str {
        match self {
            ProblemKind::MissingTimeZero { .. } => "missing_time_zero",
            ProblemKind::ImpossibleDate { .. } => "impossible_date",
            ProblemKind::OtherFormat { .. } => "other_format",
            ProblemKind::BeforeTimeZero { .. } => "before_time_zero",
            ProblemKind::AfterLastVisit { .. } => "after_last_visit",
            ProblemKind::AfterDeath { .. } => "after_death",
            ProblemKind::NoEnd => "no_end",
            ProblemKind::AfterDataCut { .. } => "after_data_cut",
            ProblemKind::UnknownCondition { .. } => "unknown_condition",
            ProblemKind::DuplicateId { .. } => "duplicate_id",
        }
    }

    /// Whether the dates still give a time. The others leave open when something happened.
    pub fn leaves_a_time(&self) -> bool {
        matches!(
            self,
            ProblemKind::AfterLastVisit { .. }
                | ProblemKind::AfterDeath { .. }
                | ProblemKind::DuplicateId { .. }
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "patient {} (row {}): {}", self.id, self.row + 1, self.kind)
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProblemKind::MissingTimeZero { column } => {
                write!(f, "time zero `{column}` is missing, so no time can be counted")
            }
            ProblemKind::ImpossibleDate { column, text } => {
                write!(f, "`{column}` is {text}, a day that the calendar does not have")
            }
            ProblemKind::OtherFormat { column, text } => write!(
                f,
                "`{column}` is \"{text}\", which is not written as a date with one reading"
            ),
            ProblemKind::BeforeTimeZero { column, date, time_zero } => {
                write!(f, "`{column}` is {date}, before time zero {time_zero}")
            }
            ProblemKind::AfterLastVisit { column, date, last_visit } => write!(
                f,
                "`{column}` is {date}, after the last visit {last_visit}; only a death (marked \
                 terminal in the rule) may be learnt of later"
            ),
            ProblemKind::AfterDeath { column, date, death } => {
                write!(f, "`{column}` is {date}, after the death on {death}")
            }
            ProblemKind::NoEnd => {
                write!(f, "there is neither an event nor a last visit, so follow-up has no end")
            }
            ProblemKind::AfterDataCut { time_zero, data_cut } => {
                write!(f, "time zero {time_zero} lies after the data cut {data_cut}")
            }
            ProblemKind::UnknownCondition { column, condition } => write!(
                f,
                "`{column}` has a date but `{condition}` is empty, so it is not known whether the \
                 date counts"
            ),
            ProblemKind::DuplicateId { first } => {
                write!(f, "row {} has the same id", first + 1)
            }
        }
    }
}
