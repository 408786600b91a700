//! A panel with its places known, put into the scene back to front.

use super::frame::Frame;
use super::layout::{Margins, frame, outside_tick, y_title_lines};
use super::pen::Pen;
use super::spec::Panel;
use crate::colour::Colour;
use crate::error::Error;
use crate::font::{self, Cut};
use crate::geometry::{Point, Rect};
use crate::profile::Profile;
use crate::scene::{Anchor, Axis, Role, Scene, Shape, Stroke, Text};
use crate::spacing::Spacing;

/// Draws the panel into this part of the page.
///
/// `at_least` widens the margins, so that the plots of several panels line up.
pub(crate) fn place(
    panel: &Panel,
    scene: &mut Scene,
    profile: &Profile,
    place: Rect,
    at_least: Margins,
) -> Result<(), Error> {
    let frame = frame(panel, profile, place, at_least)?;
    draw(panel, &frame, profile, scene);
    Ok(())
}

fn draw(panel: &Panel, frame: &Frame, profile: &Profile, scene: &mut Scene) {
    let mut pen = Pen { panel, frame, profile, scene };
    pen.bands();
    pen.references();
    pen.axes();
    pen.bars();
    pen.curves();
    pen.dots();
    pen.inset();
    pen.heading();
    pen.naming();
    pen.notes();
    pen.counts();
}

impl Pen<'_> {
    fn references(&mut self) {
        let plot = self.frame.plot;
        for reference in &self.panel.references {
            let stroke = Stroke {
                colour: self.profile.colour.quiet,
                width: self.profile.line.reference,
                dashes: vec![1.0, 0.8],
            };
            let role = Role::Reference(reference.axis, reference.value);
            let (from, to) = match reference.axis {
                Axis::X => {
                    let x = self.frame.x(self.panel, reference.value);
                    (Point::new(x, plot.top), Point::new(x, plot.bottom))
                }
                Axis::Y => {
                    let y = self.frame.y(self.panel, reference.value);
                    (Point::new(plot.left, y), Point::new(plot.right, y))
                }
            };
            self.line(role, from, to, stroke);
            if !reference.label.is_empty() {
                let size = self.profile.type_size.small;
                let (at, anchor) = match reference.axis {
                    Axis::X => (Point::new(from.x, plot.top - 0.6), Anchor::Middle),
                    Axis::Y => (Point::new(to.x, to.y - 0.6), Anchor::End),
                };
                self.text(Role::Annotation, &reference.label, at, anchor, size);
            }
        }
    }

    fn axes(&mut self) {
        let plot = self.frame.plot;
        let stroke = self.axis_stroke();
        let origin = Point::new(plot.left, plot.bottom);
        self.line(
            Role::AxisLine(Axis::X),
            origin,
            Point::new(plot.right, plot.bottom),
            stroke.clone(),
        );
        self.line(Role::AxisLine(Axis::Y), origin, Point::new(plot.left, plot.top), stroke);
        self.x_ticks();
        self.y_ticks();
        self.axis_titles();
        if self.panel.y.broken {
            self.axis_break();
        }
    }

    fn x_ticks(&mut self) {
        let (bottom, length) = (self.frame.plot.bottom, self.tick());
        let size = self.profile.type_size.small;
        for (value, label) in &self.panel.x.ticks {
            let x = self.frame.x(self.panel, *value);
            let stroke = self.axis_stroke();
            let role = Role::Tick(Axis::X, *value);
            self.line(role, Point::new(x, bottom), Point::new(x, bottom + length), stroke);
            if self.panel.x.labelled {
                let at = Point::new(x, bottom + self.frame.tick_room);
                self.text(Role::TickLabel(Axis::X, *value), label, at, Anchor::Middle, size);
            }
        }
    }

    fn y_ticks(&mut self) {
        let (left, length) = (self.frame.plot.left, self.tick());
        let size = self.profile.type_size.small;
        let middle = font::cap_height(size) / 2.0;
        for (value, label) in &self.panel.y.ticks {
            let y = self.frame.y(self.panel, *value);
            let stroke = self.axis_stroke();
            let role = Role::Tick(Axis::Y, *value);
            self.line(role, Point::new(left, y), Point::new(left - length, y), stroke);
            if self.panel.y.labelled {
                let at = Point::new(
                    left - outside_tick(self.profile) - Spacing::BESIDE_TICK,
                    y + middle,
                );
                self.text(Role::TickLabel(Axis::Y, *value), label, at, Anchor::End, size);
            }
        }
    }

    fn axis_titles(&mut self) {
        let plot = self.frame.plot;
        let size = self.profile.type_size.base;
        if self.panel.x.labelled && !self.panel.x.title.is_empty() {
            let below = self.frame.tick_room
                + font::descent(self.profile.type_size.small)
                + Spacing::TITLE_BELOW
                + font::ascent(size);
            let at = Point::new((plot.left + plot.right) / 2.0, plot.bottom + below);
            let title = &self.panel.x.title;
            self.text(Role::AxisTitle(Axis::X), title, at, Anchor::Middle, size);
        }
        if self.panel.y.labelled && !self.panel.y.title.is_empty() {
            let small = self.profile.type_size.small;
            let labels = self.panel.y.ticks.iter();
            let widest = labels.map(|tick| font::width(&tick.1, Cut::Regular, small));
            let x = plot.left
                - outside_tick(self.profile)
                - Spacing::BESIDE_TICK
                - widest.fold(0.0, f64::max)
                - Spacing::TITLE_BESIDE
                - font::descent(size);
            // Long titles take several lines, the last beside the labels.
            let lines = y_title_lines(&self.panel.y.title, self.profile);
            for (index, line) in lines.iter().rev().enumerate() {
                let half = font::width(line, Cut::Regular, size) / 2.0;
                let middle = (plot.top + plot.bottom) / 2.0;
                let at = Point::new(
                    x - index as f64 * font::line_height(size),
                    middle.max(self.frame.place.top + half),
                );
                let text = Text {
                    upwards: true,
                    ..Text::plain(line, at, Anchor::Middle, size, self.profile.colour.ink)
                };
                self.push(Role::AxisTitle(Axis::Y), Shape::Text(text));
            }
        }
    }

    /// Two short strokes through the axis, where it leaves out its zero.
    fn axis_break(&mut self) {
        let plot = self.frame.plot;
        let y = plot.bottom - 0.05 * plot.height().min(40.0) - 1.0;
        let gap = Rect::new(plot.left - 0.7, y - 0.5, 1.4, 1.0);
        self.scene.fill(self.panel.index, Role::Ground, gap, Colour::WHITE);
        for shift in [-0.5, 0.5] {
            let (from, to) = (
                Point::new(plot.left - 0.9, y + shift + 0.4),
                Point::new(plot.left + 0.9, y + shift - 0.4),
            );
            let stroke = self.axis_stroke();
            self.line(Role::AxisBreak(Axis::Y), from, to, stroke);
        }
    }
}

/// The names of the groups in rows, from the top of this place: the legend that panels share.
pub(crate) fn top_legend(panel: &Panel, profile: &Profile, scene: &mut Scene, place: Rect) {
    let panel = Panel { letter: None, title: None, ..panel.clone() };
    let frame = Frame::above(place);
    Pen { panel: &panel, frame: &frame, profile, scene }.naming();
}
