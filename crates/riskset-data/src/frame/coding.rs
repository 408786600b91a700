//! How the covariates of a fitted model are made of the columns of a table. It is all that new rows need
//! of the rows that made the model, so a model can be kept without them.

use super::ModelFrame;
use super::curve::CurveColumns;
use super::design::{Coded, code, columns_of};
use crate::eval::{Scope, bare};
use crate::formula::{Expr, Variable};
use crate::{Error, Factor, Formula, MISSING, Place, Table, Values};
use riskset::CurveBasis;

/// A column of numbers by its name: what was seen of it when the model was made, and its new values.
type NumbersOf<'a> = (&'a str, NumberSeen, Vec<f64>);

/// The covariates and strata of a fitted model, by the formula and what its rows held.
#[derive(Clone, Debug, PartialEq)]
pub struct Coding {
    variables: Vec<(Variable, Covariate)>,
    terms: Vec<Vec<usize>>,
    strata_of: Vec<Expr>,
    /// For each stratum the values of its columns; empty without strata.
    strata: Vec<Vec<String>>,
}

/// What a variable was in the rows that made the model.
#[derive(Clone, Debug, PartialEq)]
pub enum Covariate {
    /// A number.
    Number(NumberSeen),
    /// A curve of a number, with its knots.
    Curve(NumberSeen, CurveBasis),
    /// A category: its levels, the reference first.
    Levels(Vec<String>),
}

/// What a number was like in the rows that made the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberSeen {
    /// The mean.
    pub mean: f64,
    /// The standard deviation, with n - 1; 0 for one row.
    pub std_dev: f64,
    /// The least value.
    pub least: f64,
    /// The greatest value.
    pub greatest: f64,
}

impl NumberSeen {
    /// The summary of some values; `None` without any.
    pub fn of(values: &[f64]) -> Option<NumberSeen> {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let (least, greatest) =
            values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), &value| {
                (a.min(value), b.max(value))
            });
        let std_dev = (squares / (n - 1.0).max(1.0)).sqrt();
        (!values.is_empty()).then_some(NumberSeen { mean, std_dev, least, greatest })
    }
}

impl Coding {
    pub(super) fn of(frame: &ModelFrame) -> Result<Coding, Error> {
        let covariate = |(variable, values): &(Variable, Values)| {
            let seen = match code(variable, values)? {
                Coded::Number(numbers) => {
                    Covariate::Number(NumberSeen::of(&numbers).expect("a frame has rows"))
                }
                Coded::Curve(curve) => {
                    let numbers = match values {
                        Values::Number(numbers) => &numbers[..],
                        _ => &[], // a curve of anything else was refused when it was coded
                    };
                    let seen = NumberSeen::of(numbers).expect("a frame has rows");
                    Covariate::Curve(seen, curve.basis)
                }
                Coded::Factor(factor) => Covariate::Levels(factor.levels),
            };
            Ok((variable.clone(), seen))
        };
        let values =
            |level: &Vec<(String, String)>| level.iter().map(|(_, value)| value.clone()).collect();
        let strata = frame.strata.as_ref();
        Ok(Coding {
            variables: frame.variables.iter().map(covariate).collect::<Result<_, Error>>()?,
            terms: frame.terms.clone(),
            strata_of: frame.strata_of.clone(),
            strata: strata.map_or(Vec::new(), |strata| strata.levels.iter().map(values).collect()),
        })
    }

    /// That of a formula whose variables were `covariates`, in their order, and whose strata had the
    /// values `strata`, a value for each argument of `strata()`. `None` where the numbers of them do
    /// not agree, or a category has no level.
    pub fn kept(
        formula: &Formula,
        covariates: Vec<Covariate>,
        strata: Vec<Vec<String>>,
    ) -> Option<Coding> {
        let (variables, strata_of) = (formula.variables(), formula.strata().to_vec());
        let full =
            |covariate: &Covariate| !matches!(covariate, Covariate::Levels(l) if l.is_empty());
        let fits = variables.len() == covariates.len()
            && covariates.iter().all(full)
            && strata.is_empty() == strata_of.is_empty()
            && strata.iter().all(|values| values.len() == strata_of.len())
            && formula.time_varying().is_empty()
            && variables.iter().zip(&covariates).all(|(variable, seen)| {
                variable.curve.is_some() == matches!(seen, Covariate::Curve(..))
            });
        fits.then(|| Coding {
            variables: variables.iter().cloned().zip(covariates).collect(),
            terms: formula.terms().to_vec(),
            strata_of,
            strata,
        })
    }

    /// The variables by name, each with what it was, in the order of the formula.
    pub fn covariates(&self) -> impl Iterator<Item = (&str, &Covariate)> {
        self.variables.iter().map(|(variable, seen)| (variable.name.as_str(), seen))
    }

    /// The values of each stratum's columns; empty without strata.
    pub fn strata(&self) -> &[Vec<String>] {
        &self.strata
    }

    /// The label of each stratum: `sex=1, ph.ecog=0`; empty without strata.
    pub fn stratum_labels(&self) -> Vec<String> {
        let names: Vec<String> = self.strata_of.iter().map(bare).collect();
        let label = |values: &Vec<String>| {
            let pairs = names.iter().zip(values).map(|(name, value)| format!("{name}={value}"));
            pairs.collect::<Vec<_>>().join(", ")
        };
        self.strata.iter().map(label).collect()
    }

    /// Whether the table has any column that the strata are made of.
    pub fn names_strata(&self, table: &Table) -> bool {
        let mut columns = self.strata_of.iter().flat_map(|expr| expr.columns());
        columns.any(|name| table.has_column(&name))
    }

    /// The names of the columns of the design.
    pub fn names(&self) -> Vec<String> {
        let none = |(variable, seen): &(Variable, Covariate)| match seen {
            Covariate::Number(_) => Coded::Number(Vec::new().into()),
            // A curve has as many columns as its basis, whatever the value.
            Covariate::Curve(seen, basis) => {
                Coded::Curve(CurveColumns::of(variable, basis, &[seen.mean]))
            }
            Covariate::Levels(levels) => {
                Coded::Factor(Factor { codes: Vec::new(), levels: levels.clone() })
            }
        };
        let coded: Vec<Coded> = self.variables.iter().map(none).collect();
        self.columns(&coded).map(|(name, _)| name).collect()
    }

    /// The numbers of every covariate that is one, at the rows of a table.
    ///
    /// # Errors
    ///
    /// A column that is not there or holds no numbers.
    pub fn numbers_at(&self, table: &Table) -> Result<Vec<NumbersOf<'_>>, Error> {
        let scope = Scope { table, rows: None };
        let numbers = self.variables.iter().filter_map(|(variable, seen)| match seen {
            Covariate::Number(seen) | Covariate::Curve(seen, _) => Some((variable, *seen)),
            Covariate::Levels(_) => None,
        });
        numbers
            .map(|(variable, seen)| {
                Ok((variable.name.as_str(), seen, scope.numbers(&variable.expr)?))
            })
            .collect()
    }

    /// The design at every row of a table, column after column.
    ///
    /// # Errors
    ///
    /// A column that is not there, [`Error::MissingValue`] for a row that misses a covariate, and
    /// [`Error::UnseenLevel`] for a level that the rows of the model do not have.
    pub fn values_at(&self, table: &Table) -> Result<Vec<f64>, Error> {
        let scope = Scope { table, rows: None };
        let mut coded = Vec::with_capacity(self.variables.len());
        for (variable, seen) in &self.variables {
            let values = scope.values(&variable.expr)?;
            if let Some(row) = (0..values.len()).find(|&row| values.is_missing(row)) {
                let column = variable.name.clone();
                return Err(Error::MissingValue { column, place: table.place(row) });
            }
            coded.push(match seen {
                Covariate::Number(_) => Coded::Number(scope.numbers(&variable.expr)?.into()),
                Covariate::Curve(_, basis) => {
                    let numbers = scope.numbers(&variable.expr)?;
                    Coded::Curve(CurveColumns::of(variable, basis, &numbers))
                }
                Covariate::Levels(levels) => {
                    Coded::Factor(recode(&variable.name, values, levels, table)?)
                }
            });
        }
        Ok(self.columns(&coded).flat_map(|(_, values)| values).collect())
    }

    fn columns<'a>(
        &'a self,
        coded: &'a [Coded<'a>],
    ) -> impl Iterator<Item = (String, Vec<f64>)> + 'a {
        let variables: Vec<&Variable> =
            self.variables.iter().map(|(variable, _)| variable).collect();
        let terms = 0..self.terms.len();
        terms.flat_map(move |index| columns_of(&self.terms, &variables, coded, index))
    }

    /// The stratum of every row of a table, numbered as those of the model; `None` for a model without
    /// strata.
    ///
    /// # Errors
    ///
    /// [`Error::MissingValue`] for a row that misses a stratum, and [`Error::UnseenLevel`] for a
    /// stratum in which no row was fitted: it has no baseline.
    pub fn strata_at(&self, table: &Table) -> Result<Option<Vec<usize>>, Error> {
        if self.strata.is_empty() {
            return Ok(None);
        }
        let scope = Scope { table, rows: None };
        let mut columns = Vec::with_capacity(self.strata_of.len());
        for expr in &self.strata_of {
            let values = scope.values(expr)?;
            if let Some(row) = (0..values.len()).find(|&row| values.is_missing(row)) {
                return Err(Error::MissingValue { column: bare(expr), place: table.place(row) });
            }
            columns.push(values.into_factor());
        }
        let stratum = |row: usize| {
            let value = |factor: &Factor| factor.levels[factor.codes[row] as usize].clone();
            let values: Vec<String> = columns.iter().map(value).collect();
            let known = self.strata.iter().position(|known| *known == values);
            known.ok_or_else(|| self.no_stratum(&values, table.place(row)))
        };
        (0..table.n_rows()).map(stratum).collect::<Result<_, _>>().map(Some)
    }

    /// A refusal that names the stratum: by its value for one column, by all of them for several.
    fn no_stratum(&self, values: &[String], place: Place) -> Error {
        let names: Vec<String> = self.strata_of.iter().map(bare).collect();
        let (level, levels) = match values {
            [value] => (value.clone(), self.strata.iter().map(|known| known[0].clone()).collect()),
            _ => {
                let pairs = names.iter().zip(values).map(|(name, value)| format!("{name}={value}"));
                (pairs.collect::<Vec<_>>().join(", "), self.stratum_labels())
            }
        };
        Error::UnseenLevel {
            column: format!("strata({})", names.join(", ")),
            level: format!("\"{level}\""),
            levels,
            place,
        }
    }
}

impl ModelFrame {
    /// The levels of a variable of the formula, the reference first, each with the row of the table
    /// (from 0) of the first row used that has it; empty for a number.
    ///
    /// # Errors
    ///
    /// Those of [`design`](Self::design).
    ///
    /// # Panics
    ///
    /// When there is no such variable.
    pub fn rows_of_levels(&self, variable: usize) -> Result<Vec<(String, u32)>, Error> {
        let (variable, values) = &self.variables[variable];
        let Coded::Factor(factor) = code(variable, values)? else { return Ok(Vec::new()) };
        let first = |(code, level): (usize, String)| {
            let place = factor.codes.iter().position(|&found| found as usize == code)?;
            Some((level, self.rows[place]))
        };
        Ok(factor.levels.clone().into_iter().enumerate().filter_map(first).collect())
    }
}

/// The levels of the new rows, numbered as the fitted ones.
fn recode(name: &str, values: Values, fitted: &[String], table: &Table) -> Result<Factor, Error> {
    let new = values.into_factor();
    let mut numbers = vec![MISSING; new.levels.len()];
    for (code, (number, level)) in numbers.iter_mut().zip(&new.levels).enumerate() {
        match fitted.iter().position(|known| known == level) {
            Some(position) => *number = position as u32,
            None => {
                let first = new.codes.iter().position(|&found| found as usize == code);
                return Err(Error::UnseenLevel {
                    column: name.to_owned(),
                    level: format!("\"{level}\""),
                    levels: fitted.to_vec(),
                    place: table.place(first.unwrap_or(0)),
                });
            }
        }
    }
    let codes = new.codes.iter().map(|&code| numbers[code as usize]).collect();
    Ok(Factor { codes, levels: fitted.to_vec() })
}
