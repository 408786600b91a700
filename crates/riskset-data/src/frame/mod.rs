//! Model frames: from a table and a formula to what the estimators take.
//!
//! The subset is taken first, then every row that misses a used value is dropped and counted, then
//! the response is checked by the core. Levels are those of the rows that are left.

mod alike;
mod balance;
mod censored;
mod coding;
mod curve;
mod design;
mod doubts;
mod error;
mod grouping;
mod guard;
mod kind;
mod nested;
mod new_rows;
mod penalised;
mod response;
mod time_varying;
mod words;

pub use balance::Balance;
pub use coding::{Coding, Covariate, NumberSeen};
pub use curve::CurveInfo;
pub use design::{Design, LevelInfo, Product, TermInfo, TermKind};
pub use doubts::{FrameDoubt, levels_alike, names_patients, row_of_sums, words_alike};
pub(crate) use doubts::{doubts_of_column, with_watched};
pub use error::{Counted, CurveFault, FrameError, ResponsePart};
pub use grouping::Grouping;
pub use guard::{
    MOST_CELLS, MOST_COLUMNS, MOST_GROUPS, MOST_LEVELS, MOST_NUMERIC_GROUPS, MOST_WRITTEN_OUT,
};
pub(crate) use kind::{number_asked, of_levels};
pub use response::CompetingEvents;
pub use time_varying::TimeVarying;

use std::collections::BTreeMap;

use riskset::Observations;

use crate::eval::{Scope, bare};
use crate::formula::{Expr, FrailtyTerm, Ridge, Variable};
use crate::{Error, Formula, Place, ReadNote, Table, Values};
use response::Raw;

/// What an analysis asks for beyond its formula.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FrameOptions {
    /// Only the rows where this is true.
    pub subset: Option<Expr>,
    /// The column of case weights.
    pub weights: Option<String>,
    /// The event column names causes (competing risks) instead of being true or false.
    pub competing: Option<Competing>,
    /// The column of clusters, beside or instead of `cluster()` in the formula.
    pub cluster: Option<String>,
    /// The column that names the rows in what is printed per row.
    ///
    /// Rows that cover an interval and have one name are of one patient: where one without the event
    /// is followed by another, nobody is censored.
    pub id: Option<String>,
    /// Columns that split the rows into groups, beside the terms of the formula.
    pub by: Vec<String>,
    /// Further columns that are read and checked. They say nothing of which rows are complete.
    pub also: Vec<String>,
    /// The order of the levels of columns among the terms, as `factor(x, levels = c(...))` gives it
    /// in the formula; the formula's own goes first.
    pub order: BTreeMap<String, Vec<String>>,
    /// A time T at which the analysis starts: who has the event or is censored at or before T is
    /// left out, and time is counted from T (Anderson, Cain and Gelber 1983, J Clin Oncol 1:710-719).
    pub landmark: Option<f64>,
    /// The level that the others are compared with, by column, as `factor(x, ref = "a")` gives it.
    pub reference: BTreeMap<String, String>,
    /// A category without a reference and an order of its own is compared with its last level.
    pub last_reference: bool,
    /// The column that says how many people a row stands for: numbers of people are then sums of it,
    /// and the response is [counted](riskset::Observations::is_counted).
    pub people: Option<String>,
    /// The analysis fits effects that change with time, `tv()` in the formula; others refuse them.
    pub time_varying: bool,
    /// The analysis fits penalised terms, `ridge()`, `pspline()` and `frailty()`; others refuse them.
    pub penalised: bool,
}

/// How the event column of a competing-risks analysis is coded.
#[derive(Clone, Debug, PartialEq)]
pub struct Competing {
    /// The values that mean censored, as they stand in the column; nobody is censored when there is
    /// none. One word with commas (`AWD,AWOD`) is several where no value is called so, and `none`
    /// is nobody likewise.
    pub censor: Vec<String>,
    /// The value of the cause of interest.
    pub cause: Option<String>,
}

impl FrameOptions {
    /// Every column that the formula and the options use: what [`Table::read`] needs to read.
    pub fn columns(&self, formula: &Formula) -> Vec<String> {
        let mut names = formula.columns();
        let subset = self.subset.iter().flat_map(Expr::columns);
        let single =
            [&self.weights, &self.cluster, &self.id, &self.people].into_iter().flatten().cloned();
        for name in subset.chain(single).chain(self.by.iter().chain(&self.also).cloned()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

impl FrameOptions {
    /// A variable with its values as the analysis takes them: a column with an order or a reference
    /// is a category.
    fn settled(&self, variable: &Variable, values: Values) -> Result<(Variable, Values), Error> {
        let name = match &variable.expr {
            Expr::Column { name, .. } => name,
            Expr::Factor { of, .. } => &bare(of),
            _ => return Ok((variable.clone(), kind::settled(variable, values)?)),
        };
        let (order, reference) = (self.order.get(name), self.reference.get(name));
        if order.is_none() && reference.is_none() {
            let values = kind::settled(variable, values)?;
            return Ok(match self.last_reference {
                true => last_level_first(variable, values),
                false => (variable.clone(), values),
            });
        }
        let (of, own_reference) = match &variable.expr {
            Expr::Factor { of, reference, .. } => (of.clone(), reference.clone()),
            other => (Box::new(other.clone()), None),
        };
        let own_levels = variable.levels().to_vec();
        let levels =
            if own_levels.is_empty() { order.cloned().unwrap_or_default() } else { own_levels };
        let expr =
            Expr::Factor { of, reference: own_reference.or_else(|| reference.cloned()), levels };
        let values = Values::Text(values.into_factor());
        Ok((Variable { name: variable.name.clone(), expr, curve: variable.curve.clone() }, values))
    }
}

/// A category without a reference and an order of its own, compared with its last level; a number and
/// true or false stay as they are.
fn last_level_first(variable: &Variable, values: Values) -> (Variable, Values) {
    let (of, is_factor) = match &variable.expr {
        Expr::Factor { reference: None, levels, of } if levels.is_empty() => (of.clone(), true),
        Expr::Factor { .. } => return (variable.clone(), values),
        other => (Box::new(other.clone()), false),
    };
    let factor = match values {
        Values::Text(factor) => factor.drop_unused(),
        other if is_factor => other.into_factor(),
        other => return (variable.clone(), other),
    };
    let expr = Expr::Factor { of, reference: factor.levels.last().cloned(), levels: Vec::new() };
    let Variable { name, curve, .. } = variable.clone();
    (Variable { name, expr, curve }, Values::Text(factor))
}

/// The rows of an analysis, complete and checked.
#[derive(Clone, Debug)]
pub struct ModelFrame {
    /// The number of rows used, at least one.
    pub n: usize,
    /// How many people they stand for: as many, unless a column counts them. All numbers of rows below
    /// are then of people, too.
    pub people: usize,
    /// The number of rows of the subset that were dropped because a used value is missing.
    pub n_missing: usize,
    /// The number of rows that the subset leaves out.
    pub n_excluded: usize,
    /// The number of complete rows that end at or before the landmark.
    pub n_before_landmark: usize,
    /// What was missing: the column (or expression) and in how many rows of the subset; only those
    /// with at least one, in the order of the formula.
    pub missing: Vec<(String, usize)>,
    /// The row of the table (from 0) of each row used.
    pub rows: Vec<u32>,
    /// The causes of a competing-risks analysis.
    pub competing: Option<CompetingEvents>,
    /// What each value of the response counts as.
    pub balance: Balance,
    /// What is odd about the rows.
    pub doubts: Vec<FrameDoubt>,
    /// What a comparison such as `status == 2` counts as censored, when it is more than one value:
    /// all but one may be competing events.
    pub censored_values: Vec<String>,
    /// The strata of `strata()`.
    pub strata: Option<Grouping>,
    /// The clusters of `cluster()` or of the option.
    pub cluster: Option<Grouping>,
    /// The groups of `frailty()`.
    pub frailty: Option<Grouping>,
    /// The sum of the `offset()` terms, one per row.
    pub offset: Option<Vec<f64>>,
    /// The case weights, one per row.
    pub weights: Option<Vec<f64>>,
    /// The groups of [`FrameOptions::by`].
    pub by: Option<Grouping>,
    /// The identifiers of [`FrameOptions::id`], one per row.
    pub ids: Option<Vec<String>>,
    response: Response,
    variables: Vec<(Variable, Values)>,
    terms: Vec<Vec<usize>>,
    term_names: Vec<String>,
    /// What `strata()` was given, in order.
    strata_of: Vec<Expr>,
    /// Variables whose effect changes with time, each with its function of `t`.
    timed: Vec<(usize, Expr)>,
    ridges: Vec<Ridge>,
    frailty_of: Option<FrailtyTerm>,
}

/// The response of a frame.
#[derive(Clone, Debug)]
enum Response {
    Survival(Observations),
    Outcome(Vec<bool>),
}

/// The pieces of a frame before rows are dropped.
struct Pieces {
    raw: Raw,
    variables: Vec<(String, Values)>,
    strata: Vec<(String, Values)>,
    cluster: Vec<(String, Values)>,
    frailty: Vec<(String, Values)>,
    offsets: Vec<(String, Values)>,
    weights: Vec<(String, Values)>,
    by: Vec<(String, Values)>,
    ids: Vec<(String, Values)>,
    people: Vec<(String, Values)>,
}

impl Pieces {
    fn of(scope: &Scope<'_>, formula: &Formula, options: &FrameOptions) -> Result<Pieces, Error> {
        type Piece = Result<(String, Values), Error>;
        let named = |expr: &Expr| -> Piece { Ok((bare(expr), scope.values(expr)?)) };
        let numeric =
            |expr: &Expr| -> Piece { Ok((bare(expr), Values::Number(scope.numbers(expr)?))) };
        let column = |name: &String| -> Piece { Ok((name.clone(), scope.column(name)?)) };
        let number = |name: &String| -> Piece {
            let column = Expr::Column { name: name.clone(), span: 0..0 };
            Ok((name.clone(), Values::Number(scope.numbers(&column)?)))
        };
        if options.cluster.is_some() && formula.cluster().is_some() {
            return Err(Error::Kind {
                expr: formula.text().to_string(),
                problem: "has a cluster() and the options name a cluster column too; keep one"
                    .to_string(),
            });
        }
        let mut cluster: Vec<_> =
            formula.cluster().iter().map(|expr| named(expr)).collect::<Result<_, Error>>()?;
        cluster.extend(options.cluster.iter().map(column).collect::<Result<Vec<_>, Error>>()?);
        Ok(Pieces {
            raw: Raw::of(scope, formula.response(), options.competing.as_ref())?,
            variables: formula
                .variables()
                .iter()
                .map(|variable| Ok((variable.name.clone(), scope.values(&variable.expr)?)))
                .collect::<Result<_, Error>>()?,
            strata: formula.strata().iter().map(named).collect::<Result<_, Error>>()?,
            cluster,
            frailty: formula
                .frailty()
                .iter()
                .map(|term| named(&term.of))
                .collect::<Result<_, Error>>()?,
            offsets: formula.offsets().iter().map(numeric).collect::<Result<_, Error>>()?,
            weights: options.weights.iter().map(number).collect::<Result<_, Error>>()?,
            by: options.by.iter().map(column).collect::<Result<_, Error>>()?,
            ids: options.id.iter().map(column).collect::<Result<_, Error>>()?,
            people: options.people.iter().map(number).collect::<Result<_, Error>>()?,
        })
    }

    /// All pieces, with the name that counts of missing values carry. An identifier may be missing.
    fn all(&mut self) -> impl Iterator<Item = &mut (String, Values)> {
        let optional = [
            &mut self.variables,
            &mut self.strata,
            &mut self.cluster,
            &mut self.frailty,
            &mut self.offsets,
            &mut self.weights,
            &mut self.by,
            &mut self.people,
        ];
        self.raw.pieces.iter_mut().chain(optional.into_iter().flatten())
    }
}

impl ModelFrame {
    /// Makes the frame of a formula over a table that holds the columns of
    /// [`FrameOptions::columns`].
    ///
    /// # Errors
    ///
    /// A column that is not there; a text where a number is needed; an event whose coding would
    /// have to be guessed; a subset without rows; no complete row; a time, an interval or a weight
    /// that cannot be, named by column, row and line.
    ///
    /// ```
    /// use riskset_data::{Formula, FrameOptions, ModelFrame, Source, Table};
    ///
    /// let formula = Formula::parse("Surv(time, status == 2) ~ age + factor(ph.ecog)")?;
    /// let options = FrameOptions::default();
    /// let lung = Table::read(&Source::parse("@lung")?, Some(&options.columns(&formula)))?;
    /// let frame = ModelFrame::build(&lung, &formula, &options)?;
    /// assert_eq!((frame.n, frame.n_missing), (227, 1));
    /// let design = frame.design()?;
    /// let names = ["age", "factor(ph.ecog)1", "factor(ph.ecog)2", "factor(ph.ecog)3"];
    /// assert_eq!(design.names, names);
    /// # Ok::<(), riskset_data::Error>(())
    /// ```
    pub fn build(
        table: &Table,
        formula: &Formula,
        options: &FrameOptions,
    ) -> Result<ModelFrame, Error> {
        guard::refuse_response_on_right(formula)?;
        if !formula.time_varying().is_empty() && !options.time_varying {
            return Err(FrameError::TimeVarying.into());
        }
        if formula.is_penalised() && !options.penalised {
            return Err(FrameError::Penalised.into());
        }
        let subset = options.subset.as_ref().map(|expr| subset_rows(table, expr)).transpose()?;
        let scope = Scope { table, rows: subset.as_deref() };
        for column in options.columns(formula) {
            table.check_cells(&column, subset.as_deref())?;
        }
        let n_subset = scope.n_rows();
        let mut pieces = Pieces::of(&scope, formula, options)?;
        let people = People::of(&pieces);
        let mut complete = vec![true; n_subset];
        let mut missing = Vec::new();
        for (name, values) in pieces.all() {
            let rows = values.mark_missing(&mut complete);
            let count =
                if rows == 0 { 0 } else { people.of_rows(rows, |row| values.is_missing(row)) };
            if count > 0 && !missing.iter().any(|(known, _)| known == name) {
                missing.push((name.clone(), count));
            }
        }
        let event = pieces.raw.event();
        let event_missing = (0..n_subset).filter(|&row| event.is_missing(row)).count();
        let event_missing = people.of_rows(event_missing, |row| event.is_missing(row));
        let before = match options.landmark {
            Some(landmark) => {
                let known = complete.clone();
                let rows = pieces.raw.start_at(landmark, &mut complete)?;
                people.of_rows(rows, |row| known[row] && !complete[row])
            }
            None => 0,
        };
        let mut rows: Vec<u32> = match &subset {
            Some(rows) => rows.clone(),
            None => (0..n_subset as u32).collect(),
        };
        if !missing.is_empty() || before > 0 {
            drop_incomplete(&mut pieces, &mut rows, &complete);
        }
        if rows.is_empty() {
            return Err(match before {
                0 => all_missing(table, n_subset, missing),
                before => FrameError::AfterLandmark {
                    landmark: options.landmark.unwrap_or_default().to_string(),
                    rows: before,
                }
                .into(),
            });
        }
        let used = people.of_rows(rows.len(), |row| complete[row]);
        let counts = Counts {
            used,
            missing: people.of_rows(n_subset, |_| true) - used - before,
            before,
            excluded: match (&options.people, n_subset < table.n_rows()) {
                (Some(column), true) => {
                    let all: f64 = table.numbers(column)?.iter().sum();
                    all as usize - people.of_rows(n_subset, |_| true)
                }
                _ => table.n_rows() - n_subset,
            },
            by_column: missing,
            event_missing,
        };
        ModelFrame::assemble(table, formula, options, pieces, rows, counts)
    }

    fn assemble(
        table: &Table,
        formula: &Formula,
        options: &FrameOptions,
        pieces: Pieces,
        rows: Vec<u32>,
        counts: Counts,
    ) -> Result<ModelFrame, Error> {
        let place = |row: usize| table.place(rows[row] as usize);
        check_finite(&pieces.variables, &place)?;
        let variables = formula
            .variables()
            .iter()
            .zip(pieces.variables)
            .map(|(variable, (_, values))| options.settled(variable, values))
            .collect::<Result<Vec<_>, Error>>()?;
        let weights =
            pieces.weights.into_iter().next().map(|(name, values)| (name, numbers(values)));
        let counted =
            pieces.people.into_iter().next().map(|(name, values)| (name, numbers(values)));
        let competing = pieces.raw.competing();
        let lost = balance::Lost {
            missing: counts.event_missing,
            left_out: counts.missing - counts.event_missing,
        };
        let of_rows = counted.as_ref().map(|(_, people)| &people[..]);
        let mut balance = Balance::of(table, formula, &pieces.raw, (&rows, of_rows), lost)?;
        let response = match pieces.raw.form {
            response::Form::Plain => Response::Outcome(pieces.raw.into_outcome()),
            _ => {
                let weights = weights.as_ref().map(|(name, weights)| (name.as_str(), &weights[..]));
                let observations = pieces.raw.into_observations(weights, &place)?;
                let observations = match &counted {
                    Some((_, people)) => observations.with_counts(people)?,
                    None => observations,
                };
                Response::Survival(match pieces.ids.first() {
                    Some((_, values)) => observations.followed_by(&patients(values))?,
                    None => observations,
                })
            }
        };
        if let Response::Survival(observations) = &response {
            let continuing = observations.continuing().unwrap_or_default();
            balance.continuing = continuing.iter().filter(|&&row| row).count();
        }
        let censored_values = match &response {
            Response::Survival(observations) => {
                censored::censored_values(table, formula, &rows, observations.event())?
            }
            Response::Outcome(_) => Vec::new(),
        };
        let offset = add_offsets(pieces.offsets);
        let doubts = doubts::Seen {
            table,
            formula,
            options,
            rows: &rows,
            missing: &counts.by_column,
            balance: &balance,
            variables: &variables,
            weights: weights.as_ref().map(|(name, weights)| (name.as_str(), &weights[..])),
            intervals: match &response {
                Response::Survival(observations) => Some(observations),
                Response::Outcome(_) => None,
            },
        }
        .doubts()?;
        Ok(ModelFrame {
            n: rows.len(),
            people: counts.used,
            n_missing: counts.missing,
            n_excluded: counts.excluded,
            n_before_landmark: counts.before,
            missing: counts.by_column,
            competing,
            balance,
            doubts,
            censored_values,
            strata: Grouping::of(pieces.strata),
            cluster: Grouping::of(pieces.cluster),
            frailty: Grouping::of(pieces.frailty),
            offset,
            weights: weights.map(|(_, weights)| weights),
            by: Grouping::of(pieces.by),
            ids: pieces.ids.into_iter().next().map(|(_, values)| identifiers(values)),
            response,
            variables,
            terms: formula.terms().to_vec(),
            term_names: formula.term_names(),
            strata_of: formula.strata().to_vec(),
            timed: formula.time_varying().to_vec(),
            ridges: formula.ridges().to_vec(),
            frailty_of: formula.frailty().cloned(),
            rows,
        })
    }

    /// The response of a survival analysis, with the case weights.
    ///
    /// # Errors
    ///
    /// [`Error::ResponseForm`] when the response is a plain column.
    pub fn observations(&self) -> Result<&Observations, Error> {
        match &self.response {
            Response::Survival(observations) => Ok(observations),
            Response::Outcome(_) => Err(Error::ResponseForm { needed: "Surv(time, event)" }),
        }
    }

    /// The response of an analysis of proportions, one per row.
    ///
    /// # Errors
    ///
    /// [`Error::ResponseForm`] when the response is `Surv()`.
    pub fn outcome(&self) -> Result<&[bool], Error> {
        match &self.response {
            Response::Outcome(outcome) => Ok(outcome),
            Response::Survival(_) => {
                Err(Error::ResponseForm { needed: "a column of 0 and 1: nonviable ~ 1" })
            }
        }
    }

    /// The groups of the right-hand side, every variable taken as categories: for curves and
    /// tests. `None` for `~ 1`. Only combinations that occur, the first variable slowest.
    ///
    /// # Errors
    ///
    /// A reference level that no row has.
    pub fn groups(&self) -> Result<Option<Grouping>, Error> {
        let mut columns = Vec::with_capacity(self.variables.len());
        for (variable, values) in &self.variables {
            guard::refuse_measured(variable, values)?;
            let factor = design::factor(variable, values.clone())?;
            columns.push((variable.name.clone(), Values::Text(factor)));
        }
        guard::few_groups(Grouping::of(columns), &self.term_names)
    }

    /// The curves that are drawn: the [`groups`](Self::groups) within the strata of `strata()`, the
    /// groups slowest. `~ strata(sex)` alone is one curve per stratum; `None` for neither.
    ///
    /// # Errors
    ///
    /// Those of [`groups`](Self::groups), and [`FrameError::TooMany`] for the combinations.
    pub fn curve_groups(&self) -> Result<Option<Grouping>, Error> {
        let curves = match (self.groups()?, &self.strata) {
            (Some(groups), Some(strata)) => Some(groups.within(strata)),
            (groups, strata) => groups.or_else(|| strata.clone()),
        };
        guard::few_groups(curves, &self.term_names)
    }

    /// The response and the [`groups`](Self::groups), and nothing else of the frame: for curves of
    /// many rows, which have no use for the other columns and their memory.
    ///
    /// # Errors
    ///
    /// Those of [`observations`](Self::observations) and [`groups`](Self::groups).
    pub fn into_curves(self) -> Result<(Observations, Option<Grouping>), Error> {
        let Response::Survival(observations) = self.response else {
            return Err(Error::ResponseForm { needed: "Surv(time, event)" });
        };
        let mut columns = Vec::with_capacity(self.variables.len());
        for (variable, values) in self.variables {
            guard::refuse_measured(&variable, &values)?;
            let factor = design::factor(&variable, values)?;
            columns.push((variable.name, Values::Text(factor)));
        }
        Ok((observations, guard::few_groups(Grouping::of(columns), &self.term_names)?))
    }

    /// The design matrix of the right-hand side, without an intercept.
    ///
    /// # Errors
    ///
    /// [`Error::OneLevel`] for a category that is the same in all rows, a reference level that no
    /// row has, and an infinite value.
    pub fn design(&self) -> Result<Design, Error> {
        Design::of(self)
    }
}

/// How many people the rows of a subset stand for.
struct People(Option<Vec<f64>>);

impl People {
    fn of(pieces: &Pieces) -> People {
        People(pieces.people.first().map(|(_, values)| match values {
            Values::Number(people) => people.clone(),
            _ => unreachable!("counts of people are evaluated as numbers"),
        }))
    }

    /// The people of some rows, whose number is known.
    fn of_rows(&self, rows: usize, is_meant: impl Fn(usize) -> bool) -> usize {
        let Some(people) = &self.0 else { return rows };
        let meant = people.iter().enumerate().filter(|(row, _)| is_meant(*row));
        meant.map(|(_, people)| *people).sum::<f64>() as usize
    }
}

struct Counts {
    used: usize,
    before: usize,
    missing: usize,
    excluded: usize,
    by_column: Vec<(String, usize)>,
    event_missing: usize,
}

impl Table {
    /// The rows, from 0 and increasing, where an expression is true; at least one.
    ///
    /// # Errors
    ///
    /// What the expression cannot be computed from, and [`Error::EmptySubset`] when no row is left.
    pub fn rows_where(&self, expr: &Expr) -> Result<Vec<u32>, Error> {
        subset_rows(self, expr)
    }

    /// Whether each row has the event of a model, `None` where a value is missing: a column of 0 and 1 or
    /// of true and false, or a comparison with a value that the table holds.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchColumn`], and [`FrameError`] with the values and their counts for any other coding,
    /// which is never guessed, and for a value that no row has.
    pub fn event_flags(&self, event: &Expr) -> Result<Vec<Option<bool>>, Error> {
        response::event_flags(&Scope { table: self, rows: None }, event)
    }

    /// The rows that a subset as it is written asks for; all of them without one.
    ///
    /// # Errors
    ///
    /// Those of [`Table::rows_where`], and a subset that cannot be read.
    pub fn asked(&self, subset: Option<&str>) -> Result<Vec<u32>, Error> {
        match subset {
            Some(text) => self.rows_where(&Expr::parse(text)?),
            None => Ok((0..self.n_rows() as u32).collect()),
        }
    }
}

/// The rows of the table where the expression is true.
fn subset_rows(table: &Table, expr: &Expr) -> Result<Vec<u32>, Error> {
    let flags = Scope { table, rows: None }.flags(expr)?;
    let kept = (0u32..).zip(&flags).filter(|(_, flag)| **flag == Some(true));
    let rows: Vec<u32> = kept.map(|(row, _)| row).collect();
    if rows.is_empty() {
        return Err(Error::EmptySubset { subset: expr.to_string(), rows: table.n_rows() });
    }
    Ok(rows)
}

fn drop_incomplete(pieces: &mut Pieces, rows: &mut Vec<u32>, complete: &[bool]) {
    let keep = |values: &mut Values| {
        *values = std::mem::replace(values, Values::Number(Vec::new())).filter(complete);
    };
    for (_, values) in pieces.all() {
        keep(values);
    }
    for (_, values) in &mut pieces.ids {
        keep(values);
    }
    let mut row = 0;
    rows.retain(|_| {
        row += 1;
        complete[row - 1]
    });
}

/// A covariate must be a finite number wherever it is known.
fn check_finite(
    variables: &[(String, Values)],
    place: &impl Fn(usize) -> Place,
) -> Result<(), Error> {
    for (name, values) in variables {
        let Values::Number(numbers) = values else { continue };
        if let Some(row) = numbers.iter().position(|number| number.is_infinite()) {
            return Err(Error::Row {
                column: name.clone(),
                place: place(row),
                problem: "is infinite, but a covariate must be finite".to_string(),
            });
        }
    }
    Ok(())
}

fn numbers(values: Values) -> Vec<f64> {
    match values {
        Values::Number(numbers) => numbers,
        _ => unreachable!("weights and offsets are evaluated as numbers"),
    }
}

fn add_offsets(offsets: Vec<(String, Values)>) -> Option<Vec<f64>> {
    offsets.into_iter().map(|(_, values)| numbers(values)).reduce(|mut sum, more| {
        sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        sum
    })
}

/// A number for each patient; a row without a name is a patient of its own.
fn patients(values: &Values) -> Vec<u32> {
    let factor = values.clone().into_factor();
    let mut next = factor.levels.len() as u32;
    let number = |&code: &u32| match (code as usize) < factor.levels.len() {
        true => code,
        false => {
            next += 1;
            next
        }
    };
    factor.codes.iter().map(number).collect()
}

fn identifiers(values: Values) -> Vec<String> {
    let factor = values.into_factor();
    let text = |&code: &u32| factor.levels.get(code as usize).cloned().unwrap_or_default();
    factor.codes.iter().map(text).collect()
}

/// No row has all that is used; that formulas without stored values are why is said.
fn all_missing(table: &Table, rows: usize, missing: Vec<(String, usize)>) -> Error {
    let is_why = |note: &&ReadNote| match note {
        ReadNote::NoStoredValues { column, .. } => missing.iter().any(|(name, _)| name == column),
        _ => false,
    };
    let formulas = table.notes().iter().find(is_why).cloned().map(Box::new);
    let names = table.frame().columns().iter().map(|column| column.name().to_string());
    let spread = names.filter(|name| names_patients(name)).find(|name| {
        let counts = table.factor(name).map(|ids| ids.counts()).unwrap_or_default();
        counts.iter().any(|rows| *rows > 1)
    });
    Error::AllMissing { rows, missing, formulas, spread }
}
