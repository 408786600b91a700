//! The value of an expression at rows of a table.
//!
//! What misses an argument is missing; nothing turns missing into false. A function without a
//! finite value (the logarithm of 0) is refused at its row instead of dropping the row unseen.

use crate::dates::{looks_like_dates, read_dates};
use crate::days::{day, day_number, days};
use crate::formula::{Binary, Expr, Function, Unary};
use crate::frame::{number_asked, of_levels};
use crate::table::{flag_number, not_a_number};
use crate::values::MISSING;
use crate::{Error, Factor, Place, Table, Values};

/// The rows of a table that expressions are evaluated at.
pub(crate) struct Scope<'a> {
    pub(crate) table: &'a Table,
    /// The rows, increasing; all when `None`.
    pub(crate) rows: Option<&'a [u32]>,
}

/// The value of an expression: one for all rows, or one per row.
enum Value {
    Number(f64),
    Text(String),
    Flag(bool),
    Column(Values),
}

impl Scope<'_> {
    /// The number of rows.
    pub(crate) fn n_rows(&self) -> usize {
        self.rows.map_or(self.table.n_rows(), <[u32]>::len)
    }

    /// Where a row of the scope stands in the table.
    pub(crate) fn place(&self, row: usize) -> Place {
        self.table.place(self.rows.map_or(row, |rows| rows[row] as usize))
    }

    /// The values of a column at the rows.
    pub(crate) fn column(&self, name: &str) -> Result<Values, Error> {
        let values = self.table.values(name)?;
        Ok(match self.rows {
            None => values,
            Some(rows) => at_rows(&values, rows),
        })
    }

    /// The values of an expression, one per row.
    pub(crate) fn values(&self, expr: &Expr) -> Result<Values, Error> {
        let n = self.n_rows();
        Ok(match self.value(expr)? {
            Value::Column(values) => values,
            Value::Number(number) => Values::Number(vec![number; n]),
            Value::Flag(flag) => Values::Flag(vec![Some(flag); n]),
            Value::Text(text) => Values::Text(Factor { codes: vec![0; n], levels: vec![text] }),
        })
    }

    /// The values of an expression that must be numeric.
    pub(crate) fn numbers(&self, expr: &Expr) -> Result<Vec<f64>, Error> {
        let value = self.value(expr)?;
        Ok(match self.numeric(expr, value)? {
            Numeric::Constant(number) => vec![number; self.n_rows()],
            Numeric::Column(numbers) => numbers,
        })
    }

    /// The values of an expression that must be true or false.
    pub(crate) fn flags(&self, expr: &Expr) -> Result<Vec<Option<bool>>, Error> {
        match self.value(expr)? {
            Value::Flag(flag) => Ok(vec![Some(flag); self.n_rows()]),
            Value::Column(Values::Flag(flags)) => Ok(flags),
            _ => Err(Error::Kind {
                expr: expr.to_string(),
                problem: "is not true or false; write a comparison, such as x == 1 or \
                          x %in% c(\"a\", \"b\")"
                    .to_string(),
            }),
        }
    }

    fn value(&self, expr: &Expr) -> Result<Value, Error> {
        match expr {
            Expr::Number(number) => Ok(Value::Number(*number)),
            Expr::Text(text) => Ok(Value::Text(text.clone())),
            Expr::Flag(flag) => Ok(Value::Flag(*flag)),
            Expr::Column { name, .. } => self.column(name).map(Value::Column),
            Expr::Group(inner) | Expr::Call(Function::Identity, inner) => self.value(inner),
            Expr::Call(function, inner) => self.call(expr, *function, inner),
            Expr::Several(function, arguments) => {
                self.several(expr, *function, arguments).map(Value::Column)
            }
            Expr::Factor { of, .. } => {
                Ok(Value::Column(Values::Text(self.values(of)?.into_factor())))
            }
            Expr::Unary(Unary::Minus, inner) => {
                let value = self.value(inner)?;
                Ok(self.numeric(inner, value)?.map(|x| -x).into())
            }
            Expr::Unary(Unary::Not, inner) => {
                let flags = self.flags(inner)?;
                let not = flags.into_iter().map(|flag| flag.map(|flag| !flag)).collect();
                Ok(Value::Column(Values::Flag(not)))
            }
            Expr::Binary(operator @ (Binary::And | Binary::Or), left, right) => {
                let (left, right) = (self.flags(left)?, self.flags(right)?);
                let join = if *operator == Binary::And { and } else { or };
                let flags = left.into_iter().zip(right).map(|(l, r)| join(l, r)).collect();
                Ok(Value::Column(Values::Flag(flags)))
            }
            Expr::Binary(operator, left, right) if operator.is_comparison() => {
                self.comparison(expr, *operator, left, right)
            }
            Expr::Binary(operator, left, right) => self.arithmetic(expr, *operator, left, right),
            Expr::In(of, values) => self.membership(of, values),
        }
    }

    fn call(&self, expr: &Expr, function: Function, inner: &Expr) -> Result<Value, Error> {
        let argument = self.value(inner)?;
        let argument = self.numeric(inner, argument)?;
        let result = argument.clone().map(|x| function.apply(x));
        self.check_finite(expr, &result, &argument)?;
        Ok(result.into())
    }

    fn arithmetic(
        &self,
        expr: &Expr,
        operator: Binary,
        left: &Expr,
        right: &Expr,
    ) -> Result<Value, Error> {
        let (left_value, right_value) = (self.value(left)?, self.value(right)?);
        if let (
            Binary::Minus,
            Value::Column(Values::Text(later)),
            Value::Column(Values::Text(earlier)),
        ) = (operator, &left_value, &right_value)
            && let (Some(later), Some(earlier)) =
                (self.days(left, later)?, self.days(right, earlier)?)
        {
            let days = later.iter().zip(&earlier).map(|(later, earlier)| later - earlier);
            return Ok(Value::Column(Values::Number(days.collect())));
        }
        let left = self.numeric(left, left_value)?;
        let right = self.numeric(right, right_value)?;
        let operate = |a: f64, b: f64| match operator {
            Binary::Plus => a + b,
            Binary::Minus => a - b,
            Binary::Times => a * b,
            Binary::Over => a / b,
            // NaN^0 is 1 in floating point; a missing value stays missing here.
            _ if a.is_nan() || b.is_nan() => f64::NAN,
            _ => power(a, b),
        };
        let result = Numeric::zip(&left, &right, operate);
        // A result is missing only when an argument is; NaN of known arguments is an error.
        let known =
            Numeric::zip(&left, &right, |a, b| if a.is_nan() || b.is_nan() { f64::NAN } else { b });
        self.check_finite(expr, &result, &known)?;
        Ok(result.into())
    }

    /// Refuses the first row where the result is not finite although its argument is known.
    fn check_finite(&self, expr: &Expr, result: &Numeric, argument: &Numeric) -> Result<(), Error> {
        let bad = |row: usize| !result.at(row).is_finite() && argument.at(row).is_finite();
        match (0..result.len().max(argument.len())).find(|&row| bad(row)) {
            None => Ok(()),
            Some(row) => Err(Error::NoValue {
                expr: expr.to_string(),
                place: self.place(row),
                argument: argument.at(row),
            }),
        }
    }

    fn comparison(
        &self,
        expr: &Expr,
        operator: Binary,
        left: &Expr,
        right: &Expr,
    ) -> Result<Value, Error> {
        let (left_value, right_value) = (self.value(left)?, self.value(right)?);
        match (left_value, right_value) {
            (Value::Column(Values::Text(factor)), Value::Text(text)) => {
                self.text_comparison(expr, left, &factor, operator, &text)
            }
            (Value::Text(text), Value::Column(Values::Text(factor))) => {
                self.text_comparison(expr, right, &factor, flipped(operator), &text)
            }
            (Value::Column(Values::Text(a)), Value::Column(Values::Text(b))) => {
                match (self.days(left, &a)?, self.days(right, &b)?) {
                    (Some(a), Some(b)) => Ok(compared_days(&a, &b, operator)),
                    _ => two_texts(expr, &a, &b, operator),
                }
            }
            (value, Value::Text(text)) | (Value::Text(text), value) => {
                Err(compared_with_text(expr, &value, &text))
            }
            (left_value, right_value) => {
                let (left_value, right_value) = match (left_value, right_value) {
                    (Value::Column(labels), Value::Number(code)) => {
                        (self.coded(left, labels, &[code])?, Value::Number(code))
                    }
                    (Value::Number(code), Value::Column(labels)) => {
                        (Value::Number(code), self.coded(right, labels, &[code])?)
                    }
                    others => others,
                };
                let left = self.numeric(left, left_value)?;
                let right = self.numeric(right, right_value)?;
                let compare = |a: f64, b: f64| {
                    (!a.is_nan() && !b.is_nan()).then(|| holds(operator, a.partial_cmp(&b)))
                };
                let n = self.n_rows();
                let flags = (0..n).map(|row| compare(left.at(row), right.at(row))).collect();
                Ok(Value::Column(Values::Flag(flags)))
            }
        }
    }

    fn text_comparison(
        &self,
        expr: &Expr,
        column: &Expr,
        factor: &Factor,
        operator: Binary,
        text: &str,
    ) -> Result<Value, Error> {
        let ordered = !matches!(operator, Binary::Equal | Binary::NotEqual);
        let is_iso = factor.levels.iter().all(|level| is_iso_date(level));
        if ordered
            && !is_iso
            && let (Some(day), Some(days)) = (day(text), self.days(column, factor)?)
        {
            return Ok(compared_days(&days, &vec![day; days.len()], operator));
        }
        if ordered && !(is_iso_date(text) && factor.levels.iter().all(|level| is_iso_date(level))) {
            return Err(Error::Kind {
                expr: expr.to_string(),
                problem: format!(
                    "compares texts by order, which is meant only for dates as YYYY-MM-DD; use \
                     ==, != or {column} %in% c(...)"
                ),
            });
        }
        if !ordered {
            check_level(column, &factor.levels, text)?;
        }
        let of_level: Vec<bool> = factor
            .levels
            .iter()
            .map(|level| holds(operator, Some(level.as_str().cmp(text))))
            .collect();
        Ok(flags_of_levels(factor, &of_level))
    }

    /// A column of labels as its codes, where it is compared with some: `dead == 1` where 1 is
    /// labelled "yes". Any other column as it is.
    fn coded(&self, expr: &Expr, labels: Values, asked: &[f64]) -> Result<Value, Error> {
        let (Expr::Column { name, .. }, Values::Text(factor)) = (expr.inner(), &labels) else {
            return Ok(Value::Column(labels));
        };
        let codes = self.table.codes(name);
        let code = |level: &String| codes.iter().find(|(_, label)| label == level).map(|one| one.0);
        let of_level: Vec<Option<f64>> = factor.levels.iter().map(code).collect();
        if codes.is_empty() || of_level.contains(&None) {
            return Ok(Value::Column(labels));
        }
        if let Some(other) = asked.iter().find(|one| !codes.iter().any(|(code, _)| code == *one)) {
            let codes = codes.iter().map(|(code, label)| format!("{code} ({label})"));
            return Err(Error::NoSuchLevel {
                column: name.clone(),
                level: other.to_string(),
                levels: codes.collect(),
            });
        }
        Ok(Value::Column(Values::Number(of_levels(factor, &of_level))))
    }

    fn membership(&self, of: &Expr, values: &[Expr]) -> Result<Value, Error> {
        let number = |value: &Expr| match value {
            Expr::Number(number) => Some(*number),
            _ => None,
        };
        let numbers: Option<Vec<f64>> = values.iter().map(number).collect();
        let found = match (self.values(of)?, numbers) {
            (found, Some(numbers)) => match self.coded(of, found, &numbers)? {
                Value::Column(values) => values,
                _ => unreachable!("a column stays one"),
            },
            (found, None) => found,
        };
        match found {
            Values::Text(factor) => {
                let mut of_level = vec![false; factor.levels.len()];
                for value in values {
                    let Expr::Text(text) = value else {
                        return Err(Error::Kind {
                            expr: of.to_string(),
                            problem: format!(
                                "holds text, so the value {value} needs quotes: \"{value}\""
                            ),
                        });
                    };
                    check_level(of, &factor.levels, text)?;
                    for (level, chosen) in factor.levels.iter().zip(&mut of_level) {
                        *chosen |= level == text;
                    }
                }
                Ok(flags_of_levels(&factor, &of_level))
            }
            other => {
                let numbers = match other {
                    Values::Flag(flags) => flags.into_iter().map(flag_number).collect(),
                    Values::Number(numbers) => numbers,
                    Values::Text(_) => unreachable!("handled above"),
                };
                let chosen: Vec<f64> = values
                    .iter()
                    .map(|value| match value {
                        Expr::Number(number) => Ok(*number),
                        Expr::Flag(flag) => Ok(f64::from(u8::from(*flag))),
                        other => Err(Error::Kind {
                            expr: of.to_string(),
                            problem: format!(
                                "holds no text, so {other} is never one of its values"
                            ),
                        }),
                    })
                    .collect::<Result<_, _>>()?;
                let flag = |number: &f64| (!number.is_nan()).then(|| chosen.contains(number));
                Ok(Value::Column(Values::Flag(numbers.iter().map(flag).collect())))
            }
        }
    }

    /// A text column as days, where its texts are written as dates; the dates are read as the table
    /// was told, and refused where they have two readings. `None` for other texts.
    fn days(&self, expr: &Expr, factor: &Factor) -> Result<Option<Vec<f64>>, Error> {
        if let Some(days) = days(factor) {
            return Ok(Some(days));
        }
        let told = self.table.date_format();
        if !looks_like_dates(factor, told) {
            return Ok(None);
        }
        let dates = read_dates(&bare(expr), factor, told, |row| self.place(row))?;
        Ok(Some(dates.into_iter().map(|date| date.map_or(f64::NAN, day_number)).collect()))
    }

    /// A text column as numbers, where every text at these rows is one: what made it a text column
    /// may stand in rows that are not used.
    fn text_numbers(&self, expr: &Expr, factor: &Factor) -> Result<Numeric, Error> {
        let numbers: Vec<Option<f64>> =
            factor.levels.iter().map(|level| number_asked(level)).collect();
        let is_text = |&code: &u32| code != MISSING && numbers[code as usize].is_none();
        if factor.codes.iter().any(is_text) {
            return Err(not_a_number(&bare(expr), factor, |row| self.place(row)));
        }
        Ok(Numeric::Column(of_levels(factor, &numbers)))
    }

    /// A value as numbers: flags are 0 and 1, texts are refused.
    fn numeric(&self, expr: &Expr, value: Value) -> Result<Numeric, Error> {
        match value {
            Value::Number(number) => Ok(Numeric::Constant(number)),
            Value::Flag(flag) => Ok(Numeric::Constant(f64::from(u8::from(flag)))),
            Value::Column(Values::Number(numbers)) => Ok(Numeric::Column(numbers)),
            Value::Column(Values::Flag(flags)) => {
                Ok(Numeric::Column(flags.into_iter().map(flag_number).collect()))
            }
            Value::Column(Values::Text(factor)) => self.text_numbers(expr, &factor),
            Value::Text(text) => Err(Error::Kind {
                expr: format!("\"{text}\""),
                problem: "is a text where a number is needed".to_string(),
            }),
        }
    }
}

/// Numbers of an expression: one for all rows, or one per row.
#[derive(Clone)]
enum Numeric {
    Constant(f64),
    Column(Vec<f64>),
}

impl Numeric {
    fn at(&self, row: usize) -> f64 {
        match self {
            Numeric::Constant(number) => *number,
            Numeric::Column(numbers) => numbers[row],
        }
    }

    /// The number of values, 1 for a constant.
    fn len(&self) -> usize {
        match self {
            Numeric::Constant(_) => 1,
            Numeric::Column(numbers) => numbers.len(),
        }
    }

    fn map(self, f: impl Fn(f64) -> f64) -> Numeric {
        match self {
            Numeric::Constant(number) => Numeric::Constant(f(number)),
            Numeric::Column(mut numbers) => {
                numbers.iter_mut().for_each(|number| *number = f(*number));
                Numeric::Column(numbers)
            }
        }
    }

    fn zip(left: &Numeric, right: &Numeric, f: impl Fn(f64, f64) -> f64) -> Numeric {
        match (left, right) {
            (Numeric::Constant(a), Numeric::Constant(b)) => Numeric::Constant(f(*a, *b)),
            (Numeric::Constant(a), Numeric::Column(b)) => {
                Numeric::Column(b.iter().map(|&b| f(*a, b)).collect())
            }
            (Numeric::Column(a), Numeric::Constant(b)) => {
                Numeric::Column(a.iter().map(|&a| f(a, *b)).collect())
            }
            (Numeric::Column(a), Numeric::Column(b)) => {
                Numeric::Column(a.iter().zip(b).map(|(&a, &b)| f(a, b)).collect())
            }
        }
    }
}

impl From<Numeric> for Value {
    fn from(numeric: Numeric) -> Value {
        match numeric {
            Numeric::Constant(number) => Value::Number(number),
            Numeric::Column(numbers) => Value::Column(Values::Number(numbers)),
        }
    }
}

fn at_rows(values: &Values, rows: &[u32]) -> Values {
    fn pick<T: Copy>(values: &[T], rows: &[u32]) -> Vec<T> {
        rows.iter().map(|&row| values[row as usize]).collect()
    }
    match values {
        Values::Number(numbers) => Values::Number(pick(numbers, rows)),
        Values::Flag(flags) => Values::Flag(pick(flags, rows)),
        Values::Text(factor) => Values::Text(Factor {
            codes: pick(&factor.codes, rows),
            // All levels of the column: a comparison with one that the rows lack is no slip.
            levels: factor.levels.clone(),
        }),
    }
}

/// Squares by multiplication, so that `x^2` has the same bits on every platform.
fn power(base: f64, exponent: f64) -> f64 {
    if exponent == exponent.trunc() && exponent.abs() <= 64.0 {
        base.powi(exponent as i32)
    } else {
        base.powf(exponent)
    }
}

fn and(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn or(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn holds(operator: Binary, order: Option<std::cmp::Ordering>) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    match operator {
        Binary::Equal => order == Some(Equal),
        Binary::NotEqual => order != Some(Equal),
        Binary::Less => order == Some(Less),
        Binary::LessEqual => matches!(order, Some(Less | Equal)),
        Binary::Greater => order == Some(Greater),
        _ => matches!(order, Some(Greater | Equal)),
    }
}

/// The operator with its sides exchanged.
fn flipped(operator: Binary) -> Binary {
    match operator {
        Binary::Less => Binary::Greater,
        Binary::LessEqual => Binary::GreaterEqual,
        Binary::Greater => Binary::Less,
        Binary::GreaterEqual => Binary::LessEqual,
        other => other,
    }
}

fn flags_of_levels(factor: &Factor, of_level: &[bool]) -> Value {
    let flag = |&code: &u32| (code != MISSING).then(|| of_level[code as usize]);
    Value::Column(Values::Flag(factor.codes.iter().map(flag).collect()))
}

/// Days compared row by row.
fn compared_days(a: &[f64], b: &[f64], operator: Binary) -> Value {
    let compare = |(a, b): (&f64, &f64)| {
        (!a.is_nan() && !b.is_nan()).then(|| holds(operator, a.partial_cmp(b)))
    };
    Value::Column(Values::Flag(a.iter().zip(b).map(compare).collect()))
}

fn two_texts(expr: &Expr, a: &Factor, b: &Factor, operator: Binary) -> Result<Value, Error> {
    if !matches!(operator, Binary::Equal | Binary::NotEqual) {
        return Err(Error::Kind {
            expr: expr.to_string(),
            problem: "compares texts by order; use == or !=".to_string(),
        });
    }
    let flag = |(&a_code, &b_code): (&u32, &u32)| {
        (a_code != MISSING && b_code != MISSING).then(|| {
            let order = a.levels[a_code as usize].cmp(&b.levels[b_code as usize]);
            holds(operator, Some(order))
        })
    };
    Ok(Value::Column(Values::Flag(a.codes.iter().zip(&b.codes).map(flag).collect())))
}

/// A text that never occurs is a slip: everything would silently be false.
fn check_level(column: &Expr, levels: &[String], text: &str) -> Result<(), Error> {
    if levels.iter().any(|level| level == text) {
        return Ok(());
    }
    Err(Error::NoSuchLevel {
        column: bare(column),
        level: format!("\"{text}\""),
        levels: levels.to_vec(),
    })
}

fn compared_with_text(expr: &Expr, value: &Value, text: &str) -> Error {
    let problem = match value {
        Value::Column(Values::Flag(_)) | Value::Flag(_) => format!(
            "compares true/false with the text \"{text}\"; write TRUE or FALSE without quotes"
        ),
        Value::Text(_) => "compares two texts; one side must be a column".to_string(),
        _ => format!("compares numbers with the text \"{text}\"; write the number without quotes"),
    };
    Error::Kind { expr: expr.to_string(), problem }
}

/// The name of a column as messages show it, or the expression.
pub(crate) fn bare(expr: &Expr) -> String {
    match expr.inner() {
        Expr::Column { name, .. } => name.clone(),
        other => other.to_string(),
    }
}

fn is_iso_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(i, byte)| match i {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
