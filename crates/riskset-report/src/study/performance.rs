//! What the predictions of a model, or of two, are worth: one table, the calibration, groups by
//! predicted risk with their curves, one paragraph.

use super::compare::at_key;
use super::context::{Context, rows};
use super::data::Sheet;
use super::figures::Figure;
use super::file::PerformanceSpec;
use super::model::{EVENT, TIME};
use super::requested::dress_synthetic;
use super::text::Section;
use super::voice::StudyWords;
use crate::Error;
use crate::format::NOT_ESTIMABLE;
use crate::methods::words;
use crate::store::{Estimate, Unit, slug};
use crate::table::{Align, Table};
use riskset::{BrierEstimate, Choice, Concordance, Interval, normal};
use riskset_analysis::figure::{
    PageRequest, PlotPerformanceRequest, PlotRiskGroupsRequest, TimeAxis,
};
use riskset_analysis::{
    Answer, Data, IncidenceModel, ModelComparison, ModelPerformance, NewColumn, PerformanceAnswer,
    PerformanceRequest, Problem, Request, RiskGroupsAnswer, RiskGroupsRequest, RowsRequest,
};

/// The models of a section with their groups.
#[derive(Debug)]
pub struct Judged<'a> {
    pub spec: &'a PerformanceSpec,
    /// The models by key and label: one, or two.
    models: Vec<(&'static str, String)>,
    times: Vec<f64>,
    /// The labels of the groups by predicted risk; empty where none were asked for.
    groups: Vec<String>,
    /// The calibration, and the curves of the groups.
    pub figures: Vec<Figure>,
    /// The model of the incidence, for an endpoint with competing events.
    incidence_model: Option<IncidenceModel>,
}

impl Judged<'_> {
    /// What the two concordances are called.
    fn concordances(&self) -> [&'static str; 2] {
        match self.incidence_model {
            Some(_) => ["Wolbers' C", "Wolbers' C, weighted for censoring"],
            None => ["Harrell's C", "Uno's C"],
        }
    }

    /// What was fitted.
    fn fitted(&self) -> &'static str {
        match self.incidence_model {
            None => "Cox models",
            Some(IncidenceModel::FineGray) => "Fine-Gray models",
            Some(IncidenceModel::CauseSpecific) => "Cox models of the hazards of all causes",
        }
    }
}

/// Judges the models; their numbers go under `NAME`.
pub fn judge<'a>(
    context: &mut Context<'a>,
    patients: &Sheet,
    spec: &'a PerformanceSpec,
) -> Result<Judged<'a>, Error> {
    let asked = Asked::new(context, patients, spec)?;
    let answer = asked.performance(context)?;
    let name = slug(spec.name.get_ref());
    context.store.count(format!("{name}.n"), answer.about.n, "patients of the models");
    context.store.count(format!("{name}.missing"), answer.about.n_missing, "patients left out");
    context.store.count(format!("{name}.events"), answer.events, "events");
    let mut models = vec![("model", spec.model_label())];
    models.extend(spec.against.is_some().then(|| ("against", spec.against_label())));
    if asked.incidence_model.is_some() {
        let competing = answer.judged.competing;
        context.store.count(format!("{name}.competing"), competing, "competing events");
    }
    let observed = match asked.incidence_model {
        Some(_) => "Aalen-Johansen risk over the mean predicted one",
        None => "Kaplan-Meier risk over the mean predicted one",
    };
    for (model, (key, _)) in answer.models.iter().zip(&models) {
        put_model(context, &format!("{name}.{key}"), model, observed);
    }
    if let Some(comparison) = &answer.comparison {
        put_comparison(context, &name, comparison);
    }
    for doubt in &answer.about.doubts {
        context.doubt(&spec.label, doubt);
    }
    let groups = asked.groups(context)?;
    let labels = groups.iter().flat_map(|groups| &groups.groups).map(|group| group.label.clone());
    let labels: Vec<String> = labels.collect();
    if let Some(groups) = &groups {
        put_groups(context, &name, groups);
    }
    let figures = asked.figures(context, groups.is_some())?;
    let incidence_model = asked.incidence_model;
    Ok(Judged { spec, models, times: asked.times, groups: labels, figures, incidence_model })
}

/// The data of a section: the columns of the population, with the endpoint beside them.
struct Asked<'a> {
    spec: &'a PerformanceSpec,
    data: Data,
    rows: RowsRequest,
    times: Vec<f64>,
    /// The model of the incidence, for an endpoint with competing events.
    incidence_model: Option<IncidenceModel>,
}

/// The model of the incidence, where the endpoint has competing events.
fn incidence_model(
    context: &Context,
    spec: &PerformanceSpec,
    competing: bool,
) -> Result<Option<IncidenceModel>, Error> {
    match (&spec.incidence_model, competing) {
        (None, _) => Ok(competing.then(IncidenceModel::default)),
        (Some(name), false) => {
            let why = "the endpoint has no competing events, so there is no incidence to model; leave \
                       `incidence_model` out";
            Err(context.source.refuse(name, why))
        }
        (Some(name), true) => match name.get_ref().parse() {
            Ok(model) => Ok(Some(model)),
            Err(_) => Err(context.source.unknown(
                name,
                "the model of an incidence",
                &IncidenceModel::names(),
            )),
        },
    }
}

impl<'a> Asked<'a> {
    fn new(
        context: &Context,
        patients: &Sheet,
        spec: &'a PerformanceSpec,
    ) -> Result<Asked<'a>, Error> {
        let (population, _) = context.population(&spec.population);
        let (endpoint, endpoint_spec) = context.endpoint(&spec.endpoint);
        let competing = !endpoint_spec.competing.is_empty();
        let incidence_model = incidence_model(context, spec, competing)?;
        let members = rows(&context.cohort.populations[population]);
        let outcome = |row: &usize| context.cohort.endpoints[endpoint][*row];
        let time = members.iter().map(|row| Some(outcome(row)?.time)).collect();
        let event = match competing {
            true => {
                NewColumn::Texts(members.iter().map(|row| Some(outcome(row)?.code())).collect())
            }
            false => {
                NewColumn::Flags(members.iter().map(|row| Some(outcome(row)?.event)).collect())
            }
        };
        let columns = vec![(TIME.to_owned(), NewColumn::Numbers(time)), (EVENT.to_owned(), event)];
        let refuse =
            |problem: Problem| context.source.refuse(&spec.terms, problem.words(&StudyWords));
        let times = spec.times.clone().unwrap_or_else(|| context.file.study.times());
        let formula = format!("Surv(`{TIME}`, `{EVENT}`) ~ {}", spec.terms.get_ref());
        Ok(Asked {
            spec,
            data: patients.data(&members, columns).map_err(refuse)?,
            rows: RowsRequest::new(spec.name.get_ref(), formula),
            times,
            incidence_model,
        })
    }

    fn request(&self, context: &Context) -> PerformanceRequest {
        PerformanceRequest {
            rows: self.rows.clone(),
            // As `Outcome::code` has them.
            cause: self.incidence_model.map(|_| "1".to_owned()),
            censor: self.incidence_model.map(|_| "0".to_owned()),
            incidence_model: self.incidence_model,
            conf_level: context.level,
            times: self.times.clone(),
            against: self.spec.against.as_ref().map(|terms| terms.get_ref().clone()),
            bootstrap: self.spec.bootstrap,
            seed: self.spec.seed.unwrap_or(PerformanceRequest::default().seed),
            ..PerformanceRequest::default()
        }
    }

    fn answer(&self, context: &Context, request: &Request) -> Result<Answer, Error> {
        context
            .run(request, &self.data)
            .map_err(|problem| context.source.refuse(&self.spec.terms, problem.words(&StudyWords)))
    }

    fn performance(&self, context: &Context) -> Result<PerformanceAnswer, Error> {
        match self.answer(context, &Request::Performance(self.request(context)))? {
            Answer::Performance(answer) => Ok(*answer),
            other => unreachable!("performance was asked for, not {other:?}"),
        }
    }

    /// The groups by the risk of the first time, when cut-offs are given.
    fn grouped(&self, context: &Context) -> RiskGroupsRequest {
        RiskGroupsRequest {
            rows: self.rows.clone(),
            cause: self.incidence_model.map(|_| "1".to_owned()),
            censor: self.incidence_model.map(|_| "0".to_owned()),
            incidence_model: self.incidence_model,
            conf_level: context.level,
            conf_type: context.conf_type,
            groups: self.spec.groups.clone(),
            at: self.times.first().copied(),
            ..RiskGroupsRequest::default()
        }
    }

    fn groups(&self, context: &mut Context) -> Result<Option<RiskGroupsAnswer>, Error> {
        if self.spec.groups.is_empty() {
            return Ok(None);
        }
        match self.answer(context, &Request::RiskGroups(self.grouped(context)))? {
            Answer::RiskGroups(answer) => {
                answer.about.doubts.iter().for_each(|doubt| context.doubt(&self.spec.label, doubt));
                Ok(Some(*answer))
            }
            other => unreachable!("groups were asked for, not {other:?}"),
        }
    }

    fn figures(&self, context: &Context, grouped: bool) -> Result<Vec<Figure>, Error> {
        let profile = context.file.study.profile.as_ref().map(|name| name.get_ref().clone());
        let page = PageRequest {
            theme: profile.unwrap_or_else(|| PageRequest::default().theme),
            ..PageRequest::default()
        };
        let unit = context.unit.name().to_owned();
        let (name, label) = (self.spec.name.get_ref(), &self.spec.label);
        let calibration = Request::PlotPerformance(PlotPerformanceRequest {
            performance: PerformanceRequest { bootstrap: 0, ..self.request(context) },
            page: page.clone(),
            unit: Some(unit.clone()),
            model_names: match self.spec.against {
                Some(_) => [self.spec.model_label(), self.spec.against_label()]
                    .map(|label| super::figures::capital(&label))
                    .to_vec(),
                None => Vec::new(),
            },
            ..PlotPerformanceRequest::default()
        });
        let title = format!("{label}: calibration");
        let mut figures = vec![self.figure(context, &calibration, name.clone(), title)?];
        if grouped {
            let curves = Request::PlotRiskGroups(PlotRiskGroupsRequest {
                risk_groups: self.grouped(context),
                page,
                time: TimeAxis { unit: Some(unit), ..TimeAxis::default() },
                ..PlotRiskGroupsRequest::default()
            });
            let title = format!("{label}: groups by predicted risk");
            figures.push(self.figure(context, &curves, format!("{name}-groups"), title)?);
        }
        Ok(figures)
    }

    fn figure(
        &self,
        context: &Context,
        request: &Request,
        name: String,
        title: String,
    ) -> Result<Figure, Error> {
        let Answer::Figure(answer) = self.answer(context, request)? else {
            unreachable!("a figure was asked for")
        };
        let mut drawn = answer.figure;
        if context.file.study.synthetic {
            dress_synthetic(&mut drawn);
        }
        let title = format!("{title}{}", context.synthetic());
        Ok(Figure { name, title, caption: drawn.caption_texts().join(" "), drawn })
    }
}

fn put_model(context: &mut Context, key: &str, model: &ModelPerformance, observed: &'static str) {
    let level = context.level;
    let (store, measures) = (&mut context.store, &model.measures);
    let estimate = |estimate: Option<f64>, interval: Option<Interval>| Estimate {
        estimate,
        lower: interval.and_then(|interval| interval.lower),
        upper: interval.and_then(|interval| interval.upper),
    };
    store.count(format!("{key}.parameters"), model.parameters, "coefficients");
    let harrell = concordance(&measures.harrell, level);
    store.estimate(&format!("{key}.harrell"), harrell, Unit::Value, 3, "Harrell's concordance");
    let uno = concordance(&measures.uno, level);
    store.estimate(&format!("{key}.uno"), uno, Unit::Value, 3, "Uno's concordance");
    for auc in measures.auc.at() {
        let found = estimate(auc.estimate, Some(auc.interval));
        let key = format!("{key}.{}.auc", at_key(auc.time));
        store.estimate(&key, found, Unit::Value, 3, "cumulative/dynamic area under the curve");
    }
    for at in measures.brier.at() {
        let Some(time) = at.time else { continue };
        let BrierEstimate { estimate: score, interval, .. } = at.score;
        let found = estimate(Some(score), Some(interval));
        let key = format!("{key}.{}.brier", at_key(time));
        store.estimate(&key, found, Unit::Value, 3, "Brier score, weighted for censoring");
    }
    for at in &measures.calibration {
        let ratio = estimate(at.ratio, Some(at.ratio_interval));
        let key = format!("{key}.{}.observed_over_predicted", at_key(at.time));
        store.estimate(&key, ratio, Unit::Ratio, 2, observed);
    }
    store.value(format!("{key}.aic"), model.aic, Unit::Value, 1, "Akaike's criterion");
    for corrected in model.bootstrap.iter().flat_map(|found| &found.measures) {
        let at = corrected.time.map_or(String::new(), |time| format!(".{}", at_key(time)));
        let key = format!("{key}{at}.{}.corrected", corrected.measure);
        let decimals = if corrected.measure == "slope" { 2 } else { 3 };
        let source = "corrected for optimism by the bootstrap";
        let Interval { lower, upper } = corrected.interval;
        store.value(key.clone(), corrected.corrected, Unit::Value, decimals, source);
        if lower.is_some() {
            let source = "percentile of the bootstrap, moved by the optimism";
            store.value(format!("{key}.lower"), lower, Unit::Value, decimals, source);
            store.value(format!("{key}.upper"), upper, Unit::Value, decimals, source);
        }
    }
}

/// A concordance with its interval, symmetric and cut at 0 and 1.
fn concordance(found: &Concordance, level: f64) -> Estimate {
    let half = found.std_error.zip(normal::two_sided_quantile(level).ok()).map(|(se, z)| se * z);
    let limit = |sign: f64| Some((found.estimate? + sign * half?).clamp(0.0, 1.0));
    Estimate { estimate: found.estimate, lower: limit(-1.0), upper: limit(1.0) }
}

fn put_comparison(context: &mut Context, name: &str, comparison: &ModelComparison) {
    let store = &mut context.store;
    let harrell = &comparison.harrell;
    let difference = Estimate {
        estimate: harrell.estimate,
        lower: harrell.interval.lower,
        upper: harrell.interval.upper,
    };
    let key = format!("{name}.difference.harrell");
    store.estimate(&key, difference, Unit::Value, 3, "paired difference of Harrell's concordance");
    let p = harrell.p_value;
    store.value(format!("{key}.p_value"), p, Unit::PValue, 3, "the predictions taken as given");
    if let Some(test) = comparison.nested {
        let source = "likelihood-ratio test of the terms that the model has more";
        store.value(format!("{name}.nested.p_value"), Some(test.p_value), Unit::PValue, 3, source);
    }
}

/// The incidence of each group, seen and predicted.
fn put_incidences(context: &mut Context, name: &str, answer: &RiskGroupsAnswer) {
    let store = &mut context.store;
    let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
    for (place, group) in answer.groups.iter().enumerate() {
        let key = format!("{name}.group{}", place + 1);
        store.count(format!("{key}.n"), group.n, "patients of the group");
        store.count(format!("{key}.events"), group.events, "events");
        store.count(format!("{key}.competing"), group.competing, "competing events");
        let seen = group.incidence.first();
        let limits = seen.and_then(|at| at.interval);
        let incidence = Estimate {
            estimate: percent(seen.and_then(|at| at.estimate)),
            lower: percent(limits.and_then(|limits| limits.lower)),
            upper: percent(limits.and_then(|limits| limits.upper)),
        };
        store.estimate(&format!("{key}.incidence"), incidence, Unit::Percent, 1, "Aalen-Johansen");
        let predicted = percent(group.predicted.first().copied());
        let source = "mean of the predicted incidence";
        store.value(format!("{key}.predicted"), predicted, Unit::Percent, 1, source);
    }
}

fn put_groups(context: &mut Context, name: &str, answer: &RiskGroupsAnswer) {
    if answer.request.cause.is_some() {
        return put_incidences(context, name, answer);
    }
    let unit = Unit::Time(context.unit);
    let store = &mut context.store;
    for (place, group) in answer.groups.iter().enumerate() {
        let key = format!("{name}.group{}", place + 1);
        store.count(format!("{key}.n"), group.n, "patients of the group");
        store.count(format!("{key}.events"), group.events, "events");
        let median = group.seen.as_ref().and_then(|seen| seen.quantiles.first());
        let median = Estimate {
            estimate: median.and_then(|median| median.estimate),
            lower: median.and_then(|median| median.lower),
            upper: median.and_then(|median| median.upper),
        };
        store.estimate(&format!("{key}.median"), median, unit, 1, "Kaplan-Meier");
        let seen = group.seen.as_ref().and_then(|seen| seen.at_times.first());
        let percent = |value: Option<f64>| value.map(|value| 100.0 * value);
        let limits = seen.and_then(|at| at.interval);
        let survival = Estimate {
            estimate: percent(seen.and_then(|at| at.survival)),
            lower: percent(limits.and_then(|limits| limits.lower)),
            upper: percent(limits.and_then(|limits| limits.upper)),
        };
        store.estimate(&format!("{key}.survival"), survival, Unit::Percent, 1, "Kaplan-Meier");
        let predicted = percent(group.predicted.first().copied());
        let source = "mean of the predicted survival";
        store.value(format!("{key}.predicted"), predicted, Unit::Percent, 1, source);
    }
}

/// One row a measure, one column a model.
pub fn table(context: &Context, judged: &Judged) -> Table {
    let (spec, ci) = (judged.spec, context.ci());
    let name = slug(spec.name.get_ref());
    let mut table =
        Table::new(format!("{}{}", spec.label, context.synthetic())).column("", Align::Left);
    for (_, label) in &judged.models {
        table = table.column(format!("{} ({ci})", super::figures::capital(label)), Align::Right);
    }
    let corrected = spec.bootstrap > 0;
    let interval = |key: String| context.store.show_interval(&key, &context.style);
    let show = |key: String| context.store.show(&key, &context.style);
    let [harrell, uno] = judged.concordances();
    let mut rows: Vec<(String, String, bool)> =
        vec![(harrell.to_owned(), "harrell".to_owned(), true)];
    let optimism = "corrected for optimism";
    let also = |rows: &mut Vec<(String, String, bool)>, label: String, key: String| {
        if corrected {
            rows.push((format!("{label}, {optimism}"), format!("{key}.corrected"), false));
        }
    };
    also(&mut rows, harrell.to_owned(), "harrell".to_owned());
    rows.push((uno.to_owned(), "uno".to_owned(), true));
    for &time in &judged.times {
        let (at, unit) = (at_key(time), context.unit.name());
        for (label, measure, has) in [
            ("AUC", "auc", true),
            ("Brier score", "brier", true),
            ("Observed over predicted risk", "observed_over_predicted", false),
        ] {
            let (label, key) = (format!("{label} at {time} {unit}"), format!("{at}.{measure}"));
            rows.push((label.clone(), key.clone(), true));
            if has {
                also(&mut rows, label, key);
            }
        }
    }
    also(&mut rows, "Calibration slope".to_owned(), "slope".to_owned());
    rows.push(("AIC".to_owned(), "aic".to_owned(), false));
    rows.push(("Coefficients".to_owned(), "parameters".to_owned(), false));
    for (label, key, limits) in rows {
        let cell = |(model, _): &(&str, String)| {
            let key = format!("{name}.{model}.{key}");
            let has_limits = context.store.number(&format!("{key}.lower")).is_some();
            match (limits, has_limits) {
                (true, _) => interval(key),
                (false, true) => corrected_cell(context, &key),
                (false, false) => show(key),
            }
        };
        let cells = std::iter::once(label).chain(judged.models.iter().map(cell));
        table = table.row(cells.collect::<Vec<String>>());
    }
    notes(context, judged).into_iter().fold(table, Table::footnote)
}

/// A corrected measure with its limits.
fn corrected_cell(context: &Context, key: &str) -> String {
    let number = |part: &str| context.store.number(&format!("{key}{part}"));
    let (lower, upper) = (number(".lower"), number(".upper"));
    context.style.interval(number(""), lower, upper, 3, NOT_ESTIMABLE)
}

fn notes(context: &Context, judged: &Judged) -> Vec<String> {
    let spec = judged.spec;
    let name = slug(spec.name.get_ref());
    let show = |part: &str| context.store.show(&format!("{name}.{part}"), &context.style);
    let mut notes = vec![format!(
        "{} of {} patients with {} events{} ({} left out for missing values), judged on the same \
         patients; the limits take the predictions as given.",
        judged.fitted(),
        show("n"),
        show("events"),
        match judged.incidence_model {
            Some(_) => format!(" and {} competing ones", show("competing")),
            None => String::new(),
        },
        show("missing")
    )];
    if judged.incidence_model.is_some() {
        notes.push(
            "Whoever had a competing event never has the one of interest: concordances compare such \
             patients too, and they are controls of the AUC."
                .to_owned(),
        );
    }
    if spec.bootstrap > 0 {
        notes.push(format!(
            "Corrected for optimism by {} bootstrap samples, the model made anew in each; limits are \
             the percentiles of the samples, moved by the optimism.",
            spec.bootstrap
        ));
    }
    notes.extend(compared(context, judged).map(|sentence| format!("{sentence}.")));
    notes
}

/// The difference of two models, in words.
fn compared(context: &Context, judged: &Judged) -> Option<String> {
    let [_, (_, against)] = &judged.models[..] else { return None };
    let name = slug(judged.spec.name.get_ref());
    let number = |key: &str| context.store.number(&format!("{name}.{key}"));
    let p = |key: &str| context.style.p_equation(number(key));
    let mut parts = vec![format!(
        "{} differed from that of {against} by {} ({}; {}, the predictions taken as given)",
        judged.concordances()[0],
        context.store.show(&format!("{name}.difference.harrell.estimate"), &context.style),
        format_args!(
            "{}, {}",
            context.ci(),
            context.store.show_range(&format!("{name}.difference.harrell"), &context.style)
        ),
        p("difference.harrell.p_value")
    )];
    if number("nested.p_value").is_some() {
        parts.push(format!(
            "the likelihood-ratio test of the terms added gave {}",
            p("nested.p_value")
        ));
    }
    Some(parts.join("; "))
}

/// The groups by predicted risk; `None` where none were asked for.
pub fn groups_table(context: &Context, judged: &Judged) -> Option<Table> {
    let spec = judged.spec;
    if judged.groups.is_empty() {
        return None;
    }
    let name = slug(spec.name.get_ref());
    let (ci, unit) = (context.ci(), context.unit.name());
    let at = judged.times.first().copied().unwrap_or(0.0);
    let title = format!("{}: groups by predicted risk{}", spec.label, context.synthetic());
    let competing = judged.incidence_model.is_some();
    let mut table = Table::new(title)
        .column(format!("Predicted risk by {at} {unit}"), Align::Left)
        .column("Patients (events)", Align::Right);
    table = match competing {
        false => table
            .column(format!("Median, {unit} ({ci})"), Align::Right)
            .column(format!("At {at} {unit}, % ({ci})"), Align::Right)
            .column(format!("Predicted at {at} {unit}, %"), Align::Right),
        true => table
            .column("Competing events", Align::Right)
            .column(format!("Incidence by {at} {unit}, % ({ci})"), Align::Right)
            .column(format!("Predicted by {at} {unit}, %"), Align::Right),
    };
    for (place, label) in judged.groups.iter().enumerate() {
        let key = |part: &str| format!("{name}.group{}.{part}", place + 1);
        let show = |part: &str| context.store.show(&key(part), &context.style);
        let interval = |part: &str| context.store.show_interval(&key(part), &context.style);
        let present = context.store.number(&key("n")) > Some(0.0);
        let or_nothing = |text: String| if present { text } else { NOT_ESTIMABLE.to_owned() };
        table = table.row([
            super::figures::capital(label.strip_prefix("Risk ").unwrap_or(label)),
            format!("{} ({})", show("n"), show("events")),
            match competing {
                false => or_nothing(interval("median")),
                true => show("competing"),
            },
            or_nothing(interval(if competing { "incidence" } else { "survival" })),
            or_nothing(show("predicted")),
        ]);
    }
    Some(table.footnote(
        "The groups are made by a model of the same patients, so they lie further apart than those of \
         other patients will.",
    ))
}

/// The paragraph of the Results.
pub fn text(context: &Context, judged: &Judged) -> Section {
    let spec = judged.spec;
    let name = slug(spec.name.get_ref());
    let of = |(key, label): &(&str, String)| {
        let harrell = format!("{name}.{key}.harrell");
        let corrected = match spec.bootstrap {
            0 => String::new(),
            _ => {
                let key = format!("{harrell}.corrected");
                let shown = context.store.show(&key, &context.style);
                match context.store.number(&format!("{key}.lower")) {
                    None => format!("; corrected for optimism, {shown}"),
                    Some(_) => {
                        let range = context.store.show_range(&key, &context.style);
                        format!("; corrected for optimism, {shown}, {range}")
                    }
                }
            }
        };
        format!(
            "{} ({}, {}{corrected}) for {label}",
            context.store.show(&format!("{harrell}.estimate"), &context.style),
            context.ci(),
            context.store.show_range(&harrell, &context.style)
        )
    };
    let models: Vec<String> = judged.models.iter().map(of).collect();
    let mut sentences = vec![format!(
        "Of {} patients with {} events, {} was {}.",
        context.store.show(&format!("{name}.n"), &context.style),
        context.store.show(&format!("{name}.events"), &context.style),
        judged.concordances()[0],
        models.join(" and ")
    )];
    sentences.extend(compared(context, judged).map(|sentence| format!("{sentence}.")));
    Section { heading: spec.label.clone(), paragraphs: vec![sentences.join(" ")] }
}

/// The sentence of the Methods.
pub fn methods(spec: &PerformanceSpec, competing: bool) -> String {
    let against = match &spec.against {
        Some(_) => format!(
            "{} was compared with {} on the same patients",
            spec.model_label(),
            spec.against_label()
        ),
        None => format!("{} was judged on the patients that made it", spec.model_label()),
    };
    let corrected = match spec.bootstrap {
        0 => String::new(),
        samples => format!(
            ", with {samples} bootstrap samples to correct for optimism, the model made anew in each"
        ),
    };
    format!("{}: {against}{corrected}, {}", spec.label, words::judged(competing))
}

impl PerformanceSpec {
    fn model_label(&self) -> String {
        self.model_label.clone().unwrap_or_else(|| self.terms.get_ref().clone())
    }

    fn against_label(&self) -> String {
        let terms = self.against.as_ref().map(|terms| terms.get_ref().clone());
        self.against_label.clone().or(terms).unwrap_or_default()
    }
}
