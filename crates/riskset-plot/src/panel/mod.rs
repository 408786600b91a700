//! One plot with its axes, counts, legend and notes: what every figure over time is made of.
//!
//! A panel says what is to be shown, in axis units. [`layout`] finds room for it, [`draw`] puts it
//! into the scene; both use the same [`Frame`], so that counts cannot drift from their ticks.

mod counts;
mod draw;
mod key;
mod layout;

pub(crate) use counts::{CountRow, CountTable};
pub(crate) use draw::top_legend;
pub use key::Legend;
pub(crate) use key::top_lines;
pub(crate) use layout::{
    Frame, Margins, column_distance, frame, margins, natural_height, y_title_lines,
};

use crate::axis::AxisSpec;
use crate::geometry::{Point, Rect};
use crate::scene::Run;
use crate::{Colour, Error, Profile, Scene};

/// One plot, in axis units.
#[derive(Clone, Debug)]
pub(crate) struct Panel {
    /// Its number in the figure, from 0.
    pub index: usize,
    pub x: AxisSpec,
    pub y: AxisSpec,
    pub series: Vec<Series>,
    pub references: Vec<Reference>,
    pub counts: Option<CountTable>,
    pub legend: Legend,
    /// Blocks of lines, each kept together.
    pub notes: Vec<Vec<Note>>,
    /// Whether notes are better placed low (survival) or high (incidence).
    pub notes_low: bool,
    /// `A`, `B`, ...
    pub letter: Option<String>,
    pub title: Option<String>,
    /// Height of the plot as a part of its width.
    pub proportion: f64,
}

/// What belongs to one group.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    /// Its place in the group order.
    pub group: usize,
    pub name: String,
    pub colour: Colour,
    pub dashes: Vec<f64>,
    pub lines: Vec<Trace>,
    /// Upper and lower border of each uninterrupted piece of the band.
    pub bands: Vec<Band>,
    /// Censoring marks.
    pub marks: Vec<(f64, f64)>,
    /// Points of the data.
    pub dots: Vec<(f64, f64)>,
}

/// A piece of a curve.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    pub points: Vec<(f64, f64)>,
    /// Whether few remain here.
    pub tail: bool,
}

/// A piece of a band: the border all around.
#[derive(Clone, Debug)]
pub(crate) struct Band {
    pub border: Vec<(f64, f64)>,
    pub tail: bool,
}

/// A line across the plot.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub axis: crate::scene::Axis,
    pub value: f64,
    /// A few words beside it; empty for none.
    pub label: String,
}

/// A line of text in the plot, with the key of a group before it when it speaks of one.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub group: Option<usize>,
    pub runs: Vec<Run>,
    /// Whether it goes on from the line before, and so bears no key of its own.
    pub continued: bool,
}

impl Note {
    /// A line of text, about a group or about all.
    pub fn new(group: Option<usize>, runs: Vec<Run>) -> Note {
        Note { group, runs, continued: false }
    }

    /// The lines that the note takes when none may be wider than `limit` millimetres. A line of
    /// several cuts is short (a test and its P value) and stays whole.
    fn wrapped(&self, profile: &Profile, limit: f64) -> Vec<Note> {
        let [run] = &self.runs[..] else { return vec![self.clone()] };
        let size = profile.type_size.base;
        let key = if self.group.is_some() { key::legend_key(profile) + 1.0 } else { 0.0 };
        let lines = crate::font::wrap(&run.text, run.cut, size, limit - key, 4);
        let note = |(index, text): (usize, String)| Note {
            group: self.group,
            runs: vec![Run { text, cut: run.cut }],
            continued: index > 0,
        };
        lines.into_iter().enumerate().map(note).collect()
    }
}

impl Panel {
    /// A panel with axes and nothing in it.
    pub fn new(x: AxisSpec, y: AxisSpec) -> Panel {
        Panel {
            index: 0,
            x,
            y,
            series: Vec::new(),
            references: Vec::new(),
            counts: None,
            legend: Legend::None,
            notes: Vec::new(),
            notes_low: true,
            letter: None,
            title: None,
            proportion: 0.68,
        }
    }

    /// Draws the panel into this part of the page.
    ///
    /// `at_least` widens the margins, so that the plots of several panels line up.
    pub fn draw(
        &self,
        scene: &mut Scene,
        profile: &Profile,
        place: Rect,
        at_least: Margins,
    ) -> Result<(), Error> {
        let frame = frame(self, profile, place, at_least)?;
        draw::draw(self, &frame, profile, scene);
        Ok(())
    }

    /// Breaks notes that would be too wide for a page of this width.
    pub fn wrap_notes(&mut self, profile: &Profile, width: f64) {
        for block in &mut self.notes {
            *block = block.iter().flat_map(|note| note.wrapped(profile, 0.6 * width)).collect();
        }
    }

    /// The series of a group.
    pub fn series_of(&self, group: usize) -> Option<&Series> {
        self.series.iter().find(|series| series.group == group)
    }
}

impl Series {
    /// Where the curve ends, in axis units.
    pub fn end(&self) -> Option<(f64, f64)> {
        self.lines.last()?.points.last().copied()
    }
}

impl Frame {
    /// The place of a point in axis units.
    pub fn at(&self, panel: &Panel, x: f64, y: f64) -> Point {
        Point::new(self.x(panel, x), self.y(panel, y))
    }

    /// The place of a value of the x axis. Curves, ticks and counts all use this.
    pub fn x(&self, panel: &Panel, value: f64) -> f64 {
        self.plot.left + panel.x.share(value) * self.plot.width()
    }

    /// The place of a value of the y axis.
    pub fn y(&self, panel: &Panel, value: f64) -> f64 {
        self.plot.bottom - panel.y.share(value) * self.plot.height()
    }
}
