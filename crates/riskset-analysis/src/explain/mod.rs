//! How an answer comes about: its arithmetic as tables, one row a step, each with the reason why.
//!
//! The numbers are those of the core's own steps, whose sums and products are the estimates; the
//! sentences say what is done in a row and why.

mod cox;
mod curves;
mod incidence;
mod logrank;
mod rows;
mod weights;

pub(crate) use cox::cox;
pub(crate) use curves::curves;
pub(crate) use incidence::incidence;
pub(crate) use logrank::logrank;
pub(crate) use rows::explained;
pub(crate) use weights::weights;

/// One table of steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    /// What comes about, and in which group.
    pub title: String,
    /// What happens in a row and why, a sentence each.
    pub why: Vec<String>,
    /// The columns.
    pub columns: Vec<StepColumn>,
    /// The rows, in order; an entry per column, `None` for what does not exist.
    pub rows: Vec<Vec<Option<f64>>>,
    /// How many rows there are in all, where only the first and the last are here.
    pub of: usize,
    /// Where rows are left out: before this one. `None` when all are here.
    pub gap: Option<usize>,
    /// The sums of the columns that are summed, an entry per column; `None` where nothing is summed.
    pub totals: Option<Vec<Option<f64>>>,
}

/// A column of steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepColumn {
    /// The name in a document: `n_risk`.
    pub key: String,
    /// The heading for people: `At risk, n`.
    pub heading: String,
    /// What kind of number stands in it.
    pub kind: StepKind,
}

/// What kind of number stands in a column of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// A time, in the unit of the data.
    Time,
    /// A count of patients, or a sum of weights.
    Count,
    /// A number between -1 and 1 or near them, such as a probability.
    Fraction,
    /// Any other number.
    Number,
}

impl Steps {
    fn new(title: impl Into<String>, why: &[&str], columns: Vec<StepColumn>) -> Steps {
        Steps {
            title: title.into(),
            why: why.iter().map(|&sentence| sentence.to_owned()).collect(),
            columns,
            rows: Vec::new(),
            of: 0,
            gap: None,
            totals: None,
        }
    }

    fn with_rows(mut self, rows: Vec<Vec<Option<f64>>>) -> Steps {
        self.of = rows.len();
        self.rows = rows;
        self
    }

    /// Adds the sums of the columns whose key passes; all rows must be here.
    fn summed(mut self, wanted: impl Fn(&str) -> bool) -> Steps {
        let sum = |place: usize| self.rows.iter().filter_map(|row| row[place]).sum();
        let sums = self.columns.iter().enumerate();
        let sums = sums.map(|(place, column)| wanted(&column.key).then(|| sum(place))).collect();
        self.totals = Some(sums);
        self
    }

    /// The sum of a column, where it is summed.
    fn total(&self, key: &str) -> Option<f64> {
        let place = self.columns.iter().position(|column| column.key == key)?;
        self.totals.as_ref()?[place]
    }
}

fn column(key: impl Into<String>, heading: impl Into<String>, kind: StepKind) -> StepColumn {
    StepColumn { key: key.into(), heading: heading.into(), kind }
}

/// `Kaplan-Meier estimate, sex=1`; the group is left out where there is one alone.
fn titled(what: &str, group: Option<&str>) -> String {
    match group {
        Some(group) => format!("{what}, {group}"),
        None => what.to_owned(),
    }
}
