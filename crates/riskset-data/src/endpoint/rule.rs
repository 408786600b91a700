//! What a rule is made of.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// How the date columns of a study become one time and event a patient.
///
/// The time runs from `time_zero` to the earliest of the dates of `events` and `competing`, or, when
/// there is none, to the latest of the dates of `censor`. A `data_cut` ends everyone's follow-up on
/// that day; what happened later is not counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// A short name, which the output columns start with: `dfs`.
    pub name: String,
    /// The definition in words, for reports; may be empty for a study's own rule.
    pub definition: String,
    /// Where the definition is from; may be empty.
    pub source: String,
    /// The column of the date at which time starts.
    pub time_zero: String,
    /// The dates that are the event. Of several on one day, the first in this list decides.
    pub events: Vec<Dated>,
    /// The dates that compete with the event: after them it can no longer happen, or no longer be
    /// told. On the day of an event, the event counts.
    pub competing: Vec<Dated>,
    /// The columns that say how long a patient without an event was followed; the latest counts.
    pub censor: Vec<String>,
    /// The last day of the study's data.
    pub data_cut: Option<NaiveDate>,
    /// The unit of the time.
    pub unit: TimeUnit,
    /// What to do about contradictory or unusable dates.
    pub on_problem: OnProblem,
}

impl Rule {
    /// The columns that it makes for an analysis: time, event and cause.
    pub fn column_names(&self) -> [String; 3] {
        let Rule { name, unit, .. } = self;
        [format!("{name}_{unit}"), format!("{name}_event"), format!("{name}_cause")]
    }

    /// All the columns that it makes: those, and the day, the columns that decided, the audit line
    /// and the flags.
    pub fn header(&self) -> Vec<String> {
        let further = ["date", "decided_by", "audit", "flags"];
        let further = further.map(|what| format!("{}_{what}", self.name));
        self.column_names().into_iter().chain(further).collect()
    }
}

/// A column of dates on which something happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dated {
    /// The column.
    pub column: String,
    /// What happened, in the words of the report. The column's name without `_date` when absent.
    #[serde(default)]
    pub label: Option<String>,
    /// A death: it may lie after the last visit, and nothing may lie after it.
    #[serde(default)]
    pub terminal: bool,
    /// Counts only the dates of patients who meet this, for example a cause of death.
    #[serde(default)]
    pub when: Option<Condition>,
}

impl Dated {
    /// Every date of a column, labelled by the column's name.
    pub fn column(column: &str) -> Self {
        Dated { column: column.to_owned(), label: None, terminal: false, when: None }
    }

    /// The dates of a column of deaths.
    pub fn death(column: &str) -> Self {
        Dated { label: Some("death".to_owned()), terminal: true, ..Dated::column(column) }
    }

    /// With a label.
    pub fn label(mut self, label: &str) -> Self {
        self.label = Some(label.to_owned());
        self
    }

    /// With a condition.
    pub fn when(mut self, condition: Condition) -> Self {
        self.when = Some(condition);
        self
    }

    /// What happened, in words.
    pub fn words(&self) -> String {
        match &self.label {
            Some(label) => label.clone(),
            None => self.column.strip_suffix("_date").unwrap_or(&self.column).replace('_', " "),
        }
    }
}

/// A condition on a text column: its value is one of `is`, or none of `is_not`. A missing value is a
/// problem, because it leaves open what happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The column.
    pub column: String,
    /// Values that count; empty when `is_not` is given.
    #[serde(default)]
    pub is: Vec<String>,
    /// Values that do not count; empty when `is` is given.
    #[serde(default)]
    pub is_not: Vec<String>,
}

impl Condition {
    /// Whether a value meets the condition.
    pub fn holds(&self, value: &str) -> bool {
        let among = |values: &[String]| values.iter().any(|one| one == value);
        (self.is.is_empty() || among(&self.is)) && !among(&self.is_not)
    }
}

/// The unit of time. A month is 30.4375 days and a year 365.25 days, whatever the calendar says, so
/// that equal numbers of days are equal times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimeUnit {
    /// Days.
    #[default]
    Days,
    /// Weeks of 7 days.
    Weeks,
    /// Months of 30.4375 days.
    Months,
    /// Years of 365.25 days.
    Years,
}

impl TimeUnit {
    /// All units, the shortest first.
    pub const ALL: [TimeUnit; 4] =
        [TimeUnit::Days, TimeUnit::Weeks, TimeUnit::Months, TimeUnit::Years];

    /// The unit of that name, in the plural.
    pub fn parse(name: &str) -> Option<TimeUnit> {
        TimeUnit::ALL.into_iter().find(|unit| unit.name() == name)
    }

    /// The word, in the plural: `days`.
    pub fn name(self) -> &'static str {
        match self {
            TimeUnit::Days => "days",
            TimeUnit::Weeks => "weeks",
            TimeUnit::Months => "months",
            TimeUnit::Years => "years",
        }
    }

    /// The days in one unit.
    pub fn days(self) -> f64 {
        match self {
            TimeUnit::Days => 1.0,
            TimeUnit::Weeks => 7.0,
            TimeUnit::Months => 30.4375,
            TimeUnit::Years => 365.25,
        }
    }
}

impl fmt::Display for TimeUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What to do about a patient whose dates cannot all be true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnProblem {
    /// Refuse the whole derivation, and name every patient concerned.
    #[default]
    Refuse,
    /// Keep the patient with a flag; the time is missing where the dates do not give one.
    Flag,
}
