//! Room for a panel: margins from what stands in them, then places for names and notes.

use super::block::Block;
use super::counts::{CountLayout, gap};
use super::frame::{Choice, Frame, Naming, NotePlace};
use super::key;
use super::spec::{BARS_APART, Legend, Panel};
use crate::error::Error;
use crate::font::{self, Cut};
use crate::geometry::{MM_PER_PT, Obstacles, Point, Rect};
use crate::profile::{Profile, Ticks};
use crate::scene::Axis;
use crate::spacing::Spacing;

/// The margins around a plot, in millimetres.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub(crate) struct Margins {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

/// The smallest plot that is still a plot.
const SMALLEST: f64 = 14.0;

/// Lays out a panel: names beside the curves or in the plot where they fit, above it where not.
pub(crate) fn frame(
    panel: &Panel,
    profile: &Profile,
    place: Rect,
    at_least: Margins,
) -> Result<Frame, Error> {
    let mut choice = Choice::first(panel);
    loop {
        let mut frame = attempt(panel, profile, place, at_least, choice)?;
        if panel.inset.is_some() {
            frame.inset = inset(panel, profile, &frame);
            if frame.inset.is_none() {
                let (width, height) = (place.width(), place.height());
                let what = "the inset, beside the curves".to_owned();
                return Err(Error::Room { width, height, what });
            }
        }
        match settle(panel, profile, frame, choice) {
            Ok(frame) => return Ok(frame),
            Err(next) => choice = next,
        }
    }
}

/// The margins that a panel needs on a page of this width, before anything is moved above the plot.
pub(crate) fn margins(panel: &Panel, profile: &Profile, width: f64) -> Margins {
    let counts = panel.count_layout(profile, width);
    needed(panel, profile, width, counts.as_ref(), Choice::first(panel))
}

impl Choice {
    fn first(panel: &Panel) -> Choice {
        let legend = match panel.legend {
            Legend::Auto if panel.series.len() < 2 => Legend::None,
            Legend::Auto => Legend::Direct,
            other => other,
        };
        Choice { legend, notes_on_top: 0 }
    }

    /// What needs the most room above the plot.
    fn last(panel: &Panel) -> Choice {
        let legend = match panel.legend {
            Legend::Auto | Legend::Inside if panel.series.len() > 1 => Legend::Top,
            other => other,
        };
        Choice { legend, notes_on_top: panel.notes.len() }
    }
}

fn attempt(
    panel: &Panel,
    profile: &Profile,
    place: Rect,
    at_least: Margins,
    choice: Choice,
) -> Result<Frame, Error> {
    let counts = panel.count_layout(profile, place.width());
    let margins = needed(panel, profile, place.width(), counts.as_ref(), choice);
    let plot = Rect {
        left: place.left + margins.left.max(at_least.left),
        right: place.right - margins.right.max(at_least.right),
        top: place.top + margins.top.max(at_least.top),
        bottom: place.bottom - margins.bottom.max(at_least.bottom),
    };
    if plot.width() < SMALLEST || plot.height() < SMALLEST {
        return Err(Error::Room {
            width: place.width(),
            height: place.height(),
            what: "the plot beside its labels and counts".to_owned(),
        });
    }
    let tick_room = tick_room(profile);
    Ok(Frame {
        place,
        plot,
        counts,
        naming: Naming::None,
        inset: None,
        notes: Vec::new(),
        // Letters of panels side by side stand on one level, whatever stands below them.
        strip: place.top,
        tick_room,
        choice,
    })
}

/// Finds places for names and notes, or says what to try next.
fn settle(
    panel: &Panel,
    profile: &Profile,
    mut frame: Frame,
    choice: Choice,
) -> Result<Frame, Choice> {
    let mut obstacles = obstacles(panel, &frame);
    obstacles.boxes.extend(frame.inset.map(|plot| with_labels(panel, profile, plot).grown(0.8)));
    let width = frame.place.width();
    let automatic = panel.legend == Legend::Auto;
    frame.naming = match choice.legend {
        Legend::Direct if automatic && !key::direct_is_clear(panel, profile, &frame, width) => {
            // Notes that name every group with its key are a legend already.
            let named = panel.notes.iter().filter_map(|forms| forms.first());
            let named = named.map(Block::named).sum::<usize>() == panel.series.len();
            let legend = if named { Legend::None } else { Legend::Inside };
            return Err(Choice { legend, ..choice });
        }
        Legend::Direct => key::direct(panel, profile, &frame, width),
        Legend::Inside | Legend::Auto => match key::inside(panel, profile, &frame, &obstacles) {
            Some(place) => {
                obstacles.boxes.push(place.grown(Spacing::AROUND));
                Naming::Inside(place)
            }
            // Names before the counts, with their keys, are a legend already.
            None if automatic && named_before_counts(panel) => Naming::None,
            None => return Err(Choice { legend: Legend::Top, ..choice }),
        },
        Legend::Top => Naming::Top,
        Legend::None => Naming::None,
    };
    let inside = panel.notes.len() - choice.notes_on_top;
    let room = Rect {
        left: frame.plot.left + Spacing::NOTE_LEFT,
        top: frame.plot.top + Spacing::AROUND,
        right: frame.plot.right - 0.5,
        bottom: frame.plot.bottom - Spacing::NOTE_BOTTOM,
    };
    for forms in &panel.notes[..inside] {
        // Notes that serve as a legend stand where legends stand.
        let legend = choice.legend == Legend::None && forms.iter().any(|form| form.named() > 0);
        let low = panel.notes_low != legend;
        let found = forms.iter().enumerate().find_map(|(form, block)| {
            let (width, height) = block.size(profile);
            obstacles.find_clear(&room, width, height, low).map(|place| (form, place))
        });
        let Some((form, place)) = found else {
            return Err(Choice { notes_on_top: choice.notes_on_top + 1, ..choice });
        };
        obstacles.boxes.push(place.grown(Spacing::AROUND));
        frame.notes.push(NotePlace { form, place: Some(place) });
    }
    for forms in &panel.notes[inside..] {
        let form = form_above(forms, profile, width);
        frame.notes.push(NotePlace { form, place: None });
    }
    Ok(frame)
}

/// The plot of the inset, as large as a free place allows.
fn inset(panel: &Panel, profile: &Profile, frame: &Frame) -> Option<Rect> {
    let obstacles = obstacles(panel, frame);
    let room = frame.plot.grown(-Spacing::NOTE_LEFT);
    [0.7, 0.6, 0.5, 0.4].into_iter().find_map(|share| {
        let (width, height) = (share * frame.plot.width(), share * frame.plot.height());
        let place = obstacles.find_clear(&room, width, height, !panel.notes_low)?;
        let own = with_labels(panel, profile, Rect::new(0.0, 0.0, 0.0, 0.0));
        let plot = Rect {
            left: place.left - own.left,
            top: place.top - own.top,
            right: place.right - own.right,
            bottom: place.bottom - own.bottom,
        };
        (plot.width() > 0.5 * SMALLEST && plot.height() > 0.5 * SMALLEST).then_some(plot)
    })
}

/// An inset's plot with the labels around it.
fn with_labels(panel: &Panel, profile: &Profile, plot: Rect) -> Rect {
    let size = profile.type_size.small;
    let ticks = panel.inset.iter().flat_map(|axis| &axis.ticks);
    let widest = ticks.map(|tick| font::width(&tick.1, Cut::Regular, size)).fold(0.0, f64::max);
    let last = panel.x.ticks.last().map_or(0.0, |tick| font::width(&tick.1, Cut::Regular, size));
    Rect {
        left: plot.left - widest - outside_tick(profile) - Spacing::BESIDE_TICK,
        top: plot.top - font::cap_height(size) / 2.0,
        right: plot.right + 0.5 + last / 2.0,
        bottom: plot.bottom + tick_room(profile) + font::descent(size),
    }
}

/// The fullest form that is no wider than most of the page, else the last one. It starts above the
/// upright axis where it can, further left where it must.
fn form_above(forms: &[Block], profile: &Profile, width: f64) -> usize {
    let fits = |form: &Block| form.size(profile).0 <= 0.9 * width;
    forms.iter().position(fits).unwrap_or(forms.len().saturating_sub(1))
}

/// Whether every curve is named, with its key, before its counts.
fn named_before_counts(panel: &Panel) -> bool {
    let rows = panel.counts.iter().flat_map(|counts| &counts.rows);
    rows.filter(|row| row.keyed).count() == panel.series.len()
}

/// The lines of the title of the upright axis.
pub(crate) fn y_title_lines(title: &str, profile: &Profile) -> Vec<String> {
    let size = profile.type_size.base;
    font::wrap(title, Cut::Regular, size, 14.5 * size * MM_PER_PT, 3)
}

/// Everything that names and notes must not cover.
fn obstacles(panel: &Panel, frame: &Frame) -> Obstacles {
    let mut obstacles = Obstacles::default();
    for series in &panel.series {
        for line in &series.lines {
            let points = line.points.iter().map(|&(x, y)| frame.at(panel, x, y));
            obstacles.add_path(&coarse(points));
        }
        let aside = 0.5 * panel.series.len() as f64 * BARS_APART;
        for &(time, lower, upper) in &series.bars {
            let (bottom, top) = (frame.at(panel, time, lower), frame.at(panel, time, upper));
            let (left, right) = (bottom.x - aside, bottom.x + aside);
            obstacles.boxes.push(Rect { left, right, top: top.y, bottom: bottom.y });
        }
        for &(x, y) in series.marks.iter().chain(&series.dots) {
            let at = frame.at(panel, x, y);
            obstacles.boxes.push(Rect::new(at.x - 0.4, at.y - 1.0, 0.8, 2.0));
        }
        for band in &series.bands {
            // Pieces of at most a twentieth of the plot, so that a long band is not one big box.
            let points = coarse(band.border.iter().map(|&(x, y)| frame.at(panel, x, y)));
            obstacles.areas.extend(slices(&points, frame.plot.width() / 20.0));
        }
    }
    for reference in &panel.references {
        let (from, to) = match reference.axis {
            Axis::X => {
                let x = frame.x(panel, reference.value);
                (Point::new(x, frame.plot.top), Point::new(x, frame.plot.bottom))
            }
            Axis::Y => {
                let y = frame.y(panel, reference.value);
                (Point::new(frame.plot.left, y), Point::new(frame.plot.right, y))
            }
        };
        obstacles.lines.push((from, to));
    }
    obstacles
}

/// The points of a path that lie at least a tenth of a millimetre from the one before, and the
/// last: a curve of a million steps has no more obstacles than can be seen.
fn coarse(points: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    let mut last = None;
    for point in points {
        let near =
            |other: &Point| (other.x - point.x).abs() < 0.1 && (other.y - point.y).abs() < 0.1;
        if !kept.last().is_some_and(near) {
            kept.push(point);
        }
        last = Some(point);
    }
    kept.extend(last);
    kept
}

/// Upright slices of an area: for each slice of this width, the box around the border's points.
fn slices(points: &[Point], width: f64) -> Vec<Rect> {
    let mut boxes: Vec<Option<Rect>> = Vec::new();
    let Some(left) = points.iter().map(|point| point.x).min_by(f64::total_cmp) else {
        return Vec::new();
    };
    // A border between two points passes through every slice between them.
    for pair in points.windows(2) {
        let (from, to) = (pair[0].x.min(pair[1].x), pair[0].x.max(pair[1].x));
        let slice = |x: f64| ((x - left) / width).floor().max(0.0) as usize;
        for index in slice(from)..=slice(to) {
            if boxes.len() <= index {
                boxes.resize(index + 1, None);
            }
            let (top, bottom) = (pair[0].y.min(pair[1].y), pair[0].y.max(pair[1].y));
            let start = left + index as f64 * width;
            let slot =
                boxes[index].get_or_insert(Rect { left: start, right: start + width, top, bottom });
            slot.top = slot.top.min(top);
            slot.bottom = slot.bottom.max(bottom);
        }
    }
    boxes.into_iter().flatten().collect()
}

fn needed(
    panel: &Panel,
    profile: &Profile,
    width: f64,
    counts: Option<&CountLayout>,
    choice: Choice,
) -> Margins {
    let small = profile.type_size.small;
    let of_ticks = panel.y.ticks.iter().map(|tick| font::width(&tick.1, Cut::Regular, small));
    let mut left = profile.line.axis;
    if panel.y.labelled {
        left += outside_tick(profile) + Spacing::BESIDE_TICK + of_ticks.fold(0.0, f64::max);
        if !panel.y.title.is_empty() {
            let lines = y_title_lines(&panel.y.title, profile).len() as f64;
            left += Spacing::TITLE_BESIDE + lines * font::line_height(profile.type_size.base);
        }
    }
    let last = panel.x.ticks.last();
    let overhang = last.map_or(0.0, |(value, label)| {
        let cells = panel.counts.as_ref().map_or(0.0, |counts| counts.widest(profile));
        let half = font::width(label, Cut::Regular, small).max(cells) / 2.0;
        // Only what sticks out over the end of the axis.
        half - (1.0 - panel.x.share(*value)) * 0.6 * width
    });
    let mut right = overhang.max(0.0) + 0.8;
    if choice.legend == Legend::Direct {
        right = right.max(key::direct_width(panel, profile, width));
    }
    let mut bottom = 0.5;
    if panel.x.labelled {
        bottom += tick_room(profile) + font::descent(small);
        if !panel.x.title.is_empty() {
            bottom += Spacing::TITLE_BELOW + font::line_height(profile.type_size.base);
        }
    }
    if let Some(counts) = counts {
        left = left.max(counts.left);
        bottom += counts.height() + Spacing::COUNTS;
    }
    let top = above(profile) + strip_height(panel, profile, width, choice);
    Margins { left, right, top, bottom }
}

/// Above the plot: half of the highest tick label.
fn above(profile: &Profile) -> f64 {
    font::cap_height(profile.type_size.small) / 2.0 + Spacing::ABOVE
}

/// Title, legend rows and notes above the plot.
fn strip_height(panel: &Panel, profile: &Profile, width: f64, choice: Choice) -> f64 {
    let line = font::line_height(profile.type_size.base);
    let mut height = 0.0;
    if panel.letter.is_some() || panel.title.is_some() {
        height += font::line_height(profile.type_size.letter) + Spacing::BELOW_HEADING;
    }
    if choice.legend == Legend::Top {
        height += key::top_lines(panel, profile, width) as f64 * line + Spacing::ABOVE;
    }
    let inside = panel.notes.len() - choice.notes_on_top;
    for forms in &panel.notes[inside..] {
        let form = form_above(forms, profile, width);
        height += forms[form].size(profile).1 + Spacing::ABOVE;
    }
    height
}

/// The height of the axis title and the tick labels below the axis line.
fn tick_room(profile: &Profile) -> f64 {
    outside_tick(profile) + Spacing::BELOW_TICK + font::cap_height(profile.type_size.small)
}

pub(crate) fn outside_tick(profile: &Profile) -> f64 {
    match profile.line.ticks {
        Ticks::Out => profile.line.tick_length,
        Ticks::In => 0.0,
    }
}

/// The height of the panel whose plot has this height, in millimetres.
///
/// What finds no place in a plot of this height stands above it, and is counted.
pub(crate) fn natural_height(panel: &Panel, profile: &Profile, width: f64, plot: f64) -> f64 {
    let Margins { top, bottom, .. } = margins(panel, profile, width);
    let first = strip_height(panel, profile, width, Choice::first(panel));
    let above = |plot: f64| {
        let place = Rect::new(0.0, 0.0, width, top + plot + bottom);
        match frame(panel, profile, place, Margins::default()) {
            Ok(frame) => strip_height(panel, profile, width, frame.choice) - first,
            // Not even a low plot remains under what stands above it: make room for all of that.
            Err(_) => strip_height(panel, profile, width, Choice::last(panel)) - first,
        }
    };
    // A slightly higher plot with everything in it beats a low one under a pile of notes.
    let fits = [1.0, 1.1, 1.2].into_iter().map(|f| f * plot).find(|&plot| above(plot) <= 0.0);
    match fits {
        Some(plot) => top + plot + bottom,
        None => top + above(plot) + plot + bottom,
    }
}

/// The distance that columns of counts need, in millimetres.
pub(crate) fn column_distance(widest: f64, profile: &Profile) -> f64 {
    widest + gap(profile) * 0.7
}

/// The height of a figure with a plot of pleasant proportion.
pub(crate) fn figure_height(panel: &Panel, profile: &Profile, width: f64) -> f64 {
    let width = width - 2.0 * Spacing::EDGE;
    let Margins { left, right, .. } = margins(panel, profile, width);
    let title = y_title_lines(&panel.y.title, profile);
    let size = profile.type_size.base;
    let title = title.iter().map(|line| font::width(line, Cut::Regular, size));
    let plot = panel.proportion * (width - left - right);
    let plot = if panel.proportion < 0.5 { plot.max(16.0) } else { plot.clamp(30.0, 90.0) };
    // No lower than the title beside it is long.
    let plot = title.fold(plot, f64::max);
    natural_height(panel, profile, width, plot) + 2.0 * Spacing::EDGE
}
