//! Survival figures for manuscripts.
//!
//! A figure is laid out as a [`Scene`]: every mark with its role, in millimetres, text measured
//! with the bundled typeface. A [`Figure`] is the scene with its caption, the numbers behind it and
//! the request that drew it; it writes SVG, PDF, PNG or TIFF, with the same bytes on every machine.
//! Nothing here estimates anything: curves, effects and P values are handed in as columns and
//! numbers.
//!
//! A [`Profile`] holds what a journal asks for; [`Figure::findings`] checks a figure as a reviewer
//! would; [`extract`] reads back the numbers that a figure carries.
//!
//! ```
//! use riskset_plot::{Profile, Status, Subject, SwimmerFigure};
//!
//! let subject = |label: &str, months, dead: bool| Subject {
//!     label: label.to_owned(),
//!     pieces: vec![(0.0, months, 0)],
//!     events: if dead { vec![(months, 0)] } else { Vec::new() },
//!     ongoing: !dead,
//! };
//! let figure = SwimmerFigure {
//!     name: "Two patients".to_owned(),
//!     subjects: vec![subject("P1", 14.0, true), subject("P2", 9.0, false)],
//!     states: vec!["Followed".to_owned()],
//!     events: vec!["Death".to_owned()],
//!     x_title: "Months since surgery".to_owned(),
//!     width: None,
//!     embed: true,
//! };
//! let drawn = figure.draw(&Profile::named("jama")?)?;
//! assert!(drawn.findings().iter().all(|finding| finding.status != Status::Fail));
//! assert!(drawn.svg().contains("Months since surgery"));
//! # Ok::<(), riskset_plot::Error>(())
//! ```
//!
//! Features, both on by default: `pdf` writes PDF, `pixels` writes PNG and TIFF. Without them a figure
//! is written as SVG, and the crate needs half of its dependencies.

mod axis;
mod bounds;
mod caption;
mod choices;
mod cif;
mod colour;
mod curve;
mod data;
pub mod digits;
mod embed;
mod error;
mod explain;
mod facts;
mod figure;
mod flow;
mod font;
mod forest;
pub mod format;
mod geometry;
mod km;
pub mod lint;
mod lint_file;
mod nomogram;
mod options;
mod panel;
mod panels;
mod plot;
pub mod profile;
#[cfg(any(feature = "pdf", feature = "pixels"))]
mod render;
pub mod scene;
mod spacing;
mod steps;
mod svg;
mod swimmer;
mod words;

pub use caption::{Sentence, Tells, Warning};
pub use cif::{CauseCurve, CifFigure, CifGroup};
pub use colour::{Colour, Eye};
pub use curve::{Counts, CountsAt, CurveInput};
pub use data::{DataColumn, DataTable, Datum};
pub use embed::{Embedded, extract};
pub use error::Error;
pub use explain::{ExplainFigure, ExplainPatient};
pub use facts::Facts;
pub use figure::Figure;
pub use flow::{FlowBranch, FlowExclusion, FlowFigure, FlowStep};
pub use font::Cut;
pub use forest::{ForestEffect, ForestFigure, ForestRow, ForestScale, Squares, ratio_decimals};
pub use geometry::{Point, Rect};
pub use km::KmFigure;
pub use lint::{Finding, Status};
pub use lint_file::lint_file;
pub use nomogram::{NomogramAxis, NomogramFigure};
pub use options::{
    Annotation, Effect, FigureOptions, FollowUp, Intervals, Quantity, RiskTable, Tail,
};
pub use panel::spec::Legend;
pub use panels::{PanelContent, PanelInput, Panels};
pub use plot::{Layer, PlotFigure};
pub use profile::Profile;
pub use scene::{Counted, Scene};
pub use swimmer::{Subject, SwimmerFigure};
