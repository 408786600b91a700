//! The response of a frame: times and events read from a formula, checked by the core.

use riskset::{CountingProcess, Observations, RightCensored};

use super::{Competing, FrameError};
use crate::eval::{Scope, bare};
use crate::formula::{Binary, Expr, ResponseExpr};
use crate::{Error, Factor, Place, Values};

/// The causes of a competing-risks analysis.
#[derive(Clone, Debug, PartialEq)]
pub struct CompetingEvents {
    /// What ended each row: 0 censored, otherwise the number of the cause, from 1.
    pub codes: Vec<u32>,
    /// The names of the causes that occur, in natural order; cause 1 first.
    pub causes: Vec<String>,
    /// The number of the cause of interest, from 1.
    pub cause: Option<u32>,
}

/// What kind of response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A column of 0 and 1 by itself.
    Plain,
    /// `Surv(time, event)`.
    Right,
    /// `Surv(start, stop, event)`.
    Counting,
}

/// A response before rows are dropped: its pieces are start (if any), time (if any), event.
pub(super) struct Raw {
    pub(super) form: Form,
    pub(super) pieces: Vec<(String, Values)>,
    competing: Option<Competing>,
}

impl Raw {
    pub(super) fn of(
        scope: &Scope<'_>,
        response: &ResponseExpr,
        competing: Option<&Competing>,
    ) -> Result<Raw, Error> {
        let number = |expr: &Expr| -> Result<(String, Values), Error> {
            Ok((bare(expr), Values::Number(scope.numbers(expr)?)))
        };
        let (form, mut pieces, event) = match response {
            ResponseExpr::Plain(event) => (Form::Plain, Vec::new(), event),
            ResponseExpr::Surv { start: None, time, event } => {
                (Form::Right, vec![number(time)?], event)
            }
            ResponseExpr::Surv { start: Some(start), time, event } => {
                (Form::Counting, vec![number(start)?, number(time)?], event)
            }
        };
        let mut asked = None;
        let values = match competing {
            None => Values::Flag(event_flags(scope, event)?),
            Some(_) if form == Form::Plain => {
                return Err(Error::ResponseForm { needed: "Surv(time, event)" });
            }
            Some(competing) => {
                let (causes, resolved) = event_causes(scope, event, competing)?;
                asked = Some(resolved);
                Values::Text(causes)
            }
        };
        pieces.push((bare(event), values));
        Ok(Raw { form, pieces, competing: asked })
    }

    pub(super) fn event(&self) -> &Values {
        &self.pieces.last().expect("a response has an event").1
    }

    /// The causes of the rows that are left.
    pub(super) fn competing(&self) -> Option<CompetingEvents> {
        let options = self.competing.as_ref()?;
        let Values::Text(factor) = self.event() else { return None };
        let (counts, interest) = (factor.counts(), options.cause.as_deref());
        let is_cause = |level: &usize| {
            let name = &factor.levels[*level];
            !options.censor.iter().any(|censor| same(name, censor))
                && (counts[*level] > 0 || interest.is_some_and(|cause| same(name, cause)))
        };
        let causes: Vec<usize> = (0..factor.levels.len()).filter(is_cause).collect();
        let mut number = vec![0; factor.levels.len()];
        for (index, &level) in causes.iter().enumerate() {
            number[level] = index as u32 + 1;
        }
        let causes: Vec<String> =
            causes.into_iter().map(|level| factor.levels[level].clone()).collect();
        let cause = interest.and_then(|interest| causes.iter().position(|c| same(c, interest)));
        Some(CompetingEvents {
            codes: factor.codes.iter().map(|&code| number[code as usize]).collect(),
            cause: cause.map(|index| index as u32 + 1),
            causes,
        })
    }

    /// Whether each of the complete rows ends with an event, of any cause.
    pub(super) fn events(&self) -> Vec<bool> {
        match self.event() {
            Values::Flag(flags) => flags.iter().map(|flag| *flag == Some(true)).collect(),
            _ => {
                let causes = self.competing().expect("an event that is no flag names causes");
                causes.codes.iter().map(|&code| code > 0).collect()
            }
        }
    }

    pub(super) fn into_outcome(self) -> Vec<bool> {
        self.events()
    }

    /// Counts time from a landmark: marks as not complete whoever ends at or before it, and returns
    /// how many complete rows that are.
    pub(super) fn start_at(
        &mut self,
        landmark: f64,
        complete: &mut [bool],
    ) -> Result<usize, Error> {
        let mut times: Vec<&mut Vec<f64>> = self
            .pieces
            .iter_mut()
            .filter_map(|(_, values)| match values {
                Values::Number(numbers) => Some(numbers),
                _ => None, // the event
            })
            .collect();
        let (starts, ends) = match (self.form, &mut times[..]) {
            (Form::Right, [time, ..]) => (None, time),
            (Form::Counting, [start, stop, ..]) => (Some(start), stop),
            _ => return Err(Error::ResponseForm { needed: "Surv(time, event)" }),
        };
        let mut before = 0;
        for (end, complete) in ends.iter_mut().zip(complete.iter_mut()) {
            if *complete && *end <= landmark {
                (*complete, before) = (false, before + 1);
            }
            *end -= landmark;
        }
        for start in starts.into_iter().flat_map(|starts| starts.iter_mut()) {
            *start = (*start - landmark).max(0.0);
        }
        Ok(before)
    }

    /// The response as the core checks it; `place` says where a row stands. Columns that are not
    /// needed for a refusal are given away instead of copied.
    pub(super) fn into_observations(
        self,
        weights: Option<(&str, &[f64])>,
        place: &impl Fn(usize) -> Place,
    ) -> Result<Observations, Error> {
        let events = self.events();
        let mut times = self.pieces.into_iter().filter_map(|(name, values)| match values {
            Values::Number(numbers) => Some((name, numbers)),
            _ => None, // the event
        });
        let observations = match (self.form, times.next(), times.next()) {
            (Form::Right, Some((name, time)), _) => RightCensored::from_columns(time, events)
                .map(RightCensored::into_observations)
                .map_err(|error| refused_time(error, &name, place))?,
            (Form::Counting, Some((start_name, start)), Some((stop_name, stop))) => {
                CountingProcess::new(&start, &stop, &events)
                    .map(CountingProcess::into_observations)
                    .map_err(|error| {
                        refused_interval(error, (&start_name, &start), (&stop_name, &stop), place)
                    })?
            }
            _ => unreachable!("a survival response has one or two times, which are numbers"),
        };
        match weights {
            None => Ok(observations),
            Some((name, weights)) => {
                observations.with_weights(weights).map_err(|error| match error {
                    riskset::Error::Weight { row, value } => Error::Row {
                        column: name.to_string(),
                        place: place(row),
                        problem: format!("is {value}, but a weight must be finite and 0 or more"),
                    },
                    other => other.into(),
                })
            }
        }
    }
}

/// The core's refusal of a time, with its column and the row of the file.
fn refused_time(error: riskset::Error, column: &str, place: &impl Fn(usize) -> Place) -> Error {
    match error {
        riskset::Error::Time { row, value } => Error::Row {
            column: column.to_string(),
            place: place(row),
            problem: format!("is {value}, but a time must be finite and 0 or more"),
        },
        other => other.into(),
    }
}

/// The same for a start or a stop, or an interval without time.
fn refused_interval(
    error: riskset::Error,
    (start_name, start): (&str, &[f64]),
    (stop_name, stop): (&str, &[f64]),
    place: &impl Fn(usize) -> Place,
) -> Error {
    let (column, row, problem) = match error {
        riskset::Error::Time { row, value } => {
            let is_start = start[row].to_bits() == value.to_bits();
            let problem = format!("is {value}, but a time must be finite");
            (if is_start { start_name } else { stop_name }, row, problem)
        }
        riskset::Error::EmptyInterval { row, .. } => {
            let problem = format!(
                "is {}, which is not after `{start_name}` ({}), so the interval holds no time",
                stop[row], start[row]
            );
            (stop_name, row, problem)
        }
        other => return other.into(),
    };
    Error::Row { column: column.to_string(), place: place(row), problem }
}

/// Whether each row has the event: 0/1, true/false or a comparison, nothing else.
pub(super) fn event_flags(scope: &Scope<'_>, event: &Expr) -> Result<Vec<Option<bool>>, Error> {
    let values = match event.inner() {
        // The whole column is looked at, not only the subset: where all patients left have code 1
        // of 1 and 2, the coding would be guessed all the same.
        Expr::Column { name, .. } => {
            if let (Some(numbers), None) = (scope.table.known_numbers(name)?, scope.rows)
                && numbers.iter().fold(true, |all, &x| all & (x == 0.0 || x == 1.0))
            {
                return Ok(numbers.iter().map(|&x| Some(x == 1.0)).collect());
            }
            let whole = scope.table.values(name)?;
            if !is_zero_one(&whole) {
                return Err(coding_error(name, whole, scope.rows));
            }
            if scope.rows.is_some() { scope.column(name)? } else { whole }
        }
        _ => {
            check_compared_numbers(scope, event)?;
            scope.values(event)?
        }
    };
    match values {
        Values::Flag(flags) => Ok(flags),
        values if !is_zero_one(&values) => Err(coding_error(&bare(event), values, None)),
        Values::Number(numbers) => {
            Ok(numbers.iter().map(|x| (!x.is_nan()).then_some(*x == 1.0)).collect())
        }
        Values::Text(_) => unreachable!("a text is not 0 or 1"),
    }
}

fn is_zero_one(values: &Values) -> bool {
    match values {
        Values::Flag(_) => true,
        Values::Number(numbers) => numbers.iter().all(|x| *x == 0.0 || *x == 1.0 || x.is_nan()),
        Values::Text(_) => false,
    }
}

/// The values of the whole column, each with its rows after the subset.
fn coding_error(column: &str, whole: Values, rows: Option<&[u32]>) -> Error {
    let numeric = matches!(whole, Values::Number(_));
    let Factor { codes, levels } = whole.into_factor();
    let codes = match rows {
        Some(rows) => rows.iter().map(|&row| codes[row as usize]).collect(),
        None => codes,
    };
    let factor = Factor { codes, levels };
    let counts = factor.counts();
    let values = factor.levels.into_iter().zip(counts).collect();
    FrameError::EventCoding { column: column.to_string(), values, numeric }.into()
}

/// Refuses `status == 3` where no row of the table has status 3: all would be censored unseen.
/// Texts are checked wherever they are compared.
fn check_compared_numbers(scope: &Scope<'_>, expr: &Expr) -> Result<(), Error> {
    match expr {
        Expr::Binary(Binary::Equal | Binary::NotEqual, left, right) => {
            match (left.inner(), right.inner()) {
                (Expr::Column { name, .. }, Expr::Number(number))
                | (Expr::Number(number), Expr::Column { name, .. }) => {
                    check_number(scope, name, *number)
                }
                _ => Ok(()),
            }
        }
        Expr::Binary(Binary::And | Binary::Or, left, right) => {
            check_compared_numbers(scope, left)?;
            check_compared_numbers(scope, right)
        }
        Expr::In(of, values) => {
            let Expr::Column { name, .. } = of.inner() else { return Ok(()) };
            for value in values {
                if let Expr::Number(number) = value {
                    check_number(scope, name, *number)?;
                }
            }
            Ok(())
        }
        Expr::Unary(_, inner) | Expr::Group(inner) | Expr::Call(_, inner) => {
            check_compared_numbers(scope, inner)
        }
        _ => Ok(()),
    }
}

fn check_number(scope: &Scope<'_>, name: &str, number: f64) -> Result<(), Error> {
    match scope.table.values(name)? {
        Values::Number(numbers) if !numbers.contains(&number) => Err(Error::NoSuchLevel {
            column: name.to_string(),
            level: number.to_string(),
            levels: Values::Number(numbers).into_factor().levels,
        }),
        _ => Ok(()),
    }
}

/// What ended each row, as categories; the censoring values and the cause must occur.
fn event_causes(
    scope: &Scope<'_>,
    event: &Expr,
    competing: &Competing,
) -> Result<(Factor, Competing), Error> {
    let whole = Scope { table: scope.table, rows: None };
    let factor = whole.values(event)?.into_factor();
    let competing =
        Competing { censor: censor_values(&factor, competing), cause: competing.cause.clone() };
    for value in competing.censor.iter().chain(&competing.cause) {
        if !factor.levels.iter().any(|level| same(level, value)) {
            return Err(Error::NoSuchLevel {
                column: bare(event),
                level: format!("\"{value}\""),
                levels: factor.levels,
            });
        }
    }
    let is_cause = |censor: &&String| competing.cause.iter().any(|cause| same(cause, censor));
    if let Some(censor) = competing.censor.iter().find(is_cause) {
        return Err(Error::Kind {
            expr: bare(event),
            problem: format!(
                "the value \"{censor}\" is given both as the cause and as the censoring; name one \
                 of them differently",
            ),
        });
    }
    let factor = match scope.rows {
        None => factor,
        Some(rows) => Factor {
            codes: rows.iter().map(|&row| factor.codes[row as usize]).collect(),
            levels: factor.levels,
        },
    };
    Ok((factor, competing))
}

/// The censoring values one by one: `AWD,AWOD` is two and `none` is nobody, unless a value of the
/// column is called so.
fn censor_values(factor: &Factor, competing: &Competing) -> Vec<String> {
    let occurs = |value: &str| factor.levels.iter().any(|level| same(level, value));
    let parts = |value: &String| -> Vec<String> {
        match value.as_str() {
            whole if occurs(whole) => vec![whole.to_string()],
            "none" => Vec::new(),
            whole => whole.split(',').map(|part| part.trim().to_string()).collect(),
        }
    };
    competing.censor.iter().flat_map(parts).collect()
}

/// Whether a value as typed is the level: exactly, or as the number or flag it writes.
fn same(level: &str, typed: &str) -> bool {
    let flag = |text: &str| text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
    level == typed
        || (flag(level) && level.eq_ignore_ascii_case(typed))
        || matches!((level.parse::<f64>(), typed.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}
