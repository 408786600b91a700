//! A table as a value, and its seven formats: aligned text, CSV, Markdown, LaTeX, HTML, DOCX, XLSX.
//!
//! The cells are finished strings: numbers have been written by [`Style`](crate::format::Style),
//! texts are as they stand in the data. Every format escapes every text (see `escape`), so no
//! caller has to.

mod csv;
mod docx;
mod html;
mod latex;
mod markdown;
mod text;
mod xlsx;

pub(crate) use docx::PageTable;
pub use docx::docx;
pub use xlsx::xlsx;

/// A table: heading, rows in order, footnotes.
///
/// ```
/// use riskset_report::table::{Align, Table};
///
/// let table = Table::new("Patients by arm")
///     .column("Arm", Align::Left)
///     .column("Patients, No. (%)", Align::Right)
///     .row(["A", "12 (60.0%)"])
///     .row(["B", "8 (40.0%)"])
///     .footnote("Percentages are of the 20 patients.");
/// assert!(table.to_markdown().contains("| A | 12 (60.0%) |"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// One line above the table, without its number.
    pub title: String,
    /// What a reader needs besides the title; may be empty.
    pub caption: String,
    /// The columns, from the left; at least one.
    pub columns: Vec<Column>,
    /// The rows, from the top.
    pub rows: Vec<Row>,
    /// Notes below the table, one a line.
    pub footnotes: Vec<String>,
}

/// A column's heading and where its cells stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The heading.
    pub heading: String,
    /// Where the cells (and the heading) stand.
    pub align: Align,
}

/// Where a cell stands in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
    /// Short marks.
    Center,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// One cell per column. A group row has its heading in the first and may leave the others empty.
    pub cells: Vec<String>,
    /// What the row is.
    pub kind: RowKind,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// A row of its own.
    Plain,
    /// The heading of the indented rows that follow; it may carry cells too.
    Group,
    /// Belongs to the group row above it.
    Indented,
}

impl Table {
    /// A table without columns or rows.
    pub fn new(title: impl Into<String>) -> Table {
        Table {
            title: title.into(),
            caption: String::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            footnotes: Vec::new(),
        }
    }

    /// Sets what stands below the title.
    pub fn caption(mut self, caption: impl Into<String>) -> Table {
        self.caption = caption.into();
        self
    }

    /// Adds a column at the right. Columns come before rows.
    pub fn column(mut self, heading: impl Into<String>, align: Align) -> Table {
        self.columns.push(Column { heading: heading.into(), align });
        self
    }

    /// Adds a row of its own.
    pub fn row<S: Into<String>>(mut self, cells: impl IntoIterator<Item = S>) -> Table {
        self.push(RowKind::Plain, cells);
        self
    }

    /// Adds the heading of a group of rows.
    pub fn group(mut self, heading: impl Into<String>) -> Table {
        self.push(RowKind::Group, [heading.into()]);
        self
    }

    /// Adds a row that belongs to the group above.
    pub fn indented<S: Into<String>>(mut self, cells: impl IntoIterator<Item = S>) -> Table {
        self.push(RowKind::Indented, cells);
        self
    }

    /// Adds a note below the table.
    pub fn footnote(mut self, note: impl Into<String>) -> Table {
        self.footnotes.push(note.into());
        self
    }

    /// Adds a row; missing cells at the right are left empty.
    ///
    /// # Panics
    ///
    /// When there are more cells than columns: a number would silently disappear.
    pub fn push<S: Into<String>>(&mut self, kind: RowKind, cells: impl IntoIterator<Item = S>) {
        let mut cells: Vec<String> = cells.into_iter().map(Into::into).collect();
        assert!(
            cells.len() <= self.columns.len(),
            "a row of {} cells in a table of {} columns",
            cells.len(),
            self.columns.len()
        );
        cells.resize(self.columns.len(), String::new());
        self.rows.push(Row { cells, kind });
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Every text that once made a table dangerous or ugly.
    pub(crate) fn hostile() -> Table {
        Table::new("Groups <b>by</b> name & more")
            .caption("Synthetic data; 5% of $x_1$.")
            .column("Group", Align::Left)
            .column("n", Align::Right)
            .column("Difference", Align::Right)
            .group("Names")
            .indented(["<script>alert(1)</script>", "1", "\u{2212}0.5"])
            .indented(["=1+1", "2", "\u{2212}0.5 (\u{2212}1.2 to 0.3)"])
            .indented(["\\input{x}", "3", "0.1"])
            .indented([
                "a very long name of sixty characters, as registries have them..",
                "4",
                "0.2",
            ])
            .row(["Märta Ångström, naïve", "5", "0.3"])
            .row(["\u{5e9}\u{5dc}\u{5d5}\u{5dd}", "6", "0.4"])
            .row(["a | b\nc", "7", ""])
            .footnote("NR, not reached; <i>n</i>, patients.")
    }

    #[test]
    #[should_panic(expected = "a row of 2 cells in a table of 1 columns")]
    fn a_cell_without_a_column_is_a_bug_that_shows() {
        let _ = Table::new("x").column("a", Align::Left).row(["1", "2"]);
    }

    #[test]
    fn short_rows_are_filled_with_empty_cells() {
        let table = hostile();
        assert_eq!(table.rows[0].cells, ["Names", "", ""]);
    }
}
