//! What would take memory of the square of a number of levels, or answer no question: refused before
//! anything of that size is allocated.

use super::design::Coded;
use super::{Counted, CurveFault, FrameError, Grouping, ModelFrame, ResponsePart};
use crate::formula::{ResponseExpr, Variable};
use crate::{Error, Expr, Formula, Values};

/// The most groups that are compared: a test of so many holds a matrix of their square.
pub const MOST_GROUPS: usize = 200;

/// The most distinct values of a numeric column that is taken as groups.
pub const MOST_NUMERIC_GROUPS: usize = 20;

/// The most levels of a category in a model.
pub const MOST_LEVELS: usize = 500;

/// The most columns of a design: an information matrix has their square.
pub const MOST_COLUMNS: usize = 1000;

/// The most people of a table of counts for each of whom a row is written (2 GB with what an analysis
/// needs).
pub const MOST_WRITTEN_OUT: usize = 20_000_000;

/// The most values of a design (4 GB).
pub const MOST_CELLS: usize = 1 << 29;

/// The time and the event stand to the left of `~` only. A time with a start may stand among the
/// terms, because rows split at chosen times model an effect that changes with time; and so may a
/// column that is only a part of the time, as an age at entry.
pub(super) fn refuse_response_on_right(formula: &Formula) -> Result<(), Error> {
    let (time, event) = match formula.response() {
        ResponseExpr::Surv { start: None, time, event } => (only_column(time), event),
        ResponseExpr::Surv { start: Some(_), event, .. } => (None, event),
        ResponseExpr::Plain(event) => (None, event),
    };
    let parts = [(time, ResponsePart::Time), (only_column(event), ResponsePart::Event)];
    for (column, part) in parts.into_iter().filter_map(|(column, part)| Some((column?, part))) {
        let uses = |expr: &Expr| expr.columns().contains(&column);
        let terms = formula.terms().iter();
        let mut terms =
            terms.map(|term| term.iter().map(|&index| &formula.variables()[index].expr));
        let term = terms.find(|term| term.clone().any(uses));
        if term.is_none() && !formula.strata().iter().any(uses) {
            continue;
        }
        let with = term.into_iter().flatten().flat_map(Expr::columns);
        let with = with.filter(|name| *name != column).collect();
        return Err(FrameError::ResponseOnRight { column, part, with }.into());
    }
    Ok(())
}

fn only_column(expr: &Expr) -> Option<String> {
    let mut columns = expr.columns();
    if columns.len() == 1 { columns.pop() } else { None }
}

/// A measured number makes no groups; `factor(x)` says that its values are meant as such.
pub(super) fn refuse_measured(variable: &Variable, values: &Values) -> Result<(), Error> {
    if variable.curve.is_some() {
        let (term, fault) = (variable.name.clone(), CurveFault::Groups);
        return Err(FrameError::Curve { term, of: variable.expr.to_string(), fault }.into());
    }
    let (Values::Number(numbers), false) = (values, matches!(variable.expr, Expr::Factor { .. }))
    else {
        return Ok(());
    };
    let mut distinct: Vec<u64> = Vec::new();
    for &number in numbers {
        let bits = (number + 0.0).to_bits();
        if !distinct.contains(&bits) {
            distinct.push(bits);
        }
        if distinct.len() > MOST_NUMERIC_GROUPS {
            let mut all: Vec<u64> = numbers.iter().map(|number| (number + 0.0).to_bits()).collect();
            all.sort_unstable();
            all.dedup();
            let column = variable.name.clone();
            return Err(FrameError::MeasuredGroups { column, values: all.len() }.into());
        }
    }
    Ok(())
}

/// Groups few enough to be compared.
pub(super) fn few_groups(
    groups: Option<Grouping>,
    terms: &[String],
) -> Result<Option<Grouping>, Error> {
    match groups.as_ref().map_or(0, Grouping::count) {
        found if found > MOST_GROUPS => Err(FrameError::TooMany {
            term: terms.join(" + "),
            found,
            limit: MOST_GROUPS,
            of: Counted::Groups,
        }
        .into()),
        _ => Ok(groups),
    }
}

/// A design that can be held and fitted.
pub(super) fn few_columns(frame: &ModelFrame, coded: &[Coded<'_>]) -> Result<(), Error> {
    let width = |&index: &usize| match &coded[index] {
        Coded::Number(_) => 1,
        Coded::Factor(factor) => factor.levels.len(),
        Coded::Curve(curve) => curve.columns.len(),
    };
    let refuse = |term: &str, found: usize, limit: usize, of: Counted| {
        Err(FrameError::TooMany { term: term.to_string(), found, limit, of }.into())
    };
    let mut columns = 0_usize;
    for (term, name) in frame.terms.iter().zip(&frame.term_names) {
        let widths = term.iter().map(width);
        let found = widths.fold(1_usize, usize::saturating_mul);
        if term.len() == 1 && found > MOST_LEVELS {
            return refuse(name, found, MOST_LEVELS, Counted::Levels);
        }
        columns = columns.saturating_add(found);
        let limit = MOST_COLUMNS.min((MOST_CELLS / frame.n).max(1));
        if columns > limit {
            return refuse(&frame.term_names.join(" + "), columns, limit, Counted::Columns);
        }
    }
    Ok(())
}
