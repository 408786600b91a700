//! Cox models with several terms: a table of hazard ratios with levels, counts and intervals.
//!
//! The columns that the terms read and the endpoint are put into a small table of their own, so
//! that the formula grammar and the coding of categories are those of every other command.

use super::context::{Context, rows};
use super::cox::doubts;
use super::data::Sheet;
use super::file::Model;
use crate::Error;
use crate::store::{Estimate, Unit, slug, unique_slugs};
use crate::table::{Align, Table};
use riskset::{CoxFit, CoxModel, DesignMatrix, ZphTransform};
use riskset_data::{Design, Formula, FrameOptions, ModelFrame, TermKind};

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
    let frame = frame(context, patients, spec)?;
    let refuse = |error: &dyn std::fmt::Display| context.source.refuse(&spec.terms, error);
    let design = frame.design().map_err(|error| refuse(&error))?;
    let response = frame.observations().map_err(|error| refuse(&error))?;
    if design.names.is_empty() {
        return Err(refuse(&"the model has no coefficient to estimate; name a column in `terms`"));
    }
    let matrix = DesignMatrix::from_shared(design.values.clone(), design.n_rows)
        .map_err(|error| refuse(&error))?;
    let mut model = CoxModel::default().conf_level(context.level);
    if let Some(strata) = &frame.strata {
        model = model.strata(&strata.groups);
    }
    if let Some(cluster) = &frame.cluster {
        model = model.cluster(&cluster.groups);
    }
    let fit = model.fit(response, &matrix).map_err(|error| refuse(&error))?;
    let name = slug(spec.name.get_ref());
    context.store.count(format!("{name}.n"), frame.n, "patients of the model");
    context.store.count(
        format!("{name}.missing"),
        frame.n_missing,
        "patients with a missing value",
    );
    context.store.count(format!("{name}.events"), fit.n_events(), "events");
    let keys = put_coefficients(context, &name, &design, &fit);
    put_checks(context, spec, &name, &design, &fit)?;
    Ok(Fitted { spec, lines: lines(spec, &design, &keys) })
}

/// The columns of the population that the terms read, with the endpoint.
fn frame(context: &Context, patients: &Sheet, spec: &Model) -> Result<ModelFrame, Error> {
    let refuse = |error: &dyn std::fmt::Display| context.source.refuse(&spec.terms, error);
    let text = format!("Surv(`{TIME}`, `{EVENT}`) ~ {}", spec.terms.get_ref());
    let formula = Formula::parse(&text).map_err(|error| refuse(&error))?;
    let (population, _) = context.population(&spec.population);
    let (endpoint, _) = context.endpoint(&spec.endpoint);
    let members = rows(&context.cohort.populations[population]);
    let mut columns: Vec<(String, Vec<Option<String>>)> = Vec::new();
    for name in FrameOptions::default().columns(&formula) {
        let outcome = |row: &usize| context.cohort.endpoints[endpoint][*row];
        let values = match name.as_str() {
            TIME => members.iter().map(|row| Some(outcome(row)?.time.to_string())).collect(),
            EVENT => {
                members.iter().map(|row| Some(u8::from(outcome(row)?.event).to_string())).collect()
            }
            _ => {
                let mut all = patients.column(&name).map_err(|error| refuse(&error))?;
                members.iter().map(|&row| all[row].take()).collect()
            }
        };
        columns.push((name, values));
    }
    let csv = csv(&columns, members.len());
    let table =
        riskset_data::Table::from_csv(csv.as_bytes(), b',', patients.input().name.as_str(), None)
            .map_err(|error| refuse(&error))?;
    ModelFrame::build(&table, &formula, &FrameOptions::default()).map_err(|error| refuse(&error))
}

/// The columns as CSV; texts are quoted, so that a text `NA` stays a text, numbers are not.
fn csv(columns: &[(String, Vec<Option<String>>)], rows: usize) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let names: Vec<String> = columns.iter().map(|(name, _)| quoted(name)).collect();
    let mut csv = names.join(",") + "\n";
    for row in 0..rows {
        let cells: Vec<String> = columns
            .iter()
            .map(|(_, values)| match &values[row] {
                None => String::new(),
                Some(text) if text.parse::<f64>().is_ok_and(f64::is_finite) => text.clone(),
                Some(text) => quoted(text),
            })
            .collect();
        csv.push_str(&cells.join(","));
        csv.push('\n');
    }
    csv
}

/// Puts each coefficient's hazard ratio and P value; returns the keys in column order.
fn put_coefficients(
    context: &mut Context,
    name: &str,
    design: &Design,
    fit: &CoxFit,
) -> Vec<String> {
    let source = "Cox model, Efron ties";
    let keys: Vec<String> = unique_slugs(design.names.iter().map(String::as_str))
        .into_iter()
        .map(|key| format!("{name}.{key}"))
        .collect();
    for (column, key) in keys.iter().enumerate() {
        let fitted = &fit.coefficients()[column];
        let limits = fitted.interval();
        let ratio = Estimate {
            estimate: fitted.hazard_ratio(),
            lower: limits.and_then(|limits| limits.lower),
            upper: limits.and_then(|limits| limits.upper),
        };
        context.store.estimate(&format!("{key}.hr"), ratio, Unit::Ratio, 2, source);
        let p = fitted.p_value();
        context.store.value(format!("{key}.hr.p_value"), p, Unit::PValue, 3, source);
    }
    keys
}

/// Proportional hazards of the whole model, and what is doubtful.
fn put_checks(
    context: &mut Context,
    spec: &Model,
    name: &str,
    design: &Design,
    fit: &CoxFit,
) -> Result<(), Error> {
    let terms: Vec<_> = design.terms.iter().map(|term| term.columns.clone()).collect();
    let check = fit
        .zph(ZphTransform::Km, &terms)
        .map_err(|error| context.failed(&spec.name, error))?
        .global;
    let source = "score test of proportional hazards, all terms, Kaplan-Meier time scale";
    let p = check.map(|test| test.p_value);
    context.store.value(format!("{name}.zph.p_value"), p, Unit::PValue, 3, source);
    for (code, message) in doubts(fit) {
        context.warn(code, format!("{}: {message}", spec.label));
    }
    let (events, parameters) = (fit.n_events(), design.n_columns());
    if events < 10 * parameters {
        let message = format!(
            "{}: {events} events for {parameters} parameters of the Cox model; with fewer than 10 \
             events per parameter the hazard ratios and their intervals are unreliable",
            spec.label
        );
        context.warn("few_events", message);
    }
    if p.is_some_and(|p| p < 0.05) {
        let message = format!(
            "{}: the hazards are not proportional ({})",
            spec.label,
            context.style.p_equation(p)
        );
        context.warn("non_proportional", message);
    }
    Ok(())
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
