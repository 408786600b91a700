//! Points, lines and bands on two axes: residuals with their smooth, the difference of two curves.

use crate::axis;
use crate::caption::{Sentence, Warning};
use crate::data::{DataTable, Datum};
use crate::error::Error;
use crate::facts::Facts;
use crate::figure::Figure;
use crate::font;
use crate::format;
use crate::geometry::Rect;
use crate::panel::block::Block;
use crate::panel::draw;
use crate::panel::layout::{Margins, figure_height};
use crate::panel::spec::{Band, Legend, Panel, Reference, Series, Trace};
use crate::profile::Profile;
use crate::scene::{Axis, Scene};
use crate::spacing::Spacing;
use crate::words::capital;

/// A figure of points, lines and bands.
#[derive(Clone, Debug)]
pub struct PlotFigure {
    /// What it is: `schoenfeld`, `martingale`, `deviance`, `dfbeta`, `difference`, ...
    pub kind: String,
    /// What is shown, in words, for a reader who cannot see it.
    pub name: String,
    /// Points and lines, in the order of the legend.
    pub layers: Vec<Layer>,
    /// The title of the axis from left to right.
    pub x_title: String,
    /// The title of the other axis.
    pub y_title: String,
    /// Whether the axis from left to right is one of time from 0.
    pub time: bool,
    /// Labels at places of the x axis instead of numbers: place and label.
    pub x_labels: Vec<(f64, String)>,
    /// Labels at places of the other axis instead of numbers: place and label.
    pub y_labels: Vec<(f64, String)>,
    /// The range of the x axis; `None` takes that of the data.
    pub x_limits: Option<(f64, f64)>,
    /// The height of the plot as a part of its width; `None` is 0.68, low below another panel.
    pub proportion: Option<f64>,
    /// The range of the other axis; `None` takes that of the data.
    pub y_limits: Option<(f64, f64)>,
    /// Level lines, with a few words or none.
    pub levels: Vec<(f64, String)>,
    /// Lines of text in the plot: a test and its P value.
    pub notes: Vec<String>,
    /// Sentences for the caption.
    pub caption: Vec<String>,
    /// Width in millimetres; `None` takes one column of the profile.
    pub width: Option<f64>,
    /// Height in millimetres; `None` takes what a plot of pleasant proportion needs.
    pub height: Option<f64>,
    /// Whether the numbers behind the figure travel inside the file.
    pub embed: bool,
}

/// Points, a line and a band that belong together.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// Its name in the legend; empty for none.
    pub label: String,
    /// Points, as x and y.
    pub points: Vec<(f64, f64)>,
    /// A line through these places, x increasing.
    pub line: Vec<(f64, f64)>,
    /// Whether the line is a step function: level up to the next x.
    pub steps: bool,
    /// Lower and upper limit at single places, as bars: of the points.
    pub bars: Vec<(f64, f64, f64)>,
    /// Lower and upper limit at each x, x increasing.
    pub band: Vec<(f64, f64, f64)>,
}

impl Default for PlotFigure {
    fn default() -> PlotFigure {
        PlotFigure {
            kind: "plot".to_owned(),
            name: String::new(),
            layers: Vec::new(),
            x_title: String::new(),
            y_title: String::new(),
            time: false,
            x_labels: Vec::new(),
            y_labels: Vec::new(),
            x_limits: None,
            proportion: None,
            y_limits: None,
            levels: Vec::new(),
            notes: Vec::new(),
            caption: Vec::new(),
            width: None,
            height: None,
            embed: true,
        }
    }
}

impl PlotFigure {
    /// The scaled Schoenfeld residuals of a term over time, with their smooth and its band: level
    /// when the hazards are proportional.
    ///
    /// Source: Grambsch and Therneau (1994), Biometrika 81:515-526.
    pub fn schoenfeld(
        term: &str,
        time: &[f64],
        residual: &[f64],
        smooth: Vec<(f64, f64, f64, f64)>,
        estimate: f64,
    ) -> PlotFigure {
        let points = time.iter().copied().zip(residual.iter().copied()).collect();
        let line = smooth.iter().map(|&(x, y, _, _)| (x, y)).collect();
        let band = smooth.iter().map(|&(x, _, lower, upper)| (x, lower, upper)).collect();
        PlotFigure {
            kind: "schoenfeld".to_owned(),
            name: format!("Scaled Schoenfeld residuals of {term}"),
            layers: vec![Layer { points, line, band, ..Layer::default() }],
            x_title: "Time".to_owned(),
            y_title: format!("Coefficient of {term} over time"),
            time: true,
            levels: vec![(estimate, String::new())],
            caption: vec![
                "The dashed line is the coefficient under proportional hazards; the curve is a \
                 smooth of the residuals."
                    .to_owned(),
            ],
            ..PlotFigure::default()
        }
    }

    /// Residuals of the patients against a covariate, the linear predictor or their order.
    pub fn residuals(kind: &str, x_title: &str, x: &[f64], residual: &[f64]) -> PlotFigure {
        let points = x.iter().copied().zip(residual.iter().copied()).collect();
        let kind_capital = capital(kind);
        PlotFigure {
            kind: kind.to_owned(),
            name: format!("{kind_capital} residuals"),
            layers: vec![Layer { points, ..Layer::default() }],
            x_title: x_title.to_owned(),
            y_title: format!("{kind_capital} residual"),
            levels: vec![(0.0, String::new())],
            ..PlotFigure::default()
        }
    }

    /// The difference of two curves over time with its pointwise band: (time, difference, lower,
    /// upper), from each time on.
    pub fn difference(name: &str, x_title: &str, steps: &[(f64, f64, f64, f64)]) -> PlotFigure {
        let line = steps.iter().map(|&(x, y, _, _)| (x, y)).collect();
        let band = steps.iter().map(|&(x, _, lower, upper)| (x, lower, upper)).collect();
        PlotFigure {
            kind: "difference".to_owned(),
            name: name.to_owned(),
            layers: vec![Layer { line, band, steps: true, ..Layer::default() }],
            x_title: x_title.to_owned(),
            y_title: name.to_owned(),
            time: true,
            levels: vec![(0.0, String::new())],
            proportion: Some(0.34),
            ..PlotFigure::default()
        }
    }

    /// Lays the figure out.
    ///
    /// # Errors
    ///
    /// [`Error::Nothing`] without points and lines, [`Error::Value`] for a number that is not
    /// finite, [`Error::Room`] when the size leaves no room.
    pub fn draw(&self, profile: &Profile) -> Result<Figure, Error> {
        let width = self.width.unwrap_or(profile.page.single_column);
        let panel = self.panel(profile)?;
        let height = self.height.unwrap_or_else(|| figure_height(&panel, profile, width));
        let mut scene = Scene::new(width, height);
        let place = Rect::new(0.0, 0.0, width, height).grown(-Spacing::EDGE);
        draw::place(&panel, &mut scene, profile, place, Margins::default())?;
        let mut figure = Figure::new(scene, self.embed.then(|| self.tables()));
        self.describe(&mut figure, profile);
        Ok(figure)
    }

    pub(crate) fn panel(&self, profile: &Profile) -> Result<Panel, Error> {
        let [x_range, y_range] = self.ranges()?;
        let mut x = if self.time {
            axis::linear_axis(profile, self.x_title.clone(), 0.0, x_range.1, 8)
        } else {
            axis::linear_axis(profile, self.x_title.clone(), x_range.0, x_range.1, 6)
        };
        if !self.x_labels.is_empty() {
            x.ticks.clone_from(&self.x_labels);
        }
        if let Some((from, to)) = self.x_limits {
            (x.from, x.to) = (from, to);
            x.ticks.retain(|tick| (from..=to).contains(&tick.0));
        }
        let (low, high) = self.y_limits.unwrap_or(y_range);
        let mut y = axis::linear_axis(profile, self.y_title.clone(), low, high, 6);
        // No point sits on an axis or half outside the plot.
        let points = || self.layers.iter().flat_map(|layer| &layer.points);
        if self.y_limits.is_none() {
            y.clear_ends(points().map(|point| point.1), true);
        }
        if self.x_limits.is_none() {
            x.clear_ends(points().map(|point| point.0), !self.time);
        }
        if !self.y_labels.is_empty() {
            let inside = |tick: &&(f64, String)| (y.from..=y.to).contains(&tick.0);
            y.ticks = self.y_labels.iter().filter(inside).cloned().collect();
            // Labels of their own leave no round number that the axis would have to reach.
            if let Some(limits) = self.y_limits {
                (y.from, y.to) = limits;
            }
        }
        let mut panel = Panel::new(x, y);
        panel.series = self
            .layers
            .iter()
            .enumerate()
            .map(|(place, layer)| series(profile, place, layer, self.x_limits))
            .collect();
        let level = |(value, label): &(f64, String)| Reference {
            axis: Axis::Y,
            value: *value,
            label: label.clone(),
        };
        panel.references = self.levels.iter().map(level).collect();
        let named = self.layers.iter().filter(|layer| !layer.label.is_empty()).count();
        panel.legend = if named > 1 { Legend::Auto } else { Legend::None };
        if !self.notes.is_empty() {
            let lines = self.notes.iter().map(|text| format::runs(profile, text));
            panel.notes = vec![vec![Block::lines(lines)]];
        }
        panel.notes_low = false;
        panel.wrap_notes(profile, self.width.unwrap_or(profile.page.single_column));
        panel.proportion = self.proportion.unwrap_or(0.68);
        Ok(panel)
    }

    /// The ranges of the data: x and y.
    fn ranges(&self) -> Result<[(f64, f64); 2], Error> {
        let empty = (f64::INFINITY, f64::NEG_INFINITY);
        let (mut x, mut y) = (empty, empty);
        let widen = |range: &mut (f64, f64), value: f64| {
            *range = (range.0.min(value), range.1.max(value));
        };
        for layer in &self.layers {
            let limits = layer.band.iter().chain(&layer.bars);
            let band = limits.flat_map(|&(x, low, high)| [(x, low), (x, high)]);
            for (at, value) in layer.points.iter().chain(&layer.line).copied().chain(band) {
                for number in [at, value] {
                    if !number.is_finite() {
                        let place = format!("a number of `{}`", self.name);
                        return Err(Error::Value { place, value: number, must: "finite" });
                    }
                }
                widen(&mut x, at);
                if held(self.x_limits, at) {
                    widen(&mut y, value);
                }
            }
        }
        if x.0 > x.1 || y.0 > y.1 {
            return Err(Error::Nothing { what: "points or lines" });
        }
        self.levels.iter().for_each(|level| widen(&mut y, level.0));
        Ok([x, y])
    }

    pub(crate) fn describe(&self, figure: &mut Figure, profile: &Profile) {
        let scene = &mut figure.scene;
        scene.title.clone_from(&self.name);
        let sentence = |layer: &Layer| {
            let values = layer.points.iter().chain(&layer.line).map(|point| point.1);
            let low = values.clone().fold(f64::INFINITY, f64::min);
            let high = values.fold(f64::NEG_INFINITY, f64::max);
            let (low, high) = (format::number(profile, low, 2), format::number(profile, high, 2));
            let label = if layer.label.is_empty() { &self.name } else { &layer.label };
            let points = match layer.points.len() {
                0 => String::new(),
                count => format!("{count} points, "),
            };
            format!("{label}: {points}values from {low} to {high}.")
        };
        scene.description = self.layers.iter().map(sentence).collect::<Vec<_>>().join(" ");
        let missing: String = font::missing(&self.name).into_iter().collect();
        if !missing.is_empty() {
            figure.warnings.push(Warning::plain(format!("the bundled typeface lacks {missing}")));
        }
        scene.facts = Facts {
            kind: self.kind.clone(),
            profile: profile.name.clone(),
            smallest_type: profile.type_size.smallest,
            ..Facts::default()
        };
        figure.caption = self.caption.iter().cloned().map(Sentence::from).collect();
    }

    pub(crate) fn tables(&self) -> Vec<DataTable> {
        let mut points = DataTable::new("points", &["layer", "x", "y"]);
        let mut lines = DataTable::new("lines", &["layer", "x", "y"]);
        let mut bands = DataTable::new("bands", &["layer", "x", "lower", "upper"]);
        let some = |value: f64| Some(Datum::Number(value));
        for layer in &self.layers {
            let label = || Some(layer.label.as_str().into());
            layer.points.iter().for_each(|&(x, y)| points.row([label(), some(x), some(y)]));
            layer.line.iter().for_each(|&(x, y)| lines.row([label(), some(x), some(y)]));
            for &(x, lower, upper) in layer.band.iter().chain(&layer.bars) {
                bands.row([label(), some(x), some(lower), some(upper)]);
            }
        }
        vec![points, lines, bands]
    }
}

fn series(profile: &Profile, group: usize, layer: &Layer, limits: Option<(f64, f64)>) -> Series {
    let inside = |points: Vec<(f64, f64)>| match limits {
        Some((from, to)) => between(&points, from, to),
        None => points,
    };
    let line = inside(if layer.steps { stepped(&layer.line) } else { layer.line.clone() });
    let lower: Vec<(f64, f64)> = layer.band.iter().map(|&(x, low, _)| (x, low)).collect();
    let upper: Vec<(f64, f64)> = layer.band.iter().map(|&(x, _, high)| (x, high)).collect();
    let (lower, upper) = match layer.steps {
        true => (stepped(&lower), stepped(&upper)),
        false => (lower, upper),
    };
    let (lower, upper) = (inside(lower), inside(upper));
    let border: Vec<(f64, f64)> = upper.into_iter().chain(lower.into_iter().rev()).collect();
    Series {
        group,
        name: layer.label.clone(),
        colour: profile.colour(group),
        dashes: profile.dashes(group).to_vec(),
        lines: if line.len() < 2 { vec![] } else { vec![Trace { points: line, tail: false }] },
        bands: if border.is_empty() { vec![] } else { vec![Band { border, tail: false }] },
        bars: layer.bars.iter().copied().filter(|bar| held(limits, bar.0)).collect(),
        marks: Vec::new(),
        dots: layer.points.iter().copied().filter(|point| held(limits, point.0)).collect(),
    }
}

/// Whether a place lies within the limits of the axis.
fn held(limits: Option<(f64, f64)>, x: f64) -> bool {
    limits.is_none_or(|(from, to)| (from..=to).contains(&x))
}

/// The part of a line, x increasing, between two places; it starts and ends on them where the line
/// goes through.
fn between(points: &[(f64, f64)], from: f64, to: f64) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        if x1 < from || x0 > to {
            continue;
        }
        let at = |x: f64| (x, if x1 == x0 { y1 } else { y0 + (x - x0) / (x1 - x0) * (y1 - y0) });
        let start = if x0 < from { at(from) } else { (x0, y0) };
        let end = if x1 > to { at(to) } else { (x1, y1) };
        if kept.last() != Some(&start) {
            kept.push(start);
        }
        kept.push(end);
    }
    kept
}

/// The corners of a right-continuous step function.
fn stepped(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut corners: Vec<(f64, f64)> = Vec::with_capacity(2 * points.len());
    for &(x, y) in points {
        if let Some(&(_, before)) = corners.last() {
            corners.push((x, before));
        }
        corners.push((x, y));
    }
    corners
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_function_is_level_up_to_the_next_place() {
        assert_eq!(stepped(&[(0.0, 1.0), (2.0, 3.0)]), [(0.0, 1.0), (2.0, 1.0), (2.0, 3.0)]);
    }

    #[test]
    fn a_line_is_cut_at_the_ends_of_the_axis() {
        let corners = [(0.0, 1.0), (2.0, 1.0), (2.0, 3.0), (6.0, 3.0)];
        assert_eq!(between(&corners, 1.0, 4.0), [(1.0, 1.0), (2.0, 1.0), (2.0, 3.0), (4.0, 3.0)]);
        assert_eq!(between(&corners, 7.0, 9.0), []);
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        let figure = PlotFigure::residuals("martingale", "Age", &[1.0, 2.0], &[0.5, f64::NAN]);
        let refusal = figure.draw(&Profile::plain()).unwrap_err().to_string();
        assert!(refusal.contains("must be finite"), "{refusal}");
    }
}
