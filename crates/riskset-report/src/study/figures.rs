//! The figures of a study, drawn by `riskset-plot` from curves and from the number store.

use super::compare::Compared;
use super::context::Context;
use super::factors::{self, Told};
use super::flow;
use super::forest;
use super::incidence;
use super::meta::{self, Pooled};
use super::model::Fitted;
use super::panels;
use crate::Error;
use crate::files::Output;
use crate::manuscript::Picture;
use riskset::{CumulativeIncidence, SurvivalCurve};
use riskset_plot::{
    Annotation, Colour, CurveInput, Effect, Figure as Drawn, FigureOptions, KmFigure, Profile,
    RiskTable, Sentence, Tells,
};
use serde_json::{Value, json};

/// A drawn figure with its words.
#[derive(Debug)]
pub struct Figure {
    /// The file name without its ending.
    pub name: String,
    pub title: String,
    pub caption: String,
    pub drawn: Drawn,
}

impl Figure {
    /// The SVG as a part of a page: without the XML declaration, its identifiers made distinct.
    pub fn inline_svg(&self) -> String {
        crate::escape::inline_svg(&self.drawn.svg(), &self.name)
    }
}

/// The start of the file name and key of a curve figure.
pub fn curve_name(compared: &Compared) -> String {
    format!("{}-{}", compared.spec.name.get_ref(), compared.endpoint.name.get_ref())
}

/// Draws everything.
pub fn all(
    context: &Context,
    profile: &Profile,
    compared: &[Vec<Compared>],
    models: &[Fitted],
    told: &[Told],
    pooled: &[Pooled],
) -> Result<Vec<Figure>, Error> {
    let mut figures = Vec::new();
    if let Some(spec) = &context.file.flow {
        figures.push(flow::figure(context, profile, spec)?);
        if let Some(units) = &spec.units {
            figures.push(flow::units_figure(context, profile, units)?);
        }
    }
    for spec in &context.file.proportion {
        figures.push(forest::proportions(context, profile, spec)?);
    }
    for one in compared.iter().flatten() {
        match one.incidences() {
            Some(incidences) => {
                figures.extend(incidence::figure::all(context, profile, one, incidences)?);
            }
            None => figures.push(curve(context, profile, one)?),
        }
    }
    for spec in &context.file.panel {
        figures.push(panels::panel(context, profile, compared, spec)?);
    }
    for fitted in models {
        figures.push(forest::model(context, profile, fitted)?);
        if fitted.competing {
            figures.push(forest::subdistribution(context, profile, fitted)?);
        }
    }
    for one in told {
        figures.push(factors::figure(context, profile, one)?);
    }
    for one in pooled {
        figures.push(meta::figure(context, profile, one)?);
    }
    Ok(figures)
}

/// Writes every figure as SVG, PDF and PNG; returns them for the manuscript, in their order.
pub fn write(
    output: &Output,
    figures: &[Figure],
    dpi: u32,
    progress: &dyn Fn(&str),
) -> Result<Vec<Picture>, Error> {
    let mut pictures = Vec::with_capacity(figures.len());
    for figure in figures {
        progress(&format!("writing the figure {}", figure.name));
        let name = &figure.name;
        let failed = |error| failed(name, &error);
        let svg = figure.drawn.svg();
        output.write(&format!("figures/{name}.svg"), &svg)?;
        let pdf = figure.drawn.pdf().map_err(failed)?;
        output.write(&format!("figures/{name}.pdf"), pdf)?;
        let png = figure.drawn.png(f64::from(dpi)).map_err(failed)?;
        output.write(&format!("figures/{name}.png"), &png)?;
        let scene = &figure.drawn.scene;
        let (width, height) = (scene.width, scene.height);
        let (file, alt) = (format!("figures/{name}"), scene.description.clone());
        pictures.push(Picture { svg, png, file, width, height, alt });
    }
    Ok(pictures)
}

pub fn failed(name: &str, error: &riskset_plot::Error) -> Error {
    Error::Data(format!("the figure {name:?} cannot be drawn: {error}"))
}

fn curve(context: &Context, profile: &Profile, compared: &Compared) -> Result<Figure, Error> {
    let name = curve_name(compared);
    let mut options = options(context, compared);
    options.width = Some(profile.page.double_column.min(140.0));
    let figure = KmFigure { groups: inputs(compared), options };
    let scene = figure.draw(profile).map_err(|error| failed(&name, &error))?;
    let (endpoint, comparison) = (&compared.endpoint.label, &compared.spec.label);
    // "Survival by group" names its endpoint already.
    let title = match comparison.to_lowercase().starts_with(&endpoint.to_lowercase()) {
        true => comparison.clone(),
        false => format!("{endpoint}: {}", super::context::lower_first(comparison)),
    };
    let caption = caption(context, compared);
    Ok(finish(context, name, title, caption, scene))
}

pub fn inputs(compared: &Compared) -> Vec<CurveInput> {
    let levels = compared.group.levels.iter();
    compared
        .survival()
        .iter()
        .zip(levels)
        .map(|(curve, level)| {
            let mut input = CurveInput::from(curve).named(&level.label);
            input.colour = level
                .colour
                .as_ref()
                .and_then(|text| Colour::try_from(text.get_ref().clone()).ok());
            input
        })
        .collect()
}

pub fn options(context: &Context, compared: &Compared) -> FigureOptions {
    let number = |key: String| context.store.number(&key);
    let mut annotations = Vec::new();
    let effect = |level: usize| {
        if level == compared.reference {
            return Effect::Reference;
        }
        let key = format!("{}.hr", compared.level_key(level));
        let limit = |end: &str| number(format!("{key}.{end}"));
        match limit("estimate") {
            Some(value) => Effect::Estimate { value, lower: limit("lower"), upper: limit("upper") },
            None => Effect::NotEstimable,
        }
    };
    annotations.push(Annotation::Effects {
        name: "Hazard ratio".into(),
        level: context.level,
        groups: (0..compared.group.levels.len()).map(effect).collect(),
    });
    if let Some(p_value) = number(format!("{}.logrank.p_value", compared.prefix)) {
        annotations.push(Annotation::Test { name: "Log-rank".into(), p_value });
    }
    FigureOptions {
        endpoint: Some(compared.endpoint.label.clone()),
        unit: Some(context.unit.name().into()),
        origin: origin(context, compared),
        risk_table: RiskTable::AtRisk,
        annotations,
        // The caption around the figure names events and sides.
        count_events: false,
        proportional: number(format!("{}.zph.p_value", compared.prefix)),
        ..FigureOptions::default()
    }
}

/// What time is counted from: the endpoint's origin, or the landmark after it.
pub fn origin(context: &Context, compared: &Compared) -> Option<String> {
    let origin = compared.endpoint.origin.clone();
    let Some(landmark) = &compared.spec.landmark else { return origin };
    let after = origin.map_or(String::new(), |origin| format!(" after {origin}"));
    let (time, unit) = (landmark.get_ref(), context.unit.name());
    Some(format!("the landmark at {time} {unit}{after}"))
}

/// What a reader needs besides the figure: population, numbers, medians, reference.
fn caption(context: &Context, compared: &Compared) -> String {
    let (_, population) = context.population(&compared.spec.population);
    let definition = super::text::short_definition(compared.endpoint);
    let landmark = compared.spec.landmark.as_ref().map_or(String::new(), |time| {
        format!(
            " Landmark analysis: patients still at risk at {} {}, time counted from there.",
            time.get_ref(),
            context.unit.name()
        )
    });
    format!(
        "{}. {}. Hazard ratio from a Cox model (reference, {}); two-sided log-rank test; {} on \
         the {} scale. {definition}{landmark}",
        population.label,
        capital(&medians(context, compared)),
        compared.group.levels[compared.reference].label,
        context.ci(),
        context.conf_type.name(),
    )
}

/// Patients, events and median of every level.
pub fn medians(context: &Context, compared: &Compared) -> String {
    let show = |key: String| context.store.show(&key, &context.style);
    let levels = (0..compared.group.levels.len()).map(|level| {
        let key = compared.level_key(level);
        format!(
            "{}, {} patients, {} events, median {} {}",
            super::context::lower_first(&compared.group.levels[level].label),
            show(format!("{key}.n")),
            show(format!("{key}.events")),
            context.store.show_interval(&format!("{key}.median"), &context.style),
            context.unit.name()
        )
    });
    levels.collect::<Vec<_>>().join("; ")
}

pub fn capital(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map_or(String::new(), |first| first.to_uppercase().chain(signs).collect())
}

/// Puts the words together, the figure's own after ours, and says of synthetic data what they are.
pub fn finish(
    context: &Context,
    name: String,
    title: String,
    caption: String,
    drawn: Drawn,
) -> Figure {
    let title = format!("{title}{}", context.synthetic());
    dress(context.file.study.synthetic, name, title, caption, drawn)
}

/// The same for a figure whose data may be others than the study's.
pub fn dress(
    synthetic: bool,
    name: String,
    title: String,
    caption: String,
    mut drawn: Drawn,
) -> Figure {
    let not_reached = caption.contains("median NR") || caption.contains("to NR)");
    // Our captions of curves name the level of intervals, the sides of tests and the events.
    let tells = vec![Tells::Interval, Tells::Sides, Tells::Events];
    let mut sentences = vec![Sentence { text: caption, tells }];
    sentences.append(&mut drawn.caption);
    if not_reached {
        sentences.push("NR, not reached.".into());
    }
    if synthetic {
        sentences.push("Synthetic data.".into());
    }
    drawn.scene.title.clone_from(&title);
    drawn.caption = sentences;
    Figure { name, title, caption: drawn.caption_texts().join(" "), drawn }
}

/// The columns of a curve, full precision, for `results.json`.
pub fn curve_json(curve: &SurvivalCurve) -> Value {
    let intervals = curve.intervals();
    let limit = |of: fn(&riskset::Interval) -> Option<f64>| -> Vec<Option<f64>> {
        intervals.iter().map(|interval| interval.as_ref().and_then(of)).collect()
    };
    json!({
        "time": curve.time(),
        "n_risk": curve.n_risk(),
        "n_event": curve.n_event(),
        "n_censor": curve.n_censor(),
        "survival": curve.survival(),
        "lower": limit(|interval| interval.lower),
        "upper": limit(|interval| interval.upper),
    })
}

/// The columns of an incidence, full precision, for `results.json`.
pub fn incidence_json(incidence: &CumulativeIncidence, number: u32) -> Value {
    let cause = incidence.cause(number);
    let intervals = cause.intervals();
    let limit = |of: fn(&riskset::Interval) -> Option<f64>| -> Vec<Option<f64>> {
        intervals.iter().map(|interval| interval.as_ref().and_then(of)).collect()
    };
    json!({
        "time": incidence.time(),
        "n_risk": incidence.n_risk(),
        "n_event": cause.n_event(),
        "n_censor": incidence.n_censor(),
        "incidence": cause.estimate(),
        "lower": limit(|interval| interval.lower),
        "upper": limit(|interval| interval.upper),
    })
}
