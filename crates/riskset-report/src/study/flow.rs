//! The flow of the patients: the study's populations from the largest to the smallest.

use super::context::Context;
use super::figures::{Figure, failed, finish};
use super::file::{Flow, Text};
use crate::Error;
use riskset_plot::{FlowExclusion, FlowFigure, FlowStep, Profile};

/// Puts the counts of the last population's groups under `flow`.
pub fn count(context: &mut Context, spec: &Flow) -> Result<(), Error> {
    for pair in spec.populations.windows(2) {
        nested(context, &pair[0], &pair[1])?;
        let size = |name: &Text| context.members(context.population(name).0).len();
        let (larger, smaller) = (size(&pair[0]), size(&pair[1]));
        let key = format!("flow.excluded.{}", pair[1].get_ref());
        context.store.count(key, larger - smaller, "patients left out");
    }
    let Some(split) = &spec.split else { return Ok(()) };
    let (number, group) = context.group(split);
    let last = spec.populations.last().map_or(Vec::new(), |name| {
        let (population, _) = context.population(name);
        context.members(population)
    });
    for (place, level) in group.levels.iter().enumerate() {
        let index = &context.cohort.groups[number];
        let count = last.iter().filter(|&&row| index[row] == Some(place as u32)).count();
        context.store.count(format!("flow.{}", level.name.get_ref()), count, &level.label);
    }
    Ok(())
}

/// Each population of the flow must be part of the one before, or boxes would not add up.
fn nested(context: &Context, larger: &Text, smaller: &Text) -> Result<(), Error> {
    let (outer, inner) = (context.population(larger).0, context.population(smaller).0);
    let (outer, inner) = (&context.cohort.populations[outer], &context.cohort.populations[inner]);
    match (0..inner.len()).find(|&row| inner[row] && !outer[row]) {
        None => Ok(()),
        Some(_) => Err(context.source.refuse(
            smaller,
            format!(
                "the population {:?} is not part of {:?}, so the flow does not add up; set `of`",
                smaller.get_ref(),
                larger.get_ref()
            ),
        )),
    }
}

/// Draws the flow.
pub fn figure(context: &Context, profile: &Profile, spec: &Flow) -> Result<Figure, Error> {
    let number = |key: String| context.store.number(&key).map_or(0, |count| count as u64);
    let size = |name: &Text| number(format!("population.{}", name.get_ref()));
    let mut steps: Vec<FlowStep> = Vec::new();
    for (place, name) in spec.populations.iter().enumerate() {
        let label = context.population(name).1.label.clone();
        let excluded = spec.populations.get(place + 1).map(|next| {
            let reason = context.population(next).1.excluded.clone();
            let label = reason.unwrap_or_else(|| "Not included".to_owned());
            FlowExclusion { label, n: size(name) - size(next), reasons: Vec::new() }
        });
        let excluded = excluded.filter(|excluded| excluded.n > 0);
        steps.push(FlowStep { label, n: size(name), excluded });
    }
    let mut arms = Vec::new();
    if let Some(split) = &spec.split {
        for level in &context.group(split).1.levels {
            let n = number(format!("flow.{}", level.name.get_ref()));
            arms.push(vec![FlowStep { label: level.label.clone(), n, excluded: None }]);
        }
        leave_ungrouped(&mut steps, &arms);
    }
    let title = spec.title.clone().unwrap_or_else(|| "Flow of the patients".to_owned());
    let figure = FlowFigure { name: title.clone(), steps, arms, ..FlowFigure::default() };
    let scene = figure.draw(profile).map_err(|error| failed("flow", &error))?;
    Ok(finish(context, "flow".into(), title, "Boxes count patients.".into(), scene))
}

/// Patients of the last step who are in none of the groups leave before it divides.
fn leave_ungrouped(steps: &mut [FlowStep], arms: &[Vec<FlowStep>]) {
    let grouped: u64 = arms.iter().map(|arm| arm[0].n).sum();
    if let Some(last) = steps.last_mut().filter(|last| last.n > grouped) {
        let label = "In none of the groups".to_owned();
        last.excluded = Some(FlowExclusion { label, n: last.n - grouped, reasons: Vec::new() });
    }
}
