//! What one plot is to show, in axis units: axes, curves, counts, names and notes.

use super::block::Block;
use crate::axis::AxisSpec;
use crate::colour::Colour;
use crate::profile::Profile;
use crate::scene::{Axis, Counted};

/// Between the intervals of two groups at one time, in millimetres.
pub(crate) const BARS_APART: f64 = 0.9;

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
    /// The values of an inset, which shows the same curves larger.
    pub inset: Option<AxisSpec>,
    pub legend: Legend,
    /// Blocks of notes, each in its forms, the fullest first.
    pub notes: Vec<Vec<Block>>,
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
    /// Intervals at single times: time, lower and upper limit.
    pub bars: Vec<(f64, f64, f64)>,
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
    pub axis: Axis,
    pub value: f64,
    /// A few words beside it; empty for none.
    pub label: String,
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
            inset: None,
            legend: Legend::None,
            notes: Vec::new(),
            notes_low: true,
            letter: None,
            title: None,
            proportion: 0.68,
        }
    }

    /// Adds forms of the notes whose lines are broken, for a page of this width.
    pub fn wrap_notes(&mut self, profile: &Profile, width: f64) {
        for forms in &mut self.notes {
            let Some(last) = forms.last().cloned() else { continue };
            forms.extend([0.5, 0.36, 0.28].map(|share| last.wrapped(profile, share * width)));
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

/// The counts under a plot, one column per tick.
#[derive(Clone, Debug)]
pub(crate) struct CountTable {
    /// Above the counts.
    pub header: String,
    /// Times of the columns, in axis units: those of the ticks, and no others.
    pub times: Vec<f64>,
    pub rows: Vec<CountRow>,
}

/// A row of counts.
#[derive(Clone, Debug)]
pub(crate) struct CountRow {
    pub group: usize,
    pub counted: Counted,
    /// What is counted, as a table of data names it: `at_risk`, `events`, `events: relapse`, ...
    pub name: String,
    pub label: String,
    /// Whether the group's key stands before the label.
    pub keyed: bool,
    /// One text per time; none for a row that holds only a name.
    pub cells: Vec<String>,
}

/// Where the groups are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Legend {
    /// Beside the curves where their ends stand apart and the names are short; else in a free place
    /// of the plot; else above it.
    #[default]
    Auto,
    /// Beside the ends of the curves.
    Direct,
    /// In a free place of the plot, or above it when there is none.
    Inside,
    /// Above the plot.
    Top,
    /// Nowhere but before the counts.
    None,
}
