//! Comma-separated values (RFC 4180, UTF-8, line feeds).

use super::{RowKind, Table};
use crate::escape;

impl Table {
    /// The headings and the rows. Title and footnotes are not part of it, and the heading of a
    /// group is put before its rows (`Sex: male`), so that every line can be read alone.
    pub fn to_csv(&self) -> String {
        let headings: Vec<&str> = self.columns.iter().map(|column| &*column.heading).collect();
        let mut text = line(headings.into_iter());
        let mut group = String::new();
        for row in &self.rows {
            let mut cells = row.cells.clone();
            match row.kind {
                RowKind::Group => {
                    group = cells[0].clone();
                    if cells[1..].iter().all(String::is_empty) {
                        continue;
                    }
                }
                RowKind::Indented => cells[0] = format!("{group}: {}", cells[0]),
                RowKind::Plain => {}
            }
            text.push_str(&line(cells.iter().map(String::as_str)));
        }
        text
    }
}

fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let fields: Vec<String> = cells.map(|cell| escape::csv(&escape::one_line(cell))).collect();
    fields.join(",") + "\n"
}

#[cfg(test)]
mod tests {
    use crate::table::{Align, Table, tests::hostile};

    #[test]
    fn a_group_name_that_is_a_formula_is_defused() {
        let table = Table::new("x").column("Group", Align::Left).row(["=1+1"]).row(["-3"]);
        assert_eq!(table.to_csv(), "Group\n'=1+1\n-3\n");
    }

    #[test]
    fn each_line_can_be_read_alone() {
        let csv = hostile().to_csv();
        assert!(csv.starts_with("Group,n,Difference\nNames: <script>alert(1)</script>,1,-0.5\n"));
        assert!(csv.contains("\"Names: a very long name of sixty characters, as"));
        assert!(csv.contains("\n\u{5e9}\u{5dc}\u{5d5}\u{5dd},6,0.4\n"));
        assert_eq!(csv.lines().count(), 8);
    }
}
