//! Cox models with several terms: a table of hazard ratios with levels, counts and intervals.
//!
//! The patients' table with the endpoint beside its columns is what the request is asked of, so that
//! the formula grammar and the coding of categories are those of every other command.

use super::context::{Context, rows};
use super::data::Sheet;
use super::file::{Model, Text};
use super::voice::StudyWords;
use crate::Error;
use crate::store::{Estimate, Unit, slug, unique_slugs};
use crate::table::{Align, Table};
use riskset::ZphTransform;
use riskset_analysis::{
    Answer, CoxAnswer, CoxRequest, Data, NewColumn, Problem, Request, RowsRequest, run,
};
use riskset_data::{Design, Formula, TermKind};

/// The columns of the endpoint in the small table; names that no formula of a study uses.
const TIME: &str = "riskset.time";
const EVENT: &str = "riskset.event";

/// A hazard ratio as table and forest plot show it.
#[derive(Clone, Debug)]
pub struct Line {
    pub label: String,
    /// Patients and events of a level; `None` for a number.
    pub counts: Option<(usize, usize)>,
    /// The key of its numbers; `None` for a heading or the reference level.
    pub key: Option<String>,
    pub kind: LineKind,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    Heading,
    Reference,
    Level,
    Number,
}

/// A fitted model with its lines.
#[derive(Debug)]
pub struct Fitted<'a> {
    pub spec: &'a Model,
    pub lines: Vec<Line>,
}

/// Fits a model; its numbers go under `NAME`.
pub fn fit<'a>(
    context: &mut Context<'a>,
    patients: &Sheet,
    spec: &'a Model,
) -> Result<Fitted<'a>, Error> {
    let answer = ask(context, patients, spec)?;
    let name = slug(spec.name.get_ref());
    let (n, missing) = (answer.about.n, answer.about.n_missing);
    context.store.count(format!("{name}.n"), n, "patients of the model");
    context.store.count(format!("{name}.missing"), missing, "patients with a missing value");
    context.store.count(format!("{name}.events"), answer.fit.n_events(), "events");
    let keys = put_coefficients(context, &name, &answer);
    put_checks(context, spec, &name, &answer);
    Ok(Fitted { spec, lines: lines(spec, &answer.design, &keys) })
}

/// What a section asks of the patients with a formula.
pub struct Asked<'a> {
    pub name: &'a Text,
    pub population: &'a Text,
    pub endpoint: &'a Text,
    /// The right-hand side.
    pub terms: &'a Text,
}

impl Asked<'_> {
    /// The rows of a request: the columns of the population as they are in the data, with the
    /// endpoint beside them.
    pub fn rows(
        &self,
        context: &Context,
        patients: &Sheet,
    ) -> (RowsRequest, Result<Data, Problem>) {
        let (population, _) = context.population(self.population);
        let (endpoint, _) = context.endpoint(self.endpoint);
        let members = rows(&context.cohort.populations[population]);
        let outcome = |row: &usize| context.cohort.endpoints[endpoint][*row];
        let time = members.iter().map(|row| Some(outcome(row)?.time)).collect();
        let event = members.iter().map(|row| Some(outcome(row)?.event)).collect();
        let columns = vec![
            (TIME.to_owned(), NewColumn::Numbers(time)),
            (EVENT.to_owned(), NewColumn::Flags(event)),
        ];
        let formula = format!("Surv(`{TIME}`, `{EVENT}`) ~ {}", self.terms.get_ref());
        let data = patients.data(&members, columns);
        (RowsRequest::new(self.name.get_ref(), formula), data)
    }
}

/// The model as a request.
fn ask(context: &Context, patients: &Sheet, spec: &Model) -> Result<CoxAnswer, Error> {
    let asked = Asked {
        name: &spec.name,
        population: &spec.population,
        endpoint: &spec.endpoint,
        terms: &spec.terms,
    };
    let (rows, data) = asked.rows(context, patients);
    // A report tells the coefficients of a model; a likelihood alone is no part of it.
    if Formula::parse(&rows.formula).is_ok_and(|formula| formula.terms().is_empty()) {
        let why = "the model has no coefficient to estimate; name at least one covariate";
        return Err(context.source.refuse(&spec.terms, why));
    }
    let request = Request::Cox(CoxRequest {
        rows,
        conf_level: context.level,
        zph: Some(ZphTransform::Km),
        ..CoxRequest::default()
    });
    let answer = data.and_then(|data| run(&request, &data));
    let answer =
        answer.map_err(|problem| context.source.refuse(&spec.terms, problem.words(&StudyWords)))?;
    match answer {
        Answer::Cox(answer) => Ok(*answer),
        other => unreachable!("a model was asked for, not {other:?}"),
    }
}

/// Puts each coefficient's hazard ratio and P value; returns the keys in column order.
fn put_coefficients(context: &mut Context, name: &str, answer: &CoxAnswer) -> Vec<String> {
    let source = "Cox model, Efron ties";
    let keys: Vec<String> = unique_slugs(answer.design.names.iter().map(String::as_str))
        .into_iter()
        .map(|key| format!("{name}.{key}"))
        .collect();
    for (key, coefficient) in keys.iter().zip(answer.estimated()) {
        let limits = coefficient.map(|coefficient| coefficient.interval);
        let ratio = Estimate {
            estimate: coefficient.and_then(|coefficient| coefficient.hazard_ratio),
            lower: limits.and_then(|limits| limits.lower),
            upper: limits.and_then(|limits| limits.upper),
        };
        context.store.estimate(&format!("{key}.hr"), ratio, Unit::Ratio, 2, source);
        let p = coefficient.and_then(|coefficient| coefficient.p_value);
        context.store.value(format!("{key}.hr.p_value"), p, Unit::PValue, 3, source);
    }
    keys
}

/// Proportional hazards of the whole model, and what is doubtful.
fn put_checks(context: &mut Context, spec: &Model, name: &str, answer: &CoxAnswer) {
    let check = answer.zph.as_ref().and_then(|tests| tests.global);
    let source = "score test of proportional hazards, all terms, Kaplan-Meier time scale";
    let p = check.map(|test| test.p_value);
    context.store.value(format!("{name}.zph.p_value"), p, Unit::PValue, 3, source);
    for doubt in &answer.about.doubts {
        context.doubt(&spec.label, doubt);
    }
}

fn lines(spec: &Model, design: &Design, keys: &[String]) -> Vec<Line> {
    let label = |name: &str| spec.labels.get(name).cloned().unwrap_or_else(|| name.to_owned());
    let mut lines = Vec::new();
    for term in &design.terms {
        match &term.kind {
            TermKind::Factor { levels, reference } if term.columns.len() + 1 == levels.len() => {
                let heading = Line {
                    label: label(&term.name),
                    counts: None,
                    key: None,
                    kind: LineKind::Heading,
                };
                lines.push(heading);
                let mut columns = term.columns.clone();
                for (place, level) in levels.iter().enumerate() {
                    let key = (place != *reference).then(|| {
                        keys[columns.next().expect("every other level has a column")].clone()
                    });
                    let kind = if key.is_some() { LineKind::Level } else { LineKind::Reference };
                    let counts = Some((level.n, level.events));
                    lines.push(Line { label: label(&level.name), counts, key, kind });
                }
            }
            _ => lines.extend(term.columns.clone().map(|column| Line {
                label: label(&design.names[column]),
                counts: None,
                key: Some(keys[column].clone()),
                kind: LineKind::Number,
            })),
        }
    }
    lines
}

/// The model's table.
pub fn table(context: &Context, fitted: &Fitted) -> Table {
    let spec = fitted.spec;
    let name = slug(spec.name.get_ref());
    let show = |key: String| context.store.show(&key, &context.style);
    let mut table = Table::new(format!("{}{}", spec.label, context.synthetic()))
        .column("", Align::Left)
        .column("Patients (events)", Align::Right)
        .column(format!("Hazard ratio ({})", context.ci()), Align::Right)
        .column("P value", Align::Right);
    for line in &fitted.lines {
        let counts = line.counts.map_or(String::new(), |(n, events)| format!("{n} ({events})"));
        let (ratio, p) = match (&line.key, line.kind) {
            (Some(key), _) => (
                context.store.show_interval(&format!("{key}.hr"), &context.style),
                show(format!("{key}.hr.p_value")),
            ),
            (None, LineKind::Reference) => ("1 (reference)".to_owned(), String::new()),
            (None, _) => (String::new(), String::new()),
        };
        let cells = [line.label.clone(), counts, ratio, p];
        table = match line.kind {
            LineKind::Heading => table.group(line.label.clone()),
            LineKind::Number => table.row(cells),
            _ => table.indented(cells),
        };
    }
    table.footnote(format!(
        "Cox model of {} patients with {} events ({} left out for missing values), Efron's method for \
         ties. Score test of proportional hazards, all terms: {}.",
        show(format!("{name}.n")),
        show(format!("{name}.events")),
        show(format!("{name}.missing")),
        context.style.p_equation(context.store.number(&format!("{name}.zph.p_value")))
    ))
}
