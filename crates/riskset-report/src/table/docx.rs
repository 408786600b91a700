//! DOCX: the three-line table that journals ask for, which Word and LibreOffice edit.

use super::{Align, Row, RowKind, Table};
use crate::escape::xml_characters;
use docx_rs::{
    AlignmentType, BorderType, Docx, HeightRule, Paragraph, Run, RunFonts, TableBorders, TableCell,
    TableCellBorder, TableCellBorderPosition, TableLayoutType, TableRow, WidthType,
};
use std::io::Cursor;

/// Half points: 9 pt, as in a printed table.
const CELL_SIZE: usize = 18;
/// The width between the margins of a page, in twentieths of a point (170 mm), and of one that lies on
/// its side (257 mm).
const PAGE_WIDTH: usize = 9638;
const LONG_SIDE: usize = 14_570;
/// The signs that a line of a table holds in the size of cells.
const LINE: usize = 104;

/// A table of so many rows does not break over two pages.
const SHORT: usize = 20;

/// How a table stands in a document with styles.
pub(crate) struct PageTable {
    /// The style of its paragraphs.
    pub style: &'static str,
    /// The rows of tables before it, for the identifiers of its paragraphs.
    pub before: usize,
    /// The height that marks the row of headings, for whoever turns it into one that repeats.
    pub head: Option<f32>,
}

impl Table {
    /// The table for a document with styles, its widths fixed so that it fits the page.
    pub(crate) fn docx_page(&self, page: &PageTable) -> docx_rs::Table {
        self.docx_table_with(page.before, Some(page)).layout(TableLayoutType::Fixed)
    }

    /// The share of the width that each column takes; they sum to 1.
    pub(crate) fn shares(&self) -> Vec<f64> {
        let grid = self.docx_grid();
        let total: usize = grid.iter().sum();
        grid.iter().map(|width| *width as f64 / total as f64).collect()
    }

    /// A Word document that holds this table: title and caption above, footnotes below. The same
    /// table gives the same bytes.
    pub fn to_docx(&self) -> Vec<u8> {
        docx(std::slice::from_ref(self), &[])
    }

    /// Whether the longest words of the columns do not stand beside each other on an upright page in the
    /// size of cells, so that the page is laid on its side.
    pub(crate) fn is_landscape(&self) -> bool {
        self.wants().iter().map(|(least, _)| least).sum::<usize>() > LINE
    }

    /// The width of the page and the signs of a line, as the page lies.
    fn paper(&self) -> (usize, usize) {
        match self.is_landscape() {
            true => (LONG_SIDE, LINE * LONG_SIDE / PAGE_WIDTH),
            false => (PAGE_WIDTH, LINE),
        }
    }

    fn docx_content(&self, first: usize) -> Vec<Block> {
        let mut title = Paragraph::new()
            .id(paragraph_id(first, 0))
            .keep_next(true)
            .add_run(Run::new().add_text(xml_characters(&self.title)).bold());
        if !self.caption.is_empty() {
            title =
                title.add_run(Run::new().add_text(format!(" {}", xml_characters(&self.caption))));
        }
        let mut blocks =
            vec![Block::Text(Box::new(title)), Block::Table(Box::new(self.docx_table(first)))];
        for (number, note) in self.footnotes.iter().enumerate() {
            let run = Run::new().add_text(xml_characters(note)).size(CELL_SIZE - 2);
            let paragraph = Paragraph::new().id(paragraph_id(first, number + 1)).add_run(run);
            blocks.push(Block::Text(Box::new(paragraph)));
        }
        blocks
    }

    fn docx_table(&self, before: usize) -> docx_rs::Table {
        self.docx_table_with(before, None)
    }

    fn docx_table_with(&self, before: usize, page: Option<&PageTable>) -> docx_rs::Table {
        let last = self.rows.len();
        let headings: Vec<String> =
            self.columns.iter().map(|column| column.heading.clone()).collect();
        let heading = Row { cells: headings, kind: RowKind::Group };
        let rows = std::iter::once(&heading)
            .chain(&self.rows)
            .enumerate()
            .map(|(line, row)| self.docx_row(before, line, row, line == last, page))
            .collect();
        // A table of its own file lies on an upright page, whatever its width.
        let paper = if page.is_some() { self.paper() } else { (PAGE_WIDTH, LINE) };
        docx_rs::Table::new(rows)
            .set_borders(TableBorders::with_empty())
            .set_grid(self.docx_grid_on(paper))
            .width(paper.0, WidthType::Dxa)
            .layout(TableLayoutType::Autofit)
    }

    /// Widths by the texts of each column. A column gets what its longest word needs, so that none
    /// breaks, and of the rest a share by its longest text: labels do not break while numbers stand in
    /// white space.
    fn docx_grid(&self) -> Vec<usize> {
        self.docx_grid_on(self.paper())
    }

    fn docx_grid_on(&self, (width, signs): (usize, usize)) -> Vec<usize> {
        let wants = self.wants();
        let total: usize = wants.iter().map(|(_, want)| want).sum();
        let least: usize = wants.iter().map(|(least, _)| least).sum();
        // As many signs as a line of small print holds.
        let line = total.min(signs).max(least);
        let spare = (line - least) as f64 / (total - least).max(1) as f64;
        let shares =
            wants.iter().map(|&(least, want)| least as f64 + spare * (want - least) as f64);
        let shares: Vec<f64> = shares.collect();
        let all: f64 = shares.iter().sum();
        shares.iter().map(|share| (width as f64 * share / all) as usize).collect()
    }

    /// For each column the signs of its longest word and of its longest text, with room beside them.
    fn wants(&self) -> Vec<(usize, usize)> {
        let length = |text: &str| text.chars().count();
        let word = |text: &str| text.split(' ').map(length).max().unwrap_or(0);
        let columns = self.columns.iter().enumerate();
        let want = |(position, column): (usize, &super::Column)| {
            let runs_over = |row: &&Row| {
                row.kind == RowKind::Group && row.cells[1..].iter().all(String::is_empty)
            };
            let rows = self.rows.iter().filter(|row| position > 0 || !runs_over(row));
            let cells: Vec<&str> = rows.map(|row| row.cells[position].as_str()).collect();
            // A heading breaks between words, so half its length is enough; it is set in bold.
            let least =
                cells.iter().map(|cell| word(cell)).fold(word(&column.heading) + 1, usize::max);
            let heading = length(&column.heading).div_ceil(2);
            let longest = cells.iter().map(|cell| length(cell)).fold(heading, usize::max);
            let least = least.clamp(4, 24) + 2;
            (least, longest.clamp(6, 44).max(least) + 2)
        };
        columns.map(want).collect()
    }

    /// Whether the table needs small print to fit its columns beside each other.
    pub(crate) fn is_wide(&self) -> bool {
        self.wants().iter().map(|(_, want)| want).sum::<usize>() > self.paper().1
    }

    fn docx_row(
        &self,
        before: usize,
        line: usize,
        row: &Row,
        last: bool,
        page: Option<&PageTable>,
    ) -> TableRow {
        let (first, number) = (line == 0, before + line + 1);
        // A heading of a group with nothing beside it runs over the whole line.
        let runs_over = page.is_some()
            && !first
            && row.kind == RowKind::Group
            && row.cells[1..].iter().all(String::is_empty);
        let grid = page.map(|_| self.docx_grid());
        let shown = if runs_over { 1 } else { row.cells.len() };
        let cells = row.cells.iter().zip(&self.columns).take(shown).enumerate().map(
            |(position, (cell, column))| {
                let mut run = Run::new().add_text(xml_characters(cell));
                if page.is_none() {
                    run = run.size(CELL_SIZE);
                }
                if row.kind == RowKind::Group {
                    run = run.bold();
                }
                let align = match column.align {
                    Align::Left => AlignmentType::Left,
                    Align::Right => AlignmentType::Right,
                    Align::Center => AlignmentType::Center,
                };
                let mut paragraph =
                    Paragraph::new().id(paragraph_id(number, position)).align(align).add_run(run);
                if position == 0 && row.kind == RowKind::Indented {
                    paragraph = paragraph.indent(Some(240), None, None, None);
                }
                if let Some(page) = page {
                    // A heading stays with the first row below it, and a short table on one page.
                    let short = self.rows.len() <= SHORT && !last;
                    let keep = first || row.kind == RowKind::Group || short;
                    paragraph = paragraph.style(page.style).keep_next(keep);
                }
                let mut cell = TableCell::new().clear_all_border().add_paragraph(paragraph);
                if let Some(grid) = &grid {
                    let width = if runs_over { grid.iter().sum() } else { grid[position] };
                    cell = cell.width(width, WidthType::Dxa);
                }
                if runs_over {
                    cell = cell.grid_span(self.columns.len());
                }
                if first {
                    cell = cell
                        .set_border(rule(TableCellBorderPosition::Top, 12))
                        .set_border(rule(TableCellBorderPosition::Bottom, 6));
                }
                if last {
                    cell = cell.set_border(rule(TableCellBorderPosition::Bottom, 12));
                }
                cell
            },
        );
        let row = TableRow::new(cells.collect()).cant_split();
        match page.and_then(|page| page.head).filter(|_| first) {
            Some(mark) => row.row_height(mark).height_rule(HeightRule::Auto),
            None => row,
        }
    }
}

/// A Word document of several tables with sentences below them. The same tables give the same bytes.
pub fn docx(tables: &[Table], notes: &[String]) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let fonts = RunFonts::new().ascii("Arial").hi_ansi("Arial").cs("Arial");
    let mut docx = Docx::new().default_fonts(fonts).default_size(20);
    // A fixed date: a document that differs at each run cannot be compared.
    docx = docx.created_at("1970-01-01T00:00:00Z").updated_at("1970-01-01T00:00:00Z");
    let mut first = 0;
    for table in tables {
        for paragraph in table.docx_content(first) {
            docx = match paragraph {
                Block::Text(paragraph) => docx.add_paragraph(*paragraph),
                Block::Table(table) => docx.add_table(*table),
            };
        }
        first += table.rows.len() + 2;
    }
    for (number, note) in notes.iter().enumerate() {
        let run = Run::new().add_text(xml_characters(note));
        docx = docx.add_paragraph(Paragraph::new().id(paragraph_id(first, number)).add_run(run));
    }
    docx.build().pack(&mut file).expect("writing to memory does not fail");
    file.into_inner()
}

/// The identifier of a paragraph, eight hexadecimal digits as the format asks: the first line of a table is outside
/// it. Numbered by place, so that the same table gives the same bytes.
fn paragraph_id(line: usize, position: usize) -> String {
    format!("{:08x}", 1 + line * 4096 + position)
}

/// A part of the document, in order.
enum Block {
    Text(Box<Paragraph>),
    Table(Box<docx_rs::Table>),
}

/// A black line; `size` in eighths of a point.
fn rule(position: TableCellBorderPosition, size: usize) -> TableCellBorder {
    TableCellBorder::new(position).border_type(BorderType::Single).size(size).color("000000")
}

#[cfg(test)]
mod tests {
    use crate::table::tests::hostile;

    /// The document's XML, read back by the library's own reader into text.
    fn texts(docx: &[u8]) -> String {
        docx_rs::read_docx(docx).expect("a Word document").json()
    }

    #[test]
    fn every_text_arrives_as_it_was() {
        let json = texts(&hostile().to_docx());
        for text in ["<script>alert(1)</script>", "=1+1", "\\\\input{x}", "Märta Ångström, naïve"]
        {
            assert!(json.contains(text), "{text} in {json}");
        }
    }

    #[test]
    fn only_three_lines_are_ruled() {
        let json = texts(&hostile().to_docx());
        assert!(!json.contains("\"borderType\":\"single\",\"size\":2"), "{json}");
    }

    #[test]
    fn the_same_table_gives_the_same_bytes() {
        assert_eq!(hostile().to_docx(), hostile().to_docx());
    }
}
