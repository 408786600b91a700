//! Notes in the plot: lines of text, and small tables whose columns stand under each other.

use crate::font::{self, Cut};
use crate::profile::Profile;
use crate::scene::Run;
use crate::spacing::Spacing;

/// Rows that are kept together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    pub rows: Vec<Row>,
}

/// A row of a block. One cell runs across all columns; more of them stand in columns, the first one
/// flush left and the others flush right.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The group whose key stands before the row.
    pub group: Option<usize>,
    pub cells: Vec<Vec<Run>>,
    /// Whether it heads columns, and so is quieter than what it heads.
    pub heading: bool,
    /// Whether it goes on from the row before, and so bears no key of its own.
    pub continued: bool,
    /// Whether it is never broken: a number with its interval.
    pub whole: bool,
}

impl Row {
    /// A line of text across all columns.
    pub fn line(runs: Vec<Run>) -> Row {
        Row { group: None, cells: vec![runs], heading: false, continued: false, whole: false }
    }

    /// A line of text across all columns that is never broken.
    pub fn whole(runs: Vec<Run>) -> Row {
        Row { whole: true, ..Row::line(runs) }
    }

    /// Cells of plain text.
    pub fn cells(group: Option<usize>, cells: &[&str], heading: bool) -> Row {
        let run = |text: &&str| vec![Run { text: (*text).to_owned(), cut: Cut::Regular }];
        let cells = cells.iter().map(run).collect();
        Row { group, cells, heading, continued: false, whole: false }
    }

    pub fn spans(&self) -> bool {
        self.cells.len() == 1
    }

    /// Whether the row names its group.
    pub fn names(&self) -> bool {
        self.group.is_some()
            && !self.continued
            && self.cells.first().is_some_and(|runs| runs.iter().any(|run| !run.text.is_empty()))
    }
}

/// The width of a cell in millimetres.
pub(crate) fn cell_width(runs: &[Run], profile: &Profile) -> f64 {
    runs.iter().map(|run| font::width(&run.text, run.cut, profile.type_size.small)).sum()
}

impl Block {
    /// Lines of text.
    pub fn lines(lines: impl IntoIterator<Item = Vec<Run>>) -> Block {
        Block { rows: lines.into_iter().map(Row::line).collect() }
    }

    /// How many groups the block names with their keys.
    pub fn named(&self) -> usize {
        self.rows.iter().filter(|row| row.names()).count()
    }

    /// What the keys take before the text, in millimetres.
    pub fn key(&self, profile: &Profile) -> f64 {
        let keyed = self.rows.iter().any(|row| row.group.is_some());
        if keyed { font::legend_key(profile.type_size.small) + Spacing::AFTER_KEY } else { 0.0 }
    }

    /// The widths of the columns, in millimetres.
    pub fn columns(&self, profile: &Profile) -> Vec<f64> {
        let mut columns: Vec<f64> = Vec::new();
        for row in self.rows.iter().filter(|row| !row.spans()) {
            columns.resize(columns.len().max(row.cells.len()), 0.0);
            for (column, cell) in columns.iter_mut().zip(&row.cells) {
                *column = column.max(cell_width(cell, profile));
            }
        }
        columns
    }

    /// Between columns, in millimetres; nothing after a column of names that is empty.
    pub fn gap(profile: &Profile) -> f64 {
        font::width("000", Cut::Regular, profile.type_size.small)
    }

    /// Where the columns end (the first one: where it starts), from the left edge of the block.
    pub fn places(&self, profile: &Profile) -> Vec<f64> {
        let mut at = self.key(profile);
        let mut places = Vec::new();
        for (index, width) in self.columns(profile).into_iter().enumerate() {
            if index == 0 {
                places.push(at);
                at += width;
            } else {
                at += width + if at > self.key(profile) { Block::gap(profile) } else { 0.0 };
                places.push(at);
            }
        }
        places
    }

    /// Width and height, in millimetres.
    pub fn size(&self, profile: &Profile) -> (f64, f64) {
        let columns = self.places(profile).last().copied().unwrap_or(0.0);
        let lines = self.rows.iter().filter(|row| row.spans());
        let widest = lines.map(|row| cell_width(&row.cells[0], profile)).fold(columns, f64::max);
        (widest, self.rows.len() as f64 * font::line_height(profile.type_size.small))
    }

    /// The block with names of groups broken where they would be wider than `limit` millimetres.
    pub fn with_broken_names(&self, profile: &Profile, limit: f64) -> Block {
        let size = profile.type_size.small;
        let broken = |row: &Row| {
            if row.spans() || !row.names() {
                return vec![row.clone()];
            }
            let name: String = row.cells[0].iter().map(|run| run.text.as_str()).collect();
            let lines = font::wrap(&name, Cut::Regular, size, limit, 4);
            let lines = lines.into_iter().enumerate().map(|(index, text)| {
                let mut cells = vec![vec![Run { text, cut: Cut::Regular }]];
                match index {
                    0 => cells.extend_from_slice(&row.cells[1..]),
                    _ => cells.resize(row.cells.len(), Vec::new()),
                }
                Row { cells, continued: index > 0, ..row.clone() }
            });
            lines.collect()
        };
        Block { rows: self.rows.iter().flat_map(broken).collect() }
    }

    /// The block with lines of one cut broken where they would be wider than `limit` millimetres. A
    /// line of several cuts is short (a test and its P value) and stays whole.
    pub fn wrapped(&self, profile: &Profile, limit: f64) -> Block {
        let size = profile.type_size.small;
        let broken = |row: &Row| match &row.cells[..] {
            [runs] if runs.len() == 1 && !row.whole => {
                font::wrap(&runs[0].text, runs[0].cut, size, limit, 4)
                    .into_iter()
                    .map(|text| Row::line(vec![Run { text, cut: runs[0].cut }]))
                    .collect()
            }
            _ => vec![row.clone()],
        };
        Block { rows: self.rows.iter().flat_map(broken).collect() }
    }
}
