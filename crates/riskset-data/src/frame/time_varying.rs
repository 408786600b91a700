//! Effects that change with time: the columns of `tv(x, log(t))`.

use super::{Design, ModelFrame};
use crate::eval::Scope;
use crate::{Error, Expr, Table};
use polars::prelude::{DataFrame, NamedFrom, Series};
use std::ops::Range;

/// A term of `tv()`.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeVarying {
    /// The term as R would write it: `tv(x, log(t))`.
    pub name: String,
    /// The columns of its variable in the design, which are multiplied by the function.
    pub columns: Range<usize>,
    /// The function of `t`.
    pub of_time: Expr,
}

impl TimeVarying {
    /// The function at these times, in the unit of the data; at least one time.
    ///
    /// # Errors
    ///
    /// An [`Error`] where the function has no value, as log(t) at 0.
    pub fn at(&self, times: &[f64]) -> Result<Vec<f64>, Error> {
        let series = Series::new("t".into(), times);
        let frame = DataFrame::new(times.len(), vec![series.into()]).map_err(|error| {
            Error::Kind { expr: self.of_time.to_string(), problem: error.to_string() }
        })?;
        let table = Table::from_frame(frame, "the event times")?;
        Scope { table: &table, rows: None }.numbers(&self.of_time)
    }
}

impl ModelFrame {
    /// The terms of `tv()` in the order of the formula; none without.
    pub fn time_varying(&self, design: &Design) -> Vec<TimeVarying> {
        let own = |variable: usize| self.terms.iter().position(|term| term[..] == [variable]);
        self.timed
            .iter()
            .filter_map(|(variable, of_time)| {
                let term = &design.terms[own(*variable)?];
                Some(TimeVarying {
                    name: format!("tv({}, {of_time})", term.name),
                    columns: term.columns.clone(),
                    of_time: of_time.clone(),
                })
            })
            .collect()
    }
}
