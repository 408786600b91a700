//! The data of a panel: bands, bars, curves, marks, points and the inset.

use super::layout::outside_tick;
use super::pen::{Pen, solid};
use super::spec::{BARS_APART, Series};
use crate::colour::Colour;
use crate::font::{self, Cut};
use crate::geometry::Point;
use crate::scene::{Anchor, Fill, Role, Shape, Stroke};
use crate::spacing::Spacing;

/// How much of the paper shines through a curve where few remain.
const TAIL_LIGHTER: f64 = 0.5;
/// Half of the width of the ends of such an interval, in millimetres.
const BAR_CAP: f64 = 0.3;
/// Half of the height of a censoring mark, in millimetres.
const MARK: f64 = 0.75;

impl Pen<'_> {
    pub fn bands(&mut self) {
        for series in &self.panel.series {
            for band in &series.bands {
                let full = self.band_opacity(series.colour);
                let opacity = if band.tail { 0.5 * full } else { full };
                let fill = Fill { colour: series.colour, opacity };
                let (low, high) = (self.panel.y.from, self.panel.y.to);
                let inside = |&(x, y): &(f64, f64)| (x, y.clamp(low, high));
                let border: Vec<_> = band.border.iter().map(inside).collect();
                let border = self.points(&border);
                self.push(Role::Band(series.group), Shape::Area(border, fill));
            }
        }
    }

    /// Intervals at single times, those of the groups side by side around the tick.
    pub fn bars(&mut self) {
        let count = self.panel.series.len() as f64;
        let (low, high) = (self.panel.y.from, self.panel.y.to);
        for (index, series) in self.panel.series.iter().enumerate() {
            // An interval of a point stands on it.
            let aside = match series.dots.is_empty() {
                true => (index as f64 - (count - 1.0) / 2.0) * BARS_APART,
                false => 0.0,
            };
            let stroke = solid(series.colour, self.profile.line.reference.max(0.5));
            let inside = |bar: &&(f64, f64, f64)| bar.2 > low && bar.1 < high;
            for &(time, lower, upper) in series.bars.iter().filter(inside) {
                let role = Role::PointInterval(series.group, time);
                let at = |value: f64| {
                    let point = self.frame.at(self.panel, time, value.clamp(low, high));
                    Point::new((point.x + aside).min(self.frame.plot.right), point.y)
                };
                let (bottom, top) = (at(lower), at(upper));
                self.line(role.clone(), bottom, top, stroke.clone());
                for end in [bottom, top] {
                    let (left, right) = (end.x - BAR_CAP, end.x + BAR_CAP);
                    let (from, to) = (Point::new(left, end.y), Point::new(right, end.y));
                    self.line(role.clone(), from, to, stroke.clone());
                }
            }
        }
    }

    /// Bands that lie over each other add up, and dark ones weigh more: from three groups on, and
    /// for dark colours, they are thinner.
    fn band_opacity(&self, colour: Colour) -> f64 {
        let banded = self.panel.series.iter().filter(|series| !series.bands.is_empty()).count();
        let many = (2.5 / banded.max(1) as f64).min(1.0);
        let dark = if colour.luminance() < 0.05 { 0.7 } else { 1.0 };
        let opacity = self.profile.colour.band_opacity * many * dark;
        (opacity * 1000.0).round() / 1000.0
    }

    pub fn curves(&mut self) {
        for series in &self.panel.series {
            for trace in &series.lines {
                let (role, colour) = if trace.tail {
                    (Role::Tail(series.group), series.colour.lighter(TAIL_LIGHTER))
                } else {
                    (Role::Curve(series.group), series.colour)
                };
                let width = self.profile.line.curve * if trace.tail { 0.75 } else { 1.0 };
                let stroke = Stroke { colour, width, dashes: series.dashes.clone() };
                for piece in within(&trace.points, self.panel.y.from, self.panel.y.to) {
                    let points = self.points(&piece);
                    self.push(role.clone(), Shape::Line(points, stroke.clone()));
                }
            }
        }
        for series in &self.panel.series {
            self.marks(series);
        }
    }

    fn marks(&mut self, series: &Series) {
        let mark = MARK * self.profile.line.mark / 0.7;
        let (low, high) = (self.panel.y.from, self.panel.y.to);
        for &(x, y) in series.marks.iter().filter(|mark| (low..=high).contains(&mark.1)) {
            let at = self.frame.at(self.panel, x, y);
            let stroke = solid(series.colour, self.profile.line.mark);
            let (from, to) = (Point::new(at.x, at.y - mark), Point::new(at.x, at.y + mark));
            self.line(Role::Censor(series.group, x), from, to, stroke);
        }
    }

    /// The same curves once more on the scale of the inset, over the whole time axis.
    pub fn inset(&mut self) {
        let (Some(axis), Some(plot)) = (&self.panel.inset, self.frame.inset) else { return };
        let stroke = self.axis_stroke();
        let origin = Point::new(plot.left, plot.bottom);
        let right = Point::new(plot.right, plot.bottom);
        self.line(Role::Ground, origin, right, stroke.clone());
        self.line(Role::Ground, origin, Point::new(plot.left, plot.top), stroke.clone());
        let size = self.profile.type_size.small;
        for (value, label) in &axis.ticks {
            let y = plot.bottom - axis.share(*value) * plot.height();
            let (from, to) = (Point::new(plot.left, y), Point::new(plot.left - self.tick(), y));
            self.line(Role::Ground, from, to, stroke.clone());
            let left = plot.left - outside_tick(self.profile) - Spacing::BESIDE_TICK;
            let at = Point::new(left, y + font::cap_height(size) / 2.0);
            self.text(Role::InsetLabel, label, at, Anchor::End, size);
        }
        let below = plot.bottom + outside_tick(self.profile) + Spacing::BELOW_TICK;
        let mut free = f64::NEG_INFINITY;
        for (value, label) in &self.panel.x.ticks {
            let x = plot.left + self.panel.x.share(*value) * plot.width();
            let (from, to) = (Point::new(x, plot.bottom), Point::new(x, plot.bottom + self.tick()));
            self.line(Role::Ground, from, to, stroke.clone());
            // Labels that would touch the one before them are left out.
            let half = font::width(label, Cut::Regular, size) / 2.0;
            if x - half >= free {
                let at = Point::new(x, below + font::cap_height(size));
                self.text(Role::InsetLabel, label, at, Anchor::Middle, size);
                free = x + half + font::width("0", Cut::Regular, size);
            }
        }
        for series in &self.panel.series {
            for trace in &series.lines {
                for piece in within(&trace.points, axis.from, axis.to) {
                    let at = |&(x, y): &(f64, f64)| {
                        Point::new(
                            plot.left + self.panel.x.share(x) * plot.width(),
                            plot.bottom - axis.share(y) * plot.height(),
                        )
                    };
                    let tail = if trace.tail { TAIL_LIGHTER } else { 0.0 };
                    let stroke = Stroke {
                        colour: series.colour.lighter(tail),
                        width: 0.85 * self.profile.line.curve,
                        dashes: series.dashes.clone(),
                    };
                    let points = piece.iter().map(at).collect();
                    self.push(Role::Inset(series.group), Shape::Line(points, stroke));
                }
            }
        }
    }

    pub fn dots(&mut self) {
        for series in &self.panel.series {
            for &(x, y) in &series.dots {
                let fill = Fill { colour: series.colour, opacity: 0.55 };
                let at = self.frame.at(self.panel, x, y);
                self.push(Role::Dot(series.group), Shape::Disc(at, 0.5, fill));
            }
        }
    }
}

/// The pieces of a line whose values lie between two limits; a piece has at least two points.
fn within(points: &[(f64, f64)], low: f64, high: f64) -> Vec<Vec<(f64, f64)>> {
    let mut pieces: Vec<Vec<(f64, f64)>> = Vec::new();
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        if y0.max(y1) < low || y0.min(y1) > high {
            continue;
        }
        let at = |y: f64| {
            let y = y.clamp(low, high);
            let share = if y1 == y0 { 0.0 } else { (y - y0) / (y1 - y0) };
            (x0 + share * (x1 - x0), y)
        };
        let (from, to) = if y1 == y0 { ((x0, y0), (x1, y1)) } else { (at(y0), at(y1)) };
        match pieces.last_mut() {
            Some(piece) if piece.last() == Some(&from) => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
    }
    pieces
}
