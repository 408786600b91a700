//! Aligned text, for the terminal.

use super::{Align, RowKind, Table};
use crate::escape;
use unicode_width::UnicodeWidthStr;

impl Table {
    /// The table as lines of text: title, caption, a rule above and below the headings, rows with
    /// their columns aligned (by what a terminal shows, so accents and wide letters count right),
    /// footnotes. Ends with a line end.
    pub fn to_text(&self) -> String {
        let headings: Vec<String> =
            self.columns.iter().map(|column| escape::one_line(&column.heading)).collect();
        let rows: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| {
                let mut cells: Vec<String> =
                    row.cells.iter().map(|cell| escape::one_line(cell)).collect();
                if row.kind == RowKind::Indented {
                    cells[0].insert_str(0, "  ");
                }
                cells
            })
            .collect();
        let widths = self.widths(&headings, &rows);
        let total = widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
        let rule = "-".repeat(total);
        let mut text = String::new();
        for line in [&self.title, &self.caption].into_iter().filter(|line| !line.is_empty()) {
            text.push_str(&escape::one_line(line));
            text.push('\n');
        }
        let lines = [rule.clone(), self.line(&headings, &widths), rule.clone()];
        let body = rows.iter().map(|row| self.line(row, &widths));
        let notes = self.footnotes.iter().map(|note| escape::one_line(note));
        for line in lines.into_iter().chain(body).chain([rule]).chain(notes) {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// A group heading may run over the empty cells at its right and does not widen its column.
    fn widths(&self, headings: &[String], rows: &[Vec<String>]) -> Vec<usize> {
        let runs_over =
            |row: &[String], column: usize| column == 0 && row[1..].iter().all(String::is_empty);
        let mut widths: Vec<usize> = headings.iter().map(|heading| heading.width()).collect();
        for row in rows {
            for (column, cell) in
                row.iter().enumerate().filter(|&(column, _)| !runs_over(row, column))
            {
                widths[column] = widths[column].max(cell.width());
            }
        }
        widths
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for ((cell, column), width) in cells.iter().zip(&self.columns).zip(widths) {
            let space = width.saturating_sub(cell.width());
            let before = match column.align {
                Align::Left => 0,
                Align::Right => space,
                Align::Center => space / 2,
            };
            line.push_str(&" ".repeat(before));
            line.push_str(cell);
            line.push_str(&" ".repeat(space - before + 2));
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use crate::table::{Align, Table};

    #[test]
    fn columns_are_aligned_by_what_a_terminal_shows() {
        let table = Table::new("Names")
            .column("Name", Align::Left)
            .column("n", Align::Right)
            .group("Wide and accented")
            .indented(["日本", "10"])
            .indented(["Ångström", "5"]);
        let expected = "\
Names
--------------
Name         n
--------------
Wide and accented
  日本      10
  Ångström   5
--------------
";
        assert_eq!(table.to_text(), expected);
    }

    #[test]
    fn a_line_end_in_a_cell_does_not_break_the_line() {
        let text = crate::table::tests::hostile().to_text();
        assert!(text.contains("a | b c"));
        assert_eq!(text.lines().count(), 2 + 3 + 8 + 1 + 1);
    }
}
