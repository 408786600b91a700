//! What a comparison such as `status == 2` counts as censored: one value, or several, of which all
//! but one may be competing events.

use crate::formula::{Binary, Expr, ResponseExpr};
use crate::{Error, Formula, MISSING, Table, Values};

/// Values beyond this many are not listed: a column with so many is no event column.
const LISTED: usize = 6;

/// The distinct values of the event's column among the rows without the event, in order of first
/// appearance; empty unless the event is a comparison of one column, or when there is only one.
pub(super) fn censored_values(
    table: &Table,
    formula: &Formula,
    rows: &[u32],
    event: &[bool],
) -> Result<Vec<String>, Error> {
    let Some(column) = compared_column(formula) else { return Ok(Vec::new()) };
    let censored = rows.iter().zip(event).filter(|(_, event)| !**event).map(|(&row, _)| row);
    let values = match table.values(column)? {
        Values::Number(numbers) => {
            let known = censored.map(|row| numbers[row as usize]);
            distinct(known).iter().map(f64::to_string).collect()
        }
        Values::Text(factor) => {
            let known = censored.map(|row| factor.codes[row as usize]);
            let codes = distinct(known.filter(|&code| code != MISSING));
            codes.iter().map(|&code| factor.levels[code as usize].clone()).collect()
        }
        Values::Flag(_) => Vec::new(),
    };
    Ok(if values.len() > 1 { values } else { Vec::new() })
}

/// The column in `status == 2` or `status %in% c(1, 2)`.
fn compared_column(formula: &Formula) -> Option<&str> {
    let ResponseExpr::Surv { event, .. } = formula.response() else { return None };
    let compared = match event {
        Expr::Binary(Binary::Equal, left, _) => left,
        Expr::In(of, _) => of,
        _ => return None,
    };
    match &**compared {
        Expr::Column { name, .. } => Some(name),
        _ => None,
    }
}

fn distinct<T: PartialEq + Copy>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut met: Vec<T> = Vec::new();
    for value in values {
        if !met.contains(&value) {
            met.push(value);
            if met.len() == LISTED {
                break;
            }
        }
    }
    met
}
