//! DOCX: the three-line table that journals ask for, which Word and LibreOffice edit.

use super::{Align, Row, RowKind, Table};
use crate::escape::xml_characters;
use docx_rs::{
    AlignmentType, BorderType, Docx, Paragraph, Run, RunFonts, TableBorders, TableCell,
    TableCellBorder, TableCellBorderPosition, TableLayoutType, TableRow, WidthType,
};
use std::io::Cursor;

/// Half points: 9 pt, as in a printed table.
const CELL_SIZE: usize = 18;
/// The width between the margins of a page, in twentieths of a point (170 mm).
const PAGE_WIDTH: usize = 9638;

impl Table {
    /// A Word document that holds this table: title and caption above, footnotes below. The same
    /// table gives the same bytes.
    pub fn to_docx(&self) -> Vec<u8> {
        docx(std::slice::from_ref(self), &[])
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
        let last = self.rows.len();
        let headings: Vec<String> =
            self.columns.iter().map(|column| column.heading.clone()).collect();
        let heading = Row { cells: headings, kind: RowKind::Group };
        let rows = std::iter::once(&heading)
            .chain(&self.rows)
            .enumerate()
            .map(|(line, row)| self.docx_row(before, line, row, line == last))
            .collect();
        docx_rs::Table::new(rows)
            .set_borders(TableBorders::with_empty())
            .set_grid(self.docx_grid())
            .width(PAGE_WIDTH, WidthType::Dxa)
            .layout(TableLayoutType::Autofit)
    }

    /// Widths in proportion to the longest text of each column, so that labels do not break while
    /// numbers stand in white space; no column takes less than a short number or more than half a
    /// line.
    fn docx_grid(&self) -> Vec<usize> {
        let length = |text: &str| text.chars().count();
        let weights: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(position, column)| {
                let cells = self.rows.iter().filter_map(|row| row.cells.get(position));
                // A heading breaks between words, so half its length is enough, but never within one.
                let word = column.heading.split(' ').map(length).max().unwrap_or(0) + 2;
                let heading = length(&column.heading).div_ceil(2).max(word);
                cells.map(|cell| length(cell)).fold(heading, usize::max).clamp(6, 44) + 2
            })
            .collect();
        let total: usize = weights.iter().sum();
        weights.iter().map(|weight| PAGE_WIDTH * weight / total).collect()
    }

    fn docx_row(&self, before: usize, line: usize, row: &Row, last: bool) -> TableRow {
        let (first, number) = (line == 0, before + line + 1);
        let cells =
            row.cells.iter().zip(&self.columns).enumerate().map(|(position, (cell, column))| {
                let mut run = Run::new().add_text(xml_characters(cell)).size(CELL_SIZE);
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
                let mut cell = TableCell::new().clear_all_border().add_paragraph(paragraph);
                if first {
                    cell = cell
                        .set_border(rule(TableCellBorderPosition::Top, 12))
                        .set_border(rule(TableCellBorderPosition::Bottom, 6));
                }
                if last {
                    cell = cell.set_border(rule(TableCellBorderPosition::Bottom, 12));
                }
                cell
            });
        TableRow::new(cells.collect()).cant_split()
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
