//! Markdown, with the table extension that GitHub and Pandoc read.

use super::{Align, RowKind, Table};
use crate::escape;

impl Table {
    /// Title in bold, caption, table, footnotes. The rows of a group are indented by hard spaces.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("**{}**\n\n", escape::markdown(&self.title));
        if !self.caption.is_empty() {
            text.push_str(&format!("{}\n\n", escape::markdown(&self.caption)));
        }
        text.push_str(&line(self.columns.iter().map(|column| escape::markdown(&column.heading))));
        text.push_str(&line(self.columns.iter().map(|column| {
            match column.align {
                Align::Left => ":---",
                Align::Right => "---:",
                Align::Center => ":---:",
            }
            .to_owned()
        })));
        for row in &self.rows {
            let mut cells: Vec<String> =
                row.cells.iter().map(|cell| escape::markdown(cell)).collect();
            match row.kind {
                RowKind::Group => cells[0] = format!("**{}**", cells[0]),
                RowKind::Indented => cells[0].insert_str(0, "&nbsp;&nbsp;"),
                RowKind::Plain => {}
            }
            text.push_str(&line(cells.into_iter()));
        }
        for note in &self.footnotes {
            text.push_str(&format!("\n{}\n", escape::markdown(note)));
        }
        text
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

#[cfg(test)]
mod tests {
    use crate::table::tests::hostile;

    #[test]
    fn nothing_in_a_cell_becomes_markup() {
        let markdown = hostile().to_markdown();
        assert!(
            markdown.starts_with("**Groups &lt;b&gt;by&lt;/b&gt; name &amp; more**\n\nSynthetic")
        );
        assert!(markdown.contains("| :--- | ---: | ---: |\n"));
        assert!(markdown.contains("| &nbsp;&nbsp;&lt;script&gt;alert(1)&lt;/script&gt; | 1 |"));
        assert!(markdown.contains("| a \\| b c | 7 |  |\n"));
        assert!(!markdown.contains("<script>"));
    }
}
