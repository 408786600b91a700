//! Which curve is whose: labels beside the curves, a legend in the plot or above it.

use super::frame::{Frame, Naming};
use super::spec::{Panel, Series};
use crate::font::{self, Cut};
use crate::geometry::{Obstacles, Rect};
use crate::profile::Profile;
use crate::spacing::Spacing;

/// The widest a direct label may be, as a part of the panel's width.
const DIRECT_SHARE: f64 = 0.24;

/// The lines of each direct label.
pub(crate) fn direct_lines(panel: &Panel, profile: &Profile, width: f64) -> Vec<Vec<String>> {
    let limit = DIRECT_SHARE * width;
    let wrap = |name: &str| font::wrap(name, Cut::Regular, profile.type_size.base, limit, 3);
    panel.series.iter().map(|series| wrap(&series.name)).collect()
}

/// What direct labels take right of the plot, in millimetres.
pub(crate) fn direct_width(panel: &Panel, profile: &Profile, width: f64) -> f64 {
    let lines = direct_lines(panel, profile, width);
    let size = profile.type_size.base;
    let widest = lines.iter().flatten().map(|line| font::width(line, Cut::Regular, size));
    widest.fold(0.0, f64::max) + 2.2
}

/// Whether labels beside the curves read without doubt: few, short, and their curves end apart.
pub(crate) fn direct_is_clear(panel: &Panel, profile: &Profile, frame: &Frame, width: f64) -> bool {
    let few = (2..=6).contains(&panel.series.len());
    if !few || frame.plot.width() < 0.5 * width {
        return false;
    }
    let lines = direct_lines(panel, profile, width);
    let whole = lines.iter().zip(&panel.series).all(|(lines, series)| {
        lines.join(" ") == series.name.split_whitespace().collect::<Vec<_>>().join(" ")
            && lines.len() <= 2
    });
    if !whole {
        return false;
    }
    let wanted = wanted_heights(panel, frame);
    let placed = spread(&wanted, &heights(&lines, profile), frame);
    let line = font::line_height(profile.type_size.base);
    wanted.iter().zip(&placed).all(|(wanted, placed)| (wanted - placed).abs() <= 0.6 * line)
        && panel.series.iter().all(|series| {
            // A label far from the end of its curve needs a leader through the others.
            series.end().is_some_and(|(x, _)| panel.x.share(x) > 0.8)
        })
}

/// The labels beside the curves, moved apart where they would touch.
pub(crate) fn direct(panel: &Panel, profile: &Profile, frame: &Frame, width: f64) -> Naming {
    let lines = direct_lines(panel, profile, width);
    let wanted = wanted_heights(panel, frame);
    let placed = spread(&wanted, &heights(&lines, profile), frame);
    let labels = panel.series.iter().zip(lines).zip(placed);
    Naming::Direct(labels.map(|((series, lines), y)| (series.group, lines, y)).collect())
}

fn heights(lines: &[Vec<String>], profile: &Profile) -> Vec<f64> {
    let line = font::line_height(profile.type_size.base);
    lines.iter().map(|lines| lines.len() as f64 * line).collect()
}

fn wanted_heights(panel: &Panel, frame: &Frame) -> Vec<f64> {
    let end = |series: &Series| series.end().map_or(0.0, |(_, y)| y);
    panel.series.iter().map(|series| frame.y(panel, end(series))).collect()
}

/// Moves the middles of stacked labels apart, each as little as needed, within the plot: labels
/// that touch form a block around the mean of where they want to be.
fn spread(wanted: &[f64], heights: &[f64], frame: &Frame) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]));
    // Blocks from top to bottom: members, upper edge, height.
    let mut blocks: Vec<(Vec<usize>, f64, f64)> = Vec::new();
    let (ceiling, floor) = (frame.plot.top - 1.0, frame.plot.bottom + 1.0);
    for index in order {
        let height = heights[index];
        blocks.push((vec![index], wanted[index] - height / 2.0, height));
        loop {
            let last = blocks.len() - 1;
            let (members, _, height) = &blocks[last];
            let mut above = 0.0;
            let mut sum = 0.0;
            for &member in members {
                sum += wanted[member] - heights[member] / 2.0 - above;
                above += heights[member];
            }
            let best = sum / members.len() as f64;
            let top = best.min(floor - height).max(ceiling);
            blocks[last].1 = top;
            if last == 0 || blocks[last - 1].1 + blocks[last - 1].2 <= top + 1e-9 {
                break;
            }
            let (members, _, height) = blocks.pop().expect("the last block was just looked at");
            let previous = blocks.last_mut().expect("there is a block before it");
            previous.0.extend(members);
            previous.2 += height;
        }
    }
    let mut placed = vec![0.0; wanted.len()];
    for (members, mut top, _) in blocks {
        for member in members {
            placed[member] = top + heights[member] / 2.0;
            top += heights[member];
        }
    }
    placed
}

/// The size of a legend inside the plot.
pub(crate) fn legend_size(panel: &Panel, profile: &Profile) -> (f64, f64) {
    let size = profile.type_size.base;
    let name = |name: &str| font::width(name, Cut::Regular, size);
    let widest = panel.series.iter().map(|series| name(&series.name)).fold(0.0, f64::max);
    let line = font::line_height(size);
    (
        font::legend_key(profile.type_size.base) + Spacing::AFTER_KEY + widest,
        panel.series.len() as f64 * line,
    )
}

/// The rows of a legend above the plot: which series stand in each, and the lines of their names.
/// A name that is wider than the page is broken.
pub(crate) fn top_rows(
    panel: &Panel,
    profile: &Profile,
    width: f64,
) -> Vec<Vec<(usize, Vec<String>)>> {
    let size = profile.type_size.base;
    let before = font::legend_key(profile.type_size.base) + Spacing::AFTER_KEY;
    let mut rows: Vec<Vec<(usize, Vec<String>)>> = vec![Vec::new()];
    let mut used = 0.0;
    for (index, series) in panel.series.iter().enumerate() {
        let lines = font::wrap(&series.name, Cut::Regular, size, width - before, 3);
        let widths = lines.iter().map(|line| font::width(line, Cut::Regular, size));
        let entry = before + widths.fold(0.0, f64::max);
        let row = rows.last_mut().expect("there is always a row");
        if !row.is_empty() && used + entry > width {
            rows.push(vec![(index, lines)]);
            used = entry + Spacing::LEGEND_ENTRIES;
        } else {
            row.push((index, lines));
            used += entry + Spacing::LEGEND_ENTRIES;
        }
    }
    rows
}

/// How many lines a legend above the plot takes.
pub(crate) fn top_lines(panel: &Panel, profile: &Profile, width: f64) -> usize {
    let rows = top_rows(panel, profile, width);
    rows.iter().map(|row| row.iter().map(|(_, lines)| lines.len()).max().unwrap_or(1)).sum()
}

/// A place for a legend in the plot.
pub(crate) fn inside(
    panel: &Panel,
    profile: &Profile,
    frame: &Frame,
    obstacles: &Obstacles,
) -> Option<Rect> {
    let (width, height) = legend_size(panel, profile);
    let room = Rect {
        left: frame.plot.left + 1.5,
        top: frame.plot.top + Spacing::AROUND,
        right: frame.plot.right,
        bottom: frame.plot.bottom - 1.2,
    };
    if width > 0.62 * frame.plot.width() {
        return None;
    }
    obstacles.find(&room, width, height, !panel.notes_low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_would_touch_move_apart_around_their_mean() {
        let frame = Frame::for_test(Rect::new(0.0, 0.0, 50.0, 100.0));
        let placed = spread(&[50.0, 51.0, 90.0], &[4.0; 3], &frame);
        assert!((placed[1] - placed[0] - 4.0).abs() < 1e-9);
        assert!((placed[0] + placed[1] - 101.0).abs() < 1e-9);
        assert_eq!(placed[2], 90.0);
    }

    #[test]
    fn labels_stay_beside_the_plot() {
        let frame = Frame::for_test(Rect::new(0.0, 0.0, 50.0, 100.0));
        let placed = spread(&[100.0, 100.0, 100.0], &[4.0; 3], &frame);
        assert!(placed.iter().all(|&y| y + 2.0 <= 101.0 + 1e-9));
    }
}
