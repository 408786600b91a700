//! Figures of cumulative incidences: one for the event of interest, one for each competing event.

use super::super::compare::Compared;
use super::super::context::{Context, lower_first};
use super::super::figures::{Figure, capital, curve_name, failed, finish, origin};
use super::{Cause, Incidences};
use crate::Error;
use crate::methods::words;
use riskset_plot::{
    Annotation, CifFigure, CifGroup, Colour, Effect, FigureOptions, Profile, RiskTable,
};

/// The figures of a comparison, the event of interest first. A competing event that nobody had has
/// no figure.
pub fn all(
    context: &Context,
    profile: &Profile,
    compared: &Compared,
    incidences: &Incidences,
) -> Result<Vec<Figure>, Error> {
    let happened = incidences.causes.iter().filter(|cause| cause.number.is_some());
    happened.map(|cause| one(context, profile, compared, incidences, cause)).collect()
}

fn one(
    context: &Context,
    profile: &Profile,
    compared: &Compared,
    incidences: &Incidences,
    cause: &Cause,
) -> Result<Figure, Error> {
    let name = match &cause.name {
        None => curve_name(compared),
        Some(event) => format!("{}-{event}", curve_name(compared)),
    };
    let mut figure = input(context, compared, incidences, cause);
    figure.options.width = Some(profile.page.double_column.min(140.0));
    let scene = figure.draw(profile).map_err(|error| failed(&name, &error))?;
    let title = format!(
        "Cumulative incidence of {}: {}",
        lower_first(&cause.label),
        lower_first(&compared.spec.label)
    );
    let caption = caption(context, compared, incidences, cause);
    Ok(finish(context, name, title, caption, scene))
}

/// The curves of one event with the effects beside them.
pub fn input(
    context: &Context,
    compared: &Compared,
    incidences: &Incidences,
    cause: &Cause,
) -> CifFigure {
    let mut occurring: Vec<&Cause> =
        incidences.causes.iter().filter(|cause| cause.number.is_some()).collect();
    occurring.sort_by_key(|cause| cause.number);
    let labels: Vec<String> = occurring.iter().map(|cause| lower_first(&cause.label)).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let groups = incidences.groups.iter().zip(&compared.group.levels).map(|(group, level)| {
        let mut drawn = CifGroup::new(group, &level.label, &labels);
        let colour = level.colour.as_ref();
        drawn.colour = colour.and_then(|text| Colour::try_from(text.get_ref().clone()).ok());
        drawn
    });
    CifFigure {
        groups: groups.collect(),
        causes: vec![lower_first(&cause.label)],
        options: options(context, compared, cause),
    }
}

fn options(context: &Context, compared: &Compared, cause: &Cause) -> FigureOptions {
    let number = |key: String| context.store.number(&key);
    let mut annotations = Vec::new();
    // The subdistribution ratio is that of the curves drawn; a competing event has none in a report
    // about another, so its rates are compared.
    let (part, name) = match cause.of_interest() {
        true => ("shr".to_owned(), "Subdistribution hazard ratio"),
        false => (format!("{}hr", cause.path), "Cause-specific hazard ratio"),
    };
    let effect = |level: usize| {
        if level == compared.reference {
            return Effect::Reference;
        }
        let key = format!("{}.{part}", compared.level_key(level));
        let limit = |end: &str| number(format!("{key}.{end}"));
        match limit("estimate") {
            Some(value) => Effect::Estimate { value, lower: limit("lower"), upper: limit("upper") },
            None => Effect::NotEstimable,
        }
    };
    annotations.push(Annotation::Effects {
        name: name.into(),
        level: context.level,
        groups: (0..compared.group.levels.len()).map(effect).collect(),
    });
    if let Some(p_value) = number(format!("{}.{}gray.p_value", compared.prefix, cause.path)) {
        annotations.push(Annotation::Test { name: "Gray".into(), p_value });
    }
    FigureOptions {
        endpoint: Some(format!("Cumulative incidence of {}", lower_first(&cause.label))),
        unit: Some(context.unit.name().into()),
        origin: origin(context, compared),
        risk_table: RiskTable::AtRisk,
        annotations,
        // The caption around the figure names events and sides.
        count_events: false,
        ..FigureOptions::default()
    }
}

fn caption(
    context: &Context,
    compared: &Compared,
    incidences: &Incidences,
    cause: &Cause,
) -> String {
    let (_, population) = context.population(&compared.spec.population);
    let reference = &compared.group.levels[compared.reference].label;
    let others: Vec<String> = incidences
        .causes
        .iter()
        .filter(|other| other.code != cause.code)
        .map(|other| lower_first(&other.label))
        .collect();
    let ratio = match cause.of_interest() {
        true => "Subdistribution hazard ratio from a Fine-Gray model",
        false => "Cause-specific hazard ratio from a Cox model",
    };
    format!(
        "{}. {}. Aalen-Johansen estimates with {} on the log scale, {} competing. {ratio} (reference, \
         {reference}); two-sided Gray's test.{}",
        population.label,
        capital(&counts(context, compared, cause)),
        context.ci(),
        words::join_and(&others),
        landmark(context, compared)
    )
}

/// Patients and events of every level.
pub fn counts(context: &Context, compared: &Compared, cause: &Cause) -> String {
    let show = |key: String| context.store.show(&key, &context.style);
    let levels = (0..compared.group.levels.len()).map(|level| {
        let key = compared.level_key(level);
        format!(
            "{}, {} patients, {} events",
            lower_first(&compared.group.levels[level].label),
            show(format!("{key}.n")),
            show(format!("{key}.{}events", cause.path))
        )
    });
    levels.collect::<Vec<_>>().join("; ")
}

fn landmark(context: &Context, compared: &Compared) -> String {
    compared.spec.landmark.as_ref().map_or(String::new(), |time| {
        format!(
            " Landmark analysis: patients still at risk at {} {}, time counted from there.",
            time.get_ref(),
            context.unit.name()
        )
    })
}
