//! Cox models with several terms: a table of hazard ratios with levels, counts and intervals.
//!
//! The patients' table with the endpoint beside its columns is what the request is asked of, so that
//! the formula grammar and the coding of categories are those of every other command.

use super::context::{Context, Outcome, rows};
use super::data::Sheet;
use super::file::Model;
use super::incidence;
use super::voice::StudyWords;
use crate::Error;
use crate::store::{Estimate, Unit, slug, unique_slugs};
use crate::table::{Align, Table};
use riskset::ZphTransform;
use riskset_analysis::{
    Answer, CoxAnswer, CoxRequest, Data, FineGrayRequest, NewColumn, Problem, Request, RowsRequest,
    SavedModel, run,
};
use riskset_data::{Design, Formula, TermKind};

/// The columns of the endpoint in the small table; names that no formula of a study uses.
pub const TIME: &str = "riskset.time";
pub const EVENT: &str = "riskset.event";
const CAUSE: &str = "riskset.cause";

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
    /// Whether the endpoint has competing events: the hazard ratios under `hr` are then
    /// cause-specific, and those of the subdistribution stand under `shr`.
    pub competing: bool,
    /// The model as a file can hold it, when the study saves it.
    pub saved: Option<SavedModel>,
}

/// Fits a model; its numbers go under `NAME`.
pub fn fit<'a>(
    context: &mut Context<'a>,
    patients: &Sheet,
    spec: &'a Model,
) -> Result<Fitted<'a>, Error> {
    let asked = Asked::new(context, patients, spec);
    let answer = cox(context, &asked)?;
    let name = slug(spec.name.get_ref());
    let (n, missing) = (answer.about.n, answer.about.n_missing);
    context.store.count(format!("{name}.n"), n, "patients of the model");
    context.store.count(format!("{name}.missing"), missing, "patients with a missing value");
    context.store.count(format!("{name}.events"), answer.fit.n_events(), "events");
    let keys = put_coefficients(context, &name, &answer);
    put_checks(context, spec, &name, &answer);
    if asked.competing {
        put_subdistribution(context, &asked, &name, &keys)?;
    }
    let saved = answer
        .saved
        .map(|model| SavedModel { data: context.file.data.file.get_ref().clone(), ..model });
    let lines = lines(spec, &answer.design, &keys);
    Ok(Fitted { spec, lines, competing: asked.competing, saved })
}

/// The data of a model: the columns of the population that the terms read, as they are in the data,
/// with the endpoint beside them.
struct Asked<'a> {
    spec: &'a Model,
    data: Result<Data, Problem>,
    competing: bool,
    /// Whether a time ends without any event.
    censored: bool,
}

impl<'a> Asked<'a> {
    fn new(context: &Context, patients: &Sheet, spec: &'a Model) -> Asked<'a> {
        let (population, _) = context.population(&spec.population);
        let (endpoint, endpoint_spec) = context.endpoint(&spec.endpoint);
        let members = rows(&context.cohort.populations[population]);
        let outcomes: Vec<Option<Outcome>> =
            members.iter().map(|row| context.cohort.endpoints[endpoint][*row]).collect();
        let time = outcomes.iter().map(|outcome| Some((*outcome)?.time)).collect();
        let event = outcomes.iter().map(|outcome| Some((*outcome)?.event)).collect();
        let cause = outcomes.iter().map(|outcome| Some((*outcome)?.code())).collect();
        let columns = vec![
            (TIME.to_owned(), NewColumn::Numbers(time)),
            (EVENT.to_owned(), NewColumn::Flags(event)),
            (CAUSE.to_owned(), NewColumn::Texts(cause)),
        ];
        Asked {
            spec,
            data: patients.data(&members, columns),
            competing: !endpoint_spec.competing.is_empty(),
            censored: outcomes.iter().flatten().any(|outcome| outcome.code() == "0"),
        }
    }

    fn formula(&self, response: &str) -> String {
        format!("Surv(`{TIME}`, `{response}`) ~ {}", self.spec.terms.get_ref())
    }

    fn answer(&self, context: &Context, request: &Request) -> Result<Answer, Error> {
        let refused =
            |problem: &Problem| context.source.refuse(&self.spec.terms, problem.words(&StudyWords));
        let data = self.data.as_ref().map_err(refused)?;
        run(request, data).map_err(|problem| refused(&problem))
    }
}

fn cox(context: &Context, asked: &Asked) -> Result<CoxAnswer, Error> {
    let formula = asked.formula(EVENT);
    // A report tells the coefficients of a model; a likelihood alone is no part of it.
    if Formula::parse(&formula).is_ok_and(|formula| formula.terms().is_empty()) {
        let why = "the model has no coefficient to estimate; name at least one covariate";
        return Err(context.source.refuse(&asked.spec.terms, why));
    }
    let request = Request::Cox(CoxRequest {
        rows: RowsRequest::new(asked.spec.name.get_ref(), formula),
        conf_level: context.level,
        zph: Some(ZphTransform::Km),
        save_model: asked.spec.save,
        ..CoxRequest::default()
    });
    match asked.answer(context, &request)? {
        Answer::Cox(answer) => Ok(*answer),
        other => unreachable!("a model was asked for, not {other:?}"),
    }
}

/// The Fine-Gray model of the same terms; its columns are those of the Cox model.
fn put_subdistribution(
    context: &mut Context,
    asked: &Asked,
    name: &str,
    keys: &[String],
) -> Result<(), Error> {
    let request = Request::FineGray(FineGrayRequest {
        rows: RowsRequest::new(asked.spec.name.get_ref(), asked.formula(CAUSE)),
        causes: incidence::request("1", asked.censored),
        conf_level: context.level,
        ..FineGrayRequest::default()
    });
    let answer = match asked.answer(context, &request)? {
        Answer::FineGray(answer) => answer,
        other => unreachable!("a model was asked for, not {other:?}"),
    };
    let source = "patients of the model with a competing event";
    context.store.count(format!("{name}.competing"), answer.fit.n_competing_events(), source);
    for (key, fitted) in keys.iter().zip(answer.fit.coefficients()) {
        let source = "Fine-Gray model, robust standard error";
        incidence::store_ratio(context, &format!("{key}.shr"), fitted.estimate(), source);
    }
    let what = format!("{} (subdistribution hazard)", asked.spec.label);
    answer.about.doubts.iter().for_each(|doubt| context.doubt(&what, doubt));
    Ok(())
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
    let (ci, title) = (context.ci(), format!("{}{}", spec.label, context.synthetic()));
    let mut table = Table::new(title).column("", Align::Left);
    table = table.column("Patients (events)", Align::Right);
    let measures: Vec<(&str, &str)> = match fitted.competing {
        true => {
            vec![("hr", "Cause-specific hazard ratio"), ("shr", "Subdistribution hazard ratio")]
        }
        false => vec![("hr", "Hazard ratio")],
    };
    for (_, measure) in &measures {
        table = table.column(format!("{measure} ({ci})"), Align::Right);
        table = table.column("P value", Align::Right);
    }
    for line in &fitted.lines {
        let counts = line.counts.map_or(String::new(), |(n, events)| format!("{n} ({events})"));
        let mut cells = vec![line.label.clone(), counts];
        for (part, _) in &measures {
            cells.extend(ratio_cells(context, line, part));
        }
        table = match line.kind {
            LineKind::Heading => table.group(line.label.clone()),
            LineKind::Number => table.row(cells),
            _ => table.indented(cells),
        };
    }
    notes(context, fitted).into_iter().fold(table, Table::footnote)
}

fn ratio_cells(context: &Context, line: &Line, part: &str) -> [String; 2] {
    match (&line.key, line.kind) {
        (Some(key), _) => [
            context.store.show_interval(&format!("{key}.{part}"), &context.style),
            context.store.show(&format!("{key}.{part}.p_value"), &context.style),
        ],
        (None, LineKind::Reference) => ["1 (reference)".to_owned(), String::new()],
        (None, _) => [String::new(), String::new()],
    }
}

fn notes(context: &Context, fitted: &Fitted) -> Vec<String> {
    let name = slug(fitted.spec.name.get_ref());
    let show = |part: &str| context.store.show(&format!("{name}.{part}"), &context.style);
    let what =
        if fitted.competing { "Cox model of the cause-specific hazard" } else { "Cox model" };
    let mut notes = vec![format!(
        "{what} of {} patients with {} events ({} left out for missing values), Efron's method for \
         ties. Score test of proportional hazards, all terms: {}.",
        show("n"),
        show("events"),
        show("missing"),
        context.style.p_equation(context.store.number(&format!("{name}.zph.p_value")))
    )];
    if fitted.competing {
        notes.push(format!(
            "Subdistribution hazard ratios from a Fine-Gray model of the same patients, of whom {} had \
             a competing event; robust standard errors.",
            show("competing")
        ));
    }
    notes
}
