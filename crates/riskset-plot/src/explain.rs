//! One step of a survival analysis as a picture: who is at risk at a time, what is computed there,
//! and the curve so far. A sequence of them is a talk.

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

mod draw;

const EDGE: f64 = Spacing::EDGE;
/// Ticks beyond this many are hard to read.
const MOST_TICKS: usize = 8;
/// From bar to bar, in millimetres; more where the type is larger.
const STEP: f64 = 3.6;
/// The height of a bar.
const BAR: f64 = 1.6;
/// The height of the plot of the curve.
const CURVE: f64 = 30.0;
/// Between the patients and the curve.
const BETWEEN: f64 = 3.0;

/// A step of a survival analysis. The order of the patients is kept, from top to bottom.
#[derive(Clone, Debug)]
pub struct ExplainFigure {
    /// What is shown, in words, for a reader who cannot see it.
    pub name: String,
    /// The names of the groups; one alone is not named.
    pub groups: Vec<String>,
    /// The patients.
    pub patients: Vec<ExplainPatient>,
    /// The time of the step, on the axis.
    pub time: f64,
    /// What is computed at each step of the sequence: a heading, then a line each.
    pub steps: Vec<Vec<String>>,
    /// The step that is shown, its place in `steps`. All figures of a sequence have the same height.
    pub step: usize,
    /// The curve of each group up to the step: time and height from it on, starting at 0.
    pub curves: Vec<Vec<(f64, f64)>>,
    /// The title of the time axis.
    pub x_title: String,
    /// The title of the axis of the curves.
    pub y_title: String,
    /// Width in millimetres; `None` takes one column of the profile.
    pub width: Option<f64>,
    /// Whether the numbers behind the figure travel inside the file.
    pub embed: bool,
}

/// One patient.
#[derive(Clone, Debug, Default)]
pub struct ExplainPatient {
    /// The label before the bar.
    pub label: String,
    /// When observation begins.
    pub from: f64,
    /// When it ends.
    pub to: f64,
    /// Whether it ends with the event.
    pub event: bool,
    /// Whether it ends with another event, which makes the one of interest impossible.
    pub competing: bool,
    /// The place of the group in `groups`.
    pub group: usize,
}

impl ExplainPatient {
    /// Whether the patient is at risk at a time: under observation just before it. Who ends at the
    /// time is, who begins at it is not yet.
    pub fn is_at_risk(&self, time: f64) -> bool {
        // Whoever begins at the origin is at risk at an event there.
        (self.from < time || (self.from == 0.0 && time == 0.0)) && time <= self.to
    }
}

impl ExplainFigure {
    /// Lays the figure out. Its height follows from the number of patients and of lines.
    ///
    /// # Errors
    ///
    /// [`Error::Nothing`] without patients, [`Error::Value`] for a time that is not finite or
    /// negative, or a group without a name.
    pub fn draw(&self, profile: &Profile) -> Result<Figure, Error> {
        self.check()?;
        let width = self.width.unwrap_or(profile.page.single_column);
        let last = self.patients.iter().map(|patient| patient.to).fold(0.0, f64::max);
        let mut scene = draw::scene(self, profile, width, self.axis(profile, last));
        scene.title.clone_from(&self.name);
        scene.description = self.reading();
        scene.facts = Facts {
            kind: "explain".to_owned(),
            profile: profile.name.clone(),
            smallest_type: profile.type_size.smallest,
            ..Facts::default()
        };
        Ok(Figure::new(scene, self.embed.then(|| self.tables())))
    }

    fn axis(&self, profile: &Profile, last: f64) -> AxisSpec {
        let last = last.max(self.time).max(f64::MIN_POSITIVE);
        let step = axis::time_step(&self.x_title, last, MOST_TICKS);
        let to = (last / step - 1e-9).ceil() * step;
        let ticks = axis::labelled(profile, &axis::multiples(0.0, to, step));
        let title = self.x_title.clone();
        AxisSpec { title, from: 0.0, to, log: false, ticks, broken: false, labelled: true }
    }

    fn check(&self) -> Result<(), Error> {
        check_size(self.width, None)?;
        let labels = self.patients.iter().map(|patient| &patient.label);
        self.groups.iter().chain(labels).try_for_each(|label| check_label(label))?;
        if self.patients.is_empty() {
            return Err(Error::Nothing { what: "patients" });
        }
        let refuse = |place: &str, value: f64, must: &'static str| {
            Err(Error::Value { place: place.to_owned(), value, must })
        };
        let times = self.patients.iter().flat_map(|patient| [patient.from, patient.to]);
        for value in times.chain([self.time]) {
            if !(value.is_finite() && value >= 0.0) {
                return refuse("a time", value, "finite and 0 or more");
            }
        }
        for &(_, height) in self.curves.iter().flatten() {
            if !(0.0..=1.0).contains(&height) {
                return refuse("the height of a curve", height, "from 0 to 1");
            }
        }
        if self.step >= self.steps.len() {
            return refuse("the step", self.step as f64, "the place of one of the steps");
        }
        match self.patients.iter().find(|patient| patient.group >= self.groups.len()) {
            Some(patient) => refuse("a group", patient.group as f64, "the place of a name"),
            None => Ok(()),
        }
    }

    fn reading(&self) -> String {
        let at_risk = self.patients.iter().filter(|p| p.is_at_risk(self.time)).count();
        let of = self.patients.len();
        format!(
            "At {}, {at_risk} of {of} patients are at risk. {}",
            self.time,
            self.steps[self.step].join(" ")
        )
    }

    fn tables(&self) -> Vec<DataTable> {
        let columns = ["patient", "group", "from", "to", "event", "competing", "at_risk"];
        let mut patients = DataTable::new("patients", &columns);
        let flag = |value: bool| Some(Datum::Number(f64::from(u8::from(value))));
        for patient in &self.patients {
            patients.row([
                Some(patient.label.as_str().into()),
                Some(self.groups[patient.group].as_str().into()),
                Some(patient.from.into()),
                Some(patient.to.into()),
                flag(patient.event),
                flag(patient.competing),
                flag(patient.is_at_risk(self.time)),
            ]);
        }
        let mut curves = DataTable::new("curves", &["group", "time", "value"]);
        for (group, curve) in self.groups.iter().zip(&self.curves) {
            for &(time, value) in curve {
                curves.row([Some(group.as_str().into()), Some(time.into()), Some(value.into())]);
            }
        }
        vec![patients, curves]
    }
}
