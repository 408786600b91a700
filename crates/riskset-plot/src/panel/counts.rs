//! The counts under a plot: their rows, and the room that they take.

use super::spec::{CountRow, CountTable, Panel};
use crate::font::{self, Cut};
use crate::geometry::MM_PER_PT;
use crate::profile::Profile;

/// How the rows are laid out.
#[derive(Clone, Debug)]
pub(crate) struct CountLayout {
    /// The lines of each row's label.
    pub labels: Vec<Vec<String>>,
    /// Labels stand above their counts, because they are too long to stand before them.
    pub stacked: bool,
    /// What labels and half a count take left of the plot, in millimetres.
    pub left: f64,
    /// The height of each row.
    pub heights: Vec<f64>,
    /// The height of the header.
    pub header: f64,
}

/// The width of the key before a label, with its gap.
pub(crate) fn key_width(profile: &Profile) -> f64 {
    font::width("00000", Cut::Regular, profile.type_size.small)
}

impl CountTable {
    /// The widest count, in millimetres.
    pub fn widest(&self, profile: &Profile) -> f64 {
        let size = profile.type_size.small;
        let widths = self.rows.iter().flat_map(|row| &row.cells);
        widths.map(|cell| font::width(cell, Cut::Regular, size)).fold(0.0, f64::max)
    }

    /// Finds room for the labels: before the counts when they fit into `share` of the width of the
    /// page, above them when they do not.
    pub fn layout(&self, profile: &Profile, width: f64) -> CountLayout {
        let size = profile.type_size.small;
        let key = key_width(profile);
        let before = self.widest(profile) / 2.0 + gap(profile);
        // About 26 mm of text at 6.5 pt: more would push the plot aside.
        let limit = (0.34 * width - key).min(11.5 * size * MM_PER_PT);
        let line = font::line_height(size);
        let keyed = |row: &CountRow| if row.keyed { key } else { 0.0 };
        let whole = width - key - 1.0;
        let wrapped = |limit: f64| -> Vec<Vec<String>> {
            let wrap = |row: &CountRow| {
                // A name without counts of its own has the whole width.
                let limit = if row.cells.is_empty() { whole } else { limit };
                font::wrap(&row.label, Cut::Regular, size, limit, 2)
            };
            self.rows.iter().map(wrap).collect()
        };
        let beside = wrapped(limit);
        let cut = beside.iter().flatten().any(|line| line.ends_with('\u{2026}'));
        let broken = beside.iter().zip(&self.rows).any(|(lines, row)| {
            // A word broken in two reads worse than a label above its counts.
            lines.join(" ") != row.label.split_whitespace().collect::<Vec<_>>().join(" ")
        });
        let header = line + 0.5 * line;
        if cut || broken {
            let labels = wrapped(whole);
            let heights = labels.iter().zip(&self.rows).map(|(lines, row)| {
                let counts = if row.cells.is_empty() { 0.0 } else { line };
                lines.len() as f64 * line + counts + 0.25 * line
            });
            let heights = heights.collect();
            return CountLayout { labels, stacked: true, left: before, heights, header };
        }
        let label = |(lines, row): (&Vec<String>, &CountRow)| {
            let widest = lines.iter().map(|line| font::width(line, Cut::Regular, size));
            keyed(row) + widest.fold(0.0, f64::max)
        };
        let counted = beside.iter().zip(&self.rows).filter(|(_, row)| !row.cells.is_empty());
        let left = before + counted.map(label).fold(0.0, f64::max);
        let heights = beside.iter().map(|lines| lines.len() as f64 * line + 0.12 * line).collect();
        CountLayout { labels: beside, stacked: false, left, heights, header }
    }
}

/// Between a label and its first count.
pub(crate) fn gap(profile: &Profile) -> f64 {
    font::width("00", Cut::Regular, profile.type_size.small)
}

impl CountLayout {
    /// From the header to the last row, in millimetres.
    pub fn height(&self) -> f64 {
        self.header + self.heights.iter().sum::<f64>()
    }
}

impl Panel {
    /// The layout of the counts, if there are any.
    pub fn count_layout(&self, profile: &Profile, width: f64) -> Option<CountLayout> {
        self.counts.as_ref().map(|counts| counts.layout(profile, width))
    }
}
