//! What a table of patients says, as numbers.

use super::TableOneRequest;
use crate::About;
use riskset::{GroupTest, QuantileRule, Sample};

/// A table of patients.
#[derive(Clone, Debug)]
pub struct TableOneAnswer {
    /// Rows and doubts.
    pub about: About,
    /// What was asked.
    pub request: TableOneRequest,
    /// The columns of the table from the left: the groups in their order, and everybody unless left out.
    pub columns: Vec<TableColumn>,
    /// The rows of the table from the top.
    pub described: Vec<Described>,
    /// Columns of the data that are no rows of the table, with how many different texts they hold.
    pub left_out: Vec<(String, usize)>,
}

/// A column of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableColumn {
    /// What it is called; `None` for everybody.
    pub label: Option<String>,
    /// Its rows of the data.
    pub n: usize,
    /// The patients whose rows they are, where rows are units of patients.
    pub patients: Option<usize>,
}

/// A column of the data, described.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// The column.
    pub column: String,
    /// What readers see.
    pub label: String,
    /// Per column of the table, the rows that have a value.
    pub known: Vec<usize>,
    /// Per column of the table, the rows that have none.
    pub missing: Vec<usize>,
    /// How it is described.
    pub how: DescribedAs,
    /// How the groups differ; `None` unless asked for and possible.
    pub test: Option<GroupComparison>,
    /// The standardised difference, of more than two groups the largest of any pair; `None` unless asked
    /// for and possible.
    pub difference: Option<f64>,
}

/// Numbers or levels.
#[derive(Clone, Debug, PartialEq)]
pub enum DescribedAs {
    /// Numbers, by one or more summaries.
    Numbers {
        /// Which, in the order asked for.
        summaries: Vec<Summary>,
        /// Per column of the table; `None` without a value.
        samples: Vec<Option<NumberSummary>>,
        /// The decimals that the data have, at most 2.
        decimals: usize,
    },
    /// Levels, counted.
    Levels {
        /// What readers see of each level, in order.
        levels: Vec<String>,
        /// Per level, per column of the table.
        counts: Vec<Vec<usize>>,
    },
}

/// The numbers of a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberSummary {
    /// The arithmetic mean.
    pub mean: f64,
    /// The standard deviation, with n - 1; `None` for a single value.
    pub std_deviation: Option<f64>,
    /// The median.
    pub median: f64,
    /// The first and the third quartile, by the rule of the request.
    pub quartiles: (f64, f64),
    /// The smallest and the largest value.
    pub range: (f64, f64),
}

impl NumberSummary {
    /// Of these values; `None` without any.
    pub(super) fn of(values: &[f64], rule: QuantileRule) -> Option<NumberSummary> {
        let sample = Sample::new(values).ok()?;
        Some(NumberSummary {
            mean: sample.mean(),
            std_deviation: sample.std_deviation(),
            median: sample.quantile_by(rule, 0.5),
            quartiles: (sample.quantile_by(rule, 0.25), sample.quantile_by(rule, 0.75)),
            range: sample.range(),
        })
    }
}

/// How numbers are summarised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Summary {
    /// Median and quartiles.
    Median,
    /// Mean and standard deviation.
    Mean,
    /// The smallest and the largest value.
    Range,
}

riskset::choices!(
    Summary,
    "summary",
    [
        (Summary::Median, "median", "Median and quartiles"),
        (Summary::Mean, "mean", "Mean and standard deviation"),
        (Summary::Range, "range", "The smallest and the largest value"),
    ]
);

/// A test with its kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupComparison {
    /// Which.
    pub kind: TestKind,
    /// Its numbers.
    pub test: GroupTest,
}

/// Which test compares the groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TestKind {
    /// Numbers by their ranks.
    KruskalWallis,
    /// Numbers by their means.
    Welch,
    /// Levels, by chi-square.
    Pearson,
    /// Levels, exactly.
    Fisher,
}

riskset::choices!(
    TestKind,
    "test",
    [
        (TestKind::KruskalWallis, "kruskal-wallis", "Kruskal-Wallis test"),
        (TestKind::Welch, "welch", "Welch test"),
        (TestKind::Pearson, "pearson", "Pearson chi-square test"),
        (TestKind::Fisher, "fisher", "Fisher exact test"),
    ]
);
