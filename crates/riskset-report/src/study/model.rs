//! Cox models with several terms: a table of hazard ratios with levels, counts and intervals.
//!
//! The patients' table with the endpoint beside its columns is what the request is asked of, so that
//! the formula grammar and the coding of categories are those of every other command.

use super::context::{Context, Outcome, rows};
use super::data::Sheet;
use super::file::{Endpoint, Model};
use super::incidence;
use crate::Error;
use crate::methods::words;
use crate::store::{Estimate, Unit, slug, unique_slugs};
use crate::table::{Align, Table};
use riskset::{Coefficient, FrailtyDistribution, Regression, ZphTransform};
use riskset_analysis::{
    Answer, CoxAnswer, CoxRequest, CurveOver, Data, FineGrayRequest, NewColumn, Problem, Quartiles,
    Request, RowsRequest, SavedModel,
};
use riskset_data::{Curve, Design, Formula, Knots, TermKind};

/// The columns of the endpoint in the small table; names that no formula of a study uses.
pub const TIME: &str = "riskset.time";
pub const EVENT: &str = "riskset.event";
pub const CAUSE: &str = "riskset.cause";

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
    /// What is said of each curve among the terms: its knots, and whether it bends.
    pub curves: Vec<String>,
    /// The model as a file can hold it, when the study saves it.
    pub saved: Option<SavedModel>,
    /// Whether a penalty holds coefficients back.
    pub penalised: bool,
    /// What is said of a shared frailty.
    pub frailty: Option<String>,
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
    let told = told(&name, &answer.design);
    put_coefficients(context, &told, &answer);
    let (events, parameters) = (answer.fit.n_events(), answer.design.names.len());
    context.store.count(format!("{name}.parameters"), parameters, "coefficients");
    let ratio = (parameters > 0).then(|| events as f64 / parameters as f64);
    let key = format!("{name}.events_per_parameter");
    context.store.value(key, ratio, Unit::Ratio, 1, "events over coefficients");
    put_checks(context, spec, &name, &answer);
    let incidence = match asked.competing {
        true => put_subdistribution(context, &asked, &name, &told)?,
        false => None,
    };
    let curves = answer.curves.iter().map(|curve| curve_note(context, &told, &answer, curve));
    let curves = curves.collect();
    let (penalised, frailty) = (answer.penalised.is_some(), put_frailty(context, &name, &answer));
    let (_, endpoint) = context.endpoint(&spec.endpoint);
    let saved = answer.saved.or(incidence).map(|model| named(context, endpoint, model));
    let lines = lines(spec, &answer.design, &told);
    Ok(Fitted { spec, lines, competing: asked.competing, curves, saved, penalised, frailty })
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
        let refused = |problem: &Problem| context.refused::<Model>(&self.spec.terms, problem);
        let data = self.data.as_ref().map_err(refused)?;
        context.run(request, data).map_err(|problem| refused(&problem))
    }
}

fn cox(context: &Context, asked: &Asked) -> Result<CoxAnswer, Error> {
    let formula = asked.formula(EVENT);
    // A report tells the coefficients of a model; a likelihood alone is no part of it.
    if Formula::parse(&formula).is_ok_and(|formula| formula.terms().is_empty()) {
        let why = "the model has no coefficient to estimate; name at least one covariate";
        return Err(context.source.refuse(&asked.spec.terms, why));
    }
    let penalised = Formula::parse(&formula).is_ok_and(|formula| formula.is_penalised());
    let request = Request::Cox(CoxRequest {
        rows: RowsRequest::new(asked.spec.name.get_ref(), formula),
        conf_level: context.level,
        // The test is not derived for penalised likelihoods.
        zph: (!penalised).then_some(ZphTransform::Km),
        // With competing events the file predicts the incidence, by the Fine-Gray model.
        save_model: asked.spec.save && !asked.competing,
        ..CoxRequest::default()
    });
    match asked.answer(context, &request)? {
        Answer::Cox(answer) => Ok(*answer),
        other => unreachable!("a model was asked for, not {other:?}"),
    }
}

/// The Fine-Gray model of the same terms; its columns are those of the Cox model. Gives the model as a
/// file, when the study saves it.
fn put_subdistribution(
    context: &mut Context,
    asked: &Asked,
    name: &str,
    told: &[Told],
) -> Result<Option<SavedModel>, Error> {
    let request = Request::FineGray(FineGrayRequest {
        rows: RowsRequest::new(asked.spec.name.get_ref(), asked.formula(CAUSE)),
        causes: incidence::request("1", asked.censored),
        conf_level: context.level,
        save_model: asked.spec.save,
        ..FineGrayRequest::default()
    });
    let answer = match asked.answer(context, &request)? {
        Answer::FineGray(answer) => answer,
        other => unreachable!("a model was asked for, not {other:?}"),
    };
    let source = "patients of the model with a competing event";
    context.store.count(format!("{name}.competing"), answer.fit.n_competing_events(), source);
    for one in told {
        let source = "Fine-Gray model, robust standard error";
        let found = one.coefficient(&answer.fit, &answer.design);
        incidence::store_ratio(context, &format!("{}.shr", one.key), found.as_ref(), source);
    }
    let what = format!("{} (subdistribution hazard)", asked.spec.label);
    answer.about.doubts.iter().for_each(|doubt| context.doubt::<Model>(&what, doubt));
    Ok(answer.saved)
}

/// A saved model with the names that who reads its file knows: that of the data, and the endpoint's
/// instead of the code that its cause has in the patients' table.
pub fn named(context: &Context, endpoint: &Endpoint, mut model: SavedModel) -> SavedModel {
    model.data.clone_from(context.file.data.file.get_ref());
    let cause = endpoint.short();
    model.incidence.iter_mut().for_each(|incidence| cause.clone_into(&mut incidence.cause));
    model
}

/// A hazard ratio of the model: of a column, or of a curve between the quartiles of its covariate.
struct Told {
    /// The key of its numbers.
    key: String,
    of: Of,
}

/// What a hazard ratio is of.
enum Of {
    /// A column of the design.
    Column(usize),
    /// A term, as an index.
    Curve(usize, Quartiles),
}

/// What is told of each term, in the order of the design.
fn told(name: &str, design: &Design) -> Vec<Told> {
    let mut all: Vec<(String, Of)> = Vec::new();
    for (index, term) in design.terms.iter().enumerate() {
        match &term.kind {
            TermKind::Curve(info) => {
                all.push((term.name.clone(), Of::Curve(index, Quartiles::of(info))));
            }
            _ => all.extend(term.columns.clone().map(|c| (design.names[c].clone(), Of::Column(c)))),
        }
    }
    let slugs = unique_slugs(all.iter().map(|(name, _)| name.as_str()));
    let keys = slugs.into_iter().map(|key| format!("{name}.{key}"));
    keys.zip(all).map(|(key, (_, of))| Told { key, of }).collect()
}

impl Told {
    /// The P value of a penalised spline, on its effective degrees of freedom.
    fn penalised_p(&self, answer: &CoxAnswer) -> Option<f64> {
        let Of::Curve(index, _) = &self.of else { return None };
        let term = &answer.design.terms[*index].name;
        Some(answer.penalised.as_ref()?.test_of(term)?.p_value)
    }

    fn is_curve(&self, term: &str, design: &Design) -> bool {
        matches!(&self.of, Of::Curve(index, _) if design.terms[*index].name == term)
    }

    /// Its coefficient in a model with these columns.
    fn coefficient(&self, fit: &Regression, design: &Design) -> Option<Coefficient> {
        match &self.of {
            Of::Column(column) => fit.coefficients()[*column].estimate().copied(),
            Of::Curve(index, quartiles) => {
                let term = &design.terms[*index];
                let TermKind::Curve(info) = &term.kind else { return None };
                quartiles.ratio(fit, term, info)
            }
        }
    }
}

/// Puts the hazard ratio and P value of everything that is told.
fn put_coefficients(context: &mut Context, told: &[Told], answer: &CoxAnswer) {
    let source = format!("Cox model, {} ties", context.ties_of());
    let source = source.as_str();
    for one in told {
        let (key, found) = (&one.key, one.coefficient(&answer.fit, &answer.design));
        let limits = found.map(|coefficient| coefficient.interval);
        let ratio = Estimate {
            estimate: found.and_then(|coefficient| coefficient.hazard_ratio),
            lower: limits.and_then(|limits| limits.lower),
            upper: limits.and_then(|limits| limits.upper),
        };
        let decimals = riskset_plot::ratio_decimals(ratio.lower, ratio.upper);
        context.store.estimate(&format!("{key}.hr"), ratio, Unit::Ratio, decimals, source);
        let p = found.and_then(|coefficient| coefficient.p_value);
        let p = p.or_else(|| one.penalised_p(answer));
        context.store.value(format!("{key}.hr.p_value"), p, Unit::PValue, 3, source);
    }
    for curve in &answer.curves {
        let Some(key) = told.iter().find(|one| one.is_curve(&curve.term, &answer.design)) else {
            continue;
        };
        let p = curve.nonlinearity.map(|test| test.p_value);
        let source = "Wald's test that the curve is a straight line";
        context.store.value(format!("{}.straight.p_value", key.key), p, Unit::PValue, 3, source);
    }
}

/// Puts the variance of a shared frailty; returns what is said of it.
fn put_frailty(context: &mut Context, name: &str, answer: &CoxAnswer) -> Option<String> {
    let found = answer.penalised.as_ref()?.frailty.as_ref()?;
    let source = "variance of the shared frailty (gamma) or of its logarithm (Gaussian)";
    let variance = Some(found.fit.variance);
    context.store.value(format!("{name}.frailty.variance"), variance, Unit::Value, 3, source);
    let of = match found.fit.integrated.is_some() {
        true => "a gamma frailty",
        false => "a log-normal frailty",
    };
    let shown = context.store.show(&format!("{name}.frailty.variance"), &context.style);
    Some(format!(
        "The rows of a group share {of} ({}, {} groups) of variance {shown}; hazard ratios compare rows of \
         one group.",
        found.term,
        found.groups.len()
    ))
}

/// Proportional hazards of the whole model, and what is doubtful.
fn put_checks(context: &mut Context, spec: &Model, name: &str, answer: &CoxAnswer) {
    let check = answer.zph.as_ref().and_then(|tests| tests.global);
    let source = "score test of proportional hazards, all terms, Kaplan-Meier time scale";
    let p = check.map(|test| test.p_value);
    context.store.value(format!("{name}.zph.p_value"), p, Unit::PValue, 3, source);
    for doubt in &answer.about.doubts {
        context.doubt::<Model>(&spec.label, doubt);
    }
}

fn lines(spec: &Model, design: &Design, told: &[Told]) -> Vec<Line> {
    let label = |name: &str| spec.labels.get(name).cloned().unwrap_or_else(|| name.to_owned());
    let key_of = |column: usize| {
        let own = told.iter().find(|one| matches!(one.of, Of::Column(own) if own == column));
        own.map(|one| one.key.clone()).expect("every column of a term that is no curve is told")
    };
    let mut lines = Vec::new();
    for (index, term) in design.terms.iter().enumerate() {
        match &term.kind {
            TermKind::Curve(info) => {
                let own = |one: &&Told| matches!(one.of, Of::Curve(own, _) if own == index);
                let one = told.iter().find(own).expect("every curve is told");
                let Of::Curve(_, quartiles) = &one.of else { continue };
                lines.push(Line {
                    label: quartiles.words(&label(&info.covariate)),
                    counts: None,
                    key: Some(one.key.clone()),
                    kind: LineKind::Number,
                });
            }
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
                    let key = (place != *reference)
                        .then(|| key_of(columns.next().expect("every other level has a column")));
                    let kind = if key.is_some() { LineKind::Level } else { LineKind::Reference };
                    let counts = Some((level.n, level.events));
                    lines.push(Line { label: label(&level.name), counts, key, kind });
                }
            }
            _ => lines.extend(term.columns.clone().map(|column| Line {
                label: label(&design.names[column]),
                counts: None,
                key: Some(key_of(column)),
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
    // A number divides nobody, so that numbers alone have no patients to count.
    let counted = fitted.lines.iter().any(|line| line.counts.is_some());
    if counted {
        table = table.column("Patients (events)", Align::Right);
    }
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
        let mut cells = vec![line.label.clone()];
        cells.extend(counted.then_some(counts));
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
    // The test is not derived for penalised likelihoods.
    let proportional = match context.store.number(&format!("{name}.zph.p_value")) {
        None if fitted.penalised => String::new(),
        p => format!(
            " Score test of proportional hazards, all terms: {}.",
            context.style.p_equation(p)
        ),
    };
    let ties = context.ties_of();
    let mut notes = vec![format!(
        "{what} of {} patients with {} events ({} left out for missing values), {ties}'s method for \
         ties.{proportional}",
        show("n"),
        show("events"),
        show("missing"),
    )];
    notes.extend(fitted.frailty.clone());
    if fitted.competing {
        notes.push(format!(
            "Subdistribution hazard ratios from a Fine-Gray model of the same patients, of whom {} had \
             a competing event; robust standard errors.",
            show("competing")
        ));
    }
    if !fitted.curves.is_empty() {
        notes.push(format!(
            "The hazard ratio of a curve is that of the third quartile of its covariate against the \
             first, its P value that of all its coefficients together. {}",
            fitted.curves.join(" ")
        ));
    }
    notes
}

/// `Restricted cubic spline of age with knots at 40, 55 and 70; a straight line, P = 0.03.`
fn curve_note(context: &Context, told: &[Told], answer: &CoxAnswer, curve: &CurveOver) -> String {
    let knots: Vec<String> = curve.knots.iter().map(|&knot| riskset_analysis::told(knot)).collect();
    let knots = match knots.is_empty() {
        true => String::new(),
        false => format!(" with knots at {}", words::join_and(&knots)),
    };
    let kind = match curve.term.split('(').next() {
        Some("rcs") => "Restricted cubic spline",
        Some("ns") => "Natural cubic spline",
        Some("pspline") => "Penalised spline",
        _ => "Polynomial",
    };
    let own = told.iter().find(|one| one.is_curve(&curve.term, &answer.design));
    let straight = own.map(|one| context.store.number(&format!("{}.straight.p_value", one.key)));
    let test = match straight.flatten() {
        Some(p) => format!("; test against a straight line, {}", context.style.p_equation(Some(p))),
        None => String::new(),
    };
    format!("{kind} of {}{knots}{test}.", curve.covariate)
}

/// How the covariates of a model bend, and what holds its coefficients back, for Methods; `None` for a
/// model of plain columns.
pub fn curve_methods(spec: &Model) -> Option<String> {
    let formula = Formula::parse(&format!("{EVENT} ~ {}", spec.terms.get_ref())).ok()?;
    let curve = |variable: &riskset_data::Variable| {
        Some(format!("{} as {}", variable.expr, kind(variable.curve.as_ref()?)))
    };
    let curves: Vec<String> = formula.variables().iter().filter_map(curve).collect();
    let mut sentences = Vec::new();
    if let Some(frailty) = formula.frailty() {
        let of = match frailty.distribution {
            FrailtyDistribution::Gamma => "a gamma frailty with mean 1",
            FrailtyDistribution::LogNormal => "a frailty with a normal logarithm",
        };
        sentences.push(format!(
            "{}: rows with the same {} share {of}, by penalised partial likelihood.",
            spec.label, frailty.of
        ));
    }
    sentences.extend(formula.ridges().iter().map(|ridge| {
        let names: Vec<String> =
            ridge.variables.iter().map(|&index| formula.variables()[index].name.clone()).collect();
        format!(
            "{}: the coefficients of {} are held back by a ridge penalty of weight {}.",
            spec.label,
            words::join_and(&names),
            ridge.theta
        )
    }));
    if curves.is_empty() {
        return (!sentences.is_empty()).then(|| sentences.join(" "));
    }
    sentences.push(format!(
        "{}: the model takes {}. The hazard ratio of such a covariate is that of its third quartile \
         against the first, its P value the joint Wald test of all its coefficients; Wald's test of those \
         that bend the curve says whether a straight line would do.",
        spec.label,
        words::join_and(&curves)
    ));
    Some(sentences.join(" "))
}

fn kind(curve: &Curve) -> String {
    let numbers = |knots: &[f64]| {
        let texts: Vec<String> = knots.iter().map(f64::to_string).collect();
        words::join_and(&texts)
    };
    match curve {
        Curve::Restricted(Knots::Count(count)) => {
            format!("a restricted cubic spline with {count} knots at Harrell's quantiles")
        }
        Curve::Restricted(Knots::At(knots)) => {
            format!("a restricted cubic spline with knots at {}", numbers(knots))
        }
        Curve::Natural { knots: Knots::Count(df), .. } => {
            format!("a natural cubic spline with {df} degrees of freedom")
        }
        Curve::Natural { knots: Knots::At(knots), .. } => {
            format!("a natural cubic spline with inner knots at {}", numbers(knots))
        }
        Curve::Penalised { df } => {
            format!("a penalised spline with {df} effective degrees of freedom")
        }
        Curve::Polynomial { degree, .. } => format!("a polynomial of degree {degree}"),
    }
}
