//! Functions of several arguments in expressions: what is missing, the first that is known, the
//! choice by a test, the least and greatest of a row, and intervals of a number.

use crate::eval::Scope;
use crate::formula::{Expr, Several};
use crate::values::MISSING;
use crate::{Error, Factor, Values};

impl Scope<'_> {
    pub(crate) fn several(
        &self,
        expr: &Expr,
        function: Several,
        arguments: &[Expr],
    ) -> Result<Values, Error> {
        match function {
            Several::IsMissing => {
                let values = self.values(&arguments[0])?;
                let flags = (0..values.len()).map(|row| Some(values.is_missing(row)));
                Ok(Values::Flag(flags.collect()))
            }
            Several::Coalesce => {
                let choices = self.of_one_kind(expr, arguments)?;
                let known = |row: usize| choices.iter().position(|v| !v.is_missing(row));
                Ok(pick(&choices, self.n_rows(), known))
            }
            Several::IfElse => {
                let test = self.flags(&arguments[0])?;
                let choices = self.of_one_kind(expr, &arguments[1..])?;
                Ok(pick(&choices, test.len(), |row| test[row].map(|yes| usize::from(!yes))))
            }
            Several::Least => self.extreme(expr, arguments, |new, best| new < best),
            Several::Greatest => self.extreme(expr, arguments, |new, best| new > best),
            Several::Cut => self.cut(&arguments[0], &arguments[1..]),
        }
    }

    /// The arguments as values of one kind: flags count as numbers beside numbers.
    fn of_one_kind(&self, expr: &Expr, arguments: &[Expr]) -> Result<Vec<Values>, Error> {
        let values: Vec<Values> =
            arguments.iter().map(|argument| self.values(argument)).collect::<Result<_, _>>()?;
        let kinds = |is: fn(&Values) -> bool| values.iter().filter(|v| is(v)).count();
        let texts = kinds(|v| matches!(v, Values::Text(_)));
        if texts == values.len() || kinds(|v| matches!(v, Values::Flag(_))) == values.len() {
            return Ok(values);
        }
        let numbers = arguments.iter().map(|argument| self.numbers(argument).map(Values::Number));
        numbers.collect::<Result<_, _>>().map_err(|error| match texts {
            0 => error,
            // Words among the numbers of a column, such as a mark for missing.
            _ if matches!(&error, Error::NotANumber { words, .. } if !words.is_empty()) => error,
            _ => Error::Kind {
                expr: expr.to_string(),
                problem: "mixes texts with numbers; give both sides one kind".to_string(),
            },
        })
    }

    /// The number or the date of each row that is before all others by `better`.
    fn extreme(
        &self,
        expr: &Expr,
        arguments: &[Expr],
        better: fn(f64, f64) -> bool,
    ) -> Result<Values, Error> {
        let choices = self.of_one_kind(expr, arguments)?;
        let numbers: Vec<Vec<f64>> = choices
            .iter()
            .zip(arguments)
            .map(|(values, argument)| match values {
                Values::Text(factor) => match crate::days::days(factor) {
                    Some(days) => Ok(days),
                    None => self.numbers(argument),
                },
                _ => self.numbers(argument),
            })
            .collect::<Result<_, _>>()?;
        let best = |row: usize| {
            let mut best = 0;
            for (index, column) in numbers.iter().enumerate() {
                if column[row].is_nan() {
                    return None;
                }
                if better(column[row], numbers[best][row]) {
                    best = index;
                }
            }
            Some(best)
        };
        Ok(pick(&choices, self.n_rows(), best))
    }

    /// The interval of each number, in increasing order: `(-Inf,40]`, `(40,60]`, `(60,Inf]`.
    fn cut(&self, of: &Expr, breaks: &[Expr]) -> Result<Values, Error> {
        let numbers = self.numbers(of)?;
        let breaks: Vec<f64> = breaks
            .iter()
            .filter_map(|point| if let Expr::Number(number) = point { Some(*number) } else { None })
            .collect();
        let edge = |index: usize| breaks.get(index).map_or("Inf".to_string(), f64::to_string);
        let low = |index: usize| index.checked_sub(1).map_or("-Inf".to_string(), edge);
        let levels = (0..=breaks.len()).map(|i| format!("({},{}]", low(i), edge(i))).collect();
        let code = |&number: &f64| {
            if number.is_nan() { MISSING } else { breaks.partition_point(|b| *b < number) as u32 }
        };
        Ok(Values::Text(Factor { codes: numbers.iter().map(code).collect(), levels }))
    }
}

/// At each row the value of the choice that `which` names; missing where it names none.
fn pick(choices: &[Values], rows: usize, which: impl Fn(usize) -> Option<usize>) -> Values {
    match &choices[0] {
        Values::Text(_) => {
            let texts = (0..rows).map(|row| match &choices[which(row)?] {
                Values::Text(factor) => {
                    factor.levels.get(factor.codes[row] as usize).map(String::as_str)
                }
                _ => None,
            });
            Values::Text(Factor::of_texts(texts))
        }
        Values::Flag(_) => {
            let flag = |row| match &choices[which(row)?] {
                Values::Flag(flags) => flags[row],
                _ => None,
            };
            Values::Flag((0..rows).map(flag).collect())
        }
        Values::Number(_) => {
            let number = |row: usize| match which(row).map(|choice| &choices[choice]) {
                Some(Values::Number(numbers)) => numbers[row],
                _ => f64::NAN,
            };
            Values::Number((0..rows).map(number).collect())
        }
    }
}
