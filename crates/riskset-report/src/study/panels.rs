//! Several curves in one figure, as in the papers: A, B, C with one legend.

use super::compare::Compared;
use super::context::Context;
use super::figures::{Figure, failed, finish, inputs, options};
use super::file::{Axes, Panel};
use super::incidence;
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
        content: match one.incidences() {
            Some(incidences) => {
                let interest = &incidences.causes[0];
                let figure = incidence::figure::input(context, one, incidences, interest);
                PanelContent::Cif(figure)
            }
            None => {
                PanelContent::Km(KmFigure { groups: inputs(one), options: options(context, one) })
            }
        },
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
    let part = |one: &&Compared| {
        let words = match one.incidences() {
            Some(incidences) => incidence::figure::counts(context, one, &incidences.causes[0]),
            None => super::figures::medians(context, one),
        };
        format!("{}: {words}", one.endpoint.label)
    };
    let parts: Vec<String> = chosen.iter().map(part).collect();
    let population = context.population(&chosen[0].spec.population).1;
    let reference = |one: &&Compared| one.group.levels[one.reference].label.clone();
    let mut references: Vec<String> = chosen.iter().map(reference).collect();
    references.dedup();
    let mut text = format!(
        "{}. {}. Hazard ratios (reference, {})",
        population.label,
        parts.join(". "),
        references.join(" and ")
    );
    let competing = chosen.iter().any(|one| one.incidences().is_some());
    if chosen.iter().any(|one| one.incidences().is_none()) {
        text.push_str(&format!(
            ", {}from Cox models; two-sided log-rank tests; {} on the {} scale",
            if competing { "those of survival " } else { "" },
            context.ci(),
            context.conf_type.name()
        ));
    }
    if competing {
        text.push_str(&format!(
            "{} subdistribution hazard ratios from Fine-Gray models; two-sided Gray's tests; {} of \
             incidences on the log scale",
            if text.ends_with("scale") { ". Cumulative incidence:" } else { "," },
            context.ci()
        ));
    }
    text.push('.');
    text
}
