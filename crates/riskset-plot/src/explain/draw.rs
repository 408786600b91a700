//! Where everything stands: words on top, patients below them, the curve at the bottom.

use super::*;

/// Lines of arithmetic that a frame has room for, each wrapped to as many as it needs.
const MOST_LINES: usize = 4;

pub(super) fn scene(
    figure: &ExplainFigure,
    profile: &Profile,
    width: f64,
    axis: AxisSpec,
) -> Scene {
    let small = profile.type_size.small;
    let labels = figure.patients.iter().map(|p| font::width(&p.label, Cut::Regular, small));
    let values = font::line_height(small) + font::width("0.0", Cut::Regular, small) + 3.5;
    let gutter = labels.fold(values, f64::max).min(0.35 * width);
    let (left, right) = (EDGE + gutter + 1.5, width - EDGE - 3.0);
    let nowhere = Rect { left, right, top: 0.0, bottom: 0.0 };
    let mut pen = Pen {
        figure,
        profile,
        scene: Scene::new(width, 0.0),
        axis,
        patients: nowhere,
        curve: nowhere,
        step: STEP.max(font::line_height(small)),
    };
    let top = EDGE + pen.words() + pen.legend_height();
    pen.patients = Rect { top, bottom: top + pen.step * figure.patients.len() as f64, ..nowhere };
    let top = pen.patients.bottom + BETWEEN;
    pen.curve = Rect { top, bottom: top + CURVE, ..nowhere };
    pen.legend();
    pen.now();
    (0..figure.patients.len()).for_each(|row| pen.patient(row));
    pen.curves();
    pen.axes();
    pen.scene
}

struct Pen<'a> {
    figure: &'a ExplainFigure,
    profile: &'a Profile,
    scene: Scene,
    axis: AxisSpec,
    patients: Rect,
    curve: Rect,
    /// From bar to bar.
    step: f64,
}

impl Pen<'_> {
    fn text(&mut self, role: Role, text: &str, at: Point, anchor: Anchor, size: f64) {
        let text = Text::plain(text, at, anchor, size, self.profile.colour.ink);
        self.scene.push(0, role, Shape::Text(text));
    }

    fn x(&self, value: f64) -> f64 {
        self.patients.left + self.axis.share(value) * self.patients.width()
    }

    fn y(&self, value: f64) -> f64 {
        self.curve.bottom - value * (self.curve.height() - 1.0)
    }

    /// What is computed, above everything else; returns the height that the longest step needs.
    fn words(&mut self) -> f64 {
        let size = self.profile.type_size.base;
        let (limit, line) = (self.scene.width - 2.0 * EDGE, font::line_height(size));
        let wrap = |(index, text): (usize, &String)| {
            let cut = if index == 0 { Cut::Bold } else { Cut::Regular };
            let lines = font::wrap(text, cut, size, limit, MOST_LINES);
            lines.into_iter().map(move |line| (cut, line)).collect::<Vec<_>>()
        };
        let wrapped = |step: &Vec<String>| -> Vec<(Cut, String)> {
            step.iter().enumerate().flat_map(wrap).collect()
        };
        for (index, (cut, text)) in wrapped(&self.figure.steps[self.figure.step]).iter().enumerate()
        {
            let at = Point::new(EDGE, EDGE + index as f64 * line + font::ascent(size));
            let text = Text::plain(text, at, Anchor::Start, size, self.profile.colour.ink);
            let text = if *cut == Cut::Bold { text.bold() } else { text };
            self.scene.push(0, Role::Annotation, Shape::Text(text));
        }
        let most = self.figure.steps.iter().map(|step| wrapped(step).len()).max().unwrap_or(0);
        most as f64 * line + 1.2
    }

    fn entries(&self) -> Vec<Option<usize>> {
        let groups = self.figure.groups.len();
        let named = (groups > 1).then_some(0..groups).into_iter().flatten().map(Some);
        named.chain([None]).collect()
    }

    fn entry(&self, group: Option<usize>) -> &str {
        group.map_or("not at risk", |group| self.figure.groups[group].as_str())
    }

    fn places(&self) -> Vec<(Option<usize>, f64, usize)> {
        let size = self.profile.type_size.small;
        let (mut left, mut row) = (EDGE, 0);
        let mut places = Vec::new();
        for group in self.entries() {
            let width = 4.2 + font::width(self.entry(group), Cut::Regular, size) + 3.0;
            if left > EDGE && left + width > self.scene.width - EDGE {
                (left, row) = (EDGE, row + 1);
            }
            places.push((group, left, row));
            left += width;
        }
        places
    }

    fn legend_height(&self) -> f64 {
        let rows = self.places().last().map_or(0, |place| place.2 + 1);
        rows as f64 * (font::line_height(self.profile.type_size.small) + 0.3) + 1.0
    }

    /// The colours of the groups, and the pale one of whoever is not at risk.
    fn legend(&mut self) {
        let size = self.profile.type_size.small;
        let line = font::line_height(size) + 0.3;
        let top = self.patients.top - self.legend_height();
        for (index, (group, left, row)) in self.places().into_iter().enumerate() {
            let middle = top + (row as f64 + 0.5) * line;
            let key = Rect::new(left, middle - BAR / 2.0, 3.2, BAR);
            let colour = group.map_or(self.pale(), |group| self.profile.colour(group));
            self.scene.fill(0, Role::LegendKey(index), key, colour);
            let at = Point::new(left + 4.2, middle + font::cap_height(size) / 2.0);
            let name = self.entry(group).to_owned();
            self.text(Role::LegendLabel(index), &name, at, Anchor::Start, size);
        }
    }

    fn pale(&self) -> Colour {
        self.profile.colour.quiet.lighter(0.65)
    }

    /// The line of the time, through the patients and the curve.
    fn now(&mut self) {
        let time = self.figure.time;
        let x = self.x(time);
        let colour = self.profile.colour.quiet;
        let stroke = Stroke { colour, width: self.profile.line.axis, dashes: vec![1.0, 0.8] };
        let from = Point::new(x, self.patients.top - 0.4);
        let to = Point::new(x, self.curve.bottom);
        self.scene.line(0, Role::Reference(Axis::X, time), from, to, &stroke);
    }

    fn patient(&mut self, row: usize) {
        let patient = self.figure.patients[row].clone();
        let y = self.patients.top + (row as f64 + 0.5) * self.step;
        let size = self.profile.type_size.small;
        let limit = self.patients.left - 1.5 - EDGE;
        let label = font::wrap(&patient.label, Cut::Regular, size, limit + 0.01, 1);
        let at = Point::new(self.patients.left - 1.5, y + font::cap_height(size) / 2.0);
        self.text(
            Role::RowLabel(row),
            label.first().map_or("", String::as_str),
            at,
            Anchor::End,
            size,
        );
        let at_risk = patient.is_at_risk(self.figure.time);
        let colour = if at_risk { self.profile.colour(patient.group) } else { self.pale() };
        let (left, right) = (self.x(patient.from), self.x(patient.to));
        let bar = Rect { left, right, top: y - BAR / 2.0, bottom: y + BAR / 2.0 };
        self.scene.fill(0, Role::Bar(row), bar, colour);
        self.end(row, &patient, Point::new(right, y));
    }

    /// A disc for an event, a square for a competing one, an upright stroke for a censoring; larger at
    /// the time of the step.
    fn end(&mut self, row: usize, patient: &ExplainPatient, at: Point) {
        let ink = self.profile.colour.ink;
        let now = patient.to == self.figure.time;
        if patient.event {
            let radius = if now { 1.35 } else { 0.9 };
            let fill = Fill { colour: ink, opacity: 1.0 };
            self.scene.push(0, Role::Dot(row), Shape::Disc(at, radius, fill));
        } else if patient.competing {
            let half = if now { 1.2 } else { 0.8 };
            let square = Rect {
                left: at.x - half,
                right: at.x + half,
                top: at.y - half,
                bottom: at.y + half,
            };
            self.scene.fill(0, Role::Dot(row), square, ink);
        } else {
            let half = if now { 1.6 } else { 1.2 };
            let width = 2.0 * self.profile.line.axis;
            let stroke = Stroke { colour: ink, width, dashes: Vec::new() };
            let (up, down) = (Point::new(at.x, at.y - half), Point::new(at.x, at.y + half));
            self.scene.line(0, Role::Censor(row, patient.to), up, down, &stroke);
        }
    }

    fn curves(&mut self) {
        for (group, curve) in self.figure.curves.iter().enumerate() {
            let mut corners: Vec<Point> = Vec::new();
            let mut place = |time: f64, value: f64| {
                corners.push(Point::new(self.x(time), self.y(value)));
            };
            let mut before: Option<f64> = None;
            for &(time, value) in curve {
                if let Some(before) = before {
                    place(time, before);
                }
                place(time, value);
                before = Some(value);
            }
            if corners.len() > 1 {
                let stroke = Stroke {
                    colour: self.profile.colour(group),
                    width: self.profile.line.curve,
                    dashes: self.profile.dashes(group).to_vec(),
                };
                self.scene.push(0, Role::Curve(group), Shape::Line(corners, stroke));
            }
        }
    }

    fn axes(&mut self) {
        let ink = self.profile.colour.ink;
        let stroke = Stroke { colour: ink, width: self.profile.line.axis, dashes: Vec::new() };
        let (small, base) = (self.profile.type_size.small, self.profile.type_size.base);
        let tick = self.profile.line.tick_length;
        let Rect { left, right, top, bottom } = self.curve;
        let corner = Point::new(left, bottom);
        self.scene.line(0, Role::AxisLine(Axis::X), corner, Point::new(right, bottom), &stroke);
        self.scene.line(0, Role::AxisLine(Axis::Y), corner, Point::new(left, top), &stroke);
        let labels = bottom + tick + Spacing::BELOW_TICK + font::cap_height(small);
        for (value, label) in self.axis.ticks.clone() {
            let x = self.x(value);
            let (from, to) = (Point::new(x, bottom), Point::new(x, bottom + tick));
            self.scene.line(0, Role::Tick(Axis::X, value), from, to, &stroke);
            let role = Role::TickLabel(Axis::X, value);
            self.text(role, &label, Point::new(x, labels), Anchor::Middle, small);
        }
        for (value, label) in axis::labelled(self.profile, &[0.0, 0.5, 1.0]) {
            let y = self.y(value);
            let (from, to) = (Point::new(left - tick, y), Point::new(left, y));
            self.scene.line(0, Role::Tick(Axis::Y, value), from, to, &stroke);
            let at =
                Point::new(left - tick - Spacing::BESIDE_TICK, y + font::cap_height(small) / 2.0);
            self.text(Role::TickLabel(Axis::Y, value), &label, at, Anchor::End, small);
        }
        let at = Point::new(
            (left + right) / 2.0,
            labels + font::descent(small) + Spacing::TITLE_BELOW + font::ascent(base),
        );
        let title = self.axis.title.clone();
        self.text(Role::AxisTitle(Axis::X), &title, at, Anchor::Middle, base);
        let y_title = Text {
            upwards: true,
            ..Text::plain(
                &self.figure.y_title,
                Point::new(EDGE + font::ascent(small), (top + bottom) / 2.0),
                Anchor::Middle,
                small,
                ink,
            )
        };
        self.scene.push(0, Role::AxisTitle(Axis::Y), Shape::Text(y_title));
        self.scene.height = at.y + font::descent(base) + EDGE;
    }
}
