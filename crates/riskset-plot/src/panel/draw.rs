//! A panel with its places known, put into the scene back to front.

use super::block::{Block, Row};
use super::counts::key_width;
use super::frame::{Frame, Naming};
use super::key;
use super::layout::{Margins, frame, outside_tick, y_title_lines};
use super::spec::{BARS_APART, Panel, Series};
use crate::colour::Colour;
use crate::error::Error;
use crate::font::{self, Cut};
use crate::geometry::{Point, Rect};
use crate::profile::{Profile, Ticks};
use crate::scene::{Anchor, Axis, Fill, Role, Scene, Shape, Stroke, Text};
use crate::spacing::Spacing;

/// How much of the paper shines through a curve where few remain.
const TAIL_LIGHTER: f64 = 0.5;
/// Half of the width of the ends of such an interval, in millimetres.
const BAR_CAP: f64 = 0.3;
/// Half of the height of a censoring mark, in millimetres.
const MARK: f64 = 0.75;

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

struct Pen<'a> {
    panel: &'a Panel,
    frame: &'a Frame,
    profile: &'a Profile,
    scene: &'a mut Scene,
}

impl Pen<'_> {
    fn push(&mut self, role: Role, shape: Shape) {
        self.scene.push(self.panel.index, role, shape);
    }

    fn line(&mut self, role: Role, from: Point, to: Point, stroke: Stroke) {
        self.scene.line(self.panel.index, role, from, to, &stroke);
    }

    fn text(&mut self, role: Role, text: &str, at: Point, anchor: Anchor, size: f64) {
        let text = Text::plain(text, at, anchor, size, self.profile.colour.ink);
        self.push(role, Shape::Text(text));
    }

    fn axis_stroke(&self) -> Stroke {
        solid(self.profile.colour.ink, self.profile.line.axis)
    }

    fn points(&self, points: &[(f64, f64)]) -> Vec<Point> {
        points.iter().map(|&(x, y)| self.frame.at(self.panel, x, y)).collect()
    }

    fn bands(&mut self) {
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
    fn bars(&mut self) {
        let count = self.panel.series.len() as f64;
        let (low, high) = (self.panel.y.from, self.panel.y.to);
        for (index, series) in self.panel.series.iter().enumerate() {
            let aside = (index as f64 - (count - 1.0) / 2.0) * BARS_APART;
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

    /// The signed length of a tick: positive out of the plot.
    fn tick(&self) -> f64 {
        let length = self.profile.line.tick_length;
        if self.profile.line.ticks == Ticks::Out { length } else { -length }
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

    fn curves(&mut self) {
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
    fn inset(&mut self) {
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
        for (value, _) in &self.panel.x.ticks {
            let x = plot.left + self.panel.x.share(*value) * plot.width();
            let (from, to) = (Point::new(x, plot.bottom), Point::new(x, plot.bottom + self.tick()));
            self.line(Role::Ground, from, to, stroke.clone());
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

    fn dots(&mut self) {
        for series in &self.panel.series {
            for &(x, y) in &series.dots {
                let fill = Fill { colour: series.colour, opacity: 0.55 };
                let at = self.frame.at(self.panel, x, y);
                self.push(Role::Dot(series.group), Shape::Disc(at, 0.5, fill));
            }
        }
    }

    fn heading(&mut self) {
        let size = self.profile.type_size.letter;
        let baseline = self.frame.strip + font::ascent(size);
        let mut left = self.frame.place.left;
        if let Some(letter) = &self.panel.letter {
            let at = Point::new(left, baseline);
            let text = Text::plain(letter, at, Anchor::Start, size, self.profile.colour.ink).bold();
            left += text.width() + Spacing::AFTER_LETTER;
            self.push(Role::Letter, Shape::Text(text));
        }
        if let Some(title) = &self.panel.title {
            let base = self.profile.type_size.base;
            let limit = self.frame.place.right - left;
            let line = font::wrap(title, Cut::Bold, base, limit, 1).remove(0);
            let at = Point::new(left, baseline);
            let text = Text::plain(&line, at, Anchor::Start, base, self.profile.colour.ink).bold();
            self.push(Role::Title, Shape::Text(text));
        }
    }

    /// The top of what stands above the plot, below letter and title.
    fn below_heading(&self) -> f64 {
        let heading = self.panel.letter.is_some() || self.panel.title.is_some();
        let height = font::line_height(self.profile.type_size.letter) + Spacing::BELOW_HEADING;
        self.frame.strip + if heading { height } else { 0.0 }
    }

    fn naming(&mut self) {
        match &self.frame.naming {
            Naming::None => {}
            Naming::Direct(labels) => {
                for (group, lines, y) in labels {
                    self.direct(*group, lines, *y);
                }
            }
            Naming::Inside(place) => {
                let line = font::line_height(self.profile.type_size.base);
                for (row, series) in self.panel.series.iter().enumerate() {
                    let top = place.top + row as f64 * line;
                    let lines = std::slice::from_ref(&series.name);
                    self.legend_entry(series, lines, place.left, top);
                }
            }
            Naming::Top => {
                let width = self.frame.place.width();
                let line = font::line_height(self.profile.type_size.base);
                let mut top = self.below_heading();
                for row in key::top_rows(self.panel, self.profile, width) {
                    let mut left = self.frame.place.left;
                    let lines = row.iter().map(|(_, lines)| lines.len()).max().unwrap_or(1);
                    for (index, lines) in row {
                        let series = &self.panel.series[index];
                        left =
                            self.legend_entry(series, &lines, left, top) + Spacing::LEGEND_ENTRIES;
                    }
                    top += lines as f64 * line;
                }
            }
        }
    }

    /// A key and a name; returns where the name ends.
    fn legend_entry(&mut self, series: &Series, lines: &[String], left: f64, top: f64) -> f64 {
        let size = self.profile.type_size.base;
        let key = font::legend_key(self.profile.type_size.base);
        let baseline = top + font::ascent(size) + 0.1;
        self.key(Role::LegendKey(series.group), series, left, key, baseline, size);
        let mut end = left;
        for (index, text) in lines.iter().enumerate() {
            let below = index as f64 * font::line_height(size);
            let at = Point::new(left + key + Spacing::AFTER_KEY, baseline + below);
            self.text(Role::LegendLabel(series.group), text, at, Anchor::Start, size);
            end = end.max(at.x + font::width(text, Cut::Regular, size));
        }
        end
    }

    /// A short piece of a group's curve, at the height of small letters.
    fn key(
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

    fn direct(&mut self, group: usize, lines: &[String], middle: f64) {
        let Some(series) = self.panel.series_of(group) else { return };
        let size = self.profile.type_size.base;
        let line = font::line_height(size);
        let left = self.frame.plot.right + Spacing::DIRECT;
        if let Some((x, y)) = series.end() {
            let end = self.frame.at(self.panel, x, y);
            if left - end.x > 4.0 || (end.y - middle).abs() > 0.5 * line {
                let stroke = Stroke {
                    colour: series.colour,
                    width: self.profile.line.reference,
                    dashes: vec![0.3, 0.6],
                };
                let from = Point::new(end.x + 0.5, end.y);
                self.line(Role::Leader(group), from, Point::new(left - 0.4, middle), stroke);
            }
        }
        let top = middle - lines.len() as f64 * line / 2.0;
        for (row, text) in lines.iter().enumerate() {
            let centre = top + (row as f64 + 0.5) * line;
            let at = Point::new(left, centre + font::cap_height(size) / 2.0);
            let text = Text::plain(text, at, Anchor::Start, size, series.colour);
            self.push(Role::DirectLabel(group), Shape::Text(text));
        }
    }

    fn notes(&mut self) {
        let above = font::cap_height(self.profile.type_size.small) / 2.0 + Spacing::ABOVE;
        let mut bottom = self.frame.plot.top - above;
        for (forms, note) in self.panel.notes.iter().zip(&self.frame.notes) {
            let block = &forms[note.form];
            match note.place {
                Some(place) => self.block(block, place.left, place.top),
                None => {
                    let (width, height) = block.size(self.profile);
                    bottom -= Spacing::ABOVE + height;
                    let left = self.frame.plot.left.min(self.frame.place.right - width);
                    self.block(block, left.max(self.frame.place.left), bottom);
                }
            }
        }
    }

    fn block(&mut self, block: &Block, left: f64, top: f64) {
        let size = self.profile.type_size.small;
        let key = block.key(self.profile) - Spacing::AFTER_KEY;
        let places = block.places(self.profile);
        for (index, row) in block.rows.iter().enumerate() {
            let baseline = top + index as f64 * font::line_height(size) + font::ascent(size) + 0.1;
            let keyed = row.group.filter(|_| !row.continued);
            if let Some(series) = keyed.and_then(|group| self.panel.series_of(group)) {
                self.key(Role::LegendKey(series.group), series, left, key, baseline, size);
            }
            if row.spans() {
                self.cell(row, 0, Point::new(left, baseline), Anchor::Start);
                continue;
            }
            for (column, &place) in places.iter().enumerate().take(row.cells.len()) {
                let anchor = if column == 0 { Anchor::Start } else { Anchor::End };
                self.cell(row, column, Point::new(left + place, baseline), anchor);
            }
        }
    }

    fn cell(&mut self, row: &Row, column: usize, at: Point, anchor: Anchor) {
        let runs = row.cells[column].clone();
        if runs.iter().all(|run| run.text.is_empty()) {
            return;
        }
        let colours = &self.profile.colour;
        let colour = if row.heading { colours.quiet } else { colours.ink };
        let size = self.profile.type_size.small;
        let role = match row.group {
            Some(group) if column == 0 => Role::LegendLabel(group),
            _ => Role::Annotation,
        };
        self.push(role, Shape::Text(Text { at, anchor, size, runs, colour, upwards: false }));
    }

    fn counts(&mut self) {
        let (Some(counts), Some(layout)) = (&self.panel.counts, &self.frame.counts) else { return };
        let size = self.profile.type_size.small;
        let line = font::line_height(size);
        let mut top = self.frame.place.bottom - layout.height();
        let left = self.frame.place.left;
        let header =
            font::wrap(&counts.header, Cut::Regular, size, self.frame.place.right - left, 1);
        let at = Point::new(left, top + font::ascent(size));
        self.text(Role::CountHeader, &header[0], at, Anchor::Start, size);
        top += layout.header;
        for ((row, lines), height) in counts.rows.iter().zip(&layout.labels).zip(&layout.heights) {
            let series = self.panel.series_of(row.group);
            let mut baseline = top + font::ascent(size);
            let before = if row.keyed { key_width(self.profile) } else { 0.0 };
            if let (true, Some(series)) = (row.keyed, series) {
                let key = before - 1.0;
                self.key(Role::RowKey(row.group), series, left, key, baseline, size);
            }
            for (index, text) in lines.iter().enumerate() {
                let at = Point::new(left + before, baseline + index as f64 * line);
                let ink = match series {
                    Some(series) if row.keyed => series.colour,
                    _ => self.profile.colour.ink,
                };
                let text = Text::plain(text, at, Anchor::Start, size, ink);
                self.push(Role::RowLabel(row.group), Shape::Text(text));
            }
            if layout.stacked {
                baseline += lines.len() as f64 * line;
            }
            for (&time, cell) in counts.times.iter().zip(&row.cells) {
                let at = Point::new(self.frame.x(self.panel, time), baseline);
                let role = Role::Count { group: row.group, time, counted: row.counted };
                self.text(role, cell, at, Anchor::Middle, size);
            }
            top += height;
        }
    }
}

/// The names of the groups in rows, from the top of this place: the legend that panels share.
pub(crate) fn top_legend(panel: &Panel, profile: &Profile, scene: &mut Scene, place: Rect) {
    let panel = Panel { letter: None, title: None, ..panel.clone() };
    let frame = Frame::above(place);
    Pen { panel: &panel, frame: &frame, profile, scene }.naming();
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

fn solid(colour: Colour, width: f64) -> Stroke {
    Stroke { colour, width, dashes: Vec::new() }
}
