//! A forest plot, row by row.

use super::columns::{
    Columns, FIRST, SECOND, Which, around_point, before_point, columns, effect_cut, indent,
};
use super::spec::{ForestEffect, ForestFigure, ForestRow, Squares};
use crate::axis::AxisSpec;
use crate::caption::Sentence;
use crate::colour::Colour;
use crate::error::Error;
use crate::facts::Facts;
use crate::figure::Figure;
use crate::font::{self, Cut};
use crate::format;
use crate::geometry::{MM_PER_PT, Point, Rect};
use crate::profile::Profile;
use crate::scene::{Anchor, Axis, Fill, Role, Scene, Shape, Stroke, Text};
use crate::spacing::Spacing;

const EDGE: f64 = Spacing::EDGE;

/// Between sets of rows, as a part of a line.
const SETS_APART: f64 = 0.35;
/// The arrow beside a label of what lies left or right of the line, in millimetres.
const ARROW: f64 = 4.0;
/// How far the first and the second estimate of a row stand from its middle, in millimetres.
const APART: f64 = 0.95;
/// Half of the side of a square without weight, in millimetres.
const SQUARE: f64 = 0.85;

impl ForestFigure {
    /// Lays the figure out. Its height follows from its rows.
    ///
    /// # Errors
    ///
    /// [`Error::Nothing`] without rows or without a single estimate, [`Error::Value`] for an
    /// estimate that is not finite or, on the scale of ratios, not above 0, [`Error::Room`] when the
    /// columns leave no room for the plot.
    pub fn draw(&self, profile: &Profile) -> Result<Figure, Error> {
        self.check()?;
        let width = self.width.unwrap_or(profile.page.double_column);
        let mut scene = scene(self, profile, width)?;
        scene.title.clone_from(&self.name);
        scene.description = self.reading(profile);
        scene.facts = Facts {
            kind: "forest".to_owned(),
            profile: profile.name.clone(),
            smallest_type: profile.type_size.smallest,
            conf_level: Some(self.conf_level),
            effect: true,
            p_value: !self.last_header.is_empty(),
            ..Facts::default()
        };
        let mut figure = Figure::new(scene, self.embed.then(|| vec![self.table()]));
        figure.caption = self.caption.iter().cloned().map(Sentence::from).collect();
        if self.squares == Squares::Information {
            figure.caption.push("Areas of squares are inverse to the variance.".into());
        }
        Ok(figure)
    }
}

fn scene(figure: &ForestFigure, profile: &Profile, width: f64) -> Result<Scene, Error> {
    let columns = columns(figure, profile, width, EDGE)?;
    let size = profile.type_size.small;
    let line = font::line_height(size);
    // A set of rows stands a little apart from the one before it.
    let apart = |index: usize| index > 0 && (figure.rows[index].heading || ends_set(figure, index));
    let above = |index: usize| if apart(index) { SETS_APART * line } else { 0.0 };
    let double = if figure.is_double() { APART } else { 0.0 };
    let labels = columns.labels.iter().enumerate();
    let heights: Vec<f64> =
        labels.map(|(index, label)| row_height(label, line) + above(index) + double).collect();
    let head = EDGE + columns.header_lines() as f64 * line + 1.6;
    let bottom = head + heights.iter().sum::<f64>() + 0.8;
    let below = profile.line.tick_length
        + 0.8
        + line
        + if figure.favours.is_some() { line } else { 0.0 }
        + if figure.x_title.is_empty() {
            0.0
        } else {
            1.2 * font::line_height(profile.type_size.base)
        };
    let axis = figure.axis(profile);
    let mut pen = Pen {
        figure,
        profile,
        scene: Scene::new(width, bottom + below + EDGE),
        plot: Rect { left: columns.plot.0, right: columns.plot.1, top: head, bottom },
        columns,
        axis,
        open: false,
    };
    pen.header();
    pen.reference();
    let weights = figure.rows.iter().filter_map(|row| figure.weight(row));
    let heaviest = weights.fold(0.0, f64::max);
    let mut top = head;
    for (index, height) in heights.into_iter().enumerate() {
        pen.row(index, top + above(index), height - above(index), heaviest);
        top += height;
    }
    pen.axis();
    Ok(pen.scene)
}

fn row_height(label: &[String], line: f64) -> f64 {
    label.len() as f64 * line + 0.3 * line
}

/// Whether the row is no part of the set of moved-in rows before it.
fn ends_set(figure: &ForestFigure, index: usize) -> bool {
    figure.rows[index].indent == 0 && figure.rows[index - 1].indent > 0
}

struct Pen<'a> {
    figure: &'a ForestFigure,
    profile: &'a Profile,
    scene: Scene,
    plot: Rect,
    columns: Columns,
    axis: AxisSpec,
    /// Whether estimates are drawn as open squares.
    open: bool,
}

impl Pen<'_> {
    fn text(&mut self, role: Role, text: &str, at: Point, anchor: Anchor, bold: bool) {
        if text.is_empty() {
            return;
        }
        let size = self.profile.type_size.small;
        let mut text = Text::plain(text, at, anchor, size, self.profile.colour.ink);
        if bold {
            text = text.bold();
        } else {
            text.runs = format::runs(self.profile, &text.letters());
        }
        self.scene.push(0, role, Shape::Text(text));
    }

    fn x(&self, value: f64) -> f64 {
        self.plot.left + self.axis.share(value) * self.plot.width()
    }

    fn stroke(&self, width: f64) -> Stroke {
        Stroke { colour: self.profile.colour.ink, width, dashes: Vec::new() }
    }

    fn header(&mut self) {
        let size = self.profile.type_size.small;
        let line = font::line_height(size);
        let count = self.columns.header_lines();
        // Headings stand on one level: that of their last lines.
        let baseline = EDGE + (count - 1) as f64 * line + font::ascent(size);
        let places: Vec<(f64, Anchor)> = std::iter::once((EDGE, Anchor::Start))
            .chain(self.columns.cells.iter().map(|&right| (right, Anchor::End)))
            .chain([(self.columns.effect, Anchor::Start)])
            .chain(self.columns.second.map(|left| (left, Anchor::Start)))
            .chain([(self.columns.last, Anchor::End)])
            .collect();
        for (lines, (x, anchor)) in self.columns.headers.clone().iter().zip(places) {
            for (above, text) in lines.iter().rev().enumerate() {
                let at = Point::new(x, baseline - above as f64 * line);
                self.text(Role::Heading, text, at, anchor, true);
            }
        }
        if let Some(second) = self.columns.second {
            // The marks stand before the headings of their estimates, as in a legend.
            let lines = |number: usize| self.columns.headers[number].len() as f64 - 1.0;
            let number = self.columns.cells.len() + 1;
            let keys = [(self.columns.effect, lines(number)), (second, lines(number + 1))];
            for (place, (left, above)) in keys.into_iter().enumerate() {
                let y = baseline - above * line - font::cap_height(size) / 2.0;
                let at = Point::new(left - 1.6, y);
                self.square(Role::LegendKey(place), at, SQUARE, place == 0);
            }
        }
        let y = baseline + font::descent(size) + 0.7;
        let stroke = self.stroke(self.profile.line.axis);
        let (from, to) = (Point::new(EDGE, y), Point::new(self.scene.width - EDGE, y));
        self.scene.line(0, Role::Ground, from, to, &stroke);
    }

    /// The line of no effect or of a threshold.
    fn reference(&mut self) {
        let Some((value, label)) = &self.figure.line else { return };
        let x = self.x(*value);
        let stroke = Stroke {
            colour: self.profile.colour.quiet,
            width: self.profile.line.reference,
            dashes: vec![1.0, 0.8],
        };
        let (from, to) = (Point::new(x, self.plot.top), Point::new(x, self.plot.bottom));
        self.scene.line(0, Role::Reference(Axis::X, *value), from, to, &stroke);
        let size = self.profile.type_size.small;
        let lines = self.columns.header_lines() as f64;
        let above = (lines - 1.0) * font::line_height(size);
        let at = Point::new(x, EDGE + above + font::ascent(size));
        let half = font::width(label, Cut::Regular, size) / 2.0;
        // Beside the line of headings, as far as the neighbouring columns leave room.
        let at = Point::new(at.x.clamp(self.plot.left + half, self.plot.right - half), at.y);
        self.text(Role::Annotation, label, at, Anchor::Middle, false);
    }

    fn row(&mut self, index: usize, top: f64, height: f64, heaviest: f64) {
        let row = &self.figure.rows[index];
        let size = self.profile.type_size.small;
        let line = font::line_height(size);
        let lines = self.columns.labels[index].clone();
        let middle = top + height / 2.0 + font::cap_height(size) / 2.0;
        let first = middle - (lines.len() - 1) as f64 * line / 2.0;
        for (number, text) in lines.iter().enumerate() {
            let left = EDGE + indent(row.indent, size);
            let at = Point::new(left, first + number as f64 * line);
            self.text(Role::RowLabel(index), text, at, Anchor::Start, row.heading);
        }
        let baseline = top + height / 2.0 + font::cap_height(size) / 2.0;
        for (column, cell) in row.cells.iter().enumerate() {
            let Some(&right) = self.columns.cells.get(column) else { break };
            let role = Role::Cell(index, column);
            self.text(role, cell, Point::new(right, baseline), Anchor::End, row.heading);
        }
        self.written(index, self.columns.effect, baseline, FIRST, usize::MAX - 1);
        if let Some(second) = self.columns.second {
            self.written(index, second, baseline, SECOND, usize::MAX - 2);
        }
        if !self.figure.last_header.is_empty() {
            self.last(index, baseline);
        }
        let weight = self.figure.weight(row);
        let (first, second, y) = (row.effect, row.second, top + height / 2.0);
        match self.figure.is_double() {
            false => self.effect(index, first, y, weight, heaviest),
            // Two references are one dot.
            true if first == ForestEffect::Reference => self.effect(index, first, y, None, 0.0),
            true => {
                self.open = true;
                self.effect(index, first, y - APART, None, 0.0);
                self.open = false;
                self.effect(index, second, y + APART, None, 0.0);
            }
        }
    }

    /// An estimate in words, its decimal point under those of the other rows.
    fn written(&mut self, index: usize, left: f64, baseline: f64, which: Which, column: usize) {
        let row = &self.figure.rows[index];
        let size = self.profile.type_size.small;
        let written = self.figure.written(self.profile, which(row));
        let cut = effect_cut(row);
        let shift = match which(row).values() {
            Some(_) => {
                let own = around_point(self.profile, &written, cut, size).0;
                before_point(self.figure, self.profile, size, which) - own
            }
            None => 0.0,
        };
        let at = Point::new(left + shift, baseline);
        self.text(Role::Cell(index, column), &written, at, Anchor::Start, cut == Cut::Bold);
    }

    /// A square, open or filled.
    fn square(&mut self, role: Role, at: Point, half: f64, open: bool) {
        let place = Rect::new(at.x - half, at.y - half, 2.0 * half, 2.0 * half);
        let colour = self.profile.colour(0);
        self.scene.fill(0, role.clone(), place, colour);
        if open {
            let edge = self.profile.line.mark * MM_PER_PT;
            let inner = 2.0 * (half - edge);
            let place = Rect::new(at.x - half + edge, at.y - half + edge, inner, inner);
            self.scene.fill(0, role, place, Colour::WHITE);
        }
    }

    /// The last column, its decimal points under each other.
    fn last(&mut self, index: usize, baseline: f64) {
        let (profile, size) = (self.profile, self.profile.type_size.small);
        let text = |row: &ForestRow| row.last_text(profile, &self.figure.last_header);
        let point = |text: &str| around_point(profile, text, Cut::Regular, size);
        let after = self.figure.rows.iter().map(|row| point(&text(row)).1).fold(0.0, f64::max);
        let own = text(&self.figure.rows[index]);
        let at = Point::new(self.columns.last - after - point(&own).0, baseline);
        self.text(Role::Cell(index, usize::MAX), &own, at, Anchor::Start, false);
    }

    fn effect(
        &mut self,
        index: usize,
        effect: ForestEffect,
        y: f64,
        weight: Option<f64>,
        heaviest: f64,
    ) {
        match effect {
            ForestEffect::None | ForestEffect::NotEstimable => {}
            ForestEffect::Reference => {
                if let Some((value, _)) = self.figure.line {
                    let fill = Fill { colour: self.profile.colour.quiet, opacity: 1.0 };
                    let at = Point::new(self.x(value), y);
                    self.scene.push(0, Role::Ground, Shape::Disc(at, 0.55, fill));
                }
            }
            ForestEffect::Prediction { lower, upper } => self.prediction(index, y, lower, upper),
            ForestEffect::Pair { before, after } => self.pair(index, y, before, after),
            ForestEffect::Estimate { value, lower, upper, .. } => {
                self.interval(index, y, lower, upper);
                let share = match weight {
                    Some(weight) if heaviest > 0.0 => (weight / heaviest).sqrt().max(0.3),
                    _ => 1.0,
                };
                let half = if weight.is_some() { 1.5 * SQUARE * share } else { SQUARE };
                if (self.axis.from..=self.axis.to).contains(&value) {
                    let at = Point::new(self.x(value), y);
                    self.square(Role::Estimate(index), at, half, self.open);
                }
            }
            ForestEffect::Summary { value, lower, upper } => {
                let clamp = |value: f64| value.clamp(self.axis.from, self.axis.to);
                let [left, middle, right] = [lower, value, upper].map(|v| self.x(clamp(v)));
                let corners = vec![
                    Point::new(left, y),
                    Point::new(middle, y - 1.1),
                    Point::new(right, y),
                    Point::new(middle, y + 1.1),
                ];
                let fill = Fill { colour: self.profile.colour(0), opacity: 1.0 };
                self.scene.push(0, Role::Estimate(index), Shape::Area(corners, fill));
            }
        }
    }

    /// An open mark, a line, and a filled mark: how far weighting has moved the number.
    fn pair(&mut self, index: usize, y: f64, before: f64, after: f64) {
        let clamp = |value: f64| value.clamp(self.axis.from, self.axis.to);
        let (from, to) = (self.x(clamp(before)), self.x(clamp(after)));
        let quiet = self.profile.colour.quiet;
        let stroke =
            Stroke { colour: quiet, width: self.profile.line.reference, dashes: Vec::new() };
        let ends = (Point::new(from, y), Point::new(to, y));
        self.scene.line(0, Role::Interval(index), ends.0, ends.1, &stroke);
        let (ring, paper) = (Fill { colour: quiet, opacity: 1.0 }, Colour::WHITE);
        self.scene.push(0, Role::Estimate(index), Shape::Disc(ends.0, SQUARE, ring));
        let inside = Fill { colour: paper, opacity: 1.0 };
        self.scene.push(0, Role::Ground, Shape::Disc(ends.0, 0.6 * SQUARE, inside));
        let fill = Fill { colour: self.profile.colour(0), opacity: 1.0 };
        self.scene.push(0, Role::Estimate(index), Shape::Disc(ends.1, SQUARE, fill));
    }

    /// An open bracket from end to end: a range, not an estimate.
    fn prediction(&mut self, index: usize, y: f64, lower: f64, upper: f64) {
        let clamp = |value: f64| value.clamp(self.axis.from, self.axis.to);
        let (left, right) = (self.x(clamp(lower)), self.x(clamp(upper)));
        let width = self.profile.line.reference;
        let stroke = Stroke { colour: self.profile.colour.quiet, width, dashes: Vec::new() };
        let ends = [(left, lower >= self.axis.from), (right, upper <= self.axis.to)];
        let dashes = vec![1.0, 0.6];
        let line = Stroke { dashes, ..stroke.clone() };
        let (from, to) = (Point::new(left, y), Point::new(right, y));
        self.scene.line(0, Role::Interval(index), from, to, &line);
        for (x, _) in ends.into_iter().filter(|end| end.1) {
            let (from, to) = (Point::new(x, y - 0.9), Point::new(x, y + 0.9));
            self.scene.line(0, Role::Interval(index), from, to, &stroke);
        }
    }

    /// The line from limit to limit, with an arrow where it runs off the axis.
    fn interval(&mut self, index: usize, y: f64, lower: Option<f64>, upper: Option<f64>) {
        let off_left = lower.is_none_or(|lower| lower < self.axis.from);
        let off_right = upper.is_none_or(|upper| upper > self.axis.to);
        let inside = |limit: Option<f64>, off: bool, end: f64| match limit {
            Some(limit) if !off => limit.clamp(self.axis.from, self.axis.to),
            _ => end,
        };
        let left = self.x(inside(lower, off_left, self.axis.from));
        let right = self.x(inside(upper, off_right, self.axis.to));
        let stroke = Stroke {
            colour: self.profile.colour(0),
            width: self.profile.line.mark + 0.2,
            dashes: Vec::new(),
        };
        let (from, to) = (Point::new(left, y), Point::new(right, y));
        self.scene.line(0, Role::Interval(index), from, to, &stroke);
        for (off, tip, inwards) in [(off_left, left, 1.0), (off_right, right, -1.0)] {
            if off {
                let corners = vec![
                    Point::new(tip - inwards * 0.4, y),
                    Point::new(tip + inwards * 1.1, y - 0.7),
                    Point::new(tip + inwards * 1.1, y + 0.7),
                ];
                let fill = Fill { colour: stroke.colour, opacity: 1.0 };
                self.scene.push(0, Role::IntervalArrow(index), Shape::Area(corners, fill));
            }
        }
    }

    /// A short arrow from here to the left (-1) or to the right (1).
    fn arrow(&mut self, from: Point, way: f64) {
        let tip = Point::new(from.x + way * (ARROW - 1.0), from.y);
        let neck = Point::new(tip.x - way * 1.1, from.y);
        let stroke = self.stroke(self.profile.line.reference);
        let role = Role::Arrow(usize::from(way > 0.0));
        self.scene.line(0, role.clone(), from, neck, &stroke);
        let corners = vec![tip, Point::new(neck.x, neck.y - 0.5), Point::new(neck.x, neck.y + 0.5)];
        let fill = Fill { colour: self.profile.colour.ink, opacity: 1.0 };
        self.scene.push(0, role, Shape::Area(corners, fill));
    }

    fn axis(&mut self) {
        let stroke = self.stroke(self.profile.line.axis);
        let bottom = self.plot.bottom;
        let (from, to) = (Point::new(self.plot.left, bottom), Point::new(self.plot.right, bottom));
        self.scene.line(0, Role::AxisLine(Axis::X), from, to, &stroke);
        let size = self.profile.type_size.small;
        let labels = bottom + self.profile.line.tick_length + 0.7 + font::cap_height(size);
        let mut free = f64::NEG_INFINITY;
        for (value, label) in self.axis.ticks.clone() {
            let x = self.x(value);
            let tick = Point::new(x, bottom + self.profile.line.tick_length);
            self.scene.line(0, Role::Tick(Axis::X, value), Point::new(x, bottom), tick, &stroke);
            let half = font::width(&label, Cut::Regular, size) / 2.0;
            if x - half > free {
                let role = Role::TickLabel(Axis::X, value);
                self.text(role, &label, Point::new(x, labels), Anchor::Middle, false);
                free = x + half + 0.8;
            }
        }
        let mut baseline = labels + font::descent(size) + 0.4;
        if let (Some((left, right)), Some((line, _))) = (&self.figure.favours, &self.figure.line) {
            baseline += font::ascent(size);
            let x = self.x(*line);
            let (left, right) = (left.clone(), right.clone());
            let level = baseline - font::cap_height(size) / 2.0;
            let limit = |room: f64, text: &str| {
                font::wrap(text, Cut::Regular, size, room.max(4.0), 1).remove(0)
            };
            let beside = 1.2;
            let shown = limit(x - 2.0 - EDGE - ARROW, &left);
            let end = x - beside - font::width(&shown, Cut::Regular, size) - 0.8;
            self.text(
                Role::Annotation,
                &shown,
                Point::new(x - beside, baseline),
                Anchor::End,
                false,
            );
            self.arrow(Point::new(end, level), -1.0);
            let shown = limit(self.scene.width - EDGE - x - 2.0 - ARROW, &right);
            let end = x + beside + font::width(&shown, Cut::Regular, size) + 0.8;
            let at = Point::new(x + beside, baseline);
            self.text(Role::Annotation, &shown, at, Anchor::Start, false);
            self.arrow(Point::new(end, level), 1.0);
            baseline += font::descent(size) + 0.2;
        }
        let base = self.profile.type_size.base;
        let at = Point::new(
            (self.plot.left + self.plot.right) / 2.0,
            baseline + 0.3 * base * MM_PER_PT + font::ascent(base) - 0.4,
        );
        if !self.axis.title.is_empty() {
            let ink = self.profile.colour.ink;
            let half = font::width(&self.axis.title, Cut::Regular, base) / 2.0;
            let x = at.x.clamp(EDGE + half, (self.scene.width - EDGE - half).max(EDGE + half));
            let at = Point::new(x, at.y);
            let title = Text::plain(&self.axis.title.clone(), at, Anchor::Middle, base, ink);
            self.scene.push(0, Role::AxisTitle(Axis::X), Shape::Text(title));
        }
    }
}
