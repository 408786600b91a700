//! Annotations as lines of text.

use crate::format;
use crate::options::{Annotation, FigureOptions};
use crate::panel::spec::Note;
use crate::profile::Profile;

/// The blocks of lines that the annotations make: medians by themselves, since they may serve as a
/// legend; everything else together.
pub(super) fn notes(options: &FigureOptions, profile: &Profile, names: &[&str]) -> Vec<Vec<Note>> {
    let (medians, others): (Vec<_>, Vec<_>) =
        options.annotations.iter().partition(|one| matches!(one, Annotation::Medians { .. }));
    let lines = |one: &Annotation| lines(one, options, profile, names);
    let mut blocks: Vec<Vec<Note>> = medians.into_iter().map(lines).collect();
    blocks.push(others.into_iter().flat_map(lines).collect());
    blocks.retain(|block| !block.is_empty());
    blocks
}

fn lines(
    annotation: &Annotation,
    options: &FigureOptions,
    profile: &Profile,
    names: &[&str],
) -> Vec<Note> {
    let line = |text: &str| Note::new(None, format::runs(profile, text));
    match annotation {
        Annotation::Text(text) => vec![line(text)],
        Annotation::Test { name, p_value } => {
            vec![line(&format!("{name} {}", format::p_value(profile, *p_value)))]
        }
        Annotation::Effect { name, contrast, estimate, lower, upper, level } => {
            let limits = format::interval(profile, *lower, *upper, 2);
            let effect = format!(
                "{} ({} CI {limits})",
                format::number(profile, *estimate, 2),
                format::level(profile, *level)
            );
            if contrast.is_empty() {
                vec![line(&format!("{name} {effect}"))]
            } else {
                vec![line(&format!("{name}, {contrast}")), line(&effect)]
            }
        }
        Annotation::Medians { level, groups } => medians(options, profile, names, *level, groups),
    }
}

fn medians(
    options: &FigureOptions,
    profile: &Profile,
    names: &[&str],
    level: f64,
    groups: &[[Option<f64>; 3]],
) -> Vec<Note> {
    let decimals = decimals(groups);
    let unit = options.unit.as_ref().map_or(String::new(), |unit| format!(", {unit}"));
    let head = format!("Median{unit} ({} CI)", format::level(profile, level));
    let mut notes = vec![Note::new(None, format::runs(profile, &head))];
    for (group, &[estimate, lower, upper]) in groups.iter().enumerate() {
        let median = format::estimate(profile, estimate, lower, upper, decimals);
        let name = names.get(group).copied().unwrap_or_default();
        let text = if groups.len() == 1 { median } else { format!("{name}: {median}") };
        let keyed = (groups.len() > 1).then_some(group);
        notes.push(Note::new(keyed, format::runs(profile, &text)));
    }
    notes
}

/// Three figures are enough for a median: no decimals from 100 on, one below.
fn decimals(groups: &[[Option<f64>; 3]]) -> usize {
    let largest = groups.iter().flatten().flatten().fold(0.0_f64, |a, &b| a.max(b));
    match largest {
        large if large >= 100.0 => 0,
        small if small < 3.0 && small > 0.0 => 2,
        _ => 1,
    }
}
