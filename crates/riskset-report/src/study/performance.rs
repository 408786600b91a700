//! What the predictions of a model, or of two, are worth: one table, the calibration, groups by
//! predicted risk with their curves, net benefit, reclassification, one paragraph.

mod net_benefit;
mod numbers;
mod reclassified;
mod tables;

pub use tables::tables;

use super::context::{Context, rows};
use super::data::Sheet;
use super::figures::Figure;
use super::file::PerformanceSpec;
use super::model::{EVENT, TIME};
use super::requested::dress_synthetic;
use super::text::Section;
use crate::Error;
use crate::manuscript::Paragraph;
use crate::methods::words;
use crate::store::slug;
use riskset::Choice;
use riskset_analysis::figure::{
    PageRequest, PerformanceFigure, PlotPerformanceRequest, PlotRiskGroupsRequest, TimeAxis,
};
use riskset_analysis::{
    Answer, Data, IncidenceModel, NewColumn, PerformanceAnswer, PerformanceRequest, Problem,
    Request, RiskGroupsAnswer, RiskGroupsRequest, RowsRequest, SavedModel,
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
    /// The model as a file can hold it, when the study saves it.
    pub saved: Option<SavedModel>,
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
    refuse_repeated(context, spec)?;
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
        numbers::put_model(context, &format!("{name}.{key}"), model, observed);
    }
    if let Some(comparison) = &answer.comparison {
        numbers::put_comparison(context, &name, comparison);
    }
    for doubt in &answer.about.doubts {
        context.doubt::<PerformanceSpec>(&spec.label, doubt);
    }
    let groups = asked.groups(context)?;
    let labels = groups.iter().flat_map(|groups| &groups.groups).map(|group| group.label.clone());
    let labels: Vec<String> = labels.collect();
    if let Some(groups) = &groups {
        numbers::put_groups(context, &name, groups);
    }
    let (_, endpoint) = context.endpoint(&spec.endpoint);
    let saved = answer.saved.clone().map(|model| super::model::named(context, endpoint, model));
    let judged = Judged {
        spec,
        models,
        figures: asked.figures(context, groups.is_some())?,
        groups: labels,
        incidence_model: asked.incidence_model,
        saved,
        times: asked.times,
    };
    net_benefit::put(context, &judged, &answer);
    reclassified::put(context, &judged, &answer);
    Ok(judged)
}

/// A threshold is the name of its numbers, so it stands once.
fn refuse_repeated(context: &Context, spec: &PerformanceSpec) -> Result<(), Error> {
    let mut seen = Vec::new();
    for &threshold in &spec.thresholds {
        let text = percent(threshold);
        if seen.contains(&text) {
            let why =
                format!("the threshold {threshold} stands twice in `thresholds`; leave one out");
            return Err(context.source.refuse(&spec.name, why));
        }
        seen.push(text);
    }
    Ok(())
}

/// A fraction in per cent, without the digits that multiplying adds: `7.5`.
fn percent(fraction: f64) -> String {
    ((fraction * 1e8).round() / 1e6).to_string()
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
        let refuse = |problem: Problem| context.refused::<PerformanceSpec>(&spec.terms, &problem);
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
            reclassify: self.spec.reclassify.clone(),
            thresholds: self.spec.thresholds.clone(),
            save_model: self.spec.save,
            ..PerformanceRequest::default()
        }
    }

    fn answer(&self, context: &Context, request: &Request) -> Result<Answer, Error> {
        context
            .run(request, &self.data)
            .map_err(|problem| context.refused::<PerformanceSpec>(&self.spec.terms, &problem))
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
                answer
                    .about
                    .doubts
                    .iter()
                    .for_each(|doubt| context.doubt::<PerformanceSpec>(&self.spec.label, doubt));
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
        let drawn = |kind: PerformanceFigure| {
            let performance = PerformanceRequest {
                bootstrap: 0,
                save_model: false,
                reclassify: Vec::new(),
                // A decision curve has thresholds of its own, all of them.
                thresholds: Vec::new(),
                ..self.request(context)
            };
            Request::PlotPerformance(PlotPerformanceRequest {
                performance,
                kind,
                page: page.clone(),
                unit: Some(unit.clone()),
                model_names: match self.spec.against {
                    Some(_) => [self.spec.model_label(), self.spec.against_label()]
                        .map(|label| super::figures::capital(&label))
                        .to_vec(),
                    None => Vec::new(),
                },
                ..PlotPerformanceRequest::default()
            })
        };
        let calibration = drawn(PerformanceFigure::Calibration);
        let title = format!("{label}: calibration");
        let mut figures = vec![self.figure(context, &calibration, name.clone(), title)?];
        if !self.spec.thresholds.is_empty() {
            let decision = drawn(PerformanceFigure::Decision);
            let title = format!("{label}: net benefit");
            figures.push(self.figure(context, &decision, format!("{name}-net-benefit"), title)?);
        }
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
    sentences.extend(reclassified::sentence(context, judged));
    sentences.extend(net_benefit::sentences(context, judged));
    Section { heading: spec.label.clone(), paragraphs: vec![sentences.join(" ")] }
}

/// The sentences of the Methods.
pub fn methods(judged: &Judged) -> Paragraph {
    let spec = judged.spec;
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
    let text = Paragraph::new(format!("{}: {against}{corrected},", spec.label));
    let (reclassify, thresholds) = (!spec.reclassify.is_empty(), !spec.thresholds.is_empty());
    words::judged(text, judged.incidence_model, reclassify, thresholds)
}

impl PerformanceSpec {
    /// The names of the figures that the section draws, with what a reader of a refusal calls them.
    pub fn figures(&self) -> Vec<(String, &'static str)> {
        let name = self.name.get_ref();
        let mut figures = vec![(name.clone(), "the calibration of a model")];
        if !self.groups.is_empty() {
            figures.push((format!("{name}-groups"), "the groups of a model"));
        }
        if !self.thresholds.is_empty() {
            figures.push((format!("{name}-net-benefit"), "the net benefit of a model"));
        }
        figures
    }

    fn model_label(&self) -> String {
        self.model_label.clone().unwrap_or_else(|| self.terms.get_ref().clone())
    }

    fn against_label(&self) -> String {
        let terms = self.against.as_ref().map(|terms| terms.get_ref().clone());
        self.against_label.clone().or(terms).unwrap_or_default()
    }
}
