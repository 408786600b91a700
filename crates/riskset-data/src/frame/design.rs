//! Design matrices: R's columns, in R's order, with R's names.
//!
//! Within a term, a category is coded by contrasts with its first level when the term without it
//! is part of a term before it (or is empty, which the baseline hazard stands for), and by one
//! column per level otherwise: Chambers and Hastie (1992), Statistical Models in S, page 38.

use std::borrow::Cow;
use std::sync::Arc;

use std::ops::Range;

use super::curve::{self, CurveColumns, CurveInfo};
use super::{ModelFrame, Response};
use crate::formula::Variable;
use crate::{Error, Factor, Values};

/// A design matrix with the names of its columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Design {
    /// The name of each column, as R writes it: `celltypelarge`, `age:sex`, `I(bili > 3)TRUE`.
    pub names: Vec<String>,
    /// The columns one after another, each with [`n_rows`](Self::n_rows) values.
    pub values: Arc<Vec<f64>>,
    /// The number of rows.
    pub n_rows: usize,
    /// What the columns belong to, in order.
    pub terms: Vec<TermInfo>,
}

/// A term and its columns.
#[derive(Clone, Debug, PartialEq)]
pub struct TermInfo {
    /// The term: `age`, `factor(stage)`, `age:sex`.
    pub name: String,
    /// Its columns in the design.
    pub columns: Range<usize>,
    /// What it is.
    pub kind: TermKind,
}

/// What a term is.
#[derive(Clone, Debug, PartialEq)]
pub enum TermKind {
    /// One numeric column.
    Numeric,
    /// A category.
    Factor {
        /// Its levels in order.
        levels: Vec<LevelInfo>,
        /// The level that the others are compared with, as an index into `levels`.
        reference: usize,
    },
    /// A curve of a number.
    Curve(CurveInfo),
    /// A product of variables, column by column.
    Interaction(Vec<Product>),
}

/// A column of an interaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// The variables in their order, each with the level that the column stands for; `None` for a
    /// number.
    pub factors: Vec<(String, Option<String>)>,
    /// The number of rows that have all these levels.
    pub n: usize,
    /// The number of those that end with the event, or with the cause of interest.
    pub events: usize,
}

/// A level of a category, among the rows used.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelInfo {
    /// The level.
    pub name: String,
    /// The number of rows that have it.
    pub n: usize,
    /// The number of those that end with the event, or with the cause of interest.
    pub events: usize,
}

/// A variable as the design takes it.
pub(super) enum Coded<'a> {
    Number(Cow<'a, [f64]>),
    Factor(Factor),
    Curve(CurveColumns),
}

/// Columns of a term while it is made: names and values.
pub(super) type Columns = Vec<(String, Vec<f64>)>;

impl Design {
    pub(super) fn of(frame: &ModelFrame) -> Result<Design, Error> {
        let coded: Vec<Coded> = frame
            .variables
            .iter()
            .map(|(variable, values)| code(variable, values))
            .collect::<Result<_, _>>()?;
        super::guard::few_columns(frame, &coded)?;
        let (mut names, mut all, mut terms) = (Vec::new(), Vec::new(), Vec::new());
        all.reserve_exact(frame.terms.len() * frame.n);
        for (index, term) in frame.terms.iter().enumerate() {
            let start = names.len();
            if let ([variable], Coded::Number(numbers)) = (&term[..], &coded[term[0]]) {
                names.push(frame.variables[*variable].0.name.clone());
                all.extend_from_slice(numbers);
            } else {
                for (name, values) in term_columns(frame, &coded, index) {
                    names.push(name);
                    all.extend_from_slice(&values);
                }
            }
            let kind = match (&term[..], &coded[term[0]]) {
                ([_], Coded::Number(_)) => TermKind::Numeric,
                ([_], Coded::Factor(factor)) => {
                    TermKind::Factor { levels: level_info(frame, factor), reference: 0 }
                }
                ([variable], Coded::Curve(columns)) => {
                    let (variable, values) = &frame.variables[*variable];
                    TermKind::Curve(CurveInfo::of(variable, values, columns))
                }
                _ => TermKind::Interaction(products(frame, &coded, index)),
            };
            let name = frame.term_names[index].clone();
            terms.push(TermInfo { name, columns: start..names.len(), kind });
        }
        Ok(Design { names, values: Arc::new(all), n_rows: frame.n, terms })
    }

    /// The number of columns.
    pub fn n_columns(&self) -> usize {
        self.names.len()
    }

    /// The values of one column.
    pub fn column(&self, index: usize) -> &[f64] {
        &self.values[index * self.n_rows..(index + 1) * self.n_rows]
    }
}

pub(super) fn code<'a>(variable: &Variable, values: &'a Values) -> Result<Coded<'a>, Error> {
    if let Some(asked) = &variable.curve {
        return Ok(Coded::Curve(curve::columns(variable, asked, values)?));
    }
    if let Values::Number(numbers) = values {
        return Ok(Coded::Number(Cow::Borrowed(numbers)));
    }
    let factor = factor(variable, values.clone())?;
    if let [level] = &factor.levels[..] {
        return Err(Error::OneLevel { term: variable.name.clone(), level: level.clone() });
    }
    Ok(Coded::Factor(factor))
}

/// The categories of a variable with its chosen reference level first.
pub(super) fn factor(variable: &Variable, values: Values) -> Result<Factor, Error> {
    let factor = in_order(variable, values.into_factor())?;
    let Some(reference) = variable.reference() else { return Ok(factor) };
    let Some(first) = factor.levels.iter().position(|level| level == reference) else {
        return Err(Error::NoSuchLevel {
            column: variable.name.clone(),
            level: format!("\"{reference}\""),
            levels: factor.levels,
        });
    };
    let others = (0..factor.levels.len()).filter(|level| *level != first);
    let order: Vec<usize> = std::iter::once(first).chain(others).collect();
    Ok(factor.reordered(&order))
}

/// The levels in the order that `levels = c(...)` asks for, which has to name every level that a
/// row has: one that is forgotten would drop its rows.
fn in_order(variable: &Variable, factor: Factor) -> Result<Factor, Error> {
    let chosen = variable.levels();
    if chosen.is_empty() {
        return Ok(factor);
    }
    if let Some(level) = factor.levels.iter().find(|level| !chosen.contains(level)) {
        return Err(Error::NoSuchLevel {
            column: format!("levels = c(...) of {}", variable.name),
            level: format!("\"{level}\""),
            levels: chosen.to_vec(),
        });
    }
    let place = |level: &String| factor.levels.iter().position(|known| known == level);
    let order: Vec<usize> = chosen.iter().filter_map(place).collect();
    Ok(factor.reordered(&order))
}

/// The columns of a term: products of its variables' columns, the first variable varying fastest.
fn term_columns(frame: &ModelFrame, coded: &[Coded<'_>], index: usize) -> Columns {
    let variables: Vec<&Variable> = frame.variables.iter().map(|(variable, _)| variable).collect();
    columns_of(&frame.terms, &variables, coded, index)
}

/// The same of terms and variables that are in no frame.
pub(super) fn columns_of(
    terms: &[Vec<usize>],
    variables: &[&Variable],
    coded: &[Coded<'_>],
    index: usize,
) -> Columns {
    let term = &terms[index];
    let mut columns: Columns = Vec::new();
    for &variable in term {
        let by_contrasts = has_margin(&terms[..index], term, variable);
        let own = variable_columns(variables[variable], &coded[variable], by_contrasts);
        columns = if columns.is_empty() { own } else { crossed(&columns, &own) };
    }
    columns
}

/// Whether `term` without `variable` is empty or part of a term before it.
fn has_margin(before: &[Vec<usize>], term: &[usize], variable: usize) -> bool {
    let margin: Vec<usize> = term.iter().copied().filter(|other| *other != variable).collect();
    margin.is_empty() || before.iter().any(|term| margin.iter().all(|v| term.contains(v)))
}

fn variable_columns(variable: &Variable, coded: &Coded<'_>, by_contrasts: bool) -> Columns {
    match coded {
        Coded::Number(numbers) => vec![(variable.name.clone(), numbers.to_vec())],
        Coded::Curve(curve) => curve.columns.clone(),
        Coded::Factor(factor) => (usize::from(by_contrasts)..factor.levels.len())
            .map(|level| {
                let indicator = |&code: &u32| f64::from(u8::from(code as usize == level));
                let name = format!("{}{}", variable.name, factor.levels[level]);
                (name, factor.codes.iter().map(indicator).collect())
            })
            .collect(),
    }
}

fn crossed(left: &Columns, right: &Columns) -> Columns {
    let mut columns = Vec::with_capacity(left.len() * right.len());
    for (right_name, right_values) in right {
        for (left_name, left_values) in left {
            let values = left_values.iter().zip(right_values).map(|(l, r)| l * r).collect();
            columns.push((format!("{left_name}:{right_name}"), values));
        }
    }
    columns
}

/// What the columns of [`term_columns`] stand for, in their order.
fn products(frame: &ModelFrame, coded: &[Coded<'_>], index: usize) -> Vec<Product> {
    let term = &frame.terms[index];
    let mut columns: Vec<Vec<Option<usize>>> = vec![Vec::new()];
    for &variable in term {
        let by_contrasts = has_margin(&frame.terms[..index], term, variable);
        let own: Vec<Option<usize>> = match &coded[variable] {
            Coded::Number(_) => vec![None],
            Coded::Curve(curve) => vec![None; curve.columns.len()],
            Coded::Factor(factor) => {
                (usize::from(by_contrasts)..factor.levels.len()).map(Some).collect()
            }
        };
        let crossed = own.iter().flat_map(|level| {
            columns.iter().map(|before| before.iter().copied().chain([*level]).collect())
        });
        columns = crossed.collect();
    }
    let event = events_of_interest(frame);
    let product = |levels: Vec<Option<usize>>| {
        let of = |(&variable, &level): (&usize, &Option<usize>)| match (&coded[variable], level) {
            (Coded::Factor(factor), Some(level)) => Some((factor, level)),
            _ => None,
        };
        let has: Vec<_> = term.iter().zip(&levels).map(of).collect();
        let name = |(&variable, one): (&usize, &Option<(&Factor, usize)>)| {
            let level = one.map(|(factor, level)| factor.levels[level].clone());
            (frame.variables[variable].0.name.clone(), level)
        };
        let here = |row: &usize| {
            has.iter().flatten().all(|(factor, level)| factor.codes[*row] as usize == *level)
        };
        Product {
            factors: term.iter().zip(&has).map(name).collect(),
            n: (0..frame.n).filter(here).count(),
            events: (0..frame.n).filter(here).filter(|&row| event(row)).count(),
        }
    };
    columns.into_iter().map(product).collect()
}

/// Whether a row ends with the event; with competing causes, with the cause of interest.
fn events_of_interest(frame: &ModelFrame) -> impl Fn(usize) -> bool + '_ {
    let events = match &frame.response {
        Response::Survival(observations) => observations.event(),
        Response::Outcome(outcome) => &outcome[..],
    };
    let competing = frame.competing.as_ref();
    let of_interest = competing.and_then(|competing| Some((&competing.codes, competing.cause?)));
    move |row| of_interest.map_or(events[row], |(codes, cause)| codes[row] == cause)
}

fn level_info(frame: &ModelFrame, factor: &Factor) -> Vec<LevelInfo> {
    let mut levels: Vec<LevelInfo> = factor
        .levels
        .iter()
        .map(|name| LevelInfo { name: name.clone(), n: 0, events: 0 })
        .collect();
    let event = events_of_interest(frame);
    for (row, &code) in factor.codes.iter().enumerate() {
        levels[code as usize].n += 1;
        levels[code as usize].events += usize::from(event(row));
    }
    levels
}
