//! Forest figures: the hazard ratios of a model, and proportions with their threshold.

use super::context::Context;
use super::figures::{Figure, failed, finish};
use super::file::Proportion;
use super::model::{Fitted, LineKind};
use super::proportion;
use crate::Error;
use crate::store::slug;
use riskset_plot::{ForestEffect, ForestFigure, ForestRow, ForestScale, Profile};

/// The hazard ratios of a model, one row a level or number; cause-specific with competing events.
pub fn model(context: &Context, profile: &Profile, fitted: &Fitted) -> Result<Figure, Error> {
    let (measure, model) = match fitted.competing {
        true => ("Cause-specific hazard ratio", "Cox model of the cause-specific hazard"),
        false => ("Hazard ratio", "Cox model"),
    };
    let name = fitted.spec.name.get_ref().clone();
    let prefix = slug(&name);
    let show = |part: &str| context.store.show(&format!("{prefix}.{part}"), &context.style);
    let caption = format!(
        "{measure}s with {} from one {model} of {} patients with {} events, {}'s method for ties.",
        context.ci(),
        show("n"),
        show("events"),
        context.ties_of()
    );
    ratios(context, profile, fitted, Ratios { part: "hr", measure, name, caption })
}

/// The name of the figure of subdistribution hazard ratios.
pub fn subdistribution_name(fitted: &Fitted) -> String {
    format!("{}-subdistribution", fitted.spec.name.get_ref())
}

/// The subdistribution hazard ratios of a model with competing events.
pub fn subdistribution(
    context: &Context,
    profile: &Profile,
    fitted: &Fitted,
) -> Result<Figure, Error> {
    let prefix = slug(fitted.spec.name.get_ref());
    let show = |part: &str| context.store.show(&format!("{prefix}.{part}"), &context.style);
    let caption = format!(
        "Subdistribution hazard ratios with {} from one Fine-Gray model of {} patients with {} events \
         and {} competing events, robust standard errors.",
        context.ci(),
        show("n"),
        show("events"),
        show("competing")
    );
    let (part, measure) = ("shr", "Subdistribution hazard ratio");
    let name = subdistribution_name(fitted);
    ratios(context, profile, fitted, Ratios { part, measure, name, caption })
}

/// Which of a model's ratios are drawn, and in what words.
struct Ratios {
    /// Below the key of a line.
    part: &'static str,
    measure: &'static str,
    name: String,
    caption: String,
}

fn ratios(
    context: &Context,
    profile: &Profile,
    fitted: &Fitted,
    drawn: Ratios,
) -> Result<Figure, Error> {
    let Ratios { part, measure, name, caption } = drawn;
    let show = |key: String| context.store.show(&key, &context.style);
    let rows = fitted.lines.iter().map(|line| {
        let key = line.key.as_ref().map(|key| format!("{key}.{part}"));
        ForestRow {
            label: line.label.clone(),
            indent: usize::from(matches!(line.kind, LineKind::Level | LineKind::Reference)),
            heading: line.kind == LineKind::Heading,
            cells: line
                .counts
                .map_or(Vec::new(), |(n, events)| vec![n.to_string(), events.to_string()]),
            effect: match (&key, line.kind) {
                (Some(key), _) => effect(context, key, 1.0),
                (None, LineKind::Reference) => ForestEffect::Reference,
                (None, _) => ForestEffect::None,
            },
            last: key.map_or(String::new(), |key| show(format!("{key}.p_value"))),
            ..ForestRow::default()
        }
    });
    let figure = ForestFigure {
        name: fitted.spec.label.clone(),
        rows: rows.collect(),
        headers: match fitted.lines.iter().any(|line| line.counts.is_some()) {
            true => vec!["Patients".into(), "Events".into()],
            false => Vec::new(),
        },
        effect_header: format!("{measure} ({})", context.ci()),
        last_header: "P value".into(),
        scale: ForestScale::Ratio,
        x_title: measure.into(),
        line: Some((1.0, String::new())),
        conf_level: context.level,
        ..ForestFigure::default()
    };
    let scene = figure.draw(profile).map_err(|error| failed(&name, &error))?;
    let title = match part {
        "shr" => format!("{}: subdistribution hazard", fitted.spec.label),
        _ => fitted.spec.label.clone(),
    };
    Ok(finish(context, name, title, caption, scene))
}

/// The proportions of one lesion analysis, against their threshold.
pub fn proportions(
    context: &Context,
    profile: &Profile,
    spec: &Proportion,
) -> Result<Figure, Error> {
    let name = spec.name.get_ref().clone();
    let prefix = slug(&name);
    let options = proportion::options(context, spec);
    let level = context.style.level(options.level);
    let measure = spec.measure.clone().unwrap_or_else(|| "Proportion".to_owned());
    let grouped = spec.rows.iter().any(|row| row.heading.is_some());
    let mut rows = Vec::new();
    for row in &spec.rows {
        let key = format!("{prefix}.{}", slug(row.name.get_ref()));
        let show = |part: &str| context.store.show(&format!("{key}.{part}"), &context.style);
        if let Some(heading) = &row.heading {
            rows.push(ForestRow { label: heading.clone(), heading: true, ..ForestRow::default() });
        }
        rows.push(ForestRow {
            label: row.label.clone(),
            indent: usize::from(grouped),
            cells: vec![show("clusters"), format!("{}/{}", show("k"), show("n"))],
            effect: effect(context, &key, 0.01),
            ..ForestRow::default()
        });
    }
    let threshold = spec.threshold.map(|threshold| {
        let text = context.store.show(&format!("{prefix}.threshold"), &context.style);
        (threshold, format!("Threshold {text}%"))
    });
    let figure = ForestFigure {
        name: spec.label.clone(),
        rows,
        headers: vec!["Patients".into(), super::figures::capital(context.file.many_units())],
        effect_header: format!("{measure} ({level} CI)"),
        scale: ForestScale::Probability,
        x_title: measure.clone(),
        limits: Some((0.0, 1.0)),
        line: threshold,
        decimals: Some(1),
        conf_level: options.level,
        ..ForestFigure::default()
    };
    let scene = figure.draw(profile).map_err(|error| failed(&name, &error))?;
    let caption = format!(
        "{measure} with two-sided {level} CI that allows for several {} of one patient ({}).",
        context.file.many_units(),
        options.words(context.file.many_units())
    );
    Ok(finish(context, name, spec.label.clone(), caption, scene))
}

/// An estimate of the store, on the scale of the axis.
pub fn effect(context: &Context, key: &str, scale: f64) -> ForestEffect {
    let number = |part: &str| context.store.number(&format!("{key}.{part}")).map(|x| x * scale);
    match number("estimate") {
        None => ForestEffect::NotEstimable,
        Some(value) => ForestEffect::Estimate {
            value,
            lower: number("lower"),
            upper: number("upper"),
            weight: None,
        },
    }
}
