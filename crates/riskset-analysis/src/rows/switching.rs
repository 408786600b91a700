//! A group that is known only after time zero: until then its patients count in the reference.
//!
//! Whoever dies early never gets into such a group, so that it looks better than it is. Each patient's
//! follow-up is cut where the group becomes known: curves by group are those of Simon and Makuch, the
//! log-rank test is that of Mantel and Byar, the hazard ratio that of a time-dependent covariate.

use crate::Problem;
use polars::prelude::DataType;
use riskset::{Groups, Observations, Remedy, switching_groups};
use riskset_data::{Grouping, Table};

/// The times in a column, one for each of the rows; `None` where one is missing. `what` is said of a
/// column that holds no numbers: "when the group is known".
pub(crate) fn times_in(
    table: &Table,
    column: &str,
    rows: &[u32],
    what: &str,
) -> Result<Vec<Option<f64>>, Problem> {
    let refuse = |error: polars::prelude::PolarsError| Problem::analysis(error, None);
    let values = table.frame().column(column).map_err(refuse)?;
    let numbers = values.cast(&DataType::Float64).map_err(refuse)?;
    if numbers.null_count() > values.null_count() || !values.dtype().is_primitive_numeric() {
        let what = format!("`{column}` says {what}, and is no column of numbers");
        return Err(Problem::analysis(what, Remedy::to("give the time since time zero")));
    }
    let numbers = numbers.f64().map_err(refuse)?;
    Ok(rows.iter().map(|&row| numbers.get(row as usize)).collect())
}

/// Cuts the follow-up of the second group where it becomes known.
pub(super) fn switched(
    response: &Observations,
    mut grouping: Grouping,
    known: &[Option<f64>],
    column: &str,
) -> Result<(Observations, Grouping), Problem> {
    if grouping.count() != 2 {
        return Err(Problem::analysis(
            format!(
                "a group that becomes known later is one against a reference, and there are {} \
                 groups",
                grouping.count()
            ),
            Remedy::set("subset"),
        ));
    }
    if response.weights().is_some() {
        let what = "a group that becomes known later takes no case weights";
        return Err(Problem::request(what, Remedy::Unset("weights".into())));
    }
    let mut changes = Vec::with_capacity(known.len());
    for (row, (&group, &time)) in grouping.groups.index().iter().zip(known).enumerate() {
        changes.push(match (group, time) {
            (0, _) => None,
            (_, Some(time)) => Some(time),
            (_, None) => {
                return Err(Problem::analysis(
                    format!(
                        "analysed row {} is of {}, and `{column}` does not say since when",
                        row + 1,
                        grouping.labels[1]
                    ),
                    Remedy::to("fill in the time, or leave the row out"),
                ));
            }
        });
    }
    let switching = switching_groups(response, &changes)?;
    grouping.groups = Groups::new(switching.groups.index().to_vec(), 2)?;
    Ok((switching.response.into_observations(), grouping))
}
