//! The flow of the patients: the study's populations from the largest to the smallest.

use super::context::Context;
use super::data::Sheet;
use super::figures::{Figure, failed, finish};
use super::file::{Flow, FlowUnits, Text};
use crate::Error;
use crate::store::slug;
use riskset_plot::{FlowBranch, FlowExclusion, FlowFigure, FlowStep, Profile};

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

/// Puts the counts of the units of the flow under `flow.units`.
pub fn count_units(context: &mut Context, units: &Sheet, spec: &FlowUnits) -> Result<(), Error> {
    for pair in spec.populations.windows(2) {
        nested(context, &pair[0], &pair[1])?;
    }
    let members = spec.populations.last().map(|name| context.population(name).0);
    let mut before: Vec<bool> = (0..units.n())
        .map(|row| {
            members.is_none_or(|place| context.cohort.populations[place][units.patient(row)])
        })
        .collect();
    for (place, stage) in spec.stages.iter().enumerate() {
        let chosen = units.mask(context.source, stage.filter.as_ref())?;
        let both: Vec<bool> = before.iter().zip(&chosen).map(|(&a, &b)| a && b).collect();
        let count = both.iter().filter(|&&within| within).count();
        let name = slug(stage.name.get_ref());
        context.store.count(format!("flow.units.{name}"), count, &stage.label);
        // What the first stage leaves out were never in the flow.
        if place > 0 {
            let left = before.iter().filter(|&&within| within).count() - count;
            context.store.count(format!("flow.units.excluded.{name}"), left, "left out");
        }
        before = both;
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
    let mut steps = patients(context, &spec.populations);
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

/// The boxes of patients, who leaves between them.
fn patients(context: &Context, populations: &[Text]) -> Vec<FlowStep> {
    let number = |key: String| context.store.number(&key).map_or(0, |count| count as u64);
    let one = |name: &Text| {
        let (_, population) = context.population(name);
        let n = number(format!("population.{}", name.get_ref()));
        (population.label.clone(), population.excluded.clone(), n)
    };
    chain(populations.iter().map(one).collect())
}

/// Boxes of label, reason of those who are not in it, and number.
fn chain(boxes: Vec<(String, Option<String>, u64)>) -> Vec<FlowStep> {
    let excluded = |place: usize| {
        let (_, reason, next) = boxes.get(place + 1)?;
        let label = reason.clone().unwrap_or_else(|| "Not included".to_owned());
        let n = boxes[place].2 - next;
        (n > 0).then(|| FlowExclusion { label, n, reasons: Vec::new() })
    };
    let steps = boxes.iter().enumerate();
    steps
        .map(|(place, (label, _, n))| FlowStep {
            label: label.clone(),
            n: *n,
            excluded: excluded(place),
        })
        .collect()
}

/// Draws the flow from patients to their units.
pub fn units_figure(
    context: &Context,
    profile: &Profile,
    spec: &FlowUnits,
) -> Result<Figure, Error> {
    let stage = |stage: &super::file::UnitStage| {
        let key = format!("flow.units.{}", slug(stage.name.get_ref()));
        let n = context.store.number(&key).map_or(0, |count| count as u64);
        (stage.label.clone(), stage.excluded.clone(), n)
    };
    let unit = context.file.many_units().to_owned();
    let branch = FlowBranch { unit, steps: chain(spec.stages.iter().map(stage).collect()) };
    let many = context.file.many_units();
    let title = spec.title.clone().unwrap_or_else(|| format!("Flow of the {many}"));
    let figure = FlowFigure {
        name: title.clone(),
        steps: patients(context, &spec.populations),
        branch: Some(branch),
        ..FlowFigure::default()
    };
    let scene = figure.draw(profile).map_err(|error| failed("flow-units", &error))?;
    let caption = format!("Boxes count patients, and {many} where they say so.");
    Ok(finish(context, "flow-units".into(), title, caption, scene))
}

/// Patients of the last step who are in none of the groups leave before it divides.
fn leave_ungrouped(steps: &mut [FlowStep], arms: &[Vec<FlowStep>]) {
    let grouped: u64 = arms.iter().map(|arm| arm[0].n).sum();
    if let Some(last) = steps.last_mut().filter(|last| last.n > grouped) {
        let label = "In none of the groups".to_owned();
        last.excluded = Some(FlowExclusion { label, n: last.n - grouped, reasons: Vec::new() });
    }
}
