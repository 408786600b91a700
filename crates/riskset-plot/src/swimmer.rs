//! One bar per patient: how long each was followed, in which state, and what happened when.

use crate::axis::{self, AxisSpec};
use crate::bounds::{check_label, check_size};
use crate::colour::Colour;
use crate::data::{DataTable, Datum};
use crate::error::Error;
use crate::facts::Facts;
use crate::figure::Figure;
use crate::font::{self, Cut};
use crate::geometry::{Point, Rect};
use crate::profile::Profile;
use crate::scene::{Anchor, Axis, Fill, Role, Scene, Shape, Stroke, Text};
use crate::spacing::Spacing;

const EDGE: f64 = Spacing::EDGE;
/// Ticks beyond this many are hard to read.
const MOST_TICKS: usize = 8;

/// A swimmer plot. The order of the subjects is kept, from top to bottom.
#[derive(Clone, Debug)]
pub struct SwimmerFigure {
    /// What is shown, in words, for a reader who cannot see it.
    pub name: String,
    /// The patients.
    pub subjects: Vec<Subject>,
    /// The names of the states, for the colours of the bars.
    pub states: Vec<String>,
    /// The names of the kinds of events, for the marks on the bars.
    pub events: Vec<String>,
    /// The title of the time axis.
    pub x_title: String,
    /// Width in millimetres; `None` takes one column of the profile.
    pub width: Option<f64>,
    /// Whether the numbers behind the figure travel inside the file.
    pub embed: bool,
}

/// One patient.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The label before the bar; may be empty.
    pub label: String,
    /// Pieces of the bar: from, to and the state (its place in `states`).
    pub pieces: Vec<(f64, f64, usize)>,
    /// What happened: time and kind (its place in `events`).
    pub events: Vec<(f64, usize)>,
    /// Whether the patient is still followed: an arrow at the end.
    pub ongoing: bool,
}

/// From bar to bar, in millimetres.
const STEP: f64 = 3.0;
/// The height of a bar.
const BAR: f64 = 1.8;
/// How far an arrow lies over its bar, in mm: areas that only touch show a seam of paper.
const OVERLAP: f64 = 0.09;

impl SwimmerFigure {
    /// Lays the figure out. Its height follows from the number of patients.
    ///
    /// # Errors
    ///
    /// [`Error::Nothing`] without patients, [`Error::Value`] for a time that is not finite or
    /// negative, or a state or an event without a name.
    pub fn draw(&self, profile: &Profile) -> Result<Figure, Error> {
        self.check()?;
        let width = self.width.unwrap_or(profile.page.single_column);
        let small = profile.type_size.small;
        let labels = self.subjects.iter().map(|s| font::width(&s.label, Cut::Regular, small));
        let gutter = labels.fold(0.0, f64::max).min(0.35 * width);
        let ends = self.subjects.iter().flat_map(|s| {
            s.pieces.iter().map(|piece| piece.1).chain(s.events.iter().map(|event| event.0))
        });
        let last = ends.fold(0.0, f64::max).max(f64::MIN_POSITIVE);
        let mut pen = Pen {
            figure: self,
            profile,
            scene: Scene::new(width, 0.0),
            axis: self.axis(profile, last),
            plot: Rect {
                left: EDGE + gutter + 1.5,
                right: width - EDGE - 3.0,
                top: 0.0,
                bottom: 0.0,
            },
        };
        pen.plot.top = EDGE + pen.legend() + 0.8;
        pen.plot.bottom = pen.plot.top + STEP * self.subjects.len() as f64 + 0.6;
        (0..self.subjects.len()).for_each(|row| pen.subject(row));
        pen.axis();
        let mut scene = pen.scene;
        scene.title.clone_from(&self.name);
        scene.description = self.reading(last);
        scene.facts = Facts {
            kind: "swimmer".to_owned(),
            profile: profile.name.clone(),
            smallest_type: profile.type_size.smallest,
            ..Facts::default()
        };
        Ok(Figure::new(scene, self.embed.then(|| self.tables())))
    }

    /// The time axis, its ticks those that a clinician expects for the unit that its title names.
    fn axis(&self, profile: &Profile, last: f64) -> AxisSpec {
        // "Months since inclusion", or "Time, months".
        let unit = self.x_title.rsplit(", ").next().unwrap_or(&self.x_title);
        let step = axis::time_step(unit, last, MOST_TICKS);
        let to = (last / step - 1e-9).ceil() * step;
        let ticks = axis::labelled(profile, &axis::multiples(0.0, to, step));
        let title = self.x_title.clone();
        AxisSpec { title, from: 0.0, to, log: false, ticks, broken: false, labelled: true }
    }

    fn check(&self) -> Result<(), Error> {
        check_size(self.width, None)?;
        let names = self.states.iter().chain(&self.events);
        let names = names.chain(self.subjects.iter().map(|subject| &subject.label));
        names.into_iter().try_for_each(|name| check_label(name))?;
        if self.subjects.is_empty() {
            return Err(Error::Nothing { what: "patients" });
        }
        for subject in &self.subjects {
            let place = |what: &str| format!("patient `{}`: {what}", subject.label);
            let ends = subject.pieces.iter().flat_map(|piece| [piece.0, piece.1]);
            for value in ends.chain(subject.events.iter().map(|event| event.0)) {
                if !(value.is_finite() && value >= 0.0) {
                    let must = "finite and 0 or more";
                    return Err(Error::Value { place: place("a time"), value, must });
                }
            }
            let state = subject.pieces.iter().find(|piece| piece.2 >= self.states.len());
            let event = subject.events.iter().find(|event| event.1 >= self.events.len());
            if let Some(place_in) = state.map(|p| p.2).or(event.map(|e| e.1)) {
                return Err(Error::Value {
                    place: place("a state or an event"),
                    value: place_in as f64,
                    must: "the place of a name in the list",
                });
            }
        }
        Ok(())
    }

    fn reading(&self, last: f64) -> String {
        let mut text = format!("{} patients, followed up to {last:.1}.", self.subjects.len());
        for (kind, name) in self.events.iter().enumerate() {
            let count =
                self.subjects.iter().flat_map(|s| &s.events).filter(|e| e.1 == kind).count();
            text.push_str(&format!(" {name}: {count}."));
        }
        text
    }

    fn tables(&self) -> Vec<DataTable> {
        let mut pieces = DataTable::new("pieces", &["patient", "from", "to", "state"]);
        let mut events = DataTable::new("events", &["patient", "time", "event"]);
        for subject in &self.subjects {
            let name = || Some(Datum::Text(subject.label.clone()));
            for &(from, to, state) in &subject.pieces {
                let state = Some(self.states[state].as_str().into());
                pieces.row([name(), Some(from.into()), Some(to.into()), state]);
            }
            for &(time, kind) in &subject.events {
                let event = Some(self.events[kind].as_str().into());
                events.row([name(), Some(time.into()), event]);
            }
        }
        vec![pieces, events]
    }
}

struct Pen<'a> {
    figure: &'a SwimmerFigure,
    profile: &'a Profile,
    scene: Scene,
    axis: AxisSpec,
    plot: Rect,
}

impl Pen<'_> {
    fn text(&mut self, role: Role, text: &str, at: Point, anchor: Anchor, size: f64) {
        let text = Text::plain(text, at, anchor, size, self.profile.colour.ink);
        self.scene.push(0, role, Shape::Text(text));
    }

    fn x(&self, value: f64) -> f64 {
        self.plot.left + self.axis.share(value) * self.plot.width()
    }

    fn state_colour(&self, state: usize) -> Colour {
        self.profile.colour(state).lighter(0.35)
    }

    /// Names of states and events in rows above the bars; returns their height.
    fn legend(&mut self) -> f64 {
        let size = self.profile.type_size.small;
        let line = font::line_height(size) + 0.4;
        let states = self.figure.states.len();
        let names: Vec<String> =
            self.figure.states.iter().chain(&self.figure.events).cloned().collect();
        let (mut left, mut top) = (EDGE, EDGE);
        for (index, name) in names.iter().enumerate() {
            let width = 4.0 + font::width(name, Cut::Regular, size) + 3.0;
            if left > EDGE && left + width > self.scene.width - EDGE {
                left = EDGE;
                top += line;
            }
            let middle = top + line / 2.0;
            if index < states {
                let place = Rect::new(left, middle - BAR / 2.0, 3.2, BAR);
                let colour = self.state_colour(index);
                self.scene.fill(0, Role::LegendKey(index), place, colour);
            } else {
                self.mark(Role::LegendKey(index), index - states, Point::new(left + 1.6, middle));
            }
            let at = Point::new(left + 4.0, middle + font::cap_height(size) / 2.0);
            self.text(Role::LegendLabel(index), name, at, Anchor::Start, size);
            left += width;
        }
        if names.is_empty() { 0.0 } else { top - EDGE + line }
    }

    fn subject(&mut self, row: usize) {
        let subject = &self.figure.subjects[row];
        let y = self.plot.top + (row as f64 + 0.5) * STEP;
        let size = self.profile.type_size.small;
        let limit = self.plot.left - 1.5 - EDGE;
        if !subject.label.is_empty() {
            let label = font::wrap(&subject.label, Cut::Regular, size, limit + 0.01, 1).remove(0);
            let at = Point::new(self.plot.left - 1.5, y + font::cap_height(size) / 2.0);
            self.text(Role::RowLabel(row), &label, at, Anchor::End, size);
        }
        let mut end: f64 = 0.0;
        for &(from, to, state) in &subject.pieces {
            let place = Rect {
                left: self.x(from),
                right: self.x(to),
                top: y - BAR / 2.0,
                bottom: y + BAR / 2.0,
            };
            let colour = self.state_colour(state);
            self.scene.fill(0, Role::Bar(row), place, colour);
            end = end.max(to);
        }
        if subject.ongoing {
            let tip = self.x(end);
            // The bar itself ends in the arrow: follow-up goes on.
            let half = BAR / 2.0 + 0.35;
            let corners = vec![
                Point::new(tip + 1.8, y),
                Point::new(tip - OVERLAP, y - half),
                Point::new(tip - OVERLAP, y + half),
            ];
            let state = subject.pieces.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |p| p.2);
            let fill = Fill { colour: self.state_colour(state), opacity: 1.0 };
            self.scene.push(0, Role::Arrow(row), Shape::Area(corners, fill));
        }
        // Events at one time stand side by side, so that none hides another.
        for (index, &(time, kind)) in subject.events.iter().enumerate() {
            let before = subject.events[..index].iter().filter(|event| event.0 == time).count();
            let at = Point::new(self.x(time) + 1.7 * before as f64, y);
            self.mark(Role::Dot(kind), kind, at);
        }
    }

    /// A mark of its own form for each kind of event: four forms filled, then the same hollow.
    fn mark(&mut self, role: Role, kind: usize, at: Point) {
        self.form(role.clone(), kind, at, 0.8, self.profile.colour.ink);
        if kind % 8 >= 4 {
            self.form(role, kind, at, 0.45, Colour::WHITE);
        }
    }

    fn form(&mut self, role: Role, kind: usize, at: Point, half: f64, colour: Colour) {
        let fill = Fill { colour, opacity: 1.0 };
        let point = |x: f64, y: f64| Point::new(at.x + x * half, at.y + y * half);
        let corners = match kind % 4 {
            0 => {
                self.scene.push(0, role, Shape::Disc(at, half, fill));
                return;
            }
            1 => vec![point(0.0, -1.1), point(1.0, 0.8), point(-1.0, 0.8)],
            2 => vec![point(0.0, -1.2), point(1.0, 0.0), point(0.0, 1.2), point(-1.0, 0.0)],
            _ => vec![point(-0.9, -0.9), point(0.9, -0.9), point(0.9, 0.9), point(-0.9, 0.9)],
        };
        self.scene.push(0, role, Shape::Area(corners, fill));
    }

    fn axis(&mut self) {
        let ink = self.profile.colour.ink;
        let stroke = Stroke { colour: ink, width: self.profile.line.axis, dashes: Vec::new() };
        let bottom = self.plot.bottom;
        let (from, to) = (Point::new(self.plot.left, bottom), Point::new(self.plot.right, bottom));
        self.scene.line(0, Role::AxisLine(Axis::X), from, to, &stroke);
        let up = Point::new(self.plot.left, self.plot.top - 0.4);
        self.scene.line(0, Role::AxisLine(Axis::Y), from, up, &stroke);
        let (small, base) = (self.profile.type_size.small, self.profile.type_size.base);
        let tick = self.profile.line.tick_length;
        let labels = bottom + tick + 0.7 + font::cap_height(small);
        for (value, label) in self.axis.ticks.clone() {
            let x = self.x(value);
            let (from, to) = (Point::new(x, bottom), Point::new(x, bottom + tick));
            self.scene.line(0, Role::Tick(Axis::X, value), from, to, &stroke);
            let role = Role::TickLabel(Axis::X, value);
            self.text(role, &label, Point::new(x, labels), Anchor::Middle, small);
        }
        let at = Point::new(
            (self.plot.left + self.plot.right) / 2.0,
            labels + font::descent(small) + 0.7 + font::ascent(base),
        );
        let title = self.axis.title.clone();
        self.text(Role::AxisTitle(Axis::X), &title, at, Anchor::Middle, base);
        self.scene.height = at.y + font::descent(base) + EDGE;
    }
}
