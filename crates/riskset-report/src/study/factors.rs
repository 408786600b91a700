//! Prognostic factors, each alone and all together: one table, one figure, one paragraph.

use super::context::{Context, lower_first, rows};
use super::data::Sheet;
use super::figures::{Figure, failed, finish};
use super::file::FactorsSpec;
use super::forest::effect;
use super::model::{EVENT, TIME};
use super::text::Section;
use crate::Error;
use crate::methods::words;
use crate::store::{Estimate, Unit, slug, unique_slugs};
use crate::table::{Align, RowKind, Table};
use riskset::{Coefficient, Interval};
use riskset_analysis::{
    Answer, Factor, FactorLine, FactorsAnswer, FactorsRequest, NewColumn, Request, RowsRequest,
};
use riskset_plot::{ForestEffect, ForestFigure, ForestRow, ForestScale, Profile, ratio_decimals};

/// The factors of a section with the keys of their numbers.
#[derive(Debug)]
pub struct Told<'a> {
    pub spec: &'a FactorsSpec,
    factors: Vec<ToldFactor>,
}

#[derive(Debug)]
struct ToldFactor {
    label: String,
    /// The key of its counts and joint tests.
    key: String,
    categorical: bool,
    lines: Vec<ToldLine>,
}

#[derive(Debug)]
struct ToldLine {
    label: String,
    key: String,
    reference: bool,
}

/// The two models of a factor, as keys and as headings.
const MODELS: [(&str, &str); 2] =
    [("univariable", "Univariable"), ("multivariable", "Multivariable")];

/// Fits the models; their numbers go under `NAME`.
pub fn factors<'a>(
    context: &mut Context<'a>,
    patients: &Sheet,
    spec: &'a FactorsSpec,
) -> Result<Told<'a>, Error> {
    let answer = ask(context, patients, spec)?;
    let name = slug(spec.name.get_ref());
    put_model(context, &name, &answer);
    let names = answer.factors.iter().flat_map(|factor| {
        let levels = factor.lines.iter().map(|line| match factor.categorical {
            true => format!("{} {}", factor.term, line.name),
            false => format!("{} per unit", line.name),
        });
        std::iter::once(factor.term.clone()).chain(levels).collect::<Vec<String>>()
    });
    let names: Vec<String> = names.collect();
    let mut keys = unique_slugs(names.iter().map(String::as_str)).into_iter();
    let mut key = || format!("{name}.{}", keys.next().expect("there is a key for every name"));
    let label = |name: &str| spec.labels.get(name).cloned().unwrap_or_else(|| name.to_owned());
    let mut told = Vec::with_capacity(answer.factors.len());
    for factor in &answer.factors {
        let own = key();
        put_factor(context, &own, factor);
        let mut lines = Vec::with_capacity(factor.lines.len());
        for line in &factor.lines {
            let key = key();
            put_line(context, &key, line);
            lines.push(ToldLine { label: label(&line.name), key, reference: line.reference });
        }
        let (label, categorical) = (label(&factor.term), factor.categorical);
        told.push(ToldFactor { label, key: own, categorical, lines });
    }
    for doubt in &answer.about.doubts {
        context.doubt::<FactorsSpec>(&spec.label, doubt);
    }
    Ok(Told { spec, factors: told })
}

fn ask(context: &Context, patients: &Sheet, spec: &FactorsSpec) -> Result<FactorsAnswer, Error> {
    let (population, _) = context.population(&spec.population);
    let (endpoint, endpoint_spec) = context.endpoint(&spec.endpoint);
    if !endpoint_spec.competing.is_empty() {
        let why = "the endpoint has competing events, and medians and survival by level take them for \
                   censored; choose an endpoint without them, or a [[model]]";
        return Err(context.source.refuse(&spec.endpoint, why));
    }
    let members = rows(&context.cohort.populations[population]);
    let outcome = |row: &usize| context.cohort.endpoints[endpoint][*row];
    let time = members.iter().map(|row| Some(outcome(row)?.time)).collect();
    let event = members.iter().map(|row| Some(outcome(row)?.event)).collect();
    let columns = vec![
        (TIME.to_owned(), NewColumn::Numbers(time)),
        (EVENT.to_owned(), NewColumn::Flags(event)),
    ];
    let formula = format!("Surv(`{TIME}`, `{EVENT}`) ~ {}", spec.terms.get_ref());
    let data = patients.data(&members, columns);
    let rows = RowsRequest::new(spec.name.get_ref(), formula);
    let request = Request::Factors(FactorsRequest {
        rows,
        conf_level: context.level,
        conf_type: context.conf_type,
        times: context.file.study.times(),
        same_rows: spec.same_rows,
        ..FactorsRequest::default()
    });
    let answer = data.and_then(|data| context.run(&request, &data));
    match answer.map_err(|problem| context.refused::<FactorsSpec>(&spec.terms, &problem))? {
        Answer::Factors(answer) => Ok(*answer),
        other => unreachable!("factors were asked for, not {other:?}"),
    }
}

fn put_model(context: &mut Context, name: &str, answer: &FactorsAnswer) {
    let store = &mut context.store;
    store.count(format!("{name}.n"), answer.about.n, "patients of the multivariable model");
    store.count(format!("{name}.missing"), answer.about.n_missing, "patients with a missing value");
    store.count(format!("{name}.events"), answer.events, "events of the multivariable model");
    store.count(format!("{name}.parameters"), answer.parameters, "coefficients");
    let ratio = answer.events_per_parameter();
    let key = format!("{name}.events_per_parameter");
    store.value(key, ratio, Unit::Ratio, 1, "events over coefficients");
}

fn put_factor(context: &mut Context, key: &str, factor: &Factor) {
    let store = &mut context.store;
    store.count(format!("{key}.n"), factor.n, "patients of the univariable model");
    store.count(format!("{key}.missing"), factor.missing, "patients in whom it is missing");
    for ((model, _), test) in MODELS.into_iter().zip([factor.crude, factor.adjusted]) {
        let p = test.map(|test| test.p_value);
        let source = "Wald's test of all coefficients of the factor";
        store.value(format!("{key}.{model}.p_value"), p, Unit::PValue, 3, source);
    }
}

fn put_line(context: &mut Context, key: &str, line: &FactorLine) {
    context.store.count(format!("{key}.n"), line.n, "patients");
    context.store.count(format!("{key}.events"), line.events, "events");
    let median = Estimate {
        estimate: line.median.estimate,
        lower: line.median.lower,
        upper: line.median.upper,
    };
    let unit = Unit::Time(context.unit);
    context.store.estimate(&format!("{key}.median"), median, unit, 1, "Kaplan-Meier");
    for at in &line.at_times {
        let percent = |part: Option<f64>| part.map(|part| 100.0 * part);
        let limits = at.interval.unwrap_or(Interval { lower: None, upper: None });
        let survival = Estimate {
            estimate: percent(at.survival),
            lower: percent(limits.lower),
            upper: percent(limits.upper),
        };
        let key = format!("{key}.{}", super::compare::at_key(at.time));
        context.store.estimate(&key, survival, Unit::Percent, 1, "Kaplan-Meier");
    }
    if line.reference {
        return;
    }
    for ((model, _), coefficient) in MODELS.into_iter().zip([&line.crude, &line.adjusted]) {
        put_ratio(context, &format!("{key}.{model}"), coefficient.as_ref());
    }
}

fn put_ratio(context: &mut Context, key: &str, coefficient: Option<&Coefficient>) {
    let source = format!("Cox model, {} ties", context.ties_of());
    let source = source.as_str();
    let limits = coefficient.map(|coefficient| coefficient.interval);
    let ratio = Estimate {
        estimate: coefficient.and_then(|coefficient| coefficient.hazard_ratio),
        lower: limits.and_then(|limits| limits.lower),
        upper: limits.and_then(|limits| limits.upper),
    };
    let decimals = ratio_decimals(ratio.lower, ratio.upper);
    context.store.estimate(&format!("{key}.hr"), ratio, Unit::Ratio, decimals, source);
    let p = coefficient.and_then(|coefficient| coefficient.p_value);
    context.store.value(format!("{key}.hr.p_value"), p, Unit::PValue, 3, source);
}

/// The table: one row a level or number, both hazard ratios beside each other.
pub fn table(context: &Context, told: &Told) -> Table {
    // Curves are those of levels: a number has none, and numbers alone need no columns for them.
    let by_level = told.factors.iter().any(|factor| factor.categorical);
    let times = if by_level { context.file.study.times() } else { Vec::new() };
    let ci = context.ci();
    let mut table = Table::new(format!("{}{}", told.spec.label, context.synthetic()))
        .column("", Align::Left)
        .column("Patients (events)", Align::Right);
    if by_level {
        table = table.column(format!("Median, {} ({ci})", context.unit.name()), Align::Right);
    }
    for time in &times {
        let heading = format!("At {time} {}, % ({ci})", context.unit.name());
        table = table.column(heading, Align::Right);
    }
    for (_, heading) in MODELS {
        table = table
            .column(format!("{heading} hazard ratio ({ci})"), Align::Right)
            .column("P value", Align::Right);
    }
    for factor in &told.factors {
        put_rows(context, &mut table, factor, by_level.then_some(&times[..]));
    }
    table = table.footnote(models(context, told));
    if told.factors.iter().any(|factor| factor.lines.len() > 2) {
        table = table
            .footnote("The P values beside a factor's name are Wald's joint tests of its levels.");
    }
    match by_level {
        true => table.footnote(
            "Medians and survival by the Kaplan-Meier method, of the patients of the univariable models.",
        ),
        false => table,
    }
}

fn put_rows(context: &Context, table: &mut Table, factor: &ToldFactor, times: Option<&[f64]>) {
    let show = |key: String| context.store.show(&key, &context.style);
    if factor.categorical {
        let mut cells = vec![factor.label.clone()];
        cells.resize(2 + times.map_or(0, |times| 1 + times.len()), String::new());
        for (model, _) in MODELS {
            let p = match factor.lines.len() > 2 {
                true => show(format!("{}.{model}.p_value", factor.key)),
                false => String::new(),
            };
            cells.extend([String::new(), p]);
        }
        table.push(RowKind::Group, cells);
    }
    let kind = if factor.categorical { RowKind::Indented } else { RowKind::Plain };
    for line in &factor.lines {
        table.push(kind, cells(context, line, times, factor.categorical));
    }
    if context.store.number(&format!("{}.missing", factor.key)) > Some(0.0) {
        table.push(
            RowKind::Indented,
            ["Missing".to_owned(), show(format!("{}.missing", factor.key))],
        );
    }
}

fn cells(
    context: &Context,
    line: &ToldLine,
    times: Option<&[f64]>,
    categorical: bool,
) -> Vec<String> {
    let key = &line.key;
    let show = |key: String| context.store.show(&key, &context.style);
    let interval = |key: String| context.store.show_interval(&key, &context.style);
    let counts = format!("{} ({})", show(format!("{key}.n")), show(format!("{key}.events")));
    let mut cells = vec![line.label.clone(), counts];
    if let Some(times) = times {
        let at = |time: &f64| interval(format!("{key}.{}", super::compare::at_key(*time)));
        match categorical {
            true => {
                cells.push(interval(format!("{key}.median")));
                cells.extend(times.iter().map(at));
            }
            // All patients together are no level of a number.
            false => cells.resize(cells.len() + 1 + times.len(), String::new()),
        }
    }
    for (model, _) in MODELS {
        match line.reference {
            true => cells.extend(["1 (reference)".to_owned(), String::new()]),
            false => cells.extend([
                interval(format!("{key}.{model}.hr")),
                show(format!("{key}.{model}.hr.p_value")),
            ]),
        }
    }
    cells
}

/// What the models are made of.
fn models(context: &Context, told: &Told) -> String {
    let name = slug(told.spec.name.get_ref());
    let show = |part: &str| context.store.show(&format!("{name}.{part}"), &context.style);
    let of_one = match told.spec.same_rows {
        true => "of the same patients",
        false => "of the patients in whom it is known",
    };
    let ties = context.ties_of();
    format!(
        "Cox models, {ties}'s method for ties: univariable, each factor alone, {of_one}; \
         multivariable, all factors in one model of {} patients with {} events ({} left out for \
         missing values; {} events for each of {} coefficients).",
        show("n"),
        show("events"),
        show("missing"),
        show("events_per_parameter"),
        show("parameters")
    )
}

/// The figure: both hazard ratios of each level or number.
pub fn figure(context: &Context, profile: &Profile, told: &Told) -> Result<Figure, Error> {
    let name = told.spec.name.get_ref().clone();
    let rows = told.factors.iter().flat_map(|factor| {
        let heading =
            ForestRow { label: factor.label.clone(), heading: true, ..ForestRow::default() };
        let lines = factor.lines.iter().map(|line| row(context, factor, line));
        factor.categorical.then_some(heading).into_iter().chain(lines).collect::<Vec<_>>()
    });
    let figure = ForestFigure {
        name: told.spec.label.clone(),
        rows: rows.collect(),
        headers: vec!["Patients".into(), "Events".into()],
        effect_header: format!("Univariable ({})", context.ci()),
        second_header: format!("Multivariable ({})", context.ci()),
        scale: ForestScale::Ratio,
        x_title: "Hazard ratio (log scale)".into(),
        line: Some((1.0, String::new())),
        conf_level: context.level,
        ..ForestFigure::default()
    };
    let scene = figure.draw(profile).map_err(|error| failed(&name, &error))?;
    let caption = format!(
        "Hazard ratios with {}; open marks univariable, filled marks multivariable. {}",
        context.ci(),
        models(context, told)
    );
    Ok(finish(context, name, told.spec.label.clone(), caption, scene))
}

fn row(context: &Context, factor: &ToldFactor, line: &ToldLine) -> ForestRow {
    let show = |part: &str| context.store.show(&format!("{}.{part}", line.key), &context.style);
    let of = |model: &str| match line.reference {
        true => ForestEffect::Reference,
        false => effect(context, &format!("{}.{model}.hr", line.key), 1.0),
    };
    ForestRow {
        label: line.label.clone(),
        indent: usize::from(factor.categorical),
        cells: vec![show("n"), show("events")],
        effect: of(MODELS[0].0),
        second: of(MODELS[1].0),
        ..ForestRow::default()
    }
}

/// The paragraph of the Results.
pub fn text(context: &Context, told: &Told) -> Section {
    let name = slug(told.spec.name.get_ref());
    let show = |part: &str| context.store.show(&format!("{name}.{part}"), &context.style);
    let mut parts = Vec::new();
    for factor in &told.factors {
        let reference = factor.lines.iter().find(|line| line.reference);
        for line in factor.lines.iter().filter(|line| !line.reference) {
            parts.push(sentence(context, factor, line, reference));
        }
    }
    let paragraph = format!(
        "In one model of all factors ({} patients, {} events) the hazard ratios, and in brackets those of \
         each factor alone, were: {}.",
        show("n"),
        show("events"),
        parts.join("; ")
    );
    Section { heading: told.spec.label.clone(), paragraphs: vec![paragraph] }
}

fn sentence(
    context: &Context,
    factor: &ToldFactor,
    line: &ToldLine,
    reference: Option<&ToldLine>,
) -> String {
    let what = match reference {
        Some(reference) => {
            format!("{}, {} vs {}", lower_first(&factor.label), line.label, reference.label)
        }
        None => lower_first(&line.label),
    };
    let ratio = |model: &str| {
        let key = format!("{}.{model}.hr", line.key);
        if context.store.number(&format!("{key}.estimate")).is_none() {
            return "not estimable".to_owned();
        }
        let p = context.store.number(&format!("{key}.p_value"));
        format!(
            "{} ({} {}; {})",
            context.store.show(&format!("{key}.estimate"), &context.style),
            context.ci_before_limits(),
            context.store.show_range(&key, &context.style),
            context.style.p_equation(p)
        )
    };
    format!("{what}, {} [{}]", ratio(MODELS[1].0), ratio(MODELS[0].0))
}

/// The sentence of the Methods.
pub fn methods(spec: &FactorsSpec) -> String {
    format!("{}: {}", spec.label, words::factors(spec.same_rows))
}
