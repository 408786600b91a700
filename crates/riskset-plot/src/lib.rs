//! Survival figures for manuscripts.
//!
//! A figure is laid out as a [`Scene`]: every mark with its role, in millimetres, text measured
//! with the bundled typeface. The scene becomes SVG, and the SVG becomes PDF, PNG or TIFF, with the
//! same bytes on every machine. Nothing here estimates anything: curves, effects and P values are
//! handed in as columns and numbers.
//!
//! A [`Profile`] holds what a journal asks for; [`lint`](lint::lint) checks a figure as a reviewer
//! would; [`extract`] reads back the numbers that a figure carries.

mod axis;
mod canonical;
mod choices;
mod cif;
mod colour;
mod curve;
mod embed;
mod error;
mod flow;
mod font;
mod forest;
pub mod format;
mod geometry;
mod km;
pub mod lint;
mod options;
mod panel;
mod panels;
mod plot;
pub mod profile;
pub mod render;
pub mod scene;
mod svg;
mod swimmer;

pub use cif::{CauseCurve, CifFigure, CifGroup};
pub use colour::{Colour, Eye};
pub use curve::{Counts, CountsAt, CurveInput};
pub use embed::{DataColumn, DataTable, Datum, Embedded, extract};
pub use error::Error;
pub use flow::{FlowExclusion, FlowFigure, FlowStep};
pub use font::Cut;
pub use forest::{ForestEffect, ForestFigure, ForestRow, ForestScale};
pub use geometry::{Point, Rect};
pub use km::KmFigure;
pub use lint::{Finding, Status};
pub use options::{Annotation, FigureOptions, FollowUp, Quantity, RiskTable, Tail};
pub use panel::Legend;
pub use panels::{PanelContent, PanelInput, Panels};
pub use plot::{Layer, PlotFigure};
pub use profile::Profile;
pub use scene::Scene;
pub use swimmer::{Subject, SwimmerFigure};
