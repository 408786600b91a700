//! What draws a panel: its places are known, marks go into the scene.

use super::frame::Frame;
use super::spec::{Panel, Series};
use crate::colour::Colour;
use crate::font;
use crate::geometry::Point;
use crate::profile::{Profile, Ticks};
use crate::scene::{Anchor, Role, Scene, Shape, Stroke, Text};

/// A panel, its places, and where it is drawn.
pub(super) struct Pen<'a> {
    pub panel: &'a Panel,
    pub frame: &'a Frame,
    pub profile: &'a Profile,
    pub scene: &'a mut Scene,
}

impl Pen<'_> {
    pub fn push(&mut self, role: Role, shape: Shape) {
        self.scene.push(self.panel.index, role, shape);
    }

    pub fn line(&mut self, role: Role, from: Point, to: Point, stroke: Stroke) {
        self.scene.line(self.panel.index, role, from, to, &stroke);
    }

    pub fn text(&mut self, role: Role, text: &str, at: Point, anchor: Anchor, size: f64) {
        let text = Text::plain(text, at, anchor, size, self.profile.colour.ink);
        self.push(role, Shape::Text(text));
    }

    pub fn axis_stroke(&self) -> Stroke {
        solid(self.profile.colour.ink, self.profile.line.axis)
    }

    pub fn points(&self, points: &[(f64, f64)]) -> Vec<Point> {
        points.iter().map(|&(x, y)| self.frame.at(self.panel, x, y)).collect()
    }

    /// The signed length of a tick: positive out of the plot.
    pub fn tick(&self) -> f64 {
        let length = self.profile.line.tick_length;
        if self.profile.line.ticks == Ticks::Out { length } else { -length }
    }

    /// A short piece of a group's curve, at the height of small letters.
    pub fn key(
        &mut self,
        role: Role,
        series: &Series,
        left: f64,
        width: f64,
        baseline: f64,
        size: f64,
    ) {
        let y = baseline - font::cap_height(size) / 2.0;
        let stroke = Stroke {
            colour: series.colour,
            width: self.profile.line.curve,
            dashes: series.dashes.clone(),
        };
        self.line(role, Point::new(left, y), Point::new(left + width, y), stroke);
    }
}

/// A line without gaps.
pub(super) fn solid(colour: Colour, width: f64) -> Stroke {
    Stroke { colour, width, dashes: Vec::new() }
}
