//! The flow of the patients through a study, from counts that must add up.
//!
//! Source of the form: Schulz, Altman and Moher (2010), BMJ 340:c332 (CONSORT 2010).

use crate::bounds::{check_label, check_size};
use crate::colour::Colour;
use crate::data::{DataTable, Datum};
use crate::error::Error;
use crate::facts::Facts;
use crate::figure::Figure;
use crate::font::{self, Cut};
use crate::geometry::{Point, Rect};
use crate::profile::Profile;
use crate::scene::{Anchor, Fill, Role, Scene, Shape, Stroke, Text};
use crate::spacing::Spacing;

const EDGE: f64 = Spacing::EDGE;

/// A flow diagram: boxes from top to bottom, exclusions beside them, then one column per arm.
#[derive(Clone, Debug, Default)]
pub struct FlowFigure {
    /// What is shown, in words, for a reader who cannot see it.
    pub name: String,
    /// The steps before the arms part.
    pub steps: Vec<FlowStep>,
    /// The steps of each arm; empty when there are no arms.
    pub arms: Vec<Vec<FlowStep>>,
    /// What is counted in other units, such as the lesions of the patients; `None` for nothing.
    pub branch: Option<FlowBranch>,
    /// Width in millimetres; `None` takes two columns of the profile.
    pub width: Option<f64>,
    /// Leaves the counts out of the file.
    pub no_embed: bool,
}

/// Patients at one stage, and who leaves after it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlowStep {
    /// The stage: "Assessed for eligibility".
    pub label: String,
    /// Patients at this stage.
    pub n: u64,
    /// Who leaves between this stage and the next.
    pub excluded: Option<FlowExclusion>,
}

/// Patients who leave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlowExclusion {
    /// What happens to them: "Excluded".
    pub label: String,
    /// How many.
    pub n: u64,
    /// Why, and how many for each reason; empty, or adding up to `n`.
    pub reasons: Vec<(String, u64)>,
}

/// What belongs to the patients of the last stage and is counted in a unit of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlowBranch {
    /// The unit, in the plural: "lesions".
    pub unit: String,
    /// The stages, from top to bottom.
    pub steps: Vec<FlowStep>,
}

/// Between boxes, from top to bottom, in millimetres.
const GAP: f64 = 5.0;
/// From this width on, in millimetres, exclusions have room beside boxes in the middle.
const WIDE: f64 = 120.0;
/// Between the border of a box and its text.
const PAD: f64 = 1.6;

impl FlowFigure {
    /// Lays the figure out. Its height follows from its boxes.
    ///
    /// # Errors
    ///
    /// [`Error::Nothing`] without steps, [`Error::Value`] when patients appear or vanish between
    /// two stages, or the reasons of an exclusion do not add up to it.
    pub fn draw(&self, profile: &Profile) -> Result<Figure, Error> {
        self.check()?;
        let width = self.width.unwrap_or(profile.page.double_column);
        let mut pen = Pen { profile, scene: Scene::new(width, 0.0), node: 0 };
        let bottom = self.boxes(&mut pen, width);
        let mut scene = pen.scene;
        scene.height = bottom + EDGE;
        scene.title.clone_from(&self.name);
        if scene.title.is_empty() {
            scene.title = "Flow of the patients".to_owned();
        }
        scene.description = self.reading();
        scene.facts = Facts {
            kind: "flow".to_owned(),
            profile: profile.name.clone(),
            smallest_type: profile.type_size.smallest,
            ..Facts::default()
        };
        Ok(Figure::new(scene, (!self.no_embed).then(|| vec![self.table()])))
    }

    fn check(&self) -> Result<(), Error> {
        let Some(last) = self.steps.last() else {
            return Err(Error::Nothing { what: "stages of the flow" });
        };
        chain(&self.steps)?;
        check_size(self.width, None)?;
        let branch = self.branch.iter().flat_map(|branch| &branch.steps);
        let all = self.steps.iter().chain(self.arms.iter().flatten()).chain(branch);
        all.into_iter().try_for_each(check_words)?;
        if let Some(branch) = &self.branch {
            chain(&branch.steps)?;
            let must = "0 where the last stage goes on in another unit";
            let place = "the number of arms".to_owned();
            if !self.arms.is_empty() {
                return Err(Error::Value { place, value: self.arms.len() as f64, must });
            }
            if branch.steps.is_empty() {
                return Err(Error::Nothing { what: "stages in the other unit" });
            }
            let place = format!("the number who leave after `{}`", last.label);
            if let Some(excluded) = &last.excluded {
                return Err(Error::Value { place, value: excluded.n as f64, must });
            }
        }
        self.arms.iter().try_for_each(|arm| chain(arm))?;
        if self.arms.iter().any(Vec::is_empty) {
            return Err(Error::Nothing { what: "stages of an arm" });
        }
        let arms: u64 = self.arms.iter().map(|arm| arm[0].n).sum();
        if !self.arms.is_empty() && arms != remaining(last)? {
            return Err(Error::Value {
                place: format!("the sum of the arms after `{}`", last.label),
                value: arms as f64,
                must: "the number of patients who remain after that stage",
            });
        }
        Ok(())
    }

    fn boxes(&self, pen: &mut Pen<'_>, width: f64) -> f64 {
        let inner = width - 2.0 * EDGE;
        let mut top = EDGE;
        let last = pen.column(&self.steps, &self.main(inner, width), &mut top, "");
        if let Some(branch) = &self.branch {
            return top.max(pen.branch(branch, last, inner));
        }
        if self.arms.is_empty() {
            return top;
        }
        let count = self.arms.len() as f64;
        let arm_width = (inner - GAP * (count - 1.0)) / count;
        let from = last.bottom.max(top);
        let split = from + GAP / 2.0;
        let start = split + GAP;
        let stem = (last.left + last.right) / 2.0;
        let centres: Vec<f64> = (0..self.arms.len())
            .map(|arm| EDGE + arm as f64 * (arm_width + GAP) + arm_width / 2.0)
            .collect();
        pen.line(Point::new(stem, last.bottom), Point::new(stem, split));
        let ends = centres.iter().copied().chain([stem]);
        let (first, end) = (ends.clone().fold(stem, f64::min), ends.fold(stem, f64::max));
        pen.line(Point::new(first, split), Point::new(end, split));
        let mut bottom: f64 = top;
        for (arm, centre) in self.arms.iter().zip(&centres) {
            pen.arrow(Point::new(*centre, split), Point::new(*centre, start));
            let left = centre - arm_width / 2.0;
            let column = Column { left, width: arm_width, side: None, end: left + arm_width };
            let mut top = start;
            pen.column(arm, &column, &mut top, "");
            bottom = bottom.max(top);
        }
        bottom
    }

    /// Where the stages before the arms stand: in the middle of arms where the page is wide enough
    /// for exclusions beside them, so that the lines to the arms are symmetric.
    fn main(&self, inner: f64, width: f64) -> Column {
        let side = self.steps.iter().any(|step| step.excluded.is_some());
        let arms = !self.arms.is_empty();
        let (from, share, beside) = match (side, arms && width >= WIDE) {
            (true, true) => (0.31, 0.38, 0.74),
            (true, false) => (0.0, 0.44, 0.56),
            (false, _) if self.branch.is_some() => (0.0, 0.44, 0.56),
            (false, _) => (0.2, 0.6, 0.56),
        };
        Column {
            left: EDGE + from * inner,
            width: share * inner,
            side: Some(EDGE + beside * inner),
            end: width - EDGE,
        }
    }

    fn reading(&self) -> String {
        let mut sentences: Vec<String> = self.steps.iter().map(sentence).collect();
        for (index, arm) in self.arms.iter().enumerate() {
            let steps: Vec<String> = arm.iter().map(sentence).collect();
            sentences.push(format!("Arm {}: {}", index + 1, steps.join(" ")));
        }
        if let Some(branch) = &self.branch {
            let steps: Vec<String> = branch.steps.iter().map(sentence).collect();
            sentences.push(format!("In {}: {}", branch.unit, steps.join(" ")));
        }
        sentences.join(" ")
    }

    fn table(&self) -> DataTable {
        let mut table = DataTable::new("flow", &["arm", "kind", "label", "n"]);
        let arms = self.arms.iter().enumerate();
        let arms = arms.map(|(arm, steps)| (Some(Datum::Number(arm as f64 + 1.0)), steps));
        let branch = self.branch.iter();
        let branch = branch.map(|one| (Some(Datum::Text(one.unit.clone())), &one.steps));
        for (arm, steps) in std::iter::once((None, &self.steps)).chain(arms).chain(branch) {
            for step in steps {
                let n = |n: u64| Some(Datum::Number(n as f64));
                let text = |text: &str| Some(Datum::Text(text.to_owned()));
                table.row([arm.clone(), text("stage"), text(&step.label), n(step.n)]);
                let Some(excluded) = &step.excluded else { continue };
                table.row([arm.clone(), text("excluded"), text(&excluded.label), n(excluded.n)]);
                for (reason, count) in &excluded.reasons {
                    table.row([arm.clone(), text("reason"), text(reason), n(*count)]);
                }
            }
        }
        table
    }
}

fn sentence(step: &FlowStep) -> String {
    match &step.excluded {
        None => format!("{}: {}.", step.label, step.n),
        Some(excluded) => {
            format!("{}: {}. {}: {}.", step.label, step.n, excluded.label, excluded.n)
        }
    }
}

/// Labels that a box can hold.
fn check_words(step: &FlowStep) -> Result<(), Error> {
    check_label(&step.label)?;
    let Some(excluded) = &step.excluded else { return Ok(()) };
    check_label(&excluded.label)?;
    excluded.reasons.iter().try_for_each(|(reason, _)| check_label(reason))
}

/// Who remains after a stage.
fn remaining(step: &FlowStep) -> Result<u64, Error> {
    let gone = step.excluded.as_ref().map_or(0, |excluded| excluded.n);
    step.n.checked_sub(gone).ok_or_else(|| Error::Value {
        place: format!("the number who leave after `{}`", step.label),
        value: gone as f64,
        must: "at most the number at that stage",
    })
}

/// Checks that nobody appears or vanishes from stage to stage.
fn chain(steps: &[FlowStep]) -> Result<(), Error> {
    for pair in steps.windows(2) {
        if remaining(&pair[0])? != pair[1].n {
            return Err(Error::Value {
                place: format!("the number at `{}`", pair[1].label),
                value: pair[1].n as f64,
                must: "the number at the stage before it less those who left",
            });
        }
    }
    for step in steps {
        remaining(step)?;
        if let Some(excluded) = &step.excluded {
            let sum: u64 = excluded.reasons.iter().map(|reason| reason.1).sum();
            if !excluded.reasons.is_empty() && sum != excluded.n {
                return Err(Error::Value {
                    place: format!("the sum of the reasons under `{}`", excluded.label),
                    value: sum as f64,
                    must: "the number who left",
                });
            }
        }
    }
    Ok(())
}

/// Where a column of boxes stands.
struct Column {
    left: f64,
    width: f64,
    /// The left edge of the boxes of those who leave; `None` puts them between the stages.
    side: Option<f64>,
    end: f64,
}

struct Pen<'a> {
    profile: &'a Profile,
    scene: Scene,
    node: usize,
}

impl Pen<'_> {
    /// Draws stages from `top` downwards and moves it below them; returns the last box.
    fn column(&mut self, steps: &[FlowStep], column: &Column, top: &mut f64, unit: &str) -> Rect {
        let middle = column.left + column.width / 2.0;
        let mut before: Option<Rect> = None;
        for step in steps {
            if let Some(before) = before {
                self.arrow(Point::new(middle, before.bottom), Point::new(middle, *top));
            }
            let n = format!("n = {} {unit}", step.n);
            let lines = vec![(step.label.clone(), false), (n.trim_end().to_owned(), false)];
            let mut last = self.node(&lines, column.left, column.width, *top, Anchor::Middle);
            *top = last.bottom + GAP;
            if let Some(excluded) = &step.excluded {
                let lines = exclusion_lines(excluded);
                match column.side {
                    Some(left) => {
                        let place = self.node(&lines, left, column.end - left, *top, Anchor::Start);
                        let level = (place.top + place.bottom) / 2.0;
                        self.arrow(Point::new(middle, level), Point::new(left, level));
                        *top = place.bottom + GAP;
                    }
                    None => {
                        self.arrow(Point::new(middle, last.bottom), Point::new(middle, *top));
                        last = self.node(&lines, column.left, column.width, *top, Anchor::Start);
                        *top = last.bottom + GAP;
                    }
                }
            }
            before = Some(last);
        }
        let last = before.expect("a column has at least one stage");
        if steps.last().is_some_and(|step| step.excluded.is_none()) || column.side.is_none() {
            *top = last.bottom;
        } else {
            *top -= GAP;
        }
        last
    }

    /// The stages in another unit, beside the last stage of the patients and joined to it by a dashed
    /// line; returns where they end.
    fn branch(&mut self, branch: &FlowBranch, last: Rect, inner: f64) -> f64 {
        let left = EDGE + 0.56 * inner;
        let column = Column { left, width: 0.44 * inner, side: None, end: EDGE + inner };
        let level = (last.top + last.bottom) / 2.0;
        let (from, to) = (Point::new(last.right, level), Point::new(left, level));
        let stroke = Stroke { dashes: vec![1.0, 0.8], ..self.stroke() };
        self.scene.line(0, Role::Arrow(self.node), from, to, &stroke);
        let mut top = last.top;
        let end = self.column(&branch.steps, &column, &mut top, &branch.unit);
        top.max(end.bottom)
    }

    /// A box with its lines of text, wrapped; returns its place.
    fn node(
        &mut self,
        lines: &[(String, bool)],
        left: f64,
        width: f64,
        top: f64,
        anchor: Anchor,
    ) -> Rect {
        let size = self.profile.type_size.base;
        let line = font::line_height(size);
        let indent = font::width("00", Cut::Regular, size);
        let mut wrapped: Vec<(String, f64)> = Vec::new();
        for (text, indented) in lines {
            let shift = if *indented { indent } else { 0.0 };
            let pieces = font::wrap(text, Cut::Regular, size, width - 2.0 * PAD - shift, 6);
            wrapped.extend(pieces.into_iter().map(|piece| (piece, shift)));
        }
        let height = wrapped.len() as f64 * line + 2.0 * PAD - 0.2 * line;
        let place = Rect::new(left, top, width, height);
        self.outline(place);
        for (index, (text, shift)) in wrapped.iter().enumerate() {
            let baseline = top + PAD + index as f64 * line + font::ascent(size);
            let x = match anchor {
                Anchor::Start => left + PAD + shift,
                _ => left + width / 2.0,
            };
            let ink = self.profile.colour.ink;
            let text = Text::plain(text, Point::new(x, baseline), anchor, size, ink);
            self.scene.push(0, Role::Node(self.node), Shape::Text(text));
        }
        self.node += 1;
        place
    }

    fn outline(&mut self, place: Rect) {
        let corners = vec![
            Point::new(place.left, place.top),
            Point::new(place.right, place.top),
            Point::new(place.right, place.bottom),
            Point::new(place.left, place.bottom),
            Point::new(place.left, place.top),
        ];
        self.scene.fill(0, Role::Ground, place, Colour::WHITE);
        let stroke = self.stroke();
        self.scene.push(0, Role::Node(self.node), Shape::Line(corners, stroke));
    }

    fn stroke(&self) -> Stroke {
        Stroke {
            colour: self.profile.colour.ink,
            width: self.profile.line.axis,
            dashes: Vec::new(),
        }
    }

    fn line(&mut self, from: Point, to: Point) {
        let stroke = self.stroke();
        self.scene.line(0, Role::Arrow(self.node), from, to, &stroke);
    }

    /// A line with a head at its end, level or downwards.
    fn arrow(&mut self, from: Point, to: Point) {
        let (long, half) = (1.5, 0.7);
        let (neck, corners) = if from.y == to.y {
            let neck = Point::new(to.x - long, to.y);
            (neck, [to, Point::new(neck.x, to.y - half), Point::new(neck.x, to.y + half)])
        } else {
            let neck = Point::new(to.x, to.y - long);
            (neck, [to, Point::new(to.x - half, neck.y), Point::new(to.x + half, neck.y)])
        };
        self.line(from, neck);
        let fill = Fill { colour: self.profile.colour.ink, opacity: 1.0 };
        let head = Shape::Area(corners.to_vec(), fill);
        self.scene.push(0, Role::Arrow(self.node), head);
    }
}

/// "(n = 12)", which is not broken between lines.
fn count_in_brackets(count: u64) -> String {
    format!("(n\u{a0}=\u{a0}{count})")
}

fn exclusion_lines(excluded: &FlowExclusion) -> Vec<(String, bool)> {
    let mut lines = vec![(format!("{} {}", excluded.label, count_in_brackets(excluded.n)), false)];
    for (reason, count) in &excluded.reasons {
        lines.push((format!("{reason} {}", count_in_brackets(*count)), true));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(label: &str, n: u64, gone: u64) -> FlowStep {
        let excluded = FlowExclusion { label: "Excluded".to_owned(), n: gone, reasons: vec![] };
        FlowStep { label: label.to_owned(), n, excluded: (gone > 0).then_some(excluded) }
    }

    #[test]
    fn nobody_appears_or_vanishes() {
        let mut figure = FlowFigure {
            steps: vec![step("All", 10, 3), step("Kept", 7, 0)],
            ..FlowFigure::default()
        };
        assert!(figure.draw(&Profile::plain()).is_ok());
        figure.arms = vec![vec![step("A", 4, 0)], vec![step("B", 4, 0)]];
        let refusal = figure.draw(&Profile::plain()).unwrap_err().to_string();
        assert!(refusal.contains("the sum of the arms after `Kept` is 8"), "{refusal}");
        figure.steps[1].n = 8;
        let refusal = figure.draw(&Profile::plain()).unwrap_err().to_string();
        assert!(refusal.contains("the number at `Kept` is 8"), "{refusal}");
    }
}
