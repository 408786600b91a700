//! Where everything of a panel stands.

use super::counts::CountLayout;
use super::spec::{Legend, Panel};
use crate::geometry::{Point, Rect};

/// Where everything of a panel stands.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The panel's part of the page.
    pub place: Rect,
    /// Between the axes.
    pub plot: Rect,
    pub counts: Option<CountLayout>,
    pub naming: Naming,
    /// Between the axes of the inset.
    pub inset: Option<Rect>,
    /// The form and the place of each block of notes.
    pub notes: Vec<NotePlace>,
    /// What led to this frame.
    pub choice: Choice,
    /// Top of what stands above the plot: title, then legend rows, then notes.
    pub strip: f64,
    /// Baseline distance of the tick labels from the axis line.
    pub tick_room: f64,
}

/// Where a block of notes stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotePlace {
    /// Which of its forms.
    pub form: usize,
    /// `None` puts it above the plot.
    pub place: Option<Rect>,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Naming {
    /// A label beside each curve: group, lines of the label, and the height of their middle.
    Direct(Vec<(usize, Vec<String>, f64)>),
    /// A block of names whose upper left corner stands here.
    Inside(Rect),
    /// Rows above the plot.
    Top,
    None,
}

/// What is tried: each refusal of the layout makes the next choice a plainer one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Choice {
    pub legend: Legend,
    /// How many blocks of notes stand above the plot, the last ones first.
    pub notes_on_top: usize,
}

impl Frame {
    /// A frame of nothing but names in rows.
    pub fn above(place: Rect) -> Frame {
        let choice = Choice { legend: Legend::Top, notes_on_top: 0 };
        Frame {
            place,
            plot: place,
            counts: None,
            naming: Naming::Top,
            inset: None,
            notes: Vec::new(),
            choice,
            strip: place.top,
            tick_room: 0.0,
        }
    }

    #[cfg(test)]
    pub fn for_test(plot: Rect) -> Frame {
        let naming = Naming::None;
        let choice = Choice { legend: Legend::None, notes_on_top: 0 };
        Frame {
            place: plot,
            plot,
            counts: None,
            naming,
            inset: None,
            notes: Vec::new(),
            strip: 0.0,
            tick_room: 0.0,
            choice,
        }
    }

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
