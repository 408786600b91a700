//! Why a response or an analysis was refused.

use std::fmt;

/// A refusal. Every message says what was found, where, why it cannot be used, and what to do.
///
/// Rows count from 0 here, within the input; [`Display`](fmt::Display) counts them from 1.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// There are no rows.
    Empty,
    /// There are more rows than can be numbered.
    TooManyRows {
        /// The number of rows.
        rows: usize,
    },
    /// Two columns that belong together differ in length.
    Length {
        /// Which column, in words.
        what: &'static str,
        /// The number of rows of the response.
        expected: usize,
        /// The number of values given.
        found: usize,
    },
    /// A follow-up time is negative, infinite or not a number.
    Time {
        /// The row, from 0.
        row: usize,
        /// The time found.
        value: f64,
    },
    /// An interval (start, stop] that holds no time.
    EmptyInterval {
        /// The row, from 0.
        row: usize,
        /// Where the interval starts (excluded).
        start: f64,
        /// Where the interval stops (included).
        stop: f64,
    },
    /// A case weight is negative, infinite or not a number.
    Weight {
        /// The row, from 0.
        row: usize,
        /// The weight found.
        value: f64,
    },
    /// A count is not the number of people that a row could stand for.
    Count {
        /// The row, from 0.
        row: usize,
        /// The count found.
        value: f64,
    },
    /// A group without a row.
    EmptyGroup {
        /// The group, from 0.
        group: usize,
    },
    /// There is only one group, where groups are to be compared.
    OneGroup,
    /// A group that does not exist was named.
    NoSuchGroup {
        /// The group named, from 0.
        group: usize,
        /// How many groups there are.
        count: usize,
    },
    /// A case weight is not a whole number, where rows are counted.
    WeightNotWhole {
        /// The row, from 0.
        row: usize,
        /// The weight found.
        value: f64,
    },
    /// A power of the Fleming-Harrington weight is negative or not finite.
    LogRankPower {
        /// `rho` or `gamma`.
        name: &'static str,
        /// The power found.
        value: f64,
    },
    /// The scores of a trend test are not finite, or all the same.
    TrendScores,
    /// A time at which a curve is to be read is infinite or not a number.
    RequestedTime {
        /// The time found.
        value: f64,
    },
    /// A covariate is infinite or not a number.
    Covariate {
        /// The row, from 0.
        row: usize,
        /// The column of the design, from 0.
        column: usize,
        /// The value found.
        value: f64,
    },
    /// An offset is infinite or not a number.
    Offset {
        /// The row, from 0.
        row: usize,
        /// The value found.
        value: f64,
    },
    /// No row ends with the event.
    NoEvents {
        /// The number of rows.
        rows: usize,
    },
    /// Options or data that do not go together.
    Unsupported {
        /// What was asked for, in words.
        what: &'static str,
        /// What to do.
        instead: &'static str,
    },
    /// A confidence level outside (0, 1).
    ConfLevel {
        /// The level found.
        level: f64,
    },
    /// An option outside the values it can have.
    OutOfRange {
        /// Which option, in words.
        what: &'static str,
        /// The value found.
        value: f64,
        /// What it must do, and how to write it: "lie between 0 and 1; write 0.85 for 85%".
        range: &'static str,
    },
    /// A code of a cause that does not exist, or that contradicts the row's event.
    Cause {
        /// The row, from 0.
        row: usize,
        /// The code found.
        cause: u32,
        /// How many causes there are, with codes 1 to this.
        n_causes: usize,
    },
    /// A cause was named that does not exist.
    NoSuchCause {
        /// The code named.
        cause: u32,
        /// How many causes there are, with codes 1 to this.
        n_causes: usize,
    },
    /// A study without units, or with more events than units.
    Counts {
        /// The study, from 0.
        row: usize,
        /// Events given.
        events: u64,
        /// Units given.
        n: u64,
    },
    /// The covariates tell two groups apart, so that a logistic regression has no estimate.
    Separated {
        /// How many rows a combination of the columns puts on their own side for certain.
        rows: usize,
    },
    /// A column is constant or a combination of the columns before it.
    Aliased {
        /// The column of the design, from 0.
        column: usize,
    },
    /// Iterations that did not settle.
    NotConverged {
        /// What was iterated, in words.
        what: &'static str,
        /// How many iterations were made.
        iterations: usize,
    },
    /// A working correlation so negative that clusters of this size cannot have it.
    WorkingCorrelation {
        /// The correlation found.
        icc: f64,
        /// The largest cluster.
        largest: usize,
    },
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Empty => {
                write!(f, "there are no rows to analyse; check the subset and the missing values")
            }
            Error::TooManyRows { rows } => write!(
                f,
                "there are {rows} rows, but at most {} can be numbered; analyse them in parts",
                u32::MAX
            ),
            Error::Length { what, expected, found } => {
                write!(f, "{what}: {found} values for {expected} rows; give one value for each row")
            }
            Error::Time { row, value } => write!(
                f,
                "row {}: the follow-up time is {value}, but a time must be finite and 0 or more; \
                 correct the row or leave it out",
                row + 1
            ),
            Error::EmptyInterval { row, start, stop } => write!(
                f,
                "row {}: the interval ({start}, {stop}] holds no time, because its stop is not \
                 after its start; correct the row or leave it out",
                row + 1
            ),
            Error::Weight { row, value } => write!(
                f,
                "row {}: the weight is {value}, but a weight must be finite and 0 or more; \
                 correct the row or leave it out",
                row + 1
            ),
            Error::Count { row, value } => write!(
                f,
                "row {}: the count is {value}, but a row stands for a whole number of people, at \
                 least 1; correct the row or leave it out",
                row + 1
            ),
            Error::EmptyGroup { group } => write!(
                f,
                "group {} has no rows; leave the group out or check the subset",
                group + 1
            ),
            Error::OneGroup => write!(
                f,
                "there is one group only, so that there is nothing to compare; check the subset \
                 and the grouping column"
            ),
            Error::NoSuchGroup { group, count } => write!(
                f,
                "there is no group {}: the groups are 1 to {count}; name one of them",
                group + 1
            ),
            Error::WeightNotWhole { row, value } => write!(
                f,
                "row {}: the weight is {value}, but a log-rank test counts rows and needs whole \
                 weights; leave the weights out, or fit a Cox model with robust variance",
                row + 1
            ),
            Error::LogRankPower { name, value } => write!(
                f,
                "the weight of the Fleming-Harrington test has {name} = {value}, but it must be \
                 finite and 0 or more; rho = 0 and gamma = 0 is the log-rank test"
            ),
            Error::TrendScores => write!(
                f,
                "a test for trend needs finite scores that are not all the same; give one score \
                 per group in their order, such as 1, 2, 3"
            ),
            Error::RequestedTime { value } => write!(
                f,
                "a curve cannot be read at the time {value}; give a finite time in the unit of \
                 the data"
            ),
            Error::Covariate { row, column, value } => write!(
                f,
                "row {}: column {} of the covariates is {value}, but a covariate must be finite; \
                 correct the row or leave it out",
                row + 1,
                column + 1
            ),
            Error::Offset { row, value } => write!(
                f,
                "row {}: the offset is {value}, but an offset must be finite; correct the row or \
                 leave it out",
                row + 1
            ),
            Error::NoEvents { rows } => write!(
                f,
                "no events: none of the {rows} rows (of a weight above 0) ends with the event, so \
                 there is nothing to model; check the coding of the event and the subset"
            ),
            Error::Unsupported { what, instead } => {
                write!(f, "{what}: not possible; {instead}")
            }
            Error::ConfLevel { level } => write!(
                f,
                "the confidence level is {level}, but it must lie between 0 and 1; \
                 write 0.95 for 95%"
            ),
            Error::OutOfRange { what, value, range } => {
                write!(f, "{what} is {value}, but it must {range}")
            }
            Error::Cause { row, cause, n_causes } => write!(
                f,
                "row {}: the cause is {cause}, but it must be 0 where the row is censored, and \
                 otherwise 1 to {n_causes}; correct the code or the number of causes",
                row + 1
            ),
            Error::NoSuchCause { cause, n_causes } => write!(
                f,
                "there is no cause {cause}; the causes are numbered 1 to {n_causes}, and 0 is \
                 censored"
            ),
            Error::Counts { row, events, n } => write!(
                f,
                "row {}: {events} events among {n} units; a study has at least one unit, and no \
                 more events than units; correct the counts or leave the study out",
                row + 1
            ),
            Error::Separated { rows } => write!(
                f,
                "the covariates tell the groups apart: a combination of them is certain of the \
                 group of {rows} rows, so that no patient of the other group is like these; leave \
                 out the covariate that decides the group, or compare only patients who could have \
                 been in either"
            ),
            Error::Aliased { column } => write!(
                f,
                "column {} of the covariates is constant or a combination of the columns before \
                 it; leave it out",
                column + 1
            ),
            Error::NotConverged { what, iterations } => write!(
                f,
                "{what} did not settle in {iterations} iterations, so there is no estimate; check \
                 for very few events and very unequal clusters, or choose another method"
            ),
            Error::WorkingCorrelation { icc, largest } => write!(
                f,
                "the working correlation is {icc:.4}, which a cluster of {largest} units cannot \
                 have; use the variance ratio or donner instead of gee"
            ),
        }
    }
}
