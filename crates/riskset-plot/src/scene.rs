//! A figure before it is drawn: every mark with its role, in millimetres and points.
//!
//! Tests and the checklist ask the scene, not the pixels. Backends draw it in the order of its
//! items and decide nothing. The scene knows nothing of files, captions, checks or SVG: those lie
//! above it.

use crate::colour::Colour;
use crate::facts::Facts;
use crate::font::{self, Cut};
use crate::geometry::{MM_PER_PT, Point, Rect};
use serde::{Deserialize, Serialize};

/// What is drawn, in millimetres, with the facts that the drawing rests on.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Millimetres from left to right.
    pub width: f64,
    /// Millimetres from top to bottom.
    pub height: f64,
    /// Everything drawn, back to front.
    pub items: Vec<Item>,
    /// The figure's name for a reader who cannot see it.
    pub title: String,
    /// A reading of the figure, made from its numbers.
    pub description: String,
    /// Facts that the checks need and the drawing does not show.
    pub facts: Facts,
}

/// One mark, with what it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The panel it belongs to, from 0.
    pub panel: usize,
    /// What it stands for.
    pub role: Role,
    /// What is drawn.
    pub shape: Shape,
}

/// What a mark stands for. Groups and rows count from 0; times and values are in axis units.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Role {
    /// The curve of a group (or of a cause).
    Curve(usize),
    /// The part of a group's curve where few remain.
    Tail(usize),
    /// The confidence band of a group.
    Band(usize),
    /// The confidence interval of a group at this time, as a bar.
    PointInterval(usize, f64),
    /// A censoring mark on the curve of a group, at this time.
    Censor(usize, f64),
    /// The curve of a group in an inset.
    Inset(usize),
    /// The label of a tick of an inset.
    InsetLabel,
    /// A point of the data.
    Dot(usize),
    /// The line of an axis.
    AxisLine(Axis),
    /// A tick at this value.
    Tick(Axis, f64),
    /// The label of the tick at this value.
    TickLabel(Axis, f64),
    /// The title of an axis.
    AxisTitle(Axis),
    /// A mark on an axis that does not start at its natural zero.
    AxisBreak(Axis),
    /// A line that marks a value: no effect, a threshold, a landmark.
    Reference(Axis, f64),
    /// The key of a group in the legend.
    LegendKey(usize),
    /// The name of a group in the legend.
    LegendLabel(usize),
    /// The name of a group beside its curve.
    DirectLabel(usize),
    /// From a name to the curve it stands beside.
    Leader(usize),
    /// The heading of the counts.
    CountHeader,
    /// The key of a group before its counts.
    RowKey(usize),
    /// The name of a group before its counts.
    RowLabel(usize),
    /// A count of a group at a time.
    Count {
        /// The group.
        group: usize,
        /// The time of the tick above, in axis units.
        time: f64,
        /// Who or what is counted.
        counted: Counted,
    },
    /// A line of text in the plot.
    Annotation,
    /// The letter of a panel.
    Letter,
    /// The title of a panel or of the figure.
    Title,
    /// A heading of a column or of a set of rows.
    Heading,
    /// A cell of a table: row and column.
    Cell(usize, usize),
    /// The estimate of a row.
    Estimate(usize),
    /// The interval of a row.
    Interval(usize),
    /// The arrow at the end of an interval that runs past the axis.
    IntervalArrow(usize),
    /// A box of a flow diagram.
    Node(usize),
    /// An arrow of a flow diagram.
    Arrow(usize),
    /// A bar of a subject.
    Bar(usize),
    /// Paper, shading and rules without meaning of their own.
    Ground,
}

/// Who or what is counted in a group just before a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counted {
    /// Patients at risk.
    AtRisk,
    /// Events so far.
    Events,
    /// Censored so far.
    Censored,
    /// Kish's effective number at risk of a weighted curve, which adds up to nothing.
    Effective,
}

/// An axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// From left to right.
    X,
    /// From bottom to top.
    Y,
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// An open line through at least two points.
    Line(Vec<Point>, Stroke),
    /// A filled area within a closed line.
    Area(Vec<Point>, Fill),
    /// A disc.
    Disc(Point, f64, Fill),
    /// A line of text.
    Text(Text),
}

/// How a line is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub colour: Colour,
    /// Its weight, in points.
    pub width: f64,
    /// Strokes and gaps in millimetres; none for a solid line.
    pub dashes: Vec<f64>,
}

/// How an area is filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fill {
    /// Its colour.
    pub colour: Colour,
    /// From 0 (not there) to 1.
    pub opacity: f64,
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// On the baseline, at the end that `anchor` names.
    pub at: Point,
    /// Which end of the text stands at the point.
    pub anchor: Anchor,
    /// The size of type, in points.
    pub size: f64,
    /// The text, in runs of one cut each.
    pub runs: Vec<Run>,
    /// Its colour.
    pub colour: Colour,
    /// Turned to read from bottom to top.
    pub upwards: bool,
}

/// A part of a text in one cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The letters.
    pub text: String,
    /// The cut.
    pub cut: Cut,
}

/// Which end of a text stands at its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its start.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

impl Scene {
    /// An empty scene of this size in millimetres.
    pub(crate) fn new(width: f64, height: f64) -> Scene {
        Scene {
            width,
            height,
            items: Vec::new(),
            title: String::new(),
            description: String::new(),
            facts: Facts::default(),
        }
    }

    /// The whole page.
    pub fn page(&self) -> Rect {
        Rect::new(0.0, 0.0, self.width, self.height)
    }

    /// The items whose role passes a test, in drawing order.
    pub fn find<'a>(
        &'a self,
        wanted: impl Fn(&Role) -> bool + 'a,
    ) -> impl Iterator<Item = &'a Item> {
        self.items.iter().filter(move |item| wanted(&item.role))
    }

    /// All texts with their roles, in drawing order.
    pub fn texts(&self) -> impl Iterator<Item = (&Role, &Text)> {
        self.items.iter().filter_map(|item| match &item.shape {
            Shape::Text(text) => Some((&item.role, text)),
            _ => None,
        })
    }

    pub(crate) fn push(&mut self, panel: usize, role: Role, shape: Shape) {
        self.items.push(Item { panel, role, shape });
    }

    /// A straight line.
    pub(crate) fn line(
        &mut self,
        panel: usize,
        role: Role,
        from: Point,
        to: Point,
        stroke: &Stroke,
    ) {
        self.push(panel, role, Shape::Line(vec![from, to], stroke.clone()));
    }

    /// A filled box.
    pub(crate) fn fill(&mut self, panel: usize, role: Role, place: Rect, colour: Colour) {
        let corners = vec![
            Point::new(place.left, place.top),
            Point::new(place.right, place.top),
            Point::new(place.right, place.bottom),
            Point::new(place.left, place.bottom),
        ];
        self.push(panel, role, Shape::Area(corners, Fill { colour, opacity: 1.0 }));
    }
}

impl Item {
    /// The box around the mark, lines with half their weight, text by the bundled font.
    pub fn bounds(&self) -> Rect {
        match &self.shape {
            Shape::Line(points, stroke) => around(points).grown(stroke.width * MM_PER_PT / 2.0),
            Shape::Area(points, _) => around(points),
            Shape::Disc(centre, radius, _) => around(&[*centre]).grown(*radius),
            Shape::Text(text) => text.bounds(),
        }
    }
}

impl Text {
    /// Upright text in one cut.
    pub(crate) fn plain(text: &str, at: Point, anchor: Anchor, size: f64, colour: Colour) -> Text {
        let runs = vec![Run { text: text.to_owned(), cut: Cut::Regular }];
        Text { at, anchor, size, runs, colour, upwards: false }
    }

    /// The same in bold.
    pub(crate) fn bold(mut self) -> Text {
        for run in &mut self.runs {
            run.cut = Cut::Bold;
        }
        self
    }

    /// The letters of all runs.
    pub fn letters(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }

    /// Where the first letter starts, on the baseline.
    pub(crate) fn start(&self) -> Point {
        let before = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => self.width() / 2.0,
            Anchor::End => self.width(),
        };
        self.along(self.at, -before)
    }

    /// A point this far along the baseline.
    pub(crate) fn along(&self, from: Point, by: f64) -> Point {
        if self.upwards { Point::new(from.x, from.y - by) } else { Point::new(from.x + by, from.y) }
    }

    /// From the first letter to the last, in millimetres.
    pub fn width(&self) -> f64 {
        self.runs.iter().map(|run| font::width(&run.text, run.cut, self.size)).sum()
    }

    /// The box around the letters.
    pub fn bounds(&self) -> Rect {
        let width = self.width();
        let before = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => width / 2.0,
            Anchor::End => width,
        };
        let (up, down) = (font::ascent(self.size), font::descent(self.size));
        let Point { x, y } = self.at;
        if self.upwards {
            Rect { left: x - up, right: x + down, bottom: y + before, top: y + before - width }
        } else {
            Rect { left: x - before, right: x - before + width, top: y - up, bottom: y + down }
        }
    }
}

fn around(points: &[Point]) -> Rect {
    let mut place = Rect { left: f64::MAX, top: f64::MAX, right: f64::MIN, bottom: f64::MIN };
    for point in points {
        place.left = place.left.min(point.x);
        place.right = place.right.max(point.x);
        place.top = place.top.min(point.y);
        place.bottom = place.bottom.max(point.y);
    }
    place
}
