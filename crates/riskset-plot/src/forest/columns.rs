//! The columns of a forest plot: how wide they are and what remains for the plot.

use super::spec::{ForestEffect, ForestFigure, ForestRow};
use crate::error::Error;
use crate::font::{self, Cut};
use crate::profile::Profile;

/// Where the columns stand, in millimetres from the left edge of the page.
pub(super) struct Columns {
    /// The lines of each row's label.
    pub labels: Vec<Vec<String>>,
    /// Right edges of the columns between labels and plot.
    pub cells: Vec<f64>,
    /// Left and right end of the axis.
    pub plot: (f64, f64),
    /// Left edge of the written estimates.
    pub effect: f64,
    /// Left edge of the second estimates, where there are some.
    pub second: Option<f64>,
    /// Right edge of the last column.
    pub last: f64,
    /// The lines of the headings: labels, cells, effect, second where there is one, last.
    pub headers: Vec<Vec<String>>,
}

/// Between columns, in millimetres.
const GAP: f64 = 3.0;
/// A heading of no more letters stays on one line.
const SHORT: usize = 9;
/// The least room for the plot.
const PLOT: f64 = 18.0;
/// The least room for the labels.
const LABEL: f64 = 8.0;

/// How far a label of this indent is moved in, in millimetres.
pub(super) fn indent(level: usize, size: f64) -> f64 {
    level as f64 * font::width("  ", Cut::Regular, size) * 1.4
}

pub(super) fn columns(
    figure: &ForestFigure,
    profile: &Profile,
    width: f64,
    edge: f64,
) -> Result<Columns, Error> {
    let size = profile.type_size.small;
    let bodies = bodies(figure, profile, size);
    let mut headers = vec![heading(&figure.label_header, f64::INFINITY, size).0];
    let mut widths = Vec::new();
    let second = figure.is_double().then_some(&figure.second_header);
    let names = figure.headers.iter().chain([&figure.effect_header]).chain(second);
    let names = names.chain([&figure.last_header]);
    for (name, body) in names.zip(&bodies) {
        let (lines, width) = heading(name, *body, size);
        headers.push(lines);
        widths.push(width);
    }
    let last = widths.pop().expect("there is a last column, maybe empty");
    let last = if figure.last_header.is_empty() { 0.0 } else { GAP + last };
    let second = match figure.is_double() {
        true => GAP + widths.pop().expect("there is a column of second estimates"),
        false => 0.0,
    };
    let effect = widths.pop().expect("there is a column of estimates");
    let cells = widths;

    let taken = cells.iter().map(|cell| cell + GAP).sum::<f64>() + GAP + effect + second + last;
    let beside = 2.0 * edge + taken + GAP;
    let (labels, label) = labels(figure, size, width - beside).ok_or_else(|| Error::Narrow {
        width,
        least: Some((beside + PLOT + LABEL).ceil()),
        what: "the plot between the columns of its table".to_owned(),
    })?;
    let mut at = edge + label;
    let mut rights = Vec::with_capacity(cells.len());
    for cell in &cells {
        at += GAP + cell;
        rights.push(at);
    }
    let right = width - edge;
    let effect_left = right - last - second - effect;
    let second = figure.is_double().then_some(effect_left + effect + GAP);
    let plot = (at + GAP, effect_left - GAP);
    Ok(Columns { labels, cells: rights, plot, effect: effect_left, second, last: right, headers })
}

/// The widest text below each heading: cells, effect, second where there is one, last.
fn bodies(figure: &ForestFigure, profile: &Profile, size: f64) -> Vec<f64> {
    let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
    let mut bodies: Vec<f64> = (0..figure.headers.len())
        .map(|index| {
            let cells = figure.rows.iter().filter_map(|row| {
                row.cells.get(index).map(|cell| font::width(cell, cut(row), size))
            });
            widest(&mut cells.into_iter())
        })
        .collect();
    bodies.push(written_width(figure, profile, size, FIRST));
    if figure.is_double() {
        bodies.push(written_width(figure, profile, size, SECOND));
    }
    let last = |row: &ForestRow| row.last_text(profile, &figure.last_header);
    let lasts: Vec<String> = figure.rows.iter().map(last).collect();
    let points = lasts.iter().map(|text| around_point(profile, text, Cut::Regular, size));
    let (before, after) =
        points.fold((0.0_f64, 0.0_f64), |most, one| (most.0.max(one.0), most.1.max(one.1)));
    bodies.push(before + after);
    bodies
}

/// One of the estimates of a row.
pub(super) type Which = fn(&ForestRow) -> ForestEffect;

/// The first estimate of a row.
pub(super) const FIRST: Which = |row| row.effect;
/// The second.
pub(super) const SECOND: Which = |row| row.second;

/// The widest of the written estimates, their decimal points under each other.
fn written_width(figure: &ForestFigure, profile: &Profile, size: f64, which: Which) -> f64 {
    let before = before_point(figure, profile, size, which);
    let written = figure.rows.iter().map(|row| {
        let effect = which(row);
        let (text, cut) = (figure.written(profile, effect), effect_cut(row));
        match effect.values() {
            Some(_) => {
                let own = around_point(profile, &text, cut, size).0;
                before - own + font::width(&text, cut, size)
            }
            None => font::width(&text, cut, size),
        }
    });
    written.fold(0.0, f64::max)
}

/// More lines than this make a tower of a heading.
const HIGHEST: usize = 3;
/// How much wider than what stands below it a heading may be to be lower.
const WIDER: f64 = 1.4;

/// The lines of a heading and the width of its column: broken between words, never within one, and
/// before a bracket rather than within it.
fn heading(text: &str, body: f64, size: f64) -> (Vec<String>, f64) {
    let width = |text: &str| font::width(text, Cut::Bold, size);
    let (words, bracket) = match text.find(" (") {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    };
    // Two short words stand side by side.
    let body = if text.chars().count() <= SHORT { body.max(width(text)) } else { body };
    let longest = words.split_whitespace().chain([bracket]).map(width).fold(body, f64::max);
    let broken = |limit: f64| {
        if bracket.is_empty() || width(text) <= limit {
            return font::wrap(text, Cut::Bold, size, limit + 0.01, 4);
        }
        let mut lines = font::wrap(words, Cut::Bold, size, limit + 0.01, 4);
        lines.push(bracket.to_owned());
        lines
    };
    let narrow = broken(longest);
    // A tower of words costs more height than a wider column costs width.
    let lines = if narrow.len() > HIGHEST { broken(WIDER * longest) } else { narrow };
    let width = lines.iter().map(|line| width(line)).fold(body, f64::max);
    (lines, width)
}

/// The lines of the labels and their width, with room left for the plot: as wide as they are as
/// long as the plot keeps a good part, broken between words where not.
fn labels(figure: &ForestFigure, size: f64, room: f64) -> Option<(Vec<Vec<String>>, f64)> {
    let width =
        |row: &ForestRow, text: &str| indent(row.indent, size) + font::width(text, cut(row), size);
    let words = figure
        .rows
        .iter()
        .flat_map(|row| row.label.split_whitespace().map(move |word| width(row, word)));
    let longest = words.fold(0.0, f64::max);
    let limit = (0.62 * room).max(longest.min(room - PLOT)).min(room - PLOT);
    if limit < LABEL {
        return None;
    }
    let lines = |row: &ForestRow| {
        font::wrap(&row.label, cut(row), size, limit - indent(row.indent, size) + 0.01, 3)
    };
    let labels: Vec<Vec<String>> = figure.rows.iter().map(lines).collect();
    let header = font::width(&figure.label_header, Cut::Bold, size);
    let all = labels.iter().zip(&figure.rows);
    let widths = all.flat_map(|(lines, row)| lines.iter().map(move |line| width(row, line)));
    Some((labels.clone(), widths.fold(header, f64::max)))
}

fn cut(row: &ForestRow) -> Cut {
    if row.heading { Cut::Bold } else { Cut::Regular }
}

impl Columns {
    /// How many lines the highest heading takes.
    pub fn header_lines(&self) -> usize {
        self.headers.iter().map(Vec::len).max().unwrap_or(1)
    }
}

/// The cut of a written estimate: a summary is bold.
pub(super) fn effect_cut(row: &ForestRow) -> Cut {
    let summary = matches!(row.effect, ForestEffect::Summary { .. });
    if summary { Cut::Bold } else { cut(row) }
}

/// The widths of a number before its first decimal point, and from there on.
pub(super) fn around_point(profile: &Profile, text: &str, cut: Cut, size: f64) -> (f64, f64) {
    let at = text.find(profile.number.decimal.as_str()).unwrap_or(text.len());
    (font::width(&text[..at], cut, size), font::width(&text[at..], cut, size))
}

/// The widest part of the written estimates before their decimal points, which stand under each
/// other.
pub(super) fn before_point(
    figure: &ForestFigure,
    profile: &Profile,
    size: f64,
    which: Which,
) -> f64 {
    let estimates = figure.rows.iter().filter(|row| which(row).values().is_some());
    let before = estimates.map(|row| {
        around_point(profile, &figure.written(profile, which(row)), effect_cut(row), size).0
    });
    before.fold(0.0, f64::max)
}
