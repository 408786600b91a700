//! Several curves in one figure, as in the papers: A, B, C with one legend.

use super::compare::Compared;
use super::context::Context;
use super::figures::{Figure, failed, finish, inputs, options};
use super::file::{Axes, Panel};
use crate::Error;
use riskset_plot::{KmFigure, PanelContent, PanelInput, Panels, Profile};

/// Draws the panels of one figure.
pub fn panel(
    context: &Context,
    profile: &Profile,
    compared: &[Vec<Compared>],
    spec: &Panel,
) -> Result<Figure, Error> {
    let chosen: Vec<&Compared> = spec
        .curves
        .iter()
        .map(|curve| {
            compared
                .iter()
                .flatten()
                .find(|one| {
                    one.spec.name.get_ref() == curve.comparison.get_ref()
                        && one.endpoint.name.get_ref() == curve.endpoint.get_ref()
                })
                .expect("the references of the study file were checked")
        })
        .collect();
    let content = |one: &&Compared| PanelInput {
        title: Some(one.endpoint.label.clone()),
        content: PanelContent::Km(KmFigure { groups: inputs(one), options: options(context, one) }),
    };
    let shared = spec.axes == Axes::Shared;
    let figure = Panels {
        panels: chosen.iter().map(content).collect(),
        shared_time: shared,
        shared_values: shared,
        ..Panels::default()
    };
    let name = spec.name.get_ref().clone();
    let scene = figure.draw(profile).map_err(|error| failed(&name, &error))?;
    let caption = caption(context, &chosen);
    Ok(finish(context, name, spec.title.clone(), caption, scene))
}

/// Per panel its population, numbers and medians.
fn caption(context: &Context, chosen: &[&Compared]) -> String {
    let parts: Vec<String> = chosen
        .iter()
        .map(|one| format!("{}: {}", one.endpoint.label, super::figures::medians(context, one)))
        .collect();
    let population = context.population(&chosen[0].spec.population).1;
    let reference =
        |one: &&Compared| super::context::lower_first(&one.group.levels[one.reference].label);
    let mut references: Vec<String> = chosen.iter().map(reference).collect();
    references.dedup();
    format!(
        "{}. {}. Hazard ratios with {} as reference, from Cox models; two-sided log-rank tests; {} on \
         the {} scale.",
        population.label,
        parts.join(". "),
        references.join(" and "),
        context.ci(),
        context.conf_type.name()
    )
}
