//! The balance of an answer: which values of the response count as the event, which as censored,
//! and how many rows miss the response.

use super::response::Raw;
use crate::eval::bare;
use crate::formula::{Expr, ResponseExpr};
use crate::{Error, Factor, Formula, MISSING, Table, Values};

/// What each value of the response counts as.
///
/// The counts of `event` add up to the events of the answer and those of `censored` to its
/// censorings; all counts together are the rows of the subset. So a front end can print `Event:
/// Dead 43. Censored: Alive 14, not reported 1. Missing 1.`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// The column that was counted, or the expression where it reads several columns or a column
    /// of many values; its values are then `TRUE` and `FALSE`.
    pub column: String,
    /// The values that count as the event, with their rows among those used, in the order of the
    /// column's levels. A row whose value is missing but whose event is known, as by `is.na(x)`,
    /// stands as `NA`.
    pub event: Vec<(String, usize)>,
    /// The values that count as censored (or, for a proportion, as no event), likewise.
    pub censored: Vec<(String, usize)>,
    /// The rows among the censored after which the patient goes on in another row.
    pub continuing: usize,
    /// The rows of the subset whose event is missing.
    pub missing: usize,
    /// The rows of the subset whose event is known and that were dropped because another used
    /// value is missing.
    pub left_out: usize,
}

/// A column with more values than this is no event column, so they are not listed.
const MOST_VALUES: usize = 50;

/// Rows of the subset that did not come into the answer.
#[derive(Clone, Copy)]
pub(super) struct Lost {
    pub(super) missing: usize,
    pub(super) left_out: usize,
}

impl Balance {
    pub(super) fn of(
        table: &Table,
        formula: &Formula,
        raw: &Raw,
        (rows, people): (&[u32], Option<&[f64]>),
        lost: Lost,
    ) -> Result<Balance, Error> {
        let event = event_of(formula);
        let flags = raw.events();
        let (column, factor, at) = counted_values(table, event, raw, rows)?;
        let mut counts = vec![(0, 0); factor.levels.len() + 1];
        for (row, flag) in flags.iter().enumerate() {
            let code = factor.codes[at.map_or(row, |rows| rows[row] as usize)];
            let level = if code == MISSING { factor.levels.len() } else { code as usize };
            let count = &mut counts[level];
            let people = people.map_or(1, |people| people[row] as usize);
            *(if *flag { &mut count.0 } else { &mut count.1 }) += people;
        }
        let named = |of: fn(&(usize, usize)) -> usize| {
            let names = factor.levels.iter().map(String::as_str).chain(["NA"]);
            let pairs = names.zip(&counts).map(|(name, count)| (name.to_string(), of(count)));
            pairs.filter(|(_, n)| *n > 0).collect()
        };
        let (event, censored) = (named(|count| count.0), named(|count| count.1));
        let Lost { missing, left_out } = lost;
        Ok(Balance { column, event, censored, continuing: 0, missing, left_out })
    }

    /// The number of rows with the event.
    pub fn n_events(&self) -> usize {
        self.event.iter().map(|(_, n)| n).sum()
    }

    /// The number of rows without it.
    pub fn n_censored(&self) -> usize {
        self.censored.iter().map(|(_, n)| n).sum()
    }
}

/// The event of a formula, or its outcome.
pub(super) fn event_of(formula: &Formula) -> &Expr {
    match formula.response() {
        ResponseExpr::Surv { event, .. } => event,
        ResponseExpr::Plain(event) => event,
    }
}

/// The values to count by, their name, and where the used rows stand in them (in order when
/// `None`).
fn counted_values<'a>(
    table: &Table,
    event: &Expr,
    raw: &Raw,
    rows: &'a [u32],
) -> Result<(String, Factor, Option<&'a [u32]>), Error> {
    if let Values::Text(causes) = raw.event() {
        return Ok((bare(event), causes.clone(), None));
    }
    let columns = event.columns();
    if let [column] = &columns[..] {
        // A bare column of 0 and 1 has its values in the flags already.
        let is_bare = matches!(event.inner(), Expr::Column { .. });
        if is_bare && table.is_numeric(column)? {
            return Ok((column.clone(), flag_factor(raw, ["0", "1"]), None));
        }
        if !is_bare {
            let factor = table.factor(column)?;
            if factor.levels.len() <= MOST_VALUES {
                return Ok((column.clone(), factor, Some(rows)));
            }
        }
    }
    Ok((bare(event), flag_factor(raw, ["FALSE", "TRUE"]), None))
}

fn flag_factor(raw: &Raw, names: [&str; 2]) -> Factor {
    let codes = raw.events().into_iter().map(u32::from).collect();
    Factor { codes, levels: names.map(str::to_string).to_vec() }
}
