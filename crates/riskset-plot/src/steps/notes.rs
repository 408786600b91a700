//! Annotations as notes in the plot: a small table of the groups, lines for everything else.
//!
//! Each block comes in several forms, the fullest first; the layout takes the first one that finds a
//! free place in the plot.

use super::curve::StepCurves;
use crate::font::Cut;
use crate::format;
use crate::options::{Annotation, Effect};
use crate::panel::block::{Block, Row};
use crate::profile::Profile;
use crate::scene::Run;

/// Names of groups wider than this are broken where nothing else fits, in millimetres.
const NAMES: f64 = 24.0;

/// Effects of the groups, as annotated.
struct Effects<'a> {
    name: &'a str,
    level: f64,
    groups: &'a [Effect],
}

/// Medians of the groups, as annotated.
struct Medians<'a> {
    level: f64,
    groups: &'a [[Option<f64>; 3]],
}

impl StepCurves {
    /// The blocks that the annotations make: each one in its forms, the fullest first.
    pub(super) fn notes(&self, profile: &Profile, named_below: bool) -> Vec<Vec<Block>> {
        let medians = self.options.annotations.iter().find_map(|one| match one {
            Annotation::Medians { level, groups } => Some(Medians { level: *level, groups }),
            _ => None,
        });
        let effects = self.options.annotations.iter().find_map(|one| match one {
            Annotation::Effects { name, level, groups } => {
                Some(Effects { name, level: *level, groups })
            }
            _ => None,
        });
        let lines = self.lines(profile);
        let mut forms: Vec<Block> = match (&medians, &effects) {
            (None, None) => vec![Block::default()],
            (None, Some(effects)) if self.curves.len() == 2 => self.pair(profile, effects),
            _ => self.tables_of_groups(profile, medians.as_ref(), effects.as_ref(), named_below),
        };
        if let (2, Some(medians), Some(effects)) = (self.curves.len(), &medians, &effects) {
            // Narrower than any table of both: the effect in lines of its own under the medians.
            let tables = self.tables_of_groups(profile, Some(medians), None, named_below);
            let pair = self.pair(profile, effects).pop().unwrap_or_default();
            forms.extend(tables.into_iter().map(|mut form| {
                form.rows.extend(pair.rows.iter().cloned());
                form
            }));
        }
        let whole = |mut form: Block| {
            form.rows.extend(lines.iter().cloned().map(Row::line));
            form
        };
        let forms: Vec<Block> = forms.into_iter().map(whole).collect();
        if forms.iter().all(|form| form.rows.is_empty()) { Vec::new() } else { vec![forms] }
    }

    /// Tests and texts, a line each.
    fn lines(&self, profile: &Profile) -> Vec<Vec<Run>> {
        let line = |one: &Annotation| match one {
            Annotation::Text(text) => Some(format::runs(profile, text)),
            Annotation::Test { name, p_value } => {
                let p = format::p_value(profile, *p_value);
                Some(format::runs(profile, &format!("{name} {p}")))
            }
            Annotation::Effects { .. } | Annotation::Medians { .. } => None,
        };
        self.options.annotations.iter().filter_map(line).collect()
    }

    /// The one effect of two groups, its contrast beside it: in one line, or in two.
    fn pair(&self, profile: &Profile, effects: &Effects<'_>) -> Vec<Block> {
        let other = effects.groups.iter().position(|effect| *effect != Effect::Reference);
        let Some(other) = other else { return vec![Block::default()] };
        let label = |group: usize| self.curves[group].label.as_str();
        let contrast = format!("{}, {} vs {}", effects.name, label(other), label(1 - other));
        let value = match effects.groups[other] {
            Effect::Estimate { value, lower, upper } => format!(
                "{} ({}{})",
                format::number(profile, value, 2),
                format::interval_name(profile, effects.level),
                format::interval(profile, lower, upper, 2)
            ),
            effect => written(profile, effect),
        };
        let runs = |text: String| vec![Run { text, cut: Cut::Regular }];
        vec![
            Block::lines([runs(format!("{contrast}: {value}"))]),
            Block { rows: vec![Row::line(runs(contrast)), Row::whole(runs(value))] },
        ]
    }

    /// One row for each group: name, events of patients, median, effect. Without names where they
    /// stand with their keys before the counts, and without the events, which the caption gives.
    fn tables_of_groups(
        &self,
        profile: &Profile,
        medians: Option<&Medians<'_>>,
        effects: Option<&Effects<'_>>,
        named_below: bool,
    ) -> Vec<Block> {
        let countable = self.options.count_events && self.options.min_cell.is_none();
        let mut forms = Vec::new();
        for (names, events) in [(true, true), (true, false), (false, true), (false, false)] {
            let alone = self.curves.len() == 1;
            if (events && (!countable || medians.is_none())) || (!names && !named_below) {
                continue;
            }
            let mut columns = vec![self.names(names && !alone)];
            if events {
                columns.push(self.events_of_patients());
            }
            columns.extend(medians.map(|medians| self.medians(profile, medians)));
            columns.extend(effects.map(|effects| self.effects(profile, effects)));
            forms.push(block(&columns, !alone));
            if !events {
                columns.iter_mut().for_each(Column::shorten);
                forms.push(block(&columns, !alone));
                if names && !named_below {
                    let broken = block(&columns, !alone).with_broken_names(profile, NAMES);
                    forms.push(broken);
                }
            }
        }
        forms
    }

    fn names(&self, shown: bool) -> Column {
        let label = |label: &String| if shown { label.clone() } else { String::new() };
        let labels = self.curves.iter().map(|curve| label(&curve.label)).collect();
        Column { heading: [String::new(), String::new()], cells: labels }
    }

    fn events_of_patients(&self) -> Column {
        let cell = |curve: &super::curve::StepCurve| {
            format!("{}/{}", curve.counts_at(f64::INFINITY).events, curve.n)
        };
        let heading = ["Events/".to_owned(), "patients".to_owned()];
        Column { heading, cells: self.curves.iter().map(cell).collect() }
    }

    fn medians(&self, profile: &Profile, medians: &Medians<'_>) -> Column {
        let decimals = decimals(medians.groups);
        let unit = self.options.unit.as_ref().map_or(String::new(), |unit| format!(", {unit}"));
        let level = format::level(profile, medians.level);
        let cell = |&[estimate, lower, upper]: &[Option<f64>; 3]| {
            format::estimate(profile, estimate, lower, upper, decimals)
        };
        Column {
            heading: [format!("Median{unit}"), format!("({level} CI)")],
            cells: medians.groups.iter().map(cell).collect(),
        }
    }

    fn effects(&self, profile: &Profile, effects: &Effects<'_>) -> Column {
        let level = format::level(profile, effects.level);
        let cell = |effect: &Effect| written(profile, *effect);
        Column {
            heading: [effects.name.to_owned(), format!("({level} CI)")],
            cells: effects.groups.iter().map(cell).collect(),
        }
    }
}

/// A column of a table of groups: two lines of heading, a cell for each group.
struct Column {
    heading: [String; 2],
    cells: Vec<String>,
}

impl Column {
    /// The heading in one line: the unit stands at the axis, HR is explained in the caption.
    fn shorten(&mut self) {
        let [name, level] = &self.heading;
        let name = match name.as_str() {
            HAZARD_RATIO => "HR",
            name => name.split(',').next().unwrap_or(name),
        };
        self.heading = [String::new(), format!("{name} {level}").trim().to_owned()];
    }
}

/// The measure that has an abbreviation.
pub(super) const HAZARD_RATIO: &str = "Hazard ratio";

fn block(columns: &[Column], keyed: bool) -> Block {
    let row = |group: Option<usize>, texts: Vec<&String>, heading: bool| {
        let texts: Vec<&str> = texts.into_iter().map(String::as_str).collect();
        Row::cells(group, &texts, heading)
    };
    let headings = [0, 1]
        .map(|line| row(None, columns.iter().map(|column| &column.heading[line]).collect(), true));
    let groups = columns.iter().map(|column| column.cells.len()).min().unwrap_or(0);
    let rows = (0..groups).map(|group| {
        let cells = columns.iter().map(|column| &column.cells[group]).collect();
        row(keyed.then_some(group), cells, false)
    });
    let said = |row: &Row| row.cells.iter().flatten().any(|run| !run.text.is_empty());
    Block { rows: headings.into_iter().filter(said).chain(rows).collect() }
}

/// An effect as a cell: "1.15 (0.88–1.49)", "Reference" or "not estimable".
fn written(profile: &Profile, effect: Effect) -> String {
    match effect {
        Effect::Reference => "Reference".to_owned(),
        Effect::NotEstimable => "not estimable".to_owned(),
        Effect::Estimate { value, lower, upper } => {
            format::estimate(profile, Some(value), lower, upper, 2)
        }
    }
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
