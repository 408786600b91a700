//! The words of a panel: letter and title, names of groups, notes, counts.

use super::block::{Block, Row};
use super::counts::key_width;
use super::frame::Naming;
use super::key;
use super::pen::Pen;
use super::spec::Series;
use crate::font::{self, Cut};
use crate::geometry::Point;
use crate::scene::{Anchor, Role, Shape, Stroke, Text};
use crate::spacing::Spacing;

impl Pen<'_> {
    pub fn heading(&mut self) {
        let size = self.profile.type_size.letter;
        let baseline = self.frame.strip + font::ascent(size);
        let mut left = self.frame.place.left;
        if let Some(letter) = &self.panel.letter {
            let at = Point::new(left, baseline);
            let text = Text::plain(letter, at, Anchor::Start, size, self.profile.colour.ink).bold();
            left += text.width() + Spacing::AFTER_LETTER;
            self.push(Role::Letter, Shape::Text(text));
        }
        if let Some(title) = &self.panel.title {
            let base = self.profile.type_size.base;
            let limit = self.frame.place.right - left;
            let line = font::wrap(title, Cut::Bold, base, limit, 1).remove(0);
            let at = Point::new(left, baseline);
            let text = Text::plain(&line, at, Anchor::Start, base, self.profile.colour.ink).bold();
            self.push(Role::Title, Shape::Text(text));
        }
    }

    /// The top of what stands above the plot, below letter and title.
    fn below_heading(&self) -> f64 {
        let heading = self.panel.letter.is_some() || self.panel.title.is_some();
        let height = font::line_height(self.profile.type_size.letter) + Spacing::BELOW_HEADING;
        self.frame.strip + if heading { height } else { 0.0 }
    }

    pub fn naming(&mut self) {
        match &self.frame.naming {
            Naming::None => {}
            Naming::Direct(labels) => {
                for (group, lines, y) in labels {
                    self.direct(*group, lines, *y);
                }
            }
            Naming::Inside(place) => {
                let line = font::line_height(self.profile.type_size.base);
                for (row, series) in self.panel.series.iter().enumerate() {
                    let top = place.top + row as f64 * line;
                    let lines = std::slice::from_ref(&series.name);
                    self.legend_entry(series, lines, place.left, top);
                }
            }
            Naming::Top => {
                let width = self.frame.place.width();
                let line = font::line_height(self.profile.type_size.base);
                let mut top = self.below_heading();
                for row in key::top_rows(self.panel, self.profile, width) {
                    let mut left = self.frame.place.left;
                    let lines = row.iter().map(|(_, lines)| lines.len()).max().unwrap_or(1);
                    for (index, lines) in row {
                        let series = &self.panel.series[index];
                        left =
                            self.legend_entry(series, &lines, left, top) + Spacing::LEGEND_ENTRIES;
                    }
                    top += lines as f64 * line;
                }
            }
        }
    }

    /// A key and a name; returns where the name ends.
    fn legend_entry(&mut self, series: &Series, lines: &[String], left: f64, top: f64) -> f64 {
        let size = self.profile.type_size.base;
        let key = font::legend_key(self.profile.type_size.base);
        let baseline = top + font::ascent(size) + 0.1;
        self.key(Role::LegendKey(series.group), series, left, key, baseline, size);
        let mut end = left;
        for (index, text) in lines.iter().enumerate() {
            let below = index as f64 * font::line_height(size);
            let at = Point::new(left + key + Spacing::AFTER_KEY, baseline + below);
            self.text(Role::LegendLabel(series.group), text, at, Anchor::Start, size);
            end = end.max(at.x + font::width(text, Cut::Regular, size));
        }
        end
    }

    fn direct(&mut self, group: usize, lines: &[String], middle: f64) {
        let Some(series) = self.panel.series_of(group) else { return };
        let size = self.profile.type_size.base;
        let line = font::line_height(size);
        let left = self.frame.plot.right + Spacing::DIRECT;
        if let Some((x, y)) = series.end() {
            let end = self.frame.at(self.panel, x, y);
            if left - end.x > 4.0 || (end.y - middle).abs() > 0.5 * line {
                let stroke = Stroke {
                    colour: series.colour,
                    width: self.profile.line.reference,
                    dashes: vec![0.3, 0.6],
                };
                let from = Point::new(end.x + 0.5, end.y);
                self.line(Role::Leader(group), from, Point::new(left - 0.4, middle), stroke);
            }
        }
        let top = middle - lines.len() as f64 * line / 2.0;
        for (row, text) in lines.iter().enumerate() {
            let centre = top + (row as f64 + 0.5) * line;
            let at = Point::new(left, centre + font::cap_height(size) / 2.0);
            let text = Text::plain(text, at, Anchor::Start, size, series.colour);
            self.push(Role::DirectLabel(group), Shape::Text(text));
        }
    }

    pub fn notes(&mut self) {
        let above = font::cap_height(self.profile.type_size.small) / 2.0 + Spacing::ABOVE;
        let mut bottom = self.frame.plot.top - above;
        for (forms, note) in self.panel.notes.iter().zip(&self.frame.notes) {
            let block = &forms[note.form];
            match note.place {
                Some(place) => self.block(block, place.left, place.top),
                None => {
                    let (width, height) = block.size(self.profile);
                    bottom -= Spacing::ABOVE + height;
                    let left = self.frame.plot.left.min(self.frame.place.right - width);
                    self.block(block, left.max(self.frame.place.left), bottom);
                }
            }
        }
    }

    fn block(&mut self, block: &Block, left: f64, top: f64) {
        let size = self.profile.type_size.small;
        let key = block.key(self.profile) - Spacing::AFTER_KEY;
        let places = block.places(self.profile);
        for (index, row) in block.rows.iter().enumerate() {
            let baseline = top + index as f64 * font::line_height(size) + font::ascent(size) + 0.1;
            let keyed = row.group.filter(|_| !row.continued);
            if let Some(series) = keyed.and_then(|group| self.panel.series_of(group)) {
                self.key(Role::LegendKey(series.group), series, left, key, baseline, size);
            }
            if row.spans() {
                self.cell(row, 0, Point::new(left, baseline), Anchor::Start);
                continue;
            }
            for (column, &place) in places.iter().enumerate().take(row.cells.len()) {
                let anchor = if column == 0 { Anchor::Start } else { Anchor::End };
                self.cell(row, column, Point::new(left + place, baseline), anchor);
            }
        }
    }

    fn cell(&mut self, row: &Row, column: usize, at: Point, anchor: Anchor) {
        let runs = row.cells[column].clone();
        if runs.iter().all(|run| run.text.is_empty()) {
            return;
        }
        let colours = &self.profile.colour;
        let colour = if row.heading { colours.quiet } else { colours.ink };
        let size = self.profile.type_size.small;
        let role = match row.group {
            Some(group) if column == 0 => Role::LegendLabel(group),
            _ => Role::Annotation,
        };
        self.push(role, Shape::Text(Text { at, anchor, size, runs, colour, upwards: false }));
    }

    pub fn counts(&mut self) {
        let (Some(counts), Some(layout)) = (&self.panel.counts, &self.frame.counts) else { return };
        let size = self.profile.type_size.small;
        let line = font::line_height(size);
        let mut top = self.frame.place.bottom - layout.height();
        let left = self.frame.place.left;
        let header =
            font::wrap(&counts.header, Cut::Regular, size, self.frame.place.right - left, 1);
        let at = Point::new(left, top + font::ascent(size));
        self.text(Role::CountHeader, &header[0], at, Anchor::Start, size);
        top += layout.header;
        for ((row, lines), height) in counts.rows.iter().zip(&layout.labels).zip(&layout.heights) {
            let series = self.panel.series_of(row.group);
            let mut baseline = top + font::ascent(size);
            let before = if row.keyed { key_width(self.profile) } else { 0.0 };
            if let (true, Some(series)) = (row.keyed, series) {
                let key = before - 1.0;
                self.key(Role::RowKey(row.group), series, left, key, baseline, size);
            }
            for (index, text) in lines.iter().enumerate() {
                let at = Point::new(left + before, baseline + index as f64 * line);
                let ink = match series {
                    Some(series) if row.keyed => series.colour,
                    _ => self.profile.colour.ink,
                };
                let text = Text::plain(text, at, Anchor::Start, size, ink);
                self.push(Role::RowLabel(row.group), Shape::Text(text));
            }
            if layout.stacked {
                baseline += lines.len() as f64 * line;
            }
            for (&time, cell) in counts.times.iter().zip(&row.cells) {
                let at = Point::new(self.frame.x(self.panel, time), baseline);
                let role = Role::Count { group: row.group, time, counted: row.counted };
                self.text(role, cell, at, Anchor::Middle, size);
            }
            top += height;
        }
    }
}
